//! What an insurer registered about a person, as each eligibility delivery hands it over.
//!
//! Promise: everything a delivery says is decided here and nowhere else; the file renderer and the
//! truth both take it from here. A registration differs from the person only by the person's
//! traps. Not covered: consent flags (given per look-up, so no delivery has them).

use crate::region::calendar::Day;
use crate::region::lives::coverage::Coverage;
use crate::region::lives::person::Person;
use crate::region::names::traps::Trap;
use crate::region::names::{PersonName, Script, kana};
use crate::region::world::World;

/// The character of everything the central set lacks.
const BLACK_CIRCLE: char = '●';

/// In which encoding a delivery's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileEncoding {
    CodePage932,
    Utf8,
}

impl FileEncoding {
    /// One file in three is in code page 932; it stays so in every delivery.
    pub(crate) const fn of_neighbourhood(neighbourhood: u32) -> Self {
        if neighbourhood % 3 == 1 { Self::CodePage932 } else { Self::Utf8 }
    }
}

/// One coverage as registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) coverage: Coverage,
    pub(crate) name: String,
    /// As in the file: half width, except where the insurer registers full width.
    pub(crate) kana: String,
    pub(crate) other_name: Option<String>,
    pub(crate) other_kana: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) post_number: Option<String>,
    /// 1 man, 2 woman, 3 not set.
    pub(crate) sex: u8,
}

/// All coverages of a person known on the day of a delivery, oldest first.
pub(crate) fn registrations(world: &World, person: &Person, delivery: usize) -> Vec<Registration> {
    let day = world.deliveries.get(delivery).copied().unwrap_or(world.today());
    person
        .coverages
        .iter()
        .filter(|coverage| coverage.from <= day)
        .map(|coverage| {
            let open = coverage.to.is_none_or(|to| to > day);
            let coverage = Coverage {
                to: coverage.to.filter(|_| !open),
                loss: coverage.loss.filter(|_| !open),
                ..coverage.clone()
            };
            registration(person, coverage, day, delivery)
        })
        .collect()
}

/// What the second delivery says, when it differs from the first.
pub(crate) fn changed_registrations(world: &World, person: &Person) -> Option<Vec<Registration>> {
    let second = registrations(world, person, 1);
    (second != registrations(world, person, 0)).then_some(second)
}

fn registration(person: &Person, coverage: Coverage, day: Day, delivery: usize) -> Registration {
    // An insurer keeps the name its member bore when the coverage ended.
    let last = coverage.to.map_or(day, |to| to.plus(-1));
    let name = person.name_on(last);
    let home = match &person.former_home {
        Some(former) if person.has(Trap::OldAddress) || delivery == 0 => former,
        _ => &person.home,
    };
    let has_address = !person.has(Trap::AddressAbsent);
    let in_file = |text: &str| kana::half_width(text);
    Registration {
        name: registered_name(person, name),
        kana: registered_kana(person, name, delivery),
        other_name: person.alias.as_ref().map(|(name, _)| name.clone()),
        other_kana: person.alias.as_ref().map(|(_, kana)| in_file(kana)),
        address: has_address.then(|| home.address()),
        post_number: has_address.then(|| home.post_number.clone()),
        sex: if person.has(Trap::SexNotSet) { 3 } else { 1 + u8::from(person.woman) },
        coverage,
    }
}

fn registered_name(person: &Person, name: &PersonName) -> String {
    let mut family = name.family.clone();
    let variant = person.has(Trap::VariantKanji) && person.former_name.is_none();
    if variant && person.index.is_multiple_of(3) {
        // Many insurers replace 髙 by 高.
        family.clone_from(&person.plain_family);
    }
    if variant && person.index % 3 == 1 {
        family = blacken_difference(&family, &person.plain_family);
    }
    if family.contains('𠮷') {
        let utf8 = FileEncoding::of_neighbourhood(person.neighbourhood) == FileEncoding::Utf8;
        if !utf8 || person.index.is_multiple_of(2) {
            family = family.replace('𠮷', "●");
        }
    } else if person.has(Trap::BlackCircle) {
        family = blacken_first(&family);
    }
    let written = PersonName { family, ..name.clone() }.written();
    if person.has(Trap::MissingSpace) { written.replace('　', "") } else { written }
}

/// The letters in which two spellings differ, as ●.
fn blacken_difference(family: &str, plain: &str) -> String {
    family
        .chars()
        .zip(plain.chars())
        .map(|(letter, everyday)| if letter == everyday { letter } else { BLACK_CIRCLE })
        .collect()
}

/// The first letter as ●, unless it is the only one.
fn blacken_first(family: &str) -> String {
    if family.chars().count() < 2 {
        return family.to_owned();
    }
    std::iter::once(BLACK_CIRCLE).chain(family.chars().skip(1)).collect()
}

fn registered_kana(person: &Person, name: &PersonName, delivery: usize) -> String {
    let mut family = name.family_kana.clone();
    let bears_former = Some(name) == person.former_name.as_ref().map(|(former, _)| former);
    let confused = person.has(Trap::VoicedMark) || person.has(Trap::LongVowel);
    if confused && !bears_former {
        family = person.other_family_kana.to_owned();
    }
    let mut text = PersonName { family_kana: family, ..name.clone() }.kana();
    if person.has(Trap::ZuDu) {
        text = kana::swap_zu(&text);
    }
    if person.has(Trap::VuKana) && person.index.is_multiple_of(2) {
        text = kana::without_vu(&text);
    }
    let corrected = delivery == 1 && person.has(Trap::KanaCorrected);
    if person.has(Trap::SmallKanaLarge) && !corrected {
        text = kana::enlarge_small(&text);
    }
    if name.script == Script::Katakana {
        text = text.replacen('　', "・", 1);
    }
    if person.has(Trap::FullWidthKana) { text } else { kana::half_width(&text) }
}
