//! A pull over a connection: [`crate::pull::Pull`] on a blocking thread, a task for each of its exchanges.
//!
//! The thread hashes and writes while the runtime decrypts; a bounded channel between them makes a slow disk slow the
//! line down. When the caller drops the pull, thread and tasks end.

mod driver;
mod exchange;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use self::driver::Driver;
use super::{Centre, LineError, TransferError};
use crate::pull::{Progress, PullEvent, PullLimits, PullStore, Wanted};
use crate::wire::Held;

/// Pieces on their way from the line to the disk: 16 of 128 KiB. Fewer and larger ones were slower on two cores: the
/// thread then waits while a piece fills.
const PARCELS_MAX: usize = 16;

/// The caller's word on a manifest: the segments to have, or why not.
pub type Judgement = Result<Vec<Wanted>, (ErrorClass, String)>;

/// What the caller does with a manifest, and with news. Called on a blocking thread.
pub trait Judge: Send {
    /// Verifies a manifest.
    ///
    /// # Errors
    /// The class and the words of the caller's refusal.
    fn judge(&mut self, manifest: &[u8]) -> Judgement;

    /// Something happened.
    fn observe(&mut self, event: &PullEvent, progress: Progress) {
        let _ = (event, progress);
    }
}

/// How a pull succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullOutcome {
    /// The manifest held is the newest.
    UpToDate,
    /// Every wanted segment is finished.
    Complete,
}

/// What is left when a pull is over.
#[derive(Debug)]
pub struct Pulled<S, J> {
    /// How it ended.
    pub outcome: Result<PullOutcome, TransferError>,
    /// How far it got.
    pub progress: Progress,
    /// The store, given back.
    pub store: S,
    /// The judge, given back.
    pub judge: J,
}

impl Centre {
    /// Pulls the newest snapshot of `region` into `store`. Does not reconnect: after [`TransferError::Line`] the caller
    /// connects again and pulls again, which goes on where this one ended.
    ///
    /// When the future is dropped, the thread ends after the piece at hand and drops the store only then: a store that
    /// can be opened twice has to lock its staging folder for as long as it lives.
    ///
    /// # Errors
    /// [`LineError::Lost`] when the thread died, and store and judge with it; every other failure is in
    /// [`Pulled::outcome`].
    pub async fn pull<S, J>(
        &self,
        region: RegionCode,
        have: Option<Held>,
        limits: PullLimits,
        store: S,
        judge: J,
    ) -> Result<Pulled<S, J>, LineError>
    where
        S: PullStore + Send + 'static,
        J: Judge + 'static,
    {
        let (sender, parcels) = mpsc::channel(PARCELS_MAX);
        // Dropped with this future, whatever the reason.
        let (_alive, cancelled) = oneshot::channel::<()>();
        let connection = self.connection.clone();
        let runtime = Handle::current();
        let thread = tokio::task::spawn_blocking(move || {
            let driver = Driver::new(connection, runtime, sender, region, have, limits);
            driver.run(parcels, cancelled, store, judge)
        });
        thread.await.map_err(|_| LineError::Lost { reason: "the pull's thread died".into() })
    }
}
