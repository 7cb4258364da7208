//! Which orders no longer count: the one rule for centre and node.
//!
//! A revocation reaches whatever hangs on the order it names, however often that was extended, and whether or not the
//! links between are known here. Revocations themselves are in the answer too: they open nothing.
//!
//! Not covered: who signed the orders; they are taken as opened.

use std::collections::BTreeSet;

use super::Order;
use crate::id::Digest;

/// The digests of the orders of `all` that are revoked, extend a revoked one, or revoke.
#[must_use]
pub fn revoked<'a>(all: impl Iterator<Item = (Digest, &'a Order)> + Clone) -> BTreeSet<Digest> {
    let named = all.clone().filter(|(_, order)| order.revokes);
    let mut revoked: BTreeSet<Digest> = named.filter_map(|(_, order)| order.extends).collect();
    // Each turn adds at least one order, so there are at most as many turns as orders.
    loop {
        let hanging = |(digest, order): &(Digest, &Order)| {
            order.extends.is_some_and(|before| revoked.contains(&before))
                && !revoked.contains(digest)
        };
        let hanging: Vec<Digest> = all.clone().filter(hanging).map(|(digest, _)| digest).collect();
        if hanging.is_empty() {
            return revoked;
        }
        revoked.extend(hanging);
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::category::Category;
    use tomoshibi_policies::record::RegionCode;
    use tomoshibi_policies::time::Timestamp;

    use super::*;

    fn digest(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    fn order(extends: Option<&str>, revokes: bool) -> Order {
        let opens_at = Timestamp::from_millis(0);
        Order {
            notice_id: "notice".into(),
            number: 1,
            issuer: "issuer".into(),
            region: RegionCode::new(17).unwrap(),
            prefectures: BTreeSet::from([RegionCode::new(17).unwrap()]),
            municipalities: BTreeSet::new(),
            facilities: BTreeSet::new(),
            opens_at,
            closes_at: opens_at.plus_hours(72),
            extends: extends.map(digest),
            revokes,
            categories: BTreeSet::from([Category::Eligibility]),
            vital_interest_allowed: false,
            consent_hours: 24,
            drill: true,
            issued_at: opens_at,
        }
    }

    /// Which of `orders`, each with its name, are revoked.
    fn found<'a>(orders: &[(&'a str, Order)]) -> Vec<&'a str> {
        let revoked = revoked(orders.iter().map(|(name, order)| (digest(name), order)));
        orders
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| revoked.contains(&digest(name)))
            .collect()
    }

    #[test]
    fn a_revocation_reaches_everything_that_hangs_on_what_it_names() {
        let orders = [
            ("third", order(Some("second"), false)),
            ("first", order(None, false)),
            ("second", order(Some("first"), false)),
            ("end", order(Some("first"), true)),
            ("other", order(None, false)),
            ("longer", order(Some("other"), false)),
        ];
        assert_eq!(found(&orders), ["third", "first", "second", "end"]);
    }

    #[test]
    fn what_was_there_before_the_revoked_extension_stays() {
        let orders = [
            ("first", order(None, false)),
            ("second", order(Some("first"), false)),
            ("end", order(Some("second"), true)),
        ];
        assert_eq!(found(&orders), ["second", "end"]);
    }

    #[test]
    fn a_revocation_counts_though_the_order_it_names_is_not_here() {
        let orders = [("end", order(Some("lost"), true)), ("longer", order(Some("lost"), false))];
        assert_eq!(found(&orders), ["end", "longer"]);
        assert_eq!(found(&[("longer", order(Some("lost"), false))]), [""; 0]);
    }
}
