//! Packing and unpacking of small fields: lengths as LEB128, numbers little-endian.

/// Writes fields behind one another.
pub(super) struct Packer<'a>(pub(super) &'a mut Vec<u8>);

impl Packer<'_> {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        self.0.extend(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        let mut len = text.len();
        while len >= 0x80 {
            self.byte((len & 0x7F) as u8 | 0x80);
            len >>= 7;
        }
        self.byte(len as u8);
        self.0.extend(text.as_bytes());
    }
}

/// Reads fields in the order in which they were written; none at the end or when the bytes make no sense, which
/// cannot happen with bytes of our own.
#[derive(Clone, Copy)]
pub(super) struct Unpacker<'a>(pub(super) &'a [u8]);

impl<'a> Unpacker<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (front, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*front)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let mut len = 0usize;
        for shift in [0, 7, 14] {
            let byte = self.byte()?;
            len |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                let (text, rest) = self.0.split_at_checked(len)?;
                self.0 = rest;
                return std::str::from_utf8(text).ok();
            }
        }
        None
    }

    /// Days since 1970, where the largest number stands for none.
    pub(super) fn day(&mut self) -> Option<Option<i32>> {
        let days = i32::from_le_bytes(self.bytes()?);
        Some((days != NO_DAY).then_some(days))
    }
}

/// Stands for "no day".
pub(super) const NO_DAY: i32 = i32::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_survive() {
        for len in [0, 1, 127, 128, 300, 16_383, 16_384, 100_000] {
            let text = "x".repeat(len);
            let mut bytes = Vec::new();
            Packer(&mut bytes).text(&text);
            Packer(&mut bytes).byte(7);
            let mut unpacker = Unpacker(&bytes);
            assert_eq!(unpacker.text(), Some(text.as_str()));
            assert_eq!((unpacker.byte(), unpacker.byte()), (Some(7), None));
        }
    }

    #[test]
    fn bytes_that_make_no_sense_are_none() {
        assert_eq!(Unpacker(&[5, b'a']).text(), None);
        assert_eq!(Unpacker(&[0xFF, 0xFF, 0xFF, 0xFF]).text(), None);
        assert_eq!(Unpacker(&[1, 0xFF]).text(), None);
    }
}
