//! Sealing and opening one body: XChaCha20-Poly1305 under the file's body key.
//!
//! The nonce is random and stands in front: a clone of a running node shares its key, and counters would then repeat.
//! Before sealing the body is padded to a multiple of [`PAD_LEN_BYTES`], so that its length does not tell how many
//! items were shown.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::body_key::BodyKey;

// Sealed body. FORMAT.md, section "Journal".
//  0 24  nonce
// 24  n  ciphertext of: version 1, event, 0x80, zeros to a multiple of 64
//  . 16  tag
/// Bodies are padded to a multiple of this many bytes.
pub(super) const PAD_LEN_BYTES: usize = 64;
const NONCE_LEN_BYTES: usize = 24;
/// What comes after the last byte of the body.
const PAD_MARK: u8 = 0x80;
/// Longest sealed body: 64 KiB, twice the longest event.
pub const SEALED_LEN_BYTES_MAX: usize = 64 << 10;

/// Seals `plain`; nothing only when the cipher refuses the length, which [`SEALED_LEN_BYTES_MAX`] keeps from happening.
pub(super) fn seal(
    key: &BodyKey,
    nonce: [u8; NONCE_LEN_BYTES],
    aad: &[u8],
    plain: &[u8],
) -> Option<Vec<u8>> {
    let mut padded = Zeroizing::new(plain.to_vec());
    padded.push(PAD_MARK);
    let len = padded.len().next_multiple_of(PAD_LEN_BYTES);
    padded.resize(len, 0);
    let payload = Payload { msg: &padded, aad };
    let cipher = XChaCha20Poly1305::new(key.as_slice().into());
    let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).ok()?;
    let mut out = nonce.to_vec();
    out.extend(sealed);
    (out.len() <= SEALED_LEN_BYTES_MAX).then_some(out)
}

/// Opens a sealed body; nothing when key, associated data or a byte of it is another.
pub(super) fn open(key: &BodyKey, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN_BYTES>()?;
    let cipher = XChaCha20Poly1305::new(key.as_slice().into());
    let payload = Payload { msg: ciphertext, aad };
    let mut plain = Zeroizing::new(cipher.decrypt(XNonce::from_slice(nonce), payload).ok()?);
    while plain.last() == Some(&0) {
        plain.pop();
    }
    (plain.pop() == Some(PAD_MARK)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_clear_part_open_a_body() {
        let key = Zeroizing::new([1; 32]);
        let sealed = seal(&key, [9; 24], b"clear", b"body\0\0").unwrap();
        assert_eq!(open(&key, b"clear", &sealed).unwrap().as_slice(), b"body\0\0");
        assert!(open(&key, b"other", &sealed).is_none());
        assert!(open(&Zeroizing::new([2; 32]), b"clear", &sealed).is_none());
        for place in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[place] ^= 1;
            assert!(open(&key, b"clear", &bad).is_none(), "{place}");
        }
    }

    #[test]
    fn bodies_of_similar_length_look_alike() {
        let key = Zeroizing::new([1; 32]);
        let len = |plain: &[u8]| seal(&key, [9; 24], b"", plain).unwrap().len();
        assert_eq!(len(b""), len(&[5; PAD_LEN_BYTES - 1]));
        assert_eq!(len(&[5; PAD_LEN_BYTES]), 24 + 2 * PAD_LEN_BYTES + 16);
        assert!(seal(&key, [9; 24], b"", &[0; SEALED_LEN_BYTES_MAX]).is_none());
    }
}
