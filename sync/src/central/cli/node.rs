//! `node`: who is enrolled, and who no longer counts.

use serde_json::{Value, json};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use super::arguments::{Node, RevokeNode};
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use super::revoked;
use crate::central::directory::EnrolledNode;
use crate::central::revocations;
use crate::id::NodeId;
use crate::net::CERTIFICATE_LAST_DAY;
use crate::revocation::{RevocationList, Revoked};

pub(super) fn run(centre: &Centre, options: Node) -> Result<Report, Failure> {
    match options {
        Node::List => list(centre),
        Node::Revoke(options) => revoke(centre, options),
    }
}

fn revoke(centre: &Centre, options: RevokeNode) -> Result<Report, Failure> {
    let node = one_node(centre, &options.node)?;
    let (folder, files, trust) = (&centre.folder, &centre.files, &centre.trust);
    let why = (options.why.reason, centre.now());
    let done = revocations::revoke_node(folder, files, trust, node, why)?;
    Ok(revoked::tell(Revoked::Node(node), &done))
}

/// The node with this id, or the only one with this name: of several, the wrong one must not be cut off.
fn one_node(centre: &Centre, id_or_name: &str) -> Result<NodeId, Failure> {
    let known = centre.node(id_or_name)?;
    let directory = centre.directory()?;
    let named = directory.nodes().iter().filter(|node| node.name == id_or_name).count();
    if known.id != id_or_name && named > 1 {
        let what = format!("{named} nodes are called {id_or_name}: name one by its id");
        return Err(Failure::new(ErrorClass::Conflict, what));
    }
    Ok(known.id.parse()?)
}

fn list(centre: &Centre) -> Result<Report, Failure> {
    let current = revocations::current(&centre.folder, &centre.files, &centre.trust)?;
    let revoked = current.map(|issued| issued.list);
    let directory = centre.directory()?;
    let mut nodes = Vec::new();
    let mut lines = Vec::new();
    for node in directory.nodes() {
        let (value, line) = tell(node, revoked.as_ref())?;
        nodes.push(value);
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push("no node is enrolled".into());
    }
    Ok(Report::new(Value::Array(nodes), lines.join("\n")))
}

fn tell(node: &EnrolledNode, list: Option<&RevocationList>) -> Result<(Value, String), Failure> {
    let id: NodeId = node.id.parse()?;
    let entry = list.and_then(|list| list.of(Revoked::Node(id)));
    let enrolled_at = Timestamp::from_millis(node.enrolled_at);
    let (year, month, day) = CERTIFICATE_LAST_DAY;
    let until = format!("{year:04}-{month:02}-{day:02}");
    let value = json!({
        "node": node.id,
        "name": node.name,
        "facility": node.facility,
        "municipality": node.municipality,
        "enrolled_at": enrolled_at.to_string(),
        "certificate_until": until,
        "revoked": node.revoked,
        "revoked_at": entry.map(|entry| entry.at.to_string()),
        "reason": entry.map(|entry| entry.reason.as_str()),
    });
    let state = match (node.revoked, entry) {
        (false, None) => "counts".to_owned(),
        (true, Some(entry)) => format!("revoked at {} ({})", entry.at, entry.reason),
        // A revocation that was interrupted, or files put together from two backups.
        _ => "revoked in part: revoke it again".to_owned(),
    };
    let line = format!(
        "{} {} facility {} enrolled {enrolled_at} certificate until {until}: {state}",
        node.id, node.name, node.facility,
    );
    Ok((value, line))
}
