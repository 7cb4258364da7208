//! How the page listens: TLS, limits, and an end in good order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tomoshibi_policies::ErrorClass;

use super::{Site, certificate, routes};
use crate::config::PageConfig;
use crate::failure::Failure;
use crate::node::Node;
use crate::serve::Stop;

/// Time a browser has to say what it wants: one that says nothing holds a place that somebody needs.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Time that requests under way get when the node ends.
const GRACE: Duration = Duration::from_secs(5);
/// How often it looks whether the certificate has to be made anew.
const RENEWAL_INTERVAL: Duration = Duration::from_secs(3600);

/// A page that has its address and does not answer yet.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    config: PageConfig,
    certificate: certificate::PageCertificate,
    site: Arc<Site>,
}

/// Takes the address of the page.
///
/// # Errors
/// `page-listen` when the address cannot be had; what keeps a certificate from being made.
pub fn bind(node: &Arc<Node>, config: &PageConfig) -> Result<Listening, Failure> {
    let listener = listen(config.listen)?;
    let address = listener.local_addr().map_err(|error| listen_failure(config.listen, &error))?;
    let folder = node.store().folder();
    let certificate = certificate::issue(folder, node.seams(), config, address)?;
    if certificate.replaced {
        node.add_alarm(Failure::new(ErrorClass::Corrupt, "page-root-replaced"));
    }
    for name in &certificate.outside {
        let alarm = Failure::new(ErrorClass::Invalid, "page-name-outside");
        node.add_alarm(alarm.with("name", name.as_str()));
    }
    let site = Arc::new(Site::new(node.clone())?);
    Ok(Listening { listener, address, config: config.clone(), certificate, site })
}

impl Listening {
    /// Where people reach it from this machine.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Answers until `stop`.
    pub async fn serve(self, mut stop: Stop) {
        let tls = RustlsConfig::from_config(self.certificate.tls.clone());
        let handle = Handle::new();
        let renewal = tokio::spawn(renew(
            self.site.node().clone(),
            self.config,
            self.address,
            self.certificate.renew_at,
            tls.clone(),
        ));
        let end = handle.clone();
        tokio::spawn(async move {
            stop.stopped().await;
            end.graceful_shutdown(Some(GRACE));
        });
        let app = routes::all(self.site).into_make_service_with_connect_info::<SocketAddr>();
        let served = async {
            let mut server = axum_server::from_tcp_rustls(self.listener, tls)?.handle(handle);
            server.http_builder().http1().header_read_timeout(HEADER_TIME);
            server.http_builder().http1().timer(hyper_util::rt::TokioTimer::new());
            server.serve(app).await
        };
        if let Err(error) = served.await {
            tracing::error!(%error, "the page has ended");
        }
        renewal.abort();
    }
}

/// A socket that does not block, as the runtime wants it.
fn listen(at: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(at).map_err(|error| listen_failure(at, &error))?;
    listener.set_nonblocking(true).map_err(|error| listen_failure(at, &error))?;
    Ok(listener)
}

fn listen_failure(at: SocketAddr, error: &std::io::Error) -> Failure {
    let class = match error.kind() {
        std::io::ErrorKind::AddrInUse => ErrorClass::Conflict,
        _ => ErrorClass::Invalid,
    };
    let failure = Failure::new(class, "page-listen");
    failure.with("address", at.to_string()).with("cause", error.to_string())
}

/// Makes the certificate anew long before it ends: a node runs for years.
async fn renew(
    node: Arc<Node>,
    config: PageConfig,
    address: SocketAddr,
    mut renew_at: tomoshibi_policies::time::Timestamp,
    tls: RustlsConfig,
) {
    loop {
        tokio::time::sleep(RENEWAL_INTERVAL).await;
        if node.seams().clock.now() < renew_at {
            continue;
        }
        match certificate::issue(node.store().folder(), node.seams(), &config, address) {
            Ok(made) => {
                renew_at = made.renew_at;
                tls.reload_from_config(made.tls);
            }
            Err(failure) => tracing::error!(code = failure.code, "no new certificate for the page"),
        }
    }
}
