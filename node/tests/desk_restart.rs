//! A power cut while open: consents hold as they were given, and staff see what they did, once the code is spoken again.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::{Path, PathBuf};

use tomoshibi_node::desk::{
    ConsentForm, ConsentView, DeskReply, DeskRequest, FindReply, MineLine, Second,
};
use tomoshibi_node::state::{Acknowledged, Change, key};
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{Event, file_path};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::seam::Files;

#[path = "duty/centre.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod centre;
#[path = "duty/machine.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod machine;

use centre::{noon, order, signed};
use machine::{Machine, Process};

/// Somebody at a tablet, with the patient found.
struct Tablet {
    process: Process,
    token: String,
    visit: String,
}

impl Tablet {
    /// Opens, sets the PIN, finds the patient.
    fn first(machine: &Machine) -> Self {
        let process = machine.start_well();
        process.open(&machine.code).unwrap();
        let token = process.sign_in(1);
        Self::find(process, token)
    }

    /// The same after a restart; the PIN stands.
    fn again(machine: &Machine, n: u8) -> Self {
        let process = machine.start();
        assert_eq!(process.try_sign_in(n).unwrap_err().code, "locked");
        assert!(process.open(&machine.code).unwrap().resumed);
        let token = signed_in(process.try_sign_in(n).unwrap());
        Self::find(process, token)
    }

    fn find(process: Process, token: String) -> Self {
        let visit = match process.find(&token).unwrap() {
            DeskReply::Found { outcome: FindReply::One { visit, .. } } => visit,
            other => panic!("{other:?}"),
        };
        Self { process, token, visit }
    }

    fn ask(&self, request: DeskRequest) -> DeskReply {
        self.process.duty.desk().handle(request).unwrap()
    }

    fn consent(&self, form: ConsentForm) {
        let (token, visit) = (self.token.clone(), self.visit.clone());
        assert_eq!(self.ask(DeskRequest::Consent { token, visit, form }), DeskReply::Done);
    }

    /// The reasons of the denial; none when the medication was shown.
    fn look(&self) -> Vec<String> {
        let (token, visit) = (self.token.clone(), self.visit.clone());
        let (categories, purpose) = (vec!["medication".into()], "care".into());
        match self.ask(DeskRequest::Look { token, visit, categories, purpose }) {
            DeskReply::Record { .. } => Vec::new(),
            DeskReply::Denied { reasons } => reasons,
            other => panic!("{other:?}"),
        }
    }

    fn consent_view(&self) -> Option<ConsentView> {
        let (token, visit) = (self.token.clone(), self.visit.clone());
        match self.ask(DeskRequest::Visit { token, visit }) {
            DeskReply::Visit { visit } => visit.consent,
            other => panic!("{other:?}"),
        }
    }

    fn mine(&self) -> Vec<MineLine> {
        match self.ask(DeskRequest::Mine { token: self.token.clone() }) {
            DeskReply::Mine { lines } => lines,
            other => panic!("{other:?}"),
        }
    }
}

fn signed_in(reply: DeskReply) -> String {
    match reply {
        DeskReply::SignedIn { token, .. } => token,
        other => panic!("{other:?}"),
    }
}

/// The journal files of an incarnation, in order.
fn journal_files(machine: &Machine, incarnation: Incarnation) -> Vec<PathBuf> {
    let dir = machine.folder.journal_dir();
    let paths = (0..).map(|number| file_path(&dir, incarnation, number));
    paths.take_while(|path| machine.files.read(path, 1 << 30).is_ok()).collect()
}

/// Changes a byte in the first record of a file.
fn damage(machine: &Machine, path: &Path) {
    let mut bytes = machine.files.read(path, 1 << 30).unwrap();
    let found = tomoshibi_sync::journal::JournalFile::parse(&bytes).unwrap();
    assert!(found.records.len() > 1, "only with another record behind it is it damage");
    bytes[usize::try_from(found.records_offset).unwrap() + 120] ^= 1;
    machine.put(path, &bytes);
}

#[test]
fn a_consent_holds_after_a_restart_from_when_it_was_given() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Written);
    let old_visit = tablet.visit.clone();
    drop(tablet);
    machine.set_hours(1);
    let tablet = Tablet::again(&machine, 1);
    let expected = ConsentView {
        basis: "written".into(),
        given_at: noon().to_string(),
        until: noon().plus_hours(24).to_string(),
        holds: true,
    };
    assert_eq!(tablet.consent_view(), Some(expected));
    assert_eq!(tablet.look(), [""; 0]);
    let gone = DeskRequest::Visit { token: tablet.token.clone(), visit: old_visit };
    let gone = tablet.process.duty.desk().handle(gone).unwrap_err();
    assert_eq!((gone.code.as_str(), gone.class), ("visit-unknown", ErrorClass::NotFound));
    drop(tablet);
    machine.set_hours(24);
    assert_eq!(Tablet::again(&machine, 1).look(), ["consent-expired"]);
}

#[test]
fn a_power_cut_takes_no_consent_that_was_answered_for() {
    for everything_kept in [false, true] {
        let machine = Machine::ordered();
        let tablet = Tablet::first(&machine);
        tablet.consent(ConsentForm::Oral);
        let machine = machine.after_power_cut(everything_kept);
        assert_eq!(Tablet::again(&machine, 1).look(), [""; 0]);
    }
}

#[test]
fn a_refusal_goes_on_ending_the_consent_before_it() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Oral);
    tablet.consent(ConsentForm::Refused);
    drop(tablet);
    assert_eq!(Tablet::again(&machine, 1).look(), ["consent-refused"]);
    // And a consent after a refusal, given in another life of the process, counts again.
    let tablet = Tablet::again(&machine, 1);
    tablet.consent(ConsentForm::Proxy);
    drop(tablet);
    assert_eq!(Tablet::again(&machine, 1).look(), [""; 0]);
}

#[test]
fn a_vital_interest_stays_that_of_whoever_stated_it() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    let request = DeskRequest::VitalInterest {
        token: tablet.token.clone(),
        visit: tablet.visit.clone(),
        reason: "unconscious".into(),
        written: "呼びかけに反応なし".into(),
        second: Second::Alone,
    };
    tablet.ask(request);
    let (badge, pin) = (centre::badge(2), "270992".to_owned());
    let witness = Some(tablet.token.clone());
    tablet.ask(DeskRequest::SetPin { badge, pin, witness });
    drop(tablet);
    let tablet = Tablet::again(&machine, 1);
    assert_eq!(tablet.consent_view().unwrap().basis, "vital-interest-alone");
    assert_eq!(tablet.look(), [""; 0]);
    drop(tablet);
    assert_eq!(Tablet::again(&machine, 2).look(), ["vital-interest-other-claimant"]);
}

#[test]
fn the_list_of_what_was_done_is_there_again_without_names() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Oral);
    tablet.look();
    let before = tablet.mine();
    assert!(before.len() >= 5 && before[0].what == "disclosed");
    drop(tablet);
    machine.set_hours(1);
    let tablet = Tablet::again(&machine, 1);
    // Signed in and found the patient again since.
    let after = tablet.mine();
    assert_eq!(
        after[..2].iter().map(|l| l.what.as_str()).collect::<Vec<_>>(),
        ["searched", "signed-in"]
    );
    let without_names: Vec<_> =
        before.into_iter().map(|line| MineLine { name: None, ..line }).collect();
    assert!(after[2..] == without_names);
    drop(tablet);
    machine.set_hours(12);
    let next_shift = Tablet::again(&machine, 1).mine();
    assert!(next_shift.iter().all(|line| line.at >= noon().plus_hours(1).to_string()));
}

#[test]
fn nothing_of_an_earlier_opening_comes_back() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Oral);
    tablet.process.close();
    drop(tablet);
    machine.set_hours(1);
    let next = Order { issued_at: noon(), closes_at: noon().plus_hours(90), ..order() };
    machine.deliver(&signed(&next));
    let code = machine.preposition(2);
    let process = machine.start_well();
    process.open(&code).unwrap();
    process.sign_in(1);
    drop(process);
    let process = machine.start_well();
    assert!(process.open(&code).unwrap().resumed);
    let token = signed_in(process.try_sign_in(1).unwrap());
    let tablet = Tablet::find(process, token);
    assert_eq!(tablet.look(), ["no-consent"]);
    assert!(tablet.mine().iter().all(|line| line.at >= noon().plus_hours(1).to_string()));
}

#[test]
fn what_stands_before_damage_is_asked_for_again() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Oral);
    drop(tablet);
    let tablet = Tablet::again(&machine, 1);
    tablet.consent(ConsentForm::Refused);
    let files = journal_files(&machine, Incarnation(1));
    drop(tablet);
    damage(&machine, files.last().unwrap());
    let tablet = Tablet::again(&machine, 1);
    assert_eq!(machine.origin().incarnation, Incarnation(2));
    assert_eq!(tablet.look(), ["no-consent"], "the consent must not outlive its lost refusal");
}

#[test]
fn a_new_life_of_the_journal_recalls_what_the_one_before_holds() {
    let machine = Machine::ordered();
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Oral);
    machine.files.fail_sync(0);
    assert_eq!(tablet.look(), [""; 0]);
    drop(tablet);
    let tablet = Tablet::again(&machine, 1);
    assert_eq!(machine.origin().incarnation, Incarnation(2));
    assert_eq!(tablet.look(), [""; 0]);
    let events = machine.events();
    assert!(matches!(events.last(), Some(Event::Disclosed { .. })));
}

#[test]
fn a_life_that_was_left_for_damage_is_asked_for_again() {
    let machine = Machine::ordered();
    drop(machine.start_well());
    let tablet = Tablet::first(&machine);
    tablet.consent(ConsentForm::Oral);
    drop(tablet);
    // A file from before the opening. What else of this life is lost, nobody can say.
    damage(&machine, &journal_files(&machine, Incarnation(1))[0]);
    let tablet = Tablet::again(&machine, 1);
    assert!(!tablet.process.alarms.is_empty());
    assert_eq!(machine.origin().incarnation, Incarnation(2));
    assert_eq!(tablet.look(), ["no-consent"]);
}

#[test]
fn a_life_whose_end_is_lost_is_asked_for_again() {
    for signed_here in [true, false] {
        let machine = Machine::ordered();
        let tablet = Tablet::first(&machine);
        tablet.consent(ConsentForm::Oral);
        drop(tablet);
        let tablet = Tablet::again(&machine, 1);
        tablet.consent(ConsentForm::Refused);
        let size = machine.verified().size;
        if signed_here {
            assert_eq!(tablet.process.duty.committed().unwrap(), size);
        } else {
            let (incarnation, at, checkpoint) = (Incarnation(1), noon(), Vec::new());
            let known = Acknowledged { incarnation, size, at, checkpoint };
            machine.state().apply(Change::default().put(&key::acknowledged(), &known)).unwrap();
        }
        machine.files.fail_sync(0);
        assert_eq!(tablet.look(), ["consent-refused"]);
        drop(tablet);
        let lost = journal_files(&machine, Incarnation(1)).pop().unwrap();
        machine.files.remove(&lost).unwrap();
        let tablet = Tablet::again(&machine, 1);
        assert_eq!(machine.origin().incarnation, Incarnation(2));
        assert_eq!(tablet.look(), ["no-consent"], "the consent must not outlive its lost refusal");
    }
}
