//! The beginning: to work when somebody is signed in, to sign in when the node answers, else to what can be done.

use std::sync::Arc;

use axum::extract::State;

use super::Site;
use super::answer::Answer;
use super::visitor::Visitor;

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Answer {
    let is_open = site.node().begun_duty().is_some_and(|duty| duty.is_unlocked());
    Answer::go(match (is_open, visitor.session) {
        (true, Some(_)) => "/find",
        (true, None) => "/sign-in",
        (false, _) => "/officer",
    })
}
