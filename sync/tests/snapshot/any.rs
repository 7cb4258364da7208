//! Items of any kind with any content that the model allows.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use tomoshibi_policies::record::*;
use tomoshibi_policies::time::*;
use tomoshibi_sync::item::{FoldedKeys, Item, PersonItem, Record, SegmentKind};

pub(crate) fn kind() -> impl Strategy<Value = SegmentKind> {
    select(&SegmentKind::ALL[..])
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,12}", "[ァ-ヴ]{1,8}"]
}

fn date() -> impl Strategy<Value = JstDate> {
    (-719_162_i64..=2_932_897).prop_map(JstDate::from_days)
}

fn month() -> impl Strategy<Value = YearMonth> {
    (1..=9999, 1..=12_u32).prop_map(|(year, month)| YearMonth::new(year, month).unwrap())
}

fn partial() -> impl Strategy<Value = PartialDate> {
    prop_oneof![
        date().prop_map(PartialDate::Day),
        month().prop_map(PartialDate::Month),
        (1..=9999).prop_map(PartialDate::Year),
    ]
}

fn source() -> impl Strategy<Value = SourceOrder> {
    (date(), any::<u64>()).prop_map(|(accepted, sequence)| SourceOrder { accepted, sequence })
}

// Few persons, so that several items are one person's.
fn person_id() -> impl Strategy<Value = PersonId> {
    prop_oneof![
        (1..=3_u8).prop_map(|n| PersonId::from_bytes([n; 16])),
        any::<[u8; 16]>()
            .prop_filter("nobody", |bytes| *bytes != [0; 16])
            .prop_map(PersonId::from_bytes),
    ]
}

fn facility() -> impl Strategy<Value = FacilityCode> {
    (100_000_000_u64..4_800_000_000).prop_map(|n| FacilityCode::from_number(n).unwrap())
}

fn insurer() -> impl Strategy<Value = InsurerNumber> {
    (1_u32..100_000_000).prop_filter_map("nobody", |n| InsurerNumber::from_number(n).ok())
}

fn drug() -> impl Strategy<Value = DrugCode> {
    (600_000_000_u32..700_000_000).prop_map(|n| DrugCode::from_number(n).unwrap())
}

fn item_code() -> impl Strategy<Value = ItemCode> {
    "[0-9A-Za-z]{17}".prop_map(|text| ItemCode::parse(&text).unwrap())
}

fn program() -> impl Strategy<Value = CheckupProgram> {
    prop_oneof![
        Just(CheckupProgram::Specific),
        Just(CheckupProgram::LateElderly),
        any::<u16>().prop_map(CheckupProgram::Other),
    ]
}

fn receipt_key() -> impl Strategy<Value = ReceiptKey> {
    let kinds =
        [ReceiptKind::Medical, ReceiptKind::Dental, ReceiptKind::Pharmacy, ReceiptKind::Dpc];
    (facility(), month(), select(kinds.to_vec()), any::<u16>(), option::of(facility())).prop_map(
        |(facility, month, kind, re, prescriber)| ReceiptKey {
            facility,
            month,
            kind,
            re_type: ReceiptType(re),
            prescriber: prescriber.filter(|_| kind == ReceiptKind::Pharmacy),
        },
    )
}

fn coverage() -> impl Strategy<Value = Coverage> {
    let cards = [CardClass::General, CardClass::Certificate, CardClass::Other];
    let losses = [LossReason::Death, LossReason::Other];
    let numbers = (insurer(), text(), text(), option::of(0..100_u8));
    let dates = (date(), option::of(date()), option::of(date()));
    let codes =
        (select(cards.to_vec()), option::of(0..=100_u8), option::of(select(losses.to_vec())));
    (numbers, dates, codes, any::<bool>()).prop_map(
        |(
            (insurer, symbol, number, branch),
            (from, until, elderly_until),
            (card, burden, loss),
            own,
        )| {
            Coverage {
                insurer,
                symbol,
                number,
                branch,
                period: DatePeriod { from, until },
                card,
                relation: if own { Relation::Insured } else { Relation::Family },
                burden_percent: burden,
                elderly_until,
                loss,
            }
        },
    )
}

fn name() -> impl Strategy<Value = (PersonName, FoldedKeys)> {
    let uses = [NameUse::Registered, NameUse::Alias, NameUse::Former];
    (select(uses.to_vec()), vec(text(), 4), option::of(text())).prop_map(
        |(name_use, texts, given)| {
            let [kanji, kana, folded_kana, folded_kanji] = texts.try_into().unwrap();
            let folded = FoldedKeys { kana: folded_kana, given, kanji: folded_kanji };
            (PersonName { name_use, kanji, kana }, folded)
        },
    )
}

fn person() -> impl Strategy<Value = Record> {
    let sexes = [Sex::Male, Sex::Female, Sex::NotSet];
    let who = (person_id(), vec(name(), 1..3), select(sexes.to_vec()), partial());
    (who, text(), text(), vec(coverage(), 0..3)).prop_map(
        |((id, names, sex, birth), address, postal_code, coverages)| {
            let (names, folded) = names.into_iter().unzip();
            let person = Person { id, names, sex, birth, address, postal_code, coverages };
            Record::Person(PersonItem { person, folded })
        },
    )
}

fn line() -> impl Strategy<Value = MedicationLine> {
    let amount =
        (0_u64..=9_999_999_999).prop_map(|n| Quantity::from_hundred_thousandths(n).unwrap());
    let codes = (any::<u32>(), any::<bool>(), any::<u8>(), any::<u8>());
    let dates = (partial(), option::of(date()));
    (drug(), amount, codes, dates, option::of(any::<u16>()), text()).prop_map(
        |(
            drug,
            amount,
            (times, home, treatment_class, form),
            (dispensed, prescribed),
            code,
            text,
        )| {
            MedicationLine {
                drug,
                amount,
                times,
                class: if home { LineClass::TakeHome } else { LineClass::Administered },
                treatment_class,
                form,
                dispensed,
                prescribed,
                usage: Usage { code, text },
            }
        },
    )
}

fn receipt() -> impl Strategy<Value = Record> {
    let head = (person_id(), receipt_key(), source());
    (head, vec(date(), 0..3), vec(line(), 0..4)).prop_map(
        |((person, key, order), outside_prescriptions, lines)| {
            Record::Receipt(Receipt { person, key, order, outside_prescriptions, lines })
        },
    )
}

fn checkup_item() -> impl Strategy<Value = CheckupItem> {
    let value = prop_oneof![
        (text(), text()).prop_map(|(value, unit)| CheckupValue::Quantity { value, unit }),
        (text(), any::<u32>()).prop_map(|(code, list)| CheckupValue::Coded { code, list }),
        text().prop_map(CheckupValue::Text),
        Just(CheckupValue::NotDone),
        Just(CheckupValue::Unmeasurable),
    ];
    let range = option::of((option::of(text()), option::of(text())));
    (item_code(), value, option::of(text()), range).prop_map(
        |(code, value, interpretation, reference)| CheckupItem {
            code,
            value,
            interpretation,
            reference,
        },
    )
}

fn checkup() -> impl Strategy<Value = Record> {
    let head = (person_id(), date(), program(), insurer(), source());
    (head, vec(checkup_item(), 0..4)).prop_map(
        |((person, exam_date, program, insurer, order), items)| {
            Record::Checkup(Checkup { person, exam_date, program, insurer, order, items })
        },
    )
}

fn master() -> impl Strategy<Value = Record> {
    let forms = [DrugForm::Internal, DrugForm::Injection, DrugForm::External, DrugForm::Other];
    let flags = (select(forms.to_vec()), any::<bool>(), any::<bool>(), option::of(date()));
    let a_drug = (drug(), vec(text(), 4), flags).prop_map(
        |(code, texts, (form, controlled, pseudo, ended))| {
            let [name, unit, price_list_code, ingredient] = texts.try_into().unwrap();
            Record::Drug(Drug {
                code,
                name,
                unit,
                price_list_code,
                ingredient,
                form,
                controlled,
                pseudo,
                ended,
            })
        },
    );
    let registration = prop_oneof![
        any::<i32>().prop_map(CheckupRegistration::Until),
        Just(CheckupRegistration::None),
        Just(CheckupRegistration::Unknown),
    ];
    prop_oneof![
        a_drug,
        (facility(), text(), option::of(any::<u32>())).prop_map(|(code, name, municipality)| {
            Record::Institution(Institution { code, name, municipality })
        }),
        (insurer(), text(), registration).prop_map(|(number, name, checkups)| Record::Insurer(
            Insurer { number, name, checkups }
        )),
        (item_code(), text()).prop_map(|(code, name)| Record::ItemName(ItemName { code, name })),
    ]
}

fn withdrawal() -> impl Strategy<Value = Record> {
    let target = prop_oneof![
        Just(WithdrawalTarget::Person),
        receipt_key().prop_map(WithdrawalTarget::Receipt),
        (date(), program())
            .prop_map(|(exam_date, program)| WithdrawalTarget::Checkup { exam_date, program }),
        facility().prop_map(WithdrawalTarget::Facility),
    ];
    let reasons =
        [WithdrawalReason::Correction, WithdrawalReason::Death, WithdrawalReason::CourtOrder];
    (person_id(), target, select(reasons.to_vec()), source()).prop_map(
        |(person, target, reason, order)| {
            Record::Withdrawal(Withdrawal { person, target, reason, order })
        },
    )
}

fn record(kind: SegmentKind) -> BoxedStrategy<Record> {
    match kind {
        SegmentKind::Persons => person().boxed(),
        SegmentKind::Medications => receipt().boxed(),
        SegmentKind::Checkups => checkup().boxed(),
        SegmentKind::Masters => master().boxed(),
        SegmentKind::Withdrawals => withdrawal().boxed(),
    }
}

fn item_of(kind: SegmentKind) -> impl Strategy<Value = Item> {
    (record(kind), source(), any::<bool>()).prop_map(|(record, order, is_put)| {
        let item = Item::put(record, order);
        if is_put { item } else { Item::delete(item.key, item.order) }
    })
}

/// An item, and the kind of segment it belongs to.
pub(crate) fn item() -> impl Strategy<Value = (SegmentKind, Item)> {
    kind().prop_flat_map(|kind| (Just(kind), item_of(kind)))
}

/// The items of a segment in order: sometimes few, sometimes several blocks.
pub(crate) fn items() -> impl Strategy<Value = (SegmentKind, Vec<Item>)> {
    let sorted = |mut items: Vec<Item>| {
        items.sort_by_key(|item| item.key);
        items.dedup_by_key(|item| item.key);
        items
    };
    let several = move |kind| vec(item_of(kind), 1..120).prop_map(sorted);
    kind().prop_flat_map(move |kind| (Just(kind), several(kind)))
}
