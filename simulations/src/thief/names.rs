//! Is anybody's name on the disk?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;

use super::disk::{ThiefError, files_below, read};

/// Shorter patterns occur in random bytes by chance: among 100,000 names and 1 GB of ciphertext a pattern of eight
/// bytes is met with a probability of about one in 200,000, one of four bytes many times.
const PATTERN_LEN_BYTES_MIN: usize = 8;

/// A name on the disk. Says where, never whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameHit {
    /// The file.
    pub path: PathBuf,
    /// Byte offset.
    pub offset: usize,
}

/// Searches every file below `folder` for every name of `names`. Returns the hits, at most one a file, and how many
/// patterns were searched for.
///
/// # Errors
/// When a file cannot be read.
pub fn search_names<'a>(
    folder: &Path,
    names: impl Iterator<Item = &'a str>,
) -> Result<(Vec<NameHit>, usize), ThiefError> {
    let patterns = patterns(names);
    let count = patterns.len();
    let search = AhoCorasick::new(&patterns)
        .map_err(|e| ThiefError { path: folder.into(), source: std::io::Error::other(e) })?;
    let mut hits = Vec::new();
    for path in files_below(folder)? {
        let bytes = read(&path)?;
        if let Some(hit) = search.find(&bytes) {
            hits.push(NameHit { path, offset: hit.start() });
        }
    }
    Ok((hits, count))
}

fn patterns<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<Vec<u8>> {
    let mut patterns = BTreeSet::new();
    for name in names {
        for spelling in spellings(name) {
            patterns.extend(encodings(&spelling));
        }
    }
    patterns.retain(|pattern| pattern.len() >= PATTERN_LEN_BYTES_MIN);
    patterns
}

/// The name as given, without its space, and with a space of either width.
fn spellings(name: &str) -> [String; 4] {
    let spaced = |space: &str| name.replace(['\u{3000}', ' '], space);
    [name.to_owned(), spaced(""), spaced(" "), spaced("\u{3000}")]
}

fn encodings(text: &str) -> [Vec<u8>; 4] {
    let (cp932, _, unmappable) = encoding_rs::SHIFT_JIS.encode(text);
    // With an unmappable character the encoder writes a numeric reference, which is nobody's name.
    let cp932 = if unmappable { Vec::new() } else { cp932.into_owned() };
    let units = || text.encode_utf16();
    [
        text.as_bytes().to_vec(),
        cp932,
        units().flat_map(u16::to_le_bytes).collect(),
        units().flat_map(u16::to_be_bytes).collect(),
    ]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn finds(content: &[u8]) -> bool {
        let dir = tempfile::tempdir().unwrap();
        let below = dir.path().join("a").join("b");
        fs::create_dir_all(&below).unwrap();
        let mut bytes = vec![0xA5; 1000];
        bytes.extend(content);
        bytes.extend([0x5A; 1000]);
        fs::write(below.join("segment"), bytes).unwrap();
        let names = ["灯火　太郎", "ﾄﾓｼﾋﾞ ﾀﾛｳ", "MI"];
        !search_names(dir.path(), names.into_iter()).unwrap().0.is_empty()
    }

    #[test]
    fn a_name_is_found_in_every_encoding_and_spacing() {
        assert!(finds("灯火　太郎".as_bytes()) && finds("灯火太郎".as_bytes()));
        assert!(finds(&encoding_rs::SHIFT_JIS.encode("灯火 太郎").0));
        assert!(finds(&encoding_rs::SHIFT_JIS.encode("ﾄﾓｼﾋﾞ ﾀﾛｳ").0));
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "灯火太郎".encode_utf16().flat_map(order).collect()
        };
        assert!(finds(&utf16(u16::to_le_bytes)) && finds(&utf16(u16::to_be_bytes)));
    }

    #[test]
    fn other_bytes_and_names_too_short_to_mean_anything_are_not_hits() {
        assert!(!finds("灯火　次郎".as_bytes()));
        assert!(!finds(b"MI"));
    }
}
