//! What could not be done, why, and what to do: one screen for all rooms.

use askama::Template;
use axum::http::StatusCode;
use tomoshibi_policies::ErrorClass;

use super::Site;
use super::answer::Answer;
use super::frame::Frame;
use super::visitor::{Signed, Visitor, is_ended, to_sign_in};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "refusal.html")]
struct Refusal {
    frame: Frame,
    what: Vec<String>,
    next: Next,
}

/// Where one can go from a refusal.
struct Next {
    path: String,
    words: &'static str,
}

/// A failure on a screen of its own. When the session is over, the way to sign in instead.
pub(super) fn screen(
    site: &Site,
    visitor: &Visitor,
    signed: Option<&Signed>,
    failure: &Failure,
) -> Answer {
    if signed.is_some() && is_ended(failure) {
        return to_sign_in(visitor, &failure.code);
    }
    let frame = frame(site, visitor, signed);
    let what = vec![frame.failure(failure)];
    let next = next(&frame, &visitor.path);
    Answer::screen(status(failure.class), &Refusal { frame, what, next })
}

/// A denial by the rules: every reason in words, the leading one first. `next` is where something can be done about it.
pub(super) fn denied(site: &Site, signed: &Signed, reasons: &[String], next: String) -> Answer {
    let frame = frame(site, &signed.visitor, Some(signed));
    let what = reasons.iter().map(|reason| {
        format!("{} {}", frame.word("deny", reason), frame.t(&format!("deny-{reason}-hint")))
    });
    let what = what.chain([frame.t("page-denied-journalled")]).collect();
    let next = Next { path: next, words: "page-back" };
    Answer::screen(StatusCode::FORBIDDEN, &Refusal { frame, what, next })
}

/// Nothing is there.
pub(super) fn not_found(site: &Site, visitor: &Visitor) -> Answer {
    screen(site, visitor, None, &Failure::new(ErrorClass::NotFound, "page-not-found"))
}

/// Too many requests from one address.
pub(super) fn too_often(site: &Site, visitor: &Visitor) -> Answer {
    screen(site, visitor, None, &Failure::new(ErrorClass::Exhausted, "page-too-often"))
}

fn frame(site: &Site, visitor: &Visitor, signed: Option<&Signed>) -> Frame {
    match signed {
        Some(signed) => Frame::signed(site, signed, "page-refusal-title"),
        None => Frame::new(site, visitor, "page-refusal-title"),
    }
}

/// Back to the screen that was asked for, when it can be asked for again; else to the beginning.
fn next(frame: &Frame, path: &str) -> Next {
    let path = if frame.who.is_some() && path.starts_with("/visit/") {
        path.split('/').take(3).collect::<Vec<_>>().join("/")
    } else {
        "/".into()
    };
    Next { path, words: "page-back" }
}

const fn status(class: ErrorClass) -> StatusCode {
    match class {
        ErrorClass::Invalid => StatusCode::BAD_REQUEST,
        ErrorClass::Denied => StatusCode::FORBIDDEN,
        ErrorClass::NotFound => StatusCode::NOT_FOUND,
        ErrorClass::Conflict => StatusCode::CONFLICT,
        ErrorClass::Exhausted => StatusCode::TOO_MANY_REQUESTS,
        ErrorClass::Transient | ErrorClass::Unsupported => StatusCode::SERVICE_UNAVAILABLE,
        ErrorClass::Corrupt | ErrorClass::Forged | ErrorClass::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
