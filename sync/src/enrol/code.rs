//! The one-time code as text: seven groups of seven characters.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest as _, Sha256};
use tomoshibi_policies::ErrorClass;
use zeroize::{Zeroize, Zeroizing};

use super::EnrolSecret;

// Enrolment code. FORMAT.md, section "Enrolment code".
// 208 bits, the highest first: secret 80, CA pin 128; two zero bits behind them. 42 digits of Crockford's base 32
// in seven groups of six; each group ends in a check digit; groups stand apart by hyphens.
const GROUPS: usize = 7;
const DATA_DIGITS: usize = 6;
const GROUP_DIGITS: usize = DATA_DIGITS + 1;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first 128 bits of the SHA-256 of the centre's CA certificate. Somebody who wants to be taken for the centre has
/// to find a second certificate with the same 128 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CaPin([u8; 16]);

impl CaPin {
    /// The pin of a CA certificate (DER).
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(certificate).into();
        let mut pin = [0; 16];
        pin.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(pin)
    }
}

/// 32 lower-case hexadecimal digits.
impl fmt::Display for CaPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CaPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an officer hands to the person who sets a node up. Single use; wiped when dropped; `Debug` does not show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolCode {
    /// Shows that the node was invited.
    pub secret: EnrolSecret,
    /// Shows which centre invited it.
    pub ca: CaPin,
}

/// A text that is not a code. Groups count from 1, as people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolCodeError {
    /// Not seven groups.
    #[error("an enrolment code has 7 groups of 7 characters, this has {found} groups")]
    Groups {
        /// Groups found.
        found: usize,
    },
    /// A group of another length.
    #[error("group {group} of the enrolment code has {found} characters instead of 7")]
    GroupLen {
        /// Which group.
        group: usize,
        /// Its characters.
        found: usize,
    },
    /// A character that no code has.
    #[error("group {group} of the enrolment code has a character that no code has")]
    Character {
        /// Which group.
        group: usize,
    },
    /// The check digit does not fit: mistyped, or in the wrong place.
    #[error("group {group} of the enrolment code is mistyped or in the wrong place")]
    Check {
        /// Which group.
        group: usize,
    },
    /// The unused bits at the end are not zero: no code that was ever made.
    #[error("the last group of the enrolment code ends in bits that are always zero")]
    Padding,
}

impl EnrolCodeError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

impl EnrolCode {
    /// The text to hand over: `XXXXXXX-XXXXXXX-…`, 55 characters. Wiped when dropped.
    #[must_use]
    pub fn spoken(&self) -> Zeroizing<String> {
        let mut digits = digits_of(&self.bytes());
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_DIGITS + 1)));
        for (place, group) in digits.chunks(DATA_DIGITS).enumerate() {
            if place > 0 {
                text.push('-');
            }
            group.iter().for_each(|digit| text.push(letter(*digit)));
            text.push(letter(check_digit(place, group)));
        }
        digits.zeroize();
        text
    }

    fn bytes(&self) -> Zeroizing<[u8; 26]> {
        let mut bytes = Zeroizing::new([0; 26]);
        let parts = self.secret.as_bytes().iter().chain(&self.ca.0);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        bytes
    }
}

/// Takes upper and lower case, `O` for `0`, `I` and `L` for `1`, and hyphens, spaces or nothing between groups.
impl FromStr for EnrolCode {
    type Err = EnrolCodeError;

    fn from_str(text: &str) -> Result<Self, EnrolCodeError> {
        let mut digits = Zeroizing::new(Vec::with_capacity(GROUPS * DATA_DIGITS));
        let groups = groups_of(text);
        if groups.len() != GROUPS {
            return Err(EnrolCodeError::Groups { found: groups.len() });
        }
        for (place, group) in groups.iter().enumerate() {
            digits.extend(read_group(place, group)?);
        }
        let bytes = bytes_of(&digits)?;
        let (secret, ca) = bytes.split_first_chunk::<10>().ok_or(EnrolCodeError::Padding)?;
        let ca = ca.try_into().map_err(|_| EnrolCodeError::Padding)?;
        Ok(Self { secret: EnrolSecret::from_bytes(*secret), ca: CaPin(ca) })
    }
}

/// The groups as they stand, or pieces of seven when nothing separates them.
fn groups_of(text: &str) -> Vec<Zeroizing<String>> {
    let separator = |c: char| c == '-' || c.is_whitespace();
    let parts: Vec<&str> = text.split(separator).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [whole] => {
            let letters: Zeroizing<Vec<char>> = Zeroizing::new(whole.chars().collect());
            letters.chunks(GROUP_DIGITS).map(|g| Zeroizing::new(g.iter().collect())).collect()
        }
        parts => parts.iter().map(|part| Zeroizing::new((*part).into())).collect(),
    }
}

fn read_group(place: usize, text: &str) -> Result<[u8; DATA_DIGITS], EnrolCodeError> {
    let group = place + 1;
    let found = text.chars().count();
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let digits = Zeroizing::new(digits.ok_or(EnrolCodeError::Character { group })?);
    let wrong_len = EnrolCodeError::GroupLen { group, found };
    let (data, rest) = digits.split_first_chunk::<DATA_DIGITS>().ok_or(wrong_len)?;
    match rest {
        [check] if *check == check_digit(place, data) => Ok(*data),
        [_] => Err(EnrolCodeError::Check { group }),
        _ => Err(wrong_len),
    }
}

fn letter(digit: u8) -> char {
    ALPHABET.get(usize::from(digit)).map_or('0', |letter| char::from(*letter))
}

fn digit(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|l| char::from(*l) == letter).map(|place| place as u8)
}

/// The sum of `g^(i+1) * digit_i` over the field of 32 elements, plus the group's place. As the weights all differ, one
/// wrong digit and any two exchanged digits change the sum; as the place is in it, exchanged groups are found.
fn check_digit(place: usize, digits: &[u8]) -> u8 {
    let sum = digits.iter().rev().fold(0, |sum, digit| double(sum ^ digit));
    sum ^ place as u8
}

/// Times `g` in GF(32) with the polynomial x^5 + x^2 + 1.
const fn double(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

fn digits_of(bytes: &[u8; 26]) -> Vec<u8> {
    (0..GROUPS * DATA_DIGITS)
        .map(|place| (0..5).fold(0, |digit, bit| digit << 1 | bit_of(bytes, place * 5 + bit)))
        .collect()
}

/// Bit `place` of `bytes`, the highest of the first byte first; zero behind the end.
fn bit_of(bytes: &[u8], place: usize) -> u8 {
    bytes.get(place / 8).map_or(0, |byte| byte >> (7 - place % 8) & 1)
}

fn bytes_of(digits: &[u8]) -> Result<Zeroizing<[u8; 26]>, EnrolCodeError> {
    let bit = |place: usize| digits.get(place / 5).map_or(0, |digit| digit >> (4 - place % 5) & 1);
    if bit(208) | bit(209) != 0 {
        return Err(EnrolCodeError::Padding);
    }
    let mut bytes = Zeroizing::new([0; 26]);
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = (0..8).fold(0, |byte, b| byte << 1 | bit(place * 8 + b));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> EnrolCode {
        let secret = core::array::from_fn(|i| (i * 37 + 11) as u8);
        EnrolCode { secret: EnrolSecret::from_bytes(secret), ca: CaPin::of(b"certificate") }
    }

    #[test]
    fn the_text_is_the_one_the_format_describes() {
        // Computed apart from this code, with Python's integers.
        let golden = "1CR5AY6-MZRKMG6-WCTR0FM-B6VM482-6Q0WMFA-RJHK7A3-SMFK38H";
        assert_eq!(sample().spoken().as_str(), golden);
    }

    #[test]
    fn people_may_type_it_their_way() {
        let text = sample().spoken();
        let bare = text.replace('-', "");
        let spaced = text.replace('-', "  ").to_lowercase();
        let similar = text.replace('0', "o").replace('1', "L");
        for typed in [text.as_str(), &bare, &format!(" {spaced}\n"), &similar] {
            assert_eq!(typed.parse(), Ok(sample()), "{typed}");
        }
    }

    #[test]
    fn every_single_wrong_character_names_its_group() {
        let text = sample().spoken();
        for (place, right) in text.char_indices().filter(|(_, c)| *c != '-') {
            for wrong in ALPHABET.iter().map(|b| char::from(*b)).filter(|c| *c != right) {
                let mut bad: Vec<char> = text.chars().collect();
                bad[place] = wrong;
                let bad: String = bad.into_iter().collect();
                let error = EnrolCodeError::Check { group: place / 8 + 1 };
                assert_eq!(bad.parse::<EnrolCode>(), Err(error), "{bad}");
            }
        }
    }

    #[test]
    fn every_two_exchanged_characters_of_a_group_are_found() {
        let text = sample().spoken();
        for group in 0..GROUPS {
            for (a, b) in (0..GROUP_DIGITS).flat_map(|a| (0..a).map(move |b| (a, b))) {
                let mut bad: Vec<char> = text.chars().collect();
                bad.swap(group * 8 + a, group * 8 + b);
                let bad: String = bad.into_iter().collect();
                if bad != *text {
                    let error = EnrolCodeError::Check { group: group + 1 };
                    assert_eq!(bad.parse::<EnrolCode>(), Err(error), "{bad}");
                }
            }
        }
    }

    #[test]
    fn exchanged_groups_missing_groups_and_foreign_characters_are_named() {
        let text = sample().spoken();
        let mut groups: Vec<&str> = text.split('-').collect();
        let parse = |groups: &[&str]| groups.join("-").parse::<EnrolCode>();
        groups.swap(1, 4);
        assert_eq!(parse(&groups), Err(EnrolCodeError::Check { group: 2 }));
        groups.swap(1, 4);
        assert_eq!(parse(&groups[..6]), Err(EnrolCodeError::Groups { found: 6 }));
        assert_eq!("".parse::<EnrolCode>(), Err(EnrolCodeError::Groups { found: 0 }));
        groups[2] = "ABC";
        assert_eq!(parse(&groups), Err(EnrolCodeError::GroupLen { group: 3, found: 3 }));
        groups[2] = "ABCDEFGH";
        assert_eq!(parse(&groups), Err(EnrolCodeError::GroupLen { group: 3, found: 8 }));
        groups[2] = "ABCDEFU";
        assert_eq!(parse(&groups), Err(EnrolCodeError::Character { group: 3 }));
    }

    #[test]
    fn bits_behind_the_end_must_be_zero() {
        let mut digits = digits_of(&sample().bytes());
        *digits.last_mut().unwrap() |= 1;
        let groups = digits.chunks(DATA_DIGITS).enumerate().map(|(place, group)| {
            let check = check_digit(place, group);
            group.iter().chain([&check]).map(|d| letter(*d)).collect::<String>()
        });
        let text = groups.collect::<Vec<_>>().join("-");
        assert_eq!(text.parse::<EnrolCode>(), Err(EnrolCodeError::Padding));
    }

    proptest! {
        #[test]
        fn every_code_comes_back(secret: [u8; 10], pin: [u8; 16]) {
            let code = EnrolCode { secret: EnrolSecret::from_bytes(secret), ca: CaPin(pin) };
            prop_assert_eq!(code.spoken().parse(), Ok(code));
        }

        #[test]
        fn no_text_panics(text in ".{0,80}") {
            let _ = text.parse::<EnrolCode>();
        }
    }
}
