//! The line between nodes and centre: a relay of datagrams on loopback that can be cut and healed.
//!
//! Promises: while the line is cut not one datagram passes in either direction; healed, it carries again, also for
//! those who were connected before. Each client gets a socket of its own towards the centre, so that answers find
//! their way.
//!
//! Not covered: loss, delay and reordering; the simulator has those.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Longest datagram.
const DATAGRAM_LEN_BYTES_MAX: usize = 65_536;
/// How often a silent thread looks whether the line is gone.
const TICK: Duration = Duration::from_millis(50);

/// What all threads of a line look at.
#[derive(Debug, Default)]
struct State {
    is_cut: AtomicBool,
    is_gone: AtomicBool,
    carried: AtomicU64,
    lost: AtomicU64,
}

/// A line. Dropped, it ends.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    state: Arc<State>,
    relay: Option<JoinHandle<()>>,
}

impl Line {
    /// Lays a line to `centre`.
    ///
    /// # Errors
    /// When no socket is to be had.
    pub fn lay(centre: SocketAddr) -> io::Result<Self> {
        let socket = Arc::new(bind()?);
        let address = socket.local_addr()?;
        let state = Arc::new(State::default());
        let relay = Relay { socket, centre, state: state.clone(), clients: BTreeMap::new() };
        let relay = Some(thread::spawn(move || relay.run()));
        Ok(Self { address, state, relay })
    }

    /// Where nodes find the centre.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the line.
    pub fn cut(&self) {
        self.state.is_cut.store(true, Ordering::SeqCst);
    }

    /// Heals the line.
    pub fn heal(&self) {
        self.state.is_cut.store(false, Ordering::SeqCst);
    }

    /// Datagrams that passed so far.
    #[must_use]
    pub fn carried(&self) -> u64 {
        self.state.carried.load(Ordering::SeqCst)
    }

    /// Datagrams that the cut line lost so far.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.state.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.state.is_gone.store(true, Ordering::SeqCst);
        if let Some(relay) = self.relay.take() {
            // A relay that panicked carries nothing any more, which is all that is wanted here.
            let _ = relay.join();
        }
    }
}

fn bind() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(TICK))?;
    Ok(socket)
}

impl State {
    fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::SeqCst)
    }

    /// Counts a datagram, and says whether it passes.
    fn passes(&self) -> bool {
        let is_cut = self.is_cut.load(Ordering::SeqCst);
        let count = if is_cut { &self.lost } else { &self.carried };
        count.fetch_add(1, Ordering::SeqCst);
        !is_cut
    }
}

/// The thread that hears nodes.
struct Relay {
    socket: Arc<UdpSocket>,
    centre: SocketAddr,
    state: Arc<State>,
    clients: BTreeMap<SocketAddr, (Arc<UdpSocket>, JoinHandle<()>)>,
}

impl Relay {
    fn run(mut self) {
        let mut buffer = vec![0; DATAGRAM_LEN_BYTES_MAX];
        while !self.state.is_gone() {
            // A timeout is the tick; an unreachable port is told by ICMP and means that a client went away.
            let Ok((len, from)) = self.socket.recv_from(&mut buffer) else { continue };
            let Some(datagram) = buffer.get(..len).filter(|_| self.state.passes()) else {
                continue;
            };
            if let Ok(upstream) = self.upstream(from) {
                // A datagram that cannot be sent is a lost one.
                let _ = upstream.send(datagram);
            }
        }
        for (_, (_, answers)) in self.clients {
            let _ = answers.join();
        }
    }

    fn upstream(&mut self, client: SocketAddr) -> io::Result<Arc<UdpSocket>> {
        if let Some((socket, _)) = self.clients.get(&client) {
            return Ok(socket.clone());
        }
        let socket = Arc::new(bind()?);
        socket.connect(self.centre)?;
        let (upstream, down) = (socket.clone(), self.socket.clone());
        let state = self.state.clone();
        let answers = thread::spawn(move || carry_answers(&upstream, &down, client, &state));
        self.clients.insert(client, (socket.clone(), answers));
        Ok(socket)
    }
}

fn carry_answers(from: &UdpSocket, to: &UdpSocket, client: SocketAddr, state: &State) {
    let mut buffer = vec![0; DATAGRAM_LEN_BYTES_MAX];
    while !state.is_gone() {
        let Ok(len) = from.recv(&mut buffer) else { continue };
        if let Some(datagram) = buffer.get(..len).filter(|_| state.passes()) {
            // A datagram that cannot be sent is a lost one.
            let _ = to.send_to(datagram, client);
        }
    }
}
