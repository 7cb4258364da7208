//! Ctrl-C and SIGTERM: the first asks for the end, the second ends at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears signals on a thread of its own until the process ends.
#[derive(Debug)]
pub struct Signals {
    is_asked: Arc<AtomicBool>,
}

impl Signals {
    /// Begins to hear. `again` is called for the second signal and every further one.
    ///
    /// # Errors
    /// When the system does not hand them over.
    pub fn listen(again: impl Fn() + Send + 'static) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (interrupt, terminate) = {
            let _inside = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        let is_asked = Arc::new(AtomicBool::new(false));
        let heard = is_asked.clone();
        thread::spawn(move || {
            hear(&runtime, interrupt, terminate, || {
                if heard.swap(true, Ordering::SeqCst) {
                    again();
                }
            });
        });
        Ok(Self { is_asked })
    }

    /// True from the first signal on.
    #[must_use]
    pub fn is_asked_to_end(&self) -> bool {
        self.is_asked.load(Ordering::SeqCst)
    }
}

fn hear(runtime: &Runtime, mut interrupt: Signal, mut terminate: Signal, heard: impl Fn()) {
    runtime.block_on(async {
        loop {
            let more = tokio::select! {
                more = interrupt.recv() => more,
                more = terminate.recv() => more,
            };
            if more.is_none() {
                return;
            }
            heard();
        }
    });
}
