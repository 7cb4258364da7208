//! The orders a node holds, and which of them opens it now.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{Area, OrderTerms};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::order::Order;

use super::Duty;
use crate::disk::DiskError;
use crate::failure::Failure;

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
            let path = dir.join(&entry.name);
            let bytes =
                files.read(&path, ORDER_LEN_BYTES_MAX).map_err(DiskError::at("read", &path))?;
            if let Ok(order) = Order::open(&bytes, &self.trust) {
                known.push(KnownOrder { digest: Digest::of(&bytes), order });
            }
        }
        known.sort_by_key(|known| (known.order.issued_at, known.order.number, known.digest));
        Ok(known)
    }

    /// The order with this digest.
    pub(super) fn order(&self, digest: Digest) -> Result<Option<KnownOrder>, Failure> {
        Ok(self.orders()?.into_iter().find(|known| known.digest == digest))
    }

    /// The order that opens this site now: the newest that covers it and is not revoked; among those with this notice
    /// id when one is named.
    pub(super) fn opening_order(
        &self,
        notice: Option<&str>,
        now: Timestamp,
    ) -> Result<KnownOrder, Failure> {
        let all = self.orders()?;
        let revoked: Vec<Digest> =
            all.iter().filter(|k| k.order.revokes).filter_map(|k| k.order.extends).collect();
        let mut nearest = "no-order";
        for known in all.iter().rev().filter(|known| !known.order.revokes) {
            if notice.is_some_and(|notice| notice != known.order.notice_id) {
                continue;
            }
            let terms = terms(&known.order);
            if revoked.contains(&known.digest) {
                nearest = "order-revoked";
            } else if !terms.names_site(&self.site) {
                nearest = "order-other-site";
            } else if now < terms.period.from {
                nearest = "order-not-begun";
            } else if now >= terms.period.until {
                nearest = "order-ended";
            } else {
                return Ok(known.clone());
            }
        }
        Err(Failure::new(ErrorClass::Denied, nearest))
    }
}

/// The order as the rules see it.
pub(super) fn terms(order: &Order) -> OrderTerms {
    OrderTerms {
        notice_id: order.notice_id.clone(),
        area: Area {
            prefectures: order.prefectures.clone(),
            municipalities: order.municipalities.clone(),
        },
        facilities: order.facilities.iter().copied().collect(),
        period: order.period(),
        categories: order.categories.iter().copied().collect(),
        vital_interest_allowed: order.vital_interest_allowed,
        consent_hours: order.consent_hours,
        drill: order.drill,
    }
}
