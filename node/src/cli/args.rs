//! What can be written on the command line. The words of the help are in the catalogues (`help-…`).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tomoshibi_policies::record::FacilityCode;

use crate::config::MunicipalityCode;
use crate::locale::Lang;

#[derive(Parser)]
#[command(name = "tomoshibi-node", version)]
pub(super) struct Cli {
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(super) json: bool,
    // Read before the parser runs, because it decides the words of the help; see `help::lang_in`.
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    lang: Option<LangArg>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    Init(InitArgs),
    Enrol(EnrolArgs),
    Sync,
    Serve,
    Status,
    Scrub,
    Doctor,
    Open(OpenArgs),
    Close,
    Lookup(Box<LookupArgs>),
    Page(PageArgs),
    Badge(BadgeArgs),
    Journal(JournalArgs),
}

#[derive(Args)]
pub(super) struct OpenArgs {
    #[arg(long, value_name = "CODE", conflicts_with = "fetch")]
    pub(super) code: Option<String>,
    #[arg(long)]
    pub(super) fetch: bool,
    #[arg(long, value_name = "NOTICE")]
    pub(super) order: Option<String>,
}

#[derive(Args)]
pub(super) struct PageArgs {
    #[arg(long)]
    pub(super) root: bool,
}

#[derive(Args)]
pub(super) struct LookupArgs {
    #[arg(long, value_name = "FILE")]
    pub(super) badge: PathBuf,
    #[arg(long, value_name = "DATE")]
    pub(super) birth: String,
    #[arg(long, value_name = "NAME", conflicts_with = "number")]
    pub(super) name: Option<String>,
    #[arg(long, value_name = "1|2", requires = "name")]
    pub(super) sex: Option<String>,
    #[arg(long, value_name = "ADDRESS", requires = "name")]
    pub(super) address: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    pub(super) insurer: Option<String>,
    #[arg(long, value_name = "SYMBOL", requires = "number")]
    pub(super) symbol: Option<String>,
    #[arg(long, value_name = "NUMBER", requires = "insurer")]
    pub(super) number: Option<String>,
    #[arg(long, value_name = "BRANCH", requires = "number")]
    pub(super) branch: Option<String>,
    #[arg(long, value_name = "FACT=SAID")]
    pub(super) confirm: Option<String>,
    #[arg(long, value_name = "BY", default_value = "patient")]
    pub(super) by: String,
    #[arg(long, value_name = "FORM")]
    pub(super) consent: Option<String>,
    #[arg(
        long,
        value_name = "CATEGORY",
        value_delimiter = ',',
        default_value = "medication,checkup,eligibility"
    )]
    pub(super) show: Vec<String>,
}

#[derive(Args)]
pub(super) struct BadgeArgs {
    #[command(subcommand)]
    pub(super) command: BadgeCommand,
}

#[derive(Subcommand)]
pub(super) enum BadgeCommand {
    Pin(BadgePinArgs),
}

#[derive(Args)]
pub(super) struct BadgePinArgs {
    #[arg(long, value_name = "FILE")]
    pub(super) badge: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(super) witness: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct JournalArgs {
    #[command(subcommand)]
    pub(super) command: JournalCommand,
}

#[derive(Subcommand)]
pub(super) enum JournalCommand {
    Verify,
}

#[derive(Args)]
pub(super) struct InitArgs {
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(super) name: String,
    #[arg(long, value_name = "CODE", value_parser = facility)]
    pub(super) facility: FacilityCode,
    #[arg(long, value_name = "CODE", value_parser = municipality)]
    pub(super) municipality: MunicipalityCode,
}

#[derive(Args)]
pub(super) struct EnrolArgs {
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) centre: String,
    #[arg(long, value_name = "CODE")]
    pub(super) code: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum LangArg {
    Ja,
    En,
}

fn name(text: &str) -> Result<String, String> {
    match crate::config::is_name(text) {
        true => Ok(text.to_owned()),
        false => Err("1 to 64 characters".into()),
    }
}

fn facility(text: &str) -> Result<FacilityCode, String> {
    FacilityCode::parse(text).map_err(|_| "10 digits, the first two a prefecture".into())
}

fn municipality(text: &str) -> Result<MunicipalityCode, String> {
    MunicipalityCode::parse(text).ok_or_else(|| "5 digits, the first two a prefecture".into())
}

/// The language that `--lang` names.
pub(super) fn lang_of(text: &str) -> Option<Lang> {
    Lang::parse(text)
}
