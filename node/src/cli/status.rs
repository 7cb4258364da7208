//! `status`: what the node has and how it is.

use super::ask::wrong_answer;
use super::{Context, Verdict};
use crate::control::{Request, Response};
use crate::failure::{Args, Failure, Value};
use crate::line::Step;
use crate::locale::{failure_text, text};
use crate::status::{Activation, ClockSanity, SnapshotStatus, Status, SyncFailure, SyncStatus};

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    let response = context.ask(Request::Status, &mut |_| ())?;
    let Response::Status(status) = response else { return Err(wrong_answer()) };
    match context.output.json {
        true => context.output.json(&*status)?,
        false => tell(context, &status)?,
    }
    Ok(Verdict::Well)
}

fn args<const N: usize>(args: [(&str, Value); N]) -> Args {
    args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn tell(context: &Context, status: &Status) -> Result<(), Failure> {
    let output = context.output;
    output.say(
        "status-node",
        &args([
            ("name", status.name.as_str().into()),
            ("facility", status.facility.as_str().into()),
            ("version", status.version.as_str().into()),
        ]),
    )?;
    tell_enrolment(context, status)?;
    output.say(
        match status.activation {
            Activation::Sealed => "status-sealed",
            Activation::Open => "status-open",
            Activation::Locked => "status-locked",
            Activation::Closing => "status-closing",
            Activation::Unknown => "status-activation-unknown",
        },
        &Args::new(),
    )?;
    if status.snapshots.is_empty() {
        output.say("status-no-snapshot", &Args::new())?;
    }
    for snapshot in &status.snapshots {
        tell_snapshot(context, snapshot)?;
    }
    tell_journal(context, status)?;
    tell_sync(context, status.sync.as_ref())?;
    tell_machine(context, status)
}

fn tell_enrolment(context: &Context, status: &Status) -> Result<(), Failure> {
    let Some(enrolment) = &status.enrolment else {
        return context.output.say("status-not-enrolled", &Args::new());
    };
    let id = if enrolment.drill { "status-enrolled-drill" } else { "status-enrolled" };
    context.output.say(
        id,
        &args([
            ("node", enrolment.node.as_str().into()),
            ("incarnation", enrolment.incarnation.into()),
            ("region", enrolment.region.as_str().into()),
            ("at", enrolment.at.as_str().into()),
        ]),
    )
}

fn tell_snapshot(context: &Context, snapshot: &SnapshotStatus) -> Result<(), Failure> {
    let output = context.output;
    output.say(
        "status-snapshot",
        &args([
            ("region", snapshot.region.as_str().into()),
            ("id", snapshot.id.as_str().into()),
            ("published", snapshot.published_at.as_str().into()),
            ("claims", snapshot.claims_to.as_str().into()),
            ("processed", snapshot.processed.as_str().into()),
            ("eligibility", snapshot.eligibility_to.as_str().into()),
            ("checkups", snapshot.checkups_to.as_str().into()),
        ]),
    )?;
    match snapshot.age_seconds {
        Some(age) => {
            let id = if snapshot.fresh { "status-age-fresh" } else { "status-age-stale" };
            output.say(id, &args([("hours", (age / 3600).into())]))?;
        }
        None => output.say("status-age-unknown", &Args::new())?,
    }
    match snapshot.missing {
        Some(0) => {
            let bytes = snapshot.len_bytes.into();
            output.say(
                "status-whole",
                &args([("segments", snapshot.segments.into()), ("bytes", bytes)]),
            )
        }
        Some(missing) => output.say("status-missing", &args([("count", missing.into())])),
        None => output.say("status-missing-unknown", &Args::new()),
    }
}

fn tell_journal(context: &Context, status: &Status) -> Result<(), Failure> {
    let journal = &status.journal;
    if let Some(size) = journal.size {
        context.output.say("status-journal-size", &args([("count", size.into())]))?;
    }
    match (journal.acknowledged, &journal.acknowledged_at) {
        (Some(count), Some(at)) => context.output.say(
            "status-acknowledged",
            &args([("count", count.into()), ("at", at.as_str().into())]),
        ),
        _ => context.output.say("status-acknowledged-unknown", &Args::new()),
    }
}

fn tell_sync(context: &Context, sync: Option<&SyncStatus>) -> Result<(), Failure> {
    let output = context.output;
    let Some(sync) = sync else { return output.say("status-not-serving", &Args::new()) };
    if !sync.on {
        return output.say("status-sync-off", &Args::new());
    }
    match &sync.last_success_at {
        Some(at) => output.say("status-sync-success", &args([("at", at.as_str().into())]))?,
        None => output.say("status-sync-never", &Args::new())?,
    }
    if let Some(at) = &sync.reached_at {
        output.say("status-sync-reached", &args([("at", at.as_str().into())]))?;
    }
    let to_come = sync.progress.map(|p| p.total_bytes.saturating_sub(p.done_bytes));
    if let Some(bytes @ 1..) = to_come {
        output.say("status-sync-remaining", &args([("bytes", bytes.into())]))?;
    }
    let Some(failure) = &sync.last_failure else { return Ok(()) };
    output.say(
        "status-sync-failure",
        &args([
            ("at", failure.at.as_str().into()),
            ("failures", sync.failures.into()),
            ("class", failure.why.class.as_str().into()),
            ("why", failure_text(output.lang, &failure.why).into()),
        ]),
    )?;
    // The first of them is the round's own.
    let failed = sync.steps.iter().filter_map(|told| Some((told.step, told.failure.as_ref()?)));
    for (step, failure) in failed.skip(1) {
        tell_step(context, step, failure)?;
    }
    Ok(())
}

fn tell_step(context: &Context, step: Step, failure: &SyncFailure) -> Result<(), Failure> {
    let output = context.output;
    output.say(
        "status-sync-step",
        &args([
            ("step", text(output.lang, step.message_id(), &Args::new()).into()),
            ("at", failure.at.as_str().into()),
            ("class", failure.why.class.as_str().into()),
            ("why", failure_text(output.lang, &failure.why).into()),
        ]),
    )
}

fn tell_machine(context: &Context, status: &Status) -> Result<(), Failure> {
    let output = context.output;
    match status.clock {
        ClockSanity::Plausible => {}
        ClockSanity::BeforeAnyNode | ClockSanity::BeforeFloor | ClockSanity::BeforeSnapshot => {
            output.say("status-clock-wrong", &Args::new())?;
        }
    }
    match status.free_bytes {
        Some(free) => output.say("status-free", &args([("bytes", free.into())]))?,
        None => output.say("status-free-unknown", &Args::new())?,
    }
    if let Some(count @ 1..) = status.set_aside {
        output.say("status-set-aside", &args([("count", count.into())]))?;
    }
    for alarm in &status.alarms {
        let words = failure_text(output.lang, alarm);
        output.say("status-alarm", &args([("words", words.into())]))?;
    }
    Ok(())
}
