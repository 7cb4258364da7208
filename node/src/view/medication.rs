//! Medication: what can kill first, then recent, then all.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::danger::{Group, Ranked, high_risk_rows, rank};
use tomoshibi_policies::disclosure::{Field, FieldSet};
use tomoshibi_policies::record::{FacilityCode, LineClass, Receipt, ReceiptKind};
use tomoshibi_policies::staleness::SourceReach;
use tomoshibi_policies::supply;
use tomoshibi_policies::wording::{Statement, for_supply};

use super::said::Said;
use super::{Sources, when};

/// One drug of one receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// Nine digits.
    pub drug_code: String,
    /// Name, when the master has it; otherwise the statements say so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drug_name: Option<String>,
    /// Ingredient or generic name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ingredient: Option<String>,
    /// `danger-…`, `recent` or `older`.
    pub group: String,
    /// `take-home` or `administered`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub class: Option<String>,
    /// Day, or month when no day is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dispensed: Option<String>,
    /// Day of the prescription, when the claim tells it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prescribed: Option<String>,
    /// Amount a day (oral) or a time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<String>,
    /// Unit of the amount.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Days (oral) or times.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub times: Option<u32>,
    /// Usage code of a pharmacy receipt.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub usage_code: Option<u16>,
    /// Usage in words; may be empty.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub usage: Option<String>,
    /// Treatment month of the receipt.
    pub month: String,
    /// `medical`, `dental`, `pharmacy` or `dpc`.
    pub source: String,
    /// `own` when this facility prescribed it, `other` when another did; absent when the claim does not tell. Names of
    /// institutions are not for facilities.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prescriber: Option<String>,
    /// What the line says of itself: supply, unknown drug.
    pub statements: Vec<Said>,
}

/// One high-risk class: its lines, or what an empty row says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// `danger-…`.
    pub class: String,
    /// Places of its lines in [`MedicationView::lines`].
    pub lines: Vec<usize>,
    /// Never "none": "none in claims to …".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub empty: Option<Said>,
}

/// All medication of a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicationView {
    /// High-risk classes, in the order of display.
    pub first: Vec<RowView>,
    /// Every line, in the order of display.
    pub lines: Vec<LineView>,
    /// Days on which a prescription to be filled elsewhere was issued, newest first.
    pub outside_prescriptions: Vec<String>,
}

impl MedicationView {
    pub(super) fn new(sources: Sources<'_>, fields: FieldSet, asking: FacilityCode) -> Self {
        let receipts = &sources.shown.receipts;
        let claims_to = sources.reach.claims_to;
        let ranked = rank(receipts, |code| sources.masters.drug(code), claims_to);
        let place_of = |wanted: &Ranked<'_>| {
            ranked.iter().position(|r| std::ptr::eq(r.line, wanted.line)).unwrap_or_default()
        };
        let first = high_risk_rows(&ranked, claims_to)
            .iter()
            .map(|row| RowView {
                class: format!("danger-{}", row.class.as_str()),
                lines: row.lines.iter().map(place_of).collect(),
                empty: row.empty.as_ref().map(Said::from),
            })
            .collect();
        let mut outside: Vec<_> =
            receipts.iter().flat_map(|receipt| &receipt.outside_prescriptions).collect();
        outside.sort_unstable_by(|a, b| b.cmp(a));
        outside.dedup();
        Self {
            first,
            lines: ranked
                .iter()
                .map(|line| LineView::new(line, sources.reach, fields, asking))
                .collect(),
            outside_prescriptions: outside.iter().map(ToString::to_string).collect(),
        }
    }

    /// The lines of a row.
    pub(crate) fn lines_of<'a>(&'a self, row: &'a RowView) -> impl Iterator<Item = &'a LineView> {
        row.lines.iter().filter_map(|place| self.lines.get(*place))
    }

    /// The lines that stand in no row: a line is not told twice.
    pub(crate) fn lines_beside_rows(&self) -> impl Iterator<Item = &LineView> {
        let in_a_row = |place| self.first.iter().any(|row| row.lines.contains(&place));
        self.lines.iter().enumerate().filter(move |(place, _)| !in_a_row(*place)).map(|(_, l)| l)
    }
}

impl LineView {
    fn new(
        ranked: &Ranked<'_>,
        reach: &SourceReach,
        fields: FieldSet,
        asking: FacilityCode,
    ) -> Self {
        let (line, drug) = (ranked.line, ranked.drug);
        let kind = ranked.receipt.key.kind;
        let last_day = reach.claims_last_day();
        let supply = for_supply(supply::at(line, kind, last_day), last_day);
        let unknown = drug.is_none().then_some(Statement::DrugUnknown(line.drug));
        let ingredient = drug.map(|d| d.ingredient.clone()).filter(|text| !text.is_empty());
        Self {
            drug_code: line.drug.to_string(),
            drug_name: when(fields, Field::DrugName, || drug.map(|d| d.name.clone())).flatten(),
            ingredient: when(fields, Field::Ingredient, || ingredient).flatten(),
            group: group_word(ranked.group),
            class: when(fields, Field::UseClass, || class_word(line.class).into()),
            dispensed: when(fields, Field::DispensingDate, || line.dispensed.to_string()),
            prescribed: when(fields, Field::DispensingDate, || line.prescribed)
                .flatten()
                .map(|day| day.to_string()),
            amount: when(fields, Field::Dose, || line.amount.to_string()),
            unit: when(fields, Field::Dose, || drug.map(|d| d.unit.clone())).flatten(),
            times: when(fields, Field::DispensedQuantity, || line.times),
            usage_code: when(fields, Field::Usage, || line.usage.code).flatten(),
            usage: when(fields, Field::Usage, || line.usage.text.clone()),
            month: ranked.receipt.key.month.to_string(),
            source: source_word(kind).into(),
            prescriber: when(fields, Field::PrescriberMark, || prescriber(ranked.receipt))
                .flatten()
                .map(|by| prescriber_word(by == asking).into()),
            statements: unknown.iter().chain([&supply]).map(Said::from).collect(),
        }
    }
}

fn group_word(group: Group) -> String {
    match group {
        Group::Danger(class) => format!("danger-{}", class.as_str()),
        Group::Recent => "recent".into(),
        Group::Older => "older".into(),
    }
}

const fn class_word(class: LineClass) -> &'static str {
    match class {
        LineClass::TakeHome => "take-home",
        LineClass::Administered => "administered",
    }
}

/// Who prescribed: pharmacies name another facility, the others prescribe themselves.
fn prescriber(receipt: &Receipt) -> Option<FacilityCode> {
    match receipt.key.kind {
        ReceiptKind::Pharmacy => receipt.key.prescriber,
        ReceiptKind::Medical | ReceiptKind::Dental | ReceiptKind::Dpc => Some(receipt.key.facility),
    }
}

const fn prescriber_word(is_own: bool) -> &'static str {
    if is_own { "own" } else { "other" }
}

const fn source_word(kind: ReceiptKind) -> &'static str {
    match kind {
        ReceiptKind::Medical => "medical",
        ReceiptKind::Dental => "dental",
        ReceiptKind::Pharmacy => "pharmacy",
        ReceiptKind::Dpc => "dpc",
    }
}
