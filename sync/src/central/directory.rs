//! The nodes of a region, and the invitations that are out.
//!
//! One JSON file, replaced whole: a region has tens of nodes, and a person may have to read it in a bad hour.
//! Invitations keep only a digest of their secret. Not covered: history (the ledger has what matters).

mod live;

use std::path::Path;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use crate::id::{Digest, Hasher, NodeId};
use crate::seam::Files;
use crate::signed::PublicKey;

pub use live::LiveDirectory;

const LEN_BYTES_MAX: u64 = 16 << 20;

/// One enrolled node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledNode {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The facility it stands in, ten digits.
    pub facility: String,
    /// The municipality it stands in, a five-digit JIS code, when the invitation told it.
    pub municipality: Option<u32>,
    /// SHA-256 of its certificate, hexadecimal: who connects with it is this node.
    pub certificate: String,
    /// age recipient for what is sealed to this node for long.
    pub release_recipient: String,
    /// age recipient of its current one-time opening identity.
    pub opening_recipient: String,
    /// The key its checkpoints are signed with.
    pub journal_key: PublicKey,
    /// Milliseconds since the Unix epoch.
    pub enrolled_at: i64,
    /// True once its certificate no longer counts.
    pub revoked: bool,
}

/// One invitation: a one-time code that is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Invitation {
    name: String,
    facility: String,
    municipality: Option<u32>,
    /// Digest of the secret.
    secret: Digest,
    expires_at: i64,
    used: bool,
}

/// Why the directory refuses.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The disk's answer.
    #[error("directory of nodes: {0}")]
    Io(#[from] std::io::Error),
    /// The file is not what was written.
    #[error("directory of nodes: line {line} is damaged")]
    Content {
        /// Line of the file.
        line: usize,
    },
    /// Wrong, used or expired: the three are not told apart, so that guessing learns nothing.
    #[error("the enrolment code is wrong, used or expired: ask for a new one")]
    Invitation,
}

impl DirectoryError {
    /// Internal, corrupt or denied.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Io(_) => ErrorClass::Internal,
            Self::Content { .. } => ErrorClass::Corrupt,
            Self::Invitation => ErrorClass::Denied,
        }
    }
}

/// Who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// What people call the node.
    pub name: String,
    /// The facility it will stand in.
    pub facility: String,
    /// The municipality it will stand in, when known: without it only an order for the prefecture, or one that names the
    /// facility, opens it.
    pub municipality: Option<u32>,
}

/// Nodes and invitations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Grows with each change. Stands first in the file, so that its first bytes tell one state from every other.
    #[serde(default)]
    changes: u64,
    nodes: Vec<EnrolledNode>,
    invitations: Vec<Invitation>,
}

impl Directory {
    /// Reads the directory; a missing file is an empty one.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub fn load(files: &dyn Files, path: &Path) -> Result<Self, DirectoryError> {
        if !files.exists(path) {
            return Ok(Self::default());
        }
        let bytes = files.read(path, LEN_BYTES_MAX)?;
        serde_json::from_slice(&bytes).map_err(|e| DirectoryError::Content { line: e.line() })
    }

    /// Writes the directory, whole or not at all.
    ///
    /// # Errors
    /// The disk's.
    pub fn save(&mut self, files: &dyn Files, path: &Path) -> Result<(), DirectoryError> {
        self.changes = self.changes.saturating_add(1);
        let bytes = serde_json::to_vec_pretty(self).map_err(std::io::Error::other)?;
        Ok(files.replace(path, &bytes)?)
    }

    /// Notes an invitation whose secret is `secret`. Forgets those that are long over.
    pub fn invite(&mut self, invited: Invited, secret: &[u8], now: Timestamp, valid_hours: u16) {
        self.invitations.retain(|i| i.expires_at > now.as_millis());
        self.invitations.push(Invitation {
            name: invited.name,
            facility: invited.facility,
            municipality: invited.municipality,
            secret: digest_of_secret(secret),
            expires_at: now.plus_hours(valid_hours.into()).as_millis(),
            used: false,
        });
    }

    /// Spends the invitation with this secret.
    ///
    /// # Errors
    /// [`DirectoryError::Invitation`].
    pub fn redeem(&mut self, secret: &[u8], now: Timestamp) -> Result<Invited, DirectoryError> {
        // Digests are compared, so the time a comparison takes tells nothing of the secret.
        let digest = digest_of_secret(secret);
        let counts =
            |i: &&mut Invitation| i.secret == digest && !i.used && i.expires_at > now.as_millis();
        let found = self.invitations.iter_mut().find(counts).ok_or(DirectoryError::Invitation)?;
        found.used = true;
        Ok(Invited {
            name: found.name.clone(),
            facility: found.facility.clone(),
            municipality: found.municipality,
        })
    }

    /// Adds a node that has just enrolled.
    pub fn add(&mut self, node: EnrolledNode) {
        self.nodes.push(node);
    }

    /// All nodes, in the order of enrolment.
    #[must_use]
    pub fn nodes(&self) -> &[EnrolledNode] {
        &self.nodes
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&EnrolledNode> {
        let id = id.to_string();
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The node with this id or name; of several with one name the one that enrolled last.
    #[must_use]
    pub fn find(&self, id_or_name: &str) -> Option<&EnrolledNode> {
        let mut newest_first = self.nodes.iter().rev();
        newest_first.find(|node| node.id == id_or_name || node.name == id_or_name)
    }

    /// The node whose certificate has this SHA-256, unless it is revoked.
    #[must_use]
    pub fn node_of_certificate(&self, sha256: &str) -> Option<NodeId> {
        let holds = |node: &&EnrolledNode| node.certificate == sha256 && !node.revoked;
        self.nodes.iter().find(holds).and_then(|node| node.id.parse().ok())
    }

    /// True when this certificate is a node's that was revoked.
    #[must_use]
    pub fn is_revoked_certificate(&self, sha256: &str) -> bool {
        self.nodes.iter().any(|node| node.certificate == sha256 && node.revoked)
    }

    /// Takes a node's new opening recipient; false when the node is unknown.
    pub fn set_opening_recipient(&mut self, id: NodeId, recipient: &str) -> bool {
        self.with_node(id, |node| node.opening_recipient = recipient.into())
    }

    /// Revokes a node's certificate; false when the node is unknown.
    pub fn revoke(&mut self, id: NodeId) -> bool {
        self.with_node(id, |node| node.revoked = true)
    }

    fn with_node(&mut self, id: NodeId, change: impl FnOnce(&mut EnrolledNode)) -> bool {
        let id = id.to_string();
        let node = self.nodes.iter_mut().find(|node| node.id == id);
        node.map(change).is_some()
    }
}

fn digest_of_secret(secret: &[u8]) -> Digest {
    let mut hasher = Hasher::default();
    hasher.update(b"tomoshibi invitation v1\0");
    hasher.update(secret);
    hasher.digest()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::seam::StdFiles;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(0).plus_hours(hours)
    }

    fn invited() -> Directory {
        let mut directory = Directory::default();
        let invited = Invited {
            name: "みほん病院".into(),
            facility: "1710000001".into(),
            municipality: Some(17204),
        };
        directory.invite(invited, b"secret", at(0), 24);
        directory
    }

    pub(super) fn node(n: u8) -> EnrolledNode {
        EnrolledNode {
            id: NodeId::from_bytes([n; 16]).to_string(),
            name: format!("node-{n}"),
            facility: "1710000001".into(),
            municipality: None,
            certificate: format!("{n:064x}"),
            release_recipient: "age1r".into(),
            opening_recipient: "age1o".into(),
            journal_key: PublicKey::from_bytes([n; 32]),
            enrolled_at: 0,
            revoked: false,
        }
    }

    #[test]
    fn a_code_enrols_once_and_in_time() {
        let mut directory = invited();
        assert!(directory.redeem(b"wrong", at(1)).is_err());
        assert!(directory.redeem(b"secret", at(24)).is_err());
        assert_eq!(directory.redeem(b"secret", at(23)).unwrap().name, "みほん病院");
        assert!(directory.redeem(b"secret", at(23)).is_err());
    }

    #[test]
    fn the_secret_is_not_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nodes.json");
        assert_eq!(Directory::load(&StdFiles, &path).unwrap(), Directory::default());
        let mut directory = invited();
        directory.add(node(1));
        directory.save(&StdFiles, &path).unwrap();
        assert_eq!(Directory::load(&StdFiles, &path).unwrap(), directory);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("secret\": \"secret") && !text.contains("736563726574"));
        std::fs::write(&path, &text[..text.len() / 2]).unwrap();
        assert_eq!(Directory::load(&StdFiles, &path).unwrap_err().class(), ErrorClass::Corrupt);
    }

    #[test]
    fn a_revoked_node_is_nobody() {
        let mut directory = Directory::default();
        directory.add(node(1));
        directory.add(node(2));
        let one = NodeId::from_bytes([1; 16]);
        assert_eq!(directory.node_of_certificate(&format!("{:064x}", 1)), Some(one));
        assert!(directory.revoke(one));
        assert_eq!(directory.node_of_certificate(&format!("{:064x}", 1)), None);
        assert!(!directory.revoke(NodeId::from_bytes([9; 16])));
        assert!(directory.find("node-2").is_some());
    }
}
