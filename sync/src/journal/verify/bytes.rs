//! Reading the bytes by the map in FORMAT.md, section "Journal". On purpose a second implementation.

use sha2_for_ct_merkle::{Digest as _, Sha256};

/// The number in the `N` bytes at `offset`, little-endian.
pub(super) fn number(bytes: &[u8], offset: usize, len: usize) -> Option<u64> {
    let field = bytes.get(offset..offset.checked_add(len)?)?;
    Some(field.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The 32 bytes at `offset`.
pub(super) fn hash(bytes: &[u8], offset: usize) -> Option<[u8; 32]> {
    bytes.get(offset..offset.checked_add(32)?)?.try_into().ok()
}

/// RFC 6962 hash of a leaf.
pub(super) fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(leaf);
    hash.finalize().into()
}

/// What is needed of a header.
pub(super) struct Header {
    pub(super) node: [u8; 16],
    pub(super) incarnation: u64,
    pub(super) number: u64,
    pub(super) first: u64,
    pub(super) previous: [u8; 32],
    pub(super) root: [u8; 32],
    pub(super) len: usize,
}

pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    if bytes.get(..8)? != b"TMJRNL\x1a\x0a"
        || number(bytes, 8, 2)? != 1
        || number(bytes, 10, 2)? != 0
    {
        return None;
    }
    let subtrees = usize::try_from(number(bytes, 108, 2)?).ok()?;
    let key_len = usize::try_from(number(bytes, 110, 2)?).ok()?;
    let digest_at = 112_usize.checked_add(subtrees.checked_mul(32)?)?.checked_add(key_len)?;
    let digest = blake3::hash(bytes.get(..digest_at)?);
    let first = number(bytes, 36, 8)?;
    if hash(bytes, digest_at)? != *digest.as_bytes()
        || subtrees as u64 != u64::from(first.count_ones())
    {
        return None;
    }
    Some(Header {
        node: bytes.get(12..28)?.try_into().ok()?,
        incarnation: number(bytes, 28, 4)?,
        number: number(bytes, 32, 4)?,
        first,
        previous: hash(bytes, 44)?,
        root: hash(bytes, 76)?,
        len: digest_at.checked_add(32)?,
    })
}

/// What is needed of a record.
pub(super) struct Record<'a> {
    pub(super) clear: &'a [u8],
    pub(super) sequence: u64,
    pub(super) time_ms: i64,
    pub(super) body_digest: [u8; 32],
    pub(super) previous: [u8; 32],
    pub(super) in_batch: u64,
    pub(super) sealed: &'a [u8],
    pub(super) len: usize,
}

/// The record at the front of `bytes`, when it is whole.
pub(super) fn record(bytes: &[u8]) -> Option<Record<'_>> {
    let sealed_len = usize::try_from(number(bytes, 88, 4)?).ok().filter(|len| *len <= 65_536)?;
    let check_at = 92_usize.checked_add(sealed_len)?;
    let check = bytes.get(check_at..check_at.checked_add(8)?)?;
    if blake3::hash(bytes.get(..check_at)?).as_bytes().get(..8)? != check || *bytes.get(19)? != 0 {
        return None;
    }
    Some(Record {
        clear: bytes.get(..84)?,
        sequence: number(bytes, 0, 8)?,
        time_ms: number(bytes, 8, 8)?.cast_signed(),
        body_digest: hash(bytes, 20)?,
        previous: hash(bytes, 52)?,
        in_batch: number(bytes, 84, 4)?,
        sealed: bytes.get(92..check_at)?,
        len: check_at.checked_add(8)?,
    })
}

/// How far into `bytes` the next whole record begins, with that record.
pub(super) fn next_record(bytes: &[u8], above: u64) -> Option<(usize, Record<'_>)> {
    let most = above.saturating_add(bytes.len() as u64 / 100).saturating_add(1);
    (1..bytes.len()).find_map(|skip| {
        let rest = bytes.get(skip..)?;
        let likely = number(rest, 0, 8).is_some_and(|n| n > above && n <= most);
        likely.then(|| record(rest)).flatten().map(|record| (skip, record))
    })
}
