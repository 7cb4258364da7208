//! Rounds of sync, one after the other, for as long as the node serves.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use super::{Schedule, Stop};
use crate::failure::Failure;
use crate::node::Node;
use crate::state::key;
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
    tell_start(&node, sync.is_some());
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

/// Says whether there is a line, and what an earlier process knew of it.
pub(super) fn tell_start(node: &Node, on: bool) {
    let known = node.store().state().get(&key::line()).ok().flatten().unwrap_or_default();
    node.set_sync_status(|status| {
        status.on = on;
        status.tell_record(&known);
    });
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
    use tomoshibi_sync::seam::{Files, StdFiles};

    use super::*;
    use crate::config::SyncConfig;
    use crate::folder::{Folder, Owner};
    use crate::node::Seams;
    use crate::serve::Stopper;
    use crate::status::SyncStatus;

    type Round = fn() -> Result<(), Failure>;

    /// Rounds that tell the status they see, and end as they are told.
    struct Script {
        node: Arc<Node>,
        rounds: Mutex<Vec<Round>>,
        sees: UnboundedSender<SyncStatus>,
    }

    impl SyncOnce for Script {
        fn sync_once(&self) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + '_>> {
            Box::pin(async {
                self.sees.send(self.node.status().unwrap().sync.unwrap()).unwrap();
                let next = self.rounds.lock().unwrap().pop();
                match next {
                    Some(round) => round(),
                    None => std::future::pending().await,
                }
            })
        }
    }

    fn node(dir: &tempfile::TempDir) -> Arc<Node> {
        let folder = Folder::new(dir.path());
        folder.create(&StdFiles).unwrap();
        let text = b"[node]\nname = \"x\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n";
        StdFiles.replace(&folder.config(), text).unwrap();
        let owner = Owner::claim(&folder).unwrap();
        Arc::new(Node::open(owner, &folder, Seams::of_host()).unwrap())
    }

    #[tokio::test]
    async fn rounds_go_on_after_failures_and_panics_and_the_status_tells_how_they_went() {
        let dir = tempfile::tempdir().unwrap();
        let node = node(&dir);
        let (sees, mut seen) = unbounded_channel();
        let rounds: Vec<Round> = vec![
            || Err(Failure::new(ErrorClass::Transient, "control-silent")),
            || panic!("a fault in a round"),
            || Ok(()),
            || Err(Failure::new(ErrorClass::Transient, "control-silent")),
        ];
        let sync = Arc::new(Script { node: node.clone(), rounds: Mutex::new(rounds), sees });
        let quick = SyncConfig {
            interval_seconds: 0,
            retry_seconds_min: 0,
            retry_seconds_max: 0,
            ..node.config().sync
        };
        let (stopper, stop) = Stopper::pair();
        let running = tokio::spawn(run(node.clone(), Some(sync), Schedule::new(&quick, 1), stop));
        for expected in [
            (0, false, None),
            (1, false, Some("control-silent")),
            (0, true, None),
            (1, true, Some("internal")),
            (2, true, Some("control-silent")),
        ] {
            let status = seen.recv().await.unwrap();
            assert!(status.on && status.running);
            let code = status.last_failure.as_ref().map(|failure| failure.why.code.as_str());
            assert_eq!((status.failures, status.last_success_at.is_some(), code), expected);
        }
        stopper.stop();
        running.await.unwrap();
    }

    #[tokio::test]
    async fn without_a_line_the_node_serves_and_says_that_it_has_none() {
        let dir = tempfile::tempdir().unwrap();
        let node = node(&dir);
        assert!(!node.status().unwrap().serving);
        let (stopper, stop) = Stopper::pair();
        stopper.stop();
        let config = node.config().sync;
        run(node.clone(), None, Schedule::new(&config, 1), stop).await;
        let status = node.status().unwrap();
        assert!(status.serving && !status.sync.unwrap().on);
    }
}
