//! The drill from beginning to end, stage by stage: by itself (*script*), or for people who walk in (*walk*).
//!
//! Promises: one list of stages serves both; every stage leaves what the next one needs or the drill stops there and
//! says at which; a wrong answer does not stop it, it is counted; nothing of a record is ever printed.

mod centre;
mod finale;
mod lookups;
mod nodes;
mod walk;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use tomoshibi_node::locale::Lang;
use tomoshibi_policies::ErrorClass;

use super::accounts::{Account, AccountError};
use super::audience::Audience;
use super::badges::{Badge, BadgesError};
use super::command::CommandError;
use super::line::Line;
use super::plan::{Plan, Register};
use super::process::{ProcessError, Program, Service};
use super::socket::SocketError;
use super::summary::Summary;
use super::visit::Roster;
use super::words;
use crate::region::truth::{self, TruthError};
use crate::region::{Day, RegionError, RegionParameters, generate};
use crate::thief::ThiefError;

/// What decides a demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoParameters {
    /// In the region.
    pub people: u32,
    /// Of the region and the plan.
    pub seed: u64,
    /// New or empty.
    pub dir: PathBuf,
    /// The day of the truth.
    pub as_of: Day,
    /// Of what people are told.
    pub lang: Lang,
    /// By itself, or for people.
    pub mode: Mode,
}

/// How a demo runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By itself.
    Script,
    /// Until somebody ends it, with a page at this port for node-a and the next one for node-b; 0 takes free ones.
    Walk {
        /// Of node-a.
        port: u16,
    },
}

impl Mode {
    const fn part(self) -> Part {
        match self {
            Self::Script => Part::Script,
            Self::Walk { .. } => Part::Walk,
        }
    }
}

/// Why a demo stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something.
    #[error("folder {} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The disk or the network of this machine.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The region.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// Its truth.
    #[error(transparent)]
    Truth(#[from] TruthError),
    /// Its staff.
    #[error(transparent)]
    Staff(#[from] crate::region::staff::StaffError),
    /// A command.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// A process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The node's socket.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The search of the disks.
    #[error(transparent)]
    Thief(#[from] ThiefError),
    /// Badges cannot be written.
    #[error(transparent)]
    Badges(#[from] BadgesError),
    /// The centre's ledger cannot be read.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Somebody else listens where the page would.
    #[error("port {0} is in use")]
    PortInUse(u16),
    /// The node announced no page.
    #[error("{0} serves no page")]
    NoPage(&'static str),
    /// An example does not do what would be told of it. The cause names fields, never their values.
    #[error("example {key}: {cause}")]
    Example {
        /// Which.
        key: &'static str,
        /// What is wrong.
        cause: String,
    },
    /// Somebody ended the demo before it was ready.
    #[error("ended before it was ready")]
    Ended,
    /// Something that must hold before the drill can go on.
    #[error("{0}")]
    Broken(String),
}

impl DemoError {
    /// How a caller should react.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotEmpty(_) | Self::PortInUse(_) => ErrorClass::Conflict,
            Self::Region(error) => error.class(),
            Self::Command(error) => error.class(),
            Self::Process(error) => error.class(),
            Self::Badges(error) => error.class(),
            Self::Account(error) => error.class(),
            Self::Io { .. } | Self::Socket(_) | Self::Thief(_) | Self::Ended => {
                ErrorClass::Transient
            }
            Self::NoPage(_) => ErrorClass::Unsupported,
            Self::Truth(_) | Self::Staff(_) | Self::Example { .. } | Self::Broken(_) => {
                ErrorClass::Internal
            }
        }
    }
}

/// A drill under way.
struct Drill<'a> {
    parameters: &'a DemoParameters,
    audience: &'a mut dyn Audience,
    program: Program,
    summary: Summary,
    register: Register,
    plan: Plan,
    roster: Roster,
    badges: Vec<Badge>,
    spoken_code: String,
    centre: Option<Service>,
    line: Option<Line>,
    node_a: Option<Service>,
    walk: walk::Walk,
}

/// What came of a drill.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What both kinds of drill count.
    pub summary: Summary,
    /// What the centre knows after people have walked in; none after a script.
    pub account: Option<Account>,
}

/// Which kind of drill a stage is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Both,
    Script,
    Walk,
}

type Stage = fn(&mut Drill<'_>) -> Result<(), DemoError>;

/// The stages after the region: key of `seconds` and of what is told (`stage-…`), part of which drill, what is done.
#[rustfmt::skip]
const STAGES: &[(&str, Part, Stage)] = &[
    ("centre", Part::Both, centre::begin),
    ("enrol", Part::Both, nodes::enrol),
    ("page", Part::Walk, walk::configure),
    ("copy", Part::Both, nodes::copy),
    ("increment", Part::Both, centre::publish_increment),
    ("copy_increment", Part::Both, nodes::copy),
    ("prepare", Part::Both, centre::prepare),
    ("second_code", Part::Walk, walk::prepare),
    ("deliver", Part::Both, nodes::copy),
    ("sealed", Part::Both, nodes::go_dark),
    ("second_node", Part::Walk, walk::serve_second),
    ("open", Part::Both, nodes::open),
    ("staff", Part::Both, lookups::sign_in),
    ("lookups", Part::Script, lookups::look_up),
    ("examples", Part::Walk, walk::try_examples),
    ("walk", Part::Walk, walk::walk),
    ("reconcile", Part::Script, finale::reconcile),
    ("close", Part::Both, finale::close),
    ("settle", Part::Both, finale::settle),
    ("account", Part::Walk, walk::account),
    ("check", Part::Script, finale::search_disks),
];

/// Runs the whole drill.
///
/// # Errors
/// When a stage could not be done. Wrong answers are no error; the summary counts them.
pub fn run(
    parameters: &DemoParameters,
    program: &mut dyn FnMut(&std::path::Path) -> std::io::Result<Program>,
    audience: &mut dyn Audience,
) -> Result<Report, DemoError> {
    let io = |what| move |source| DemoError::Io { what, source };
    let dir = &parameters.dir;
    let used = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(DemoError::NotEmpty(dir.clone()));
    }
    let ports = walk::take_ports(parameters.mode)?;
    let logs = dir.join("logs");
    fs::create_dir_all(&logs).map_err(io("logs cannot be made"))?;
    let program = program(&logs).map_err(io("this executable cannot be found"))?;
    let part = parameters.mode.part();
    let stages: Vec<_> =
        STAGES.iter().filter(|(_, of, _)| [Part::Both, part].contains(of)).collect();
    audience.stages(stages.len() + 1);
    audience.stage(&words::stage(parameters.lang, "region"));
    let start = Instant::now();
    let register = make_region(parameters)?;
    let mut drill = Drill::new(parameters, audience, program, register);
    drill.walk.ports = ports;
    drill.summary.seconds.insert("region", start.elapsed().as_secs_f64());
    for (key, _, stage) in stages {
        drill.audience.stage(&words::stage(parameters.lang, key));
        let start = Instant::now();
        stage(&mut drill)?;
        drill.summary.seconds.insert(key, start.elapsed().as_secs_f64());
        if !drill.walk.is_ready && drill.audience.is_asked_to_end() {
            return Err(DemoError::Ended);
        }
    }
    Ok(Report { summary: drill.summary, account: drill.walk.account })
}

fn make_region(parameters: &DemoParameters) -> Result<Register, DemoError> {
    let folder = parameters.dir.join("region");
    let mut region = RegionParameters::new(parameters.people, parameters.seed);
    region.as_of = parameters.as_of;
    generate(&region, &folder, |_| {})?;
    let people = truth::read(&folder.join("truth.jsonl"))?.collect::<Result<Vec<_>, _>>()?;
    Ok(Register::new(people, parameters.as_of))
}

impl<'a> Drill<'a> {
    fn new(
        parameters: &'a DemoParameters,
        audience: &'a mut dyn Audience,
        program: Program,
        register: Register,
    ) -> Self {
        let plan = match parameters.mode {
            Mode::Script => Plan::draw(&register, parameters.seed),
            Mode::Walk { .. } => Plan::empty(),
        };
        let summary = Summary {
            people: parameters.people,
            seed: parameters.seed,
            as_of: parameters.as_of.to_string(),
            ..Summary::default()
        };
        Self {
            parameters,
            audience,
            program,
            summary,
            register,
            plan,
            roster: Roster::default(),
            badges: Vec::new(),
            spoken_code: String::new(),
            centre: None,
            line: None,
            node_a: None,
            walk: walk::Walk::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.parameters.dir.join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// What must hold and does not, but does not stop the drill.
    fn fail(&mut self, what: String) {
        self.audience.say(&what);
        self.summary.failures.push(what);
    }
}
