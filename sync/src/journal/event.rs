//! What happened: the bodies of entries.
//!
//! Promises: one variant an event, in a fixed order that is the format; a patient is named by the 16-byte person id
//! and nothing else; search terms, names, numbers and birth dates have no place here. An event that is written never
//! changes, so the type *is* its wire form: a later version is another enum beside this one.
//!
//! FORMAT.md, section "Journal", lists the bytes; `testdata/journal/events` pins them.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{FacilityCode, PersonId, RegionCode};
use tomoshibi_policies::time::Timestamp;

use super::event_fields::{
    ConsentBasis, Disclosure, QueryKind, SearchOutcome, StaffRef, VisitId, facility, maybe_person,
    person, region, timestamp,
};
use super::{EntryKind, Text, Word};
use crate::codec::{self, CodecError};
use crate::id::{Digest, SnapshotId};

/// Longest body before sealing: 32 KiB. The longest real one names a few dozen categories and reasons.
pub const EVENT_LEN_BYTES_MAX: usize = 32 << 10;
const VERSION: u8 = 1;

/// An event of the current version.
pub type Event = EventV1;

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $name:ident {
        $($(#[doc = $field_doc:literal])+ $(#[serde(with = $with:literal)])? $field:ident: $type:ty,)*
    })+) => {
        /// What happened. The order of variants and fields is the format.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum EventV1 {
            $($(#[doc = $doc])+ $name {
                $($(#[doc = $field_doc])+ $(#[serde(with = $with)])? $field: $type,)*
            },)+
        }

        impl EventV1 {
            /// The kind that the clear part shows.
            #[must_use]
            pub const fn kind(&self) -> EntryKind {
                match self {
                    $(Self::$name { .. } => EntryKind::$name,)+
                }
            }
        }
    };
}

events! {
    /// The program started.
    Started {
        /// Version of the program.
        program: Text,
        /// The snapshot that is current.
        snapshot: Option<SnapshotId>,
    }
    /// The program stopped in order.
    Stopped {
        /// Why, as a stable word.
        cause: Word,
    }
    /// The node was enrolled.
    Enrolled {
        /// The region.
        #[serde(with = "region")]
        region: RegionCode,
        /// Digest of the trust root that was pinned.
        trust_root: Digest,
    }
    /// A new incarnation began; the one before stays as evidence.
    IncarnationStarted {
        /// The incarnation before.
        before: u32,
        /// Why, as a stable word.
        cause: Word,
    }
    /// The journal file before ended in a record that was not whole.
    TornTail {
        /// Number of the file.
        file: u32,
        /// Where the record began.
        offset: u64,
        /// How many bytes there were.
        len_bytes: u64,
    }
    /// The wall clock jumped against the running clock.
    ClockJumped {
        /// What it would have been.
        #[serde(with = "timestamp")]
        expected: Timestamp,
        /// What it was.
        #[serde(with = "timestamp")]
        found: Timestamp,
    }
    /// A piece of the reserve was given back because the disk was full.
    ReserveReleased {
        /// How many bytes.
        released_bytes: u64,
        /// How many are left.
        left_bytes: u64,
    }
    /// A snapshot was made current.
    SnapshotPromoted {
        /// The region.
        #[serde(with = "region")]
        region: RegionCode,
        /// The snapshot.
        snapshot: SnapshotId,
        /// Digest of its manifest.
        manifest: Digest,
    }
    /// A snapshot was refused.
    SnapshotRefused {
        /// The region.
        #[serde(with = "region")]
        region: RegionCode,
        /// Digest of what was refused.
        manifest: Digest,
        /// The check that failed, as a stable word.
        reason: Word,
    }
    /// Something was taken in from a carrier.
    Imported {
        /// What, as a stable word.
        what: Word,
        /// Its digest.
        digest: Digest,
        /// Which carrier.
        carrier: Text,
    }
    /// Something was given to a carrier.
    Exported {
        /// What, as a stable word.
        what: Word,
        /// Its digest.
        digest: Digest,
        /// Which carrier.
        carrier: Text,
    }
    /// An order arrived and was found good.
    OrderReceived {
        /// Digest of the order.
        order: Digest,
        /// The notice it stands for.
        notice_id: Text,
    }
    /// An order was refused.
    OrderRefused {
        /// Digest of what was refused.
        order: Digest,
        /// The check that failed, as a stable word.
        reason: Word,
    }
    /// A release arrived and was found good.
    ReleaseReceived {
        /// Digest of the release.
        release: Digest,
        /// `fetched`, `quorum` or `pre-positioned`.
        way: Word,
    }
    /// The node opened.
    Opened {
        /// Digest of the order; none by quorum.
        order: Option<Digest>,
        /// `fetched`, `quorum` or `pre-positioned`.
        way: Word,
        /// When it closes, exclusive.
        #[serde(with = "timestamp")]
        closes_at: Timestamp,
    }
    /// An opening was refused.
    OpenRefused {
        /// The checks that failed, as stable words.
        reasons: Vec<Word>,
    }
    /// The order in force was extended, or a quorum's opening confirmed.
    Extended {
        /// Digest of the new order.
        order: Digest,
        /// When it closes now, exclusive.
        #[serde(with = "timestamp")]
        closes_at: Timestamp,
    }
    /// The node began to close.
    ClosingStarted {
        /// Why, as a stable word.
        cause: Word,
    }
    /// The node closed.
    Closed {
        /// Digest of the signed closing report.
        report: Digest,
    }
    /// Somebody signed in.
    SignedIn {
        /// Who.
        staff: StaffRef,
        /// Where.
        #[serde(with = "facility")]
        facility: FacilityCode,
    }
    /// A sign-in was refused.
    SignInRefused {
        /// Id of the badge, when it could be read.
        badge: Option<[u8; 16]>,
        /// The checks that failed, as stable words.
        reasons: Vec<Word>,
    }
    /// A session ended.
    SignedOut {
        /// Whose.
        staff: StaffRef,
        /// `self`, `expired`, `elsewhere`, `revoked`, as a stable word.
        cause: Word,
    }
    /// A PIN was set.
    PinSet {
        /// Whose.
        staff: StaffRef,
        /// Badge of the second signed-in person; none for the first PIN at a node that just opened.
        witness: Option<[u8; 16]>,
    }
    /// Two members of staff vouched for a visitor.
    BadgeIssued {
        /// The visitor.
        staff: StaffRef,
        /// Badges of those who vouched.
        vouchers: Vec<[u8; 16]>,
        /// When the badge ends.
        #[serde(with = "timestamp")]
        expires_at: Timestamp,
    }
    /// A person was searched for. The terms are not kept.
    Searched {
        /// The visit.
        visit: VisitId,
        /// Who searched.
        staff: StaffRef,
        /// Where.
        #[serde(with = "facility")]
        facility: FacilityCode,
        /// How.
        query: QueryKind,
        /// What came of it.
        outcome: SearchOutcome,
    }
    /// The patient was confirmed to be the person found.
    IdentityConfirmed {
        /// The visit.
        visit: VisitId,
        /// Who confirmed.
        staff: StaffRef,
        /// Who the patient is.
        #[serde(with = "person")]
        person: PersonId,
        /// By what, as a stable word.
        by: Word,
    }
    /// A consent, a refusal or a vital interest was recorded.
    Consented {
        /// The visit.
        visit: VisitId,
        /// Who recorded it.
        staff: StaffRef,
        /// To which facility.
        #[serde(with = "facility")]
        facility: FacilityCode,
        /// Whose data.
        #[serde(with = "person")]
        person: PersonId,
        /// On what ground.
        basis: ConsentBasis,
        /// When it ends, exclusive.
        #[serde(with = "timestamp")]
        expires_at: Timestamp,
        /// Who confirmed a vital interest.
        second: Option<[u8; 16]>,
        /// The reason in words, where one is written down.
        reason: Text,
    }
    /// A look-up was permitted.
    Permitted {
        /// The visit.
        visit: VisitId,
        /// Who asked.
        staff: StaffRef,
        /// Whose data.
        #[serde(with = "person")]
        person: PersonId,
        /// The categories, as stable words.
        categories: Vec<Word>,
        /// On what ground.
        basis: ConsentBasis,
    }
    /// A look-up was denied.
    Denied {
        /// The visit.
        visit: VisitId,
        /// Who asked.
        staff: StaffRef,
        /// Whose data, when the person was known.
        #[serde(with = "maybe_person")]
        person: Option<PersonId>,
        /// The categories asked for, as stable words.
        categories: Vec<Word>,
        /// Why, as stable words, the leading one first.
        reasons: Vec<Word>,
    }
    /// Data of a person was shown.
    Disclosed {
        /// What, to whom, on what ground.
        disclosure: Disclosure,
    }
    /// Data of a person was printed, or written for another program.
    Printed {
        /// What, to whom, on what ground.
        disclosure: Disclosure,
        /// `paper`, `slip`, `pdf`, `res-file`, `fhir`, as a stable word. A slip shows no items.
        form: Word,
    }
    /// A facility will claim for a visit on an eligibility seen in the dark: to be verified again when the line is back.
    VisitRecorded {
        /// The visit.
        visit: VisitId,
        /// The facility that claims.
        #[serde(with = "facility")]
        facility: FacilityCode,
        /// The patient.
        #[serde(with = "person")]
        person: PersonId,
        /// Digest of the coverage that was shown; none when there was none.
        coverage: Option<Digest>,
        /// The moment of care.
        #[serde(with = "timestamp")]
        cared_at: Timestamp,
    }
    /// An operator did something at the console.
    OperatorAct {
        /// What, as a stable word.
        act: Word,
        /// The operator's account on the host.
        operator: Text,
        /// What more there is to say.
        detail: Text,
    }
    /// A newer revocation list arrived and was found good.
    RevocationsReceived {
        /// Digest of the list.
        list: Digest,
        /// Its number.
        number: u64,
    }
    /// A revocation list was refused.
    RevocationsRefused {
        /// Digest of what was refused.
        list: Digest,
        /// The check that failed, as a stable word.
        reason: Word,
    }
}

impl EventV1 {
    /// The bytes of the body, before sealing.
    ///
    /// # Errors
    /// [`CodecError::TooLong`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, CodecError> {
        let mut bytes = vec![VERSION];
        bytes.extend(codec::encode("journal event", self)?);
        match bytes.len() {
            len if len > EVENT_LEN_BYTES_MAX => {
                Err(CodecError::TooLong { what: "journal event", len, limit: EVENT_LEN_BYTES_MAX })
            }
            _ => Ok(bytes),
        }
    }

    /// Reads the bytes of a body.
    ///
    /// # Errors
    /// [`CodecError`]; a version that is not known is malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        match bytes.split_first() {
            Some((&VERSION, body)) => {
                codec::decode::<_, EVENT_LEN_BYTES_MAX>("journal event", body)
            }
            _ => Err(CodecError::Malformed { what: "journal event of version 1" }),
        }
    }
}
