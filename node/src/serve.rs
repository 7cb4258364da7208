//! The process that owns the folder: answers commands, keeps what the node has current, ends in good order.
//!
//! Blocking work never runs on the threads of the network. SIGTERM and SIGINT begin the end: no new command is taken,
//! long work stops at its next report, and the folder is given up last.
//!
//! Not covered: what a round of sync does; it is plugged in as [`SyncOnce`].

use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tomoshibi_policies::ErrorClass;

use crate::control;
use crate::failure::Failure;
use crate::node::Node;
use crate::page;

mod background;
mod schedule;
mod stop;
mod watch;

pub use background::SyncOnce;
pub use schedule::Schedule;
pub use stop::{Stop, Stopper};

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// A signal asked for it.
    Asked,
    /// The node has closed. Its memory held the keyring, so the process has to be replaced by a new one.
    Closed,
}

/// Serves until a signal ends it or the node has closed. Calls `ready` once the socket answers, with the address of the page if
/// there is one.
///
/// # Errors
/// What keeps it from starting.
pub fn run(
    node: Arc<Node>,
    sync: Option<Arc<dyn SyncOnce>>,
    ready: impl FnOnce(Option<&str>) -> Result<(), Failure>,
) -> Result<Ended, Failure> {
    let threads = usize::try_from(node.config().limits.worker_threads).unwrap_or(1);
    let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    runtime.map_err(start_failure)?.block_on(serve(node, sync, ready))
}

async fn serve(
    node: Arc<Node>,
    sync: Option<Arc<dyn SyncOnce>>,
    ready: impl FnOnce(Option<&str>) -> Result<(), Failure>,
) -> Result<Ended, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(start_failure)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(start_failure)?;
    let (stopper, stop) = Stopper::pair();
    let schedule = Schedule::new(&node.config().sync, seed(&node)?);
    // Before anybody can ask.
    background::tell_start(&node, sync.is_some());
    let listener = control::bind(node.store().folder())?;
    let page = node.config().page.clone();
    let page = page.map(|config| page::bind(&node, &config)).transpose()?;
    log_start(&node);
    take_up_duty(&node).await;
    let mut tasks = JoinSet::new();
    let config = node.config().control;
    tasks.spawn(control::serve(listener, node.clone(), config, stop.clone()));
    tasks.spawn(background::run(node.clone(), sync, schedule, stop.clone()));
    tasks.spawn(watch::run(node.clone(), stop.clone()));
    let url = page.as_ref().map(page::Listening::url);
    if let Some(page) = page {
        tasks.spawn(page.serve(stop));
    }
    ready(url.as_deref())?;
    let ended = tokio::select! {
        _ = terminate.recv() => Some(Ended::Asked),
        _ = interrupt.recv() => Some(Ended::Asked),
        () = node.has_closed() => Some(Ended::Closed),
        // The tasks run until they are told to stop; one that ends before has panicked.
        _ = tasks.join_next() => None,
    };
    tracing::info!(?ended, "ending");
    stopper.stop();
    while tasks.join_next().await.is_some() {}
    node.end_duty();
    // The socket of an owner that is gone would only keep people waiting.
    let socket = node.store().folder().control_socket();
    if let Err(error) = node.seams().files.remove(&socket) {
        tracing::warn!(%error, "cannot remove the socket");
    }
    tracing::info!("ended");
    ended.ok_or_else(|| Failure::new(ErrorClass::Internal, "internal"))
}

/// An enrolled node takes up its journal and its activation at once: a closing that was interrupted must not wait for
/// somebody to ask. What keeps it from that is an alarm, and the node still serves what it can.
async fn take_up_duty(node: &Arc<Node>) {
    node.set_sync_status(|_| ());
    let node = node.clone();
    let begun = tokio::task::spawn_blocking(move || node.duty().map(drop)).await;
    match begun {
        Ok(Ok(())) => {}
        Ok(Err(failure)) if failure.code == "not-enrolled" => {}
        Ok(Err(failure)) => {
            tracing::error!(class = %failure.class, code = failure.code, args = ?failure.args, "no duty");
        }
        Err(_) => tracing::error!("taking up duty panicked"),
    }
}

fn start_failure(error: std::io::Error) -> Failure {
    Failure::new(ErrorClass::Internal, "serve-start").with("cause", error.to_string())
}

fn seed(node: &Node) -> Result<u64, Failure> {
    let bytes = node.seams().entropy.bytes().map_err(start_failure)?;
    Ok(u64::from_le_bytes(bytes))
}

fn log_start(node: &Node) {
    for alarm in node.alarms() {
        tracing::error!(class = %alarm.class, code = alarm.code, args = ?alarm.args, "alarm");
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "serving");
}
