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
use crate::locale::{Level, Part, StatusLine, status_lines};

/// How often the screen asks for itself again.
const RELOAD_SECONDS: i64 = 30;

#[derive(Template)]
#[template(path = "status.html")]
struct Screen {
    frame: Frame,
    worst: Level,
    parts: Vec<(Part, Vec<StatusLine>)>,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Answer {
    let mut frame = Frame::new(&site, &visitor, "page-status-title");
    frame.reload_seconds = Some(RELOAD_SECONDS);
    match site.blocking(crate::node::Node::status).await {
        Ok(status) => {
            let screen = Screen::new(frame, status_lines(visitor.lang, &status));
            Answer::screen(StatusCode::OK, &screen)
        }
        Err(failure) => refusal::screen(&site, &visitor, None, &failure),
    }
}

impl Screen {
    fn new(frame: Frame, lines: Vec<StatusLine>) -> Self {
        let worst = lines.iter().map(|line| line.level).max().unwrap_or(Level::Look);
        let of = |part: Part| lines.iter().filter(|line| line.part == part).cloned().collect();
        Self { frame, worst, parts: Part::ALL.map(|part| (part, of(part))).into() }
    }
}
