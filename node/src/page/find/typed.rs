//! What was typed to find a patient, and which field an answer is about.
//!
//! What was typed goes into the answer of the same request and nowhere else.

use serde::Deserialize;

use crate::failure::{Failure, Value};
use crate::page::marks::Marks;

/// Which of the two ways was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Name,
    Number,
}

/// The form by name.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::page) struct ByName {
    pub(super) name: String,
    pub(super) birth: String,
    pub(super) sex: String,
    pub(super) address: String,
    pub(super) insurer: String,
}

/// The form by number.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::page) struct ByNumber {
    pub(super) insurer: String,
    pub(super) symbol: String,
    pub(super) number: String,
    pub(super) branch: String,
    pub(super) birth: String,
}

/// Both forms. What is the same in both is typed once.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) name: ByName,
    pub(super) number: ByNumber,
}

impl From<ByName> for Typed {
    fn from(name: ByName) -> Self {
        let (insurer, birth) = (name.insurer.clone(), name.birth.clone());
        Self { name, number: ByNumber { insurer, birth, ..ByNumber::default() } }
    }
}

impl From<ByNumber> for Typed {
    fn from(number: ByNumber) -> Self {
        let (insurer, birth) = (number.insurer.clone(), number.birth.clone());
        Self { name: ByName { insurer, birth, ..ByName::default() }, number }
    }
}

impl Way {
    /// The cursor where the form begins.
    pub(super) const fn first(self) -> Marks {
        Marks::first(match self {
            Self::Name => "name",
            Self::Number => "card-insurer",
        })
    }

    /// The field that was not taken, by its id.
    pub(super) fn refused(self, failure: &Failure) -> Marks {
        let field = match failure.args.get("field") {
            Some(Value::Text(field)) => field.as_str(),
            Some(Value::Number(_)) | None => field_of_code(&failure.code),
        };
        self.id(field).map_or_else(|| self.first(), Marks::wrong)
    }

    /// The field in which the next question is answered. Papers have none.
    pub(super) fn asked(self, ask: &str) -> Marks {
        let field = match (self, ask) {
            (_, "kanji-name" | "kana-name" | "given-name") => Some("name"),
            (_, "address") => Some("address"),
            (_, "symbol") => Some("card-symbol"),
            (_, "branch") => Some("card-branch"),
            (_, "card-number") => Some("card-number"),
            (Self::Name, "insurer") => Some("insurer"),
            (Self::Number, "insurer") => Some("card-insurer"),
            _ => None,
        };
        field.map_or_else(|| self.first(), Marks::asked)
    }

    fn id(self, field: &str) -> Option<&'static str> {
        Some(match (self, field) {
            (Self::Name, "name") => "name",
            (Self::Name, "birth") => "birth",
            (Self::Name, "sex") => "sex-1",
            (Self::Name, "address") => "address",
            (Self::Name, "insurer") => "insurer",
            (Self::Number, "insurer") => "card-insurer",
            (Self::Number, "symbol") => "card-symbol",
            (Self::Number, "number") => "card-number",
            (Self::Number, "branch") => "card-branch",
            (Self::Number, "birth") => "card-birth",
            _ => return None,
        })
    }
}

/// The field that a code alone tells.
fn field_of_code(code: &str) -> &str {
    match code {
        "query-missing-name" | "query-name-too-short" => "name",
        "query-birth" | "query-birth-in-future" | "query-too-old" => "birth",
        "query-missing-sex" => "sex",
        "query-missing-address-or-insurer" => "address",
        "query-missing-number" => "number",
        "query-insurer" => "insurer",
        "query-branch" => "branch",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::ErrorClass;

    use super::*;

    #[test]
    fn a_refusal_marks_its_field() {
        for (way, code, field, id) in [
            (Way::Name, "query-missing-name", "", "name"),
            (Way::Name, "query-name-too-short", "", "name"),
            (Way::Name, "query-birth", "", "birth"),
            (Way::Name, "query-birth-in-future", "", "birth"),
            (Way::Name, "query-too-old", "", "birth"),
            (Way::Name, "query-missing-sex", "", "sex-1"),
            (Way::Name, "query-missing-address-or-insurer", "", "address"),
            (Way::Name, "query-insurer", "", "insurer"),
            (Way::Name, "query-no-identity", "insurer", "insurer"),
            (Way::Name, "query-too-long", "name", "name"),
            (Way::Name, "query-too-long", "address", "address"),
            (Way::Number, "query-insurer", "", "card-insurer"),
            (Way::Number, "query-no-identity", "insurer", "card-insurer"),
            (Way::Number, "query-no-identity", "number", "card-number"),
            (Way::Number, "query-missing-number", "", "card-number"),
            (Way::Number, "query-branch", "", "card-branch"),
            (Way::Number, "query-birth", "", "card-birth"),
            (Way::Number, "query-too-long", "symbol", "card-symbol"),
        ] {
            let mut failure = Failure::new(ErrorClass::Invalid, code);
            if !field.is_empty() {
                failure = failure.with("field", field);
            }
            assert_eq!(way.refused(&failure), Marks::wrong(id), "{way:?} {code} {field}");
        }
        let other = Failure::new(ErrorClass::Invalid, "something-else");
        assert_eq!(Way::Number.refused(&other), Marks::first("card-insurer"));
    }

    #[test]
    fn the_next_question_is_asked_in_its_field() {
        for (way, ask, expected) in [
            (Way::Name, "insurer", Marks::asked("insurer")),
            (Way::Number, "insurer", Marks::asked("card-insurer")),
            (Way::Name, "address", Marks::asked("address")),
            (Way::Name, "kanji-name", Marks::asked("name")),
            (Way::Name, "kana-name", Marks::asked("name")),
            (Way::Name, "given-name", Marks::asked("name")),
            (Way::Name, "card-number", Marks::asked("card-number")),
            (Way::Number, "symbol", Marks::asked("card-symbol")),
            (Way::Number, "branch", Marks::asked("card-branch")),
            (Way::Name, "papers", Marks::first("name")),
            (Way::Number, "papers", Marks::first("card-insurer")),
        ] {
            assert_eq!(way.asked(ask), expected, "{way:?} {ask}");
        }
    }

    #[test]
    fn what_both_forms_hold_is_typed_once() {
        let name = ByName { birth: "S26.3.27".into(), insurer: "170993".into(), ..<_>::default() };
        let typed = Typed::from(name);
        assert_eq!(
            (typed.number.birth.as_str(), typed.number.insurer.as_str()),
            ("S26.3.27", "170993")
        );
        let number = ByNumber { number: "4261".into(), ..typed.number };
        let typed = Typed::from(number);
        assert_eq!((typed.name.birth.as_str(), typed.number.number.as_str()), ("S26.3.27", "4261"));
    }
}
