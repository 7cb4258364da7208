//! Finding a person and confirming who they are.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::find::confirm::{ConfirmedBy, FactKind, Identity, confirm, facts_to_ask};
use tomoshibi_policies::find::{NameQuery, NumberQuery, Outcome, Query, QueryError, QueryField};
use tomoshibi_policies::record::{InsurerNumber, InsurerNumberError, Sex};
use tomoshibi_policies::time::JstDate;
use tomoshibi_sync::journal::{Event, QueryKind, SearchOutcome, VisitId};

use super::denial::IDENTITY_NOT_CONFIRMED;
use super::visit::{Match, Visit, parse_visit, visit_text};
use super::{Caller, Desk, DeskReply, FindReply, NameFields, NumberFields, staff_ref, word};
use crate::failure::Failure;

impl Desk {
    pub(super) fn find_by_number(
        &self,
        token: &str,
        fields: &NumberFields,
    ) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let query = NumberQuery {
            insurer: insurer(&fields.insurer)?,
            symbol: fields.symbol.clone(),
            number: fields.number.clone(),
            branch: branch(fields.branch.as_deref())?,
            birth: birth(&fields.birth)?,
        };
        self.find(&caller, Query::Number(query))
    }

    pub(super) fn find_by_name(
        &self,
        token: &str,
        fields: &NameFields,
    ) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let query = NameQuery {
            name: fields.name.clone(),
            birth: birth(&fields.birth)?,
            sex: Sex::from_code(&fields.sex).ok_or_else(|| invalid("query-missing-sex"))?,
            address: given(&fields.address),
            insurer: given(&fields.insurer).map(|text| insurer(&text)).transpose()?,
        };
        self.find(&caller, Query::Name(query))
    }

    fn find(&self, caller: &Caller, query: Query) -> Result<DeskReply, Failure> {
        let now = caller.now;
        query.check(now.jst_date()).map_err(|error| refused(&error))?;
        let (_, opened) = match self.covering(now) {
            Ok(open) => open,
            Err(reason) => return self.deny(caller, None, &[], &[reason]),
        };
        let kind = query_kind(&query);
        let (visit, outcome, reply) = match opened.index.find(&query) {
            Outcome::None => {
                let regions = opened.snapshot.regions.iter().map(|r| r.get()).collect();
                (None, SearchOutcome::None, FindReply::None { regions })
            }
            Outcome::Several(ask) => {
                let ask = ask.as_str().into();
                (None, SearchOutcome::Several, FindReply::Several { ask })
            }
            Outcome::One(found) => {
                let person = opened.index.person(found.person);
                let facts = person.map(|p| facts_to_ask(&query, &p)).unwrap_or_default();
                let keys = found.explanation.keys.iter();
                let found = Match {
                    query,
                    person: found.person,
                    matched: keys.map(|key| key.as_str().to_owned()).collect(),
                    needs_spoken_confirmation: found.explanation.needs_spoken_confirmation,
                    facts: facts.iter().map(|fact| fact_word(*fact).to_owned()).collect(),
                };
                let (matched, facts) = (found.matched.clone(), found.facts.clone());
                let needs_spoken_confirmation = found.needs_spoken_confirmation;
                let visit = self.visits().begin(found, now, self.setup.entropy.as_ref());
                let visit = visit.ok_or_else(no_entropy)?;
                let reply = FindReply::One {
                    visit: visit_text(visit),
                    matched,
                    needs_spoken_confirmation,
                    facts,
                };
                (Some(visit), SearchOutcome::One, reply)
            }
        };
        let visit = visit.unwrap_or(VisitId([0; 16]));
        let (staff, facility) = (staff_ref(&caller.badge), opened.site.facility);
        self.record(&Event::Searched { visit, staff, facility, query: kind, outcome }, now)?;
        Ok(DeskReply::Found { outcome: reply })
    }

    pub(super) fn confirm_identity(
        &self,
        token: &str,
        visit: &str,
        by: &str,
        fact: &str,
        said: &str,
    ) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let visit = self.visit(visit, &caller)?;
        let (_, opened) = match self.covering(caller.now) {
            Ok(open) => open,
            Err(reason) => return self.deny(&caller, Some(&visit), &[], &[reason]),
        };
        let by_whom = confirmed_by(by).ok_or_else(|| invalid("confirm-by"))?;
        let fact = fact_kind(fact).ok_or_else(|| invalid("confirm-fact"))?;
        let person = opened.index.person(visit.person).ok_or_else(visit_unknown)?;
        // Count before checking, so that nobody tries facts until one fits.
        if !self.visits().count_attempt(visit.person) {
            return Err(Failure::new(ErrorClass::Exhausted, "confirm-attempts"));
        }
        let identity = confirm(&visit.query, &person, fact, said, by_whom);
        let confirmed = matches!(identity, Identity::Confirmed { .. });
        if confirmed {
            let event = Event::IdentityConfirmed {
                visit: visit.id,
                staff: staff_ref(&caller.badge),
                person: visit.person,
                by: word(by),
            };
            self.record(&event, caller.now)?;
            let mut visits = self.visits();
            visits.give_attempt_back(visit.person);
            visits.identify(visit.id, identity);
        } else {
            // The entry first: whoever learned that a guess was wrong has spent it, after a restart as well.
            self.record_denial(&caller, Some(&visit), &[], &[IDENTITY_NOT_CONFIRMED])?;
        }
        let attempts_left = self.visits().attempts_left(visit.person);
        Ok(DeskReply::Identity { confirmed, attempts_left })
    }

    /// The visit a caller names.
    pub(super) fn visit(&self, text: &str, caller: &Caller) -> Result<Visit, Failure> {
        let id = parse_visit(text).ok_or_else(visit_unknown)?;
        self.visits().get(id, caller.now).cloned().ok_or_else(visit_unknown)
    }
}

pub(super) fn query_kind(query: &Query) -> QueryKind {
    match query {
        Query::Number(_) => QueryKind::Number,
        Query::Name(_) => QueryKind::FourFields,
    }
}

fn invalid(code: &str) -> Failure {
    Failure::new(ErrorClass::Invalid, code)
}

fn visit_unknown() -> Failure {
    Failure::new(ErrorClass::NotFound, "visit-unknown")
}

pub(super) fn no_entropy() -> Failure {
    Failure::new(ErrorClass::Internal, "no-randomness")
}

fn insurer(text: &str) -> Result<InsurerNumber, Failure> {
    let folded = tomoshibi_policies::names::symbol_key(text);
    InsurerNumber::parse(&folded).map_err(|error| match error {
        InsurerNumberError::Form => invalid("query-insurer"),
        InsurerNumberError::NoIdentity => invalid("query-no-identity").with("field", "insurer"),
    })
}

fn branch(text: Option<&str>) -> Result<Option<u8>, Failure> {
    let folded = text.map(tomoshibi_policies::names::digits_key).filter(|text| !text.is_empty());
    folded.map(|text| text.parse().map_err(|_| invalid("query-branch"))).transpose()
}

fn birth(text: &str) -> Result<JstDate, Failure> {
    tomoshibi_policies::time::parse_spoken_date(text).map_err(|_| invalid("query-birth"))
}

/// The refusal of a query, with its field where the code alone does not tell which one is meant.
fn refused(error: &QueryError) -> Failure {
    let field = match error {
        QueryError::TooLong { field, .. } => Some(*field),
        QueryError::NoIdentity => Some(QueryField::Number),
        _ => None,
    };
    let failure = query_failure(error);
    match field {
        Some(field) => failure.with("field", field.to_string()),
        None => failure,
    }
}

fn query_failure(error: &QueryError) -> Failure {
    invalid(match error {
        QueryError::MissingName => "query-missing-name",
        QueryError::NameTooShort => "query-name-too-short",
        QueryError::MissingSex => "query-missing-sex",
        QueryError::MissingAddressOrInsurer => "query-missing-address-or-insurer",
        QueryError::MissingNumber => "query-missing-number",
        QueryError::NoIdentity => "query-no-identity",
        QueryError::BranchOutOfRange => "query-branch",
        QueryError::BirthInFuture => "query-birth-in-future",
        QueryError::TooOld { .. } => "query-too-old",
        QueryError::TooLong { .. } => "query-too-long",
    })
}

const FACTS: [(FactKind, &str); 7] = [
    (FactKind::Municipality, "municipality"),
    (FactKind::PostalCode, "postal-code"),
    (FactKind::Insurer, "insurer"),
    (FactKind::CardNumberTail, "card-number-tail"),
    (FactKind::KanjiName, "kanji-name"),
    (FactKind::KanaName, "kana-name"),
    (FactKind::FormerName, "former-name"),
];

fn fact_word(fact: FactKind) -> &'static str {
    FACTS.iter().find(|(kind, _)| *kind == fact).map_or("other", |(_, word)| word)
}

fn fact_kind(word: &str) -> Option<FactKind> {
    FACTS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
}

fn confirmed_by(word: &str) -> Option<ConfirmedBy> {
    match word {
        "patient" => Some(ConfirmedBy::Patient),
        "papers" => Some(ConfirmedBy::Papers),
        "family" => Some(ConfirmedBy::Family),
        _ => None,
    }
}

pub(super) fn confirmed_by_word(by: ConfirmedBy) -> &'static str {
    match by {
        ConfirmedBy::Patient => "patient",
        ConfirmedBy::Papers => "papers",
        ConfirmedBy::Family => "family",
    }
}

pub(super) fn query_word(query: &Query) -> &'static str {
    match query {
        Query::Number(_) => "number",
        Query::Name(_) => "four-fields",
    }
}
