//! Yearly checkups: who went, when, what was found, and when the insurer registers it.
//!
//! Values follow the person's conditions, so that a checkup and the drugs tell the same story.
//! Answers hold the value with its value set, because equal digits mean opposite things in
//! different sets (the polarity trap of handbook 5.3). Codes: handbook 5.3.
//!
//! Not covered: several checkups in one fiscal year, corrected checkups, employer programs.

use crate::region::calendar::Day;
use crate::region::dice::{Dice, Domain};
use crate::region::lives::condition::{Condition, Treatment};
use crate::region::lives::insurer::CheckupRegistration;
use crate::region::lives::person::Person;
use crate::region::places::{DISTRICT_NEIGHBOURHOODS, FacilityId};
use crate::region::world::World;

/// Of 1,000 people of an eligible age, how many go each fiscal year.
pub(crate) const UPTAKE_PER_MILLE: u32 = 550;
/// Of 1,000 checkups: the three past illnesses are answered in value set 2008. Which documents use
/// it is not established; the drill has it so that a reader who goes by item and not by value set
/// shows the opposite of what was answered.
pub(crate) const REVERSED_PER_MILLE: u32 = 40;
/// First fiscal year of checkups in a region, counted back from the fiscal year of the as-of day.
const FISCAL_YEARS_BACK: i32 = 3;

/// What an item holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ItemValue {
    /// Value and unit.
    Quantity(String, &'static str),
    /// Value and the last part of its value set's OID.
    Coded(u8, &'static str),
    Text(&'static str),
    NotDone,
    Unmeasurable,
}

/// One item of a checkup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Seventeen characters.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) value: ItemValue,
    /// Stands in the questionnaire section.
    pub(crate) questionnaire: bool,
}

/// One checkup.
#[derive(Debug, Clone)]
pub(crate) struct Exam {
    pub(crate) date: Day,
    /// 010 特定健診 or 020 late-elderly.
    pub(crate) program: &'static str,
    /// Place of the coverage among the person's.
    pub(crate) coverage: usize,
    pub(crate) facility: FacilityId,
    pub(crate) items: Vec<Item>,
    /// The day the insurer registers it; none when it never does.
    pub(crate) registered: Option<Day>,
    /// The ticket names another insurer than the record target (which is right).
    pub(crate) ticket_differs: bool,
}

/// All checkups of a person up to the as-of day, registered or not.
pub(crate) fn exams(world: &World, person: &Person, treatments: &[Treatment]) -> Vec<Exam> {
    let mut dice = Dice::new(world.seed, Domain::Checkup, u64::from(person.index));
    let this_year = world.as_of.fiscal_year();
    let mut found = Vec::new();
    for year in this_year - FISCAL_YEARS_BACK..=this_year {
        let goes = dice.per_mille(UPTAKE_PER_MILLE);
        // Nobody goes in March: the checkup year of most insurers ends before it.
        let date = Day::new(year, 4, 1).plus(dice.between(20, 330));
        let body = Body::new(&mut dice, person, treatments);
        let ticket_differs = dice.per_mille(10);
        let age = Day::new(year + 1, 3, 31).age_of(person.birth);
        let late = person
            .coverage_on(date)
            .and_then(|at| person.coverages.get(at))
            .is_some_and(|coverage| world.insurer(coverage.insurer).is_late_elderly());
        let eligible = (40..=74).contains(&age) || late;
        let Some(coverage) = person.coverage_on(date) else { continue };
        if !goes || !eligible || !person.alive_on(date) || date > world.as_of {
            continue;
        }
        let district = person.neighbourhood / DISTRICT_NEIGHBOURHOODS;
        found.push(Exam {
            date,
            program: if late { "020" } else { "010" },
            coverage,
            facility: if person.index.is_multiple_of(2) {
                FacilityId::hospital(district)
            } else {
                FacilityId::clinic(person.neighbourhood, 0)
            },
            items: body.items(&mut dice, late),
            registered: registered(world, person, coverage, date),
            ticket_differs: ticket_differs && !late,
        });
    }
    found
}

/// The rhythm of handbook 2.6.
fn registered(world: &World, person: &Person, coverage: usize, date: Day) -> Option<Day> {
    let insurer = world.insurer(person.coverages.get(coverage)?.insurer);
    match insurer.checkups {
        CheckupRegistration::Yearly => Some(Day::new(date.fiscal_year() + 1, 11, 1)),
        CheckupRegistration::Monthly => Some(date.month().plus(2).day(20)),
        CheckupRegistration::Never => None,
    }
}

/// The body behind the figures; decimals in tenths.
struct Body {
    height: i32,
    weight: i32,
    /// Body mass index.
    index: i32,
    waist: i32,
    systolic: i32,
    diastolic: i32,
    a1c: i32,
    glucose: i32,
    ldl: i32,
    hdl: i32,
    triglycerides: i32,
    /// Hundredths.
    creatinine: i32,
    egfr: i32,
    haemoglobin: i32,
    pressure_drug: bool,
    sugar_drug: bool,
    lipid_drug: bool,
    stroke: bool,
    heart: bool,
    kidney: bool,
    irregular: bool,
}

impl Body {
    fn new(dice: &mut Dice, person: &Person, treatments: &[Treatment]) -> Self {
        let has = |condition| treatments.iter().any(|row| row.condition == condition);
        let sugar_drug = has(Condition::Diabetes) || has(Condition::InsulinDiabetes);
        let pressure_drug = has(Condition::Hypertension);
        let lipid_drug = has(Condition::Lipids);
        let kidney = has(Condition::Dialysis);
        let tall = if person.woman { 1520 } else { 1660 };
        let height = tall + dice.between(-90, 90);
        let index = dice.between(190, 290) + if sugar_drug { 20 } else { 0 };
        let systolic = dice.between(102, 138) + if pressure_drug { 14 } else { 0 };
        let a1c = dice.between(50, 59) + if sugar_drug { dice.between(6, 30) } else { 0 };
        let creatinine = if kidney { dice.between(550, 1100) } else { dice.between(48, 105) };
        Self {
            height,
            weight: index * height / 1000 * height / 1000,
            index,
            waist: 700 + (index - 190) * 3 + dice.between(-40, 40),
            systolic,
            diastolic: systolic * 6 / 10 + dice.between(-6, 8),
            a1c,
            glucose: a1c * 18 / 10 + dice.between(-8, 12),
            ldl: dice.between(70, 140) + if lipid_drug { 15 } else { 0 },
            hdl: dice.between(38, 90),
            triglycerides: dice.between(45, 220),
            creatinine,
            egfr: 60_000 / creatinine,
            haemoglobin: if kidney { dice.between(92, 115) } else { dice.between(112, 165) },
            pressure_drug,
            sugar_drug,
            lipid_drug,
            stroke: has(Condition::PastStroke),
            heart: has(Condition::HeartFailure) || has(Condition::AtrialFibrillation),
            kidney,
            irregular: has(Condition::AtrialFibrillation),
        }
    }

    fn items(&self, dice: &mut Dice, late_elderly: bool) -> Vec<Item> {
        let mut items = self.measured(dice);
        if !late_elderly {
            items.push(coded(
                "9N501000000000011",
                "メタボリックシンドローム判定",
                self.metabolic(),
                "1008",
            ));
            items.push(coded("9N506000000000011", "保健指導レベル", 3, "3001"));
        }
        items.extend(self.history(dice, late_elderly));
        items
    }

    fn measured(&self, dice: &mut Dice) -> Vec<Item> {
        let mut items = vec![
            tenths("9N001000000000001", "身長", self.height, "cm"),
            tenths("9N006000000000001", "体重", self.weight, "kg"),
            tenths("9N011000000000001", "ＢＭＩ", self.index, "kg/m2"),
            tenths("9N016160100000001", "腹囲(実測)", self.waist, "cm"),
            coded(
                "9N056000000000011",
                "既往歴",
                if self.stroke || self.heart { 1 } else { 2 },
                "2001",
            ),
            coded("9N061000000000011", "自覚症状", if dice.per_mille(150) { 1 } else { 2 }, "2001"),
            whole("9A755000000000001", "収縮期血圧(その他)", self.systolic, "mmHg"),
            whole("9A765000000000001", "拡張期血圧(その他)", self.diastolic, "mmHg"),
            coded(
                "9N141000000000011",
                "採血時間(食後)",
                if dice.per_mille(850) { 2 } else { 3 },
                "2202",
            ),
            whole("3F015000002327101", "空腹時中性脂肪", self.triglycerides, "mg/dL"),
            whole("3F070000002327101", "ＨＤＬコレステロール", self.hdl, "mg/dL"),
            whole("3F077000002327101", "ＬＤＬコレステロール", self.ldl, "mg/dL"),
            whole("3B035000002327201", "ＡＳＴ(ＧＯＴ)", dice.between(14, 48), "U/L"),
            whole("3B045000002327201", "ＡＬＴ(ＧＰＴ)", dice.between(9, 55), "U/L"),
            whole("3B090000002327101", "γ-ＧＴ(γ-ＧＴＰ)", dice.between(10, 90), "U/L"),
            hundredths("3C015000002327101", "血清クレアチニン", self.creatinine, "mg/dL"),
            tenths("8A065000002391901", "ｅＧＦＲ", self.egfr, "mL/min/1.73m2"),
            whole("3D010000001926101", "空腹時血糖", self.glucose, "mg/dL"),
            tenths("3D046000001906202", "ＨｂＡ１ｃ(ＮＧＳＰ)", self.a1c, "%"),
            coded(
                "1A020000000191111",
                "尿糖",
                if self.sugar_drug && dice.per_mille(400) { 4 } else { 1 },
                "2102",
            ),
            coded(
                "1A010000000191111",
                "尿蛋白",
                if self.kidney { 5 } else { 1 + u8::from(dice.per_mille(80)) },
                "2102",
            ),
            tenths("2A030000001930101", "血色素量(ヘモグロビン値)", self.haemoglobin, "g/dL"),
            coded(
                "9A110160700000011",
                "心電図(所見の有無)",
                if self.irregular { 1 } else { 2 },
                "2002",
            ),
        ];
        if self.irregular {
            items.push(text("9A110160800000049", "心電図(所見)", "心房細動"));
        }
        spoil(dice, &mut items);
        items
    }

    fn history(&self, dice: &mut Dice, late_elderly: bool) -> Vec<Item> {
        let yes = |holds: bool| if holds { 1 } else { 2 };
        // 2008 says 0 for yes and 1 for no: the digit that means yes everywhere else.
        let reversed = dice.per_mille(REVERSED_PER_MILLE);
        let past = |holds: bool| match (reversed, holds) {
            (true, holds) => (u8::from(!holds), "2008"),
            (false, holds) => (yes(holds), "2003"),
        };
        let [stroke, heart, kidney] = [self.stroke, self.heart, self.kidney].map(past);
        let mut items = vec![
            coded("9N701000000000011", "服薬1(血圧)", yes(self.pressure_drug), "2003"),
            coded("9N706000000000011", "服薬2(血糖)", yes(self.sugar_drug), "2003"),
            coded("9N711000000000011", "服薬3(脂質)", yes(self.lipid_drug), "2003"),
            coded("9N716000000000011", "既往歴1(脳血管)", stroke.0, stroke.1),
            coded("9N721000000000011", "既往歴2(心血管)", heart.0, heart.1),
            coded("9N726000000000011", "既往歴3(腎不全・人工透析)", kidney.0, kidney.1),
            coded(
                "9N736000000000011",
                "喫煙",
                u8::try_from(dice.between(1, 3)).unwrap_or(3),
                "24060",
            ),
        ];
        if late_elderly {
            items.extend(LATE_ELDERLY_SHEET.iter().map(|(code, name, set)| {
                coded(code, name, 1 + u8::from(dice.per_mille(300)), set)
            }));
        } else {
            items.push(coded(
                "9N766000000000011",
                "食べ方1(早食い等)",
                1 + u8::from(dice.per_mille(600)),
                "2004",
            ));
        }
        for item in &mut items {
            item.questionnaire = true;
        }
        items
    }

    fn metabolic(&self) -> u8 {
        let risks = [self.systolic >= 130, self.glucose >= 110, self.triglycerides >= 150];
        match (self.waist >= 850, risks.iter().filter(|risk| **risk).count()) {
            (true, 2..) => 1,
            (true, 1) => 2,
            _ => 3,
        }
    }
}

/// Some figures are missing for a reason: not done, or not measurable.
fn spoil(dice: &mut Dice, items: &mut [Item]) {
    for item in items {
        let optional = ["9A110", "2A030", "9N016"].iter().any(|at| item.code.starts_with(at));
        if optional && dice.per_mille(60) {
            item.value = ItemValue::NotDone;
        } else if item.code.starts_with("1A0") && dice.per_mille(20) {
            item.value = ItemValue::Unmeasurable;
        }
    }
}

/// The fifteen questions: code, name, value set.
const LATE_ELDERLY_SHEET: &[(&str, &str, &str)] = &[
    ("9N932000000000011", "健康状態", "19010"),
    ("9N933000000000011", "心の健康状態", "19020"),
    ("9N934000000000011", "食習慣", "19030"),
    ("9N935000000000011", "口腔機能1", "19040"),
    ("9N936000000000011", "口腔機能2", "19050"),
    ("9N937000000000011", "体重変化", "19060"),
    ("9N938000000000011", "運動・転倒1", "19070"),
    ("9N939000000000011", "運動・転倒2", "19080"),
    ("9N940000000000011", "運動・転倒3", "19090"),
    ("9N941000000000011", "認知機能1", "19100"),
    ("9N942000000000011", "認知機能2", "19110"),
    ("9N943000000000011", "喫煙", "19120"),
    ("9N944000000000011", "社会参加1", "19130"),
    ("9N945000000000011", "社会参加2", "19140"),
    ("9N946000000000011", "ソーシャルサポート", "19150"),
];

fn item(code: &'static str, name: &'static str, value: ItemValue) -> Item {
    Item { code, name, value, questionnaire: false }
}

fn coded(code: &'static str, name: &'static str, value: u8, set: &'static str) -> Item {
    item(code, name, ItemValue::Coded(value, set))
}

fn text(code: &'static str, name: &'static str, words: &'static str) -> Item {
    item(code, name, ItemValue::Text(words))
}

fn whole(code: &'static str, name: &'static str, value: i32, unit: &'static str) -> Item {
    item(code, name, ItemValue::Quantity(value.to_string(), unit))
}

fn tenths(code: &'static str, name: &'static str, value: i32, unit: &'static str) -> Item {
    item(code, name, ItemValue::Quantity(format!("{}.{}", value / 10, value % 10), unit))
}

fn hundredths(code: &'static str, name: &'static str, value: i32, unit: &'static str) -> Item {
    item(code, name, ItemValue::Quantity(format!("{}.{:02}", value / 100, value % 100), unit))
}
