use tomoshibi_node::failure::Failure;
use tomoshibi_node::folder::Secret;
use tomoshibi_node::line::{self, Line};
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::seam::{Files, StdFiles};

use super::centre::{NODE, TestCentre, key};
use super::house::{House, Publisher};

fn refusal(house: &House, centre: &TestCentre, code: &str) -> String {
    Failure::from(house.enrol(centre, code).unwrap_err()).code
}

#[test]
fn a_code_makes_a_folder_a_node_once() {
    let centre = TestCentre::start();
    let house = House::new();
    let before = house.open();
    assert!(Line::of(&before).is_none());
    let error = line::now(&before, &mut |_| panic!("nobody is asked")).unwrap_err();
    assert_eq!(error.code, "not-enrolled");
    drop(before);
    let record = house.enrol(&centre, &centre.service.invite(1)).unwrap();
    assert_eq!((record.node, record.incarnation), (NODE, Incarnation(1)));
    assert!(record.drill);
    let node = house.open();
    assert_eq!(node.alarms(), []);
    assert_eq!(node.record(), Some(&record));
    assert!(Line::of(&node).is_some());
    // The page makes its own when it is first served.
    for secret in Secret::ALL.into_iter().filter(|secret| *secret != Secret::PageRoot) {
        assert!(house.folder.has_secret(&StdFiles, secret), "{}", secret.file_name());
    }
    drop(node);
    assert_eq!(refusal(&house, &centre, &centre.service.invite(2)), "enrol-already");
}

#[test]
fn wrong_codes_are_named_and_a_new_one_goes_on_with_the_same_keys() {
    let centre = TestCentre::start();
    let house = House::new();
    let good = centre.service.invite(1);
    let swapped = |at: usize| {
        let letter = if &good[at..=at] == "2" { "3" } else { "2" };
        format!("{}{letter}{}", &good[..at], &good[at + 1..])
    };
    let mistyped = house.enrol(&centre, &swapped(9)).unwrap_err();
    assert_eq!(mistyped.class(), ErrorClass::Invalid);
    let mistyped = Failure::from(mistyped);
    assert_eq!(mistyped.code, "enrol-code-group");
    assert_eq!(mistyped.args["group"], 2_u8.into());
    assert_eq!(refusal(&house, &centre, "hello"), "enrol-code-form");
    let other = TestCentre::start();
    other.service.change(|desk| desk.codes.clear());
    let spent = {
        let elsewhere = House::new();
        elsewhere.enrol(&centre, &good).unwrap();
        good.clone()
    };
    assert_eq!(refusal(&house, &centre, &spent), "enrol-code-refused");
    assert!(house.open().record().is_none());
    house.enrol(&centre, &centre.service.invite(2)).unwrap();
    let recipients = centre.service.change(|desk| desk.recipients.clone());
    let [elsewhere, first, second] = &recipients[..] else { panic!("{}", recipients.len()) };
    assert_eq!(first, second);
    assert_ne!(first, elsewhere);
}

#[test]
fn another_centre_than_the_one_that_made_the_code_is_refused() {
    let centre = TestCentre::start();
    let house = House::new();
    // A code with the pin of a CA that is not this centre's.
    let code: tomoshibi_sync::enrol::EnrolCode = centre.service.invite(1).parse().unwrap();
    let ca = tomoshibi_sync::enrol::CaPin::of(b"another certificate");
    let code = tomoshibi_sync::enrol::EnrolCode { ca, ..code };
    assert_eq!(refusal(&house, &centre, &code.spoken()), "enrol-other-centre");
    assert!(house.open().record().is_none());
}

#[test]
fn an_exchanged_trust_root_is_an_alarm_and_nothing_is_taken_any_more() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let mut publisher = Publisher::new();
    publisher.add(&centre, 1);
    publisher.publish(&centre, &key(2));
    StdFiles.replace(&house.folder.trust_root(), b"somebody else's").unwrap();
    let node = house.open();
    let alarms = node.alarms();
    let codes: Vec<_> = alarms.iter().map(|alarm| alarm.code.as_str()).collect();
    assert_eq!(codes, ["trust-root-refused"]);
    drop(node);
    let report = house.sync();
    assert!(report.snapshot.is_none());
    assert!(house.open().store().served().is_empty());
}
