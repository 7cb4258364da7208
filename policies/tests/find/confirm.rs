//! Confirming identity: which facts may be asked, and which answers fit.

use crate::people::{by_name, by_number, person};
use tomoshibi_policies::find::confirm::{
    ConfirmedBy, FactKind, Identity, check_fact, confirm, facts_to_ask,
};
use tomoshibi_policies::find::{FoldedPerson, Query};

use FactKind::{
    CardNumberTail, FormerName, Insurer, KanaName, KanjiName, Municipality, PostalCode,
};

/// A record that holds every fact.
fn whole() -> FoldedPerson {
    person(
        1,
        "灯火 花=<山﨑 花/ﾄﾓｼﾋﾞ ﾊﾅ=ﾔﾏｻｷ ﾊﾅ/19510327/2/石川県鳳珠郡穴水町川島1/\
         170993:ア:0012345:1+39179999::87654321/927-0027",
    )
}

/// A record that holds nothing but a name in kana.
fn bare() -> FoldedPerson {
    person(2, "トモシビ ハナ/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2//")
}

#[test]
fn what_was_typed_is_not_asked() {
    let cases: [(Query, &[FactKind]); 6] = [
        (
            by_name("トモシビ ハナ", "19510327", "2", "石川県", ""),
            &[Insurer, CardNumberTail, KanjiName, FormerName],
        ),
        (
            by_name("灯火 花", "19510327", "2", "", "170993"),
            &[Municipality, PostalCode, CardNumberTail, FormerName],
        ),
        (by_name("灯火 花", "19510327", "2", "石川県", "170993"), &[CardNumberTail, FormerName]),
        (by_name("山崎 花", "19510327", "2", "石川県", "170993"), &[CardNumberTail]),
        (
            by_name("ヤマサキ ハナ", "19510327", "2", "石川県", "170993"),
            &[CardNumberTail, KanjiName],
        ),
        (
            by_number("170993:ア:12345:1", "19510327"),
            &[Municipality, PostalCode, KanjiName, KanaName, FormerName],
        ),
    ];
    for (query, facts) in cases {
        assert_eq!(facts_to_ask(&query, &whole()), facts);
    }
}

#[test]
fn what_the_record_lacks_is_not_asked_and_nothing_fits_it() {
    let query = by_name("トモシビ ハナ", "19510327", "2", "", "170993");
    assert_eq!(facts_to_ask(&query, &bare()), []);
    assert_eq!(facts_to_ask(&by_number("170993::1", "19510327"), &bare()), [KanaName]);
    for kind in [Municipality, PostalCode, Insurer, CardNumberTail, KanjiName, FormerName] {
        for said in ["", "トモシビ ハナ", "石川県", "0", "●●●●●"] {
            assert!(!check_fact(kind, said, &bare()), "{kind:?} {said}");
        }
    }
}

#[test]
fn an_answer_fits_however_it_is_written() {
    let fits: [(FactKind, &[&str]); 7] = [
        (
            Municipality,
            &["穴水町", "穴水", "石川県穴水町", "鳳珠郡穴水町", "石川県鳳珠郡穴水町川島9"],
        ),
        (PostalCode, &["927-0027", "9270027", "〒９２７－００２７"]),
        (Insurer, &["170993", "００１７０９９３", "39179999"]),
        (CardNumberTail, &["2345", "１２３４５", "12-345", "4321", "87654321"]),
        (KanjiName, &["灯火　花", "燈火花"]),
        (KanaName, &["ともしび はな", "ﾄﾓｼﾋﾞ ﾊﾅ"]),
        (FormerName, &["山崎花", "ヤマサキ　ハナ"]),
    ];
    for (kind, answers) in fits {
        for said in answers {
            assert!(check_fact(kind, said, &whole()), "{kind:?} {said}");
        }
    }
}

#[test]
fn a_wrong_or_partial_answer_does_not_fit() {
    let misses: [(FactKind, &[&str]); 7] = [
        (Municipality, &["輪島市", "富山県穴水町", "石川県", "水町", "穴", "", "町"]),
        (PostalCode, &["927-0028", "927", "0027", ""]),
        (Insurer, &["170994", "99999999", "", "町"]),
        (CardNumberTail, &["345", "12346", "", "012345", "----"]),
        (KanjiName, &["灯火", "●火花", "●●●", "山崎花", "トモシビハナ", ""]),
        (KanaName, &["トモシヒ ハナ", "ハナ", "灯火 花", "ヤマサキ ハナ", ""]),
        (FormerName, &["灯火 花", "ハナ", "ヤマザキ ハナ", "●崎花", ""]),
    ];
    for (kind, answers) in misses {
        for said in answers {
            assert!(!check_fact(kind, said, &whole()), "{kind:?} {said}");
        }
    }
}

#[test]
fn towns_are_known_by_their_short_names() {
    for (town, said) in [
        ("三重県四日市市1", "四日市"),
        ("東京都八王子市1", "八王子"),
        ("三重県津市1", "津"),
        ("茨城県龍ケ崎市1", "竜が崎"),
        ("東京都新宿区1", "新宿"),
    ] {
        let record = person(1, &format!("灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2/{town}"));
        assert!(check_fact(Municipality, said, &record), "{town} {said}");
    }
}

#[test]
fn a_gap_in_the_register_fits_and_a_gap_in_the_answer_does_not() {
    let record = person(1, "●田 花/ﾊﾏﾀﾞ ﾊﾅ/19510327/2/石川県輪島市1");
    assert!(check_fact(KanjiName, "濵田 花", &record));
    assert!(!check_fact(KanjiName, "●田 花", &record));
}

#[test]
fn only_a_fact_that_was_not_typed_confirms() {
    let query = by_name("トモシビ ハナ", "19510327", "2", "石川県穴水町", "");
    let confirmed = |fact, said| confirm(&query, &whole(), fact, said, ConfirmedBy::Family);
    assert_eq!(
        confirmed(Insurer, "170993"),
        Identity::Confirmed { by: ConfirmedBy::Family, fact: Insurer }
    );
    assert_eq!(confirmed(Insurer, "170994"), Identity::NotConfirmed);
    assert_eq!(confirmed(Municipality, "穴水町"), Identity::NotConfirmed, "it was typed");
    assert_eq!(confirmed(KanaName, "トモシビ ハナ"), Identity::NotConfirmed, "it was typed");
}
