//! Who insures a person, from when to when.
//!
//! Invariants: a person's coverages do not overlap and are in order of time; `to` is exclusive and
//! equals the next coverage's `from`; nothing changes after the second eligibility delivery.
//! Not covered: two coverages at once (療養 beside 公費), the 継続 types.

use crate::region::calendar::Day;
use crate::region::dice::{Dice, Domain};
use crate::region::lives::household::{Doubled, Household, Member, Role};
use crate::region::lives::insurer::InsurerKind;
use crate::region::names::traps::Trap;
use crate::region::world::World;

/// Why a coverage ended: the codes of ReasonOfLoss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    Death,
    OtherInsurance,
}

impl Loss {
    /// 01 death, 03 other insurance.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Death => "01",
            Self::OtherInsurance => "03",
        }
    }
}

/// One coverage of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Place in the world's insurers.
    pub(crate) insurer: usize,
    pub(crate) symbol: Option<String>,
    pub(crate) number: String,
    pub(crate) branch: Option<String>,
    pub(crate) from: Day,
    /// Exclusive; none while it lasts.
    pub(crate) to: Option<Day>,
    pub(crate) loss: Option<Loss>,
    /// Covered as somebody's family.
    pub(crate) family: bool,
}

impl Coverage {
    /// Whether it is in force on a day.
    pub(crate) fn covers(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// One stretch of a plan: an employer's insurance, 国保 and so on.
#[derive(Debug, Clone)]
struct Stretch {
    insurer: usize,
    symbol: Option<String>,
    number: String,
    from: Day,
}

/// The coverages of every member of a household, and who changed jobs.
pub(crate) fn coverages(world: &World, household: &Household) -> Vec<(Vec<Coverage>, bool)> {
    let Some(holder) = holder(world, household) else { return Vec::new() };
    let mut dice = Dice::new(world.seed, Domain::Coverage, u64::from(holder.index));
    let shared = plan(world, household, &mut dice, holder.index, 0);
    household
        .members
        .iter()
        .enumerate()
        .map(|(place, member)| {
            let mut dice = Dice::new(world.seed, Domain::Coverage, u64::from(member.index));
            let age = world.today().age_of(member.birth);
            let own = member.index != holder.index
                && member.role == Role::Adult
                && (20..65).contains(&age)
                && household.elsewhere.is_none()
                && !household.public_assistance
                && dice.per_mille(500);
            let own_plan = own.then(|| plan(world, household, &mut dice, member.index, 1));
            let holds = own || member.index == holder.index;
            let stretches = own_plan.as_ref().unwrap_or(&shared);
            let coverages = member_coverages(world, household, member, stretches, place, holds);
            (coverages, stretches.len() > 1)
        })
        .collect()
}

/// The member who holds the household's insurance: the first of working age, or the first.
pub(crate) fn holder<'a>(world: &World, household: &'a Household) -> Option<&'a Member> {
    let works =
        |member: &&Member| member.role == Role::Adult && world.today().age_of(member.birth) < 65;
    household.members.iter().find(works).or(household.members.first())
}

fn plan(
    world: &World,
    household: &Household,
    dice: &mut Dice,
    owner: u32,
    ordinal: u32,
) -> Vec<Stretch> {
    let starts = world.today().month().plus(-12 * dice.between(2, 15)).first();
    let kind = first_kind(household, dice, ordinal);
    let mut stretches = vec![stretch(world, household, kind, owner, ordinal * 2, starts)];
    let fixed = household.doubled.is_some()
        || household.public_assistance
        || household.elsewhere.is_some()
        || matches!(kind, InsurerKind::KokuhoUnion(_));
    if !fixed && dice.per_mille(Trap::JobChange.per_mille()) {
        let next = loop {
            let next = employee_or_kokuho(household, dice);
            if next != kind {
                break next;
            }
        };
        let months = world.today().month().since(world.first_month);
        let month = world.first_month.plus(dice.between(1, months.max(2) - 1));
        let day = if dice.per_mille(800) { 1 } else { dice.between(2, 28) };
        let day = month.day(day).min(world.today());
        stretches.push(stretch(world, household, next, owner, ordinal * 2 + 1, day));
    }
    stretches
}

fn first_kind(household: &Household, dice: &mut Dice, ordinal: u32) -> InsurerKind {
    if let Some(at) = household.elsewhere {
        return InsurerKind::ElsewhereKokuho(at);
    }
    if household.public_assistance {
        return InsurerKind::PublicAssistance(household.municipality);
    }
    match household.doubled {
        Some(Doubled::Original) => return InsurerKind::Kokuho(household.municipality),
        Some(Doubled::CopyOf(_)) => return InsurerKind::Kyokai(0),
        None => {}
    }
    let elders_only = household.members.iter().all(|member| member.role == Role::Elder);
    if ordinal == 0 && elders_only {
        return InsurerKind::Kokuho(household.municipality);
    }
    if dice.per_mille(40) {
        return InsurerKind::KokuhoUnion(dice.below(2) as usize);
    }
    employee_or_kokuho(household, dice)
}

fn employee_or_kokuho(household: &Household, dice: &mut Dice) -> InsurerKind {
    match dice.weighted([22, 42, 22, 14].into_iter()) {
        0 => InsurerKind::Kokuho(household.municipality),
        1 => InsurerKind::Kyokai(0),
        2 => InsurerKind::Kempo(dice.below(4) as usize),
        _ => InsurerKind::Kyosai(dice.below(4) as usize),
    }
}

/// Numbers come from the owner's index by a bijection, so that no two plans share one.
fn stretch(
    world: &World,
    household: &Household,
    kind: InsurerKind,
    owner: u32,
    ordinal: u32,
    from: Day,
) -> Stretch {
    let scrambled = (u64::from(owner) * 4 + u64::from(ordinal)) * 7919;
    let number = format!("{}", 1_000_000 + scrambled % 6_000_000);
    let symbol = match kind {
        InsurerKind::Kokuho(at) => {
            Some(format!("{}-{}", 10 + at, 10 + household.neighbourhood % 80))
        }
        InsurerKind::KokuhoUnion(_) => Some("見本建".to_owned()),
        InsurerKind::Kyokai(_) => Some(format!("{}", 10_000_000 + scrambled % 50_000_000)),
        InsurerKind::Kempo(at) => Some(format!("{}", 101 + at)),
        InsurerKind::Kyosai(at) => {
            Some(["公立", "ケン", "ｹｲｻﾂ", "学校"].get(at).map_or("公", |s| s).to_string())
        }
        InsurerKind::ElsewhereKokuho(_) => Some("外見本".to_owned()),
        _ => None,
    };
    Stretch { insurer: world.insurer_of(kind), symbol, number, from }
}

fn member_coverages(
    world: &World,
    household: &Household,
    member: &Member,
    stretches: &[Stretch],
    place: usize,
    holds: bool,
) -> Vec<Coverage> {
    let (year, month, day) = member.birth.date();
    let birthday75 = Day::new(year + 75, month, day);
    let late_elderly = !household.public_assistance && birthday75 <= world.today();
    let mut coverages: Vec<Coverage> = Vec::new();
    for (at, stretch) in stretches.iter().enumerate() {
        let from = stretch.from.max(member.birth);
        let next = stretches.get(at + 1).map(|next| next.from);
        let ends = if late_elderly {
            Some(next.map_or(birthday75, |day| day.min(birthday75)))
        } else {
            next
        };
        if ends.is_some_and(|to| to <= from) {
            continue;
        }
        coverages.push(Coverage {
            insurer: stretch.insurer,
            symbol: stretch.symbol.clone(),
            number: number_of(household, member, stretch),
            branch: branch(world, stretch, place, holds),
            from,
            to: ends,
            loss: ends.map(|_| Loss::OtherInsurance),
            family: !holds,
        });
    }
    if late_elderly {
        coverages.push(late_elderly_coverage(world, household, member, birthday75));
    }
    coverages
}

/// Recipients of public assistance have numbers of their own; others share the household's.
fn number_of(household: &Household, member: &Member, stretch: &Stretch) -> String {
    if household.public_assistance {
        format!("{}", 1_000_000 + u64::from(member.index) * 7919 % 6_000_000)
    } else {
        stretch.number.clone()
    }
}

/// 国保 numbers its members from 01; employees are 00 and their families 01 and on [K].
fn branch(world: &World, stretch: &Stretch, place: usize, holds: bool) -> Option<String> {
    let insurer = world.insurer(stretch.insurer);
    if insurer.is_public_assistance() {
        None
    } else if insurer.is_kokuho() || !holds {
        Some(format!("{:02}", place + 1))
    } else {
        Some("00".to_owned())
    }
}

fn late_elderly_coverage(
    world: &World,
    household: &Household,
    member: &Member,
    from: Day,
) -> Coverage {
    let kind = match household.elsewhere {
        Some(at) => InsurerKind::ElsewhereLateElderly(at),
        None => InsurerKind::LateElderly(household.municipality),
    };
    Coverage {
        insurer: world.insurer_of(kind),
        symbol: None,
        number: format!("{}", 10_000_000 + u64::from(member.index) * 7919 % 60_000_000),
        branch: None,
        from,
        to: None,
        loss: None,
        family: false,
    }
}
