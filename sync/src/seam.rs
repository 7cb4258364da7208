//! The narrow traits through which production code reaches the world, so that a simulator can stand in for it.
//!
//! Everything that would make a run unrepeatable passes through here: time, files, randomness. They are arguments,
//! never globals.

mod clock;
mod entropy;
mod files;
mod memory_files;
mod std_files;

pub use clock::{Clock, SystemClock};
pub use entropy::{Entropy, SystemEntropy};
pub use files::{Append, FileEntry, Files, ReadAt};
pub use memory_files::{CrashPlan, Kept, MemoryFiles};
pub use std_files::StdFiles;
