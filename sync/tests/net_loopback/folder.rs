//! A store in memory that other tasks can watch, and a judge that believes everything.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tomoshibi_sync::id::{Digest, Hasher};
use tomoshibi_sync::net::{Judge, Judgement};
use tomoshibi_sync::pull::{PullStore, Wanted};

#[derive(Default)]
pub(crate) struct Content {
    pub(crate) staged: BTreeMap<Digest, Vec<u8>>,
    pub(crate) finished: BTreeMap<Digest, Vec<u8>>,
    /// Bytes ever staged.
    pub(crate) written: usize,
    /// Rings when so many bytes have been staged.
    pub(crate) alarm_at: usize,
}

#[derive(Clone, Default)]
pub(crate) struct Folder {
    pub(crate) content: Arc<Mutex<Content>>,
    pub(crate) alarm: Arc<Notify>,
}

impl PullStore for Folder {
    fn has(&self, segment: &Digest) -> io::Result<bool> {
        Ok(self.content.lock().unwrap().finished.contains_key(segment))
    }

    fn staged_len(&self, segment: &Digest) -> io::Result<u64> {
        let content = self.content.lock().unwrap();
        Ok(content.staged.get(segment).map_or(0, |staged| staged.len() as u64))
    }

    fn hash_staged(&self, segment: &Digest, hasher: &mut Hasher) -> io::Result<u64> {
        let content = self.content.lock().unwrap();
        hasher.update(&content.staged[segment]);
        Ok(content.staged[segment].len() as u64)
    }

    fn write_staged(&mut self, segment: &Digest, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.content.lock().unwrap();
        content.written += bytes.len();
        let staged = content.staged.entry(*segment).or_default();
        assert_eq!(staged.len() as u64, offset);
        staged.extend_from_slice(bytes);
        if content.written >= content.alarm_at {
            self.alarm.notify_one();
        }
        Ok(())
    }

    fn drop_staged(&mut self, segment: &Digest) -> io::Result<()> {
        self.content.lock().unwrap().staged.remove(segment);
        Ok(())
    }

    fn finish(&mut self, segment: &Digest) -> io::Result<()> {
        let mut content = self.content.lock().unwrap();
        let whole = content.staged.remove(segment).unwrap();
        content.finished.insert(*segment, whole);
        Ok(())
    }
}

/// Takes a manifest as a list of digest and length, 40 bytes an entry.
pub(crate) struct Believer;

impl Judge for Believer {
    fn judge(&mut self, manifest: &[u8]) -> Judgement {
        let entry = |e: &[u8]| Wanted {
            digest: Digest::from_bytes(e[..32].try_into().unwrap()),
            len_bytes: u64::from_le_bytes(e[32..].try_into().unwrap()),
        };
        Ok(manifest.chunks(40).map(entry).collect())
    }
}
