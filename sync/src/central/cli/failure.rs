//! A failure, with what to do about it.

use std::fmt;
use std::process::ExitCode;

use tomoshibi_policies::ErrorClass;

/// What went wrong, in one line.
#[derive(Debug)]
pub(super) struct Failure {
    class: ErrorClass,
    what: String,
}

impl Failure {
    pub(super) fn new(class: ErrorClass, what: impl Into<String>) -> Self {
        Self { class, what: what.into() }
    }

    /// 3 for a denial, 2 for wrong use, 1 for everything else.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self.class {
            ErrorClass::Denied => ExitCode::from(3),
            ErrorClass::Invalid => ExitCode::from(2),
            _ => ExitCode::from(1),
        }
    }

    /// What a person can do about it.
    const fn hint(&self) -> &'static str {
        match self.class {
            ErrorClass::Corrupt | ErrorClass::Forged => {
                "do not go on: keep the folder as it is and compare it with a backup"
            }
            ErrorClass::Unsupported => "update this program",
            ErrorClass::Denied => "a rule says no; nothing was changed",
            ErrorClass::Invalid => "correct it and try again; see --help",
            ErrorClass::NotFound => "check names and folders; see --help",
            ErrorClass::Conflict => "another state is in the way; look at `status` first",
            ErrorClass::Exhausted => "make room and try again",
            ErrorClass::Transient => "try again",
            ErrorClass::Internal => "check the disk and the rights on the folder",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some sources have several lines; what is promised is one.
        write!(f, "{} ({}; {})", self.what.replace('\n', " "), self.class, self.hint())
    }
}

macro_rules! from_errors {
    ($($error:ty),+ $(,)?) => {
        $(
            impl From<$error> for Failure {
                fn from(error: $error) -> Self {
                    Self::new(error.class(), error.to_string())
                }
            }
        )+
    };
}

from_errors! {
    crate::central::access::AccessError,
    crate::central::badges::BadgesError,
    crate::central::config::ConfigError,
    crate::central::directory::DirectoryError,
    crate::central::ingest::IngestError,
    crate::central::init::InitError,
    crate::central::keys::KeysError,
    crate::central::ledger::LedgerError,
    crate::central::links::LinksError,
    crate::central::orders::OrdersError,
    crate::central::publisher::PublishError,
    crate::central::reach::ReachError,
    crate::central::releases::ReleasesError,
    crate::central::revocations::RevocationsError,
    crate::central::store::StoreError,
    crate::id::DigestParseError,
    crate::net::SetupError,
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorClass::Internal, error.to_string())
    }
}
