//! A [`Status`] in words: the same lines for the command line and the page, each with how it is.
//!
//! Never a lie: what is not known is said to be unknown, and counts as something to look at.

use super::{Lang, date_text, failure_text, instant_text, region_names, text};
use crate::failure::{Args, Value};
use crate::line::Step;
use crate::status::{
    Activation, ClockSanity, JournalStatus, SnapshotStatus, Status, SyncFailure, SyncStatus,
};

/// How a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be, or a plain fact.
    Well,
    /// Somebody should look, in daylight.
    Look,
    /// The node would not do what it is there for.
    Wrong,
}

impl Level {
    /// `well`, `look` or `wrong`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Look => "look",
            Self::Wrong => "wrong",
        }
    }
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Who the node is, sealed or open.
    Node,
    /// What it has.
    Data,
    /// The evidence.
    Journal,
    /// The line to the centre.
    Line,
    /// Clock, disk, alarms.
    Machine,
}

impl Part {
    /// Every part, in the order of display.
    pub const ALL: [Self; 5] = [Self::Node, Self::Data, Self::Journal, Self::Line, Self::Machine];

    /// The part in one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Data => "data",
            Self::Journal => "journal",
            Self::Line => "line",
            Self::Machine => "machine",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusLine {
    /// What it is about.
    pub part: Part,
    /// How it is.
    pub level: Level,
    /// The words; a line that belongs to the one before begins with two spaces.
    pub words: String,
}

/// A status, line by line.
#[must_use]
pub fn status_lines(lang: Lang, status: &Status) -> Vec<StatusLine> {
    let mut told = Told { lang, part: Part::Node, lines: Vec::new() };
    told.node(status);
    told.part = Part::Data;
    told.data(&status.snapshots);
    told.part = Part::Journal;
    told.journal(&status.journal);
    told.part = Part::Line;
    told.line(status.sync.as_ref());
    told.part = Part::Machine;
    told.machine(status);
    told.lines
}

struct Told {
    lang: Lang,
    part: Part,
    lines: Vec<StatusLine>,
}

impl Told {
    fn say<const N: usize>(&mut self, level: Level, id: &str, args: [(&str, Value); N]) {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let words = text(self.lang, id, &args);
        self.lines.push(StatusLine { part: self.part, level, words });
    }

    fn at(&self, at: &str) -> Value {
        instant_text(self.lang, at).into()
    }

    fn date(&self, date: &str) -> Value {
        date_text(self.lang, date).into()
    }

    fn region(&self, code: &str) -> Value {
        region_names(self.lang, [code]).into()
    }

    fn node(&mut self, status: &Status) {
        let name = [
            ("name", status.name.as_str().into()),
            ("facility", status.facility.as_str().into()),
            ("version", status.version.as_str().into()),
        ];
        self.say(Level::Well, "status-node", name);
        match &status.enrolment {
            None => self.say(Level::Wrong, "status-not-enrolled", []),
            Some(enrolment) => {
                let id = if enrolment.drill { "status-enrolled-drill" } else { "status-enrolled" };
                let args = [
                    ("node", enrolment.node.as_str().into()),
                    ("incarnation", enrolment.incarnation.into()),
                    ("region", self.region(&enrolment.region)),
                    ("at", self.at(&enrolment.at)),
                ];
                self.say(Level::Well, id, args);
            }
        }
        let (level, id) = match status.activation {
            Activation::Sealed => (Level::Well, "status-sealed"),
            Activation::Open => (Level::Well, "status-open"),
            Activation::Locked => (Level::Wrong, "status-locked"),
            Activation::Closing => (Level::Look, "status-closing"),
            Activation::Unknown => (Level::Wrong, "status-activation-unknown"),
        };
        self.say(level, id, []);
    }

    fn data(&mut self, snapshots: &[SnapshotStatus]) {
        if snapshots.is_empty() {
            self.say(Level::Wrong, "status-no-snapshot", []);
        }
        for snapshot in snapshots {
            self.snapshot(snapshot);
        }
    }

    fn snapshot(&mut self, snapshot: &SnapshotStatus) {
        let args = [
            ("region", self.region(&snapshot.region)),
            ("id", snapshot.id.as_str().into()),
            ("published", self.at(&snapshot.published_at)),
            ("claims", self.date(&snapshot.claims_to)),
            ("processed", self.date(&snapshot.processed)),
            ("eligibility", self.date(&snapshot.eligibility_to)),
            ("checkups", self.date(&snapshot.checkups_to)),
        ];
        self.say(Level::Well, "status-snapshot", args);
        let hours = |age: i64| [("hours", (age / 3600).into())];
        match snapshot.age_seconds {
            Some(age) if snapshot.fresh => self.say(Level::Well, "status-age-fresh", hours(age)),
            Some(age) => self.say(Level::Look, "status-age-stale", hours(age)),
            None => self.say(Level::Look, "status-age-unknown", []),
        }
        match snapshot.missing {
            Some(0) => {
                let (segments, bytes) = (snapshot.segments.into(), size(snapshot.len_bytes));
                self.say(Level::Well, "status-whole", [("segments", segments), ("size", bytes)]);
            }
            Some(missing) => {
                self.say(Level::Wrong, "status-missing", [("count", missing.into())]);
            }
            None => self.say(Level::Wrong, "status-missing-unknown", []),
        }
    }

    fn journal(&mut self, journal: &JournalStatus) {
        if let Some(size) = journal.size {
            self.say(Level::Well, "status-journal-size", [("count", size.into())]);
        }
        match (journal.acknowledged, &journal.acknowledged_at) {
            (Some(count), Some(at)) => {
                let args = [("count", count.into()), ("at", self.at(at))];
                self.say(Level::Well, "status-acknowledged", args);
            }
            _ => self.say(Level::Look, "status-acknowledged-unknown", []),
        }
        if let Some(count @ 1..) = journal.unacknowledged_before {
            self.say(Level::Look, "status-unacknowledged-before", [("count", count.into())]);
        }
    }

    fn line(&mut self, sync: Option<&SyncStatus>) {
        let Some(sync) = sync else { return self.say(Level::Look, "status-not-serving", []) };
        if !sync.on {
            return self.say(Level::Well, "status-sync-off", []);
        }
        match &sync.last_success_at {
            Some(at) => {
                self.say(Level::Well, "status-sync-success", [("at", self.at(at))]);
            }
            None => self.say(Level::Look, "status-sync-never", []),
        }
        if let Some(at) = &sync.reached_at {
            self.say(Level::Well, "status-sync-reached", [("at", self.at(at))]);
        }
        let to_come = sync.progress.map(|p| p.total_bytes.saturating_sub(p.done_bytes));
        if let Some(bytes @ 1..) = to_come {
            self.say(Level::Look, "status-sync-remaining", [("size", size(bytes))]);
        }
        let Some(failure) = &sync.last_failure else { return };
        let args = [
            ("at", self.at(&failure.at)),
            ("failures", sync.failures.into()),
            ("class", failure.why.class.as_str().into()),
            ("why", failure_text(self.lang, &failure.why).into()),
        ];
        self.say(Level::Look, "status-sync-failure", args);
        // The first of them is the round's own.
        let failed = sync.steps.iter().filter_map(|told| Some((told.step, told.failure.as_ref()?)));
        for (step, failure) in failed.skip(1) {
            self.step(step, failure);
        }
    }

    fn step(&mut self, step: Step, failure: &SyncFailure) {
        let args = [
            ("step", text(self.lang, step.message_id(), &Args::new()).into()),
            ("at", self.at(&failure.at)),
            ("class", failure.why.class.as_str().into()),
            ("why", failure_text(self.lang, &failure.why).into()),
        ];
        self.say(Level::Look, "status-sync-step", args);
    }

    fn machine(&mut self, status: &Status) {
        match status.clock {
            ClockSanity::Plausible => {}
            ClockSanity::BeforeAnyNode | ClockSanity::BeforeFloor | ClockSanity::BeforeSnapshot => {
                self.say(Level::Wrong, "status-clock-wrong", [])
            }
        }
        match status.free_bytes {
            Some(free) => self.say(Level::Well, "status-free", [("size", size(free))]),
            None => self.say(Level::Look, "status-free-unknown", []),
        }
        if let Some(count @ 1..) = status.set_aside {
            self.say(Level::Look, "status-set-aside", [("count", count.into())]);
        }
        for alarm in &status.alarms {
            let words = failure_text(self.lang, alarm);
            self.say(Level::Wrong, "status-alarm", [("words", words.into())]);
        }
    }
}

/// Bytes in the largest unit of which there is one, by thousands as disks are sold.
fn size(bytes: u64) -> Value {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = UNITS.into_iter().find(|(unit, _)| bytes >= *unit);
    match unit {
        Some((unit, name)) => {
            format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit).into()
        }
        None => format!("{bytes} B").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Enrolment;

    fn status() -> Status {
        Status {
            version: "1".into(),
            name: "x".into(),
            facility: "1710000001".into(),
            serving: true,
            enrolment: Some(Enrolment {
                node: "n".into(),
                incarnation: 1,
                region: "17".into(),
                drill: false,
                at: "t".into(),
            }),
            activation: Activation::Sealed,
            snapshots: vec![SnapshotStatus {
                region: "17".into(),
                id: "1.2".into(),
                newest: None,
                published_at: "t".into(),
                age_seconds: Some(7200),
                fresh: true,
                claims_to: "2026-10".into(),
                processed: "2026-11-12".into(),
                eligibility_to: "2026-11-12".into(),
                checkups_to: "2026-11-12".into(),
                drill: false,
                segments: 3,
                len_bytes: 1 << 20,
                missing: Some(0),
            }],
            journal: JournalStatus {
                size: Some(9),
                acknowledged: Some(9),
                acknowledged_at: Some("t".into()),
                unacknowledged_before: Some(0),
            },
            sync: Some(SyncStatus { on: false, ..SyncStatus::default() }),
            clock: ClockSanity::Plausible,
            free_bytes: Some(1 << 30),
            set_aside: Some(0),
            alarms: Vec::new(),
        }
    }

    fn worst(change: impl FnOnce(&mut Status)) -> Level {
        let mut status = status();
        change(&mut status);
        status_lines(Lang::En, &status).into_iter().map(|line| line.level).max().unwrap()
    }

    fn snapshot(change: fn(&mut SnapshotStatus)) -> impl FnOnce(&mut Status) {
        move |status| status.snapshots.iter_mut().for_each(change)
    }

    #[test]
    fn a_node_is_well_only_when_everything_is_known_and_as_it_should_be() {
        assert_eq!(worst(|_| ()), Level::Well);
        assert_eq!(worst(snapshot(|s| s.fresh = false)), Level::Look);
        assert_eq!(worst(snapshot(|s| s.age_seconds = None)), Level::Look);
        assert_eq!(worst(snapshot(|s| s.missing = Some(1))), Level::Wrong);
        assert_eq!(worst(snapshot(|s| s.missing = None)), Level::Wrong);
        assert_eq!(worst(|s| s.snapshots.clear()), Level::Wrong);
        assert_eq!(worst(|s| s.enrolment = None), Level::Wrong);
        assert_eq!(worst(|s| s.activation = Activation::Locked), Level::Wrong);
        assert_eq!(worst(|s| s.journal.acknowledged = None), Level::Look);
        assert_eq!(worst(|s| s.journal.unacknowledged_before = Some(1)), Level::Look);
        assert_eq!(worst(|s| s.sync = None), Level::Look);
        assert_eq!(worst(|s| s.clock = ClockSanity::BeforeFloor), Level::Wrong);
        assert_eq!(worst(|s| s.free_bytes = None), Level::Look);
    }

    #[test]
    fn people_read_dates_regions_and_sizes_and_no_codes() {
        for (bytes, expected) in
            [(999, "999 B"), (1_000, "1.0 kB"), (638_731, "638.7 kB"), (50_537_984_000, "50.5 GB")]
        {
            assert_eq!(size(bytes), expected.into());
        }
        let mut status = status();
        status.snapshots[0].published_at = "2026-11-23T12:26:17.493+09:00".into();
        let lines = status_lines(Lang::Ja, &status);
        let data: Vec<_> = lines.iter().filter(|line| line.part == Part::Data).collect();
        assert!(data[0].words.contains("石川県"), "{}", data[0].words);
        assert!(data[0].words.contains("2026年11月23日 12:26"), "{}", data[0].words);
        assert!(data.iter().any(|line| line.words.contains("1.0 MB")));
    }
}
