//! What the journal gives back after a restart while open, once the keys are in memory again.
//!
//! Promises: only what the opening identity opens is read, so nothing of an earlier opening; the walk goes from the
//! newest entry back and ends at the first that cannot be read, because what stands before a gap may have been taken
//! back inside it. So a patient may be asked once more, and no consent counts that was refused since.
//!
//! Not covered: a host whose administrator writes journal files (THREATS).

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{Event, FileBodies, Head, JournalFile, ReadError, Reader};

use super::Duty;
use crate::desk::Desk;
use crate::folder::Secret;
use crate::keys;
use crate::state::NodeRecord;

/// Why the walk ended before it reached the beginning of the opening.
struct Gap(ErrorClass, String);

/// Entries found so far, newest first.
type Found = Vec<(Timestamp, Event)>;

impl Duty {
    /// Gives the desk its consents and its list of what was done back. A gap is an alarm and not a failure: patients
    /// are asked again.
    pub(super) fn recall(&self, now: Timestamp) {
        let mut found = Found::new();
        if let Err(Gap(class, cause)) = self.walk_back(now, &mut found) {
            tracing::error!(%class, cause, "the journal is not recalled any further");
        }
        found.reverse();
        tracing::info!(entries = found.len(), "recalled from the journal");
        self.desk.restore(&found);
    }

    fn walk_back(&self, now: Timestamp, found: &mut Found) -> Result<(), Gap> {
        let identity = keys::identity(&self.folder, &self.seams, Secret::OpeningIdentity);
        let identity = identity.map_err(|failure| Gap(failure.class, failure.code))?.expose();
        let unreadable = |error: ReadError| Gap(error.class(), error.to_string());
        let dir = self.folder.journal_dir();
        // A restart can have begun a new life of the journal within this opening.
        let NodeRecord { node, incarnation: newest, .. } = self.record();
        for incarnation in (1..=newest.0).rev().map(Incarnation) {
            let reader = Reader::open(&*self.seams.files, &dir, node, incarnation);
            let mut reader = reader.map_err(|error| unreadable(error.into()))?;
            let mut newer: Option<Head> = None;
            for index in (0..reader.numbers().len()).rev() {
                reader.seek(index);
                let file = reader.next_file().map_err(unreadable)?;
                let Some(JournalFile { header, records, .. }) = file else { break };
                if newer.is_some_and(|newer| newer != reader.head()) {
                    let number = header.number;
                    let cause = format!("journal file {number} is not the one the next hangs on");
                    return Err(Gap(ErrorClass::Corrupt, cause));
                }
                newer = Some(Head { tree: header.before, previous: header.previous });
                let sealed = &header.sealed_key;
                let Ok(bodies) = FileBodies::unseal(sealed, node, incarnation, &identity) else {
                    // Sealed to the centre alone, or to the identity of an earlier opening: before this one.
                    return Ok(());
                };
                let wanted = |at, kind| Desk::restores(kind, at, now);
                for record in records.iter().rev().filter(|r| wanted(r.clear.time, r.clear.kind)) {
                    let event = bodies.open(&record.clear, &record.sealed);
                    let event = event.map_err(|error| Gap(error.class(), error.to_string()))?;
                    found.push((record.clear.time, event));
                }
            }
        }
        Ok(())
    }
}
