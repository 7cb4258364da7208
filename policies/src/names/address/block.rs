//! The rest of an address: place name and block numbers, without the building.

use alloc::string::{String, ToString};
use core::iter::Peekable;
use core::str::CharIndices;

/// Words that close a block number, the longest first. 丁目 may be followed by more of the place (3丁目東2), so it does
/// not begin the part after which a building name is expected.
const UNITS: [(&str, bool); 8] = [
    ("番地ノ", true),
    ("番地", true),
    ("丁目", false),
    ("地割", false),
    ("番", true),
    ("号", true),
    ("ノ", true),
    ("-", true),
];

/// Place and block numbers of a folded address whose municipality is cut off.
pub(super) fn place_and_block(folded: &str) -> String {
    let folded = folded.replace("大字", "").replace('字', "");
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded.as_str();
    let mut in_block = false;
    while !rest.is_empty() {
        let (number, after) = take_number(rest);
        if number.is_empty() {
            let mut chars = rest.chars();
            match chars.next() {
                // What follows the block numbers is the building.
                Some(c) if in_block && c != ' ' => break,
                Some(c) if c != ' ' && !joins_number(rest) => out.push(c),
                _ => {}
            }
            rest = chars.as_str();
            continue;
        }
        out.push_str(&number);
        match unit(after) {
            Some((closes, after_unit)) => {
                out.push('-');
                in_block = in_block || closes;
                rest = after_unit;
            }
            // A number without a unit ends the block numbers, or belongs to a place such as 六本木 or 5条.
            None if in_block || after.starts_with(' ') => break,
            None => rest = after,
        }
    }
    out.trim_end_matches('-').to_string()
}

/// True at a ノ before a number: ロの38 and ロ38 are one lot.
fn joins_number(text: &str) -> bool {
    text.strip_prefix('ノ').is_some_and(|after| !take_number(after).0.is_empty())
}

/// The unit after a number: whether it begins the block part, and what follows. Places such as 一番町, 一番丁 and 三ノ宮
/// are none.
fn unit(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_start();
    let place = text.starts_with("番町") || text.starts_with("番丁");
    let (word, closes) = UNITS.iter().find(|(word, _)| text.starts_with(word) && !place)?;
    let after = text.strip_prefix(word)?;
    (*word != "ノ" || joins_number(text)).then_some((*closes, after))
}

/// The number at the head of a text in ASCII digits (empty when there is none), and what follows it.
fn take_number(text: &str) -> (String, &str) {
    let mut chars = text.char_indices().peekable();
    let number = match chars.peek() {
        Some((_, c)) if c.is_ascii_digit() => {
            let digits: String =
                core::iter::from_fn(|| take(&mut chars, |c| c.is_ascii_digit().then_some(c)))
                    .collect();
            digits
        }
        _ => kanji_number(&mut chars),
    };
    let end = chars.peek().map_or(text.len(), |&(at, _)| at);
    let number = match number.trim_start_matches('0') {
        "" if !number.is_empty() => "0".to_string(),
        value => value.to_string(),
    };
    (number, text.get(end..).unwrap_or_default())
}

fn take<T>(chars: &mut Peekable<CharIndices<'_>>, read: impl Fn(char) -> Option<T>) -> Option<T> {
    let value = chars.peek().and_then(|&(_, c)| read(c))?;
    chars.next();
    Some(value)
}

/// 二十三 as 23, 二三 as 23, 百二 as 102. Empty when no kanji number stands here.
fn kanji_number(chars: &mut Peekable<CharIndices<'_>>) -> String {
    let mut plain = String::new();
    let (mut sum, mut digit, mut has_power) = (0_u64, None, false);
    while let Some(figure) = take(chars, kanji_digit) {
        match figure {
            Figure::Digit(value) => {
                plain.push(char::from(b'0' + value));
                digit = Some(u64::from(value));
            }
            Figure::Power(power) => {
                has_power = true;
                sum = u64::saturating_add(sum, digit.take().unwrap_or(1) * power);
            }
        }
    }
    if has_power { sum.saturating_add(digit.unwrap_or(0)).to_string() } else { plain }
}

/// What a kanji means in a number.
#[derive(Clone, Copy)]
pub(super) enum Figure {
    /// 0-9.
    Digit(u8),
    /// 10, 100, 1000.
    Power(u64),
}

pub(super) const fn kanji_digit(c: char) -> Option<Figure> {
    Some(match c {
        '〇' => Figure::Digit(0),
        '一' | '壱' => Figure::Digit(1),
        '二' | '弐' => Figure::Digit(2),
        '三' => Figure::Digit(3),
        '四' => Figure::Digit(4),
        '五' => Figure::Digit(5),
        '六' => Figure::Digit(6),
        '七' => Figure::Digit(7),
        '八' => Figure::Digit(8),
        '九' => Figure::Digit(9),
        '十' => Figure::Power(10),
        '百' => Figure::Power(100),
        '千' => Figure::Power(1000),
        _ => return None,
    })
}
