//! Bad segments: each with one thing wrong.

use tomoshibi_sync::id::Digest;
use tomoshibi_sync::item::{Item, SegmentKind};
use tomoshibi_sync::seal::{CHUNK_LEN_BYTES, Identity, seal, unseal};

use crate::content::Content;
use crate::fixture::Fixture;
use crate::sample;

/// The items of a fixture's good original: `many` has several blocks, `long` several chunks.
pub(crate) fn base(name: &str) -> Vec<Item> {
    match name {
        "many" => sample::persons(300),
        "long" => vec![sample::person(0), sample::long_person(1, 110_000)],
        other => panic!("no base {other}"),
    }
}

fn good(base_name: &str) -> Vec<u8> {
    sample::segment(SegmentKind::Persons, &base(base_name))
}

fn seal_plain(plain: &[u8]) -> Vec<u8> {
    seal(&[sample::identity().to_recipient()], plain).unwrap()
}

fn good_plain() -> Vec<u8> {
    unseal(&[&sample::identity()], &good("many"), 1 << 20).unwrap().to_vec()
}

struct Bad(Vec<(&'static str, Fixture)>);

impl Bad {
    fn sealed(
        &mut self,
        name: &'static str,
        expect: &str,
        note: &str,
        base: &str,
        bytes: Vec<u8>,
    ) -> &mut Fixture {
        let fixture = Fixture::new(expect, note, bytes)
            .with("base", base)
            .with("identity", sample::IDENTITY)
            .with("kind", SegmentKind::Persons)
            .with("generation", sample::GENERATION);
        self.0.push((name, fixture));
        &mut self.0.last_mut().unwrap().1
    }

    /// A content that was changed and sealed again, with digests and check made right.
    fn content(
        &mut self,
        name: &'static str,
        expect: &str,
        note: &str,
        change: impl FnOnce(&mut Content),
    ) {
        let mut content = Content::read(&good_plain());
        change(&mut content);
        self.sealed(name, expect, note, "many", seal_plain(&content.to_bytes()));
    }
}

pub(crate) fn make() -> Vec<(&'static str, Fixture)> {
    let mut bad = Bad(Vec::new());
    truncations(&mut bad);
    headers(&mut bad);
    indexes(&mut bad);
    footers(&mut bad);
    blocks(&mut bad);
    items(&mut bad);
    seals(&mut bad);
    bad.0
}

fn truncations(bad: &mut Bad) {
    let plain = good_plain();
    let content = Content::read(&plain);
    let index = plain.len() - 40 - 48 * content.blocks.len();
    for (name, expect, len) in [
        ("truncated_header", "TooShort", 8),
        ("truncated_block", "FooterMagic", index / 2),
        ("truncated_index", "FooterMagic", index + 50),
        ("truncated_footer", "FooterMagic", plain.len() - 1),
    ] {
        let note = format!("the content was cut to {len} of {} bytes before sealing", plain.len());
        bad.sealed(name, expect, &note, "many", seal_plain(&plain[..len]));
    }
}

fn headers(bad: &mut Bad) {
    bad.content("header_magic", "Magic", "the first byte is X", |c| c.header[0] = b'X');
    bad.content("header_version_future", "Version", "version 2", |c| c.header[8] = 2);
    bad.content("header_flag_unknown", "Flag", "bit 7 of the flags", |c| c.header[11] = 0x80);
    let note = "the check is made for the right header, another stands there";
    bad.content("header_behind_the_check", "Magic", note, |c| {
        c.checked_header = Some(c.header.clone());
        c.header[0] = b'X';
    });
    bad.content("kind_unknown", "Kind::Unknown", "kind 9", |c| c.header[10] = 9);
    bad.content("kind_reserved", "Kind::Reserved", "kind 6, treatments", |c| c.header[10] = 6);
    bad.content("kind_other", "KindMismatch", "says checkups", |c| c.header[10] = 3);
    bad.content("generation_other", "GenerationMismatch", "says generation 2", |c| {
        c.header[12] = 2
    });
}

fn indexes(bad: &mut Bad) {
    bad.content("index_unsorted", "IndexOrder", "first persons of blocks 1 and 2 exchanged", |c| {
        let first = c.blocks[1].first_person;
        c.blocks[1].first_person = c.blocks[2].first_person;
        c.blocks[2].first_person = first;
    });
    bad.content("index_overlapping", "BlockPlace", "block 2 begins 5 bytes early", |c| {
        c.blocks[2].misplace = (-5, 5);
    });
    bad.content("index_hole", "BlockPlace", "block 1 ends 5 bytes early", |c| {
        c.blocks[1].misplace = (0, -5);
    });
    bad.content("index_empty_block", "BlockPlace", "block 1 has no bytes", |c| {
        c.blocks[1].packed.clear();
    });
    bad.content("index_into_index", "BlocksEnd", "the last block runs into the index", |c| {
        c.blocks.last_mut().unwrap().misplace = (0, 5);
    });
    bad.content("index_flag_unknown", "Flag", "bit 15 of the flags of block 1", |c| {
        c.blocks[1].flags |= 0x8000;
    });
    bad.content("index_first_continues", "IndexOrder", "block 0 goes on with nobody", |c| {
        c.blocks[0].flags |= 1;
    });
    bad.content("index_continues_lies", "ItemOrder", "block 1 does not go on with anybody", |c| {
        c.blocks[1].flags |= 1;
    });
    bad.content("index_first_person_lies", "ItemOrder", "block 1 begins later than it says", |c| {
        let first = &mut c.blocks[1].first_person;
        *first.last_mut().unwrap() -= 1;
    });
    bad.content("index_count_zero", "ItemTotal", "block 1 has no items", |c| {
        c.blocks[1].item_count = 0;
    });
}

fn footers(bad: &mut Bad) {
    bad.content("footer_version_future", "Version", "version 2", |c| c.footer_version = 2);
    bad.content("footer_flag_unknown", "Flag", "bit 3 of the flags", |c| c.footer_flags = 8);
    bad.content("footer_check", "FooterCheckMismatch", "one bit of the check", |c| {
        c.check_flip = 1
    });
    bad.content("footer_no_blocks", "BlockCount", "no blocks at all", |c| c.blocks.clear());
    bad.content("footer_too_many_blocks", "BlockCount", "65,536 blocks more", |c| c.lie.0 = 65_536);
    bad.content("footer_block_count_lies", "IndexPlace", "one block more", |c| c.lie.0 = 1);
    bad.content("footer_index_len_lies", "IndexPlace", "48 bytes more", |c| c.lie.2 = 48);
    bad.content("footer_item_total_lies", "ItemTotal", "one item more", |c| c.lie.1 = 1);
    bad.content("gap_not_zero", "Gap", "text between blocks and index", |c| {
        c.gap = b"something hidden".to_vec();
    });
    bad.content("gap_too_long", "BlocksEnd", "64 KiB of zeros before the index", |c| {
        c.gap = vec![0; 64 << 10];
    });
}

fn blocks(bad: &mut Bad) {
    let note = "blocks 1 and 2 exchanged; both digests are valid, their places are not";
    bad.content("block_swapped", "BlockDigestMismatch", note, |c| {
        let digests = [1, 2].map(|n| {
            let mut hasher = blake3::Hasher::new_derive_key("tomoshibi segment block v1");
            hasher.update(&u32::to_le_bytes(n)).update(&c.blocks[n as usize].packed);
            hasher.finalize().as_bytes()[..16].try_into().unwrap()
        });
        (c.blocks[1].digest, c.blocks[2].digest) = (Some(digests[0]), Some(digests[1]));
        let first = (c.blocks[1].first_person, c.blocks[2].first_person);
        c.blocks.swap(1, 2);
        (c.blocks[1].first_person, c.blocks[2].first_person) = first;
    });
    bad.content("block_bit_flipped", "BlockDigestMismatch", "one bit, digest as before", |c| {
        let mut hasher = blake3::Hasher::new_derive_key("tomoshibi segment block v1");
        hasher.update(&1_u32.to_le_bytes()).update(&c.blocks[1].packed);
        c.blocks[1].digest = Some(hasher.finalize().as_bytes()[..16].try_into().unwrap());
        c.blocks[1].packed[100] ^= 1;
    });
    bad.content("block_not_zstd", "BlockLength", "zstd's magic damaged, digest right", |c| {
        c.blocks[1].packed[0] ^= 1;
    });
    let bomb = || zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
    bad.content("zstd_bomb", "BlockLength", "64 MiB of zeros that say they are 32 KiB", |c| {
        c.blocks[1].packed = bomb();
    });
    bad.content("zstd_bomb_declared", "BlockTooLong", "64 MiB of zeros that say so", |c| {
        c.blocks[1].packed = bomb();
        c.blocks[1].plain_len = 64 << 20;
    });
    bad.content("block_shorter", "BlockLength", "decompresses to less than the index says", |c| {
        c.blocks[1].plain_len += 1;
    });
}

fn items(bad: &mut Bad) {
    let with_items = |c: &mut Content, change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut items = c.blocks[1].items();
        change(&mut items);
        c.blocks[1].set_items(&items);
    };
    bad.content("items_out_of_order", "ItemOrder", "items 3 and 4 of block 1 exchanged", |c| {
        with_items(c, &|items| items.swap(3, 4));
    });
    bad.content("item_twice", "ItemOrder", "item 3 of block 1 stands there twice", |c| {
        with_items(c, &|items| items.insert(3, items[3].clone()));
    });
    bad.content("item_count_lies", "ItemCount", "block 1 says one item more than it has", |c| {
        c.blocks[1].item_count += 1;
    });
    bad.content("item_count_too_small", "ItemCount", "block 1 says one item less", |c| {
        c.blocks[1].item_count -= 1;
    });
    bad.content("item_trailing_bytes", "Item", "a byte after the end of item 3 of block 1", |c| {
        with_items(c, &|items| items[3].push(0));
    });
    bad.content("item_truncated", "Item", "item 3 of block 1 lacks its last byte", |c| {
        with_items(c, &|items| {
            items[3].pop();
        });
    });
    bad.content("item_len_lies", "ItemCount", "item 0 of block 1 says it is 4 GiB long", |c| {
        let mut plain = c.blocks[1].plain();
        plain[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        c.blocks[1].packed = zstd::bulk::compress(&plain, 3).unwrap();
    });
    bad.content("item_sign_unknown", "Item", "the sign for put or delete is 2", |c| {
        // Person 16, day of acceptance 3 (a marker and two bytes), sequence 1, then the sign.
        with_items(c, &|items| {
            assert_eq!(items[3][20], 1);
            items[3][20] = 2;
        });
    });
}

fn seals(bad: &mut Bad) {
    let (many, long) = (good("many"), good("long"));
    let payload = payload_start(&long);
    let chunk = payload..payload + CHUNK_LEN_BYTES;

    let other = seal(&[Identity::generate().to_recipient()], &good_plain()).unwrap();
    bad.sealed(
        "seal_other_recipient",
        "Seal::OtherRecipient",
        "sealed to a stranger",
        "many",
        other,
    );
    let mut mac = many.clone();
    let place = mac.windows(5).position(|w| w == b"\n--- ").unwrap() + 5;
    mac[place] = if mac[place] == b'A' { b'B' } else { b'A' };
    bad.sealed("seal_hmac", "Seal::HeaderMac", "one digit of the header's code", "many", mac);
    let mut removed = long.clone();
    removed.drain(chunk.clone());
    bad.sealed("seal_chunk_removed", "Seal::Damaged", "age's first chunk is gone", "long", removed);
    let mut moved = long.clone();
    moved[chunk.start..].rotate_left(CHUNK_LEN_BYTES);
    bad.sealed("seal_chunk_moved", "Seal::Damaged", "age's chunks in another order", "long", moved);
    let cut = long[..chunk.end].to_vec();
    let note = "cut after age's first chunk, which is whole";
    bad.sealed("seal_truncated_at_chunk", "Seal::Damaged", note, "long", cut);
    let cut = many[..many.len() - 100].to_vec();
    bad.sealed(
        "seal_truncated_in_chunk",
        "Seal::Damaged",
        "the last 100 bytes are gone",
        "many",
        cut,
    );
    let header = payload_start(&many);
    let cut = many[..header - 20].to_vec();
    bad.sealed("seal_truncated_header", "Seal::Truncated", "cut in age's header", "many", cut);
    let extended = [&many[..], b"\0"].concat();
    bad.sealed("seal_trailing_byte", "Seal::Damaged", "a byte after the end", "many", extended);
    let mut flipped = many.clone();
    flipped[header + 999] ^= 1;
    bad.sealed("seal_bit_flipped", "Seal::Damaged", "one bit of the ciphertext", "many", flipped);
    let text = b"not sealed at all\n".to_vec();
    bad.sealed("seal_none", "Seal::Header", "plain text", "many", text);
    let future = many[..20].iter().copied().chain(*b"2\n---").collect();
    bad.sealed("seal_version_future", "Seal::Version", "a later version of age", "many", future);
    let digest = Digest::of(b"another segment");
    let fixture = bad.sealed(
        "digest_other",
        "SegmentDigestMismatch",
        "whole, but not the one the manifest names",
        "many",
        many,
    );
    fixture.fields.insert("digest".into(), digest.to_string());
}

/// Where age's chunks begin: after the header's last line and a nonce of 16 bytes.
fn payload_start(sealed: &[u8]) -> usize {
    let mac = sealed.windows(5).position(|w| w == b"\n--- ").unwrap() + 5;
    mac + 43 + 1 + 16
}
