//! Rounds of sync, one after the other, for as long as the node serves.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use super::{Schedule, Stop};
use crate::failure::Failure;
use crate::node::Node;
use crate::status::SyncFailure;

/// One round of sync: pull what is newer, read the inbox, hand over the journal. Plugged in by whoever knows the line.
pub trait SyncOnce: Send + Sync + 'static {
    /// Does one round. Dropped in the middle when the node ends: what it had done must hold by then.
    fn sync_once(&self) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + '_>>;
}

/// Runs rounds until `stop`; says in the status how they go.
pub(super) async fn run(
    node: Arc<Node>,
    sync: Option<Arc<dyn SyncOnce>>,
    mut schedule: Schedule,
    mut stop: Stop,
) {
    node.set_sync_status(|status| status.on = sync.is_some());
    let Some(sync) = sync else { return stop.stopped().await };
    let mut wait = schedule.first();
    loop {
        let next_at = later(node.seams().clock.now(), wait).to_string();
        node.set_sync_status(|status| status.next_at = Some(next_at));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.stopped() => return,
        }
        node.set_sync_status(|status| status.running = true);
        let result = tokio::select! {
            result = one_round(sync.clone()) => result,
            () = stop.stopped() => return,
        };
        wait = match &result {
            Ok(()) => schedule.after_success(),
            Err(_) => schedule.after_failure(),
        };
        tell(&node, result, schedule.failures());
    }
}

/// A round on a task of its own: a panic in it is a failed round and not the end of the node.
async fn one_round(sync: Arc<dyn SyncOnce>) -> Result<(), Failure> {
    let mut round = tokio::task::JoinSet::new();
    round.spawn(async move { sync.sync_once().await });
    let panicked = || Err(Failure::new(ErrorClass::Internal, "internal"));
    round.join_next().await.map_or_else(panicked, |joined| joined.unwrap_or_else(|_| panicked()))
}

fn tell(node: &Node, result: Result<(), Failure>, failures: u32) {
    let at = node.seams().clock.now().to_string();
    if let Err(why) = &result {
        tracing::warn!(class = %why.class, code = why.code, failures, "sync failed");
    }
    node.set_sync_status(|status| {
        status.running = false;
        status.failures = failures;
        match result {
            Ok(()) => {
                status.last_success_at = Some(at);
                status.last_failure = None;
            }
            Err(why) => status.last_failure = Some(SyncFailure { at, why }),
        }
    });
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.plus_millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}
