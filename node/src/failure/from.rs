//! Which failure each error is. Codes and arguments are a contract with the catalogues and with programs.

use tomoshibi_policies::ErrorClass;

use super::Failure;
use crate::config::ConfigError;
use crate::disk::DiskError;
use crate::folder::{Loose, OwnerError, SecretError};
use crate::state::copy::CopyError;
use crate::state::{SetAside, StateError};
use crate::store::{
    ManifestReadError, ManifestRefusal, OpenError, PromoteError, StageError, StoreAlarm,
};

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Self {
        let code = match error.class() {
            ErrorClass::Exhausted => "disk-full",
            _ => "disk",
        };
        Self::new(error.class(), code)
            .with("path", error.path.display().to_string())
            .with("doing", error.doing)
            .with("cause", error.source.to_string())
    }
}

impl From<OwnerError> for Failure {
    fn from(error: OwnerError) -> Self {
        let class = error.class();
        match error {
            OwnerError::NotAFolder { path } => {
                Self::new(class, "folder-missing").with("path", path.display().to_string())
            }
            OwnerError::Owned { path, process } => Self::new(class, "folder-owned")
                .with("path", path.display().to_string())
                .with("process", process.map_or_else(|| "?".into(), |id| id.to_string())),
            OwnerError::Disk(error) => error.into(),
        }
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        let class = error.class();
        match error {
            SecretError::Missing(secret) => {
                Self::new(class, "secret-missing").with("name", secret.file_name())
            }
            SecretError::Exists(secret) => {
                Self::new(class, "secret-exists").with("name", secret.file_name())
            }
            SecretError::Disk(error) => error.into(),
        }
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        Self::new(error.class(), "state").with("what", error.to_string())
    }
}

impl From<ManifestRefusal> for Failure {
    fn from(refusal: ManifestRefusal) -> Self {
        Self::new(refusal.class, "manifest-refused").with("what", refusal.what)
    }
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        let new = |code| Self::new(error.class(), code);
        match &error {
            StageError::Older { region, offered, current } => new("snapshot-older")
                .with("region", region.to_string())
                .with("offered", offered.to_string())
                .with("current", current.to_string()),
            StageError::Conflict { region, id, offered, current } => new("snapshot-conflict")
                .with("region", region.to_string())
                .with("id", id.to_string())
                .with("offered", offered.to_string())
                .with("current", current.to_string()),
            StageError::NoSpace { needed_bytes, margin_bytes, free_bytes } => new("space")
                .with("needed", *needed_bytes)
                .with("margin", *margin_bytes)
                .with("free", *free_bytes),
            StageError::Offset { digest, .. } | StageError::TooLong { digest } => {
                new("segment-form").with("digest", digest.to_string())
            }
            StageError::DigestMismatch { digest, found, .. } => new("segment-digest")
                .with("digest", digest.to_string())
                .with("found", found.to_string()),
            StageError::Manifest(refusal) => refusal.clone().into(),
            StageError::Disk(_) | StageError::State(_) => error.into_inner(),
        }
    }
}

impl StageError {
    fn into_inner(self) -> Failure {
        match self {
            Self::Disk(error) => error.into(),
            Self::State(error) => error.into(),
            other => Failure::new(other.class(), "state").with("what", other.to_string()),
        }
    }
}

impl From<PromoteError> for Failure {
    fn from(error: PromoteError) -> Self {
        let class = error.class();
        match error {
            PromoteError::Refused(error) => error.into(),
            PromoteError::Incomplete { id, count, first } => {
                Self::new(class, "snapshot-incomplete")
                    .with("id", id.to_string())
                    .with("count", count)
                    .with("first", first.to_string())
            }
        }
    }
}

impl From<ManifestReadError> for Failure {
    fn from(error: ManifestReadError) -> Self {
        let (class, what) = (error.class(), error.to_string());
        match error {
            ManifestReadError::Disk(error) => error.into(),
            ManifestReadError::Refused(refusal) => refusal.into(),
            ManifestReadError::Changed { .. } => {
                Self::new(class, "manifest-refused").with("what", what)
            }
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Disk(error) => error.into(),
            OpenError::State(error) => error.into(),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let class = error.class();
        match error {
            ConfigError::Faults(faults) => {
                let mut failure = Self::new(class, "config").with("count", faults.len());
                failure.causes = faults.iter().map(crate::config::Fault::failure).collect();
                failure
            }
            ConfigError::NotText => Self::new(class, "config-not-text"),
            ConfigError::Disk(error) => error.into(),
        }
    }
}

impl From<StoreAlarm> for Failure {
    fn from(alarm: StoreAlarm) -> Self {
        let new = |code| Self::new(alarm.class(), code);
        match &alarm {
            StoreAlarm::FellBack { region, wanted, served } => new("alarm-fell-back")
                .with("region", region.to_string())
                .with("wanted", wanted.to_string())
                .with("served", served.to_string()),
            StoreAlarm::Incomplete { region, served, count } => new("alarm-incomplete")
                .with("region", region.to_string())
                .with("served", served.to_string())
                .with("count", *count),
            StoreAlarm::Lost { region, wanted } => new("alarm-lost")
                .with("region", region.to_string())
                .with("wanted", wanted.to_string()),
            StoreAlarm::PointerLost { region, served } => new("alarm-pointer-lost")
                .with("region", region.to_string())
                .with("served", served.to_string()),
        }
    }
}

impl From<SetAside> for Failure {
    fn from(SetAside(path): SetAside) -> Self {
        let path = path.display().to_string();
        Self::new(ErrorClass::Corrupt, "alarm-state-set-aside").with("path", path)
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Disk(error) => error.into(),
            error => Self::new(error.class(), "state-copy").with("what", error.to_string()),
        }
    }
}

impl From<Loose> for Failure {
    fn from(loose: Loose) -> Self {
        Self::new(ErrorClass::Conflict, "alarm-loose")
            .with("path", loose.path.display().to_string())
            .with("mode", format!("{:04o}", loose.mode))
            .with("expected", format!("{:04o}", loose.expected))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tomoshibi_policies::record::RegionCode;
    use tomoshibi_sync::id::{Digest, SnapshotId};

    use super::*;
    use crate::folder::Secret;
    use crate::locale::{Lang, failure_text};

    fn alarms() -> Vec<StoreAlarm> {
        let region = RegionCode::new(17).unwrap();
        let (wanted, served) =
            (SnapshotId { epoch: 1, number: 2 }, SnapshotId { epoch: 1, number: 1 });
        vec![
            StoreAlarm::FellBack { region, wanted, served },
            StoreAlarm::Incomplete { region, served, count: 3 },
            StoreAlarm::Lost { region, wanted },
            StoreAlarm::PointerLost { region, served },
        ]
    }

    fn stage_errors() -> Vec<StageError> {
        let region = RegionCode::new(17).unwrap();
        let (id, current) =
            (SnapshotId { epoch: 1, number: 2 }, SnapshotId { epoch: 1, number: 3 });
        let (digest, found) = (Digest::of(b"a"), Digest::of(b"b"));
        let disk = |kind: std::io::ErrorKind| DiskError::at("sync", "x".as_ref())(kind.into());
        vec![
            StageError::Older { region, offered: id, current },
            StageError::Conflict { region, id, offered: digest, current: found },
            StageError::NoSpace { needed_bytes: 1, margin_bytes: 2, free_bytes: 3 },
            StageError::Offset { digest, offset: 1, staged: 2 },
            StageError::TooLong { digest },
            StageError::DigestMismatch { digest, found, resumed: false },
            StageError::DigestMismatch { digest, found, resumed: true },
            ManifestRefusal { what: "x".into(), class: ErrorClass::Forged }.into(),
            disk(std::io::ErrorKind::StorageFull).into(),
            disk(std::io::ErrorKind::PermissionDenied).into(),
            StateError::Content { name: "node".into(), what: "node record" }.into(),
        ]
    }

    fn others() -> Vec<Failure> {
        let path = PathBuf::from("/x");
        let incomplete = PromoteError::Incomplete {
            id: SnapshotId { epoch: 1, number: 2 },
            count: 1,
            first: Digest::of(b"a"),
        };
        vec![
            OwnerError::NotAFolder { path: path.clone() }.into(),
            OwnerError::Owned { path: path.clone(), process: None }.into(),
            SecretError::Missing(Secret::Tls).into(),
            SecretError::Exists(Secret::Tls).into(),
            incomplete.into(),
            ConfigError::NotText.into(),
            SetAside(path.clone()).into(),
            Loose { path, mode: 0o644, expected: 0o600 }.into(),
        ]
    }

    #[test]
    fn every_error_has_words_and_all_their_arguments_in_both_languages() {
        let mut failures = others();
        failures.extend(alarms().into_iter().map(Failure::from));
        failures.extend(stage_errors().into_iter().map(|error| {
            let class = error.class();
            let failure = Failure::from(error);
            assert_eq!(failure.class, class);
            failure
        }));
        for failure in failures {
            for lang in Lang::ALL {
                let words = failure_text(lang, &failure);
                let whole = !words.contains("missing:") && !words.contains('$');
                assert!(whole, "{}: {words}", failure.code);
            }
        }
    }

    #[test]
    fn every_fault_of_a_configuration_is_a_cause_with_words() {
        let first = "x = = 1\n[node]\nname = 1\nfacility = \"1710000001\"\nmunicipality = \"16201\"\n\
                     language = \"fr\"\nnam = 1\n[sink]\n[centre]\naddress = \"x\"\n\
                     [sync]\ninterval_seconds = 1\n";
        let second = "[node]\nname = \"\"\nfacility = \"1\"\nmunicipality = \"1\"\n[centre]\n";
        let mut codes = std::collections::BTreeSet::new();
        for text in [first, second] {
            let failure = Failure::from(crate::config::Config::parse(text).unwrap_err());
            check_causes(&failure);
            codes.extend(failure.causes.into_iter().map(|cause| cause.code));
        }
        assert_eq!(codes.len(), 12, "{codes:?}");
    }

    fn check_causes(failure: &Failure) {
        for cause in &failure.causes {
            for lang in Lang::ALL {
                let words = failure_text(lang, cause);
                assert!(!words.contains("missing:") && !words.contains('$'), "{words}");
            }
        }
    }
}
