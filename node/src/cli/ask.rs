//! Asks whoever owns the folder: a running owner, or this process for a moment.

use std::ops::ControlFlow;

use super::Context;
use crate::control::{CallError, Client, Handler, Progress, Request, Response};
use crate::failure::Failure;
use crate::folder::{Owner, OwnerError};
use crate::node::Node;

impl Context {
    /// The response to `request`; `progress` hears how far long work has got.
    pub(super) fn ask(
        &self,
        request: Request,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Response, Failure> {
        match Owner::claim(&self.folder) {
            Ok(owner) => {
                let node = Node::open(owner, &self.folder, self.seams.clone())?;
                node.handle(request, &mut |so_far| {
                    progress(so_far);
                    ControlFlow::Continue(())
                })
            }
            Err(error @ OwnerError::Owned { .. }) => self.ask_owner(request, progress, error),
            Err(error) => Err(error.into()),
        }
    }

    fn ask_owner(
        &self,
        request: Request,
        progress: &mut dyn FnMut(Progress),
        owned: OwnerError,
    ) -> Result<Response, Failure> {
        let mut client = match Client::connect(&self.folder) {
            Ok(client) => client,
            // An owner without a socket is another command at work, or one that is just starting.
            Err(CallError::Unreachable(_)) => return Err(owned.into()),
            Err(error) => return Err(error.into()),
        };
        Ok(client.call(request, progress)?)
    }
}

/// An answer to another question than the one asked.
pub(super) fn wrong_answer() -> Failure {
    CallError::Unknown.into()
}
