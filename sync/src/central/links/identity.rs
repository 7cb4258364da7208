//! The key of an identity: insurer, folded symbol and number, branch.
//!
//! FORMAT of a row's key: insurer u32 big-endian, length u8 and bytes of the symbol key, length u8 and bytes of the
//! number key, branch u8 (0: none, else the branch plus one), id 16 bytes, first day i64 big-endian with the sign bit turned.

use tomoshibi_policies::record::{Coverage, InsurerNumber, PersonId};
use tomoshibi_policies::time::{DatePeriod, JstDate};

use super::table::OPEN_END;
use tomoshibi_policies::names;

/// Insurer, symbol and number, folded: everything but the branch.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct CardKey(Vec<u8>);

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct IdentityRow {
    /// None: not registered.
    pub(super) branch: Option<u8>,
    pub(super) person: PersonId,
    pub(super) period: DatePeriod,
}

impl CardKey {
    /// The key of a card; none when symbol or number are too long for any card or there is no number. The late
    /// elderly have no symbol, whatever a source writes.
    pub(super) fn new(insurer: InsurerNumber, symbol: &str, number: &str) -> Option<Self> {
        let symbol =
            if insurer.is_late_elderly() { String::new() } else { names::symbol_key(symbol) };
        let number = names::digits_key(number);
        if number.is_empty() {
            return None;
        }
        let mut key = insurer.number().to_be_bytes().to_vec();
        for part in [symbol, number] {
            key.push(u8::try_from(part.len()).ok()?);
            key.extend_from_slice(part.as_bytes());
        }
        Some(Self(key))
    }

    /// The branch that a record claims: none for the late elderly. `00` says nothing: it is the branch of some
    /// insured people, and what facilities write for one they do not know.
    pub(super) fn claimed_branch(insurer: InsurerNumber, branch: Option<u8>) -> Option<u8> {
        branch.filter(|branch| *branch != 0 && !insurer.is_late_elderly())
    }

    /// The key of a coverage with its registered branch; the late elderly have none.
    pub(super) fn of(coverage: &Coverage) -> Option<(Self, Option<u8>)> {
        let key = Self::new(coverage.insurer, &coverage.symbol, &coverage.number)?;
        Some((key, coverage.branch.filter(|_| !coverage.insurer.is_late_elderly())))
    }

    /// True when card and branch name one person: always with a branch, and for the late elderly, who have none. A
    /// family without registered branches shares its card.
    pub(super) const fn is_personal(insurer: InsurerNumber, branch: Option<u8>) -> bool {
        branch.is_some() || insurer.is_late_elderly()
    }

    /// What every row of this card begins with.
    pub(super) fn prefix(&self) -> &[u8] {
        &self.0
    }

    /// Where the rows of this card end (exclusive): branches are below 100.
    pub(super) fn end(&self) -> Vec<u8> {
        let mut end = self.0.clone();
        end.push(u8::MAX);
        end
    }

    /// The key of one row, and its value.
    pub(super) fn row(&self, row: &IdentityRow) -> (Vec<u8>, i64) {
        let mut key = self.0.clone();
        key.push(row.branch.map_or(0, |branch| branch.saturating_add(1)));
        key.extend_from_slice(row.person.as_bytes());
        key.extend_from_slice(&(row.period.from.days() ^ i64::MIN).to_be_bytes());
        (key, row.period.until.map_or(OPEN_END, JstDate::days))
    }

    /// Reads a row of this card.
    pub(super) fn read(&self, key: &[u8], until: i64) -> Option<IdentityRow> {
        let rest = key.strip_prefix(&self.0[..])?;
        let (branch, rest) = rest.split_first()?;
        let (person, from) = rest.split_first_chunk::<16>()?;
        let from = i64::from_be_bytes(from.try_into().ok()?) ^ i64::MIN;
        let until = Some(until).filter(|until| *until != OPEN_END).map(JstDate::from_days);
        Some(IdentityRow {
            branch: branch.checked_sub(1),
            person: PersonId::from_bytes(*person),
            period: DatePeriod { from: JstDate::from_days(from), until },
        })
    }
}
