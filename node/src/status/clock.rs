//! Whether the clock can be right.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::time::Timestamp;

/// 2026-11-01T00:00:00+09:00: no node ran before, so a clock that says so has lost its battery.
pub(crate) const FIRST_NODE: Timestamp = Timestamp::from_millis(1_793_458_800_000);

/// What can be said of the clock without asking anybody. That it is *right* cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockSanity {
    /// Nothing speaks against it.
    Plausible,
    /// Before any node ran.
    BeforeAnyNode,
    /// Before a time that the centre has signed.
    BeforeFloor,
    /// Before the publication of what the node has.
    BeforeSnapshot,
}

/// Judges `now` by the time floor and by the newest publication that the node has.
#[must_use]
pub fn clock_sanity(
    now: Timestamp,
    floor: Option<Timestamp>,
    newest_published: Option<Timestamp>,
) -> ClockSanity {
    if now < FIRST_NODE {
        ClockSanity::BeforeAnyNode
    } else if floor.is_some_and(|floor| now < floor) {
        ClockSanity::BeforeFloor
    } else if newest_published.is_some_and(|published| now < published) {
        ClockSanity::BeforeSnapshot
    } else {
        ClockSanity::Plausible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_what_is_known_to_have_happened_is_wrong() {
        let now = FIRST_NODE.plus_hours(5);
        let (before, after) = (Some(now.plus_hours(-1)), Some(now.plus_hours(1)));
        assert_eq!(FIRST_NODE.to_string(), "2026-11-01T00:00:00.000+09:00");
        for (now, floor, published, expected) in [
            (now, None, None, ClockSanity::Plausible),
            (now, before, before, ClockSanity::Plausible),
            (now, Some(now), Some(now), ClockSanity::Plausible),
            (now, after, before, ClockSanity::BeforeFloor),
            (now, before, after, ClockSanity::BeforeSnapshot),
            (Timestamp::from_millis(0), None, None, ClockSanity::BeforeAnyNode),
        ] {
            assert_eq!(clock_sanity(now, floor, published), expected);
        }
    }
}
