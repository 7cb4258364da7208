//! How 128 bits are spoken: eight groups of six digits.
//!
//! A group is 16 bits as five decimal digits and a check digit after Damm (2004), which finds every single wrong digit
//! and every exchange of two neighbours. The check is computed over the group's own number first, so that two groups
//! spoken in the wrong order are found too.

use zeroize::Zeroizing;

use super::CodeError;

/// Groups of a code.
pub const GROUPS: usize = 8;
/// Digits of a code, check digits included.
pub const DIGITS: usize = GROUPS * GROUP_DIGITS;
const GROUP_DIGITS: usize = 6;

/// Damm's table: a weakly totally anti-symmetric quasigroup of order 10 with zeros on its diagonal.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn damm(digits: impl Iterator<Item = u8>) -> u8 {
    digits.fold(0, |state, digit| {
        let row = DAMM.get(usize::from(state));
        row.and_then(|row| row.get(usize::from(digit))).copied().unwrap_or(0)
    })
}

/// The group's number, 1 to 8, then its five digits.
fn checked_digits(group: usize, value: u16) -> [u8; 6] {
    let mut digits = [group as u8, 0, 0, 0, 0, 0];
    let mut rest = value;
    for digit in digits.iter_mut().skip(1).rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    digits
}

/// The digits of all groups, with a space between groups. The text has exactly its capacity, so that making a secret of
/// it moves no digits.
pub(super) fn spell(values: &[u16; GROUPS]) -> String {
    let mut text = String::with_capacity(DIGITS + GROUPS - 1);
    for (group, value) in (1..).zip(values) {
        let digits = checked_digits(group, *value);
        if group > 1 {
            text.push(' ');
        }
        let check = damm(digits.into_iter());
        text.extend(digits.into_iter().skip(1).chain([check]).map(|d| char::from(b'0' + d)));
    }
    text
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '‐' | '－' | '・' | ',' | '.' | '、')
}

fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０')).ok(),
        _ => None,
    }
}

/// The values that the digits of all groups spell.
pub(super) fn unspell(text: &str) -> Result<[u16; GROUPS], CodeError> {
    let mut digits = Zeroizing::new([0; DIGITS]);
    let mut found = 0;
    for c in text.chars().filter(|c| !is_separator(*c)) {
        let group = found / GROUP_DIGITS + 1;
        let value = digit(c).ok_or(CodeError::Character { group: group.min(GROUPS) })?;
        if let Some(place) = digits.get_mut(found) {
            *place = value;
        }
        found += 1;
    }
    if found != DIGITS {
        return Err(CodeError::Length { found, expected: DIGITS });
    }
    let mut values = [0; GROUPS];
    let (groups, _) = digits.as_chunks::<GROUP_DIGITS>();
    for (group, (value, digits)) in (1..).zip(values.iter_mut().zip(groups)) {
        *value = read_group(group, digits).ok_or(CodeError::Group { group })?;
    }
    Ok(values)
}

fn read_group(group: usize, digits: &[u8; GROUP_DIGITS]) -> Option<u16> {
    let [five @ .., _] = digits;
    let number = u8::try_from(group).ok()?;
    // Zero when the last digit is the check digit of the others: the table's diagonal is zero.
    if damm([number].into_iter().chain(*digits)) != 0 {
        return None;
    }
    let value = five.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    u16::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [u16; GROUPS] = [0, 65_535, 1, 10_000, 12_345, 54_321, 31_008, 7];

    #[test]
    fn the_table_is_damms() {
        // The example of Damm's thesis: 572 has check digit 4.
        assert_eq!(damm([5, 7, 2].into_iter()), 4);
        for (row, line) in DAMM.iter().enumerate() {
            assert_eq!(line[row], 0);
            let mut sorted = *line;
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
    }

    #[test]
    fn every_single_wrong_digit_is_found_in_its_group() {
        let text = spell(&VALUES).replace(' ', "");
        for place in 0..DIGITS {
            let group = place / GROUP_DIGITS + 1;
            for wrong in b'0'..=b'9' {
                let mut bad = text.clone().into_bytes();
                if bad[place] != wrong {
                    bad[place] = wrong;
                    let bad = String::from_utf8(bad).unwrap();
                    assert_eq!(unspell(&bad), Err(CodeError::Group { group }), "{place}");
                }
            }
        }
    }

    #[test]
    fn every_exchange_of_neighbours_is_found_in_its_group() {
        for values in [VALUES, [9_876; GROUPS], [60_906; GROUPS]] {
            let text = spell(&values).replace(' ', "").into_bytes();
            for place in (0..DIGITS - 1).filter(|place| place % GROUP_DIGITS != 5) {
                let mut bad = text.clone();
                bad.swap(place, place + 1);
                if bad != text {
                    let group = place / GROUP_DIGITS + 1;
                    let bad = String::from_utf8(bad).unwrap();
                    assert_eq!(unspell(&bad), Err(CodeError::Group { group }), "{place}");
                }
            }
        }
    }

    #[test]
    fn groups_in_the_wrong_order_are_found() {
        let text = spell(&VALUES);
        let mut groups: Vec<_> = text.split(' ').collect();
        groups.swap(3, 4);
        assert_eq!(unspell(&groups.join(" ")), Err(CodeError::Group { group: 4 }));
    }

    #[test]
    fn separators_and_width_do_not_matter() {
        let text = spell(&VALUES);
        let wide: String = text
            .chars()
            .map(|c| c.to_digit(10).map_or('　', |d| char::from_u32(0xFF10 + d).unwrap()))
            .collect();
        for heard in [text.clone(), text.replace(' ', "-"), text.replace(' ', "\n"), wide] {
            assert_eq!(unspell(&heard), Ok(VALUES));
        }
    }

    #[test]
    fn other_characters_and_lengths_are_named() {
        let text = spell(&VALUES);
        assert_eq!(unspell(&text[..54]), Err(CodeError::Length { found: 47, expected: DIGITS }));
        let long = format!("{text}1");
        assert_eq!(unspell(&long), Err(CodeError::Length { found: 49, expected: DIGITS }));
        let letter = format!("{}x{}", &text[..8], &text[9..]);
        assert_eq!(unspell(&letter), Err(CodeError::Character { group: 2 }));
    }

    #[test]
    fn a_value_beyond_sixteen_bits_is_no_group() {
        // 65536 with the check digit that belongs to it.
        let check = damm([1, 6, 5, 5, 3, 6].into_iter());
        let text = format!("65536{check}{}", &spell(&VALUES)[6..]);
        assert_eq!(unspell(&text), Err(CodeError::Group { group: 1 }));
    }
}
