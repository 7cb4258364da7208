//! The drill from beginning to end, stage by stage.
//!
//! Promises: every stage leaves what the next one needs or the drill stops there and says at which; a wrong answer
//! does not stop it, it is counted; nothing of a record is ever printed.

mod centre;
mod finale;
mod lookups;
mod nodes;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use tomoshibi_policies::ErrorClass;

use super::command::CommandError;
use super::line::Line;
use super::plan::{Plan, Register};
use super::process::{ProcessError, Program, Service};
use super::socket::SocketError;
use super::summary::Summary;
use super::visit::Roster;
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
    /// Something that must hold before the drill can go on.
    #[error("{0}")]
    Broken(String),
}

impl DemoError {
    /// How a caller should react.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotEmpty(_) => ErrorClass::Conflict,
            Self::Region(error) => error.class(),
            Self::Command(error) => error.class(),
            Self::Process(error) => error.class(),
            Self::Io { .. } | Self::Socket(_) | Self::Thief(_) => ErrorClass::Transient,
            Self::Truth(_) | Self::Staff(_) | Self::Broken(_) => ErrorClass::Internal,
        }
    }
}

/// A drill under way.
struct Drill<'a> {
    parameters: &'a DemoParameters,
    say: &'a mut dyn FnMut(&str),
    program: Program,
    summary: Summary,
    register: Register,
    plan: Plan,
    roster: Roster,
    spoken_code: String,
    centre: Option<Service>,
    line: Option<Line>,
    node_a: Option<Service>,
}

type Stage = fn(&mut Drill<'_>) -> Result<(), DemoError>;

/// The stages after the region: key of `seconds`, what is told, what is done.
const STAGES: &[(&str, &str, Stage)] = &[
    ("centre", "the centre takes the source files and publishes", centre::begin),
    ("enrol", "two hospitals enrol their nodes", nodes::enrol),
    ("copy", "both nodes copy what they cannot read", nodes::copy),
    ("increment", "a month later: new claims, a second publication", centre::publish_increment),
    ("copy_increment", "both nodes take the increment", nodes::copy),
    ("prepare", "an order, a release under a spoken code and badges are made", centre::prepare),
    ("deliver", "order and release reach the nodes", nodes::copy),
    ("sealed", "the disaster comes and the line is cut; the node is still sealed", nodes::go_dark),
    ("open", "the node is opened with the order and the spoken code", nodes::open),
    ("staff", "staff set their PINs and sign in", lookups::sign_in),
    ("lookups", "patients come", lookups::look_up),
    ("reconcile", "the line is back: every entry goes to the centre", finale::reconcile),
    ("close", "the node is closed", finale::close),
    ("check", "thieves search both disks", finale::search_disks),
];

/// Runs the whole drill. `say` hears plain words for people.
///
/// # Errors
/// When a stage could not be done. Wrong answers are no error; the summary counts them.
pub fn run(
    parameters: &DemoParameters,
    program: &mut dyn FnMut(&std::path::Path) -> std::io::Result<Program>,
    say: &mut dyn FnMut(&str),
) -> Result<Summary, DemoError> {
    let io = |what| move |source| DemoError::Io { what, source };
    let dir = &parameters.dir;
    let used = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(DemoError::NotEmpty(dir.clone()));
    }
    let logs = dir.join("logs");
    fs::create_dir_all(&logs).map_err(io("logs cannot be made"))?;
    let program = program(&logs).map_err(io("this executable cannot be found"))?;
    let mut summary = Summary {
        people: parameters.people,
        seed: parameters.seed,
        as_of: parameters.as_of.to_string(),
        ..Summary::default()
    };
    say(&format!("a region of {} invented people is made", parameters.people));
    let start = Instant::now();
    let register = make_region(parameters)?;
    summary.seconds.insert("region", start.elapsed().as_secs_f64());
    let plan = Plan::draw(&register, parameters.seed);
    let mut drill = Drill {
        parameters,
        say,
        program,
        summary,
        register,
        plan,
        roster: Roster::default(),
        spoken_code: String::new(),
        centre: None,
        line: None,
        node_a: None,
    };
    for (key, told, stage) in STAGES {
        (drill.say)(told);
        let start = Instant::now();
        stage(&mut drill)?;
        drill.summary.seconds.insert(key, start.elapsed().as_secs_f64());
    }
    Ok(drill.summary)
}

fn make_region(parameters: &DemoParameters) -> Result<Register, DemoError> {
    let folder = parameters.dir.join("region");
    let mut region = RegionParameters::new(parameters.people, parameters.seed);
    region.as_of = parameters.as_of;
    generate(&region, &folder, |_| {})?;
    let people = truth::read(&folder.join("truth.jsonl"))?.collect::<Result<Vec<_>, _>>()?;
    Ok(Register::new(people, parameters.as_of))
}

impl Drill<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.parameters.dir.join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// What must hold and does not, but does not stop the drill.
    fn fail(&mut self, what: String) {
        (self.say)(&what);
        self.summary.failures.push(what);
    }
}
