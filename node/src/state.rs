//! Small state: who this node is, which snapshot is current, how far others have got.
//!
//! **No patient data and no key is ever put here.** Values are a version (u16, little-endian) and a wire structure;
//! FORMAT.md, section "Node state". [`StateStore`] is narrow enough that another database could take sled's place.
//!
//! Invariant: when [`State::apply`] returns, all of a change survives a power cut; before, all or nothing of it does.
//! Not covered: files. The order is always file first, then the value that names it.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::codec::{self, CodecError};

pub mod copy;
pub mod key;
mod line;
mod memory;
mod record;
mod running;
mod sled_state;

pub use key::Key;
pub use line::{CentreAt, LineRecord, Parted, Parting};
pub use memory::MemoryState;
pub use record::{Acknowledged, Active, InboxCursor, NodeRecord, NodeRecordV1, TimeFloor};
pub use running::{Anchor, Ran};
pub use sled_state::{SetAside, SledState};

/// Longest value, in bytes. The longest today is an acknowledgement with its checkpoint, under 1 KiB.
pub const VALUE_LEN_BYTES_MAX: usize = 64 << 10;

/// One put or, with `None`, one removal.
pub type Put = (String, Option<Vec<u8>>);

/// Small values under fixed names.
pub trait StateStore: Send + Sync {
    /// The value under `name`.
    ///
    /// # Errors
    /// The disk's.
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StateError>;
    /// The names that begin with `prefix`, sorted.
    ///
    /// # Errors
    /// The disk's.
    fn names_under(&self, prefix: &str) -> Result<Vec<String>, StateError>;
    /// Puts all values or none, durable when this returns.
    ///
    /// # Errors
    /// The disk's; the state is then the old or the new one, whole.
    fn put_all(&self, puts: &[Put]) -> Result<(), StateError>;
}

/// A value with a fixed place in the state. Implemented by wire structures' owners, so that each module brings its own.
pub trait Stored: Sized {
    /// Names the structure in errors.
    const WHAT: &'static str;
    /// Newest version, the one that is written.
    const VERSION: u16;
    /// The wire structure of that version.
    type Wire: Serialize + DeserializeOwned;
    /// What is written.
    fn to_wire(&self) -> Self::Wire;
    /// What was read, checked; `None` when a rule is broken.
    fn from_wire(wire: Self::Wire) -> Option<Self>;
}

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The database or the disk below it.
    #[error("state: {what}")]
    Store {
        /// In the database's words; no content.
        what: String,
        /// What it means.
        class: ErrorClass,
    },
    /// A value that is not what it should be.
    #[error("state value {name}: {source}")]
    Codec {
        /// Its name.
        name: String,
        /// Why.
        source: CodecError,
    },
    /// A value that breaks a rule of its own.
    #[error("state value {name} breaks a rule of a {what}")]
    Content {
        /// Its name.
        name: String,
        /// The structure expected.
        what: &'static str,
    },
    /// A value written by a newer build.
    #[error("state value {name} has version {found}, this build knows {newest}")]
    Version {
        /// Its name.
        name: String,
        /// Version found.
        found: u16,
        /// Newest version known.
        newest: u16,
    },
}

impl StateError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Store { class, .. } => *class,
            Self::Codec { source, .. } => source.class(),
            Self::Content { .. } => ErrorClass::Corrupt,
            Self::Version { .. } => ErrorClass::Unsupported,
        }
    }
}

/// Typed access to a [`StateStore`].
#[derive(Clone)]
pub struct State {
    store: Arc<dyn StateStore>,
}

impl State {
    /// State kept in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn StateStore>) -> Self {
        Self { store }
    }

    /// The value under `key`.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn get<T: Stored>(&self, key: &Key<T>) -> Result<Option<T>, StateError> {
        let Some(bytes) = self.store.get(key.name())? else { return Ok(None) };
        decode(key, &bytes).map(Some)
    }

    /// The names that begin with `prefix`, sorted.
    ///
    /// # Errors
    /// The store's.
    pub fn names_under(&self, prefix: &str) -> Result<Vec<String>, StateError> {
        self.store.names_under(prefix)
    }

    /// True when a value is under `name`, readable or not.
    ///
    /// # Errors
    /// The disk's.
    pub fn holds(&self, name: &str) -> Result<bool, StateError> {
        Ok(self.store.get(name)?.is_some())
    }

    /// Makes a change, whole and durable.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn apply(&self, change: Change) -> Result<(), StateError> {
        let puts = change.0.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.store.put_all(&puts)
    }
}

/// A change of several values that becomes durable at once.
#[derive(Default)]
pub struct Change(Vec<Result<Put, StateError>>);

impl Change {
    /// Puts a value.
    #[must_use]
    pub fn put<T: Stored>(mut self, key: &Key<T>, value: &T) -> Self {
        self.0.push(encode(key, value).map(|bytes| (key.name().into(), Some(bytes))));
        self
    }

    /// Removes a value.
    #[must_use]
    pub fn remove<T: Stored>(mut self, key: &Key<T>) -> Self {
        self.0.push(Ok((key.name().into(), None)));
        self
    }

    /// Removes the value under a name that [`State::names_under`] gave.
    #[must_use]
    pub fn remove_named(mut self, name: &str) -> Self {
        self.0.push(Ok((name.into(), None)));
        self
    }
}

fn encode<T: Stored>(key: &Key<T>, value: &T) -> Result<Vec<u8>, StateError> {
    let named = |source| StateError::Codec { name: key.name().into(), source };
    let mut bytes = T::VERSION.to_le_bytes().to_vec();
    bytes.extend(codec::encode(T::WHAT, &value.to_wire()).map_err(named)?);
    match bytes.len() {
        len if len > VALUE_LEN_BYTES_MAX => {
            Err(named(CodecError::TooLong { what: T::WHAT, len, limit: VALUE_LEN_BYTES_MAX }))
        }
        _ => Ok(bytes),
    }
}

fn decode<T: Stored>(key: &Key<T>, bytes: &[u8]) -> Result<T, StateError> {
    let name = || key.name().to_owned();
    let named = |source| StateError::Codec { name: name(), source };
    let (version, body) =
        bytes.split_first_chunk().ok_or(CodecError::Malformed { what: T::WHAT }).map_err(named)?;
    let found = u16::from_le_bytes(*version);
    if found != T::VERSION {
        return Err(StateError::Version { name: name(), found, newest: T::VERSION });
    }
    let wire = codec::decode::<T::Wire, VALUE_LEN_BYTES_MAX>(T::WHAT, body).map_err(named)?;
    T::from_wire(wire).ok_or_else(|| StateError::Content { name: name(), what: T::WHAT })
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::time::Timestamp;

    use super::*;

    fn floor(ms: i64) -> TimeFloor {
        TimeFloor(Timestamp::from_millis(ms))
    }

    #[test]
    fn what_was_put_is_read_back_and_what_was_removed_is_gone() {
        let state = State::new(Arc::new(MemoryState::default()));
        let (floor_key, inbox) = (key::time_floor(), key::inbox());
        let change = Change::default().put(&floor_key, &floor(7)).put(&inbox, &InboxCursor(3));
        state.apply(change).unwrap();
        assert_eq!(state.get(&floor_key).unwrap(), Some(floor(7)));
        state.apply(Change::default().remove(&floor_key)).unwrap();
        assert_eq!(state.get(&floor_key).unwrap(), None);
        assert_eq!(state.get(&inbox).unwrap(), Some(InboxCursor(3)));
    }

    #[test]
    fn damaged_and_newer_values_are_named_not_guessed() {
        let store = Arc::new(MemoryState::default());
        let state = State::new(store.clone());
        let put = |bytes: &[u8]| store.put_all(&[("inbox".into(), Some(bytes.to_vec()))]).unwrap();
        for (bytes, class) in [
            (&[][..], ErrorClass::Corrupt),
            (&[1, 0], ErrorClass::Corrupt),
            (&[1, 0, 3, 3], ErrorClass::Corrupt),
            (&[2, 0, 3], ErrorClass::Unsupported),
        ] {
            put(bytes);
            let error = state.get(&key::inbox()).unwrap_err();
            assert_eq!(error.class(), class, "{bytes:?}: {error}");
            assert!(error.to_string().contains("inbox"));
            assert!(state.holds("inbox").unwrap());
        }
    }
}
