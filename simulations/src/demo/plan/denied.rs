//! Look-ups that find the right person and must not show the record, and sign-ins that must not succeed.

use super::builder::{Builder, by_name, is_lone};
use super::{
    Asked, BadgeFault, Case, Claim, Evidence, Expected, Post, Search, Second, SignInPlan, VisitPlan,
};

/// Each of the rules is tried this often, each time about somebody else.
const EACH: usize = 6;

const MEDICATION: &[&str] = &["medication"];
const WRITTEN: &str = "意識がなく呼びかけに応じない";

/// A rule that denies: who asks, on what evidence, for what, and the reason that must be given.
struct Rule {
    asker: Post,
    evidence: Evidence,
    categories: &'static [&'static str],
    purpose: &'static str,
    reason: &'static str,
    why: &'static str,
}

const fn rule(
    asker: Post,
    evidence: Evidence,
    categories: &'static [&'static str],
    reason: &'static str,
    why: &'static str,
) -> Rule {
    Rule { asker, evidence, categories, purpose: "care", reason, why }
}

const fn vital(written: &'static str, second: Second) -> Evidence {
    Evidence::Vital(Claim { reason: "unconscious", written, second })
}

const CONSENT: Evidence = Evidence::Consent("oral");

#[rustfmt::skip]
const RULES: &[Rule] = &[
    rule(Post::Reception, CONSENT, MEDICATION, "role-may-not-view",
        "reception sees eligibility only"),
    rule(Post::Reception, CONSENT, &["checkup"], "role-may-not-view",
        "reception sees eligibility only"),
    rule(Post::Doctor, Evidence::None, MEDICATION, "no-consent", "nobody consented"),
    rule(Post::Pharmacist, Evidence::None, &["eligibility", "medication"], "no-consent",
        "nobody consented"),
    rule(Post::Designated, Evidence::Consent("refused"), MEDICATION, "consent-refused",
        "the patient refused"),
    rule(Post::Doctor, Evidence::Consent("refused"), &["checkup"], "consent-refused",
        "the patient refused"),
    rule(Post::Pharmacist, vital(WRITTEN, Second::Badge(Post::Doctor)), MEDICATION,
        "vital-interest-role", "only a doctor or dentist may state a vital interest"),
    rule(Post::Designated, vital(WRITTEN, Second::Badge(Post::Doctor)), MEDICATION,
        "vital-interest-role", "only a doctor or dentist may state a vital interest"),
    rule(Post::Doctor, vital("　 ", Second::Badge(Post::Dentist)), MEDICATION,
        "vital-interest-reason-missing", "blank words are no reason"),
    rule(Post::Doctor, vital(WRITTEN, Second::Badge(Post::Doctor)), MEDICATION,
        "vital-interest-second-is-same", "the second person is the first"),
    rule(Post::Dentist, vital(WRITTEN, Second::Alone), MEDICATION,
        "vital-interest-not-alone", "others are signed in and could confirm"),
    rule(Post::Doctor, vital(WRITTEN, Second::Nobody), MEDICATION,
        "vital-interest-unconfirmed", "nobody confirmed"),
    rule(Post::Doctor, CONSENT, &["treatment"], "category-not-carried",
        "this system carries no treatment data"),
    rule(Post::Pharmacist, CONSENT, &["prescription"], "category-not-carried",
        "this system carries no prescriptions"),
    Rule { asker: Post::Doctor, evidence: CONSENT, categories: MEDICATION, purpose: "claim",
        reason: "purpose-not-care", why: "a claim needs eligibility only" },
];

pub(super) fn add(builder: &mut Builder<'_>) {
    for _ in 0..EACH {
        for rule in RULES {
            add_rule(builder, rule);
        }
        add_consent_of_another(builder);
        add_ended_session(builder);
    }
    for fault in [
        BadgeFault::WrongPin,
        BadgeFault::Altered,
        BadgeFault::OtherFacility,
        BadgeFault::Expired,
        BadgeFault::NoPin,
    ] {
        builder.push(None, sign_in(Post::Designated, fault), refusal(fault), why(fault));
    }
}

fn lone_search(builder: &mut Builder<'_>) -> Option<Search> {
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| is_lone(register, at, person))?;
    let turn = builder.turn();
    Some(by_name(person, person.name.clone(), turn))
}

fn add_rule(builder: &mut Builder<'_>, rule: &Rule) {
    let Some(search) = lone_search(builder) else { return };
    let visit = VisitPlan {
        asker: rule.asker,
        search,
        confirm: None,
        evidence: rule.evidence.clone(),
        categories: rule.categories.to_vec(),
        purpose: rule.purpose,
    };
    let asked = Asked::Visit(Box::new(visit));
    builder.push(None, asked, Expected::Denied(rule.reason), rule.why);
}

fn add_consent_of_another(builder: &mut Builder<'_>) {
    let Some((search, another)) = lone_search(builder).zip(lone_search(builder)) else { return };
    let visit = VisitPlan {
        asker: Post::Doctor,
        search,
        confirm: None,
        evidence: Evidence::OfAnother(another),
        categories: MEDICATION.to_vec(),
        purpose: "care",
    };
    let why = "another patient's consent is not this one's";
    builder.push(None, Asked::Visit(Box::new(visit)), Expected::Denied("no-consent"), why);
}

fn add_ended_session(builder: &mut Builder<'_>) {
    let Some(search) = lone_search(builder) else { return };
    let refused = Expected::Refused(&["session-unknown"]);
    builder.push(None, Asked::EndedSession(search), refused, "the session was ended");
}

const fn sign_in(post: Post, fault: BadgeFault) -> Asked {
    Asked::SignIn(SignInPlan { post, fault })
}

const fn refusal(fault: BadgeFault) -> Expected {
    Expected::Refused(match fault {
        BadgeFault::None => &["not-open"],
        BadgeFault::WrongPin => &["pin-wrong"],
        BadgeFault::Altered => &["badge-form", "badge-signature", "badge-claim", "badge-version"],
        BadgeFault::OtherFacility => &["badge-facility"],
        BadgeFault::Expired => &["badge-period"],
        BadgeFault::NoPin => &["pin-not-set"],
    })
}

const fn why(fault: BadgeFault) -> &'static str {
    match fault {
        BadgeFault::None => "the node is not open",
        BadgeFault::WrongPin => "the PIN is another's",
        BadgeFault::Altered => "a character of the badge was changed",
        BadgeFault::OtherFacility => "the badge is another facility's",
        BadgeFault::Expired => "the badge's hours are over",
        BadgeFault::NoPin => "nobody set a PIN before a second person",
    }
}

/// Nobody signs in while the node is sealed.
pub(super) fn before_opening() -> Vec<Case> {
    closed_sign_ins()
}

/// After closing neither badges nor old sessions open anything.
pub(super) fn after_closing() -> Vec<Case> {
    closed_sign_ins()
}

fn closed_sign_ins() -> Vec<Case> {
    let fault = BadgeFault::None;
    Post::ALL
        .into_iter()
        .map(|post| Case {
            number: 0,
            trap: None,
            asked: sign_in(post, fault),
            expected: refusal(fault),
            why: why(fault),
        })
        .collect()
}
