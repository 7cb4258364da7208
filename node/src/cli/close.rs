//! `close`: for good.

use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Request, Response};
use crate::failure::{Args, Failure};

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    let Response::Close(closed) = context.ask(Request::Close, &mut |_| ())? else {
        return Err(wrong_answer());
    };
    if context.output.json {
        context.output.json(&closed)?;
        return Ok(Verdict::Well);
    }
    let args = Args::from([
        ("report".into(), closed.report.as_str().into()),
        ("destroyed".into(), closed.destroyed.len().into()),
    ]);
    context.output.say("close-done", &args)?;
    Ok(Verdict::Well)
}
