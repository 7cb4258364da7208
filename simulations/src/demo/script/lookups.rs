//! The look-ups, and what came of them.

use super::{DemoError, Drill};
use crate::demo::check::check;
use crate::demo::plan::{Case, Expected};
use crate::demo::socket::{Answer, Socket};
use crate::demo::summary::wrong_answer_line;
use crate::demo::visit::{Outcome, drive, is_as_expected};

/// How many wrong answers are told one by one.
const TOLD_MAX: u32 = 40;

/// PINs and sessions of everybody.
pub(super) fn sign_in(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let mut socket = Socket::connect(&drill.path("node-a"))?;
    match drill.roster.sign_all_in(&mut socket)? {
        None => Ok(()),
        Some(Answer::Refused { code, .. }) => {
            Err(DemoError::Broken(format!("staff cannot sign in: {code}")))
        }
        Some(Answer::Done(_)) => Err(DemoError::Broken("signing in gave no session".into())),
    }
}

/// Every case of the plan while the node is open.
pub(super) fn look_up(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let cases = std::mem::take(&mut drill.plan.open);
    drill.drive_all(&cases)
}

impl Drill<'_> {
    pub(super) fn drive_all(&mut self, cases: &[Case]) -> Result<(), DemoError> {
        let mut socket = Socket::connect(&self.path("node-a"))?;
        for case in cases {
            if let Some(node) = &mut self.node_a {
                node.check()?;
            }
            let outcome = drive(&mut socket, &self.roster, case)?;
            self.summary.lookups.count(&outcome);
            if let Some(found) = self.wrong(case, &outcome) {
                self.summary.wrong_answers += 1;
                if self.summary.wrong_answers <= TOLD_MAX {
                    let line = wrong_answer_line(case.number, case.why, &case.expected, &found);
                    self.audience.say(&line);
                }
            }
        }
        Ok(())
    }

    /// What is wrong with an outcome, if anything; codes and names of fields only.
    pub(super) fn wrong(&self, case: &Case, outcome: &Outcome) -> Option<String> {
        if !is_as_expected(outcome, &case.expected) {
            return Some(match outcome {
                Outcome::Shown(_) => "a record".into(),
                Outcome::FoundOne => "one person".into(),
                Outcome::Several => "several".into(),
                Outcome::NotFound => "nobody".into(),
                Outcome::Denied(reasons) => format!("a denial ({})", reasons.join(", ")),
                Outcome::Refused(code) => format!("a refusal ({code})"),
                Outcome::SignedIn => "a session".into(),
                Outcome::FactMisjudged => "another judgement of a fact".into(),
            });
        }
        let (Outcome::Shown(record), Expected::Shown { person, .. }) = (outcome, &case.expected)
        else {
            return None;
        };
        let Some(person) = self.register.person(person) else { return Some("no truth".into()) };
        let faults = check(record, person, &case.expected);
        let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}
