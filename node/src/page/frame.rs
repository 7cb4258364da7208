//! What every screen has: its words, the drill's mark, who is signed in, where one can go, and what is about to end.

use tomoshibi_policies::activation::ActivationState;
use tomoshibi_policies::time::Timestamp;

use super::Site;
use super::visitor::{Signed, Visitor, is_returnable};
use crate::desk::Who;
use crate::failure::{Args, Failure, Value};
use crate::locale::{Lang, failure_text, instant_text, text};

/// Staff are warned this long before the node closes: a day, and an hour.
const WARNING_HOURS: [i64; 2] = [1, 24];

/// See the module. Templates reach it as `frame`.
pub(super) struct Frame {
    pub(super) lang: Lang,
    /// Message id of the title. Titles stand in the history of a browser: never anything of a patient.
    pub(super) title: &'static str,
    pub(super) drill: bool,
    /// What the node is called.
    pub(super) node: String,
    pub(super) who: Option<Who>,
    /// Shows that a form is ours.
    pub(super) seal: String,
    /// Tells one form from another; the same on all forms of a screen, of which one is sent.
    pub(super) once: String,
    /// The screen to come back to after another language was chosen.
    pub(super) back: String,
    /// Seconds after which the screen asks for itself again, and so shows that something is over.
    pub(super) reload_seconds: Option<i64>,
    /// When the node closes, and in how many hours at most, when that is soon.
    pub(super) closing_soon: Option<(String, i64)>,
    /// True when the node is open and answers.
    pub(super) open: bool,
}

impl Frame {
    /// The frame of a screen for whoever is there.
    pub(super) fn new(site: &Site, visitor: &Visitor, title: &'static str) -> Self {
        let node = site.node();
        let (now, duty) = (site.now(), node.begun_duty());
        let activation = duty.as_ref().map(|duty| duty.activation());
        let open = activation.filter(|activation| activation.state() == ActivationState::Open);
        let closes_at = open.as_ref().and_then(|open| open.terms_at(now)).map(|t| t.period.until);
        Self {
            lang: visitor.lang,
            title,
            drill: node.record().is_some_and(|record| record.drill),
            node: node.config().node.name.clone(),
            who: None,
            seal: site.seal(&visitor.browser),
            // Without randomness no form is taken twice either: an empty mark is one mark.
            once: site.mark().unwrap_or_default(),
            back: if is_returnable(&visitor.path) { visitor.path.clone() } else { "/".into() },
            reload_seconds: None,
            closing_soon: closes_at.and_then(|at| closing_soon(visitor.lang, at, now)),
            open: duty.is_some_and(|duty| duty.is_unlocked()),
        }
    }

    /// The frame of a screen for somebody who is signed in. It asks for itself again when the session would be over.
    pub(super) fn signed(site: &Site, signed: &Signed, title: &'static str) -> Self {
        let ends = [&signed.who.idle_until, &signed.who.until];
        let ends = ends.into_iter().filter_map(|end| end.parse::<Timestamp>().ok()).min();
        Self {
            who: Some(signed.who.clone()),
            reload_seconds: ends.map(|end| seconds_until(end, site.now())),
            ..Self::new(site, &signed.visitor, title)
        }
    }

    /// Has the screen ask for itself again at `end` at the latest.
    pub(super) fn until(mut self, end: Timestamp, now: Timestamp) -> Self {
        let seconds = seconds_until(end, now);
        self.reload_seconds = Some(self.reload_seconds.map_or(seconds, |known| known.min(seconds)));
        self
    }

    /// The message `id`.
    pub(super) fn t(&self, id: &str) -> String {
        text(self.lang, id, &Args::new())
    }

    /// The message `prefix-word`.
    pub(super) fn word(&self, prefix: &str, word: &str) -> String {
        self.t(&format!("{prefix}-{word}"))
    }

    /// The message `id` with one argument.
    pub(super) fn with(&self, id: &str, name: &str, value: impl Into<Value>) -> String {
        text(self.lang, id, &Args::from([(name.to_owned(), value.into())]))
    }

    /// A moment for people, Japanese time.
    pub(super) fn at(&self, at: &str) -> String {
        instant_text(self.lang, at)
    }

    /// What was wrong and what to do.
    pub(super) fn failure(&self, failure: &Failure) -> String {
        failure_text(self.lang, failure)
    }

    /// Why the rules refuse, and what to do.
    pub(super) fn denial(&self, reason: &str) -> String {
        format!("{} {}", self.word("deny", reason), self.t(&format!("deny-{reason}-hint")))
    }

    /// When the node closes, in words.
    pub(super) fn closing_words(&self, (at, hours): &(String, i64)) -> String {
        let args = [("at".to_owned(), at.as_str().into()), ("hours".to_owned(), (*hours).into())];
        text(self.lang, "page-closing-soon", &Args::from(args))
    }

    /// The other language, by its own name.
    pub(super) const fn other_language(&self) -> (&'static str, &'static str) {
        match self.lang {
            Lang::Ja => ("en", "English"),
            Lang::En => ("ja", "日本語"),
        }
    }
}

/// A second later, so that what is over is over when the screen is asked for.
fn seconds_until(end: Timestamp, now: Timestamp) -> i64 {
    (end.millis_since(now).max(0) / 1000).saturating_add(1)
}

fn closing_soon(lang: Lang, at: Timestamp, now: Timestamp) -> Option<(String, i64)> {
    let left = at.millis_since(now);
    let soon = |hours: &&i64| left < **hours * 3_600_000;
    let hours = WARNING_HOURS.iter().find(soon)?;
    Some((instant_text(lang, &at.to_string()), *hours))
}

#[cfg(test)]
impl Frame {
    /// The frame that tests of screens put theirs into: a doctor is signed in at a drill.
    pub(super) fn fixed(lang: Lang, title: &'static str) -> Self {
        let who = Who {
            number: 1,
            name: "職員1".into(),
            role: "doctor".into(),
            drill: true,
            signed_in_at: "2026-11-22T12:00:00+09:00".into(),
            idle_until: "2026-11-22T12:15:00+09:00".into(),
            until: "2026-11-23T00:00:00+09:00".into(),
        };
        Self {
            lang,
            title,
            drill: true,
            node: "灯病院".into(),
            who: Some(who),
            seal: "seal".into(),
            once: "once".into(),
            back: "/".into(),
            reload_seconds: None,
            closing_soon: None,
            open: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_are_warned_a_day_and_an_hour_before_the_node_closes() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        for (minutes, expected) in
            [(59, Some(1)), (61, Some(24)), (24 * 60 - 1, Some(24)), (24 * 60, None)]
        {
            let at = now.plus_millis(minutes * 60_000);
            assert_eq!(
                closing_soon(Lang::Ja, at, now).map(|(_, hours)| hours),
                expected,
                "{minutes}"
            );
        }
    }
}
