//! What a stated vital interest still lacks. Pure.
//!
//! Forms only: whether the statement suffices is decided by the rules at the look. What is asked for here is what they
//! would miss anyway, so that nobody is sent away with a denial for an empty field.

use serde::Deserialize;
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_policies::vital_interest::VitalReason;

use crate::desk::Second;

/// What was chosen and typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::page) struct Typed {
    /// `unconscious` or `cannot-express`.
    pub(super) reason: String,
    /// The situation.
    pub(super) written: String,
    /// Badge of the second person.
    pub(super) badge: String,
    /// Their PIN.
    pub(super) pin: String,
    /// `alone` when nobody else is there.
    pub(super) second: String,
    /// `yes` on the screen whose text is read aloud.
    pub(super) spoken: String,
    /// `yes` when it was read.
    pub(super) read: String,
}

/// What comes next.
#[derive(PartialEq, Eq)]
pub(super) enum Next {
    /// The reason is missing.
    Reason,
    /// Something is missing that the rules have a word for: that word, and the field.
    Missing(DenyReason, &'static str),
    /// The badge was read; its PIN comes next.
    Pin,
    /// The text is read aloud.
    Speak,
    /// It can be stated.
    State(Second),
}

impl Next {
    /// `others` are signed in beside the one who states it.
    pub(super) fn of(typed: &Typed, others: u32) -> Self {
        if VitalReason::from_code(&typed.reason).is_none() {
            return Self::Reason;
        }
        if typed.written.trim().is_empty() {
            return Self::Missing(DenyReason::VitalInterestReasonMissing, "written");
        }
        if typed.second == "alone" {
            return Self::of_alone(typed, others);
        }
        let (badge, pin) = (typed.badge.trim(), typed.pin.trim());
        match (badge.is_empty(), pin.is_empty()) {
            (true, _) => Self::Missing(DenyReason::VitalInterestUnconfirmed, "badge"),
            (false, true) => Self::Pin,
            (false, false) => Self::State(Second::Badge { badge: badge.into(), pin: pin.into() }),
        }
    }

    fn of_alone(typed: &Typed, others: u32) -> Self {
        if others > 0 {
            Self::Missing(DenyReason::VitalInterestNotAlone, "badge")
        } else if typed.read == "yes" {
            Self::State(Second::Alone)
        } else if typed.spoken == "yes" {
            Self::Missing(DenyReason::VitalInterestUnconfirmed, "read")
        } else {
            Self::Speak
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: [&str; 6]) -> Typed {
        let [reason, written, badge, pin, second, read] = fields.map(str::to_owned);
        Typed { reason, written, badge, pin, second, read, spoken: String::new() }
    }

    #[test]
    fn nothing_is_stated_that_lacks_what_the_rules_ask_for() {
        let missing = |reason| move |field| Next::Missing(reason, field);
        let no_reason = missing(DenyReason::VitalInterestReasonMissing);
        let unconfirmed = missing(DenyReason::VitalInterestUnconfirmed);
        let not_alone = missing(DenyReason::VitalInterestNotAlone);
        let second = Second::Badge { badge: "HC1:A".into(), pin: "270991".into() };
        for (fields, others, expected) in [
            (["", "w", "HC1:A", "270991", "", ""], 1, Next::Reason),
            (["asleep", "w", "HC1:A", "270991", "", ""], 1, Next::Reason),
            (["unconscious", " ", "HC1:A", "270991", "", ""], 1, no_reason("written")),
            (["unconscious", "w", " ", "", "", ""], 1, unconfirmed("badge")),
            (["unconscious", "w", "HC1:A", "", "", ""], 1, Next::Pin),
            (["cannot-express", "w", " HC1:A ", "270991", "", ""], 1, Next::State(second)),
            (["unconscious", "w", "", "", "alone", ""], 1, not_alone("badge")),
            (["unconscious", "w", "", "", "alone", "yes"], 1, not_alone("badge")),
            (["unconscious", "w", "", "", "alone", ""], 0, Next::Speak),
            (["unconscious", "", "", "", "alone", "yes"], 0, no_reason("written")),
            (["unconscious", "w", "", "", "alone", "yes"], 0, Next::State(Second::Alone)),
        ] {
            assert!(Next::of(&typed(fields), others) == expected, "{fields:?} {others}");
        }
        let mut unread = typed(["unconscious", "w", "", "", "alone", ""]);
        unread.spoken = "yes".into();
        assert!(Next::of(&unread, 0) == unconfirmed("read"));
    }
}
