//! Opening, taking up an opening again after a restart, and following the orders that come while open.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{
    Activation, ActivationError, ActivationEvent, ActivationState, OpenedBy,
};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Word};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::order::Order;
use tomoshibi_sync::release::{
    self, Addressee, CodeError, ReleaseCode, ReleaseHeader, ReleaseKind,
};
use tomoshibi_sync::seal::AgeSealer;

use super::Duty;
use super::activation::{ActivationRecord, Way};
use super::damaged;
use super::orders::{KnownOrder, revoked};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::{ASIDE, Secret};
use crate::keys;
use crate::opened::SealedSnapshot;
use crate::state::{Anchor, Change, key};
use crate::store::{SnapshotPin, Store};

const RELEASE_LEN_BYTES_MAX: u64 = release::RELEASE_LEN_BYTES_MAX as u64;

/// What brings the keyring.
pub enum Release<'a> {
    /// The spoken code of a release that lies here.
    Code(&'a str),
    /// A release fetched now, sealed to the opening identity.
    Fetched(&'a [u8]),
}

/// What an opening came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The notice whose order opened.
    pub notice: String,
    /// When the node closes, exclusive.
    pub closes_at: String,
    /// The snapshot that is read.
    pub snapshot: String,
    /// How many persons can be found.
    pub persons: usize,
    /// True for a drill.
    pub drill: bool,
    /// True when the node was open already and only the keyring was missing.
    pub resumed: bool,
}

impl Duty {
    /// Opens the node: order, release, snapshot, evidence, state, journal, desk, in this order. Refusals are journalled.
    ///
    /// # Errors
    /// What is missing or refused; nothing has changed then.
    pub fn open(
        &self,
        store: &Store,
        notice: Option<&str>,
        release: &Release<'_>,
    ) -> Result<Opened, Failure> {
        let now = self.now();
        let opened = match OpeningNow::begin(&self.opening) {
            Some(_one_at_a_time) => self.try_open(store, notice, release, now),
            None => Err(Failure::new(ErrorClass::Conflict, "opening-now")),
        };
        if let Err(failure) = &opened {
            let reason = Word::new(&failure.code).unwrap_or_else(|_| Word::other());
            self.note(&Event::OpenRefused { reasons: vec![reason] }, now)?;
        }
        opened
    }

    fn try_open(
        &self,
        store: &Store,
        notice: Option<&str>,
        release: &Release<'_>,
        now: Timestamp,
    ) -> Result<Opened, Failure> {
        let _one_at_a_time = self.change();
        let activation = self.activation();
        let before = self.state.get(&key::activation())?;
        let closing = before.as_ref().is_some_and(|record| !record.is_open());
        let resumed = match activation.state() {
            _ if closing => return Err(Failure::new(ErrorClass::Conflict, "closing")),
            ActivationState::Closing => return Err(Failure::new(ErrorClass::Conflict, "closing")),
            ActivationState::Open if self.desk.is_unlocked() => {
                return Err(Failure::new(ErrorClass::Conflict, "open-already"));
            }
            ActivationState::Open => true,
            ActivationState::Sealed => false,
        };
        let pin = store.pin(self.record().region);
        let pin = pin.ok_or_else(|| Failure::new(ErrorClass::NotFound, "no-snapshot"))?;
        let (next, order) = match resumed {
            true => (activation.clone(), self.order_resumed(&activation, before.as_ref(), now)?),
            false => self.opened_by_order(&activation, notice, now)?,
        };
        let (way, header, digest, keyring) = self.keyring(release)?;
        let opened = self.load(store, &pin, &Arc::new(keyring))?;
        let persons = opened.index.len();
        let snapshot = opened.snapshot.name.clone();
        self.note_opening(&next, order, way, digest, now)?;
        match before {
            // A closing that got no further than the copy, and after which people opened again, is not gone on with.
            Some(record) if resumed => self.keep_activation(&record)?,
            before => self.keep_opening(before, way, order, now)?,
        }
        // The state says open from here on. Should anything below fail, the node is open and locked.
        *self.lock() = next.clone();
        self.desk.set_opening(next.clone(), None);
        self.let_opening_identity_read(now)?;
        if resumed {
            self.recall(now);
        }
        tracing::info!(release = header.number, persons, "opened");
        self.desk.set_opening(next.clone(), Some(Arc::new(opened)));
        let terms = next.terms_at(now);
        Ok(Opened {
            notice: terms.map(|t| t.notice_id.clone()).unwrap_or_default(),
            closes_at: next.closes_at().map(|at| at.to_string()).unwrap_or_default(),
            snapshot,
            persons,
            drill: self.trust.drill,
            resumed,
        })
    }

    /// The activation under the order that opens this site now.
    fn opened_by_order(
        &self,
        activation: &Activation,
        notice: Option<&str>,
        now: Timestamp,
    ) -> Result<(Activation, Digest), Failure> {
        let known = self.opening_order(notice, now)?;
        let event = ActivationEvent::Opened { by: OpenedBy::Order, terms: known.order.terms() };
        let next = activation.after(event, &self.site, now);
        Ok((next.map_err(|error| activation_failure(&error))?, known.digest))
    }

    /// The order that a locked node is open under. What ended or was revoked while the power was off does not come
    /// back for the moment until somebody looks: the keyring would be in memory without an order.
    fn order_resumed(
        &self,
        activation: &Activation,
        record: Option<&ActivationRecord>,
        now: Timestamp,
    ) -> Result<Digest, Failure> {
        let denied = |code| Failure::new(ErrorClass::Denied, code);
        let record = record.ok_or_else(|| damaged("activation"))?;
        let revoked = revoked(&self.orders()?);
        if record.orders.iter().any(|(order, _)| revoked.contains(order)) {
            return Err(denied("order-revoked"));
        }
        // That it has begun is proved by the record: it was applied. A clock that says less has lost its time.
        if activation.is_over(now) {
            return Err(denied("order-ended"));
        }
        record.orders.first().map(|(order, _)| *order).ok_or_else(|| damaged("activation"))
    }

    /// Makes the opening durable. Orders of an opening that could not be taken up after a restart stay in the record,
    /// so that the closing report names them.
    fn keep_opening(
        &self,
        before: Option<ActivationRecord>,
        way: Way,
        order: Digest,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut orders = before.map(|record| record.orders).unwrap_or_default();
        orders.retain(|(known, _)| *known != order);
        orders.push((order, now));
        let record = ActivationRecord { way, orders, closing: None };
        // Running time counts the period from here on, whatever becomes of the clock. Before the activation: without
        // one it means nothing.
        let opened = Anchor { at: now, ran: self.seams.clock.running() };
        self.state.apply(Change::default().put(&key::opened_ran(), &opened))?;
        self.keep_activation(&record)
    }

    /// Digest of the order that would open this site now: what a release is asked for with.
    ///
    /// # Errors
    /// Why none would.
    pub fn order_to_open(&self, notice: Option<&str>) -> Result<Digest, Failure> {
        let open = self.state.get(&key::activation())?.filter(ActivationRecord::is_open);
        match open.and_then(|record| record.orders.last().map(|(order, _)| *order)) {
            Some(order) => Ok(order),
            None => Ok(self.opening_order(notice, self.now())?.digest),
        }
    }

    /// Evidence before effect. These entries are the centre's alone: were the power cut now, the node would be sealed
    /// with its opening identity on the disk.
    fn note_opening(
        &self,
        next: &Activation,
        order: Digest,
        way: Way,
        release: Digest,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let way = Word::new(way.as_str()).unwrap_or_else(|_| Word::other());
        self.note(&Event::ReleaseReceived { release, way: way.clone() }, now)?;
        let closes_at = next.closes_at().unwrap_or(now);
        self.note(&Event::Opened { order: Some(order), way, closes_at }, now)
    }

    /// While the node is open, what happens on it can be read on it.
    fn let_opening_identity_read(&self, now: Timestamp) -> Result<(), Failure> {
        let mut recipients = vec![self.trust.centre_recipient.clone()];
        recipients.extend(super::opening_recipient(&self.folder, &self.seams, &mut Vec::new()));
        let changed = self.journal.set_recipients(recipients, now).wait();
        changed.map(drop).map_err(|error| Failure::new(error.class(), "journal-not-written"))
    }

    fn keyring(
        &self,
        release: &Release<'_>,
    ) -> Result<(Way, ReleaseHeader, Digest, Keyring), Failure> {
        let to = Addressee {
            node: self.record().node,
            region: self.record().region,
            drill: self.record().drill,
        };
        let refused = |error: release::ReleaseError| {
            let code = match error {
                release::ReleaseError::WrongCode { .. } => "code-wrong",
                release::ReleaseError::OtherNode { .. } => "release-other-node",
                _ => "release-refused",
            };
            Failure::new(error.class(), code).with("cause", error.to_string())
        };
        match release {
            Release::Code(text) => {
                let code = ReleaseCode::parse(text).map_err(|error| code_failure(&error))?;
                let (digest, bytes) = self.prepositioned()?;
                let left = self.count_attempt(digest)?;
                let node = keys::identity(&self.folder, &self.seams, Secret::ReleaseIdentity)?;
                let opened = release::open_prepositioned(&AgeSealer, &bytes, &to, &node, &code);
                let (header, keyring) =
                    opened.map_err(|error| refused(error).with("left", left))?;
                self.forget_attempts()?;
                Ok((Way::Prepositioned, header, digest, keyring))
            }
            Release::Fetched(bytes) => {
                let opening = keys::identity(&self.folder, &self.seams, Secret::OpeningIdentity)?;
                let opened = release::open_fetched(&AgeSealer, bytes, &to, &opening);
                let (header, keyring) = opened.map_err(refused)?;
                Ok((Way::Fetched, header, Digest::of(bytes), keyring))
            }
        }
    }

    /// The newest pre-positioned release for this node.
    pub(super) fn prepositioned(&self) -> Result<(Digest, Vec<u8>), Failure> {
        let dir = self.folder.releases_dir();
        let files = &*self.seams.files;
        let mut newest: Option<(u64, Vec<u8>)> = None;
        for entry in files.list(&dir).map_err(DiskError::at("list", &dir))? {
            // What a killed process left half written, and what a disk does not give back, must not stand before a
            // release that is whole.
            if entry.is_dir || entry.name.ends_with(ASIDE) {
                continue;
            }
            let bytes = match files.read(&entry.path_in(&dir), RELEASE_LEN_BYTES_MAX) {
                Ok(bytes) => bytes,
                Err(error) => {
                    tracing::warn!(name = entry.name, %error, "a release is not read");
                    continue;
                }
            };
            let Ok(header) = ReleaseHeader::read(&bytes) else { continue };
            let ours =
                header.kind == ReleaseKind::Prepositioned && header.node == self.record().node;
            if ours && newest.as_ref().is_none_or(|(number, _)| *number < header.number) {
                newest = Some((header.number, bytes));
            }
        }
        let (_, bytes) = newest.ok_or_else(|| Failure::new(ErrorClass::NotFound, "no-release"))?;
        Ok((Digest::of(&bytes), bytes))
    }

    pub(super) fn load(
        &self,
        store: &Store,
        pin: &SnapshotPin,
        keyring: &Arc<Keyring>,
    ) -> Result<crate::opened::Opened, Failure> {
        let manifest = store.manifest(pin)?;
        let open = |digest: &Digest| match store.open_segment(pin, digest) {
            Ok(Some(file)) => Ok(file),
            Ok(None) => Err(std::io::ErrorKind::NotFound.into()),
            Err(error) => Err(std::io::Error::other(error.to_string())),
        };
        let sealed = SealedSnapshot { manifest: &manifest, open: &open, keyring };
        let mut opened = sealed.load(self.site.clone()).map_err(|error| {
            Failure::new(error.class(), "snapshot-not-opened").with("cause", error.to_string())
        })?;
        opened.pin = Some(pin.clone());
        Ok(opened)
    }

    /// Takes up what the state says after a start: replays the orders at their times, and finishes a closing. What
    /// cannot be done is an alarm: a node with an order missing, or a closing that a full disk holds up, still starts.
    pub(super) fn resume(
        &self,
        found: Option<ActivationRecord>,
        alarms: &mut Vec<Failure>,
    ) -> Result<(), Failure> {
        let Some(record) = found else { return Ok(()) };
        let mut activation = self.replayed(&record, alarms)?;
        let Some((_, at)) = &record.closing else {
            self.desk.set_opening(activation.clone(), None);
            *self.lock() = activation;
            return Ok(());
        };
        if let Ok(closing) = activation.after(ActivationEvent::OperatorClosed, &self.site, *at) {
            activation = closing;
        }
        *self.lock() = activation;
        let finished = self.finish_closing(&record);
        alarms.extend(finished.err());
        Ok(())
    }

    fn replayed(
        &self,
        record: &ActivationRecord,
        alarms: &mut Vec<Failure>,
    ) -> Result<Activation, Failure> {
        let all = self.orders()?;
        let find = |digest: &Digest| all.iter().find(|known| known.digest == *digest);
        let mut activation = Activation::sealed();
        for (digest, at) in &record.orders {
            let Some(known) = find(digest) else {
                let missing = Failure::new(ErrorClass::NotFound, "order-missing");
                alarms.push(missing.with("order", digest.to_string()));
                continue;
            };
            let event = match activation.state() {
                ActivationState::Open => extension(&known.order, find),
                _ => ActivationEvent::Opened { by: OpenedBy::Order, terms: known.order.terms() },
            };
            match activation.after(event, &self.site, *at) {
                Ok(next) => activation = next,
                Err(error) => alarms.push(activation_failure(&error)),
            }
        }
        Ok(activation)
    }
}

/// The mark that an opening goes on; taken away when it ends, however it ends.
struct OpeningNow<'a>(&'a AtomicBool);

impl<'a> OpeningNow<'a> {
    /// None when another one goes on.
    fn begin(mark: &'a AtomicBool) -> Option<Self> {
        (!mark.swap(true, Ordering::SeqCst)).then_some(Self(mark))
    }
}

impl Drop for OpeningNow<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// The event of an order that extends another, which `find` finds. The notice is that of the order it names and not of
/// the terms in force: a second extension can come before the first has begun.
pub(super) fn extension<'a>(
    order: &Order,
    find: impl Fn(&Digest) -> Option<&'a KnownOrder>,
) -> ActivationEvent {
    let before = order.extends.as_ref().and_then(find);
    let extends = before.map(|known| known.order.notice_id.clone()).unwrap_or_default();
    ActivationEvent::Extended { extends, terms: order.terms() }
}

pub(super) fn activation_failure(error: &ActivationError) -> Failure {
    Failure::new(error.class(), "activation-refused").with("cause", error.to_string())
}

/// A code that was misheard is named by its group, so that one group is asked for again and not all eight.
fn code_failure(error: &CodeError) -> Failure {
    match error {
        CodeError::Length { found, expected } => Failure::new(ErrorClass::Invalid, "code-length")
            .with("found", *found)
            .with("expected", *expected),
        CodeError::Character { group } | CodeError::Group { group } => {
            Failure::new(ErrorClass::Invalid, "code-group").with("group", *group)
        }
    }
}
