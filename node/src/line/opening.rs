//! The opening identity that the centre seals the next release to.

use tomoshibi_sync::net::Centre;
use tomoshibi_sync::wire::{Request, Response};

use super::session::{Session, unexpected};
use crate::failure::Failure;
use crate::folder::Secret;
use crate::keys;
use crate::node::Node;
use crate::state::key;

impl Session<'_> {
    /// Announces the opening identity, in every round: a centre restored from a backup has forgotten it, and to say it
    /// again costs one packet. One that was destroyed at a closing is replaced once the closing is over.
    pub(super) fn announce_opening(&mut self, centre: &Centre) -> Result<(), Failure> {
        let Some(recipient) = recipient(self.node)? else { return Ok(()) };
        self.wait(announce(centre, recipient))?
    }
}

/// Tells the centre to what the next release is to be sealed.
pub(super) async fn announce(centre: &Centre, recipient: String) -> Result<(), Failure> {
    match centre.call(&Request::AnnounceOpening { recipient }).await? {
        Response::Announced => Ok(()),
        other => Err(unexpected(&other)),
    }
}

/// The public half of the opening identity; none while a closing has destroyed it and is not over.
pub(super) fn recipient(node: &Node) -> Result<Option<String>, Failure> {
    let (store, seams) = (node.store(), node.seams());
    let (folder, secret) = (store.folder(), Secret::OpeningIdentity);
    let is_there = folder.has_secret(&*seams.files, secret);
    if !is_there && store.state().holds(key::ACTIVATION)? {
        return Ok(None);
    }
    let identity = keys::make_identity(folder, seams, secret)?;
    Ok(Some(identity.to_recipient().to_string()))
}
