//! What lies where on the central side.
//!
//! Two folders that belong on two machines: the *centre's* (publishing, serving, the ledger) and the *authority's*
//! (root and authority keys, the keyring, release codes). The centre can publish without ever holding an identity
//! that unseals: it knows the public recipient of the current generation only.

use std::path::{Path, PathBuf};

use tomoshibi_policies::record::RegionCode;

use crate::id::{Digest, NodeId, SnapshotId};

/// Paths of the central side. Pure: nothing is opened here.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    authority: PathBuf,
}

impl Folder {
    /// The centre in `root`, with the authority's folder inside it.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self::with_authority(root, &root.join("authority"))
    }

    /// The centre in `root` and the authority elsewhere, such as on a medium kept in a safe.
    #[must_use]
    pub fn with_authority(root: &Path, authority: &Path) -> Self {
        Self { root: root.into(), authority: authority.into() }
    }

    /// The centre's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The authority's folder.
    #[must_use]
    pub fn authority(&self) -> &Path {
        &self.authority
    }

    /// `central.toml`.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.root.join("central.toml")
    }

    /// The signed trust root.
    #[must_use]
    pub fn trust_root(&self) -> PathBuf {
        self.root.join("trust-root")
    }

    /// A secret of the centre, by its fixed name.
    #[must_use]
    pub fn key(&self, name: &str) -> PathBuf {
        self.root.join("keys").join(name)
    }

    /// A secret of the authority, by its fixed name.
    #[must_use]
    pub fn authority_key(&self, name: &str) -> PathBuf {
        self.authority.join(name)
    }

    /// The code of one release, sealed to the recovery recipient.
    #[must_use]
    pub fn code(&self, node: NodeId) -> PathBuf {
        self.authority.join("codes").join(format!("{node}.age"))
    }

    /// Nodes and invitations.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.root.join("nodes.json")
    }

    /// The source store.
    #[must_use]
    pub fn source(&self) -> PathBuf {
        self.root.join("source")
    }

    /// Published manifests of a region.
    #[must_use]
    pub fn manifests(&self, region: RegionCode) -> PathBuf {
        self.root.join("published").join(region.to_string()).join("manifests")
    }

    /// One published manifest.
    #[must_use]
    pub fn manifest(&self, region: RegionCode, id: SnapshotId) -> PathBuf {
        self.manifests(region).join(id.to_string())
    }

    /// Which publication added which segments, beside a manifest. Not for nodes.
    #[must_use]
    pub fn layers(&self, region: RegionCode, id: SnapshotId) -> PathBuf {
        self.root.join("published").join(region.to_string()).join("layers").join(id.to_string())
    }

    /// Published segments, in 256 folders by the first byte of the digest.
    #[must_use]
    pub fn segments(&self) -> PathBuf {
        self.root.join("published").join("segments")
    }

    /// One published segment.
    #[must_use]
    pub fn segment(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        let front = name.get(..2).unwrap_or_default().to_owned();
        self.segments().join(front).join(name)
    }

    /// Where the publisher writes a segment before it knows its digest.
    #[must_use]
    pub fn publishing(&self) -> PathBuf {
        self.root.join("published").join("aside")
    }

    /// What waits for all nodes: orders and revocations, by a growing number.
    #[must_use]
    pub fn notices(&self) -> PathBuf {
        self.root.join("notices")
    }

    /// What waits for one node: pre-positioned releases.
    #[must_use]
    pub fn node_notices(&self, node: NodeId) -> PathBuf {
        self.root.join("notices").join(node.to_string())
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger.redb")
    }

    /// Who is who: the link table beside the source store.
    #[must_use]
    pub fn links(&self) -> PathBuf {
        self.source().join("links.redb")
    }

    /// Up to which day the sources are in.
    #[must_use]
    pub fn reach(&self) -> PathBuf {
        self.root.join("reach.json")
    }

    /// The certificate of the centre's CA (DER). Its key is [`Folder::key`].
    #[must_use]
    pub fn ca_certificate(&self) -> PathBuf {
        self.root.join("ca.der")
    }
}
