//! Opening, taking up an opening again after a restart, and following the orders that come while open.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{
    Activation, ActivationError, ActivationEvent, ActivationState, OpenedBy,
};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Word};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::Manifest;
use tomoshibi_sync::release::{
    self, Addressee, CodeError, ReleaseCode, ReleaseHeader, ReleaseKind,
};
use tomoshibi_sync::seal::AgeSealer;

use super::activation::{ActivationRecord, Way};
use super::orders::{KnownOrder, terms};
use super::{Duty, read_identity};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Secret;
use crate::opened::SealedSnapshot;
use crate::state::{Change, key};
use crate::store::{SnapshotPin, Store};

const RELEASE_LEN_BYTES_MAX: u64 = release::RELEASE_LEN_BYTES_MAX as u64;
const MANIFEST_LEN_BYTES_MAX: u64 = crate::store::manifest::MANIFEST_LEN_BYTES_MAX;

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
    /// Opens the node: order, release, snapshot, evidence, state, desk, in this order. Refusals are journalled.
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
        let opened = self.try_open(store, notice, release, now);
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
        let mut activation = self.lock();
        let resumed = match activation.state() {
            ActivationState::Closing => return Err(Failure::new(ErrorClass::Conflict, "closing")),
            ActivationState::Open if self.desk.is_unlocked() => {
                return Err(Failure::new(ErrorClass::Conflict, "open-already"));
            }
            ActivationState::Open => true,
            ActivationState::Sealed => false,
        };
        let pin = store.pin(self.record.region);
        let pin = pin.ok_or_else(|| Failure::new(ErrorClass::NotFound, "no-snapshot"))?;
        let (next, order) = match resumed {
            true => (activation.clone(), None),
            false => {
                let order = self.opening_order(notice, now)?;
                let event =
                    ActivationEvent::Opened { by: OpenedBy::Order, terms: terms(&order.order) };
                let next = activation.after(event, &self.site, now);
                (next.map_err(|error| activation_failure(&error))?, Some(order))
            }
        };
        let (way, header, digest, keyring) = self.keyring(release)?;
        let opened = self.load(store, &pin, &keyring)?;
        drop(keyring);
        let persons = opened.index.len();
        let snapshot = opened.snapshot.name.clone();
        self.note_opening(&next, order.as_ref(), way, digest, now)?;
        if let Some(order) = order {
            let orders = vec![(order.digest, now)];
            let record = ActivationRecord { way, orders, closing: None };
            self.state.apply(Change::default().put(&key::activation(), &record))?;
        }
        tracing::info!(release = header.number, persons, "opened");
        self.desk.set_opening(next.clone(), Some(std::sync::Arc::new(opened)));
        let terms = next.terms_at(now);
        let answer = Opened {
            notice: terms.map(|t| t.notice_id.clone()).unwrap_or_default(),
            closes_at: next.closes_at().map(|at| at.to_string()).unwrap_or_default(),
            snapshot,
            persons,
            drill: self.trust.drill,
            resumed,
        };
        *activation = next;
        Ok(answer)
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

    /// Evidence before effect: from here on bodies can be read with the opening identity too, and the opening is an
    /// entry.
    fn note_opening(
        &self,
        next: &Activation,
        order: Option<&KnownOrder>,
        way: Way,
        release: Digest,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let opening = super::opening_recipient(&self.folder, &self.seams)?;
        let recipients = vec![self.trust.centre_recipient.clone(), opening];
        let changed = self.journal.set_recipients(recipients, now).wait();
        changed.map_err(|error| Failure::new(error.class(), "journal-not-written"))?;
        let way = Word::new(way.as_str()).unwrap_or_else(|_| Word::other());
        self.note(&Event::ReleaseReceived { release, way: way.clone() }, now)?;
        let closes_at = next.closes_at().unwrap_or(now);
        let order = order.map(|known| known.digest);
        self.note(&Event::Opened { order, way, closes_at }, now)
    }

    fn keyring(
        &self,
        release: &Release<'_>,
    ) -> Result<(Way, ReleaseHeader, Digest, Keyring), Failure> {
        let to = Addressee {
            node: self.record.node,
            region: self.record.region,
            drill: self.record.drill,
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
                let left = self.count_attempt()?;
                let node = read_identity(&self.folder, &self.seams, Secret::ReleaseIdentity)?;
                let opened = release::open_prepositioned(&AgeSealer, &bytes, &to, &node, &code);
                let (header, keyring) =
                    opened.map_err(|error| refused(error).with("left", left))?;
                self.forget_attempts()?;
                Ok((Way::Prepositioned, header, digest, keyring))
            }
            Release::Fetched(bytes) => {
                let opening = read_identity(&self.folder, &self.seams, Secret::OpeningIdentity)?;
                let opened = release::open_fetched(&AgeSealer, bytes, &to, &opening);
                let (header, keyring) = opened.map_err(refused)?;
                Ok((Way::Fetched, header, Digest::of(bytes), keyring))
            }
        }
    }

    /// The newest pre-positioned release for this node.
    fn prepositioned(&self) -> Result<(Digest, Vec<u8>), Failure> {
        let dir = self.folder.releases_dir();
        let files = &*self.seams.files;
        let mut newest: Option<(u64, Vec<u8>)> = None;
        for entry in files.list(&dir).map_err(DiskError::at("list", &dir))? {
            let path = dir.join(&entry.name);
            let bytes =
                files.read(&path, RELEASE_LEN_BYTES_MAX).map_err(DiskError::at("read", &path))?;
            let Ok(header) = ReleaseHeader::read(&bytes) else { continue };
            let ours = header.kind == ReleaseKind::Prepositioned && header.node == self.record.node;
            if ours && newest.as_ref().is_none_or(|(number, _)| *number < header.number) {
                newest = Some((header.number, bytes));
            }
        }
        let (_, bytes) = newest.ok_or_else(|| Failure::new(ErrorClass::NotFound, "no-release"))?;
        Ok((Digest::of(&bytes), bytes))
    }

    fn load(
        &self,
        store: &Store,
        pin: &SnapshotPin,
        keyring: &Keyring,
    ) -> Result<crate::opened::Opened, Failure> {
        let snapshot = pin.snapshot();
        let path = self.folder.manifest(snapshot.region, snapshot.id);
        let bytes = self.seams.files.read(&path, MANIFEST_LEN_BYTES_MAX);
        let bytes = bytes.map_err(DiskError::at("read", &path))?;
        // Verified again: between promotion and this moment lie years and a disk.
        let manifest = Manifest::open(&bytes, &self.trust).map_err(|error| {
            Failure::new(error.class(), "snapshot-not-opened").with("cause", error.to_string())
        })?;
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

    /// Takes up what the state says after a start: replays the orders at their times, and finishes a closing.
    pub(super) fn resume(
        &self,
        found: Option<ActivationRecord>,
        alarms: &mut Vec<Failure>,
    ) -> Result<(), Failure> {
        let Some(record) = found else { return Ok(()) };
        let mut activation = Activation::sealed();
        for (place, (digest, at)) in record.orders.iter().enumerate() {
            let Some(known) = self.order(*digest)? else {
                alarms.push(
                    Failure::new(ErrorClass::NotFound, "order-missing")
                        .with("order", digest.to_string()),
                );
                continue;
            };
            let terms = terms(&known.order);
            let event = match (place, activation.terms_at(*at)) {
                (0, _) | (_, None) => ActivationEvent::Opened { by: OpenedBy::Order, terms },
                (_, Some(before)) => {
                    ActivationEvent::Extended { extends: before.notice_id.clone(), terms }
                }
            };
            match activation.after(event, &self.site, *at) {
                Ok(next) => activation = next,
                Err(error) => alarms.push(activation_failure(&error)),
            }
        }
        if let Some((_, at)) = &record.closing {
            if let Ok(closing) = activation.after(ActivationEvent::OperatorClosed, &self.site, *at)
            {
                activation = closing;
            }
            *self.lock() = activation;
            return self.finish_closing(&record).map(drop);
        }
        self.desk.set_opening(activation.clone(), None);
        *self.lock() = activation;
        Ok(())
    }
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
