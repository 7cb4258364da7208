//! What a coded answer of a checkup means. Decode by the list (OID), never by the item: 1 is "yes" in one list and
//! "no" in another.
//!
//! Only lists whose codes are established are here; a code of another list is shown as written.

/// The meaning of a coded answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// はい, あり.
    Yes,
    /// いいえ, なし.
    No,
    /// A finding.
    Found,
    /// No finding.
    NotFound,
    /// Positive.
    Positive,
    /// Negative, －.
    Negative,
    /// ±.
    Trace,
    /// ＋.
    Plus,
    /// ＋＋.
    TwoPlus,
    /// ＋＋＋.
    ThreePlus,
    /// Metabolic syndrome: candidate (予備群).
    Candidate,
    /// Could not be decided.
    Undecidable,
    /// 積極的支援.
    ActiveSupport,
    /// 動機付け支援.
    MotivationalSupport,
    /// No support needed.
    NoSupport,
    /// Gave up smoking.
    Quit,
    /// Ten hours or more after a meal.
    FastedTenHours,
    /// 3.5 to 10 hours after a meal.
    FastedSomeHours,
    /// Less than 3.5 hours after a meal.
    NotFasted,
}

/// What `code` means in the answer list 1.2.392.200119.6.`list`; none for a list or code that is not established.
#[must_use]
pub fn meaning(list: u32, code: &str) -> Option<Answer> {
    let answer = match (list, code) {
        (2001 | 2003, "1") | (2008, "0") | (2009, "1") | (1008 | 24060, "1") => Answer::Yes,
        (2001 | 2003, "2") | (2008, "1") | (2009, "0") | (1008 | 24060, "3") => Answer::No,
        (2002, "1") => Answer::Found,
        (2002, "2") => Answer::NotFound,
        (2100, "1") | (2101, "2") => Answer::Positive,
        (2100, "2") | (2101 | 2102, "1") => Answer::Negative,
        (2102, "2") => Answer::Trace,
        (2102, "3") => Answer::Plus,
        (2102, "4") => Answer::TwoPlus,
        (2102, "5") => Answer::ThreePlus,
        (1008, "2") => Answer::Candidate,
        (1008 | 3001, "4") => Answer::Undecidable,
        (3001, "1") => Answer::ActiveSupport,
        (3001, "2") => Answer::MotivationalSupport,
        (3001, "3") => Answer::NoSupport,
        (24060, "2") => Answer::Quit,
        (2202, "2") => Answer::FastedTenHours,
        (2202, "3") => Answer::FastedSomeHours,
        (2202, "4") => Answer::NotFasted,
        _ => return None,
    };
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_means_the_opposite_in_lists_of_other_polarity() {
        let both = |list, a, b| (meaning(list, a), meaning(list, b));
        assert_eq!(both(2003, "1", "2"), (Some(Answer::Yes), Some(Answer::No)));
        assert_eq!(both(2008, "0", "1"), (Some(Answer::Yes), Some(Answer::No)));
        assert_eq!(both(2009, "1", "0"), (Some(Answer::Yes), Some(Answer::No)));
        assert_eq!(both(2100, "1", "2"), (Some(Answer::Positive), Some(Answer::Negative)));
        assert_eq!(both(2101, "2", "1"), (Some(Answer::Positive), Some(Answer::Negative)));
        assert_eq!(both(2002, "1", "2"), (Some(Answer::Found), Some(Answer::NotFound)));
    }

    #[test]
    fn graded_lists_are_read_code_by_code() {
        for (list, answers) in [
            (1008, ["1", "2", "3", "4"].map(|c| meaning(1008, c))),
            (24060, ["1", "2", "3", "4"].map(|c| meaning(24060, c))),
            (3001, ["1", "2", "3", "4"].map(|c| meaning(3001, c))),
            (2202, ["1", "2", "3", "4"].map(|c| meaning(2202, c))),
            (2102, ["1", "2", "3", "5"].map(|c| meaning(2102, c))),
        ] {
            let wanted = match list {
                1008 => [Answer::Yes, Answer::Candidate, Answer::No, Answer::Undecidable].map(Some),
                24060 => [Some(Answer::Yes), Some(Answer::Quit), Some(Answer::No), None],
                3001 => [
                    Answer::ActiveSupport,
                    Answer::MotivationalSupport,
                    Answer::NoSupport,
                    Answer::Undecidable,
                ]
                .map(Some),
                2202 => [
                    None,
                    Some(Answer::FastedTenHours),
                    Some(Answer::FastedSomeHours),
                    Some(Answer::NotFasted),
                ],
                _ => [Answer::Negative, Answer::Trace, Answer::Plus, Answer::ThreePlus].map(Some),
            };
            assert_eq!(answers, wanted, "list {list}");
        }
        assert_eq!(meaning(2102, "4"), Some(Answer::TwoPlus));
    }

    #[test]
    fn codes_that_are_not_established_have_no_meaning() {
        for (list, code) in
            [(2003, "3"), (2003, ""), (2003, "１"), (2003, " 1"), (2004, "1"), (19_010, "1")]
        {
            assert_eq!(meaning(list, code), None, "{list} {code}");
        }
    }
}
