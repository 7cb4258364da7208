//! One connection of a server: who it is, and what that allows.

use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::HandshakeData;
use quinn::{Connection, Incoming, VarInt};
use rustls::pki_types::CertificateDer;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tomoshibi_policies::ErrorClass;

use super::{House, exchange};
use crate::id::NodeId;
use crate::net::error::{CLOSE_BUSY, CLOSE_DONE, CLOSE_NOT_ADMITTED};
use crate::service::Fingerprint;
use crate::wire::{ALPN_ENROL, Refusal, code};

/// How long a peer that is no longer admitted has its requests refused before the connection is closed. A refusal on a
/// stream is repeated until it arrives; the packet that closes a connection may be lost in what was sent before it.
const FAREWELL: Duration = Duration::from_secs(3);
const NOT_ADMITTED: &str = "the certificate is not admitted";
const REVOKED: &str = "the certificate of this node is revoked";

/// Why a certificate is not admitted: the code and the words for its owner.
fn refusal(house: &House, certificate: &Fingerprint) -> (&'static str, &'static str) {
    match house.directory.is_revoked(certificate) {
        true => (code::NODE_REVOKED, REVOKED),
        false => (code::NOT_ENROLLED, NOT_ADMITTED),
    }
}

/// A peer that was admitted, and the certificate that has to stay in the directory.
pub(super) struct Admitted {
    connection: Connection,
    pub(super) node: NodeId,
    certificate: Fingerprint,
    revoked: Notify,
}

impl Admitted {
    /// Asks the directory again. From the first no on, the connection has not long to live.
    pub(super) fn check(&self, house: &House) -> Result<(), Refusal> {
        if house.directory.node_of(&self.certificate) == Some(self.node) {
            return Ok(());
        }
        let (code, text) = refusal(house, &self.certificate);
        tracing::warn!(node = %self.node, code, "certificate is no longer admitted");
        self.revoked.notify_one();
        Err(Refusal::new(ErrorClass::Denied, code, text))
    }
}

pub(super) async fn handle(house: Arc<House>, incoming: Incoming, permit: OwnedSemaphorePermit) {
    let address = incoming.remote_address();
    let handshake = async { incoming.accept()?.await };
    let connection = match timeout(house.limits.handshake, handshake).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return tracing::debug!(%address, %error, "handshake failed"),
        Err(_) => return tracing::debug!(%address, "handshake took too long"),
    };
    drop(permit);
    if protocol(&connection).as_deref() == Some(ALPN_ENROL) {
        enrol(&house, connection).await;
    } else {
        admit(house, connection).await;
    }
}

/// A peer that has shown nothing may send one enrolment. Nothing else is read from it.
async fn enrol(house: &Arc<House>, connection: Connection) {
    let Ok(_permit) = house.enrolments.clone().try_acquire_owned() else {
        return close(&connection, CLOSE_BUSY, "too many enrolments at once");
    };
    let one = async {
        let stream = connection.accept_bi().await.ok()?;
        exchange::enrol(house, stream).await
    };
    let _ = timeout(house.limits.request, one).await;
    close(&connection, CLOSE_DONE, "an enrolment is one request");
}

async fn admit(house: Arc<House>, connection: Connection) {
    let Ok(_permit) = house.connections.clone().try_acquire_owned() else {
        return close(&connection, CLOSE_BUSY, "too many connections");
    };
    let Some(certificate) = certificate(&connection) else {
        return close(&connection, CLOSE_NOT_ADMITTED, "a node's certificate is needed");
    };
    let Some(node) = house.directory.node_of(&certificate) else {
        let (code, text) = refusal(&house, &certificate);
        tracing::warn!(%certificate, code, "a certificate of this centre that is not admitted");
        return close(&connection, CLOSE_NOT_ADMITTED, text);
    };
    tracing::debug!(%node, "connected");
    let peer = Arc::new(Admitted { connection, node, certificate, revoked: Notify::new() });
    let mut exchanges = JoinSet::new();
    let farewell = async {
        peer.revoked.notified().await;
        sleep(FAREWELL).await;
    };
    tokio::pin!(farewell);
    // The transport lets a peer open as many streams as it may; each is one task.
    loop {
        tokio::select! {
            stream = peer.connection.accept_bi() => match stream {
                Ok(stream) => drop(exchanges.spawn(exchange::handle(house.clone(), peer.clone(), stream))),
                Err(error) => return tracing::debug!(%node, %error, "connection is over"),
            },
            Some(_) = exchanges.join_next() => {}
            // Closed before the exchanges are dropped: a dropped stream ends as if it had said everything.
            () = &mut farewell => return close(&peer.connection, CLOSE_NOT_ADMITTED, NOT_ADMITTED),
        }
    }
}

fn protocol(connection: &Connection) -> Option<Vec<u8>> {
    let data = connection.handshake_data()?.downcast::<HandshakeData>().ok()?;
    data.protocol
}

fn certificate(connection: &Connection) -> Option<Fingerprint> {
    let chain = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    chain.first().map(|certificate| Fingerprint::of(certificate))
}

fn close(connection: &Connection, code: VarInt, reason: &str) {
    connection.close(code, reason.as_bytes());
}
