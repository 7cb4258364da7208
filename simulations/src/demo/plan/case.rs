//! One look-up of the plan.

use serde::Serialize;

/// Who asks: one member of staff for each, with a badge and a PIN of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Post {
    Doctor,
    SecondDoctor,
    Dentist,
    Pharmacist,
    Designated,
    Reception,
}

impl Post {
    /// Everybody. The first sets a PIN alone, the others before the first.
    pub const ALL: [Self; 6] = [
        Self::Doctor,
        Self::SecondDoctor,
        Self::Dentist,
        Self::Pharmacist,
        Self::Designated,
        Self::Reception,
    ];

    /// Those who may see medical data.
    pub const CARE: [Self; 5] =
        [Self::Doctor, Self::SecondDoctor, Self::Dentist, Self::Pharmacist, Self::Designated];

    /// Names the post.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SecondDoctor => "second-doctor",
            other => other.role(),
        }
    }

    /// The role on the badge.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Doctor | Self::SecondDoctor => "doctor",
            Self::Dentist => "dentist",
            Self::Pharmacist => "pharmacist",
            Self::Designated => "designated",
            Self::Reception => "reception",
        }
    }
}

/// What is typed from a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of the desk's request")]
pub struct NumberFields {
    pub insurer: String,
    pub symbol: String,
    pub number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    pub birth: String,
}

/// What is typed without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of the desk's request")]
pub struct NameFields {
    pub name: String,
    pub birth: String,
    pub sex: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer: Option<String>,
}

/// One search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// By card.
    Number(NumberFields),
    /// By name.
    Name(NameFields),
}

/// A fact said to confirm who the patient is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// Word of the fact.
    pub fact: &'static str,
    /// What is said.
    pub said: String,
    /// `patient`, `papers` or `family`.
    pub by: &'static str,
    /// Whether it is true.
    pub is_true: bool,
}

/// Who confirms a vital interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// Another member of staff.
    Badge(Post),
    /// Nobody else is there, the asker says.
    Alone,
    /// Nobody.
    Nobody,
}

/// A statement of vital interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// `unconscious` or `cannot-express`.
    pub reason: &'static str,
    /// In words.
    pub written: &'static str,
    /// Who confirms.
    pub second: Second,
}

/// What speaks for looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing.
    None,
    /// `oral`, `written`, `proxy` or `refused`.
    Consent(&'static str),
    /// Consent of another patient, found by this search, and not of the one looked at.
    OfAnother(Search),
    /// Life or body.
    Vital(Claim),
}

/// From the search to the look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitPlan {
    /// Who asks.
    pub asker: Post,
    /// What is typed.
    pub search: Search,
    /// A fact, if somebody can say one.
    pub confirm: Option<Confirm>,
    /// What speaks for looking.
    pub evidence: Evidence,
    /// Words of categories.
    pub categories: Vec<&'static str>,
    /// `care` or `claim`.
    pub purpose: &'static str,
}

/// What is wrong with a badge or PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeFault {
    /// Nothing: the node is not open.
    None,
    /// Not the holder's PIN.
    WrongPin,
    /// One character of the text is another.
    Altered,
    /// Another facility's.
    OtherFacility,
    /// Its hours are over.
    Expired,
    /// Nobody set a PIN for it.
    NoPin,
}

/// An attempt to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInPlan {
    /// Whose badge.
    pub post: Post,
    /// What is wrong with it.
    pub fault: BadgeFault,
}

/// What is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A visit.
    Visit(Box<VisitPlan>),
    /// Signing in.
    SignIn(SignInPlan),
    /// A search with a session that was ended, or whose node was closed.
    EndedSession(Search),
}

/// What must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// This person's record.
    Shown {
        /// Truth id.
        person: String,
        /// The categories that must be there; every other must not.
        categories: Vec<&'static str>,
        /// Whether the record says that the identity is confirmed.
        identity_confirmed: bool,
        /// Word of the basis.
        basis: &'static str,
    },
    /// More must be asked for.
    Several,
    /// Nobody.
    NotFound,
    /// Nobody or several, never one.
    NotOne,
    /// A denial with this reason among its reasons.
    Denied(&'static str),
    /// A refusal with one of these codes.
    Refused(&'static [&'static str]),
}

impl Expected {
    /// True when a record must be shown.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Shown { .. })
    }

    /// True when the search itself is what is tried: were somebody found, nothing more would be asked.
    #[must_use]
    pub const fn is_search_only(&self) -> bool {
        matches!(self, Self::Several | Self::NotFound | Self::NotOne | Self::Refused(_))
    }
}

/// One case. `Debug` is for tests on invented people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// From 1; names the case in reports.
    pub number: u32,
    /// The difficulty it is about.
    pub trap: Option<&'static str>,
    /// What is tried.
    pub asked: Asked,
    /// What must come of it.
    pub expected: Expected,
    /// Why that.
    pub why: &'static str,
}
