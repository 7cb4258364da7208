//! The embedded ledger, in redb. The only caller of redb.
//!
//! Every write transaction is durable when it has committed (redb's default). Keys are big-endian, so that a journal's
//! entries lie in order. FORMAT.md, section "Ledger".

use std::path::Path;

use redb::{
    Database, ReadableDatabase as _, ReadableTable, ReadableTableMetadata as _, TableDefinition,
    WriteTransaction,
};

use super::entry::{decode_entry, decode_head, encode_entry, encode_head};
use super::{Intake, Ledger, LedgerEntry, LedgerError, LedgerHead, head_of_nothing};
use crate::id::{Digest, Incarnation, NodeId};
use crate::reconcile::{JournalId, TakenEntry};

const VERSION: u64 = 1;
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// Node 16, incarnation 4.
const HEADS: TableDefinition<'_, [u8; 20], &[u8]> = TableDefinition::new("heads");
/// Node 16, incarnation 4, place 8.
const ENTRIES: TableDefinition<'_, [u8; 28], &[u8]> = TableDefinition::new("entries");
/// Node 16, incarnation 4, place 8, leaf hash 32.
const BRANCHES: TableDefinition<'_, [u8; 60], &[u8]> = TableDefinition::new("branches");
/// Digest of the sealed key.
const KEYS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("keys");

/// See the module.
pub struct RedbLedger(Database);

fn database(error: impl Into<redb::Error>) -> LedgerError {
    LedgerError::Database(error.into().to_string())
}

impl RedbLedger {
    /// Opens or makes the ledger at `path`. One process at a time.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let ledger = Self(Database::create(path).map_err(database)?);
        let write = ledger.0.begin_write().map_err(database)?;
        let mut meta = write.open_table(META).map_err(database)?;
        let found = meta.get("version").map_err(database)?.map(|version| version.value());
        match found {
            None => drop(meta.insert("version", VERSION).map_err(database)?),
            Some(VERSION) => (),
            Some(found) => return Err(LedgerError::Version { found, known: VERSION }),
        }
        drop(meta);
        // All tables are there from the start, so that reading needs no write.
        write.open_table(HEADS).map_err(database)?;
        write.open_table(ENTRIES).map_err(database)?;
        write.open_table(BRANCHES).map_err(database)?;
        write.open_table(KEYS).map_err(database)?;
        write.commit().map_err(database)?;
        Ok(ledger)
    }
}

impl Ledger for RedbLedger {
    fn head(&self, journal: JournalId) -> Result<LedgerHead, LedgerError> {
        let read = self.0.begin_read().map_err(database)?;
        head_in(&read.open_table(HEADS).map_err(database)?, journal)
    }

    fn take(&self, intake: &Intake) -> Result<(), LedgerError> {
        let write = self.0.begin_write().map_err(database)?;
        {
            let mut heads = write.open_table(HEADS).map_err(database)?;
            let held = head_in(&heads, intake.journal)?;
            let (found, expected) = (held.head.tree.size(), intake.expected);
            if found != expected {
                return Err(LedgerError::Moved { journal: intake.journal, found, expected });
            }
            // A branch alone makes its journal known too.
            let head = encode_head(intake.head.as_ref().unwrap_or(&held))?;
            heads.insert(journal_key(intake.journal), head.as_slice()).map_err(database)?;
        }
        insert_entries(&write, intake)?;
        insert_branch(&write, intake)?;
        let mut keys = write.open_table(KEYS).map_err(database)?;
        for key in &intake.keys {
            keys.insert(Digest::of(key).as_bytes(), key.as_slice()).map_err(database)?;
        }
        drop(keys);
        write.commit().map_err(database)
    }

    fn entries(
        &self,
        journal: JournalId,
        first: u64,
        count: usize,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        let read = self.0.begin_read().map_err(database)?;
        let table = read.open_table(ENTRIES).map_err(database)?;
        let range = entry_key(journal, first)..=entry_key(journal, u64::MAX);
        let found = table.range(range).map_err(database)?.take(count);
        found.map(|item| decode_entry(item.map_err(database)?.1.value())).collect()
    }

    fn branches(&self, journal: JournalId) -> Result<Vec<LedgerEntry>, LedgerError> {
        let read = self.0.begin_read().map_err(database)?;
        let table = read.open_table(BRANCHES).map_err(database)?;
        let range = branch_key(journal, 0, &[0; 32])..=branch_key(journal, u64::MAX, &[0xFF; 32]);
        let found = table.range(range).map_err(database)?;
        found.map(|item| decode_entry(item.map_err(database)?.1.value())).collect()
    }

    fn sealed_key(&self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        let read = self.0.begin_read().map_err(database)?;
        let table = read.open_table(KEYS).map_err(database)?;
        let found = table.get(digest.as_bytes()).map_err(database)?;
        Ok(found.map(|key| key.value().to_vec()))
    }

    fn journals(&self) -> Result<Vec<JournalId>, LedgerError> {
        let read = self.0.begin_read().map_err(database)?;
        let table = read.open_table(HEADS).map_err(database)?;
        let mut journals =
            Vec::with_capacity(usize::try_from(table.len().map_err(database)?).unwrap_or(0));
        for item in table.iter().map_err(database)? {
            let key = item.map_err(database)?.0.value();
            let broken = LedgerError::Broken { what: "ledger key" };
            let (node, incarnation) = key.split_first_chunk::<16>().ok_or(broken)?;
            let incarnation = incarnation.first_chunk().copied().unwrap_or_default();
            journals.push(JournalId {
                node: NodeId::from_bytes(*node),
                incarnation: Incarnation(u32::from_be_bytes(incarnation)),
            });
        }
        Ok(journals)
    }
}

fn head_in(
    table: &impl ReadableTable<[u8; 20], &'static [u8]>,
    journal: JournalId,
) -> Result<LedgerHead, LedgerError> {
    match table.get(journal_key(journal)).map_err(database)? {
        Some(head) => decode_head(head.value()),
        None => Ok(head_of_nothing(journal)),
    }
}

fn insert_entries(write: &WriteTransaction, intake: &Intake) -> Result<(), LedgerError> {
    let mut table = write.open_table(ENTRIES).map_err(database)?;
    for entry in &intake.entries {
        let bytes = encode_entry(entry, intake.received_at)?;
        let key = entry_key(intake.journal, entry.place);
        table.insert(key, bytes.as_slice()).map_err(database)?;
    }
    Ok(())
}

fn insert_branch(write: &WriteTransaction, intake: &Intake) -> Result<(), LedgerError> {
    let mut table = write.open_table(BRANCHES).map_err(database)?;
    for entry in &intake.branch {
        let key = branch_key_of(intake.journal, entry);
        // The first report stands: when, and why.
        if table.get(key).map_err(database)?.is_none() {
            let bytes = encode_entry(entry, intake.received_at)?;
            table.insert(key, bytes.as_slice()).map_err(database)?;
        }
    }
    Ok(())
}

/// Joins the parts of a key; they fill it exactly.
fn join<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut key = [0; N];
    key.iter_mut().zip(parts.iter().copied().flatten()).for_each(|(to, from)| *to = *from);
    key
}

fn journal_key(journal: JournalId) -> [u8; 20] {
    join(&[journal.node.as_bytes(), &journal.incarnation.0.to_be_bytes()])
}

fn entry_key(journal: JournalId, place: u64) -> [u8; 28] {
    join(&[&journal_key(journal), &place.to_be_bytes()])
}

fn branch_key(journal: JournalId, place: u64, leaf: &[u8; 32]) -> [u8; 60] {
    join(&[&entry_key(journal, place), leaf])
}

fn branch_key_of(journal: JournalId, entry: &TakenEntry) -> [u8; 60] {
    branch_key(journal, entry.place, entry.leaf().as_bytes())
}
