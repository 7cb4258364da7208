//! Frames on QUIC streams.

use quinn::{Connection, ReadError, RecvStream};

use super::{CallError, LineError};
use crate::wire::{Frame, FrameReader};

/// How much is read at once while looking for a frame. What is behind the frame is given back.
const READ_LEN_BYTES: usize = 16 << 10;

/// Opens a stream, sends one frame and closes the sending side.
pub(super) async fn ask(connection: &Connection, frame: &Frame) -> Result<RecvStream, CallError> {
    let (mut send, recv) = connection.open_bi().await.map_err(LineError::from)?;
    // A peer that stops reading answers all the same, or closes; its reason is found while reading.
    let sent = send.write_all(&frame.to_bytes()).await;
    if sent.is_ok() {
        let _ = send.finish();
    }
    Ok(recv)
}

/// Reads one frame of at most `limit` bytes; gives it with the raw bytes that came along.
pub(super) async fn read_frame(
    recv: &mut RecvStream,
    limit: u32,
) -> Result<(Frame, Vec<u8>), CallError> {
    let mut reader = FrameReader::new(limit);
    let mut buffer = vec![0; READ_LEN_BYTES];
    loop {
        let Some(len) = recv.read(&mut buffer).await.map_err(broken)? else {
            reader.end()?;
            return Err(CallError::BrokenOff);
        };
        let read = buffer.get(..len).unwrap_or_default();
        let (taken, frame) = reader.feed(read)?;
        if let Some(frame) = frame {
            return Ok((frame, read.get(taken..).unwrap_or_default().to_vec()));
        }
    }
}

/// A lost connection says why; a reset stream does not.
fn broken(error: ReadError) -> CallError {
    match error {
        ReadError::ConnectionLost(error) => LineError::from(error).into(),
        _ => CallError::BrokenOff,
    }
}
