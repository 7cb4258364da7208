//! `publish`.

use std::io::{self, IsTerminal};

use indicatif::ProgressBar;
use serde_json::json;

use super::arguments::Publish;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::keys;
use crate::central::lock::{self, Subject};
use crate::central::publisher::{Extent, Published, Publisher, Snapshot};
use crate::central::reach;
use crate::central::store::Store;
use crate::item::SegmentKind;

pub(super) fn run(centre: &Centre, options: Publish) -> Result<Report, Failure> {
    let reach = reach::reach(&centre.folder, &centre.files)?;
    if options.rotate {
        keys::rotate(&centre.folder, &centre.files)?;
    }
    let extent = match (options.whole, options.force) {
        (true, _) => Extent::Whole,
        (false, true) => Extent::Renew,
        (false, false) => Extent::New,
    };
    let _held = lock::hold(&centre.folder, Subject::Source)?;
    let store = Store::open(&centre.files, &centre.folder.source())?;
    let publisher = Publisher {
        folder: &centre.folder,
        files: &centre.files,
        config: &centre.config,
        trust: &centre.trust,
    };
    let bar = io::stderr().is_terminal().then(ProgressBar::new_spinner);
    let mut watch = |kind: SegmentKind, items: u64| {
        if let Some(bar) = &bar {
            bar.set_message(format!("{kind}: {items} items"));
            bar.tick();
        }
    };
    let published = publisher.publish(&store, reach, extent, centre.now(), &mut watch)?;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    Ok(match published {
        Published::Nothing { id } => Report::new(
            json!({ "published": false, "snapshot": id.to_string() }),
            format!("nothing is new: {id} stays current"),
        ),
        Published::Snapshot(snapshot) => tell(&snapshot),
    })
}

fn tell(snapshot: &Snapshot) -> Report {
    let manifest = &snapshot.manifest;
    let items: u64 = manifest.segments.iter().map(|segment| segment.items).sum();
    let report = json!({
        "published": true,
        "snapshot": manifest.id.to_string(),
        "digest": snapshot.digest.to_string(),
        "generation": manifest.generation.0,
        "segments": manifest.segments.len(),
        "items": items,
        "bytes": manifest.len_bytes(),
        "new_segments": snapshot.new_segments,
        "new_items": snapshot.new_items,
        "new_bytes": snapshot.new_bytes,
        "claims_to": manifest.reach.claims_to.to_string(),
        "fresh_until": manifest.fresh_until.to_string(),
    });
    let text = format!(
        "{} is current: {} new items in {} new segments ({} bytes), claims to {}",
        manifest.id,
        snapshot.new_items,
        snapshot.new_segments,
        snapshot.new_bytes,
        manifest.reach.claims_to,
    );
    Report::new(report, text)
}
