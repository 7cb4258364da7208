//! Closing: durable, idempotent, provable.
//!
//! The order: an entry that closing has begun; the state; everything in memory; then every key and trace on disk is
//! destroyed; a signed report; an entry with its digest; a new opening identity; last the state becomes *sealed*.
//! Killed anywhere, the next start finds *closing* in the state and goes through all of it again: each step may be
//! done twice. What is to be destroyed is listed on the disk before the first of it is, so that the report of a closing
//! that was interrupted names all of it. One closing goes on at a time. After it nothing on the node is readable
//! without a person's secret, so the caller ends by replacing the process, whose memory held the keyring.
//!
//! **The clock closes when the host's own clock says that the period is over, or when the node has run from its opening
//! to the end of it.** The time floor alone closes nothing: it denies, and a person may close.
//!
//! A closing is known by its time, which names its report. No two have one time: see [`Duty::closing_time`].

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{Activation, ActivationEvent, ActivationState};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Word};
use tomoshibi_sync::seal::Identity;

use super::activation::ActivationRecord;
use super::open::{activation_failure, extension};
use super::orders::revoked;
use super::report::{self, ClosingReport};
use super::{Duty, damaged};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Secret;
use crate::state::key;

const SEALED_ALREADY: &str = "sealed-already";

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
    /// A node that is not open; the disk's, and then the closing is taken up again by [`Duty::close_if_over`] and at the
    /// next start.
    pub fn close(&self) -> Result<Closed, Failure> {
        self.close_by(ActivationEvent::OperatorClosed, "operator")
    }

    /// Closes when the period is over by the rule of the module, and takes up a closing that could not be finished; `None` when neither is so.
    ///
    /// # Errors
    /// As [`Duty::close`].
    pub fn close_if_over(&self) -> Result<Option<Closed>, Failure> {
        let record = self.state.get(&key::activation())?;
        let begun = record.is_some_and(|record| !record.is_open());
        if !begun && !self.is_period_over()? {
            return Ok(None);
        }
        match self.close_by(ActivationEvent::PeriodEnded, "period-ended") {
            // Somebody else was closing and has finished.
            Err(failure) if failure.code == SEALED_ALREADY => Ok(None),
            closed => closed.map(Some),
        }
    }

    /// What a centre signs by a wrong clock must not destroy: see the module.
    fn is_period_over(&self) -> Result<bool, Failure> {
        let (activation, clock) = (self.activation(), &self.seams.clock);
        if activation.is_over(clock.host_now()) {
            return Ok(true);
        }
        let opened = self.state.get(&key::opened_ran())?;
        Ok(opened.is_some_and(|opened| activation.is_over(opened.time_after(clock.running()))))
    }

    /// Begins a closing, or goes on with the one that was begun. The state decides and not the machine: a node whose
    /// orders could not be replayed holds traces all the same.
    pub(super) fn close_by(&self, event: ActivationEvent, cause: &str) -> Result<Closed, Failure> {
        let _one_at_a_time = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        let record = self.state.get(&key::activation())?;
        let record = record.ok_or_else(|| Failure::new(ErrorClass::Conflict, SEALED_ALREADY))?;
        let record =
            if record.is_open() { self.begin_closing(event, cause, record)? } else { record };
        self.finish_closing(&record)
    }

    fn begin_closing(
        &self,
        event: ActivationEvent,
        cause: &str,
        record: ActivationRecord,
    ) -> Result<ActivationRecord, Failure> {
        let _one_at_a_time = self.change();
        let now = self.now();
        let activation = self.activation();
        // Whoever says that the period has ended has looked at it; a clock that was set back need not agree.
        let ended_by = activation.closes_at().filter(|_| event == ActivationEvent::PeriodEnded);
        let at = ended_by.map_or(now, |closes_at| now.max(closes_at));
        let next = match activation.state() {
            ActivationState::Open => activation.after(event, &self.site, at),
            _ => Ok(activation.clone()),
        };
        let next = next.map_err(|error| activation_failure(&error))?;
        self.note(&Event::ClosingStarted { cause: word(cause) }, now)?;
        let closing_at = self.closing_time(now);
        let record = ActivationRecord { closing: Some((cause.into(), closing_at)), ..record };
        self.keep_activation(&record)?;
        self.desk.close(next.clone());
        *self.lock() = next;
        Ok(record)
    }

    /// The time of a closing that begins now: the first from `now` on at which no report lies. A clock that stands or
    /// runs back can say a time that an earlier closing had, and that closing's report would be written over or taken
    /// for this one's. A millisecond of truth is the smaller loss.
    fn closing_time(&self, now: Timestamp) -> Timestamp {
        let mut at = now;
        while self.seams.files.exists(&self.report_path(at)) {
            at = at.plus_millis(1);
        }
        at
    }

    fn report_path(&self, closing_at: Timestamp) -> PathBuf {
        self.folder.reports_dir().join(format!("closing-{}", closing_at.as_millis()))
    }

    /// Everything after the state says *closing*. Every step may be done twice.
    pub(super) fn finish_closing(&self, record: &ActivationRecord) -> Result<Closed, Failure> {
        let now = self.now();
        let (cause, closing_at) = record.closing.clone().unwrap_or(("operator".into(), now));
        self.desk.close(Activation::sealed());
        let files = &*self.seams.files;
        let dir = self.folder.reports_dir();
        files.create_dir(&dir).map_err(DiskError::at("create", &dir))?;
        let path = self.report_path(closing_at);
        let list = path.with_extension("list");
        let destroyed = self.destroy_traces(&list)?;
        // From here on the centre alone reads journal bodies.
        let recipients = vec![self.trust.centre_recipient.clone()];
        let changed = self.journal.set_recipients(recipients, now).wait();
        let journal_size =
            changed.map_err(|error| Failure::new(error.class(), "journal-not-written"))?.size;
        let report = ClosingReport {
            node: self.record().node,
            incarnation: self.record().incarnation,
            orders: record.orders.clone(),
            way: record.way.as_str().into(),
            cause,
            closing_at,
            closed_at: now,
            destroyed,
            journal_size,
        };
        let (report, digest) = self.keep_report(&path, report)?;
        files.erase(&list).map_err(DiskError::at("erase", &list))?;
        self.note(&Event::Closed { report: digest }, now)?;
        let signed = self.journal.checkpoint().wait();
        signed.map_err(|error| Failure::new(error.class(), "journal-not-written"))?;
        self.renew_opening_identity()?;
        self.forget_activation()?;
        *self.lock() = Activation::sealed();
        tracing::info!(%digest, "closed");
        Ok(Closed { report: digest.to_string(), destroyed: report.destroyed })
    }

    /// Signs the report and puts it down. One that a killed process put down for this closing stands: the journal may
    /// name it already, and it lists what is gone by now.
    fn keep_report(
        &self,
        path: &Path,
        report: ClosingReport,
    ) -> Result<(ClosingReport, Digest), Failure> {
        let files = &*self.seams.files;
        if let Ok(bytes) = files.read(path, report::LEN_BYTES_MAX as u64)
            && let Ok(kept) = ClosingReport::open(&bytes, &self.signing.public())
            && (kept.closing_at, &kept.orders) == (report.closing_at, &report.orders)
        {
            return Ok((kept, Digest::of(&bytes)));
        }
        let bytes = report.sign(&self.signing).map_err(|_| damaged("closing report"))?;
        files.replace(path, &bytes).map_err(DiskError::at("write", path))?;
        Ok((report, Digest::of(&bytes)))
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

    /// Follows the orders that came while open: a revocation closes, extensions are applied.
    ///
    /// # Errors
    /// The disk's, the state's, the journal's.
    pub fn follow_orders(&self) -> Result<Option<Closed>, Failure> {
        let one_at_a_time = self.change();
        let mut activation = self.activation();
        let record = self.state.get(&key::activation())?.filter(ActivationRecord::is_open);
        let Some(mut record) = record else { return Ok(None) };
        let all = self.orders()?;
        let revoked = revoked(&all);
        let find = |digest: &Digest| all.iter().find(|known| known.digest == *digest);
        let mut applied = record.orders.iter().filter_map(|(digest, _)| find(digest));
        if let Some(ended) = applied.find(|known| revoked.contains(&known.digest)) {
            drop(one_at_a_time);
            let event = ActivationEvent::Revoked { notice_id: ended.order.notice_id.clone() };
            return self.close_by(event, "revoked").map(Some);
        }
        for known in all.iter().filter(|k| !k.order.revokes && !revoked.contains(&k.digest)) {
            let is_applied = |digest| record.orders.iter().any(|(order, _)| *order == digest);
            if is_applied(known.digest) || !known.order.extends.is_some_and(is_applied) {
                continue;
            }
            let now = self.now();
            let event = extension(&known.order, find);
            let Ok(next) = activation.after(event, &self.site, now) else { continue };
            let closes_at = next.closes_at().unwrap_or(now);
            self.note(&Event::Extended { order: known.digest, closes_at }, now)?;
            record.orders.push((known.digest, now));
            self.keep_activation(&record)?;
            self.desk.set_activation(next.clone());
            *self.lock() = next.clone();
            activation = next;
        }
        Ok(None)
    }
}

pub(super) fn word(text: &str) -> Word {
    Word::new(text).unwrap_or_else(|_| Word::other())
}
