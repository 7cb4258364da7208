//! Signing in and out, PINs, sessions.

use std::sync::{Arc, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::ActivationState;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::badge::{Badge, BadgeError};
use tomoshibi_sync::journal::Event;

use super::revoked::{BADGE_REVOKED, refused};
use super::{Caller, Desk, DeskReply, SessionLine, staff_ref, word};
use crate::failure::Failure;
use crate::opened::Opened;
use crate::staff::{Pin, PinError};

impl Desk {
    /// What is open in memory; otherwise whether the node is sealed, or open and waiting for its code.
    pub(super) fn unlocked(&self) -> Result<Arc<Opened>, Failure> {
        let opening = self.opening();
        let locked = opening.activation.state() == ActivationState::Open;
        let code = if locked { "locked" } else { "not-open" };
        opening.opened.ok_or_else(|| Failure::new(ErrorClass::Denied, code))
    }

    pub(super) fn sign_in(&self, badge: &str, pin: &str) -> Result<DeskReply, Failure> {
        let now = self.now();
        let badge = self.check_badge_and_pin(badge, pin, now)?;
        let opened = self.unlocked()?;
        // The entry first: a session that no entry speaks of could look without anybody knowing who it was.
        let (staff, facility) = (staff_ref(&badge), opened.site.facility);
        self.record(&Event::SignedIn { staff, facility }, now)?;
        let (name, role, drill) = (badge.name.clone(), badge.role.as_str().into(), badge.drill);
        let token = self.sessions().begin(badge, now, self.setup.entropy.as_ref());
        let token = token.ok_or_else(|| Failure::new(ErrorClass::Exhausted, "sessions-full"))?;
        Ok(DeskReply::SignedIn { token: token.expose(), name, role, drill })
    }

    /// Checks both factors; a refusal is journalled.
    pub(super) fn check_badge_and_pin(
        &self,
        badge: &str,
        pin: &str,
        now: Timestamp,
    ) -> Result<Badge, Failure> {
        let badge = self.check_badge(badge, now)?;
        let opened = self.unlocked()?;
        let checked =
            Pin::parse(pin).and_then(|pin| self.pins.check(badge.id, &pin, &opened.staff_secret));
        match checked {
            Ok(()) => Ok(badge),
            Err(error) => {
                self.record_refusal(Some(*badge.id.as_bytes()), error.code(), now)?;
                Err(pin_failure(&error))
            }
        }
    }

    fn check_badge(&self, text: &str, now: Timestamp) -> Result<Badge, Failure> {
        let refuse = |badge: Option<&Badge>, error: BadgeError| {
            self.record_refusal(badge.map(|b| *b.id.as_bytes()), error.code(), now)?;
            Err(Failure::new(error.class(), error.code()))
        };
        let badge = match Badge::open(text, &self.setup.trust) {
            Ok(badge) => badge,
            Err(error) => return refuse(None, error),
        };
        // Revoked beats valid.
        if self.is_revoked(badge.id) {
            self.record_refusal(Some(*badge.id.as_bytes()), BADGE_REVOKED, now)?;
            return Err(refused());
        }
        let opening = self.opening();
        let opened = self.unlocked()?;
        let notice = opening.activation.terms_at(now).map(|terms| terms.notice_id.clone());
        let notice = notice.ok_or_else(|| Failure::new(ErrorClass::Denied, "not-open"))?;
        // An extension has a notice of its own; a badge for any notice of this opening goes on counting.
        let own = badge.incident.clone().filter(|own| opening.activation.names_notice(own));
        let incident = own.unwrap_or(notice);
        match badge.check(now, opened.site.facility, &incident) {
            Ok(()) => Ok(badge),
            Err(error) => refuse(Some(&badge), error),
        }
    }

    fn record_refusal(
        &self,
        badge: Option<[u8; 16]>,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.record(&Event::SignInRefused { badge, reasons: vec![word(reason)] }, now)
    }

    pub(super) fn set_pin(
        &self,
        badge: &str,
        pin: &str,
        witness: Option<&str>,
    ) -> Result<DeskReply, Failure> {
        let now = self.now();
        let badge = self.check_badge(badge, now)?;
        let pin = Pin::parse(pin).map_err(|error| pin_failure(&error))?;
        let witness = witness.map(|token| self.caller(token)).transpose()?;
        // One at a time, from the question to the record: two tablets must not both be the first.
        let _one_at_a_time = self.pin_setting.lock().unwrap_or_else(PoisonError::into_inner);
        let witness = match self.witnessed(&badge, witness.as_ref()) {
            Ok(witness) => witness,
            Err(failure) => {
                self.record_refusal(Some(*badge.id.as_bytes()), &failure.code, now)?;
                return Err(failure);
            }
        };
        let opened = self.unlocked()?;
        self.record(&Event::PinSet { staff: staff_ref(&badge), witness }, now)?;
        self.pins
            .set(badge.id, &pin, &opened.staff_secret, self.setup.entropy.as_ref())
            .map_err(|error| pin_failure(&error))?;
        Ok(DeskReply::Done)
    }

    /// Who witnesses a PIN: a member of staff with another badge. Somebody has to be the first, and that is whoever sets
    /// the first PIN of the opening. That nobody is signed in means nothing: then a badge alone would open.
    fn witnessed(
        &self,
        badge: &Badge,
        witness: Option<&Caller>,
    ) -> Result<Option<[u8; 16]>, Failure> {
        match witness {
            Some(caller) if caller.badge.id == badge.id => {
                Err(Failure::new(ErrorClass::Denied, "witness-is-same"))
            }
            Some(caller) => Ok(Some(*caller.badge.id.as_bytes())),
            None if self.pins.is_empty().map_err(|error| pin_failure(&error))? => Ok(None),
            None => Err(Failure::new(ErrorClass::Denied, "witness-missing")),
        }
    }

    pub(super) fn sign_out(&self, token: &str) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        self.sessions().end(&caller.token);
        let (staff, cause) = (staff_ref(&caller.badge), word("self"));
        self.record(&Event::SignedOut { staff, cause }, caller.now)?;
        Ok(DeskReply::Done)
    }

    pub(super) fn list_sessions(&self, token: &str) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let line = |session: &crate::staff::Session| SessionLine {
            number: session.number,
            name: session.badge.name.clone(),
            role: session.badge.role.as_str().into(),
            signed_in_at: session.signed_in_at.to_string(),
            used_at: session.used_at.to_string(),
            own: session.number == caller.number,
        };
        let sessions = self.sessions().list(caller.now).into_iter().map(line).collect();
        Ok(DeskReply::Sessions { sessions })
    }

    pub(super) fn end_session(&self, token: &str, number: u64) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let ended = self.sessions().end_number(number);
        let ended = ended.ok_or_else(|| Failure::new(ErrorClass::NotFound, "session-unknown"))?;
        let (staff, cause) = (staff_ref(&ended.badge), word("elsewhere"));
        self.record(&Event::SignedOut { staff, cause }, caller.now)?;
        Ok(DeskReply::Done)
    }
}

fn pin_failure(error: &PinError) -> Failure {
    let failure = Failure::new(error.class(), error.code());
    match error {
        PinError::Wrong { left } => failure.with("left", *left),
        _ => failure,
    }
}
