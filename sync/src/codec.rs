//! The only caller of bincode.
//!
//! One fixed configuration: little-endian, variable-length integers, a limit on every read, and trailing bytes are a
//! refusal. Field and variant *order* is the format, so only wire structs (named `…V1`) pass through here, never the
//! model. `docs/FORMAT.md`, section "Encoding", describes the bytes, and golden files pin them, so that another
//! library could take bincode's place.

use bincode::config::{Configuration, Limit, standard};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tomoshibi_policies::ErrorClass;

/// Why bytes could not be encoded or decoded. Carries no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes do not spell the structure that was expected.
    #[error("bytes are not a valid {what}")]
    Malformed {
        /// The structure that was expected.
        what: &'static str,
    },
    /// The structure ended before the bytes did.
    #[error("{count} bytes follow the end of a {what}")]
    TrailingBytes {
        /// The structure that was read.
        what: &'static str,
        /// How many bytes follow.
        count: usize,
    },
    /// More bytes than the structure may have.
    #[error("a {what} has {len} bytes, at most {limit} are read")]
    TooLong {
        /// The structure that was expected.
        what: &'static str,
        /// Length given, in bytes.
        len: usize,
        /// The limit, in bytes.
        limit: usize,
    },
}

impl CodecError {
    /// [`ErrorClass::Exhausted`] for length, [`ErrorClass::Corrupt`] otherwise.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::TooLong { .. } => ErrorClass::Exhausted,
            Self::Malformed { .. } | Self::TrailingBytes { .. } => ErrorClass::Corrupt,
        }
    }
}

/// Encodes a wire structure. `what` names it in the error.
///
/// # Errors
/// [`CodecError::Malformed`] for types that bincode cannot hold (none of ours).
pub fn encode<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, CodecError> {
    bincode::serde::encode_to_vec(value, standard()).map_err(|_| CodecError::Malformed { what })
}

/// Encodes a wire structure onto the end of `out`, so that one buffer serves many.
///
/// # Errors
/// As [`encode`]; `out` may then hold part of it.
pub fn encode_onto<T: Serialize>(
    what: &'static str,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    bincode::serde::encode_into_std_write(value, out, standard())
        .map(drop)
        .map_err(|_| CodecError::Malformed { what })
}

/// Decodes a wire structure from all of `bytes`, of which there may be at most `LIMIT`. A length inside the bytes that
/// promises more than `LIMIT` is refused before memory is taken for it.
///
/// # Errors
/// See [`CodecError`].
pub fn decode<T: DeserializeOwned, const LIMIT: usize>(
    what: &'static str,
    bytes: &[u8],
) -> Result<T, CodecError> {
    if bytes.len() > LIMIT {
        return Err(CodecError::TooLong { what, len: bytes.len(), limit: LIMIT });
    }
    let (value, used) = decode_prefix::<T, LIMIT>(what, bytes)?;
    match bytes.len().saturating_sub(used) {
        0 => Ok(value),
        count => Err(CodecError::TrailingBytes { what, count }),
    }
}

/// Decodes a wire structure from the front of `bytes`; returns it with the number of bytes it took.
///
/// # Errors
/// [`CodecError::Malformed`].
pub fn decode_prefix<T: DeserializeOwned, const LIMIT: usize>(
    what: &'static str,
    bytes: &[u8],
) -> Result<(T, usize), CodecError> {
    let config: Configuration<_, _, Limit<LIMIT>> = standard().with_limit::<LIMIT>();
    bincode::serde::decode_from_slice(bytes, config).map_err(|_| CodecError::Malformed { what })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct SampleV1 {
        number: u64,
        text: String,
        bytes: Vec<u8>,
    }

    fn sample() -> SampleV1 {
        SampleV1 { number: 300, text: "灯".into(), bytes: vec![1, 2] }
    }

    #[test]
    fn the_bytes_are_the_ones_the_format_describes() {
        let bytes = encode("sample", &sample()).unwrap();
        // 251 announces two bytes of integer; then length 3 and the text; then length 2 and the bytes.
        assert_eq!(bytes, [251, 44, 1, 3, 0xE7, 0x81, 0xAF, 2, 1, 2]);
        assert_eq!(decode::<SampleV1, 64>("sample", &bytes), Ok(sample()));
    }

    #[test]
    fn encoding_onto_a_buffer_keeps_what_is_there() {
        let mut out = vec![9];
        encode_onto("sample", &sample(), &mut out).unwrap();
        assert_eq!(out[0], 9);
        assert_eq!(out[1..], encode("sample", &sample()).unwrap());
    }

    #[test]
    fn trailing_and_missing_bytes_are_refused() {
        let mut bytes = encode("sample", &sample()).unwrap();
        bytes.push(0);
        let what = "sample";
        assert_eq!(
            decode::<SampleV1, 64>(what, &bytes),
            Err(CodecError::TrailingBytes { what, count: 1 })
        );
        for len in 0..bytes.len() - 1 {
            assert_eq!(
                decode::<SampleV1, 64>(what, &bytes[..len]),
                Err(CodecError::Malformed { what })
            );
        }
    }

    #[test]
    fn a_promise_of_more_than_the_limit_takes_no_memory() {
        // A text that says it is 4 GiB long.
        let bytes = [0, 252, 255, 255, 255, 255];
        let what = "sample";
        assert_eq!(decode::<SampleV1, 64>(what, &bytes), Err(CodecError::Malformed { what }));
        assert_eq!(
            decode::<SampleV1, 4>(what, &[0; 5]),
            Err(CodecError::TooLong { what, len: 5, limit: 4 })
        );
    }
}
