//! The text layer of a badge: prefix, Base45, deflate. Every layer is bounded before it is undone.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::BadgeError;

/// Names the system and the version of the text.
pub(super) const PREFIX: &str = "TMSB1:";
/// Names the system, whatever the version.
const FAMILY: &str = "TMSB";
/// Longest text: what one QR code of the largest size can hold is 4296 characters; ours have about 400.
pub(super) const TEXT_LEN_BYTES_MAX: usize = 2048;
/// Longest COSE message inside.
const COSE_LEN_BYTES_MAX: u64 = 4096;

/// The text that holds `cose`.
pub(super) fn wrap(cose: &[u8]) -> String {
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing into a Vec cannot fail; were it to, the text would be cut short and refused by every reader.
    let deflated = deflate.write_all(cose).and_then(|()| deflate.finish()).unwrap_or_default();
    format!("{PREFIX}{}", base45::encode(deflated))
}

/// The COSE message that `text` holds.
pub(super) fn unwrap(text: &str) -> Result<Vec<u8>, BadgeError> {
    let form = |what| BadgeError::Form { what };
    // Scanners that type end with a line break.
    let text = text.trim();
    if text.len() > TEXT_LEN_BYTES_MAX {
        return Err(form("length"));
    }
    let Some(encoded) = text.strip_prefix(PREFIX) else {
        let other_version = text.starts_with(FAMILY);
        return Err(if other_version { BadgeError::Version } else { form("prefix") });
    };
    let deflated = base45::decode(encoded).map_err(|_| form("base45"))?;
    let mut cose = Vec::new();
    let mut inflate = ZlibDecoder::new(deflated.as_slice()).take(COSE_LEN_BYTES_MAX + 1);
    inflate.read_to_end(&mut cose).map_err(|_| form("deflate"))?;
    if cose.len() as u64 > COSE_LEN_BYTES_MAX {
        return Err(form("deflate"));
    }
    Ok(cose)
}
