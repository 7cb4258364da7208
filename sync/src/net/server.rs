//! The serving side.

mod exchange;
mod peer;

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn::{Endpoint, EndpointConfig, Incoming, TokioRuntime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::error::CLOSE_SHUTDOWN;
use super::limits::server_transport;
use super::tls::server_config;
use super::{Limits, ServerIdentity, SetupError};
use crate::service::{CentreService, PeerDirectory};

/// How long peers are given to hear that the server closes.
const FAREWELL: Duration = Duration::from_secs(3);

/// A socket that answers once [`Server::serve`] runs.
#[derive(Debug)]
pub struct Server {
    endpoint: Endpoint,
    limits: Limits,
}

/// What every connection of a server shares.
pub(super) struct House {
    service: Arc<dyn CentreService>,
    directory: Arc<dyn PeerDirectory>,
    limits: Limits,
    connections: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
    enrolments: Arc<Semaphore>,
    answers: Arc<Semaphore>,
}

impl Server {
    /// Binds a UDP socket.
    ///
    /// # Errors
    /// [`SetupError`] for an address or an identity that cannot be used.
    pub fn bind(
        address: SocketAddr,
        identity: &ServerIdentity,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        let mut config = quinn::ServerConfig::with_crypto(Arc::new(server_config(identity)?));
        config
            .transport_config(server_transport(&limits.congestion))
            .max_incoming(limits.handshakes_max);
        let socket = UdpSocket::bind(address).map_err(|error| SetupError::socket(&error))?;
        let runtime = Arc::new(TokioRuntime);
        let endpoint = Endpoint::new(EndpointConfig::default(), Some(config), socket, runtime)
            .map_err(|error| SetupError::socket(&error))?;
        Ok(Self { endpoint, limits })
    }

    /// The address it is bound to.
    ///
    /// # Errors
    /// [`SetupError`] when the system does not tell.
    pub fn local_addr(&self) -> Result<SocketAddr, SetupError> {
        self.endpoint.local_addr().map_err(|error| SetupError::socket(&error))
    }

    /// Serves until `shutdown` is done, then closes every connection. Calls of the service that run by then finish on
    /// their threads.
    pub async fn serve(
        self,
        service: Arc<dyn CentreService>,
        directory: Arc<dyn PeerDirectory>,
        shutdown: impl Future<Output = ()>,
    ) {
        let house = Arc::new(House::new(service, directory, self.limits));
        let mut peers = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                incoming = self.endpoint.accept() => {
                    let Some(incoming) = incoming else { break };
                    house.receive(incoming, &mut peers);
                }
                // Collected as they end, or a busy server would keep every result.
                Some(_) = peers.join_next() => {}
            }
        }
        self.endpoint.close(CLOSE_SHUTDOWN, b"shutting down");
        peers.shutdown().await;
        let _ = tokio::time::timeout(FAREWELL, self.endpoint.wait_idle()).await;
    }
}

impl House {
    fn new(
        service: Arc<dyn CentreService>,
        directory: Arc<dyn PeerDirectory>,
        limits: Limits,
    ) -> Self {
        let semaphore = |n: usize| Arc::new(Semaphore::new(n.min(Semaphore::MAX_PERMITS)));
        Self {
            service,
            directory,
            connections: semaphore(limits.connections_max),
            handshakes: semaphore(limits.handshakes_max),
            enrolments: semaphore(limits.enrolments_max),
            answers: semaphore(limits.answers_max),
            limits,
        }
    }

    fn receive(self: &Arc<Self>, incoming: Incoming, peers: &mut JoinSet<()>) {
        let Ok(permit) = self.handshakes.clone().try_acquire_owned() else {
            return incoming.refuse();
        };
        // Under load, somebody who forges addresses must not fill the slots of those who do not.
        let busy = self.handshakes.available_permits() < self.limits.handshakes_max / 2;
        if busy && incoming.may_retry() {
            if let Err(error) = incoming.retry() {
                error.into_incoming().ignore();
            }
            return;
        }
        peers.spawn(peer::handle(self.clone(), incoming, permit));
    }
}
