//! Releases: the keyring for one node. FORMAT.md, section "Release".
//!
//! Two of the three ways a keyring reaches a node lie here; the third, a quorum of officers, ends in the keyring's own
//! seal.
//!
//! - *Pre-positioned*: sealed to the node **and again** under a 128-bit code, which the authority speaks over any channel
//!   at the opening. Neither the node's disk nor an overheard code opens it alone: **no clock is a lock**, so what a node
//!   could unseal by itself would count as open.
//! - *Fetched*: sealed to the one-time opening identity that the node published beforehand and destroys when it closes.
//!
//! Promises: the clear header says for whom a release is and is repeated inside the seal, so that a header exchanged on
//! the way is noticed; a release of another node, region or drill is refused by name before a code is tried.
//!
//! Not covered: who may release (the caller has checked an order), and how often a code is tried: 128 bits need no limit.

mod code;
mod error;
mod header;
mod spelling;

pub use code::ReleaseCode;
pub use error::{CodeError, ReleaseError};
pub use header::{Addressee, HEADER_LEN_BYTES, ReleaseHeader, ReleaseId, ReleaseKind, VERSION};
pub use spelling::{DIGITS, GROUPS};

use zeroize::Zeroizing;

use crate::keyring::{KEYRING_LEN_BYTES_MAX, Keyring};
use crate::seal::{Identity, Recipient, SealError, Sealer};

/// Longest release: 64 KiB, several times the longest keyring in two seals.
pub const RELEASE_LEN_BYTES_MAX: usize = 64 << 10;
/// Longest content of a seal: the header and the longest keyring.
const PLAIN_LEN_BYTES_MAX: usize = HEADER_LEN_BYTES + KEYRING_LEN_BYTES_MAX;

/// The release to be kept by `to`'s node until the authority speaks `code`.
///
/// # Errors
/// [`ReleaseError::Mismatch`] when the keyring is of another region or drill than `to` says; the keyring's and the seal's.
pub fn preposition(
    sealer: &dyn Sealer,
    keyring: &Keyring,
    to: &ReleaseHeader,
    node: &Recipient,
    code: &ReleaseCode,
) -> Result<Vec<u8>, ReleaseError> {
    let to = ReleaseHeader { kind: ReleaseKind::Prepositioned, ..*to };
    let plain = plain(keyring, &to)?;
    let inner = Zeroizing::new(sealer.seal(core::slice::from_ref(node), &plain)?);
    let outer = sealer.seal_with_code(&code.spoken(), &inner)?;
    Ok([&to.to_bytes()[..], &outer].concat())
}

/// The release sealed to the opening identity of `to`'s node.
///
/// # Errors
/// As [`preposition`].
pub fn for_opening(
    sealer: &dyn Sealer,
    keyring: &Keyring,
    to: &ReleaseHeader,
    opening: &Recipient,
) -> Result<Vec<u8>, ReleaseError> {
    let to = ReleaseHeader { kind: ReleaseKind::Fetched, ..*to };
    let sealed = sealer.seal(core::slice::from_ref(opening), &plain(keyring, &to)?)?;
    Ok([&to.to_bytes()[..], &sealed].concat())
}

/// Opens a pre-positioned release with the node's identity and the spoken code.
///
/// # Errors
/// See [`ReleaseError`]; [`ReleaseError::WrongCode`] names the release for which a code is wanted.
pub fn open_prepositioned(
    sealer: &dyn Sealer,
    bytes: &[u8],
    to: &Addressee,
    node: &Identity,
    code: &ReleaseCode,
) -> Result<(ReleaseHeader, Keyring), ReleaseError> {
    let (header, sealed) = ReleaseHeader::split(bytes)?;
    header.check(ReleaseKind::Prepositioned, to)?;
    let inner = sealer.unseal_with_code(&code.spoken(), sealed, RELEASE_LEN_BYTES_MAX).map_err(
        |error| match error {
            SealError::WrongCode => ReleaseError::WrongCode { number: header.number },
            error => ReleaseError::Seal(error),
        },
    )?;
    let plain = sealer.unseal(&[node], &inner, PLAIN_LEN_BYTES_MAX)?;
    read_plain(header, &plain)
}

/// Opens a fetched release with the node's opening identity.
///
/// # Errors
/// See [`ReleaseError`].
pub fn open_fetched(
    sealer: &dyn Sealer,
    bytes: &[u8],
    to: &Addressee,
    opening: &Identity,
) -> Result<(ReleaseHeader, Keyring), ReleaseError> {
    let (header, sealed) = ReleaseHeader::split(bytes)?;
    header.check(ReleaseKind::Fetched, to)?;
    let plain = sealer.unseal(&[opening], sealed, PLAIN_LEN_BYTES_MAX)?;
    read_plain(header, &plain)
}

/// What is sealed: the header again, then the keyring's text.
fn plain(keyring: &Keyring, to: &ReleaseHeader) -> Result<Zeroizing<Vec<u8>>, ReleaseError> {
    if keyring.region != to.region || keyring.drill != to.drill {
        return Err(ReleaseError::Mismatch { field: "the keyring's region or drill flag" });
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_LEN_BYTES_MAX));
    plain.extend_from_slice(&to.to_bytes());
    plain.extend_from_slice(keyring.to_text()?.as_bytes());
    Ok(plain)
}

fn read_plain(
    header: ReleaseHeader,
    plain: &[u8],
) -> Result<(ReleaseHeader, Keyring), ReleaseError> {
    let swapped = ReleaseError::HeaderSwapped { number: header.number };
    let text = plain.strip_prefix(&header.to_bytes()).ok_or(swapped)?;
    let keyring = Keyring::from_text(text)?;
    if keyring.region != header.region || keyring.drill != header.drill {
        return Err(ReleaseError::Mismatch { field: "the keyring's region or drill flag" });
    }
    Ok((header, keyring))
}
