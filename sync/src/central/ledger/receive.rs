//! The centre's edge of reconciliation: reads the ledger, judges, stores, cosigns, answers.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use super::{Intake, Ledger, LedgerError, LedgerHead};
use crate::id::NodeId;
use crate::journal::{Origin, SignedCheckpoint, TreeHash};
use crate::reconcile::{
    Batch, EntryVerdict, Have, JournalId, Judged, Message, Outcome, Verdict, judge,
};
use crate::signed::{PublicKey, SigningKey};

/// How often a batch is judged again when another one of the same journal came in between.
const ATTEMPTS_MAX: usize = 3;

/// What the centre knows of an enrolled node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownNode {
    /// The node, as its connection proved.
    pub node: NodeId,
    /// Its home region.
    pub region: RegionCode,
    /// The key that signs its checkpoints.
    pub key: PublicKey,
}

/// Why a message gets no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// About another node's journal.
    #[error("node {node} speaks about the journal of {journal}")]
    OtherNode {
        /// Who speaks.
        node: NodeId,
        /// About whose journal.
        journal: JournalId,
    },
    /// A message that only the centre sends.
    #[error("the message is one that the centre sends")]
    Direction,
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl ReceiveError {
    /// Denied, invalid, or the ledger's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::OtherNode { .. } => ErrorClass::Denied,
            Self::Direction => ErrorClass::Invalid,
            Self::Ledger(error) => error.class(),
        }
    }
}

/// Answers one message of a node. What it brings is durable before the answer exists.
///
/// # Errors
/// See [`ReceiveError`].
pub fn receive(
    ledger: &dyn Ledger,
    known: &KnownNode,
    cosigner: &SigningKey,
    message: &Message,
    now: Timestamp,
) -> Result<Message, ReceiveError> {
    let journal = message.journal();
    if journal.node != known.node {
        return Err(ReceiveError::OtherNode { node: known.node, journal });
    }
    match message {
        Message::Where(_) => {
            let LedgerHead { head, cosigned } = ledger.head(journal)?;
            let (size, root) = (head.tree.size(), head.tree.root());
            Ok(Message::Have(Have { journal, size, root, cosigned }))
        }
        Message::Batch(batch) => take(ledger, known, cosigner, batch, now),
        Message::Have(_) | Message::Verdict(_) => Err(ReceiveError::Direction),
    }
}

fn take(
    ledger: &dyn Ledger,
    known: &KnownNode,
    cosigner: &SigningKey,
    batch: &Batch,
    now: Timestamp,
) -> Result<Message, ReceiveError> {
    let mut attempts = 1;
    loop {
        match try_take(ledger, known, cosigner, batch, now) {
            Err(ReceiveError::Ledger(LedgerError::Moved { .. })) if attempts < ATTEMPTS_MAX => {
                attempts += 1;
            }
            other => return other,
        }
    }
}

fn try_take(
    ledger: &dyn Ledger,
    known: &KnownNode,
    cosigner: &SigningKey,
    batch: &Batch,
    now: Timestamp,
) -> Result<Message, ReceiveError> {
    let journal = batch.journal;
    let KnownNode { node, region, key } = *known;
    let origin = Origin { region, node, incarnation: journal.incarnation };
    let held = ledger.head(journal)?;
    let leaves: Vec<TreeHash> = ledger
        .entries(journal, batch.first, batch.records.len())?
        .iter()
        .map(|held| held.entry.leaf())
        .collect();
    let judged = judge(batch, &held.head, &leaves, origin, &key);
    let head = judged.head.clone().map(|head| {
        let cosigned = judged.checkpoint.clone().map(|note| cosign(note, origin, cosigner, now));
        LedgerHead { head, cosigned }
    });
    let verdict = verdict(batch, &judged, head.as_ref().unwrap_or(&held));
    if !judged.entries.is_empty() || !judged.branch.is_empty() {
        let expected = held.head.tree.size();
        let Judged { entries, branch, .. } = judged;
        let keys = batch.keys.clone();
        ledger.take(&Intake {
            journal,
            expected,
            head,
            entries,
            branch,
            keys,
            received_at: now,
        })?;
    }
    if !matches!(verdict.outcome, Outcome::Accepted) {
        // Not accepted is an alarm, or a message out of order: the branch table tells which.
        tracing::warn!(%journal, first = batch.first, outcome = ?verdict.outcome, "batch not accepted");
    }
    Ok(Message::Verdict(verdict))
}

fn cosign(
    mut note: SignedCheckpoint,
    origin: Origin,
    cosigner: &SigningKey,
    now: Timestamp,
) -> String {
    note.cosign(&origin.centre_name(), cosigner, now);
    note.to_string()
}

fn verdict(batch: &Batch, judged: &Judged, now_held: &LedgerHead) -> Verdict {
    let refused = |entry: &&_| matches!(entry, EntryVerdict::Refused(_));
    let refused = judged.entries.iter().map(|entry| &entry.verdict).filter(refused).count();
    Verdict {
        journal: batch.journal,
        first: batch.first,
        end: batch.end(),
        outcome: judged.outcome,
        // A batch has at most BATCH_RECORDS_MAX entries.
        accepted: judged.entries.len() as u32,
        duplicates: judged.duplicates,
        refused: refused as u32,
        size: now_held.head.tree.size(),
        cosigned: now_held.cosigned.clone(),
    }
}
