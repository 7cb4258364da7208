//! The rows as bytes.

use redb::TableDefinition;
use tomoshibi_policies::record::{PersonId, Sex, SourceOrder};
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};

/// Reference number -> id.
pub(super) const REFERENCES: TableDefinition<'_, &str, [u8; 16]> =
    TableDefinition::new("references-v1");
/// Id -> [`Facts`].
pub(super) const FACTS: TableDefinition<'_, [u8; 16], [u8; FACTS_LEN_BYTES]> =
    TableDefinition::new("facts-v1");
/// [`super::identity::IdentityKey`], id and first day -> first day outside.
pub(super) const IDENTITIES: TableDefinition<'_, &[u8], i64> =
    TableDefinition::new("identities-v1");

/// Birth kind 1, birth 8, sex 1, accepted 8, sequence 8; little-endian.
pub(super) const FACTS_LEN_BYTES: usize = 26;
/// First day outside of a coverage that has none.
pub(super) const OPEN_END: i64 = i64::MAX;

/// What is known of a person besides identities.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) birth: PartialDate,
    pub(super) sex: Sex,
    /// Of the newest delivery.
    pub(super) order: SourceOrder,
}

impl Facts {
    pub(super) fn to_bytes(self) -> [u8; FACTS_LEN_BYTES] {
        let (kind, birth) = match self.birth {
            PartialDate::Day(day) => (0, day.days()),
            PartialDate::Month(month) => (1, i64::from(month.index())),
            PartialDate::Year(year) => (2, i64::from(year)),
        };
        let mut bytes = [0; FACTS_LEN_BYTES];
        let parts = [
            &[kind][..],
            &birth.to_le_bytes(),
            &[self.sex.code()],
            &self.order.accepted.days().to_le_bytes(),
            &self.order.sequence.to_le_bytes(),
        ];
        for (byte, value) in bytes.iter_mut().zip(parts.concat()) {
            *byte = value;
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; FACTS_LEN_BYTES]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (birth, rest) = rest.split_first_chunk::<8>()?;
        let (sex, rest) = rest.split_first()?;
        let (accepted, sequence) = rest.split_first_chunk::<8>()?;
        let birth = i64::from_le_bytes(*birth);
        let birth = match kind {
            0 => PartialDate::Day(JstDate::from_days(birth)),
            1 => PartialDate::Month(YearMonth::from_index(i32::try_from(birth).ok()?)?),
            2 => PartialDate::Year(i32::try_from(birth).ok()?),
            _ => return None,
        };
        let sex = match sex {
            1 => Sex::Male,
            2 => Sex::Female,
            3 => Sex::NotSet,
            _ => return None,
        };
        let accepted = JstDate::from_days(i64::from_le_bytes(*accepted));
        let sequence = u64::from_le_bytes(sequence.try_into().ok()?);
        Some(Self { birth, sex, order: SourceOrder { accepted, sequence } })
    }
}

/// Id of a row.
pub(super) const fn person(bytes: [u8; 16]) -> PersonId {
    PersonId::from_bytes(bytes)
}
