//! A segment's content taken apart and put together again, by the format's description alone: shares no code with the
//! reader and writer under test.

/// One block with its index entry; `offset` is filled in when the content is put together, unless `misplace` changes it.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) first_person: [u8; 16],
    pub(crate) plain_len: u32,
    pub(crate) item_count: u16,
    pub(crate) flags: u16,
    pub(crate) packed: Vec<u8>,
    /// Digest to write instead of the right one.
    pub(crate) digest: Option<[u8; 16]>,
    /// Added to offset and length in the index.
    pub(crate) misplace: (i64, i64),
}

#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) header: Vec<u8>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) gap: Vec<u8>,
    pub(crate) footer_version: u16,
    pub(crate) footer_flags: u16,
    /// Added to the footer's counts of blocks and items and to the index's length.
    pub(crate) lie: (i64, i64, i64),
    pub(crate) check_flip: u8,
    /// Header that the check is made for, when it is another than the one that stands there.
    pub(crate) checked_header: Option<Vec<u8>>,
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap())
}

fn derived<const N: usize>(context: &str, parts: &[&[u8]]) -> [u8; N] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    parts.iter().for_each(|part| {
        hasher.update(part);
    });
    hasher.finalize().as_bytes()[..N].try_into().unwrap()
}

fn add(number: u32, more: i64) -> u32 {
    u32::try_from(i64::from(number) + more).unwrap()
}

impl Block {
    pub(crate) fn plain(&self) -> Vec<u8> {
        zstd::bulk::decompress(&self.packed, self.plain_len as usize).unwrap()
    }

    /// The encoded items.
    pub(crate) fn items(&self) -> Vec<Vec<u8>> {
        let plain = self.plain();
        let mut rest = &plain[..];
        let mut items = Vec::new();
        while !rest.is_empty() {
            let len = u32_at(rest, 0) as usize;
            items.push(rest[4..4 + len].to_vec());
            rest = &rest[4 + len..];
        }
        items
    }

    /// Packs other items, and says so in the index.
    pub(crate) fn set_items(&mut self, items: &[Vec<u8>]) {
        let framed = items.iter().flat_map(|i| [&(i.len() as u32).to_le_bytes()[..], i].concat());
        let plain: Vec<u8> = framed.collect();
        self.packed = zstd::bulk::compress(&plain, 3).unwrap();
        self.plain_len = plain.len() as u32;
        self.item_count = items.len() as u16;
    }
}

impl Content {
    pub(crate) fn read(plain: &[u8]) -> Self {
        let footer = &plain[plain.len() - 40..];
        assert_eq!(&footer[..8], b"TMSEGF\x1A\x0A");
        let (index_offset, index_len) = (u32_at(footer, 16) as usize, u32_at(footer, 20) as usize);
        let index = &plain[index_offset..index_offset + index_len];
        let mut end = 16;
        let blocks = index.chunks(48).map(|entry| {
            let (offset, len) = (u32_at(entry, 16) as usize, u32_at(entry, 20) as usize);
            end = offset + len;
            Block {
                first_person: entry[..16].try_into().unwrap(),
                plain_len: u32_at(entry, 24),
                item_count: u16_at(entry, 28),
                flags: u16_at(entry, 30),
                packed: plain[offset..end].to_vec(),
                digest: None,
                misplace: (0, 0),
            }
        });
        let blocks = blocks.collect();
        Self {
            header: plain[..16].to_vec(),
            blocks,
            gap: plain[end..index_offset].to_vec(),
            footer_version: u16_at(footer, 8),
            footer_flags: u16_at(footer, 10),
            lie: (0, 0, 0),
            check_flip: 0,
            checked_header: None,
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.header.clone();
        let mut index = Vec::new();
        for (ordinal, block) in (0_u32..).zip(&self.blocks) {
            let digest =
                derived("tomoshibi segment block v1", &[&ordinal.to_le_bytes(), &block.packed]);
            index.extend(block.first_person);
            index.extend(add(out.len() as u32, block.misplace.0).to_le_bytes());
            index.extend(add(block.packed.len() as u32, block.misplace.1).to_le_bytes());
            index.extend(block.plain_len.to_le_bytes());
            index.extend(block.item_count.to_le_bytes());
            index.extend(block.flags.to_le_bytes());
            index.extend(block.digest.unwrap_or(digest));
            out.extend(&block.packed);
        }
        out.extend(&self.gap);
        let items: u64 = self.blocks.iter().map(|block| u64::from(block.item_count)).sum();
        let mut footer = b"TMSEGF\x1A\x0A".to_vec();
        footer.extend(self.footer_version.to_le_bytes());
        footer.extend(self.footer_flags.to_le_bytes());
        footer.extend(add(self.blocks.len() as u32, self.lie.0).to_le_bytes());
        footer.extend((out.len() as u32).to_le_bytes());
        footer.extend(add(index.len() as u32, self.lie.2).to_le_bytes());
        footer.extend(items.checked_add_signed(self.lie.1).unwrap().to_le_bytes());
        let header = self.checked_header.as_ref().unwrap_or(&self.header);
        let mut check: [u8; 8] = derived("tomoshibi segment footer v1", &[header, &index, &footer]);
        check[0] ^= self.check_flip;
        [out, index, footer, check.to_vec()].concat()
    }
}
