//! Room on the disk kept for the journal, given back piece by piece when the disk is full.
//!
//! Promises: a full disk never denies care as long as a piece is left. The pieces are separate files, so that each can
//! be given back in one step without an operation beside removal, and so that another program that eats the space of
//! one does not get the rest. They are filled with bytes that do not compress: a file system that compresses would
//! keep zeros in no room at all.
//!
//! Not covered: evicting staged downloads first, and warning before the last piece; the node decides both by
//! [`Reserve::state`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::layout::DiskError;
use crate::seam::Files;

/// Size of the reserve unless configured: 1 GiB, some three million entries.
pub const RESERVE_LEN_BYTES_DEFAULT: u64 = 1 << 30;
/// Most pieces. A piece is at least 16 MiB, one journal file.
const PIECES_MAX: u64 = 64;
const PIECE_LEN_BYTES_MIN: u64 = 16 << 20;
/// Written in steps of this size.
const STEP_LEN_BYTES: usize = 1 << 20;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReserveState {
    /// As configured.
    pub wanted_bytes: u64,
    /// On the disk now.
    pub held_bytes: u64,
}

/// See the module.
#[derive(Clone)]
pub struct Reserve {
    files: Arc<dyn Files>,
    dir: PathBuf,
    wanted_bytes: u64,
    piece_bytes: u64,
}

impl Reserve {
    /// The reserve in the folder `reserve` of `dir`. Nothing is written yet.
    #[must_use]
    pub fn new(files: Arc<dyn Files>, dir: &Path, wanted_bytes: u64) -> Self {
        let piece_bytes = wanted_bytes.div_ceil(PIECES_MAX).max(PIECE_LEN_BYTES_MIN);
        let piece_bytes = piece_bytes.min(wanted_bytes.max(1));
        Self { files, dir: dir.join("reserve"), wanted_bytes, piece_bytes }
    }

    /// Fills the reserve up to what is wanted. Called at start and when there is room again. Returns what is held; a
    /// full disk is no error, the state tells.
    ///
    /// # Errors
    /// The disk's.
    pub fn ensure(&self) -> Result<ReserveState, DiskError> {
        self.files.create_dir(&self.dir).map_err(DiskError::new("make the reserve"))?;
        for piece in 0..self.wanted_bytes.div_ceil(self.piece_bytes) {
            match self.fill(piece) {
                Err(error) if error.is_full() => break,
                other => other?,
            }
        }
        self.state()
    }

    /// Gives one piece back; returns how many bytes, 0 when none is left.
    ///
    /// # Errors
    /// The disk's.
    pub fn release(&self) -> Result<u64, DiskError> {
        let failed = DiskError::new("give the reserve back");
        let pieces = self.files.list(&self.dir).map_err(&failed)?;
        let Some(last) = pieces.iter().rfind(|piece| piece.len_bytes > 0) else { return Ok(0) };
        self.files.remove(&self.dir.join(&last.name)).map_err(&failed)?;
        self.files.sync_dir(&self.dir).map_err(&failed)?;
        Ok(last.len_bytes)
    }

    /// What is held.
    ///
    /// # Errors
    /// The disk's.
    pub fn state(&self) -> Result<ReserveState, DiskError> {
        let pieces = self.files.list(&self.dir).map_err(DiskError::new("look at the reserve"))?;
        let held_bytes = pieces.iter().map(|piece| piece.len_bytes).sum();
        Ok(ReserveState { wanted_bytes: self.wanted_bytes, held_bytes })
    }

    fn fill(&self, piece: u64) -> Result<(), DiskError> {
        let failed = DiskError::new("fill the reserve");
        let path = self.dir.join(format!("{piece:04}"));
        let begins_at = piece.saturating_mul(self.piece_bytes);
        let wanted = self.piece_bytes.min(self.wanted_bytes.saturating_sub(begins_at));
        let mut file = self.files.append(&path).map_err(&failed)?;
        let missing = wanted.saturating_sub(file.len_bytes());
        if missing == 0 {
            return Ok(());
        }
        let mut noise = blake3::Hasher::new().update(&piece.to_le_bytes()).finalize_xof();
        let mut step =
            vec![0; STEP_LEN_BYTES.min(usize::try_from(missing).unwrap_or(STEP_LEN_BYTES))];
        let mut left = missing;
        while left > 0 {
            let len = step.len().min(usize::try_from(left).unwrap_or(step.len()));
            noise.fill(&mut step);
            file.append(step.get(..len).unwrap_or_default()).map_err(&failed)?;
            left = left.saturating_sub(len as u64);
        }
        file.sync().map_err(&failed)?;
        self.files.sync_dir(&self.dir).map_err(&failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::MemoryFiles;

    const MIB: u64 = 1 << 20;

    fn reserve(files: &MemoryFiles, wanted: u64) -> Reserve {
        Reserve::new(Arc::new(files.clone()), Path::new("journal"), wanted)
    }

    #[test]
    fn the_reserve_is_given_back_piece_by_piece() {
        let files = MemoryFiles::new();
        let reserve = reserve(&files, 40 * MIB);
        let state = reserve.ensure().unwrap();
        assert_eq!(state, ReserveState { wanted_bytes: 40 * MIB, held_bytes: 40 * MIB });
        let released: Vec<_> = (0..4).map(|_| reserve.release().unwrap()).collect();
        assert_eq!(released, [8 * MIB, 16 * MIB, 16 * MIB, 0]);
        assert_eq!(reserve.ensure().unwrap().held_bytes, 40 * MIB);
        assert_eq!(reserve.ensure().unwrap().held_bytes, 40 * MIB);
    }

    #[test]
    fn a_disk_too_small_holds_what_it_can() {
        let files = MemoryFiles::with_capacity(3 * MIB);
        let reserve = reserve(&files, 4 * MIB);
        assert_eq!(reserve.ensure().unwrap().held_bytes, 3 * MIB);
        assert_eq!(reserve.release().unwrap(), 3 * MIB);
        assert_eq!(files.free_bytes(Path::new("journal")).unwrap(), 3 * MIB);
    }

    #[test]
    fn a_reserve_of_nothing_is_nothing() {
        let reserve = reserve(&MemoryFiles::new(), 0);
        assert_eq!(reserve.ensure().unwrap().held_bytes, 0);
        assert_eq!(reserve.release().unwrap(), 0);
    }
}
