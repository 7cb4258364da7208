//! `enrol`: makes the folder a node of a centre, by a one-time code.

use tomoshibi_sync::net::Timeouts;

use super::args::EnrolArgs;
use super::{Context, Verdict};
use crate::enrol;
use crate::failure::{Args, Failure};
use crate::folder::Owner;
use crate::node::Node;

pub(super) fn run(context: &Context, args: &EnrolArgs) -> Result<Verdict, Failure> {
    let owner = Owner::claim(&context.folder)?;
    let node = Node::open(owner, &context.folder, context.seams.clone())?;
    let record = enrol::enrol(&node, &args.centre, &args.code, &Timeouts::default())?;
    let (id, region) = (record.node.to_string(), record.region.to_string());
    if context.output.json {
        context.output.json(&serde_json::json!({
            "node": id,
            "region": region,
            "drill": record.drill,
            "incarnation": record.incarnation.0,
            "trust_root": record.trust_root.to_string(),
        }))?;
        return Ok(Verdict::Well);
    }
    let message = if record.drill { "enrol-done-drill" } else { "enrol-done" };
    let args = Args::from([("node".into(), id.into()), ("region".into(), region.into())]);
    context.output.say(message, &args)?;
    Ok(Verdict::Well)
}
