//! The order's body on the wire.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::time::Timestamp;

use super::{Order, OrderError};
use crate::id::Digest;
use crate::manifest::{category_number, read_category};

#[derive(Serialize, Deserialize)]
pub(super) struct OrderV1 {
    notice_id: String,
    number: u32,
    issuer: String,
    region: u8,
    prefectures: Vec<u8>,
    municipalities: Vec<u32>,
    facilities: Vec<u64>,
    opens_at: i64,
    closes_at: i64,
    extends: Option<Digest>,
    revokes: bool,
    categories: Vec<u8>,
    vital_interest_allowed: bool,
    consent_hours: u8,
    drill: bool,
    issued_at: i64,
}

impl From<&Order> for OrderV1 {
    fn from(order: &Order) -> Self {
        Self {
            notice_id: order.notice_id.clone(),
            number: order.number,
            issuer: order.issuer.clone(),
            region: order.region.get(),
            prefectures: order.prefectures.iter().map(|p| p.get()).collect(),
            municipalities: order.municipalities.iter().copied().collect(),
            facilities: order.facilities.iter().map(|f| f.number()).collect(),
            opens_at: order.opens_at.as_millis(),
            closes_at: order.closes_at.as_millis(),
            extends: order.extends,
            revokes: order.revokes,
            categories: order.categories.iter().copied().map(category_number).collect(),
            vital_interest_allowed: order.vital_interest_allowed,
            consent_hours: order.consent_hours,
            drill: order.drill,
            issued_at: order.issued_at.as_millis(),
        }
    }
}

/// Reads a list that must be strictly ascending, so that a set has one spelling.
fn read_set<W: PartialOrd + Copy, T: Ord>(
    field: &'static str,
    list: &[W],
    read: impl Fn(W) -> Result<T, OrderError>,
) -> Result<BTreeSet<T>, OrderError> {
    if !list.is_sorted_by(|a, b| a < b) {
        return Err(OrderError::Field { field });
    }
    list.iter().copied().map(read).collect()
}

impl TryFrom<OrderV1> for Order {
    type Error = OrderError;

    fn try_from(wire: OrderV1) -> Result<Self, OrderError> {
        let field = |field| OrderError::Field { field };
        let region = |code| RegionCode::new(code).map_err(|_| field("a prefecture"));
        let facility = |number| FacilityCode::from_number(number).map_err(|_| field("a facility"));
        let category = |number| -> Result<Category, _> {
            read_category(number).ok_or(OrderError::UnknownCategory { number })
        };
        Ok(Self {
            notice_id: wire.notice_id,
            number: wire.number,
            issuer: wire.issuer,
            region: RegionCode::new(wire.region).map_err(|_| field("the region"))?,
            prefectures: read_set("the list of prefectures", &wire.prefectures, region)?,
            municipalities: read_set("the list of municipalities", &wire.municipalities, Ok)?,
            facilities: read_set("the list of facilities", &wire.facilities, facility)?,
            opens_at: Timestamp::from_millis(wire.opens_at),
            closes_at: Timestamp::from_millis(wire.closes_at),
            extends: wire.extends,
            revokes: wire.revokes,
            categories: read_set("the list of categories", &wire.categories, category)?,
            vital_interest_allowed: wire.vital_interest_allowed,
            consent_hours: wire.consent_hours,
            drill: wire.drill,
            issued_at: Timestamp::from_millis(wire.issued_at),
        })
    }
}
