//! Peers that are not ours: clients and servers made of bare quinn and rustls.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{Connection, Endpoint, RecvStream, SendStream};
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tomoshibi_sync::net::{CENTRE_NAME, LineError, NodeCredentials};
use tomoshibi_sync::signed::SigningKey;

fn provider(group: &'static dyn SupportedKxGroup) -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { kx_groups: vec![group], ..default_provider() })
}

fn private_key(key: &SigningKey) -> PrivateKeyDer<'static> {
    let prefix = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
    PrivatePkcs8KeyDer::from([&prefix[..], &key.seed()[..]].concat()).into()
}

/// What a client shows and speaks.
pub(crate) struct RawClient<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) ca: &'a [u8],
    pub(crate) alpn: &'a [u8],
    pub(crate) shows: Option<&'a NodeCredentials>,
    pub(crate) group: &'static dyn SupportedKxGroup,
}

impl<'a> RawClient<'a> {
    pub(crate) fn new(address: SocketAddr, ca: &'a [u8], alpn: &'a [u8]) -> Self {
        Self { address, ca, alpn, shows: None, group: kx_group::X25519MLKEM768 }
    }

    pub(crate) async fn connect(self) -> Result<(Endpoint, Connection), LineError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.ca.into()).unwrap();
        let builder = ClientConfig::builder_with_provider(provider(self.group))
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match self.shows {
            None => builder.with_no_client_auth(),
            Some(node) => {
                let chain = vec![CertificateDer::from(node.certificate.clone())];
                builder.with_client_auth_cert(chain, private_key(&node.key)).unwrap()
            }
        };
        config.alpn_protocols = vec![self.alpn.to_vec()];
        let config =
            quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(config).unwrap()));
        let endpoint = Endpoint::client((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let connecting = endpoint.connect_with(config, self.address, CENTRE_NAME).unwrap();
        let connection = connecting.await.map_err(LineError::from)?;
        Ok((endpoint, connection))
    }
}

/// A server that shows this chain and treats every stream as `answer` says.
pub(crate) fn raw_server<F>(
    chain: &[&[u8]],
    key: &SigningKey,
    answer: impl Fn(SendStream, RecvStream) -> F + Send + Clone + 'static,
) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let chain = chain.iter().map(|c| CertificateDer::from(c.to_vec())).collect();
    let mut config = ServerConfig::builder_with_provider(provider(kx_group::X25519MLKEM768))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, private_key(key))
        .unwrap();
    config.alpn_protocols = vec![b"tomoshibi/1".to_vec(), b"tomoshibi-enrol/1".to_vec()];
    let config = QuicServerConfig::try_from(config).unwrap();
    let config = quinn::ServerConfig::with_crypto(Arc::new(config));
    let endpoint = Endpoint::server(config, (Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = endpoint.local_addr().unwrap();
    tokio::spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let Ok(connection) = incoming.await else { return };
                while let Ok((send, recv)) = connection.accept_bi().await {
                    tokio::spawn(answer(send, recv));
                }
            });
        }
    });
    address
}
