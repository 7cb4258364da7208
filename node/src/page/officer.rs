//! The officer's screen: how the node could be opened, opening it, until when it is open.
//!
//! What it shows holds nothing of a patient and no name of staff, and whoever asks sees it: on the day, nobody can sign
//! in yet. Opening needs a badge, an order, and the spoken code or a line; the node checks all of it. What was typed stays
//! in the answer as long as it may be right, so that one misheard group is corrected and not all eight.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use tomoshibi_policies::ErrorClass;

use super::answer::Answer;
use super::frame::Frame;
use super::posted::Posted;
use super::sessions::unexpected;
use super::visitor::{Signed, Visitor};
use super::{Site, refusal};
use crate::control::{Request, Response};
use crate::duty::{InMemory, OpeningView, OrderLine};
use crate::failure::{Args, Failure};
use crate::locale::text;
use crate::status::{Activation, SnapshotStatus};

/// How often the screen asks for itself again while somebody opens.
const OPENING_RELOAD_SECONDS: i64 = 3;
/// From here on an age is told in days.
const AGE_HOURS_MAX: i64 = 48;

#[derive(Template)]
#[template(path = "officer.html")]
struct Screen {
    frame: Frame,
    /// None when the node cannot say, and `failure` says why.
    view: Option<OpeningView>,
    typed: Typed,
    failure: Option<String>,
}

/// What stands in the form.
#[derive(Default)]
struct Typed {
    badge: String,
    notice: String,
    code: String,
    /// The field that has to be changed, when it is known.
    wrong: &'static str,
}

/// Ways to get the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ways {
    code: bool,
    line: bool,
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Answer {
    screen(&site, visitor, Typed::default(), None).await
}

/// An opening that is asked for by GET: a reload, or another language chosen on its answer.
pub(super) async fn again() -> Answer {
    Answer::go("/officer")
}

#[derive(Deserialize)]
pub(super) struct Attempt {
    #[serde(default)]
    badge: String,
    #[serde(default)]
    notice: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    how: String,
}

pub(super) async fn open(State(site): State<Arc<Site>>, form: Posted<Attempt>) -> Answer {
    let (visitor, fields) = (&form.visitor, &form.fields);
    if !site.may_try(visitor.address) {
        return refusal::too_often(&site, visitor);
    }
    let act = async {
        let tried = match fields.request() {
            Ok(request) => site.call(request).await,
            Err(failure) => Err(failure),
        };
        match tried {
            Ok(Response::Open(_)) => Answer::go("/officer"),
            Ok(_) => refusal::screen(&site, visitor, None, &unexpected()),
            // Somebody else was quicker: the screen says how far it is.
            Err(failure) if failure.class == ErrorClass::Conflict => Answer::go("/officer"),
            Err(failure) => {
                let typed = fields.kept_after(&failure);
                screen(&site, visitor.clone(), typed, Some(&failure)).await
            }
        }
    };
    form.once(&site, act).await
}

impl Attempt {
    fn request(&self) -> Result<Request, Failure> {
        let missing = |code| Failure::new(ErrorClass::Invalid, code);
        let badge = self.badge.trim().to_owned();
        if badge.is_empty() {
            return Err(missing("badge-missing"));
        }
        let fetches = self.how == "fetch";
        if !fetches && self.code.trim().is_empty() {
            return Err(missing("code-missing"));
        }
        let notice = Some(self.notice.clone()).filter(|notice| !notice.is_empty());
        let code = Some(self.code.clone()).filter(|_| !fetches);
        Ok(Request::OpenWithBadge { badge, notice, code })
    }

    /// What stays in the form: all but what has to be read or asked for anew as a whole.
    fn kept_after(&self, failure: &Failure) -> Typed {
        let wrong = match failure.code.as_str() {
            code if code.starts_with("badge-") => "badge",
            code if code.starts_with("code-") => "code",
            _ => "",
        };
        let another_code = matches!(failure.code.as_str(), "code-wrong" | "code-attempts");
        let kept = |text: &str, keep: bool| if keep { text.to_owned() } else { String::new() };
        Typed {
            badge: kept(self.badge.trim(), wrong != "badge"),
            notice: self.notice.clone(),
            code: kept(self.code.trim(), !another_code),
            wrong,
        }
    }
}

async fn screen(site: &Site, visitor: Visitor, typed: Typed, failure: Option<&Failure>) -> Answer {
    let view = match site.call(Request::Opening).await {
        Ok(Response::Opening(view)) => Ok(*view),
        Ok(_) => Err(unexpected()),
        Err(why) => Err(why),
    };
    let mut frame = match Signed::of(site, visitor.clone()).await {
        Ok(signed) => Frame::signed(site, &signed, "page-officer-title"),
        Err(_) => Frame::new(site, &visitor, "page-officer-title"),
    };
    if view.as_ref().is_ok_and(|view| view.opening_now) {
        frame.reload_seconds = Some(OPENING_RELOAD_SECONDS);
    }
    let status = failure.map_or(StatusCode::OK, |failure| refusal::status(failure.class));
    let failure = failure.or(view.as_ref().err()).map(|failure| frame.failure(failure));
    Answer::screen(status, &Screen { frame, view: view.ok(), typed, failure })
}

impl Screen {
    /// The orders that open this site now, the newest of each notice.
    fn choices<'a>(&self, view: &'a OpeningView) -> Vec<&'a OrderLine> {
        let mut choices: Vec<&OrderLine> = Vec::new();
        for order in view.orders.iter().filter(|order| order.opens()) {
            if choices.iter().all(|known| known.notice != order.notice) {
                choices.push(order);
            }
        }
        choices
    }

    /// True for the choice that is made unless somebody makes another.
    fn is_chosen(&self, choices: &[&OrderLine], order: &OrderLine) -> bool {
        let is_typed = |order: &&&OrderLine| order.notice == self.typed.notice;
        let chosen = choices.iter().find(is_typed).or_else(|| choices.first());
        chosen.is_some_and(|chosen| chosen.notice == order.notice)
    }

    fn codes_left(&self, view: &OpeningView) -> String {
        self.frame.with("page-officer-codes-left", "left", view.codes_left.unwrap_or_default())
    }

    /// What could bring the keys.
    fn ways(&self, view: &OpeningView) -> Ways {
        Ways { code: view.codes_left.is_some_and(|left| left > 0), line: view.line }
    }

    /// What stands in the way of an opening, in words; nothing when the form can be used.
    fn obstacles(&self, view: &OpeningView) -> Vec<String> {
        let mut ids = Vec::new();
        if view.state == Activation::Sealed && self.choices(view).is_empty() {
            ids.push("page-officer-no-order");
        }
        if view.snapshot.is_none() {
            ids.push("page-officer-no-data");
        }
        if self.ways(view) == (Ways { code: false, line: false }) {
            let used_up = view.codes_left.is_some();
            ids.push(if used_up { "page-officer-no-codes" } else { "page-officer-no-release" });
        }
        ids.into_iter().map(|id| self.frame.t(id)).collect()
    }

    /// True when the node waits for somebody to open it.
    fn is_waiting(&self, view: &OpeningView) -> bool {
        matches!(view.state, Activation::Sealed | Activation::Locked) && !view.opening_now
    }

    fn period(&self, order: &OrderLine) -> String {
        let args = [("from", &order.opens_at), ("until", &order.closes_at)];
        self.words("page-officer-period", args.map(|(name, at)| (name, self.frame.at(at))))
    }

    fn reach_in_memory(&self, data: &InMemory) -> String {
        self.reach([&data.published_at, &data.claims_to, &data.eligibility_to, &data.checkups_to])
    }

    fn reach_of(&self, data: &SnapshotStatus) -> String {
        self.reach([&data.published_at, &data.claims_to, &data.eligibility_to, &data.checkups_to])
    }

    fn reach(&self, [published, claims, eligibility, checkups]: [&String; 4]) -> String {
        let date = |text: &str| crate::locale::date_text(self.frame.lang, text);
        let args = [
            ("published", self.frame.at(published)),
            ("claims", date(claims)),
            ("eligibility", date(eligibility)),
            ("checkups", date(checkups)),
        ];
        self.words("page-officer-reach", args)
    }

    /// How old the data is.
    fn age(&self, seconds: Option<&i64>) -> String {
        let Some(hours) = seconds.map(|seconds| seconds / 3600) else {
            return self.frame.t("page-officer-age-unknown");
        };
        match hours {
            0..AGE_HOURS_MAX => self.frame.with("page-officer-age-hours", "hours", hours),
            _ => self.frame.with("page-officer-age-days", "days", hours / 24),
        }
    }

    fn words<const N: usize>(&self, id: &str, args: [(&str, String); N]) -> String {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        text(self.frame.lang, id, &args.collect::<Args>())
    }
}

#[cfg(test)]
mod tests;
