//! Reading a sealed file in whole chunks.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::SealError;
use crate::seam::ReadAt;

/// Longest age header that is read: 4 KiB holds [`super::RECIPIENTS_MAX`] recipients (about 100 bytes each) twice over.
/// age parses a growing header again from its start, so that an endless one would cost time without bound.
pub const HEADER_LEN_BYTES_MAX: usize = 4 << 10;
/// One sealed chunk: 64 KiB and its tag of 16 bytes.
pub const CHUNK_LEN_BYTES: usize = (64 << 10) + 16;

const HEADER_END: &[u8] = b"\n---";

/// A file with a position, which keeps the last chunk it read: age looks at a file's last chunk twice when it seeks
/// from the end. Reads are at most one chunk long.
pub struct Window {
    file: Box<dyn ReadAt>,
    position: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// Reads the front of `file` and makes sure that an age header ends within it.
    ///
    /// # Errors
    /// [`SealError::HeaderTooLong`], [`SealError::Truncated`] or the disk's.
    pub fn open(file: Box<dyn ReadAt>) -> Result<Self, SealError> {
        let mut window = Self { file, position: 0, start: 0, bytes: Vec::new() };
        window.fill(HEADER_LEN_BYTES_MAX).map_err(|e| SealError::from_stream(&e))?;
        check_header_end(&window.bytes)?;
        Ok(window)
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.file.len_bytes()
    }

    fn ahead(&self) -> &[u8] {
        let skip = self.position.checked_sub(self.start).and_then(|s| usize::try_from(s).ok());
        skip.and_then(|skip| self.bytes.get(skip..)).unwrap_or_default()
    }

    fn fill(&mut self, len: usize) -> io::Result<()> {
        self.start = self.position;
        self.bytes.resize(len, 0);
        let mut filled = 0;
        while let Some(rest) = self.bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let at = self.start.saturating_add(filled as u64);
            match self.file.read_at(at, rest) {
                Ok(0) => break,
                Ok(count) => filled = filled.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.bytes.clear();
                    return Err(disk(error));
                }
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }
}

// age's words for damage must stay age's: see `SealError::from_stream`.
fn disk(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => io::ErrorKind::Other.into(),
        _ => error,
    }
}

/// Refuses a front of a file in which no age header ends.
pub(super) fn check_header_end(front: &[u8]) -> Result<(), SealError> {
    let front = front.get(..HEADER_LEN_BYTES_MAX).unwrap_or(front);
    let ends = front.windows(HEADER_END.len()).any(|bytes| bytes == HEADER_END);
    match (ends, front.len() < HEADER_LEN_BYTES_MAX) {
        (true, _) => Ok(()),
        (false, true) => Err(SealError::Header),
        (false, false) => Err(SealError::HeaderTooLong { limit: HEADER_LEN_BYTES_MAX }),
    }
}

impl BufRead for Window {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead().is_empty() && self.position < self.file.len_bytes() {
            self.fill(CHUNK_LEN_BYTES)?;
        }
        Ok(self.ahead())
    }

    fn consume(&mut self, count: usize) {
        self.position = self.position.saturating_add(count as u64);
    }
}

impl Read for Window {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.file.len_bytes().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
