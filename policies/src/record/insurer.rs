//! The number of an insurer (保険者番号).

use core::fmt;

use crate::ErrorClass;

/// Why a text is not an insurer number. Never carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InsurerNumberError {
    /// Not 1-8 digits after spaces are stripped.
    #[error("an insurer number has up to eight digits")]
    Form,
    /// All nines or all sevens: the sign for "unknown" on claims, never a key (不詳, 資格申立書).
    #[error("all nines and all sevens stand for no identity")]
    NoIdentity,
}

impl InsurerNumberError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

/// An insurer number of six (municipal) or eight digits. Sources pad it to eight with spaces or zeros, so two numbers
/// are equal when they are equal without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsurerNumber(u32);

impl InsurerNumber {
    /// Reads 1-8 ASCII digits, padded by spaces or zeros or not at all.
    ///
    /// # Errors
    /// Any other form; all nines or all sevens of six to eight digits.
    pub fn parse(text: &str) -> Result<Self, InsurerNumberError> {
        let text = text.trim_matches([' ', '\u{3000}']);
        if !(1..=8).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InsurerNumberError::Form);
        }
        Self::from_number(text.parse().map_err(|_| InsurerNumberError::Form)?)
    }

    /// The insurer with this number, the form used on the wire.
    ///
    /// # Errors
    /// Zero, more than eight digits, and the numbers that stand for no identity.
    pub const fn from_number(number: u32) -> Result<Self, InsurerNumberError> {
        match number {
            0 | 100_000_000.. => Err(InsurerNumberError::Form),
            999_999 | 9_999_999 | 99_999_999 | 777_777 | 7_777_777 | 77_777_777 => {
                Err(InsurerNumberError::NoIdentity)
            }
            number => Ok(Self(number)),
        }
    }

    /// The digits as a number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The first two of eight digits (法別番号), or none for a municipal number of six.
    #[must_use]
    pub const fn scheme(self) -> Option<u32> {
        if self.0 < 1_000_000 { None } else { Some(self.0 / 1_000_000) }
    }

    /// True for the medical scheme for the late elderly (後期高齢者医療, 39), whose cards bear no symbol and no branch.
    #[must_use]
    pub const fn is_late_elderly(self) -> bool {
        matches!(self.scheme(), Some(39))
    }

    /// True when the last digit is the check digit of the others. Working systems hold numbers that fail, so a
    /// failure is worth a warning and never a refusal.
    #[must_use]
    pub const fn has_valid_check_digit(self) -> bool {
        let mut body = self.0 / 10;
        let mut sum = 0;
        let mut weight = 2;
        while body > 0 {
            let product = body % 10 * weight;
            sum += product / 10 + product % 10;
            weight = 3 - weight;
            body /= 10;
        }
        (10 - sum % 10) % 10 == self.0 % 10
    }

    /// Eight characters padded with spaces on the left, as the eligibility interface writes it.
    #[must_use]
    pub fn padded_with_spaces(self) -> alloc::string::String {
        alloc::format!("{self:>8}")
    }

    /// Eight digits padded with zeros on the left, as checkup files and FHIR write it.
    #[must_use]
    pub fn padded_with_zeros(self) -> alloc::string::String {
        alloc::format!("{:08}", self.0)
    }
}

/// As issued: six digits for a municipal insurer, eight for the others.
impl fmt::Display for InsurerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = if self.0 < 1_000_000 { 6 } else { 8 };
        f.pad(&alloc::format!("{:0width$}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn padding_does_not_make_another_insurer() {
        let plain = InsurerNumber::parse("170993").unwrap();
        for text in ["  170993", "00170993", "170993  "] {
            assert_eq!(InsurerNumber::parse(text).unwrap(), plain);
        }
        assert_eq!(plain.padded_with_spaces(), "  170993");
        assert_eq!(plain.padded_with_zeros(), "00170993");
        assert_eq!(plain.to_string(), "170993");
        assert_eq!(InsurerNumber::parse("01130012").unwrap().to_string(), "01130012");
    }

    #[test]
    fn all_nines_and_all_sevens_are_nobody() {
        for text in ["99999999", "77777777", "999999", "  777777"] {
            assert_eq!(InsurerNumber::parse(text), Err(InsurerNumberError::NoIdentity));
        }
        for text in ["", "123456789", "12a", "0", "00000000", "１２３４５６"] {
            assert_eq!(InsurerNumber::parse(text), Err(InsurerNumberError::Form), "{text}");
        }
    }

    #[test]
    fn check_digits_follow_the_rule_and_never_refuse() {
        for text in ["01130012", "01010016", "133066", "140053", "83123067"] {
            assert!(InsurerNumber::parse(text).unwrap().has_valid_check_digit(), "{text}");
        }
        assert!(!InsurerNumber::parse("123456").unwrap().has_valid_check_digit());
    }

    #[test]
    fn the_scheme_is_in_the_first_two_of_eight() {
        assert!(InsurerNumber::parse("39179999").unwrap().is_late_elderly());
        assert_eq!(InsurerNumber::parse("01130012").unwrap().scheme(), Some(1));
        assert_eq!(InsurerNumber::parse("390000").unwrap().scheme(), None);
    }
}
