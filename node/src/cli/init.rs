//! `init`: makes the data folder.
//!
//! The configuration is written last: a folder without it is not a node's, and `init` can be run again over one that
//! was cut off. Of the secrets only the journal's signing key is made here; the others are made by enrolment, which
//! tells the centre their public halves.

use tomoshibi_policies::ErrorClass;

use super::args::InitArgs;
use super::{Context, Verdict, output};
use crate::config::{Config, NodeConfig, example};
use crate::disk::DiskError;
use crate::failure::{Args, Failure};
use crate::folder::{Owner, Secret, tighten};
use crate::keys;

pub(super) fn run(context: &Context, args: &InitArgs) -> Result<Verdict, Failure> {
    let folder = &context.folder;
    let files = &*context.seams.files;
    let path = folder.root().display().to_string();
    let node = NodeConfig {
        name: args.name.clone(),
        facility: args.facility,
        municipality: args.municipality,
        language: context.output.lang,
    };
    let text = example(&node);
    // What cannot be read back must not be written: facility and municipality may contradict each other.
    if let Err(error) = Config::parse(&text) {
        let mut failure = output::wrong_use("init-arguments");
        failure.causes = Failure::from(error).causes;
        return Err(failure);
    }
    if files.exists(&folder.config()) {
        return Err(Failure::new(ErrorClass::Conflict, "init-exists").with("path", path));
    }
    files.create_dir(folder.root()).map_err(DiskError::at("create", folder.root()))?;
    let _owner = Owner::claim_new(folder)?;
    folder.create(files)?;
    tighten(folder)?;
    let key = keys::make_signing_key(folder, &context.seams, Secret::JournalSigning)?;
    files
        .replace(&folder.config(), text.as_bytes())
        .map_err(DiskError::at("write", &folder.config()))?;
    let key = key.public().id().to_string();
    if context.output.json {
        context.output.json(&serde_json::json!({ "data": path, "journal_key": key }))?;
    } else {
        let args = Args::from([("path".into(), path.into()), ("key".into(), key.into())]);
        context.output.say("init-done", &args)?;
    }
    Ok(Verdict::Well)
}
