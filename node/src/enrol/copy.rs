//! The enrolment beside the state: who the node is must not hang on a database that can be damaged.
//!
//! Promises: written before the state says "enrolled", and again when the state has an enrolment whose copy is missing
//! or damaged. Read when the state has none; then the state takes it up. A copy of another node is refused by name: it
//! has to name the key that signs the journal here, and the trust root that lies here.
//!
//! The life of the journal is the newest whose folder is there, since the copy knows only the first. Not covered: PINs,
//! counts of wrong codes and cursors. They are lost with the state, and whoever reads the alarm is told.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::journal::newest_incarnation;
use tomoshibi_sync::signed::PublicKey;

use super::trust_root;
use crate::failure::Failure;
use crate::folder::{Folder, Secret};
use crate::keys;
use crate::node::Seams;
use crate::state::copy::{self, Copied};
use crate::state::{CentreAt, Change, NodeRecord, NodeRecordV1, State, Stored, key};

/// What the copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EnrolmentCopy {
    /// Who the node is.
    pub(super) record: NodeRecord,
    /// The key that signs its journal.
    pub(super) journal_key: PublicKey,
    /// Where the centre was at enrolment.
    pub(super) centre: Option<String>,
}

/// Wire structure of [`EnrolmentCopy`].
#[derive(Serialize, Deserialize)]
pub(super) struct EnrolmentCopyV1 {
    record: NodeRecordV1,
    journal_key: [u8; 32],
    centre: Option<String>,
}

impl Stored for EnrolmentCopy {
    const WHAT: &'static str = "enrolment";
    const VERSION: u16 = 1;
    type Wire = EnrolmentCopyV1;

    fn to_wire(&self) -> EnrolmentCopyV1 {
        EnrolmentCopyV1 {
            record: self.record.to_wire(),
            journal_key: *self.journal_key.as_bytes(),
            centre: self.centre.clone(),
        }
    }

    fn from_wire(wire: EnrolmentCopyV1) -> Option<Self> {
        Some(Self {
            record: NodeRecord::from_wire(wire.record)?,
            journal_key: PublicKey::from_bytes(wire.journal_key),
            centre: wire.centre,
        })
    }
}

impl Copied for EnrolmentCopy {
    const MAGIC: [u8; 8] = *b"TMENRL\x1A\x0A";
}

/// Who the node is: what the state says, else what the copy says. What cannot be read is an alarm and not an end: what
/// lies on the disk is still served.
pub fn who(
    folder: &Folder,
    seams: &Seams,
    state: &State,
    alarms: &mut Vec<Failure>,
) -> Option<NodeRecord> {
    match state.get(&key::node()) {
        Ok(Some(record)) => {
            alarms.extend(renew_copy(folder, seams, state, &record).err());
            return Some(record);
        }
        Ok(None) => {}
        Err(error) => {
            let lost = error.class() == ErrorClass::Corrupt;
            alarms.push(error.into());
            // What a newer build wrote, or a disk in trouble holds, is not lost.
            if !lost {
                return None;
            }
        }
    }
    let restored = restore(folder, seams, state);
    let record = restored.map_err(|failure| alarms.push(failure)).ok().flatten()?;
    let told = Failure::new(ErrorClass::Corrupt, "alarm-enrolment-restored");
    alarms.push(told.with("node", record.node.to_string()));
    Some(record)
}

fn renew_copy(
    folder: &Folder,
    seams: &Seams,
    state: &State,
    record: &NodeRecord,
) -> Result<(), Failure> {
    let (files, path) = (&*seams.files, folder.enrolment());
    let known = copy::read::<EnrolmentCopy>(files, &path).ok().flatten();
    if known.is_some_and(|known| known.record.node == record.node) {
        return Ok(());
    }
    // Without its key the node is told so wherever it needs it, and no copy would count.
    let Ok(signing) = keys::signing_key(folder, seams, Secret::JournalSigning) else {
        return Ok(());
    };
    let centre = state.get(&key::centre()).ok().flatten().map(|centre| centre.address);
    let renewed = EnrolmentCopy { record: *record, journal_key: signing.public(), centre };
    Ok(copy::write(files, &path, &renewed)?)
}

fn restore(folder: &Folder, seams: &Seams, state: &State) -> Result<Option<NodeRecord>, Failure> {
    let files = &*seams.files;
    let Some(copy) = copy::read::<EnrolmentCopy>(files, &folder.enrolment())? else {
        return Ok(None);
    };
    let mut record = copy.record;
    let signing = keys::signing_key(folder, seams, Secret::JournalSigning)?;
    if signing.public() != copy.journal_key {
        let foreign = Failure::new(ErrorClass::Conflict, "enrolment-foreign");
        return Err(foreign.with("node", record.node.to_string()));
    }
    trust_root(folder, seams, &record)?;
    let newest = newest_incarnation(files, &folder.journal_dir())?;
    record.incarnation = newest.map_or(record.incarnation, |newest| newest.max(record.incarnation));
    let mut change = Change::default().put(&key::node(), &record);
    if let Some(address) = copy.centre {
        change = change.put(&key::centre(), &CentreAt { address });
    }
    state.apply(change)?;
    Ok(Some(record))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tomoshibi_policies::record::RegionCode;
    use tomoshibi_policies::time::Timestamp;
    use tomoshibi_sync::id::{Digest, Incarnation, NodeId};
    use tomoshibi_sync::seam::{Files, MemoryFiles};

    use super::*;
    use crate::state::MemoryState;

    fn a_copy() -> EnrolmentCopy {
        let record = NodeRecord {
            node: NodeId::from_bytes([1; 16]),
            incarnation: Incarnation(2),
            region: RegionCode::new(17).unwrap(),
            drill: true,
            trust_root: Digest::from_bytes([7; 32]),
            enrolled_at: Timestamp::from_millis(1),
        };
        let journal_key = PublicKey::from_bytes([9; 32]);
        EnrolmentCopy { record, journal_key, centre: Some("c:1".into()) }
    }

    #[test]
    fn the_copy_keeps_its_bytes() {
        let files = MemoryFiles::new();
        let path = std::path::Path::new("/enrolment");
        copy::write(&files, path, &a_copy()).unwrap();
        let node = [&[1; 16][..], &[2, 17, 1], &[7; 32], &[2]].concat();
        let body = [&node[..], &[9; 32], &[1, 3], b"c:1"].concat();
        let front = [b"TMENRL\x1A\x0A\x01\x00", &body[..]].concat();
        let bytes = files.read(path, 1000).unwrap();
        assert_eq!(bytes, [&front[..], Digest::of(&front).as_bytes()].concat());
        assert_eq!(copy::read(&files, path).unwrap(), Some(a_copy()));
    }

    #[test]
    fn a_copy_of_another_node_is_refused_by_name_and_a_damaged_one_told() {
        let seams = Seams { files: Arc::new(MemoryFiles::new()), ..Seams::of_host() };
        let folder = Folder::new("/node");
        folder.create(&*seams.files).unwrap();
        folder.write_secret(&*seams.files, Secret::JournalSigning, &[8; 32]).unwrap();
        let state = State::new(Arc::new(MemoryState::default()));
        let refused = |code: &str| {
            let mut alarms = Vec::new();
            assert_eq!(who(&folder, &seams, &state, &mut alarms), None);
            let codes: Vec<_> = alarms.iter().map(|alarm| alarm.code.as_str()).collect();
            assert_eq!(codes, [code]);
            assert_eq!(state.get(&key::node()).unwrap(), None);
        };
        copy::write(&*seams.files, &folder.enrolment(), &a_copy()).unwrap();
        refused("enrolment-foreign");
        let journal_key = keys::signing_key(&folder, &seams, Secret::JournalSigning).unwrap();
        let ours = EnrolmentCopy { journal_key: journal_key.public(), ..a_copy() };
        copy::write(&*seams.files, &folder.enrolment(), &ours).unwrap();
        seams.files.replace(&folder.trust_root(), b"another centre's").unwrap();
        refused("trust-root-refused");
        seams.files.replace(&folder.enrolment(), b"rubbish").unwrap();
        refused("state-copy");
    }
}
