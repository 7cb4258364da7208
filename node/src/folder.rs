//! The data folder: which file lives where, and who may touch it.
//!
//! ```text
//! DATA/                        0700, and every folder below
//!   node.toml                  configuration
//!   owner.lock                 held by the one process that owns the folder; its content is the process id
//!   control.sock               0600, other commands reach the owner here
//!   trust-root                 the pinned list of keys
//!   enrolment                  who the node is, for a state that was lost
//!   certificate  centre-ca     what the node shows on the line, and the only CA it takes there (DER)
//!   activation                 while it is here, the node is not sealed
//!   page-root.pem              the root that tablets trust for the page (PEM)
//!   keys/                      one secret a file, 0600
//!   state/                     small state (the folder of `state`, nobody else looks inside)
//!   state.damaged-<n>/         a state that could not be read; an alarm until somebody removes it
//!   segments/<aa>/<digest>     verified sealed segments; <aa> is the front of the digest
//!   manifests/<rr>.<epoch>.<number>      verified manifests of region <rr>
//!   staging/<digest>.part      a segment that is being fetched
//!   staging/<digest>.damaged   a segment that failed a scrub
//!   staging/<rr>.<epoch>.<number>.manifest   what is being fetched
//!   orders/<digest>            verified signed orders
//!   releases/<digest>          releases for this node, sealed
//!   aside/<kind>.<digest>      what came from the centre and was refused or not understood
//!   journal/  res/
//! ```
//!
//! One process owns the folder: [`Owner`] holds the lock for as long as it lives. Not covered: what the files hold.

use std::path::{Path, PathBuf};

use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::{Digest, SnapshotId};
use tomoshibi_sync::seam::Files;

use crate::disk::DiskError;

mod modes;
mod owner;
mod secret;

pub use modes::{Loose, loose, tighten};
pub use owner::{Owner, OwnerError};
pub use secret::{Secret, SecretError};

/// The names inside one data folder. Does no I/O but for [`Folder::create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The data folder at `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Makes every folder that is missing.
    ///
    /// # Errors
    /// The disk's.
    pub fn create(&self, files: &dyn Files) -> Result<(), DiskError> {
        for dir in self.dirs() {
            files.create_dir(&dir).map_err(DiskError::at("create", &dir))?;
        }
        Ok(())
    }

    /// The folder itself and those in it, parents first.
    #[must_use]
    pub fn dirs(&self) -> Vec<PathBuf> {
        let mut dirs = vec![self.root.clone()];
        dirs.extend([
            self.keys_dir(),
            self.state_dir(),
            self.segments_dir(),
            self.manifests_dir(),
            self.staging_dir(),
            self.orders_dir(),
            self.releases_dir(),
            self.revocations_dir(),
            self.aside_dir(),
            self.journal_dir(),
            self.res_dir(),
            self.reports_dir(),
        ]);
        dirs
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.root.join("node.toml")
    }

    /// The lock of the owner.
    #[must_use]
    pub fn owner_lock(&self) -> PathBuf {
        self.root.join("owner.lock")
    }

    /// The socket of the owner.
    #[must_use]
    pub fn control_socket(&self) -> PathBuf {
        self.root.join(CONTROL_SOCKET)
    }

    /// The pinned list of keys.
    #[must_use]
    pub fn trust_root(&self) -> PathBuf {
        self.root.join("trust-root")
    }

    /// Who the node is, for a state that was lost.
    #[must_use]
    pub fn enrolment(&self) -> PathBuf {
        self.root.join("enrolment")
    }

    /// The activation, for a state that was lost: while it is here, the node is not sealed.
    #[must_use]
    pub fn activation(&self) -> PathBuf {
        self.root.join("activation")
    }

    /// The certificate that the node shows on the line (DER).
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.root.join("certificate")
    }

    /// The CA of the centre (DER), the only one that the node takes.
    #[must_use]
    pub fn ca_certificate(&self) -> PathBuf {
        self.root.join("centre-ca")
    }

    /// The root that tablets trust for the page (PEM).
    #[must_use]
    pub fn page_root(&self) -> PathBuf {
        self.root.join("page-root.pem")
    }

    /// Where secrets live.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// Where small state lives.
    #[must_use]
    pub fn state_dir(&self) -> PathBuf {
        self.root.join("state")
    }

    /// The states that could not be read and were set aside, in the order of their names.
    ///
    /// # Errors
    /// The disk's.
    pub fn damaged_states(&self, files: &dyn Files) -> Result<Vec<PathBuf>, DiskError> {
        let entries = files.list(&self.root).map_err(DiskError::at("list", &self.root))?;
        let states = entries.iter().filter(|entry| entry.name.starts_with(DAMAGED_STATE));
        let mut paths: Vec<PathBuf> = states.map(|entry| entry.path_in(&self.root)).collect();
        paths.sort();
        Ok(paths)
    }

    /// Where segments live.
    #[must_use]
    pub fn segments_dir(&self) -> PathBuf {
        self.root.join("segments")
    }

    /// The folder of one segment: 256 folders keep each of them short.
    #[must_use]
    pub fn segment_dir(&self, digest: &Digest) -> PathBuf {
        let front: String = digest.to_string().chars().take(2).collect();
        self.segments_dir().join(front)
    }

    /// A segment.
    #[must_use]
    pub fn segment(&self, digest: &Digest) -> PathBuf {
        self.segment_dir(digest).join(digest.to_string())
    }

    /// Where manifests live.
    #[must_use]
    pub fn manifests_dir(&self) -> PathBuf {
        self.root.join("manifests")
    }

    /// A manifest.
    #[must_use]
    pub fn manifest(&self, region: RegionCode, id: SnapshotId) -> PathBuf {
        self.manifests_dir().join(format!("{region}.{id}"))
    }

    /// Where fetched things wait until they are whole.
    #[must_use]
    pub fn staging_dir(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// A segment that is being fetched.
    #[must_use]
    pub fn staged(&self, digest: &Digest) -> PathBuf {
        self.staging_dir().join(format!("{digest}{PART}"))
    }

    /// A segment that failed a scrub.
    #[must_use]
    pub fn damaged(&self, digest: &Digest) -> PathBuf {
        self.staging_dir().join(format!("{digest}{DAMAGED}"))
    }

    /// The manifest whose segments are being fetched.
    #[must_use]
    pub fn staged_manifest(&self, region: RegionCode, id: SnapshotId) -> PathBuf {
        self.staging_dir().join(format!("{region}.{id}{STAGED_MANIFEST}"))
    }

    /// Where signed closing reports live.
    #[must_use]
    pub fn reports_dir(&self) -> PathBuf {
        self.root.join("reports")
    }

    /// Signed orders, by digest.
    #[must_use]
    pub fn orders_dir(&self) -> PathBuf {
        self.root.join("orders")
    }

    /// Where releases live.
    #[must_use]
    pub fn releases_dir(&self) -> PathBuf {
        self.root.join("releases")
    }

    /// Where the newest revocation list lies, and the one before it.
    #[must_use]
    pub fn revocations_dir(&self) -> PathBuf {
        self.root.join("revocations")
    }

    /// Where things of the centre lie that were refused or not understood: evidence, and for a later version.
    #[must_use]
    pub fn aside_dir(&self) -> PathBuf {
        self.root.join("aside")
    }

    /// Where journal files live.
    #[must_use]
    pub fn journal_dir(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Where answers to other software are put.
    #[must_use]
    pub fn res_dir(&self) -> PathBuf {
        self.root.join("res")
    }
}

/// Name of the socket inside the folder.
pub const CONTROL_SOCKET: &str = "control.sock";
/// Begins the names of states that could not be read.
const DAMAGED_STATE: &str = "state.damaged-";
/// Ending of what [`Files::replace`] had not finished when the process was killed.
pub const ASIDE: &str = ".tmp";
/// Ending of a segment that is being fetched.
pub const PART: &str = ".part";
/// Ending of a segment that failed a scrub.
pub const DAMAGED: &str = ".damaged";
/// Ending of a manifest whose segments are being fetched.
pub const STAGED_MANIFEST: &str = ".manifest";

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tomoshibi_sync::seam::StdFiles;

    use super::*;

    #[test]
    fn nobody_else_can_look_into_a_new_folder() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("node"));
        folder.create(&StdFiles).unwrap();
        folder.create(&StdFiles).unwrap();
        for dir in folder.dirs() {
            let mode = std::fs::metadata(&dir).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", dir.display());
        }
    }

    #[test]
    fn names_come_from_digests_and_numbers_only() {
        let folder = Folder::new("d");
        let digest = Digest::from_bytes([0xAB; 32]);
        assert!(folder.segment(&digest).starts_with("d/segments/ab"));
        let id = SnapshotId { epoch: 1, number: 42 };
        let region = RegionCode::new(1).unwrap();
        assert_eq!(folder.manifest(region, id), Path::new("d/manifests/01.1.42"));
    }
}
