//! The opening identity that the centre seals the next release to.

use tomoshibi_sync::net::Centre;
use tomoshibi_sync::wire::{Request, Response};

use super::session::{Session, unexpected};
use crate::failure::Failure;
use crate::folder::Secret;
use crate::keys;
use crate::state::key;

impl Session<'_> {
    /// Announces the opening identity, in every round: a centre restored from a backup has forgotten it, and to say it
    /// again costs one packet. One that was destroyed at a closing is replaced once the closing is over.
    pub(super) fn announce_opening(&mut self, centre: &Centre) -> Result<(), Failure> {
        let (store, seams) = (self.node.store(), self.node.seams());
        let (folder, secret) = (store.folder(), Secret::OpeningIdentity);
        let is_there = folder.has_secret(&*seams.files, secret);
        if !is_there && store.state().holds(key::ACTIVATION)? {
            return Ok(());
        }
        let identity = keys::make_identity(folder, seams, secret)?;
        let recipient = identity.to_recipient().to_string();
        match self.call(centre, &Request::AnnounceOpening { recipient })? {
            Response::Announced => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}
