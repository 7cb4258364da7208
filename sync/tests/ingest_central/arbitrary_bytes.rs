//! Parsers never panic, whatever the bytes: random ones, and fixtures with pieces exchanged, cut or doubled.

use proptest::prelude::*;
use proptest::sample::Index;

use super::fixtures::{PARSERS, all, parse, split};

/// One change of a fixture's bytes.
#[derive(Debug, Clone)]
enum Damage {
    Set(Index, u8),
    Cut(Index, Index),
    Double(Index, Index),
    Insert(Index, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::Cut(a, b)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Damage::Double(a, b)),
        (any::<Index>(), prop::collection::vec(any::<u8>(), 0..8))
            .prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (
            any::<Index>(),
            prop::sample::select(vec![",", "\r\n", "<a>", "&x;", "RE", "9999999999", "\u{3000}"])
        )
            .prop_map(|(at, text)| Damage::Insert(at, text.as_bytes().to_vec())),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let range = |a: &Index, b: &Index, len| {
        let (a, b) = (a.index(len), b.index(len));
        a.min(b)..a.max(b)
    };
    match damage {
        Damage::Set(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Damage::Cut(a, b) => {
            bytes.drain(range(a, b, bytes.len()));
        }
        Damage::Double(a, b) => {
            let range = range(a, b, bytes.len());
            let copy = bytes[range.clone()].to_vec();
            bytes.splice(range.end..range.end, copy);
        }
        Damage::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more.iter().copied());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_read_or_set_aside(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for parser in PARSERS {
            let (records, asides) = parse(parser, &bytes);
            prop_assert!(records == 0 || asides.len() < 600);
        }
    }

    #[test]
    fn damaged_fixtures_are_read_or_set_aside(
        fixture in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let small: Vec<_> = all().into_iter().filter(|(_, bytes)| bytes.len() < 64 << 10).collect();
        let (name, bytes) = fixture.get(&small);
        let (head, raw) = split(bytes);
        let mut raw = raw.to_vec();
        for damage in &damages {
            apply(&mut raw, damage);
        }
        let parser = head.lines().find_map(|line| line.strip_prefix("parser: ")).unwrap();
        let (_, asides) = parse(parser, &raw);
        // Whatever is set aside, it is named without a piece of the input.
        prop_assert!(asides.iter().all(|aside| !aside.reason.text().is_empty()), "{name}");
    }
}
