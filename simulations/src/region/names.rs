//! A person's true name, and how it may be written.
//!
//! Invariant: kana is full-width katakana; kanji text is whatever the family writes, even outside
//! code page 932. Not covered: what a register made of it (`lives/registration.rs`).

pub(crate) mod kana;
pub(crate) mod pool;
pub mod traps;

/// In what script a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// 灯火　太郎
    Japanese,
    /// グエン・ティ・ハナ
    Katakana,
    /// SMITH　JOHN
    Alphabet,
}

/// A true name in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub(crate) family: String,
    pub(crate) family_kana: String,
    pub(crate) given: String,
    pub(crate) given_kana: String,
    pub(crate) script: Script,
}

impl PersonName {
    /// The name as written, parts parted by a full-width space (or ・).
    pub(crate) fn written(&self) -> String {
        let between = if self.script == Script::Katakana { "・" } else { "　" };
        format!("{}{between}{}", self.family, self.given)
    }

    /// The reading, parts parted by a full-width space.
    pub(crate) fn kana(&self) -> String {
        format!("{}　{}", self.family_kana, self.given_kana)
    }
}
