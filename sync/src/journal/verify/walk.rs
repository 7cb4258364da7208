//! The walk over the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2_for_ct_merkle::Sha256;
use tomoshibi_policies::time::Timestamp;

use super::bytes::{self, Header, Record};
use super::{Finding, Problem, Verified};
use crate::journal::Origin;
use crate::seam::Files;

/// Longest file that is read.
const FILE_LEN_BYTES_MAX: u64 = 64 << 20;

/// The tree over the clear parts, and the sizes of it that a header or checkpoint may ask for.
pub(super) struct Roots {
    tree: MemoryBackedTree<Sha256, Vec<u8>>,
    /// False when older files were deleted, or an entry is damaged: then no root can be computed.
    complete: bool,
}

impl Roots {
    /// The root at `size`; none when it cannot be computed.
    pub(super) fn at(&self, size: u64) -> Option<[u8; 32]> {
        let len = usize::try_from(size).ok()?;
        let leaves = self.tree.items().get(..len).filter(|_| self.complete)?;
        if size == self.tree.len() {
            return self.tree.root().as_bytes().as_slice().try_into().ok();
        }
        let mut tree = MemoryBackedTree::<Sha256, &[u8]>::new();
        leaves.iter().for_each(|leaf| tree.push(leaf.as_slice()));
        tree.root().as_bytes().as_slice().try_into().ok()
    }
}

pub(super) struct Walk<'a> {
    files: &'a dyn Files,
    folder: PathBuf,
    origin: Origin,
    roots: Roots,
    /// Sequence that comes next; none before the first header.
    next: Option<u64>,
    /// Leaf hash of the last entry; none when that is damaged.
    previous: Option<[u8; 32]>,
    verified: Verified,
}

impl<'a> Walk<'a> {
    pub(super) fn new(files: &'a dyn Files, folder: &Path, origin: Origin) -> Self {
        let mut genesis = b"tomoshibi journal v1\n".to_vec();
        genesis.extend(origin.node.as_bytes());
        genesis.extend(origin.incarnation.0.to_le_bytes());
        Self {
            files,
            folder: folder.to_path_buf(),
            origin,
            roots: Roots { tree: MemoryBackedTree::new(), complete: true },
            next: None,
            previous: Some(bytes::leaf_hash(&genesis)),
            verified: Verified::default(),
        }
    }

    pub(super) fn finish(mut self) -> (Roots, Verified) {
        self.verified.size = self.next.unwrap_or_default();
        self.verified.root = self.roots.at(self.roots.tree.len());
        (self.roots, self.verified)
    }

    pub(super) fn files(&mut self) {
        let names = self.files.list(&self.folder).unwrap_or_default().into_iter();
        let numbered: BTreeMap<u64, String> = names
            .filter_map(|entry| {
                let stem = entry.name.strip_suffix(".tmj").filter(|stem| stem.len() == 10)?;
                Some((stem.parse().ok()?, entry.name))
            })
            .collect();
        let mut expected = None;
        for (number, name) in numbered {
            if expected.is_some_and(|expected| expected != number) {
                self.find(&name, 0, Problem::MissingFile);
            }
            expected = Some(number.saturating_add(1));
            self.verified.files += 1;
            match self.files.read(&self.folder.join(&name), FILE_LEN_BYTES_MAX) {
                Ok(content) => self.file(&name, number, &content),
                Err(_) => self.find(&name, 0, Problem::Unreadable),
            }
        }
    }

    fn find(&mut self, file: &str, offset: u64, problem: Problem) {
        self.verified.findings.push(Finding { file: file.to_owned(), offset, problem });
    }

    fn file(&mut self, name: &str, number: u64, content: &[u8]) {
        let Some(header) = bytes::header(content) else {
            self.roots.complete = false;
            return self.find(name, 0, Problem::Header);
        };
        self.enter(name, number, &header);
        let mut offset = header.len;
        while let Some(rest) = content.get(offset..).filter(|rest| !rest.is_empty()) {
            let at = offset as u64;
            if let Some(record) = bytes::record(rest) {
                self.record(name, at, &record);
                offset = offset.saturating_add(record.len);
                continue;
            }
            let Some(skip) = self.damaged(name, at, rest) else { break };
            offset = offset.saturating_add(skip);
        }
    }

    /// Compares a header with what was walked so far.
    fn enter(&mut self, name: &str, number: u64, header: &Header) {
        let origin = (*self.origin.node.as_bytes(), u64::from(self.origin.incarnation.0), number);
        if (header.node, header.incarnation, header.number) != origin {
            self.find(name, 12, Problem::Misplaced);
        }
        let first = header.first;
        let pruned = self.next.is_none() && first > 0;
        if pruned {
            self.verified.first = first;
            self.roots.complete = false;
            self.previous = Some(header.previous);
        }
        let expected = self.next.unwrap_or(first);
        if expected != first {
            self.roots.complete = false;
            self.find(name, 36, Problem::Gap { found: first, expected });
        } else if self.previous.is_some_and(|previous| previous != header.previous)
            || self.roots.at(first).is_some_and(|root| root != header.root)
        {
            self.find(name, 44, Problem::HeaderChain);
        }
        self.previous = Some(header.previous);
        self.next = Some(first);
    }

    fn record(&mut self, name: &str, at: u64, record: &Record<'_>) {
        let expected = self.next.unwrap_or_default();
        let sequence = record.sequence;
        if sequence != expected {
            self.roots.complete = false;
            self.find(name, at, Problem::Sequence { found: sequence, expected });
        }
        if self.previous.is_some_and(|previous| previous != record.previous) {
            self.find(name, at, Problem::Link { sequence });
        }
        if record.body_digest != *blake3::hash(record.sealed).as_bytes() {
            self.find(name, at, Problem::Body { sequence });
        }
        self.previous = Some(bytes::leaf_hash(record.clear));
        self.next = Some(sequence.saturating_add(1));
        self.roots.tree.push(record.clear.to_vec());
        let time = Some(Timestamp::from_millis(record.time_ms));
        let verified = &mut self.verified;
        verified.entries += 1;
        verified.earliest = verified.earliest.min(time).or(time);
        verified.latest = verified.latest.max(time);
    }

    /// Judges bytes that are no whole record. Returns how many to skip, or nothing when they are a torn tail.
    fn damaged(&mut self, name: &str, at: u64, rest: &[u8]) -> Option<usize> {
        let bad = self.next.unwrap_or_default();
        let (skip, later) = match bytes::next_record(rest, bad) {
            Some(found) => found,
            None => return self.torn(name, at, rest),
        };
        let goes_on_at = later.sequence;
        let mut scan = Some((skip, later));
        let mut from = 0_usize;
        // A later record of the same append proves nothing; one of a later append does.
        while let Some((step, record)) = scan {
            from = from.saturating_add(step);
            if record.sequence.saturating_sub(record.in_batch) > bad {
                self.find(name, at, Problem::Damaged);
                self.roots.complete = false;
                self.next = Some(goes_on_at);
                self.previous = None;
                return Some(skip);
            }
            scan = rest.get(from..).and_then(|rest| bytes::next_record(rest, bad));
        }
        self.torn(name, at, rest)
    }

    fn torn(&mut self, name: &str, at: u64, rest: &[u8]) -> Option<usize> {
        self.verified.torn_tails.push((name.to_owned(), at, rest.len() as u64));
        None
    }
}
