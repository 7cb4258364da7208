//! Runs `testdata/decision.csv` row by row: the decision as a hospital's privacy officer reads it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use tomoshibi_policies::activation::{
    Activation, ActivationEvent, Area, OpenedBy, OrderTerms, SiteFacts,
};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::consent::{ConsentEvidence, ConsentForm};
use tomoshibi_policies::decide;
use tomoshibi_policies::decision::{
    Basis, Decision, DenyReason, IdentityState, LookupRequest, Permit, Purpose,
};
use tomoshibi_policies::record::{FacilityCode, PersonId, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role, Staff};
use tomoshibi_policies::time::{JstDate, Period, Timestamp};
use tomoshibi_policies::vital_interest::{Confirmation, VitalInterest, VitalReason};

const TABLE: &str = include_str!("../testdata/decision.csv");
const MINUTE_MS: i64 = 60_000;

/// One row: what the cells say, and the ordinary case where they are empty.
struct Row(BTreeMap<String, String>);

impl Row {
    fn cell<'a>(&'a self, column: &str, ordinary: &'a str) -> &'a str {
        let text = self.0.get(column).unwrap_or_else(|| panic!("no column {column}"));
        if text.is_empty() { ordinary } else { text }
    }

    fn words(&self, column: &str, ordinary: &str) -> Vec<String> {
        let cell = self.cell(column, ordinary);
        if cell == "none" { Vec::new() } else { cell.split_whitespace().map(Into::into).collect() }
    }

    fn yes(&self, column: &str, ordinary: &str) -> bool {
        match self.cell(column, ordinary) {
            "yes" => true,
            "no" => false,
            other => panic!("{column}: {other} is neither yes nor no"),
        }
    }

    fn time(&self, column: &str, ordinary: &str) -> Timestamp {
        time(self.cell(column, ordinary))
    }

    fn facility(&self, column: &str, ordinary: &str) -> FacilityCode {
        FacilityCode::parse(self.cell(column, ordinary)).unwrap()
    }

    fn now(&self) -> Timestamp {
        self.time("now", "2026-11-22 10:00")
    }

    fn name(&self) -> String {
        format!("row {}: {}", self.cell("no", ""), self.cell("situation", ""))
    }

    fn categories(&self, column: &str, ordinary: &str) -> Vec<Category> {
        let words = self.words(column, ordinary);
        words.iter().map(|word| Category::from_word(word).unwrap()).collect()
    }

    fn area(&self) -> Area {
        let mut area = Area::default();
        for word in self.words("order_area", "17") {
            let code: u32 = word.parse().unwrap();
            match word.len() {
                2 => {
                    area.prefectures.insert(RegionCode::new(code.try_into().unwrap()).unwrap());
                }
                5 => {
                    area.municipalities.insert(code);
                }
                _ => panic!("{word} is no place"),
            }
        }
        area
    }

    fn terms(&self) -> OrderTerms {
        let facilities = self.words("order_facilities", "");
        OrderTerms {
            notice_id: "notice".into(),
            area: self.area(),
            facilities: facilities.iter().map(|f| FacilityCode::parse(f).unwrap()).collect(),
            period: Period { from: time("2026-11-20 00:00"), until: time("2026-11-28 00:00") },
            categories: self.categories("order_categories", "eligibility medication checkup"),
            vital_interest_allowed: self.yes("order_vital_interest", "yes"),
            consent_hours: self.cell("order_consent_hours", "24").parse().unwrap(),
            drill: self.yes("order_drill", "no"),
        }
    }

    /// The node in the row's state. It was opened at a place the order opens, when the period began: rows about other
    /// places and times show that the decision asks again.
    fn activation(&self) -> Activation {
        let terms = self.terms();
        let site = opened_site(&terms);
        let at = terms.period.from;
        let open = |a: Activation| {
            a.after(ActivationEvent::Opened { by: OpenedBy::Order, terms }, &site, at).unwrap()
        };
        match self.cell("node", "open") {
            "sealed" => Activation::sealed(),
            "open" => open(Activation::sealed()),
            "closing" => open(Activation::sealed())
                .after(ActivationEvent::OperatorClosed, &site, at)
                .unwrap(),
            other => panic!("no state {other}"),
        }
    }

    fn staff(&self) -> Staff {
        let now = self.now();
        let around = |from: i64, until: i64| Period {
            from: now.plus_millis(from),
            until: now.plus_millis(until),
        };
        let hours = |h: i64| h * 60 * MINUTE_MS;
        let session = match self.cell("session", "open") {
            "open" => around(-10 * MINUTE_MS, hours(8)),
            "ended" => around(-10 * MINUTE_MS, 0),
            "not-begun" => around(1, hours(8)),
            "last-minute" => around(-10 * MINUTE_MS, MINUTE_MS),
            other => panic!("no session {other}"),
        };
        let badge = self.cell("badge", "valid");
        let validity = match badge {
            "valid" | "revoked" => around(hours(-24), hours(24)),
            "expired" | "revoked-expired" => around(hours(-24), 0),
            "not-yet" => around(1, hours(24)),
            "last-minute" => around(hours(-24), MINUTE_MS),
            other => panic!("no badge {other}"),
        };
        Staff {
            badge: badge_id("A"),
            role: Role::from_word(self.cell("role", "doctor")).unwrap(),
            facility: self.facility("badge_facility", self.cell("facility", "1711234567")),
            validity,
            revoked: badge.starts_with("revoked"),
            drill: self.yes("badge_drill", "no"),
            session,
        }
    }

    fn request(&self) -> LookupRequest {
        let municipality = self.cell("stands_in", "17204");
        LookupRequest {
            staff: self.staff(),
            others_signed_in: self
                .words("others_signed_in", "")
                .iter()
                .map(|b| badge_id(b))
                .collect(),
            site: SiteFacts {
                facility: self.facility("facility", "1711234567"),
                municipality: (municipality != "unknown").then(|| municipality.parse().unwrap()),
            },
            node_drill: self.yes("node_drill", "no"),
            person: patient(),
            identity: match self.cell("identity", "confirmed") {
                "confirmed" => IdentityState::Confirmed,
                "not-confirmed" => IdentityState::NotConfirmed,
                other => panic!("no identity {other}"),
            },
            categories: self.categories("asks", "medication"),
            purpose: match self.cell("purpose", "care") {
                "care" => Purpose::Care,
                "claim" => Purpose::Claim,
                other => panic!("no purpose {other}"),
            },
        }
    }

    fn consent(&self) -> Option<ConsentEvidence> {
        let given_at = self.time("consent_given", "2026-11-22 09:00");
        let facility = self.facility("consent_facility", self.cell("facility", "1711234567"));
        let person = match self.cell("consent_person", "same") {
            "same" => patient(),
            "other" => PersonId::from_bytes([99; 16]),
            other => panic!("no person {other}"),
        };
        let form = match self.cell("consent", "oral") {
            "oral" => ConsentForm::Oral,
            "written" => ConsentForm::Written,
            "proxy" => ConsentForm::Proxy,
            "refused" => return Some(ConsentEvidence::Refused { given_at, person, facility }),
            "none" => return None,
            "vital-interest" => {
                return Some(ConsentEvidence::VitalInterest(
                    self.vital(given_at, person, facility),
                ));
            }
            other => panic!("no consent {other}"),
        };
        Some(ConsentEvidence::Expressed { form, given_at, person, facility })
    }

    fn vital(
        &self,
        stated_at: Timestamp,
        person: PersonId,
        facility: FacilityCode,
    ) -> VitalInterest {
        let written = self.cell("vital_written", "found unconscious in the shelter");
        VitalInterest {
            person,
            facility,
            stated_at,
            stated_by: badge_id(self.cell("vital_stated_by", "A")),
            reason: VitalReason::Unconscious,
            written: if written == "blank" { " \u{3000}\n".into() } else { written.into() },
            confirmation: match self.cell("vital_confirmed_by", "nobody") {
                "nobody" => Confirmation::Missing,
                "spoken" => Confirmation::SpokenAlone,
                badge => Confirmation::Second(badge_id(badge)),
            },
        }
    }

    fn decide(&self) -> Decision {
        decide(&self.request(), &self.activation(), self.consent().as_ref(), self.now())
    }
}

fn time(text: &str) -> Timestamp {
    let (day, clock) = text.split_once(' ').unwrap();
    let mut ms = 0;
    for (part, unit) in clock.split([':', '.']).zip([3_600_000, 60_000, 1000, 1]) {
        ms += part.parse::<i64>().unwrap() * unit;
    }
    JstDate::parse(day).unwrap().start().plus_millis(ms)
}

fn patient() -> PersonId {
    PersonId::from_bytes([7; 16])
}

fn badge_id(name: &str) -> BadgeId {
    BadgeId::from_bytes([name.bytes().next().unwrap(); 16])
}

fn opened_site(terms: &OrderTerms) -> SiteFacts {
    if let Some(facility) = terms.facilities.first() {
        return SiteFacts { facility: *facility, municipality: None };
    }
    let prefecture = terms.area.prefectures.first().map(|p| u32::from(p.get()) * 1000 + 201);
    SiteFacts {
        facility: FacilityCode::parse("1711234567").unwrap(),
        municipality: prefecture.or(terms.area.municipalities.first().copied()),
    }
}

fn rows() -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(TABLE.as_bytes());
    let rows: Vec<_> = reader.deserialize().map(|row| Row(row.unwrap())).collect();
    assert!(rows.len() >= 80, "the table has {} rows", rows.len());
    rows
}

fn basis_word(permit: &Permit) -> &'static str {
    match permit.basis() {
        Basis::EligibilityOnly => "eligibility-only",
        Basis::Expressed(form) => form.as_str(),
        Basis::VitalInterest { .. } => "vital-interest",
    }
}

fn marks(permit: &Permit) -> BTreeSet<&'static str> {
    let alone = matches!(permit.basis(), Basis::VitalInterest { alone: true, .. });
    [
        (permit.is_drill(), "drill"),
        (permit.identity() == IdentityState::NotConfirmed, "identity-not-confirmed"),
        (permit.basis().needs_review(), "review"),
        (alone, "alone"),
    ]
    .into_iter()
    .filter_map(|(set, mark)| set.then_some(mark))
    .collect()
}

fn check_permit(row: &Row, permit: &Permit) {
    let name = row.name();
    let request = row.request();
    assert_eq!(permit.categories(), row.categories("shown", ""), "{name}: shown");
    let withheld: Vec<_> = permit.withheld().iter().map(|(c, r)| format!("{c}:{r}")).collect();
    assert_eq!(withheld, row.words("withheld", ""), "{name}: withheld");
    assert_eq!(basis_word(permit), row.cell("basis", ""), "{name}: basis");
    let wanted = row.words("marks", "");
    assert_eq!(marks(permit), wanted.iter().map(String::as_str).collect(), "{name}: marks");
    if !row.cell("valid_until", "").is_empty() {
        assert_eq!(permit.valid_until(), row.time("valid_until", ""), "{name}: valid until");
    }
    assert_eq!(permit.person(), request.person, "{name}");
    assert_eq!((permit.viewer(), permit.role()), (request.staff.badge, request.staff.role));
    assert_eq!((permit.facility(), permit.purpose()), (request.site.facility, request.purpose));
    assert_eq!(permit.issued_at(), row.now(), "{name}");
    check_reach(permit, &name);
}

/// A permit opens exactly its person, its categories, its time.
fn check_reach(permit: &Permit, name: &str) {
    let (from, until) = (permit.issued_at(), permit.valid_until());
    for category in Category::ALL {
        let shown = permit.categories().contains(&category);
        assert_eq!(permit.covers(patient(), category, from), shown, "{name}");
        assert_eq!(permit.covers(patient(), category, until.plus_millis(-1)), shown, "{name}");
        assert!(!permit.covers(patient(), category, until), "{name}");
        assert!(!permit.covers(patient(), category, from.plus_millis(-1)), "{name}");
        assert!(!permit.covers(PersonId::from_bytes([99; 16]), category, from), "{name}");
    }
}

#[test]
fn every_row_of_the_table_is_decided_as_it_says() {
    for row in rows() {
        let name = row.name();
        match (row.decide(), row.cell("outcome", "")) {
            (Decision::Permit(permit), "permit") => check_permit(&row, &permit),
            (Decision::Deny(denial), "deny") => {
                let found: Vec<_> = denial.reasons().iter().map(|r| r.as_str()).collect();
                assert_eq!(found, row.words("reasons", ""), "{name}");
                assert_eq!(Some(&denial.leading()), denial.reasons().first(), "{name}");
            }
            (decision, wanted) => panic!("{name}: wanted {wanted}, got {decision:?}"),
        }
    }
}

#[test]
fn every_reason_denies_alone_in_some_row() {
    let alone: BTreeSet<String> = rows().iter().map(|r| r.cell("reasons", "").to_owned()).collect();
    for reason in DenyReason::ALL {
        assert!(alone.contains(reason.as_str()), "no row denies for {reason} alone");
    }
}

#[test]
fn rows_are_numbered_and_described() {
    for (index, row) in rows().iter().enumerate() {
        assert_eq!(row.cell("no", ""), (index + 1).to_string());
        assert!(!row.cell("situation", "").is_empty());
        let denied = row.cell("outcome", "") == "deny";
        assert_eq!(denied, !row.cell("reasons", "").is_empty(), "{}", row.name());
    }
}
