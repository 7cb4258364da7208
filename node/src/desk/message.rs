//! What is asked of the desk and what it answers: the same for the socket, the page and the command line.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::decision::{Denial, DenyReason};

use crate::view::RecordView;

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
    /// Set or replace a PIN before a second member of staff; the first at a node that just opened needs none.
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
}

// Requests hold PINs, tokens and patient data: never in Debug.
impl std::fmt::Debug for DeskRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskRequest(hidden)")
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "found")]
pub enum FindReply {
    /// Nobody *in this node's data for these regions*.
    None {
        /// JIS codes.
        regions: Vec<u8>,
    },
    /// One person, who is not yet identified.
    One {
        /// Names the visit in what follows.
        visit: String,
        /// Which keys met.
        matched: Vec<String>,
        /// True when the match is loose: nothing may be taken for certain before a fact is confirmed aloud.
        needs_spoken_confirmation: bool,
        /// Facts that may be asked for.
        facts: Vec<String>,
    },
    /// Several: what to ask for next.
    Several {
        /// A field.
        ask: String,
    },
}

/// One line of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Names the session.
    pub number: u64,
    /// Name of the member of staff.
    pub name: String,
    /// Role.
    pub role: String,
    /// When it began.
    pub signed_in_at: String,
    /// When it was last used.
    pub used_at: String,
    /// True for the session that asks.
    pub own: bool,
}

/// What is answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum DeskReply {
    /// Signed in.
    SignedIn {
        /// Shown with every further request.
        token: String,
        /// Name on the badge.
        name: String,
        /// Role on the badge.
        role: String,
        /// True in a drill.
        drill: bool,
    },
    /// Done; nothing more to say.
    Done,
    /// Who is signed in.
    Sessions {
        /// The sessions.
        sessions: Vec<SessionLine>,
    },
    /// What a search found.
    Found {
        /// The outcome.
        #[serde(flatten)]
        outcome: FindReply,
    },
    /// Whether the fact fits.
    Identity {
        /// True when the patient now counts as identified.
        confirmed: bool,
        /// Attempts left for this visit.
        attempts_left: u8,
    },
    /// The record.
    Record {
        /// What is shown.
        record: Box<RecordView>,
    },
    /// The rules refuse.
    Denied {
        /// Reasons, the leading one first.
        reasons: Vec<String>,
    },
}

// A reply can hold a token or a record: only the reasons of a denial are ever printed.
impl std::fmt::Debug for DeskReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignedIn { .. } => f.write_str("SignedIn(hidden)"),
            Self::Done => f.write_str("Done"),
            Self::Sessions { sessions } => write!(f, "Sessions({})", sessions.len()),
            Self::Found { outcome: FindReply::None { .. } } => f.write_str("Found(None)"),
            Self::Found { outcome: FindReply::One { .. } } => f.write_str("Found(One)"),
            Self::Found { outcome: FindReply::Several { ask } } => {
                write!(f, "Found(Several, {ask})")
            }
            Self::Identity { confirmed, .. } => write!(f, "Identity({confirmed})"),
            Self::Record { .. } => f.write_str("Record(hidden)"),
            Self::Denied { reasons } => write!(f, "Denied({reasons:?})"),
        }
    }
}

impl DeskReply {
    pub(super) fn denied(reasons: &[DenyReason]) -> Self {
        Self::Denied { reasons: reasons.iter().map(|reason| reason.as_str().to_owned()).collect() }
    }
}

impl From<&Denial> for DeskReply {
    fn from(denial: &Denial) -> Self {
        Self::denied(denial.reasons())
    }
}
