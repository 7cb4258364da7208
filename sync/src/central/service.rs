//! What the centre does for its nodes: the serving side of the protocol, over the folder, the directory and the ledger.
//!
//! Promises: a code is spent in the same write of the directory that records the node, so one code can never admit two;
//! a keyring leaves only for a node that an order in force opens, at its announced opening identity; what is
//! acknowledged is durable in the ledger.
//!
//! Invariants: the directory on disk is the truth, changed under a lock because `invite` and `node revoke` run beside;
//! the copy in memory follows it at each question. A revoked node gets nothing, whichever way it asks.

mod refusal;

use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::SiteFacts;
use tomoshibi_policies::record::{FacilityCode, RegionCode};

use super::directory::{Directory, EnrolledNode, LiveDirectory};
use super::folder::Folder;
use super::init::name;
use super::keyfile;
use super::ledger::{KnownNode, Ledger, receive};
use super::lock::{self, Subject};
use super::notices::{self, PageError};
use super::{orders, publisher, releases};
use crate::enrol::{EnrolGrant, EnrolRequest};
use crate::id::{Digest, NodeId};
use crate::net::CentreCa;
use crate::reconcile::Message;
use crate::seal::{Recipient, SealError};
use crate::seam::{Clock, Entropy, Files, ReadAt};
use crate::service::{CentreService, Fingerprint, PeerDirectory};
use crate::signed::SigningKey;
use crate::trust::TrustRoot;
use crate::wire::{Held, InboxPage, Refusal, code};

use self::refusal::{denied, failed, internal};

/// The world around a service.
#[derive(Clone)]
pub struct World {
    /// Its disk.
    pub files: Arc<dyn Files>,
    /// Its clock.
    pub clock: Arc<dyn Clock>,
    /// Its randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// See the module.
pub struct Service {
    folder: Folder,
    world: World,
    trust: TrustRoot,
    trust_bytes: Vec<u8>,
    ca: CentreCa,
    cosigner: SigningKey,
    ledger: Arc<dyn Ledger>,
    directory: LiveDirectory,
}

impl Service {
    /// The service of a centre that has begun.
    ///
    /// # Errors
    /// What cannot be read of the centre's folder.
    pub fn open(
        folder: Folder,
        world: World,
        trust: (TrustRoot, Vec<u8>),
        ledger: Arc<dyn Ledger>,
    ) -> Result<Self, super::access::AccessError> {
        let files = &*world.files;
        let ca = super::access::ca(&folder, files)?;
        let cosigner = keyfile::read_signing_key(files, &folder.key(name::CENTRE))?;
        let directory = LiveDirectory::open(world.files.clone(), folder.directory())?;
        let (trust, trust_bytes) = trust;
        Ok(Self { folder, world, trust, trust_bytes, ca, cosigner, ledger, directory })
    }

    /// The node with this id, when it counts.
    fn node(&self, id: NodeId) -> Result<EnrolledNode, Refusal> {
        match self.directory.look(|directory| directory.node(id).cloned()).map_err(internal)? {
            Some(node) if node.revoked => {
                Err(Refusal::new(ErrorClass::Denied, code::NODE_REVOKED, "the node is revoked"))
            }
            Some(node) => Ok(node),
            None => Err(Refusal::new(ErrorClass::Denied, code::NOT_ENROLLED, "unknown node")),
        }
    }

    /// Changes the directory on disk, which the copy in memory follows. Nothing is changed when `change` refuses.
    fn change_directory<T>(
        &self,
        change: impl FnOnce(&mut Directory) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let path = self.folder.directory();
        let _held = lock::hold(&self.folder, Subject::Directory).map_err(internal)?;
        let mut directory = Directory::load(&*self.world.files, &path).map_err(internal)?;
        let done = change(&mut directory)?;
        directory.save(&*self.world.files, &path).map_err(internal)?;
        Ok(done)
    }

    fn admit(
        &self,
        directory: &mut Directory,
        request: &EnrolRequest,
    ) -> Result<EnrolGrant, Refusal> {
        let applicant = &request.applicant;
        let now = self.world.clock.now();
        let invited = directory
            .redeem(request.secret.as_bytes(), now)
            .map_err(|error| denied(code::CODE_REFUSED, &error))?;
        if invited.facility != applicant.facility.to_string() {
            let text = "the code was made for another facility";
            return Err(Refusal::new(ErrorClass::Denied, "other-facility", text));
        }
        for recipient in [&applicant.release_recipient, &applicant.opening_recipient] {
            parse_recipient(recipient)?;
        }
        let id = NodeId::from_bytes(self.world.entropy.bytes().map_err(internal)?);
        let certificate = self.ca.issue_node(&applicant.tls_key, id).map_err(internal)?;
        directory.add(EnrolledNode {
            id: id.to_string(),
            name: invited.name,
            facility: invited.facility,
            municipality: invited.municipality,
            certificate: Fingerprint::of(&certificate).to_string(),
            release_recipient: applicant.release_recipient.clone(),
            opening_recipient: applicant.opening_recipient.clone(),
            journal_key: applicant.journal_key,
            enrolled_at: now.as_millis(),
            revoked: false,
        });
        Ok(EnrolGrant {
            node: id,
            region: self.trust.region,
            certificate,
            ca_certificate: self.ca.certificate().to_vec(),
            trust_root: self.trust_bytes.clone(),
            trust_root_digest: Digest::of(&self.trust_bytes),
        })
    }
}

impl CentreService for Service {
    fn enrol(&self, request: &EnrolRequest) -> Result<EnrolGrant, Refusal> {
        let grant = self.change_directory(|directory| self.admit(directory, request))?;
        tracing::info!(node = %grant.node, "node enrolled");
        Ok(grant)
    }

    fn newest_manifest(
        &self,
        node: NodeId,
        region: RegionCode,
        have: Option<&Held>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        self.node(node)?;
        if region != self.trust.region {
            return Ok(None);
        }
        let newest = publisher::newest(&self.folder, &*self.world.files, &self.trust);
        let newest = newest.map_err(internal)?;
        let current = newest.as_ref().map(|newest| newest.manifest.id);
        if let Some(have) = have
            && Some(have.snapshot) > current
        {
            // The chain must not be continued from here: a second manifest of that number would be a conflict.
            tracing::error!(%node, theirs = %have.snapshot, "a node holds a newer snapshot: restored from a backup?");
        }
        Ok(newest.map(|newest| newest.bytes))
    }

    fn open_segment(
        &self,
        node: NodeId,
        digest: &Digest,
    ) -> Result<Option<Box<dyn ReadAt>>, Refusal> {
        self.node(node)?;
        match self.world.files.open(&self.folder.segment(*digest)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(internal(error)),
        }
    }

    fn inbox(&self, node: NodeId, since: u64) -> Result<InboxPage, Refusal> {
        self.node(node)?;
        let page = notices::page(&self.folder, &*self.world.files, node, since);
        page.map_err(|error| match error {
            PageError::CursorAhead { .. } => {
                Refusal::new(error.class(), code::CURSOR_AHEAD, &error.to_string())
            }
            PageError::Disk(error) => internal(error),
        })
    }

    fn announce_opening(&self, node: NodeId, recipient: &str) -> Result<(), Refusal> {
        parse_recipient(recipient)?;
        if self.node(node)?.opening_recipient == recipient {
            return Ok(());
        }
        self.change_directory(|directory| match directory.set_opening_recipient(node, recipient) {
            true => Ok(()),
            false => Err(Refusal::new(ErrorClass::Denied, code::NOT_ENROLLED, "unknown node")),
        })
    }

    fn request_release(&self, node: NodeId, order: Digest) -> Result<Vec<u8>, Refusal> {
        let enrolled = self.node(node)?;
        let files = &*self.world.files;
        let facility = FacilityCode::parse(&enrolled.facility).map_err(internal)?;
        let site = SiteFacts { facility, municipality: enrolled.municipality };
        let orders = orders::all(&self.folder, files, &self.trust).map_err(internal)?;
        let in_force = orders::in_force(&orders, order, &site, self.world.clock.now());
        let in_force = in_force.map_err(|error| failed(error.class(), error.code(), &error))?;
        let release = releases::for_opening(&self.folder, files, &*self.world.entropy, &enrolled);
        let release = release.map_err(|error| failed(error.class(), "no-release", &error))?;
        tracing::info!(%node, %order, notice = %in_force.order.notice_id, "keyring released");
        Ok(release)
    }

    fn reconcile(&self, node: NodeId, message: &[u8]) -> Result<Vec<u8>, Refusal> {
        // Damaged bytes of a node are its business and not our fault.
        let unreadable = |error: crate::codec::CodecError| {
            Refusal::new(error.class(), code::BAD_MESSAGE, &error.to_string())
        };
        let message = Message::from_bytes(message).map_err(unreadable)?;
        let key = self.node(node)?.journal_key;
        let known = KnownNode { node, region: self.trust.region, key };
        let now = self.world.clock.now();
        receive(&*self.ledger, &known, &self.cosigner, &message, now)
            .map_err(|error| failed(error.class(), "not-reconciled", &error))?
            .to_bytes()
            .map_err(internal)
    }
}

impl PeerDirectory for Service {
    fn node_of(&self, certificate: &Fingerprint) -> Option<NodeId> {
        let certificate = certificate.to_string();
        let known = self.directory.look(|directory| directory.node_of_certificate(&certificate));
        known.unwrap_or_else(|error| {
            tracing::error!(%error, "nobody is admitted while the directory cannot be read");
            None
        })
    }

    fn is_revoked(&self, certificate: &Fingerprint) -> bool {
        let certificate = certificate.to_string();
        let revoked = |directory: &Directory| directory.is_revoked_certificate(&certificate);
        self.directory.look(revoked).unwrap_or(false)
    }
}

fn parse_recipient(text: &str) -> Result<Recipient, Refusal> {
    let refused = |error: SealError| failed(error.class(), "bad-recipient", &error);
    text.parse().map_err(refused)
}
