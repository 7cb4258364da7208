//! Revoking badges and nodes: a new list, signed by the authority, that every node fetches.
//!
//! Promises: a list that leaves out an entry of the one before is not signed; what is revoked twice stays as it was
//! first written and makes no new list; a node's certificate stops counting in the directory *before* its list is out,
//! so that whoever has read the list never meets the node at this centre.
//!
//! Order of writes: the list is signed in memory, then the directory, then the notice. A process killed between the two
//! is run again: the directory says revoked, the list does not yet.
//!
//! Not covered: a centre put back from an old backup, whose next list has a number that nodes have seen with another
//! digest. They keep theirs and say so; revoke again until the number is higher.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::Timestamp;

use super::authority;
use super::directory::{Directory, DirectoryError};
use super::folder::Folder;
use super::keyfile::KeyFileError;
use super::lock::{self, Subject};
use super::notices;
use crate::id::NodeId;
use crate::revocation::{ListId, Reason, Revocation, RevocationError, RevocationList, Revoked};
use crate::seam::Files;
use crate::trust::TrustRoot;

/// Why nothing is revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevocationsError {
    /// The list breaks a rule.
    #[error(transparent)]
    List(#[from] RevocationError),
    /// An authority key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The directory of nodes.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The disk's answer.
    #[error("revocations: {0}")]
    Io(#[from] std::io::Error),
    /// No node has this id.
    #[error("there is no node {node} here")]
    UnknownNode {
        /// The id asked for.
        node: NodeId,
    },
}

impl RevocationsError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::List(error) => error.class(),
            Self::Key(error) => error.class(),
            Self::Directory(error) => error.class(),
            Self::Io(_) => ErrorClass::Internal,
            Self::UnknownNode { .. } => ErrorClass::NotFound,
        }
    }
}

/// A list that nodes can fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Which list.
    pub id: ListId,
    /// What it says.
    pub list: RevocationList,
}

/// What came of revoking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The list that says so.
    pub issued: Issued,
    /// How it is revoked: as asked for, or as it was before.
    pub revocation: Revocation,
    /// False when it was revoked before.
    pub is_new: bool,
}

/// The newest list; none before the first.
///
/// # Errors
/// The disk's. A list that does not open is an error too: nothing but this program writes there.
pub fn current(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
) -> Result<Option<Issued>, RevocationsError> {
    let Some(notice) = notices::newest_revocations(folder, files)? else { return Ok(None) };
    let bytes = notices::read(files, &notice)?;
    let list = RevocationList::open(&bytes, trust)?;
    Ok(Some(Issued { id: ListId::of(&list, &bytes), list }))
}

/// Revokes a badge. The centre keeps no list of badges it has issued, so any id is taken.
///
/// # Errors
/// See [`RevocationsError`].
pub fn revoke_badge(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    badge: BadgeId,
    (reason, now): (Reason, Timestamp),
) -> Result<Done, RevocationsError> {
    let _held = lock::hold(folder, Subject::Revocations)?;
    let next = Next::with(folder, files, trust, Revoked::Badge(badge), (reason, now))?;
    next.publish(folder, files, trust)
}

/// Revokes a node's certificate: from the moment this returns the centre gives it nothing.
///
/// # Errors
/// See [`RevocationsError`].
pub fn revoke_node(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    node: NodeId,
    (reason, now): (Reason, Timestamp),
) -> Result<Done, RevocationsError> {
    let _held = lock::hold(folder, Subject::Revocations)?;
    if Directory::load(files, &folder.directory())?.node(node).is_none() {
        return Err(RevocationsError::UnknownNode { node });
    }
    let next = Next::with(folder, files, trust, Revoked::Node(node), (reason, now))?;
    strike(folder, files, node)?;
    next.publish(folder, files, trust)
}

/// Signs a list and stores it for all nodes. Callers hold the lock on revocations.
///
/// # Errors
/// [`RevocationError::Dropped`] when it leaves out what the current list says, [`RevocationError::Older`] or
/// [`RevocationError::Conflict`] when its number does not rise; see [`RevocationsError`].
pub fn issue(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    list: &RevocationList,
) -> Result<Issued, RevocationsError> {
    let former = current(folder, files, trust)?;
    let bytes = sign(folder, files, trust, list, former.as_ref())?;
    notices::put_revocations(folder, files, &bytes)?;
    Ok(Issued { id: ListId::of(list, &bytes), list: list.clone() })
}

/// Takes a node's certificate out of the directory.
fn strike(folder: &Folder, files: &dyn Files, node: NodeId) -> Result<(), RevocationsError> {
    let _held = lock::hold(folder, Subject::Directory)?;
    let mut directory = Directory::load(files, &folder.directory())?;
    if directory.node(node).is_some_and(|known| !known.revoked) {
        directory.revoke(node);
        directory.save(files, &folder.directory())?;
    }
    Ok(())
}

fn sign(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
    list: &RevocationList,
    former: Option<&Issued>,
) -> Result<Vec<u8>, RevocationsError> {
    if let Some(former) = former {
        list.check_keeps(&former.list)?;
    }
    let keys = authority::keys(folder, files, trust)?;
    let bytes = list.sign(&keys.iter().collect::<Vec<_>>())?;
    // What the nodes would refuse must not be sent to them.
    RevocationList::open(&bytes, trust)?;
    ListId::of(list, &bytes).succeeds(former.map(|former| &former.id))?;
    Ok(bytes)
}

/// The list to come.
struct Next {
    former: Option<Issued>,
    list: RevocationList,
    revocation: Revocation,
    is_new: bool,
}

impl Next {
    /// The current list with one more entry. Tried with the authority's keys before anything is changed.
    fn with(
        folder: &Folder,
        files: &dyn Files,
        trust: &TrustRoot,
        subject: Revoked,
        (reason, now): (Reason, Timestamp),
    ) -> Result<Self, RevocationsError> {
        let former = current(folder, files, trust)?;
        let mut list = match &former {
            Some(former) => former.list.clone(),
            None => RevocationList {
                number: 0,
                region: trust.region,
                drill: trust.drill,
                issued_at: now,
                badges: Default::default(),
                nodes: Default::default(),
            },
        };
        // A clock that was set back must not date a list before its entries.
        list.issued_at = list.issued_at.max(now);
        list.number = list.number.saturating_add(1);
        let asked = Revocation { at: list.issued_at, reason };
        let is_new = list.add(subject, asked.clone());
        let revocation = list.of(subject).cloned().unwrap_or(asked);
        if is_new {
            sign(folder, files, trust, &list, former.as_ref())?;
        }
        Ok(Self { former, list, revocation, is_new })
    }

    fn publish(
        self,
        folder: &Folder,
        files: &dyn Files,
        trust: &TrustRoot,
    ) -> Result<Done, RevocationsError> {
        let issued = match self.former {
            Some(former) if !self.is_new => former,
            _ => issue(folder, files, trust, &self.list)?,
        };
        Ok(Done { issued, revocation: self.revocation, is_new: self.is_new })
    }
}
