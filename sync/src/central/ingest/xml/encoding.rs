//! Which characters the bytes of a document stand for: byte order mark first, then the declaration, then UTF-8.

use std::borrow::Cow;

use crate::central::ingest::text;
use crate::central::rejects::{RejectReason, SetAside};

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// How far a declaration is looked for.
const DECLARATION_LEN_BYTES_MAX: usize = 256;

/// Decodes a document. `CharacterCodeIdentifier` inside it is not asked: two tables number it differently.
///
/// # Errors
/// The file as a whole, when the encoding is another one or a byte is no character of it.
pub(in crate::central::ingest) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SetAside> {
    let wrong = SetAside::file(0, RejectReason::WrongEncoding);
    if let Some(rest) = bytes.strip_prefix(UTF8_MARK) {
        return core::str::from_utf8(rest).map(Cow::Borrowed).map_err(|_| wrong);
    }
    match declared(bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii") => {
            core::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| wrong)
        }
        Some("shift_jis" | "shift-jis" | "sjis" | "windows-31j" | "ms932" | "cp932") => {
            text::cp932(bytes).ok_or(wrong)
        }
        Some(_) => Err(wrong),
    }
}

/// The encoding that the declaration names, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(DECLARATION_LEN_BYTES_MAX))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.iter().position(|b| *b == b'>')?;
    let declaration = core::str::from_utf8(head.get(..end)?).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mark_then_declaration_then_utf8_decide() {
        let taka = "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?><a>髙﨑</a>";
        let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(taka);
        assert!(!lossy);
        assert_eq!(decode(&bytes).unwrap(), taka);
        // Declared Shift_JIS, but marked UTF-8: the mark is right.
        let marked = [UTF8_MARK, taka.as_bytes()].concat();
        assert_eq!(decode(&marked).unwrap(), taka);
        assert_eq!(decode("<a>灯</a>".as_bytes()).unwrap(), "<a>灯</a>");
        assert_eq!(
            decode(b"<?xml encoding = 'UTF-8'?><a/>").unwrap(),
            "<?xml encoding = 'UTF-8'?><a/>"
        );
    }

    #[test]
    fn other_encodings_and_broken_bytes_are_refused() {
        for bytes in [
            &b"<?xml version='1.0' encoding='EUC-JP'?><a/>"[..],
            b"\xFF\xFE<\0a\0",
            b"<a>\x8D\x82</a>",
            b"<?xml encoding='Shift_JIS'?><a>\x81</a>",
        ] {
            assert_eq!(decode(bytes).unwrap_err().reason, RejectReason::WrongEncoding);
        }
    }
}
