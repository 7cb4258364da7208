//! What events are made of.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::Word;
use crate::id::Digest;

/// One presence of one patient: ties search, consent, permit, disclosure and print together. Random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VisitId(pub [u8; 16]);

impl fmt::Debug for VisitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitId(hidden)")
    }
}

/// Who acted: badge and the role it named then. Only ever inside a sealed body; the patient's feed leaves it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRef {
    /// Id of the badge.
    pub badge: [u8; 16],
    /// The role, as a stable word.
    pub role: Word,
}

/// How a person was looked for (閲覧方法).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum QueryKind {
    /// Insurer number, symbol and number, birth date.
    Number,
    /// Name, birth date, sex, address or insurer.
    FourFields,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SearchOutcome {
    /// Nobody in this node's data.
    None,
    /// One person.
    One,
    /// Several: more was asked for.
    Several,
}

/// What stands behind a permit (同意状況).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsentBasis {
    /// Eligibility only, which needs no consent.
    EligibilityOnly,
    /// The patient, or who speaks for them, agreed; how, as a stable word.
    Expressed {
        /// `oral`, `written`, `proxy`.
        form: Word,
    },
    /// The patient refused.
    Refused,
    /// Life or body had to be protected.
    VitalInterest {
        /// Why the patient could not express a will, as a stable word.
        reason: Word,
        /// True when nobody confirmed it.
        alone: bool,
    },
}

/// One category that was shown, as the patient's feed tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The category, as a stable word.
    pub category: Word,
    /// How many items of it.
    pub items: u32,
}

/// What was shown, to whom and on what ground: all that a disclosure feed, a review and an auditor need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// The visit.
    pub visit: VisitId,
    /// Who saw it.
    pub staff: StaffRef,
    /// Where: the ten digits of the facility as a number.
    #[serde(with = "facility")]
    pub facility: tomoshibi_policies::record::FacilityCode,
    /// Whose data.
    #[serde(with = "person")]
    pub person: tomoshibi_policies::record::PersonId,
    /// On what ground.
    pub basis: ConsentBasis,
    /// How the person was found.
    pub query: QueryKind,
    /// Whether it was confirmed that the patient is that person.
    pub identity_confirmed: bool,
    /// What, by category.
    pub shown: Vec<Shown>,
    /// Digest of the items as they were shown.
    pub items: Digest,
}

/// A facility code as its number.
pub(super) mod facility {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
    use tomoshibi_policies::record::FacilityCode;

    pub(in crate::journal) fn serialize<S: Serializer>(
        value: &FacilityCode,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.number().serialize(to)
    }

    pub(in crate::journal) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<FacilityCode, D::Error> {
        FacilityCode::from_number(u64::deserialize(from)?).map_err(de::Error::custom)
    }
}

/// A person's 16 bytes.
pub(super) mod person {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tomoshibi_policies::record::PersonId;

    pub(in crate::journal) fn serialize<S: Serializer>(
        value: &PersonId,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_bytes().serialize(to)
    }

    pub(in crate::journal) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<PersonId, D::Error> {
        <[u8; 16]>::deserialize(from).map(PersonId::from_bytes)
    }
}

/// A person's 16 bytes, or none.
pub(super) mod maybe_person {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tomoshibi_policies::record::PersonId;

    pub(in crate::journal) fn serialize<S: Serializer>(
        value: &Option<PersonId>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(PersonId::as_bytes).serialize(to)
    }

    pub(in crate::journal) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<PersonId>, D::Error> {
        Ok(Option::<[u8; 16]>::deserialize(from)?.map(PersonId::from_bytes))
    }
}

/// A region by its JIS code.
pub(super) mod region {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
    use tomoshibi_policies::record::RegionCode;

    pub(in crate::journal) fn serialize<S: Serializer>(
        value: &RegionCode,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.get().serialize(to)
    }

    pub(in crate::journal) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<RegionCode, D::Error> {
        RegionCode::new(u8::deserialize(from)?).map_err(de::Error::custom)
    }
}

/// An instant in milliseconds.
pub(super) mod timestamp {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tomoshibi_policies::time::Timestamp;

    pub(in crate::journal) fn serialize<S: Serializer>(
        value: &Timestamp,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_millis().serialize(to)
    }

    pub(in crate::journal) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_millis)
    }
}
