//! The statements that every view carries, and the fields and words that follow from a permit.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use tomoshibi_policies::activation::{
    Activation, ActivationEvent, OpenedBy, OrderTerms, SiteFacts,
};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::consent::{ConsentEvidence, ConsentForm};
use tomoshibi_policies::decide;
use tomoshibi_policies::decision::{DenyReason, IdentityState, LookupRequest, Permit, Purpose};
use tomoshibi_policies::disclosure::{self, Audience, Field};
use tomoshibi_policies::record::{
    CheckupRegistration, DrugCode, FacilityCode, PersonId, RegionCode,
};
use tomoshibi_policies::role::{BadgeId, Role, Staff};
use tomoshibi_policies::staleness::{SnapshotAge, SourceReach};
use tomoshibi_policies::supply::{Supply, SupplyUnknown};
use tomoshibi_policies::time::{JstDate, Period, Timestamp, YearMonth};
use tomoshibi_policies::vital_interest::{Confirmation, VitalInterest, VitalReason};
use tomoshibi_policies::wording::{Statement, for_no_checkup, for_supply, for_view};

const BADGE: BadgeId = BadgeId::from_bytes([1; 16]);
const PATIENT: PersonId = PersonId::from_bytes([7; 16]);

fn facility() -> FacilityCode {
    FacilityCode::parse("1711234567").unwrap()
}

fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

fn now() -> Timestamp {
    day("2026-11-22").start()
}

fn reach() -> SourceReach {
    SourceReach {
        claims_to: YearMonth::parse("2026-10").unwrap(),
        processed: day("2026-11-12"),
        eligibility_to: day("2026-11-20"),
        checkups_to: day("2026-11-19"),
    }
}

struct Situation {
    role: Role,
    drill: bool,
    identity: IdentityState,
    categories: Vec<Category>,
    consent: Option<ConsentEvidence>,
    others: Vec<BadgeId>,
}

impl Situation {
    fn ordinary(categories: &[Category]) -> Self {
        Self {
            role: Role::Doctor,
            drill: false,
            identity: IdentityState::Confirmed,
            categories: categories.to_vec(),
            consent: Some(ConsentEvidence::Expressed {
                form: ConsentForm::Oral,
                given_at: now(),
                person: PATIENT,
                facility: facility(),
            }),
            others: Vec::new(),
        }
    }

    fn permit(self) -> Permit {
        let site = SiteFacts { facility: facility(), municipality: None };
        let terms = OrderTerms::by_quorum("Q".into(), facility(), now(), 72, self.drill);
        let event = ActivationEvent::Opened { by: OpenedBy::Quorum, terms };
        let open = Activation::sealed().after(event, &site, now()).unwrap();
        let long = Period { from: now(), until: now().plus_hours(8) };
        let request = LookupRequest {
            staff: Staff {
                badge: BADGE,
                role: self.role,
                facility: facility(),
                validity: long,
                revoked: false,
                drill: self.drill,
                session: long,
            },
            others_signed_in: self.others,
            site,
            node_drill: self.drill,
            person: PATIENT,
            identity: self.identity,
            categories: self.categories,
            purpose: Purpose::Care,
        };
        decide(&request, &open, self.consent.as_ref(), now()).permitted().unwrap()
    }
}

fn vital(confirmation: Confirmation) -> Option<ConsentEvidence> {
    Some(ConsentEvidence::VitalInterest(VitalInterest {
        person: PATIENT,
        facility: facility(),
        stated_at: now(),
        stated_by: BADGE,
        reason: VitalReason::CannotExpress,
        written: "in shock".into(),
        confirmation,
    }))
}

fn said(situation: Situation, age: SnapshotAge) -> Vec<Statement> {
    for_view(&situation.permit(), &reach(), age)
}

const ALWAYS: [Statement; 3] = [
    Statement::AllergiesNotInThisData,
    Statement::CategoryNotCarried(Category::Treatment),
    Statement::CategoryNotCarried(Category::Prescription),
];

#[test]
fn every_view_names_allergies_and_the_categories_that_are_not_carried() {
    for category in [Category::Eligibility, Category::Medication, Category::Checkup] {
        let said = said(Situation::ordinary(&[category]), SnapshotAge::Fresh);
        assert_eq!(said.get(said.len() - 3..), Some(&ALWAYS[..]), "{category}");
    }
}

#[test]
fn each_category_names_how_far_its_source_reaches() {
    let first = |category| {
        let said = said(Situation::ordinary(&[category]), SnapshotAge::Fresh);
        said.into_iter().take_while(|s| !ALWAYS.contains(s)).collect::<Vec<_>>()
    };
    let reach = reach();
    assert_eq!(first(Category::Eligibility), [Statement::EligibilityReach(reach.eligibility_to)]);
    assert_eq!(first(Category::Checkup), [Statement::CheckupReach(reach.checkups_to)]);
    let claims = Statement::ClaimsReach { claims_to: reach.claims_to, processed: reach.processed };
    assert_eq!(
        first(Category::Medication),
        [claims, Statement::DispensedIsNotTaken, Statement::BundledDrugsNotInThisData]
    );
}

#[test]
fn drill_doubtful_identity_and_vital_interest_head_the_page() {
    let heads = |situation: Situation| {
        let said = said(situation, SnapshotAge::Fresh);
        said.into_iter()
            .take_while(|s| !matches!(s, Statement::ClaimsReach { .. }))
            .collect::<Vec<_>>()
    };
    let ordinary = || Situation::ordinary(&[Category::Medication]);
    assert_eq!(heads(ordinary()), []);
    assert_eq!(heads(Situation { drill: true, ..ordinary() }), [Statement::Drill]);
    assert_eq!(
        heads(Situation {
            identity: IdentityState::NotConfirmed,
            consent: vital(Confirmation::SpokenAlone),
            ..ordinary()
        }),
        [Statement::IdentityNotConfirmed, Statement::VitalInterestAlone]
    );
    let second = BadgeId::from_bytes([2; 16]);
    let consent = vital(Confirmation::Second(second));
    assert_eq!(
        heads(Situation { consent, others: vec![second], ..ordinary() }),
        [Statement::VitalInterest]
    );
}

#[test]
fn what_was_asked_and_left_out_is_said() {
    let asked = [Category::Eligibility, Category::Medication, Category::Treatment];
    let situation = Situation { role: Role::Reception, ..Situation::ordinary(&asked) };
    let said = said(situation, SnapshotAge::Fresh);
    let withheld = Statement::CategoryWithheld(Category::Medication, DenyReason::RoleMayNotView);
    assert_eq!(said.first(), Some(&withheld));
    let named = said.iter().filter(|s| **s == ALWAYS[1]).count();
    assert_eq!(named, 1, "treatment is named once, as not carried");
}

#[test]
fn an_old_snapshot_is_marked() {
    for (age, statement) in [
        (SnapshotAge::Overdue { days: 3 }, Statement::SnapshotOverdue(3)),
        (SnapshotAge::Old { days: 40 }, Statement::SnapshotOld(40)),
        (SnapshotAge::ClockDoubtful, Statement::SnapshotClockDoubtful),
    ] {
        let said = said(Situation::ordinary(&[Category::Checkup]), age);
        assert_eq!(said.first(), Some(&statement));
    }
}

#[test]
fn supply_is_said_at_the_reach_and_a_missing_checkup_by_registration() {
    let at = day("2026-10-31");
    let until = day("2026-11-09");
    for (supply, statement) in [
        (Supply::In { until }, Statement::InSupplyAt(at)),
        (Supply::Ended { since: at }, Statement::SupplyEndedAt(at)),
        (Supply::AfterReach, Statement::DispensedAfterReach(at)),
        (Supply::Administered, Statement::AdministeredNotTakenHome),
        (
            Supply::Unknown(SupplyUnknown::AsNeeded),
            Statement::SupplyUnknown(SupplyUnknown::AsNeeded),
        ),
    ] {
        assert_eq!(for_supply(supply, at), statement);
    }
    for (registration, id) in [
        (CheckupRegistration::Until(2025), "no-checkup-registered-until"),
        (CheckupRegistration::None, "no-checkup-none-registered"),
        (CheckupRegistration::Unknown, "no-checkup-registration-unknown"),
    ] {
        assert_eq!(for_no_checkup(registration).message_id(), id);
    }
}

#[test]
fn message_ids_are_kebab_case_and_each_is_some_statements() {
    let month = YearMonth::parse("2026-10").unwrap();
    let at = day("2026-10-31");
    let every = [
        Statement::Drill,
        Statement::IdentityNotConfirmed,
        Statement::VitalInterest,
        Statement::VitalInterestAlone,
        Statement::ClaimsReach { claims_to: month, processed: at },
        Statement::EligibilityReach(at),
        Statement::CheckupReach(at),
        Statement::SnapshotOverdue(1),
        Statement::SnapshotOld(1),
        Statement::SnapshotClockDoubtful,
        Statement::AllergiesNotInThisData,
        Statement::DispensedIsNotTaken,
        Statement::CategoryNotCarried(Category::Treatment),
        Statement::CategoryWithheld(Category::Checkup, DenyReason::RoleMayNotView),
        Statement::CategoryNotRead(Category::Checkup),
        Statement::NoneInClaimsTo(month),
        Statement::NoneRecognisedInClaimsTo(month),
        Statement::DrugUnknown(DrugCode::parse("610406079").unwrap()),
        Statement::InSupplyAt(at),
        Statement::SupplyEndedAt(at),
        Statement::SupplyUnknown(SupplyUnknown::NoCount),
        Statement::AdministeredNotTakenHome,
        Statement::DispensedAfterReach(at),
        Statement::NotInThisNodesData(vec![RegionCode::new(17).unwrap()]),
        Statement::NoCheckupRegisteredUntil(2025),
        Statement::NoCheckupNoneRegistered,
        Statement::NoCheckupRegistrationUnknown,
        Statement::HistoryNotAsked,
        Statement::BundledDrugsNotInThisData,
    ];
    assert_eq!(every.map(|s| s.message_id()), Statement::MESSAGE_IDS);
    let distinct: BTreeSet<_> = Statement::MESSAGE_IDS.into_iter().collect();
    assert_eq!(distinct.len(), Statement::MESSAGE_IDS.len());
    let kebab = |id: &str| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    assert!(distinct.iter().all(|id| kebab(id)));
}

#[test]
fn a_permit_shows_the_fields_of_its_own_categories_only() {
    let permit = Situation::ordinary(&[Category::Medication]).permit();
    let shown = disclosure::for_permit(&permit, Audience::Facility);
    assert!(shown.contains(Field::DrugName) && shown.contains(Field::Name));
    assert!(!shown.contains(Field::CheckupResults) && !shown.contains(Field::CoveragePeriod));
    let sheet = disclosure::for_permit(&permit, Audience::PatientSheet);
    assert!(sheet.contains(Field::InstitutionName) && !sheet.contains(Field::CheckupInstitution));
}
