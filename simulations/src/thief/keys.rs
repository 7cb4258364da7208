//! Does any key that lies about unseal anything that lies about?

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use aho_corasick::AhoCorasick;

use super::disk::{ThiefError, files_below, read};

const AGE_HEADER: &[u8] = b"age-encryption.org/v1\n";
const KEY_PREFIX: &str = "AGE-SECRET-KEY-1";
/// Length of a whole key: the prefix and 58 characters of Bech32.
const KEY_LEN_BYTES: usize = 74;

/// What a thief gets out of a disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loot {
    /// Different age identities found as text.
    pub identities: usize,
    /// Sealed files and carved fragments that were tried.
    pub sealed: usize,
    /// Those of them that a found identity unseals: path and offset.
    pub unsealed: Vec<(PathBuf, usize)>,
}

/// Collects every age identity below `folders` and tries each on every age header at every offset below `target`.
///
/// # Errors
/// When a file cannot be read.
pub fn try_keys(folders: &[&Path], target: &Path) -> Result<Loot, ThiefError> {
    let mut texts = BTreeSet::new();
    for folder in folders {
        for path in files_below(folder)? {
            collect_identities(&read(&path)?, &mut texts);
        }
    }
    let identities: Vec<Identity> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    let mut loot = Loot { identities: identities.len(), ..Loot::default() };
    for path in files_below(target)? {
        let bytes = read(&path)?;
        for offset in headers(&bytes) {
            loot.sealed += 1;
            let rest = bytes.get(offset..).unwrap_or_default();
            if identities.iter().any(|identity| unseals(identity, rest)) {
                loot.unsealed.push((path.clone(), offset));
            }
        }
    }
    Ok(loot)
}

fn headers(bytes: &[u8]) -> Vec<usize> {
    AhoCorasick::new([AGE_HEADER])
        .map(|search| search.find_iter(bytes).map(|hit| hit.start()).collect())
        .unwrap_or_default()
}

fn collect_identities(bytes: &[u8], into: &mut BTreeSet<String>) {
    let Ok(search) = AhoCorasick::builder().ascii_case_insensitive(true).build([KEY_PREFIX]) else {
        return;
    };
    for hit in search.find_iter(bytes) {
        let text = bytes.get(hit.start()..hit.start().saturating_add(KEY_LEN_BYTES));
        if let Some(text) = text.and_then(|text| std::str::from_utf8(text).ok()) {
            into.insert(text.to_ascii_uppercase());
        }
    }
}

/// True when the identity opens the header and at least one byte of the content. The header alone would already be a
/// defeat: it gives the file key.
fn unseals(identity: &Identity, sealed: &[u8]) -> bool {
    let Ok(decryptor) = age::Decryptor::new_buffered(sealed) else { return false };
    let identity: &dyn age::Identity = identity;
    match decryptor.decrypt(std::iter::once(identity)) {
        Ok(mut content) => {
            let mut byte = [0];
            // Damaged content behind an opened header still counts.
            let _ = content.read(&mut byte);
            true
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use age::secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_beside_the_lock_is_found_and_used_even_on_a_fragment() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity::generate();
        let sealed = age::encrypt(&identity.to_public(), b"record").unwrap();
        fs::write(dir.path().join("segment"), &sealed).unwrap();
        let carved = [b"padding of another file".as_slice(), &sealed, b"more"].concat();
        fs::write(dir.path().join("swap"), carved).unwrap();
        let none = try_keys(&[dir.path()], dir.path()).unwrap();
        assert_eq!(none, Loot { identities: 0, sealed: 2, unsealed: vec![] });

        let text = format!("x = {}\n", identity.to_string().expose_secret().to_lowercase());
        fs::write(dir.path().join("notes"), text).unwrap();
        let loot = try_keys(&[dir.path()], dir.path()).unwrap();
        assert_eq!((loot.identities, loot.sealed, loot.unsealed.len()), (1, 2, 2));
    }

    #[test]
    fn another_key_gets_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let sealed = age::encrypt(&Identity::generate().to_public(), b"record").unwrap();
        fs::write(dir.path().join("segment"), sealed).unwrap();
        let text = Identity::generate().to_string();
        fs::write(dir.path().join("key"), text.expose_secret()).unwrap();
        let loot = try_keys(&[dir.path()], dir.path()).unwrap();
        assert_eq!((loot.identities, loot.sealed, loot.unsealed.len()), (1, 1, 0));
    }
}
