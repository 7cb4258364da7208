//! Bad keyrings and releases: each with one thing wrong.

use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::release::{self, HEADER_LEN_BYTES, ReleaseCode, for_opening};
use tomoshibi_sync::seal::{AgeSealer, Identity, seal, unseal};

use crate::fixture::Fixture;
use crate::sample;

type Made = Vec<(&'static str, Fixture)>;

/// The code of every pre-positioned release here, and another.
const CODE: &str = "123453 000004 655353 310080 543215 000071 100006 424244";
const OTHER_CODE: &str = "000002 000004 655353 310080 543215 000071 100006 424244";

fn seal_text(text: &str) -> Vec<u8> {
    seal(&[sample::identity().to_recipient()], text.as_bytes()).unwrap()
}

fn text() -> String {
    let sealed = sample::keyring().seal(&[sample::identity().to_recipient()]).unwrap();
    let plain = unseal(&[&sample::identity()], &sealed, 4096).unwrap();
    std::str::from_utf8(&plain).unwrap().to_string()
}

pub(crate) fn keyrings() -> Made {
    let good = text();
    let mut made: Made = Vec::new();
    let mut add = |name, expect: &str, note: &str, bytes: Vec<u8>| {
        let fixture = Fixture::new(expect, note, bytes).with("identity", sample::IDENTITY);
        made.push((name, fixture));
    };
    for (name, expect, from, to) in [
        ("magic", "Magic", "# tomoshibi", "# somebody's"),
        ("version_future", "Version", "keyring 1\n", "keyring 2\n"),
        ("region_unknown", "Line", "# region: 17", "# region: 99"),
        ("drill_unclear", "Line", "# drill: yes", "# drill: maybe"),
        ("staff_secret_short", "Line", "5a5a\n", "5a\n"),
        ("identity_damaged", "Line", "\nAGE-SECRET-KEY-1G", "\nAGE-SECRET-KEY-1X"),
        ("generation_twice", "Generations", "# generation: 2", "# generation: 3"),
        ("generation_zero", "Generations", "# generation: 2", "# generation: 0"),
        ("spelling", "Spelling", "# generation: 2", "# generation: 02"),
        ("line_ends", "Spelling", "\n", "\r\n"),
        ("remark", "Line", "# generation: 3", "# a remark\n# generation: 3"),
    ] {
        assert!(good.contains(from), "{name}");
        let note = format!("{} in place of {}", to.escape_debug(), from.escape_debug());
        add(name, expect, &note, seal_text(&good.replace(from, to)));
    }
    let none: String = good.split_inclusive('\n').take(4).collect();
    add("no_generations", "Generations", "no identities", seal_text(&none));
    let long = format!("{good}{}", "# filler\n".repeat(2000));
    add("too_long", "Seal::TooLong", "longer than any keyring", seal_text(&long));
    let recipient = Identity::generate().to_recipient();
    let other = sample::keyring().seal(&[recipient]).unwrap();
    add("other_recipient", "Seal::OtherRecipient", "sealed to a stranger", other);
    let sealed = seal_text(&good);
    add("truncated", "Seal::Damaged", "the last byte is gone", sealed[..sealed.len() - 1].to_vec());
    made
}

fn region_16() -> Keyring {
    let mut keyring = sample::keyring();
    keyring.region = tomoshibi_policies::record::RegionCode::new(16).unwrap();
    keyring
}

/// A release in which `opened` says how it is opened.
fn release(expect: &str, note: &str, opened: &str, bytes: Vec<u8>) -> Fixture {
    Fixture::new(expect, note, bytes)
        .with("identity", sample::IDENTITY)
        .with("opened", opened)
        .with("node", sample::addressee().node)
        .with("code", CODE)
}

pub(crate) fn releases() -> Made {
    let (header, recipient) = (sample::release_header(), sample::identity().to_recipient());
    let fetched = for_opening(&AgeSealer, &sample::keyring(), &header, &recipient).unwrap();
    let mut made = Made::new();
    headers(&mut made, &fetched);
    fetched_ones(&mut made, &fetched);
    prepositioned_ones(&mut made);
    let mut add = |name, fixture| made.push((name, fixture));
    let note = "a fetched release opened by code";
    add("code_swapped", release("Mismatch", note, "prepositioned", fetched));
    made
}

fn headers(made: &mut Made, fetched: &[u8]) {
    for (name, expect, note, place, value) in [
        ("magic", "Magic", "the first byte is X", 0, b'X'),
        ("version_future", "Version", "version 2", 8, 2),
        ("kind_unknown", "Kind", "kind 9", 10, 9),
        ("kind_swapped", "Mismatch", "says it is pre-positioned", 10, 1),
        ("region_other", "Mismatch", "region 16", 11, 16),
        ("region_unknown", "Mismatch", "region 99", 11, 99),
        ("flag_unknown", "Flag", "bit 7 of the flags", 12, 0x81),
        ("padding_not_zero", "Flag", "a byte that must be zero", 14, 1),
        ("drill_other", "Mismatch", "not a drill", 12, 0),
        ("node_other", "OtherNode", "another node in the header", 16, 0),
        ("id_swapped", "HeaderSwapped", "another release id in the header", 32, 0),
        ("number_swapped", "HeaderSwapped", "another number in the header", 48, 8),
    ] {
        let mut bytes = fetched.to_vec();
        bytes[place] = value;
        made.push((name, release(expect, note, "fetched", bytes)));
    }
}

fn fetched_ones(made: &mut Made, good: &[u8]) {
    let mut add = |name, expect: &str, note: &str, bytes| {
        made.push((name, release(expect, note, "fetched", bytes)));
    };
    let cut = |len: usize| good[..len].to_vec();
    add("truncated_header", "Truncated", "shorter than the header", cut(40));
    add("truncated", "Seal::Damaged", "the last byte is gone", cut(good.len() - 1));
    add("nothing_sealed", "Seal::Header", "a header and nothing else", cut(HEADER_LEN_BYTES));
    add("trailing_byte", "Seal::Damaged", "a byte after the end", [good, b"\0"].concat());
    let long = [good, &[0; 64 << 10]].concat();
    add("too_long", "TooLong", "64 KiB of zeros after the end", long);
    let stranger = Identity::generate().to_recipient();
    let header = sample::release_header();
    let other = for_opening(&AgeSealer, &sample::keyring(), &header, &stranger).unwrap();
    add("other_recipient", "Seal::OtherRecipient", "sealed to a stranger", other);
    let recipient = [sample::identity().to_recipient()];
    let inside = region_16().seal(&recipient).unwrap();
    let inside = unseal(&[&sample::identity()], &inside, 4096).unwrap();
    let clear = &good[..HEADER_LEN_BYTES];
    let bytes = [clear, &seal(&recipient, &[clear, &inside].concat()).unwrap()].concat();
    add("keyring_of_other_region", "Mismatch", "the keyring inside is region 16's", bytes);
}

fn prepositioned_ones(made: &mut Made) {
    let (header, keyring) = (sample::release_header(), sample::keyring());
    let code = ReleaseCode::parse(CODE).unwrap();
    let kept = |to: &Identity| {
        release::preposition(&AgeSealer, &keyring, &header, &to.to_recipient(), &code).unwrap()
    };
    let mut add = |name, expect: &str, note: &str, bytes| {
        made.push((name, release(expect, note, "prepositioned", bytes)));
    };
    let mut swapped = kept(&sample::identity());
    swapped[48] = 8;
    add("prepositioned_number_swapped", "HeaderSwapped", "number 8, sealed as 7", swapped);
    let note = "the right code, sealed to a stranger";
    let other = kept(&Identity::generate());
    add("prepositioned_other_recipient", "Seal::OtherRecipient", note, other);
    let good = kept(&sample::identity());
    add("code_other", "WrongCode", "spoken for another release", good);
    made.last_mut().unwrap().1.fields.insert("code".into(), OTHER_CODE.into());
}
