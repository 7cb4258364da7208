//! What the operating body does.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use super::{DemoError, Drill};
use crate::demo::badges::{Badge, Issued};
use crate::demo::command::Printed;
use crate::demo::line::Line;
use crate::demo::plan::Post;
use crate::demo::process::Side;
use crate::demo::visit::Holder;
use crate::region::Day;
use crate::region::staff::{self, StaffMember, StaffRole};

/// The notice that opens the area, and the incident on every badge.
const NOTICE: &str = "DRILL-1";
/// A shift of badges.
const BADGE_HOURS: &str = "72";
const READY: Duration = Duration::from_secs(60);

impl Drill<'_> {
    pub(super) fn central(&self, name: &str, args: &[&str]) -> Result<Printed, DemoError> {
        let dir = self.text("central");
        let args: Vec<&str> = ["--dir", &dir].into_iter().chain(args.iter().copied()).collect();
        Ok(self.program.run(Side::Central, &format!("central-{name}"), &args)?)
    }

    /// The day of the first ingest: the first of the month, when the newest masters and eligibility are there and the
    /// claims handed in since are not yet.
    fn first_day(&self) -> Day {
        self.parameters.as_of.month().first()
    }

    fn ingest_and_publish(&mut self, day: Day) -> Result<(), DemoError> {
        let region = self.text("region");
        self.central("ingest", &["ingest", &region, "--as-of", &day.to_string()])?;
        let published = self.central("publish", &["publish"])?;
        if published.value()["published"] == false {
            // Nothing became visible in between: what was published stays current.
            return Ok(());
        }
        self.summary.items = published.number("/items")?;
        self.summary.segments = published.number("/segments")?;
        self.summary.bytes = published.number("/bytes")?;
        Ok(())
    }
}

/// Keys, sources, first publication, and a line to the running centre.
pub(super) fn begin(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    drill.central("init", &["init", "--region", "17", "--drill", "--listen", "127.0.0.1:0"])?;
    let day = drill.first_day();
    drill.ingest_and_publish(day)?;
    let args = ["--dir", &drill.text("central"), "serve", "--json"].map(str::to_owned);
    let announced = |line: &Value| line.get("listening")?.as_str()?.parse::<SocketAddr>().ok();
    let serve = drill.program.serve(Side::Central, "central-serve", &args, READY, announced);
    let (centre, address) = serve?;
    drill.centre = Some(centre);
    let line = Line::lay(address);
    drill.line = Some(line.map_err(|source| DemoError::Io { what: "the line", source })?);
    Ok(())
}

/// The day of the truth, while the centre serves.
pub(super) fn publish_increment(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    drill.ingest_and_publish(drill.parameters.as_of)
}

/// Everything that must exist before the line is cut.
pub(super) fn prepare(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let opens = ["--opens", "now", "--closes", "+72h", "--vital-interest"];
    let order = ["order", "--notice", NOTICE, "--prefecture", "17"];
    drill.central("order", &[&order[..], &opens[..]].concat())?;
    let release = drill.central("release", &["release", "preposition", "--node", "node-a"])?;
    drill.spoken_code = release.text("/code")?.to_owned();
    make_badges(drill)
}

fn make_badges(drill: &mut Drill<'_>) -> Result<(), DemoError> {
    let members = staff::read(&drill.path("region/staff.json"))?;
    let here = super::nodes::FACILITY_A;
    let mut taken: Vec<&StaffMember> = Vec::new();
    for (place, post) in (1_u32..).zip(Post::ALL) {
        let fits = |member: &&&StaffMember| {
            role_word(member.role) == post.role() && !taken.contains(*member)
        };
        let none = || DemoError::Broken(format!("the region has no {} to take part", post.role()));
        let member = members.iter().find(|member| fits(&member)).ok_or_else(none)?;
        taken.push(member);
        let issued = issue(drill, member, here)?;
        // No PIN in a row, none of one digit: both are refused.
        let pin = format!("{}", 271_828 + place * 31_415);
        drill.badges.push(Badge::new(post.word(), &member.name, &issued, &pin));
        let badge = issued.text;
        drill.roster.holders.insert(post, Holder { badge, pin, token: None });
    }
    let spare = |member: &&StaffMember| !taken.contains(member);
    let none = || DemoError::Broken("the region has too few staff".into());
    let spare = members.iter().find(spare).ok_or_else(none)?;
    drill.roster.other_facility = issue(drill, spare, super::nodes::FACILITY_B)?.text;
    drill.roster.without_pin = issue(drill, spare, here)?.text;
    drill.roster.expired = super::super::expired::issue(&drill.path("central"), &spare.name, here)
        .map_err(DemoError::Broken)?;
    Ok(())
}

/// Issues a badge for a facility.
pub(super) fn issue(
    drill: &Drill<'_>,
    member: &StaffMember,
    facility: &str,
) -> Result<Issued, DemoError> {
    let args = ["badge", "--name", &member.name, "--role", role_word(member.role)];
    let scope = ["--facility", facility, "--incident", NOTICE, "--hours", BADGE_HOURS];
    let printed = drill.central("badge", &[&args[..], &scope[..]].concat())?;
    Ok(Issued { id: printed.text("/id")?.to_owned(), text: printed.text("/badge")?.to_owned() })
}

pub(super) const fn role_word(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Doctor => "doctor",
        StaffRole::Dentist => "dentist",
        StaffRole::Pharmacist => "pharmacist",
        StaffRole::Designated => "designated",
        StaffRole::Reception => "reception",
    }
}
