//! What the journal gives back after a restart while open, once the keys are in memory again.
//!
//! Promises: only what the opening identity opens is read, so nothing of an earlier opening; the walk goes from the
//! newest entry back and ends at the first that cannot be read, because what stands before a gap may have been taken
//! back inside it. So a patient may be asked once more, and no consent counts that was refused since. Every life has to
//! reach as far as was signed or acknowledged of it, and from one life to the one before the walk goes only where the
//! files of that were not in doubt when it was left.
//!
//! Not covered: a host whose administrator writes journal files (THREATS).

use secrecy::SecretString;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{
    EntryKind, Event, FileBodies, Head, JournalFile, Origin, ReadError, Reader, Record, Sequence,
    stated_size,
};

use super::Duty;
use crate::desk::Desk;
use crate::folder::Secret;
use crate::keys;
use crate::state::key;

/// Why a life can have been left whose entries are all there. After a failed sync what waited stands in the next; what
/// the centre refuses is whole all the same.
const LEFT_WHOLE: [&str; 2] = ["journal-sync-failed", "journal-refused"];

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
        // A restart can have begun a new life of the journal within this opening.
        let mut life = Some(self.record().incarnation);
        while let Some(incarnation) = life {
            life = self.walk_life(incarnation, &identity, now, found)?;
        }
        Ok(())
    }

    /// Walks one life from its end; says which life to go on with.
    fn walk_life(
        &self,
        incarnation: Incarnation,
        identity: &SecretString,
        now: Timestamp,
        found: &mut Found,
    ) -> Result<Option<Incarnation>, Gap> {
        let unreadable = |error: ReadError| Gap(error.class(), error.to_string());
        let Origin { node, .. } = self.origin();
        // Before the files are read: the newest life grows meanwhile.
        let stated = self.stated_size(incarnation)?;
        let dir = self.folder.journal_dir();
        let reader = Reader::open(&*self.seams.files, &dir, node, incarnation);
        let mut reader = reader.map_err(|error| unreadable(error.into()))?;
        let mut newer: Option<Head> = None;
        for index in (0..reader.numbers().len()).rev() {
            reader.seek(index);
            let Some(file) = reader.next_file().map_err(unreadable)? else { break };
            let JournalFile { header, records, .. } = &file;
            match &newer {
                None => reaches(&reader.head(), stated, incarnation)?,
                Some(newer) if *newer == reader.head() => (),
                Some(_) => {
                    let number = header.number;
                    let cause = format!("journal file {number} is not the one the next hangs on");
                    return Err(Gap(ErrorClass::Corrupt, cause));
                }
            }
            newer = Some(Head { tree: header.before.clone(), previous: header.previous });
            let Ok(bodies) = FileBodies::unseal(&header.sealed_key, node, incarnation, identity)
            else {
                // Sealed to the centre alone, or to the identity of an earlier opening: before this one.
                return Ok(None);
            };
            let wanted = |at, kind| Desk::restores(kind, at, now);
            for record in records.iter().rev().filter(|r| wanted(r.clear.time, r.clear.kind)) {
                found.push((record.clear.time, opened(&bodies, record)?));
            }
            if index == 0 {
                return life_before(&bodies, records.first());
            }
        }
        reaches(&reader.head(), stated, incarnation)?;
        Ok(None)
    }

    /// How many entries of a life were signed or acknowledged.
    fn stated_size(&self, incarnation: Incarnation) -> Result<u64, Gap> {
        let origin = Origin { incarnation, ..self.origin() };
        let (dir, key) = (self.folder.journal_dir(), self.signing.public());
        let stated = stated_size(&*self.seams.files, &dir, origin, &key);
        let stated = stated.map_err(|error| Gap(error.class(), error.to_string()))?;
        let known = self.state.get(&key::acknowledged());
        let known = known.map_err(|error| Gap(error.class(), error.to_string()))?;
        let known = known.filter(|known| known.incarnation == incarnation);
        Ok(known.map_or(stated, |known| known.size.max(stated)))
    }
}

/// Refuses a life that ends before what was signed or acknowledged of it: what is lost may have taken back what is left.
fn reaches(end: &Head, stated: u64, incarnation: Incarnation) -> Result<(), Gap> {
    let size = end.tree.size();
    if size >= stated {
        return Ok(());
    }
    let cause = format!("life {incarnation} ends at entry {size}, {stated} were signed");
    Err(Gap(ErrorClass::Corrupt, cause))
}

/// The life that the one with this first entry went on from.
fn life_before(bodies: &FileBodies, first: Option<&Record>) -> Result<Option<Incarnation>, Gap> {
    let began = EntryKind::IncarnationStarted.code();
    let first = first.filter(|r| r.clear.sequence == Sequence(0) && r.clear.kind == began);
    let Some(first) = first else { return Ok(None) };
    match opened(bodies, first)? {
        Event::IncarnationStarted { before, cause } if LEFT_WHOLE.contains(&cause.as_str()) => {
            Ok(Some(Incarnation(before)))
        }
        Event::IncarnationStarted { before, cause } => {
            let cause = format!("life {before} was left: {cause}");
            Err(Gap(ErrorClass::Corrupt, cause))
        }
        _ => Ok(None),
    }
}

fn opened(bodies: &FileBodies, record: &Record) -> Result<Event, Gap> {
    let event = bodies.open(&record.clear, &record.sealed);
    event.map_err(|error| Gap(error.class(), error.to_string()))
}
