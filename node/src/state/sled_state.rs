//! State in sled: the only module that calls it.
//!
//! A state folder that sled cannot read is set aside and an empty one takes its place: a node with damaged small
//! state must still start. What was in it is then asked for again or, for the current snapshot, read back from the
//! manifests. The caller raises the alarm.
//!
//! Danger: sled 0.34 flushes with `sync_file_range` on Linux, which neither makes a file's new length durable nor
//! empties the disk's own cache. A power cut could then take a PIN failure that was counted, so every change is followed
//! by a sync of the log itself.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use tomoshibi_policies::ErrorClass;

use super::{Put, StateError, StateStore};

/// 8 MiB: the state is a few dozen values; sled's default of 1 GiB is not for a hospital's smallest machine.
const CACHE_LEN_BYTES: u64 = 8 << 20;

/// Put at the first start. sled reads a log up to the first record that is damaged and says nothing of what comes after;
/// a state without this value has lost everything. (The loss of only the latest records cannot be seen here; what
/// matters of them is found again: the current snapshot by its manifest, cursors by asking.)
const MADE: &str = "made";

/// A closed database gives its lock up within milliseconds; ten seconds is a machine in trouble.
const CLOSING_WAITS_MAX: u32 = 1000;
const CLOSING_WAIT: Duration = Duration::from_millis(10);

/// The file of the database that all records are in.
const LOG: &str = "db";

/// State in a sled database.
pub struct SledState {
    database: sled::Db,
    /// Open for its sync only.
    log: File,
}

/// A state folder that could not be read, and where it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside(pub PathBuf);

impl SledState {
    /// Opens the state in the folder `dir`, or a new one.
    ///
    /// # Errors
    /// The disk's; [`ErrorClass::Corrupt`] when it is not a state that can be read.
    pub fn open(dir: &Path) -> Result<Self, StateError> {
        let existed = dir.join(LOG).exists();
        let database = open_when_free(dir)?;
        let log = File::open(dir.join(LOG)).map_err(disk_error)?;
        let state = Self { database, log };
        match (existed, state.get(MADE)?) {
            (_, Some(_)) => {}
            (true, None) => return Err(damaged("the database has lost what it held".into())),
            (false, None) => {
                state.put_all(&[(MADE.into(), Some(Vec::new()))])?;
                // A log whose name is lost is lost.
                File::open(dir).and_then(|dir| dir.sync_all()).map_err(disk_error)?;
            }
        }
        Ok(state)
    }

    /// Opens the state in the folder `dir`; sets a damaged one aside.
    ///
    /// # Errors
    /// The disk's.
    pub fn open_or_set_aside(dir: &Path) -> Result<(Self, Option<SetAside>), StateError> {
        match Self::open(dir) {
            Err(error) if error.class() == ErrorClass::Corrupt => {
                let aside = set_aside(dir)?;
                Ok((Self::open(dir)?, Some(SetAside(aside))))
            }
            other => other.map(|state| (state, None)),
        }
    }
}

/// Opens the database. Threads of one that was closed a moment ago in this process may still hold its lock; no other
/// process can, because the owner of the data folder is alone.
fn open_when_free(dir: &Path) -> Result<sled::Db, StateError> {
    let config = sled::Config::new().path(dir).cache_capacity(CACHE_LEN_BYTES).flush_every_ms(None);
    for _ in 0..CLOSING_WAITS_MAX {
        // sled 0.34 panics on some damage; here that is one more way to say "damaged".
        let opened = catch_unwind(AssertUnwindSafe(|| config.open()))
            .map_err(|_| damaged("the database gave up on its files".into()))?;
        match opened {
            Err(sled::Error::Io(error)) if is_locked(&error) => sleep(CLOSING_WAIT),
            other => return other.map_err(store_error),
        }
    }
    Err(StateError::Store { what: "the database is in use".into(), class: ErrorClass::Conflict })
}

// sled wraps the lock's error into one of its own, of kind `Other`.
fn is_locked(error: &std::io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

/// Moves the folder to the first free name `state.damaged-<n>`: what it holds is evidence.
fn set_aside(dir: &Path) -> Result<PathBuf, StateError> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let free = (1..=u32::MAX)
        .map(|n| dir.with_file_name(format!("{name}.damaged-{n}")))
        .find(|path| !path.exists())
        .ok_or_else(|| damaged("no name is left for the damaged state".into()))?;
    fs::rename(dir, &free).map_err(disk_error)?;
    // sled would make it with the rights of the user's other folders.
    DirBuilder::new().mode(0o700).create(dir).map_err(disk_error)?;
    Ok(free)
}

fn damaged(what: String) -> StateError {
    StateError::Store { what, class: ErrorClass::Corrupt }
}

fn disk_error(error: std::io::Error) -> StateError {
    store_error(error.into())
}

fn store_error(error: sled::Error) -> StateError {
    let class = match &error {
        sled::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => {
            ErrorClass::Exhausted
        }
        sled::Error::Io(io) if is_damage(io.kind()) => ErrorClass::Corrupt,
        sled::Error::Io(_) => ErrorClass::Internal,
        _ => ErrorClass::Corrupt,
    };
    StateError::Store { what: error.to_string(), class }
}

// sled says both of a file that is too short.
fn is_damage(kind: std::io::ErrorKind) -> bool {
    matches!(kind, std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof)
}

impl StateStore for SledState {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.database.get(name).map_err(store_error)?.map(|value| value.to_vec()))
    }

    fn names_under(&self, prefix: &str) -> Result<Vec<String>, StateError> {
        let name = |key: sled::Result<sled::IVec>| {
            let key = key.map_err(store_error)?;
            String::from_utf8(key.to_vec()).map_err(|_| damaged("a name is not text".into()))
        };
        self.database.scan_prefix(prefix).keys().map(name).collect()
    }

    fn put_all(&self, puts: &[Put]) -> Result<(), StateError> {
        let mut batch = sled::Batch::default();
        for (name, value) in puts {
            match value {
                Some(bytes) => batch.insert(name.as_bytes(), bytes.as_slice()),
                None => batch.remove(name.as_bytes()),
            }
        }
        self.database.apply_batch(batch).map_err(store_error)?;
        // A pointer that is not on the disk when we say so would name, after a power cut, what was replaced.
        self.database.flush().map_err(store_error)?;
        self.log.sync_all().map_err(disk_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(name: &str, value: &[u8]) -> Put {
        (name.into(), Some(value.to_vec()))
    }

    #[test]
    fn a_change_is_there_after_the_process_went_away() {
        let dir = tempfile::tempdir().unwrap();
        {
            let state = SledState::open(dir.path()).unwrap();
            state.put_all(&[put("a", b"1"), put("b", b"2")]).unwrap();
            state.put_all(&[("a".into(), None), put("b", b"3")]).unwrap();
        }
        let state = SledState::open(dir.path()).unwrap();
        assert_eq!(state.get("a").unwrap(), None);
        assert_eq!(state.get("b").unwrap(), Some(b"3".to_vec()));
    }

    const KILLED: &str = "TOMOSHIBI_TEST_KILLED_STATE";

    /// Not a test of its own: what the process does that [`a_change_outlives_a_kill_right_after_it`] starts and that
    /// ends without one destructor.
    fn put_and_be_killed(dir: &str) -> ! {
        let state = SledState::open(Path::new(dir)).unwrap();
        for count in 1..=5 {
            state.put_all(&[put("pin/badge", &[count])]).unwrap();
        }
        let own = std::process::id().to_string();
        std::process::Command::new("kill").args(["-9", &own]).status().unwrap();
        std::process::abort()
    }

    #[test]
    fn a_change_outlives_a_kill_right_after_it() {
        if let Ok(dir) = std::env::var(KILLED) {
            put_and_be_killed(&dir);
        }
        let dir = tempfile::tempdir().unwrap();
        let name = "state::sled_state::tests::a_change_outlives_a_kill_right_after_it";
        let killed = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(KILLED, dir.path())
            .output()
            .unwrap();
        assert!(killed.status.code().is_none(), "ended by itself: {killed:?}");
        let state = SledState::open(dir.path()).unwrap();
        assert_eq!(state.get("pin/badge").unwrap(), Some(vec![5]));
    }

    #[test]
    fn a_change_whose_sync_fails_is_not_said_to_be_there() {
        let dir = tempfile::tempdir().unwrap();
        let mut state = SledState::open(dir.path()).unwrap();
        // A pipe cannot be synced.
        let (pipe, _other_end) = std::io::pipe().unwrap();
        state.log = File::from(std::os::fd::OwnedFd::from(pipe));
        assert!(state.put_all(&[put("pin/badge", &[1])]).is_err());
    }

    #[test]
    fn a_state_that_cannot_be_read_is_set_aside_and_the_node_starts() {
        let settings = |path: &Path| fs::write(path.join("conf"), "not settings of sled").unwrap();
        let log = |path: &Path| {
            let len = fs::metadata(path.join("db")).unwrap().len();
            fs::write(path.join("db"), vec![0xA5; usize::try_from(len).unwrap()]).unwrap();
            for entry in fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.to_string_lossy().contains("snap") {
                    fs::remove_file(path).unwrap();
                }
            }
        };
        let damages: [&dyn Fn(&Path); 2] = [&settings, &log];
        for damage in damages {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("state");
            SledState::open(&path).unwrap().put_all(&[put("a", b"1")]).unwrap();
            damage(&path);
            assert_eq!(SledState::open(&path).err().unwrap().class(), ErrorClass::Corrupt);
            let (state, aside) = SledState::open_or_set_aside(&path).unwrap();
            assert_eq!(aside, Some(SetAside(dir.path().join("state.damaged-1"))));
            state.put_all(&[put("a", b"1")]).unwrap();
            drop(state);
            assert_eq!(SledState::open_or_set_aside(&path).unwrap().1, None);
        }
    }
}
