//! Records as bytes (V1). The only file that knows the stored form of a record; field and variant order is the format.
//!
//! FORMAT: see `crate::codec` for integers, texts and lists. Dates are days since 1970-01-01, months are counted from
//! year 0, quantities in hundred-thousandths.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    CardClass, Checkup, CheckupItem, CheckupProgram, CheckupRegistration, CheckupValue, Coverage,
    Drug, DrugCode, DrugForm, FacilityCode, Institution, Insurer, InsurerNumber, ItemCode,
    ItemName, LineClass, LossReason, MedicationLine, NameUse, Person, PersonId, PersonName,
    Quantity, Receipt, ReceiptKey, ReceiptKind, ReceiptType, Relation, Sex, SourceOrder, Usage,
    Withdrawal, WithdrawalReason, WithdrawalTarget,
};
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate, YearMonth};

use super::StoreError;
use super::item::SourceRecord;
use crate::codec;

/// Longest record: 1 MiB, as an item of a segment may be.
pub(super) const RECORD_LEN_BYTES_MAX: usize = 1 << 20;

const WHAT: &str = "source record";

/// Encodes a record.
pub(super) fn encode(record: &SourceRecord) -> Result<Vec<u8>, StoreError> {
    let bytes = codec::encode(WHAT, &to_wire(record))?;
    if bytes.len() > RECORD_LEN_BYTES_MAX {
        let (len_bytes, limit) = (bytes.len(), RECORD_LEN_BYTES_MAX);
        return Err(StoreError::ItemTooLong { len_bytes, limit });
    }
    Ok(bytes)
}

/// Decodes the record of an item with this person and order; none when the bytes are no record.
pub(super) fn decode(person: PersonId, order: SourceOrder, bytes: &[u8]) -> Option<SourceRecord> {
    let wire: RecordV1 = codec::decode::<_, RECORD_LEN_BYTES_MAX>(WHAT, bytes).ok()?;
    from_wire(person, order, wire)
}

/// Declares how a fieldless model enum is numbered.
macro_rules! numbered {
    ($($to:ident $from:ident $type:ident { $($number:literal $variant:ident,)+ })+) => {
        $(
            const fn $to(value: $type) -> u8 {
                match value { $($type::$variant => $number,)+ }
            }

            const fn $from(number: u8) -> Option<$type> {
                match number { $($number => Some($type::$variant),)+ _ => None }
            }
        )+
    };
}

numbered! {
    sex_to sex_from Sex { 1 Male, 2 Female, 3 NotSet, }
    name_use_to name_use_from NameUse { 1 Registered, 2 Alias, 3 Former, }
    card_to card_from CardClass {
        1 General, 2 Retired, 3 ShortTerm, 5 Certificate, 6 SpecialRetired, 7 SelfDefenceForces,
        8 PublicAssistance, 9 Other,
    }
    relation_to relation_from Relation { 1 Insured, 2 Family, }
    loss_to loss_from LossReason { 1 Death, 2 PublicAssistance, 3 OtherInsurance, 99 Other, }
    kind_to kind_from ReceiptKind { 1 Medical, 2 Dental, 3 Pharmacy, 4 Dpc, }
    class_to class_from LineClass { 1 TakeHome, 2 Administered, }
    form_to form_from DrugForm { 1 Internal, 3 Other, 4 Injection, 6 External, 8 Dental, }
    reason_to reason_from WithdrawalReason { 1 Correction, 2 Death, 3 Deletion, 4 CourtOrder, }
}

#[derive(Serialize, Deserialize)]
enum RecordV1 {
    Person(PersonV1),
    Receipt(ReceiptV1),
    Checkup(CheckupV1),
    Drug(DrugV1),
    Institution { code: u64, name: String, municipality: Option<u32> },
    Insurer { number: u32, name: String, checkups: RegistrationV1 },
    ItemName { code: String, name: String },
    Withdrawal { target: TargetV1, reason: u8 },
}

#[derive(Serialize, Deserialize)]
enum PartialDateV1 {
    Day(i64),
    Month(i32),
    Year(i32),
}

#[derive(Serialize, Deserialize)]
enum RegistrationV1 {
    Until(i32),
    None,
    Unknown,
}

#[derive(Serialize, Deserialize)]
struct PersonV1 {
    names: Vec<(u8, String, String)>,
    sex: u8,
    birth: PartialDateV1,
    address: String,
    postal_code: String,
    coverages: Vec<CoverageV1>,
}

#[derive(Serialize, Deserialize)]
struct CoverageV1 {
    insurer: u32,
    symbol: String,
    number: String,
    branch: Option<u8>,
    from: i64,
    until: Option<i64>,
    card: u8,
    relation: u8,
    burden_percent: Option<u8>,
    elderly_until: Option<i64>,
    loss: Option<u8>,
}

#[derive(Serialize, Deserialize)]
struct ReceiptKeyV1 {
    facility: u64,
    month: i32,
    kind: u8,
    re_type: u16,
    prescriber: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct ReceiptV1 {
    key: ReceiptKeyV1,
    outside_prescriptions: Vec<i64>,
    lines: Vec<LineV1>,
}

#[derive(Serialize, Deserialize)]
struct LineV1 {
    drug: u32,
    amount: u64,
    times: u32,
    class: u8,
    treatment_class: u8,
    form: u8,
    dispensed: PartialDateV1,
    prescribed: Option<i64>,
    usage_code: Option<u16>,
    usage_text: String,
}

#[derive(Serialize, Deserialize)]
struct CheckupV1 {
    exam_date: i64,
    program: u16,
    insurer: u32,
    items: Vec<CheckupItemV1>,
}

#[derive(Serialize, Deserialize)]
struct CheckupItemV1 {
    code: String,
    value: ValueV1,
    interpretation: Option<String>,
    reference: Option<(Option<String>, Option<String>)>,
}

#[derive(Serialize, Deserialize)]
enum ValueV1 {
    Quantity(String, String),
    Coded(String, u32),
    Text(String),
    NotDone,
    Unmeasurable,
}

#[derive(Serialize, Deserialize)]
struct DrugV1 {
    code: u32,
    name: String,
    unit: String,
    price_list_code: String,
    ingredient: String,
    form: u8,
    controlled: bool,
    pseudo: bool,
    ended: Option<i64>,
}

#[derive(Serialize, Deserialize)]
enum TargetV1 {
    Person,
    Receipt(ReceiptKeyV1),
    Checkup(i64, u16),
    Facility(u64),
}

fn to_wire(record: &SourceRecord) -> RecordV1 {
    match record {
        SourceRecord::Person(person) => RecordV1::Person(person_to(person)),
        SourceRecord::Receipt(receipt) => RecordV1::Receipt(ReceiptV1 {
            key: key_to(&receipt.key),
            outside_prescriptions: receipt.outside_prescriptions.iter().map(|d| d.days()).collect(),
            lines: receipt.lines.iter().map(line_to).collect(),
        }),
        SourceRecord::Checkup(checkup) => RecordV1::Checkup(CheckupV1 {
            exam_date: checkup.exam_date.days(),
            program: program_to(checkup.program),
            insurer: checkup.insurer.number(),
            items: checkup.items.iter().map(item_to).collect(),
        }),
        SourceRecord::Drug(drug) => RecordV1::Drug(DrugV1 {
            code: drug.code.number(),
            name: drug.name.clone(),
            unit: drug.unit.clone(),
            price_list_code: drug.price_list_code.clone(),
            ingredient: drug.ingredient.clone(),
            form: form_to(drug.form),
            controlled: drug.controlled,
            pseudo: drug.pseudo,
            ended: drug.ended.map(JstDate::days),
        }),
        SourceRecord::Institution(one) => RecordV1::Institution {
            code: one.code.number(),
            name: one.name.clone(),
            municipality: one.municipality,
        },
        SourceRecord::Insurer(insurer) => RecordV1::Insurer {
            number: insurer.number.number(),
            name: insurer.name.clone(),
            checkups: match insurer.checkups {
                CheckupRegistration::Until(year) => RegistrationV1::Until(year),
                CheckupRegistration::None => RegistrationV1::None,
                CheckupRegistration::Unknown => RegistrationV1::Unknown,
            },
        },
        SourceRecord::ItemName(item) => {
            RecordV1::ItemName { code: item.code.as_str().to_owned(), name: item.name.clone() }
        }
        SourceRecord::Withdrawal(withdrawal) => RecordV1::Withdrawal {
            target: target_to(&withdrawal.target),
            reason: reason_to(withdrawal.reason),
        },
    }
}

fn from_wire(person: PersonId, order: SourceOrder, wire: RecordV1) -> Option<SourceRecord> {
    Some(match wire {
        RecordV1::Person(wire) => SourceRecord::Person(person_from(person, wire)?),
        RecordV1::Receipt(wire) => SourceRecord::Receipt(Receipt {
            person,
            key: key_from(&wire.key)?,
            order,
            outside_prescriptions: wire
                .outside_prescriptions
                .into_iter()
                .map(JstDate::from_days)
                .collect(),
            lines: wire.lines.into_iter().map(line_from).collect::<Option<_>>()?,
        }),
        RecordV1::Checkup(wire) => SourceRecord::Checkup(Checkup {
            person,
            exam_date: JstDate::from_days(wire.exam_date),
            program: program_from(wire.program),
            insurer: InsurerNumber::from_number(wire.insurer).ok()?,
            order,
            items: wire.items.into_iter().map(item_from).collect::<Option<_>>()?,
        }),
        RecordV1::Drug(wire) => SourceRecord::Drug(Drug {
            code: DrugCode::from_number(wire.code).ok()?,
            name: wire.name,
            unit: wire.unit,
            price_list_code: wire.price_list_code,
            ingredient: wire.ingredient,
            form: form_from(wire.form)?,
            controlled: wire.controlled,
            pseudo: wire.pseudo,
            ended: wire.ended.map(JstDate::from_days),
        }),
        RecordV1::Institution { code, name, municipality } => {
            let code = FacilityCode::from_number(code).ok()?;
            SourceRecord::Institution(Institution { code, name, municipality })
        }
        RecordV1::Insurer { number, name, checkups } => SourceRecord::Insurer(Insurer {
            number: InsurerNumber::from_number(number).ok()?,
            name,
            checkups: match checkups {
                RegistrationV1::Until(year) => CheckupRegistration::Until(year),
                RegistrationV1::None => CheckupRegistration::None,
                RegistrationV1::Unknown => CheckupRegistration::Unknown,
            },
        }),
        RecordV1::ItemName { code, name } => {
            SourceRecord::ItemName(ItemName { code: ItemCode::parse(&code).ok()?, name })
        }
        RecordV1::Withdrawal { target, reason } => SourceRecord::Withdrawal(Withdrawal {
            person,
            target: target_from(&target)?,
            reason: reason_from(reason)?,
            order,
        }),
    })
}

fn person_to(person: &Person) -> PersonV1 {
    let name = |n: &PersonName| (name_use_to(n.name_use), n.kanji.clone(), n.kana.clone());
    PersonV1 {
        names: person.names.iter().map(name).collect(),
        sex: sex_to(person.sex),
        birth: partial_to(person.birth),
        address: person.address.clone(),
        postal_code: person.postal_code.clone(),
        coverages: person.coverages.iter().map(coverage_to).collect(),
    }
}

fn person_from(id: PersonId, wire: PersonV1) -> Option<Person> {
    let name = |(name_use, kanji, kana)| {
        Some(PersonName { name_use: name_use_from(name_use)?, kanji, kana })
    };
    Some(Person {
        id,
        names: wire.names.into_iter().map(name).collect::<Option<_>>()?,
        sex: sex_from(wire.sex)?,
        birth: partial_from(&wire.birth)?,
        address: wire.address,
        postal_code: wire.postal_code,
        coverages: wire.coverages.into_iter().map(coverage_from).collect::<Option<_>>()?,
    })
}

fn coverage_to(coverage: &Coverage) -> CoverageV1 {
    CoverageV1 {
        insurer: coverage.insurer.number(),
        symbol: coverage.symbol.clone(),
        number: coverage.number.clone(),
        branch: coverage.branch,
        from: coverage.period.from.days(),
        until: coverage.period.until.map(JstDate::days),
        card: card_to(coverage.card),
        relation: relation_to(coverage.relation),
        burden_percent: coverage.burden_percent,
        elderly_until: coverage.elderly_until.map(JstDate::days),
        loss: coverage.loss.map(loss_to),
    }
}

fn coverage_from(wire: CoverageV1) -> Option<Coverage> {
    let from = JstDate::from_days(wire.from);
    Some(Coverage {
        insurer: InsurerNumber::from_number(wire.insurer).ok()?,
        symbol: wire.symbol,
        number: wire.number,
        branch: wire.branch,
        period: DatePeriod { from, until: wire.until.map(JstDate::from_days) },
        card: card_from(wire.card)?,
        relation: relation_from(wire.relation)?,
        burden_percent: wire.burden_percent,
        elderly_until: wire.elderly_until.map(JstDate::from_days),
        loss: match wire.loss {
            Some(loss) => Some(loss_from(loss)?),
            None => None,
        },
    })
}

const fn partial_to(date: PartialDate) -> PartialDateV1 {
    match date {
        PartialDate::Day(day) => PartialDateV1::Day(day.days()),
        PartialDate::Month(month) => PartialDateV1::Month(month.index()),
        PartialDate::Year(year) => PartialDateV1::Year(year),
    }
}

fn partial_from(wire: &PartialDateV1) -> Option<PartialDate> {
    Some(match wire {
        PartialDateV1::Day(days) => PartialDate::Day(JstDate::from_days(*days)),
        PartialDateV1::Month(index) => PartialDate::Month(YearMonth::from_index(*index)?),
        PartialDateV1::Year(year) => PartialDate::Year(*year),
    })
}

fn key_to(key: &ReceiptKey) -> ReceiptKeyV1 {
    ReceiptKeyV1 {
        facility: key.facility.number(),
        month: key.month.index(),
        kind: kind_to(key.kind),
        re_type: key.re_type.0,
        prescriber: key.prescriber.map(FacilityCode::number),
    }
}

fn key_from(wire: &ReceiptKeyV1) -> Option<ReceiptKey> {
    Some(ReceiptKey {
        facility: FacilityCode::from_number(wire.facility).ok()?,
        month: YearMonth::from_index(wire.month)?,
        kind: kind_from(wire.kind)?,
        re_type: ReceiptType(wire.re_type),
        prescriber: wire.prescriber.map(FacilityCode::from_number).transpose().ok()?,
    })
}

fn line_to(line: &MedicationLine) -> LineV1 {
    LineV1 {
        drug: line.drug.number(),
        amount: line.amount.hundred_thousandths(),
        times: line.times,
        class: class_to(line.class),
        treatment_class: line.treatment_class,
        form: line.form,
        dispensed: partial_to(line.dispensed),
        prescribed: line.prescribed.map(JstDate::days),
        usage_code: line.usage.code,
        usage_text: line.usage.text.clone(),
    }
}

fn line_from(wire: LineV1) -> Option<MedicationLine> {
    Some(MedicationLine {
        drug: DrugCode::from_number(wire.drug).ok()?,
        amount: Quantity::from_hundred_thousandths(wire.amount).ok()?,
        times: wire.times,
        class: class_from(wire.class)?,
        treatment_class: wire.treatment_class,
        form: wire.form,
        dispensed: partial_from(&wire.dispensed)?,
        prescribed: wire.prescribed.map(JstDate::from_days),
        usage: Usage { code: wire.usage_code, text: wire.usage_text },
    })
}

fn item_to(item: &CheckupItem) -> CheckupItemV1 {
    CheckupItemV1 {
        code: item.code.as_str().to_owned(),
        value: match &item.value {
            CheckupValue::Quantity { value, unit } => {
                ValueV1::Quantity(value.clone(), unit.clone())
            }
            CheckupValue::Coded { code, list } => ValueV1::Coded(code.clone(), *list),
            CheckupValue::Text(text) => ValueV1::Text(text.clone()),
            CheckupValue::NotDone => ValueV1::NotDone,
            CheckupValue::Unmeasurable => ValueV1::Unmeasurable,
        },
        interpretation: item.interpretation.clone(),
        reference: item.reference.clone(),
    }
}

fn item_from(wire: CheckupItemV1) -> Option<CheckupItem> {
    Some(CheckupItem {
        code: ItemCode::parse(&wire.code).ok()?,
        value: match wire.value {
            ValueV1::Quantity(value, unit) => CheckupValue::Quantity { value, unit },
            ValueV1::Coded(code, list) => CheckupValue::Coded { code, list },
            ValueV1::Text(text) => CheckupValue::Text(text),
            ValueV1::NotDone => CheckupValue::NotDone,
            ValueV1::Unmeasurable => CheckupValue::Unmeasurable,
        },
        interpretation: wire.interpretation,
        reference: wire.reference,
    })
}

const fn program_to(program: CheckupProgram) -> u16 {
    match program {
        CheckupProgram::Specific => 10,
        CheckupProgram::LateElderly => 20,
        CheckupProgram::Other(code) => code,
    }
}

const fn program_from(code: u16) -> CheckupProgram {
    match code {
        10 => CheckupProgram::Specific,
        20 => CheckupProgram::LateElderly,
        code => CheckupProgram::Other(code),
    }
}

fn target_to(target: &WithdrawalTarget) -> TargetV1 {
    match target {
        WithdrawalTarget::Person => TargetV1::Person,
        WithdrawalTarget::Receipt(key) => TargetV1::Receipt(key_to(key)),
        WithdrawalTarget::Checkup { exam_date, program } => {
            TargetV1::Checkup(exam_date.days(), program_to(*program))
        }
        WithdrawalTarget::Facility(facility) => TargetV1::Facility(facility.number()),
    }
}

fn target_from(wire: &TargetV1) -> Option<WithdrawalTarget> {
    Some(match wire {
        TargetV1::Person => WithdrawalTarget::Person,
        TargetV1::Receipt(key) => WithdrawalTarget::Receipt(key_from(key)?),
        TargetV1::Checkup(days, program) => WithdrawalTarget::Checkup {
            exam_date: JstDate::from_days(*days),
            program: program_from(*program),
        },
        TargetV1::Facility(number) => {
            WithdrawalTarget::Facility(FacilityCode::from_number(*number).ok()?)
        }
    })
}
