//! What is asked, and what is refused before any search.

use alloc::string::String;
use core::fmt;

use crate::ErrorClass;
use crate::names::{
    address_key, digits_key, has_kanji, is_no_identity, is_wildcard, kana_key, kanji_key,
};
use crate::record::{InsurerNumber, Sex};
use crate::time::JstDate;

/// Oldest age that is searched for; older is a typing error (domain handbook 7.3).
const AGE_MAX_YEARS: u32 = 120;
/// Symbol and number have up to 20 characters each (domain handbook 3.1).
const CARD_CHARS_MAX: usize = 20;
/// Longest name and address, ours: far above real ones, so that a pasted page costs nothing.
const NAME_CHARS_MAX: usize = 100;
const ADDRESS_CHARS_MAX: usize = 200;
/// Fewest characters of a folded name. One character is a part of a name, not a name.
const NAME_KEY_CHARS_MIN: usize = 2;

/// One search.
#[derive(Clone, PartialEq, Eq)]
pub enum Query {
    /// By the numbers of a card, remembered or written somewhere.
    Number(NumberQuery),
    /// By name, birth date, sex, and address or insurer.
    Name(NameQuery),
}

/// Insurer, symbol, number, branch and birth date.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberQuery {
    /// The insurer.
    pub insurer: InsurerNumber,
    /// Symbol as typed; empty means not given (the late elderly have none).
    pub symbol: String,
    /// Number as typed.
    pub number: String,
    /// Branch 0-99, none when not given.
    pub branch: Option<u8>,
    /// Birth date.
    pub birth: JstDate,
}

/// The four fields.
#[derive(Clone, PartialEq, Eq)]
pub struct NameQuery {
    /// Whatever was typed: kanji, kana of any kind, letters; full name.
    pub name: String,
    /// Birth date.
    pub birth: JstDate,
    /// Sex. [`Sex::NotSet`] counts as not filled in.
    pub sex: Sex,
    /// Address, as exactly as known.
    pub address: Option<String>,
    /// The insurer, when known.
    pub insurer: Option<InsurerNumber>,
}

/// A field of a query, in errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryField {
    /// Name.
    Name,
    /// Address.
    Address,
    /// Symbol of the card.
    Symbol,
    /// Number of the card.
    Number,
}

impl fmt::Display for QueryField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Symbol => "symbol",
            Self::Number => "number",
        })
    }
}

/// Why a query is not searched. Never carries what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No name.
    #[error("a search by name needs the name")]
    MissingName,
    /// Part of a name, or nothing but ●.
    #[error("a search by name needs the full name")]
    NameTooShort,
    /// Sex is not filled in.
    #[error("a search by name needs the sex")]
    MissingSex,
    /// Neither address nor insurer.
    #[error("a search by name needs the address or the insurer")]
    MissingAddressOrInsurer,
    /// No number.
    #[error("a search by number needs the number")]
    MissingNumber,
    /// All nines or all sevens (不詳, 資格申立書).
    #[error("all nines and all sevens stand for no identity")]
    NoIdentity,
    /// A branch of more than two digits.
    #[error("a branch has at most two digits")]
    BranchOutOfRange,
    /// Born after today.
    #[error("the birth date lies in the future")]
    BirthInFuture,
    /// Older than anybody.
    #[error("the birth date is more than {max} years ago")]
    TooOld {
        /// The limit.
        max: u32,
    },
    /// More text than the field can hold.
    #[error("the {field} has more than {max} characters")]
    TooLong {
        /// The field.
        field: QueryField,
        /// Its limit in characters.
        max: usize,
    },
}

impl QueryError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

impl Query {
    /// The birth date typed.
    #[must_use]
    pub const fn birth(&self) -> JstDate {
        match self {
            Self::Number(query) => query.birth,
            Self::Name(query) => query.birth,
        }
    }

    /// Checks a query before it is searched on the day `today`.
    ///
    /// # Errors
    /// The first rule it breaks, in the order in which the form shows its fields.
    pub fn check(&self, today: JstDate) -> Result<(), QueryError> {
        match self {
            Self::Number(query) => query.check_form()?,
            Self::Name(query) => query.check_form()?,
        }
        if self.birth() > today {
            return Err(QueryError::BirthInFuture);
        }
        if self.birth().age_on(today) > AGE_MAX_YEARS {
            return Err(QueryError::TooOld { max: AGE_MAX_YEARS });
        }
        Ok(())
    }
}

impl NumberQuery {
    /// All that can be checked without knowing the day.
    pub(super) fn check_form(&self) -> Result<(), QueryError> {
        fits(&self.symbol, QueryField::Symbol, CARD_CHARS_MAX)?;
        fits(&self.number, QueryField::Number, CARD_CHARS_MAX)?;
        if digits_key(&self.number).is_empty() {
            return Err(QueryError::MissingNumber);
        }
        if is_no_identity(&self.number) {
            return Err(QueryError::NoIdentity);
        }
        match self.branch {
            Some(100..) => Err(QueryError::BranchOutOfRange),
            _ => Ok(()),
        }
    }
}

impl NameQuery {
    /// All that can be checked without knowing the day.
    pub(super) fn check_form(&self) -> Result<(), QueryError> {
        fits(&self.name, QueryField::Name, NAME_CHARS_MAX)?;
        fits(self.address.as_deref().unwrap_or_default(), QueryField::Address, ADDRESS_CHARS_MAX)?;
        if self.name.trim().is_empty() {
            return Err(QueryError::MissingName);
        }
        if !is_full_name(&self.name) {
            return Err(QueryError::NameTooShort);
        }
        if self.sex == Sex::NotSet {
            return Err(QueryError::MissingSex);
        }
        if self.typed_address().is_none() && self.insurer.is_none() {
            return Err(QueryError::MissingAddressOrInsurer);
        }
        Ok(())
    }

    /// The address, when what was typed holds any.
    pub(super) fn typed_address(&self) -> Option<crate::names::AddressKey> {
        self.address.as_deref().map(address_key).filter(|key| !key.is_empty())
    }
}

/// True when a typed name is long enough after folding, and not made of ● alone.
fn is_full_name(name: &str) -> bool {
    let key = if has_kanji(name) { kanji_key(name) } else { kana_key(name) };
    key.chars().count() >= NAME_KEY_CHARS_MIN && !key.chars().all(is_wildcard)
}

fn fits(text: &str, field: QueryField, max: usize) -> Result<(), QueryError> {
    if text.chars().count() > max { Err(QueryError::TooLong { field, max }) } else { Ok(()) }
}

// A query is patient data as much as its answer.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(query) => query.fmt(f),
            Self::Name(query) => query.fmt(f),
        }
    }
}

impl fmt::Debug for NumberQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberQuery(hidden)")
    }
}

impl fmt::Debug for NameQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameQuery(hidden)")
    }
}
