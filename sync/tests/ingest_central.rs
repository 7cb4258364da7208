//! Ingest, links and store from the outside: fixtures of bad input, whole runs, kills at every write, arbitrary bytes.
#![cfg(feature = "central")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "ingest_central/arbitrary_bytes.rs"]
mod arbitrary_bytes;
#[path = "ingest_central/centre.rs"]
mod centre;
#[path = "ingest_central/fixtures.rs"]
mod fixtures;
#[path = "ingest_central/kills.rs"]
mod kills;
#[path = "ingest_central/prescribers.rs"]
mod prescribers;
#[path = "ingest_central/runs.rs"]
mod runs;
#[path = "ingest_central/sources.rs"]
mod sources;
#[path = "ingest_central/stores.rs"]
mod stores;
