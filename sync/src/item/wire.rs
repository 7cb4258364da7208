//! The item on the wire.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{PersonId, SourceOrder};

use super::checkup::{CheckupBodyV1, CheckupKeyV1};
use super::date::write_date;
use super::master::{MasterBodyV1, MasterKeyV1};
use super::medication::{ReceiptBodyV1, ReceiptKeyV1};
use super::person::PersonBodyV1;
use super::withdrawal::{WithdrawalBodyV1, WithdrawalKeyV1};
use super::{Item, ItemError, ItemKey, Record, SegmentKind, SubKey, read_date};
use crate::codec;

/// Longest item: 1 MiB. The largest real one, a receipt of a thousand lines with free text, has 100 KiB.
pub const ITEM_LEN_BYTES_MAX: usize = 1 << 20;
const WHAT: &str = "item";
/// The codec counts a number at its full width, eight bytes, when one may be stored; so an item that is as long as it
/// may be needs this much.
const DECODE_LIMIT: usize = 8 * ITEM_LEN_BYTES_MAX;

// One item. FORMAT.md, section "Items".
// person 16 · key of the kind · accepted (days, signed) · sequence · 0 delete | 1 put + body of the kind
#[derive(Serialize, Deserialize)]
struct ItemV1<K, B> {
    person: [u8; 16],
    key: K,
    accepted: i64,
    sequence: u64,
    body: Option<B>,
}

/// The stored form of one kind of record.
pub(super) trait Body<K>: Sized {
    /// The record, with what the item says of it.
    fn into_record(self, key: ItemKey, order: SourceOrder) -> Result<Record, ItemError>;
}

/// The bytes of an item.
///
/// # Errors
/// [`ItemError`] when a rule of the model is broken, key and record disagree, or it is too long.
pub fn encode(item: &Item) -> Result<Vec<u8>, ItemError> {
    let mut out = Vec::with_capacity(256);
    encode_onto(item, &mut out)?;
    Ok(out)
}

/// Puts the bytes of an item onto the end of `out`.
///
/// # Errors
/// As [`encode`]; `out` may then hold part of it.
pub fn encode_onto(item: &Item, out: &mut Vec<u8>) -> Result<(), ItemError> {
    if !item.agrees() {
        return Err(ItemError::Disagrees);
    }
    check_nobody(&item.key)?;
    let start = out.len();
    match &item.key.sub {
        SubKey::Person => {
            let body = pick(item, |r| PersonBodyV1::of(r).transpose())?;
            write(item, (), body, out)?;
        }
        SubKey::Receipt(key) => {
            let body = pick(item, |r| ReceiptBodyV1::of(r).transpose())?;
            write(item, ReceiptKeyV1::try_from(*key)?, body, out)?;
        }
        SubKey::Checkup { exam_date, program } => {
            let body = pick(item, |r| CheckupBodyV1::of(r).transpose())?;
            write(item, CheckupKeyV1::new(*exam_date, *program)?, body, out)?;
        }
        SubKey::Withdrawal(target) => {
            let body = pick(item, |r| WithdrawalBodyV1::of(r).transpose())?;
            write(item, WithdrawalKeyV1::try_from(*target)?, body, out)?;
        }
        master => {
            let body = pick(item, |r| MasterBodyV1::of(r).transpose())?;
            write(item, MasterKeyV1::of(master)?, body, out)?;
        }
    }
    check_len(out.len().saturating_sub(start))
}

fn check_len(len: usize) -> Result<(), ItemError> {
    match len {
        0..=ITEM_LEN_BYTES_MAX => Ok(()),
        len => Err(ItemError::TooLong { len, limit: ITEM_LEN_BYTES_MAX }),
    }
}

// `agrees` has made sure that the record is of the key's variant: a body that is missing here was never there.
fn pick<'a, B>(
    item: &'a Item,
    body: impl FnOnce(&'a Record) -> Result<Option<B>, ItemError>,
) -> Result<Option<B>, ItemError> {
    item.record.as_ref().map_or(Ok(None), body)
}

fn write<K: Serialize, B: Serialize>(
    item: &Item,
    key: K,
    body: Option<B>,
    out: &mut Vec<u8>,
) -> Result<(), ItemError> {
    let wire = ItemV1 {
        person: *item.key.person.as_bytes(),
        key,
        accepted: write_date(item.order.accepted)?,
        sequence: item.order.sequence,
        body,
    };
    Ok(codec::encode_onto(WHAT, &wire, out)?)
}

/// The item that `bytes`, all of them, spell in a segment of `kind`.
///
/// # Errors
/// [`ItemError`]: not an item, too long, or against a rule of the model.
pub fn decode(kind: SegmentKind, bytes: &[u8]) -> Result<Item, ItemError> {
    match kind {
        SegmentKind::Persons => read::<(), PersonBodyV1<'_>>(bytes, |()| Ok(SubKey::Person)),
        SegmentKind::Medications => {
            read::<ReceiptKeyV1, ReceiptBodyV1<'_>>(bytes, |k| Ok(SubKey::Receipt(k.try_into()?)))
        }
        SegmentKind::Checkups => {
            read::<CheckupKeyV1, CheckupBodyV1<'_>>(bytes, CheckupKeyV1::into_sub_key)
        }
        SegmentKind::Masters => {
            read::<MasterKeyV1, MasterBodyV1<'_>>(bytes, MasterKeyV1::into_sub_key)
        }
        SegmentKind::Withdrawals => read::<WithdrawalKeyV1, WithdrawalBodyV1>(bytes, |k| {
            Ok(SubKey::Withdrawal(k.try_into()?))
        }),
    }
}

fn read<K: DeserializeOwned, B: DeserializeOwned + Body<K>>(
    bytes: &[u8],
    sub: impl FnOnce(K) -> Result<SubKey, ItemError>,
) -> Result<Item, ItemError> {
    check_len(bytes.len())?;
    let wire: ItemV1<K, B> = codec::decode::<_, DECODE_LIMIT>(WHAT, bytes)?;
    let key = ItemKey { person: PersonId::from_bytes(wire.person), sub: sub(wire.key)? };
    check_nobody(&key)?;
    let order = SourceOrder { accepted: read_date(wire.accepted)?, sequence: wire.sequence };
    let record = wire.body.map(|body| body.into_record(key, order)).transpose()?;
    Ok(Item { key, order, record })
}

fn check_nobody(key: &ItemKey) -> Result<(), ItemError> {
    let is_master = key.sub.kind() == SegmentKind::Masters;
    if is_master == (key.person == ItemKey::NOBODY) { Ok(()) } else { Err(ItemError::Nobody) }
}

/// The person of an encoded item, without decoding the rest.
pub(crate) fn peek_person(bytes: &[u8]) -> Option<PersonId> {
    bytes.first_chunk().copied().map(PersonId::from_bytes)
}
