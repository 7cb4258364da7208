//! Bad revocation lists: each with one thing wrong, most of them signed by the right keys.

use serde::{Deserialize, Serialize};
use tomoshibi_sync::codec;
use tomoshibi_sync::signed::SignedKind;

use crate::bad_signed::{AUTHORITIES, Made, PUBLISHERS, body, envelopes, good_order, sign};
use crate::fixture::Fixture;
use crate::sample;

/// The list's body by the format's description, apart from the structures under test.
#[derive(Serialize, Deserialize)]
struct ListBody {
    number: u64,
    region: u8,
    drill: bool,
    issued_at: i64,
    badges: Vec<([u8; 16], i64, String)>,
    nodes: Vec<([u8; 16], i64, String)>,
}

fn good_list() -> Vec<u8> {
    let [one, other] = AUTHORITIES.map(sample::key);
    sample::revocations().sign(&[&one, &other]).unwrap()
}

pub(crate) fn revocations() -> Made {
    let mut made = Vec::new();
    let good = good_list();
    envelopes(&mut made, SignedKind::Revocations, &good, &AUTHORITIES, &PUBLISHERS);
    made.push(("order_as_revocations", Fixture::new("Signed::Kind", "an order", good_order())));
    let mut add = |name, expect: &str, note: &str, change: &dyn Fn(&mut ListBody)| {
        let bytes = body(SignedKind::Revocations, &good);
        let mut wire = codec::decode::<ListBody, { 1 << 20 }>("body", &bytes).unwrap();
        change(&mut wire);
        let bytes = codec::encode("body", &wire).unwrap();
        let signed = sign(SignedKind::Revocations, 1, bytes, &AUTHORITIES);
        made.push((name, Fixture::new(expect, note, signed)));
    };
    add("region_other", "RegionMismatch", "region 16", &|l| l.region = 16);
    add("region_unknown", "Field", "region 48", &|l| l.region = 48);
    add("drill_other", "DrillMismatch", "not a drill", &|l| l.drill = false);
    add("number_zero", "Field", "number 0", &|l| l.number = 0);
    add("badge_twice", "Field", "one badge stands there twice", &|l| {
        let again = l.badges[0].clone();
        l.badges.insert(0, again);
    });
    add("badges_unsorted", "Field", "not ascending", &|l| l.badges.reverse());
    add("nodes_unsorted", "Field", "not ascending", &|l| l.nodes.reverse());
    add("badge_revoked_ahead", "NotYet", "a millisecond after the list", &|l| {
        l.badges[0].1 = l.issued_at + 1;
    });
    add("node_revoked_ahead", "NotYet", "at the end of time", &|l| l.nodes[0].1 = i64::MAX);
    add("reason_missing", "Field", "no reason", &|l| l.badges[1].2.clear());
    add("reason_too_long", "Field", "33 letters", &|l| l.badges[1].2 = "x".repeat(33));
    add("reason_with_control", "Field", "an escape", &|l| l.nodes[1].2.push('\u{1b}'));
    made
}
