//! The terminal as the audience of a demo: a bar where somebody sees it, plain lines otherwise.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::demo::audience::Audience;
use crate::demo::signals::Signals;

/// As shells tell that Ctrl-C ended a program.
const ENDED_BY_SIGNAL: i32 = 130;

pub(super) struct Terminal {
    bar: Option<ProgressBar>,
    /// A script leaves signals as they are: the first ends it, and its processes with it.
    signals: Option<Signals>,
}

impl Terminal {
    pub(super) fn of_script() -> Self {
        Self { bar: None, signals: None }
    }

    /// `at_once` is said when a second signal ends everything.
    #[expect(clippy::print_stderr, reason = "the last word before the process is gone")]
    pub(super) fn of_walk(at_once: String) -> io::Result<Self> {
        let signals = Signals::listen(move || {
            eprintln!("{at_once}");
            // Every process of the demo ends with this one (`programs`).
            std::process::exit(ENDED_BY_SIGNAL);
        })?;
        Ok(Self { bar: io::stderr().is_terminal().then(bar), signals: Some(signals) })
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos:>2}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

impl Audience for Terminal {
    fn stages(&mut self, count: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(count as u64);
        }
    }

    fn stage(&mut self, words: &str) {
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(words.to_owned());
            }
            None => self.say(words),
        }
    }

    #[expect(clippy::print_stderr, reason = "progress is for people and goes to standard error")]
    fn say(&mut self, words: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{words}")),
            None => eprintln!("{words}"),
        }
    }

    fn tell(&mut self, text: &str) {
        let print = || {
            let mut out = io::stdout().lock();
            // Nobody may be reading any more; the same stands in walk.json.
            let _ = writeln!(out, "{text}").and_then(|()| out.flush());
        };
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn is_asked_to_end(&self) -> bool {
        self.signals.as_ref().is_some_and(Signals::is_asked_to_end)
    }
}
