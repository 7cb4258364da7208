//! Writing a run aside; it takes its name when it is whole.

use super::super::StoreError;
use super::super::item::SourceKind;
use super::super::layout::{self, Layout, failed};
use super::{BUFFER_LEN_BYTES, FOOTER_MARK, ITEM_HEAD_LEN_BYTES, MAGIC, RawItem, VERSION};
use crate::id::Hasher;
use crate::seam::{Append, Files};

/// A run being written.
pub(in crate::central::store) struct RunWriter<'f> {
    files: &'f dyn Files,
    layout: Layout,
    name: String,
    file: Box<dyn Append>,
    buffer: Vec<u8>,
    hasher: Hasher,
    items: u64,
    len_bytes: u64,
}

impl<'f> RunWriter<'f> {
    /// Starts run `number` aside.
    pub(in crate::central::store) fn create(
        files: &'f dyn Files,
        layout: &Layout,
        number: u64,
        kind: SourceKind,
    ) -> Result<Self, StoreError> {
        let name = layout::run(number);
        let aside = layout::aside(&name);
        let path = layout.path(&aside);
        // Appending to what a failed batch left would make a run of two halves.
        files.remove(&path).map_err(failed("remove", &aside))?;
        let file = files.append(&path).map_err(failed("create", &aside))?;
        let mut writer = Self {
            files,
            layout: layout.clone(),
            name,
            file,
            buffer: Vec::with_capacity(BUFFER_LEN_BYTES),
            hasher: Hasher::default(),
            items: 0,
            len_bytes: 0,
        };
        writer.put(MAGIC)?;
        writer.put(&VERSION.to_le_bytes())?;
        writer.put(&[kind.number(), 0, 0, 0, 0, 0])?;
        Ok(writer)
    }

    /// Writes the next item; the caller keeps the order.
    pub(in crate::central::store) fn push(&mut self, item: &RawItem) -> Result<(), StoreError> {
        let too_long = || StoreError::ItemTooLong {
            len_bytes: item.record.len(),
            limit: super::ITEM_LEN_BYTES_MAX,
        };
        let len_bytes = ITEM_HEAD_LEN_BYTES + item.sub.len() + item.record.len();
        let len = u32::try_from(len_bytes).ok().filter(|len| *len != FOOTER_MARK);
        let sub_len = u8::try_from(item.sub.len()).map_err(|_| too_long())?;
        self.put(&len.ok_or_else(too_long)?.to_le_bytes())?;
        self.put(item.person.as_bytes())?;
        self.put(&item.order.accepted.days().to_le_bytes())?;
        self.put(&item.order.sequence.to_le_bytes())?;
        self.put(&item.batch.to_le_bytes())?;
        self.put(&[sub_len])?;
        self.put(&item.sub)?;
        self.put(&item.record)?;
        self.items += 1;
        Ok(())
    }

    /// Ends the run and gives it its name. Gives items and length.
    pub(in crate::central::store) fn finish(mut self) -> Result<(u64, u64), StoreError> {
        self.flush()?;
        let digest = self.hasher.digest();
        self.put(&FOOTER_MARK.to_le_bytes())?;
        self.put(&self.items.to_le_bytes())?;
        self.put(digest.as_bytes())?;
        self.flush()?;
        let aside = layout::aside(&self.name);
        // Sync before the rename, and both before the index names the run: a name must never lead to half a run.
        self.file.sync().map_err(failed("sync", &aside))?;
        drop(self.file);
        let (from, to) = (self.layout.path(&aside), self.layout.path(&self.name));
        self.files.rename(&from, &to).map_err(failed("rename", &aside))?;
        Ok((self.items, self.len_bytes))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_LEN_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.hasher.update(&self.buffer);
        self.len_bytes += self.buffer.len() as u64;
        self.file.append(&self.buffer).map_err(failed("write", &self.name))?;
        self.buffer.clear();
        Ok(())
    }
}
