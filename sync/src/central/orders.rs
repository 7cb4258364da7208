//! Orders: made and signed by the authority, stored for every node.
//!
//! Promises: an order is signed by as many authority keys as the trust root demands, and is opened again under that
//! trust root before it is stored; an extension keeps everything of the order it extends but the period, so that a
//! late-night extension cannot widen what was decided by daylight; an order counts as revoked when a revocation names
//! it or one that it extends.
//!
//! Not covered: who may decide an order, and keys held by several people on several machines (all of the authority's
//! keys lie in its one folder here).

mod error;

use std::collections::BTreeSet;

use tomoshibi_policies::activation::SiteFacts;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::time::Timestamp;

pub use error::OrdersError;

use super::authority;
use super::folder::Folder;
use super::notices::{self, Notice};
use crate::id::Digest;
use crate::order::{self, Order};
use crate::seam::Files;
use crate::trust::TrustRoot;

/// What the authority decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Id of the notice (事務連絡).
    pub notice_id: String,
    /// Who issues it.
    pub issuer: String,
    /// Prefectures opened as a whole.
    pub prefectures: BTreeSet<RegionCode>,
    /// Municipalities, by five-digit JIS code.
    pub municipalities: BTreeSet<u32>,
    /// Single facilities.
    pub facilities: BTreeSet<FacilityCode>,
    /// First instant.
    pub opens_at: Timestamp,
    /// First instant after.
    pub closes_at: Timestamp,
    /// Categories opened.
    pub categories: BTreeSet<Category>,
    /// Whether a vital interest may stand in for consent.
    pub vital_interest_allowed: bool,
    /// Hours a consent holds.
    pub consent_hours: u8,
}

/// An order that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its number among the notices: what `--extends` and `--revokes` name.
    pub number: u64,
    /// Digest of its signed bytes.
    pub digest: Digest,
    /// The order.
    pub order: Order,
}

/// Signs and stores a new order.
///
/// # Errors
/// See [`OrdersError`].
pub fn issue(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    decision: Decision,
    now: Timestamp,
) -> Result<Issued, OrdersError> {
    let order = Order {
        notice_id: decision.notice_id,
        number: 1,
        issuer: decision.issuer,
        region: trust.region,
        prefectures: decision.prefectures,
        municipalities: decision.municipalities,
        facilities: decision.facilities,
        opens_at: decision.opens_at,
        closes_at: decision.closes_at,
        extends: None,
        revokes: false,
        categories: decision.categories,
        vital_interest_allowed: decision.vital_interest_allowed,
        consent_hours: decision.consent_hours,
        drill: trust.drill,
        issued_at: now,
    };
    sign_and_store(folder, files, trust, order)
}

/// Signs and stores an order that keeps everything of order `number` but its end.
///
/// # Errors
/// See [`OrdersError`].
pub fn extend(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    number: u64,
    closes_at: Timestamp,
    now: Timestamp,
) -> Result<Issued, OrdersError> {
    let before = find(folder, files, trust, number)?;
    let order = Order { closes_at, ..follow(&before, now) };
    sign_and_store(folder, files, trust, order)
}

/// Signs and stores the revocation of order `number`.
///
/// # Errors
/// See [`OrdersError`]; an order that is over cannot be revoked.
pub fn revoke(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    number: u64,
    now: Timestamp,
) -> Result<Issued, OrdersError> {
    let before = find(folder, files, trust, number)?;
    let order = Order { revokes: true, ..follow(&before, now) };
    sign_and_store(folder, files, trust, order)
}

/// All orders that open under the trust root, in the order of their numbers.
///
/// # Errors
/// The disk's. An order that does not open is an error too: nothing but this program writes there.
pub fn all(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
) -> Result<Vec<Issued>, OrdersError> {
    let read = |notice: Notice| {
        let bytes = notices::read(files, &notice)?;
        let order = Order::open(&bytes, trust)?;
        Ok(Issued { number: notice.number, digest: Digest::of(&bytes), order })
    };
    notices::orders(folder, files)?.into_iter().map(read).collect()
}

/// The order with this digest, when it is in force now and opens the site.
///
/// # Errors
/// [`OrdersError::Unknown`], [`OrdersError::Revoked`], [`OrdersError::Period`], [`OrdersError::Site`].
pub fn in_force(
    orders: &[Issued],
    digest: Digest,
    site: &SiteFacts,
    now: Timestamp,
) -> Result<Issued, OrdersError> {
    let unknown = OrdersError::Unknown { digest };
    let issued = orders.iter().find(|issued| issued.digest == digest).ok_or(unknown)?;
    let revoked = order::revoked(orders.iter().map(|issued| (issued.digest, &issued.order)));
    if issued.order.revokes || revoked.contains(&digest) {
        return Err(OrdersError::Revoked { digest });
    }
    let terms = issued.order.terms();
    if !terms.period.contains(now) {
        return Err(OrdersError::Period { digest, now });
    }
    if !terms.names_site(site) {
        return Err(OrdersError::Site { digest, facility: site.facility });
    }
    Ok(issued.clone())
}

fn follow(before: &Issued, now: Timestamp) -> Order {
    Order {
        number: before.order.number.saturating_add(1),
        extends: Some(before.digest),
        revokes: false,
        issued_at: now,
        ..before.order.clone()
    }
}

fn find(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    number: u64,
) -> Result<Issued, OrdersError> {
    let mut orders = all(folder, files, trust)?;
    let place = orders.iter().position(|issued| issued.number == number && !issued.order.revokes);
    Ok(orders.swap_remove(place.ok_or(OrdersError::NoSuchOrder { number })?))
}

fn sign_and_store(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    order: Order,
) -> Result<Issued, OrdersError> {
    let keys = authority::keys(folder, files, trust)?;
    let bytes = order.sign(&keys.iter().collect::<Vec<_>>())?;
    // What the nodes would refuse must not be sent to them.
    let order = Order::open(&bytes, trust)?;
    let number = notices::put_order(folder, files, &bytes)?;
    Ok(Issued { number, digest: Digest::of(&bytes), order })
}
