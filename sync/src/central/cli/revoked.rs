//! What is said of a revocation.

use serde_json::json;

use super::report::Report;
use crate::central::revocations::Done;
use crate::revocation::Revoked;

pub(super) fn tell(subject: Revoked, done: &Done) -> Report {
    let (list, revocation) = (&done.issued.id, &done.revocation);
    let (kind, id) = match subject {
        Revoked::Badge(badge) => ("badge", badge.to_string()),
        Revoked::Node(node) => ("node", node.to_string()),
    };
    let report = json!({
        "revoked": kind,
        "id": id,
        "reason": revocation.reason.as_str(),
        "at": revocation.at.to_string(),
        "new": done.is_new,
        "list": list.number,
        "digest": list.digest.to_string(),
    });
    let text = match (done.is_new, subject) {
        (false, _) => {
            let (at, reason) = (revocation.at, &revocation.reason);
            format!(
                "{subject} was revoked at {at} already ({reason}); list {} says so",
                list.number
            )
        }
        // Signed in at a node that nobody reaches, the badge goes on counting: say what to do.
        (true, Revoked::Badge(_)) => format!(
            "{subject} is revoked; list {} reaches each node with its next sync, and until then the badge counts there: \
             tell the nodes that have no line",
            list.number,
        ),
        (true, Revoked::Node(_)) => format!(
            "{subject} is revoked and gets nothing from now on; list {} tells the other nodes",
            list.number,
        ),
    };
    Report::new(report, text)
}
