//! `badge pin`: sets the PIN of a badge before a second member of staff.

use super::args::{BadgeArgs, BadgeCommand, BadgePinArgs};
use super::desk::{read_badge, read_pin};
use super::{Context, Verdict};
use crate::desk::DeskRequest;
use crate::failure::{Args, Failure};

pub(super) fn run(context: &Context, args: &BadgeArgs) -> Result<Verdict, Failure> {
    match &args.command {
        BadgeCommand::Pin(args) => set_pin(context, args),
    }
}

/// Standard input holds the witness's PIN first, when there is a witness, then the new PIN.
fn set_pin(context: &Context, args: &BadgePinArgs) -> Result<Verdict, Failure> {
    let witness = args.witness.as_deref().map(|badge| context.sign_in(badge)).transpose()?;
    let (badge, pin) = (read_badge(&args.badge)?, read_pin()?.to_string());
    let set = context.ask_desk(DeskRequest::SetPin { badge, pin, witness: witness.clone() });
    if let Some(token) = witness {
        context.ask_desk(DeskRequest::SignOut { token })?;
    }
    set?;
    match context.output.json {
        true => context.output.json(&serde_json::json!({ "set": true }))?,
        false => context.output.say("badge-pin-set", &Args::new())?,
    }
    Ok(Verdict::Well)
}
