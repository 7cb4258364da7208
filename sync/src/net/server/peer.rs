//! One connection of a server: who it is, and what that allows.

use std::sync::Arc;

use quinn::crypto::rustls::HandshakeData;
use quinn::{Connection, Incoming, VarInt};
use rustls::pki_types::CertificateDer;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{House, exchange};
use crate::id::NodeId;
use crate::net::error::{CLOSE_BUSY, CLOSE_DONE, CLOSE_NOT_ADMITTED};
use crate::service::Fingerprint;
use crate::wire::ALPN_ENROL;

/// A peer that was admitted, and the certificate that has to stay in the directory.
pub(super) struct Admitted {
    pub(super) connection: Connection,
    pub(super) node: NodeId,
    certificate: Fingerprint,
}

impl Admitted {
    /// Asks the directory again; closes the connection when it no longer knows the certificate.
    pub(super) fn is_still(&self, house: &House) -> bool {
        let still = house.directory.node_of(&self.certificate) == Some(self.node);
        if !still {
            tracing::warn!(node = %self.node, "certificate is no longer admitted, closing");
            close(&self.connection, CLOSE_NOT_ADMITTED, "the certificate is no longer admitted");
        }
        still
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
        tracing::warn!(%certificate, "a certificate of this centre that is not admitted");
        return close(&connection, CLOSE_NOT_ADMITTED, "the certificate is not admitted");
    };
    tracing::debug!(%node, "connected");
    let peer = Arc::new(Admitted { connection, node, certificate });
    let mut exchanges = JoinSet::new();
    // The transport lets a peer open as many streams as it may; each is one task.
    loop {
        tokio::select! {
            stream = peer.connection.accept_bi() => match stream {
                Ok(stream) => drop(exchanges.spawn(exchange::handle(house.clone(), peer.clone(), stream))),
                Err(error) => return tracing::debug!(%node, %error, "connection is over"),
            },
            Some(_) = exchanges.join_next() => {}
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
