//! The keys of one registered name, as the publisher folds them into a snapshot.

use alloc::string::String;
use core::fmt;

use super::kanji::{has_kanji, kanji_key};
use super::{given_kana, kana_key};
use crate::record::PersonName;

/// K1, K3 and KJ of one name. K2 follows from K1 and is not stored.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FoldedName {
    /// K1. Empty when no reading is registered.
    pub kana: String,
    /// K3, when family and given name are clearly apart.
    pub given: Option<String>,
    /// KJ. Empty when no written name is registered.
    pub kanji: String,
}

impl FoldedName {
    /// Folds a name. A name without a reading that is itself written in kana or letters is its own reading.
    #[must_use]
    pub fn fold(name: &PersonName) -> Self {
        let reading = match name.kana.as_str() {
            "" if has_kanji(&name.kanji) => "",
            "" => &name.kanji,
            kana => kana,
        };
        Self { kana: kana_key(reading), given: given_kana(reading), kanji: kanji_key(&name.kanji) }
    }
}

// Keys of a name are patient data as the name is.
impl fmt::Debug for FoldedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedName(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::record::NameUse;

    fn folded(kanji: &str, kana: &str) -> FoldedName {
        let name_use = NameUse::Registered;
        FoldedName::fold(&PersonName { name_use, kanji: kanji.into(), kana: kana.into() })
    }

    #[test]
    fn a_name_in_kana_is_its_own_reading() {
        let name = folded("灯火　サクラ", "");
        assert_eq!((name.kana.as_str(), name.given), ("", None));
        let name = folded("トモシビ　サクラ", "");
        assert_eq!((name.kana.as_str(), name.given.as_deref()), ("トモシビサクラ", Some("サクラ")));
        assert_eq!(folded("SMITH JOHN", "").kana, "SMITHJOHN");
        assert_eq!(folded("SMITH JOHN", "ｽﾐｽ ｼﾞﾖﾝ").kana, "スミスジヨン");
    }

    #[test]
    fn debug_output_shows_nobody() {
        assert_eq!(format!("{:?}", folded("灯火", "ﾄﾓｼﾋﾞ")), "FoldedName(hidden)");
    }
}
