//! What every command works with.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use super::failure::Failure;
use crate::central::access;
use crate::central::config::Config;
use crate::central::directory::{Directory, EnrolledNode};
use crate::central::folder::Folder;
use crate::seam::{Clock, StdFiles, SystemClock, SystemEntropy};
use crate::trust::TrustRoot;

/// A central side that has begun, on this host.
pub(super) struct Centre {
    pub(super) folder: Folder,
    pub(super) files: StdFiles,
    pub(super) entropy: SystemEntropy,
    pub(super) config: Config,
    pub(super) trust: TrustRoot,
    pub(super) trust_bytes: Vec<u8>,
}

impl Centre {
    pub(super) fn open(folder: Folder) -> Result<Self, Failure> {
        let (config, trust, trust_bytes) = access::open(&folder, &StdFiles)?;
        Ok(Self { folder, files: StdFiles, entropy: SystemEntropy, config, trust, trust_bytes })
    }

    pub(super) fn now(&self) -> Timestamp {
        SystemClock::default().now()
    }

    pub(super) fn directory(&self) -> Result<Directory, Failure> {
        Ok(Directory::load(&self.files, &self.folder.directory())?)
    }

    /// The node with this id or name.
    pub(super) fn node(&self, id_or_name: &str) -> Result<EnrolledNode, Failure> {
        let unknown =
            || Failure::new(ErrorClass::NotFound, format!("there is no node {id_or_name} here"));
        self.directory()?.find(id_or_name).cloned().ok_or_else(unknown)
    }
}
