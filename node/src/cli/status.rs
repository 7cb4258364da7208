//! `status`: what the node has and how it is.

use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Request, Response};
use crate::failure::Failure;
use crate::locale::status_lines;

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    let response = context.ask(Request::Status, &mut |_| ())?;
    let Response::Status(status) = response else { return Err(wrong_answer()) };
    if context.output.json {
        context.output.json(&*status)?;
    } else {
        for line in status_lines(context.output.lang, &status) {
            context.output.line(&line.words)?;
        }
    }
    Ok(Verdict::Well)
}
