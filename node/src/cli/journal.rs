//! `journal verify`: recomputes the evidence, with code of its own.

use super::args::{JournalArgs, JournalCommand};
use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Request, Response};
use crate::failure::{Args, Failure};

pub(super) fn run(context: &Context, args: &JournalArgs) -> Result<Verdict, Failure> {
    match args.command {
        JournalCommand::Verify => verify(context),
    }
}

fn verify(context: &Context) -> Result<Verdict, Failure> {
    let Response::JournalVerify(report) = context.ask(Request::JournalVerify, &mut |_| ())? else {
        return Err(wrong_answer());
    };
    let verdict = if report.sound { Verdict::Well } else { Verdict::Bad };
    if context.output.json {
        context.output.json(&report)?;
        return Ok(verdict);
    }
    for finding in &report.findings {
        context.output.line(finding)?;
    }
    let args = Args::from([
        ("entries".into(), report.entries.into()),
        ("files".into(), report.files.into()),
        ("findings".into(), report.findings.len().into()),
    ]);
    context.output.say(if report.sound { "journal-sound" } else { "journal-unsound" }, &args)?;
    Ok(verdict)
}
