//! What an officer at a tablet sees of an opening, and whose badge stands behind an attempt.
//!
//! Whoever reaches the page may see what is known of orders and data: it holds nothing of a patient and no name of
//! staff. Trying a code is another matter. Codes are counted, and the last of them ends the release, so that a stranger
//! on the hospital's network could use them up; an attempt needs a badge.
//!
//! Promises: the badge is verified as far as a sealed node can (signature, region, drill or real, revocation, period,
//! facility, incident), and an entry with its id is durable before the code is looked at. Every role may open: the order and the
//! code are the authority, the badge says by whose hands.
//!
//! Not covered: the PIN, whose verifiers are worthless before an opening, so a photographed badge can try codes too; and
//! the operator at the console, who needs no badge.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::badge::Badge;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Text};

use super::Duty;
use super::activation::ActivationRecord;
use super::close::word;
use super::orders::{KnownOrder, notices_of, revoked};
use crate::desk::BADGE_REVOKED;
use crate::failure::Failure;
use crate::state::key;
use crate::status::{Activation, SnapshotStatus};
use crate::store::Store;

/// How the node could be opened, or until when it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningView {
    /// Sealed, open, locked or closing.
    pub state: Activation,
    /// True while somebody is opening it.
    pub opening_now: bool,
    /// When it closes, exclusive; absent while sealed.
    pub closes_at: Option<String>,
    /// What is in memory; absent while nothing can be read.
    pub in_memory: Option<InMemory>,
    /// The snapshot that an opening would take; absent when there is none.
    pub snapshot: Option<SnapshotStatus>,
    /// Every order that lies here, newest first.
    pub orders: Vec<OrderLine>,
    /// Codes that may still be tried at the release that lies here; absent when none lies here.
    pub codes_left: Option<u32>,
    /// True when a release can be asked for over a line.
    pub line: bool,
}

/// What an opening brought into memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InMemory {
    /// How many persons can be found.
    pub persons: usize,
    /// When the snapshot was published.
    pub published_at: String,
    /// Seconds since then; absent when the clock says a time before it.
    pub age_seconds: Option<i64>,
    /// Last treatment month of the claims.
    pub claims_to: String,
    /// Last day that eligibility is known for.
    pub eligibility_to: String,
    /// Last day that checkups are known for.
    pub checkups_to: String,
}

/// An order, as far as people need it to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Id of the notice.
    pub notice: String,
    /// Its place in the chain of notices.
    pub number: u32,
    /// Who issued it.
    pub issuer: String,
    /// First instant of the opening.
    pub opens_at: String,
    /// First instant after it.
    pub closes_at: String,
    /// True when it opens nothing and ends the order it names.
    pub revokes: bool,
    /// The notice of the order that it extends or revokes; absent when it names none that lies here.
    pub extends: Option<String>,
    /// True for a drill.
    pub drill: bool,
    /// What keeps it from opening this site now; absent when nothing does.
    pub unfit: Option<String>,
    /// True when the node is open under it.
    pub in_force: bool,
}

impl OrderLine {
    /// True when a node that is sealed can be opened by it now.
    #[must_use]
    pub const fn opens(&self) -> bool {
        !self.revokes && self.unfit.is_none()
    }
}

impl Duty {
    /// How the node could be opened, or until when it is open. `line` says whether releases can be fetched.
    ///
    /// # Errors
    /// The disk's, the state's.
    pub fn opening_view(&self, store: &Store, line: bool) -> Result<OpeningView, Failure> {
        let now = self.now();
        let activation = self.activation();
        let release = self.prepositioned().map(|(digest, _)| digest);
        let release = match release {
            Ok(digest) => Some(digest),
            Err(failure) if failure.code == "no-release" => None,
            Err(failure) => return Err(failure),
        };
        let region = self.record().region;
        let served = store.served().into_iter().find(|served| served.region == region);
        Ok(OpeningView {
            state: self.told_state(),
            opening_now: self.opening.load(Ordering::SeqCst),
            closes_at: activation.closes_at().map(|at| at.to_string()),
            in_memory: self.in_memory(now),
            snapshot: served.map(|served| SnapshotStatus::of(&served, None, None, now)),
            orders: self.order_lines(now)?,
            codes_left: release.map(|digest| self.attempts_left(digest)).transpose()?,
            line,
        })
    }

    /// Sealed, open, locked or closing, as the state on the disk says. Waits for nothing.
    #[must_use]
    pub fn told_state(&self) -> Activation {
        ActivationRecord::told(self.state.get(&key::activation()), self.is_unlocked())
    }

    fn in_memory(&self, now: Timestamp) -> Option<InMemory> {
        let opened = self.desk.opened()?;
        let age_ms = now.millis_since(opened.snapshot.published_at);
        Some(InMemory {
            persons: opened.index.len(),
            published_at: opened.snapshot.published_at.to_string(),
            age_seconds: (age_ms >= 0).then_some(age_ms / 1000),
            claims_to: opened.snapshot.reach.claims_to.to_string(),
            eligibility_to: opened.snapshot.reach.eligibility_to.to_string(),
            checkups_to: opened.snapshot.reach.checkups_to.to_string(),
        })
    }

    fn order_lines(&self, now: Timestamp) -> Result<Vec<OrderLine>, Failure> {
        let all = self.orders()?;
        let revoked = revoked(&all);
        let record = self.state.get(&key::activation())?;
        let applied: BTreeSet<Digest> =
            record.iter().flat_map(|record| &record.orders).map(|(digest, _)| *digest).collect();
        let line = |known: &KnownOrder| self.order_line(known, &all, &revoked, &applied, now);
        Ok(all.iter().rev().map(line).collect())
    }

    fn order_line(
        &self,
        known: &KnownOrder,
        all: &[KnownOrder],
        revoked: &BTreeSet<Digest>,
        applied: &BTreeSet<Digest>,
        now: Timestamp,
    ) -> OrderLine {
        let order = &known.order;
        let before = all.iter().find(|before| Some(before.digest) == order.extends);
        OrderLine {
            notice: order.notice_id.clone(),
            number: order.number,
            issuer: order.issuer.clone(),
            opens_at: order.opens_at.to_string(),
            closes_at: order.closes_at.to_string(),
            revokes: order.revokes,
            extends: before.map(|before| before.order.notice_id.clone()),
            drill: order.drill,
            unfit: self.unfit(known, revoked, now).map(|why| why.code().to_owned()),
            in_force: applied.contains(&known.digest),
        }
    }

    /// Verifies whose badge stands behind an attempt to open, and notes it durably; gives the notice that is meant.
    ///
    /// # Errors
    /// A node that is open or closing; what is wrong with the badge; why no order opens. The last two are entries.
    pub fn admit_officer(&self, badge: &str, notice: Option<&str>) -> Result<String, Failure> {
        let now = self.now();
        match self.told_state() {
            Activation::Open => return Err(Failure::new(ErrorClass::Conflict, "open-already")),
            Activation::Closing => return Err(Failure::new(ErrorClass::Conflict, "closing")),
            _ => {}
        }
        let refused = |badge: Option<&Badge>, failure: Failure| {
            self.note_officer("open-refused", badge, &failure.code, now)?;
            Err(failure)
        };
        let badge = match Badge::open(badge.trim(), &self.trust) {
            Ok(badge) => badge,
            Err(error) => return refused(None, Failure::new(error.class(), error.code())),
        };
        // Revoked beats valid.
        if self.desk.is_revoked(badge.id) {
            return refused(Some(&badge), Failure::new(ErrorClass::Denied, BADGE_REVOKED));
        }
        let (notice, incident) = match self.meant(notice, now) {
            Ok((notice, chain)) => {
                let own = badge.incident.clone().filter(|own| chain.contains(own));
                (notice.clone(), own.unwrap_or(notice))
            }
            Err(failure) => return refused(Some(&badge), failure),
        };
        if let Err(error) = badge.check(now, self.site.facility, &incident) {
            return refused(Some(&badge), Failure::new(error.class(), error.code()));
        }
        self.note_officer("open-asked", Some(&badge), &notice, now)?;
        Ok(notice)
    }

    /// The notice under which the node would be opened, and the chain it belongs to: a badge for any of them counts.
    fn meant(
        &self,
        notice: Option<&str>,
        now: Timestamp,
    ) -> Result<(String, BTreeSet<String>), Failure> {
        let all = self.orders()?;
        let activation = self.activation();
        let Some(terms) = activation.terms_at(now) else {
            let known = self.opening_order(notice, now)?;
            let chain = notices_of(&all, &known);
            return Ok((known.order.notice_id, chain));
        };
        let names = |known: &&KnownOrder| activation.names_notice(&known.order.notice_id);
        let chain = all.iter().filter(names).map(|known| known.order.notice_id.clone());
        Ok((terms.notice_id.clone(), chain.collect()))
    }

    fn note_officer(
        &self,
        act: &str,
        badge: Option<&Badge>,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let operator =
            badge.map_or_else(|| "unknown badge".to_owned(), |badge| format!("badge {}", badge.id));
        let event = Event::OperatorAct {
            act: word(act),
            operator: text(&operator)?,
            detail: text(detail)?,
        };
        self.note(&event, now)
    }
}

/// Badges in hexadecimal, codes, and notices, which an order keeps to 200 bytes: always short enough.
fn text(text: &str) -> Result<Text, Failure> {
    Text::new(text).map_err(|_| Failure::new(ErrorClass::Internal, "journal-not-written"))
}
