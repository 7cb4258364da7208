//! A frame, and the reader that takes it from a stream piece by piece.

use super::WireError;

// Frame, little-endian. FORMAT.md, section "Wire".
//  0  4  body_len  u32, at most FRAME_LEN_BYTES_MAX
//  4  2  message   u16, see Request and Response
//  6  n  body
/// Length of a frame's header in bytes.
pub const FRAME_HEADER_LEN_BYTES: usize = 6;

/// Longest body of a frame: 1 MiB. A peer has at most eight requests open, so it can make the other end hold 8 MiB.
pub const FRAME_LEN_BYTES_MAX: u32 = 1 << 20;

/// One message, not yet interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which message, by its number.
    pub message: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Frame {
    /// A frame whose body is known to be within the limit.
    pub(super) fn new(message: u16, body: Vec<u8>) -> Result<Self, WireError> {
        let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
        refuse_longer(len, FRAME_LEN_BYTES_MAX)?;
        Ok(Self { message, body })
    }

    /// The bytes of the frame.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FRAME_HEADER_LEN_BYTES + self.body.len());
        bytes.extend((self.body.len() as u32).to_le_bytes());
        bytes.extend(self.message.to_le_bytes());
        bytes.extend(&self.body);
        bytes
    }
}

/// Takes one frame after the other from a stream. Holds at most one frame, however much is offered: raw bytes that
/// follow a frame stay with the caller.
#[derive(Debug)]
pub struct FrameReader {
    limit: u32,
    header: Vec<u8>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    message: u16,
    len: usize,
    body: Vec<u8>,
}

impl FrameReader {
    /// A reader that refuses bodies longer than `limit` bytes, or than [`FRAME_LEN_BYTES_MAX`].
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self { limit: limit.min(FRAME_LEN_BYTES_MAX), header: Vec::new(), open: None }
    }

    /// Takes bytes up to the end of the current frame, and gives the number of bytes taken and the frame once it is
    /// whole. The caller offers the rest again for the next frame.
    ///
    /// # Errors
    /// [`WireError::FrameTooLong`], as soon as the header is there and before memory is taken. The stream is then
    /// useless.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(usize, Option<Frame>), WireError> {
        let mut rest = bytes;
        if self.open.is_none() {
            take_up_to(&mut self.header, &mut rest, FRAME_HEADER_LEN_BYTES);
            self.open = self.read_header()?;
        }
        if let Some(open) = &mut self.open {
            take_up_to(&mut open.body, &mut rest, open.len);
        }
        let frame = self.open.take_if(|open| open.body.len() == open.len);
        let taken = bytes.len().saturating_sub(rest.len());
        Ok((taken, frame.map(|open| Frame { message: open.message, body: open.body })))
    }

    /// To be called when the stream ends.
    ///
    /// # Errors
    /// [`WireError::FrameCut`] when it ends inside a frame.
    pub fn end(&self) -> Result<(), WireError> {
        let body = self.open.as_ref().map(|open| FRAME_HEADER_LEN_BYTES + open.body.len());
        match body.unwrap_or(self.header.len()) {
            0 => Ok(()),
            len => Err(WireError::FrameCut { len }),
        }
    }

    fn read_header(&mut self) -> Result<Option<Open>, WireError> {
        let &[a, b, c, d, low, high] = self.header.as_slice() else { return Ok(None) };
        let len = u32::from_le_bytes([a, b, c, d]);
        refuse_longer(len, self.limit)?;
        self.header.clear();
        let message = u16::from_le_bytes([low, high]);
        // The body grows as it arrives: a header alone must not cost a mebibyte.
        Ok(Some(Open { message, len: len as usize, body: Vec::new() }))
    }
}

const fn refuse_longer(len: u32, limit: u32) -> Result<(), WireError> {
    if len > limit { Err(WireError::FrameTooLong { len, limit }) } else { Ok(()) }
}

/// Moves bytes from the front of `rest` to `to` until that has `len`.
fn take_up_to(to: &mut Vec<u8>, rest: &mut &[u8], len: usize) {
    let missing = len.saturating_sub(to.len()).min(rest.len());
    let (front, back) = rest.split_at(missing);
    to.extend_from_slice(front);
    *rest = back;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &[u8]) -> Frame {
        Frame { message: 3, body: body.to_vec() }
    }

    /// Feeds pieces of `piece` bytes; gives the frames and the bytes that no frame took.
    fn read(bytes: &[u8], piece: usize) -> Vec<Frame> {
        let mut reader = FrameReader::new(64);
        let mut frames = Vec::new();
        for mut part in bytes.chunks(piece) {
            while !part.is_empty() {
                let (taken, frame) = reader.feed(part).unwrap();
                frames.extend(frame);
                part = &part[taken..];
            }
        }
        reader.end().unwrap();
        frames
    }

    #[test]
    fn frames_come_out_however_the_stream_is_cut() {
        let frames = [frame(b"one"), frame(b""), frame(&[7; 64])];
        let bytes: Vec<u8> = frames.iter().flat_map(Frame::to_bytes).collect();
        for piece in 1..=bytes.len() {
            assert_eq!(read(&bytes, piece), frames, "pieces of {piece}");
        }
    }

    #[test]
    fn a_length_above_the_limit_is_refused_from_the_header_alone() {
        let mut reader = FrameReader::new(64);
        let header = [65, 0, 0, 0, 1, 0];
        assert_eq!(reader.feed(&header), Err(WireError::FrameTooLong { len: 65, limit: 64 }));
        let mut reader = FrameReader::new(u32::MAX);
        let error = reader.feed(&[0xFF, 0xFF, 0xFF, 0xFF, 1, 0]).unwrap_err();
        assert_eq!(error, WireError::FrameTooLong { len: u32::MAX, limit: FRAME_LEN_BYTES_MAX });
    }

    #[test]
    fn a_stream_that_ends_inside_a_frame_is_told_from_one_that_ends_between() {
        let bytes = frame(b"body").to_bytes();
        for len in 1..bytes.len() {
            let mut reader = FrameReader::new(64);
            assert_eq!(reader.feed(&bytes[..len]), Ok((len, None)));
            assert_eq!(reader.end(), Err(WireError::FrameCut { len }));
        }
        let mut reader = FrameReader::new(64);
        reader.feed(&bytes).unwrap();
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn raw_bytes_behind_a_frame_stay_with_the_caller() {
        let mut bytes = frame(b"head").to_bytes();
        let len = bytes.len();
        bytes.extend(b"raw");
        assert_eq!(FrameReader::new(64).feed(&bytes), Ok((len, Some(frame(b"head")))));
    }
}
