//! Codes with a fixed form: region, facility, drug, and the decimal quantities of receipts.

use core::fmt;

use crate::ErrorClass;

/// A code whose text breaks the rule of its form. Never carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {expected}")]
pub struct CodeError {
    /// The form that was expected.
    pub expected: &'static str,
}

impl CodeError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

/// A publishing region: a prefecture by its JIS X 0401 code, 1-47.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(u8);

impl RegionCode {
    /// The prefecture with JIS code `code`, 1-47.
    ///
    /// # Errors
    /// Any other number.
    pub const fn new(code: u8) -> Result<Self, CodeError> {
        if code >= 1 && code <= 47 {
            Ok(Self(code))
        } else {
            Err(CodeError { expected: "prefecture code 01-47" })
        }
    }

    /// The JIS code, 1-47.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Two digits, `17`.
impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// What kind of facility a code names, by its fee table (点数表) digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacilityKind {
    /// 1: hospital or medical clinic.
    Medical,
    /// 3: dental clinic.
    Dental,
    /// 4: pharmacy.
    Pharmacy,
    /// 6: visiting nurse station.
    VisitingNurse,
    /// Any other digit.
    Other,
}

/// A facility code of ten digits: prefecture 2, fee table 1, number 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FacilityCode(u64);

impl FacilityCode {
    /// Reads exactly ten digits whose first two are a prefecture.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let error = CodeError { expected: "facility code of ten digits" };
        if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error);
        }
        Self::from_number(text.parse().map_err(|_| error)?)
    }

    /// The facility whose ten digits are `number` with leading zeros.
    ///
    /// # Errors
    /// More than ten digits, or no prefecture in front.
    pub const fn from_number(number: u64) -> Result<Self, CodeError> {
        let prefecture = number / 100_000_000;
        if prefecture >= 1 && prefecture <= 47 {
            Ok(Self(number))
        } else {
            Err(CodeError { expected: "facility code of ten digits" })
        }
    }

    /// The ten digits as a number, the form used on the wire.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The prefecture the facility stands in.
    #[must_use]
    pub const fn prefecture(self) -> RegionCode {
        RegionCode((self.0 / 100_000_000) as u8)
    }

    /// The kind, read from the fee table digit.
    #[must_use]
    pub const fn kind(self) -> FacilityKind {
        match self.0 / 10_000_000 % 10 {
            1 => FacilityKind::Medical,
            3 => FacilityKind::Dental,
            4 => FacilityKind::Pharmacy,
            6 => FacilityKind::VisitingNurse,
            _ => FacilityKind::Other,
        }
    }
}

/// Ten digits, `1711234567`.
impl fmt::Display for FacilityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

/// A nine-digit receipt code of a drug (医薬品コード); the first digit is 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DrugCode(u32);

impl DrugCode {
    /// Reads exactly nine digits that begin with 6.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let error = CodeError { expected: "drug code of nine digits beginning with 6" };
        if text.len() != 9 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error);
        }
        Self::from_number(text.parse().map_err(|_| error)?)
    }

    /// The drug with this number.
    ///
    /// # Errors
    /// Anything outside 600000000-699999999.
    pub const fn from_number(number: u32) -> Result<Self, CodeError> {
        if number / 100_000_000 == 6 {
            Ok(Self(number))
        } else {
            Err(CodeError { expected: "drug code of nine digits beginning with 6" })
        }
    }

    /// The nine digits as a number, the form used on the wire.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// Nine digits, `610406079`.
impl fmt::Display for DrugCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

/// A decimal amount of a receipt: up to five digits on both sides of the point (5.5), held exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(u64);

impl Quantity {
    const SCALE: u64 = 100_000;
    const MAX: u64 = 99_999 * Self::SCALE + (Self::SCALE - 1);

    /// Reads `3`, `0.5` or `12.34500`.
    ///
    /// # Errors
    /// Signs, more than five digits on either side, anything that is not a number.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let error = CodeError { expected: "quantity with at most five digits on either side" };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let fits =
            |part: &str| (1..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !fits(whole) || !fits(fraction) {
            return Err(error);
        }
        let whole: u64 = whole.parse().map_err(|_| error)?;
        let mut hundred_thousandths: u64 = fraction.parse().map_err(|_| error)?;
        for _ in fraction.len()..5 {
            hundred_thousandths *= 10;
        }
        Ok(Self(whole * Self::SCALE + hundred_thousandths))
    }

    /// The amount counted in hundred-thousandths, the form used on the wire.
    #[must_use]
    pub const fn hundred_thousandths(self) -> u64 {
        self.0
    }

    /// The amount of `count` hundred-thousandths.
    ///
    /// # Errors
    /// More than 99999.99999.
    pub const fn from_hundred_thousandths(count: u64) -> Result<Self, CodeError> {
        if count <= Self::MAX {
            Ok(Self(count))
        } else {
            Err(CodeError { expected: "quantity with at most five digits on either side" })
        }
    }
}

/// `3`, `0.5`: no trailing zeros.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fraction = self.0 % Self::SCALE;
        write!(f, "{}", self.0 / Self::SCALE)?;
        if fraction == 0 {
            return Ok(());
        }
        let mut width = 5;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        write!(f, ".{fraction:0width$}")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_facility_code_tells_where_and_what() {
        let code = FacilityCode::parse("1741234567").unwrap();
        assert_eq!((code.prefecture().get(), code.kind()), (17, FacilityKind::Pharmacy));
        assert_eq!(FacilityCode::parse("0110000001").unwrap().to_string(), "0110000001");
        for text in ["4811234567", "0011234567", "171123456", "17112345678", "17１1234567", ""] {
            assert!(FacilityCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_codes_that_begin_with_six_are_drugs() {
        assert_eq!(DrugCode::parse("610406079").unwrap().to_string(), "610406079");
        for text in ["120002910", "61040607", "6104060790", "81000000x"] {
            assert!(DrugCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quantities_are_exact() {
        for (text, shown) in
            [("3", "3"), ("0.5", "0.5"), ("00012.34500", "12.345"), ("1.00001", "1.00001")]
        {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "-1", "+1", "1.", ".5", "100000", "1.234567", "1,5", "1.2.3", "１"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }
}
