//! The activation: which orders opened this node and when, never a key. FORMAT.md, sections "Node state" and "Copies
//! beside the state".
//!
//! Promise: a node that was opened is called sealed only after its closing, also when its state was lost in between. The
//! copy beside the state is written before the state and removed before it, after everything that a closing destroys; so
//! the copy, where there is one, is never the older of the two.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::Files;

use super::Duty;
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::state::copy::{self, Copied};
use crate::state::{Change, State, Stored, key};
use crate::status::Activation;

/// How the keyring came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Pre-positioned, under a spoken code.
    Prepositioned,
    /// Fetched at opening, sealed to the opening identity.
    Fetched,
}

impl Way {
    /// The word of journal and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepositioned => "pre-positioned",
            Self::Fetched => "fetched",
        }
    }
}

/// While this is in the state, the node is not sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationRecord {
    /// How the keyring came.
    pub way: Way,
    /// The order that opened, and those that extended it, each with the time at which it was applied. None when the state
    /// was lost and its copy damaged.
    pub orders: Vec<(Digest, Timestamp)>,
    /// Set when closing has begun: why, as a stable word, and when.
    pub closing: Option<(String, Timestamp)>,
}

impl ActivationRecord {
    /// What people are told, when this was `found` in the state. The state says it and not the machine that replays
    /// orders: a node whose order is lost is not sealed, and holds traces that only a closing destroys.
    pub fn told<E>(found: Result<Option<Self>, E>, is_unlocked: bool) -> Activation {
        match found {
            Ok(None) => Activation::Sealed,
            Ok(Some(record)) if !record.is_open() => Activation::Closing,
            Ok(Some(_)) if is_unlocked => Activation::Open,
            Ok(Some(_)) => Activation::Locked,
            Err(_) => Activation::Unknown,
        }
    }

    /// What the copy says, else the state; both say the same afterwards. With the state lost and the copy damaged nobody
    /// knows the orders: the node is not sealed, and the code, an order and the closing go on as with an order that is
    /// missing.
    ///
    /// # Errors
    /// The state's.
    pub fn take_up(
        folder: &Folder,
        files: &dyn Files,
        state: &State,
        alarms: &mut Vec<Failure>,
    ) -> Result<Option<Self>, Failure> {
        let copied = copy::read::<Self>(files, &folder.activation());
        let known = match state.get(&key::activation()) {
            Err(error) if error.class() == ErrorClass::Corrupt && !matches!(copied, Ok(None)) => {
                None
            }
            known => known?,
        };
        let found = match copied {
            Ok(copied) => copied.or_else(|| known.clone()),
            Err(error) => {
                alarms.push(error.into());
                let unknown = Self { way: Way::Prepositioned, orders: Vec::new(), closing: None };
                Some(known.clone().unwrap_or(unknown))
            }
        };
        if let Some(found) = &found
            && known.as_ref() != Some(found)
        {
            state.apply(Change::default().put(&key::activation(), found))?;
        }
        Ok(found)
    }

    /// True while closing has not begun.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closing.is_none()
    }
}

/// Wire structure of [`ActivationRecord`].
#[derive(Serialize, Deserialize)]
pub struct ActivationRecordV1 {
    way: u8,
    orders: Vec<(Digest, i64)>,
    closing: Option<(String, i64)>,
}

impl Stored for ActivationRecord {
    const WHAT: &'static str = "activation";
    const VERSION: u16 = 1;
    type Wire = ActivationRecordV1;

    fn to_wire(&self) -> ActivationRecordV1 {
        ActivationRecordV1 {
            way: match self.way {
                Way::Prepositioned => 1,
                Way::Fetched => 2,
            },
            orders: self.orders.iter().map(|(order, at)| (*order, at.as_millis())).collect(),
            closing: self.closing.as_ref().map(|(why, at)| (why.clone(), at.as_millis())),
        }
    }

    fn from_wire(wire: ActivationRecordV1) -> Option<Self> {
        let way = match wire.way {
            1 => Way::Prepositioned,
            2 => Way::Fetched,
            _ => return None,
        };
        let at = Timestamp::from_millis;
        let orders: Vec<_> = wire.orders.into_iter().map(|(order, ms)| (order, at(ms))).collect();
        let closing = wire.closing.map(|(why, ms)| (why, at(ms)));
        Some(Self { way, orders, closing })
    }
}

impl Copied for ActivationRecord {
    const MAGIC: [u8; 8] = *b"TMACTV\x1A\x0A";
}

impl Duty {
    /// Makes the activation durable, the copy first.
    pub(super) fn keep_activation(&self, record: &ActivationRecord) -> Result<(), Failure> {
        copy::write(&*self.seams.files, &self.folder.activation(), record)?;
        Ok(self.state.apply(Change::default().put(&key::activation(), record))?)
    }

    /// The node is sealed when this returns, and not before the copy is gone for good.
    pub(super) fn forget_activation(&self) -> Result<(), Failure> {
        let (files, path, root) =
            (&*self.seams.files, self.folder.activation(), self.folder.root());
        files.remove(&path).map_err(DiskError::at("remove", &path))?;
        files.sync_dir(root).map_err(DiskError::at("sync", root))?;
        let change = Change::default().remove(&key::activation());
        Ok(self.state.apply(change.remove(&key::opened_ran()))?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tomoshibi_sync::seam::MemoryFiles;

    use super::*;
    use crate::state::MemoryState;

    fn a_record() -> ActivationRecord {
        let at = Timestamp::from_millis(1);
        let orders = vec![(Digest::from_bytes([7; 32]), at)];
        ActivationRecord { way: Way::Fetched, orders, closing: Some(("x".into(), at)) }
    }

    #[test]
    fn the_copy_keeps_its_bytes() {
        let files = MemoryFiles::new();
        let path = std::path::Path::new("/activation");
        copy::write(&files, path, &a_record()).unwrap();
        let body = [&[2, 1][..], &[7; 32], &[2, 1, 1], b"x", &[2]].concat();
        let front = [b"TMACTV\x1A\x0A\x01\x00", &body[..]].concat();
        let bytes = files.read(path, 1000).unwrap();
        assert_eq!(bytes, [&front[..], Digest::of(&front).as_bytes()].concat());
        assert_eq!(copy::read(&files, path).unwrap(), Some(a_record()));
    }

    #[test]
    fn a_damaged_copy_without_a_state_is_told_and_is_not_sealed() {
        let files = MemoryFiles::new();
        let folder = Folder::new("/node");
        folder.create(&files).unwrap();
        let state = State::new(Arc::new(MemoryState::default()));
        let take_up = |alarms: &mut Vec<Failure>| {
            ActivationRecord::take_up(&folder, &files, &state, alarms).unwrap()
        };
        assert_eq!(take_up(&mut Vec::new()), None);
        files.replace(&folder.activation(), b"rubbish").unwrap();
        let mut alarms = Vec::new();
        let found = take_up(&mut alarms).unwrap();
        assert!(found.is_open() && found.orders.is_empty());
        assert_eq!((alarms.len(), alarms[0].code.as_str()), (1, "state-copy"));
        let told = ActivationRecord::told(state.get(&key::activation()), false);
        assert_eq!(told, Activation::Locked);
        // What the state knows counts more than a damaged copy, and a copy that is whole more than the state.
        let change = Change::default().put(&key::activation(), &a_record());
        state.apply(change).unwrap();
        assert_eq!(take_up(&mut alarms), Some(a_record()));
        let open = ActivationRecord { closing: None, ..a_record() };
        copy::write(&files, &folder.activation(), &open).unwrap();
        assert_eq!(take_up(&mut Vec::new()), Some(open.clone()));
        assert_eq!(state.get(&key::activation()).unwrap(), Some(open));
    }
}
