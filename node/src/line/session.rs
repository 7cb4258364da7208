//! One round: who runs it, and how it waits.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::time::sleep;
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

/// What a wait ended with.
enum Woken<T> {
    Stopped,
    News,
    Done(T),
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

    /// Waits for `work`, unless the round is to stop. Whoever listens is told between waits and not inside of them,
    /// because telling may block.
    pub(super) fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let (stop, news) = (&mut self.stop, &mut self.news.subscribe());
        let stopped = || Failure::new(ErrorClass::Transient, "sync-stopped");
        let mut work = pin!(work);
        loop {
            let woken = self.runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = stop.stopped() => Woken::Stopped,
                    Ok(()) = news.changed() => Woken::News,
                    done = &mut work => Woken::Done(done),
                    () = sleep(BEAT) => Woken::News,
                }
            });
            match woken {
                Woken::Stopped => return Err(stopped()),
                Woken::Done(done) => return Ok(done),
                Woken::News => {
                    let so_far = *news.borrow_and_update();
                    if (self.hear)(so_far).is_break() {
                        return Err(stopped());
                    }
                }
            }
        }
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
