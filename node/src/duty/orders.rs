//! The orders a node holds, and which of them opens it now.
//!
//! A revocation reaches whatever hangs on the order it names: an extension of a revoked order opens nothing either.
//!
//! Danger: a file that cannot be read is passed over with a warning, so that a bad sector under one order keeps neither
//! the others from opening nor the node from starting. Were it a revocation, it is followed once it is brought again.

use std::collections::BTreeSet;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::order::{self, Order};

use super::Duty;
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::ASIDE;

const ORDER_LEN_BYTES_MAX: u64 = 2 << 20;

/// One verified order.
#[derive(Debug, Clone)]
pub(super) struct KnownOrder {
    pub(super) digest: Digest,
    pub(super) order: Order,
}

impl Duty {
    /// Every order in the folder that the authority signed, oldest first. What is not an order of this region is left
    /// out: it cannot open anything, and the inbox told of it when it came.
    pub(super) fn orders(&self) -> Result<Vec<KnownOrder>, Failure> {
        let dir = self.folder.orders_dir();
        let files = &*self.seams.files;
        let mut known = Vec::new();
        for entry in files.list(&dir).map_err(DiskError::at("list", &dir))? {
            if entry.is_dir || entry.name.ends_with(ASIDE) {
                continue;
            }
            let path = entry.path_in(&dir);
            match files.read(&path, ORDER_LEN_BYTES_MAX) {
                Ok(bytes) => known.extend(Order::open(&bytes, &self.trust).ok().map(|order| {
                    let digest = Digest::of(&bytes);
                    KnownOrder { digest, order }
                })),
                Err(error) => tracing::warn!(name = entry.name, %error, "an order is not read"),
            }
        }
        known.sort_by_key(|known| (known.order.issued_at, known.order.number, known.digest));
        Ok(known)
    }

    /// The order that opens this site now: the newest that covers it and is not revoked; among those with this notice
    /// id when one is named. A refusal says what keeps the newest that names this site from opening.
    pub(super) fn opening_order(
        &self,
        notice: Option<&str>,
        now: Timestamp,
    ) -> Result<KnownOrder, Failure> {
        let all = self.orders()?;
        let revoked = revoked(&all);
        let mut nearest: Option<Unfit> = None;
        for known in all.iter().rev().filter(|known| !known.order.revokes) {
            if notice.is_some_and(|notice| notice != known.order.notice_id) {
                continue;
            }
            match self.unfit(known, &revoked, now) {
                None => return Ok(known.clone()),
                Some(why) if matches!(nearest, None | Some(Unfit::OtherSite)) => {
                    nearest = Some(why)
                }
                Some(_) => {}
            }
        }
        let refused = |code| Failure::new(ErrorClass::Denied, code);
        Err(nearest.map_or_else(|| refused("no-order"), |why| refused(why.code())))
    }

    /// What keeps an order from opening this site now.
    pub(super) fn unfit(
        &self,
        known: &KnownOrder,
        revoked: &BTreeSet<Digest>,
        now: Timestamp,
    ) -> Option<Unfit> {
        let terms = known.order.terms();
        if !terms.names_site(&self.site) {
            Some(Unfit::OtherSite)
        } else if revoked.contains(&known.digest) {
            Some(Unfit::Revoked)
        } else if now < terms.period.from {
            Some(Unfit::NotBegun)
        } else if now >= terms.period.until {
            Some(Unfit::Ended)
        } else {
            None
        }
    }
}

/// What keeps an order from opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It names neither this facility nor its area.
    OtherSite,
    /// It, or an order it extends, is revoked.
    Revoked,
    /// Its period is to come.
    NotBegun,
    /// Its period is over.
    Ended,
}

impl Unfit {
    /// The code of the refusal.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::OtherSite => "order-other-site",
            Self::Revoked => "order-revoked",
            Self::NotBegun => "order-not-begun",
            Self::Ended => "order-ended",
        }
    }
}

/// The notices of an order and of what it extends, as far as they are here: one chain, one incident.
pub(super) fn notices_of(all: &[KnownOrder], order: &KnownOrder) -> BTreeSet<String> {
    let find = |digest: Digest| all.iter().find(|known| known.digest == digest);
    let before = |known: &&KnownOrder| known.order.extends.and_then(find);
    // An order names the one before by its digest, so a chain has an end.
    let chain = std::iter::successors(Some(order), before);
    chain.map(|known| known.order.notice_id.clone()).collect()
}

/// The orders that are revoked, and those that extend one of them, however often.
pub(super) fn revoked(all: &[KnownOrder]) -> BTreeSet<Digest> {
    order::revoked(all.iter().map(|known| (known.digest, &known.order)))
}
