//! Rows without order, each as often as it occurs.

use std::collections::BTreeMap;

/// How two multisets differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) missing: usize,
    pub(super) extra: usize,
}

/// Compares what must be there with what is.
pub(super) fn difference<T: Ord>(
    expected: impl Iterator<Item = T>,
    found: impl Iterator<Item = T>,
) -> Difference {
    let mut counts: BTreeMap<T, i64> = BTreeMap::new();
    for row in expected {
        *counts.entry(row).or_default() += 1;
    }
    for row in found {
        *counts.entry(row).or_default() -= 1;
    }
    let sum = |sign: i64| -> usize {
        let rows = counts.values().map(|count| (count * sign).max(0));
        usize::try_from(rows.sum::<i64>()).unwrap_or(usize::MAX)
    };
    Difference { missing: sum(1), extra: sum(-1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_as_often_as_it_occurs() {
        let compare = |a: &[i32], b: &[i32]| difference(a.iter(), b.iter());
        assert_eq!(compare(&[1, 2, 2], &[2, 1, 2]), Difference { missing: 0, extra: 0 });
        assert_eq!(compare(&[1, 2, 2], &[1, 2]), Difference { missing: 1, extra: 0 });
        assert_eq!(compare(&[1], &[3, 3]), Difference { missing: 1, extra: 2 });
    }
}
