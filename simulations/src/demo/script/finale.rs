//! After the disaster.

use std::thread;
use std::time::{Duration, Instant};

use super::{DemoError, Drill, Mode};
use crate::demo::residue;
use crate::demo::socket::Socket;
use crate::demo::summary::Entries;

/// Longest time until the centre has everything.
const RECONCILED: Duration = Duration::from_secs(120);
const STOPPED: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(500);

/// Heals the line and waits until every entry is acknowledged.
pub(super) fn reconcile(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    if let Some(line) = &drill.line {
        line.heal();
    }
    drill.reconcile()
}

impl Drill<'_> {
    /// The nodes that run in this drill and so have something to tell.
    fn served(&self) -> &'static [&'static str] {
        match self.parameters.mode {
            Mode::Script => &["node-a"],
            Mode::Walk { .. } => &["node-a", "node-b"],
        }
    }

    /// Syncs until the centre has acknowledged every entry that was there before.
    fn reconcile(&mut self) -> Result<(), DemoError> {
        let mut all = Entries::default();
        for node in self.served() {
            let entries = self.reconcile_node(node)?;
            all.journalled += entries.journalled;
            all.acknowledged += entries.acknowledged;
        }
        self.summary.entries = all;
        Ok(())
    }

    fn reconcile_node(&mut self, node: &str) -> Result<Entries, DemoError> {
        let deadline = Instant::now() + RECONCILED;
        loop {
            let journalled = self.node(node, &["journal", "verify"])?.number("/size")?;
            // The first tries may meet a connection that the cut has killed.
            let synced = self.node(node, &["sync"]);
            let acknowledged = self.acknowledged(node)?;
            // What was journalled in between may be acknowledged already.
            let journalled = journalled.max(acknowledged);
            let entries = Entries { journalled, acknowledged };
            if synced.is_ok() && journalled == acknowledged {
                return Ok(entries);
            }
            if Instant::now() >= deadline {
                self.fail(format!(
                    "{acknowledged} of {journalled} entries of {node} are acknowledged"
                ));
                return Ok(entries);
            }
            thread::sleep(POLL);
        }
    }

    /// What the centre says it has acknowledged of a node, whichever incarnation wrote it.
    fn acknowledged(&self, node: &str) -> Result<u64, DemoError> {
        let status = self.central("ledger", &["ledger", "status"])?;
        let journals = status.value().as_array().into_iter().flatten();
        let of_node = journals.filter(|journal| journal["name"] == node);
        Ok(of_node.filter_map(|journal| journal["acknowledged"].as_u64()).sum())
    }

    /// Somebody who walked in may have closed it, or never have opened it.
    fn must_close(&self, node: &str) -> Result<bool, DemoError> {
        if self.parameters.mode == Mode::Script {
            return Ok(true);
        }
        let status = self.node(node, &["status"])?;
        Ok(status.text("/activation")? != "sealed")
    }
}

/// Closes what is open and sees that nothing can be looked up any more.
pub(super) fn close(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    for node in drill.served() {
        wait_until_it_listens(drill, node)?;
        if drill.must_close(node)? {
            drill.node(node, &["close"])?;
            wait_until_it_listens(drill, node)?;
        }
    }
    let cases = drill.plan.after.clone();
    drill.drive_all(&cases)
}

/// Closing ends by replacing the process: its socket is gone for a moment.
fn wait_until_it_listens(drill: &mut Drill<'_>, node: &str) -> Result<(), DemoError> {
    let deadline = Instant::now() + STOPPED;
    while let Err(error) = Socket::connect(&drill.path(node)) {
        if Instant::now() >= deadline {
            return Err(error.into());
        }
        drill.check_services()?;
        thread::sleep(POLL);
    }
    Ok(())
}

/// Stops the nodes and lets the last entries go to the centre.
pub(super) fn settle(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    for node in [drill.node_a.take(), drill.walk.node_b.take()].into_iter().flatten() {
        node.stop(STOPPED)?;
    }
    if let Some(line) = &drill.line {
        line.heal();
    }
    drill.reconcile()?;
    let mut verified = vec![("the centre", drill.central("ledger", &["ledger", "verify"]))];
    for node in drill.served() {
        verified.push((node, drill.node(node, &["journal", "verify"])));
    }
    for (whose, verified) in verified {
        if let Err(error) = verified {
            drill.fail(format!("the evidence of {whose} does not verify: {error}"));
        }
    }
    if let Some(centre) = drill.centre.take() {
        centre.stop(STOPPED)?;
    }
    Ok(())
}

/// Takes both disks away.
pub(super) fn search_disks(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let (a, b) = (drill.path("node-a"), drill.path("node-b"));
    let all = [a.as_path(), b.as_path()];
    drill.summary.residue.node_a = residue::search(&a, &all, &drill.register)?;
    drill.summary.residue.node_b = residue::search(&b, &all, &drill.register)?;
    Ok(())
}
