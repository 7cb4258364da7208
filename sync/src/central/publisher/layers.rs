//! Which publication added which segments, so that layers can be merged.
//!
//! A layer is the segments of one kind that one publication added, and the batch they begin after. As in a log-structured
//! store, as many equal layers as a level holds become one of the next level: the publisher writes everything since the
//! first of them again. It reads that from the source store; nothing is ever unsealed.
//!
//! With 3 layers a level a year of monthly receipts writes 2.3 times its bytes, a year of daily ones 4.5 times, and at
//! most 2 layers of each level remain beside the first publication: 9 after a year of months, 13 after one of days.
//! People are read from memory, so 8 layers a level do for them.
//!
//! FORMAT: `published/<region>/layers/<id>`, JSON: `format` 1, `batch`, `layers` [{`kind`, `since`, `level`,
//! `segments`}]; `since` and `level` are null in the layer that holds everything.
//!
//! Not covered: withdrawing the bytes of what is withdrawn; only a publication of everything does that.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::PublishError;
use crate::id::Digest;
use crate::item::SegmentKind;
use crate::manifest::Manifest;
use crate::seam::Files;

const FORMAT: u32 = 1;
const LEN_BYTES_MAX: u64 = 16 << 20;

/// The layers behind one manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Layers {
    batch: Option<u64>,
    layers: Vec<Layer>,
}

/// The segments of one kind that one publication added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layer {
    kind: SegmentKind,
    since: Option<u64>,
    level: Option<u8>,
    segments: Vec<Digest>,
}

/// The layer to write next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    kind: SegmentKind,
    /// Everything that came in after this batch; none for everything.
    pub(super) since: Option<u64>,
    level: Option<u8>,
    /// How many of the kind's last layers it takes the place of.
    replaces: usize,
}

impl Layer {
    pub(super) fn new(kind: SegmentKind, plan: &Plan, segments: Vec<Digest>) -> Self {
        Self { kind, since: plan.since, level: plan.level, segments }
    }
}

/// How many equal layers become one.
const fn fan(kind: SegmentKind) -> usize {
    match kind {
        SegmentKind::Persons => 8,
        _ => 3,
    }
}

impl Layers {
    /// The batch that has been published; none before the first publication.
    pub(super) const fn batch(&self) -> Option<u64> {
        self.batch
    }

    /// What to write for a kind that has news.
    pub(super) fn plan(&self, kind: SegmentKind) -> Plan {
        let Some(batch) = self.batch else {
            return Plan { kind, since: None, level: None, replaces: 0 };
        };
        let tail: Vec<&Layer> = self.layers.iter().rev().filter(|l| l.kind == kind).collect();
        let mut plan = Plan { kind, since: Some(batch), level: Some(0), replaces: 0 };
        loop {
            let rest = tail.iter().skip(plan.replaces);
            let equal: Vec<_> =
                rest.take_while(|l| l.level.is_some() && l.level == plan.level).collect();
            let Some(oldest) = equal.last().filter(|_| equal.len() + 1 >= fan(kind)) else {
                return plan;
            };
            plan.since = oldest.since;
            plan.level = plan.level.map(|level| level.saturating_add(1));
            plan.replaces += equal.len();
        }
    }

    /// Puts a written layer in the place the plan gives it.
    pub(super) fn put(&mut self, plan: &Plan, layer: Layer) {
        let mut left = plan.replaces;
        let mut kept: Vec<_> = core::mem::take(&mut self.layers)
            .into_iter()
            .rev()
            .filter(|other| {
                let goes = other.kind == plan.kind && left > 0;
                left -= usize::from(goes);
                !goes
            })
            .collect();
        kept.reverse();
        self.layers = kept;
        self.layers.push(layer);
    }

    /// Notes that everything up to `batch` is in the layers.
    pub(super) fn reached(&mut self, batch: u64) {
        self.batch = Some(batch);
    }

    /// Digests of all segments.
    pub(super) fn segments(&self) -> BTreeSet<Digest> {
        self.layers.iter().flat_map(|layer| layer.segments.iter().copied()).collect()
    }

    /// True when the manifest lists these segments and no others.
    pub(super) fn agree_with(&self, manifest: &Manifest) -> bool {
        let listed: BTreeSet<_> = manifest.segments.iter().map(|entry| entry.digest).collect();
        listed == self.segments()
    }

    /// Reads a list; none when it is missing or not readable, which costs a publication of everything.
    ///
    /// # Errors
    /// The disk's.
    pub(super) fn load(files: &dyn Files, path: &Path) -> Result<Option<Self>, PublishError> {
        if !files.exists(path) {
            return Ok(None);
        }
        let io = |source| PublishError::Io { what: "layers", source };
        let bytes = files.read(path, LEN_BYTES_MAX).map_err(io)?;
        let file: Option<LayersFile> = serde_json::from_slice(&bytes).ok();
        Ok(file.filter(|file| file.format == FORMAT).and_then(LayersFile::open))
    }

    /// Writes the list.
    ///
    /// # Errors
    /// The disk's.
    pub(super) fn save(&self, files: &dyn Files, path: &Path) -> Result<(), PublishError> {
        let io = |source| PublishError::Io { what: "layers", source };
        let layers = self.layers.iter().map(LayerFile::from).collect();
        let file = LayersFile { format: FORMAT, batch: self.batch, layers };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|e| io(e.into()))?;
        if let Some(dir) = path.parent() {
            files.create_dir(dir).map_err(io)?;
        }
        files.replace(path, &bytes).map_err(io)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayersFile {
    format: u32,
    batch: Option<u64>,
    layers: Vec<LayerFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerFile {
    kind: u8,
    since: Option<u64>,
    level: Option<u8>,
    segments: Vec<String>,
}

impl LayersFile {
    fn open(self) -> Option<Layers> {
        let layers = self.layers.into_iter().map(LayerFile::open).collect::<Option<_>>()?;
        Some(Layers { batch: self.batch, layers })
    }
}

impl From<&Layer> for LayerFile {
    fn from(layer: &Layer) -> Self {
        Self {
            kind: layer.kind.number(),
            since: layer.since,
            level: layer.level,
            segments: layer.segments.iter().map(Digest::to_string).collect(),
        }
    }
}

impl LayerFile {
    fn open(self) -> Option<Layer> {
        let segments = self.segments.iter().map(|digest| digest.parse().ok());
        Some(Layer {
            kind: SegmentKind::from_number(self.kind).ok()?,
            since: self.since,
            level: self.level,
            segments: segments.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::StdFiles;

    const KIND: SegmentKind = SegmentKind::Medications;

    /// Publishes `count` times; gives the layers and how many publications' worth was written.
    fn published(kind: SegmentKind, count: u64) -> (Layers, u64) {
        let mut layers = Layers::default();
        let mut written = 0;
        for batch in 1..=count {
            let plan = layers.plan(kind);
            written += plan.since.map_or(0, |since| batch - since);
            layers.put(&plan, Layer::new(kind, &plan, vec![Digest::of(&batch.to_le_bytes())]));
            layers.reached(batch);
        }
        (layers, written)
    }

    #[test]
    fn three_equal_layers_become_one() {
        let sinces = |count| {
            let (layers, _) = published(KIND, count);
            layers.layers.iter().map(|layer| layer.since).collect::<Vec<_>>()
        };
        assert_eq!(sinces(1), [None]);
        assert_eq!(sinces(3), [None, Some(1), Some(2)]);
        assert_eq!(sinces(4), [None, Some(1)]);
        assert_eq!(sinces(10), [None, Some(1)]);
        assert_eq!(sinces(12), [None, Some(1), Some(10), Some(11)]);
    }

    #[test]
    fn a_year_writes_what_the_head_of_this_file_says() {
        let (months, written) = published(KIND, 13);
        assert!(months.layers.len() <= 9 && written <= 12 * 32 / 10, "{written}");
        let (days, written) = published(KIND, 366);
        assert!(days.layers.len() <= 13 && written <= 365 * 45 / 10, "{written}");
    }

    #[test]
    fn layers_of_other_kinds_stay() {
        let (mut layers, _) = published(KIND, 3);
        let other = SegmentKind::Checkups;
        let plan = layers.plan(other);
        layers.put(&plan, Layer::new(other, &plan, vec![Digest::of(b"checkups")]));
        let plan = layers.plan(KIND);
        assert_eq!(plan.replaces, 2);
        layers.put(&plan, Layer::new(KIND, &plan, vec![]));
        assert!(layers.segments().contains(&Digest::of(b"checkups")));
        assert_eq!(layers.layers.len(), 3);
    }

    #[test]
    fn a_list_survives_its_file_and_a_damaged_one_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("layers").join("1.1");
        assert_eq!(Layers::load(&StdFiles, &path).unwrap(), None);
        let (layers, _) = published(KIND, 12);
        layers.save(&StdFiles, &path).unwrap();
        assert_eq!(Layers::load(&StdFiles, &path).unwrap(), Some(layers));
        std::fs::write(&path, b"{}").unwrap();
        assert_eq!(Layers::load(&StdFiles, &path).unwrap(), None);
    }
}
