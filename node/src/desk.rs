//! The desk: the one place where look-ups happen, whoever asks: command line, page, FHIR or files.
//!
//! One use case: sign in, find, confirm identity, record consent, look. Promises, in this order:
//! - nothing is searched or shown without a session and an opening that covers this site now;
//! - the decision is [`tomoshibi_policies::decide`] and nothing else; no rule lives here;
//! - no permit, no read; and **the answer leaves only after its journal entry is durable**: a disclosure without an
//!   entry could never be discovered, a lost answer is only a retry;
//! - a denial is journalled too: there is no way to one but `deny`.
//!
//! Consents, visits, sessions and the list of what was done live in memory. Not covered: rates and sizes of requests (the listeners bound those).

mod closing;
mod consent;
mod denial;
mod evidence;
mod find;
mod look;
mod message;
mod mine;
mod reply;
mod restore;
mod revoked;
mod shift;
mod sign_in;
mod slip;
mod visit;
mod visit_view;
mod who;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::Activation;
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_policies::role::{BadgeId, Staff};
use tomoshibi_policies::time::{Period, Timestamp};
use tomoshibi_sync::badge::Badge;
use tomoshibi_sync::journal::{ClockQuality, Event, StaffRef, Word};
use tomoshibi_sync::revocation::RevocationList;
use tomoshibi_sync::seam::{Clock, Entropy};
use tomoshibi_sync::trust::TrustRoot;

use crate::failure::Failure;
use crate::opened::Opened;
use crate::staff::{PinRecords, Pins, Session, SessionEnd, Sessions, Token};
use look::Medium;

pub use evidence::{Evidence, EvidenceError, Recorded};
pub use message::{ConsentForm, DeskRequest, NameFields, NumberFields, Second};
pub use mine::MineLine;
pub use reply::{DeskReply, FindReply, SessionLine};
pub(crate) use revoked::BADGE_REVOKED;
use shift::Shift;
pub use slip::{SlipLook, SlipSigner, SlipView};
use visit::Visits;
pub use visit_view::{ConsentView, VisitView};
pub use who::Who;

/// What the desk is given when the node starts.
pub struct DeskSetup {
    /// The pinned trust root.
    pub trust: TrustRoot,
    /// Where entries are made durable.
    pub evidence: Arc<dyn Evidence>,
    /// Signs what patients take home.
    pub slips: SlipSigner,
    /// PIN verifiers.
    pub pins: Arc<dyn PinRecords + Send + Sync>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for tokens and visits.
    pub entropy: Arc<dyn Entropy>,
}

/// Is the node open, and with what in memory.
#[derive(Clone, Default)]
struct Opening {
    activation: Activation,
    opened: Option<Arc<Opened>>,
}

/// The desk of one node. Shared by all listeners.
pub struct Desk {
    setup: DeskSetup,
    opening: RwLock<Opening>,
    pins: Pins,
    pin_setting: Mutex<()>,
    sessions: Mutex<Sessions>,
    visits: Mutex<Visits>,
    shift: Mutex<Shift>,
    clock_quality: Mutex<ClockQuality>,
    revocations: RwLock<Option<Arc<RevocationList>>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

/// Who is asking, for the length of one request.
struct Caller {
    token: Token,
    number: u64,
    badge: Badge,
    signed_in: Period,
    now: Timestamp,
}

impl Desk {
    /// A desk at which nothing can be looked up yet.
    #[must_use]
    pub fn new(setup: DeskSetup) -> Self {
        Self {
            pins: Pins::new(setup.pins.clone()),
            pin_setting: Mutex::default(),
            setup,
            opening: RwLock::default(),
            sessions: Mutex::default(),
            visits: Mutex::default(),
            shift: Mutex::default(),
            clock_quality: Mutex::new(ClockQuality::Unknown),
            revocations: RwLock::default(),
        }
    }

    /// Takes what an opening, a restart or a promotion brought. Look-ups under way finish on what they hold.
    pub fn set_opening(&self, activation: Activation, opened: Option<Arc<Opened>>) {
        let mut opening = self.opening.write().unwrap_or_else(PoisonError::into_inner);
        *opening = Opening { activation, opened };
    }

    /// Takes the activation of an extension; what is in memory stays.
    pub fn set_activation(&self, activation: Activation) {
        let mut opening = self.opening.write().unwrap_or_else(PoisonError::into_inner);
        opening.activation = activation;
    }

    /// True when what an opening brings is in memory.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        self.opening.read().unwrap_or_else(PoisonError::into_inner).opened.is_some()
    }

    /// What an opening brought into memory.
    pub(crate) fn opened(&self) -> Option<Arc<Opened>> {
        self.opening().opened
    }

    /// Ends everything: sessions, visits, consents, what was done, and the hold on what was opened.
    pub fn close(&self, activation: Activation) {
        self.set_opening(activation, None);
        self.sessions().end_all();
        *self.visits() = Visits::default();
        *self.shift() = Shift::default();
    }

    /// Notes how far the clock can be trusted, for the entries to come.
    pub fn set_clock_quality(&self, quality: ClockQuality) {
        *self.clock_quality.lock().unwrap_or_else(PoisonError::into_inner) = quality;
    }

    /// Answers one request.
    ///
    /// # Errors
    /// A [`Failure`] for what cannot be done; a denial by the rules is a reply, not a failure.
    pub fn handle(&self, request: DeskRequest) -> Result<DeskReply, Failure> {
        match request {
            DeskRequest::SignIn { badge, pin } => self.sign_in(&badge, &pin),
            DeskRequest::SetPin { badge, pin, witness } => {
                self.set_pin(&badge, &pin, witness.as_deref())
            }
            DeskRequest::SignOut { token } => self.sign_out(&token),
            DeskRequest::Sessions { token } => self.list_sessions(&token),
            DeskRequest::EndSession { token, number } => self.end_session(&token, number),
            DeskRequest::FindByNumber { token, fields } => self.find_by_number(&token, &fields),
            DeskRequest::FindByName { token, fields } => self.find_by_name(&token, &fields),
            DeskRequest::ConfirmIdentity { token, visit, by, fact, said } => {
                self.confirm_identity(&token, &visit, &by, &fact, &said)
            }
            DeskRequest::Consent { token, visit, form } => self.consent(&token, &visit, form),
            DeskRequest::VitalInterest { token, visit, reason, written, second } => {
                self.vital_interest(&token, &visit, &reason, written, &second)
            }
            DeskRequest::Look { token, visit, categories, purpose } => {
                self.look(&token, &visit, &categories, &purpose, Medium::Screen)
            }
            DeskRequest::Print { token, visit, categories, purpose } => {
                self.look(&token, &visit, &categories, &purpose, Medium::Paper)
            }
            DeskRequest::Who { token } => self.who(&token),
            DeskRequest::Visit { token, visit } => self.view_visit(&token, &visit),
            DeskRequest::Slip { token, visit } => self.slip(&token, &visit),
            DeskRequest::Mine { token } => self.mine(&token),
            DeskRequest::MayClose { token, second } => self.may_close(&token, &second),
        }
    }

    fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }

    fn opening(&self) -> Opening {
        self.opening.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    // A panic while a lock is held cannot leave half a session behind: each change is one map operation.
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visits(&self) -> MutexGuard<'_, Visits> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shift(&self) -> MutexGuard<'_, Shift> {
        self.shift.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes one event durable.
    fn record(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        self.record_shown(event, now, None).map(drop)
    }

    /// Makes one event durable. The name of whose record was shown is for the list of who saw it, never for the entry.
    fn record_shown(
        &self,
        event: &Event,
        now: Timestamp,
        name: Option<String>,
    ) -> Result<Recorded, Failure> {
        let quality = *self.clock_quality.lock().unwrap_or_else(PoisonError::into_inner);
        let recorded = self.setup.evidence.record(event, now, quality);
        let recorded =
            recorded.map_err(|error| Failure::new(error.class, "journal-not-written"))?;
        self.shift().note(event, now, name);
        Ok(recorded)
    }

    /// The caller behind a token.
    fn caller(&self, token: &str) -> Result<Caller, Failure> {
        let now = self.now();
        let unknown = || Failure::new(ErrorClass::Denied, "session-unknown");
        let token = Token::parse(token).ok_or_else(unknown)?;
        let mut sessions = self.sessions();
        let session: &Session = sessions.touch(&token, now).map_err(|end| match end {
            SessionEnd::Unknown => unknown(),
            SessionEnd::Expired => Failure::new(ErrorClass::Denied, "session-expired"),
            SessionEnd::BadgeExpired => Failure::new(ErrorClass::Denied, "badge-period"),
        })?;
        let (number, badge) = (session.number, session.badge.clone());
        let signed_in = Sessions::period(session);
        // A badge may have come onto the list between its check and its session.
        if self.is_revoked(badge.id) {
            sessions.end(&token);
            return Err(revoked::refused());
        }
        drop(sessions);
        Ok(Caller { token, number, badge, signed_in, now })
    }

    /// The caller as the rules see them.
    fn staff(&self, caller: &Caller, opened: &Opened) -> Staff {
        Staff {
            badge: caller.badge.id,
            role: caller.badge.role,
            facility: caller.badge.facility.unwrap_or(opened.site.facility),
            validity: caller.badge.valid,
            revoked: self.is_revoked(caller.badge.id),
            drill: caller.badge.drill,
            session: caller.signed_in,
        }
    }

    /// Badges that are signed in beside the caller's, each once.
    fn others_signed_in(&self, caller: &Caller) -> Vec<BadgeId> {
        let sessions = self.sessions();
        let badges = sessions.list(caller.now).into_iter().map(|session| session.badge.id);
        let others: BTreeSet<_> = badges.filter(|badge| *badge != caller.badge.id).collect();
        others.into_iter().collect()
    }

    /// What is open, when it covers this site now; otherwise why nothing may even be searched.
    fn covering(&self, now: Timestamp) -> Result<(Opening, Arc<Opened>), DenyReason> {
        let opening = self.opening();
        let Some(opened) = opening.opened.clone() else {
            return Err(DenyReason::NotOpen);
        };
        if opening.activation.covers(&opened.site, now) {
            return Ok((opening, opened));
        }
        Err(match opening.activation.terms_at(now) {
            Some(terms) if now < terms.period.from => DenyReason::BeforePeriod,
            Some(terms) if now >= terms.period.until => DenyReason::AfterPeriod,
            Some(_) => DenyReason::OutsideArea,
            None => DenyReason::NotOpen,
        })
    }
}

/// A stable word of the rules. All of them are lower-case ASCII; were one not, the entry says "other".
fn word(text: &str) -> Word {
    Word::new(text).unwrap_or_else(|_| Word::other())
}

fn staff_ref(badge: &Badge) -> StaffRef {
    StaffRef { badge: *badge.id.as_bytes(), role: word(badge.role.as_str()) }
}

#[cfg(test)]
mod tests;
