//! The patient's slip: golden file, bad files that explain themselves, and properties.
//!
//! `TOMOSHIBI_WRITE_FIXTURES=1` writes the files anew from the table here.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "snapshot/fixture.rs"]
mod fixture;

use fixture::{Fixture, is_writing, names, testdata, variant};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Incarnation, NodeId};
use tomoshibi_sync::journal::{Sequence, TreeHash};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::slip::{LOOKS_MAX, Slip, SlipError, SlipLook, TEXT_LEN_BYTES_MAX};

const CONTEXT: &[u8] = b"tomoshibi slip v1\n";
// Places in the bytes, as FORMAT.md has them.
const VERSION: usize = 4;
const FLAGS: usize = 5;
const REGION: usize = 6;
const FACILITY: usize = 27;
const LOOK_COUNT: usize = 35;
const LOOK: usize = 36;
const CATEGORY_COUNT: usize = LOOK + 48;
const CATEGORY: usize = LOOK + 49;
const SIGNATURE_LEN: usize = 64;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn look(sequence: u64, categories: &[(Category, u16)]) -> SlipLook {
    SlipLook {
        sequence: Sequence(sequence),
        at: Timestamp::from_millis(1_795_316_400_000 + sequence as i64),
        leaf: TreeHash::of_leaf(&sequence.to_le_bytes()),
        shown: categories.to_vec(),
    }
}

fn slip() -> Slip {
    Slip {
        drill: true,
        region: RegionCode::new(17).unwrap(),
        node: NodeId::from_bytes(core::array::from_fn(|n| n as u8)),
        incarnation: Incarnation(3),
        facility: FacilityCode::parse("1710000001").unwrap(),
        looks: vec![
            look(4711, &[(Category::Eligibility, 1), (Category::Medication, 513)]),
            look(4700, &[(Category::Checkup, 2)]),
        ],
    }
}

fn text_of(bytes: &[u8]) -> String {
    format!("TMSR1:{}", base45::encode(bytes))
}

fn bytes_of(text: &str) -> Vec<u8> {
    base45::decode(text.strip_prefix("TMSR1:").unwrap()).unwrap()
}

/// The sample with its bytes changed and signed again, so that nothing but the change can be refused.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = bytes_of(&slip().sign(&key()).unwrap());
    bytes.truncate(bytes.len() - SIGNATURE_LEN);
    change(&mut bytes);
    let signature = key().sign(&[CONTEXT, &bytes].concat());
    bytes.extend(signature.0);
    text_of(&bytes).into_bytes()
}

fn set(place: usize, value: u8) -> Vec<u8> {
    changed(|bytes| bytes[place] = value)
}

fn text(change: impl FnOnce(String) -> String) -> Vec<u8> {
    change(slip().sign(&key()).unwrap()).into_bytes()
}

type Bad = (&'static str, Fixture);

fn bad_file(name: &'static str, expect: &str, note: &str, bytes: Vec<u8>) -> Bad {
    (name, Fixture::new(expect, note, bytes))
}

/// Wrong around the bytes, or not signed as it stands.
fn bad_texts() -> Vec<Bad> {
    let raw = bytes_of(&slip().sign(&key()).unwrap());
    let other = slip().sign(&SigningKey::from_seed(&[8; 32])).unwrap();
    let prefix = |prefix: &'static str| text(move |text| text.replacen("TMSR1:", prefix, 1));
    let lower = text(|text| text.to_lowercase().replacen("tmsr1:", "TMSR1:", 1));
    let above = text(|text| text + "ZZZ");
    let long = text(|text| text + &"0".repeat(TEXT_LEN_BYTES_MAX));
    let mut real = raw.clone();
    real[FLAGS] = 0;
    let of_bytes = |bytes: &[u8]| text_of(bytes).into_bytes();
    let trailing = of_bytes(&[&raw[..], &[0, 0]].concat());
    let cut = of_bytes(&raw[..raw.len() - 1]);
    vec![
        bad_file("another_key", "Signature", "signed by another node", other.into_bytes()),
        bad_file("base45_lower_case", "Base45", "lower case is not in the alphabet", lower),
        bad_file("base45_overflow", "Base45", "a group above 65535", above),
        bad_file("prefix_of_a_badge", "Prefix", "the prefix of a badge", prefix("TMSB1:")),
        bad_file("prefix_of_version_2", "TextVersion", "a later version", prefix("TMSR2:")),
        bad_file("signature_of_a_drill", "Signature", "the flag taken away", of_bytes(&real)),
        bad_file("too_long", "TooLong", "longer than six looks at everything", long),
        bad_file("trailing_bytes", "TrailingBytes", "two bytes follow the signature", trailing),
        bad_file("truncated", "Truncated", "the last byte of the signature is missing", cut),
    ]
}

/// Rightly signed, wrong in the head.
fn bad_heads() -> Vec<Bad> {
    let facility = changed(|bytes| {
        bytes[FACILITY..FACILITY + 8].copy_from_slice(&10_000_000_000_u64.to_le_bytes());
    });
    vec![
        bad_file("facility_too_long", "Facility", "eleven digits", facility),
        bad_file("flag_unknown", "Flags", "bit 1 is not known", set(FLAGS, 3)),
        bad_file("magic", "Magic", "the first byte is another", set(0, b'X')),
        bad_file("region_48", "Region", "there are 47 prefectures", set(REGION, 48)),
        bad_file("version_2", "Version", "version 2", set(VERSION, 2)),
    ]
}

/// Rightly signed, wrong in the looks.
fn bad_looks() -> Vec<Bad> {
    let (first, second) = (LOOK..LOOK + 55, LOOK + 55..LOOK + 107);
    let none = changed(|bytes| {
        bytes[LOOK_COUNT] = 0;
        bytes.truncate(LOOK);
    });
    let too_many = changed(|bytes| {
        bytes[LOOK_COUNT] = 7;
        let look = bytes[second].to_vec();
        (0..5).for_each(|_| bytes.extend(&look));
    });
    let older_first = changed(|bytes| {
        let newer: Vec<_> = bytes.drain(first).collect();
        bytes.extend(newer);
    });
    let nothing_shown = changed(|bytes| {
        bytes[CATEGORY_COUNT] = 0;
        bytes.drain(CATEGORY..CATEGORY + 6);
    });
    let (again, unknown) = (set(CATEGORY + 3, 1), set(CATEGORY + 3, 6));
    vec![
        bad_file("categories_repeated", "Order", "eligibility twice in one look", again),
        bad_file("category_none", "CategoryCount", "a look that showed nothing", nothing_shown),
        bad_file("category_unknown", "Category", "category 6", unknown),
        bad_file("looks_none", "LookCount", "no look", none),
        bad_file("looks_out_of_order", "Order", "the older look stands first", older_first),
        bad_file("looks_too_many", "LookCount", "seven looks", too_many),
    ]
}

fn bad() -> Vec<Bad> {
    let mut all = [bad_texts(), bad_heads(), bad_looks()].into_iter().flatten().collect::<Vec<_>>();
    all.sort_by_key(|(name, _)| *name);
    all
}

fn folder() -> std::path::PathBuf {
    testdata().join("slip/v1")
}

#[test]
fn the_golden_slip_is_written_and_read_to_the_same_values() {
    let path = folder().join("golden");
    let text = slip().sign(&key()).unwrap();
    if is_writing() {
        Fixture::new("Ok", "a drill, two looks", text.clone().into_bytes()).write(&path);
    }
    let golden = Fixture::read(&path);
    assert_eq!(golden.field("expect"), "Ok");
    let golden = String::from_utf8(golden.bytes).unwrap();
    assert_eq!(golden, text);
    assert_eq!(Slip::open(&golden, &key().public()), Ok(slip()));
    assert_eq!(names(&folder()), ["bad", "golden"]);
    assert_eq!(names(&testdata().join("slip")), ["v1"]);
}

#[test]
fn bad_slips_are_refused_by_name() {
    let path = folder().join("bad");
    let table = bad();
    if is_writing() {
        table.iter().for_each(|(name, fixture)| fixture.write(&path.join(name)));
    }
    let expected: Vec<_> = table.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&path), expected, "the files of slip/v1/bad and their table differ");
    for (name, made) in table {
        let stored = Fixture::read(&path.join(name));
        assert!(stored.bytes == made.bytes && stored.fields == made.fields, "{name}");
        let text = String::from_utf8(stored.bytes.clone()).unwrap();
        let error = Slip::open(&text, &key().public()).unwrap_err();
        assert_eq!(variant(&error), stored.field("expect"), "{name}: {}", stored.field("note"));
        let parsed = Slip::parse(&text);
        assert_eq!(parsed.is_ok(), error == SlipError::Signature, "{name}");
    }
}

#[test]
fn a_slip_that_no_reader_would_take_is_not_signed() {
    let with = |looks: Vec<SlipLook>| Slip { looks, ..slip() }.sign(&key()).unwrap_err();
    let one = [(Category::Medication, 1)];
    assert_eq!(with(vec![]), SlipError::LookCount { found: 0, limit: LOOKS_MAX });
    let seven = (0..7).rev().map(|n| look(n, &one)).collect();
    assert_eq!(with(seven), SlipError::LookCount { found: 7, limit: LOOKS_MAX });
    assert_eq!(with(vec![look(1, &one), look(1, &one)]), SlipError::Order { what: "looks" });
    assert_eq!(with(vec![look(1, &[])]), SlipError::CategoryCount { found: 0, limit: 5 });
    let twice = [(Category::Checkup, 1), (Category::Checkup, 1)];
    assert_eq!(with(vec![look(1, &twice)]), SlipError::Order { what: "categories" });
}

#[test]
fn what_a_scanner_types_around_the_text_is_left_out() {
    let text = format!(" {}\r\n", slip().sign(&key()).unwrap());
    assert_eq!(Slip::parse(&text), Ok(slip()));
}

#[test]
fn the_longest_slip_is_read_and_fits_the_alphanumeric_mode_of_a_qr_code() {
    let all = Category::ALL.map(|category| (category, u16::MAX));
    let looks = (0..LOOKS_MAX as u64).rev().map(|n| look(n, &all)).collect();
    let longest = Slip { looks, ..slip() };
    let text = longest.sign(&key()).unwrap();
    assert_eq!(text.len(), TEXT_LEN_BYTES_MAX);
    assert_eq!(TEXT_LEN_BYTES_MAX, 732);
    // ISO/IEC 18004: digits, capital letters and nine signs.
    let fits = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || " $%*+-./:".contains(c);
    assert!(text.chars().all(fits));
    assert_eq!(Slip::open(&text, &key().public()), Ok(longest));
}

#[test]
fn a_forged_slip_is_classed_as_forged() {
    let text = slip().sign(&SigningKey::from_seed(&[9; 32])).unwrap();
    let error = Slip::open(&text, &key().public()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Forged);
}

prop_compose! {
    fn looks()(
        sequences in prop::collection::btree_set(any::<u64>(), 1..=LOOKS_MAX),
        shown in prop::collection::vec(subsequence(Category::ALL.to_vec(), 1..=5), LOOKS_MAX),
        items in any::<u16>(),
        at in any::<i64>(),
        leaf in any::<[u8; 32]>(),
    ) -> Vec<SlipLook> {
        let looks = sequences.into_iter().rev().zip(shown).map(|(sequence, shown)| SlipLook {
            sequence: Sequence(sequence),
            at: Timestamp::from_millis(at),
            leaf: TreeHash::from_bytes(leaf),
            shown: shown.into_iter().map(|category| (category, items)).collect(),
        });
        looks.collect()
    }
}

prop_compose! {
    fn slips()(
        drill in any::<bool>(),
        region in 1_u8..=47,
        node in any::<[u8; 16]>(),
        incarnation in any::<u32>(),
        facility in select(vec!["1710000001", "0110000001", "4730000009"]),
        looks in looks(),
    ) -> Slip {
        Slip {
            drill,
            region: RegionCode::new(region).unwrap(),
            node: NodeId::from_bytes(node),
            incarnation: Incarnation(incarnation),
            facility: FacilityCode::parse(facility).unwrap(),
            looks,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_slip_is_read_as_it_was_signed(slip in slips()) {
        let text = slip.sign(&key()).unwrap();
        prop_assert_eq!(Slip::open(&text, &key().public()), Ok(slip));
    }

    #[test]
    fn a_slip_with_one_character_changed_is_refused(
        slip in slips(),
        place in any::<prop::sample::Index>(),
        by in 1_usize..45,
    ) {
        const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        let mut text = slip.sign(&key()).unwrap().into_bytes();
        let place = place.index(text.len());
        let old = ALPHABET.iter().position(|c| *c == text[place]).unwrap();
        text[place] = ALPHABET[(old + by) % 45];
        let text = String::from_utf8(text).unwrap();
        // A first character that became a space is left out as a scanner's would be.
        prop_assert!(Slip::open(&text, &key().public()).is_err());
    }

    #[test]
    fn any_text_is_a_slip_or_a_refusal(body in "[0-9A-Z $%*+./:-]{0,800}") {
        let _ = Slip::parse(&format!("TMSR1:{body}"));
    }
}
