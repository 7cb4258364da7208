//! `serve`: owns the folder until a signal ends it.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use tomoshibi_policies::ErrorClass;
use tracing_subscriber::EnvFilter;

use super::{Context, Verdict};
use crate::failure::Failure;
use crate::folder::{Folder, Owner, OwnerError};
use crate::line::{Line, ReleaseLine};
use crate::node::Node;
use crate::serve::{self, Ended, SyncOnce};

pub(super) fn run(context: &Context) -> Result<Verdict, Failure> {
    start_log();
    let owner = claim(&context.folder)?;
    let node = Node::open(owner, &context.folder, context.seams.clone())?;
    let node = Arc::new(node);
    let line = Line::of(&node).map(|line| Arc::new(line) as Arc<dyn SyncOnce>);
    if line.is_some() {
        node.set_release_source(Arc::new(ReleaseLine::of(&node)));
    }
    let ready = |page: Option<&str>| match context.output.json {
        true => context.output.json(&serde_json::json!({ "ready": true, "page": page })),
        false => page.map_or(Ok(()), |url| {
            context.output.say("serve-page", &[("url".to_owned(), url.into())].into())
        }),
    };
    let ended = serve::run(node, line, ready)?;
    match ended {
        Ended::Asked => Ok(Verdict::Well),
        Ended::Closed => Err(replace_process()),
    }
}

/// Begins again as a new process in the place of this one. The memory of the old one held the keyring; the kernel
/// takes it away whole. Comes back only when that is not possible.
fn replace_process() -> Failure {
    let program = std::env::current_exe();
    let error = match program {
        Ok(program) => Command::new(program).args(std::env::args_os().skip(1)).exec(),
        Err(error) => error,
    };
    Failure::new(ErrorClass::Internal, "not-replaced").with("cause", error.to_string())
}

/// Waits a moment for a command that happens to be at work: a service that starts must not fail over a `status`.
fn claim(folder: &Folder) -> Result<Owner, Failure> {
    for _ in 0..30 {
        match Owner::claim(folder) {
            Err(OwnerError::Owned { .. }) => sleep(Duration::from_millis(100)),
            other => return Ok(other?),
        }
    }
    Ok(Owner::claim(folder)?)
}

/// JSON lines on standard error; `TOMOSHIBI_LOG` chooses how much. The log is diagnostics and holds no patient data.
fn start_log() {
    let filter =
        EnvFilter::try_from_env("TOMOSHIBI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().json().with_writer(io::stderr).with_env_filter(filter);
    // Another log that was set up before, by a program that runs a node inside itself, stays.
    let _ = log.try_init();
}
