//! The async half of one exchange.

use std::sync::{Arc, Mutex};

use quinn::{Connection, RecvStream};
use tokio::sync::mpsc::Sender;

use crate::net::CallError;
use crate::net::stream::{ask, read_frame};
use crate::pull::ExchangeId;
use crate::wire::{FRAME_LEN_BYTES_MAX, Request, Response, WireError};

/// Length of the pieces handed to the thread.
const PIECE_LEN_BYTES: usize = 128 << 10;

/// Something that arrived, on its way to the thread.
pub(super) struct Parcel {
    pub(super) exchange: ExchangeId,
    pub(super) content: Content,
}

pub(super) enum Content {
    Head(Response),
    Garbled(WireError),
    /// A buffer of the pool and how much of it counts.
    Bytes(Vec<u8>, usize),
    End,
    Broken,
}

/// Buffers that are used again: a fresh one for each piece costs more than reading into it.
#[derive(Clone, Default)]
pub(super) struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

impl Pool {
    fn take(&self) -> Vec<u8> {
        let spare = self.0.lock().ok().and_then(|mut spare| spare.pop());
        spare.unwrap_or_else(|| vec![0; PIECE_LEN_BYTES])
    }

    pub(super) fn give(&self, buffer: Vec<u8>) {
        if let Ok(mut spare) = self.0.lock() {
            spare.push(buffer);
        }
    }
}

/// Asks, and forwards the answer until it ends.
pub(super) async fn run(
    connection: Connection,
    exchange: ExchangeId,
    request: Request,
    parcels: Sender<Parcel>,
    pool: Pool,
) {
    let send = async |content| parcels.send(Parcel { exchange, content }).await;
    let mut recv = match start(&connection, &request).await {
        Ok((recv, head, rest)) => {
            let len = rest.len();
            // The thread is gone: nobody wants this.
            if send(Content::Head(head)).await.is_err() {
                return;
            }
            if len > 0 && send(Content::Bytes(rest, len)).await.is_err() {
                return;
            }
            recv
        }
        Err(last) => return drop(send(last).await),
    };
    loop {
        let mut buffer = pool.take();
        let content = match recv.read(&mut buffer).await {
            Ok(Some(len)) => Content::Bytes(buffer, len),
            Ok(None) => Content::End,
            Err(_) => Content::Broken,
        };
        let last = !matches!(content, Content::Bytes(..));
        if send(content).await.is_err() || last {
            return;
        }
    }
}

async fn start(
    connection: &Connection,
    request: &Request,
) -> Result<(RecvStream, Response, Vec<u8>), Content> {
    let garbled = |error: CallError| match error {
        CallError::Wire(error) => Content::Garbled(error),
        _ => Content::Broken,
    };
    let frame = request.to_frame().map_err(Content::Garbled)?;
    let mut recv = ask(connection, &frame).await.map_err(garbled)?;
    let (frame, rest) = read_frame(&mut recv, FRAME_LEN_BYTES_MAX).await.map_err(garbled)?;
    let head = Response::from_frame(frame).map_err(Content::Garbled)?;
    Ok((recv, head, rest))
}
