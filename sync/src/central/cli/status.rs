//! `status`.

use serde_json::{Value, json};
use tomoshibi_policies::staleness::SnapshotAge;

use super::centre::Centre;
use super::failure::Failure;
use super::ledger::{self, Question};
use super::report::Report;
use crate::central::publisher::{self, Newest};

pub(super) fn run(centre: &Centre) -> Result<Report, Failure> {
    let newest = publisher::newest(&centre.folder, &centre.files, &centre.trust)?;
    let snapshot = newest.as_ref().map(|newest| snapshot(centre, newest));
    let directory = centre.directory()?;
    let nodes: Vec<Value> = directory
        .nodes()
        .iter()
        .map(|node| {
            json!({
                "node": node.id,
                "name": node.name,
                "facility": node.facility,
                "revoked": node.revoked,
            })
        })
        .collect();
    let ledger = ledger::ask(centre, Question::Status)?;
    let current = newest.map_or("nothing published".into(), |newest| {
        let reach = newest.manifest.reach;
        format!("snapshot {}, claims to {}", newest.manifest.id, reach.claims_to)
    });
    let journals = ledger.as_array().map_or(0, Vec::len);
    let text = format!(
        "region {}{}: {current}; {} nodes, {journals} journals",
        centre.trust.region,
        if centre.trust.drill { " (drill)" } else { "" },
        nodes.len(),
    );
    let report = json!({
        "region": centre.trust.region.get(),
        "drill": centre.trust.drill,
        "snapshot": snapshot,
        "nodes": nodes,
        "ledger": ledger,
    });
    Ok(Report::new(report, text))
}

fn snapshot(centre: &Centre, newest: &Newest) -> Value {
    let manifest = &newest.manifest;
    let age = SnapshotAge::at(manifest.published_at, manifest.fresh_until, centre.now());
    json!({
        "id": manifest.id.to_string(),
        "digest": newest.digest.to_string(),
        "published_at": manifest.published_at.to_string(),
        "fresh_until": manifest.fresh_until.to_string(),
        "fresh": !age.needs_mark(),
        "generation": manifest.generation.0,
        "segments": manifest.segments.len(),
        "bytes": manifest.len_bytes(),
        "reach": {
            "claims_to": manifest.reach.claims_to.to_string(),
            "processed": manifest.reach.processed.to_string(),
            "eligibility_to": manifest.reach.eligibility_to.to_string(),
            "checkups_to": manifest.reach.checkups_to.to_string(),
        },
    })
}
