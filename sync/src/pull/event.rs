//! What goes in and out of a pull.

use super::{PullError, Subject};
use crate::id::Digest;
use crate::wire::{Request, Response, WireError};

/// One request and its answer. Unique within a pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(pub u32);

/// A segment to have, as the verified manifest names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Digest of its ciphertext.
    pub digest: Digest,
    /// Its length in bytes.
    pub len_bytes: u64,
}

/// To be done by the transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transmit {
    /// Open an exchange and send this.
    Ask {
        /// Its id.
        exchange: ExchangeId,
        /// The request.
        request: Request,
    },
    /// Nothing more of this exchange is wanted.
    Stop {
        /// Its id.
        exchange: ExchangeId,
    },
}

/// What arrived on one exchange, in the order of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival<'a> {
    /// The response frame.
    Head(Response),
    /// A frame that could not be read.
    Garbled(WireError),
    /// Raw bytes behind the head, in pieces of any length.
    Bytes(&'a [u8]),
    /// The peer has said everything.
    End,
    /// The transport broke: nothing more comes, and it is nobody's word.
    Broken,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullEvent {
    /// A manifest is here: verify it, then call [`super::Pull::accept`] or [`super::Pull::refuse`].
    ManifestArrived {
        /// The signed bytes, not verified.
        bytes: Vec<u8>,
    },
    /// The manifest held is the newest. The pull is over.
    UpToDate,
    /// A segment is verified and finished.
    SegmentVerified {
        /// Which.
        segment: Digest,
        /// Its length in bytes.
        len_bytes: u64,
    },
    /// Wrong bytes; they are dropped and asked for once more.
    SegmentDamaged {
        /// Which.
        segment: Digest,
        /// Digest of the bytes that came.
        found: Digest,
    },
    /// An exchange broke, was silent, or the peer was busy; it is asked again after a while.
    Stalled {
        /// What was asked for.
        subject: Subject,
        /// How often in a row without a new byte.
        times: u8,
    },
    /// Every wanted segment is finished. The pull is over.
    Complete,
    /// The pull is over without success. What is staged stays and is used by the next pull.
    Refused(PullError),
}

/// How far a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Segments of the manifest.
    pub segments: usize,
    /// Of these, finished, those that were there before included.
    pub segments_done: usize,
    /// Bytes of all segments.
    pub bytes: u64,
    /// Of these, in finished segments.
    pub bytes_done: u64,
    /// Raw bytes received in this pull, repetitions and the manifest included.
    pub received: u64,
}
