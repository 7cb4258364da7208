//! Closing at a tablet: said in large letters what it does, asked of somebody signed in and of a second person, done.
//!
//! The answer is a screen and not the way to one: moments later the process is replaced, and the next request may find
//! nobody. Its form is one of a process that is gone; sent again, it leads to the sealed node and not to an error.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as HttpResponse};
use serde::Deserialize;
use tomoshibi_policies::ErrorClass;

use super::answer::Answer;
use super::frame::Frame;
use super::posted::SignedPost;
use super::sessions::unexpected;
use super::visitor::{SESSION, Signed, is_ended};
use super::{Site, refusal};
use crate::control::{Request, Response};
use crate::desk::{DeskReply, DeskRequest, Second};
use crate::duty::Closed;
use crate::failure::Failure;
use crate::status::Activation;

#[derive(Template)]
#[template(path = "officer_close.html")]
struct Question {
    frame: Frame,
    /// Sessions that will end, this one included.
    sessions: usize,
    failure: Option<String>,
}

#[derive(Template)]
#[template(path = "officer_closed.html")]
struct Done {
    frame: Frame,
    closed: Closed,
}

pub(super) async fn show(State(site): State<Arc<Site>>, signed: Signed) -> Answer {
    ask(&site, &signed, None).await
}

#[derive(Deserialize)]
pub(super) struct Consented {
    #[serde(default)]
    understood: String,
    #[serde(default)]
    second: String,
    #[serde(default)]
    second_badge: String,
    #[serde(default)]
    second_pin: String,
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    form: Result<SignedPost<Consented>, HttpResponse>,
) -> HttpResponse {
    match form {
        Ok(form) => {
            let act = close(&site, &form.signed, &form.fields);
            form.once(&site, act).await.into_response()
        }
        Err(_) if is_sealed(&site) => Answer::go("/officer").into_response(),
        Err(refusal) => refusal,
    }
}

async fn close(site: &Site, signed: &Signed, fields: &Consented) -> Answer {
    if !site.may_try(signed.visitor.address) {
        return refusal::too_often(site, &signed.visitor);
    }
    match try_close(site, signed, fields).await {
        Ok(closed) => {
            let frame = Frame::new(site, &signed.visitor, "page-closed-title");
            // The browser keeps its style: until the process has been replaced nobody would give it out again. No screen
            // was ever kept, so there is nothing else to forget.
            Answer::screen(StatusCode::OK, &Done { frame, closed })
                .with_cookie(SESSION, "", Some(0))
                .lasting()
        }
        // Somebody else, or the clock, was quicker.
        Err(_) if is_sealed(site) => Answer::go("/officer"),
        Err(failure) => ask(site, signed, Some(&failure)).await,
    }
}

async fn try_close(site: &Site, signed: &Signed, fields: &Consented) -> Result<Closed, Failure> {
    if fields.understood != "yes" {
        return Err(Failure::new(ErrorClass::Invalid, "close-not-understood"));
    }
    let token = signed.token.clone();
    site.ask(DeskRequest::MayClose { token, second: fields.second() }).await?;
    match site.call(Request::Close).await? {
        Response::Close(closed) => Ok(closed),
        _ => Err(unexpected()),
    }
}

impl Consented {
    fn second(&self) -> Second {
        let (badge, pin) = (self.second_badge.trim(), self.second_pin.trim());
        match self.second.as_str() {
            "alone" => Second::Alone,
            "badge" if !badge.is_empty() => Second::Badge { badge: badge.into(), pin: pin.into() },
            _ => Second::Nobody,
        }
    }
}

/// The question, with how many sessions will end, and what was wrong with the answer before.
async fn ask(site: &Site, signed: &Signed, failure: Option<&Failure>) -> Answer {
    if let Some(failure) = failure.filter(|failure| is_ended(failure)) {
        return refusal::screen(site, &signed.visitor, Some(signed), failure);
    }
    match site.ask(DeskRequest::Sessions { token: signed.token.clone() }).await {
        Ok(DeskReply::Sessions { sessions }) => {
            let frame = Frame::signed(site, signed, "page-close-title");
            let status = failure.map_or(StatusCode::OK, |failure| refusal::status(failure.class));
            let failure = failure.map(|failure| frame.failure(failure));
            let sessions = sessions.len();
            Answer::screen(status, &Question { frame, sessions, failure })
        }
        Ok(_) => refusal::screen(site, &signed.visitor, Some(signed), &unexpected()),
        Err(failure) => refusal::screen(site, &signed.visitor, Some(signed), &failure),
    }
}

fn is_sealed(site: &Site) -> bool {
    let duty = site.node().begun_duty();
    duty.is_none_or(|duty| duty.told_state() == Activation::Sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Who;
    use crate::folder::{Folder, Owner};
    use crate::locale::Lang;
    use crate::node::{Node, Seams};

    fn frame(lang: Lang, who: Option<Who>) -> Frame {
        Frame {
            lang,
            title: "page-close-title",
            drill: false,
            node: "本館".into(),
            who,
            seal: "s".into(),
            once: "o".into(),
            back: "/officer".into(),
            reload_seconds: None,
            closing_soon: None,
            open: true,
        }
    }

    fn who() -> Who {
        Who {
            number: 1,
            name: "職員1".into(),
            role: "doctor".into(),
            drill: false,
            signed_in_at: String::new(),
            idle_until: String::new(),
            until: String::new(),
        }
    }

    #[test]
    fn the_question_says_what_cannot_be_undone_and_how_many_it_concerns() {
        for (lang, words) in [
            (Lang::Ja, ["取り消せません", "先に印刷", "3 台"]),
            (Lang::En, ["cannot be undone", "Print what", "All 3 sessions"]),
        ] {
            let frame = frame(lang, Some(who()));
            let html = Question { frame, sessions: 3, failure: None }.render().unwrap();
            assert!(!html.contains("message missing"), "{html}");
            for part in words.into_iter().chain([
                "action=\"/officer/close\"",
                "name=\"understood\" value=\"yes\"",
                "name=\"second\" value=\"badge\"",
                "name=\"second\" value=\"alone\"",
                "name=\"second_badge\"",
                "name=\"second_pin\"",
                "name=\"seal\"",
            ]) {
                assert!(html.contains(part), "{part}: {html}");
            }
        }
    }

    #[test]
    fn the_last_word_names_the_report_and_what_was_destroyed() {
        for lang in Lang::ALL {
            let destroyed = vec!["opening.identity".to_owned(), "pin verifiers: 2".to_owned()];
            let closed = Closed { report: "ab12".into(), destroyed };
            let html = Done { frame: frame(lang, None), closed }.render().unwrap();
            assert!(!html.contains("message missing"), "{html}");
            for part in ["ab12", "opening.identity", "pin verifiers: 2"] {
                assert!(html.contains(part), "{part}: {html}");
            }
        }
    }

    #[test]
    fn who_confirms_is_taken_from_the_form_and_never_guessed() {
        let form = |second: &str, badge: &str| Consented {
            understood: "yes".into(),
            second: second.into(),
            second_badge: badge.into(),
            second_pin: " 270991 ".into(),
        };
        let badge = Second::Badge { badge: "HC".into(), pin: "270991".into() };
        for (fields, expected) in [
            (form("badge", " HC "), badge),
            (form("badge", " "), Second::Nobody),
            (form("alone", "HC"), Second::Alone),
            (form("", "HC"), Second::Nobody),
            (form("someone", "HC"), Second::Nobody),
        ] {
            assert!(fields.second() == expected, "{} {}", fields.second, fields.second_badge);
        }
    }

    #[tokio::test]
    async fn a_form_of_a_process_that_is_gone_leads_to_the_sealed_node() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, seams) = (Folder::new(dir.path()), Seams::of_host());
        folder.create(&*seams.files).unwrap();
        let text = b"[node]\nname = \"x\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n";
        seams.files.replace(&folder.config(), text).unwrap();
        let owner = Owner::claim(&folder).unwrap();
        let node = Arc::new(Node::open(owner, &folder, seams).unwrap());
        let site = Arc::new(Site::new(node).unwrap());
        let old = Err(StatusCode::BAD_REQUEST.into_response());
        let answer = send(State(site), old).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/officer");
    }
}
