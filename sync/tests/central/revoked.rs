//! Who is revoked: what a running centre gives them, and which lists it issues.

use tomoshibi_policies::role::BadgeId;
use tomoshibi_sync::central::revocations::{self, RevocationsError};
use tomoshibi_sync::net::LineError;
use tomoshibi_sync::revocation::{Reason, RevocationError, RevocationList, Revoked};

use super::*;

fn reason(word: &str) -> Reason {
    Reason::from_word(word).unwrap()
}

/// What an admitted peer is refused with, for every kind of request.
async fn refusals(line: &Centre) -> BTreeSet<(ErrorClass, String)> {
    let region = tomoshibi_policies::record::RegionCode::new(17).unwrap();
    let nothing = tomoshibi_sync::id::Digest::of(b"nothing");
    let requests = [
        Request::Hello,
        Request::NewestManifest { region, have: None },
        Request::Segment { digest: nothing, offset: 0 },
        Request::Inbox { since: 0 },
        Request::AnnounceOpening { recipient: Identity::generate().to_recipient().to_string() },
        Request::RequestRelease { order: nothing },
        Request::Reconcile { message: b"where".to_vec() },
    ];
    let mut refusals = BTreeSet::new();
    for request in requests {
        match line.call(&request).await {
            Err(CallError::Refused(r)) => refusals.insert((r.class(), r.code().to_owned())),
            other => panic!("{request:?}: {other:?}"),
        };
    }
    refusals
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_revoked_beside_a_running_centre_gets_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let (node, line) = centre.enrolled().await;
    let id = node.credentials.node;
    assert!(inbox(&line, 0).await.items.is_empty());
    let (folder, trust) = (&centre.begun.folder, &centre.begun.trust);
    // As the program does it in a process of its own: nobody tells the server but the file.
    let why = (reason("stolen"), NOW);
    let done = revocations::revoke_node(folder, &StdFiles, trust, id, why).unwrap();
    assert!(done.is_new && done.issued.list.of(Revoked::Node(id)).is_some());

    let named = BTreeSet::from([(ErrorClass::Denied, code::NODE_REVOKED.to_owned())]);
    assert_eq!(refusals(&line).await, named);
    let again = Centre::connect(centre.address, &node.credentials, &Timeouts::default()).await;
    match again.err().unwrap() {
        CallError::Line(LineError::NotAdmitted { reason }) => {
            assert!(reason.contains("revoked"), "{reason}");
        }
        other => panic!("{other}"),
    }
    let directory = Directory::load(&StdFiles, &folder.directory()).unwrap();
    let enrolled = directory.node(id).unwrap();
    let release = releases::preposition(folder, &StdFiles, &SystemEntropy, enrolled);
    assert_eq!(release.unwrap_err().class(), ErrorClass::Denied);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_are_told_of_a_revoked_node_and_a_new_one_is_let_in() {
    let dir = tempfile::tempdir().unwrap();
    let centre = serving(dir.path());
    let (first, _) = centre.enrolled().await;
    let (folder, trust) = (&centre.begun.folder, &centre.begun.trust);
    let id = first.credentials.node;
    revocations::revoke_node(folder, &StdFiles, trust, id, (reason("stolen"), NOW)).unwrap();
    let badge = BadgeId::from_bytes([0xB1; 16]);
    revocations::revoke_badge(folder, &StdFiles, trust, badge, (reason("lost"), NOW)).unwrap();

    let (second, line) = centre.enrolled().await;
    assert_ne!(second.credentials.node, id);
    let items = inbox(&line, 0).await.items;
    let [item] = &items[..] else { panic!("{} items", items.len()) };
    assert_eq!(item.kind, InboxKind::Revocations);
    let list = RevocationList::open(&item.bytes, trust).unwrap();
    assert_eq!((list.number, list.badges.len(), list.nodes.len()), (2, 1, 1));
    assert_eq!(list.of(Revoked::Node(id)).unwrap().reason, reason("stolen"));
}

#[test]
fn a_list_that_leaves_somebody_out_or_does_not_rise_is_not_issued() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let (folder, trust) = (&begun.folder, &begun.trust);
    let revoke = |n: u8, hours| {
        let why = (reason("lost"), NOW.plus_hours(hours));
        revocations::revoke_badge(folder, &StdFiles, trust, BadgeId::from_bytes([n; 16]), why)
    };
    revoke(1, 0).unwrap();
    let issued = revoke(2, 1).unwrap().issued;
    let issue = |change: &dyn Fn(&mut RevocationList)| {
        let mut list = issued.list.clone();
        list.number += 1;
        change(&mut list);
        match revocations::issue(folder, &StdFiles, trust, &list) {
            Err(RevocationsError::List(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let (one, two) = (BadgeId::from_bytes([1; 16]), BadgeId::from_bytes([2; 16]));
    let dropped = |badge| RevocationError::Dropped { subject: Revoked::Badge(badge) };
    assert_eq!(issue(&|list| list.badges.clear()), dropped(one));
    assert_eq!(issue(&|list| drop(list.badges.remove(&two))), dropped(two));
    let later =
        |list: &mut RevocationList| list.badges.get_mut(&one).unwrap().at = NOW.plus_hours(1);
    assert_eq!(issue(&later), dropped(one));
    assert_eq!(issue(&|list| list.number = 1), RevocationError::Older { found: 1, held: 2 });
    let two_of_one = issue(&|list| {
        list.number = 2;
        list.issued_at = NOW.plus_hours(2);
    });
    assert!(matches!(two_of_one, RevocationError::Conflict { number: 2, .. }), "{two_of_one}");
    assert_eq!(revocations::current(folder, &StdFiles, trust).unwrap(), Some(issued.clone()));

    // A clock that was set back neither dates a list before its entries nor holds a revocation up.
    let done = revoke(3, -48).unwrap();
    assert_eq!(done.revocation.at, issued.list.issued_at);
    assert_eq!(done.issued.list.number, 3);
}
