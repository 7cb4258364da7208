//! Whether the journal that the centre holds knows what a slip says.

use super::Slip;
use crate::id::{Incarnation, NodeId};
use crate::journal::{Sequence, TreeHash};

/// What the journal says to a look. The order is that of weight: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Another entry stands in its place: the node signed something that its journal does not hold.
    Contradicted,
    /// The journal has not come so far yet. Says nothing against the slip.
    NotReconciled,
    /// The entry is there.
    Found,
}

/// What [`check()`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipCheck {
    /// Each look, in the order of the slip.
    pub looks: Vec<(Sequence, Verdict)>,
}

impl SlipCheck {
    /// The worst of all looks. A slip without looks is never made; were one, nothing would be found of it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.looks.iter().map(|(_, verdict)| *verdict);
        verdicts.min().unwrap_or(Verdict::NotReconciled)
    }
}

/// Checks an opened slip against the reconciled journal. `leaves` gives the leaf hash of every entry that is held at a
/// place: none while the journal has not come so far, one as a rule, several where it forked. A look in any branch is
/// found, because every branch is evidence.
pub fn check(
    slip: &Slip,
    leaves: impl Fn(NodeId, Incarnation, Sequence) -> Vec<TreeHash>,
) -> SlipCheck {
    let looks = slip.looks.iter().map(|look| {
        let held = leaves(slip.node, slip.incarnation, look.sequence);
        let verdict = match held.as_slice() {
            [] => Verdict::NotReconciled,
            held if held.contains(&look.leaf) => Verdict::Found,
            _ => Verdict::Contradicted,
        };
        (look.sequence, verdict)
    });
    SlipCheck { looks: looks.collect() }
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::category::Category;
    use tomoshibi_policies::record::{FacilityCode, RegionCode};
    use tomoshibi_policies::time::Timestamp;

    use super::super::SlipLook;
    use super::*;

    const NODE: NodeId = NodeId::from_bytes([1; 16]);

    fn leaf(byte: u8) -> TreeHash {
        TreeHash::from_bytes([byte; 32])
    }

    fn slip(looks: &[(u64, u8)]) -> Slip {
        let look = |(sequence, byte): &(u64, u8)| SlipLook {
            sequence: Sequence(*sequence),
            at: Timestamp::default(),
            leaf: leaf(*byte),
            shown: vec![(Category::Medication, 1)],
        };
        Slip {
            drill: true,
            region: RegionCode::new(17).unwrap(),
            node: NODE,
            incarnation: Incarnation(2),
            facility: FacilityCode::parse("1710000001").unwrap(),
            looks: looks.iter().map(look).collect(),
        }
    }

    /// A journal with entries 0-9 whose leaf is their sequence; 7 has a second branch.
    fn held(node: NodeId, incarnation: Incarnation, sequence: Sequence) -> Vec<TreeHash> {
        match (node, incarnation, sequence) {
            (NODE, Incarnation(2), Sequence(7)) => vec![leaf(7), leaf(77)],
            (NODE, Incarnation(2), Sequence(n @ 0..10)) => vec![leaf(n as u8)],
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_look_is_found_not_yet_there_or_contradicted() {
        use Verdict::{Contradicted, Found, NotReconciled};
        type Row = (&'static [(u64, u8)], &'static [Verdict], Verdict);
        let rows: [Row; 6] = [
            (&[(5, 5)], &[Found], Found),
            (&[(9, 9), (0, 0)], &[Found, Found], Found),
            (&[(10, 10), (9, 9)], &[NotReconciled, Found], NotReconciled),
            (&[(5, 6)], &[Contradicted], Contradicted),
            (&[(10, 1), (5, 6), (4, 4)], &[NotReconciled, Contradicted, Found], Contradicted),
            (&[(7, 77)], &[Found], Found),
        ];
        for (looks, each, whole) in rows {
            let found = check(&slip(looks), held);
            let verdicts: Vec<_> = found.looks.iter().map(|(_, verdict)| *verdict).collect();
            assert_eq!((verdicts.as_slice(), found.verdict()), (each, whole), "{looks:?}");
            let sequences = found.looks.iter().map(|(sequence, _)| sequence.0);
            assert!(sequences.eq(looks.iter().map(|(sequence, _)| *sequence)));
        }
    }

    #[test]
    fn the_entry_of_another_node_or_life_proves_nothing() {
        let look = [(5, 5)];
        for other in [
            Slip { node: NodeId::from_bytes([2; 16]), ..slip(&look) },
            Slip { incarnation: Incarnation(1), ..slip(&look) },
        ] {
            assert_eq!(check(&other, held).verdict(), Verdict::NotReconciled);
        }
    }
}
