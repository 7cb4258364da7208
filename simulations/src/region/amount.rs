//! Amounts in hundred-thousandths, as the decimal text of receipts (at most 5.5 digits).

/// The shortest decimal text: 50,000 is `0.5`, 300,000 is `3`.
pub(crate) fn decimal(hundred_thousandths: u32) -> String {
    let (whole, rest) = (hundred_thousandths / 100_000, hundred_thousandths % 100_000);
    if rest == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{rest:05}");
    text.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn decimals_are_short_and_exact() {
        for (amount, text) in [(0, "0"), (50_000, "0.5"), (300_000, "3"), (1_025_000, "10.25")] {
            assert_eq!(super::decimal(amount), text);
        }
    }
}
