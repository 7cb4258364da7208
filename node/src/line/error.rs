//! Which failure each error of the line is.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::journal::{DiskError, ReadError};
use tomoshibi_sync::net::{CallError, LineError, TransferError};
use tomoshibi_sync::pull::PullError;
use tomoshibi_sync::reconcile::{AcknowledgedError, EvidenceError, SendError};
use tomoshibi_sync::wire::Refusal;

use crate::failure::Failure;

/// The code of a journal whose files are damaged or not to be had.
pub(super) const UNREADABLE: &str = "journal-unreadable";

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let code = match &error {
            CallError::Refused(refusal) => return refused(refusal),
            CallError::Line(LineError::CentreUnknown { .. }) => "line-other-centre",
            CallError::Line(
                LineError::NotAdmitted { .. } | LineError::CertificateRefused { .. },
            ) => "line-not-admitted",
            _ if error.class() == ErrorClass::Transient => "line-silent",
            _ => "line-failed",
        };
        Self::new(error.class(), code).with("what", error.to_string())
    }
}

fn refused(refusal: &Refusal) -> Failure {
    Failure::new(refusal.class(), "centre-refused")
        .with("code", refusal.code())
        .with("text", refusal.text())
}

impl From<TransferError> for Failure {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Line(error) => CallError::Line(error).into(),
            TransferError::Pull(PullError::Refused { refusal, .. }) => refused(&refusal),
            TransferError::Pull(error) => {
                Self::new(error.class(), "pull-failed").with("what", error.to_string())
            }
        }
    }
}

/// The node's own journal cannot be read.
fn unreadable(class: ErrorClass, what: String) -> Failure {
    Failure::new(class, UNREADABLE).with("what", what)
}

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Self {
        unreadable(error.class(), error.to_string())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        unreadable(error.class(), error.to_string())
    }
}

impl From<EvidenceError> for Failure {
    fn from(error: EvidenceError) -> Self {
        unreadable(error.class(), error.to_string())
    }
}

impl From<AcknowledgedError> for Failure {
    fn from(error: AcknowledgedError) -> Self {
        match error {
            AcknowledgedError::Disk(error) => error.into(),
            error => acknowledgement(error.class(), error.to_string()),
        }
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Evidence(error) => error.into(),
            error => acknowledgement(error.class(), error.to_string()),
        }
    }
}

/// What the centre says it has is not what this node wrote, or not the centre's word.
fn acknowledgement(class: ErrorClass, what: String) -> Failure {
    Failure::new(class, "journal-acknowledgement").with("what", what)
}

#[cfg(test)]
mod tests {
    use super::super::parted_failure;
    use super::*;
    use crate::locale::{Lang, failure_text};
    use crate::state::{Parted, Parting};
    use tomoshibi_policies::time::Timestamp;
    use tomoshibi_sync::pull::Subject;

    fn calls() -> Vec<(CallError, &'static str)> {
        let reason = || "x".to_owned();
        vec![
            (LineError::Silent.into(), "line-silent"),
            (CallError::TimedOut { ms: 1 }, "line-silent"),
            (CallError::BrokenOff, "line-silent"),
            (LineError::CentreUnknown { reason: reason() }.into(), "line-other-centre"),
            (LineError::NotAdmitted { reason: reason() }.into(), "line-not-admitted"),
            (LineError::CertificateRefused { reason: reason() }.into(), "line-not-admitted"),
            (LineError::NoCommonProtocol.into(), "line-failed"),
            (CallError::Unexpected { found: "x" }, "line-failed"),
            (Refusal::new(ErrorClass::Denied, "no-order", "no").into(), "centre-refused"),
        ]
    }

    #[test]
    fn every_failure_of_the_line_has_its_code_its_class_and_words() {
        let mut failures = Vec::new();
        for (error, code) in calls() {
            let class = error.class();
            let failure = Failure::from(error);
            assert_eq!((failure.code.as_str(), failure.class), (code, class));
            failures.push(failure);
        }
        let subject = Subject::Manifest;
        failures.push(TransferError::from(PullError::Stalled { subject, times: 3 }).into());
        failures.push(EvidenceError::Missing { at: 1 }.into());
        failures.push(acknowledgement(ErrorClass::Forged, "x".into()));
        for how in [Parting::Behind, Parting::Forked, Parting::Gap, Parting::Refused] {
            let at = Timestamp::from_millis(1);
            failures.push(parted_failure(&Parted { how, size: 1, at }));
        }
        for failure in failures {
            for lang in Lang::ALL {
                let words = failure_text(lang, &failure);
                assert!(!words.contains("missing:") && !words.contains('$'), "{words}");
            }
        }
    }
}
