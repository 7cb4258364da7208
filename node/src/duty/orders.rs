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
        let mut nearest = "no-order";
        for known in all.iter().rev().filter(|known| !known.order.revokes) {
            if notice.is_some_and(|notice| notice != known.order.notice_id) {
                continue;
            }
            let terms = known.order.terms();
            let reason = if !terms.names_site(&self.site) {
                "order-other-site"
            } else if revoked.contains(&known.digest) {
                "order-revoked"
            } else if now < terms.period.from {
                "order-not-begun"
            } else if now >= terms.period.until {
                "order-ended"
            } else {
                return Ok(known.clone());
            };
            if matches!(nearest, "no-order" | "order-other-site") {
                nearest = reason;
            }
        }
        Err(Failure::new(ErrorClass::Denied, nearest))
    }
}

/// The orders that are revoked, and those that extend one of them, however often.
pub(super) fn revoked(all: &[KnownOrder]) -> BTreeSet<Digest> {
    order::revoked(all.iter().map(|known| (known.digest, &known.order)))
}
