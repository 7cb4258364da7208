//! Fetching a release at the moment of opening.

use std::sync::{Arc, Weak};

use tokio::runtime::Handle;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::net::{Centre, Timeouts};
use tomoshibi_sync::wire::{Request, Response};

use super::connect;
use super::session::unexpected;
use crate::enrol::{self, credentials};
use crate::failure::Failure;
use crate::node::{FetchRelease, Node};

/// Asks the centre for releases, on behalf of a node that it does not keep alive.
pub struct ReleaseLine(Weak<Node>);

impl ReleaseLine {
    /// The line of `node`.
    #[must_use]
    pub fn of(node: &Arc<Node>) -> Self {
        Self(Arc::downgrade(node))
    }
}

impl FetchRelease for ReleaseLine {
    fn fetch(&self, order: Digest) -> Result<Vec<u8>, Failure> {
        let no_line = || Failure::new(ErrorClass::Transient, "no-line");
        let node = self.0.upgrade().ok_or_else(no_line)?;
        let record = node.record();
        let record = record.ok_or_else(|| Failure::new(ErrorClass::NotFound, "not-enrolled"))?;
        let address = connect::address(&node)?;
        let credentials = credentials(node.store().folder(), node.seams(), record)?;
        let runtime = Handle::try_current().map_err(|_| no_line())?;
        runtime.block_on(async {
            let at = enrol::resolve(&address).await?;
            let centre = Centre::connect(at, &credentials, &Timeouts::default()).await?;
            match centre.call(&Request::RequestRelease { order }).await? {
                Response::Release { bytes } => Ok(bytes),
                other => Err(unexpected(&other)),
            }
        })
    }
}
