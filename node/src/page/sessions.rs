//! Who is signed in, and ending a session from elsewhere: a tablet that was left on a bed.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use tomoshibi_policies::ErrorClass;

use super::answer::Answer;
use super::frame::Frame;
use super::posted::SignedPost;
use super::visitor::Signed;
use super::{Site, refusal};
use crate::desk::{DeskReply, DeskRequest, SessionLine};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "sessions.html")]
struct Screen {
    frame: Frame,
    sessions: Vec<SessionLine>,
}

pub(super) async fn show(State(site): State<Arc<Site>>, signed: Signed) -> Answer {
    match site.ask(DeskRequest::Sessions { token: signed.token.clone() }).await {
        Ok(DeskReply::Sessions { sessions }) => {
            let frame = Frame::signed(&site, &signed, "page-sessions-title");
            Answer::screen(StatusCode::OK, &Screen { frame, sessions })
        }
        Ok(_) => refusal::screen(&site, &signed.visitor, Some(&signed), &unexpected()),
        Err(failure) => refusal::screen(&site, &signed.visitor, Some(&signed), &failure),
    }
}

#[derive(Deserialize)]
pub(super) struct End {
    number: u64,
}

pub(super) async fn end(State(site): State<Arc<Site>>, form: SignedPost<End>) -> Answer {
    let (signed, number) = (&form.signed, form.fields.number);
    let act = async {
        let request = DeskRequest::EndSession { token: signed.token.clone(), number };
        match site.ask(request).await {
            Ok(_) => Answer::go("/sessions"),
            // Somebody else was quicker: it has ended, which is all that was wanted.
            Err(failure) if failure.class == ErrorClass::NotFound => Answer::go("/sessions"),
            Err(failure) => refusal::screen(&site, &signed.visitor, Some(signed), &failure),
        }
    };
    form.once(&site, act).await
}

/// An answer to another question than the one asked.
pub(super) fn unexpected() -> Failure {
    Failure::new(ErrorClass::Internal, "internal")
}
