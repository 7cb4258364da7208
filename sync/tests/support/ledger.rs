//! A ledger of plain maps: the reference that the contract tests hold every ledger against, and one that can be
//! copied, as a backup is.

#![allow(dead_code, unreachable_pub, reason = "shared by several tests, of which each uses a part")]

use std::collections::BTreeMap;
use std::sync::Mutex;

use tomoshibi_sync::central::ledger::{Intake, Ledger, LedgerEntry, LedgerError, LedgerHead};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Head, TreeHash};
use tomoshibi_sync::reconcile::JournalId;

#[derive(Clone, Default)]
struct Content {
    heads: BTreeMap<JournalId, LedgerHead>,
    entries: BTreeMap<(JournalId, u64), LedgerEntry>,
    branches: BTreeMap<(JournalId, u64, TreeHash), LedgerEntry>,
    keys: BTreeMap<Digest, Vec<u8>>,
}

#[derive(Default)]
pub struct MemoryLedger(Mutex<Content>);

impl MemoryLedger {
    pub fn backup(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap().clone()))
    }
}

impl Ledger for MemoryLedger {
    fn head(&self, journal: JournalId) -> Result<LedgerHead, LedgerError> {
        let nothing = LedgerHead {
            head: Head::of_nothing(journal.node, journal.incarnation),
            cosigned: None,
        };
        Ok(self.0.lock().unwrap().heads.get(&journal).cloned().unwrap_or(nothing))
    }

    fn take(&self, intake: &Intake) -> Result<(), LedgerError> {
        let held = self.head(intake.journal)?;
        let (journal, found) = (intake.journal, held.head.tree.size());
        if found != intake.expected {
            return Err(LedgerError::Moved { journal, found, expected: intake.expected });
        }
        let mut content = self.0.lock().unwrap();
        content.heads.insert(journal, intake.head.clone().unwrap_or(held));
        let received_at = intake.received_at;
        for entry in &intake.entries {
            let stored = LedgerEntry { entry: entry.clone(), received_at };
            let before = content.entries.insert((journal, entry.place), stored);
            assert!(before.is_none(), "entry {} of {journal} is written twice", entry.place);
        }
        for entry in &intake.branch {
            let stored = LedgerEntry { entry: entry.clone(), received_at };
            content.branches.entry((journal, entry.place, entry.leaf())).or_insert(stored);
        }
        content.keys.extend(intake.keys.iter().map(|key| (Digest::of(key), key.clone())));
        Ok(())
    }

    fn entries(
        &self,
        journal: JournalId,
        first: u64,
        count: usize,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        let content = self.0.lock().unwrap();
        let range = content.entries.range((journal, first)..=(journal, u64::MAX));
        Ok(range.take(count).map(|(_, entry)| entry.clone()).collect())
    }

    fn branches(&self, journal: JournalId) -> Result<Vec<LedgerEntry>, LedgerError> {
        let content = self.0.lock().unwrap();
        let all = content.branches.iter().filter(|((of, _, _), _)| *of == journal);
        Ok(all.map(|(_, entry)| entry.clone()).collect())
    }

    fn sealed_key(&self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.0.lock().unwrap().keys.get(&digest).cloned())
    }

    fn journals(&self) -> Result<Vec<JournalId>, LedgerError> {
        Ok(self.0.lock().unwrap().heads.keys().copied().collect())
    }
}
