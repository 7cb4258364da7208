//! The envelope: header, body, signatures.

use tomoshibi_policies::ErrorClass;

use super::{KeyId, PublicKey, Signature, SigningKey};

// Signed envelope, little-endian. FORMAT.md, section "Signed envelope".
//  0  8  magic            "TMSIGN" 0x1A 0x0A
//  8  2  kind             u16, see SignedKind
// 10  2  version          u16 of the body's kind
// 12  4  body_len         u32, at most BODY_LEN_BYTES_MAX
// 16  n  body
//  .  2  signature_count  u16, 1..=SIGNATURES_MAX
//  . 72  signature        key id 8, Ed25519 signature 64; key ids strictly ascending
const MAGIC: [u8; 8] = *b"TMSIGN\x1A\x0A";
const HEADER_LEN_BYTES: usize = 16;
const SIGNATURE_LEN_BYTES: usize = 8 + 64;

/// Longest body: 4 MiB, a manifest of 40,000 segments (a region has hundreds).
pub const BODY_LEN_BYTES_MAX: usize = 4 << 20;
/// Most signatures on one body. Thresholds are small; this bounds the work of a hostile envelope to 64 checks.
pub const SIGNATURES_MAX: usize = 64;

/// What is signed. The number is part of the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum SignedKind {
    /// The list of keys and roles.
    TrustRoot = 1,
    /// The list of a snapshot's segments.
    Manifest = 2,
    /// The authority to open.
    Order = 3,
    /// What a node says when it has closed.
    ClosingReport = 4,
    /// Badges and certificates that no longer count.
    Revocations = 5,
    /// A centre's word to one node: a revoked or extended order, an acknowledgement.
    Notice = 6,
}

impl SignedKind {
    const fn name(self) -> &'static str {
        match self {
            Self::TrustRoot => "trust root",
            Self::Manifest => "manifest",
            Self::Order => "order",
            Self::ClosingReport => "closing report",
            Self::Revocations => "revocation list",
            Self::Notice => "notice",
        }
    }
}

/// Why an envelope is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Fewer bytes than the header, body or signatures need, or bytes after the last signature.
    #[error("a signed {kind} of {len} bytes is truncated or too long, it should have {expected}")]
    Length {
        /// What was expected.
        kind: &'static str,
        /// Bytes given.
        len: usize,
        /// Bytes the header calls for.
        expected: usize,
    },
    /// Not an envelope of this project.
    #[error("not a signed {kind}: the first bytes are wrong")]
    Magic {
        /// What was expected.
        kind: &'static str,
    },
    /// An envelope, but of another kind.
    #[error("expected a signed {kind}, found kind {found}")]
    Kind {
        /// What was expected.
        kind: &'static str,
        /// The kind's number in the envelope.
        found: u16,
    },
    /// A version of the body that this build does not know.
    #[error("version {found} of a {kind} is not known, at most {known} is: update this program")]
    Version {
        /// What was expected.
        kind: &'static str,
        /// Version in the envelope.
        found: u16,
        /// Newest version known.
        known: u16,
    },
    /// The body is longer than any real one.
    #[error("the body of a {kind} has {len} bytes, at most {limit} are read")]
    TooLong {
        /// What was expected.
        kind: &'static str,
        /// Length in the header.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// No signature, too many, or not in ascending order of key id (which also refuses repetitions).
    #[error("the signatures of a {kind} are missing, too many, repeated or out of order")]
    SignatureList {
        /// What was expected.
        kind: &'static str,
    },
    /// Too few signatures by keys that may sign this.
    #[error("a {kind} has {found} valid signatures by keys that count, {needed} are needed")]
    Threshold {
        /// What was expected.
        kind: &'static str,
        /// Valid signatures found.
        found: usize,
        /// Signatures needed.
        needed: usize,
    },
}

impl SignedError {
    /// Corrupt, unsupported or forged.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Length { .. } | Self::Magic { .. } | Self::SignatureList { .. } => {
                ErrorClass::Corrupt
            }
            Self::Kind { .. } | Self::Threshold { .. } => ErrorClass::Forged,
            Self::Version { .. } => ErrorClass::Unsupported,
            Self::TooLong { .. } => ErrorClass::Exhausted,
        }
    }
}

/// An envelope that was parsed. Its body is handed out by [`Signed::verify`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    kind: SignedKind,
    version: u16,
    body: Vec<u8>,
    signatures: Vec<(KeyId, Signature)>,
}

impl Signed {
    /// Signs `body` with every key of `keys` (each counts once).
    #[must_use]
    pub fn sign(kind: SignedKind, version: u16, body: Vec<u8>, keys: &[&SigningKey]) -> Self {
        let message = message(kind, version, &body);
        let mut signatures: Vec<_> =
            keys.iter().map(|key| (key.public().id(), key.sign(&message))).collect();
        signatures.sort_by_key(|(id, _)| *id);
        signatures.dedup_by_key(|(id, _)| *id);
        Self { kind, version, body, signatures }
    }

    /// Adds one more signature, so that officers can sign one after the other.
    pub fn add_signature(&mut self, key: &SigningKey) {
        let id = key.public().id();
        let signature = key.sign(&message(self.kind, self.version, &self.body));
        match self.signatures.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(_) => {}
            Err(place) => self.signatures.insert(place, (id, signature)),
        }
    }

    /// Parses an envelope of `kind` whose body version is at most `known`. Verifies nothing yet.
    ///
    /// # Errors
    /// Everything in [`SignedError`] but [`SignedError::Threshold`].
    pub fn parse(kind: SignedKind, known: u16, bytes: &[u8]) -> Result<Self, SignedError> {
        let name = kind.name();
        let mut rest = bytes;
        let short = |expected| SignedError::Length { kind: name, len: bytes.len(), expected };
        let magic = take::<8>(&mut rest).ok_or(short(HEADER_LEN_BYTES))?;
        if magic != MAGIC {
            return Err(SignedError::Magic { kind: name });
        }
        let mut u16_field =
            || take::<2>(&mut rest).map(u16::from_le_bytes).ok_or(short(HEADER_LEN_BYTES));
        let (found_kind, version) = (u16_field()?, u16_field()?);
        if found_kind != kind as u16 {
            return Err(SignedError::Kind { kind: name, found: found_kind });
        }
        if version == 0 || version > known {
            return Err(SignedError::Version { kind: name, found: version, known });
        }
        let body_len =
            take::<4>(&mut rest).map(u32::from_le_bytes).ok_or(short(HEADER_LEN_BYTES))? as usize;
        if body_len > BODY_LEN_BYTES_MAX {
            return Err(SignedError::TooLong {
                kind: name,
                len: body_len,
                limit: BODY_LEN_BYTES_MAX,
            });
        }
        let to_count = HEADER_LEN_BYTES + body_len + 2;
        let (body, mut rest) = rest.split_at_checked(body_len).ok_or(short(to_count))?;
        let count = take::<2>(&mut rest).map(u16::from_le_bytes).ok_or(short(to_count))? as usize;
        if count == 0 || count > SIGNATURES_MAX {
            return Err(SignedError::SignatureList { kind: name });
        }
        let (chunks, left) = rest.as_chunks::<SIGNATURE_LEN_BYTES>();
        if chunks.len() != count || !left.is_empty() {
            return Err(short(to_count + count * SIGNATURE_LEN_BYTES));
        }
        let signatures: Vec<_> = chunks.iter().filter_map(split_signature).collect();
        if !signatures.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(SignedError::SignatureList { kind: name });
        }
        Ok(Self { kind, version, body: body.to_vec(), signatures })
    }

    /// The bytes of the envelope.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let signatures_len = self.signatures.len() * SIGNATURE_LEN_BYTES;
        let mut bytes = Vec::with_capacity(HEADER_LEN_BYTES + self.body.len() + 2 + signatures_len);
        bytes.extend(MAGIC);
        bytes.extend((self.kind as u16).to_le_bytes());
        bytes.extend(self.version.to_le_bytes());
        bytes.extend((self.body.len() as u32).to_le_bytes());
        bytes.extend(&self.body);
        bytes.extend((self.signatures.len() as u16).to_le_bytes());
        for (id, signature) in &self.signatures {
            bytes.extend(id.0);
            bytes.extend(signature.0);
        }
        bytes
    }

    /// The version and body, once at least `needed` of `keys` have signed them.
    ///
    /// # Errors
    /// [`SignedError::Threshold`]. A threshold of zero is taken as one.
    pub fn verify(&self, keys: &[PublicKey], needed: usize) -> Result<(u16, &[u8]), SignedError> {
        let needed = needed.max(1);
        let found = self.signers(keys).len();
        if found < needed {
            return Err(SignedError::Threshold { kind: self.kind.name(), found, needed });
        }
        Ok((self.version, &self.body))
    }

    /// Those of `keys` whose signature is here and valid, each once.
    #[must_use]
    pub fn signers(&self, keys: &[PublicKey]) -> Vec<PublicKey> {
        let message = message(self.kind, self.version, &self.body);
        let signed = |key: &&PublicKey| {
            let id = key.id();
            self.signatures.iter().any(|(i, s)| *i == id && key.verifies(&message, s))
        };
        let mut signers: Vec<_> = keys.iter().filter(signed).copied().collect();
        signers.sort();
        signers.dedup();
        signers
    }

    /// The body before any signature was checked: for showing what a refused envelope *claims* to be, never for
    /// acting on it.
    #[must_use]
    pub fn unverified_body(&self) -> &[u8] {
        &self.body
    }
}

/// What is signed: a context that names project, kind and version, then the body.
fn message(kind: SignedKind, version: u16, body: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(32 + body.len());
    message.extend(b"tomoshibi signed envelope v1\0");
    message.extend((kind as u16).to_le_bytes());
    message.extend(version.to_le_bytes());
    message.extend((body.len() as u64).to_le_bytes());
    message.extend(body);
    message
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (front, back) = rest.split_first_chunk::<N>()?;
    *rest = back;
    Some(*front)
}

fn split_signature(bytes: &[u8; SIGNATURE_LEN_BYTES]) -> Option<(KeyId, Signature)> {
    let mut rest: &[u8] = bytes;
    Some((KeyId(take(&mut rest)?), Signature(take(&mut rest)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed(&[n; 32])
    }

    fn sample() -> Signed {
        Signed::sign(SignedKind::Order, 1, b"body".to_vec(), &[&key(1), &key(2), &key(1)])
    }

    #[test]
    fn what_was_signed_comes_back() {
        let bytes = sample().to_bytes();
        let parsed = Signed::parse(SignedKind::Order, 1, &bytes).unwrap();
        assert_eq!(parsed, sample());
        let keys = [key(1).public(), key(2).public(), key(3).public()];
        assert_eq!(parsed.verify(&keys, 2), Ok((1, &b"body"[..])));
        assert_eq!(
            parsed.verify(&keys, 3),
            Err(SignedError::Threshold { kind: "order", found: 2, needed: 3 })
        );
    }

    #[test]
    fn one_key_listed_twice_counts_once() {
        let one = Signed::sign(SignedKind::Order, 1, b"body".to_vec(), &[&key(1)]);
        let keys = [key(1).public(), key(1).public()];
        assert!(one.verify(&keys, 2).is_err());
        assert!(one.verify(&keys, 0).is_ok() && one.verify(&[], 0).is_err());
    }

    #[test]
    fn a_later_signature_makes_the_threshold() {
        let mut signed = Signed::sign(SignedKind::Order, 1, b"body".to_vec(), &[&key(2)]);
        signed.add_signature(&key(1));
        signed.add_signature(&key(1));
        assert_eq!(signed, sample());
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let bytes = sample().to_bytes();
        let keys = [key(1).public(), key(2).public()];
        for place in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[place] ^= 1;
            let verdict = Signed::parse(SignedKind::Order, 1, &bad)
                .and_then(|s| s.verify(&keys, 2).map(drop));
            assert!(verdict.is_err(), "byte {place}");
        }
    }

    #[test]
    fn every_truncation_and_extension_is_refused() {
        let mut bytes = sample().to_bytes();
        for len in 0..bytes.len() {
            assert!(Signed::parse(SignedKind::Order, 1, &bytes[..len]).is_err(), "{len}");
        }
        bytes.push(0);
        assert!(matches!(
            Signed::parse(SignedKind::Order, 1, &bytes),
            Err(SignedError::Length { .. })
        ));
    }

    #[test]
    fn another_kind_or_a_future_version_is_named() {
        let bytes = sample().to_bytes();
        assert_eq!(
            Signed::parse(SignedKind::Manifest, 1, &bytes),
            Err(SignedError::Kind { kind: "manifest", found: 3 })
        );
        let future = Signed::sign(SignedKind::Order, 9, b"body".to_vec(), &[&key(1)]).to_bytes();
        assert_eq!(
            Signed::parse(SignedKind::Order, 1, &future),
            Err(SignedError::Version { kind: "order", found: 9, known: 1 })
        );
    }

    #[test]
    fn a_signature_of_one_kind_is_none_of_another() {
        let mut bytes = sample().to_bytes();
        bytes[8] = SignedKind::Manifest as u8;
        let parsed = Signed::parse(SignedKind::Manifest, 1, &bytes).unwrap();
        assert!(parsed.verify(&[key(1).public()], 1).is_err());
    }
}
