//! What is asked of the desk: the same for the socket, the page and the command line. [`DeskReply`](super::DeskReply)
//! answers.

use serde::{Deserialize, Serialize};

/// Fields of a search by card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFields {
    /// Insurer number, padded or not.
    pub insurer: String,
    /// Symbol; may be empty.
    #[serde(default)]
    pub symbol: String,
    /// Number.
    pub number: String,
    /// Branch, up to two digits.
    #[serde(default)]
    pub branch: Option<String>,
    /// `19510327`, `1951-03-27`, `S26.3.27` or `昭和26年3月27日`.
    pub birth: String,
}

/// Fields of a search by name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameFields {
    /// In kanji, kana of any width, or letters.
    pub name: String,
    /// As in [`NumberFields::birth`].
    pub birth: String,
    /// 1 male, 2 female.
    pub sex: String,
    /// Address, as far as it is known.
    #[serde(default)]
    pub address: Option<String>,
    /// Insurer number.
    #[serde(default)]
    pub insurer: Option<String>,
}

/// How consent was given, or that it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentForm {
    /// Spoken.
    Oral,
    /// On paper or on the screen.
    Written,
    /// By somebody who speaks for the patient.
    Proxy,
    /// Not given.
    Refused,
}

impl ConsentForm {
    /// Reads `oral`, `written`, `proxy` or `refused`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "oral" => Some(Self::Oral),
            "written" => Some(Self::Written),
            "proxy" => Some(Self::Proxy),
            "refused" => Some(Self::Refused),
            _ => None,
        }
    }
}

/// Who confirms a vital interest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by", deny_unknown_fields)]
pub enum Second {
    /// A second member of staff, by badge and PIN.
    Badge {
        /// Text of the badge.
        badge: String,
        /// PIN.
        pin: String,
    },
    /// Nobody else is there; the reason was read aloud.
    Alone,
    /// Nobody did.
    Nobody,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "ask", deny_unknown_fields)]
pub enum DeskRequest {
    /// Sign in.
    SignIn {
        /// Text of the badge.
        badge: String,
        /// PIN.
        pin: String,
    },
    /// Set or replace a PIN before a second member of staff with another badge. Only the first PIN of an opening needs
    /// none; whether anybody is signed in makes no difference.
    SetPin {
        /// Text of the badge whose PIN is set.
        badge: String,
        /// The new PIN.
        pin: String,
        /// Token of the second member of staff.
        #[serde(default)]
        witness: Option<String>,
    },
    /// Sign out.
    SignOut {
        /// The session.
        token: String,
    },
    /// Who is signed in.
    Sessions {
        /// The session that asks.
        token: String,
    },
    /// End a session from elsewhere.
    EndSession {
        /// The session that asks.
        token: String,
        /// Number of the session to end.
        number: u64,
    },
    /// Find a person by card.
    FindByNumber {
        /// The session.
        token: String,
        /// What is known.
        fields: NumberFields,
    },
    /// Find a person by name.
    FindByName {
        /// The session.
        token: String,
        /// What is known.
        fields: NameFields,
    },
    /// Confirm that the patient is the person found.
    ConfirmIdentity {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
        /// `patient`, `papers` or `family`.
        by: String,
        /// One of the facts the search named.
        fact: String,
        /// What was said.
        said: String,
    },
    /// Record consent or refusal.
    Consent {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
        /// How.
        form: ConsentForm,
    },
    /// State that life or body must be protected and no will can be expressed.
    VitalInterest {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
        /// `unconscious` or `cannot-express`.
        reason: String,
        /// The situation in words.
        written: String,
        /// Who confirms.
        second: Second,
    },
    /// Look at the record.
    Look {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
        /// `eligibility`, `medication`, `checkup`.
        categories: Vec<String>,
        /// `care` or `claim`.
        purpose: String,
    },
    /// Look at the record to print it. Shown as with [`DeskRequest::Look`], and journalled as a print.
    Print {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
        /// `eligibility`, `medication`, `checkup`.
        categories: Vec<String>,
        /// `care` or `claim`.
        purpose: String,
    },
    /// Who the session belongs to, and how long it goes on.
    Who {
        /// The session.
        token: String,
    },
    /// How far a visit has come. Shows nothing of the person.
    Visit {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
    },
    /// What the patient takes home: the newest looks of this visit, signed. Journalled as a print.
    Slip {
        /// The session.
        token: String,
        /// The visit.
        visit: String,
    },
    /// What this badge did in this shift.
    Mine {
        /// The session.
        token: String,
    },
    /// Whether this member of staff may close the node. Journalled; closes nothing.
    MayClose {
        /// The session.
        token: String,
        /// Who confirms.
        second: Second,
    },
}

// Requests hold PINs, tokens and patient data: never in Debug.
impl std::fmt::Debug for DeskRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskRequest(hidden)")
    }
}
