//! What a node asks.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::RegionCode;

use super::blob::Blob;
use super::enrolment::RECIPIENT_LEN_BYTES_MAX;
use super::error::within;
use super::text::check_word;
use super::{FRAME_LEN_BYTES_MAX, Frame, WireError};
use crate::codec;
use crate::id::{Digest, SnapshotId};

/// Longest reconciliation message, so that it fits a frame with room for its own fields.
pub const RECONCILE_LEN_BYTES_MAX: usize = 1000 << 10;

/// The manifest a node has promoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which snapshot.
    pub snapshot: SnapshotId,
    /// Digest of the signed manifest.
    pub digest: Digest,
}

/// A request of an enrolled node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Am I admitted, and as whom? Answered by [`super::Response::Welcome`].
    Hello,
    /// The newest manifest of a region, unless it is the one held. What is held is told so that a centre restored from
    /// a backup learns how far it had got.
    NewestManifest {
        /// The region.
        region: RegionCode,
        /// What the node has, if anything.
        have: Option<Held>,
    },
    /// A segment from an offset on.
    Segment {
        /// Digest of its ciphertext.
        digest: Digest,
        /// Bytes the node has already.
        offset: u64,
    },
    /// What waits for this node after a cursor (0: everything).
    Inbox {
        /// Cursor of the last item stored.
        since: u64,
    },
    /// The public half of the one-time opening identity.
    AnnounceOpening {
        /// An age recipient, `age1…`.
        recipient: String,
    },
    /// The keyring, sealed to the announced opening identity, under an order.
    RequestRelease {
        /// Digest of the signed order.
        order: Digest,
    },
    /// A message of the reconciliation protocol, opaque here.
    Reconcile {
        /// The message.
        message: Vec<u8>,
    },
}

// Numbers of the messages; they never change their meaning.
const HELLO: u16 = 1;
const NEWEST_MANIFEST: u16 = 2;
const SEGMENT: u16 = 3;
const INBOX: u16 = 4;
const ANNOUNCE_OPENING: u16 = 5;
const REQUEST_RELEASE: u16 = 6;
const RECONCILE: u16 = 7;

#[derive(Serialize, Deserialize)]
struct NewestManifestV1 {
    region: u8,
    have: Option<Held>,
}

#[derive(Serialize, Deserialize)]
struct SegmentV1 {
    digest: Digest,
    offset: u64,
}

impl Request {
    /// The frame to send.
    ///
    /// # Errors
    /// [`WireError`] when the request breaks a limit of its own.
    pub fn to_frame(&self) -> Result<Frame, WireError> {
        self.check()?;
        let body = match self {
            Self::Hello => Vec::new(),
            Self::NewestManifest { region, have } => {
                let wire = NewestManifestV1 { region: region.get(), have: *have };
                codec::encode("manifest request", &wire)?
            }
            Self::Segment { digest, offset } => {
                codec::encode("segment request", &SegmentV1 { digest: *digest, offset: *offset })?
            }
            Self::Inbox { since } => codec::encode("inbox request", since)?,
            Self::AnnounceOpening { recipient } => codec::encode("opening", recipient)?,
            Self::RequestRelease { order } => codec::encode("release request", order)?,
            // The message is the body: it is the longest there is, and opaque.
            Self::Reconcile { message } => message.clone(),
        };
        Frame::new(self.number(), body)
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`WireError`], which names an unknown message by its number.
    pub fn from_frame(frame: Frame) -> Result<Self, WireError> {
        let body = frame.body.as_slice();
        let request = match frame.message {
            HELLO => decode::<()>("hello", body).map(|()| Self::Hello)?,
            NEWEST_MANIFEST => {
                let wire: NewestManifestV1 = decode("manifest request", body)?;
                let region = RegionCode::new(wire.region);
                let region = region.map_err(|_| WireError::Form { what: "region" })?;
                Self::NewestManifest { region, have: wire.have }
            }
            SEGMENT => {
                let wire: SegmentV1 = decode("segment request", body)?;
                Self::Segment { digest: wire.digest, offset: wire.offset }
            }
            INBOX => Self::Inbox { since: decode("inbox request", body)? },
            ANNOUNCE_OPENING => Self::AnnounceOpening { recipient: decode("opening", body)? },
            REQUEST_RELEASE => Self::RequestRelease { order: decode("release request", body)? },
            RECONCILE => Self::Reconcile { message: frame.body },
            number => return Err(WireError::UnknownMessage { what: "request", number }),
        };
        request.check()?;
        Ok(request)
    }

    const fn number(&self) -> u16 {
        match self {
            Self::Hello => HELLO,
            Self::NewestManifest { .. } => NEWEST_MANIFEST,
            Self::Segment { .. } => SEGMENT,
            Self::Inbox { .. } => INBOX,
            Self::AnnounceOpening { .. } => ANNOUNCE_OPENING,
            Self::RequestRelease { .. } => REQUEST_RELEASE,
            Self::Reconcile { .. } => RECONCILE,
        }
    }

    fn check(&self) -> Result<(), WireError> {
        match self {
            Self::AnnounceOpening { recipient } => {
                check_word("opening recipient", recipient, RECIPIENT_LEN_BYTES_MAX)
            }
            Self::Reconcile { message } => {
                within("reconciliation message", message.len(), RECONCILE_LEN_BYTES_MAX)
            }
            _ => Ok(()),
        }
    }
}

/// Decodes a body that a frame holds.
pub(super) fn decode<T: DeserializeOwned>(what: &'static str, body: &[u8]) -> Result<T, WireError> {
    Ok(codec::decode::<T, { FRAME_LEN_BYTES_MAX as usize }>(what, body)?)
}

/// The bytes of `blob`, of which there may be at most `limit`.
pub(super) fn unblob(what: &'static str, blob: Blob, limit: usize) -> Result<Vec<u8>, WireError> {
    within(what, blob.0.len(), limit)?;
    Ok(blob.0)
}
