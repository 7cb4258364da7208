//! Reading a run from front to back.

use tomoshibi_policies::record::{PersonId, SourceOrder};
use tomoshibi_policies::time::JstDate;

use super::super::StoreError;
use super::super::item::SourceKind;
use super::super::layout::{self, Layout, failed};
use super::{
    BUFFER_LEN_BYTES, FOOTER_MARK, HEADER_LEN_BYTES, ITEM_HEAD_LEN_BYTES, ITEM_LEN_BYTES_MAX,
    MAGIC, RawItem, VERSION,
};
use crate::id::Hasher;
use crate::seam::{Files, ReadAt};

/// A run being read. Gives items, then checks count and digest.
pub(in crate::central::store) struct RunReader {
    name: String,
    file: Box<dyn ReadAt>,
    offset: u64,
    buffer: Vec<u8>,
    /// What of the buffer is given already.
    used: usize,
    hasher: Hasher,
    items: u64,
    ended: bool,
}

impl RunReader {
    /// Opens run `number` and checks its header.
    pub(in crate::central::store) fn open(
        files: &dyn Files,
        layout: &Layout,
        number: u64,
        kind: SourceKind,
    ) -> Result<Self, StoreError> {
        let name = layout::run(number);
        let file = files.open(&layout.path(&name)).map_err(failed("open", &name))?;
        let mut reader = Self {
            name,
            file,
            offset: 0,
            buffer: Vec::new(),
            used: 0,
            hasher: Hasher::default(),
            items: 0,
            ended: false,
        };
        let header: [u8; HEADER_LEN_BYTES] = reader.take()?;
        let [m0, m1, m2, m3, m4, m5, m6, m7, v0, v1, k, zeros @ ..] = header;
        if [m0, m1, m2, m3, m4, m5, m6, m7] != *MAGIC {
            return Err(reader.damaged("it does not begin as a run does"));
        }
        let version = u16::from_le_bytes([v0, v1]);
        if version != VERSION {
            let (found, known) = (u32::from(version), u32::from(VERSION));
            return Err(StoreError::Format { file: reader.name, found, known });
        }
        if k != kind.number() || zeros != [0; 5] {
            return Err(reader.damaged("its kind is not the one the index says"));
        }
        reader.hasher.update(&header);
        Ok(reader)
    }

    /// The next item; none after the last, when count and digest are right.
    pub(in crate::central::store) fn next_item(&mut self) -> Result<Option<RawItem>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let len: [u8; 4] = self.take()?;
        if u32::from_le_bytes(len) == FOOTER_MARK {
            self.ended = true;
            return self.check_footer().map(|()| None);
        }
        self.hasher.update(&len);
        let len = u32::from_le_bytes(len) as usize;
        if !(ITEM_HEAD_LEN_BYTES..=ITEM_LEN_BYTES_MAX).contains(&len) {
            return Err(self.damaged("an item has an impossible length"));
        }
        let item = self.item(len)?;
        self.items += 1;
        item.map(Some).ok_or_else(|| self.damaged("an item has an impossible length"))
    }

    fn item(&mut self, len: usize) -> Result<Option<RawItem>, StoreError> {
        self.fill(len)?;
        let bytes = self.buffer.get(self.used..self.used + len).unwrap_or_default();
        self.hasher.update(bytes);
        self.used += len;
        Ok(parse(bytes))
    }

    fn check_footer(&mut self) -> Result<(), StoreError> {
        let items = u64::from_le_bytes(self.take()?);
        let digest: [u8; 32] = self.take()?;
        if items != self.items || digest != *self.hasher.digest().as_bytes() {
            return Err(self.damaged("its digest or number of items is another"));
        }
        if self.used < self.buffer.len() || self.offset < self.file.len_bytes() {
            return Err(self.damaged("bytes follow its end"));
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.fill(N)?;
        let bytes = self.buffer.get(self.used..).and_then(|rest| rest.first_chunk::<N>()).copied();
        self.used += N;
        bytes.ok_or_else(|| self.damaged("it ends too early"))
    }

    /// Makes at least `len` unused bytes available.
    fn fill(&mut self, len: usize) -> Result<(), StoreError> {
        if self.buffer.len() - self.used >= len {
            return Ok(());
        }
        self.buffer.drain(..self.used);
        self.used = 0;
        let mut have = self.buffer.len();
        self.buffer.resize(len.max(BUFFER_LEN_BYTES), 0);
        while have < self.buffer.len() {
            let rest = self.buffer.get_mut(have..).unwrap_or_default();
            let read = self.file.read_at(self.offset, rest).map_err(failed("read", &self.name))?;
            if read == 0 {
                break;
            }
            have += read;
            self.offset += read as u64;
        }
        self.buffer.truncate(have);
        if have < len { Err(self.damaged("it ends too early")) } else { Ok(()) }
    }

    fn damaged(&self, what: &'static str) -> StoreError {
        StoreError::Damaged { file: self.name.clone(), what }
    }
}

fn parse(bytes: &[u8]) -> Option<RawItem> {
    let (person, rest) = bytes.split_first_chunk::<16>()?;
    let (accepted, rest) = rest.split_first_chunk::<8>()?;
    let (sequence, rest) = rest.split_first_chunk::<8>()?;
    let (batch, rest) = rest.split_first_chunk::<8>()?;
    let (sub_len, rest) = rest.split_first()?;
    let (sub, record) = rest.split_at_checked(usize::from(*sub_len))?;
    let accepted = JstDate::from_days(i64::from_le_bytes(*accepted));
    Some(RawItem {
        person: PersonId::from_bytes(*person),
        sub: sub.to_vec(),
        order: SourceOrder { accepted, sequence: u64::from_le_bytes(*sequence) },
        batch: u64::from_le_bytes(*batch),
        record: record.to_vec(),
    })
}
