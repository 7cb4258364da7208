//! What a person has to be told about the disk.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::SnapshotId;

/// Damage that the store found and lives with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreAlarm {
    /// The newest snapshot is damaged and an older one, whole, is served.
    #[error("snapshot {wanted} of region {region} is damaged, {served} is served")]
    FellBack {
        /// The region.
        region: RegionCode,
        /// The newest that was current.
        wanted: SnapshotId,
        /// What is served.
        served: SnapshotId,
    },
    /// What is served lacks segments.
    #[error("snapshot {served} of region {region} lacks {count} segments")]
    Incomplete {
        /// The region.
        region: RegionCode,
        /// What is served.
        served: SnapshotId,
        /// How many segments are missing.
        count: usize,
    },
    /// Nothing can be served.
    #[error("no manifest of region {region} can be read, {wanted} was current")]
    Lost {
        /// The region.
        region: RegionCode,
        /// The newest that was current.
        wanted: SnapshotId,
    },
    /// The pointer was lost with the state and was read back from the manifests.
    #[error("the pointer of region {region} was lost, {served} was found on the disk")]
    PointerLost {
        /// The region.
        region: RegionCode,
        /// What is served.
        served: SnapshotId,
    },
}

impl StoreAlarm {
    /// Always [`ErrorClass::Corrupt`]: the disk may be failing.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Corrupt
    }
}
