use super::*;
use crate::trust::RoleKeys;

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

fn trust() -> TrustRoot {
    let role = |role, n: u8| RoleKeys { role, threshold: 1, keys: vec![key(n).public()] };
    TrustRoot {
        number: 1,
        region: RegionCode::new(17).unwrap(),
        drill: true,
        centre_recipient: String::new(),
        roles: Role::ALL.into_iter().zip(1..).map(|(r, n)| role(r, n)).collect(),
    }
}

fn authority() -> SigningKey {
    key(3)
}

fn entry(ms: i64) -> Revocation {
    Revocation { at: Timestamp::from_millis(ms), reason: Reason::from_word("lost").unwrap() }
}

fn badge(n: u16) -> BadgeId {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&n.to_be_bytes());
    BadgeId::from_bytes(id)
}

fn list() -> RevocationList {
    RevocationList {
        number: 7,
        region: RegionCode::new(17).unwrap(),
        drill: true,
        issued_at: Timestamp::from_millis(2_000),
        badges: BTreeMap::from([(badge(1), entry(1_000)), (badge(2), entry(2_000))]),
        nodes: BTreeMap::from([(NodeId::from_bytes([3; 16]), entry(0))]),
    }
}

#[test]
fn a_signed_list_opens_and_says_who_is_revoked() {
    let opened = RevocationList::open(&list().sign(&[&authority()]).unwrap(), &trust()).unwrap();
    assert_eq!(opened, list());
    assert_eq!(opened.of(Revoked::Badge(badge(1))), Some(&entry(1_000)));
    assert_eq!(opened.of(Revoked::Badge(badge(3))), None);
    assert_eq!(opened.of(Revoked::Node(NodeId::from_bytes([3; 16]))), Some(&entry(0)));
    // The same 16 bytes as another kind of thing are another thing.
    assert_eq!(opened.of(Revoked::Badge(BadgeId::from_bytes([3; 16]))), None);
}

#[test]
fn the_key_that_makes_badges_revokes_nobody() {
    let by_enrolment = list().sign(&[&key(4)]).unwrap();
    let error = RevocationList::open(&by_enrolment, &trust()).unwrap_err();
    assert_eq!(
        (error.code(), error.class()),
        ("threshold", tomoshibi_policies::ErrorClass::Forged)
    );
}

#[test]
fn what_is_revoked_cannot_be_left_out_or_told_otherwise() {
    let former = list();
    let mut longer = list();
    assert!(longer.add(Revoked::Badge(badge(9)), entry(2_000)));
    assert_eq!(longer.check_keeps(&former), Ok(()));
    for (subject, change) in [
        (
            Revoked::Badge(badge(2)),
            (|l| drop(l.badges.remove(&badge(2)))) as fn(&mut RevocationList),
        ),
        (Revoked::Node(NodeId::from_bytes([3; 16])), |l| l.nodes.clear()),
        (Revoked::Badge(badge(1)), |l| drop(l.badges.insert(badge(1), entry(999)))),
    ] {
        let mut changed = longer.clone();
        change(&mut changed);
        assert_eq!(changed.check_keeps(&former), Err(RevocationError::Dropped { subject }));
    }
}

#[test]
fn an_entry_stays_as_it_was_first_written() {
    let mut list = list();
    assert!(!list.add(Revoked::Badge(badge(1)), entry(1_500)));
    assert_eq!(list.of(Revoked::Badge(badge(1))), Some(&entry(1_000)));
}

#[test]
fn the_longest_list_opens_and_fits_one_item_of_an_inbox() {
    let mut list = list();
    list.nodes.clear();
    let reason = Reason::try_from("r".repeat(REASON_LEN_BYTES_MAX)).unwrap();
    let at = Timestamp::from_millis(i64::MIN);
    let longest = Revocation { at, reason };
    list.badges = (0..ENTRIES_MAX as u16).map(|n| (badge(n), longest.clone())).collect();
    let keys: Vec<_> = (1..=64).map(key).collect();
    let bytes = list.sign(&keys.iter().collect::<Vec<_>>()).unwrap();
    assert!(bytes.len() <= crate::wire::INBOX_ITEM_LEN_BYTES_MAX, "{}", bytes.len());
    assert_eq!(RevocationList::open(&bytes, &trust()), Ok(list.clone()));
    list.badges.insert(badge(u16::MAX), longest);
    let (found, limit) = (ENTRIES_MAX + 1, ENTRIES_MAX);
    assert_eq!(list.sign(&[&authority()]), Err(RevocationError::TooManyEntries { found, limit }));
}

#[test]
fn words_of_a_later_version_are_kept_and_damaged_ones_refused() {
    assert!(Reason::from_word("bored").is_none());
    assert_eq!(Reason::try_from("bored-2".to_owned()).unwrap().as_str(), "bored-2");
    for bad in ["", "Lost", "a b", "失", "x\u{1b}", &"x".repeat(33)] {
        assert!(Reason::try_from(bad.to_owned()).is_err(), "{bad}");
    }
    assert!(Reason::WORDS.iter().all(|word| Reason::try_from((*word).to_owned()).is_ok()));
}

#[test]
fn a_list_that_promises_too_much_is_refused_by_its_length() {
    let entry = |n: u16| (*badge(n).as_bytes(), 0, "x".to_owned());
    let of = |count: u16| {
        let badges: Vec<([u8; 16], i64, String)> = (0..count).map(entry).collect();
        let nodes: Vec<([u8; 16], i64, String)> = Vec::new();
        let body = codec::encode(WHAT, &(7_u64, 17_u8, true, 0_i64, badges, nodes)).unwrap();
        let bytes = Signed::sign(SignedKind::Revocations, 1, body, &[&authority()]).to_bytes();
        RevocationList::open(&bytes, &trust())
    };
    assert!(of(4096).is_ok());
    assert_eq!(of(4097), Err(RevocationError::TooManyEntries { found: 4097, limit: 4096 }));
    let error = of(20_000).unwrap_err();
    assert!(matches!(error, RevocationError::Codec(CodecError::TooLong { .. })), "{error}");
    // As many of the shortest entries as the length lets through are still counted and named.
    let longest = BODY_LEN_BYTES_MAX / 20;
    let error = of(u16::try_from(longest).unwrap() - 10).unwrap_err();
    assert!(matches!(error, RevocationError::TooManyEntries { .. }), "{error}");
}
