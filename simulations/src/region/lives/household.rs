//! How people live together: blocks of 64 people fall into households of an old prefecture.
//!
//! Invariant: a household lies inside one block, so a person's life needs nothing but the seed and
//! the own block. A region cut short inside a household simply lacks the last members.

use crate::region::calendar::Day;
use crate::region::dice::{Dice, Domain};
use crate::region::names::pool::{FAMILIES, FOREIGN_ALPHABET, FOREIGN_KATAKANA, Family};
use crate::region::names::traps::Trap;
use crate::region::places::{ELSEWHERE, NEIGHBOURHOOD_PEOPLE, STREETS};
use crate::region::world::World;

/// People in a block.
pub(crate) const BLOCK_PEOPLE: u32 = 64;

/// Who lives together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HouseholdKind {
    ElderAlone,
    ElderCouple,
    ElderAndChild,
    ThreeGenerations,
    CoupleWithChildren,
    Couple,
    Alone,
}

/// (kind, households of 1,000, fewest and most members). Gives about 30 % of 65 years or more.
const KINDS: &[(HouseholdKind, u32, i32, i32)] = &[
    (HouseholdKind::ElderAlone, 165, 1, 1),
    (HouseholdKind::ElderCouple, 190, 2, 2),
    (HouseholdKind::ElderAndChild, 85, 2, 2),
    (HouseholdKind::ThreeGenerations, 60, 5, 5),
    (HouseholdKind::CoupleWithChildren, 230, 3, 5),
    (HouseholdKind::Couple, 100, 2, 2),
    (HouseholdKind::Alone, 170, 1, 1),
];

/// A member's place in the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// An adult of working age, or the first elder where there is none.
    Adult,
    /// Their parent, or an elder.
    Elder,
    /// A child under 18.
    Child,
}

/// A member before there is a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) index: u32,
    pub(crate) role: Role,
    pub(crate) woman: bool,
    pub(crate) birth: Day,
}

/// Where the household lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) prefecture: &'static str,
    pub(crate) municipality: &'static str,
    pub(crate) street: String,
    pub(crate) post_number: String,
}

impl Home {
    /// The address in one line.
    pub(crate) fn address(&self) -> String {
        format!("{}{}{}", self.prefecture, self.municipality, self.street)
    }
}

/// What kind of name the household bears.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FamilyName {
    Japanese { family: &'static Family, variant: bool },
    Katakana(usize),
    Alphabet(usize),
}

/// People who live together and share address and, mostly, insurance.
#[derive(Debug, Clone)]
pub(crate) struct Household {
    pub(crate) kind: HouseholdKind,
    pub(crate) neighbourhood: u32,
    pub(crate) municipality: usize,
    pub(crate) members: Vec<Member>,
    pub(crate) family: FamilyName,
    pub(crate) home: Home,
    /// Place in [`ELSEWHERE`] of people registered in another prefecture.
    pub(crate) elsewhere: Option<usize>,
    pub(crate) public_assistance: bool,
    /// Two children of one birth.
    pub(crate) twins: bool,
    /// First adult and first child of one sex bear names read alike.
    pub(crate) parent_child_kana: bool,
    /// Half of a pair with the same name and birth: the insurer is fixed and differs.
    pub(crate) doubled: Option<Doubled>,
}

/// One half of a pair of people whom only their insurers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubled {
    /// The person whose identity both bear; insured by 国保.
    Original,
    /// Bears the identity of the person of this index; insured by 協会けんぽ.
    CopyOf(u32),
}

/// The households of one block of a region.
pub(crate) fn households_of_block(world: &World, block: u32) -> Vec<Household> {
    let mut dice = Dice::new(world.seed, Domain::Block, u64::from(block));
    let first = block * BLOCK_PEOPLE;
    let end = (first + BLOCK_PEOPLE).min(world.people);
    let mut households = Vec::new();
    let mut next = first;
    while next < first + BLOCK_PEOPLE {
        let row = KINDS.get(dice.weighted(KINDS.iter().map(|row| row.1)));
        let Some((kind, _, fewest, most)) = row else { break };
        let size = u32::try_from(dice.between(*fewest, *most)).unwrap_or(1);
        let size = size.min(first + BLOCK_PEOPLE - next);
        households.push(household(world, *kind, next, size));
        next += size;
    }
    if dice.per_mille(Trap::SameNameSameBirth.per_mille()) {
        double(&mut households);
    }
    for household in &mut households {
        household.members.retain(|member| member.index < end);
    }
    households.retain(|household| !household.members.is_empty());
    households
}

/// Makes the second person who lives alone a double of the first.
fn double(households: &mut [Household]) {
    let mut alone = households.iter_mut().filter(|household| {
        household.kind == HouseholdKind::Alone
            && household.elsewhere.is_none()
            && !household.public_assistance
            && matches!(household.family, FamilyName::Japanese { .. })
    });
    let (Some(original), Some(copy)) = (alone.next(), alone.next()) else { return };
    let (Some(from), Some(to)) = (original.members.first(), copy.members.first_mut()) else {
        return;
    };
    to.woman = from.woman;
    to.birth = from.birth;
    copy.doubled = Some(Doubled::CopyOf(from.index));
    copy.family = original.family;
    original.doubled = Some(Doubled::Original);
}

fn household(world: &World, kind: HouseholdKind, first: u32, size: u32) -> Household {
    let mut dice = Dice::new(world.seed, Domain::Household, u64::from(first));
    let neighbourhood = first / NEIGHBOURHOOD_PEOPLE;
    let municipality = crate::region::places::municipality_of(world.seed, neighbourhood);
    let elsewhere = dice
        .per_mille(Trap::OutOfPrefecture.per_mille())
        .then(|| dice.below(u32::try_from(ELSEWHERE.len()).unwrap_or(1)) as usize);
    let home = home(&mut dice, municipality, elsewhere);
    let family = family_name(&mut dice);
    let mut members = members(world, &mut dice, kind, first, size);
    let twins = twins(&mut dice, &mut members);
    Household {
        kind,
        neighbourhood,
        municipality,
        home,
        elsewhere,
        family,
        public_assistance: elsewhere.is_none()
            && dice.per_mille(Trap::PublicExpenseOnly.per_mille()),
        parent_child_kana: !twins && dice.per_mille(Trap::ParentChildKana.per_mille()),
        twins,
        members,
        doubled: None,
    }
}

fn home(dice: &mut Dice, municipality: usize, elsewhere: Option<usize>) -> Home {
    let street = format!(
        "{}{}丁目{}番{}号",
        dice.pick(STREETS),
        dice.pick(&["一", "二", "三", "四", "五"]),
        dice.between(1, 40),
        dice.between(1, 20)
    );
    if let Some((prefecture, place, post_number)) = elsewhere.and_then(|at| ELSEWHERE.get(at)) {
        let post_number = (*post_number).to_owned();
        return Home { prefecture, municipality: place, street, post_number };
    }
    let place =
        crate::region::places::MUNICIPALITIES.get(municipality).map_or("見本市", |row| row.name);
    let post_number = format!("92{}-{:04}", dice.below(9), dice.below(1000));
    Home { prefecture: "石川県", municipality: place, street, post_number }
}

fn family_name(dice: &mut Dice) -> FamilyName {
    if dice.per_mille(Trap::ForeignKatakana.per_mille()) {
        return FamilyName::Katakana(dice.below(count(FOREIGN_KATAKANA)) as usize);
    }
    if dice.per_mille(Trap::ForeignAlphabet.per_mille()) {
        return FamilyName::Alphabet(dice.below(count(FOREIGN_ALPHABET)) as usize);
    }
    let place = dice.weighted(FAMILIES.iter().map(|family| family.weight));
    let family = FAMILIES.get(place).unwrap_or_else(|| dice.pick(FAMILIES));
    let variant = !family.variant.is_empty() && dice.per_mille(Trap::VariantKanji.per_mille());
    FamilyName::Japanese { family, variant }
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

fn members(
    world: &World,
    dice: &mut Dice,
    kind: HouseholdKind,
    first: u32,
    size: u32,
) -> Vec<Member> {
    let base = base_age(dice, kind);
    (0..size)
        .map(|place| {
            let (role, age, woman) = place_of(dice, kind, base, place);
            let birth = world.today().month().plus(-12 * age).first().plus(-dice.between(0, 364));
            Member { index: first + place, role, woman, birth }
        })
        .collect()
}

/// The age about which the household is built.
fn base_age(dice: &mut Dice, kind: HouseholdKind) -> i32 {
    match kind {
        // Two throws, so that very old people are rarer than those of 70.
        HouseholdKind::ElderAlone => 65 + dice.between(0, 18) + dice.between(0, 16),
        HouseholdKind::ElderCouple => 65 + dice.between(0, 14) + dice.between(0, 12),
        HouseholdKind::ElderAndChild => 75 + dice.between(0, 20),
        HouseholdKind::ThreeGenerations => 32 + dice.between(0, 16),
        HouseholdKind::CoupleWithChildren => 27 + dice.between(0, 24),
        HouseholdKind::Couple => 26 + dice.between(0, 36),
        HouseholdKind::Alone => 20 + dice.between(0, 43),
    }
}

fn place_of(dice: &mut Dice, kind: HouseholdKind, base: i32, place: u32) -> (Role, i32, bool) {
    let near = base + dice.between(-4, 3);
    let anybody = dice.below(2) == 1;
    match (kind, place) {
        (HouseholdKind::ElderAlone, _) => (Role::Elder, base, dice.per_mille(680)),
        (HouseholdKind::ElderCouple, 0) => (Role::Elder, base, false),
        (HouseholdKind::ElderCouple, _) => (Role::Elder, near.max(60), true),
        (HouseholdKind::ElderAndChild, 0) => (Role::Elder, base, dice.per_mille(700)),
        (HouseholdKind::ElderAndChild, _) => {
            (Role::Adult, (base - dice.between(24, 34)).clamp(41, 64), anybody)
        }
        (HouseholdKind::ThreeGenerations, 2) => {
            (Role::Elder, base + dice.between(24, 34), dice.per_mille(650))
        }
        (HouseholdKind::Alone, _) => (Role::Adult, base, anybody),
        (_, 0) => (Role::Adult, base, false),
        (_, 1) => (Role::Adult, near.clamp(20, 64), true),
        _ => (Role::Child, dice.between(0, (base - 22).clamp(0, 17)), anybody),
    }
}

/// Makes two children twins, at the stated rate.
fn twins(dice: &mut Dice, members: &mut [Member]) -> bool {
    let mut children = members.iter_mut().filter(|member| member.role == Role::Child);
    let (Some(older), Some(other)) = (children.next(), children.next()) else { return false };
    let happens = dice.per_mille(Trap::Twin.per_mille());
    if happens {
        other.birth = older.birth;
        other.woman = older.woman;
    }
    happens
}
