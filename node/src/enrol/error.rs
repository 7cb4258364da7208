//! Why an enrolment is refused.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::enrol::{EnrolCodeError, GrantError};
use tomoshibi_sync::id::NodeId;
use tomoshibi_sync::net::{CallError, EnrolError, LineError};
use tomoshibi_sync::wire;

use crate::failure::Failure;
use crate::state::StateError;

/// Why an enrolment is refused.
#[derive(Debug, thiserror::Error)]
pub enum EnrolFailure {
    /// The folder is a node already.
    #[error("the folder is enrolled as node {node}")]
    Already {
        /// Which.
        node: NodeId,
    },
    /// The text is not a code.
    #[error(transparent)]
    Code(#[from] EnrolCodeError),
    /// The text is not `host:port`.
    #[error("the centre's address is not host:port")]
    Address,
    /// The centre, the line to it, or what it grants.
    #[error(transparent)]
    Centre(#[from] EnrolError),
    /// The state.
    #[error(transparent)]
    State(#[from] StateError),
    /// Keys, disk, name resolution.
    #[error("{}", .0.code)]
    Here(Failure),
}

impl From<Failure> for EnrolFailure {
    fn from(failure: Failure) -> Self {
        Self::Here(failure)
    }
}

impl EnrolFailure {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Already { .. } => ErrorClass::Conflict,
            Self::Code(error) => error.class(),
            Self::Address => ErrorClass::Invalid,
            Self::Centre(error) => error.class(),
            Self::State(error) => error.class(),
            Self::Here(failure) => failure.class,
        }
    }
}

impl From<EnrolFailure> for Failure {
    fn from(error: EnrolFailure) -> Self {
        let class = error.class();
        match error {
            EnrolFailure::Already { node } => {
                Self::new(class, "enrol-already").with("node", node.to_string())
            }
            EnrolFailure::Code(error) => code_failure(error),
            EnrolFailure::Address => Self::new(class, "enrol-address"),
            EnrolFailure::Centre(error) => centre_failure(&error),
            EnrolFailure::State(error) => error.into(),
            EnrolFailure::Here(failure) => failure,
        }
    }
}

fn code_failure(error: EnrolCodeError) -> Failure {
    let class = error.class();
    match error {
        EnrolCodeError::GroupLen { group, .. }
        | EnrolCodeError::Character { group }
        | EnrolCodeError::Check { group } => {
            Failure::new(class, "enrol-code-group").with("group", group)
        }
        EnrolCodeError::Groups { .. } | EnrolCodeError::Padding => {
            Failure::new(class, "enrol-code-form")
        }
    }
}

fn centre_failure(error: &EnrolError) -> Failure {
    let class = error.class();
    match error {
        EnrolError::Call(CallError::Refused(refusal))
            if refusal.code() == wire::code::CODE_REFUSED =>
        {
            Failure::new(class, "enrol-code-refused")
        }
        EnrolError::Call(CallError::Line(LineError::CentreUnknown { .. }))
        | EnrolError::Grant(GrantError::Ca { .. }) => Failure::new(class, "enrol-other-centre"),
        EnrolError::Grant(error) => {
            Failure::new(class, "enrol-grant").with("what", error.to_string())
        }
        EnrolError::Call(error) => Failure::from(error.clone()),
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::wire::Refusal;

    use super::*;
    use crate::locale::{Lang, failure_text};

    #[test]
    fn every_refusal_has_its_code_and_words() {
        let spent = Refusal::new(ErrorClass::Denied, wire::code::CODE_REFUSED, "no");
        let other = LineError::CentreUnknown { reason: "x".into() };
        for (error, code) in [
            (EnrolFailure::Already { node: NodeId::from_bytes([1; 16]) }, "enrol-already"),
            (EnrolCodeError::Check { group: 2 }.into(), "enrol-code-group"),
            (EnrolCodeError::Groups { found: 1 }.into(), "enrol-code-form"),
            (EnrolFailure::Address, "enrol-address"),
            (EnrolError::from(CallError::from(spent)).into(), "enrol-code-refused"),
            (EnrolError::from(CallError::from(other)).into(), "enrol-other-centre"),
            (EnrolError::from(GrantError::Certificate).into(), "enrol-grant"),
            (EnrolError::from(CallError::BrokenOff).into(), "line-silent"),
        ] {
            let class = error.class();
            let failure = Failure::from(error);
            assert_eq!((failure.code.as_str(), failure.class), (code, class));
            for lang in Lang::ALL {
                let words = failure_text(lang, &failure);
                assert!(!words.contains("missing:") && !words.contains('$'), "{words}");
            }
        }
    }
}
