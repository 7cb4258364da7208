//! `ledger`: from the file, or from the running `serve` that has it open.

use serde_json::{Value, json};
use tomoshibi_policies::ErrorClass;

use super::arguments::Ledger as Asked;
use super::centre::Centre;
use super::control;
use super::failure::Failure;
use super::report::Report;
use crate::central::audit::{self, Signers};
use crate::central::directory::Directory;
use crate::central::ledger::{Ledger, LedgerError, RedbLedger};
use crate::journal::{ClearPart, ClockQuality, EntryKind};
use crate::reconcile::{EntryVerdict, JournalId};
use crate::trust::{Role, TrustRoot};

/// Entries told at once.
const PAGE_ENTRIES: usize = 1024;

/// What is asked of the ledger; its word goes over the control socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Status,
    Entries,
    Verify,
}

impl Question {
    pub(super) const ALL: [Self; 3] = [Self::Status, Self::Entries, Self::Verify];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Entries => "entries",
            Self::Verify => "verify",
        }
    }
}

pub(super) fn run(centre: &Centre, asked: Asked) -> Result<Report, Failure> {
    let question = match asked {
        Asked::Status => Question::Status,
        Asked::Entries => Question::Entries,
        Asked::Verify => Question::Verify,
    };
    let answer = ask(centre, question)?;
    let findings = answer.as_array().into_iter().flatten();
    let bad = findings.filter(|j| j["findings"].as_array().is_some_and(|f| !f.is_empty())).count();
    if question == Question::Verify && bad > 0 {
        Report::new(answer, "").print(true)?;
        let what = format!("{bad} journals do not verify");
        return Err(Failure::new(ErrorClass::Corrupt, what));
    }
    let lines: Vec<String> =
        answer.as_array().into_iter().flatten().map(Value::to_string).collect();
    Ok(Report::new(answer, lines.join("\n")))
}

/// The answer, whoever has the ledger open.
pub(super) fn ask(centre: &Centre, question: Question) -> Result<Value, Failure> {
    if let Some(answer) = control::ask(&centre.folder, question)? {
        return Ok(answer);
    }
    let ledger = RedbLedger::open(&centre.folder.ledger())?;
    Ok(answer(&ledger, &centre.directory()?, &centre.trust, question)?)
}

/// The answer from an open ledger.
pub(super) fn answer(
    ledger: &dyn Ledger,
    directory: &Directory,
    trust: &TrustRoot,
    question: Question,
) -> Result<Value, LedgerError> {
    let mut told = Vec::new();
    for journal in ledger.journals()? {
        match question {
            Question::Status => told.push(status(ledger, directory, journal)?),
            Question::Entries => entries(ledger, journal, &mut told)?,
            Question::Verify => {
                let node = directory.node(journal.node).map(|node| node.journal_key);
                let centre = trust.keys(Role::Centre).first().copied();
                let centre = centre.ok_or(LedgerError::Broken { what: "trust root" })?;
                let signers = Signers { region: trust.region, node, centre };
                told.push(json!(audit::audit(ledger, journal, &signers)?));
            }
        }
    }
    Ok(Value::Array(told))
}

fn status(
    ledger: &dyn Ledger,
    directory: &Directory,
    journal: JournalId,
) -> Result<Value, LedgerError> {
    let held = ledger.head(journal)?;
    let size = held.head.tree.size();
    let root = held.head.tree.root();
    Ok(json!({
        "node": journal.node.to_string(),
        "name": directory.node(journal.node).map(|node| node.name.clone()),
        "incarnation": journal.incarnation.0,
        "size": size,
        "root": root.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        // The ledger stores a head together with its cosigned checkpoint.
        "acknowledged": if held.cosigned.is_some() { size } else { 0 },
        "branches": ledger.branches(journal)?.len(),
    }))
}

fn entries(
    ledger: &dyn Ledger,
    journal: JournalId,
    told: &mut Vec<Value>,
) -> Result<(), LedgerError> {
    let mut first = 0;
    loop {
        let page = ledger.entries(journal, first, PAGE_ENTRIES)?;
        let Some(last) = page.last() else { return Ok(()) };
        first = last.entry.place.saturating_add(1);
        for held in &page {
            let clear = ClearPart::from_bytes(&held.entry.clear);
            let kind = clear.as_ref().and_then(|clear| EntryKind::from_code(clear.kind));
            let quality = clear.as_ref().and_then(|clear| ClockQuality::from_code(clear.quality));
            told.push(json!({
                "node": journal.node.to_string(),
                "incarnation": journal.incarnation.0,
                "sequence": held.entry.place,
                "at": clear.as_ref().map(|clear| clear.time.to_string()),
                "clock": quality.map(ClockQuality::as_str),
                "kind": kind.map(EntryKind::as_str),
                "accepted": held.entry.verdict == EntryVerdict::Accepted,
                "received_at": held.received_at.to_string(),
            }));
        }
    }
}
