//! Runs `testdata/disclosure.csv` row by row: which fields are shown to whom.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use tomoshibi_policies::disclosure::{Audience, Field, FieldSet, fields};
use tomoshibi_policies::role::Role;

const TABLE: &str = include_str!("../testdata/disclosure.csv");

fn rows() -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(TABLE.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn audience(word: &str) -> Audience {
    Audience::ALL.into_iter().find(|a| a.as_str() == word).unwrap()
}

#[test]
fn every_row_of_the_table_is_shown_as_it_says() {
    for row in rows() {
        let field = Field::from_word(&row["field"]).unwrap();
        let audience = audience(&row["audience"]);
        for role in Role::ALL {
            let shown = match row[role.as_str()].as_str() {
                "shown" => true,
                "hidden" => false,
                other => panic!("{other} is neither shown nor hidden"),
            };
            assert_eq!(
                fields(role, audience).contains(field),
                shown,
                "{field} {audience:?} {role}"
            );
        }
    }
}

#[test]
fn every_field_and_audience_has_one_row() {
    let found: BTreeSet<_> =
        rows().iter().map(|row| (row["field"].clone(), row["audience"].clone())).collect();
    assert_eq!(found.len(), rows().len(), "a row is there twice");
    assert_eq!(found.len(), Field::ALL.len() * Audience::ALL.len(), "a row is missing");
}

#[test]
fn no_role_shows_a_facility_the_name_of_another_institution() {
    for role in Role::ALL {
        let shown = fields(role, Audience::Facility);
        assert!(
            !shown.contains(Field::InstitutionName) && !shown.contains(Field::CheckupInstitution)
        );
        assert!(Audience::ALL.iter().all(|a| !fields(role, *a).contains(Field::StaffName)));
    }
}

#[test]
fn a_slip_holds_no_contents_and_names_no_patient() {
    for role in Role::ALL {
        let shown: Vec<_> = fields(role, Audience::PatientSlip).iter().collect();
        assert_eq!(shown, [Field::ViewingFacility, Field::ViewedAt, Field::CategoriesShown]);
    }
}

#[test]
fn a_field_set_holds_what_was_put_in_and_lists_it_in_order() {
    assert!(FieldSet::default().is_empty());
    let set: FieldSet = [Field::StaffName, Field::Name].into_iter().collect();
    assert!(!set.is_empty() && set.contains(Field::Name) && !set.contains(Field::Sex));
    assert_eq!(set.iter().collect::<Vec<_>>(), [Field::Name, Field::StaffName]);
    assert_eq!(Field::ALL.iter().copied().collect::<FieldSet>().iter().count(), Field::ALL.len());
}
