//! Is the machine fit for a node? Each check is good, a warning, bad, or unknown; none of them changes anything.
//!
//! Facts are gathered by [`Facts::gather`] at the edge; [`examine`] judges them and does no I/O. The words are the
//! messages `doctor-<check>-<outcome>`.
//!
//! Not covered: whether the clock is *right*, and whether a disk is about to fail; nobody on the machine knows.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;

use crate::failure::{Args, Failure, Value};
use crate::status::{ClockSanity, Status};

mod facts;

pub use facts::Facts;

/// Open files that a node with all its connections may need: 64 connections, 256 segments, the state.
const OPEN_FILES_MIN: u64 = 1024;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As it should be.
    Good,
    /// Works, with a risk that a person should know.
    Warning,
    /// Cannot be relied on as it is.
    Bad,
    /// Could not be found out.
    Unknown,
}

impl Outcome {
    /// The word in ids of messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// A check with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which check.
    pub check: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Arguments of its message.
    #[serde(default, skip_serializing_if = "Args::is_empty")]
    pub args: Args,
    /// What is wrong in detail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Failure>,
}

impl Check {
    fn new(check: &str, outcome: Outcome) -> Self {
        Self { check: check.into(), outcome, args: Args::new(), details: Vec::new() }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.args.insert(name.into(), value.into());
        self
    }

    fn because(mut self, details: impl IntoIterator<Item = Failure>) -> Self {
        self.details.extend(details);
        self
    }

    /// Id of the message that says it.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("doctor-{}-{}", self.check, self.outcome.as_str())
    }
}

/// Judges the facts, in a fixed order.
#[must_use]
pub fn examine(facts: &Facts) -> Vec<Check> {
    let checks = [
        config(facts),
        modes(facts),
        space(facts),
        clock(facts),
        clock_source(facts),
        swap(facts),
        core_dumps(facts),
        open_files(facts),
        serving(facts),
        alarms(facts),
    ];
    checks.into_iter().chain(page(facts)).collect()
}

fn config(facts: &Facts) -> Check {
    match &facts.config {
        Ok(_) => Check::new("config", Outcome::Good),
        Err(failure) => Check::new("config", Outcome::Bad).because([failure.clone()]),
    }
}

fn modes(facts: &Facts) -> Check {
    match &facts.loose {
        Err(failure) => Check::new("modes", Outcome::Unknown).because([failure.clone()]),
        Ok(loose) if loose.is_empty() => Check::new("modes", Outcome::Good),
        Ok(loose) => {
            let details = loose.iter().cloned().map(Failure::from);
            Check::new("modes", Outcome::Bad).with("count", loose.len()).because(details)
        }
    }
}

fn space(facts: &Facts) -> Check {
    let (Some(free), Ok(config)) = (facts.free_bytes, &facts.config) else {
        return Check::new("space", Outcome::Unknown);
    };
    let needed = config.journal.reserve_bytes.saturating_add(config.limits.free_margin_bytes);
    let outcome = match free {
        free if free < needed => Outcome::Bad,
        // A first copy and a compaction each may need as much again.
        free if free < needed.saturating_mul(2) => Outcome::Warning,
        _ => Outcome::Good,
    };
    Check::new("space", outcome).with("free", free).with("needed", needed)
}

fn clock(facts: &Facts) -> Check {
    let outcome = match facts.clock {
        ClockSanity::Plausible => Outcome::Good,
        ClockSanity::BeforeAnyNode | ClockSanity::BeforeFloor | ClockSanity::BeforeSnapshot => {
            Outcome::Bad
        }
    };
    Check::new("clock", outcome).with("now", facts.now.to_string())
}

fn clock_source(facts: &Facts) -> Check {
    let outcome = if facts.synchronised { Outcome::Good } else { Outcome::Unknown };
    Check::new("clock-source", outcome)
}

fn swap(facts: &Facts) -> Check {
    let check = |outcome| Check::new("swap", outcome);
    match facts.swaps {
        None => check(Outcome::Unknown),
        Some(0) => check(Outcome::Good),
        Some(count) => check(Outcome::Warning).with("count", count),
    }
}

fn core_dumps(facts: &Facts) -> Check {
    let outcome = if facts.core_dumps { Outcome::Warning } else { Outcome::Good };
    Check::new("core-dumps", outcome)
}

fn open_files(facts: &Facts) -> Check {
    // No limit at all is more than enough.
    let limit = facts.open_files_max.unwrap_or(u64::MAX);
    let outcome = if limit < OPEN_FILES_MIN { Outcome::Bad } else { Outcome::Good };
    Check::new("open-files", outcome)
        .with("limit", limit.to_string())
        .with("needed", OPEN_FILES_MIN)
}

fn serving(facts: &Facts) -> Check {
    match &facts.status {
        Ok(Status { serving: true, .. }) => Check::new("serving", Outcome::Good),
        Ok(_) => Check::new("serving", Outcome::Warning),
        Err(failure) if failure.class == ErrorClass::Conflict => {
            Check::new("serving", Outcome::Unknown).because([failure.clone()])
        }
        Err(failure) => Check::new("serving", Outcome::Bad).because([failure.clone()]),
    }
}

fn alarms(facts: &Facts) -> Check {
    match &facts.status {
        Err(_) => Check::new("alarms", Outcome::Unknown),
        Ok(status) if status.alarms.is_empty() => Check::new("alarms", Outcome::Good),
        Ok(status) => Check::new("alarms", Outcome::Bad)
            .with("count", status.alarms.len())
            .because(status.alarms.clone()),
    }
}

/// None for a node that is to have no page.
fn page(facts: &Facts) -> Option<Check> {
    Some(match facts.page_root.as_ref()? {
        Ok(fingerprint) => {
            Check::new("page", Outcome::Good).with("fingerprint", fingerprint.as_str())
        }
        // It comes with the first start; until then no tablet can trust the page.
        Err(failure) if failure.class == ErrorClass::NotFound => {
            Check::new("page", Outcome::Warning).because([failure.clone()])
        }
        Err(failure) => Check::new("page", Outcome::Bad).because([failure.clone()]),
    })
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::time::Timestamp;

    use super::*;
    use crate::config::Config;
    use crate::folder::Loose;
    use crate::locale::{Lang, text};

    fn failure(class: ErrorClass) -> Failure {
        Failure::new(class, "internal")
    }

    fn facts() -> Facts {
        let text = "[node]\nname = \"x\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n\
                    [journal]\nreserve_bytes = 1048576\n[limits]\nfree_margin_bytes = 0\n";
        Facts {
            config: Ok(Config::parse(text).unwrap()),
            loose: Ok(Vec::new()),
            free_bytes: Some(1 << 30),
            now: Timestamp::from_millis(1_795_000_000_000),
            clock: ClockSanity::Plausible,
            synchronised: true,
            swaps: Some(0),
            core_dumps: false,
            open_files_max: Some(4096),
            page_root: Some(Ok("AB:CD".into())),
            status: Err(failure(ErrorClass::Internal)),
        }
    }

    fn outcome(check: &str, facts: &Facts) -> Outcome {
        let checks = examine(facts);
        let found = checks.iter().find(|c| c.check == check).unwrap();
        for lang in Lang::ALL {
            let words = text(lang, &found.message_id(), &found.args);
            assert!(!words.contains("missing:") && !words.contains('$'), "{words}");
        }
        found.outcome
    }

    #[test]
    fn each_fact_decides_its_own_check() {
        let loose = Loose { path: "/x".into(), mode: 0o644, expected: 0o600 };
        type Change<'a> = &'a dyn Fn(&mut Facts);
        let cases: [(&str, Outcome, Change<'_>); 24] = [
            ("config", Outcome::Good, &|_| ()),
            ("config", Outcome::Bad, &|f| f.config = Err(failure(ErrorClass::Invalid))),
            ("modes", Outcome::Good, &|_| ()),
            ("modes", Outcome::Bad, &|f| f.loose = Ok(vec![loose.clone()])),
            ("modes", Outcome::Unknown, &|f| f.loose = Err(failure(ErrorClass::NotFound))),
            ("space", Outcome::Good, &|_| ()),
            ("space", Outcome::Warning, &|f| f.free_bytes = Some(1 << 20)),
            ("space", Outcome::Bad, &|f| f.free_bytes = Some((1 << 20) - 1)),
            ("space", Outcome::Unknown, &|f| f.free_bytes = None),
            ("clock", Outcome::Good, &|_| ()),
            ("clock", Outcome::Bad, &|f| f.clock = ClockSanity::BeforeFloor),
            ("clock-source", Outcome::Good, &|_| ()),
            ("clock-source", Outcome::Unknown, &|f| f.synchronised = false),
            ("swap", Outcome::Good, &|_| ()),
            ("swap", Outcome::Warning, &|f| f.swaps = Some(1)),
            ("swap", Outcome::Unknown, &|f| f.swaps = None),
            ("core-dumps", Outcome::Warning, &|f| f.core_dumps = true),
            ("open-files", Outcome::Bad, &|f| f.open_files_max = Some(1023)),
            ("open-files", Outcome::Good, &|f| f.open_files_max = None),
            ("page", Outcome::Good, &|_| ()),
            ("page", Outcome::Warning, &|f| {
                f.page_root = Some(Err(failure(ErrorClass::NotFound)));
            }),
            ("page", Outcome::Bad, &|f| f.page_root = Some(Err(failure(ErrorClass::Corrupt)))),
            ("serving", Outcome::Bad, &|_| ()),
            ("serving", Outcome::Unknown, &|f| f.status = Err(failure(ErrorClass::Conflict))),
        ];
        for (check, expected, change) in cases {
            let mut facts = facts();
            change(&mut facts);
            assert_eq!(outcome(check, &facts), expected, "{check}");
        }
    }

    #[test]
    fn a_node_without_a_page_is_not_asked_for_its_root() {
        let facts = Facts { page_root: None, ..facts() };
        assert!(examine(&facts).iter().all(|check| check.check != "page"));
    }
}
