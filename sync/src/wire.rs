//! What centre and node say to each other: frames, requests, responses. Version 1, named by the ALPN `tomoshibi/1`
//! (and `tomoshibi-enrol/1` for enrolment). FORMAT.md, section "Wire".
//!
//! One exchange is one request frame, answered by one response frame; the answer to a request for a manifest or a
//! segment is followed by the announced number of raw bytes. Over QUIC an exchange is one bidirectional stream.
//!
//! Invariants: a length is refused before memory is taken for it; a message that this build does not know is refused by
//! its number; every text and list has a limit that both ends check; what decodes can be encoded again to the same
//! bytes. Nothing here carries patient data in the clear: manifests, segments, releases and journal entries are signed
//! or sealed before they come here.
//!
//! Not covered: who the peer is (TLS decides, [`crate::service::PeerDirectory`] maps it to a node), and what is inside
//! manifests, orders, releases and reconciliation messages; those are opaque bytes here.

mod blob;
mod enrolment;
mod error;
mod frame;
mod inbox;
mod refusal;
mod request;
mod response;
mod text;

pub(crate) use enrolment::message_to_prove;
pub use enrolment::{
    CERTIFICATE_LEN_BYTES_MAX, ENROL_REQUEST_LEN_BYTES_MAX, RECIPIENT_LEN_BYTES_MAX,
    TRUST_ROOT_LEN_BYTES_MAX,
};
pub use error::WireError;
pub use frame::{FRAME_HEADER_LEN_BYTES, FRAME_LEN_BYTES_MAX, Frame, FrameReader};
pub use inbox::{
    INBOX_ITEM_LEN_BYTES_MAX, INBOX_ITEMS_MAX, INBOX_PAGE_LEN_BYTES_MAX, InboxItem, InboxKind,
    InboxPage,
};
pub use refusal::{Refusal, code};
pub use request::{Held, RECONCILE_LEN_BYTES_MAX, Request};
pub use response::{
    MANIFEST_LEN_BYTES_MAX, RELEASE_LEN_BYTES_MAX, Response, SEGMENT_LEN_BYTES_MAX,
};

/// ALPN of the protocol between an enrolled node and the centre, or between two nodes.
pub const ALPN: &[u8] = b"tomoshibi/1";
/// ALPN of enrolment, the only thing that a peer without a certificate may do.
pub const ALPN_ENROL: &[u8] = b"tomoshibi-enrol/1";
