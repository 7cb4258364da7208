//! Signed notes, as C2SP signed-note v1.0.0 describes them: a text, and signature lines by named keys.
//!
//! Two signature types are known: 0x01, Ed25519 over the text, and 0x04, the timestamped cosignature of C2SP
//! tlog-cosignature. Signatures of unknown keys are ignored, as the specification demands; a bad one of a known key
//! refuses the whole note.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};
use tomoshibi_policies::ErrorClass;

use crate::signed::{PublicKey, Signature, SigningKey};

/// Longest note that is read, in bytes.
pub const NOTE_LEN_BYTES_MAX: usize = 16 << 10;
/// Most signatures on one note. The specification asks for at least 16.
pub(super) const NOTE_SIGNATURES_MAX: usize = 32;

/// What a signature line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum SignatureType {
    /// Ed25519 over the text.
    Ed25519 = 0x01,
    /// Timestamped Ed25519 cosignature of a checkpoint.
    Cosignature = 0x04,
}

/// Why a note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than any real one.
    #[error("a note of {len} bytes, at most {NOTE_LEN_BYTES_MAX} are read")]
    TooLong {
        /// Length given.
        len: usize,
    },
    /// Not of the form of a note.
    #[error("not a signed note: {rule}")]
    Form {
        /// The rule that is broken.
        rule: &'static str,
    },
    /// The key that has to have signed did not.
    #[error("the note is not signed by {name}")]
    Unsigned {
        /// Name of the key.
        name: String,
    },
    /// A signature of the key is there and does not verify.
    #[error("the signature of {name} does not verify")]
    BadSignature {
        /// Name of the key.
        name: String,
    },
}

impl NoteError {
    /// Exhausted, corrupt or forged.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::TooLong { .. } => ErrorClass::Exhausted,
            Self::Form { .. } => ErrorClass::Corrupt,
            Self::Unsigned { .. } | Self::BadSignature { .. } => ErrorClass::Forged,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    name: String,
    key_id: [u8; 4],
    signature: Vec<u8>,
}

/// A note that was parsed; not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    text: String,
    lines: Vec<Line>,
}

impl Note {
    /// A note without signatures. `text` ends in a newline.
    pub(super) const fn new(text: String) -> Self {
        Self { text, lines: Vec::new() }
    }

    /// The text. Nobody may act on it before a signature is verified.
    pub(super) fn unverified_text(&self) -> &str {
        &self.text
    }

    pub(super) fn sign(&mut self, name: &str, key: &SigningKey) {
        let signature = key.sign(self.text.as_bytes()).0.to_vec();
        self.put(SignatureType::Ed25519, name, &key.public(), signature);
    }

    pub(super) fn cosign(&mut self, name: &str, key: &SigningKey, unix_seconds: u64) {
        let message = cosigned_message(unix_seconds, &self.text);
        let mut signature = unix_seconds.to_be_bytes().to_vec();
        signature.extend(key.sign(message.as_bytes()).0);
        self.put(SignatureType::Cosignature, name, &key.public(), signature);
    }

    fn put(&mut self, kind: SignatureType, name: &str, key: &PublicKey, signature: Vec<u8>) {
        let line = Line { name: name.to_owned(), key_id: key_id(kind, name, key), signature };
        // One line a key: a cosignature that is renewed takes the place of the old.
        self.lines.retain(|other| (&other.name, other.key_id) != (&line.name, line.key_id));
        self.lines.push(line);
    }

    /// Checks the signature of `key` over the text.
    pub(super) fn verify(&self, name: &str, key: &PublicKey) -> Result<(), NoteError> {
        let bytes = self.signature_of(SignatureType::Ed25519, name, key)?;
        let good = <[u8; 64]>::try_from(bytes)
            .is_ok_and(|bytes| key.verifies(self.text.as_bytes(), &Signature(bytes)));
        if good { Ok(()) } else { Err(NoteError::BadSignature { name: name.to_owned() }) }
    }

    /// Checks the cosignature of `key`; returns its time in Unix seconds.
    pub(super) fn verify_cosignature(&self, name: &str, key: &PublicKey) -> Result<u64, NoteError> {
        let bytes = self.signature_of(SignatureType::Cosignature, name, key)?;
        let parts = bytes.split_first_chunk::<8>();
        let parts = parts.and_then(|(time, signature)| {
            Some((u64::from_be_bytes(*time), Signature(signature.try_into().ok()?)))
        });
        let good = parts.filter(|(time, signature)| {
            let message = cosigned_message(*time, &self.text);
            *time <= i64::MAX.unsigned_abs() && key.verifies(message.as_bytes(), signature)
        });
        let bad = NoteError::BadSignature { name: name.to_owned() };
        good.map(|(time, _)| time).ok_or(bad)
    }

    fn signature_of(
        &self,
        kind: SignatureType,
        name: &str,
        key: &PublicKey,
    ) -> Result<&[u8], NoteError> {
        let id = key_id(kind, name, key);
        let line = self.lines.iter().find(|line| line.name == name && line.key_id == id);
        let unsigned = || NoteError::Unsigned { name: name.to_owned() };
        line.map(|line| line.signature.as_slice()).ok_or_else(unsigned)
    }

    /// Reads a note.
    pub(super) fn parse(note: &str) -> Result<Self, NoteError> {
        let form = |rule| NoteError::Form { rule };
        if note.len() > NOTE_LEN_BYTES_MAX {
            return Err(NoteError::TooLong { len: note.len() });
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(form("it has a control character"));
        }
        let (text, signatures) =
            note.rsplit_once("\n\n").ok_or(form("no empty line stands before the signatures"))?;
        let signatures =
            signatures.strip_suffix('\n').ok_or(form("the last line has no newline"))?;
        let lines: Option<Vec<_>> = signatures.split('\n').map(parse_line).collect();
        let lines = lines.ok_or(form("a signature line is not one"))?;
        if lines.len() > NOTE_SIGNATURES_MAX {
            return Err(form("it has more than 32 signatures"));
        }
        Ok(Self { text: format!("{text}\n"), lines })
    }
}

impl core::fmt::Display for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.lines.iter().try_for_each(|line| {
            let bytes = [&line.key_id[..], &line.signature].concat();
            writeln!(f, "\u{2014} {} {}", line.name, BASE64.encode(bytes))
        })
    }
}

fn parse_line(line: &str) -> Option<Line> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    if name.is_empty() || name.contains('+') || name.chars().any(char::is_whitespace) {
        return None;
    }
    let bytes = BASE64.decode(signature).ok()?;
    let (key_id, signature) = bytes.split_first_chunk::<4>()?;
    Some(Line { name: name.to_owned(), key_id: *key_id, signature: signature.to_vec() })
}

/// SHA-256(name || 0x0A || type || public key), the first four bytes.
fn key_id(kind: SignatureType, name: &str, key: &PublicKey) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', kind as u8])
        .chain_update(key.as_bytes())
        .finalize();
    hash.first_chunk().copied().unwrap_or_default()
}

fn cosigned_message(unix_seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {unix_seconds}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of C2SP tlog-cosignature: its bytes must come out of a parse unchanged.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written_alike() {
        let note = Note::parse(EXAMPLE).unwrap();
        assert_eq!(note.to_string(), EXAMPLE);
        assert_eq!(note.lines[0].signature.len(), 64);
        assert_eq!(note.lines[1].signature[..8], 1_679_315_147_u64.to_be_bytes());
    }

    #[test]
    fn key_ids_follow_the_specification() {
        // printf 'name\n\x01' + 32 zeros | sha256sum, computed outside.
        let zero = PublicKey::from_bytes([0; 32]);
        assert_eq!(key_id(SignatureType::Ed25519, "name", &zero), [0x6c, 0x83, 0x31, 0x28]);
        assert_eq!(key_id(SignatureType::Cosignature, "name", &zero), [0x49, 0x27, 0xfa, 0x67]);
    }

    #[test]
    fn signatures_of_another_key_name_text_or_time_do_not_pass() {
        let (key, other) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let mut note = Note::new("text\n".into());
        note.sign("n", &key);
        note.cosign("w", &key, 77);
        let note = Note::parse(&note.to_string()).unwrap();
        assert_eq!(note.verify("n", &key.public()), Ok(()));
        assert_eq!(note.verify_cosignature("w", &key.public()), Ok(77));
        let unsigned = |name: &str| NoteError::Unsigned { name: name.into() };
        assert_eq!(note.verify("n", &other.public()), Err(unsigned("n")));
        assert_eq!(note.verify("m", &key.public()), Err(unsigned("m")));
        assert_eq!(note.verify_cosignature("n", &key.public()), Err(unsigned("n")));
        let bad = |name: &str| NoteError::BadSignature { name: name.into() };
        let mut changed = note.clone();
        changed.text = "test\n".into();
        assert_eq!(changed.verify("n", &key.public()), Err(bad("n")));
        assert_eq!(changed.verify_cosignature("w", &key.public()), Err(bad("w")));
        let mut later = note;
        later.lines[1].signature[7] += 1;
        assert_eq!(later.verify_cosignature("w", &key.public()), Err(bad("w")));
    }

    #[test]
    fn texts_that_are_no_note_are_refused() {
        let line = "\u{2014} n AAAAAAA=\n";
        for bad in [
            String::new(),
            "text\n".into(),
            format!("text\n{line}"),
            format!("text\n\n{}", line.trim_end()),
            format!("text\r\n\n{line}"),
            "text\n\n- n AAAAAAA=\n".into(),
            "text\n\n\u{2014} n+m AAAAAAA=\n".into(),
            "text\n\n\u{2014} n AAA=\n".into(),
            "text\n\n\u{2014} n !!!\n".into(),
            format!("text\n\n{}", line.repeat(33)),
        ] {
            assert!(matches!(Note::parse(&bad), Err(NoteError::Form { .. })), "{bad:?}");
        }
        let long = format!("{}\n\n{line}", "t".repeat(NOTE_LEN_BYTES_MAX));
        assert!(matches!(Note::parse(&long), Err(NoteError::TooLong { .. })));
    }
}
