//! What the checks are about.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, getrlimit};
use tomoshibi_policies::time::Timestamp;

use crate::config::Config;
use crate::failure::Failure;
use crate::folder::{Folder, Loose, loose};
use crate::node::Seams;
use crate::page::certificate;
use crate::status::{ClockSanity, Status, clock_sanity};

/// Facts about the machine and the folder.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The configuration.
    pub config: Result<Config, Failure>,
    /// Files that others may read.
    pub loose: Result<Vec<Loose>, Failure>,
    /// Bytes free on the disk of the folder.
    pub free_bytes: Option<u64>,
    /// The clock.
    pub now: Timestamp,
    /// What can be said of it.
    pub clock: ClockSanity,
    /// True when the system says that it follows a time server.
    pub synchronised: bool,
    /// Swap areas in use.
    pub swaps: Option<usize>,
    /// True when a crash would write the memory to the disk.
    pub core_dumps: bool,
    /// Most open files; absent when there is no limit.
    pub open_files_max: Option<u64>,
    /// Fingerprint of the page's root certificate; absent when there is to be no page.
    pub page_root: Option<Result<String, Failure>>,
    /// What the node says of itself.
    pub status: Result<Status, Failure>,
}

impl Facts {
    /// Looks at the machine and at `folder`; `status` was asked before.
    #[must_use]
    pub fn gather(folder: &Folder, seams: &Seams, status: Result<Status, Failure>) -> Self {
        let now = seams.clock.now();
        let known = status.as_ref().ok().map(|status| status.clock);
        let swaps = fs::read_to_string("/proc/swaps").ok();
        let config = Config::load(&*seams.files, &folder.config()).map_err(Failure::from);
        let has_page = config.as_ref().is_ok_and(|config| config.page.is_some());
        let root = || certificate::root(folder, seams).map(|(_, fingerprint)| fingerprint);
        Self {
            config,
            page_root: has_page.then(root),
            loose: loose(folder).map_err(Failure::from),
            free_bytes: seams.files.free_bytes(folder.root()).ok(),
            now,
            clock: known.unwrap_or_else(|| clock_sanity(now, None, None)),
            // systemd-timesyncd leaves this file once it follows a server (systemd-timesyncd.service(8)).
            synchronised: Path::new("/run/systemd/timesync/synchronized").exists(),
            swaps: swaps.map(|text| count_swaps(&text)),
            // Without a limit (`None`) cores are written too.
            core_dumps: getrlimit(Resource::Core).current != Some(0),
            open_files_max: getrlimit(Resource::Nofile).current,
            status,
        }
    }
}

/// Lines of `/proc/swaps` after its heading.
fn count_swaps(text: &str) -> usize {
    text.lines().skip(1).filter(|line| !line.trim().is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_areas_are_the_lines_after_the_heading() {
        let heading = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        assert_eq!(count_swaps(heading), 0);
        assert_eq!(count_swaps(&format!("{heading}/dev/sda2 partition 1 0 -2\n")), 1);
        assert_eq!(count_swaps(""), 0);
    }
}
