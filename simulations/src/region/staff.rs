//! The staff of a region's drills: `staff.json`.
//!
//! Promise: no staff member bears a patient's name, in kanji or in kana, because no family name
//! here occurs among the patients' (`names/pool.rs`); a test compares both.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::places::FacilityId;

/// What a person on site may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// 医師
    Doctor,
    /// 歯科医師
    Dentist,
    /// 薬剤師
    Pharmacist,
    /// 被選定者
    Designated,
    /// 受付
    Reception,
}

/// One staff member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// Family and given name, parted by a full-width space.
    pub name: String,
    /// Full-width katakana.
    pub name_kana: String,
    /// Role.
    pub role: StaffRole,
    /// Where the person works on an ordinary day.
    pub facility10: String,
}

/// Why `staff.json` could not be read.
#[derive(Debug, Error)]
pub enum StaffError {
    /// The file cannot be read.
    #[error("staff file {path} cannot be read")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no list of staff.
    #[error("staff file {path} is not a list of staff of this version")]
    Shape {
        /// The file.
        path: PathBuf,
    },
}

use StaffRole::{Dentist, Designated, Doctor, Pharmacist, Reception};

/// Family name, kana, given name, kana, role.
#[rustfmt::skip]
const STAFF: &[(&str, &str, &str, &str, StaffRole)] = &[
    ("灯台", "トウダイ", "守", "マモル", Doctor),
    ("常夜", "トコヨ", "灯子", "トモコ", Doctor),
    ("篝", "カガリ", "明", "アキラ", Doctor),
    ("暁月", "アカツキ", "遥", "ハルカ", Doctor),
    ("星影", "ホシカゲ", "司", "ツカサ", Doctor),
    ("炬火", "タイマツ", "燿", "ヨウ", Doctor),
    ("行灯", "アンドン", "静香", "シズカ", Dentist),
    ("白歯", "シラハ", "健", "ケン", Dentist),
    ("薬師寺", "ヤクシジ", "薫", "カオル", Pharmacist),
    ("調", "シラベ", "剤斗", "ザイト", Pharmacist),
    ("匙加減", "サジカゲン", "量", "リョウ", Pharmacist),
    ("乳鉢", "ニュウバチ", "円", "マドカ", Pharmacist),
    ("看取", "ミトリ", "優", "ユウ", Designated),
    ("見張", "ミハリ", "番", "ツガイ", Designated),
    ("駆付", "カケツケ", "早苗", "サナエ", Designated),
    ("救処", "スクイド", "巡", "メグル", Designated),
    ("受付", "ウケツケ", "待子", "マチコ", Reception),
    ("案内", "アナイ", "導", "ミチビキ", Reception),
    ("窓口", "マドグチ", "開", "ヒラク", Reception),
    ("呼出", "ヨビダシ", "響", "ヒビキ", Reception),
];

/// The staff of every region: they work in its first district.
pub fn staff() -> Vec<StaffMember> {
    STAFF
        .iter()
        .enumerate()
        .map(|(at, (family, family_kana, given, given_kana, role))| {
            let facility = match role {
                Dentist => FacilityId::dental(0),
                Pharmacist if at % 2 == 0 => FacilityId::pharmacy(0, 0),
                Doctor if at % 3 == 2 => FacilityId::clinic(0, 0),
                _ => FacilityId::hospital(0),
            };
            StaffMember {
                name: format!("{family}　{given}"),
                name_kana: format!("{family_kana}　{given_kana}"),
                role: *role,
                facility10: facility.code10(),
            }
        })
        .collect()
}

/// Reads a region's `staff.json`.
///
/// # Errors
/// When the file cannot be read or is no list of staff.
pub fn read(path: &Path) -> Result<Vec<StaffMember>, StaffError> {
    let text = fs::read(path).map_err(|source| StaffError::Io { path: path.to_owned(), source })?;
    serde_json::from_slice(&text).map_err(|_| StaffError::Shape { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::names::pool::FAMILIES;

    #[test]
    fn no_family_name_is_shared_with_patients() {
        for (family, kana, ..) in STAFF {
            for patient in FAMILIES {
                assert_ne!(*family, patient.kanji);
                assert_ne!(*family, patient.variant);
                assert_ne!(*kana, patient.kana);
                assert_ne!(*kana, patient.other_kana);
            }
        }
    }
}
