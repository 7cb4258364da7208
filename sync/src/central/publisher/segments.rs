//! Writing the segments of one kind: one thread reads, one packs and seals.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tomoshibi_policies::time::YearMonth;

use super::{Items, PublishError, Watch};
use crate::central::folder::Folder;
use crate::id::{Digest, Generation, Hasher};
use crate::item::{Item, SegmentKind};
use crate::manifest::SegmentEntry;
use crate::seal::Recipient;
use crate::seam::{Append, Files};
use crate::segment::{SegmentError, SegmentWriter};

/// Items handed over at once; a person's are never parted.
const BATCH_ITEMS: usize = 256;
/// Batches that may wait: enough that neither thread waits for the other's every step.
const BATCHES_WAITING: usize = 4;

/// Where segments go, and to whom they are sealed.
pub(super) struct Target<'a> {
    pub(super) folder: &'a Folder,
    pub(super) files: &'a dyn Files,
    pub(super) generation: Generation,
    pub(super) recipient: Recipient,
}

fn io(source: io::Error) -> PublishError {
    PublishError::Io { what: "segment", source }
}

impl Target<'_> {
    /// Removes what a killed process left aside.
    pub(super) fn begin(&self) -> Result<(), PublishError> {
        let dir = self.folder.publishing();
        self.files.create_dir(&dir).map_err(io)?;
        for entry in self.files.list(&dir).map_err(io)? {
            self.files.remove(&dir.join(entry.name)).map_err(io)?;
        }
        Ok(())
    }

    /// Writes all `items` into as many segments as they need. Each is whole and durable under its digest when this
    /// returns.
    pub(super) fn write(
        &self,
        kind: SegmentKind,
        items: Items<'_>,
        watch: Watch<'_>,
    ) -> Result<Vec<SegmentEntry>, PublishError> {
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(BATCHES_WAITING);
            let sealing = scope.spawn(move || Sealing::new(self, kind).run(&receiver));
            let fed = feed(kind, items, &sender, watch);
            drop(sender);
            let sealed = sealing.join().map_err(|_| PublishError::Thread { kind })?;
            fed.and(sealed)
        })
    }
}

/// Hands the items over, each person's in the order of the format. Ends early when nobody listens any more: the other
/// thread then says why.
fn feed(
    kind: SegmentKind,
    items: Items<'_>,
    sender: &SyncSender<Vec<Item>>,
    watch: Watch<'_>,
) -> Result<(), PublishError> {
    let mut count = 0;
    let mut batch: Vec<Item> = Vec::new();
    let mut person: Vec<Item> = Vec::new();
    for item in items {
        let item = item?;
        if person.last().is_some_and(|last| last.key.person != item.key.person) {
            if person.last().is_some_and(|last| last.key.person > item.key.person) {
                return Err(PublishError::Order { kind });
            }
            close_person(&mut person, &mut batch);
            if batch.len() >= BATCH_ITEMS {
                count += batch.len() as u64;
                watch(kind, count);
                if sender.send(core::mem::take(&mut batch)).is_err() {
                    return Ok(());
                }
            }
        }
        person.push(item);
    }
    close_person(&mut person, &mut batch);
    watch(kind, count + batch.len() as u64);
    let _ = sender.send(batch);
    Ok(())
}

/// Sorts one person's items; of two with one key the later stays.
fn close_person(person: &mut Vec<Item>, batch: &mut Vec<Item>) {
    person.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| b.order.cmp(&a.order)));
    person.dedup_by(|later, first| later.key == first.key);
    batch.append(person);
}

/// Packs and seals what comes in.
struct Sealing<'a> {
    target: &'a Target<'a>,
    kind: SegmentKind,
    open: Option<Open<'a>>,
    entries: Vec<SegmentEntry>,
}

/// The segment being written.
struct Open<'a> {
    writer: SegmentWriter<Aside<'a>>,
    from: YearMonth,
    to: YearMonth,
}

impl<'a> Sealing<'a> {
    const fn new(target: &'a Target<'a>, kind: SegmentKind) -> Self {
        Self { target, kind, open: None, entries: Vec::new() }
    }

    fn run(mut self, batches: &Receiver<Vec<Item>>) -> Result<Vec<SegmentEntry>, PublishError> {
        for item in batches.iter().flatten() {
            self.push(&item)?;
        }
        self.close()?;
        Ok(self.entries)
    }

    fn push(&mut self, item: &Item) -> Result<(), PublishError> {
        match self.try_push(item) {
            Err(SegmentError::Full { .. }) => {
                // Items are at most 1 MiB, so the next segment has room for it.
                self.close()?;
                self.try_push(item).map_err(|error| self.segment(error))
            }
            other => other.map_err(|error| self.segment(error)),
        }
    }

    fn try_push(&mut self, item: &Item) -> Result<(), SegmentError> {
        let month = item.order.accepted.year_month();
        let mut open = match self.open.take() {
            Some(open) => open,
            None => Open { writer: self.writer()?, from: month, to: month },
        };
        let pushed = open.writer.push(item);
        let open = self.open.insert(open);
        pushed?;
        open.from = open.from.min(month);
        open.to = open.to.max(month);
        Ok(())
    }

    fn writer(&self) -> Result<SegmentWriter<Aside<'a>>, SegmentError> {
        let recipients = core::slice::from_ref(&self.target.recipient);
        let out = Aside::new(self.target, self.entries.len());
        SegmentWriter::new(self.kind, recipients, self.target.generation, out)
    }

    fn close(&mut self) -> Result<(), PublishError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (aside, summary) = open.writer.finish().map_err(|error| self.segment(error))?;
        let (digest, len_bytes) = aside.promote().map_err(io)?;
        self.entries.push(SegmentEntry {
            digest,
            len_bytes,
            kind: summary.kind,
            generation: summary.generation,
            from: open.from,
            to: open.to,
            first_person: summary.first_person,
            last_person: summary.last_person,
            items: summary.items,
        });
        Ok(())
    }

    fn segment(&self, error: SegmentError) -> PublishError {
        PublishError::Segment { kind: self.kind, error }
    }
}

/// A segment on its way to the disk; its digest is computed while it is written.
struct Aside<'a> {
    target: &'a Target<'a>,
    path: PathBuf,
    file: Option<Box<dyn Append>>,
    hasher: Hasher,
}

impl<'a> Aside<'a> {
    fn new(target: &'a Target<'a>, number: usize) -> Self {
        let path = target.folder.publishing().join(format!("{number:06}"));
        Self { target, path, file: None, hasher: Hasher::default() }
    }

    /// Syncs the file and gives it its name. Sync first: a name must never stand for bytes that a power cut can take.
    fn promote(self) -> io::Result<(Digest, u64)> {
        let mut file = self.file.ok_or(io::ErrorKind::UnexpectedEof)?;
        file.sync()?;
        let len_bytes = file.len_bytes();
        drop(file);
        let digest = self.hasher.digest();
        let path = self.target.folder.segment(digest);
        if let Some(dir) = path.parent() {
            self.target.files.create_dir(dir)?;
        }
        self.target.files.rename(&self.path, &path)?;
        Ok((digest, len_bytes))
    }
}

impl Write for Aside<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(self.target.files.append(&self.path)?),
        };
        file.append(bytes)?;
        self.hasher.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
