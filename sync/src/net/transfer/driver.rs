//! The blocking half: the state machine, its store and its judge on one thread.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use quinn::Connection;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::task::AbortHandle;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use super::exchange::{Content, Parcel, Pool, run};
use super::{Judge, PullOutcome, Pulled};
use crate::net::{LineError, TransferError};
use crate::pull::{Arrival, ExchangeId, Pull, PullEvent, PullLimits, PullStore, Transmit};
use crate::wire::Held;

pub(super) struct Driver {
    pull: Pull,
    connection: Connection,
    runtime: Handle,
    parcels: Sender<Parcel>,
    pool: Pool,
    tasks: BTreeMap<ExchangeId, AbortHandle>,
    started: Instant,
    outcome: Option<Result<PullOutcome, TransferError>>,
}

/// What the thread wakes up for.
enum Wake {
    Parcel(Parcel),
    Timeout,
    Lost(LineError),
    Cancelled,
}

impl Driver {
    pub(super) fn new(
        connection: Connection,
        runtime: Handle,
        parcels: Sender<Parcel>,
        region: RegionCode,
        have: Option<Held>,
        limits: PullLimits,
    ) -> Self {
        Self {
            pull: Pull::new(Timestamp::from_millis(0), region, have, limits),
            connection,
            runtime,
            parcels,
            pool: Pool::default(),
            tasks: BTreeMap::new(),
            started: Instant::now(),
            outcome: None,
        }
    }

    pub(super) fn run<S: PullStore, J: Judge>(
        mut self,
        mut parcels: Receiver<Parcel>,
        mut cancelled: oneshot::Receiver<()>,
        mut store: S,
        mut judge: J,
    ) -> Pulled<S, J> {
        loop {
            self.transmit();
            self.report(&mut store, &mut judge);
            // A verdict may have asked for more.
            self.transmit();
            if self.pull.is_done() || self.outcome.is_some() {
                break;
            }
            match self.wait(&mut parcels, &mut cancelled) {
                Wake::Parcel(parcel) => {
                    self.deliver(parcel, &mut store);
                    // The rest of what is there, before sleeping again; but a caller that has gone waits for nothing.
                    while cancelled.try_recv() == Err(TryRecvError::Empty)
                        && let Ok(parcel) = parcels.try_recv()
                    {
                        self.deliver(parcel, &mut store);
                    }
                }
                Wake::Timeout => self.pull.handle_timeout(self.now(), &mut store),
                Wake::Lost(error) => self.outcome = Some(Err(error.into())),
                Wake::Cancelled => self.outcome = Some(Err(cancelled_here().into())),
            }
        }
        self.tasks.values().for_each(AbortHandle::abort);
        let outcome = self.outcome.take().unwrap_or(Err(cancelled_here().into()));
        Pulled { outcome, progress: self.pull.progress(), store, judge }
    }

    /// A running clock: the wall clock may jump.
    fn now(&self) -> Timestamp {
        let ms = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(ms)
    }

    fn transmit(&mut self) {
        while let Some(transmit) = self.pull.poll_transmit() {
            match transmit {
                Transmit::Ask { exchange, request } => {
                    let (connection, parcels) = (self.connection.clone(), self.parcels.clone());
                    let work = run(connection, exchange, request, parcels, self.pool.clone());
                    self.tasks.insert(exchange, self.runtime.spawn(work).abort_handle());
                }
                // Dropping the stream tells the peer to stop sending.
                Transmit::Stop { exchange } => {
                    if let Some(task) = self.tasks.remove(&exchange) {
                        task.abort();
                    }
                }
            }
        }
    }

    fn report(&mut self, store: &mut dyn PullStore, judge: &mut dyn Judge) {
        while let Some(event) = self.pull.poll_event() {
            judge.observe(&event, self.pull.progress());
            match event {
                PullEvent::ManifestArrived { bytes } => match judge.judge(&bytes) {
                    Ok(wanted) => self.pull.accept(self.now(), &wanted, store),
                    Err((class, reason)) => self.pull.refuse(class, &reason),
                },
                PullEvent::UpToDate => self.outcome = Some(Ok(PullOutcome::UpToDate)),
                PullEvent::Complete => self.outcome = Some(Ok(PullOutcome::Complete)),
                PullEvent::Refused(error) => self.outcome = Some(Err(error.into())),
                PullEvent::SegmentVerified { .. }
                | PullEvent::SegmentDamaged { .. }
                | PullEvent::Stalled { .. } => {}
            }
        }
    }

    fn wait(&self, parcels: &mut Receiver<Parcel>, cancelled: &mut oneshot::Receiver<()>) -> Wake {
        let left_ms = self.pull.poll_timeout().map_or(i64::MAX, |at| at.millis_since(self.now()));
        // Timers of the runtime reach two years; this is woken and sleeps again.
        let sleep = Duration::from_millis(left_ms.clamp(0, 86_400_000) as u64);
        self.runtime.block_on(async {
            tokio::select! {
                // In this order: what has arrived is staged before anything else is believed.
                biased;
                _ = cancelled => Wake::Cancelled,
                Some(parcel) = parcels.recv() => Wake::Parcel(parcel),
                error = self.connection.closed() => Wake::Lost(error.into()),
                () = tokio::time::sleep(sleep) => Wake::Timeout,
            }
        })
    }

    fn deliver(&mut self, parcel: Parcel, store: &mut dyn PullStore) {
        let Parcel { exchange, content } = parcel;
        let now = self.now();
        let mut arrive = |arrival| self.pull.handle_arrival(now, exchange, arrival, store);
        match content {
            // A task sees its stream break when the connection does; that is not this exchange's fault.
            Content::Broken if self.connection.close_reason().is_some() => {}
            Content::Broken => arrive(Arrival::Broken),
            Content::Head(head) => arrive(Arrival::Head(head)),
            Content::Garbled(error) => arrive(Arrival::Garbled(error)),
            Content::End => {
                arrive(Arrival::End);
                self.tasks.remove(&exchange);
            }
            Content::Bytes(buffer, len) => {
                arrive(Arrival::Bytes(buffer.get(..len).unwrap_or_default()));
                self.pool.give(buffer);
            }
        }
    }
}

fn cancelled_here() -> LineError {
    LineError::Lost { reason: "the pull was given up".into() }
}
