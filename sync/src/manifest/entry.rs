//! One segment of a manifest.

use tomoshibi_policies::record::PersonId;
use tomoshibi_policies::time::YearMonth;

use super::ManifestError;
use crate::id::{Digest, Generation, Hasher};
use crate::item::SegmentKind;
use crate::seam::ReadAt;

/// How much is hashed at a time.
const PIECE_LEN_BYTES: usize = 64 << 10;

/// One segment of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentEntry {
    /// Digest of the sealed file: its name, and what makes it ours.
    pub digest: Digest,
    /// Length of the sealed file in bytes.
    pub len_bytes: u64,
    /// The kind.
    pub kind: SegmentKind,
    /// The generation it is sealed to.
    pub generation: Generation,
    /// First month of its sources.
    pub from: YearMonth,
    /// Last month of its sources.
    pub to: YearMonth,
    /// Person of its first item.
    pub first_person: PersonId,
    /// Person of its last item.
    pub last_person: PersonId,
    /// Number of items.
    pub items: u64,
}

impl SegmentEntry {
    /// True when the segment can hold items of `person`.
    #[must_use]
    pub fn spans(&self, person: &PersonId) -> bool {
        self.first_person <= *person && *person <= self.last_person
    }

    /// Reads a sealed file from front to back and makes sure that it is the segment meant here. Needs no key.
    ///
    /// # Errors
    /// [`ManifestError::SegmentLenMismatch`], [`ManifestError::SegmentDigestMismatch`], [`ManifestError::Io`].
    pub fn verify(&self, file: &dyn ReadAt) -> Result<(), ManifestError> {
        if file.len_bytes() != self.len_bytes {
            let (found, expected) = (file.len_bytes(), self.len_bytes);
            return Err(ManifestError::SegmentLenMismatch { digest: self.digest, found, expected });
        }
        let mut hasher = Hasher::default();
        let mut piece = vec![0; PIECE_LEN_BYTES];
        let mut offset: u64 = 0;
        while offset < self.len_bytes {
            let count = file
                .read_at(offset, &mut piece)
                .map_err(|e| ManifestError::Io { kind: e.kind() })?;
            let read = piece.get(..count).filter(|read| !read.is_empty());
            let Some(read) = read else { break };
            hasher.update(read);
            offset = offset.saturating_add(count as u64);
        }
        match hasher.digest() {
            found if found == self.digest => Ok(()),
            found => Err(ManifestError::SegmentDigestMismatch { found, expected: self.digest }),
        }
    }
}
