//! The address of the socket.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::PathBuf;

use crate::folder::{CONTROL_SOCKET, Folder};

/// Longest path that fits a Unix socket address on Linux, its final zero left out (`unix(7)`).
const PATH_LEN_BYTES_MAX: usize = 107;

/// A path by which the socket can be bound or reached; valid while this lives.
pub(super) struct Address {
    pub(super) path: PathBuf,
    _folder: Option<File>,
}

impl Address {
    /// Deep folders have paths that no socket address can hold; those are reached through an open handle of the folder.
    pub(super) fn of(folder: &Folder) -> io::Result<Self> {
        let path = folder.control_socket();
        if path.as_os_str().len() <= PATH_LEN_BYTES_MAX {
            return Ok(Self { path, _folder: None });
        }
        let open = File::open(folder.root())?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/{CONTROL_SOCKET}", open.as_raw_fd()));
        Ok(Self { path, _folder: Some(open) })
    }
}
