//! A node's connection to its centre, or to a neighbour that serves.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn::{ClientConfig, Connection, Endpoint, EndpointConfig, TokioRuntime};

use super::certificate::CENTRE_NAME;
use super::error::CLOSE_DONE;
use super::limits::client_transport;
use super::stream::{ask, read_frame};
use super::tls::{KEY_EXCHANGE, node_config};
use super::{CallError, LineError, NodeCredentials, SetupError, Timeouts};
use crate::wire::{FRAME_LEN_BYTES_MAX, Request, Response, WireError, code};

/// One admitted connection. Closed when dropped.
#[derive(Debug)]
pub struct Centre {
    _endpoint: Endpoint,
    pub(super) connection: Connection,
    call: Duration,
}

/// What `status` says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The peer's address.
    pub peer: SocketAddr,
    /// Round trip time, an estimate.
    pub round_trip: Duration,
    /// Key exchange of the connection.
    pub key_exchange: &'static str,
    /// Bytes of all UDP datagrams received, without IP and UDP headers.
    pub received_bytes: u64,
    /// Bytes of all UDP datagrams sent, without IP and UDP headers.
    pub sent_bytes: u64,
}

impl Centre {
    /// Connects and asks to be admitted: when this returns, the peer has said that it takes us for `credentials.node`.
    ///
    /// # Errors
    /// [`CallError`]; [`LineError::NotAdmitted`] when the peer does not, or no longer, know this node.
    pub async fn connect(
        address: SocketAddr,
        credentials: &NodeCredentials,
        timeouts: &Timeouts,
    ) -> Result<Self, CallError> {
        let config = node_config(credentials)?;
        let connecting = async {
            let (endpoint, connection) = dial(address, config, timeouts).await?;
            let centre = Self { _endpoint: endpoint, connection, call: timeouts.call };
            match centre.call(&Request::Hello).await? {
                Response::Welcome { node } if node == credentials.node => Ok(centre),
                Response::Welcome { node: found } => {
                    Err(CallError::Node { found, expected: credentials.node })
                }
                other => Err(CallError::Unexpected { found: other.name() }),
            }
        };
        within(timeouts.connect, connecting).await
    }

    /// Asks one thing. Manifests and segments, whose answers go on behind the frame, are for [`Centre::pull`].
    ///
    /// # Errors
    /// [`CallError`]; a refusal of the peer is [`CallError::Refused`].
    pub async fn call(&self, request: &Request) -> Result<Response, CallError> {
        let frame = request.to_frame()?;
        let calling = async {
            let mut recv = ask(&self.connection, &frame).await?;
            let (frame, rest) = read_frame(&mut recv, FRAME_LEN_BYTES_MAX).await?;
            match Response::from_frame(frame)? {
                Response::Refused(refusal) if refusal.code() == code::NOT_ENROLLED => {
                    Err(LineError::NotAdmitted { reason: refusal.text().into() }.into())
                }
                Response::Refused(refusal) => Err(refusal.into()),
                response if response.raw_len_bytes() > 0 => {
                    Err(CallError::Unexpected { found: response.name() })
                }
                _ if !rest.is_empty() => {
                    Err(WireError::Form { what: "the end of the answer" }.into())
                }
                response => Ok(response),
            }
        };
        within(self.call, calling).await
    }

    /// The state of the line.
    #[must_use]
    pub fn line(&self) -> Line {
        let stats = self.connection.stats();
        Line {
            peer: self.connection.remote_address(),
            round_trip: self.connection.rtt(),
            key_exchange: KEY_EXCHANGE,
            received_bytes: stats.udp_rx.bytes,
            sent_bytes: stats.udp_tx.bytes,
        }
    }

    /// Why the connection is over, `None` while it is not.
    #[must_use]
    pub fn lost(&self) -> Option<LineError> {
        self.connection.close_reason().map(LineError::from)
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.connection.close(CLOSE_DONE, b"done");
    }
}

/// Connects from an address of the same family.
pub(super) async fn dial(
    address: SocketAddr,
    mut config: ClientConfig,
    timeouts: &Timeouts,
) -> Result<(Endpoint, Connection), CallError> {
    config.transport_config(client_transport(timeouts));
    let local: SocketAddr = match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(local).map_err(|error| SetupError::socket(&error))?;
    let endpoint = Endpoint::new(EndpointConfig::default(), None, socket, Arc::new(TokioRuntime))
        .map_err(|error| SetupError::socket(&error))?;
    let connecting = endpoint
        .connect_with(config, address, CENTRE_NAME)
        .map_err(|error| SetupError { what: "address", detail: error.to_string() })?;
    let connection = connecting.await.map_err(LineError::from)?;
    Ok((endpoint, connection))
}

/// Gives up after `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    let timed_out = CallError::TimedOut { ms: limit.as_millis() };
    tokio::time::timeout(limit, work).await.unwrap_or(Err(timed_out))
}
