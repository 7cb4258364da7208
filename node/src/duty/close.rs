//! Closing: durable, idempotent, provable.
//!
//! The order: an entry that closing has begun; the state; everything in memory; then every key and trace on disk is
//! destroyed; a signed report; an entry with its digest; a new opening identity; last the state becomes *sealed*.
//! Killed anywhere, the next start finds *closing* in the state and goes through all of it again: each step may be
//! done twice. After it nothing on the node is readable without a person's secret, so the caller ends by replacing the
//! process, whose memory held the keyring.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{Activation, ActivationEvent, ActivationState};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Word};
use tomoshibi_sync::seal::Identity;

use super::activation::ActivationRecord;
use super::open::activation_failure;
use super::report::ClosingReport;
use super::{Duty, damaged};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Secret;
use crate::state::{Change, key};

/// What a closing came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Digest of the signed report, which lies in `reports/`.
    pub report: String,
    /// What was destroyed.
    pub destroyed: Vec<String>,
}

impl Duty {
    /// Closes an open node on the word of the people on site.
    ///
    /// # Errors
    /// A node that is not open; the disk's, and then the closing is taken up again at the next start.
    pub fn close(&self) -> Result<Closed, Failure> {
        self.close_by(ActivationEvent::OperatorClosed, "operator")
    }

    /// Closes when the period is over; `None` when it is not.
    ///
    /// # Errors
    /// As [`Duty::close`].
    pub fn close_if_over(&self) -> Result<Option<Closed>, Failure> {
        let now = self.now();
        if !self.lock().is_over(now) {
            return Ok(None);
        }
        self.close_by(ActivationEvent::PeriodEnded, "period-ended").map(Some)
    }

    pub(super) fn close_by(&self, event: ActivationEvent, cause: &str) -> Result<Closed, Failure> {
        let now = self.now();
        {
            let mut activation = self.lock();
            if activation.state() == ActivationState::Sealed {
                return Err(Failure::new(ErrorClass::Conflict, "sealed-already"));
            }
            if activation.state() == ActivationState::Open {
                let next = activation.after(event, &self.site, now);
                let next = next.map_err(|error| activation_failure(&error))?;
                self.note(&Event::ClosingStarted { cause: word(cause) }, now)?;
                let record =
                    self.state.get(&key::activation())?.ok_or_else(|| damaged("activation"))?;
                let record = ActivationRecord { closing: Some((cause.into(), now)), ..record };
                self.state.apply(Change::default().put(&key::activation(), &record))?;
                self.desk.close(next.clone());
                *activation = next;
            }
        }
        let record = self.state.get(&key::activation())?.ok_or_else(|| damaged("activation"))?;
        self.finish_closing(&record)
    }

    /// Everything after the state says *closing*. Every step may be done twice.
    pub(super) fn finish_closing(&self, record: &ActivationRecord) -> Result<Closed, Failure> {
        let now = self.now();
        let (cause, closing_at) = record.closing.clone().unwrap_or(("operator".into(), now));
        self.desk.close(Activation::sealed());
        let destroyed = self.destroy_traces()?;
        // From here on the centre alone reads journal bodies.
        let recipients = vec![self.trust.centre_recipient.clone()];
        let changed = self.journal.set_recipients(recipients, now).wait();
        let journal_size =
            changed.map_err(|error| Failure::new(error.class(), "journal-not-written"))?.size;
        let report = ClosingReport {
            node: self.record.node,
            incarnation: self.record.incarnation,
            orders: record.orders.clone(),
            way: record.way.as_str().into(),
            cause,
            closing_at,
            closed_at: now,
            destroyed: destroyed.clone(),
            journal_size,
        };
        let bytes = report.sign(&self.signing).map_err(|_| damaged("closing report"))?;
        let digest = Digest::of(&bytes);
        self.keep_report(&bytes, now)?;
        self.note(&Event::Closed { report: digest }, now)?;
        let signed = self.journal.checkpoint().wait();
        signed.map_err(|error| Failure::new(error.class(), "journal-not-written"))?;
        self.renew_opening_identity()?;
        self.state.apply(Change::default().remove(&key::activation()))?;
        *self.lock() = Activation::sealed();
        tracing::info!(%digest, "closed");
        Ok(Closed { report: digest.to_string(), destroyed })
    }

    /// Destroys the opening identity, every release, every result file and every PIN verifier; names what there was.
    fn destroy_traces(&self) -> Result<Vec<String>, Failure> {
        let files = &*self.seams.files;
        let mut destroyed = Vec::new();
        if self.folder.has_secret(files, Secret::OpeningIdentity) {
            self.folder.erase_secret(files, Secret::OpeningIdentity)?;
            destroyed.push(Secret::OpeningIdentity.file_name().to_owned());
        }
        for dir in [self.folder.releases_dir(), self.folder.res_dir()] {
            for entry in files.list(&dir).map_err(DiskError::at("list", &dir))? {
                let path = dir.join(&entry.name);
                files.erase(&path).map_err(DiskError::at("erase", &path))?;
                destroyed.push(entry.name);
            }
        }
        let pins = self.state.names_under(key::PIN_PREFIX)?;
        destroyed.extend((!pins.is_empty()).then(|| format!("pin verifiers: {}", pins.len())));
        self.state
            .apply(pins.iter().fold(Change::default(), |change, name| change.remove_named(name)))?;
        self.forget_attempts()?;
        destroyed.sort();
        Ok(destroyed)
    }

    fn keep_report(&self, bytes: &[u8], now: Timestamp) -> Result<(), Failure> {
        let dir = self.folder.reports_dir();
        let path = dir.join(format!("closing-{}", now.as_millis()));
        let files = &*self.seams.files;
        files.create_dir(&dir).map_err(DiskError::at("create", &dir))?;
        Ok(files.replace(&path, bytes).map_err(DiskError::at("write", &path))?)
    }

    /// The next opening gets an identity of its own, announced to the centre with the next round of sync.
    fn renew_opening_identity(&self) -> Result<(), Failure> {
        let files = &*self.seams.files;
        if self.folder.has_secret(files, Secret::OpeningIdentity) {
            return Ok(());
        }
        let text = Identity::generate().expose();
        let bytes = secrecy::ExposeSecret::expose_secret(&text).as_bytes();
        Ok(self.folder.write_secret(files, Secret::OpeningIdentity, bytes)?)
    }

    /// Follows the orders that came while open: extensions are applied, a revocation closes.
    ///
    /// # Errors
    /// The disk's, the state's, the journal's.
    pub fn follow_orders(&self) -> Result<Option<Closed>, Failure> {
        if self.is_sealed() {
            return Ok(None);
        }
        let now = self.now();
        let Some(mut record) = self.state.get(&key::activation())? else { return Ok(None) };
        let applied: Vec<Digest> = record.orders.iter().map(|(order, _)| *order).collect();
        for known in self.orders()? {
            let Some(before) = known.order.extends else { continue };
            if applied.contains(&known.digest) || !applied.contains(&before) {
                continue;
            }
            let Some(named) = self.order(before)?.map(|known| known.order.notice_id) else {
                continue;
            };
            if known.order.revokes {
                return self
                    .close_by(ActivationEvent::Revoked { notice_id: named }, "revoked")
                    .map(Some);
            }
            let event = ActivationEvent::Extended {
                extends: named,
                terms: super::orders::terms(&known.order),
            };
            let mut activation = self.lock();
            let Ok(next) = activation.after(event, &self.site, now) else { continue };
            let closes_at = next.closes_at().unwrap_or(now);
            self.note(&Event::Extended { order: known.digest, closes_at }, now)?;
            record.orders.push((known.digest, now));
            self.state.apply(Change::default().put(&key::activation(), &record))?;
            self.desk.set_activation(next.clone());
            *activation = next;
        }
        Ok(None)
    }
}

fn word(text: &str) -> Word {
    Word::new(text).unwrap_or_else(|_| Word::other())
}
