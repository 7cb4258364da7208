//! What waits for nodes: orders and revocation lists for all, releases for one, under numbers that grow.
//!
//! One counter numbers all, so that a node's cursor is one number. A notice is never changed or removed; a node that
//! was away for a year fetches all of them, but of the revocation lists, each of which is complete, only the newest.
//!
//! A folder that was restored from a backup gives out numbers again that nodes have passed. A cursor ahead of the newest
//! number is refused by name, and the node asks from the beginning. Not covered: a restored centre that has already
//! passed a node's cursor again when the node asks; nothing tells it then what that number meant before.
//!
//! FORMAT: `notices/<number>.order`, `notices/<number>.revocations`, `notices/<node>/<number>.release`; numbers have ten digits and begin with 1.

use std::io;
use std::path::{Path, PathBuf};

use tomoshibi_policies::ErrorClass;

use super::folder::Folder;
use super::lock::{self, Subject};
use crate::id::NodeId;
use crate::seam::Files;
use crate::wire::{INBOX_ITEM_LEN_BYTES_MAX, InboxItem, InboxKind, InboxPage};

const ORDER: &str = ".order";
const RELEASE: &str = ".release";
const REVOCATIONS: &str = ".revocations";

/// One notice on disk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Its number: a node's cursor.
    pub number: u64,
    /// What it is.
    pub kind: InboxKind,
    /// Where it lies.
    pub path: PathBuf,
}

/// Why a page is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The cursor was given out by a centre that knew more than this folder does.
    #[error("the cursor {since} is ahead of the newest notice {newest}")]
    CursorAhead {
        /// The node's.
        since: u64,
        /// Ours.
        newest: u64,
    },
    /// The disk's.
    #[error(transparent)]
    Disk(#[from] io::Error),
}

impl PageError {
    /// What it means for whoever asks.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::CursorAhead { .. } => ErrorClass::Conflict,
            Self::Disk(_) => ErrorClass::Internal,
        }
    }
}

/// Stores an order for every node and gives its number.
///
/// # Errors
/// The disk's.
pub fn put_order(folder: &Folder, files: &dyn Files, bytes: &[u8]) -> io::Result<u64> {
    put(folder, files, &folder.notices(), ORDER, bytes)
}

/// Stores a release for one node and gives its number.
///
/// # Errors
/// The disk's.
pub fn put_release(
    folder: &Folder,
    files: &dyn Files,
    node: NodeId,
    bytes: &[u8],
) -> io::Result<u64> {
    put(folder, files, &folder.node_notices(node), RELEASE, bytes)
}

/// Stores a revocation list for every node and gives its number.
///
/// # Errors
/// The disk's.
pub fn put_revocations(folder: &Folder, files: &dyn Files, bytes: &[u8]) -> io::Result<u64> {
    put(folder, files, &folder.notices(), REVOCATIONS, bytes)
}

/// The newest revocation list.
///
/// # Errors
/// The disk's.
pub fn newest_revocations(folder: &Folder, files: &dyn Files) -> io::Result<Option<Notice>> {
    Ok(list(files, &folder.notices(), REVOCATIONS, InboxKind::Revocations)?.pop())
}

/// All orders, in the order of their numbers.
///
/// # Errors
/// The disk's.
pub fn orders(folder: &Folder, files: &dyn Files) -> io::Result<Vec<Notice>> {
    list(files, &folder.notices(), ORDER, InboxKind::Order)
}

/// All releases of a node, in the order of their numbers.
///
/// # Errors
/// The disk's.
pub fn releases(folder: &Folder, files: &dyn Files, node: NodeId) -> io::Result<Vec<Notice>> {
    list(files, &folder.node_notices(node), RELEASE, InboxKind::Release)
}

/// What waits for `node` behind the cursor `since`, as much as fits one page.
///
/// # Errors
/// See [`PageError`].
pub fn page(
    folder: &Folder,
    files: &dyn Files,
    node: NodeId,
    since: u64,
) -> Result<InboxPage, PageError> {
    let mut waiting = orders(folder, files)?;
    waiting.extend(releases(folder, files, node)?);
    waiting.extend(newest_revocations(folder, files)?);
    waiting.retain(|notice| notice.number > since);
    if waiting.is_empty() {
        // Only now: what waits says by itself that the cursor is not ahead.
        let newest = newest(folder, files)?;
        if since > newest {
            return Err(PageError::CursorAhead { since, newest });
        }
    }
    waiting.sort();
    let mut page = InboxPage::default();
    for notice in waiting {
        let bytes = read(files, &notice)?;
        let item = InboxItem { cursor: notice.number, kind: notice.kind, bytes };
        if !page.has_room_for(&item) {
            page.more = true;
            break;
        }
        page.items.push(item);
    }
    Ok(page)
}

/// The bytes of a notice.
///
/// # Errors
/// The disk's.
pub fn read(files: &dyn Files, notice: &Notice) -> io::Result<Vec<u8>> {
    files.read(&notice.path, INBOX_ITEM_LEN_BYTES_MAX as u64)
}

fn put(
    folder: &Folder,
    files: &dyn Files,
    dir: &Path,
    ending: &str,
    bytes: &[u8],
) -> io::Result<u64> {
    if bytes.is_empty() || bytes.len() > INBOX_ITEM_LEN_BYTES_MAX {
        // Such a notice could never be sent and would hold up all that come after it.
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let _held = lock::hold(folder, Subject::Notices)?;
    files.create_dir(dir)?;
    let number = newest(folder, files)?.saturating_add(1);
    files.replace(&dir.join(format!("{number:010}{ending}")), bytes)?;
    Ok(number)
}

/// The highest number of all notices, whoever they are for.
fn newest(folder: &Folder, files: &dyn Files) -> io::Result<u64> {
    let for_all = [orders(folder, files)?.pop(), newest_revocations(folder, files)?];
    let mut newest = for_all.into_iter().flatten().map(|notice| notice.number).max().unwrap_or(0);
    for entry in files.list(&folder.notices())?.into_iter().filter(|entry| entry.is_dir) {
        let dir = folder.notices().join(entry.name);
        let last = list(files, &dir, RELEASE, InboxKind::Release)?.pop();
        newest = newest.max(last.map_or(0, |notice| notice.number));
    }
    Ok(newest)
}

fn list(files: &dyn Files, dir: &Path, ending: &str, kind: InboxKind) -> io::Result<Vec<Notice>> {
    let entries = files.list(dir)?.into_iter().filter(|entry| !entry.is_dir);
    let notice = |name: String| {
        let number = name.strip_suffix(ending)?.parse().ok()?;
        Some(Notice { number, kind, path: dir.join(name) })
    };
    let mut notices: Vec<_> = entries.filter_map(|entry| notice(entry.name)).collect();
    notices.sort();
    Ok(notices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::StdFiles;

    fn node(n: u8) -> NodeId {
        NodeId::from_bytes([n; 16])
    }

    #[test]
    fn a_node_gets_orders_and_its_own_releases_behind_its_cursor() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        put_order(&folder, &StdFiles, b"order 1").unwrap();
        put_release(&folder, &StdFiles, node(1), b"release for 1").unwrap();
        put_release(&folder, &StdFiles, node(2), b"release for 2").unwrap();
        assert_eq!(put_order(&folder, &StdFiles, b"order 2").unwrap(), 4);
        let cursors = |n, since| {
            let page = page(&folder, &StdFiles, node(n), since).unwrap();
            page.items.iter().map(|item| item.cursor).collect::<Vec<_>>()
        };
        assert_eq!(cursors(1, 0), [1, 2, 4]);
        assert_eq!(cursors(2, 0), [1, 3, 4]);
        assert_eq!(cursors(1, 2), [4]);
        assert!(cursors(1, 4).is_empty());
    }

    #[test]
    fn of_the_revocation_lists_only_the_newest_is_sent() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        put_revocations(&folder, &StdFiles, b"list 1").unwrap();
        put_order(&folder, &StdFiles, b"order").unwrap();
        assert_eq!(put_revocations(&folder, &StdFiles, b"list 2").unwrap(), 3);
        let sent = |since| page(&folder, &StdFiles, node(1), since).unwrap().items;
        let kinds: Vec<_> = sent(0).iter().map(|item| (item.cursor, item.kind)).collect();
        assert_eq!(kinds, [(2, InboxKind::Order), (3, InboxKind::Revocations)]);
        assert!(sent(3).is_empty());
        assert_eq!(put_release(&folder, &StdFiles, node(1), b"release").unwrap(), 4);
    }

    #[test]
    fn what_does_not_fit_a_page_is_announced() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        for _ in 0..5 {
            put_order(&folder, &StdFiles, &[7; INBOX_ITEM_LEN_BYTES_MAX]).unwrap();
        }
        let first = page(&folder, &StdFiles, node(1), 0).unwrap();
        assert!(first.more && first.items.len() == 3);
        let rest = page(&folder, &StdFiles, node(1), 3).unwrap();
        assert!(!rest.more && rest.items.len() == 2);
    }

    #[test]
    fn a_notice_that_cannot_be_sent_is_not_stored() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let long = vec![0; INBOX_ITEM_LEN_BYTES_MAX + 1];
        assert!(put_order(&folder, &StdFiles, &long).is_err());
        assert!(put_order(&folder, &StdFiles, b"").is_err());
        assert!(orders(&folder, &StdFiles).unwrap().is_empty());
    }
}
