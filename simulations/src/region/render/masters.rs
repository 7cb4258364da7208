//! `masters/`: drug master, institutions, insurers, checkup items, therapeutic classes.
//!
//! The drug master `y_ALL<yyyymmdd>.csv` has the ministry's 42 quoted columns in code page 932
//! (handbook 4.6; columns the handbook does not number are left blank). The other four have no
//! published hand-over form; their shapes are ours: UTF-8, a header line, commas, values without
//! commas or quotes.

use std::collections::BTreeMap;

use super::VALUE_SET_ROOT;
use crate::region::calendar::Day;
use crate::region::code_page::encode;
use crate::region::drugs::ingredients::CLASSES;
use crate::region::drugs::{Listing, PSEUDO_ITEM, Product};
use crate::region::lives::exam::{Item, ItemValue};
use crate::region::lives::insurer::{CheckupRegistration, Insurer, InsurerKind};
use crate::region::places::{
    DISTRICT_NEIGHBOURHOODS, FacilityId, MUNICIPALITIES, NEIGHBOURHOOD_PEOPLE, municipality_of,
};
use crate::region::world::World;

/// Columns of the drug master.
pub(crate) const DRUG_COLUMNS: usize = 42;

/// The drug master's path: the edition of the first of the as-of month.
pub(crate) fn drug_master_path(world: &World) -> String {
    format!("masters/y_ALL{}.csv", world.as_of.month().first().compact())
}

/// The drug master.
pub(crate) fn drug_master(world: &World) -> Vec<u8> {
    let mut out = String::new();
    pseudo_item().write_to(&mut out);
    for product in &world.products {
        drug(product).write_to(&mut out);
    }
    encode(&out)
}

/// A row whose column numbers are those of the handbook (from 1).
struct DrugRow([String; DRUG_COLUMNS]);

impl DrugRow {
    fn new() -> Self {
        Self(std::array::from_fn(|_| String::new()))
    }

    fn set(mut self, column: usize, value: impl Into<String>) -> Self {
        if let Some(field) = column.checked_sub(1).and_then(|at| self.0.get_mut(at)) {
            *field = value.into();
        }
        self
    }

    fn write_to(&self, out: &mut String) {
        for (at, field) in self.0.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push('"');
            out.push_str(field);
            out.push('"');
        }
        out.push_str("\r\n");
    }
}

fn pseudo_item() -> DrugRow {
    DrugRow::new()
        .set(1, "0")
        .set(2, "Y")
        .set(3, PSEUDO_ITEM.to_string())
        .set(5, "薬剤料逓減（９０／１００）")
        .set(7, "ﾔｸｻﾞｲﾘｮｳﾃｲｹﾞﾝ")
        .set(11, "7")
        .set(12, "0.90")
        .set(28, "3")
        .set(30, "20241001")
        .set(31, "99999999")
}

fn drug(product: &Product) -> DrugRow {
    let (unit, unit_code) = product.ingredient.form.unit();
    let (change, ended) = match product.listing {
        Listing::Current => ("0", "99999999"),
        Listing::Deleted => ("1", "20260331"),
        Listing::Ended => ("9", "20260331"),
    };
    DrugRow::new()
        .set(1, change)
        .set(2, "Y")
        .set(3, product.code.to_string())
        .set(5, product.name.as_str())
        .set(7, product.kana.as_str())
        .set(8, unit_code.to_string())
        .set(10, unit)
        .set(11, "1")
        .set(12, format!("{}.{:02}", product.price / 100, product.price % 100))
        .set(14, product.ingredient.control.to_string())
        .set(17, if product.is_generic { "1" } else { "0" })
        .set(21, "0")
        .set(28, product.ingredient.form.master_code().to_string())
        .set(30, "20240401")
        .set(31, ended)
        .set(32, product.price_list_code.as_str())
        .set(35, product.name.as_str())
        .set(36, "20240401")
        .set(37, product.generic_code.as_str())
        .set(38, product.generic_name.as_str())
        .set(41, "0")
        .set(42, "0")
}

/// `institutions.csv`.
pub(crate) fn institutions(world: &World) -> String {
    let mut out = String::from("code10,name,kind,municipality_code,address\n");
    let neighbourhoods = world.people.div_ceil(NEIGHBOURHOOD_PEOPLE);
    for district in 0..neighbourhoods.div_ceil(DISTRICT_NEIGHBOURHOODS) {
        let first = district * DISTRICT_NEIGHBOURHOODS;
        let here = (neighbourhoods - first).min(DISTRICT_NEIGHBOURHOODS);
        for facility in FacilityId::of_district(district, here) {
            let place = MUNICIPALITIES.get(municipality_of(world.seed, facility.neighbourhood()));
            let (code, name) = place.map_or(("17201", "金沢市"), |row| (row.code, row.name));
            out.push_str(&format!(
                "{},{},{},{code},石川県{name}見本町{}\n",
                facility.code10(),
                facility.name(),
                facility.kind().word(),
                facility.stream() % 64 + 1
            ));
        }
    }
    out
}

/// `insurers.csv`: `checkups_registered_until` is the last fiscal year whose results are all
/// registered on the as-of day, or `none`.
pub(crate) fn insurers(world: &World) -> String {
    let mut out = String::from(
        "insurer_number,name,kind,checkup_registration,checkups_registered_until,as_of\n",
    );
    for insurer in &world.insurers {
        let until = registered_until(world.as_of, insurer.checkups)
            .map_or_else(|| "none".to_owned(), |year| year.to_string());
        let rhythm = match insurer.checkups {
            CheckupRegistration::Yearly => "yearly",
            CheckupRegistration::Monthly => "monthly",
            CheckupRegistration::Never => "none",
        };
        out.push_str(&format!(
            "{},{},{},{rhythm},{until},{}\n",
            insurer.number,
            insurer.name,
            kind_word(insurer),
            world.as_of
        ));
    }
    out
}

fn registered_until(as_of: Day, rhythm: CheckupRegistration) -> Option<i32> {
    let year = as_of.fiscal_year();
    match rhythm {
        CheckupRegistration::Never => None,
        CheckupRegistration::Yearly if as_of >= Day::new(year, 11, 1) => Some(year - 1),
        CheckupRegistration::Yearly => Some(year - 2),
        // March's exams are registered on 20 May.
        CheckupRegistration::Monthly if as_of >= Day::new(year, 5, 20) => Some(year - 1),
        CheckupRegistration::Monthly => Some(year - 2),
    }
}

const fn kind_word(insurer: &Insurer) -> &'static str {
    match insurer.kind {
        InsurerKind::Kokuho(_) | InsurerKind::ElsewhereKokuho(_) => "kokuho",
        InsurerKind::KokuhoUnion(_) => "kokuho_union",
        InsurerKind::Kyokai(_) => "kyokai",
        InsurerKind::Kempo(_) => "kempo",
        InsurerKind::Kyosai(_) => "kyosai",
        InsurerKind::LateElderly(_) | InsurerKind::ElsewhereLateElderly(_) => "late_elderly",
        InsurerKind::PublicAssistance(_) => "public_assistance",
    }
}

/// What the region's checkups used, gathered while they are written: code → (name, kind, unit or
/// value set). An item that was never measured keeps what another person's says.
pub(crate) type CheckupItems = BTreeMap<&'static str, (&'static str, &'static str, String)>;

/// Adds the items of a checkup.
pub(crate) fn gather(items: &mut CheckupItems, exam: &[Item]) {
    for item in exam {
        let (kind, detail) = match &item.value {
            ItemValue::Quantity(_, unit) => ("PQ", (*unit).to_owned()),
            ItemValue::Coded(_, set) => ("CD", format!("{VALUE_SET_ROOT}.{set}")),
            ItemValue::Text(_) => ("ST", String::new()),
            ItemValue::NotDone | ItemValue::Unmeasurable => continue,
        };
        items.entry(item.code).or_insert((item.name, kind, detail));
    }
}

/// `checkup_items.csv`.
pub(crate) fn checkup_items(items: &CheckupItems) -> String {
    let mut out = String::from("item17,name,type,unit_or_value_set\n");
    for (code, (name, kind, detail)) in items {
        out.push_str(&format!("{code},{name},{kind},{detail}\n"));
    }
    out
}

/// `therapeutic_classes.csv`: the longest prefix of a price-list code wins.
pub(crate) fn therapeutic_classes() -> String {
    let mut out = String::from("price_list_prefix,name,danger\n");
    for (prefix, name, danger) in CLASSES {
        let danger = danger
            .and_then(|danger| serde_json::to_value(danger).ok())
            .and_then(|word| word.as_str().map(str::to_owned))
            .unwrap_or_default();
        out.push_str(&format!("{prefix},{name},{danger}\n"));
    }
    out
}
