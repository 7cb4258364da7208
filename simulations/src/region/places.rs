//! Where people of the region live and which facilities stand there.
//!
//! A *neighbourhood* is 1,024 consecutive people in one municipality with two medical clinics, a
//! dental clinic and two pharmacies. A *district* is four neighbourhoods with one hospital and the
//! pharmacy before it. Nobody uses a facility outside the own district: this is what lets a region
//! of any size be written district by district, with one district's claims in memory at a time.
//!
//! Municipality codes and names are those of JIS X 0402 for prefecture 17; streets, facilities and
//! their codes are invented.

use super::dice::{Dice, Domain};

/// JIS code of the prefecture.
pub(crate) const PREFECTURE: &str = "17";
/// People in a neighbourhood.
pub(crate) const NEIGHBOURHOOD_PEOPLE: u32 = 1024;
/// Neighbourhoods in a district.
pub(crate) const DISTRICT_NEIGHBOURHOODS: u32 = 4;
/// People in a district.
pub(crate) const DISTRICT_PEOPLE: u32 = NEIGHBOURHOOD_PEOPLE * DISTRICT_NEIGHBOURHOODS;

/// A municipality.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Municipality {
    /// JIS code, five digits.
    pub(crate) code: &'static str,
    /// Name.
    pub(crate) name: &'static str,
    /// Share of the region's neighbourhoods.
    pub(crate) weight: u32,
}

const fn municipality(code: &'static str, name: &'static str, weight: u32) -> Municipality {
    Municipality { code, name, weight }
}

/// All municipalities of the prefecture.
pub(crate) const MUNICIPALITIES: &[Municipality] = &[
    municipality("17201", "金沢市", 40),
    municipality("17202", "七尾市", 9),
    municipality("17203", "小松市", 12),
    municipality("17204", "輪島市", 7),
    municipality("17205", "珠洲市", 6),
    municipality("17206", "加賀市", 8),
    municipality("17207", "羽咋市", 4),
    municipality("17209", "かほく市", 5),
    municipality("17210", "白山市", 12),
    municipality("17211", "能美市", 6),
    municipality("17212", "野々市市", 6),
    municipality("17324", "川北町", 2),
    municipality("17361", "津幡町", 5),
    municipality("17365", "内灘町", 4),
    municipality("17384", "志賀町", 4),
    municipality("17386", "宝達志水町", 3),
    municipality("17407", "中能登町", 3),
    municipality("17461", "穴水町", 3),
    municipality("17463", "能登町", 5),
];

/// Invented streets.
pub(crate) const STREETS: &[&str] = &[
    "見本町",
    "灯台町",
    "浜見本",
    "字山手",
    "大字川辺",
    "松並町",
    "港町",
    "緑ケ丘",
    "桜ヶ丘",
    "本町通",
    "新見本町",
    "字岬",
    "西灯町",
    "東灯町",
];

/// Places outside the prefecture, as (prefecture, municipality, post number).
pub(crate) const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("富山県", "高岡市", "933-0000"),
    ("新潟県", "上越市", "943-0000"),
    ("東京都", "江東区", "135-0000"),
];

/// What a facility is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FacilityKind {
    Hospital,
    MedicalClinic,
    DentalClinic,
    Pharmacy,
}

impl FacilityKind {
    /// The word of `institutions.csv`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::MedicalClinic => "medical_clinic",
            Self::DentalClinic => "dental_clinic",
            Self::Pharmacy => "pharmacy",
        }
    }

    /// The 点数表 digit of its code.
    pub(crate) const fn table(self) -> char {
        match self {
            Self::Hospital | Self::MedicalClinic => '1',
            Self::DentalClinic => '3',
            Self::Pharmacy => '4',
        }
    }
}

/// One facility: the district it stands in, and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FacilityId {
    pub(crate) district: u32,
    slot: u32,
}

/// What stands in each neighbourhood, in slot order.
const NEIGHBOURHOOD_KINDS: [FacilityKind; 5] = [
    FacilityKind::MedicalClinic,
    FacilityKind::MedicalClinic,
    FacilityKind::DentalClinic,
    FacilityKind::Pharmacy,
    FacilityKind::Pharmacy,
];

impl FacilityId {
    /// The hospital of a district.
    pub(crate) const fn hospital(district: u32) -> Self {
        Self { district, slot: 0 }
    }

    /// The pharmacy before a district's hospital.
    pub(crate) const fn hospital_pharmacy(district: u32) -> Self {
        Self { district, slot: 1 }
    }

    /// Clinic 0 or 1 of a neighbourhood.
    pub(crate) const fn clinic(neighbourhood: u32, which: u32) -> Self {
        Self::local(neighbourhood, which)
    }

    /// The dental clinic of a neighbourhood.
    pub(crate) const fn dental(neighbourhood: u32) -> Self {
        Self::local(neighbourhood, 2)
    }

    /// Pharmacy 0 or 1 of a neighbourhood; each serves the clinic of its number.
    pub(crate) const fn pharmacy(neighbourhood: u32, which: u32) -> Self {
        Self::local(neighbourhood, 3 + which)
    }

    const fn local(neighbourhood: u32, place: u32) -> Self {
        let district = neighbourhood / DISTRICT_NEIGHBOURHOODS;
        Self { district, slot: 2 + neighbourhood % DISTRICT_NEIGHBOURHOODS * 5 + place }
    }

    /// All facilities of a district whose first `neighbourhoods` neighbourhoods have people.
    pub(crate) fn of_district(district: u32, neighbourhoods: u32) -> impl Iterator<Item = Self> {
        (0..2 + neighbourhoods * 5).map(move |slot| Self { district, slot })
    }

    /// What it is.
    pub(crate) fn kind(self) -> FacilityKind {
        match self.slot {
            0 => FacilityKind::Hospital,
            1 => FacilityKind::Pharmacy,
            slot => NEIGHBOURHOOD_KINDS
                .get(((slot - 2) % 5) as usize)
                .copied()
                .unwrap_or(FacilityKind::Pharmacy),
        }
    }

    /// The neighbourhood it stands in (the district's first for hospital and its pharmacy).
    pub(crate) const fn neighbourhood(self) -> u32 {
        self.district * DISTRICT_NEIGHBOURHOODS + self.slot.saturating_sub(2) / 5
    }

    /// The seven digits of its code.
    pub(crate) fn code7(self) -> String {
        format!("{:04}{:02}3", self.district, self.slot)
    }

    /// Its ten-digit code.
    pub(crate) fn code10(self) -> String {
        format!("{PREFECTURE}{}{}", self.kind().table(), self.code7())
    }

    /// Its name.
    pub(crate) fn name(self) -> String {
        let place = self.district * 100 + self.slot;
        match self.kind() {
            FacilityKind::Hospital => format!("みほん第{place}病院"),
            FacilityKind::MedicalClinic => format!("みほん内科医院{place}"),
            FacilityKind::DentalClinic => format!("みほん歯科{place}"),
            FacilityKind::Pharmacy => format!("みほん薬局{place}"),
        }
    }

    /// Its index in the facility streams.
    pub(crate) const fn stream(self) -> u64 {
        self.district as u64 * 64 + self.slot as u64
    }
}

/// The municipality of a neighbourhood.
pub(crate) fn municipality_of(seed: u64, neighbourhood: u32) -> usize {
    Dice::new(seed, Domain::Neighbourhood, u64::from(neighbourhood))
        .weighted(MUNICIPALITIES.iter().map(|row| row.weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_ten_digits_and_distinct() {
        let codes: BTreeSet<String> = (0..30)
            .flat_map(|district| FacilityId::of_district(district, 4))
            .map(FacilityId::code10)
            .collect();
        assert_eq!(codes.len(), 30 * 22);
        assert!(codes.iter().all(|code| code.len() == 10 && code.starts_with("17")));
    }

    #[test]
    fn facilities_stand_where_they_say() {
        assert_eq!(FacilityId::clinic(6, 1).neighbourhood(), 6);
        assert_eq!(FacilityId::pharmacy(7, 0).kind(), FacilityKind::Pharmacy);
        assert_eq!(FacilityId::dental(5).kind(), FacilityKind::DentalClinic);
        assert_eq!(FacilityId::hospital(2).code10(), "1710002003");
    }
}
