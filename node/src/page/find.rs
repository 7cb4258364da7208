//! Finding the patient: by name, or by the numbers of a card.
//!
//! One found leads to the visit. None and several are told beside the form, which keeps what was typed in the answer of
//! the request and never in an address. **Nobody is ever listed**: several lead to the next question.

mod typed;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use tomoshibi_policies::ErrorClass;

use super::answer::Answer;
use super::frame::Frame;
use super::marks::Marks;
use super::posted::SignedPost;
use super::sessions::unexpected;
use super::visitor::Signed;
use super::{Site, refusal};
use crate::desk::{DeskReply, DeskRequest, FindReply, NameFields, NumberFields};
use crate::failure::Failure;
use crate::locale::{none_found_text, several_found_text};
pub(super) use typed::{ByName, ByNumber};
use typed::{Typed, Way};

#[derive(Template)]
#[template(path = "find.html")]
struct Screen {
    frame: Frame,
    typed: Typed,
    marks: Marks,
    told: Option<Told>,
}

/// What came of a search, beside its form.
struct Told {
    way: Way,
    /// `failure` or `warning`: what was typed is at fault, or is not enough.
    kind: &'static str,
    what: String,
    /// Message ids of what to try next.
    next: &'static [&'static str],
}

/// What to try when nobody was found by name.
const AFTER_NAME: [&str; 5] =
    ["page-try-spelling", "page-try-birth", "page-try-address", "page-try-number", "page-try-end"];
/// What to try when nobody was found by number.
const AFTER_NUMBER: [&str; 3] = ["page-try-digits", "page-try-name", "page-try-end"];
/// What to try when no question of a search tells two people apart.
const AFTER_PAPERS: [&str; 2] = ["page-try-number", "page-try-end"];

impl Screen {
    fn told(&self, way: Way) -> Option<&Told> {
        self.told.as_ref().filter(|told| told.way == way)
    }
}

pub(super) async fn show(State(site): State<Arc<Site>>, signed: Signed) -> Answer {
    let frame = Frame::signed(&site, &signed, "page-find-title");
    let (typed, marks) = (Typed::default(), Way::Name.first());
    Answer::screen(StatusCode::OK, &Screen { frame, typed, marks, told: None })
}

/// Where an answer stood is no screen of its own: asking for it again leads to an empty form.
pub(super) async fn again() -> Answer {
    Answer::go("/find")
}

pub(super) async fn by_name(State(site): State<Arc<Site>>, form: SignedPost<ByName>) -> Answer {
    let typed = form.fields.clone();
    let request = DeskRequest::FindByName {
        token: form.signed.token.clone(),
        fields: NameFields {
            name: typed.name.clone(),
            birth: typed.birth.clone(),
            sex: typed.sex.clone(),
            address: Some(typed.address.clone()),
            insurer: Some(typed.insurer.clone()),
        },
    };
    form.once(&site, find(&site, &form.signed, Way::Name, typed.into(), request)).await
}

pub(super) async fn by_number(State(site): State<Arc<Site>>, form: SignedPost<ByNumber>) -> Answer {
    let typed = form.fields.clone();
    let request = DeskRequest::FindByNumber {
        token: form.signed.token.clone(),
        fields: NumberFields {
            insurer: typed.insurer.clone(),
            symbol: typed.symbol.clone(),
            number: typed.number.clone(),
            branch: Some(typed.branch.clone()),
            birth: typed.birth.clone(),
        },
    };
    form.once(&site, find(&site, &form.signed, Way::Number, typed.into(), request)).await
}

async fn find(
    site: &Site,
    signed: &Signed,
    way: Way,
    typed: Typed,
    request: DeskRequest,
) -> Answer {
    let frame = || Frame::signed(site, signed, "page-find-title");
    match site.ask(request).await {
        Ok(DeskReply::Found { outcome: FindReply::One { visit, .. } }) => {
            Answer::go(format!("/visit/{visit}"))
        }
        Ok(DeskReply::Found { outcome }) => {
            Answer::screen(StatusCode::OK, &not_one(frame(), way, typed, &outcome))
        }
        Ok(DeskReply::Denied { reasons }) => {
            refusal::denied(site, signed, &reasons, "/find".into())
        }
        Ok(_) => refusal::screen(site, &signed.visitor, Some(signed), &unexpected()),
        Err(failure) if failure.class == ErrorClass::Invalid => {
            Answer::screen(StatusCode::BAD_REQUEST, &refused(frame(), way, typed, &failure))
        }
        Err(failure) => refusal::screen(site, &signed.visitor, Some(signed), &failure),
    }
}

/// The form again, with what would find one.
fn not_one(frame: Frame, way: Way, typed: Typed, outcome: &FindReply) -> Screen {
    let (what, marks, next): (_, _, &[_]) = match outcome {
        FindReply::None { regions } => {
            let next: &[_] = if way == Way::Name { &AFTER_NAME } else { &AFTER_NUMBER };
            (none_found_text(frame.lang, regions), way.first(), next)
        }
        FindReply::Several { ask } => {
            let next: &[_] = if ask == "papers" { &AFTER_PAPERS } else { &[] };
            (several_found_text(frame.lang, ask), way.asked(ask), next)
        }
        // Has led to the visit.
        FindReply::One { .. } => (String::new(), way.first(), &[]),
    };
    Screen { frame, typed, marks, told: Some(Told { way, kind: "warning", what, next }) }
}

/// The form again, with what was not taken.
fn refused(frame: Frame, way: Way, typed: Typed, failure: &Failure) -> Screen {
    let told = Told { way, kind: "failure", what: frame.failure(failure), next: &[] };
    Screen { frame, typed, marks: way.refused(failure), told: Some(told) }
}

#[cfg(test)]
mod tests;
