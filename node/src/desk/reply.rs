//! What the desk answers.

use serde::{Deserialize, Serialize};

use super::{MineLine, SlipView, VisitView, Who};
use crate::view::RecordView;

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
        /// Wrong facts about the person that are still taken in this opening.
        attempts_left: u8,
    },
    /// The record.
    Record {
        /// What is shown.
        record: Box<RecordView>,
    },
    /// Who the session belongs to.
    Who {
        /// Them.
        who: Box<Who>,
    },
    /// How far a visit has come.
    Visit {
        /// The visit.
        visit: Box<VisitView>,
    },
    /// What the patient takes home.
    Slip {
        /// What is printed on it.
        slip: Box<SlipView>,
    },
    /// What a badge did in its shift.
    Mine {
        /// Newest first.
        lines: Vec<MineLine>,
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
            Self::Who { who } => write!(f, "Who({})", who.number),
            Self::Visit { .. } => f.write_str("Visit(hidden)"),
            Self::Slip { .. } => f.write_str("Slip(hidden)"),
            Self::Mine { lines } => write!(f, "Mine({})", lines.len()),
            Self::Denied { reasons } => write!(f, "Denied({reasons:?})"),
        }
    }
}
