//! A sealed file in memory.

use std::io;

use tomoshibi_sync::seam::ReadAt;

pub(crate) struct Memory(pub(crate) Vec<u8>);

impl ReadAt for Memory {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset).unwrap().min(self.0.len());
        let count = buf.len().min(self.0.len() - from);
        buf[..count].copy_from_slice(&self.0[from..from + count]);
        Ok(count)
    }
}
