//! Bad manifests and orders: each with one thing wrong, most of them signed by the right keys.

use serde::{Deserialize, Serialize};
use tomoshibi_sync::codec;
use tomoshibi_sync::manifest::EpochGrant;
use tomoshibi_sync::signed::{Signed, SignedKind};

use crate::fixture::Fixture;
use crate::sample;

pub(crate) type Made = Vec<(&'static str, Fixture)>;
const LIMIT: usize = 1 << 20;

/// The manifest's body by the format's description, apart from the structures under test.
#[derive(Serialize, Deserialize)]
struct ManifestBody {
    region: u8,
    epoch: u32,
    number: u64,
    previous: Option<[u8; 32]>,
    published_at: i64,
    fresh_until: i64,
    claims_to: i32,
    processed: i64,
    eligibility_to: i64,
    checkups_to: i64,
    folding: u16,
    generation: u32,
    medication_months: u16,
    checkup_years: u8,
    drill: bool,
    not_carried: Vec<u8>,
    segments: Vec<SegmentBody>,
    grant: Option<Vec<SignatureBody>>,
}

/// Key id and the two halves of a signature.
type SignatureBody = ([u8; 8], [u8; 32], [u8; 32]);

#[derive(Clone, Serialize, Deserialize)]
struct SegmentBody {
    digest: [u8; 32],
    len_bytes: u64,
    kind: u8,
    generation: u32,
    from: i32,
    to: i32,
    first_person: [u8; 16],
    last_person: [u8; 16],
    items: u64,
}

#[derive(Serialize, Deserialize)]
struct OrderBody {
    notice_id: String,
    number: u32,
    issuer: String,
    region: u8,
    prefectures: Vec<u8>,
    municipalities: Vec<u32>,
    facilities: Vec<u64>,
    opens_at: i64,
    closes_at: i64,
    extends: Option<[u8; 32]>,
    revokes: bool,
    categories: Vec<u8>,
    vital_interest_allowed: bool,
    consent_hours: u8,
    drill: bool,
    issued_at: i64,
}

pub(crate) const PUBLISHERS: [u8; 2] = [2, 12];
pub(crate) const AUTHORITIES: [u8; 2] = [3, 13];

pub(crate) fn sign(kind: SignedKind, version: u16, body: Vec<u8>, seeds: &[u8]) -> Vec<u8> {
    let keys: Vec<_> = seeds.iter().map(|seed| sample::key(*seed)).collect();
    let keys: Vec<_> = keys.iter().collect();
    Signed::sign(kind, version, body, &keys).to_bytes()
}

pub(crate) fn body(kind: SignedKind, signed: &[u8]) -> Vec<u8> {
    Signed::parse(kind, 1, signed).unwrap().unverified_body().to_vec()
}

fn good_manifest() -> Vec<u8> {
    let [one, other] = PUBLISHERS.map(sample::key);
    sample::manifest().sign(&[&one, &other]).unwrap()
}

pub(crate) fn good_order() -> Vec<u8> {
    let [one, other] = AUTHORITIES.map(sample::key);
    sample::an_order().sign(&[&one, &other]).unwrap()
}

/// The envelope's own damage, the same for both kinds.
pub(crate) fn envelopes(
    made: &mut Made,
    kind: SignedKind,
    good: &[u8],
    right: &[u8],
    wrong: &[u8],
) {
    let body = body(kind, good);
    let mut add = |name, expect: &str, note: &str, bytes| {
        made.push((name, Fixture::new(expect, note, bytes)));
    };
    let resign = |seeds: &[u8]| sign(kind, 1, body.clone(), seeds);
    add("version_future", "Signed::Version", "version 2", sign(kind, 2, body.clone(), right));
    add("signer_unknown", "Signed::Threshold", "signed by two unknown keys", resign(&[98, 99]));
    add(
        "signer_of_other_role",
        "Signed::Threshold",
        "signed by keys of another role",
        resign(wrong),
    );
    add("threshold_missing", "Signed::Threshold", "one signature of two", resign(&right[..1]));
    add("truncated", "Signed::Length", "the last byte is gone", good[..good.len() - 1].to_vec());
    add("trailing_byte", "Signed::Length", "a byte after the signatures", [good, b"\0"].concat());
    let longer = sign(kind, 1, [&body[..], b"\0"].concat(), right);
    add("trailing_byte_in_body", "Codec::TrailingBytes", "a byte after the last field", longer);
    let shorter = sign(kind, 1, body[..body.len() - 1].to_vec(), right);
    add("truncated_body", "Codec::Malformed", "the last field is cut", shorter);
    let mut flipped = good.to_vec();
    flipped[20] ^= 1;
    add("bit_flipped", "Signed::Threshold", "one bit of the body", flipped);
}

pub(crate) fn manifests() -> Made {
    let mut made = Vec::new();
    let good = good_manifest();
    envelopes(&mut made, SignedKind::Manifest, &good, &PUBLISHERS, &AUTHORITIES);
    made.push(("order_as_manifest", Fixture::new("Signed::Kind", "an order", good_order())));
    let mut add = |name, expect: &str, note: &str, change: &dyn Fn(&mut ManifestBody)| {
        let bytes = body(SignedKind::Manifest, &good);
        let mut wire = codec::decode::<ManifestBody, LIMIT>("body", &bytes).unwrap();
        change(&mut wire);
        let bytes = codec::encode("body", &wire).unwrap();
        made.push((
            name,
            Fixture::new(expect, note, sign(SignedKind::Manifest, 1, bytes, &PUBLISHERS)),
        ));
    };
    add("region_other", "RegionMismatch", "region 16", &|m| m.region = 16);
    add("region_unknown", "Field", "region 48", &|m| m.region = 48);
    add("drill_other", "DrillMismatch", "not a drill", &|m| m.drill = false);
    add("number_zero", "Chain", "number 0", &|m| m.number = 0);
    add("epoch_zero", "Chain", "epoch 0", &|m| m.epoch = 0);
    add("previous_missing", "Chain", "number 42 without a link", &|m| m.previous = None);
    add("first_with_previous", "Chain", "number 1 with a link", &|m| m.number = 1);
    add("epoch_without_grant", "GrantForm", "epoch 2 without a grant", &|m| m.grant = None);
    add("first_epoch_with_grant", "GrantForm", "epoch 1 with a grant", &|m| m.epoch = 1);
    add("epoch_grant_of_other_epoch", "EpochGrant", "the grant is for epoch 2", &|m| m.epoch = 3);
    add("epoch_grant_of_publisher", "EpochGrant", "granted by the publisher's keys", &|m| {
        let keys = PUBLISHERS.map(sample::key);
        let grant = EpochGrant::sign(sample::region(), true, 2, &[&keys[0], &keys[1]]);
        let split = grant.signatures.iter().map(|(id, signature)| {
            let (low, high) = signature.0.split_at(32);
            (id.0, low.try_into().unwrap(), high.try_into().unwrap())
        });
        m.grant = Some(split.collect());
    });
    add("fresh_until_before_published", "FreshUntil", "fresh until a day before", &|m| {
        m.fresh_until = m.published_at - 86_400_000;
    });
    add("folding_future", "Folding", "names folded by version 2", &|m| m.folding = 2);
    add("folding_zero", "Field", "names folded by version 0", &|m| m.folding = 0);
    add("retention_zero", "Field", "no month of medication", &|m| m.medication_months = 0);
    add("retention_endless", "Field", "200 years of checkups", &|m| m.checkup_years = 200);
    add("category_unknown", "Field", "category 9 is not carried", &|m| m.not_carried.push(9));
    add("category_twice", "Field", "category 5 stands there twice", &|m| m.not_carried.push(5));
    add("reach_outside_calendar", "Field", "a day in year 30000", &|m| m.processed = 10_237_000);
    segments(&mut add);
    made
}

type AddManifest<'a> = dyn FnMut(&'static str, &str, &str, &dyn Fn(&mut ManifestBody)) + 'a;

fn segments(add: &mut AddManifest<'_>) {
    add("segment_twice", "DuplicateSegment", "one segment is listed twice", &|m| {
        let again = m.segments[0].clone();
        m.segments.insert(0, again);
    });
    add("segments_unsorted", "SegmentOrder", "not in order of digest", &|m| m.segments.reverse());
    add("segment_too_long", "SegmentLen", "8 MiB and a byte", &|m| {
        m.segments[0].len_bytes = (8 << 20) + 1;
    });
    add("segment_empty", "SegmentLen", "no bytes", &|m| m.segments[0].len_bytes = 0);
    add("kind_reserved", "SegmentKind", "kind 7, prescriptions", &|m| m.segments[1].kind = 7);
    add("kind_unknown", "SegmentKind", "kind 0", &|m| m.segments[1].kind = 0);
    add("generation_future", "SegmentGeneration", "newer than the manifest's", &|m| {
        m.segments[0].generation = 4;
    });
    add("generation_zero", "SegmentGeneration", "generation 0", &|m| m.segments[0].generation = 0);
    add("months_reversed", "SegmentRange", "to is before from", &|m| m.segments[0].to -= 9);
    add("months_outside_calendar", "SegmentRange", "month 0 of year 0", &|m| {
        m.segments[0].from = 0
    });
    add("persons_reversed", "SegmentRange", "last person before first", &|m| {
        m.segments[0].last_person = [0; 16];
    });
    add("no_items", "SegmentRange", "a segment of no items", &|m| m.segments[0].items = 0);
}

pub(crate) fn orders() -> Made {
    let mut made = Vec::new();
    let good = good_order();
    envelopes(&mut made, SignedKind::Order, &good, &AUTHORITIES, &PUBLISHERS);
    made.push(("manifest_as_order", Fixture::new("Signed::Kind", "a manifest", good_manifest())));
    let mut add = |name, expect: &str, note: &str, change: &dyn Fn(&mut OrderBody)| {
        let bytes = body(SignedKind::Order, &good);
        let mut wire = codec::decode::<OrderBody, LIMIT>("body", &bytes).unwrap();
        change(&mut wire);
        let bytes = codec::encode("body", &wire).unwrap();
        made.push((
            name,
            Fixture::new(expect, note, sign(SignedKind::Order, 1, bytes, &AUTHORITIES)),
        ));
    };
    add("region_other", "RegionMismatch", "region 16", &|o| o.region = 16);
    add("drill_other", "DrillMismatch", "not a drill", &|o| o.drill = false);
    add("closes_before_opens", "EmptyPeriod", "closes a second before", &|o| {
        o.closes_at = o.opens_at - 1000;
    });
    add("issued_after_closing", "EmptyPeriod", "issued when it closes", &|o| {
        o.issued_at = o.closes_at
    });
    add("period_too_long", "PeriodTooLong", "93 days", &|o| {
        o.closes_at = o.opens_at + 93 * 86_400_000;
    });
    add("period_of_all_time", "PeriodTooLong", "from the first to the last instant", &|o| {
        (o.opens_at, o.closes_at) = (i64::MIN, i64::MAX);
    });
    add("no_place", "NoPlace", "no prefecture, municipality or facility", &|o| {
        o.prefectures.clear();
        o.municipalities.clear();
        o.facilities.clear();
    });
    add("no_category", "NoCategory", "nothing is opened", &|o| o.categories.clear());
    add("category_unknown", "UnknownCategory", "category 9", &|o| o.categories.push(9));
    add("categories_unsorted", "Field", "not ascending", &|o| o.categories.reverse());
    add("consent_for_no_hour", "ConsentHours", "0 hours", &|o| o.consent_hours = 0);
    add("consent_for_ever", "ConsentHours", "73 hours", &|o| o.consent_hours = 73);
    add("revokes_nothing", "RevokesNothing", "a revocation that names no order", &|o| {
        (o.revokes, o.extends) = (true, None);
    });
    add("municipality_impossible", "Field", "code 99999", &|o| o.municipalities.push(99_999));
    add("municipalities_unsorted", "Field", "not ascending", &|o| o.municipalities.reverse());
    add("prefecture_unknown", "Field", "prefecture 48", &|o| o.prefectures.push(48));
    add("facility_unknown", "Field", "a facility of prefecture 99", &|o| {
        o.facilities.push(9_911_234_567);
    });
    add("notice_missing", "Field", "no notice id", &|o| o.notice_id.clear());
    add("issuer_with_control", "Field", "an escape in the issuer", &|o| o.issuer.push('\u{1b}'));
    made
}
