//! Text in code page 932, as receipts, masters and some eligibility files carry it.
//!
//! Promise: every text can be written; a character outside the code page becomes ● (U+25CF), as
//! the central system does. Not covered: reading.

use encoding_rs::SHIFT_JIS;

/// A character that stands for one byte no code page 932 reader accepts. It never occurs in a
/// name or master, and becomes [`INVALID_BYTE`] on the way out.
pub(crate) const INVALID_MARK: char = '\u{1}';

/// 0xFD alone is not a character in code page 932.
const INVALID_BYTE: u8 = 0xFD;

/// The bytes of `text`.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    let (bytes, _, replaced) = SHIFT_JIS.encode(text);
    let mut bytes = if replaced {
        // The encoder writes numeric references for what it cannot express; real files never do.
        let plain: String =
            text.chars().map(|letter| if is_encodable(letter) { letter } else { '●' }).collect();
        SHIFT_JIS.encode(&plain).0.into_owned()
    } else {
        bytes.into_owned()
    };
    for byte in &mut bytes {
        if *byte == INVALID_MARK as u8 {
            *byte = INVALID_BYTE;
        }
    }
    bytes
}

/// Whether the code page has this character.
pub(crate) fn is_encodable(letter: char) -> bool {
    let mut buffer = [0u8; 4];
    !SHIFT_JIS.encode(letter.encode_utf8(&mut buffer)).2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_forms_of_the_ibm_extension_pass_and_the_rest_becomes_a_black_circle() {
        // The places Windows writes; readers also meet eee0, ed95, ed9e for the same letters.
        assert_eq!(encode("髙﨑德"), [0xfb, 0xfc, 0xfa, 0xb1, 0xfa, 0xba]);
        assert_eq!(encode("𠮷"), encode("●"));
        assert_eq!(encode("ﾄﾓ"), [0xc4, 0xd3]);
    }

    #[test]
    fn the_invalid_mark_is_a_byte_that_readers_refuse() {
        assert!(SHIFT_JIS.decode(&encode("IY,\u{1},")).2);
    }
}
