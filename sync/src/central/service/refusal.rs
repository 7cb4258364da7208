//! Errors as refusals that a node may see.

use std::fmt::Display;

use tomoshibi_policies::ErrorClass;

use crate::wire::{Refusal, code};

/// A rule says no; the reason may be told.
pub(super) fn denied(code: &str, error: &dyn Display) -> Refusal {
    Refusal::new(ErrorClass::Denied, code, &error.to_string())
}

/// What is the node's business is told; our own faults are only logged.
pub(super) fn failed(class: ErrorClass, code: &str, error: &dyn Display) -> Refusal {
    match class {
        ErrorClass::Denied
        | ErrorClass::Invalid
        | ErrorClass::Unsupported
        | ErrorClass::Transient
        | ErrorClass::NotFound => Refusal::new(class, code, &error.to_string()),
        _ => internal(error),
    }
}

/// Our own fault: the log says why, the node does not need our paths.
pub(super) fn internal(error: impl Display) -> Refusal {
    tracing::error!(%error, "request failed");
    Refusal::new(ErrorClass::Internal, code::INTERNAL, "the centre failed, its log says why")
}
