//! One request, one reply.

use std::io;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use super::CentreService;
use crate::enrol::{EnrolGrant, EnrolRequest};
use crate::id::{Digest, NodeId};
use crate::seam::ReadAt;
use crate::wire::{Frame, Refusal, Request, Response, WireError, code};

/// Longest piece in which a raw body is read: 256 KiB. A peer with eight requests open costs 2 MiB of pieces.
pub const PIECE_LEN_BYTES_MAX: usize = 256 << 10;

/// The answer to one request.
#[derive(Debug)]
pub struct Reply {
    /// Sent first.
    pub head: Response,
    /// Raw bytes sent behind it, exactly as many as the head announces.
    pub body: Option<RawBody>,
}

impl From<Response> for Reply {
    fn from(head: Response) -> Self {
        Self { head, body: None }
    }
}

/// Answers a request of an enrolled node. Blocks as the service does.
#[must_use]
pub fn answer(service: &dyn CentreService, node: NodeId, request: &Request) -> Reply {
    try_answer(service, node, request).unwrap_or_else(|refusal| Response::Refused(refusal).into())
}

/// Answers the frame of a peer without a certificate. Nothing but an enrolment is understood.
///
/// # Errors
/// [`WireError`] when the service's grant breaks a limit of the wire.
pub fn answer_enrolment(service: &dyn CentreService, frame: Frame) -> Result<Frame, WireError> {
    let verdict = EnrolRequest::from_frame(frame).map_err(Refusal::from);
    match verdict.and_then(|request| service.enrol(&request)) {
        Ok(grant) => EnrolGrant::to_frame(&grant),
        Err(refusal) => Response::Refused(refusal).to_frame(),
    }
}

fn try_answer(
    service: &dyn CentreService,
    node: NodeId,
    request: &Request,
) -> Result<Reply, Refusal> {
    Ok(match request {
        Request::Hello => Response::Welcome { node }.into(),
        Request::NewestManifest { region, have } => {
            let manifest = service.newest_manifest(node, *region, have.as_ref())?;
            let manifest = manifest.ok_or_else(|| nothing_published(*region))?;
            match have {
                // The same bytes: nothing to send, whatever they say.
                Some(held) if held.digest == Digest::of(&manifest) => Response::UpToDate.into(),
                _ => manifest_reply(manifest),
            }
        }
        Request::Segment { digest, offset } => {
            let source = service.open_segment(node, digest)?;
            segment_reply(digest, *offset, source)?
        }
        Request::Inbox { since } => Response::Inbox(service.inbox(node, *since)?).into(),
        Request::AnnounceOpening { recipient } => {
            service.announce_opening(node, recipient)?;
            Response::Announced.into()
        }
        Request::RequestRelease { order } => {
            Response::Release { bytes: service.request_release(node, *order)? }.into()
        }
        Request::Reconcile { message } => {
            Response::Reconciled { message: service.reconcile(node, message)? }.into()
        }
    })
}

fn nothing_published(region: RegionCode) -> Refusal {
    let text = format!("nothing has been published for region {region}");
    Refusal::new(ErrorClass::NotFound, code::NOTHING_PUBLISHED, &text)
}

fn manifest_reply(manifest: Vec<u8>) -> Reply {
    let len_bytes = manifest.len() as u64;
    let body = RawBody { source: Box::new(InMemory(manifest)), at: 0, end: len_bytes };
    Reply { head: Response::Manifest { len_bytes }, body: Some(body) }
}

fn segment_reply(
    digest: &Digest,
    offset: u64,
    source: Option<Box<dyn ReadAt>>,
) -> Result<Reply, Refusal> {
    let Some(source) = source else {
        let text = format!("segment {digest} is not here");
        return Err(Refusal::new(ErrorClass::NotFound, code::NO_SUCH_SEGMENT, &text));
    };
    let len_bytes = source.len_bytes();
    if offset > len_bytes {
        let text = format!("segment {digest} has {len_bytes} bytes, asked from {offset} on");
        return Err(Refusal::new(ErrorClass::Invalid, code::OFFSET_BEYOND_END, &text));
    }
    let body = RawBody { source, at: offset, end: len_bytes };
    Ok(Reply { head: Response::Segment { len_bytes, offset }, body: Some(body) })
}

/// Raw bytes that follow a head, read piece by piece.
pub struct RawBody {
    source: Box<dyn ReadAt>,
    at: u64,
    end: u64,
}

impl RawBody {
    /// The next piece of at most [`PIECE_LEN_BYTES_MAX`] bytes, `None` at the end. Blocks on the disk.
    ///
    /// # Errors
    /// The disk's; [`io::ErrorKind::UnexpectedEof`] when the file is shorter than it said. The head is out by then, so
    /// the stream has to be reset.
    pub fn next_piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(None);
        }
        let mut piece = vec![0; left.min(PIECE_LEN_BYTES_MAX)];
        let mut rest = piece.as_mut_slice();
        while !rest.is_empty() {
            let len = self.source.read_at(self.at, rest)?;
            if len == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at = self.at.saturating_add(len as u64);
            rest = rest.split_at_mut_checked(len).ok_or(io::ErrorKind::InvalidData)?.1;
        }
        Ok(Some(piece))
    }
}

impl core::fmt::Debug for RawBody {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "RawBody({}..{})", self.at, self.end)
    }
}

struct InMemory(Vec<u8>);

impl ReadAt for InMemory {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.0.get(start..).unwrap_or_default();
        let len = rest.len().min(buf.len());
        buf.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says that it is longer than it is.
    struct Truncated(InMemory, u64);

    impl ReadAt for Truncated {
        fn len_bytes(&self) -> u64 {
            self.1
        }

        fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
            self.0.read_at(offset, buf)
        }
    }

    fn digest() -> Digest {
        Digest::of(b"segment")
    }

    #[test]
    fn a_segment_is_read_from_the_offset_in_pieces_to_its_end() {
        let whole: Vec<u8> = (0..PIECE_LEN_BYTES_MAX + 10).map(|i| i as u8).collect();
        let source = Box::new(InMemory(whole.clone()));
        let reply = segment_reply(&digest(), 3, Some(source)).unwrap();
        let len_bytes = whole.len() as u64;
        assert_eq!(reply.head, Response::Segment { len_bytes, offset: 3 });
        let mut body = reply.body.unwrap();
        let mut read = Vec::new();
        while let Some(piece) = body.next_piece().unwrap() {
            assert!(piece.len() <= PIECE_LEN_BYTES_MAX);
            read.extend(piece);
        }
        assert_eq!(read, whole[3..]);
    }

    #[test]
    fn a_file_that_ends_early_is_an_error_and_not_a_short_answer() {
        let source = Box::new(Truncated(InMemory(vec![1; 10]), 20));
        let mut body = segment_reply(&digest(), 0, Some(source)).unwrap().body.unwrap();
        assert_eq!(body.next_piece().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_not_here_and_an_offset_behind_the_end_are_told_apart() {
        let refusal = segment_reply(&digest(), 0, None).unwrap_err();
        assert_eq!(refusal.code(), code::NO_SUCH_SEGMENT);
        let at = |offset| segment_reply(&digest(), offset, Some(Box::new(InMemory(vec![1; 10]))));
        assert_eq!(at(11).unwrap_err().code(), code::OFFSET_BEYOND_END);
        assert!(at(10).unwrap().body.unwrap().next_piece().unwrap().is_none());
    }
}
