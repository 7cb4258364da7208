//! Who may sign what: the trust root, pinned at enrolment.
//!
//! Roles and thresholds follow TUF: *root* signs this list, *publisher* signs manifests, *authority* signs orders and
//! revocation lists, *enrolment* signs badges. One key has one role. FORMAT.md, section "Trust root".
//!
//! Not covered yet: rotation of the root itself (a new root is taken only by enrolling again).

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use crate::codec::{self, CodecError};
use crate::id::Digest;
use crate::signed::{PublicKey, Signed, SignedError, SignedKind, SigningKey};

/// Newest version of the body.
pub const VERSION: u16 = 1;
/// Most keys of all roles together.
pub const KEYS_MAX: usize = 64;
const LEN_BYTES_MAX: usize = 16 << 10;

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Signs trust roots and new epochs.
    Root,
    /// Signs manifests.
    Publisher,
    /// Signs orders, their revocation, and revocation lists.
    Authority,
    /// Signs badges.
    Enrolment,
    /// The centre's own word: acknowledgements, issue times, cosignatures.
    Centre,
}

impl Role {
    /// Every role, in the order of the format.
    pub const ALL: [Self; 5] =
        [Self::Root, Self::Publisher, Self::Authority, Self::Enrolment, Self::Centre];

    /// The word used in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Publisher => "publisher",
            Self::Authority => "authority",
            Self::Enrolment => "enrolment",
            Self::Centre => "centre",
        }
    }
}

/// The keys of one role, and how many of them must sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleKeys {
    /// The role.
    pub role: Role,
    /// Signatures needed, at least 1 and at most as many as there are keys.
    pub threshold: u8,
    /// The keys.
    pub keys: Vec<PublicKey>,
}

/// The verified list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustRoot {
    /// Grows with each new list; a node never goes back.
    pub number: u64,
    /// The region.
    pub region: RegionCode,
    /// True for a drill's root: keys of drills and of real regions never meet.
    pub drill: bool,
    /// age recipient of the centre, to which journal bodies and opening requests are sealed.
    pub centre_recipient: String,
    /// One entry a role, in the order of [`Role::ALL`].
    pub roles: Vec<RoleKeys>,
}

#[derive(Serialize, Deserialize)]
struct TrustRootV1 {
    number: u64,
    region: u8,
    drill: bool,
    centre_recipient: String,
    roles: Vec<(u8, Vec<PublicKey>)>,
}

/// Why a trust root is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The envelope.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A role without keys, a threshold out of range, a key with two roles, an unknown region, too many keys.
    #[error("trust root {number}: {what}")]
    Content {
        /// Number of the list.
        number: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// Not the list that was pinned.
    #[error("trust root has digest {found}, {expected} is pinned")]
    NotPinned {
        /// Digest of what was given.
        found: Digest,
        /// Digest pinned at enrolment.
        expected: Digest,
    },
}

impl TrustError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Signed(error) => error.class(),
            Self::Codec(error) => error.class(),
            Self::Content { .. } => ErrorClass::Invalid,
            Self::NotPinned { .. } => ErrorClass::Forged,
        }
    }
}

impl TrustRoot {
    /// Signs the list with the root keys.
    ///
    /// # Errors
    /// [`TrustError::Content`] when the list breaks a rule of its own.
    pub fn sign(&self, root_keys: &[&SigningKey]) -> Result<Vec<u8>, TrustError> {
        self.check()?;
        let wire = TrustRootV1 {
            number: self.number,
            region: self.region.get(),
            drill: self.drill,
            centre_recipient: self.centre_recipient.clone(),
            roles: self.roles.iter().map(|r| (r.threshold, r.keys.clone())).collect(),
        };
        let body = codec::encode("trust root", &wire)?;
        Ok(Signed::sign(SignedKind::TrustRoot, VERSION, body, root_keys).to_bytes())
    }

    /// Opens a list whose digest was pinned: the first one a node sees.
    ///
    /// # Errors
    /// See [`TrustError`]. The list must also be signed by its own root keys.
    pub fn open_pinned(bytes: &[u8], pin: Digest) -> Result<Self, TrustError> {
        let found = Digest::of(bytes);
        if found != pin {
            return Err(TrustError::NotPinned { found, expected: pin });
        }
        let signed = Signed::parse(SignedKind::TrustRoot, VERSION, bytes)?;
        let root = Self::decode(signed.unverified_body())?;
        signed.verify(root.keys(Role::Root), root.threshold(Role::Root))?;
        Ok(root)
    }

    /// The keys of a role.
    #[must_use]
    pub fn keys(&self, role: Role) -> &[PublicKey] {
        self.roles.iter().find(|r| r.role == role).map_or(&[], |r| &r.keys)
    }

    /// How many keys of a role must sign.
    #[must_use]
    pub fn threshold(&self, role: Role) -> usize {
        self.roles.iter().find(|r| r.role == role).map_or(usize::MAX, |r| r.threshold.into())
    }

    fn decode(body: &[u8]) -> Result<Self, TrustError> {
        let wire: TrustRootV1 = codec::decode::<_, LEN_BYTES_MAX>("trust root", body)?;
        let content = |what| TrustError::Content { number: wire.number, what };
        if wire.roles.len() != Role::ALL.len() {
            return Err(content("the list of roles is not complete"));
        }
        let roles = Role::ALL
            .into_iter()
            .zip(wire.roles.iter().cloned())
            .map(|(role, (threshold, keys))| RoleKeys { role, threshold, keys })
            .collect();
        let root = Self {
            number: wire.number,
            region: RegionCode::new(wire.region).map_err(|_| content("the region is unknown"))?,
            drill: wire.drill,
            centre_recipient: wire.centre_recipient,
            roles,
        };
        root.check()?;
        Ok(root)
    }

    fn check(&self) -> Result<(), TrustError> {
        let content = |what| Err(TrustError::Content { number: self.number, what });
        let mut keys: Vec<_> = self.roles.iter().flat_map(|r| &r.keys).collect();
        let count = keys.len();
        if count > KEYS_MAX {
            return content("more keys than a list may have");
        }
        keys.sort();
        keys.dedup();
        if keys.len() != count {
            return content("a key stands in the list twice");
        }
        let in_order = self.roles.iter().map(|r| r.role).eq(Role::ALL);
        let sound = |r: &RoleKeys| r.threshold >= 1 && usize::from(r.threshold) <= r.keys.len();
        match in_order && self.roles.iter().all(sound) {
            true => Ok(()),
            false => content("a role has no keys or a threshold that cannot be met"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed(&[n; 32])
    }

    fn root() -> TrustRoot {
        let role = |role, n: u8| RoleKeys { role, threshold: 1, keys: vec![key(n).public()] };
        TrustRoot {
            number: 1,
            region: RegionCode::new(17).unwrap(),
            drill: true,
            centre_recipient: "age1sample".into(),
            roles: Role::ALL.into_iter().zip(1..).map(|(r, n)| role(r, n)).collect(),
        }
    }

    #[test]
    fn the_pinned_list_opens() {
        let bytes = root().sign(&[&key(1)]).unwrap();
        assert_eq!(TrustRoot::open_pinned(&bytes, Digest::of(&bytes)), Ok(root()));
    }

    #[test]
    fn another_list_than_the_pinned_is_forged() {
        let bytes = root().sign(&[&key(1)]).unwrap();
        let other = TrustRoot { number: 2, ..root() }.sign(&[&key(1)]).unwrap();
        let error = TrustRoot::open_pinned(&other, Digest::of(&bytes)).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Forged);
    }

    #[test]
    fn a_list_not_signed_by_its_root_is_forged() {
        let bytes = root().sign(&[&key(2)]).unwrap();
        let error = TrustRoot::open_pinned(&bytes, Digest::of(&bytes)).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Forged);
    }

    #[test]
    fn lists_that_break_their_own_rules_are_not_signed() {
        let mut twice = root();
        twice.roles[1].keys = vec![key(1).public()];
        let mut unreachable = root();
        unreachable.roles[2].threshold = 2;
        let mut zero = root();
        zero.roles[2].threshold = 0;
        let mut missing = root();
        missing.roles.pop();
        for bad in [twice, unreachable, zero, missing] {
            assert!(matches!(bad.sign(&[&key(1)]), Err(TrustError::Content { .. })));
        }
    }
}
