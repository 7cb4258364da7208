//! What all screens of the page share.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;

use super::once::Once;
use super::rate::{ANY, COSTLY, Rate};
use crate::control::{Handler, Request, Response};
use crate::desk::{DeskReply, DeskRequest};
use crate::failure::Failure;
use crate::node::Node;

/// Questions that are worked on at once; more wait. Each may hold a thread for the length of a journal sync.
const AT_ONCE_MAX: usize = 32;

/// The page of one node.
pub(super) struct Site {
    node: Arc<Node>,
    /// Ties forms to browsers. Lives as long as the process: after a restart every form is loaded anew.
    secret: [u8; 32],
    pub(super) once: Once,
    any: Mutex<Rate>,
    costly: Mutex<Rate>,
    at_once: Arc<Semaphore>,
}

impl Site {
    pub(super) fn new(node: Arc<Node>) -> Result<Self, Failure> {
        let secret = node.seams().entropy.bytes().map_err(|_| no_randomness())?;
        Ok(Self {
            node,
            secret,
            once: Once::default(),
            any: Mutex::new(Rate::new(ANY)),
            costly: Mutex::new(Rate::new(COSTLY)),
            at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        })
    }

    pub(super) const fn node(&self) -> &Arc<Node> {
        &self.node
    }

    pub(super) fn now(&self) -> Timestamp {
        self.node.seams().clock.now()
    }

    /// Asks the desk.
    pub(super) async fn ask(&self, request: DeskRequest) -> Result<DeskReply, Failure> {
        match self.call(Request::Desk { request }).await? {
            Response::Desk(reply) => Ok(*reply),
            _ => Err(internal()),
        }
    }

    /// Asks the node, as the socket does, off the threads of the network.
    pub(super) async fn call(&self, request: Request) -> Result<Response, Failure> {
        self.blocking(move |node| {
            node.handle(request, &mut |_| std::ops::ControlFlow::Continue(()))
        })
        .await
    }

    /// Does blocking work with the node.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Node) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let place = self.at_once.clone().acquire_owned().await.map_err(|_| internal())?;
        let node = self.node.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work(&node)
        });
        done.await.map_err(|_| internal())?
    }

    /// What a form of this browser has to show.
    pub(super) fn seal(&self, browser: &str) -> String {
        Digest::of(&[b"tomoshibi form v1".as_slice(), &self.secret, browser.as_bytes()].concat())
            .to_string()
    }

    /// 32 hexadecimal digits that nobody can guess.
    pub(super) fn mark(&self) -> Result<String, Failure> {
        let bytes: [u8; 16] = self.node.seams().entropy.bytes().map_err(|_| no_randomness())?;
        Ok(tomoshibi_sync::id::NodeId::from_bytes(bytes).to_string())
    }

    /// True when this address may ask now.
    pub(super) fn may_ask(&self, address: IpAddr) -> bool {
        take(&self.any, address, self.node.seams().clock.running())
    }

    /// True when this address may ask something that costs much now.
    pub(super) fn may_try(&self, address: IpAddr) -> bool {
        take(&self.costly, address, self.node.seams().clock.running())
    }
}

fn take(rate: &Mutex<Rate>, address: IpAddr, now: Duration) -> bool {
    rate.lock().unwrap_or_else(PoisonError::into_inner).take(address, now)
}

fn internal() -> Failure {
    Failure::new(ErrorClass::Internal, "internal")
}

fn no_randomness() -> Failure {
    Failure::new(ErrorClass::Internal, "no-randomness")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use tomoshibi_sync::seam::{Clock, Files, StdFiles};

    use super::*;
    use crate::folder::{Folder, Owner};
    use crate::node::Seams;

    /// A clock on the wall that stands while the host runs.
    struct Stopped(AtomicU64);

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0)
        }

        fn running(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn a_share_comes_back_while_the_clock_on_the_wall_stands() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.create(&StdFiles).unwrap();
        let text = b"[node]\nname = \"x\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n";
        StdFiles.replace(&folder.config(), text).unwrap();
        let clock = Arc::new(Stopped(AtomicU64::new(0)));
        let seams = Seams { clock: clock.clone(), ..Seams::of_host() };
        let node = Node::open(Owner::claim(&folder).unwrap(), &folder, seams).unwrap();
        let site = Site::new(Arc::new(node)).unwrap();
        let address = IpAddr::from([192, 168, 1, 1]);
        while site.may_try(address) {}
        clock.0.store(60, Ordering::SeqCst);
        assert!(site.may_try(address));
        while site.may_ask(address) {}
        clock.0.store(120, Ordering::SeqCst);
        assert!(site.may_ask(address));
    }
}
