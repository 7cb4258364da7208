//! Brings a node's journal to the centre, when the line is back or over a carrier.
//!
//! ```text
//! node                                   centre
//! Where{journal}                 ->
//!                                <-      Have{size, root, cosigned checkpoint}
//! Batch{first, records, checkpoint} ->   verifies, stores in one transaction, cosigns
//!                                <-      Verdict{size, outcome, cosigned checkpoint}
//! Batch ...                      ->      ... until the sizes agree
//! ```
//!
//! Promises: at-least-once delivery and idempotent keys (node, incarnation, sequence, digest) give an exactly-once
//! effect under any loss, repetition and reordering of messages and restart of either side. Nothing counts as
//! acknowledged before the centre has it durably and has cosigned a checkpoint that covers it. A single bad entry is
//! kept as refused evidence and blocks nothing. A journal that does not continue the one the centre holds (a restored
//! disk, a clone) is kept beside it as a branch; the node goes on in a new incarnation.
//!
//! Cores only: [`Sender`] and [`judge`] do no I/O. Files are behind [`Evidence`], the ledger behind
//! `central::ledger`. FORMAT.md, section "Reconciliation".
//!
//! Not covered: whether a body can be opened or makes sense (`central::ledger::open_body`), and *safe*, the size that
//! is also in the centre's off-site backup.

mod acknowledged;
mod evidence;
mod message;
mod receiver;
mod sender;

pub use acknowledged::{Acknowledged, AcknowledgedError};
pub use evidence::{Evidence, EvidenceError, JournalEvidence};
pub use message::{
    BATCH_LEN_BYTES_MAX, BATCH_RECORDS_MAX, Batch, BatchRecord, Have, JournalId,
    MESSAGE_LEN_BYTES_MAX, Message, Outcome, Refusal, Verdict,
};
pub use receiver::{BranchReason, EntryFault, EntryVerdict, Judged, TakenEntry, judge};
pub use sender::{Ended, SendError, Sender, SenderEvent};
