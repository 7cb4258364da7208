//! The closing report: what an opening was and what became of its traces, signed by the node. FORMAT.md, section
//! "Closing report".

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::codec::{self, CodecError};
use tomoshibi_sync::id::{Digest, Incarnation, NodeId};
use tomoshibi_sync::signed::{PublicKey, Signed, SignedError, SignedKind, SigningKey};

const VERSION: u16 = 1;
/// Longest report: 1 MiB.
pub(super) const LEN_BYTES_MAX: usize = 1 << 20;

/// What a node says when it has closed. Holds nothing of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingReport {
    /// The node.
    pub node: NodeId,
    /// Which life of it.
    pub incarnation: Incarnation,
    /// The orders it was open under, in the order in which they were applied, and when.
    pub orders: Vec<(Digest, Timestamp)>,
    /// How the keyring came, as a stable word.
    pub way: String,
    /// Why it closed, as a stable word.
    pub cause: String,
    /// When closing began.
    pub closing_at: Timestamp,
    /// When everything was destroyed.
    pub closed_at: Timestamp,
    /// What was destroyed: file names without folders, in order.
    pub destroyed: Vec<String>,
    /// Entries of the journal before the entry of the closing itself.
    pub journal_size: u64,
}

#[derive(Serialize, Deserialize)]
struct ClosingReportV1 {
    node: NodeId,
    incarnation: u32,
    orders: Vec<(Digest, i64)>,
    way: String,
    cause: String,
    closing_at: i64,
    closed_at: i64,
    destroyed: Vec<String>,
    journal_size: u64,
}

/// Why a closing report is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The envelope.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl ReportError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Signed(error) => error.class(),
            Self::Codec(error) => error.class(),
        }
    }
}

impl ClosingReport {
    /// Signs the report with the key that signs the node's checkpoints.
    ///
    /// # Errors
    /// [`ReportError::Codec`].
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, ReportError> {
        let ms = |at: Timestamp| at.as_millis();
        let wire = ClosingReportV1 {
            node: self.node,
            incarnation: self.incarnation.0,
            orders: self.orders.iter().map(|(order, at)| (*order, ms(*at))).collect(),
            way: self.way.clone(),
            cause: self.cause.clone(),
            closing_at: ms(self.closing_at),
            closed_at: ms(self.closed_at),
            destroyed: self.destroyed.clone(),
            journal_size: self.journal_size,
        };
        let body = codec::encode("closing report", &wire)?;
        Ok(Signed::sign(SignedKind::ClosingReport, VERSION, body, &[key]).to_bytes())
    }

    /// Opens a report of the node that signs with `key`.
    ///
    /// # Errors
    /// See [`ReportError`].
    pub fn open(bytes: &[u8], key: &PublicKey) -> Result<Self, ReportError> {
        let signed = Signed::parse(SignedKind::ClosingReport, VERSION, bytes)?;
        let (_, body) = signed.verify(std::slice::from_ref(key), 1)?;
        let wire: ClosingReportV1 = codec::decode::<_, LEN_BYTES_MAX>("closing report", body)?;
        let at = Timestamp::from_millis;
        Ok(Self {
            node: wire.node,
            incarnation: Incarnation(wire.incarnation),
            orders: wire.orders.into_iter().map(|(order, ms)| (order, at(ms))).collect(),
            way: wire.way,
            cause: wire.cause,
            closing_at: at(wire.closing_at),
            closed_at: at(wire.closed_at),
            destroyed: wire.destroyed,
            journal_size: wire.journal_size,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_opens_for_its_node_and_no_other() {
        let report = ClosingReport {
            node: NodeId::from_bytes([1; 16]),
            incarnation: Incarnation(1),
            orders: vec![(Digest::of(b"order"), Timestamp::from_millis(5))],
            way: "pre-positioned".into(),
            cause: "operator".into(),
            closing_at: Timestamp::from_millis(7),
            closed_at: Timestamp::from_millis(8),
            destroyed: vec!["opening.identity".into()],
            journal_size: 42,
        };
        let key = SigningKey::from_seed(&[7; 32]);
        let bytes = report.sign(&key).unwrap();
        assert_eq!(ClosingReport::open(&bytes, &key.public()), Ok(report));
        let other = SigningKey::from_seed(&[8; 32]).public();
        assert_eq!(ClosingReport::open(&bytes, &other).unwrap_err().class(), ErrorClass::Forged);
    }
}
