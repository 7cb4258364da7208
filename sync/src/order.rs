//! Orders: the authority to open an area for a period. An order carries no key. FORMAT.md, section "Order".
//!
//! Promises: what [`Order::open`] gives was signed by the authority's threshold for this region, is no drill's unless the
//! trust root is, and obeys every rule of [`OrderError`].
//!
//! Orders can be delivered long before they begin, by any carrier. An extension names the order it extends by the digest
//! of its signed bytes; a revocation does the same with `revokes` set.
//!
//! Not covered: whether the order is in force now or names this facility (`policies::activation`), and whether an order
//! that it extends is known.

mod error;
mod revoked;
mod rules;
mod wire;

use std::collections::BTreeSet;

use tomoshibi_policies::activation::{Area, OrderTerms};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::time::{Period, Timestamp};

pub use error::OrderError;
pub use revoked::revoked;
pub use rules::{CONSENT_HOURS_MAX, PERIOD_DAYS_MAX, PLACES_MAX, TEXT_LEN_BYTES_MAX};

use crate::codec;
use crate::id::Digest;
use crate::signed::{Signed, SignedKind, SigningKey};
use crate::trust::{Role, TrustRoot};

/// Newest version of the body.
pub const VERSION: u16 = 1;
const WHAT: &str = "order";
/// Longest body: 1 MiB holds [`PLACES_MAX`] places of each kind.
const LEN_BYTES_MAX: usize = 1 << 20;

/// The authority to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Id of the notice (事務連絡).
    pub notice_id: String,
    /// Its place in the chain of notices (その2 …), from 1.
    pub number: u32,
    /// Who issued it.
    pub issuer: String,
    /// The region whose records are opened.
    pub region: RegionCode,
    /// Prefectures whose facilities are opened as a whole.
    pub prefectures: BTreeSet<RegionCode>,
    /// Municipalities whose facilities are opened, by five-digit JIS code.
    pub municipalities: BTreeSet<u32>,
    /// Single facilities, wherever they stand.
    pub facilities: BTreeSet<FacilityCode>,
    /// First instant of the opening.
    pub opens_at: Timestamp,
    /// First instant after it.
    pub closes_at: Timestamp,
    /// Digest of the order that this one extends or revokes.
    pub extends: Option<Digest>,
    /// True when it ends the order it names.
    pub revokes: bool,
    /// Categories that are opened.
    pub categories: BTreeSet<Category>,
    /// Whether a vital interest may stand in for consent.
    pub vital_interest_allowed: bool,
    /// Hours an expressed consent holds, 1 to [`CONSENT_HOURS_MAX`].
    pub consent_hours: u8,
    /// True for a drill.
    pub drill: bool,
    /// When it was issued.
    pub issued_at: Timestamp,
}

impl Order {
    /// From *opens_at* to *closes_at*.
    #[must_use]
    pub const fn period(&self) -> Period {
        Period { from: self.opens_at, until: self.closes_at }
    }

    /// What the order says, as the rules of `policies` see it.
    #[must_use]
    pub fn terms(&self) -> OrderTerms {
        OrderTerms {
            notice_id: self.notice_id.clone(),
            area: Area {
                prefectures: self.prefectures.clone(),
                municipalities: self.municipalities.clone(),
            },
            facilities: self.facilities.iter().copied().collect(),
            period: self.period(),
            categories: self.categories.iter().copied().collect(),
            vital_interest_allowed: self.vital_interest_allowed,
            consent_hours: self.consent_hours,
            drill: self.drill,
        }
    }

    /// Signs the order with the keys at hand; more can be added with [`Signed::add_signature`].
    ///
    /// # Errors
    /// [`OrderError`] when it breaks a rule: what nobody would open is not signed.
    pub fn sign(&self, keys: &[&SigningKey]) -> Result<Vec<u8>, OrderError> {
        self.check()?;
        let body = codec::encode(WHAT, &wire::OrderV1::from(self))?;
        Ok(Signed::sign(SignedKind::Order, VERSION, body, keys).to_bytes())
    }

    /// Opens an order of the trust root's region.
    ///
    /// # Errors
    /// See [`OrderError`]: the signatures are checked first.
    pub fn open(bytes: &[u8], trust: &TrustRoot) -> Result<Self, OrderError> {
        let signed = Signed::parse(SignedKind::Order, VERSION, bytes)?;
        let (_, body) =
            signed.verify(trust.keys(Role::Authority), trust.threshold(Role::Authority))?;
        let wire: wire::OrderV1 = codec::decode::<_, LEN_BYTES_MAX>(WHAT, body)?;
        let order = Self::try_from(wire)?;
        if order.region != trust.region {
            let (found, expected) = (order.region, trust.region);
            return Err(OrderError::RegionMismatch { found, expected });
        }
        if order.drill != trust.drill {
            return Err(OrderError::DrillMismatch { found: order.drill });
        }
        order.check()?;
        Ok(order)
    }
}
