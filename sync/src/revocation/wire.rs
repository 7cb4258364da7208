//! The list's body on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::Timestamp;

use super::{Revocation, RevocationError, RevocationList};
use crate::id::NodeId;

/// Id, time in milliseconds, reason.
type EntryV1 = ([u8; 16], i64, String);

#[derive(Serialize, Deserialize)]
pub(super) struct RevocationListV1 {
    number: u64,
    region: u8,
    drill: bool,
    issued_at: i64,
    badges: Vec<EntryV1>,
    nodes: Vec<EntryV1>,
}

impl From<&RevocationList> for RevocationListV1 {
    fn from(list: &RevocationList) -> Self {
        let entry = |id: [u8; 16], entry: &Revocation| {
            (id, entry.at.as_millis(), entry.reason.as_str().to_owned())
        };
        Self {
            number: list.number,
            region: list.region.get(),
            drill: list.drill,
            issued_at: list.issued_at.as_millis(),
            badges: list.badges.iter().map(|(id, e)| entry(*id.as_bytes(), e)).collect(),
            nodes: list.nodes.iter().map(|(id, e)| entry(*id.as_bytes(), e)).collect(),
        }
    }
}

/// Reads entries that must be strictly ascending, so that a list has one spelling and nothing stands in it twice.
fn read<T: Ord>(
    field: &'static str,
    entries: Vec<EntryV1>,
    id: impl Fn([u8; 16]) -> T,
) -> Result<BTreeMap<T, Revocation>, RevocationError> {
    if !entries.is_sorted_by(|(a, ..), (b, ..)| a < b) {
        return Err(RevocationError::Field { field });
    }
    let entry = |(bytes, at, reason): EntryV1| {
        let at = Timestamp::from_millis(at);
        Ok((id(bytes), Revocation { at, reason: reason.try_into()? }))
    };
    entries.into_iter().map(entry).collect()
}

impl TryFrom<RevocationListV1> for RevocationList {
    type Error = RevocationError;

    fn try_from(wire: RevocationListV1) -> Result<Self, RevocationError> {
        let field = |field| RevocationError::Field { field };
        Ok(Self {
            number: wire.number,
            region: RegionCode::new(wire.region).map_err(|_| field("the region"))?,
            drill: wire.drill,
            issued_at: Timestamp::from_millis(wire.issued_at),
            badges: read("the list of badges", wire.badges, BadgeId::from_bytes)?,
            nodes: read("the list of nodes", wire.nodes, NodeId::from_bytes)?,
        })
    }
}
