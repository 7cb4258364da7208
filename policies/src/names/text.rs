//! The first step of every key: NFKC, bare upper-case letters, and nothing but letters and digits.

use alloc::string::String;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

/// Stands for one character that the central set lacks.
pub(super) const WILDCARD: char = '●';

/// Passes after which a key is taken as it is. Two settle everything met so far; the limit only guarantees an end.
const PASSES_MAX: usize = 8;

/// Applies `fold` until nothing changes any more.
///
/// One pass is not always enough: what it drops may have kept two characters apart that NFKC then joins (Hangul parts
/// around an invisible joiner). Keys made only of plain characters cannot change and skip the second pass.
pub(super) fn settle(text: &str, fold: fn(&str) -> String) -> String {
    let mut key = fold(text);
    for _ in 1..PASSES_MAX {
        if key.chars().all(is_plain) {
            break;
        }
        let next = fold(&key);
        if next == key {
            break;
        }
        key = next;
    }
    key
}

/// NFKC, accents off Latin letters, upper case; drops whatever is neither letter nor digit nor ●. Spaces, dashes,
/// points and variation selectors go here.
pub(super) fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in normal(text) {
        push_upper(&mut out, c);
    }
    // Upper-casing may bring in combining marks, so the filter comes last.
    out.retain(|c| is_letter(c) || c == WILDCARD);
    out
}

/// A letter or digit. Radicals count: they are symbols to Unicode, but stand for the kanji they look like.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{2E80}'..='\u{2EFF}')
}

/// NFKC in which a spacing voiced mark (カ゛) joins the kana before it, as the half-width one does.
pub(super) fn normal(text: &str) -> impl Iterator<Item = char> {
    let joined = text.chars().map(|c| match c {
        '゛' => '\u{3099}',
        '゜' => '\u{309A}',
        other => other,
    });
    joined.nfkc()
}

fn push_upper(out: &mut String, c: char) {
    // Kana and kanji have neither case nor accent, and are nearly all there is.
    if matches!(c, '\u{2E80}'..='\u{9FFF}') {
        return out.push(c);
    }
    match unaccented(c) {
        Some(letter) => out.push(letter.to_ascii_uppercase()),
        None => out.extend(c.to_uppercase()),
    }
}

/// The ASCII letter under the accents of `c`. Registers write letters without accents, residence cards too.
fn unaccented(c: char) -> Option<char> {
    first_of_decomposition(c).filter(char::is_ascii_alphabetic)
}

/// The character that `c` is built on: カ of ガ, e of é, and most characters themselves.
pub(super) fn first_of_decomposition(c: char) -> Option<char> {
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    first
}

/// True for the characters that keys usually consist of and that no pass changes. Variant kanji are mapped before they
/// get here, and no representative is a variant (tested).
fn is_plain(c: char) -> bool {
    matches!(c, 'A'..='Z' | '0'..='9' | 'ア'..='ン' | '一'..='鿿' | WILDCARD)
}
