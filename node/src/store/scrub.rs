//! Reading everything again, to find damage before the day it matters.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use tomoshibi_sync::id::Digest;

use super::inventory::digest_of;
use super::{SegmentRef, Store};
use crate::disk::DiskError;

/// How far a scrub has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrubProgress {
    /// Bytes looked at.
    pub done_bytes: u64,
    /// Bytes to look at.
    pub total_bytes: u64,
}

/// A segment whose bytes are not what its name says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedSegment {
    /// Its name.
    pub digest: String,
    /// True when it was set aside and will be fetched again; false when a reader holds the snapshot or nothing can be
    /// fetched now, because what is whole in it can still be read.
    pub set_aside: bool,
}

/// What a scrub found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrubReport {
    /// Segments that are what their name says.
    pub good: u64,
    /// Their bytes.
    pub good_bytes: u64,
    /// Names of listed segments that are not there.
    pub missing: Vec<String>,
    /// Segments that are there and wrong.
    pub damaged: Vec<DamagedSegment>,
    /// True when it was stopped before the end: what is not named was not looked at.
    pub stopped: bool,
}

impl ScrubReport {
    /// True when everything was looked at and is good.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty() && !self.stopped
    }
}

impl Store {
    /// Reads every segment of the served snapshots and compares it with its name. `progress` is called before each
    /// and may stop it. Damage is set aside only when it `can_fetch` the segment again: most of a damaged segment opens
    /// all the same, and one that is gone opens for nobody.
    ///
    /// # Errors
    /// The disk's, when a damaged segment cannot be set aside. A segment that cannot be read counts as damaged.
    pub fn scrub(
        &self,
        can_fetch: bool,
        progress: &mut dyn FnMut(ScrubProgress) -> ControlFlow<()>,
    ) -> Result<ScrubReport, DiskError> {
        let segments: BTreeSet<SegmentRef> =
            self.served().iter().flat_map(|snapshot| snapshot.segments.clone()).collect();
        let total_bytes = segments.iter().fold(0, |sum: u64, s| sum.saturating_add(s.len_bytes));
        let mut report = ScrubReport::default();
        let mut done_bytes = 0_u64;
        for segment in segments {
            if progress(ScrubProgress { done_bytes, total_bytes }).is_break() {
                report.stopped = true;
                return Ok(report);
            }
            self.scrub_one(&segment, can_fetch, &mut report)?;
            done_bytes = done_bytes.saturating_add(segment.len_bytes);
        }
        // The last word is the caller's to hear, not to answer.
        let _ = progress(ScrubProgress { done_bytes, total_bytes });
        Ok(report)
    }

    fn scrub_one(
        &self,
        segment: &SegmentRef,
        can_fetch: bool,
        report: &mut ScrubReport,
    ) -> Result<(), DiskError> {
        let digest = segment.digest;
        if !self.has(&digest) {
            report.missing.push(digest.to_string());
            return Ok(());
        }
        let found = digest_of(self.files(), &self.parts.folder.segment(&digest));
        if found.is_ok_and(|found| found == digest) {
            report.good = report.good.saturating_add(1);
            report.good_bytes = report.good_bytes.saturating_add(segment.len_bytes);
            return Ok(());
        }
        let set_aside = can_fetch && self.set_aside(&digest)?;
        report.damaged.push(DamagedSegment { digest: digest.to_string(), set_aside });
        Ok(())
    }

    /// Moves a damaged segment out of the way unless a reader holds it; true when it was moved.
    fn set_aside(&self, digest: &Digest) -> Result<bool, DiskError> {
        let _staging = self.staging();
        let lists = |s: &super::ManifestInfo| s.segments.iter().any(|s| s.digest == *digest);
        if self.pinned().iter().any(|snapshot| lists(snapshot)) {
            return Ok(false);
        }
        let (from, to) = (self.parts.folder.segment(digest), self.parts.folder.damaged(digest));
        self.files().rename(&from, &to).map_err(DiskError::at("set aside", &from))?;
        Ok(true)
    }
}
