//! Drives one case of the plan through a node's desk, as a member of staff would.
//!
//! Promises: nothing is looked at after a search that did not find exactly one person, and nothing the plan does not
//! say is tried a second time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::plan::{
    Asked, BadgeFault, Case, Evidence, Expected, Post, Search, Second, SignInPlan, VisitPlan,
};
use super::socket::{Answer, Desk, SocketError};

/// One member of staff of the demo.
#[derive(Clone)]
pub struct Holder {
    /// Text of the badge.
    pub badge: String,
    /// PIN.
    pub pin: String,
    /// Token of the session, once signed in.
    pub token: Option<String>,
}

/// Everybody, and the badges that must not work.
#[derive(Clone, Default)]
pub struct Roster {
    /// Staff by post.
    pub holders: BTreeMap<Post, Holder>,
    /// A good badge of another facility.
    pub other_facility: String,
    /// A good badge whose hours are over.
    pub expired: String,
    /// A good badge for which nobody sets a PIN.
    pub without_pin: String,
}

// Badges and PINs: never in Debug.
impl std::fmt::Debug for Roster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Roster({} people)", self.holders.len())
    }
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A record.
    Shown(Box<Value>),
    /// Exactly one person, where none or several was all that was asked.
    FoundOne,
    /// More is asked for.
    Several,
    /// Nobody.
    NotFound,
    /// The rules refuse.
    Denied(Vec<String>),
    /// The request is refused.
    Refused(String),
    /// The session began, where it must not.
    SignedIn,
    /// The fact was judged otherwise than the truth does.
    FactMisjudged,
}

impl Roster {
    /// Sets the PINs and signs everybody in: the first alone, the others before the first.
    ///
    /// # Errors
    /// When the node does not answer; a refusal is the answer that comes back.
    pub fn sign_all_in(&mut self, desk: &mut impl Desk) -> Result<Option<Answer>, SocketError> {
        self.sign_in_before(desk, None)
    }

    /// Sets the PINs and signs everybody in before `witness`, the session of somebody who is signed in.
    ///
    /// # Errors
    /// As [`Roster::sign_all_in`].
    pub fn sign_in_before(
        &mut self,
        desk: &mut impl Desk,
        mut witness: Option<String>,
    ) -> Result<Option<Answer>, SocketError> {
        for holder in self.holders.values_mut() {
            let set = json!({"ask": "set-pin", "badge": holder.badge, "pin": holder.pin,
                "witness": witness});
            if let refused @ Answer::Refused { .. } = desk.ask(set)? {
                return Ok(Some(refused));
            }
            let sign_in = json!({"ask": "sign-in", "badge": holder.badge, "pin": holder.pin});
            match desk.ask(sign_in)? {
                Answer::Done(reply) if reply.get("token").is_some() => {
                    holder.token = text(&reply, "token");
                }
                other => return Ok(Some(other)),
            }
            witness = witness.or_else(|| holder.token.clone());
        }
        Ok(None)
    }

    fn token(&self, post: Post) -> &str {
        self.holders.get(&post).and_then(|holder| holder.token.as_deref()).unwrap_or_default()
    }

    /// Badge and PIN of an attempt to sign in.
    fn factors(&self, plan: SignInPlan) -> (String, String) {
        let Some(holder) = self.holders.get(&plan.post) else { return Default::default() };
        let pin = holder.pin.clone();
        match plan.fault {
            BadgeFault::None => (holder.badge.clone(), pin),
            // Another PIN of the right form.
            BadgeFault::WrongPin => (holder.badge.clone(), pin.chars().rev().collect()),
            BadgeFault::Altered => (altered(&holder.badge), pin),
            BadgeFault::OtherFacility => (self.other_facility.clone(), pin),
            BadgeFault::Expired => (self.expired.clone(), pin),
            BadgeFault::NoPin => (self.without_pin.clone(), pin),
        }
    }
}

/// The badge with one character in its middle changed for another of its alphabet.
fn altered(badge: &str) -> String {
    let middle = badge.chars().count() / 2;
    let other = |letter| if letter == 'A' { 'B' } else { 'A' };
    badge
        .chars()
        .enumerate()
        .map(|(at, letter)| if at == middle { other(letter) } else { letter })
        .collect()
}

/// Tries one case.
///
/// # Errors
/// When the node does not answer at all.
pub fn drive(desk: &mut impl Desk, roster: &Roster, case: &Case) -> Result<Outcome, SocketError> {
    match &case.asked {
        Asked::Visit(plan) => visit(desk, roster, plan, case.expected.is_search_only()),
        Asked::SignIn(plan) => {
            let (badge, pin) = roster.factors(*plan);
            let answer = desk.ask(json!({"ask": "sign-in", "badge": badge, "pin": pin}))?;
            Ok(refusal(answer).unwrap_or(Outcome::SignedIn))
        }
        Asked::EndedSession(search) => {
            let Some(holder) = roster.holders.get(&Post::Designated) else {
                return Ok(Outcome::Refused("no-holder".into()));
            };
            let sign_in = json!({"ask": "sign-in", "badge": holder.badge, "pin": holder.pin});
            let reply = match desk.ask(sign_in)? {
                Answer::Done(reply) => reply,
                Answer::Refused { code, .. } => return Ok(Outcome::Refused(code)),
            };
            let token = text(&reply, "token").unwrap_or_default();
            desk.ask(json!({"ask": "sign-out", "token": token}))?;
            let found = find(desk, &token, search)?;
            Ok(found.err().unwrap_or(Outcome::FoundOne))
        }
    }
}

fn visit(
    desk: &mut impl Desk,
    roster: &Roster,
    plan: &VisitPlan,
    search_only: bool,
) -> Result<Outcome, SocketError> {
    let token = roster.token(plan.asker);
    let visit = match find(desk, token, &plan.search)? {
        Ok(visit) => visit,
        Err(outcome) => return Ok(outcome),
    };
    if search_only {
        return Ok(Outcome::FoundOne);
    }
    if let Some(confirm) = &plan.confirm {
        let answer = desk.ask(json!({"ask": "confirm-identity", "token": token, "visit": visit,
            "by": confirm.by, "fact": confirm.fact, "said": confirm.said}))?;
        match answer {
            Answer::Done(reply) => {
                let confirmed = reply.get("confirmed").and_then(Value::as_bool);
                if confirmed != Some(confirm.is_true) {
                    return Ok(Outcome::FactMisjudged);
                }
            }
            Answer::Refused { code, .. } => return Ok(Outcome::Refused(code)),
        }
    }
    if let Some(outcome) = give_evidence(desk, roster, plan, &visit)? {
        return Ok(outcome);
    }
    let look = json!({"ask": "look", "token": token, "visit": visit,
        "categories": plan.categories, "purpose": plan.purpose});
    let answer = desk.ask(look)?;
    if let Answer::Done(reply) = &answer
        && let Some(record) = reply.get("record")
    {
        return Ok(Outcome::Shown(Box::new(record.clone())));
    }
    Ok(refusal(answer).unwrap_or_else(|| Outcome::Refused("no-record".into())))
}

/// Records what speaks for looking; an outcome when that is refused already.
fn give_evidence(
    desk: &mut impl Desk,
    roster: &Roster,
    plan: &VisitPlan,
    visit: &str,
) -> Result<Option<Outcome>, SocketError> {
    let token = roster.token(plan.asker);
    let request = match &plan.evidence {
        Evidence::None => return Ok(None),
        Evidence::Consent(form) => {
            json!({"ask": "consent", "token": token, "visit": visit, "form": form})
        }
        Evidence::OfAnother(search) => match find(desk, token, search)? {
            Ok(other) => {
                json!({"ask": "consent", "token": token, "visit": other, "form": "oral"})
            }
            Err(outcome) => return Ok(Some(outcome)),
        },
        Evidence::Vital(claim) => {
            let second = match claim.second {
                Second::Alone => json!({"by": "alone"}),
                Second::Nobody => json!({"by": "nobody"}),
                Second::Badge(post) => match roster.holders.get(&post) {
                    Some(other) => {
                        json!({"by": "badge", "badge": other.badge, "pin": other.pin})
                    }
                    None => json!({"by": "nobody"}),
                },
            };
            json!({"ask": "vital-interest", "token": token, "visit": visit,
                "reason": claim.reason, "written": claim.written, "second": second})
        }
    };
    Ok(refusal(desk.ask(request)?))
}

/// The visit that a search opened, or the outcome without one.
fn find(
    desk: &mut impl Desk,
    token: &str,
    search: &Search,
) -> Result<Result<String, Outcome>, SocketError> {
    let request = match search {
        Search::Number(fields) => {
            json!({"ask": "find-by-number", "token": token, "fields": fields})
        }
        Search::Name(fields) => json!({"ask": "find-by-name", "token": token, "fields": fields}),
    };
    let answer = desk.ask(request)?;
    if let Answer::Done(reply) = &answer {
        let visit = text(reply, "visit");
        match (reply.get("found").and_then(Value::as_str), visit) {
            (Some("one"), Some(visit)) => return Ok(Ok(visit)),
            (Some("several"), _) => return Ok(Err(Outcome::Several)),
            (Some("none"), _) => return Ok(Err(Outcome::NotFound)),
            _ => {}
        }
    }
    Ok(Err(refusal(answer).unwrap_or_else(|| Outcome::Refused("no-outcome".into()))))
}

/// The outcome of a denial or a refusal; none when neither was answered.
fn refusal(answer: Answer) -> Option<Outcome> {
    match answer {
        Answer::Refused { code, .. } => Some(Outcome::Refused(code)),
        Answer::Done(reply) => {
            let denied = reply.get("answer").and_then(Value::as_str) == Some("denied");
            denied.then(|| {
                let reasons = reply.get("reasons").and_then(Value::as_array);
                let words = reasons.into_iter().flatten().filter_map(Value::as_str);
                Outcome::Denied(words.map(str::to_owned).collect())
            })
        }
    }
}

fn text(reply: &Value, member: &str) -> Option<String> {
    reply.get(member).and_then(Value::as_str).map(str::to_owned)
}

/// Whether an outcome is the expected one; a record is checked by `check` besides.
#[must_use]
pub fn is_as_expected(outcome: &Outcome, expected: &Expected) -> bool {
    match (outcome, expected) {
        (Outcome::Shown(_), Expected::Shown { .. })
        | (Outcome::Several, Expected::Several | Expected::NotOne)
        | (Outcome::NotFound, Expected::NotFound | Expected::NotOne) => true,
        (Outcome::Denied(reasons), Expected::Denied(reason)) => reasons.iter().any(|r| r == reason),
        (Outcome::Refused(code), Expected::Refused(codes)) => codes.contains(&code.as_str()),
        _ => false,
    }
}
