//! The checkpoints beside the files: parsed and verified by the text of the specification, not by the writer's code.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2_for_ct_merkle::{Digest as _, Sha256};

use super::walk::Roots;
use super::{Finding, Problem, Verified};
use crate::journal::Origin;
use crate::seam::Files;
use crate::signed::{PublicKey, Signature};

/// Longest checkpoint that is read.
const LEN_BYTES_MAX: u64 = 16 << 10;

/// Checks both checkpoints that can lie beside the files. Missing ones are no problem: a journal that was never
/// closed or acknowledged has none.
pub(super) fn check(
    files: &dyn Files,
    folder: &Path,
    origin: Origin,
    (node, centre): (&PublicKey, Option<&PublicKey>),
    roots: &Roots,
    verified: &mut Verified,
) {
    for name in ["checkpoint", "acknowledged"] {
        if !files.exists(&folder.join(name)) {
            continue;
        }
        let note = files.read(&folder.join(name), LEN_BYTES_MAX).ok();
        let note = note.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let centre = centre.filter(|_| name == "acknowledged");
        match problem(&note, origin, node, centre, roots, verified) {
            None => verified.checkpoints += 1,
            Some(problem) => {
                verified.findings.push(Finding { file: name.to_owned(), offset: 0, problem });
            }
        }
    }
}

fn problem(
    note: &str,
    origin: Origin,
    node: &PublicKey,
    centre: Option<&PublicKey>,
    roots: &Roots,
    verified: &Verified,
) -> Option<Problem> {
    let name =
        format!("tomoshibi/{:02}/{}/{}", origin.region.get(), origin.node, origin.incarnation);
    let Some((text, size, root)) = read(note, &name, node) else {
        return Some(Problem::Checkpoint);
    };
    if centre.is_some_and(|key| !is_cosigned(note, &text, origin, key)) {
        return Some(Problem::Cosignature);
    }
    let found = verified.size;
    if size > found {
        return Some(Problem::Behind { stated: size, found });
    }
    roots.at(size).filter(|computed| *computed != root).map(|_| Problem::Root { size })
}

/// The text, size and root of a checkpoint that `key` signed.
fn read(note: &str, name: &str, key: &PublicKey) -> Option<(String, u64, [u8; 32])> {
    let (text, _) = note.rsplit_once("\n\n").filter(|_| note.ends_with('\n'))?;
    let text = format!("{text}\n");
    let signature = signature(note, name, 1, key)?;
    if !key.verifies(text.as_bytes(), &Signature(signature.try_into().ok()?)) {
        return None;
    }
    let lines: Vec<_> = text.lines().collect();
    let [origin, size, root] = lines.as_slice() else { return None };
    let root = STANDARD.decode(root).ok()?.try_into().ok()?;
    let number: u64 = size.parse().ok()?;
    // One size has one spelling.
    (*origin == name && number.to_string() == *size).then_some((text.clone(), number, root))
}

fn is_cosigned(note: &str, text: &str, origin: Origin, key: &PublicKey) -> bool {
    let name = format!("tomoshibi/{:02}/centre", origin.region.get());
    let checked = || {
        let bytes = signature(note, &name, 4, key)?;
        let (time, signature) = bytes.split_first_chunk::<8>()?;
        let message = format!("cosignature/v1\ntime {}\n{text}", u64::from_be_bytes(*time));
        Some(key.verifies(message.as_bytes(), &Signature(signature.try_into().ok()?)))
    };
    checked().unwrap_or(false)
}

/// The bytes after the key id of the signature line of `key`.
fn signature(note: &str, name: &str, kind: u8, key: &PublicKey) -> Option<Vec<u8>> {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', kind]);
    hash.update(key.as_bytes());
    let id = hash.finalize();
    let (_, lines) = note.rsplit_once("\n\n")?;
    lines.lines().find_map(|line| {
        let (found, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let rest = bytes.strip_prefix(id.get(..4)?)?;
        (found == name).then(|| rest.to_vec())
    })
}
