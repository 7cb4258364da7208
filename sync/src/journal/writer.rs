//! Writes the journal of one incarnation.
//!
//! Promises: an entry is durable when [`Writer::commit`] has returned, and nothing may be answered before. Written
//! files are never changed. A new file is begun at each opening, after [`Limits`], and when the recipients change, so
//! that no body key outlives the people it was sealed to. After a failed append or sync the writer takes nothing more:
//! the file may end in half a record, and after a failed sync the kernel may have dropped what it still shows. A
//! failed append is left by [`Writer::reopen`]; a failed sync only by [`Writer::open_next_incarnation`].
//!
//! Not covered: two writers at once (one process owns the data folder), many threads ([`Group`](super::Group)), and
//! a disk that lies about a sync.

use std::path::PathBuf;
use std::sync::Arc;

use tomoshibi_policies::time::Timestamp;
use zeroize::Zeroizing;

use super::body::{self, SEALED_LEN_BYTES_MAX};
use super::body_key::{self, BodyKey};
use super::error::{AppendError, OpenError};
use super::header::FileHeader;
use super::layout::{
    DiskError, checkpoint_path, file_numbers, file_path, incarnation_dir, newest_incarnation,
};
use super::record::{FRAME_LEN_BYTES, Record};
use super::recover::{Recovered, recover};
use super::{
    Checkpoint, ClearPart, ClockQuality, Event, Head, Origin, Sequence, SignedCheckpoint, TreeHash,
    Word,
};
use crate::codec::CodecError;
use crate::id::{Digest, Incarnation};
use crate::seam::{Append, Entropy, Files};
use crate::signed::SigningKey;

/// Most bytes that may wait for one commit: 256 of the longest records.
pub const COMMIT_LEN_BYTES_MAX: usize = 256 * (SEALED_LEN_BYTES_MAX + FRAME_LEN_BYTES);

/// Threads take the time before they queue, so it can run back by a little between entries.
const JUMP_BACK_MS: i64 = 60_000;

/// When a file is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// At this length, in bytes.
    pub file_len_bytes: u64,
    /// At this age, in milliseconds of wall clock. A clock that jumps back by more than a minute ends the file too.
    pub file_age_ms: i64,
}

impl Default for Limits {
    /// 16 MiB and one hour.
    fn default() -> Self {
        Self { file_len_bytes: 16 << 20, file_age_ms: 3_600_000 }
    }
}

/// What a writer needs.
pub struct WriterSetup {
    /// Where files come from.
    pub files: Arc<dyn Files>,
    /// Where body keys and nonces come from. (age draws its own randomness.)
    pub entropy: Arc<dyn Entropy>,
    /// Folder of the journal.
    pub dir: PathBuf,
    /// Whose journal.
    pub origin: Origin,
    /// Signs checkpoints.
    pub signing: Arc<SigningKey>,
    /// Who can read bodies (`age1…`): sealed, the centre; while open, the opening identity too.
    pub recipients: Vec<String>,
    /// When a file is ended.
    pub limits: Limits,
}

/// What is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: TreeHash,
}

struct OpenFile {
    file: Box<dyn Append>,
    key: BodyKey,
    begun_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Good,
    AppendFailed,
    SyncFailed,
}

/// See the module.
pub struct Writer {
    setup: WriterSetup,
    /// Every entry taken, committed or not.
    head: Head,
    committed: Committed,
    opened_with: u64,
    next_number: u32,
    open: OpenFile,
    buffer: Vec<u8>,
    buffered: u32,
    health: Health,
}

impl Writer {
    /// Opens the journal of the setup's incarnation, and begins a new file. Torn tails are noted by the first entries.
    ///
    /// # Errors
    /// See [`OpenError`]. Nothing is changed then, and [`Writer::open_next_incarnation`] is the way on.
    pub fn open(
        setup: WriterSetup,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Self, OpenError> {
        let recovered =
            recover(setup.files.as_ref(), &setup.dir, setup.origin, &setup.signing.public())?;
        Self::begin(setup, recovered, now, quality)
    }

    /// Begins the incarnation after the newest one that has a folder, and notes why. The files of the others stay. A
    /// folder without files that such a beginning left when it failed is used again, so that a failing disk does not
    /// fill with them.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_next_incarnation(
        mut setup: WriterSetup,
        cause: Word,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Self, OpenError> {
        let own = setup.origin.incarnation;
        let newest = newest_incarnation(setup.files.as_ref(), &setup.dir)?;
        let before = match newest.filter(|newest| *newest > own) {
            Some(n) if file_numbers(setup.files.as_ref(), &setup.dir, n)?.is_empty() => {
                Incarnation(n.0.saturating_sub(1))
            }
            Some(newest) => newest,
            None => own,
        };
        setup.origin.incarnation = Incarnation(before.0.saturating_add(1));
        let head = Head::of_nothing(setup.origin.node, setup.origin.incarnation);
        let recovered = Recovered { head, next_number: 0, torn: Vec::new() };
        let mut writer = Self::begin(setup, recovered, now, quality)?;
        writer.append(&Event::IncarnationStarted { before: before.0, cause }, now, quality)?;
        writer.commit()?;
        Ok(writer)
    }

    /// Opens the same journal again after a failed append.
    ///
    /// # Errors
    /// [`OpenError::AfterFailedSync`], and as [`Writer::open`]. The setup comes back with the error, so that another
    /// try or the next incarnation can be opened.
    pub fn reopen(
        self,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Self, (Box<WriterSetup>, OpenError)> {
        if self.health == Health::SyncFailed {
            return Err((Box::new(self.setup), OpenError::AfterFailedSync));
        }
        let again = self.setup.clone();
        Self::open(self.setup, now, quality).map_err(|error| (Box::new(again), error))
    }

    /// Gives the setup back, for the next incarnation.
    #[must_use]
    pub fn into_setup(self) -> WriterSetup {
        self.setup
    }

    fn begin(
        setup: WriterSetup,
        recovered: Recovered,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Self, OpenError> {
        let Recovered { head, next_number, torn } = recovered;
        let open = begin_file(&setup, &head, next_number, now)?;
        let committed = Committed { size: head.tree.size(), root: head.tree.root() };
        let mut writer = Self {
            setup,
            opened_with: committed.size,
            head,
            committed,
            next_number: next_number.saturating_add(1),
            open,
            buffer: Vec::new(),
            buffered: 0,
            health: Health::Good,
        };
        for (file, tail) in torn {
            let event = Event::TornTail { file, offset: tail.offset, len_bytes: tail.len_bytes };
            writer.append(&event, now, quality)?;
        }
        writer.commit()?;
        Ok(writer)
    }

    /// Takes an entry; durable only after [`Writer::commit`]. Begins a new file first when it is time and nothing waits.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub fn append(
        &mut self,
        event: &Event,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Sequence, AppendError> {
        self.check_health()?;
        let plain = Zeroizing::new(event.to_bytes()?);
        if self.buffer.len().saturating_add(SEALED_LEN_BYTES_MAX) > COMMIT_LEN_BYTES_MAX {
            let (len, limit) = (self.buffer.len(), COMMIT_LEN_BYTES_MAX);
            return Err(AppendError::Full { len, limit });
        }
        if self.buffered == 0 && self.is_file_due(now) {
            self.rotate(now)?;
        }
        let record = self.seal(event, &plain, now, quality)?;
        record.write(&mut self.buffer);
        self.buffered = self.buffered.saturating_add(1);
        self.head.push(record.clear.leaf());
        Ok(record.clear.sequence)
    }

    /// Makes everything taken so far durable.
    ///
    /// # Errors
    /// [`AppendError::Disk`] and [`AppendError::Sync`]; the writer takes nothing more then.
    pub fn commit(&mut self) -> Result<Committed, AppendError> {
        self.check_health()?;
        if self.buffered == 0 {
            return Ok(self.committed);
        }
        if let Err(error) = self.open.file.append(&self.buffer) {
            self.health = Health::AppendFailed;
            return Err(AppendError::Disk(DiskError::new("append to the journal")(error)));
        }
        // Sync before anybody is answered. A reply without a durable entry is a disclosure that nothing can discover
        // later; a lost reply is only a retry.
        if let Err(error) = self.open.file.sync() {
            self.health = Health::SyncFailed;
            return Err(AppendError::Sync(DiskError::new("sync the journal")(error)));
        }
        self.buffer.clear();
        self.buffered = 0;
        self.committed = Committed { size: self.head.tree.size(), root: self.head.tree.root() };
        Ok(self.committed)
    }

    /// Seals bodies to other people from here on, in a new file.
    ///
    /// # Errors
    /// See [`AppendError`]; recipients that are none leave the old ones in force.
    pub fn set_recipients(
        &mut self,
        recipients: Vec<String>,
        now: Timestamp,
    ) -> Result<(), AppendError> {
        self.commit()?;
        let old = core::mem::replace(&mut self.setup.recipients, recipients);
        match self.rotate(now) {
            Err(AppendError::BodyKey(error)) => {
                self.setup.recipients = old;
                Err(AppendError::BodyKey(error))
            }
            other => other,
        }
    }

    /// Signs what is durable and puts it beside the files: at each change of file, at reconciliation, at closing.
    ///
    /// # Errors
    /// The disk's.
    pub fn checkpoint(&self) -> Result<SignedCheckpoint, AppendError> {
        let Committed { size, root } = self.committed;
        let signed = Checkpoint { origin: self.setup.origin, size, root }.sign(&self.setup.signing);
        let path = checkpoint_path(&self.setup.dir, self.setup.origin.incarnation);
        let replaced = self.setup.files.replace(&path, signed.to_string().as_bytes());
        replaced.map_err(DiskError::new("write a checkpoint"))?;
        Ok(signed)
    }

    /// Commits and writes the last checkpoint.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub fn close(mut self) -> Result<Committed, AppendError> {
        let committed = self.commit()?;
        self.checkpoint()?;
        Ok(committed)
    }

    /// What is durable.
    #[must_use]
    pub const fn committed(&self) -> Committed {
        self.committed
    }

    /// How many entries were found at opening, before those that the opening itself wrote.
    #[must_use]
    pub const fn opened_with(&self) -> u64 {
        self.opened_with
    }

    /// Leaf hash of the entry taken last: what the tree holds of it. With none taken, see [`Head::previous`].
    #[must_use]
    pub const fn last_leaf(&self) -> TreeHash {
        self.head.previous
    }

    /// Whose journal.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.setup.origin
    }

    /// True when it takes nothing more before it is opened again.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        !matches!(self.health, Health::Good)
    }

    fn check_health(&self) -> Result<(), AppendError> {
        match self.health {
            Health::Good => Ok(()),
            Health::AppendFailed | Health::SyncFailed => Err(AppendError::Poisoned),
        }
    }

    fn is_file_due(&self, now: Timestamp) -> bool {
        let age = now.millis_since(self.open.begun_at);
        let Limits { file_len_bytes, file_age_ms } = self.setup.limits;
        age < -JUMP_BACK_MS || age >= file_age_ms || self.open.file.len_bytes() >= file_len_bytes
    }

    /// Ends the file and begins the next. Only with nothing waiting: a record belongs to the file of its body key.
    fn rotate(&mut self, now: Timestamp) -> Result<(), AppendError> {
        let begun = self
            .checkpoint()
            .and_then(|_| begin_file(&self.setup, &self.head, self.next_number, now));
        match begun {
            Ok(open) => {
                self.open = open;
                self.next_number = self.next_number.saturating_add(1);
                Ok(())
            }
            Err(error) => {
                // A half-made file may be there: the number is not to be used again without looking.
                if matches!(error, AppendError::Disk(_)) {
                    self.health = Health::AppendFailed;
                }
                Err(error)
            }
        }
    }

    fn seal(
        &self,
        event: &Event,
        plain: &[u8],
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Record, AppendError> {
        let Origin { node, incarnation, .. } = self.setup.origin;
        let mut clear = ClearPart {
            sequence: self.head.next(),
            time: now,
            kind: event.kind().code(),
            quality: quality as u8,
            body: Digest::from_bytes([0; 32]),
            previous: self.head.previous,
        };
        let aad = clear.associated_data(node, incarnation);
        let nonce = self.setup.entropy.bytes().map_err(DiskError::new("draw a nonce"))?;
        let too_long = CodecError::TooLong {
            what: "sealed journal body",
            len: plain.len(),
            limit: SEALED_LEN_BYTES_MAX,
        };
        let sealed = body::seal(&self.open.key, nonce, &aad, plain).ok_or(too_long)?;
        clear.body = Digest::of(&sealed);
        Ok(Record { clear, in_batch: self.buffered, sealed })
    }
}

impl Clone for WriterSetup {
    fn clone(&self) -> Self {
        Self {
            files: Arc::clone(&self.files),
            entropy: Arc::clone(&self.entropy),
            dir: self.dir.clone(),
            origin: self.origin,
            signing: Arc::clone(&self.signing),
            recipients: self.recipients.clone(),
            limits: self.limits,
        }
    }
}

/// Makes the next file: whole or not at all, so that a header is never torn.
fn begin_file(
    setup: &WriterSetup,
    head: &Head,
    number: u32,
    now: Timestamp,
) -> Result<OpenFile, AppendError> {
    let failed = DiskError::new("begin a journal file");
    let key = Zeroizing::new(setup.entropy.bytes().map_err(DiskError::new("draw a body key"))?);
    let header = FileHeader {
        node: setup.origin.node,
        incarnation: setup.origin.incarnation,
        number,
        previous: head.previous,
        before: head.tree.clone(),
        sealed_key: body_key::seal(&key, &setup.recipients)?,
    };
    setup.files.create_dir(&setup.dir).map_err(&failed)?;
    let dir = incarnation_dir(&setup.dir, setup.origin.incarnation);
    setup.files.create_dir(&dir).map_err(&failed)?;
    let path = file_path(&setup.dir, setup.origin.incarnation, number);
    setup.files.replace(&path, &header.to_bytes()).map_err(&failed)?;
    let file = setup.files.append(&path).map_err(&failed)?;
    Ok(OpenFile { file, key, begun_at: now })
}
