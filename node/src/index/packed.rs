//! One packed person.
//!
//! Byte map, in memory only and free to change with any build: id 16; sex 1; birth kind 1 and number 4; address text;
//! postal code text; count of names 1; each name: use 1, written text, reading text, folded reading text, folded given
//! name flag 1 and text, folded written text; count of coverages 1; each coverage: insurer 4, symbol text, number
//! text, folded symbol text, folded number text, branch 1, from 4, until 4, card 1, relation 1, burden 1, elderly
//! until 4, loss 1. A text is its length in LEB128 and its UTF-8.

use tomoshibi_policies::find::{Candidate, CoverageView, FoldedPerson, NameView};
use tomoshibi_policies::record::{
    CardClass, Coverage, InsurerNumber, LossReason, NameUse, Person, PersonId, PersonName,
    Relation, Sex,
};
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate, YearMonth};

use super::packing::{NO_DAY, Packer, Unpacker};

const NONE: u8 = u8::MAX;
const USES: [NameUse; 3] = [NameUse::Registered, NameUse::Alias, NameUse::Former];
const SEXES: [Sex; 3] = [Sex::Male, Sex::Female, Sex::NotSet];
const RELATIONS: [Relation; 2] = [Relation::Insured, Relation::Family];
const LOSSES: [LossReason; 4] = [
    LossReason::Death,
    LossReason::PublicAssistance,
    LossReason::OtherInsurance,
    LossReason::Other,
];
const CARDS: [CardClass; 8] = [
    CardClass::General,
    CardClass::Retired,
    CardClass::ShortTerm,
    CardClass::Certificate,
    CardClass::SpecialRetired,
    CardClass::SelfDefenceForces,
    CardClass::PublicAssistance,
    CardClass::Other,
];

/// A person in the index: everything is borrowed from its bytes.
#[derive(Clone, Copy)]
pub struct PackedPerson<'a> {
    id: PersonId,
    sex: Sex,
    birth: PartialDate,
    address: &'a str,
    postal_code: &'a str,
    name_count: u8,
    /// From the first name on.
    names: Unpacker<'a>,
}

// Somebody's record: never in Debug.
impl std::fmt::Debug for PackedPerson<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PackedPerson(hidden)")
    }
}

struct PackedCoverage<'a> {
    view: CoverageView<'a>,
    symbol: &'a str,
    number: &'a str,
    period: DatePeriod,
    card: CardClass,
    relation: Relation,
    burden_percent: Option<u8>,
    elderly_until: Option<JstDate>,
    loss: Option<LossReason>,
}

/// Writes a person behind what is in `out`. Names and coverages beyond 255 are left out: nobody has them, and the
/// first ones are the newest.
pub(super) fn pack(folded: &FoldedPerson, out: &mut Vec<u8>) {
    let person = &folded.person;
    let mut to = Packer(out);
    to.bytes(*person.id.as_bytes());
    to.byte(place(&SEXES, &person.sex));
    let (kind, number) = match person.birth {
        PartialDate::Day(day) => (0, days(day)),
        PartialDate::Month(month) => (1, month.index()),
        PartialDate::Year(year) => (2, year),
    };
    to.byte(kind);
    to.bytes(number.to_le_bytes());
    to.text(&person.address);
    to.text(&person.postal_code);
    let names = || person.names.iter().zip(&folded.names).take(255);
    to.byte(names().count() as u8);
    for (name, key) in names() {
        to.byte(place(&USES, &name.name_use));
        to.text(&name.kanji);
        to.text(&name.kana);
        to.text(&key.kana);
        to.byte(u8::from(key.given.is_some()));
        to.text(key.given.as_deref().unwrap_or_default());
        to.text(&key.kanji);
    }
    let coverages = || person.coverages.iter().zip(&folded.coverages).take(255);
    to.byte(coverages().count() as u8);
    for (coverage, key) in coverages() {
        pack_coverage(coverage, &key.symbol, &key.number, &mut to);
    }
}

fn pack_coverage(coverage: &Coverage, symbol_key: &str, number_key: &str, to: &mut Packer<'_>) {
    to.bytes(coverage.insurer.number().to_le_bytes());
    to.text(&coverage.symbol);
    to.text(&coverage.number);
    to.text(symbol_key);
    to.text(number_key);
    to.byte(coverage.branch.unwrap_or(NONE));
    to.bytes(days(coverage.period.from).to_le_bytes());
    to.bytes(coverage.period.until.map_or(NO_DAY, days).to_le_bytes());
    to.byte(place(&CARDS, &coverage.card));
    to.byte(place(&RELATIONS, &coverage.relation));
    to.byte(coverage.burden_percent.unwrap_or(NONE));
    to.bytes(coverage.elderly_until.map_or(NO_DAY, days).to_le_bytes());
    to.byte(coverage.loss.as_ref().map_or(NONE, |loss| place(&LOSSES, loss)));
}

impl<'a> PackedPerson<'a> {
    /// Reads the fixed part; names and coverages are read when they are asked for.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Unpacker(bytes);
        let id = PersonId::from_bytes(from.bytes()?);
        let sex = pick(&SEXES, from.byte()?)?;
        let kind = from.byte()?;
        let number = i32::from_le_bytes(from.bytes()?);
        let birth = match kind {
            0 => PartialDate::Day(JstDate::from_days(number.into())),
            1 => PartialDate::Month(YearMonth::from_index(number)?),
            _ => PartialDate::Year(number),
        };
        let (address, postal_code) = (from.text()?, from.text()?);
        let name_count = from.byte()?;
        Some(Self { id, sex, birth, address, postal_code, name_count, names: from })
    }

    /// The whole person, copied out.
    #[must_use]
    pub fn to_person(self) -> Person {
        let mut rest = self.names;
        let names = (0..self.name_count).map_while(|_| read_name(&mut rest));
        let names = names
            .map(|view| PersonName {
                name_use: view.name_use,
                kanji: view.written.into(),
                kana: view.reading.into(),
            })
            .collect();
        let coverages = self.packed_coverages().map(|c| c.to_coverage()).collect();
        Person {
            id: self.id,
            names,
            sex: self.sex,
            birth: self.birth,
            address: self.address.into(),
            postal_code: self.postal_code.into(),
            coverages,
        }
    }

    fn packed_coverages(&self) -> impl Iterator<Item = PackedCoverage<'a>> {
        let mut rest = self.names;
        for _ in 0..self.name_count {
            read_name(&mut rest);
        }
        let count = rest.byte().unwrap_or(0);
        (0..count).map_while(move |_| read_coverage(&mut rest))
    }
}

impl Candidate for PackedPerson<'_> {
    fn person(&self) -> PersonId {
        self.id
    }

    fn sex(&self) -> Sex {
        self.sex
    }

    fn birth(&self) -> PartialDate {
        self.birth
    }

    fn address(&self) -> &str {
        self.address
    }

    fn postal_code(&self) -> &str {
        self.postal_code
    }

    fn names(&self) -> impl Iterator<Item = NameView<'_>> {
        let mut rest = self.names;
        (0..self.name_count).map_while(move |_| read_name(&mut rest))
    }

    fn coverages(&self) -> impl Iterator<Item = CoverageView<'_>> {
        self.packed_coverages().map(|coverage| coverage.view)
    }
}

impl PackedCoverage<'_> {
    fn to_coverage(&self) -> Coverage {
        Coverage {
            insurer: self.view.insurer,
            symbol: self.symbol.into(),
            number: self.number.into(),
            branch: self.view.branch,
            period: self.period,
            card: self.card,
            relation: self.relation,
            burden_percent: self.burden_percent,
            elderly_until: self.elderly_until,
            loss: self.loss,
        }
    }
}

fn read_name<'a>(from: &mut Unpacker<'a>) -> Option<NameView<'a>> {
    let name_use = pick(&USES, from.byte()?)?;
    let (written, reading, kana) = (from.text()?, from.text()?, from.text()?);
    let (has_given, given) = (from.byte()? == 1, from.text()?);
    let kanji = from.text()?;
    let given = has_given.then_some(given);
    Some(NameView { name_use, written, reading, kana, given, kanji })
}

fn read_coverage<'a>(from: &mut Unpacker<'a>) -> Option<PackedCoverage<'a>> {
    let insurer = InsurerNumber::from_number(u32::from_le_bytes(from.bytes()?)).ok()?;
    let (symbol, number) = (from.text()?, from.text()?);
    let (symbol_key, number_key) = (from.text()?, from.text()?);
    let branch = optional(from.byte()?);
    let day = |days: i32| JstDate::from_days(days.into());
    let start = day(i32::from_le_bytes(from.bytes()?));
    let until = from.day()?.map(day);
    let card = pick(&CARDS, from.byte()?)?;
    let relation = pick(&RELATIONS, from.byte()?)?;
    let burden_percent = optional(from.byte()?);
    let elderly_until = from.day()?.map(day);
    let loss = optional(from.byte()?).and_then(|loss| pick(&LOSSES, loss));
    let view = CoverageView { insurer, symbol: symbol_key, number: number_key, branch };
    let period = DatePeriod { from: start, until };
    Some(PackedCoverage {
        view,
        symbol,
        number,
        period,
        card,
        relation,
        burden_percent,
        elderly_until,
        loss,
    })
}

fn days(day: JstDate) -> i32 {
    // Years 1-9999 lie far inside.
    i32::try_from(day.days()).unwrap_or(NO_DAY)
}

fn optional(byte: u8) -> Option<u8> {
    (byte != NONE).then_some(byte)
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|item| item == one).unwrap_or_default() as u8
}

fn pick<T: Copy>(all: &[T], place: u8) -> Option<T> {
    all.get(usize::from(place)).copied()
}
