//! Revocation lists: the badges and nodes that no longer count. FORMAT.md, section "Revocations".
//!
//! Promises: what [`RevocationList::open`] gives was signed by the authority's threshold for this region, is no drill's
//! unless the trust root is, and obeys every rule of [`RevocationError`]. The authority signs and not the enrolment key,
//! so that whoever steals the one key that makes badges can neither take everybody's away nor bring a lost one back.
//!
//! A list is complete in itself: it replaces the one before, and a reader that missed ten needs only the newest. Its
//! number rises with each list; see [`ListId::succeeds`]. Revoked beats valid, and once revoked is revoked for good:
//! whoever signs lists refuses to sign one that leaves somebody out ([`RevocationList::check_keeps`]).
//!
//! Not covered: orders, which are revoked by orders; and who a badge was issued to.

mod error;
mod reason;
mod succession;
mod wire;

use core::fmt;
use std::collections::BTreeMap;

use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::Timestamp;

pub use error::RevocationError;
pub use reason::{REASON_LEN_BYTES_MAX, Reason};
pub use succession::{ListId, Succession};

use crate::codec::{self, CodecError};
use crate::id::NodeId;
use crate::signed::{Signed, SignedKind, SigningKey};
use crate::trust::{Role, TrustRoot};

/// Newest version of the body.
pub const VERSION: u16 = 1;
/// Most badges and nodes together: the longest list fits one item of an inbox (256 KiB), signatures included. Badges
/// last for days and a region revokes a handful a month.
pub const ENTRIES_MAX: usize = 4096;
/// Longest body: [`ENTRIES_MAX`] entries of 58 bytes (id 16, time 9, reason 1 + 32), and the fields before them.
pub const BODY_LEN_BYTES_MAX: usize = 240 << 10;
/// What the codec may count for a body of that length: every number at its full width, for the shortest entries.
const DECODE_LIMIT: usize = 1 << 20;
const WHAT: &str = "revocation list";
const _: () = assert!(BODY_LEN_BYTES_MAX > ENTRIES_MAX * (16 + 9 + 1 + REASON_LEN_BYTES_MAX) + 64);

/// Since when something does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// What can be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revoked {
    /// A badge.
    Badge(BadgeId),
    /// A node's certificate.
    Node(NodeId),
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Badge(badge) => write!(f, "badge {badge}"),
            Self::Node(node) => write!(f, "node {node}"),
        }
    }
}

/// A list of what is revoked in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// Its place among the lists of the region, from 1.
    pub number: u64,
    /// The region.
    pub region: RegionCode,
    /// True for a drill.
    pub drill: bool,
    /// When it was issued; no entry is later.
    pub issued_at: Timestamp,
    /// Revoked badges.
    pub badges: BTreeMap<BadgeId, Revocation>,
    /// Nodes whose certificate is revoked.
    pub nodes: BTreeMap<NodeId, Revocation>,
}

impl RevocationList {
    /// How this badge or node was revoked; none while it counts.
    #[must_use]
    pub fn of(&self, subject: Revoked) -> Option<&Revocation> {
        match subject {
            Revoked::Badge(badge) => self.badges.get(&badge),
            Revoked::Node(node) => self.nodes.get(&node),
        }
    }

    /// Adds an entry; false when it is there already, and then stays as it was.
    pub fn add(&mut self, subject: Revoked, revocation: Revocation) -> bool {
        let is_new = self.of(subject).is_none();
        if is_new {
            match subject {
                Revoked::Badge(badge) => self.badges.insert(badge, revocation),
                Revoked::Node(node) => self.nodes.insert(node, revocation),
            };
        }
        is_new
    }

    /// Everything that is revoked, badges first, each by id.
    pub fn entries(&self) -> impl Iterator<Item = (Revoked, &Revocation)> {
        let badges = self.badges.iter().map(|(id, entry)| (Revoked::Badge(*id), entry));
        badges.chain(self.nodes.iter().map(|(id, entry)| (Revoked::Node(*id), entry)))
    }

    /// Refuses this list when it leaves out, or tells otherwise, what `former` says.
    ///
    /// # Errors
    /// [`RevocationError::Dropped`] with the first such entry.
    pub fn check_keeps(&self, former: &Self) -> Result<(), RevocationError> {
        let lost = former.entries().find(|(subject, entry)| self.of(*subject) != Some(*entry));
        lost.map_or(Ok(()), |(subject, _)| Err(RevocationError::Dropped { subject }))
    }

    /// Signs the list with the keys at hand; more can be added with [`Signed::add_signature`].
    ///
    /// # Errors
    /// [`RevocationError`] when it breaks a rule: what nobody would open is not signed.
    pub fn sign(&self, keys: &[&SigningKey]) -> Result<Vec<u8>, RevocationError> {
        self.check()?;
        let body = codec::encode(WHAT, &wire::RevocationListV1::from(self))?;
        Ok(Signed::sign(SignedKind::Revocations, VERSION, body, keys).to_bytes())
    }

    /// Opens a list of the trust root's region.
    ///
    /// # Errors
    /// See [`RevocationError`]: the signatures are checked first.
    pub fn open(bytes: &[u8], trust: &TrustRoot) -> Result<Self, RevocationError> {
        let signed = Signed::parse(SignedKind::Revocations, VERSION, bytes)?;
        let (_, body) =
            signed.verify(trust.keys(Role::Authority), trust.threshold(Role::Authority))?;
        if body.len() > BODY_LEN_BYTES_MAX {
            let (len, limit) = (body.len(), BODY_LEN_BYTES_MAX);
            return Err(CodecError::TooLong { what: WHAT, len, limit }.into());
        }
        let wire: wire::RevocationListV1 = codec::decode::<_, DECODE_LIMIT>(WHAT, body)?;
        let list = Self::try_from(wire)?;
        if list.region != trust.region {
            let (found, expected) = (list.region, trust.region);
            return Err(RevocationError::RegionMismatch { found, expected });
        }
        if list.drill != trust.drill {
            return Err(RevocationError::DrillMismatch { found: list.drill });
        }
        list.check()?;
        Ok(list)
    }

    fn check(&self) -> Result<(), RevocationError> {
        if self.number == 0 {
            return Err(RevocationError::Field { field: "the number" });
        }
        let found = self.badges.len().saturating_add(self.nodes.len());
        if found > ENTRIES_MAX {
            return Err(RevocationError::TooManyEntries { found, limit: ENTRIES_MAX });
        }
        // Whoever is told of a revocation must never read that it lies ahead.
        match self.entries().find(|(_, entry)| entry.at > self.issued_at) {
            Some((subject, entry)) => {
                let (at, issued_at) = (entry.at, self.issued_at);
                Err(RevocationError::NotYet { subject, at, issued_at })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
