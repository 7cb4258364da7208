//! Both sides of a reconciliation, without a network.

#![allow(dead_code, unreachable_pub, reason = "shared by several tests, of which each uses a part")]

use std::sync::Arc;

use tomoshibi_sync::central::ledger::{KnownNode, Ledger, receive};
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{Checkpoint, Origin, TreeHash};
use tomoshibi_sync::reconcile::{
    Batch, Ended, Evidence, EvidenceError, JournalEvidence, JournalId, Message, Sender, SenderEvent,
};
use tomoshibi_sync::seam::MemoryFiles;
use tomoshibi_sync::signed::{PublicKey, SigningKey};

use crate::support::{at, dir, node_key, node_public, origin};

pub fn centre_key() -> SigningKey {
    SigningKey::from_seed(&[9; 32])
}

pub fn centre_public() -> PublicKey {
    centre_key().public()
}

pub fn origin_of(incarnation: u32) -> Origin {
    Origin { incarnation: Incarnation(incarnation), ..origin() }
}

pub fn journal_of(incarnation: u32) -> JournalId {
    JournalId { node: origin().node, incarnation: Incarnation(incarnation) }
}

pub fn known() -> KnownNode {
    KnownNode { node: origin().node, region: origin().region, key: node_public() }
}

pub fn evidence(files: &MemoryFiles, incarnation: u32, committed: u64) -> JournalEvidence {
    let files = Arc::new(files.clone());
    JournalEvidence::open(files, dir(), origin_of(incarnation), node_key(), committed).unwrap()
}

pub fn sender(incarnation: u32) -> Sender {
    Sender::new(origin_of(incarnation), node_public(), vec![centre_public()], 0)
}

pub fn answer(ledger: &dyn Ledger, message: &Message) -> Message {
    // Every message crosses as bytes.
    let message = Message::from_bytes(&message.to_bytes().unwrap()).unwrap();
    let answer = receive(ledger, &known(), &centre_key(), &message, at(100)).unwrap();
    Message::from_bytes(&answer.to_bytes().unwrap()).unwrap()
}

/// Runs a reconciliation without any loss; returns what the sender told.
pub fn run(
    ledger: &dyn Ledger,
    evidence: &mut dyn Evidence,
    mut sender: Sender,
) -> Vec<SenderEvent> {
    let mut events = Vec::new();
    while let Some(message) = sender.poll(evidence).unwrap() {
        let answer = answer(ledger, &message);
        events.extend(sender.handle(&answer, evidence).unwrap());
    }
    events
}

pub fn ended(events: &[SenderEvent]) -> Option<Ended> {
    events.iter().find_map(|event| match event {
        SenderEvent::Ended(ended) => Some(*ended),
        SenderEvent::Acknowledged { .. } => None,
    })
}

/// Evidence in batches of two entries, so that a few entries make many messages.
pub struct SmallBatches(pub JournalEvidence);

impl Evidence for SmallBatches {
    fn journal(&self) -> JournalId {
        self.0.journal()
    }

    fn size(&self) -> u64 {
        self.0.size()
    }

    fn earliest(&self) -> u64 {
        self.0.earliest()
    }

    fn root_at(&mut self, size: u64) -> Result<Option<TreeHash>, EvidenceError> {
        self.0.root_at(size)
    }

    fn batch(&mut self, first: u64, is_branch: bool) -> Result<Batch, EvidenceError> {
        let mut batch = self.0.batch(first, is_branch)?;
        batch.records.truncate(2);
        let size = batch.end();
        let root = self.0.root_at(size)?.unwrap();
        let origin = origin_of(self.journal().incarnation.0);
        batch.checkpoint = Checkpoint { origin, size, root }.sign(&node_key()).to_string();
        Ok(batch)
    }
}
