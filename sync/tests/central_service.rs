//! The centre over loopback: enrolment by code, the snapshot pulled, orders and releases, and who gets none.
#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "central/begun.rs"]
#[expect(dead_code, reason = "shared with the tests of the publisher")]
mod begun;
#[path = "net_loopback/folder.rs"]
#[allow(dead_code, reason = "shared with the tests of the line")]
mod folder;
#[path = "central/revoked.rs"]
mod revoked;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use secrecy::ExposeSecret;
use tokio::sync::oneshot;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::central::directory::{Directory, Invited};
use tomoshibi_sync::central::ledger::RedbLedger;
use tomoshibi_sync::central::orders::{self, Decision, Issued};
use tomoshibi_sync::central::publisher::Extent;
use tomoshibi_sync::central::service::{Service, World};
use tomoshibi_sync::central::{access, invitations, releases};
use tomoshibi_sync::enrol::{Applicant, EnrolCode, EnrolSecret};
use tomoshibi_sync::manifest::{Manifest, SegmentEntry};
use tomoshibi_sync::net::{
    CallError, Centre, EnrolError, Judge, Judgement, Limits, NodeCredentials, PullOutcome, Server,
    Timeouts, enrol,
};
use tomoshibi_sync::pull::{PullLimits, Wanted};
use tomoshibi_sync::release::{self, Addressee, ReleaseCode};
use tomoshibi_sync::seal::{AgeSealer, Identity};
use tomoshibi_sync::seam::{Clock, StdFiles, SystemEntropy};
use tomoshibi_sync::signed::{PublicKey, SigningKey};
use tomoshibi_sync::trust::TrustRoot;
use tomoshibi_sync::wire::{InboxKind, InboxPage, Request, Response, code};

use begun::{Begun, NOW, Source, person};
use folder::Folder;

/// A clock that stands where a test puts it.
struct SetClock(Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn running(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

struct Serving {
    begun: Begun<StdFiles>,
    address: SocketAddr,
    clock: Arc<SetClock>,
    _stop: oneshot::Sender<()>,
}

/// One node's secrets.
struct Node {
    credentials: NodeCredentials,
    release: Identity,
    opening: Identity,
}

fn serving(root: &Path) -> Serving {
    let begun = Begun::new(root, StdFiles);
    let clock = Arc::new(SetClock(Mutex::new(NOW)));
    let world =
        World { files: Arc::new(StdFiles), clock: clock.clone(), entropy: Arc::new(SystemEntropy) };
    let (_, trust, bytes) = access::open(&begun.folder, &StdFiles).unwrap();
    let ledger = Arc::new(RedbLedger::open(&begun.folder.ledger()).unwrap());
    let service = Service::open(begun.folder.clone(), world, (trust, bytes), ledger).unwrap();
    let service = Arc::new(service);
    let identity = access::server_identity(&begun.folder, &StdFiles, &begun.config).unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::bind(any, &identity, Limits::default()).unwrap();
    let address = server.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(server.serve(service.clone(), service, async move {
        let _ = stopped.await;
    }));
    Serving { begun, address, clock, _stop: stop }
}

impl Serving {
    fn invite(&self) -> EnrolCode {
        let invited = Invited {
            name: "みほん病院".into(),
            facility: FACILITY.into(),
            municipality: Some(17_204),
        };
        let folder = &self.begun.folder;
        invitations::invite(folder, &StdFiles, &SystemEntropy, invited, (NOW, 24)).unwrap()
    }

    async fn enrol(&self, code: &EnrolCode, facility: &str) -> Result<Node, EnrolError> {
        let (release, opening) = (Identity::generate(), Identity::generate());
        let unset = PublicKey::from_bytes([0; 32]);
        let applicant = Applicant {
            tls_key: unset,
            journal_key: unset,
            release_recipient: release.to_recipient().to_string(),
            opening_recipient: opening.to_recipient().to_string(),
            facility: FacilityCode::parse(facility).unwrap(),
            name: "みほん病院".into(),
        };
        let (tls, journal) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let timeouts = Timeouts::default();
        let (grant, trust) =
            enrol(self.address, code, applicant, &tls, &journal, &timeouts).await?;
        assert_eq!(trust, self.begun.trust);
        let credentials = NodeCredentials {
            node: grant.node,
            certificate: grant.certificate,
            ca_certificate: grant.ca_certificate,
            key: tls,
        };
        Ok(Node { credentials, release, opening })
    }

    async fn enrolled(&self) -> (Node, Centre) {
        let node = self.enrol(&self.invite(), FACILITY).await.unwrap();
        let line =
            Centre::connect(self.address, &node.credentials, &Timeouts::default()).await.unwrap();
        (node, line)
    }

    fn addressee(&self, node: &Node) -> Addressee {
        let trust = &self.begun.trust;
        Addressee { node: node.credentials.node, region: trust.region, drill: trust.drill }
    }

    /// An order from an hour after [`NOW`], for a municipality.
    fn order(&self, municipality: u32) -> Issued {
        let decision = Decision {
            notice_id: "2026-11-22".into(),
            issuer: "operating body".into(),
            prefectures: BTreeSet::new(),
            municipalities: BTreeSet::from([municipality]),
            facilities: BTreeSet::new(),
            opens_at: NOW.plus_hours(1),
            closes_at: NOW.plus_hours(73),
            categories: BTreeSet::from([Category::Eligibility]),
            vital_interest_allowed: true,
            consent_hours: 24,
        };
        orders::issue(&self.begun.folder, &StdFiles, &self.begun.trust, decision, NOW).unwrap()
    }

    fn set_clock(&self, hours: i64) {
        *self.clock.0.lock().unwrap() = NOW.plus_hours(hours);
    }
}

const FACILITY: &str = "1711234567";

async fn request(line: &Centre, order: &Issued) -> Result<Vec<u8>, (ErrorClass, String)> {
    match line.call(&Request::RequestRelease { order: order.digest }).await {
        Ok(Response::Release { bytes }) => Ok(bytes),
        Err(CallError::Refused(refusal)) => Err((refusal.class(), refusal.code().to_owned())),
        other => panic!("{other:?}"),
    }
}

async fn inbox(line: &Centre, since: u64) -> InboxPage {
    match line.call(&Request::Inbox { since }).await.unwrap() {
        Response::Inbox(page) => page,
        other => panic!("{other:?}"),
    }
}

fn denied(code: &str) -> Result<Vec<u8>, (ErrorClass, String)> {
    Err((ErrorClass::Denied, code.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_admits_one_node_of_its_facility_which_then_pulls_the_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let mut source = Source::default();
    source.batch((1..=20).map(|n| person(n, 1, "輪島市".into())));
    let snapshot = centre.begun.published(&source, Extent::New);
    let code = centre.invite();
    let wrong = centre.enrol(&code, "1799999999").await.err().unwrap();
    assert_eq!(wrong.class(), ErrorClass::Denied);
    let node = centre.enrol(&code, FACILITY).await.unwrap();
    let again = centre.enrol(&code, FACILITY).await.err().unwrap();
    assert_eq!(again.class(), ErrorClass::Denied);
    let directory = Directory::load(&StdFiles, &centre.begun.folder.directory()).unwrap();
    assert_eq!(directory.nodes().len(), 1);

    let line =
        Centre::connect(centre.address, &node.credentials, &Timeouts::default()).await.unwrap();
    let folder = Folder::default();
    let judge = Verifier(centre.begun.trust.clone());
    let region = centre.begun.trust.region;
    let pulled =
        line.pull(region, None, PullLimits::default(), folder.clone(), judge).await.unwrap();
    assert_eq!(pulled.outcome, Ok(PullOutcome::Complete));
    let content = folder.content.lock().unwrap();
    let got: BTreeSet<_> = content.finished.keys().copied().collect();
    let listed: BTreeSet<_> = snapshot.manifest.segments.iter().map(|e| e.digest).collect();
    assert_eq!(got, listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_leaves_only_under_an_order_in_force_for_the_nodes_place() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let (node, line) = centre.enrolled().await;
    let (here, elsewhere) = (centre.order(17_204), centre.order(17_205));
    let (folder, trust) = (&centre.begun.folder, &centre.begun.trust);
    assert_eq!(request(&line, &here).await, denied("order-not-in-force"));
    centre.set_clock(1);
    assert_eq!(request(&line, &elsewhere).await, denied("order-other-place"));
    let unknown = Issued { digest: tomoshibi_sync::id::Digest::of(b"none"), ..here.clone() };
    assert_eq!(request(&line, &unknown).await, denied("no-such-order"));

    let bytes = request(&line, &here).await.unwrap();
    let to = centre.addressee(&node);
    let opened = release::open_fetched(&AgeSealer, &bytes, &to, &node.opening).unwrap();
    assert_eq!(opened.1.recipients().len(), 1);
    // A new opening identity: the keyring is sealed to it from then on.
    let next = Identity::generate();
    let recipient = next.to_recipient().to_string();
    line.call(&Request::AnnounceOpening { recipient }).await.unwrap();
    let bytes = request(&line, &here).await.unwrap();
    assert!(release::open_fetched(&AgeSealer, &bytes, &to, &node.opening).is_err());
    assert!(release::open_fetched(&AgeSealer, &bytes, &to, &next).is_ok());

    let later = NOW.plus_hours(2);
    let longer =
        orders::extend(folder, &StdFiles, trust, here.number, NOW.plus_hours(90), later).unwrap();
    centre.set_clock(80);
    assert_eq!(request(&line, &here).await, denied("order-not-in-force"));
    assert!(request(&line, &longer).await.is_ok());
    // Revoking what was extended revokes the extension too.
    orders::revoke(folder, &StdFiles, trust, longer.number, NOW.plus_hours(81)).unwrap();
    assert_eq!(request(&line, &longer).await, denied("order-revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_brings_orders_and_a_release_that_the_spoken_code_opens() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let (node, line) = centre.enrolled().await;
    let folder = &centre.begun.folder;
    let order = centre.order(17_204);
    let directory = Directory::load(&StdFiles, &folder.directory()).unwrap();
    let enrolled = directory.find("みほん病院").unwrap();
    let spoken = releases::preposition(folder, &StdFiles, &SystemEntropy, enrolled).unwrap();
    let page = inbox(&line, 0).await;
    let kinds: Vec<_> = page.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [InboxKind::Order, InboxKind::Release]);
    assert!(inbox(&line, page.items[1].cursor).await.items.is_empty());
    let received = tomoshibi_sync::order::Order::open(&page.items[0].bytes, &centre.begun.trust);
    assert_eq!(received, Ok(order.order));

    // The authority can tell the code again, and it opens what the node fetched.
    let again = releases::code(folder, &StdFiles, node.credentials.node).unwrap();
    assert_eq!(again.groups.expose_secret(), spoken.groups.expose_secret());
    let code = ReleaseCode::parse(again.groups.expose_secret()).unwrap();
    let to = centre.addressee(&node);
    let bytes = &page.items[1].bytes;
    let opened = release::open_prepositioned(&AgeSealer, bytes, &to, &node.release, &code).unwrap();
    assert_eq!((opened.0.number, opened.1.region), (spoken.number, centre.begun.trust.region));
    // Neither the code nor a keyring lies readable on either side.
    let next = releases::preposition(folder, &StdFiles, &SystemEntropy, enrolled).unwrap();
    assert_eq!(next.number, 2);
    let sealed = std::fs::read(folder.code(node.credentials.node)).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_centre_refuses_a_cursor_that_is_ahead_of_it_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let (_, line) = centre.enrolled().await;
    let orders = [17_204, 17_205, 17_206].map(|municipality| centre.order(municipality));
    assert!(inbox(&line, 3).await.items.is_empty());
    // What came in after the backup is gone, and the next order takes a number that the node has passed.
    for lost in &orders[1..] {
        let name = format!("{:010}.order", lost.number);
        std::fs::remove_file(centre.begun.folder.notices().join(name)).unwrap();
    }
    assert_eq!(centre.order(17_207).number, 2);
    match line.call(&Request::Inbox { since: 3 }).await {
        Err(CallError::Refused(refusal)) => {
            assert_eq!(
                (refusal.class(), refusal.code()),
                (ErrorClass::Conflict, code::CURSOR_AHEAD)
            );
        }
        other => panic!("{other:?}"),
    }
    let cursors: Vec<_> = inbox(&line, 0).await.items.iter().map(|item| item.cursor).collect();
    assert_eq!(cursors, [1, 2]);
    assert!(inbox(&line, 2).await.items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_ca_and_a_made_up_code_admit_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let secret = EnrolSecret::from_bytes([7; 10]);
    let code = EnrolCode { secret, ca: centre.invite().ca };
    match centre.enrol(&code, FACILITY).await.err().unwrap() {
        EnrolError::Call(CallError::Refused(refusal)) => {
            assert_eq!(refusal.code(), code::CODE_REFUSED);
        }
        other => panic!("{other}"),
    }
}

/// Takes what the publisher signed.
struct Verifier(TrustRoot);

impl Judge for Verifier {
    fn judge(&mut self, manifest: &[u8]) -> Judgement {
        let manifest = Manifest::open(manifest, &self.0)
            .map_err(|error| (error.class(), error.to_string()))?;
        let wanted =
            |entry: &SegmentEntry| Wanted { digest: entry.digest, len_bytes: entry.len_bytes };
        Ok(manifest.segments.iter().map(wanted).collect())
    }
}
