//! What the hospitals do.

use std::time::Duration;

use serde_json::Value;

use super::{DemoError, Drill, Mode};
use crate::demo::command::Printed;
use crate::demo::process::{ProcessError, Service, Side};

/// The hospital of the first district, where the drill takes place.
pub(super) const FACILITY_A: &str = "1710000003";
/// A clinic that only replicates.
pub(super) const FACILITY_B: &str = "1710000023";
const MUNICIPALITY: &str = "17201";
const READY: Duration = Duration::from_secs(60);

impl Drill<'_> {
    pub(super) fn node(&self, node: &str, args: &[&str]) -> Result<Printed, DemoError> {
        let data = self.text(node);
        let word = args.first().copied().unwrap_or_default();
        let args: Vec<&str> = ["--data", &data].into_iter().chain(args.iter().copied()).collect();
        Ok(self.program.run(Side::Node, &format!("{node}-{word}"), &args)?)
    }
}

/// Invitations by the centre, redeemed over the line.
pub(super) fn enrol(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let none = || DemoError::Broken("there is no line".into());
    let centre = drill.line.as_ref().ok_or_else(none)?.address().to_string();
    for (node, facility) in [("node-a", FACILITY_A), ("node-b", FACILITY_B)] {
        let invited = ["invite", "--name", node, "--facility", facility];
        let code = drill.central("invite", &invited)?.text("/code")?.to_owned();
        let place = ["--facility", facility, "--municipality", MUNICIPALITY];
        // People are spoken to in one language, by the terminal and by the page.
        let lang = match drill.parameters.mode {
            Mode::Script => &[][..],
            Mode::Walk { .. } => &["--lang", drill.parameters.lang.as_str()],
        };
        drill.node(node, &[&["init", "--name", node][..], &place, lang].concat())?;
        drill.node(node, &["enrol", "--centre", &centre, "--code", &code])?;
    }
    Ok(())
}

/// Both nodes fetch what is new.
pub(super) fn copy(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    for node in ["node-a", "node-b"] {
        drill.node(node, &["sync"])?;
    }
    Ok(())
}

/// Cuts the line and starts the node: nobody can sign in, because it is sealed.
pub(super) fn go_dark(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    if let Some(line) = &drill.line {
        line.cut();
    }
    let (node, page) = drill.serve("node-a")?;
    drill.node_a = Some(node);
    drill.take_page("node-a", page)?;
    let cases = drill.plan.before.clone();
    drill.drive_all(&cases)
}

impl Drill<'_> {
    /// Starts a node; with it the address of its page, when it has one.
    pub(super) fn serve(
        &self,
        node: &'static str,
    ) -> Result<(Service, Option<String>), ProcessError> {
        let args = ["--data", &self.text(node), "serve", "--json"].map(str::to_owned);
        let announced = |line: &Value| {
            let page = || line.get("page").and_then(Value::as_str).map(str::to_owned);
            line.get("ready")?.as_bool().filter(|ready| *ready).map(|_| page())
        };
        self.program.serve(Side::Node, &format!("{node}-serve"), &args, READY, announced)
    }
}

/// Opens the node with what lies on it and what is said over the radio.
pub(super) fn open(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let code = drill.spoken_code.clone();
    drill.node("node-a", &["open", "--code", &code])?;
    Ok(())
}
