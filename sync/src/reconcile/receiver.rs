//! The centre's judgement on a batch: pure, so that every order of events can be tried.
//!
//! The tree is what counts: entries whose root is the one the node signed stand in the places the node gave them, and
//! what is wrong with a single one (a link, a sequence, a body) is that entry's fault alone.

use super::message::{BATCH_RECORDS_MAX, Batch, Outcome, Refusal};
use crate::id::Digest;
use crate::journal::{
    CLEAR_LEN_BYTES, Checkpoint, ClearPart, ClockQuality, Head, Origin, SEALED_LEN_BYTES_MAX,
    SignedCheckpoint, TreeHash,
};
use crate::signed::PublicKey;

/// What is wrong with a single entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EntryFault {
    /// The sealed body is not the one the clear part names.
    Body = 1,
    /// The clear part states another sequence than its place in the tree.
    Sequence = 2,
    /// The clear part does not hang on the entry before.
    Link = 3,
    /// A reserved byte is used, or the clock quality is not known.
    Form = 4,
    /// The batch does not hold the key the entry names.
    Key = 5,
}

/// Why entries lie beside the journal instead of in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum BranchReason {
    /// The centre holds another history.
    Fork = 1,
    /// Entries before them are missing, and the node no longer has them.
    Gap = 2,
    /// The node signed another root.
    Root = 3,
}

/// How an entry was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryVerdict {
    /// In the journal, nothing wrong.
    Accepted,
    /// In the journal, in its place, as evidence of something wrong.
    Refused(EntryFault),
    /// Beside the journal.
    Branch(BranchReason),
}

/// An entry that the ledger has to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenEntry {
    /// Its place in the tree.
    pub place: u64,
    /// The clear part.
    pub clear: [u8; CLEAR_LEN_BYTES],
    /// The sealed body, as it came.
    pub sealed: Vec<u8>,
    /// Digest of the sealed key of its file; of nothing when the batch did not hold it.
    pub key: Digest,
    /// How it was taken.
    pub verdict: EntryVerdict,
}

impl TakenEntry {
    /// The leaf hash.
    #[must_use]
    pub fn leaf(&self) -> TreeHash {
        TreeHash::of_leaf(&self.clear)
    }
}

/// What the ledger has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What came of the batch.
    pub outcome: Outcome,
    /// New entries of the journal, in order.
    pub entries: Vec<TakenEntry>,
    /// Entries to keep beside it.
    pub branch: Vec<TakenEntry>,
    /// Entries that the journal holds already.
    pub duplicates: u32,
    /// The head after the new entries; none when there are none.
    pub head: Option<Head>,
    /// The node's checkpoint of that head, to be cosigned.
    pub checkpoint: Option<SignedCheckpoint>,
}

impl Judged {
    fn of(outcome: Outcome) -> Self {
        let (entries, branch) = (Vec::new(), Vec::new());
        Self { outcome, entries, branch, duplicates: 0, head: None, checkpoint: None }
    }
}

/// Judges `batch` against the journal the centre holds: its `head`, and the leaf hashes of the entries it holds from
/// `batch.first` on (as many as the batch is long, or up to the end).
#[must_use]
pub fn judge(
    batch: &Batch,
    head: &Head,
    held_leaves: &[TreeHash],
    origin: Origin,
    node: &PublicKey,
) -> Judged {
    match check(batch, origin, node) {
        Ok((note, checkpoint)) => place(batch, head, held_leaves, note, &checkpoint),
        Err(reason) => Judged::of(Outcome::Refused { reason }),
    }
}

/// The parts of a batch that need no knowledge of what the centre holds.
fn check(
    batch: &Batch,
    origin: Origin,
    node: &PublicKey,
) -> Result<(SignedCheckpoint, Checkpoint), Refusal> {
    let whole = batch.records.iter().all(|record| {
        record.clear_bytes().is_some() && record.sealed.len() <= SEALED_LEN_BYTES_MAX
    });
    if !whole || batch.records.is_empty() || batch.records.len() > BATCH_RECORDS_MAX {
        return Err(Refusal::Form);
    }
    let note = SignedCheckpoint::parse(&batch.checkpoint).map_err(|_| Refusal::Checkpoint)?;
    let checkpoint = note.verify(origin, node).map_err(|_| Refusal::Checkpoint)?;
    if checkpoint.size == batch.end() { Ok((note, checkpoint)) } else { Err(Refusal::Size) }
}

fn place(
    batch: &Batch,
    head: &Head,
    held_leaves: &[TreeHash],
    note: SignedCheckpoint,
    checkpoint: &Checkpoint,
) -> Judged {
    let expected = head.tree.size();
    if batch.first > expected {
        let mut judged = Judged::of(Outcome::Gap { expected });
        if batch.is_branch {
            judged.branch = branch(batch, 0, BranchReason::Gap);
        }
        return judged;
    }
    let leaves = batch.records.iter().map(|record| TreeHash::of_leaf(&record.clear));
    let same = leaves.zip(held_leaves).take_while(|(leaf, held)| leaf == *held).count();
    let duplicates = u32::try_from(same).unwrap_or(u32::MAX);
    let at = batch.first.saturating_add(same as u64);
    if at < expected.min(batch.end()) {
        let branch = branch(batch, same, BranchReason::Fork);
        return Judged { duplicates, branch, ..Judged::of(Outcome::Fork { at }) };
    }
    if at == batch.end() {
        return Judged { duplicates, ..Judged::of(Outcome::Accepted) };
    }
    Judged { duplicates, ..extend(batch, same, head, note, checkpoint) }
}

/// Takes the entries of `batch` from the `skip`th on, which come right after `head`.
fn extend(
    batch: &Batch,
    skip: usize,
    head: &Head,
    note: SignedCheckpoint,
    checkpoint: &Checkpoint,
) -> Judged {
    let mut after = head.clone();
    let mut entries = Vec::new();
    for mut entry in taken(batch, skip) {
        entry.verdict =
            fault(&entry, &after, batch).map_or(EntryVerdict::Accepted, EntryVerdict::Refused);
        after.push(entry.leaf());
        entries.push(entry);
    }
    if after.tree.root() == checkpoint.root {
        let (head, checkpoint) = (Some(after), Some(note));
        return Judged { entries, head, checkpoint, ..Judged::of(Outcome::Accepted) };
    }
    // Another root. If the first entry does not hang on ours either, the histories parted before it.
    let hangs = entries.first().is_some_and(|entry| {
        ClearPart::from_bytes(&entry.clear).is_some_and(|clear| clear.previous == head.previous)
    });
    let (outcome, reason) = if hangs {
        (Outcome::Refused { reason: Refusal::Root }, BranchReason::Root)
    } else {
        (Outcome::Fork { at: head.tree.size() }, BranchReason::Fork)
    };
    Judged { branch: branch(batch, skip, reason), ..Judged::of(outcome) }
}

fn fault(entry: &TakenEntry, before: &Head, batch: &Batch) -> Option<EntryFault> {
    let Some(clear) = ClearPart::from_bytes(&entry.clear) else { return Some(EntryFault::Form) };
    if ClockQuality::from_code(clear.quality).is_none() {
        Some(EntryFault::Form)
    } else if clear.sequence.0 != entry.place {
        Some(EntryFault::Sequence)
    } else if clear.previous != before.previous {
        Some(EntryFault::Link)
    } else if clear.body != Digest::of(&entry.sealed) {
        Some(EntryFault::Body)
    } else if !batch.keys.iter().any(|key| Digest::of(key) == entry.key) {
        Some(EntryFault::Key)
    } else {
        None
    }
}

fn branch(batch: &Batch, skip: usize, reason: BranchReason) -> Vec<TakenEntry> {
    let verdict = EntryVerdict::Branch(reason);
    taken(batch, skip).map(|entry| TakenEntry { verdict, ..entry }).collect()
}

/// The entries of a batch with their places.
fn taken(batch: &Batch, skip: usize) -> impl Iterator<Item = TakenEntry> {
    let keys: Vec<_> = batch.keys.iter().map(|key| Digest::of(key)).collect();
    let places = (batch.first..).zip(&batch.records).skip(skip);
    places.filter_map(move |(place, record)| {
        let key = usize::try_from(record.key).ok().and_then(|key| keys.get(key));
        Some(TakenEntry {
            place,
            clear: *record.clear_bytes()?,
            sealed: record.sealed.clone(),
            key: key.copied().unwrap_or_else(|| Digest::of(&[])),
            verdict: EntryVerdict::Accepted,
        })
    })
}
