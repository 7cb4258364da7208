//! Fetching a release at the moment of an opening, outside of any round.

use std::sync::{Arc, Weak};

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::wire::{Request, Response};

use super::session::unexpected;
use super::{connect, on_runtime, opening};
use crate::failure::Failure;
use crate::node::{FetchRelease, Node};

/// Asks the centre of a node for releases. Does not keep the node alive, which holds this.
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
        let gone = || Failure::new(ErrorClass::Transient, "no-line");
        let node = self.0.upgrade().ok_or_else(gone)?;
        // The release is sealed to the identity that was announced last: make sure that it is the one that is here.
        let recipient = opening::recipient(&node)?.ok_or_else(gone)?;
        on_runtime(|runtime| {
            runtime.block_on(async {
                let centre = connect::admitted(&node).await?;
                opening::announce(&centre, recipient).await?;
                match centre.call(&Request::RequestRelease { order }).await? {
                    Response::Release { bytes } => Ok(bytes),
                    other => Err(unexpected(&other)),
                }
            })
        })?
    }
}
