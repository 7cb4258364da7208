//! The bytes of a slip.

use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::time::Timestamp;

use super::{LOOKS_MAX, Slip, SlipError, SlipLook};
use crate::id::{Incarnation, NodeId};
use crate::journal::{Sequence, TreeHash};
use crate::manifest::{category_number, read_category};
use crate::signed::Signature;

// Slip, little-endian. FORMAT.md, section "Slip".
//  0  4  magic        "TMSR"
//  4  1  version      1
//  5  1  flags        bit 0 drill; an unknown bit is a refusal
//  6  1  region       JIS code, 1-47
//  7 16  node
// 23  4  incarnation  u32
// 27  8  facility     u64, the ten digits as a number
// 35  1  look_count   1-6
// 36  n  looks        sequences strictly descending
//  . 64  signature    Ed25519 over "tomoshibi slip v1\n" and all bytes before
//
// Look:
//  0  8  sequence       u64
//  8  8  time           i64, milliseconds since 1970 UTC
// 16 32  leaf           RFC 6962 leaf hash of the entry's clear part
// 48  1  category_count 1-5
// 49  3  category       number u8, items u16; numbers strictly ascending
const MAGIC: [u8; 4] = *b"TMSR";
const VERSION: u8 = 1;
const DRILL: u8 = 1;
const HEAD_LEN_BYTES: usize = 36;
const LOOK_LEN_BYTES: usize = 49;
const CATEGORY_LEN_BYTES: usize = 3;
const SIGNATURE_LEN_BYTES: usize = 64;
const CATEGORIES_MAX: usize = Category::ALL.len();
/// Longest slip: 484 bytes.
pub(super) const LEN_BYTES_MAX: usize = HEAD_LEN_BYTES
    + LOOKS_MAX * (LOOK_LEN_BYTES + CATEGORIES_MAX * CATEGORY_LEN_BYTES)
    + SIGNATURE_LEN_BYTES;
const _: () = assert!(LEN_BYTES_MAX == 484);

/// The bytes that are signed.
pub(super) fn encode(slip: &Slip) -> Result<Vec<u8>, SlipError> {
    check_looks(&slip.looks)?;
    let mut bytes = Vec::with_capacity(LEN_BYTES_MAX);
    bytes.extend(MAGIC);
    bytes.extend([VERSION, if slip.drill { DRILL } else { 0 }, slip.region.get()]);
    bytes.extend(slip.node.as_bytes());
    bytes.extend(slip.incarnation.0.to_le_bytes());
    bytes.extend(slip.facility.number().to_le_bytes());
    bytes.push(u8::try_from(slip.looks.len()).unwrap_or(u8::MAX));
    for look in &slip.looks {
        bytes.extend(look.sequence.0.to_le_bytes());
        bytes.extend(look.at.as_millis().to_le_bytes());
        bytes.extend(look.leaf.as_bytes());
        bytes.push(u8::try_from(look.shown.len()).unwrap_or(u8::MAX));
        for (category, items) in &look.shown {
            bytes.push(category_number(*category));
            bytes.extend(items.to_le_bytes());
        }
    }
    Ok(bytes)
}

/// The slip, the bytes that are signed, and the signature over them, which is not verified here.
pub(super) fn decode(bytes: &[u8]) -> Result<(Slip, Vec<u8>, Signature), SlipError> {
    let mut fields = Fields { all: bytes, rest: bytes };
    if fields.take::<4>()? != MAGIC {
        return Err(SlipError::Magic);
    }
    let found = fields.byte()?;
    if found != VERSION {
        return Err(SlipError::Version { found, known: VERSION });
    }
    let flags = fields.byte()?;
    if flags & !DRILL != 0 {
        return Err(SlipError::Flags { flags });
    }
    let code = fields.byte()?;
    let region = RegionCode::new(code).map_err(|_| SlipError::Region { code })?;
    let node = NodeId::from_bytes(fields.take()?);
    let incarnation = Incarnation(u32::from_le_bytes(fields.take()?));
    let number = u64::from_le_bytes(fields.take()?);
    let facility = FacilityCode::from_number(number).map_err(|_| SlipError::Facility { number })?;
    let count = usize::from(fields.byte()?);
    check_count(count)?;
    let looks = (0..count).map(|_| look(&mut fields)).collect::<Result<Vec<_>, _>>()?;
    check_looks(&looks)?;
    let signed_len = bytes.len().saturating_sub(fields.rest.len());
    let signature = Signature(fields.take()?);
    match fields.rest.len() {
        0 => {}
        count => return Err(SlipError::TrailingBytes { count }),
    }
    let signed = bytes.get(..signed_len).unwrap_or_default().to_vec();
    let drill = flags & DRILL != 0;
    Ok((Slip { drill, region, node, incarnation, facility, looks }, signed, signature))
}

fn look(fields: &mut Fields<'_>) -> Result<SlipLook, SlipError> {
    let sequence = Sequence(u64::from_le_bytes(fields.take()?));
    let at = Timestamp::from_millis(i64::from_le_bytes(fields.take()?));
    let leaf = TreeHash::from_bytes(fields.take()?);
    let count = usize::from(fields.byte()?);
    check_category_count(count)?;
    let shown = (0..count).map(|_| {
        let number = fields.byte()?;
        let category = read_category(number).ok_or(SlipError::Category { number })?;
        Ok((category, u16::from_le_bytes(fields.take()?)))
    });
    Ok(SlipLook { sequence, at, leaf, shown: shown.collect::<Result<_, _>>()? })
}

/// The same rules for writing and reading, so that nothing is signed that is not read again.
fn check_looks(looks: &[SlipLook]) -> Result<(), SlipError> {
    check_count(looks.len())?;
    if !looks.is_sorted_by(|newer, older| newer.sequence > older.sequence) {
        return Err(SlipError::Order { what: "looks" });
    }
    for look in looks {
        check_category_count(look.shown.len())?;
        let ascend = |(a, _): &(Category, u16), (b, _): &(Category, u16)| {
            category_number(*a) < category_number(*b)
        };
        if !look.shown.is_sorted_by(ascend) {
            return Err(SlipError::Order { what: "categories" });
        }
    }
    Ok(())
}

fn check_count(found: usize) -> Result<(), SlipError> {
    match found {
        1..=LOOKS_MAX => Ok(()),
        _ => Err(SlipError::LookCount { found, limit: LOOKS_MAX }),
    }
}

fn check_category_count(found: usize) -> Result<(), SlipError> {
    match found {
        1..=CATEGORIES_MAX => Ok(()),
        _ => Err(SlipError::CategoryCount { found, limit: CATEGORIES_MAX }),
    }
}

struct Fields<'a> {
    all: &'a [u8],
    rest: &'a [u8],
}

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], SlipError> {
        let truncated = SlipError::Truncated { len: self.all.len() };
        let (field, rest) = self.rest.split_first_chunk::<N>().ok_or(truncated)?;
        self.rest = rest;
        Ok(*field)
    }

    fn byte(&mut self) -> Result<u8, SlipError> {
        self.take::<1>().map(|[byte]| byte)
    }
}
