//! Whatever is asked, nothing is permitted outside state, period, place, role, order, purpose and consent.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use proptest::sample::select;
use proptest::{collection, option};
use tomoshibi_policies::activation::{
    Activation, ActivationEvent, ActivationState, Area, OpenedBy, OrderTerms, SiteFacts,
};
use tomoshibi_policies::category::{CARRIED, Category};
use tomoshibi_policies::consent::{ConsentEvidence, ConsentForm};
use tomoshibi_policies::decide;
use tomoshibi_policies::decision::{
    Basis, Decision, DenyReason, IdentityState, LookupRequest, Permit, Purpose, consent_holds,
    may_claim_vital_interest, viewable,
};
use tomoshibi_policies::record::{FacilityCode, PersonId, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role, Staff};
use tomoshibi_policies::time::{Period, Timestamp};
use tomoshibi_policies::vital_interest::{Confirmation, VitalInterest, VitalReason};

const HOUR_MS: i64 = 3_600_000;
const PLACES: [u32; 3] = [17204, 17205, 16201];
const OPENED_FROM: Timestamp = Timestamp::from_millis(0);

fn facility(index: u64) -> FacilityCode {
    FacilityCode::from_number(1_711_234_560 + index).unwrap()
}

fn badge(byte: u8) -> BadgeId {
    BadgeId::from_bytes([byte; 16])
}

fn person(byte: u8) -> PersonId {
    PersonId::from_bytes([byte; 16])
}

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_millis(hours * HOUR_MS)
}

/// Mostly true, so that permits occur.
fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.9)
}

prop_compose! {
    fn orders()(
        prefecture in option::of(select(vec![16u8, 17, 17, 17])),
        municipalities in collection::btree_set(select(PLACES.to_vec()), 0..3),
        named in collection::vec(0u64..3, 0..2),
        hours in 20i64..100,
        categories in collection::vec(select(Category::ALL.to_vec()), 3..7),
        vital_interest_allowed in mostly(),
        consent_hours in 1u8..=72,
        real in prop::bool::weighted(0.95),
    ) -> OrderTerms {
        let mut facilities: Vec<_> = named.into_iter().map(facility).collect();
        if prefecture.is_none() && municipalities.is_empty() && facilities.is_empty() {
            facilities.push(facility(0));
        }
        OrderTerms {
            notice_id: "notice".into(),
            area: Area {
                prefectures: prefecture.map(|p| RegionCode::new(p).unwrap()).into_iter().collect(),
                municipalities,
            },
            facilities,
            period: Period { from: OPENED_FROM, until: hour(hours) },
            categories,
            vital_interest_allowed,
            consent_hours,
            drill: !real,
        }
    }
}

/// Open (mostly), sealed or closing; opened at a place that the order names.
fn activations() -> impl Strategy<Value = Activation> {
    (orders(), select(vec![0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2])).prop_map(|(terms, state)| {
        let prefecture = terms.area.prefectures.first().map(|p| u32::from(p.get()) * 1000 + 201);
        let site = SiteFacts {
            facility: terms.facilities.first().copied().unwrap_or(facility(9)),
            municipality: prefecture.or(terms.area.municipalities.first().copied()),
        };
        if state == 0 {
            return Activation::sealed();
        }
        let event = ActivationEvent::Opened { by: OpenedBy::Order, terms };
        let open = Activation::sealed().after(event, &site, OPENED_FROM).unwrap();
        if state == 2 {
            return open;
        }
        open.after(ActivationEvent::OperatorClosed, &site, OPENED_FROM).unwrap()
    })
}

prop_compose! {
    fn staff_members()(
        role in select(Role::ALL.to_vec()),
        home in mostly(),
        badge_until in 0i64..500,
        revoked in prop::bool::weighted(0.05),
        drill in prop::bool::weighted(0.05),
        session_until in 0i64..500,
    ) -> Staff {
        Staff {
            badge: badge(1),
            role,
            facility: facility(if home { 0 } else { 1 }),
            validity: Period { from: hour(-5), until: hour(badge_until) },
            revoked,
            drill,
            session: Period { from: hour(-5), until: hour(session_until) },
        }
    }
}

prop_compose! {
    fn requests()(
        staff in staff_members(),
        others in collection::vec(1u8..4, 0..2),
        municipality in option::of(select(PLACES.to_vec())),
        node_drill in prop::bool::weighted(0.05),
        confirmed in any::<bool>(),
        categories in collection::vec(select(Category::ALL.to_vec()), 0..5),
        care in mostly(),
    ) -> LookupRequest {
        LookupRequest {
            staff,
            others_signed_in: others.into_iter().map(badge).collect(),
            site: SiteFacts { facility: facility(0), municipality },
            node_drill,
            person: person(1),
            identity: if confirmed { IdentityState::Confirmed } else { IdentityState::NotConfirmed },
            categories,
            purpose: if care { Purpose::Care } else { Purpose::Claim },
        }
    }
}

prop_compose! {
    fn evidence()(
        kind in 0u8..6,
        hours in -5i64..30,
        own_person in mostly(),
        own_facility in mostly(),
        stated_by in select(vec![1u8, 1, 1, 2]),
        written in select(vec!["", " ", "unconscious", "unconscious", "unconscious", "unconscious"]),
        confirmation in select(vec![
            Confirmation::Missing,
            Confirmation::SpokenAlone,
            Confirmation::Second(badge(1)),
            Confirmation::Second(badge(2)),
        ]),
    ) -> Option<ConsentEvidence> {
        let person = person(if own_person { 1 } else { 2 });
        let facility = facility(if own_facility { 0 } else { 1 });
        let given_at = hour(hours);
        match kind {
            0 => None,
            1 => Some(ConsentEvidence::Refused { given_at, person, facility }),
            2 | 3 => Some(ConsentEvidence::Expressed {
                form: ConsentForm::Oral, given_at, person, facility,
            }),
            _ => Some(ConsentEvidence::VitalInterest(VitalInterest {
                person, facility,
                stated_at: given_at,
                stated_by: badge(stated_by),
                reason: VitalReason::Unconscious,
                written: written.into(),
                confirmation,
            })),
        }
    }
}

/// The rules again, told from the permit's side.
fn assert_lawful(
    permit: &Permit,
    request: &LookupRequest,
    activation: &Activation,
    consent: Option<&ConsentEvidence>,
    now: Timestamp,
) {
    let terms = activation.terms_at(now).unwrap();
    assert_eq!(activation.state(), ActivationState::Open);
    assert!(terms.period.contains(now) && activation.covers(&request.site, now));
    let by_place = request.site.municipality.is_some_and(|m| {
        terms.area.municipalities.contains(&m)
            || terms.area.prefectures.iter().any(|p| u32::from(p.get()) == m / 1000)
    });
    let seventeen = RegionCode::new(17).unwrap();
    let by_code =
        request.site.municipality.is_none() && terms.area.prefectures.contains(&seventeen);
    assert!(by_place || by_code || terms.facilities.contains(&request.site.facility));

    let staff = &request.staff;
    assert!(staff.session.contains(now) && staff.validity.contains(now) && !staff.revoked);
    assert_eq!(staff.facility, request.site.facility);
    assert!(staff.drill == terms.drill && request.node_drill == terms.drill);

    assert!(!permit.categories().is_empty());
    for category in permit.categories() {
        assert!(request.categories.contains(category) && terms.categories.contains(category));
        assert!(CARRIED.contains(category) && staff.role.may_view(*category));
    }
    if permit.categories() == [Category::Eligibility] {
        return;
    }
    assert_ne!(staff.role, Role::Reception);
    assert_eq!(request.purpose, Purpose::Care);
    let consent = consent.unwrap();
    assert_eq!((consent.person(), consent.facility()), (request.person, request.site.facility));
    let held = now.millis_since(consent.given_at());
    assert!(held >= -300_000 && held < i64::from(terms.consent_hours) * HOUR_MS);
    let claim = match consent {
        ConsentEvidence::Expressed { .. } => return,
        ConsentEvidence::Refused { .. } => panic!("a refusal permitted"),
        ConsentEvidence::VitalInterest(claim) => claim,
    };
    assert!(terms.vital_interest_allowed && !claim.written.trim().is_empty());
    assert!(matches!(staff.role, Role::Doctor | Role::Dentist));
    assert_eq!(claim.stated_by, staff.badge);
    let others: Vec<_> = request.others_signed_in.iter().filter(|b| **b != staff.badge).collect();
    match claim.confirmation {
        Confirmation::Second(second) => assert!(others.contains(&&second)),
        Confirmation::SpokenAlone => assert!(others.is_empty()),
        Confirmation::Missing => panic!("nobody confirmed"),
    }
    assert!(
        matches!(permit.basis(), Basis::VitalInterest { alone, .. } if alone == claim.is_alone())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_permitted_outside_the_rules(
        request in requests(),
        activation in activations(),
        consent in evidence(),
        at in -2i64..40,
    ) {
        let now = hour(at);
        match decide(&request, &activation, consent.as_ref(), now) {
            Decision::Permit(permit) => {
                assert_lawful(&permit, &request, &activation, consent.as_ref(), now);
                prop_assert!(permit.issued_at() == now && permit.valid_until() > now);
                prop_assert!(permit.valid_until() <= activation.closes_at().unwrap());
            }
            Decision::Deny(denial) => {
                prop_assert!(denial.reasons().is_sorted() && !denial.reasons().is_empty());
                prop_assert_eq!(Some(&denial.leading()), denial.reasons().first());
                prop_assert!(denial.reasons().iter().all(|r| DenyReason::ALL.contains(r)));
            }
        }
    }

    #[test]
    fn the_same_request_is_decided_the_same_way(
        request in requests(),
        activation in activations(),
        consent in evidence(),
        at in -2i64..40,
    ) {
        let decide = |r: &LookupRequest| decide(r, &activation, consent.as_ref(), hour(at));
        let mut reordered = request.clone();
        reordered.categories.reverse();
        reordered.others_signed_in.reverse();
        prop_assert_eq!(decide(&request), decide(&reordered));
    }

    #[test]
    fn what_a_screen_offers_is_what_is_decided(
        request in requests(),
        activation in activations(),
        consent in evidence(),
        at in -2i64..40,
    ) {
        let (now, role) = (hour(at), request.staff.role);
        let offered = viewable(role, &activation, now);
        let holds = consent.as_ref().is_some_and(|c| consent_holds(&request, &activation, c, now));
        match decide(&request, &activation, consent.as_ref(), now) {
            Decision::Permit(permit) => {
                let asked = |category: &&Category| request.categories.contains(category);
                let care = request.purpose == Purpose::Care;
                let expected: Vec<_> =
                    offered.iter().filter(asked).filter(|c| care || !c.is_medical()).collect();
                prop_assert_eq!(permit.categories().iter().collect::<Vec<_>>(), expected);
                prop_assert!(holds || permit.basis() == Basis::EligibilityOnly);
                let vital = matches!(permit.basis(), Basis::VitalInterest { .. });
                prop_assert!(!vital || may_claim_vital_interest(role, &activation, now));
            }
            Decision::Deny(denial) => {
                let for_consent = denial.reasons().iter().any(|r| *r >= DenyReason::NoConsent);
                prop_assert!(!(for_consent && holds));
            }
        }
    }
}
