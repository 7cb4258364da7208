//! Reaching the centre.

use std::time::Duration;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::net::{Centre, Timeouts};

use super::session::Session;
use crate::config::SyncConfig;
use crate::enrol::{self, credentials};
use crate::failure::Failure;
use crate::node::Node;
use crate::state::key;

/// Where the centre is: what the configuration says, else where it was at enrolment.
pub(super) fn address(node: &Node) -> Result<String, Failure> {
    if node.record().is_none() {
        return Err(Failure::new(ErrorClass::NotFound, "not-enrolled"));
    }
    if let Some(centre) = &node.config().centre {
        return Ok(centre.address.clone());
    }
    let known = node.store().state().get(&key::centre())?;
    known
        .map(|centre| centre.address)
        .ok_or_else(|| Failure::new(ErrorClass::NotFound, "centre-missing"))
}

/// How long the node waits for the centre.
fn timeouts(config: &SyncConfig) -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(config.connect_seconds_max),
        call: Duration::from_secs(config.answer_seconds_max),
        ..Timeouts::default()
    }
}

impl Session<'_> {
    /// Reaches the centre.
    pub(super) fn connect(&mut self) -> Result<Centre, Failure> {
        let node = self.node;
        self.wait(admitted(node))?
    }
}

/// A connection on which the centre has said that it takes us for this node.
pub(super) async fn admitted(node: &Node) -> Result<Centre, Failure> {
    let address = address(node)?;
    let missing = || Failure::new(ErrorClass::NotFound, "not-enrolled");
    let record = node.record().ok_or_else(missing)?;
    let credentials = credentials(node.store().folder(), node.seams(), record)?;
    let at = enrol::resolve(&address).await?;
    Ok(Centre::connect(at, &credentials, &timeouts(&node.config().sync)).await?)
}
