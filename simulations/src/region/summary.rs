//! What a generation made: `region.json`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calendar::Day;
use super::claims::filing::{
    LATE_PER_MILLE, REFILED_FOR_ONE_PER_MILLE, RESUBMITTED_PER_MILLE, SAME_DAY_PER_MILLE,
};
use super::claims::visit::{
    MONTH_ONLY_PER_MILLE, SECOND_PRESCRIBER_PER_MILLE, UNKNOWN_CODE_PER_MILLE,
};
use super::lives::exam::{REVERSED_PER_MILLE, UPTAKE_PER_MILLE};
use super::names::traps::{TRAPS, Trap, TrapRate};
use super::output::Output;
use super::render::ghost::GHOST_PER_MILLE;
use super::render::receipt_file::ERA_DATES_PER_MILLE;
use super::{GENERATOR_VERSION, RegionParameters, withdrawal};

/// How many of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RegionCounts {
    /// People in `truth.jsonl`.
    pub people: u64,
    /// People of 65 years or more.
    pub aged_65: u64,
    /// Receipts in all files, wrong ones included.
    pub receipts: u64,
    /// Receipt files.
    pub receipt_files: u64,
    /// Wrong receipts.
    pub expected_rejects: u64,
    /// Medication lines to show on the as-of day.
    pub medication_lines: u64,
    /// Checkups to show on the as-of day.
    pub checkups: u64,
    /// Withdrawals.
    pub withdrawals: u64,
    /// People to whom one pharmacy dispensed for two prescribers in one month.
    pub two_prescribers: u64,
    /// People by trap.
    pub traps: BTreeMap<Trap, u64>,
}

/// The rates that decide a region, of 1,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Rates {
    checkup_uptake: u32,
    reversed_value_sets: u32,
    unknown_drugs: u32,
    groups_without_days: u32,
    late_claims: u32,
    resubmitted_claims: u32,
    same_day_claims: u32,
    second_prescribers: u32,
    refiled_for_one: u32,
    era_date_files: u32,
    wrong_receipts: u32,
    withdrawn_deaths: u32,
    court_orders: u32,
    corrections: u32,
    withdrawn_receipts: u32,
    withdrawn_checkups: u32,
}

const RATES: Rates = Rates {
    checkup_uptake: UPTAKE_PER_MILLE,
    reversed_value_sets: REVERSED_PER_MILLE,
    unknown_drugs: UNKNOWN_CODE_PER_MILLE,
    groups_without_days: MONTH_ONLY_PER_MILLE,
    late_claims: LATE_PER_MILLE,
    resubmitted_claims: RESUBMITTED_PER_MILLE,
    same_day_claims: SAME_DAY_PER_MILLE,
    second_prescribers: SECOND_PRESCRIBER_PER_MILLE,
    refiled_for_one: REFILED_FOR_ONE_PER_MILLE,
    era_date_files: ERA_DATES_PER_MILLE,
    wrong_receipts: GHOST_PER_MILLE,
    withdrawn_deaths: withdrawal::DEATH_PER_MILLE,
    court_orders: withdrawal::COURT_ORDER_PER_MILLE,
    corrections: withdrawal::CORRECTION_PER_MILLE,
    withdrawn_receipts: withdrawal::RECEIPT_PER_MILLE,
    withdrawn_checkups: withdrawal::CHECKUP_PER_MILLE,
};

/// A generated region.
#[derive(Debug, Clone, Serialize)]
pub struct RegionSummary {
    /// [`GENERATOR_VERSION`].
    pub generator_version: u32,
    /// JIS code of the prefecture.
    pub prefecture: &'static str,
    /// As given.
    pub seed: u64,
    /// As given.
    pub people: u32,
    /// As given.
    pub as_of: Day,
    /// As given.
    pub months: u32,
    /// Files and bytes, without `region.json` itself.
    pub files: u64,
    /// See [`Self::files`].
    pub bytes: u64,
    /// How many of everything.
    pub counts: RegionCounts,
    rates_per_mille: Rates,
    trap_rates: &'static [TrapRate],
}

impl RegionSummary {
    pub(crate) fn new(
        parameters: &RegionParameters,
        counts: RegionCounts,
        output: &Output,
    ) -> Self {
        Self {
            generator_version: GENERATOR_VERSION,
            prefecture: super::places::PREFECTURE,
            seed: parameters.seed,
            people: parameters.people,
            as_of: parameters.as_of,
            months: parameters.months,
            files: output.files,
            bytes: output.bytes,
            counts,
            rates_per_mille: RATES,
            trap_rates: TRAPS,
        }
    }
}
