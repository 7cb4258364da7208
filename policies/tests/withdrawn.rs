//! What is left to show after supersession, deletes and withdrawals.

#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::collection::vec;
use proptest::prelude::*;
use tomoshibi_policies::record::{
    Checkup, CheckupItem, CheckupProgram, CheckupValue, DrugCode, FacilityCode, InsurerNumber,
    ItemCode, LineClass, MedicationLine, PersonId, Quantity, Receipt, ReceiptKey, ReceiptKind,
    ReceiptType, SourceOrder, Usage, Withdrawal, WithdrawalReason, WithdrawalTarget,
};
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};
use tomoshibi_policies::withdrawn::{Change, Record, apply, hides_person, merge};

fn person(byte: u8) -> PersonId {
    PersonId::from_bytes([byte; 16])
}

fn order(sequence: u64) -> SourceOrder {
    SourceOrder { accepted: JstDate::from_days(20_000), sequence }
}

fn facility(number: u64) -> FacilityCode {
    FacilityCode::from_number(1_711_234_560 + number).unwrap()
}

/// A receipt of facility `at` with one drug, whose amount makes its contents known.
fn receipt(who: u8, at: u64, sequence: u64, amount: &str) -> Receipt {
    let month = YearMonth::parse("2026-09").unwrap();
    Receipt {
        person: person(who),
        key: ReceiptKey {
            facility: facility(at),
            month,
            kind: ReceiptKind::Pharmacy,
            re_type: ReceiptType(4112),
            prescriber: None,
        },
        order: order(sequence),
        outside_prescriptions: Vec::new(),
        lines: vec![MedicationLine {
            drug: DrugCode::parse("610406079").unwrap(),
            amount: Quantity::parse(amount).unwrap(),
            times: 14,
            class: LineClass::TakeHome,
            treatment_class: 0,
            form: 1,
            dispensed: PartialDate::Month(month),
            prescribed: None,
            usage: Usage::default(),
        }],
    }
}

/// The same receipt from the prescription of institution `number`, of nobody's that is named when it is 0.
fn prescribed_by(number: u64, receipt: Receipt) -> Receipt {
    let prescriber = (number > 0).then(|| facility(100 + number));
    Receipt { key: ReceiptKey { prescriber, ..receipt.key }, ..receipt }
}

fn checkup(who: u8, exam: &str, sequence: u64, value: &str) -> Checkup {
    Checkup {
        person: person(who),
        exam_date: JstDate::parse(exam).unwrap(),
        program: CheckupProgram::Specific,
        insurer: InsurerNumber::parse("170993").unwrap(),
        order: order(sequence),
        items: vec![CheckupItem {
            code: ItemCode::parse("9A755000000000001").unwrap(),
            value: CheckupValue::Quantity { value: value.into(), unit: "mmHg".into() },
            interpretation: None,
            reference: None,
        }],
    }
}

fn withdrawal(who: u8, target: WithdrawalTarget, sequence: u64) -> Withdrawal {
    let reason = WithdrawalReason::Correction;
    Withdrawal { person: person(who), target, reason, order: order(sequence) }
}

fn shown(receipts: &[Receipt], withdrawals: &[Withdrawal]) -> Vec<Receipt> {
    let changes = receipts.iter().cloned().map(Change::from);
    apply(changes, Vec::new(), withdrawals).receipts
}

#[test]
fn the_later_filed_receipt_replaces_the_earlier_whole() {
    let (first, second) = (receipt(1, 1, 5, "3"), receipt(1, 1, 6, "1"));
    let other_facility = receipt(1, 2, 1, "3");
    let other_person = receipt(2, 1, 1, "3");
    let all = [second.clone(), first, other_person.clone(), other_facility.clone()];
    assert_eq!(shown(&all, &[]), [second, other_facility, other_person]);
}

#[test]
fn every_part_of_the_key_makes_another_receipt() {
    let base = receipt(1, 1, 5, "3");
    let month = YearMonth::parse("2026-10").unwrap();
    let mut all = vec![base.clone()];
    for key in [
        ReceiptKey { month, ..base.key },
        ReceiptKey { kind: ReceiptKind::Medical, ..base.key },
        ReceiptKey { re_type: ReceiptType(4122), ..base.key },
        ReceiptKey { facility: facility(2), ..base.key },
        ReceiptKey { prescriber: Some(facility(3)), ..base.key },
        ReceiptKey { prescriber: Some(facility(4)), ..base.key },
    ] {
        all.push(Receipt { key, ..base.clone() });
    }
    assert_eq!(shown(&all, &[]).len(), 7);
}

#[test]
fn of_two_prescribers_at_one_pharmacy_a_filing_replaces_only_its_own() {
    let mine = prescribed_by(1, receipt(1, 1, 5, "3"));
    let other = prescribed_by(2, receipt(1, 1, 5, "1"));
    assert_eq!(shown(&[other.clone(), mine.clone()], &[]), [mine.clone(), other.clone()]);
    let again = prescribed_by(1, receipt(1, 1, 6, "2"));
    let all = [again.clone(), mine.clone(), other.clone()];
    assert_eq!(shown(&all, &[]), [again, other.clone()]);
    // A receipt that names no prescriber is one more, and replaces neither.
    let unnamed = receipt(1, 1, 9, "4");
    let all = [mine.clone(), other.clone(), unnamed.clone()];
    assert_eq!(shown(&all, &[]), [unnamed, mine, other]);
}

#[test]
fn a_withdrawal_or_a_delete_of_one_prescribers_receipt_leaves_the_others() {
    let mine = prescribed_by(1, receipt(1, 1, 5, "3"));
    let other = prescribed_by(2, receipt(1, 1, 5, "1"));
    let unnamed = receipt(1, 1, 5, "4");
    let all = [unnamed.clone(), mine.clone(), other.clone()];
    for (gone, left) in
        [(&mine, [&unnamed, &other]), (&other, [&unnamed, &mine]), (&unnamed, [&mine, &other])]
    {
        let target = WithdrawalTarget::Receipt(gone.key);
        let found = shown(&all, &[withdrawal(1, target, 9)]);
        assert_eq!(found.iter().collect::<Vec<_>>(), left);
        let delete = Change::Delete { key: gone.key(), order: order(9) };
        let found = merge(all.iter().cloned().map(Change::from).chain([delete]));
        assert_eq!(found.iter().collect::<Vec<_>>(), left);
    }
    let target = WithdrawalTarget::Facility(mine.key.facility);
    assert_eq!(shown(&all, &[withdrawal(1, target, 9)]), [], "a facility means all it filed");
}

#[test]
fn a_delete_removes_what_was_put_before_and_not_what_comes_after() {
    let put = |sequence| Change::Put(receipt(1, 1, sequence, "3"));
    let delete =
        |sequence| Change::Delete { key: receipt(1, 1, 0, "3").key(), order: order(sequence) };
    assert_eq!(merge([put(5), delete(6)]), []);
    assert_eq!(merge([delete(5), put(5)]), [], "in doubt nothing is shown");
    assert_eq!(merge([put(5), delete(5)]), [], "in doubt nothing is shown");
    assert_eq!(merge([put(7), delete(6), put(5)]).len(), 1);
}

#[test]
fn a_tie_is_broken_by_contents_and_not_by_arrival() {
    let (a, b) = (receipt(1, 1, 5, "1"), receipt(1, 1, 5, "2"));
    assert_eq!(shown(&[a.clone(), b.clone()], &[]), shown(&[b, a], &[]));
    let (a, b) = (checkup(1, "2026-06-12", 5, "138"), checkup(1, "2026-06-12", 5, "140"));
    assert_eq!(
        merge([Change::Put(a.clone()), Change::Put(b.clone())]),
        merge([b.into(), a.into()])
    );
}

#[test]
fn a_withdrawal_hides_what_came_in_no_later_than_itself() {
    let item = receipt(1, 1, 5, "3");
    let target = WithdrawalTarget::Receipt(item.key);
    for (sequence, left) in [(4, 1), (5, 0), (6, 0)] {
        let found = shown(std::slice::from_ref(&item), &[withdrawal(1, target, sequence)]);
        assert_eq!(found.len(), left, "withdrawn at {sequence}");
    }
}

#[test]
fn a_checkup_is_hidden_by_any_withdrawal_no_older_than_itself() {
    let item = checkup(1, "2026-06-12", 5, "138");
    let program = CheckupProgram::Specific;
    let target = WithdrawalTarget::Checkup { exam_date: item.exam_date, program };
    let elsewhere = withdrawal(2, WithdrawalTarget::Person, 9);
    for (sequence, left) in [(4, 1), (5, 0), (6, 0)] {
        let withdrawals = [elsewhere, withdrawal(1, target, sequence)];
        let shown = apply(Vec::new(), [item.clone().into()], &withdrawals);
        assert_eq!(shown.checkups.len(), left, "withdrawn at {sequence}");
    }
}

#[test]
fn withdrawing_a_facility_leaves_the_others_receipts() {
    let (hers, other) = (receipt(1, 1, 5, "3"), receipt(1, 2, 5, "3"));
    let target = WithdrawalTarget::Facility(facility(1));
    assert_eq!(shown(&[hers, other.clone()], &[withdrawal(1, target, 9)]), [other]);
}

#[test]
fn a_receipt_filed_again_after_its_withdrawal_is_shown() {
    let (old, new) = (receipt(1, 1, 5, "3"), receipt(1, 1, 7, "1"));
    let target = WithdrawalTarget::Receipt(old.key);
    assert_eq!(shown(&[old, new.clone()], &[withdrawal(1, target, 6)]), [new]);
}

#[test]
fn a_withdrawal_of_the_newest_does_not_bring_the_older_back() {
    let (old, new) = (receipt(1, 1, 5, "3"), receipt(1, 1, 7, "1"));
    let target = WithdrawalTarget::Receipt(old.key);
    assert_eq!(shown(&[old, new], &[withdrawal(1, target, 8)]), []);
}

#[test]
fn each_target_hides_its_own_and_nothing_else() {
    let items = [receipt(1, 1, 5, "3"), receipt(1, 2, 5, "3"), receipt(2, 1, 5, "3")];
    let june = checkup(1, "2026-06-12", 5, "138");
    let other = checkup(1, "2025-06-12", 5, "138");
    let others = checkup(2, "2026-06-12", 5, "138");
    let program = CheckupProgram::Specific;
    for (target, receipts, checkups) in [
        (WithdrawalTarget::Receipt(items[0].key), 2, 3),
        (WithdrawalTarget::Facility(facility(1)), 2, 3),
        (WithdrawalTarget::Checkup { exam_date: june.exam_date, program }, 3, 2),
        (
            WithdrawalTarget::Checkup {
                exam_date: june.exam_date,
                program: CheckupProgram::LateElderly,
            },
            3,
            3,
        ),
        (WithdrawalTarget::Person, 1, 1),
    ] {
        let shown = apply(
            items.iter().cloned().map(Change::from),
            [&june, &other, &others].into_iter().cloned().map(Change::from),
            &[withdrawal(1, target, 9)],
        );
        assert_eq!(
            (shown.receipts.len(), shown.checkups.len()),
            (receipts, checkups),
            "{target:?}"
        );
    }
}

#[test]
fn a_withdrawn_person_is_hidden_until_registered_again() {
    let gone = [withdrawal(1, WithdrawalTarget::Person, 6)];
    assert!(hides_person(&gone, person(1), order(5)) && hides_person(&gone, person(1), order(6)));
    assert!(!hides_person(&gone, person(1), order(7)));
    assert!(!hides_person(&gone, person(2), order(5)));
    let among_others = [withdrawal(2, WithdrawalTarget::Person, 6), gone[0]];
    assert!(hides_person(&among_others, person(1), order(5)));
    let receipt_only = [withdrawal(1, WithdrawalTarget::Facility(facility(1)), 6)];
    assert!(!hides_person(&receipt_only, person(1), order(5)));
}

prop_compose! {
    fn changes()(
        parts in vec((1u8..3, 1u64..3, 0u64..3, 0u64..4, 1u8..4, any::<bool>()), 0..12),
    ) -> Vec<Change<Receipt>> {
        let change = |(who, at, from, sequence, amount, put): (u8, u64, u64, u64, u8, bool)| {
            let receipt = prescribed_by(from, receipt(who, at, sequence, &amount.to_string()));
            if put {
                Change::Put(receipt)
            } else {
                Change::Delete { key: receipt.key(), order: receipt.order }
            }
        };
        parts.into_iter().map(change).collect()
    }
}

prop_compose! {
    fn withdrawals()(parts in vec((1u8..3, 0u8..3, 1u64..3, 0u64..3, 0u64..4), 0..4)) -> Vec<Withdrawal> {
        let one = |(who, kind, at, from, sequence): (u8, u8, u64, u64, u64)| {
            let target = match kind {
                0 => WithdrawalTarget::Person,
                1 => WithdrawalTarget::Facility(facility(at)),
                _ => WithdrawalTarget::Receipt(prescribed_by(from, receipt(who, at, 0, "1")).key),
            };
            withdrawal(who, target, sequence)
        };
        parts.into_iter().map(one).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_input_does_not_matter(
        (changes, shuffled) in changes().prop_flat_map(|c| (Just(c.clone()), Just(c).prop_shuffle())),
        withdrawals in withdrawals(),
    ) {
        let mut reversed = withdrawals.clone();
        reversed.reverse();
        prop_assert_eq!(
            apply(changes, Vec::new(), &withdrawals),
            apply(shuffled, Vec::new(), &reversed)
        );
    }

    #[test]
    fn withdrawing_before_merging_shows_the_same(
        changes in changes(),
        withdrawals in withdrawals(),
    ) {
        let survives = |change: &Change<Receipt>| match change {
            Change::Put(r) => !shown(std::slice::from_ref(r), &withdrawals).is_empty(),
            Change::Delete { .. } => true,
        };
        let early = merge(changes.iter().filter(|c| survives(c)).cloned());
        prop_assert_eq!(apply(changes, Vec::new(), &withdrawals).receipts, early);
    }

    #[test]
    fn what_is_filed_or_withdrawn_for_one_prescriber_never_touches_anothers(
        changes in changes(),
        withdrawals in withdrawals(),
    ) {
        let shown = |changes: &[Change<Receipt>], withdrawals: &[Withdrawal]| {
            apply(changes.iter().cloned(), Vec::new(), withdrawals).receipts
        };
        let of = |key: ReceiptKey| key.prescriber == Some(facility(101));
        let (mut others, mut kept) = (changes.clone(), withdrawals.clone());
        others.retain(|change| match change {
            Change::Put(receipt) => !of(receipt.key),
            Change::Delete { key, .. } => !of(key.1),
        });
        kept.retain(|w| !matches!(w.target, WithdrawalTarget::Receipt(key) if of(key)));
        let mut whole = shown(&changes, &withdrawals);
        whole.retain(|receipt| !of(receipt.key));
        prop_assert_eq!(whole, shown(&others, &kept));
    }
}

#[test]
fn after_a_death_or_by_order_of_a_court_later_filings_stay_hidden() {
    use WithdrawalReason::{Correction, CourtOrder, Death, Deletion};
    let (receipt, exam) = (receipt(1, 1, 9, "3"), checkup(1, "2026-06-12", 9, "138"));
    for (reason, left) in [(Correction, 1), (Deletion, 1), (Death, 0), (CourtOrder, 0)] {
        let withdrawals = [Withdrawal { reason, ..withdrawal(1, WithdrawalTarget::Person, 6) }];
        let shown = apply([receipt.clone().into()], [exam.clone().into()], &withdrawals);
        assert_eq!((shown.receipts.len(), shown.checkups.len()), (left, left), "{reason:?}");
        assert_eq!(hides_person(&withdrawals, person(1), order(9)), left == 0, "{reason:?}");
    }
}
