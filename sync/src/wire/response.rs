//! What the other end answers.

use serde::{Deserialize, Serialize};

use super::error::within;
use super::inbox::InboxPageV1;
use super::refusal::RefusalV1;
use super::request::{RECONCILE_LEN_BYTES_MAX, decode};
use super::{Frame, InboxPage, Refusal, WireError};
use crate::codec;
use crate::id::NodeId;

/// Longest signed manifest: the longest body of a signed envelope and room for its header and 64 signatures.
pub const MANIFEST_LEN_BYTES_MAX: u64 = crate::signed::BODY_LEN_BYTES_MAX as u64 + (8 << 10);
/// Longest segment: 8 MiB.
pub const SEGMENT_LEN_BYTES_MAX: u64 = 8 << 20;
/// Longest sealed release: 256 KiB, a keyring of some 3,000 generations.
pub const RELEASE_LEN_BYTES_MAX: usize = 256 << 10;

/// The answer to one request. `Manifest` and `Segment` are followed by raw bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// You are admitted, as this node.
    Welcome {
        /// The node that the peer's certificate belongs to.
        node: NodeId,
    },
    /// The newest manifest follows: exactly `len_bytes` raw bytes.
    Manifest {
        /// Length of the signed manifest, 1 to [`MANIFEST_LEN_BYTES_MAX`].
        len_bytes: u64,
    },
    /// The manifest held is the newest.
    UpToDate,
    /// The segment follows from `offset` on: exactly `len_bytes - offset` raw bytes.
    Segment {
        /// Length of the whole segment, 1 to [`SEGMENT_LEN_BYTES_MAX`].
        len_bytes: u64,
        /// Where the raw bytes begin, the offset that was asked for.
        offset: u64,
    },
    /// What waits.
    Inbox(InboxPage),
    /// The opening identity is recorded.
    Announced,
    /// The sealed release.
    Release {
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A message of the reconciliation protocol, opaque here.
    Reconciled {
        /// The message.
        message: Vec<u8>,
    },
    /// No, and why.
    Refused(Refusal),
}

// Numbers of the messages; they never change their meaning.
const WELCOME: u16 = 0x8001;
const MANIFEST: u16 = 0x8002;
const UP_TO_DATE: u16 = 0x8003;
const SEGMENT: u16 = 0x8004;
const INBOX: u16 = 0x8005;
const ANNOUNCED: u16 = 0x8006;
const RELEASE: u16 = 0x8007;
const RECONCILED: u16 = 0x8008;
pub(super) const ENROLLED: u16 = 0x8010;
pub(super) const REFUSED: u16 = 0x80FF;

#[derive(Serialize, Deserialize)]
struct SegmentV1 {
    len_bytes: u64,
    offset: u64,
}

impl Response {
    /// The frame to send.
    ///
    /// # Errors
    /// [`WireError`] when the response breaks a limit of its own.
    pub fn to_frame(&self) -> Result<Frame, WireError> {
        self.check()?;
        let body = match self {
            Self::UpToDate | Self::Announced => Vec::new(),
            Self::Welcome { node } => codec::encode("welcome", node)?,
            Self::Manifest { len_bytes } => codec::encode("manifest head", len_bytes)?,
            Self::Segment { len_bytes, offset } => {
                let wire = SegmentV1 { len_bytes: *len_bytes, offset: *offset };
                codec::encode("segment head", &wire)?
            }
            Self::Inbox(page) => codec::encode("inbox page", &InboxPageV1::from(page))?,
            Self::Release { bytes } => bytes.clone(),
            Self::Reconciled { message } => message.clone(),
            Self::Refused(refusal) => codec::encode("refusal", &RefusalV1::from(refusal))?,
        };
        Frame::new(self.number(), body)
    }

    /// Reads a response.
    ///
    /// # Errors
    /// [`WireError`], which names an unknown message by its number.
    pub fn from_frame(frame: Frame) -> Result<Self, WireError> {
        let body = frame.body.as_slice();
        let response = match frame.message {
            WELCOME => Self::Welcome { node: decode("welcome", body)? },
            MANIFEST => Self::Manifest { len_bytes: decode("manifest head", body)? },
            UP_TO_DATE => decode::<()>("up to date", body).map(|()| Self::UpToDate)?,
            SEGMENT => {
                let wire: SegmentV1 = decode("segment head", body)?;
                Self::Segment { len_bytes: wire.len_bytes, offset: wire.offset }
            }
            INBOX => Self::Inbox(decode::<InboxPageV1>("inbox page", body)?.try_into()?),
            ANNOUNCED => decode::<()>("announced", body).map(|()| Self::Announced)?,
            RELEASE => Self::Release { bytes: frame.body },
            RECONCILED => Self::Reconciled { message: frame.body },
            REFUSED => Self::Refused(decode::<RefusalV1>("refusal", body)?.try_into()?),
            number => return Err(WireError::UnknownMessage { what: "response", number }),
        };
        response.check()?;
        Ok(response)
    }

    /// How many raw bytes follow the frame.
    #[must_use]
    pub const fn raw_len_bytes(&self) -> u64 {
        match self {
            Self::Manifest { len_bytes } => *len_bytes,
            Self::Segment { len_bytes, offset } => len_bytes.saturating_sub(*offset),
            _ => 0,
        }
    }

    /// The message's name in errors.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::Manifest { .. } => "manifest",
            Self::UpToDate => "up to date",
            Self::Segment { .. } => "segment",
            Self::Inbox(_) => "inbox",
            Self::Announced => "announced",
            Self::Release { .. } => "release",
            Self::Reconciled { .. } => "reconciled",
            Self::Refused(_) => "refused",
        }
    }

    const fn number(&self) -> u16 {
        match self {
            Self::Welcome { .. } => WELCOME,
            Self::Manifest { .. } => MANIFEST,
            Self::UpToDate => UP_TO_DATE,
            Self::Segment { .. } => SEGMENT,
            Self::Inbox(_) => INBOX,
            Self::Announced => ANNOUNCED,
            Self::Release { .. } => RELEASE,
            Self::Reconciled { .. } => RECONCILED,
            Self::Refused(_) => REFUSED,
        }
    }

    fn check(&self) -> Result<(), WireError> {
        match self {
            Self::Manifest { len_bytes } => {
                sound_len("manifest", *len_bytes, MANIFEST_LEN_BYTES_MAX)
            }
            Self::Segment { len_bytes, offset } if offset > len_bytes => {
                Err(WireError::Form { what: "segment offset" })
            }
            Self::Segment { len_bytes, .. } => {
                sound_len("segment", *len_bytes, SEGMENT_LEN_BYTES_MAX)
            }
            Self::Inbox(page) => page.check(),
            Self::Release { bytes } => within("release", bytes.len(), RELEASE_LEN_BYTES_MAX),
            Self::Reconciled { message } => {
                within("reconciliation message", message.len(), RECONCILE_LEN_BYTES_MAX)
            }
            _ => Ok(()),
        }
    }
}

/// Refuses a length of 0 or above `limit`.
fn sound_len(what: &'static str, len_bytes: u64, limit: u64) -> Result<(), WireError> {
    if len_bytes == 0 {
        return Err(WireError::Form { what });
    }
    let bounded = |n| usize::try_from(n).unwrap_or(usize::MAX);
    within(what, bounded(len_bytes), bounded(limit))
}
