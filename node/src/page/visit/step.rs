//! What a visit offers next, and what has to come before a consent. Pure.

use serde::Deserialize;
use tomoshibi_policies::category::Category;

use crate::desk::{ConsentForm, VisitView};

/// What was chosen and typed on the screen of a visit.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::page) struct Typed {
    /// Whose answer.
    pub(super) by: String,
    /// Which fact.
    pub(super) fact: String,
    /// The answer.
    pub(super) said: String,
    /// `yes` when nobody can confirm.
    pub(super) unconfirmed: String,
    /// How consent was given; empty when only the identity is confirmed.
    pub(super) form: String,
}

/// What can be done about the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    Confirmed,
    Ask,
    /// The search used all that is registered.
    NoFacts,
    NoAttempts,
}

/// What leads to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// There is nothing that this role may see.
    Nothing,
    NeedsNoConsent,
    ConsentHolds,
    AskConsent,
}

/// What a consent waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// A button that no screen of ours has.
    Unreadable,
    /// The fact has to be checked first; a wrong one stops here.
    Confirm(ConsentForm),
    /// Neither an answer, nor the word that nobody can give one.
    AskAgain,
    /// Nothing.
    Ready(ConsentForm),
}

impl Identity {
    pub(super) const fn of(view: &VisitView) -> Self {
        match (view.identity_confirmed, view.facts.is_empty(), view.attempts_left) {
            (true, ..) => Self::Confirmed,
            (false, true, _) => Self::NoFacts,
            (false, false, 0) => Self::NoAttempts,
            (false, false, _) => Self::Ask,
        }
    }
}

impl Look {
    pub(super) fn of(view: &VisitView) -> Self {
        let holds = view.consent.as_ref().is_some_and(|consent| consent.holds);
        match (view.may.is_empty(), medical(view).next().is_some(), holds) {
            (true, ..) => Self::Nothing,
            (false, false, _) => Self::NeedsNoConsent,
            (false, true, true) => Self::ConsentHolds,
            (false, true, false) => Self::AskConsent,
        }
    }
}

/// Of what the role may see, that for which the patient is asked.
pub(super) fn medical(view: &VisitView) -> impl Iterator<Item = &str> {
    let is_medical = |word: &&str| Category::from_word(word).is_some_and(Category::is_medical);
    view.may.iter().map(String::as_str).filter(is_medical)
}

impl Before {
    /// A refusal waits for nothing: it opens nothing, and nobody should be kept from it.
    pub(super) fn of(view: &VisitView, typed: &Typed) -> Self {
        let Some(form) = ConsentForm::from_word(&typed.form) else { return Self::Unreadable };
        let has_answer = !typed.said.trim().is_empty();
        if form == ConsentForm::Refused || view.identity_confirmed {
            Self::Ready(form)
        } else if has_answer {
            Self::Confirm(form)
        } else if typed.unconfirmed == "yes" {
            Self::Ready(form)
        } else {
            Self::AskAgain
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::view;
    use super::*;
    use crate::desk::ConsentView;

    #[test]
    fn the_identity_is_asked_for_as_long_as_something_can_be_asked() {
        for (confirmed, facts, left, expected) in [
            (false, 2, 5, Identity::Ask),
            (false, 2, 0, Identity::NoAttempts),
            (false, 0, 5, Identity::NoFacts),
            (true, 2, 3, Identity::Confirmed),
            (true, 0, 0, Identity::Confirmed),
        ] {
            let view = VisitView {
                identity_confirmed: confirmed,
                facts: vec!["insurer".to_owned(); facts],
                attempts_left: left,
                ..view()
            };
            assert_eq!(Identity::of(&view), expected, "{confirmed} {facts} {left}");
        }
    }

    #[test]
    fn consent_is_asked_for_where_medical_data_may_be_seen() {
        for (may, holds, expected) in [
            (&["eligibility", "medication", "checkup"][..], None, Look::AskConsent),
            (&["eligibility", "medication"], Some(false), Look::AskConsent),
            (&["eligibility", "medication"], Some(true), Look::ConsentHolds),
            (&["eligibility"], None, Look::NeedsNoConsent),
            (&["eligibility"], Some(false), Look::NeedsNoConsent),
            (&[], None, Look::Nothing),
        ] {
            let view = VisitView {
                may: may.iter().map(|word| (*word).to_owned()).collect(),
                consent: holds.map(|holds| ConsentView {
                    basis: "oral".into(),
                    given_at: String::new(),
                    until: String::new(),
                    holds,
                }),
                ..view()
            };
            assert_eq!(Look::of(&view), expected, "{may:?} {holds:?}");
            assert!(!medical(&view).any(|word| word == "eligibility"));
        }
    }

    #[test]
    fn a_consent_waits_for_the_fact_or_for_the_word_that_nobody_can_give_one() {
        use ConsentForm::{Oral, Proxy, Refused};
        for (form, said, unconfirmed, confirmed, expected) in [
            ("oral", "金沢市", "", false, Before::Confirm(Oral)),
            ("oral", "金沢市", "yes", false, Before::Confirm(Oral)),
            ("proxy", " ", "yes", false, Before::Ready(Proxy)),
            ("oral", " ", "", false, Before::AskAgain),
            ("oral", "", "", true, Before::Ready(Oral)),
            ("oral", "金沢市", "", true, Before::Ready(Oral)),
            ("refused", "", "", false, Before::Ready(Refused)),
            ("refused", "金沢市", "", false, Before::Ready(Refused)),
            ("", "金沢市", "yes", true, Before::Unreadable),
            ("vital-interest", "", "yes", true, Before::Unreadable),
        ] {
            let view = VisitView { identity_confirmed: confirmed, ..view() };
            let typed = Typed {
                said: said.into(),
                unconfirmed: unconfirmed.into(),
                form: form.into(),
                ..Typed::default()
            };
            assert_eq!(Before::of(&view, &typed), expected, "{form} {said} {unconfirmed}");
        }
    }
}
