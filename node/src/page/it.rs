//! The screen of regional IT: what the node has, how old it is, what is wrong. Holds nothing of a patient and no name of
//! staff, and is shown to whoever asks: on an ordinary day nobody can sign in.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::answer::Answer;
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Site, refusal};
use crate::locale::status_lines;

#[derive(Template)]
#[template(path = "status.html")]
struct Screen {
    frame: Frame,
    lines: Vec<String>,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Answer {
    let frame = Frame::new(&site, &visitor, "page-status-title");
    match site.blocking(crate::node::Node::status).await {
        Ok(status) => {
            let lines = status_lines(frame.lang, &status);
            Answer::screen(StatusCode::OK, &Screen { frame, lines })
        }
        Err(failure) => refusal::screen(&site, &visitor, None, &failure),
    }
}
