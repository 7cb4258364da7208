//! State in memory, for tests and simulation. Forgets everything when dropped.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{Put, StateError, StateStore};

/// State in memory.
#[derive(Debug, Default)]
pub struct MemoryState(Mutex<BTreeMap<String, Vec<u8>>>);

impl StateStore for MemoryState {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(values.get(name).cloned())
    }

    fn names_under(&self, prefix: &str) -> Result<Vec<String>, StateError> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(values.keys().filter(|name| name.starts_with(prefix)).cloned().collect())
    }

    fn put_all(&self, puts: &[Put]) -> Result<(), StateError> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, value) in puts {
            match value {
                Some(bytes) => values.insert(name.clone(), bytes.clone()),
                None => values.remove(name),
            };
        }
        Ok(())
    }
}
