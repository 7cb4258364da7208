//! What enrolment left on the disk, read and checked again.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::net::NodeCredentials;
use tomoshibi_sync::trust::TrustRoot;

use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::{Folder, Secret};
use crate::keys;
use crate::node::Seams;
use crate::state::NodeRecord;

/// Longest trust root or certificate: 64 KiB, several times what `sync` lets any of them have.
const FILE_LEN_BYTES_MAX: u64 = 64 << 10;

/// The trust root that was pinned at enrolment.
///
/// # Errors
/// The disk's; a list that is not the pinned one is forged.
pub fn trust_root(
    folder: &Folder,
    seams: &Seams,
    record: &NodeRecord,
) -> Result<TrustRoot, Failure> {
    let bytes = read(folder.trust_root(), seams)?;
    let found = Digest::of(&bytes).to_string();
    let refused = |class| Failure::new(class, "trust-root-refused").with("found", found);
    let trust = match TrustRoot::open_pinned(&bytes, record.trust_root) {
        Ok(trust) => trust,
        Err(error) => return Err(refused(error.class())),
    };
    if (trust.region, trust.drill) != (record.region, record.drill) {
        return Err(refused(ErrorClass::Conflict));
    }
    Ok(trust)
}

/// What the node shows on the line.
///
/// # Errors
/// The disk's; damaged keys.
pub fn credentials(
    folder: &Folder,
    seams: &Seams,
    record: &NodeRecord,
) -> Result<NodeCredentials, Failure> {
    Ok(NodeCredentials {
        node: record.node,
        certificate: read(folder.certificate(), seams)?,
        ca_certificate: read(folder.ca_certificate(), seams)?,
        key: keys::signing_key(folder, seams, Secret::Tls)?,
    })
}

fn read(path: std::path::PathBuf, seams: &Seams) -> Result<Vec<u8>, Failure> {
    let bytes = seams.files.read(&path, FILE_LEN_BYTES_MAX);
    Ok(bytes.map_err(DiskError::at("read", &path))?)
}
