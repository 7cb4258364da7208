//! The parts of a name and the orders in which they are given: family name first or last, middle names anywhere.

use alloc::string::String;
use alloc::vec::Vec;

use super::text::{letters, normal};

/// Most parts that are put into other orders: four have twenty-three others, five would have a hundred and nineteen.
const PARTS_MAX: usize = 4;

/// What spaces, points and commas part. A part without letters is none.
pub(crate) fn name_parts(text: &str) -> Vec<String> {
    let text: String = normal(text).collect();
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '・' | ',' | '、'));
    parts.filter(|part| !letters(part).is_empty()).map(String::from).collect()
}

/// The name in every other order of its parts, joined. Empty for a name of one part, and of more than [`PARTS_MAX`].
pub(crate) fn other_orders(parts: &[String]) -> Vec<String> {
    if parts.len() > PARTS_MAX {
        return Vec::new();
    }
    let mut orders: Vec<Vec<&str>> = Vec::from([Vec::new()]);
    for part in parts {
        let longer = orders.iter().flat_map(|order| {
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, part);
                longer
            })
        });
        orders = longer.collect();
    }
    orders.retain(|order| order != parts);
    orders.iter().map(|order| order.concat()).collect()
}

/// True when one name holds every part of the other and some more, and at least two parts are in common.
///
/// One part in common is a family name or a given name, which thousands share.
pub(crate) fn is_part_of_other(a: &[String], b: &[String]) -> bool {
    let (fewer, more) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut left: Vec<&String> = more.iter().collect();
    let mut take = |part: &String| {
        let at = left.iter().position(|other| *other == part);
        at.map(|at| left.swap_remove(at)).is_some()
    };
    fewer.len() >= 2 && fewer.len() < more.len() && fewer.iter().all(&mut take)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(text: &str) -> Vec<String> {
        let mut orders = other_orders(&name_parts(text));
        orders.sort_unstable();
        orders
    }

    #[test]
    fn spaces_points_and_commas_part_a_name() {
        for text in ["グエン ティ ハナ", "ｸﾞｴﾝ･ﾃｨ･ﾊﾅ", "グエン、ティ,　ハナ - ●・"]
        {
            let parts = name_parts(text);
            let expected: &[&str] = if text.contains('●') {
                &["グエン", "ティ", "ハナ", "●"]
            } else {
                &["グエン", "ティ", "ハナ"]
            };
            assert_eq!(parts, expected, "{text}");
        }
        assert_eq!(name_parts("Jean-Paul O'Neil"), ["Jean-Paul", "O'Neil"]);
    }

    #[test]
    fn every_other_order_comes_once() {
        assert_eq!(orders("A B"), ["BA"]);
        assert_eq!(orders("A B C"), ["ACB", "BAC", "BCA", "CAB", "CBA"]);
        assert_eq!(orders("A B C D").len(), 23);
        for text in ["", "A", "A A", "A B C D E"] {
            assert_eq!(orders(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_name_without_its_middle_names_is_part_of_it() {
        for (a, b, is_part) in [
            ("JOHN SMITH", "SMITH JOHN MICHAEL", true),
            ("SMITH JOHN MICHAEL", "JOHN SMITH", true),
            ("JOHN PAUL SMITH", "SMITH JOHN MICHAEL", false),
            ("JOHN SMITH", "SMITH JOHN", false),
            ("SMITH", "SMITH JOHN", false),
            ("JOHN JOHN", "SMITH JOHN MICHAEL", false),
            ("JOHN JOHN", "JOHN SMITH JOHN", true),
            ("", "SMITH JOHN", false),
        ] {
            assert_eq!(is_part_of_other(&name_parts(a), &name_parts(b)), is_part, "{a} {b}");
        }
    }
}
