//! What the centre knows when everything has come back: who looked, who was denied, what must be reviewed.
//!
//! Read from the ledger with the centre's own identity, as a reviewer would. Not covered: whether the evidence is sound
//! (`ledger verify`), and what was looked at.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::central::folder::Folder;
use tomoshibi_sync::central::init::name;
use tomoshibi_sync::central::keyfile::{KeyFileError, read_identity};
use tomoshibi_sync::central::ledger::{Ledger, LedgerError, OpenBodyError, RedbLedger, open_body};
use tomoshibi_sync::journal::{ConsentBasis, Event};
use tomoshibi_sync::seam::StdFiles;

/// Entries read at a time.
const PAGE_ENTRIES: usize = 256;

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The identity that opens entries.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// An entry.
    #[error(transparent)]
    Body(#[from] OpenBodyError),
}

impl AccountError {
    /// How a caller should react.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Ledger(error) => error.class(),
            Self::Key(error) => error.class(),
            Self::Body(error) => error.class(),
        }
    }
}

/// Counts over all journals of a centre.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Entries held.
    pub entries: u64,
    /// Records shown or printed, by the role that saw them.
    pub looks: BTreeMap<String, u64>,
    /// Look-ups the rules denied.
    pub denials: u64,
    /// Sign-ins that were refused.
    pub refused_sign_ins: u64,
    /// Vital interests claimed in place of consent, which somebody has to review.
    pub overrides: u64,
    /// Closings.
    pub closings: u64,
    /// Entries of the badge that was left out of the counts.
    pub left_out: u64,
}

/// Reads the ledger of the centre in `central`, which nobody else may have open. What the badge `except` did is
/// counted apart.
///
/// # Errors
/// When the ledger, its key or an entry cannot be read: a count that is not whole is none.
pub fn read(central: &Path, except: [u8; 16]) -> Result<Account, AccountError> {
    let folder = Folder::new(central);
    let identity = read_identity(&StdFiles, &folder.key(name::JOURNAL))?.expose();
    let ledger = RedbLedger::open(&folder.ledger())?;
    let mut account = Account::default();
    for journal in ledger.journals()? {
        let mut first = 0;
        loop {
            let page = ledger.entries(journal, first, PAGE_ENTRIES)?;
            let Some(last) = page.last() else { break };
            first = last.entry.place.saturating_add(1);
            for entry in &page {
                let (_, event) = open_body(&ledger, journal, entry, &identity)?;
                account.entries += 1;
                account.count(&event, except);
            }
        }
    }
    Ok(account)
}

impl Account {
    fn count(&mut self, event: &Event, except: [u8; 16]) {
        if badge_of(event) == Some(except) {
            self.left_out += 1;
            return;
        }
        match event {
            Event::Disclosed { disclosure } | Event::Printed { disclosure, .. } => {
                let role = disclosure.staff.role.as_str().to_owned();
                *self.looks.entry(role).or_default() += 1;
            }
            Event::Denied { .. } => self.denials += 1,
            Event::SignInRefused { .. } => self.refused_sign_ins += 1,
            Event::Consented { basis: ConsentBasis::VitalInterest { .. }, .. } => {
                self.overrides += 1;
            }
            Event::Closed { .. } => self.closings += 1,
            _ => {}
        }
    }
}

/// Whose act an entry tells, where it can be a look or a denial.
const fn badge_of(event: &Event) -> Option<[u8; 16]> {
    match event {
        Event::Disclosed { disclosure } | Event::Printed { disclosure, .. } => {
            Some(disclosure.staff.badge)
        }
        Event::Searched { staff, .. }
        | Event::IdentityConfirmed { staff, .. }
        | Event::Consented { staff, .. }
        | Event::Permitted { staff, .. }
        | Event::Denied { staff, .. } => Some(staff.badge),
        _ => None,
    }
}
