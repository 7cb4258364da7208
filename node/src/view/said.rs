//! A statement on its way to a catalogue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::supply::SupplyUnknown;
use tomoshibi_policies::wording::Statement;

/// A message id with its arguments. Codes among the arguments are message ids of their own (`category-…`,
/// `deny-…`, `supply-…`), so that a catalogue can put them into words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    /// Kebab-case id of the message.
    pub id: String,
    /// Arguments by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
}

impl From<&Statement> for Said {
    fn from(statement: &Statement) -> Self {
        let args = arguments(statement).into_iter();
        Self {
            id: statement.message_id().into(),
            args: args.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

fn arguments(statement: &Statement) -> Vec<(&'static str, String)> {
    match statement {
        Statement::ClaimsReach { claims_to, processed } => {
            vec![("month", claims_to.to_string()), ("date", processed.to_string())]
        }
        Statement::EligibilityReach(day)
        | Statement::CheckupReach(day)
        | Statement::InSupplyAt(day)
        | Statement::SupplyEndedAt(day)
        | Statement::DispensedAfterReach(day) => vec![("date", day.to_string())],
        Statement::SnapshotOverdue(days) | Statement::SnapshotOld(days) => {
            vec![("days", days.to_string())]
        }
        Statement::CategoryNotCarried(category) | Statement::CategoryNotRead(category) => {
            vec![("category", category.as_str().into())]
        }
        Statement::CategoryWithheld(category, why) => {
            vec![("category", category.as_str().into()), ("reason", why.as_str().into())]
        }
        Statement::NoneInClaimsTo(month) | Statement::NoneRecognisedInClaimsTo(month) => {
            vec![("month", month.to_string())]
        }
        Statement::DrugUnknown(code) => vec![("code", code.to_string())],
        Statement::SupplyUnknown(why) => vec![("reason", supply_word(*why).into())],
        Statement::NotInThisNodesData(regions) => {
            let regions: Vec<_> = regions.iter().map(ToString::to_string).collect();
            vec![("regions", regions.join(" "))]
        }
        Statement::NoCheckupRegisteredUntil(year) => vec![("year", year.to_string())],
        Statement::Drill
        | Statement::IdentityNotConfirmed
        | Statement::VitalInterest
        | Statement::VitalInterestAlone
        | Statement::SnapshotClockDoubtful
        | Statement::AllergiesNotInThisData
        | Statement::DispensedIsNotTaken
        | Statement::AdministeredNotTakenHome
        | Statement::NoCheckupNoneRegistered
        | Statement::NoCheckupRegistrationUnknown
        | Statement::HistoryNotAsked
        | Statement::BundledDrugsNotInThisData => Vec::new(),
    }
}

const fn supply_word(why: SupplyUnknown) -> &'static str {
    match why {
        SupplyUnknown::AsNeeded => "as-needed",
        SupplyUnknown::External => "external",
        SupplyUnknown::OtherForm => "other-form",
        SupplyUnknown::NotDaily => "not-daily",
        SupplyUnknown::DayUnknown => "day-unknown",
        SupplyUnknown::NoCount => "no-count",
    }
}
