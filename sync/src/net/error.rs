//! What goes wrong on a line, and how closing says why.

use std::io;

use quinn::{ConnectionError, TransportErrorCode, VarInt};
use tomoshibi_policies::ErrorClass;

use crate::enrol::GrantError;
use crate::id::NodeId;
use crate::pull::PullError;
use crate::wire::{Refusal, WireError};

/// Closed because there is nothing more to do.
pub(super) const CLOSE_DONE: VarInt = VarInt::from_u32(0);
/// Closed because the process ends.
pub(super) const CLOSE_SHUTDOWN: VarInt = VarInt::from_u32(1);
/// Closed because the peer is not, or no longer, admitted.
pub(super) const CLOSE_NOT_ADMITTED: VarInt = VarInt::from_u32(2);
/// Closed because there are too many peers.
pub(super) const CLOSE_BUSY: VarInt = VarInt::from_u32(3);
/// A stream is reset because its answer cannot go on.
pub(super) const RESET_FAILED: VarInt = VarInt::from_u32(16);
/// A stream is reset or stopped because it took too long.
pub(super) const RESET_TOO_SLOW: VarInt = VarInt::from_u32(17);

const REASON_CHARS_MAX: usize = 200;

/// Keys, certificates or addresses that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {detail}")]
pub struct SetupError {
    /// What cannot be used.
    pub what: &'static str,
    /// Why.
    pub detail: String,
}

impl SetupError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }

    pub(super) fn socket(error: &io::Error) -> Self {
        Self { what: "socket", detail: error.kind().to_string() }
    }
}

/// Why there is no connection, or no longer one. Texts of the peer are stripped of control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Nothing arrives.
    #[error("the line is silent")]
    Silent,
    /// The centre's certificate is not of the CA that is pinned.
    #[error("the centre's certificate is not of the pinned CA: {reason}")]
    CentreUnknown {
        /// TLS's words.
        reason: String,
    },
    /// The peer does not accept our certificate.
    #[error("the peer does not accept this node's certificate: {reason}")]
    CertificateRefused {
        /// The peer's words.
        reason: String,
    },
    /// The peer closed because we are not, or no longer, admitted.
    #[error("the peer does not admit this node: {reason}")]
    NotAdmitted {
        /// The peer's words.
        reason: String,
    },
    /// No protocol version in common.
    #[error("the peer speaks no protocol that this build knows")]
    NoCommonProtocol,
    /// The peer has too many connections.
    #[error("the peer has too many connections")]
    Busy,
    /// Anything else.
    #[error("the line was lost: {reason}")]
    Lost {
        /// What is known.
        reason: String,
    },
}

impl LineError {
    /// Whether to try again, to alarm, or to ask a person.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Silent | Self::Lost { .. } => ErrorClass::Transient,
            Self::CentreUnknown { .. } => ErrorClass::Forged,
            Self::CertificateRefused { .. } | Self::NotAdmitted { .. } => ErrorClass::Denied,
            Self::NoCommonProtocol => ErrorClass::Unsupported,
            Self::Busy => ErrorClass::Exhausted,
        }
    }
}

impl From<ConnectionError> for LineError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::TimedOut => Self::Silent,
            ConnectionError::ApplicationClosed(close) => {
                let reason = printable(&String::from_utf8_lossy(&close.reason));
                match close.error_code {
                    CLOSE_NOT_ADMITTED => Self::NotAdmitted { reason },
                    CLOSE_BUSY => Self::Busy,
                    _ => Self::Lost { reason },
                }
            }
            // Ours: we did not like what the peer showed.
            ConnectionError::TransportError(error) => {
                let reason = printable(&error.reason);
                match is_about_certificate(error.code) {
                    true => Self::CentreUnknown { reason },
                    false => Self::from_code(error.code, reason),
                }
            }
            // The peer's: it did not like what we showed.
            ConnectionError::ConnectionClosed(close) => {
                let reason = printable(&String::from_utf8_lossy(&close.reason));
                match is_about_certificate(close.error_code) {
                    true => Self::CertificateRefused { reason },
                    false => Self::from_code(close.error_code, reason),
                }
            }
            other => Self::Lost { reason: printable(&other.to_string()) },
        }
    }
}

impl LineError {
    fn from_code(code: TransportErrorCode, reason: String) -> Self {
        // TLS alert 120, no_application_protocol (RFC 7301).
        if code == TransportErrorCode::crypto(120) {
            return Self::NoCommonProtocol;
        }
        match code {
            TransportErrorCode::CONNECTION_REFUSED => Self::Busy,
            _ => Self::Lost { reason },
        }
    }
}

/// True for the TLS alerts (RFC 8446 section 6.2) that speak of a certificate.
fn is_about_certificate(code: TransportErrorCode) -> bool {
    [42, 43, 44, 45, 46, 48, 51, 116].into_iter().any(|a| code == TransportErrorCode::crypto(a))
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(REASON_CHARS_MAX).collect()
}

/// Why a connection could not be made or a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Our own keys or addresses.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The line.
    #[error(transparent)]
    Line(#[from] LineError),
    /// No answer in time.
    #[error("no answer within {ms} ms")]
    TimedOut {
        /// The limit in milliseconds.
        ms: u128,
    },
    /// The stream broke or ended before its answer.
    #[error("the answer broke off")]
    BrokenOff,
    /// The request or the answer breaks the format.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The answer to another question.
    #[error("the peer answered with {found}")]
    Unexpected {
        /// What came.
        found: &'static str,
    },
    /// The centre takes this node for another.
    #[error("the centre takes this node for {found}, it is {expected}")]
    Node {
        /// The centre's word.
        found: NodeId,
        /// Ours.
        expected: NodeId,
    },
    /// The peer refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl CallError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Setup(error) => error.class(),
            Self::Line(error) => error.class(),
            Self::TimedOut { .. } | Self::BrokenOff => ErrorClass::Transient,
            Self::Wire(error) => error.class(),
            Self::Unexpected { .. } => ErrorClass::Invalid,
            Self::Node { .. } => ErrorClass::Conflict,
            Self::Refused(refusal) => refusal.class(),
        }
    }
}

/// Why a node could not enrol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The connection or the centre's refusal.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The grant.
    #[error(transparent)]
    Grant(#[from] GrantError),
}

impl EnrolError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Call(error) => error.class(),
            Self::Grant(error) => error.class(),
        }
    }
}

/// Why a pull over a connection ended without success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The line was lost. What is staged stays.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The pull itself.
    #[error(transparent)]
    Pull(#[from] PullError),
}

impl TransferError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Line(error) => error.class(),
            Self::Pull(error) => error.class(),
        }
    }
}
