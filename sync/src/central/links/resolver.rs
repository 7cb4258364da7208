//! Finding whose a record is.

use redb::{Database, ReadOnlyTable, ReadableDatabase};
use tomoshibi_policies::record::{PersonId, Sex};
use tomoshibi_policies::time::PartialDate;

use super::LinksError;
use super::claimant::{Claimant, Unlinked};
use super::identity::{CardKey, IdentityRow};
use super::registration::rows;
use super::table::{FACTS, FACTS_LEN_BYTES, Facts, IDENTITIES, REFERENCES, person};
use tomoshibi_policies::names;

/// A view of the link table, unchanged by later registrations.
pub struct Resolver {
    references: ReadOnlyTable<&'static str, [u8; 16]>,
    facts: ReadOnlyTable<[u8; 16], [u8; FACTS_LEN_BYTES]>,
    identities: ReadOnlyTable<&'static [u8], i64>,
}

impl Resolver {
    pub(super) fn begin(database: &Database) -> Result<Self, LinksError> {
        let transaction = database.begin_read()?;
        Ok(Self {
            references: transaction.open_table(REFERENCES)?,
            facts: transaction.open_table(FACTS)?,
            identities: transaction.open_table(IDENTITIES)?,
        })
    }

    /// The person with this reference number.
    ///
    /// # Errors
    /// The table's.
    pub fn by_reference(&self, reference: &str) -> Result<Option<PersonId>, LinksError> {
        Ok(self.references.get(reference)?.map(|id| person(id.value())))
    }

    /// The one person a record is about, or why there is none.
    ///
    /// # Errors
    /// The table's.
    pub fn resolve(
        &self,
        claimant: &Claimant<'_>,
    ) -> Result<Result<PersonId, Unlinked>, LinksError> {
        if names::is_no_identity(claimant.number) {
            return Ok(Err(Unlinked::NoIdentity));
        }
        let card = CardKey::new(claimant.insurer, claimant.symbol, claimant.number);
        let Some(card) = card else { return Ok(Err(Unlinked::NoIdentity)) };
        let rows = rows(&self.identities, &card)?;
        let branch = CardKey::claimed_branch(claimant.insurer, claimant.branch);
        self.choose(claimant, branch, &rows)
    }

    fn choose(
        &self,
        claimant: &Claimant<'_>,
        branch: Option<u8>,
        rows: &[IdentityRow],
    ) -> Result<Result<PersonId, Unlinked>, LinksError> {
        // A register without the branch says nothing against the claim's.
        let fits =
            |row: &&IdentityRow| branch.is_none() || row.branch.is_none_or(|b| branch == Some(b));
        let known: Vec<_> = rows.iter().filter(fits).collect();
        if known.is_empty() {
            return Ok(Err(Unlinked::Unknown));
        }
        let mut covered = known;
        covered.retain(|row| row.period.overlaps(&claimant.during));
        if covered.is_empty() {
            return Ok(Err(Unlinked::NotCovered));
        }
        // Contested first: whose facts agree does not settle to whom the identity belongs.
        let is_contested = |row: &IdentityRow| {
            CardKey::is_personal(claimant.insurer, row.branch) && is_contested(row, &covered)
        };
        if branch.is_some() && covered.iter().any(|row| row.branch == branch && is_contested(row)) {
            return Ok(Err(Unlinked::Contested));
        }
        let mut agreeing = Vec::new();
        for row in &covered {
            if self.agrees(row.person, claimant.facts)? {
                agreeing.push(row);
            }
        }
        let Some(first) = agreeing.first() else { return Ok(Err(Unlinked::FactsDiffer)) };
        if agreeing.iter().any(|row| is_contested(row)) {
            return Ok(Err(Unlinked::Contested));
        }
        if agreeing.iter().any(|row| row.person != first.person) {
            return Ok(Err(Unlinked::Several));
        }
        Ok(Ok(first.person))
    }

    fn agrees(
        &self,
        id: PersonId,
        claimed: Option<(PartialDate, Sex)>,
    ) -> Result<bool, LinksError> {
        let Some((birth, sex)) = claimed else { return Ok(true) };
        let damaged = LinksError::Damaged { table: "facts-v1" };
        let Some(known) = self.facts.get(id.as_bytes())? else { return Err(damaged) };
        let known = Facts::from_bytes(&known.value()).ok_or(damaged)?;
        Ok(births_agree(known.birth, birth) && known.sex.agrees_with(sex))
    }
}

/// True when another person holds the same branch of the card at the same time.
fn is_contested(row: &IdentityRow, covered: &[&IdentityRow]) -> bool {
    covered.iter().any(|other| {
        other.person != row.person
            && other.branch == row.branch
            && other.period.overlaps(&row.period)
    })
}

/// Equal, or one known in part and covering the other's day. The numbers agree already, so this is no match by a
/// partial birth date alone.
fn births_agree(a: PartialDate, b: PartialDate) -> bool {
    a == b || a.day().is_some_and(|day| b.covers(day)) || b.day().is_some_and(|day| a.covers(day))
}
