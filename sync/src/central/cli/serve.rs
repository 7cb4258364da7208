//! `serve`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::Serve;
use super::centre::Centre;
use super::control;
use super::failure::Failure;
use super::ledger;
use super::report::Report;
use crate::central::access;
use crate::central::ledger::RedbLedger;
use crate::central::service::{Service, World};
use crate::net::{Limits, Server};
use crate::seam::{StdFiles, SystemClock, SystemEntropy};

pub(super) fn run(centre: Centre, options: Serve, json: bool) -> Result<Report, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(centre, options, json))?;
    Ok(Report::new(json!({ "stopped": true }), ""))
}

async fn serve(centre: Centre, options: Serve, json: bool) -> Result<(), Failure> {
    // First of all: only one process gets further than this.
    let ledger = Arc::new(RedbLedger::open(&centre.folder.ledger())?);
    let identity = access::server_identity(&centre.folder, &centre.files, &centre.config)?;
    let world = World {
        files: Arc::new(StdFiles),
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(SystemEntropy),
    };
    let trust = (centre.trust.clone(), centre.trust_bytes.clone());
    let service = Service::open(centre.folder.clone(), world, trust, ledger.clone())?;
    let service = Arc::new(service);
    let listen = options.listen.unwrap_or(centre.config.listen);
    let server = Server::bind(listen, &identity, Limits::default())?;
    let address = server.local_addr()?;
    let folder = centre.folder.clone();
    control::listen(&folder, move |question| {
        let directory = centre.directory().ok()?;
        ledger::answer(&*ledger, &directory, &centre.trust, question).ok()
    })?;
    // Before the announcement: who reads it may stop us at once.
    let shutdown = stopped()?;
    announce(address, json)?;
    server.serve(service.clone(), service, shutdown).await;
    control::forget(&folder);
    Ok(())
}

/// Done when the process is told to end.
fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

fn announce(address: SocketAddr, json: bool) -> io::Result<()> {
    writeln!(io::stderr(), "listening on {address}")?;
    if json {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", json!({ "listening": address.to_string() }))?;
        out.flush()?;
    }
    Ok(())
}
