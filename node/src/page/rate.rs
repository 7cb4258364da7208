//! How often one address may ask: so much at once, and so much a minute.
//!
//! It guards the node's time, not its secrets: PINs and codes have counts of their own, durable and by badge. Reads no
//! clock, and is told running time: a clock on the wall may stand, and a share that never comes back shuts the page.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// Most addresses that are remembered: a hospital has fewer tablets. The one that was silent longest makes room.
const ADDRESSES_MAX: usize = 4096;

/// What a bucket holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// Requests at once.
    pub(super) burst: u32,
    /// Requests a minute, on average.
    pub(super) per_minute: u32,
}

/// Any request: a screen brings its style and its script with it.
pub(super) const ANY: Allowance = Allowance { burst: 240, per_minute: 600 };
/// Signing in, PINs, codes: each costs a hundred milliseconds of a processor by design.
pub(super) const COSTLY: Allowance = Allowance { burst: 20, per_minute: 30 };

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Thousandths of a request.
    left: i64,
    at: Duration,
}

/// The buckets of one kind of request.
#[derive(Debug)]
pub(super) struct Rate {
    allowance: Allowance,
    buckets: BTreeMap<IpAddr, Bucket>,
}

impl Rate {
    pub(super) const fn new(allowance: Allowance) -> Self {
        Self { allowance, buckets: BTreeMap::new() }
    }

    /// Takes one request of `address`; false when it has had its share.
    pub(super) fn take(&mut self, address: IpAddr, now: Duration) -> bool {
        let most = i64::from(self.allowance.burst) * 1000;
        if self.buckets.len() >= ADDRESSES_MAX && !self.buckets.contains_key(&address) {
            let oldest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at);
            let oldest = oldest.map(|(address, _)| *address);
            oldest.map(|address| self.buckets.remove(&address));
        }
        let bucket = self.buckets.entry(address).or_insert(Bucket { left: most, at: now });
        // Two requests may look at the clock in one order and come here in the other.
        let passed = now.saturating_sub(bucket.at).as_millis().min(60_000);
        bucket.at = bucket.at.max(now);
        let refill = i64::try_from(passed).unwrap_or(0) * i64::from(self.allowance.per_minute) / 60;
        bucket.left = bucket.left.saturating_add(refill).min(most);
        if bucket.left < 1000 {
            return false;
        }
        bucket.left -= 1000;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> IpAddr {
        IpAddr::from([192, 168, 1, n])
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_share_is_used_up_comes_back_and_is_ones_own() {
        let mut rate = Rate::new(Allowance { burst: 2, per_minute: 60 });
        assert!(rate.take(address(1), at(0)) && rate.take(address(1), at(0)));
        assert!(!rate.take(address(1), at(0)));
        assert!(rate.take(address(2), at(0)));
        assert!(!rate.take(address(1), at(999)));
        assert!(rate.take(address(1), at(1000)));
        assert!(!rate.take(address(1), at(1000)));
    }

    #[test]
    fn requests_that_come_out_of_order_fill_nothing_twice() {
        let mut rate = Rate::new(Allowance { burst: 1, per_minute: 60 });
        assert!(rate.take(address(1), at(1000)));
        assert!(!rate.take(address(1), at(0)));
        assert!(!rate.take(address(1), at(1000)));
        assert!(rate.take(address(1), at(2000)));
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut rate = Rate::new(ANY);
        for n in 0..=u32::try_from(ADDRESSES_MAX).unwrap() {
            assert!(rate.take(IpAddr::from(n.to_be_bytes()), at(u64::from(n))));
        }
        assert_eq!(rate.buckets.len(), ADDRESSES_MAX);
    }
}
