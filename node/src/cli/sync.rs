//! `sync`: one round now.

use indicatif::{ProgressBar, ProgressStyle};

use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Progress, Request, Response};
use crate::failure::{Args, Failure};
use crate::line::{StepFailure, SyncReport};
use crate::locale::{failure_text, text};

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    let bar = match context.output.shows_progress() {
        true => ProgressBar::new(0),
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    let mut progress = |so_far| {
        if let Progress::Sync(so_far) = so_far {
            bar.set_length(so_far.total_bytes);
            bar.set_position(so_far.done_bytes);
        }
    };
    let response = context.ask(Request::Sync, &mut progress);
    bar.finish_and_clear();
    let Response::Sync(report) = response? else { return Err(wrong_answer()) };
    match context.output.json {
        true => context.output.json(&*report)?,
        false => tell(context, &report)?,
    }
    Ok(if report.failures.is_empty() { Verdict::Well } else { Verdict::Bad })
}

fn tell(context: &Context, report: &SyncReport) -> Result<(), Failure> {
    let output = context.output;
    if let Some(snapshot) = &report.snapshot {
        let message = match (&snapshot.id, snapshot.promoted) {
            (None, _) => "sync-nothing",
            (Some(_), true) => "sync-promoted",
            (Some(_), false) => "sync-current",
        };
        let id = snapshot.id.clone().unwrap_or_default();
        let bytes = snapshot.received_bytes.into();
        output.say(message, &Args::from([("id".into(), id.into()), ("bytes".into(), bytes)]))?;
    }
    if let Some(inbox) = &report.inbox {
        let args = Args::from([
            ("orders".into(), inbox.orders.into()),
            ("releases".into(), inbox.releases.into()),
            ("revocations".into(), inbox.revocations.into()),
            ("aside".into(), inbox.aside.into()),
        ]);
        output.say("sync-inbox", &args)?;
        if inbox.went_back {
            output.say("sync-inbox-again", &Args::new())?;
        }
    }
    if let Some(journal) = &report.journal {
        let args = Args::from([
            ("size".into(), journal.size.into()),
            ("acknowledged".into(), journal.acknowledged.into()),
        ]);
        output.say("sync-journal", &args)?;
    }
    for StepFailure { step, why } in &report.failures {
        let step = text(output.lang, step.message_id(), &Args::new());
        let words = failure_text(output.lang, why);
        let args = Args::from([
            ("step".into(), step.into()),
            ("class".into(), why.class.as_str().into()),
            ("why".into(), words.into()),
        ]);
        output.say("sync-failure", &args)?;
    }
    Ok(())
}
