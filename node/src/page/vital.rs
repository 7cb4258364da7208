//! Stating that life or body must be protected and that the patient cannot express a will.
//!
//! A colleague who is signed in confirms with badge and PIN. With nobody else signed in, the statement is read aloud from
//! the screen first. Whether it suffices is decided at the look, which comes next.

mod step;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_policies::role::Role;

use super::answer::Answer;
use super::frame::Frame;
use super::marks::Marks;
use super::posted::SignedPost;
use super::sessions::unexpected;
use super::visit::{path, record_path, view};
use super::visitor::Signed;
use super::{Site, refusal};
use crate::desk::{DeskReply, DeskRequest, Second, VisitView};
use crate::failure::{Args, Failure};
use crate::locale::text;
use step::Next;
pub(super) use step::Typed;

#[derive(Template)]
#[template(path = "vital.html")]
struct Screen {
    frame: Frame,
    view: VisitView,
    typed: Typed,
    marks: Marks,
    step: Step,
    told: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Reason, situation, second person.
    Write,
    /// The text is read aloud.
    Speak,
}

impl Screen {
    fn new(frame: Frame, view: VisitView, typed: Typed) -> Self {
        let marks = Marks::first("reason-unconscious");
        Self { frame, view, typed, marks, step: Step::Write, told: None }
    }

    /// Why the patient cannot express a will: word, message, chosen.
    fn reasons(&self) -> [(&'static str, &'static str, bool); 2] {
        [("unconscious", "page-vital-unconscious"), ("cannot-express", "page-vital-cannot-express")]
            .map(|(word, message)| (word, message, self.typed.reason == word))
    }

    /// What is read aloud.
    fn aloud(&self) -> String {
        let reason = match self.typed.reason.as_str() {
            "unconscious" => "page-vital-aloud-unconscious",
            _ => "page-vital-aloud-cannot-express",
        };
        let args = [
            ("reason".to_owned(), self.frame.t(reason).into()),
            ("written".to_owned(), self.typed.written.trim().into()),
        ];
        text(self.frame.lang, "page-vital-aloud", &Args::from(args))
    }

    /// What is still missing, at its field.
    fn after(mut self, next: &Next) -> Self {
        match next {
            Next::Reason => {
                let failure = Failure::new(ErrorClass::Invalid, "vital-reason");
                self.told = Some(self.frame.failure(&failure));
                self.marks = Marks::wrong("reason-unconscious");
            }
            Next::Missing(reason, field) => {
                self.told = Some(self.frame.denial(reason.as_str()));
                self.marks = Marks::wrong(field);
                if *field == "read" {
                    self.step = Step::Speak;
                }
            }
            Next::Pin => self.marks = Marks::asked("pin"),
            Next::Speak => {
                self.step = Step::Speak;
                self.marks = Marks::first("read");
            }
            Next::State(_) => {}
        }
        // A PIN is never sent back.
        self.typed.pin.clear();
        self
    }

    /// What was refused, at its field. A badge that was refused is not offered again.
    fn refused(mut self, failure: &Failure) -> Self {
        self.told = Some(self.frame.failure(failure));
        self.typed.pin.clear();
        self.marks = Marks::wrong(match failure.code.as_str() {
            "vital-written-too-long" => "written",
            code if code.starts_with("pin-") => "pin",
            _ => {
                self.typed.badge.clear();
                "badge"
            }
        });
        self
    }
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    signed: Signed,
) -> Answer {
    match claimable(&site, &signed, &id).await {
        Ok(view) => {
            let frame = Frame::signed(&site, &signed, "page-vital-title");
            Answer::screen(StatusCode::OK, &Screen::new(frame, view, Typed::default()))
        }
        Err(answer) => answer,
    }
}

pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    form: SignedPost<Typed>,
) -> Answer {
    let (signed, typed) = (&form.signed, &form.fields);
    let act = async {
        match try_state(&site, signed, &id, typed).await {
            Ok(()) => Answer::go(record_path(&id)),
            Err(answer) => answer,
        }
    };
    form.once(&site, act).await
}

async fn try_state(site: &Site, signed: &Signed, id: &str, typed: &Typed) -> Result<(), Answer> {
    let view = claimable(site, signed, id).await?;
    let frame = Frame::signed(site, signed, "page-vital-title");
    let next = Next::of(typed, view.others_signed_in);
    let screen = Screen::new(frame, view, typed.clone());
    let second = match next {
        Next::State(second) => second,
        Next::Speak | Next::Pin => {
            return Err(Answer::screen(StatusCode::OK, &screen.after(&next)));
        }
        Next::Reason | Next::Missing(..) => {
            return Err(Answer::screen(StatusCode::BAD_REQUEST, &screen.after(&next)));
        }
    };
    if matches!(second, Second::Badge { .. }) && !site.may_try(signed.visitor.address) {
        return Err(refusal::too_often(site, &signed.visitor));
    }
    let request = DeskRequest::VitalInterest {
        token: signed.token.clone(),
        visit: id.to_owned(),
        reason: typed.reason.clone(),
        written: typed.written.trim().to_owned(),
        second,
    };
    match site.ask(request).await {
        Ok(DeskReply::Done) => Ok(()),
        Ok(DeskReply::Denied { reasons }) => {
            Err(refusal::not_allowed(site, signed, &reasons, path(id)))
        }
        Ok(_) => Err(refusal::screen(site, &signed.visitor, Some(signed), &unexpected())),
        // What is wrong with the second badge is no word about the session of the one who asks.
        Err(failure) if is_of_form(&failure) => {
            Err(Answer::screen(StatusCode::FORBIDDEN, &screen.refused(&failure)))
        }
        Err(failure) => Err(refusal::screen(site, &signed.visitor, Some(signed), &failure)),
    }
}

fn is_of_form(failure: &Failure) -> bool {
    ["pin-", "badge-", "vital-"].iter().any(|start| failure.code.starts_with(start))
}

/// The visit, when a vital interest may be stated: by this role, under the order in force, no refusal standing.
async fn claimable(site: &Site, signed: &Signed, id: &str) -> Result<VisitView, Answer> {
    let view = view(site, signed, id).await?;
    if view.vital_interest {
        return Ok(view);
    }
    let reason = objection(&view, &signed.who.role);
    Err(refusal::not_allowed(site, signed, &[reason.as_str().to_owned()], path(id)))
}

/// Why no vital interest can be stated.
fn objection(view: &VisitView, role: &str) -> DenyReason {
    let is_refused = view.consent.as_ref().is_some_and(|consent| consent.basis == "refused");
    match Role::from_word(role).is_some_and(Role::may_claim_vital_interest) {
        _ if is_refused => DenyReason::ConsentRefused,
        true => DenyReason::VitalInterestNotAllowed,
        false => DenyReason::VitalInterestRole,
    }
}

#[cfg(test)]
mod tests;
