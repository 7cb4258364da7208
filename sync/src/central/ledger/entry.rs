//! What the ledger holds, and its stored form.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::time::Timestamp;

use super::LedgerError;
use crate::codec;
use crate::id::Digest;
use crate::journal::{Frontier, Head, TreeHash};
use crate::reconcile::{BranchReason, EntryFault, EntryVerdict, JournalId, TakenEntry};

/// Longest stored entry: the longest sealed body, the clear part, and what is beside them.
const ENTRY_LEN_BYTES_MAX: usize = 66 << 10;
/// Longest stored head: a frontier of 64 hashes and a note.
const HEAD_LEN_BYTES_MAX: usize = 24 << 10;

/// An entry as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The entry.
    pub entry: TakenEntry,
    /// When the centre took it, by the centre's clock.
    pub received_at: Timestamp,
}

/// How far a journal has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerHead {
    /// The tree over the entries held, and the hash the next one hangs on.
    pub head: Head,
    /// The node's checkpoint of that size, cosigned; none when nothing is held.
    pub cosigned: Option<String>,
}

/// Everything that one batch brings, to be stored together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Whose.
    pub journal: JournalId,
    /// Size of the journal it was judged against.
    pub expected: u64,
    /// The journal after it; none when it brings no new entry.
    pub head: Option<LedgerHead>,
    /// New entries, in order.
    pub entries: Vec<TakenEntry>,
    /// Entries to keep beside the journal.
    pub branch: Vec<TakenEntry>,
    /// Sealed body keys that the entries name.
    pub keys: Vec<Vec<u8>>,
    /// When, by the centre's clock.
    pub received_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct EntryV1 {
    place: u64,
    clear: Vec<u8>,
    sealed: Vec<u8>,
    key: Digest,
    verdict: u8,
    received_at: i64,
}

#[derive(Serialize, Deserialize)]
struct HeadV1 {
    size: u64,
    subtrees: Vec<TreeHash>,
    previous: TreeHash,
    cosigned: Option<String>,
}

pub(super) fn encode_entry(
    entry: &TakenEntry,
    received_at: Timestamp,
) -> Result<Vec<u8>, LedgerError> {
    let wire = EntryV1 {
        place: entry.place,
        clear: entry.clear.to_vec(),
        sealed: entry.sealed.clone(),
        key: entry.key,
        verdict: verdict_code(entry.verdict),
        received_at: received_at.as_millis(),
    };
    Ok(codec::encode("ledger entry", &wire)?)
}

pub(super) fn decode_entry(bytes: &[u8]) -> Result<LedgerEntry, LedgerError> {
    let broken = || LedgerError::Broken { what: "ledger entry" };
    let wire: EntryV1 = codec::decode::<_, ENTRY_LEN_BYTES_MAX>("ledger entry", bytes)?;
    let entry = TakenEntry {
        place: wire.place,
        clear: wire.clear.try_into().map_err(|_| broken())?,
        sealed: wire.sealed,
        key: wire.key,
        verdict: verdict_from(wire.verdict).ok_or_else(broken)?,
    };
    Ok(LedgerEntry { entry, received_at: Timestamp::from_millis(wire.received_at) })
}

pub(super) fn encode_head(head: &LedgerHead) -> Result<Vec<u8>, LedgerError> {
    let tree = &head.head.tree;
    let wire = HeadV1 {
        size: tree.size(),
        subtrees: tree.full_subtrees().to_vec(),
        previous: head.head.previous,
        cosigned: head.cosigned.clone(),
    };
    Ok(codec::encode("ledger head", &wire)?)
}

pub(super) fn decode_head(bytes: &[u8]) -> Result<LedgerHead, LedgerError> {
    let wire: HeadV1 = codec::decode::<_, HEAD_LEN_BYTES_MAX>("ledger head", bytes)?;
    let tree = Frontier::from_parts(wire.size, wire.subtrees);
    let tree = tree.ok_or(LedgerError::Broken { what: "ledger head" })?;
    Ok(LedgerHead { head: Head { tree, previous: wire.previous }, cosigned: wire.cosigned })
}

// 0 accepted; 16 and a fault; 32 and a branch reason. FORMAT.md, section "Ledger".
const FAULTS: [EntryFault; 5] =
    [EntryFault::Body, EntryFault::Sequence, EntryFault::Link, EntryFault::Form, EntryFault::Key];
const REASONS: [BranchReason; 3] = [BranchReason::Fork, BranchReason::Gap, BranchReason::Root];

const fn verdict_code(verdict: EntryVerdict) -> u8 {
    match verdict {
        EntryVerdict::Accepted => 0,
        EntryVerdict::Refused(fault) => 16 + fault as u8,
        EntryVerdict::Branch(reason) => 32 + reason as u8,
    }
}

fn verdict_from(code: u8) -> Option<EntryVerdict> {
    let faults = FAULTS.into_iter().map(EntryVerdict::Refused);
    let reasons = REASONS.into_iter().map(EntryVerdict::Branch);
    let mut all = core::iter::once(EntryVerdict::Accepted).chain(faults).chain(reasons);
    all.find(|verdict| verdict_code(*verdict) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_is_read_back() {
        let known = (0..=255).filter_map(verdict_from);
        let mut count = 0;
        for verdict in known {
            assert_eq!(verdict_from(verdict_code(verdict)), Some(verdict));
            count += 1;
        }
        assert_eq!(count, 1 + FAULTS.len() + REASONS.len());
    }
}
