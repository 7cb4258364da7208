//! Fetching the newest snapshot and making it current.

use std::sync::Arc;

use tokio::sync::watch;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Word};
use tomoshibi_sync::net::{Centre, Judge, Judgement, PullOutcome, Pulled, TransferError};
use tomoshibi_sync::pull::{Progress, PullError, PullEvent, PullLimits, Wanted};
use tomoshibi_sync::wire::{Held, code};

use super::session::Session;
use super::{SnapshotReport, SyncProgress};
use crate::failure::Failure;
use crate::state::key;
use crate::store::{Fetching, Promoted, Store};

/// The store's word on what the centre offers.
struct StoreJudge {
    store: Arc<Store>,
    news: watch::Sender<SyncProgress>,
    /// The manifest that is being fetched.
    taken: Option<Vec<u8>>,
    /// What was refused, and why.
    refused: Option<(Digest, Failure)>,
}

impl Judge for StoreJudge {
    fn judge(&mut self, manifest: &[u8]) -> Judgement {
        match self.store.begin(manifest) {
            Ok(plan) => {
                self.taken = Some(manifest.to_vec());
                let wanted = |s: &crate::store::SegmentRef| Wanted {
                    digest: s.digest,
                    len_bytes: s.len_bytes,
                };
                Ok(plan.snapshot.segments.iter().map(wanted).collect())
            }
            Err(error) => {
                let word = (error.class(), error.to_string());
                self.refused = Some((Digest::of(manifest), error.into()));
                Err(word)
            }
        }
    }

    fn observe(&mut self, _: &PullEvent, progress: Progress) {
        let (done_bytes, total_bytes) = (progress.bytes_done, progress.bytes);
        self.news.send_replace(SyncProgress { done_bytes, total_bytes });
    }
}

impl Session<'_> {
    pub(super) fn fetch_snapshot(&mut self, centre: &Centre) -> Result<SnapshotReport, Failure> {
        let store = self.node.store_handle();
        let region = self.record()?.region;
        let have = held(&store, region)?;
        let judge = StoreJudge {
            store: store.clone(),
            news: self.news.clone(),
            taken: None,
            refused: None,
        };
        let kept = (self.node.owner(), self.guard.clone());
        let fetching = Fetching::new(store, kept);
        let pull = centre.pull(region, have, PullLimits::default(), fetching, judge);
        let pulled = self.wait(pull)?.map_err(TransferError::from)?;
        self.conclude(region, have, pulled)
    }

    fn conclude(
        &self,
        region: RegionCode,
        have: Option<Held>,
        pulled: Pulled<Fetching, StoreJudge>,
    ) -> Result<SnapshotReport, Failure> {
        let received_bytes = pulled.progress.received;
        let StoreJudge { taken, refused, .. } = pulled.judge;
        match (pulled.outcome, taken, refused) {
            (Ok(PullOutcome::Complete), Some(manifest), _) => {
                self.promote(&manifest, received_bytes)
            }
            (Err(_), _, Some((manifest, why))) => {
                let reason = Word::new(&why.code).unwrap_or_else(|_| Word::other());
                self.note(&Event::SnapshotRefused { region, manifest, reason });
                Err(why)
            }
            (Err(error), ..) if have.is_none() && is_nothing(&error) => {
                Ok(SnapshotReport { id: None, promoted: false, received_bytes })
            }
            (Err(error), ..) => Err(error.into()),
            (Ok(_), ..) => {
                let id = have.map(|held| held.snapshot.to_string());
                Ok(SnapshotReport { id, promoted: false, received_bytes })
            }
        }
    }

    fn promote(&self, manifest: &[u8], received_bytes: u64) -> Result<SnapshotReport, Failure> {
        let promoted = self.node.store().promote(manifest, self.node.seams().clock.now())?;
        let (snapshot, promoted) = match promoted {
            Promoted::Current(snapshot) => (snapshot, true),
            Promoted::Already(snapshot) => (snapshot, false),
        };
        if promoted {
            self.node.raise_floor(snapshot.published_at);
            let (region, manifest) = (snapshot.region, snapshot.digest);
            self.note(&Event::SnapshotPromoted { region, snapshot: snapshot.id, manifest });
        }
        Ok(SnapshotReport { id: Some(snapshot.id.to_string()), promoted, received_bytes })
    }
}

/// What the node has, whole. A snapshot that lost segments is asked for again.
fn held(store: &Store, region: RegionCode) -> Result<Option<Held>, Failure> {
    let Some(active) = store.state().get(&key::active(region))? else { return Ok(None) };
    let served = store.served().into_iter().find(|s| s.region == region && s.id == active.id);
    let whole = match served {
        Some(served) => store.missing(&served)?.is_empty(),
        None => false,
    };
    Ok(whole.then_some(Held { snapshot: active.id, digest: active.manifest }))
}

/// True when the centre has published nothing yet, which is no failure for a node that has nothing.
fn is_nothing(error: &TransferError) -> bool {
    matches!(error, TransferError::Pull(PullError::Refused { refusal, .. })
        if refusal.code() == code::NOTHING_PUBLISHED)
}
