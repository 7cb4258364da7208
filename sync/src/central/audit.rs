//! An independent check of what the ledger holds.
//!
//! Promises: reads entries by the map of FORMAT.md, computes leaves and roots with another library and another SHA-256
//! than the code that stored them, and reports everything it finds. An entry that was kept as refused evidence counts in
//! the tree and is not held to the rules it was refused by. What cannot be read is a finding of its journal, with its
//! place, and keeps no other journal from being checked; behind such an entry nothing can be computed.
//!
//! Checked: places without a gap; each entry's sequence, link and body digest; the root; the cosigned checkpoint: both
//! signatures, size and root. Not checked: what the bodies say, branches, the off-site backup.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use serde::Serialize;
use sha2_for_ct_merkle::{Digest as _, Sha256};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use super::ledger::{Ledger, LedgerEntry, LedgerError, LedgerHead};
use crate::id::Digest;
use crate::journal::{Origin, SignedCheckpoint, genesis};
use crate::reconcile::{EntryVerdict, JournalId};
use crate::signed::PublicKey;

/// Entries read at a time.
const PAGE_ENTRIES: usize = 1024;

/// Whose signatures are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signers {
    /// The region.
    pub region: RegionCode,
    /// The node's checkpoint key; none when it is not in the directory.
    pub node: Option<PublicKey>,
    /// The centre's key.
    pub centre: PublicKey,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Place of the entry; none for the journal as a whole.
    pub place: Option<u64>,
    /// What.
    pub problem: &'static str,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// Node and incarnation.
    pub journal: String,
    /// Entries in the journal.
    pub entries: u64,
    /// Root over them, hexadecimal.
    pub root: String,
    /// Entries that the cosigned checkpoint covers.
    pub acknowledged: u64,
    /// Entries kept beside it.
    pub branches: u64,
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
}

/// Checks one journal.
///
/// # Errors
/// The ledger's, when it cannot be asked at all.
pub fn audit(
    ledger: &dyn Ledger,
    journal: JournalId,
    signers: &Signers,
) -> Result<Audited, LedgerError> {
    let mut walk = Walk::new(journal);
    walk.entries(ledger)?;
    let root = walk.tree.root().as_bytes().to_vec();
    let mut acknowledged = 0;
    if let Some(LedgerHead { head, cosigned }) =
        walk.readable(ledger.head(journal), None, "the head cannot be read")?
    {
        walk.expect(head.tree.size() == walk.tree.len(), None, "the head states another size");
        walk.expect(head.tree.root().as_bytes()[..] == root, None, "the head states another root");
        match cosigned {
            Some(note) => acknowledged = walk.checkpoint(&note, signers),
            None => {
                walk.expect(walk.tree.is_empty(), None, "no checkpoint covers the entries");
            }
        }
    }
    let branches = ledger.branches(journal);
    let branches = walk.readable(branches, None, "what lies beside cannot be read")?;
    Ok(Audited {
        journal: journal.to_string(),
        entries: walk.tree.len(),
        root: root.iter().map(|byte| format!("{byte:02x}")).collect(),
        acknowledged,
        branches: branches.map_or(0, |branches| branches.len() as u64),
        findings: walk.findings,
    })
}

struct Walk {
    journal: JournalId,
    tree: MemoryBackedTree<Sha256, Vec<u8>>,
    previous: [u8; 32],
    findings: Vec<Finding>,
}

impl Walk {
    fn new(journal: JournalId) -> Self {
        let previous = *genesis(journal.node, journal.incarnation).as_bytes();
        Self { journal, tree: MemoryBackedTree::new(), previous, findings: Vec::new() }
    }

    /// Takes every entry up to the first that cannot be read.
    fn entries(&mut self, ledger: &dyn Ledger) -> Result<(), LedgerError> {
        let mut page_entries = PAGE_ENTRIES;
        loop {
            let place = self.tree.len();
            match ledger.entries(self.journal, place, page_entries) {
                Ok(page) if page.is_empty() => return Ok(()),
                Ok(page) => page.iter().for_each(|entry| self.take(entry)),
                // One by one, up to the entry.
                Err(error) if error.class() == ErrorClass::Corrupt && page_entries > 1 => {
                    page_entries = 1;
                }
                found => {
                    self.readable(found, Some(place), "it cannot be read")?;
                    return Ok(());
                }
            }
        }
    }

    /// What was read; a finding where it is damaged.
    fn readable<T>(
        &mut self,
        found: Result<T, LedgerError>,
        place: Option<u64>,
        problem: &'static str,
    ) -> Result<Option<T>, LedgerError> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.class() == ErrorClass::Corrupt => {
                self.expect(false, place, problem);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn expect(&mut self, holds: bool, place: Option<u64>, problem: &'static str) {
        if !holds {
            self.findings.push(Finding { place, problem });
        }
    }

    // Clear part: sequence 0..8, digest of the body 20..52, leaf hash of the clear part before 52..84.
    fn take(&mut self, held: &LedgerEntry) {
        let entry = &held.entry;
        let place = self.tree.len();
        self.expect(entry.place == place, Some(place), "it stands in another place");
        if entry.verdict == EntryVerdict::Accepted {
            let part = |from: usize, to: usize| entry.clear.get(from..to).unwrap_or_default();
            let sequence = part(0, 8) == place.to_le_bytes();
            let body = part(20, 52) == Digest::of(&entry.sealed).as_bytes();
            let link = part(52, 84) == self.previous;
            self.expect(sequence, Some(place), "its sequence is another");
            self.expect(body, Some(place), "its body is not the one its clear part names");
            self.expect(link, Some(place), "it does not hang on the entry before");
        }
        let mut leaf = Sha256::new();
        // RFC 6962: a leaf is hashed behind a zero byte.
        leaf.update([0]);
        leaf.update(entry.clear);
        self.previous = leaf.finalize().into();
        self.tree.push(entry.clear.to_vec());
    }

    /// Checks the checkpoint and gives its size.
    fn checkpoint(&mut self, note: &str, signers: &Signers) -> u64 {
        let JournalId { node, incarnation } = self.journal;
        let origin = Origin { region: signers.region, node, incarnation };
        let Ok(note) = SignedCheckpoint::parse(note) else {
            self.expect(false, None, "the checkpoint cannot be read");
            return 0;
        };
        let cosigned = note.verify_cosignature(&origin.centre_name(), &signers.centre).is_ok();
        self.expect(cosigned, None, "the checkpoint is not cosigned by this centre");
        let signed = signers.node.and_then(|key| note.verify(origin, &key).ok());
        let Some(signed) = signed else {
            self.expect(false, None, "the checkpoint is not signed by a node of the directory");
            return 0;
        };
        let same = self.tree.root().as_bytes()[..] == signed.root.as_bytes()[..];
        self.expect(signed.size == self.tree.len(), None, "the checkpoint states another size");
        self.expect(same, None, "the checkpoint states another root");
        signed.size
    }
}
