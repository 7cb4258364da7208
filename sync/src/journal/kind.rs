//! What kinds of entry there are. The number is the format; it is never used again for another kind.

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $word:literal;)+) => {
        /// The kind of an entry: the only thing the clear part says about what happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum EntryKind {
            $($(#[doc = $doc])+ $name = $code,)+
        }

        impl EntryKind {
            /// Every kind, by number.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable word, for JSON and tables.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The number.
            #[must_use]
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// The kind with this number.
            #[must_use]
            pub fn from_code(code: u16) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }
    };
}

kinds! {
    /// The program started.
    Started = 1, "started";
    /// The program stopped in order.
    Stopped = 2, "stopped";
    /// The node was enrolled.
    Enrolled = 3, "enrolled";
    /// A new incarnation began.
    IncarnationStarted = 4, "incarnation-started";
    /// The journal file before ended in a record that was not whole.
    TornTail = 5, "torn-tail";
    /// The wall clock jumped.
    ClockJumped = 6, "clock-jumped";
    /// A piece of the journal's reserve was given back because the disk was full.
    ReserveReleased = 7, "reserve-released";
    /// A snapshot was made current.
    SnapshotPromoted = 16, "snapshot-promoted";
    /// A snapshot was refused.
    SnapshotRefused = 17, "snapshot-refused";
    /// Something was taken in from a carrier.
    Imported = 18, "imported";
    /// Something was given to a carrier.
    Exported = 19, "exported";
    /// An order arrived.
    OrderReceived = 32, "order-received";
    /// An order was refused.
    OrderRefused = 33, "order-refused";
    /// A release arrived.
    ReleaseReceived = 34, "release-received";
    /// The node opened.
    Opened = 35, "opened";
    /// An opening was refused.
    OpenRefused = 36, "open-refused";
    /// The order in force was extended, or a quorum's opening confirmed.
    Extended = 37, "extended";
    /// The node began to close.
    ClosingStarted = 38, "closing-started";
    /// The node closed.
    Closed = 39, "closed";
    /// Somebody signed in.
    SignedIn = 48, "signed-in";
    /// A sign-in was refused.
    SignInRefused = 49, "sign-in-refused";
    /// A session ended.
    SignedOut = 50, "signed-out";
    /// A PIN was set.
    PinSet = 51, "pin-set";
    /// Two members of staff vouched for a visitor.
    BadgeIssued = 52, "badge-issued";
    /// A person was searched for.
    Searched = 64, "searched";
    /// The patient was confirmed to be the person found.
    IdentityConfirmed = 65, "identity-confirmed";
    /// A consent, a refusal or a vital interest was recorded.
    Consented = 66, "consented";
    /// A look-up was permitted.
    Permitted = 67, "permitted";
    /// A look-up was denied.
    Denied = 68, "denied";
    /// Data of a person was shown.
    Disclosed = 69, "disclosed";
    /// Data of a person was printed, or written for another program.
    Printed = 70, "printed";
    /// A facility claims, for a visit, on an eligibility seen in the dark.
    VisitRecorded = 71, "visit-recorded";
    /// An operator did something at the console.
    OperatorAct = 80, "operator-act";
    /// A newer revocation list arrived.
    RevocationsReceived = 96, "revocations-received";
    /// A revocation list was refused.
    RevocationsRefused = 97, "revocations-refused";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_unique_and_ascending() {
        assert!(EntryKind::ALL.is_sorted_by(|a, b| a.code() < b.code()));
        let mut words: Vec<_> = EntryKind::ALL.iter().map(|kind| kind.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), EntryKind::ALL.len());
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(EntryKind::from_code(0), None);
    }
}
