//! The stages for people who walk in: two pages, staff who can sign in, patients to look up, and the wait.
//!
//! Promises: nothing is told of an example that was not tried at the node a moment before; trying leaves no consent
//! behind and is counted apart; `walk.json` is written last.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tomoshibi_policies::role::BadgeId;

use super::centre::{issue, role_word};
use super::nodes::{FACILITY_A, FACILITY_B};
use super::{DemoError, Drill, Mode};
use crate::demo::accounts::{self, Account};
use crate::demo::badges::{self, Badge};
use crate::demo::guide;
use crate::demo::invitation::{Invitation, SealedNode, Told};
use crate::demo::plan::{Example, Meeting, Post, Search, draw_examples};
use crate::demo::process::{Service, Side};
use crate::demo::socket::{Answer, Desk, Socket};
use crate::demo::visit::{Holder, Roster, drive};
use crate::demo::words;
use crate::region::staff::{self, StaffMember, StaffRole};

/// How often it is looked whether everything still runs and nobody has asked for the end.
const TICK: Duration = Duration::from_millis(100);
/// Of whoever tries the examples.
const TRIAL_PIN: &str = "628318";

/// What a walk needs beside a script.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Of the nodes' pages.
    pub(super) ports: [u16; 2],
    /// Addresses of pages by node.
    pub(super) pages: BTreeMap<&'static str, String>,
    /// The node that stays sealed.
    pub(super) node_b: Option<Service>,
    /// Everything is told, and people may be at it.
    pub(super) is_ready: bool,
    /// What the centre knows in the end.
    pub(super) account: Option<Account>,
    second_code: String,
    second_badge: Option<Badge>,
    trial: Trial,
    examples: Vec<Told>,
}

/// Whoever tries the examples: a member of the reception whom nobody meets.
#[derive(Debug, Default)]
struct Trial {
    roster: Roster,
    badge: [u8; 16],
}

const fn broken(what: &'static str) -> impl Fn() -> DemoError {
    move || DemoError::Broken(what.to_owned())
}

/// Finds the port of each node's page, and refuses one that somebody listens at before minutes are spent on a region.
/// A free port is chosen here and not by the node, which would choose another one each time it starts.
pub(super) fn take_ports(mode: Mode) -> Result<[u16; 2], DemoError> {
    let wanted = match mode {
        Mode::Script => return Ok([0, 0]),
        Mode::Walk { port: 0 } => [0, 0],
        Mode::Walk { port } => [port, port.saturating_add(1)],
    };
    let listen = |port: u16| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => DemoError::PortInUse(port),
            _ => DemoError::Io { what: "the port of a page cannot be had", source },
        })
    };
    // Both at once, so that two free ones are two.
    let listening = [listen(wanted[0])?, listen(wanted[1])?];
    let unknown = |source| DemoError::Io { what: "the port of a page is not known", source };
    let port = |listener: &TcpListener| listener.local_addr().map(|at| at.port()).map_err(unknown);
    Ok([port(&listening[0])?, port(&listening[1])?])
}

/// Gives both nodes a page.
pub(super) fn configure(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    for (node, port) in ["node-a", "node-b"].into_iter().zip(drill.walk.ports) {
        let section = format!(
            "\n[page]\nlisten = \"{}:{port}\"\nnames = [\"localhost\"]\n",
            Ipv4Addr::LOCALHOST
        );
        let path = drill.path(node).join("node.toml");
        let append = || OpenOptions::new().append(true).open(path)?.write_all(section.as_bytes());
        append().map_err(|source| DemoError::Io { what: "a page cannot be configured", source })?;
    }
    Ok(())
}

impl Drill<'_> {
    /// Keeps the address of a page; a walk needs one.
    pub(super) fn take_page(
        &mut self,
        node: &'static str,
        page: Option<String>,
    ) -> Result<(), DemoError> {
        if self.parameters.mode == Mode::Script {
            return Ok(());
        }
        self.walk.pages.insert(node, page.ok_or(DemoError::NoPage(node))?);
        Ok(())
    }

    /// Fails when something that must run has ended.
    pub(super) fn check_services(&mut self) -> Result<(), DemoError> {
        let services = [&mut self.centre, &mut self.node_a, &mut self.walk.node_b];
        for service in services.into_iter().flatten() {
            service.check()?;
        }
        Ok(())
    }

    fn spare(&self, members: &[StaffMember], role: StaffRole) -> Result<StaffMember, DemoError> {
        let is_taken = |member: &StaffMember| self.badges.iter().any(|b| b.name == member.name);
        let spare = members.iter().find(|member| member.role == role && !is_taken(member));
        spare.cloned().ok_or_else(broken("the region has too few staff"))
    }
}

/// A release and a badge for the second node, and a badge for whoever tries the examples.
pub(super) fn prepare(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let release = drill.central("release", &["release", "preposition", "--node", "node-b"])?;
    drill.walk.second_code = release.text("/code")?.to_owned();
    let members = staff::read(&drill.path("region/staff.json"))?;
    let opener = drill.spare(&members, StaffRole::Doctor)?;
    let issued = issue(drill, &opener, FACILITY_B)?;
    let badge = Badge::without_pin("second-node", &opener.name, &issued);
    drill.walk.second_badge = Some(badge);
    let trier = drill.spare(&members, StaffRole::Reception)?;
    debug_assert_eq!(role_word(trier.role), Post::Reception.role(), "the plan's asker");
    let issued = issue(drill, &trier, FACILITY_A)?;
    drill.walk.trial.badge =
        badge_id(&issued.id).ok_or_else(broken("a badge was issued without an id"))?;
    let holder = Holder { badge: issued.text, pin: TRIAL_PIN.into(), token: None };
    drill.walk.trial.roster.holders.insert(Post::Reception, holder);
    Ok(())
}

fn badge_id(hex: &str) -> Option<[u8; 16]> {
    let mut id = [0; 16];
    for (at, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    (BadgeId::from_bytes(id).to_string() == hex).then_some(id)
}

/// Starts the second node, which is sealed and stays so until somebody opens it.
pub(super) fn serve_second(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let (node, page) = drill.serve("node-b")?;
    drill.walk.node_b = Some(node);
    drill.take_page("node-b", page)
}

/// Tries every example at the node, then signs everybody out.
pub(super) fn try_examples(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let mut socket = Socket::connect(&drill.path("node-a"))?;
    let witness = drill.roster.holders.values().find_map(|holder| holder.token.clone());
    let mut trial = std::mem::take(&mut drill.walk.trial.roster);
    if trial.sign_in_before(&mut socket, witness)?.is_some() {
        return Err(broken("nobody can sign in to try the examples")());
    }
    for example in draw_examples(&drill.register, drill.parameters.seed) {
        let told = try_example(drill, &mut socket, &trial, &example)?;
        drill.walk.examples.push(told);
    }
    let missing: Vec<_> = Example::keys()
        .filter(|key| !drill.walk.examples.iter().any(|example| example.key == *key))
        .collect();
    if !missing.is_empty() {
        let words = words::text(
            drill.parameters.lang,
            "examples-missing",
            &[("keys".to_owned(), missing.join(", ").into())].into(),
        );
        drill.audience.say(&words);
    }
    let everybody = trial.holders.values().chain(drill.roster.holders.values());
    for token in everybody.filter_map(|holder| holder.token.clone()) {
        socket.ask(json!({"ask": "sign-out", "token": token}))?;
    }
    Ok(())
}

fn try_example(
    drill: &Drill<'_>,
    socket: &mut Socket,
    trial: &Roster,
    example: &Example,
) -> Result<Told, DemoError> {
    let key = example.key;
    for case in example.cases() {
        let outcome = drive(socket, trial, &case)?;
        if let Some(cause) = drill.wrong(&case, &outcome) {
            return Err(DemoError::Example { key, cause });
        }
    }
    let ask = match &example.meets {
        Meeting::Several(..) => {
            let asked = asked_next(socket, trial, &example.search)?;
            let cause = || "nothing is asked for next".to_owned();
            Some(asked.ok_or_else(|| DemoError::Example { key, cause: cause() })?)
        }
        Meeting::One(_) | Meeting::Nobody => None,
    };
    let person = example.person().and_then(|person| drill.register.person(person));
    Ok(Told::new(example, person, ask))
}

/// What the node asks for when several are met.
fn asked_next(
    socket: &mut Socket,
    trial: &Roster,
    search: &Search,
) -> Result<Option<String>, DemoError> {
    let token = trial.holders.values().find_map(|holder| holder.token.as_deref());
    let request = match search {
        Search::Name(fields) => json!({"ask": "find-by-name", "token": token, "fields": fields}),
        Search::Number(fields) => {
            json!({"ask": "find-by-number", "token": token, "fields": fields})
        }
    };
    Ok(match socket.ask(request)? {
        Answer::Done(reply) => reply.get("ask").and_then(Value::as_str).map(str::to_owned),
        Answer::Refused { .. } => None,
    })
}

/// Tells everything, and waits until somebody asks for the end.
pub(super) fn walk(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let invitation = invite(drill)?;
    let lang = drill.parameters.lang;
    drill.audience.tell(&guide::text(&invitation, lang));
    let write = invitation.write(&drill.parameters.dir);
    write.map_err(|source| DemoError::Io { what: "walk.json cannot be written", source })?;
    drill.walk.is_ready = true;
    while !drill.audience.is_asked_to_end() {
        drill.check_services()?;
        thread::sleep(TICK);
    }
    drill.audience.say(&words::word(lang, "ending"));
    Ok(())
}

fn invite(drill: &mut Drill<'_>) -> Result<Invitation, DemoError> {
    let badge_folder = drill.path("badges");
    let opener = drill.walk.second_badge.clone();
    let opener = opener.ok_or_else(broken("there is no badge for the second node"))?;
    let all: Vec<Badge> = drill.badges.iter().chain([&opener]).cloned().collect();
    badges::write(&badge_folder, &all, drill.parameters.lang)?;
    let address = |node| drill.walk.pages.get(node).cloned().ok_or(DemoError::NoPage(node));
    let root = |node: &str| drill.path(node).join("page-root.pem");
    Ok(Invitation {
        address: address("node-a")?,
        page_root: root("node-a"),
        fingerprint: fingerprint(drill),
        seed: drill.parameters.seed,
        people: drill.parameters.people,
        badges: drill.badges.iter().map(|badge| badge.clone().under(&badge_folder)).collect(),
        examples: drill.walk.examples.clone(),
        node_b: SealedNode {
            address: address("node-b")?,
            page_root: root("node-b"),
            code: drill.walk.second_code.clone(),
            badge: opener.under(&badge_folder),
        },
        badge_folder,
    })
}

/// As the node tells it; one that tells none still has its certificate on disk.
fn fingerprint(drill: &Drill<'_>) -> Option<String> {
    let data = drill.text("node-a");
    let args = ["--data", &data, "page"];
    let (code, printed) = drill.program.try_run(Side::Node, "node-a-page", &args).ok()?;
    let printed = printed.filter(|_| code == Some(0))?;
    printed.text("/fingerprint").ok().map(str::to_owned)
}

/// Reads what the centre holds, once nobody else has its ledger open.
pub(super) fn account(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let account = accounts::read(&drill.path("central"), drill.walk.trial.badge)?;
    drill.walk.account = Some(account);
    Ok(())
}
