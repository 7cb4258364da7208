//! `scrub`: reads every segment again.

use indicatif::{ProgressBar, ProgressStyle};

use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Progress, Request, Response};
use crate::failure::{Args, Failure};
use crate::store::ScrubReport;

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    let bar = match context.output.shows_progress() {
        true => ProgressBar::new(0),
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    let mut progress = |so_far| {
        if let Progress::Scrub(so_far) = so_far {
            bar.set_length(so_far.total_bytes);
            bar.set_position(so_far.done_bytes);
        }
    };
    let response = context.ask(Request::Scrub, &mut progress);
    bar.finish_and_clear();
    let Response::Scrub(report) = response? else { return Err(wrong_answer()) };
    match context.output.json {
        true => context.output.json(&report)?,
        false => tell(context, &report)?,
    }
    Ok(if report.is_clean() { Verdict::Well } else { Verdict::Bad })
}

fn tell(context: &Context, report: &ScrubReport) -> Result<(), Failure> {
    let output = context.output;
    for digest in &report.missing {
        output.say("scrub-missing", &Args::from([("digest".into(), digest.as_str().into())]))?;
    }
    for damaged in &report.damaged {
        let id = if damaged.set_aside { "scrub-set-aside" } else { "scrub-damaged" };
        output.say(id, &Args::from([("digest".into(), damaged.digest.as_str().into())]))?;
    }
    let args = Args::from([
        ("good".into(), report.good.into()),
        ("bytes".into(), report.good_bytes.into()),
        ("missing".into(), report.missing.len().into()),
        ("damaged".into(), report.damaged.len().into()),
    ]);
    output.say(if report.stopped { "scrub-stopped" } else { "scrub-done" }, &args)
}
