//! The node's record as JSON, as far as it is compared.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Record {
    pub(super) drill: bool,
    pub(super) identity_confirmed: bool,
    pub(super) basis: String,
    pub(super) statements: Vec<serde_json::Value>,
    pub(super) subject: Subject,
    pub(super) eligibility: Option<Vec<CoverageRow>>,
    pub(super) medication: Option<Medication>,
    pub(super) checkups: Option<Checkups>,
}

#[derive(Deserialize)]
pub(super) struct Subject {
    pub(super) names: Vec<Name>,
    pub(super) sex: Option<u8>,
    pub(super) birth_date: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Name {
    pub(super) written: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CoverageRow {
    pub(super) insurer_number: String,
    #[serde(default)]
    pub(super) symbol: Option<String>,
    pub(super) number: String,
    #[serde(default)]
    pub(super) branch: Option<String>,
    pub(super) from: String,
    #[serde(default)]
    pub(super) until: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Medication {
    pub(super) first: Vec<DangerRow>,
    pub(super) lines: Vec<Line>,
}

#[derive(Deserialize)]
pub(super) struct DangerRow {
    pub(super) class: String,
    pub(super) lines: Vec<usize>,
    #[serde(default)]
    pub(super) empty: Option<serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) drug_code: String,
    pub(super) group: String,
    pub(super) class: String,
    pub(super) dispensed: String,
    #[serde(default)]
    pub(super) prescribed: Option<String>,
    pub(super) amount: String,
    pub(super) times: u32,
    pub(super) month: String,
    pub(super) source: String,
}

#[derive(Deserialize)]
pub(super) struct Checkups {
    pub(super) checkups: Vec<Checkup>,
}

#[derive(Deserialize)]
pub(super) struct Checkup {
    pub(super) exam_date: String,
    pub(super) program: String,
    pub(super) history: Vec<History>,
    pub(super) items: Vec<Item>,
}

#[derive(Deserialize)]
pub(super) struct History {
    pub(super) question: String,
    pub(super) answer: String,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) code: String,
    #[serde(default)]
    pub(super) value: Option<String>,
    #[serde(default)]
    pub(super) unit: Option<String>,
    #[serde(default)]
    pub(super) absent: Option<String>,
}
