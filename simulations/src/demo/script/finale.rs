//! After the disaster.

use std::thread;
use std::time::{Duration, Instant};

use super::{DemoError, Drill};
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
    /// Syncs until the centre has acknowledged every entry that was there before.
    fn reconcile(&mut self) -> Result<(), DemoError> {
        let deadline = Instant::now() + RECONCILED;
        loop {
            let journalled = self.node("node-a", &["journal", "verify"])?.number("/size")?;
            // The first tries may meet a connection that the cut has killed.
            let synced = self.node("node-a", &["sync"]);
            let acknowledged = self.acknowledged()?;
            // What was journalled in between may be acknowledged already.
            let journalled = journalled.max(acknowledged);
            self.summary.entries = Entries { journalled, acknowledged };
            if synced.is_ok() && journalled == acknowledged {
                return Ok(());
            }
            if Instant::now() >= deadline {
                self.fail(format!("{acknowledged} of {journalled} entries are acknowledged"));
                return Ok(());
            }
            thread::sleep(POLL);
        }
    }

    /// What the centre says it has acknowledged of node-a, whichever incarnation wrote it.
    fn acknowledged(&self) -> Result<u64, DemoError> {
        let status = self.central("ledger", &["ledger", "status"])?;
        let journals = status.value().as_array().into_iter().flatten();
        let of_node = journals.filter(|journal| journal["name"] == "node-a");
        Ok(of_node.filter_map(|journal| journal["acknowledged"].as_u64()).sum())
    }
}

/// Closes the node, sees that nothing can be looked up, and lets the last entries go.
pub(super) fn close(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    drill.node("node-a", &["close"])?;
    wait_until_it_listens(drill)?;
    let cases = drill.plan.after.clone();
    drill.drive_all(&cases)?;
    if let Some(node) = drill.node_a.take() {
        node.stop(STOPPED)?;
    }
    drill.reconcile()?;
    for (whose, verified) in [
        ("the journal", drill.node("node-a", &["journal", "verify"])),
        ("the ledger", drill.central("ledger", &["ledger", "verify"])),
    ] {
        if let Err(error) = verified {
            drill.fail(format!("{whose} does not verify: {error}"));
        }
    }
    if let Some(centre) = drill.centre.take() {
        centre.stop(STOPPED)?;
    }
    Ok(())
}

/// Closing ends by replacing the process: its socket is gone for a moment.
fn wait_until_it_listens(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let deadline = Instant::now() + STOPPED;
    while let Err(error) = Socket::connect(&drill.path("node-a")) {
        if Instant::now() >= deadline {
            return Err(error.into());
        }
        if let Some(node) = &mut drill.node_a {
            node.check()?;
        }
        thread::sleep(POLL);
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
