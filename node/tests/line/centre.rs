//! A small centre behind the real server on the loopback device.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex};

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::enrol::{EnrolCode, EnrolGrant, EnrolRequest, EnrolSecret, SecretHash};
use tomoshibi_sync::id::{Digest, NodeId};
use tomoshibi_sync::journal::{Head, Origin, SignedCheckpoint, TreeHash};
use tomoshibi_sync::net::{CentreCa, Limits, Server, ServerIdentity};
use tomoshibi_sync::reconcile::{Batch, Have, JournalId, Message, Outcome, Verdict, judge};
use tomoshibi_sync::seal::Identity;
use tomoshibi_sync::seam::ReadAt;
use tomoshibi_sync::service::{CentreService, Fingerprint, PeerDirectory};
use tomoshibi_sync::signed::{PublicKey, SigningKey};
use tomoshibi_sync::trust::{Role, RoleKeys, TrustRoot};
use tomoshibi_sync::wire::{Held, InboxItem, InboxKind, InboxPage, Refusal, code};

pub(crate) const NODE: NodeId = NodeId::from_bytes([99; 16]);

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// The key of a role.
pub(crate) fn role_key(role: Role) -> SigningKey {
    key(1 + Role::ALL.iter().position(|r| *r == role).unwrap() as u8)
}

pub(crate) fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

/// One journal as the centre holds it.
struct Held1 {
    head: Head,
    leaves: Vec<TreeHash>,
    cosigned: Option<String>,
    /// Entries kept beside it.
    beside: u64,
}

/// What a test changes and looks at.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) codes: Vec<Option<SecretHash>>,
    pub(crate) admitted: BTreeMap<Fingerprint, NodeId>,
    pub(crate) recipients: Vec<String>,
    pub(crate) manifest: Vec<u8>,
    pub(crate) segments: BTreeMap<Digest, Vec<u8>>,
    /// Segments asked for, in order.
    pub(crate) asked: Vec<Digest>,
    /// A segment whose bytes wait until it is taken away here.
    pub(crate) held_back: Option<Digest>,
    pub(crate) inbox: Vec<(InboxKind, Vec<u8>)>,
    pub(crate) announced: Vec<String>,
    pub(crate) batches: usize,
    /// What is released under any order.
    pub(crate) release: Option<Vec<u8>>,
    journal_key: Option<PublicKey>,
    journals: BTreeMap<JournalId, Held1>,
}

pub(crate) struct Service {
    ca: CentreCa,
    pub(crate) centre_identity: Identity,
    desk: Arc<(Mutex<Desk>, Condvar)>,
}

impl Service {
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Desk) -> T) -> T {
        let changed = change(&mut self.desk.0.lock().unwrap());
        self.desk.1.notify_all();
        changed
    }

    pub(crate) fn invite(&self, seed: u8) -> String {
        let secret = EnrolSecret::from_bytes([seed; 10]);
        self.change(|desk| desk.codes.push(Some(secret.hash())));
        EnrolCode { secret, ca: self.ca.pin() }.spoken().to_string()
    }

    fn trust_root(&self) -> Vec<u8> {
        let keys = |role| vec![role_key(role).public()];
        let roles = Role::ALL.into_iter();
        let roles = roles.map(|role| RoleKeys { role, threshold: 1, keys: keys(role) }).collect();
        let centre_recipient = self.centre_identity.to_recipient().to_string();
        let root = TrustRoot { number: 1, region: region(), drill: true, centre_recipient, roles };
        root.sign(&[&role_key(Role::Root)]).unwrap()
    }

    /// How many entries of the journal the centre holds, and how many beside it.
    pub(crate) fn holds(&self, journal: JournalId) -> (u64, u64) {
        let held = |desk: &mut Desk| {
            desk.journals.get(&journal).map_or((0, 0), |held| (held.head.tree.size(), held.beside))
        };
        self.change(held)
    }
}

impl Desk {
    fn held(&mut self, journal: JournalId) -> &mut Held1 {
        self.journals.entry(journal).or_insert_with(|| Held1 {
            head: Head::of_nothing(journal.node, journal.incarnation),
            leaves: Vec::new(),
            cosigned: None,
            beside: 0,
        })
    }

    fn take(&mut self, batch: &Batch) -> Verdict {
        self.batches += 1;
        let (journal, node_key) = (batch.journal, self.journal_key.unwrap());
        let origin =
            Origin { region: region(), node: journal.node, incarnation: journal.incarnation };
        let held = self.held(journal);
        let from = usize::try_from(batch.first).unwrap().min(held.leaves.len());
        let judged = judge(batch, &held.head, &held.leaves[from..], origin, &node_key);
        if let (Some(head), Some(note)) = (judged.head, judged.checkpoint) {
            held.head = head;
            held.leaves.extend(judged.entries.iter().map(|entry| entry.leaf()));
            held.cosigned = Some(cosigned(note, origin));
        }
        held.beside += judged.branch.len() as u64;
        Verdict {
            journal,
            first: batch.first,
            end: batch.end(),
            outcome: judged.outcome,
            accepted: judged.entries.len() as u32,
            duplicates: judged.duplicates,
            refused: 0,
            size: held.head.tree.size(),
            cosigned: (judged.outcome == Outcome::Accepted)
                .then(|| held.cosigned.clone())
                .flatten(),
        }
    }
}

fn cosigned(mut note: SignedCheckpoint, origin: Origin) -> String {
    let now = Timestamp::from_millis(1_795_000_000_000);
    note.cosign(&origin.centre_name(), &role_key(Role::Centre), now);
    note.to_string()
}

impl PeerDirectory for Service {
    fn node_of(&self, certificate: &Fingerprint) -> Option<NodeId> {
        self.desk.0.lock().unwrap().admitted.get(certificate).copied()
    }
}

/// Bytes of which those behind the first wait while the desk holds them back.
struct Waiting {
    digest: Digest,
    bytes: Vec<u8>,
    desk: Arc<(Mutex<Desk>, Condvar)>,
}

impl ReadAt for Waiting {
    fn len_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let is_held = |desk: &mut Desk| desk.held_back == Some(self.digest);
        drop(self.desk.1.wait_while(self.desk.0.lock().unwrap(), is_held).unwrap());
        let rest = &self.bytes[usize::try_from(offset).unwrap()..];
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
}

impl CentreService for Service {
    fn enrol(&self, request: &EnrolRequest) -> Result<EnrolGrant, Refusal> {
        let hash = request.secret.hash();
        let certificate = self.ca.issue_node(&request.applicant.tls_key, NODE).unwrap();
        self.change(|desk| {
            let applicant = &request.applicant;
            desk.recipients.push(applicant.release_recipient.clone());
            let Some(slot) = desk.codes.iter_mut().find(|slot| **slot == Some(hash)) else {
                return Err(Refusal::new(ErrorClass::Denied, code::CODE_REFUSED, "no such code"));
            };
            *slot = None;
            desk.journal_key = Some(applicant.journal_key);
            desk.admitted.insert(Fingerprint::of(&certificate), NODE);
            Ok(())
        })?;
        let trust_root = self.trust_root();
        Ok(EnrolGrant {
            node: NODE,
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
        let manifest = self.change(|desk| desk.manifest.clone());
        Ok((!manifest.is_empty()).then_some(manifest))
    }

    fn open_segment(&self, _: NodeId, digest: &Digest) -> Result<Option<Box<dyn ReadAt>>, Refusal> {
        let found = self.change(|desk| {
            desk.asked.push(*digest);
            desk.segments.get(digest).cloned()
        });
        let (digest, desk) = (*digest, self.desk.clone());
        Ok(found.map(|bytes| Box::new(Waiting { digest, bytes, desk }) as Box<dyn ReadAt>))
    }

    fn inbox(&self, _: NodeId, since: u64) -> Result<InboxPage, Refusal> {
        let items: Vec<_> = self.change(|desk| desk.inbox.clone());
        if since > items.len() as u64 {
            return Err(Refusal::new(ErrorClass::Conflict, code::CURSOR_AHEAD, "restored"));
        }
        let mut page = InboxPage::default();
        for (cursor, (kind, bytes)) in (1..).zip(items).filter(|(cursor, _)| *cursor > since) {
            // Two a page, so that the node has to ask on.
            if page.items.len() == 2 {
                page.more = true;
                break;
            }
            page.items.push(InboxItem { cursor, kind, bytes });
        }
        Ok(page)
    }

    fn announce_opening(&self, _: NodeId, recipient: &str) -> Result<(), Refusal> {
        self.change(|desk| desk.announced.push(recipient.into()));
        Ok(())
    }

    fn request_release(&self, _: NodeId, _: Digest) -> Result<Vec<u8>, Refusal> {
        let refused = || Refusal::new(ErrorClass::Denied, "no-order", "no order is in force");
        self.change(|desk| desk.release.clone()).ok_or_else(refused)
    }

    fn reconcile(&self, _: NodeId, message: &[u8]) -> Result<Vec<u8>, Refusal> {
        let answer = match Message::from_bytes(message).unwrap() {
            Message::Where(journal) => self.change(|desk| {
                let held = desk.held(journal);
                let (size, root) = (held.head.tree.size(), held.head.tree.root());
                Message::Have(Have { journal, size, root, cosigned: held.cosigned.clone() })
            }),
            Message::Batch(batch) => Message::Verdict(self.change(|desk| desk.take(&batch))),
            _ => return Err(Refusal::new(ErrorClass::Invalid, "direction", "not a node's")),
        };
        Ok(answer.to_bytes().unwrap())
    }
}

/// The service behind a server, until it is dropped.
pub(crate) struct TestCentre {
    pub(crate) service: Arc<Service>,
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    runtime: Runtime,
}

impl TestCentre {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let entered = runtime.enter();
        let ca = CentreCa::create(&key(200)).unwrap();
        let identity = ServerIdentity {
            certificate: ca.issue_centre(&key(201).public(), &[]).unwrap(),
            ca_certificate: ca.certificate().to_vec(),
            key: key(201),
        };
        let service =
            Arc::new(Service { ca, centre_identity: Identity::generate(), desk: Arc::default() });
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(any, &identity, Limits::default()).unwrap();
        let address = server.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { drop(stopped.await) };
        let task = tokio::spawn(server.serve(service.clone(), service.clone(), shutdown));
        drop(entered);
        Self { service, address, stop: Some(stop), task: Some(task), runtime }
    }

    /// Cuts the line.
    pub(crate) fn stop(&mut self) {
        self.service.change(|desk| desk.held_back = None);
        drop(self.stop.take());
        if let Some(task) = self.task.take() {
            self.runtime.block_on(task).unwrap();
        }
    }
}

impl Drop for TestCentre {
    fn drop(&mut self) {
        self.stop();
    }
}
