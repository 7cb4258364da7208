//! One round: who runs it, and how it waits.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::time::interval;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::journal::Event;
use tomoshibi_sync::net::Centre;
use tomoshibi_sync::trust::TrustRoot;
use tomoshibi_sync::wire::{Request, Response};

use super::{Hear, SyncProgress};
use crate::failure::Failure;
use crate::node::Node;
use crate::serve::Stop;
use crate::state::NodeRecord;

/// Whoever listens hears something this often, so that silence means that the owner hangs.
const BEAT: Duration = Duration::from_secs(10);

/// A round that is under way.
pub(super) struct Session<'a> {
    pub(super) node: &'a Node,
    runtime: Handle,
    stop: Stop,
    hear: Hear<'a>,
    /// Held by the pull's thread too, which may outlive the round by a moment.
    pub(super) guard: Arc<OwnedMutexGuard<()>>,
    pub(super) news: watch::Sender<SyncProgress>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        node: &'a Node,
        runtime: Handle,
        stop: Stop,
        guard: OwnedMutexGuard<()>,
        hear: Hear<'a>,
    ) -> Self {
        let (news, _) = watch::channel(SyncProgress::default());
        Self { node, runtime, stop, hear, guard: Arc::new(guard), news }
    }

    /// Waits for `work`, unless the round is to stop.
    pub(super) fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let (hear, stop, news) = (&mut self.hear, &mut self.stop, &mut self.news.subscribe());
        let stopped = || Failure::new(ErrorClass::Transient, "sync-stopped");
        self.runtime.block_on(async {
            let mut work = pin!(work);
            let mut beat = interval(BEAT);
            loop {
                tokio::select! {
                    biased;
                    () = stop.stopped() => return Err(stopped()),
                    Ok(()) = news.changed() => {}
                    _ = beat.tick() => {}
                    done = &mut work => return Ok(done),
                }
                let so_far = *news.borrow_and_update();
                if hear(so_far).is_break() {
                    return Err(stopped());
                }
            }
        })
    }

    /// Asks the centre one thing.
    pub(super) fn call(&mut self, centre: &Centre, request: &Request) -> Result<Response, Failure> {
        Ok(self.wait(centre.call(request))??)
    }

    /// Who this node is.
    pub(super) fn record(&self) -> Result<&'a NodeRecord, Failure> {
        let missing = || Failure::new(ErrorClass::NotFound, "not-enrolled");
        self.node.record().ok_or_else(missing)
    }

    /// Whom this node trusts.
    pub(super) fn trust(&self) -> Result<&'a TrustRoot, Failure> {
        let missing = || Failure::new(ErrorClass::NotFound, "not-enrolled");
        self.node.trust().ok_or_else(missing)
    }

    /// Makes an event durable, where a journal is written. What the line brings is no disclosure: it is not refused
    /// because it cannot be noted.
    pub(super) fn note(&self, event: &Event) {
        let Some(duty) = self.node.begun_duty() else { return };
        if let Err(why) = duty.note(event, self.node.seams().clock.now()) {
            tracing::warn!(class = %why.class, "an event of the line is not in the journal");
        }
    }
}

/// The answer to another question than the one asked.
pub(super) fn unexpected(found: &Response) -> Failure {
    Failure::new(ErrorClass::Invalid, "centre-answer").with("found", found.name())
}
