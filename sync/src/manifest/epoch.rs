//! The root's word that a new epoch may begin.

use tomoshibi_policies::record::RegionCode;

use super::{Manifest, ManifestError};
use crate::signed::{KeyId, Signature, SigningKey};
use crate::trust::{Role, TrustRoot};

/// Most signatures of a grant; more than a trust root has keys would be noise.
pub(super) const SIGNATURES_MAX: usize = 64;

// The message that is signed. FORMAT.md, section "Manifest".
//  0 24  context  "tomoshibi epoch grant v1"
// 24  1  region   u8
// 25  1  drill    u8, 0 or 1
// 26  4  epoch    u32, little-endian
const CONTEXT: &[u8; 24] = b"tomoshibi epoch grant v1";

/// The root threshold's signatures that an epoch of a region may begin, though its chain does not go on from the one
/// before. Every manifest of the epoch carries it, so that a node may skip manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochGrant {
    /// Key id and signature, ascending.
    pub signatures: Vec<(KeyId, Signature)>,
}

impl EpochGrant {
    /// Signs the beginning of `epoch`.
    #[must_use]
    pub fn sign(region: RegionCode, drill: bool, epoch: u32, root_keys: &[&SigningKey]) -> Self {
        let message = message(region, drill, epoch);
        let mut signatures: Vec<_> =
            root_keys.iter().map(|key| (key.public().id(), key.sign(&message))).collect();
        signatures.sort_by_key(|(id, _)| *id);
        signatures.dedup_by_key(|(id, _)| *id);
        Self { signatures }
    }
}

fn message(region: RegionCode, drill: bool, epoch: u32) -> Vec<u8> {
    let mut message = CONTEXT.to_vec();
    message.extend([region.get(), u8::from(drill)]);
    message.extend(epoch.to_le_bytes());
    message
}

/// Refuses a later epoch without the root threshold's grant.
pub(super) fn check(manifest: &Manifest, trust: &TrustRoot) -> Result<(), ManifestError> {
    let epoch = manifest.id.epoch;
    let Some(grant) = manifest.epoch_grant.as_ref().filter(|_| epoch > 1) else {
        return Ok(());
    };
    let message = message(manifest.region, manifest.drill, epoch);
    let signed = |key: &&crate::signed::PublicKey| {
        let id = key.id();
        grant.signatures.iter().any(|(i, s)| *i == id && key.verifies(&message, s))
    };
    let found = trust.keys(Role::Root).iter().filter(signed).count();
    match trust.threshold(Role::Root) {
        needed if found < needed => Err(ManifestError::EpochGrant { epoch, found, needed }),
        _ => Ok(()),
    }
}
