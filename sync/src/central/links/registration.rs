//! Registering people: reference number to id, identities to ids.

use redb::{Database, ReadableTable, WriteTransaction};
use tomoshibi_policies::record::{Coverage, PersonId, SourceOrder};

use super::LinksError;
use super::identity::{CardKey, IdentityRow};
use super::table::{FACTS, Facts, IDENTITIES, REFERENCES, person};
use crate::central::ingest::oqs::Delivered;
use crate::seam::Entropy;

/// A change of the link table, durable and visible after [`Registration::commit`], undone when dropped.
pub struct Registration {
    transaction: WriteTransaction,
}

/// Where a delivered person was linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The id, new or known.
    pub person: PersonId,
    /// True when another reference number claims one of the identities at the same time.
    pub contested: bool,
}

impl Registration {
    pub(super) fn begin(database: &Database) -> Result<Self, LinksError> {
        let transaction = database.begin_write()?;
        transaction.open_table(REFERENCES)?;
        transaction.open_table(FACTS)?;
        transaction.open_table(IDENTITIES)?;
        Ok(Self { transaction })
    }

    /// Registers a delivered person. A delivery older than the newest known one adds identities that are missing and
    /// changes nothing else.
    ///
    /// # Errors
    /// The table's, and no random bytes for a new id.
    pub fn register(
        &mut self,
        delivered: &Delivered,
        order: SourceOrder,
        entropy: &dyn Entropy,
    ) -> Result<Registered, LinksError> {
        let id = self.person_of(&delivered.reference, entropy)?;
        let is_newest = self.put_facts(id, delivered, order)?;
        let mut contested = false;
        for coverage in &delivered.coverages {
            contested |= self.put_identity(id, coverage, &delivered.coverages, is_newest)?;
        }
        Ok(Registered { person: id, contested })
    }

    /// Makes everything registered durable.
    ///
    /// # Errors
    /// The table's; nothing of the change is then there.
    pub fn commit(self) -> Result<(), LinksError> {
        Ok(self.transaction.commit()?)
    }

    fn person_of(&self, reference: &str, entropy: &dyn Entropy) -> Result<PersonId, LinksError> {
        let mut references = self.transaction.open_table(REFERENCES)?;
        if let Some(known) = references.get(reference)? {
            return Ok(person(known.value()));
        }
        let id = entropy.bytes::<16>().map_err(LinksError::Entropy)?;
        references.insert(reference, id)?;
        Ok(person(id))
    }

    fn put_facts(
        &self,
        id: PersonId,
        delivered: &Delivered,
        order: SourceOrder,
    ) -> Result<bool, LinksError> {
        let mut facts = self.transaction.open_table(FACTS)?;
        let known = facts.get(id.as_bytes())?.map(|known| Facts::from_bytes(&known.value()));
        let known = known.map(|known| known.ok_or(LinksError::Damaged { table: "facts-v1" }));
        if known.transpose()?.is_some_and(|known| known.order > order) {
            return Ok(false);
        }
        let new = Facts { birth: delivered.birth, sex: delivered.sex, order };
        facts.insert(id.as_bytes(), new.to_bytes())?;
        Ok(true)
    }

    /// Puts one identity; true when another person's overlaps it.
    fn put_identity(
        &self,
        id: PersonId,
        coverage: &Coverage,
        all: &[Coverage],
        is_newest: bool,
    ) -> Result<bool, LinksError> {
        let Some((card, branch)) = CardKey::of(coverage) else { return Ok(false) };
        let row = IdentityRow { branch, person: id, period: coverage.period };
        let mut table = self.transaction.open_table(IDENTITIES)?;
        let known = rows(&table, &card)?;
        let same = |known: &IdentityRow| known.branch == branch;
        let own = known.iter().filter(|known| same(known) && known.person == id);
        // What the newest delivery says of an identity replaces everything older deliveries said of it.
        let is_stated = |old: &IdentityRow| {
            all.iter().any(|c| {
                CardKey::of(c) == Some((card.clone(), branch)) && c.period.from == old.period.from
            })
        };
        let stale: Vec<_> = own.clone().filter(|old| is_newest && !is_stated(old)).collect();
        if is_newest || own.count() == 0 {
            for old in stale {
                table.remove(card.row(old).0.as_slice())?;
            }
            let (key, until) = card.row(&row);
            table.insert(key.as_slice(), until)?;
        }
        let foreign =
            |known: &IdentityRow| known.person != id && known.period.overlaps(&row.period);
        let is_personal = CardKey::is_personal(coverage.insurer, branch);
        Ok(is_personal && known.iter().any(|known| same(known) && foreign(known)))
    }
}

/// The rows of a card, all branches.
pub(super) fn rows(
    table: &impl ReadableTable<&'static [u8], i64>,
    card: &CardKey,
) -> Result<Vec<IdentityRow>, LinksError> {
    let end = card.end();
    let mut rows = Vec::new();
    for row in table.range::<&[u8]>(card.prefix()..end.as_slice())? {
        let (key, until) = row?;
        let row = card.read(key.value(), until.value());
        rows.push(row.ok_or(LinksError::Damaged { table: "identities-v1" })?);
    }
    Ok(rows)
}
