//! Medication lines from claims, and which of them are shown when.

use std::collections::BTreeMap;

use super::MedicationLine;
use crate::region::amount;
use crate::region::calendar::{Day, Month};
use crate::region::claims::filing::{Filed, visible_from};
use crate::region::claims::receipt_type::receipt_type;
use crate::region::claims::{ClaimKind, Dispensing, DrugRef, Group, GroupClass, GroupDrug};
use crate::region::drugs::danger_of;
use crate::region::lives::condition::Usage;
use crate::region::lives::person::Person;
use crate::region::places::FacilityId;
use crate::region::render::usage_words;
use crate::region::withdrawal::{Target, Withdrawal};
use crate::region::world::World;

/// What a facility files once for a person: a pharmacy's for one month is one for each prescriber.
type ReceiptKey = (FacilityId, Month, ClaimKind, String, Option<FacilityId>);

/// All lines of a person, shown or not, in the order of filing.
pub(super) fn lines(
    world: &World,
    person: &Person,
    filed: &[&Filed],
    withdrawals: &[Withdrawal],
) -> Vec<MedicationLine> {
    let mut receipts: BTreeMap<ReceiptKey, Vec<&Filed>> = BTreeMap::new();
    for row in filed {
        let claim = &row.claim;
        let kind = receipt_type(world, person, claim);
        let key = (claim.facility, claim.month, claim.kind, kind, claim.prescriber);
        receipts.entry(key).or_default().push(row);
    }
    let mut all = Vec::new();
    for ((facility, month, kind, receipt_type, prescriber), mut versions) in receipts {
        versions.sort_by_key(|row| (row.accepted, row.sequence));
        let withdrawn = withdrawals.iter().filter_map(|row| {
            let receipt_type = receipt_type.clone();
            let this = Target::Receipt { facility, month, kind, receipt_type, prescriber };
            (row.target == Target::Person || row.target == this).then_some(row.date)
        });
        let withdrawn = withdrawn.min();
        for (at, row) in versions.iter().enumerate() {
            let replaced = versions.get(at + 1).map(|next| visible_from(next.accepted));
            let until = [replaced, withdrawn].into_iter().flatten().min();
            all.extend(receipt_lines(world, row, &receipt_type, until));
        }
    }
    all
}

fn receipt_lines(
    world: &World,
    filed: &Filed,
    receipt_type: &str,
    shown_until: Option<Day>,
) -> Vec<MedicationLine> {
    let mut lines = Vec::new();
    for group in &filed.claim.groups {
        for drug in &group.drugs {
            for (date, times, prescribed) in occasions(filed.claim.kind, group) {
                let mut line = line(world, filed, group, drug, receipt_type);
                line.date = date;
                line.times = times;
                line.prescribed = prescribed;
                line.shown_until = shown_until;
                lines.push(line);
            }
        }
    }
    lines
}

/// Day, count and prescription day of each line of a group.
fn occasions(kind: ClaimKind, group: &Group) -> Vec<(Option<Day>, u32, Option<Day>)> {
    let times = |row: &Dispensing| row.times;
    match kind {
        ClaimKind::Pharmacy => group
            .dispensings
            .iter()
            .map(|row| (Some(row.day), row.times, Some(row.prescribed)))
            .collect(),
        ClaimKind::Medical if group.month_only => {
            vec![(None, group.dispensings.iter().map(times).sum(), None)]
        }
        ClaimKind::Medical => {
            group.dispensings.iter().map(|row| (Some(row.day), row.times, None)).collect()
        }
    }
}

fn line(
    world: &World,
    filed: &Filed,
    group: &Group,
    drug: &GroupDrug,
    receipt_type: &str,
) -> MedicationLine {
    let claim = &filed.claim;
    let product = match drug.drug {
        DrugRef::Product(at) => world.products.get(at),
        DrugRef::Unknown(_) => None,
    };
    let code = match (drug.drug, product) {
        (DrugRef::Unknown(code), _) => code,
        (_, product) => product.map_or(0, |product| product.code),
    };
    let pharmacy = claim.kind == ClaimKind::Pharmacy;
    let (usage, usage_code) = match (group.usage, pharmacy) {
        (Usage::Coded(code), true) => (String::new(), Some(format!("{code:03}"))),
        (Usage::Words(words), true) => (words.to_owned(), Some("900".to_owned())),
        (usage, false) => (usage_words(usage).to_owned(), None),
    };
    let administered = matches!(group.class, GroupClass::Administered(_));
    MedicationLine {
        facility10: claim.facility.code10(),
        treatment_month: claim.month,
        kind: if pharmacy { "pharmacy" } else { "medical" }.to_owned(),
        receipt_type: receipt_type.to_owned(),
        drug_code: format!("{code:09}"),
        drug_name: product.map(|product| product.name.clone()).unwrap_or_default(),
        amount: amount::decimal(drug.amount),
        unit: product.map(|product| product.ingredient.form.unit().0).unwrap_or("").to_owned(),
        times: 0,
        class: if administered { "administered" } else { "takehome" }.to_owned(),
        date: None,
        prescribed: None,
        prescriber10: claim.prescriber.map(FacilityId::code10),
        usage,
        usage_code,
        remark: group.remark.map(str::to_owned),
        accepted: filed.accepted,
        sequence: filed.sequence,
        visible_from: visible_from(filed.accepted),
        shown_until: None,
        danger: product.and_then(|product| danger_of(product.ingredient.class)),
    }
}
