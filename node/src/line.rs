//! The line to the centre, as long as there is one: rounds of sync.
//!
//! A round connects, fetches the newest snapshot and makes it current, reads the inbox, announces the next opening
//! identity, and hands the journal over. Each is a [`Step`]: its failure is classed, told in the status, and keeps no
//! later step from being tried. A round that is cut off anywhere is simply done again: fetched bytes are staged, the
//! inbox's cursor moves after its items are on the disk, and the journal goes from where the centre says it is.
//!
//! Promises: every wait on the line has an end; one round runs at a time; a round that is told to stop lets go at the
//! next word of the line or the disk. Rounds run on a thread that may block; only waiting for the line is async.
//!
//! Not covered: when rounds begin (`serve`), and a centre restored from an old backup whose inbox counts from the
//! beginning again: the node asks from its own cursor on.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle};
use tokio::sync::OwnedMutexGuard;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::net::Centre;

use crate::failure::Failure;
use crate::node::Node;
use crate::serve::{Stop, Stopper, SyncOnce};
use crate::state::{Change, LineRecord, key};

mod connect;
mod error;
mod inbox;
mod journal;
mod opening;
mod release;
mod report;
mod session;
mod snapshot;

pub use release::ReleaseLine;
pub use report::{
    InboxReport, JournalReport, SnapshotReport, Step, StepFailure, SyncProgress, SyncReport,
};

pub(crate) use journal::{lives, parted_failure, size_on_disk, unacknowledged_before};

use session::Session;

/// Hears how far a round has got, and says whether to go on.
pub type Hear<'a> = &'a mut dyn FnMut(SyncProgress) -> ControlFlow<()>;

/// Rounds of sync of a node that serves.
pub struct Line(Arc<Node>);

impl Line {
    /// The line of `node`; none when it is not enrolled or no centre is known.
    #[must_use]
    pub fn of(node: &Arc<Node>) -> Option<Self> {
        let known = node.record().is_some() && connect::address(node).is_ok();
        known.then(|| Self(node.clone()))
    }
}

impl SyncOnce for Line {
    fn sync_once(&self) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + '_>> {
        let node = self.0.clone();
        Box::pin(async move {
            // Dropped with this future: the thread hears it.
            let (_stopper, stop) = Stopper::pair();
            let guard = node.round().lock_owned().await;
            let runtime = Handle::current();
            let work = move || {
                let hear = &mut |so_far| {
                    node.update_sync_status(|status| status.progress = Some(so_far));
                    ControlFlow::Continue(())
                };
                round(&node, runtime, stop, guard, hear).into_result()
            };
            let done = tokio::task::spawn_blocking(work).await;
            done.unwrap_or_else(|_| Err(Failure::new(ErrorClass::Internal, "internal")))
        })
    }
}

/// Does one round now. Blocks; must not be called on an async worker.
///
/// # Errors
/// When there is no centre to ask, or a round is under way. What went wrong in the round is in the report.
pub fn now(node: &Node, hear: Hear<'_>) -> Result<SyncReport, Failure> {
    connect::address(node)?;
    let busy = |_| Failure::new(ErrorClass::Conflict, "sync-running");
    let guard = node.round().try_lock_owned().map_err(busy)?;
    let (_stopper, stop) = Stopper::pair();
    on_runtime(|runtime| round(node, runtime.clone(), stop, guard, hear))
}

/// Gives `work` the runtime that runs here, or one for the moment.
pub(crate) fn on_runtime<T>(work: impl FnOnce(&Handle) -> T) -> Result<T, Failure> {
    if let Ok(runtime) = Handle::try_current() {
        return Ok(work(&runtime));
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(ErrorClass::Internal, "serve-start").with("cause", error.to_string())
    })?;
    Ok(work(runtime.handle()))
}

fn round(
    node: &Node,
    runtime: Handle,
    stop: Stop,
    guard: OwnedMutexGuard<()>,
    hear: Hear<'_>,
) -> SyncReport {
    let mut report = SyncReport::default();
    let mut session = Session::new(node, runtime, stop, guard, hear);
    let connected = session.connect();
    if let Some(centre) = took(node, &mut report, Step::Connect, connected) {
        note(node, |line| line.reached_at = Some(node.seams().clock.now()));
        steps(node, &mut session, &centre, &mut report);
    } else {
        follow(node);
    }
    if report.failures.is_empty() {
        note(node, |line| line.synced_at = Some(node.seams().clock.now()));
    }
    report
}

/// The steps that need a connection. None of them needs another.
fn steps(node: &Node, session: &mut Session<'_>, centre: &Centre, report: &mut SyncReport) {
    let snapshot = session.fetch_snapshot(centre);
    report.snapshot = took(node, report, Step::Snapshot, snapshot);
    follow(node);
    let inbox = session.read_inbox(centre);
    report.inbox = took(node, report, Step::Inbox, inbox);
    let opening = session.announce_opening(centre);
    took(node, report, Step::Opening, opening);
    let journal = session.hand_over_journal(centre);
    report.journal = took(node, report, Step::Journal, journal);
}

/// Gives look-ups of an open node what was promoted. Tried in each round, whatever it brought: an opening may have begun
/// while the last one promoted, and a load may have failed.
fn follow(node: &Node) {
    let Some(duty) = node.begun_duty() else { return };
    if let Err(why) = duty.follow_snapshot(node.store()) {
        tracing::error!(class = %why.class, code = why.code, args = ?why.args, "not followed");
    }
}

/// Tells how a step went.
fn took<T>(
    node: &Node,
    report: &mut SyncReport,
    step: Step,
    result: Result<T, Failure>,
) -> Option<T> {
    let at = node.seams().clock.now().to_string();
    let failure = result.as_ref().err().cloned();
    if let Some(why) = &failure {
        let class = why.class;
        tracing::warn!(step = step.as_str(), %class, code = why.code, args = ?why.args, "sync");
        report.failures.push(StepFailure { step, why: why.clone() });
    }
    node.update_sync_status(|status| status.tell_step(step, at, failure));
    result.ok()
}

/// Keeps when the centre was reached. A round is not worth less when this cannot be kept.
fn note(node: &Node, change: impl FnOnce(&mut LineRecord)) {
    let state = node.store().state();
    let mut line = state.get(&key::line()).ok().flatten().unwrap_or_default();
    change(&mut line);
    if let Err(error) = state.apply(Change::default().put(&key::line(), &line)) {
        tracing::warn!(%error, "cannot keep when the centre was reached");
    }
    node.update_sync_status(|status| status.tell_record(&line));
}
