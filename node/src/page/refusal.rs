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
    let next = next(&frame, failure, &visitor.path);
    Answer::screen(status(failure.class), &Refusal { frame, what, next })
}

/// A denial by the rules: every reason in words, the leading one first. `next` is where something can be done about it.
pub(super) fn denied(site: &Site, signed: &Signed, reasons: &[String], next: String) -> Answer {
    tell_denied(site, signed, reasons, next, Some("page-denied-journalled"))
}

/// A denial before anything was asked for that the journal speaks of.
pub(super) fn not_allowed(
    site: &Site,
    signed: &Signed,
    reasons: &[String],
    next: String,
) -> Answer {
    tell_denied(site, signed, reasons, next, None)
}

fn tell_denied(
    site: &Site,
    signed: &Signed,
    reasons: &[String],
    next: String,
    journalled: Option<&str>,
) -> Answer {
    let frame = frame(site, &signed.visitor, Some(signed));
    let what = reasons.iter().map(|reason| frame.denial(reason));
    let what = what.chain(journalled.map(|id| frame.t(id))).collect();
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

/// Where something can be done about it: a visit that is over begins again with the search, what went wrong in a visit
/// leads back to it, all else to the beginning.
fn next(frame: &Frame, failure: &Failure, path: &str) -> Next {
    let visit = path.strip_prefix("/visit/").and_then(|rest| rest.split('/').next());
    match visit.filter(|_| frame.who.is_some()) {
        Some(_) if failure.code == "visit-unknown" => {
            Next { path: "/find".into(), words: "page-find-again" }
        }
        Some(visit) => Next { path: format!("/visit/{visit}"), words: "page-back" },
        None => Next { path: "/".into(), words: "page-back" },
    }
}

/// What a refusal of this class is in HTTP.
pub(super) const fn status(class: ErrorClass) -> StatusCode {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    #[test]
    fn a_refusal_leads_to_where_something_can_be_done() {
        let signed = Frame::fixed(Lang::Ja, "page-refusal-title");
        let nobody = Frame { who: None, ..Frame::fixed(Lang::Ja, "page-refusal-title") };
        for (frame, code, path, expected) in [
            (&signed, "visit-unknown", "/visit/0f/consent", ("/find", "page-find-again")),
            (&signed, "journal-not-written", "/visit/0f/consent", ("/visit/0f", "page-back")),
            (&signed, "page-not-found", "/nothing", ("/", "page-back")),
            (&nobody, "page-too-often", "/visit/0f", ("/", "page-back")),
        ] {
            let next = next(frame, &Failure::new(ErrorClass::Transient, code), path);
            assert_eq!((next.path.as_str(), next.words), expected, "{code} {path}");
        }
    }
}
