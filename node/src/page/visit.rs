//! One visit: how the match was made, who the patient is, whether they agree. Shows nothing of the person.
//!
//! The fact and the consent can be sent together; **a wrong fact stops before the consent**, so that no consent of one
//! patient is recorded about another. Several visits go on beside each other: each screen carries its own in its address
//! and nothing in a cookie.

mod screen;
mod step;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use tomoshibi_policies::ErrorClass;

use super::answer::Answer;
use super::frame::Frame;
use super::marks::Marks;
use super::posted::SignedPost;
use super::sessions::unexpected;
use super::visitor::Signed;
use super::{Site, refusal};
use crate::desk::{ConsentForm, DeskReply, DeskRequest, VisitView};
use crate::failure::Failure;
use crate::locale::not_fitting_text;
use screen::Screen;
use step::Before;
pub(super) use step::Typed;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    signed: Signed,
) -> Answer {
    match view(&site, &signed, &id).await {
        Ok(view) => {
            let frame = Frame::signed(&site, &signed, "page-visit-title");
            Answer::screen(StatusCode::OK, &Screen::opened(frame, view, Typed::default()))
        }
        Err(answer) => answer,
    }
}

/// Where an answer stood is no screen of its own: asking for it again leads to the visit.
pub(super) async fn again(Path(id): Path<String>) -> Answer {
    Answer::go(path(&id))
}

pub(super) async fn confirm(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    form: SignedPost<Typed>,
) -> Answer {
    let act = async {
        match try_confirm(&site, &form.signed, &id, &form.fields).await {
            Ok(()) => Answer::go(path(&id)),
            Err(answer) => answer,
        }
    };
    form.once(&site, act).await
}

pub(super) async fn consent(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    form: SignedPost<Typed>,
) -> Answer {
    let act = async {
        match try_consent(&site, &form.signed, &id, &form.fields).await {
            Ok(ConsentForm::Refused) => Answer::go(path(&id)),
            Ok(_) => Answer::go(record_path(&id)),
            Err(answer) => answer,
        }
    };
    form.once(&site, act).await
}

/// How far the visit has come; else what to show instead.
pub(super) async fn view(site: &Site, signed: &Signed, id: &str) -> Result<VisitView, Answer> {
    let (token, visit) = (signed.token.clone(), id.to_owned());
    match site.ask(DeskRequest::Visit { token, visit }).await {
        Ok(DeskReply::Visit { visit }) => Ok(*visit),
        Ok(DeskReply::Denied { reasons }) => {
            Err(refusal::not_allowed(site, signed, &reasons, "/find".into()))
        }
        Ok(_) => Err(refusal::screen(site, &signed.visitor, Some(signed), &unexpected())),
        Err(failure) => Err(refusal::screen(site, &signed.visitor, Some(signed), &failure)),
    }
}

/// Where the record of a visit is looked at.
pub(super) fn record_path(id: &str) -> String {
    format!("{}/record", path(id))
}

/// The id comes from an address: only what an id is made of goes on into another.
pub(super) fn path(id: &str) -> String {
    let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("/visit/{id}")
}

async fn try_confirm(site: &Site, signed: &Signed, id: &str, typed: &Typed) -> Result<(), Answer> {
    if typed.said.trim().is_empty() {
        return Err(tell(site, signed, id, typed, Told::missing("page-said-missing")).await);
    }
    let request = DeskRequest::ConfirmIdentity {
        token: signed.token.clone(),
        visit: id.to_owned(),
        by: typed.by.clone(),
        fact: typed.fact.clone(),
        said: typed.said.clone(),
    };
    let told = match site.ask(request).await {
        Ok(DeskReply::Identity { confirmed: true, .. }) => return Ok(()),
        Ok(DeskReply::Identity { attempts_left, .. }) => Told::NotFitting(attempts_left),
        Ok(DeskReply::Denied { reasons }) => {
            return Err(refusal::not_allowed(site, signed, &reasons, path(id)));
        }
        Ok(_) => Told::Failure(unexpected()),
        Err(failure) => Told::Failure(failure),
    };
    Err(tell(site, signed, id, typed, told).await)
}

async fn try_consent(
    site: &Site,
    signed: &Signed,
    id: &str,
    typed: &Typed,
) -> Result<ConsentForm, Answer> {
    let view = view(site, signed, id).await?;
    let form = match Before::of(&view, typed) {
        Before::Ready(form) => form,
        Before::Confirm(form) => {
            try_confirm(site, signed, id, typed).await?;
            form
        }
        Before::AskAgain => {
            let told = Told::missing("page-unconfirmed-missing");
            return Err(tell(site, signed, id, typed, told).await);
        }
        Before::Unreadable => {
            let failure = Failure::new(ErrorClass::Invalid, "form-broken");
            return Err(refusal::screen(site, &signed.visitor, Some(signed), &failure));
        }
    };
    let (token, visit) = (signed.token.clone(), id.to_owned());
    match site.ask(DeskRequest::Consent { token, visit, form }).await {
        Ok(DeskReply::Done) => Ok(form),
        Ok(DeskReply::Denied { reasons }) => {
            Err(refusal::not_allowed(site, signed, &reasons, path(id)))
        }
        Ok(_) => Err(refusal::screen(site, &signed.visitor, Some(signed), &unexpected())),
        Err(failure) => Err(refusal::screen(site, &signed.visitor, Some(signed), &failure)),
    }
}

/// Why a fact was not taken.
enum Told {
    Missing(&'static str),
    NotFitting(u8),
    Failure(Failure),
}

impl Told {
    const fn missing(message: &'static str) -> Self {
        Self::Missing(message)
    }

    /// The field that is meant.
    fn marks(&self) -> Marks {
        Marks::wrong(match self {
            Self::Failure(failure) if failure.code == "confirm-by" => "by-patient",
            Self::Failure(_) | Self::Missing(_) | Self::NotFitting(_) => "said",
        })
    }

    /// True when it stands beside the form; all else has a screen of its own.
    fn is_of_form(&self) -> bool {
        match self {
            Self::Failure(failure) => failure.code.starts_with("confirm-"),
            Self::Missing(_) | Self::NotFitting(_) => true,
        }
    }

    fn words(&self, frame: &Frame) -> String {
        match self {
            Self::Missing(message) => frame.t(message),
            Self::NotFitting(left) => not_fitting_text(frame.lang, *left),
            Self::Failure(failure) => frame.failure(failure),
        }
    }
}

/// The screen again, with what was chosen and why it was not taken. An answer that did not fit is asked for anew, not
/// corrected; and it counted, so that the same tap twice is one attempt and gets this screen twice.
async fn tell(site: &Site, signed: &Signed, id: &str, typed: &Typed, told: Told) -> Answer {
    if let Told::Failure(failure) = &told
        && !told.is_of_form()
    {
        return refusal::screen(site, &signed.visitor, Some(signed), failure);
    }
    let view = match view(site, signed, id).await {
        Ok(view) => view,
        Err(answer) => return answer,
    };
    let frame = Frame::signed(site, signed, "page-visit-title");
    let counted = matches!(told, Told::NotFitting(_));
    let mut typed = typed.clone();
    if counted {
        typed.said.clear();
    }
    let (marks, words) = (told.marks(), told.words(&frame));
    let screen = Screen { frame, view, typed, marks, told: Some(words) };
    let answer = Answer::screen(StatusCode::BAD_REQUEST, &screen);
    if counted { answer.lasting() } else { answer }
}

#[cfg(test)]
pub(super) mod tests;
