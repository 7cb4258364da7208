//! Whether a manifest may follow another.

use crate::id::{Digest, SnapshotId};

/// What a manifest is to the current one. Decided by place and digest alone; both manifests were opened before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Succession {
    /// There is no current one.
    First,
    /// Take it. Manifests between may have been skipped.
    Newer,
    /// The very same.
    Same,
    /// A rollback: keep the current one.
    Older,
    /// The same place with another digest: the publisher has signed two. Alarm, keep the current one.
    Conflict,
}

/// What `next` is to `current`.
#[must_use]
pub fn succession(
    current: Option<(&SnapshotId, &Digest)>,
    next: &SnapshotId,
    next_digest: &Digest,
) -> Succession {
    use core::cmp::Ordering::{Equal, Greater, Less};
    let Some((id, digest)) = current else {
        return Succession::First;
    };
    match next.cmp(id) {
        Greater => Succession::Newer,
        Less => Succession::Older,
        Equal if next_digest == digest => Succession::Same,
        Equal => Succession::Conflict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_never_goes_back_and_notices_two_of_one_number() {
        let id = |epoch, number| SnapshotId { epoch, number };
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        let current = id(2, 5);
        assert_eq!(succession(None, &current, &a), Succession::First);
        for (next, digest, expected) in [
            (id(2, 6), b, Succession::Newer),
            (id(2, 900), b, Succession::Newer),
            (id(3, 1), b, Succession::Newer),
            (id(2, 5), a, Succession::Same),
            (id(2, 5), b, Succession::Conflict),
            (id(2, 4), b, Succession::Older),
            (id(1, 900), b, Succession::Older),
        ] {
            assert_eq!(succession(Some((&current, &a)), &next, &digest), expected, "{next}");
        }
    }
}
