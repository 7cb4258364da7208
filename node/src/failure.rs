//! What went wrong, in a form that crosses `control.sock` and is put into words only where a person reads it.
//!
//! A failure has a class (what it means), a code (which one it is) and arguments. The words are the messages
//! `error-<code>` and `error-<code>-hint` of the catalogues, so the person who asked reads them in their own language
//! whichever process failed. Arguments are ids, lengths, paths and times, never anything of a patient.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;

mod from;

/// One argument of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number, put into words by the language's rules.
    Number(i64),
    /// Anything else.
    Text(String),
}

macro_rules! value_from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )*};
}
value_from_number!(i64, u8, u16, u32, u64, usize);

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// Arguments of a message by name.
pub type Args = BTreeMap<String, Value>;

/// A failure, without words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What it means.
    #[serde(with = "class")]
    pub class: ErrorClass,
    /// Which one it is, in kebab case; stable, for programs.
    pub code: String,
    /// Arguments of its messages.
    #[serde(default, skip_serializing_if = "Args::is_empty")]
    pub args: Args,
    /// Its causes, when there are several to tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Failure>,
}

impl Failure {
    /// The failure `code`, whose messages both catalogues hold.
    #[must_use]
    pub fn new(class: ErrorClass, code: &str) -> Self {
        Self { class, code: code.into(), args: Args::new(), causes: Vec::new() }
    }

    /// With one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.args.insert(name.into(), value.into());
        self
    }

    /// Id of the message that says what was wrong.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("error-{}", self.code)
    }

    /// Id of the message that says what to do.
    #[must_use]
    pub fn hint_id(&self) -> String {
        format!("error-{}-hint", self.code)
    }

    /// What the process returns: 3 for a denial, 1 for everything else. (2, wrong use, is said by the command line.)
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self.class {
            ErrorClass::Denied => 3,
            _ => 1,
        }
    }
}

mod class {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use tomoshibi_policies::ErrorClass;

    const ALL: [ErrorClass; 10] = [
        ErrorClass::Corrupt,
        ErrorClass::Forged,
        ErrorClass::Unsupported,
        ErrorClass::Denied,
        ErrorClass::Invalid,
        ErrorClass::NotFound,
        ErrorClass::Conflict,
        ErrorClass::Exhausted,
        ErrorClass::Transient,
        ErrorClass::Internal,
    ];

    // serde's `with` passes a reference.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(class: &ErrorClass, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(class.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ErrorClass, D::Error> {
        let word = String::deserialize(from)?;
        let known = ALL.into_iter().find(|class| class.as_str() == word);
        known.ok_or_else(|| D::Error::custom("unknown error class"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_crosses_the_socket_unchanged() {
        let failure = Failure::new(ErrorClass::NotFound, "folder-missing").with("path", "/x");
        let json = serde_json::to_string(&failure).unwrap();
        assert_eq!(json, r#"{"class":"not_found","code":"folder-missing","args":{"path":"/x"}}"#);
        assert_eq!(serde_json::from_str::<Failure>(&json).unwrap(), failure);
        assert!(serde_json::from_str::<Failure>(&json.replace("not_found", "lost")).is_err());
    }

    #[test]
    fn only_a_denial_returns_three() {
        assert_eq!(Failure::new(ErrorClass::Denied, "x").exit_code(), 3);
        assert_eq!(Failure::new(ErrorClass::Forged, "x").exit_code(), 1);
    }
}
