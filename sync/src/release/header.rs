//! The clear header of a release.

use core::fmt;

use tomoshibi_policies::record::RegionCode;

use super::{RELEASE_LEN_BYTES_MAX, ReleaseError};
use crate::id::NodeId;

/// Newest version of the release.
pub const VERSION: u16 = 1;

// Header, 56 bytes, little-endian, repeated as the first bytes inside the seal. FORMAT.md, section "Release".
//  0  8  magic    "TMRLSE" 0x1A 0x0A
//  8  2  version  u16
// 10  1  kind     u8, see ReleaseKind
// 11  1  region   u8
// 12  1  flags    u8, bit 0 drill, an unknown bit is a refusal
// 13  3  zero
// 16 16  node
// 32 16  release id
// 48  8  number   u64
// 56  .  an age file, to the end
const MAGIC: [u8; 8] = *b"TMRLSE\x1A\x0A";
const FLAG_DRILL: u8 = 1;
/// Length of the header in bytes.
pub const HEADER_LEN_BYTES: usize = 56;
const _: () = assert!(HEADER_LEN_BYTES == 8 + 2 + 1 + 1 + 1 + 3 + 16 + 16 + 8);

/// How a release reaches its node. The number is the format's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ReleaseKind {
    /// Kept by the node beforehand, under a spoken code.
    Prepositioned = 1,
    /// Fetched at the opening, sealed to the opening identity.
    Fetched = 2,
}

/// One release, named by 16 random bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseId(pub [u8; 16]);

/// 32 hexadecimal digits.
impl fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The node that opens a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addressee {
    /// The node.
    pub node: NodeId,
    /// Its region.
    pub region: RegionCode,
    /// True in a drill.
    pub drill: bool,
}

/// For whom a release is. In clear: it tells a carrier which node and region, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseHeader {
    /// How it reaches the node.
    pub kind: ReleaseKind,
    /// The region.
    pub region: RegionCode,
    /// True in a drill.
    pub drill: bool,
    /// The node.
    pub node: NodeId,
    /// Its id.
    pub id: ReleaseId,
    /// Which of the node's releases, from 1: spoken with the code, so that both sides mean the same.
    pub number: u64,
}

impl ReleaseHeader {
    /// Reads the header of a release, which is not verified by that.
    ///
    /// # Errors
    /// [`ReleaseError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ReleaseError> {
        Self::split(bytes).map(|(header, _)| header)
    }

    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_LEN_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        let flags = if self.drill { FLAG_DRILL } else { 0 };
        bytes.extend([self.kind as u8, self.region.get(), flags, 0, 0, 0]);
        bytes.extend(self.node.as_bytes());
        bytes.extend(self.id.0);
        bytes.extend(self.number.to_le_bytes());
        bytes.try_into().unwrap_or([0; HEADER_LEN_BYTES])
    }

    /// The header, and the sealed rest.
    pub(super) fn split(bytes: &[u8]) -> Result<(Self, &[u8]), ReleaseError> {
        let len = bytes.len();
        if len > RELEASE_LEN_BYTES_MAX {
            return Err(ReleaseError::TooLong { len, limit: RELEASE_LEN_BYTES_MAX });
        }
        let truncated = ReleaseError::Truncated { len, needed: HEADER_LEN_BYTES };
        let (front, sealed) = bytes.split_first_chunk::<HEADER_LEN_BYTES>().ok_or(truncated)?;
        Ok((Self::parse(front).ok_or(truncated)??, sealed))
    }

    fn parse(front: &[u8; HEADER_LEN_BYTES]) -> Option<Result<Self, ReleaseError>> {
        let (magic, rest) = front.split_first_chunk::<8>()?;
        let (version, rest) = rest.split_first_chunk::<2>()?;
        let ([kind, region, flags, zero @ ..], rest) = rest.split_first_chunk::<6>()?;
        let (node, rest) = rest.split_first_chunk::<16>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let number = u64::from_le_bytes(*rest.first_chunk::<8>()?);
        if *magic != MAGIC {
            return Some(Err(ReleaseError::Magic));
        }
        let found = u16::from_le_bytes(*version);
        if found != VERSION {
            return Some(Err(ReleaseError::Version { found, known: VERSION }));
        }
        let kind = match kind {
            1 => ReleaseKind::Prepositioned,
            2 => ReleaseKind::Fetched,
            found => return Some(Err(ReleaseError::Kind { found: *found })),
        };
        let unknown = flags & !FLAG_DRILL;
        if unknown != 0 || *zero != [0; 3] {
            return Some(Err(ReleaseError::Flag { unknown }));
        }
        let Ok(region) = RegionCode::new(*region) else {
            return Some(Err(ReleaseError::Mismatch { field: "the region" }));
        };
        let (node, id) = (NodeId::from_bytes(*node), ReleaseId(*id));
        Some(Ok(Self { kind, region, drill: *flags == FLAG_DRILL, node, id, number }))
    }

    /// Refuses a release of another kind or for somebody else.
    pub(super) fn check(&self, kind: ReleaseKind, to: &Addressee) -> Result<(), ReleaseError> {
        if self.node != to.node {
            return Err(ReleaseError::OtherNode { found: self.node, expected: to.node });
        }
        for (field, same) in [
            ("the region", self.region == to.region),
            ("the drill flag", self.drill == to.drill),
            ("the kind", self.kind == kind),
        ] {
            if !same {
                return Err(ReleaseError::Mismatch { field });
            }
        }
        Ok(())
    }
}
