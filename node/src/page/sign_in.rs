//! Signing in with badge and PIN, setting a PIN, and signing out.
//!
//! A badge comes from a scanner that types and then sends the form, so the PIN is often empty at first: it is asked for
//! on the next screen, and the badge is carried along in the form. Nothing of the badge is shown before the PIN is right.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use tomoshibi_policies::ErrorClass;

use super::answer::Answer;
use super::frame::Frame;
use super::posted::{Posted, SignedPost};
use super::sessions::unexpected;
use super::visitor::{SESSION, Visitor, is_returnable};
use super::{Site, refusal};
use crate::desk::{DeskReply, DeskRequest};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Screen {
    frame: Frame,
    step: Step,
    badge: String,
    next: String,
    failure: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Badge,
    Pin,
    SetPin,
}

#[derive(Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    why: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    Query(query): Query<Why>,
) -> Answer {
    let frame = Frame::new(&site, &visitor, "page-sign-in-title");
    if !frame.open {
        return Answer::go("/officer");
    }
    // Only words of ours are shown, whatever the address says.
    let why = ["session-expired", "badge-period"].into_iter().find(|why| *why == query.why);
    let failure = why.map(|why| frame.t(&format!("error-{why}")));
    Answer::screen(
        StatusCode::OK,
        &Screen {
            frame,
            step: Step::Badge,
            badge: String::new(),
            next: next(&query.next),
            failure,
        },
    )
}

#[derive(Deserialize)]
pub(super) struct Factors {
    badge: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn send(State(site): State<Arc<Site>>, form: Posted<Factors>) -> Answer {
    let (visitor, fields) = (&form.visitor, &form.fields);
    let (badge, pin) = (fields.badge.trim(), fields.pin.trim());
    if pin.is_empty() {
        let step = if badge.is_empty() { Step::Badge } else { Step::Pin };
        return ask_again(&site, visitor, step, badge, &fields.next, None);
    }
    if !site.may_try(visitor.address) {
        return refusal::too_often(&site, visitor);
    }
    form.once(&site, sign_in(&site, visitor, badge, pin, &fields.next)).await
}

async fn sign_in(site: &Site, visitor: &Visitor, badge: &str, pin: &str, to: &str) -> Answer {
    let request = DeskRequest::SignIn { badge: badge.to_owned(), pin: pin.to_owned() };
    match site.ask(request).await {
        Ok(DeskReply::SignedIn { token, .. }) => {
            Answer::go(next(to)).with_cookie(SESSION, &token, None)
        }
        Ok(_) => refusal::screen(site, visitor, None, &unexpected()),
        Err(failure) => ask_again(site, visitor, step_after(&failure), badge, to, Some(&failure)),
    }
}

/// Which factor was wrong.
fn step_after(failure: &Failure) -> Step {
    match failure.code.as_str() {
        "pin-not-set" | "pin-locked" => Step::SetPin,
        code if code.starts_with("pin-") => Step::Pin,
        _ => Step::Badge,
    }
}

#[derive(Deserialize)]
pub(super) struct NewPin {
    badge: String,
    pin: String,
    again: String,
    #[serde(default)]
    witness_badge: String,
    #[serde(default)]
    witness_pin: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn set_pin(State(site): State<Arc<Site>>, form: Posted<NewPin>) -> Answer {
    let (visitor, fields) = (&form.visitor, &form.fields);
    if !site.may_try(visitor.address) {
        return refusal::too_often(&site, visitor);
    }
    let act = async {
        let (badge, pin) = (fields.badge.trim(), fields.pin.trim());
        match try_set_pin(&site, fields).await {
            Ok(()) => sign_in(&site, visitor, badge, pin, &fields.next).await,
            Err(failure) => {
                ask_again(&site, visitor, Step::SetPin, badge, &fields.next, Some(&failure))
            }
        }
    };
    form.once(&site, act).await
}

/// The witness signs in for as long as the PIN is set: the desk takes nobody's word for a colleague.
async fn try_set_pin(site: &Site, fields: &NewPin) -> Result<(), Failure> {
    if fields.pin != fields.again {
        return Err(Failure::new(ErrorClass::Invalid, "pin-differs"));
    }
    let (badge, pin) = (fields.badge.trim().to_owned(), fields.pin.trim().to_owned());
    let witness = witness(site, fields).await?;
    let set = site.ask(DeskRequest::SetPin { badge, pin, witness: witness.clone() }).await;
    if let Some(token) = witness {
        site.ask(DeskRequest::SignOut { token }).await?;
    }
    set.map(drop)
}

async fn witness(site: &Site, fields: &NewPin) -> Result<Option<String>, Failure> {
    let badge = fields.witness_badge.trim().to_owned();
    if badge.is_empty() {
        return Ok(None);
    }
    let pin = fields.witness_pin.trim().to_owned();
    match site.ask(DeskRequest::SignIn { badge, pin }).await? {
        DeskReply::SignedIn { token, .. } => Ok(Some(token)),
        _ => Err(unexpected()),
    }
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn out(State(site): State<Arc<Site>>, form: SignedPost<Nothing>) -> Answer {
    let signed = &form.signed;
    let act = async {
        match site.ask(DeskRequest::SignOut { token: signed.token.clone() }).await {
            Ok(_) => Answer::go("/").with_cookie(SESSION, "", Some(0)).forgetting(),
            Err(failure) => refusal::screen(&site, &signed.visitor, Some(signed), &failure),
        }
    };
    form.once(&site, act).await
}

fn ask_again(
    site: &Site,
    visitor: &Visitor,
    step: Step,
    badge: &str,
    to: &str,
    failure: Option<&Failure>,
) -> Answer {
    let frame = Frame::new(site, visitor, "page-sign-in-title");
    let status = if failure.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let failure = failure.map(|failure| frame.failure(failure));
    // A badge that was refused is not offered again.
    let badge = if step == Step::Badge { "" } else { badge };
    let (badge, next) = (badge.to_owned(), next(to));
    Answer::screen(status, &Screen { frame, step, badge, next, failure })
}

fn next(path: &str) -> String {
    if is_returnable(path) { path.to_owned() } else { "/find".into() }
}
