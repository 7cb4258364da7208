//! How much a peer may take, and for how long.
//!
//! Worst case of a server, per admitted peer: 2 MiB of receive window, 8 requests of 1 MiB being read or answered, for
//! each of them two pieces of 256 KiB read from disk, and 4 MiB sent but not acknowledged: 18 MiB. A peer has to be
//! enrolled to take that; 256 such peers at once cost 4.5 GiB, an ordinary one (four segments at a time) 6 MiB. A peer
//! without a certificate takes 2 MiB and there are at most 8; one in its handshake takes a few crypto buffers of 16 KiB
//! and there are at most 64.
//!
//! A node pulling: 6 MiB of receive window, 16 pieces of 128 KiB on their way to the disk. Together that is one segment:
//! when the process is killed, no more than that has arrived without being staged.

use core::fmt;
use std::sync::Arc;
use std::time::Duration;

use quinn::congestion::ControllerFactory;
use quinn::{IdleTimeout, TransportConfig, VarInt};

/// Bounds of a server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Admitted connections at once. Default 256.
    pub connections_max: usize,
    /// Connections in their handshake at once. From half of this on, a peer has to show first that it receives at its
    /// address (QUIC Retry). Default 64.
    pub handshakes_max: usize,
    /// Connections without a certificate at once. Default 8.
    pub enrolments_max: usize,
    /// Calls of the service at once, of all peers together. Default 16.
    pub answers_max: usize,
    /// From the first packet to the end of the handshake. Default 20 s.
    pub handshake: Duration,
    /// From the opening of a stream to its whole request; also the wait for one of `answers_max`. Default 30 s.
    pub request: Duration,
    /// For the peer to take one piece of 256 KiB. Default 300 s, a line of 7 kbit/s for each stream.
    pub piece: Duration,
    /// Congestion controller.
    pub congestion: Congestion,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 256,
            handshakes_max: 64,
            enrolments_max: 8,
            answers_max: 16,
            handshake: Duration::from_secs(20),
            request: Duration::from_secs(30),
            piece: Duration::from_secs(300),
            congestion: Congestion::default(),
        }
    }
}

/// Bounds of a node's connection.
#[derive(Debug, Clone)]
pub struct Timeouts {
    /// From the first packet to the welcome. Default 30 s.
    pub connect: Duration,
    /// For one call. Default 60 s.
    pub call: Duration,
    /// Silence after which the connection is over. Default 60 s; the server's limit is the same, and the smaller counts
    /// (RFC 9000 section 10.1). A third of this passes between keep-alive packets, which is under the 30 s after which
    /// some address translators forget a mapping.
    pub idle: Duration,
    /// Congestion controller.
    pub congestion: Congestion,
}

impl Default for Timeouts {
    fn default() -> Self {
        let (connect, call) = (Duration::from_secs(30), Duration::from_secs(60));
        Self { connect, call, idle: IDLE, congestion: Congestion::default() }
    }
}

/// Which congestion controller a connection uses; without one quinn's default, Cubic, which collapses on lines that
/// lose packets.
#[derive(Clone, Default)]
pub struct Congestion(pub Option<Arc<dyn ControllerFactory + Send + Sync>>);

impl fmt::Debug for Congestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Congestion(own)" } else { "Congestion(default)" })
    }
}

/// Requests a peer may have open; the rest waits at its end.
const STREAMS_MAX: u32 = 8;
/// A connection on which nothing at all arrives is over after this.
const IDLE: Duration = Duration::from_secs(60);

/// The transport of a server: receives little, sends much.
pub(super) fn server_transport(congestion: &Congestion) -> Arc<TransportConfig> {
    let mut transport = common(congestion, IDLE);
    transport
        .max_concurrent_bidi_streams(VarInt::from_u32(STREAMS_MAX))
        .stream_receive_window(VarInt::from_u32(512 << 10))
        .receive_window(VarInt::from_u32(2 << 20))
        .send_window(4 << 20);
    Arc::new(transport)
}

/// The transport of a node: 2 MiB a stream and 6 MiB in all, which is 80 Mbit/s at 600 ms.
pub(super) fn client_transport(timeouts: &Timeouts) -> Arc<TransportConfig> {
    let mut transport = common(&timeouts.congestion, timeouts.idle);
    transport
        .max_concurrent_bidi_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(2 << 20))
        .receive_window(VarInt::from_u32(6 << 20))
        .send_window(2 << 20)
        .keep_alive_interval(Some(timeouts.idle / 3));
    Arc::new(transport)
}

fn common(congestion: &Congestion, idle: Duration) -> TransportConfig {
    // Milliseconds; what does not fit is the longest that fits, 49 days.
    let idle_ms = u32::try_from(idle.as_millis()).unwrap_or(u32::MAX);
    let mut transport = TransportConfig::default();
    transport
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .datagram_receive_buffer_size(None)
        .max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(idle_ms))));
    if let Some(factory) = &congestion.0 {
        transport.congestion_controller_factory(factory.clone());
    }
    transport
}
