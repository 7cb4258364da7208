//! Folding of names, numbers and addresses: what two registers and a tired typist write differently becomes equal.
//!
//! Promises: every function here is pure and total (any text in, never a panic); the string keys are fixed points of
//! their own folding, so folding a key again changes nothing; equal K1 keys meet in K2 too. The publisher folds
//! what a snapshot carries, the node folds what is typed, and both must fold alike: the manifest names
//! [`FOLDING_VERSION`], and a changed key is a new version.
//!
//! Beside the keys there are comparisons, which the node makes and nothing stores: letters that read as kana, and the
//! parts of a name in another order.
//!
//! Does *not* cover: which key may decide what (that is [`crate::find`]), foreign names in letters against their reading
//! in kana (Smith and スミス), abbreviations of company or town names. The official folding of registered kana is not
//! established (domain handbook 7.1, section 9); the keys are those of its section 7.2.
//!
//! # Format
//!
//! All keys begin with NFKC, letters without accents and in upper case, and nothing but letters and digits.
//!
//! | key | function | in addition |
//! |---|---|---|
//! | K1 | [`kana_key`] | hiragana to katakana; ヴァ ヴィ ヴ ヴェ ヴォ to バ ビ ブ ベ ボ; small kana to large; ヂヅヲヰヱ to ジズオイエ; ー dropped; ゝゞ spelled out |
//! | K2 | [`wide_kana_keys_match`] | compares two K1: voiced marks do not matter, nor ヅ and ツ, ヂ and チ; オオ and オウ are オ. Not stored |
//! | K3 | [`given_kana`] | K1 of what follows the only space, when all of it is kana |
//! | KJ | [`kanji_key`] | kana as in K1; variant kanji to one representative; 々 spelled out; ● kept |
//! | symbol | [`symbol_key`] | KJ without ● |
//! | number | [`digits_key`] | symbol key; without leading zeros when it is all digits |
//!
//! Reading order: `text` (common first step), [`kana_key`], [`kanji_key`], then the rest.

mod address;
mod digits;
mod fold;
mod kana;
mod kanji;
mod municipality;
mod order;
mod romaji;
mod text;
mod variants;

pub use address::{AddressKey, AddressLikeness, address_key};
pub use digits::{digits_key, is_no_identity, symbol_key};
pub use fold::FoldedName;
pub use kana::{given_kana, kana_key, wide_kana_keys_match};
pub use kanji::{kanji_key, kanji_keys_match};

pub(crate) use kana::{has_kana, has_long_mark};
pub(crate) use kanji::{has_kanji, is_wildcard, written_alike};
pub(crate) use order::{is_part_of_other, name_parts, other_orders};
pub(crate) use romaji::reads_alike;

/// Version of every key in this module. A snapshot whose keys were folded by another version must not be searched.
pub const FOLDING_VERSION: u16 = 1;
