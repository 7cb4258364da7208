//! The drugs of a region: some 200 invented products in real therapeutic classes.
//!
//! Names begin with 見本 or end with 「灯」, codes with 69, the ingredient part of price-list codes
//! with 9: none of them can be taken for a real product. Classes (first four digits of the
//! price-list code) and the pseudo item 630010002 are real. Source: handbook 4.6.
//!
//! Not established and therefore of our own numbering: unit codes (column 8).

pub(crate) mod ingredients;

pub use ingredients::Danger;
pub(crate) use ingredients::{INGREDIENTS, Ingredient, danger_of};

/// The pseudo item 薬剤料逓減: in the master, never a drug.
pub(crate) const PSEUDO_ITEM: u32 = 630_010_002;
/// Codes from here on are in no master.
pub(crate) const UNKNOWN_BASE: u32 = 699_990_000;

/// How a product stands in the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    Current,
    /// Change kind 1.
    Deleted,
    /// Change kind 9, with the day it ended.
    Ended,
}

/// A product of the drug master.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) ingredient: &'static Ingredient,
    pub(crate) code: u32,
    pub(crate) name: String,
    pub(crate) kana: String,
    pub(crate) generic_code: String,
    pub(crate) generic_name: String,
    pub(crate) price_list_code: String,
    /// Hundredths of a yen.
    pub(crate) price: u32,
    pub(crate) is_generic: bool,
    pub(crate) listing: Listing,
}

/// All products, in the order of ingredient, strength, maker.
pub(crate) fn products() -> Vec<Product> {
    let mut all = Vec::new();
    for (number, ingredient) in INGREDIENTS.iter().enumerate() {
        for (strength_number, strength) in ingredient.strengths.iter().enumerate() {
            for maker in 0..2 {
                all.push(product(number, ingredient, strength_number, strength, maker));
            }
        }
    }
    all
}

fn product(
    number: usize,
    ingredient: &'static Ingredient,
    strength_number: usize,
    strength: &str,
    maker: usize,
) -> Product {
    let form = ingredient.form.word();
    let plain = format!("{}{form}{strength}", ingredient.name);
    let kana = format!("{}{}", ingredient.kana, super::names::kana::half_width(strength));
    let old = ingredient.listing != Listing::Current;
    let is_generic = maker == 1;
    let letter = ingredient.form.letter();
    let ingredient_part = format!("{}9{:02}{letter}", ingredient.class, number % 100);
    let strength_part = strength_number + 1;
    Product {
        ingredient,
        code: u32::try_from(690_010_000 + number * 100 + strength_number * 10 + maker)
            .unwrap_or(UNKNOWN_BASE),
        name: match (old, is_generic) {
            (true, _) => format!("旧見本{plain}"),
            (false, false) => format!("見本{plain}"),
            (false, true) => format!("{plain}「灯」"),
        },
        kana: if is_generic {
            format!("{kana}ﾄﾓｼﾋﾞ")
        } else {
            format!("ﾐﾎﾝ{kana}")
        },
        generic_code: format!("{ingredient_part}{strength_part}ZZZ"),
        generic_name: format!("【般】見本{plain}"),
        price_list_code: format!("{ingredient_part}{strength_part}{:02}0", maker + 1),
        price: (ingredient.price << strength_number) / if is_generic { 2 } else { 1 } + 10,
        is_generic,
        listing: ingredient.listing,
    }
}

/// The place of a product in the table of [`products`].
pub(crate) fn product_index(ingredient: &str, strength: usize, maker: usize) -> Option<usize> {
    let mut before = 0;
    for row in INGREDIENTS {
        if row.key == ingredient {
            return Some(before + strength.min(row.strengths.len() - 1) * 2 + maker.min(1));
        }
        before += row.strengths.len() * 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_nine_digits_and_found_again() {
        let all = products();
        let codes: BTreeSet<u32> = all.iter().map(|product| product.code).collect();
        assert_eq!(codes.len(), all.len());
        assert!((180..320).contains(&all.len()), "{}", all.len());
        for (index, product) in all.iter().enumerate() {
            assert_eq!(product.price_list_code.chars().count(), 12);
            let strength = (product.code % 100 / 10) as usize;
            let maker = (product.code % 10) as usize;
            assert_eq!(product_index(product.ingredient.key, strength, maker), Some(index));
        }
    }

    #[test]
    fn every_danger_class_has_a_drug() {
        let dangers: BTreeSet<Option<Danger>> =
            INGREDIENTS.iter().map(|row| danger_of(row.class)).collect();
        assert_eq!(dangers.len(), 7, "six dangers and none: {dangers:?}");
    }
}
