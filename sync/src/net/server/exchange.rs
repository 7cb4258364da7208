//! One stream of a server: a request in, an answer out.

use std::io;
use std::sync::Arc;

use quinn::{RecvStream, SendStream, VarInt};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tomoshibi_policies::ErrorClass;

use super::House;
use super::peer::Admitted;
use crate::net::CallError;
use crate::net::error::{RESET_FAILED, RESET_TOO_SLOW};
use crate::net::stream::read_frame;
use crate::service::{RawBody, Reply, answer, answer_enrolment};
use crate::wire::{
    ENROL_REQUEST_LEN_BYTES_MAX, FRAME_LEN_BYTES_MAX, Refusal, Request, Response, code,
};

type Stream = (SendStream, RecvStream);

/// A request of an admitted node.
pub(super) async fn handle(house: Arc<House>, peer: Arc<Admitted>, (mut send, mut recv): Stream) {
    let reading = read_frame(&mut recv, FRAME_LEN_BYTES_MAX);
    let frame = match timeout(house.limits.request, reading).await {
        Ok(frame) => frame,
        Err(_) => {
            let _ = recv.stop(RESET_TOO_SLOW);
            return reset(&mut send, RESET_TOO_SLOW);
        }
    };
    let reply = match frame.and_then(|(frame, _)| Ok(Request::from_frame(frame)?)) {
        // Asked for every request: a node may have been revoked since it connected.
        Ok(request) => match peer.check(&house) {
            Ok(()) => reply(&house, &peer, request).await,
            Err(refusal) => Response::Refused(refusal).into(),
        },
        Err(CallError::Wire(error)) => Response::Refused(error.into()).into(),
        Err(_) => return,
    };
    if let Err(code) = send_reply(&house, &peer, &mut send, reply).await {
        reset(&mut send, code);
    }
}

/// The request of a peer without a certificate. `None` when it could not be read or answered.
pub(super) async fn enrol(house: &Arc<House>, (mut send, mut recv): Stream) -> Option<()> {
    let answer = match read_frame(&mut recv, ENROL_REQUEST_LEN_BYTES_MAX).await {
        Ok((frame, _)) => {
            let permit = house.answers.clone().acquire_owned().await.ok()?;
            let service = house.service.clone();
            let work = move || {
                let _permit = permit;
                answer_enrolment(&*service, frame)
            };
            tokio::task::spawn_blocking(work).await.ok()?.ok()?
        }
        Err(CallError::Wire(error)) => Response::Refused(error.into()).to_frame().ok()?,
        Err(_) => return None,
    };
    send.write_all(&answer.to_bytes()).await.ok()?;
    send.finish().ok()?;
    // Until the peer has it: closing the connection would throw it away.
    send.stopped().await.ok().map(drop)
}

/// Calls the service on a blocking thread, of which at most `answers_max` are busy with that.
async fn reply(house: &Arc<House>, peer: &Admitted, request: Request) -> Reply {
    let waiting = timeout(house.limits.request, house.answers.clone().acquire_owned());
    let Ok(Ok(permit)) = waiting.await else {
        let busy = Refusal::new(ErrorClass::Exhausted, code::BUSY, "too many requests at once");
        return Response::Refused(busy).into();
    };
    let (service, node) = (house.service.clone(), peer.node);
    let work = move || {
        let _permit = permit;
        answer(&*service, node, &request)
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        tracing::error!(%node, "the service panicked");
        internal().into()
    })
}

async fn send_reply(
    house: &House,
    peer: &Admitted,
    send: &mut SendStream,
    reply: Reply,
) -> Result<(), VarInt> {
    let (head, body) = match reply.head.to_frame() {
        Ok(head) => (head, reply.body),
        Err(error) => {
            tracing::error!(node = %peer.node, %error, "the service answered beyond a limit");
            (internal().to_frame().map_err(|_| RESET_FAILED)?, None)
        }
    };
    write(house, send, head.to_bytes()).await?;
    if let Some(body) = body {
        send_body(house, peer, send, body).await?;
    }
    send.finish().map_err(|_| RESET_FAILED)
}

/// Reads the next piece from disk while one is being sent.
async fn send_body(
    house: &House,
    peer: &Admitted,
    send: &mut SendStream,
    body: RawBody,
) -> Result<(), VarInt> {
    let mut next = read_ahead(body);
    loop {
        let (body, piece) = next.await.map_err(|_| RESET_FAILED)?;
        let piece = piece.map_err(|error| {
            tracing::error!(node = %peer.node, kind = %error.kind(), "could not read on");
            RESET_FAILED
        })?;
        let Some(piece) = piece else { return Ok(()) };
        peer.check(house).map_err(|_| RESET_FAILED)?;
        next = read_ahead(body);
        write(house, send, piece).await?;
    }
}

fn read_ahead(mut body: RawBody) -> JoinHandle<(RawBody, io::Result<Option<Vec<u8>>>)> {
    tokio::task::spawn_blocking(move || {
        let piece = body.next_piece();
        (body, piece)
    })
}

async fn write(house: &House, send: &mut SendStream, bytes: Vec<u8>) -> Result<(), VarInt> {
    match timeout(house.limits.piece, send.write_chunk(bytes.into())).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(RESET_FAILED),
        Err(_) => Err(RESET_TOO_SLOW),
    }
}

fn internal() -> Response {
    let text = "the answer failed, the centre's log says why";
    Response::Refused(Refusal::new(ErrorClass::Internal, code::INTERNAL, text))
}

fn reset(send: &mut SendStream, code: VarInt) {
    // Nothing to do when it is closed already.
    let _ = send.reset(code);
}
