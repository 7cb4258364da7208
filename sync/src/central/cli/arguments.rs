//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::JstDate;

use super::instant::When;
use crate::central::folder::Folder;
use crate::revocation::Reason;

/// The central side of Tomoshibi: ingest, publish, serve, open.
#[derive(Debug, Parser)]
#[command(name = "tomoshibi-central", version)]
pub(super) struct Arguments {
    /// The centre's folder.
    #[arg(long, global = true, default_value = ".")]
    pub(super) dir: PathBuf,
    /// The authority's folder, when it is not inside the centre's.
    #[arg(long, global = true)]
    pub(super) authority: Option<PathBuf>,
    /// Print one JSON line instead of text.
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

impl Arguments {
    pub(super) fn folder(&self) -> Folder {
        match &self.authority {
            Some(authority) => Folder::with_authority(&self.dir, authority),
            None => Folder::new(&self.dir),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make configuration, keys, trust root and the first generation.
    Init(Init),
    /// Make a one-time code with which a node enrols.
    Invite(Invite),
    /// Take what was handed over into the source store.
    Ingest(Ingest),
    /// Seal and sign what is new.
    Publish(Publish),
    /// Answer nodes.
    Serve(Serve),
    /// Issue, extend or revoke the authority to open.
    Order(Order),
    /// Bring the keyring to a node.
    #[command(subcommand)]
    Release(Release),
    /// Issue or revoke a staff badge.
    Badge(Badge),
    /// The nodes of the region.
    #[command(subcommand)]
    Node(Node),
    /// What nodes have brought back.
    #[command(subcommand)]
    Ledger(Ledger),
    /// Snapshot, reach, nodes, ledger.
    Status,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// JIS code of the prefecture, 1-47.
    #[arg(long, value_parser = region)]
    pub(super) region: RegionCode,
    /// A drill: separate keys, synthetic people.
    #[arg(long)]
    pub(super) drill: bool,
    /// Where to listen (UDP).
    #[arg(long)]
    pub(super) listen: Option<SocketAddr>,
    /// A DNS name or address for the centre's certificate; may be repeated.
    #[arg(long = "name")]
    pub(super) names: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Invite {
    /// What people will call the node.
    #[arg(long)]
    pub(super) name: String,
    /// The facility it will stand in, ten digits.
    #[arg(long, value_parser = facility)]
    pub(super) facility: FacilityCode,
    /// The municipality it will stand in, a five-digit JIS code. Without it an order that names only municipalities
    /// does not open the node.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1_000..48_000))]
    pub(super) municipality: Option<u32>,
    /// Hours the code is valid.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub(super) hours: u16,
}

#[derive(Debug, Args)]
pub(super) struct Ingest {
    /// The folder that was handed over.
    pub(super) source: PathBuf,
    /// Up to which day the sources are in, YYYY-MM-DD.
    #[arg(long, value_parser = day)]
    pub(super) as_of: JstDate,
}

#[derive(Debug, Args)]
pub(super) struct Publish {
    /// A new number even when nothing is new: renews the freshness.
    #[arg(long)]
    pub(super) force: bool,
    /// Seal everything anew, giving back the space of what was replaced or withdrawn.
    #[arg(long)]
    pub(super) whole: bool,
    /// Begin a new generation first. Needs the authority's folder. Everything is sealed anew.
    #[arg(long)]
    pub(super) rotate: bool,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Listen here instead of where the configuration says.
    #[arg(long)]
    pub(super) listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(super) struct Order {
    /// Id of the notice (事務連絡).
    #[arg(long, required_unless_present_any = ["extends", "revokes"])]
    pub(super) notice: Option<String>,
    /// Who issues it.
    #[arg(long, default_value = "operating body")]
    pub(super) issuer: String,
    /// Prefectures opened as a whole, JIS codes.
    #[arg(long = "prefecture", num_args = 1.., value_parser = region)]
    pub(super) prefectures: Vec<RegionCode>,
    /// Municipalities, five-digit JIS codes.
    #[arg(long = "municipality", num_args = 1..)]
    pub(super) municipalities: Vec<u32>,
    /// Single facilities, ten digits.
    #[arg(long = "facility", num_args = 1.., value_parser = facility)]
    pub(super) facilities: Vec<FacilityCode>,
    /// When it opens: RFC 3339, `now`, or `+2h` from now.
    #[arg(long, default_value = "now")]
    pub(super) opens: When,
    /// When it closes: RFC 3339, or `+72h` from the opening (from now for an extension).
    #[arg(long, required_unless_present = "revokes")]
    pub(super) closes: Option<When>,
    /// Categories opened; without it all that are carried.
    #[arg(long = "category", num_args = 1.., value_parser = category)]
    pub(super) categories: Vec<Category>,
    /// A vital interest may stand in for consent.
    #[arg(long)]
    pub(super) vital_interest: bool,
    /// Hours an expressed consent holds, 1-72.
    #[arg(long, default_value_t = 24)]
    pub(super) consent_hours: u8,
    /// Extend this order to `--closes`; everything else of it stays.
    #[arg(long, conflicts_with_all = ["notice", "prefectures", "municipalities", "facilities", "categories",
        "vital_interest", "revokes"])]
    pub(super) extends: Option<u64>,
    /// Revoke this order.
    #[arg(long, conflicts_with_all = ["notice", "prefectures", "municipalities", "facilities", "categories",
        "vital_interest", "closes"])]
    pub(super) revokes: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Release {
    /// Make a release under a new spoken code and let the node fetch it.
    Preposition(NodeChoice),
    /// Show the code of the node's newest release, from the authority's folder.
    Code(NodeChoice),
}

#[derive(Debug, Args)]
pub(super) struct NodeChoice {
    /// Id or name of the node.
    #[arg(long)]
    pub(super) node: String,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Badge {
    #[command(subcommand)]
    pub(super) act: Option<BadgeAct>,
    #[command(flatten)]
    pub(super) new: Option<NewBadge>,
}

#[derive(Debug, Subcommand)]
pub(super) enum BadgeAct {
    /// Revoke a badge at every node: lost, stolen, or its holder has left.
    Revoke(RevokeBadge),
}

#[derive(Debug, Args)]
pub(super) struct RevokeBadge {
    /// Id of the badge, 32 hexadecimal digits: `badge --json` told it when the badge was made.
    #[arg(value_parser = badge_id)]
    pub(super) badge: BadgeId,
    #[command(flatten)]
    pub(super) why: Why,
}

#[derive(Debug, Subcommand)]
pub(super) enum Node {
    /// Id, name, facility, enrolment and certificate of every node, and whether it counts.
    List,
    /// Revoke a node's certificate: it gets nothing any more. There is no way back but to enrol it again.
    Revoke(RevokeNode),
}

#[derive(Debug, Args)]
pub(super) struct RevokeNode {
    /// Id or name of the node.
    pub(super) node: String,
    #[command(flatten)]
    pub(super) why: Why,
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// lost, stolen, left, misused, compromised, replaced, retired or other.
    #[arg(long, value_parser = reason)]
    pub(super) reason: Reason,
}

#[derive(Debug, Args)]
pub(super) struct NewBadge {
    /// Name of the member of staff.
    #[arg(long)]
    pub(super) name: String,
    /// doctor, dentist, pharmacist, designated or reception.
    #[arg(long, value_parser = role)]
    pub(super) role: Role,
    /// The facility, ten digits; without it for a visiting team.
    #[arg(long, value_parser = facility)]
    pub(super) facility: Option<FacilityCode>,
    /// The notice it is for; without it for every one.
    #[arg(long)]
    pub(super) incident: Option<String>,
    /// Hours it is valid.
    #[arg(long, default_value_t = 72, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) hours: u16,
}

#[derive(Debug, Subcommand)]
pub(super) enum Ledger {
    /// Size, root and acknowledged entries of every journal.
    Status,
    /// The entries' clear parts.
    Entries,
    /// Recompute everything.
    Verify,
}

fn region(text: &str) -> Result<RegionCode, String> {
    let code = text.parse().map_err(|_| "a prefecture is a number, 1-47".to_owned())?;
    RegionCode::new(code).map_err(|error| error.to_string())
}

fn facility(text: &str) -> Result<FacilityCode, String> {
    FacilityCode::parse(text).map_err(|error| error.to_string())
}

fn day(text: &str) -> Result<JstDate, String> {
    JstDate::parse(text).map_err(|error| error.to_string())
}

fn category(text: &str) -> Result<Category, String> {
    Category::from_word(text)
        .ok_or_else(|| format!("one of {}", Category::ALL.map(Category::as_str).join(", ")))
}

fn badge_id(text: &str) -> Result<BadgeId, String> {
    let form = "the id of a badge has 32 hexadecimal digits in lower case";
    crate::badge::parse_id(text).ok_or_else(|| form.to_owned())
}

fn reason(text: &str) -> Result<Reason, String> {
    Reason::from_word(text).ok_or_else(|| format!("one of {}", Reason::WORDS.join(", ")))
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text)
        .ok_or_else(|| format!("one of {}", Role::ALL.map(Role::as_str).join(", ")))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_badge_is_issued_or_revoked_and_never_both() {
        let parse =
            |line: &str| Arguments::try_parse_from(["x"].into_iter().chain(line.split(' ')));
        let id = "b1".repeat(16);
        let parsed = parse(&format!("badge revoke {id} --reason lost --json")).unwrap();
        let Command::Badge(Badge { act: Some(BadgeAct::Revoke(revoke)), new: None }) =
            parsed.command
        else {
            panic!("not a revocation")
        };
        assert_eq!(revoke.badge, BadgeId::from_bytes([0xb1; 16]));
        let parsed = parse("badge --name x --role doctor").unwrap();
        assert!(matches!(parsed.command, Command::Badge(Badge { act: None, new: Some(_) })));
        for line in [
            "badge".to_owned(),
            "badge --name x".to_owned(),
            format!("badge revoke {id}"),
            format!("badge revoke {id} --reason bored"),
            "badge revoke b1 --reason lost".to_owned(),
            format!("badge --name x --role doctor revoke {id} --reason lost"),
            "node revoke --reason lost".to_owned(),
            "node revoke x".to_owned(),
        ] {
            assert!(parse(&line).is_err(), "{line}");
        }
        assert!(parse("node revoke x --reason stolen").is_ok());
    }

    #[test]
    fn an_order_is_new_or_extends_or_revokes() {
        let parse = |line: &str| {
            Arguments::try_parse_from(["x", "order"].into_iter().chain(line.split(' '))).is_ok()
        };
        assert!(parse("--notice N1 --prefecture 17 --closes +72h"));
        assert!(parse("--extends 1 --closes +72h"));
        assert!(parse("--revokes 1"));
        assert!(!parse("--notice N1 --prefecture 17"));
        assert!(!parse("--extends 1"));
        assert!(!parse("--extends 1 --revokes 2 --closes +1h"));
        assert!(!parse("--revokes 1 --prefecture 17"));
        assert!(!parse("--prefecture 17 --closes +1h"));
        assert!(!parse("--notice N1 --prefecture 48 --closes +1h"));
    }
}
