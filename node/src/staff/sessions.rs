//! Sessions: short, visible, endable from elsewhere.

use std::collections::BTreeMap;
use std::fmt;

use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::{Period, Timestamp};
use tomoshibi_sync::badge::Badge;
use tomoshibi_sync::seam::Entropy;
use zeroize::Zeroize;

/// Longest pause: a tablet left on a bed forgets its user.
const IDLE_MS: i64 = 15 * 60_000;
/// Longest session: a shift.
pub(crate) const SHIFT_MS: i64 = 12 * 3_600_000;
/// Most sessions at once; one more is refused. A hospital in a disaster has tens of tablets.
const SESSIONS_MAX: usize = 256;

/// What a client shows for its session: 32 random bytes, written in hexadecimal. Never printed by `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token([u8; 32]);

impl Token {
    /// Reads 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<tomoshibi_sync::id::Digest>().ok().map(|bytes| Self(*bytes.as_bytes()))
    }

    /// The 64 digits, for the client that signed in.
    #[must_use]
    pub fn expose(&self) -> String {
        tomoshibi_sync::id::Digest::from_bytes(self.0).to_string()
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// One signed-in member of staff.
#[derive(Debug, Clone)]
pub struct Session {
    /// A number to name the session by, in lists and for ending it.
    pub number: u64,
    /// The badge.
    pub badge: Badge,
    /// When it began.
    pub signed_in_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
}

/// Why there is no session for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// Unknown: never began, was ended, or the node was restarted.
    Unknown,
    /// Not used for too long, or longer than a shift.
    Expired,
    /// The badge's own period is over.
    BadgeExpired,
}

/// The sessions of a node. In memory only: after a restart everybody signs in again.
#[derive(Debug, Default)]
pub struct Sessions {
    sessions: BTreeMap<Token, Session>,
    next_number: u64,
}

impl Sessions {
    /// Begins a session for a badge whose PIN was right; none when too many are signed in or no random bytes are to
    /// be had. Earlier sessions of the badge go on: a doctor may hold two tablets.
    pub fn begin(&mut self, badge: Badge, now: Timestamp, entropy: &dyn Entropy) -> Option<Token> {
        self.sessions.retain(|_, session| Self::end_of(session, now).is_none());
        if self.sessions.len() >= SESSIONS_MAX {
            return None;
        }
        let token = Token(entropy.bytes().ok()?);
        self.next_number = self.next_number.saturating_add(1);
        let number = self.next_number;
        let session = Session { number, badge, signed_in_at: now, used_at: now };
        self.sessions.insert(token.clone(), session);
        Some(token)
    }

    /// The session of a token, marked as used now.
    ///
    /// # Errors
    /// Why there is none. An expired session is forgotten.
    pub fn touch(&mut self, token: &Token, now: Timestamp) -> Result<&Session, SessionEnd> {
        let end = self.sessions.get(token).map(|session| Self::end_of(session, now));
        match end {
            None => return Err(SessionEnd::Unknown),
            Some(Some(end)) => {
                self.sessions.remove(token);
                return Err(end);
            }
            Some(None) => {}
        }
        let session = self.sessions.get_mut(token).ok_or(SessionEnd::Unknown)?;
        // A clock that was set back must not shorten the pause that is counted from here.
        session.used_at = session.used_at.max(now);
        Ok(session)
    }

    /// Ends the session of a token; returns it when there was one.
    pub fn end(&mut self, token: &Token) -> Option<Session> {
        self.sessions.remove(token)
    }

    /// Ends the session with this number, from elsewhere.
    pub fn end_number(&mut self, number: u64) -> Option<Session> {
        let token = self.sessions.iter().find(|(_, s)| s.number == number)?.0.clone();
        self.sessions.remove(&token)
    }

    /// Ends the sessions of the badges that `counts_no_more` names, by number.
    pub fn end_badges(&mut self, counts_no_more: impl Fn(BadgeId) -> bool) -> Vec<Session> {
        let ended = self.sessions.extract_if(.., |_, session| counts_no_more(session.badge.id));
        let mut ended: Vec<_> = ended.map(|(_, session)| session).collect();
        ended.sort_by_key(|session| session.number);
        ended
    }

    /// Ends all sessions: closing, or a revoked order.
    pub fn end_all(&mut self) {
        self.sessions.clear();
    }

    /// Everybody signed in now, by number.
    #[must_use]
    pub fn list(&self, now: Timestamp) -> Vec<&Session> {
        let mut list: Vec<_> =
            self.sessions.values().filter(|s| Self::end_of(s, now).is_none()).collect();
        list.sort_by_key(|session| session.number);
        list
    }

    /// From sign-in to the latest moment at which the session can still count, were it used until then.
    #[must_use]
    pub fn period(session: &Session) -> Period {
        let until = session.signed_in_at.plus_millis(SHIFT_MS).min(session.badge.valid.until);
        Period { from: session.signed_in_at, until }
    }

    /// When the session ends if it is not used again.
    #[must_use]
    pub fn idle_until(session: &Session) -> Timestamp {
        session.used_at.plus_millis(IDLE_MS).min(Self::period(session).until)
    }

    /// True when somebody with another badge is signed in: a second person who could have confirmed.
    #[must_use]
    pub fn is_anybody_else(&self, badge: BadgeId, now: Timestamp) -> bool {
        self.list(now).iter().any(|session| session.badge.id != badge)
    }

    fn end_of(session: &Session, now: Timestamp) -> Option<SessionEnd> {
        if !session.badge.valid.contains(now) {
            return Some(SessionEnd::BadgeExpired);
        }
        let idle = now.millis_since(session.used_at) >= IDLE_MS;
        let long = now.millis_since(session.signed_in_at) >= SHIFT_MS;
        (idle || long).then_some(SessionEnd::Expired)
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::record::RegionCode;
    use tomoshibi_policies::role::Role;
    use tomoshibi_sync::seam::SystemEntropy;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    fn badge(n: u8) -> Badge {
        Badge {
            id: BadgeId::from_bytes([n; 16]),
            name: "当番".into(),
            role: Role::Doctor,
            facility: None,
            incident: None,
            region: RegionCode::new(17).unwrap(),
            drill: true,
            valid: Period { from: at(0), until: at(24 * 60) },
        }
    }

    fn begin(sessions: &mut Sessions, n: u8, minutes: i64) -> Token {
        sessions.begin(badge(n), at(minutes), &SystemEntropy).unwrap()
    }

    #[test]
    fn a_session_ends_after_a_pause_and_after_a_shift() {
        let mut sessions = Sessions::default();
        let token = begin(&mut sessions, 1, 0);
        assert!(sessions.touch(&token, at(14)).is_ok());
        assert!(sessions.touch(&token, at(28)).is_ok());
        assert_eq!(sessions.touch(&token, at(43)).unwrap_err(), SessionEnd::Expired);
        assert_eq!(sessions.touch(&token, at(28)).unwrap_err(), SessionEnd::Unknown);

        let token = begin(&mut sessions, 1, 0);
        for minutes in (0..720).step_by(10) {
            assert!(sessions.touch(&token, at(minutes)).is_ok());
        }
        assert_eq!(sessions.touch(&token, at(720)).unwrap_err(), SessionEnd::Expired);
    }

    #[test]
    fn a_session_does_not_outlive_its_badge() {
        let mut sessions = Sessions::default();
        let token = begin(&mut sessions, 1, 24 * 60 - 5);
        assert_eq!(sessions.touch(&token, at(24 * 60)).unwrap_err(), SessionEnd::BadgeExpired);
    }

    #[test]
    fn a_session_can_be_ended_from_elsewhere() {
        let mut sessions = Sessions::default();
        let (one, two) = (begin(&mut sessions, 1, 0), begin(&mut sessions, 2, 0));
        assert!(sessions.is_anybody_else(badge(1).id, at(1)));
        let number = sessions.touch(&two, at(1)).unwrap().number;
        assert!(sessions.end_number(number).is_some());
        assert_eq!(sessions.touch(&two, at(1)).unwrap_err(), SessionEnd::Unknown);
        assert!(sessions.touch(&one, at(1)).is_ok());
        assert!(!sessions.is_anybody_else(badge(1).id, at(1)));
    }

    #[test]
    fn every_session_of_a_badge_is_ended_and_nobody_elses() {
        let mut sessions = Sessions::default();
        let (one, two) = (begin(&mut sessions, 1, 0), begin(&mut sessions, 2, 0));
        let again = begin(&mut sessions, 1, 1);
        let ended = sessions.end_badges(|id| id == badge(1).id);
        assert_eq!(ended.iter().map(|session| session.number).collect::<Vec<_>>(), [1, 3]);
        for token in [one, again] {
            assert_eq!(sessions.touch(&token, at(2)).unwrap_err(), SessionEnd::Unknown);
        }
        assert!(sessions.touch(&two, at(2)).is_ok());
    }

    #[test]
    fn two_tablets_of_one_badge_are_not_two_people() {
        let mut sessions = Sessions::default();
        begin(&mut sessions, 1, 0);
        begin(&mut sessions, 1, 0);
        assert_eq!(sessions.list(at(1)).len(), 2);
        assert!(!sessions.is_anybody_else(badge(1).id, at(1)));
    }

    #[test]
    fn there_is_an_end_to_sessions() {
        let mut sessions = Sessions::default();
        for _ in 0..SESSIONS_MAX {
            begin(&mut sessions, 1, 0);
        }
        assert!(sessions.begin(badge(2), at(1), &SystemEntropy).is_none());
        assert!(sessions.begin(badge(2), at(15), &SystemEntropy).is_some());
    }

    #[test]
    fn a_token_has_one_spelling_and_hides_itself() {
        let token = begin(&mut Sessions::default(), 1, 0);
        assert_eq!(Token::parse(&token.expose()), Some(token.clone()));
        assert_eq!(Token::parse("00"), None);
        assert_eq!(format!("{token:?}"), "Token(hidden)");
    }
}
