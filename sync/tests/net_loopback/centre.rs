//! A centre in memory behind a real server.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_sync::enrol::{
    Applicant, EnrolCode, EnrolGrant, EnrolRequest, EnrolSecret, SecretHash,
};
use tomoshibi_sync::id::{Digest, NodeId};
use tomoshibi_sync::net::{
    CallError, Centre, CentreCa, Limits, NodeCredentials, Server, ServerIdentity, Timeouts,
};
use tomoshibi_sync::seam::ReadAt;
use tomoshibi_sync::service::{CentreService, Fingerprint, PeerDirectory};
use tomoshibi_sync::signed::{PublicKey, SigningKey};
use tomoshibi_sync::trust::{Role, RoleKeys, TrustRoot};
use tomoshibi_sync::wire::{Held, InboxItem, InboxKind, InboxPage, Refusal, code};

pub(crate) const CA_SEED: u8 = 200;
pub(crate) const TLS_SEED: u8 = 201;

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(crate) fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

pub(crate) fn applicant() -> Applicant {
    let unset = PublicKey::from_bytes([0; 32]);
    Applicant {
        tls_key: unset,
        journal_key: unset,
        release_recipient: "age1release".into(),
        opening_recipient: "age1opening".into(),
        facility: FacilityCode::parse("1711234567").unwrap(),
        name: "能登の病院".into(),
    }
}

/// Everything behind the trait.
pub(crate) struct Desk {
    pub(crate) ca: CentreCa,
    /// Codes that were made; `None` once spent.
    pub(crate) codes: Mutex<Vec<Option<SecretHash>>>,
    pub(crate) admitted: Mutex<BTreeMap<Fingerprint, NodeId>>,
    pub(crate) manifest: Mutex<Vec<u8>>,
    pub(crate) segments: Mutex<BTreeMap<Digest, Vec<u8>>>,
    pub(crate) announced: Mutex<Vec<(NodeId, String)>>,
    pub(crate) calls: AtomicUsize,
    pub(crate) panics: AtomicBool,
}

impl Desk {
    fn new() -> Self {
        Self {
            ca: CentreCa::create(&key(CA_SEED)).unwrap(),
            codes: Mutex::default(),
            admitted: Mutex::default(),
            manifest: Mutex::default(),
            segments: Mutex::default(),
            announced: Mutex::default(),
            calls: AtomicUsize::new(0),
            panics: AtomicBool::new(false),
        }
    }

    fn called(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert!(!self.panics.load(Ordering::SeqCst), "switched on by a test");
    }

    /// Publishes these segments; the manifest lists digest and length, 40 bytes an entry.
    pub(crate) fn publish(&self, segments: &[Vec<u8>]) {
        let entry =
            |s: &Vec<u8>| [&Digest::of(s).as_bytes()[..], &(s.len() as u64).to_le_bytes()].concat();
        *self.manifest.lock().unwrap() = segments.iter().flat_map(entry).collect();
        *self.segments.lock().unwrap() =
            segments.iter().map(|s| (Digest::of(s), s.clone())).collect();
    }

    /// A certificate for the key with this seed, in the directory.
    pub(crate) fn admit(&self, seed: u8) -> NodeCredentials {
        let credentials = self.certify(seed);
        let fingerprint = Fingerprint::of(&credentials.certificate);
        self.admitted.lock().unwrap().insert(fingerprint, credentials.node);
        credentials
    }

    /// A certificate that is not in the directory.
    pub(crate) fn certify(&self, seed: u8) -> NodeCredentials {
        let node = NodeId::from_bytes([seed; 16]);
        NodeCredentials {
            node,
            certificate: self.ca.issue_node(&key(seed).public(), node).unwrap(),
            ca_certificate: self.ca.certificate().to_vec(),
            key: key(seed),
        }
    }

    pub(crate) fn revoke(&self, credentials: &NodeCredentials) {
        let fingerprint = Fingerprint::of(&credentials.certificate);
        self.admitted.lock().unwrap().remove(&fingerprint).unwrap();
    }

    pub(crate) fn invite(&self, seed: u8) -> EnrolCode {
        let secret = EnrolSecret::from_bytes([seed; 10]);
        self.codes.lock().unwrap().push(Some(secret.hash()));
        EnrolCode { secret, ca: self.ca.pin() }
    }

    fn trust_root() -> Vec<u8> {
        let roles = Role::ALL.into_iter().zip(1..);
        let keys = |n| vec![key(n).public()];
        let roles = roles.map(|(role, n)| RoleKeys { role, threshold: 1, keys: keys(n) });
        TrustRoot {
            number: 1,
            region: region(),
            drill: true,
            centre_recipient: "age1centre".into(),
            roles: roles.collect(),
        }
        .sign(&[&key(1)])
        .unwrap()
    }
}

impl PeerDirectory for Desk {
    fn node_of(&self, certificate: &Fingerprint) -> Option<NodeId> {
        self.admitted.lock().unwrap().get(certificate).copied()
    }
}

struct InMemory(Vec<u8>);

impl ReadAt for InMemory {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let rest = &self.0[offset as usize..];
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
}

impl CentreService for Desk {
    fn enrol(&self, request: &EnrolRequest) -> Result<EnrolGrant, Refusal> {
        self.called();
        let hash = request.secret.hash();
        let mut codes = self.codes.lock().unwrap();
        let Some(slot) = codes.iter_mut().find(|slot| **slot == Some(hash)) else {
            return Err(Refusal::new(ErrorClass::Denied, code::CODE_REFUSED, "no such code"));
        };
        *slot = None;
        let node = NodeId::from_bytes([99; 16]);
        let certificate = self.ca.issue_node(&request.applicant.tls_key, node).unwrap();
        self.admitted.lock().unwrap().insert(Fingerprint::of(&certificate), node);
        let trust_root = Self::trust_root();
        Ok(EnrolGrant {
            node,
            region: region(),
            certificate,
            ca_certificate: self.ca.certificate().to_vec(),
            trust_root_digest: Digest::of(&trust_root),
            trust_root,
        })
    }

    fn newest_manifest(
        &self,
        _: NodeId,
        _: RegionCode,
        _: Option<&Held>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        self.called();
        let manifest = self.manifest.lock().unwrap().clone();
        Ok((!manifest.is_empty()).then_some(manifest))
    }

    fn open_segment(&self, _: NodeId, digest: &Digest) -> Result<Option<Box<dyn ReadAt>>, Refusal> {
        self.called();
        let found = self.segments.lock().unwrap().get(digest).cloned();
        Ok(found.map(|s| Box::new(InMemory(s)) as Box<dyn ReadAt>))
    }

    fn inbox(&self, node: NodeId, since: u64) -> Result<InboxPage, Refusal> {
        self.called();
        let bytes = node.as_bytes().to_vec();
        let item = InboxItem { cursor: since + 1, kind: InboxKind::Order, bytes };
        Ok(InboxPage { items: vec![item], more: false })
    }

    fn announce_opening(&self, node: NodeId, recipient: &str) -> Result<(), Refusal> {
        self.called();
        self.announced.lock().unwrap().push((node, recipient.into()));
        Ok(())
    }

    fn request_release(&self, _: NodeId, order: Digest) -> Result<Vec<u8>, Refusal> {
        self.called();
        let text = format!("no order {order} is in force here");
        Err(Refusal::new(ErrorClass::Denied, "no-order", &text))
    }

    fn reconcile(&self, _: NodeId, message: &[u8]) -> Result<Vec<u8>, Refusal> {
        self.called();
        Ok(message.iter().rev().copied().collect())
    }
}

/// The desk behind a server on the loopback device.
pub(crate) struct TestCentre {
    pub(crate) desk: Arc<Desk>,
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl TestCentre {
    pub(crate) fn start() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        let desk = Arc::new(Desk::new());
        let names = ["127.0.0.1".to_string(), "centre.example".to_string()];
        let identity = ServerIdentity {
            certificate: desk.ca.issue_centre(&key(TLS_SEED).public(), &names).unwrap(),
            ca_certificate: desk.ca.certificate().to_vec(),
            key: key(TLS_SEED),
        };
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(any, &identity, limits).unwrap();
        let address = server.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { drop(stopped.await) };
        let task = tokio::spawn(server.serve(desk.clone(), desk.clone(), shutdown));
        Self { desk, address, stop, task }
    }

    pub(crate) async fn connect(&self, credentials: &NodeCredentials) -> Result<Centre, CallError> {
        Centre::connect(self.address, credentials, &Timeouts::default()).await
    }

    /// True when an admitted node still gets its answer.
    pub(crate) async fn is_well(&self) -> bool {
        self.connect(&self.desk.admit(77)).await.is_ok()
    }

    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}
