//! `doctor`: is the machine fit for a node.

use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Request, Response};
use crate::doctor::{Check, Facts, Outcome, examine};
use crate::failure::Failure;
use crate::locale::{failure_text, text};
use crate::status::Status;

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    // Modes first: opening the folder repairs them.
    let loose = crate::folder::loose(&context.folder).map_err(Failure::from);
    let mut facts = Facts::gather(&context.folder, &context.seams, status(context));
    facts.loose = loose;
    let checks = examine(&facts);
    if context.output.json {
        context.output.json(&checks)?;
    } else {
        checks.iter().try_for_each(|check| tell(context, check))?;
    }
    let bad = checks.iter().any(|check| check.outcome == Outcome::Bad);
    Ok(if bad { Verdict::Bad } else { Verdict::Well })
}

fn status(context: &Context) -> Result<Status, Failure> {
    match context.ask(Request::Status, &mut |_| ())? {
        Response::Status(status) => Ok(*status),
        _ => Err(wrong_answer()),
    }
}

fn tell(context: &Context, check: &Check) -> Result<(), Failure> {
    let lang = context.output.lang;
    let outcome = text(lang, &format!("doctor-{}", check.outcome.as_str()), &check.args);
    let words = text(lang, &check.message_id(), &check.args);
    context.output.line(&format!("{outcome}  {words}"))?;
    for detail in check.details.iter().flat_map(|detail| [detail].into_iter().chain(&detail.causes))
    {
        context.output.line(&format!("    {}", failure_text(lang, detail)))?;
    }
    Ok(())
}
