//! The publisher: from the source store to sealed segments and a signed manifest.
//!
//! Promises: the manifest is written last, so wherever the process is killed the old one stays current and the next run
//! goes on from it; what a manifest names lies whole and synced under its digest; a number is used once and grows by
//! one; the publisher holds the current generation's recipient and nothing that unseals.
//!
//! The first publication holds everything. Later ones add layers with what came in since ([`layers`] says which are
//! merged, so that few segments hold one person's items). When the generation has changed, everything is sealed anew.
//!
//! Memory: one segment being packed and sealed (three times 8 MiB), a few hundred items on their way between the two
//! threads, and the items of one person; the masters, which belong to nobody, are taken as a whole (a country's drugs
//! and institutions, some 100 MB).
//!
//! Order of writes: segments aside, synced, renamed to their digests; the list of layers; the manifest; then what
//! neither this manifest nor the one before names is removed.
//!
//! Not covered: an epoch after the first (a publisher restored from a backup), object stores.

mod error;
mod layers;
mod newest;
mod segments;
mod source;
mod store_source;
mod sweep;

use tomoshibi_policies::category::NOT_CARRIED;
use tomoshibi_policies::names::FOLDING_VERSION;
use tomoshibi_policies::time::Timestamp;

pub use error::PublishError;
pub use newest::{Newest, newest};
pub use source::{ItemSource, Items, SourceError};

use self::layers::{Layer, Layers};
use self::segments::Target;
use super::config::Config;
use super::folder::Folder;
use super::init::name;
use super::keyfile;
use super::keys;
use super::lock::{self, Subject};
use crate::id::{Digest, SnapshotId};
use crate::item::SegmentKind;
use crate::manifest::{Manifest, Reach, RetentionTerms, SegmentEntry};
use crate::seam::Files;
use crate::trust::TrustRoot;

/// How much to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// What is new, or nothing.
    #[default]
    New,
    /// What is new, and a new number even when that is nothing: renews the freshness.
    Renew,
    /// Everything, sealed anew.
    Whole,
}

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// Nothing is new; this manifest stays current.
    Nothing {
        /// The current one.
        id: SnapshotId,
    },
    /// A new manifest is current.
    Snapshot(Box<Snapshot>),
}

/// A new snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Digest of the signed manifest.
    pub digest: Digest,
    /// The manifest.
    pub manifest: Manifest,
    /// Segments that were not in the manifest before.
    pub new_segments: u64,
    /// Items in them.
    pub new_items: u64,
    /// Their sealed length.
    pub new_bytes: u64,
}

/// Hears of progress: kind, and items read so far.
pub type Watch<'a> = &'a mut dyn FnMut(SegmentKind, u64);

/// What a publisher works with.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    /// The centre's folder.
    pub folder: &'a Folder,
    /// Its disk.
    pub files: &'a dyn Files,
    /// What regional IT decided.
    pub config: &'a Config,
    /// Who may sign.
    pub trust: &'a TrustRoot,
}

impl Publisher<'_> {
    /// Publishes what `source` holds, which reaches as far as `reach` says.
    ///
    /// # Errors
    /// See [`PublishError`]; the manifest that was current stays current.
    pub fn publish(
        &self,
        source: &dyn ItemSource,
        reach: Reach,
        extent: Extent,
        now: Timestamp,
        watch: Watch<'_>,
    ) -> Result<Published, PublishError> {
        let _held = lock::hold(self.folder, Subject::Publication)
            .map_err(|source| PublishError::Io { what: "lock", source })?;
        let target = self.target()?;
        let before = newest(self.folder, self.files, self.trust)?;
        let layers = self.layers_before(before.as_ref(), source, &target, extent)?;
        let (layers, written) = self.write_layers(layers, source, &target, watch)?;
        if let Some(before) = &before
            && written.is_empty()
            && extent == Extent::New
            && self.says_the_same(&before.manifest, reach)
        {
            return Ok(Published::Nothing { id: before.manifest.id });
        }
        let manifest = self.manifest(before.as_ref(), &layers, &written, reach, &target, now)?;
        let digest = self.promote(&manifest, &layers)?;
        sweep::orphans(self.folder, self.files, before.as_ref(), &manifest)?;
        let sum = |of: fn(&SegmentEntry) -> u64| written.iter().map(of).sum();
        Ok(Published::Snapshot(Box::new(Snapshot {
            digest,
            manifest,
            new_segments: written.len() as u64,
            new_items: sum(|entry| entry.items),
            new_bytes: sum(|entry| entry.len_bytes),
        })))
    }

    fn target(&self) -> Result<Target<'_>, PublishError> {
        let (generation, recipient) = keys::current(self.folder, self.files)?;
        let target = Target { folder: self.folder, files: self.files, generation, recipient };
        target.begin()?;
        Ok(target)
    }

    /// The layers to add to; none when everything is to be sealed anew.
    fn layers_before(
        &self,
        before: Option<&Newest>,
        source: &dyn ItemSource,
        target: &Target<'_>,
        extent: Extent,
    ) -> Result<Layers, PublishError> {
        let Some(before) = before else { return Ok(Layers::default()) };
        if extent == Extent::Whole || before.manifest.generation != target.generation {
            return Ok(Layers::default());
        }
        let path = self.folder.layers(self.trust.region, before.manifest.id);
        let layers = Layers::load(self.files, &path)?;
        // A list that does not agree with the manifest, or is ahead of a source store that was set back, cannot be
        // added to.
        let fits = |layers: &Layers| {
            layers.agree_with(&before.manifest) && layers.batch() <= Some(source.last_batch())
        };
        Ok(layers.filter(fits).unwrap_or_default())
    }

    /// Writes what is new of every kind. Gives the layers of the next manifest and the entries of new segments.
    fn write_layers(
        &self,
        mut layers: Layers,
        source: &dyn ItemSource,
        target: &Target<'_>,
        watch: Watch<'_>,
    ) -> Result<(Layers, Vec<SegmentEntry>), PublishError> {
        let batch = source.last_batch();
        let mut written = Vec::new();
        for kind in SegmentKind::ALL {
            let plan = layers.plan(kind);
            if !has_news(source, kind, layers.batch())? {
                continue;
            }
            let entries = target.write(kind, source.items(kind, plan.since)?, watch)?;
            let segments = entries.iter().map(|entry| entry.digest).collect();
            layers.put(&plan, Layer::new(kind, &plan, segments));
            written.extend(entries);
        }
        layers.reached(batch);
        Ok((layers, written))
    }

    fn says_the_same(&self, before: &Manifest, reach: Reach) -> bool {
        before.reach == reach && before.retention == self.retention()
    }

    const fn retention(&self) -> RetentionTerms {
        RetentionTerms {
            medication_months: self.config.medication_months,
            checkup_years: self.config.checkup_years,
        }
    }

    fn manifest(
        &self,
        before: Option<&Newest>,
        layers: &Layers,
        written: &[SegmentEntry],
        reach: Reach,
        target: &Target<'_>,
        now: Timestamp,
    ) -> Result<Manifest, PublishError> {
        let named = layers.segments();
        let kept = before.iter().flat_map(|before| &before.manifest.segments);
        let mut segments: Vec<_> =
            kept.chain(written).filter(|entry| named.contains(&entry.digest)).copied().collect();
        segments.sort_by_key(|entry| entry.digest);
        if segments.is_empty() {
            return Err(PublishError::Empty);
        }
        let id = before.map_or(Some(FIRST), |before| next(before.manifest.id));
        Ok(Manifest {
            region: self.trust.region,
            id: id.ok_or(PublishError::Numbers)?,
            previous: before.map(|before| before.digest),
            published_at: now,
            fresh_until: now.plus_hours(self.config.fresh_hours.into()),
            reach,
            folding: FOLDING_VERSION,
            generation: target.generation,
            retention: self.retention(),
            drill: self.trust.drill,
            not_carried: NOT_CARRIED.to_vec(),
            segments,
            epoch_grant: before.and_then(|before| before.manifest.epoch_grant.clone()),
        })
    }

    fn promote(&self, manifest: &Manifest, layers: &Layers) -> Result<Digest, PublishError> {
        let io = |what| move |source| PublishError::Io { what, source };
        let key = keyfile::read_signing_key(self.files, &self.folder.key(name::PUBLISHER))?;
        let bytes = manifest.sign(&[&key])?;
        // What the nodes would refuse must not become current.
        Manifest::open(&bytes, self.trust)?;
        let region = self.trust.region;
        layers.save(self.files, &self.folder.layers(region, manifest.id))?;
        self.files.create_dir(&self.folder.manifests(region)).map_err(io("manifests"))?;
        let path = self.folder.manifest(region, manifest.id);
        self.files.replace(&path, &bytes).map_err(io("manifest"))?;
        Ok(Digest::of(&bytes))
    }
}

const FIRST: SnapshotId = SnapshotId { epoch: 1, number: 1 };

fn next(id: SnapshotId) -> Option<SnapshotId> {
    id.number.checked_add(1).map(|number| SnapshotId { number, ..id })
}

/// True when anything of `kind` came in after batch `since`.
fn has_news(
    source: &dyn ItemSource,
    kind: SegmentKind,
    since: Option<u64>,
) -> Result<bool, PublishError> {
    Ok(source.items(kind, since)?.next().transpose()?.is_some())
}
