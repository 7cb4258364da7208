//! The slip that a patient takes home: what was looked at in this visit, with a code that the centre can check later.
//!
//! Promises: it is made from looks whose entries are durable, and leaves only after an entry of its own; it names no
//! patient and no member of staff. Not covered: looks of earlier visits, and of this one before a restart: a restart
//! ends visits.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, Incarnation};
use tomoshibi_sync::journal::{Disclosure, Event, Origin};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::slip::{LOOKS_MAX, Slip, SlipError, SlipLook as SignedLook};

use super::evidence::Recorded;
use super::shift::basis_word;
use super::{Desk, DeskReply, staff_ref, word};
use crate::failure::Failure;

/// Signs slips as the node.
#[derive(Clone)]
pub struct SlipSigner {
    /// Whose journal the entries are in.
    pub origin: Origin,
    /// The key that signs the journal's checkpoints.
    pub signing: Arc<SigningKey>,
}

/// What is printed on a slip.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipView {
    /// True in a drill.
    pub drill: bool,
    /// Ten digits of the facility.
    pub facility: String,
    /// The node.
    pub node: String,
    /// The newest looks of the visit, newest first.
    pub looks: Vec<SlipLook>,
    /// The text of the QR code.
    pub code: String,
}

/// One look as printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipLook {
    /// When, Japanese time.
    pub shown_at: String,
    /// The categories shown, with the number of items.
    pub categories: Vec<(String, u32)>,
    /// On what ground.
    pub basis: String,
}

// What was looked at is the patient's business.
impl std::fmt::Debug for SlipView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlipView(hidden)")
    }
}

impl std::fmt::Debug for SlipLook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlipLook(hidden)")
    }
}

/// A look that was answered for, as a visit keeps it.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) recorded: Recorded,
    pub(super) at: Timestamp,
    pub(super) disclosure: Disclosure,
}

/// The newest looks of a visit, as many as fit on a slip, and how many there were.
#[derive(Clone, Default)]
pub(super) struct Looks {
    pub(super) count: u32,
    newest: Vec<Look>,
}

impl Looks {
    /// Two tablets can look at once: the order is that of the journal. A slip speaks of one journal, so a new life of the
    /// node begins a new one; the looks before are in the feed that the patient sees at the centre.
    pub(super) fn push(&mut self, look: Look) {
        self.count = self.count.saturating_add(1);
        let life =
            self.newest.first().map_or(look.recorded.incarnation, |l| l.recorded.incarnation);
        if look.recorded.incarnation > life {
            self.newest.clear();
        } else if look.recorded.incarnation < life {
            return;
        }
        self.newest.push(look);
        self.newest.sort_by_key(|look| core::cmp::Reverse(look.recorded.sequence));
        self.newest.truncate(LOOKS_MAX);
    }
}

impl Desk {
    pub(super) fn slip(&self, token: &str, visit: &str) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let visit = self.visit(visit, &caller)?;
        let facility = self.unlocked()?.site.facility;
        let newest = visit.looks.newest.first();
        let newest = newest.ok_or_else(|| Failure::new(ErrorClass::NotFound, "slip-no-looks"))?;
        let incarnation = newest.recorded.incarnation;
        let view = self.slip_view(facility, incarnation, &visit.looks.newest);
        let view = view.map_err(|_| Failure::new(ErrorClass::Internal, "slip-not-made"))?;
        // Nothing of the record stands on it, so nothing is shown; the entry says that it was handed out.
        let disclosure = Disclosure {
            staff: staff_ref(&caller.badge),
            shown: Vec::new(),
            items: Digest::of(view.code.as_bytes()),
            ..newest.disclosure.clone()
        };
        self.record(&Event::Printed { disclosure, form: word("slip") }, caller.now)?;
        Ok(DeskReply::Slip { slip: Box::new(view) })
    }

    fn slip_view(
        &self,
        facility: FacilityCode,
        incarnation: Incarnation,
        looks: &[Look],
    ) -> Result<SlipView, SlipError> {
        let SlipSigner { origin, signing } = &self.setup.slips;
        let slip = Slip {
            drill: self.setup.trust.drill,
            region: origin.region,
            node: origin.node,
            incarnation,
            facility,
            looks: looks.iter().map(Look::to_signed).collect(),
        };
        Ok(SlipView {
            drill: slip.drill,
            facility: facility.to_string(),
            node: slip.node.to_string(),
            looks: looks.iter().map(SlipLook::from).collect(),
            code: slip.sign(signing)?,
        })
    }
}

impl Look {
    fn to_signed(&self) -> SignedLook {
        let mut shown: Vec<_> = self.disclosure.shown.iter().filter_map(counted).collect();
        shown.sort_unstable();
        SignedLook {
            sequence: self.recorded.sequence,
            at: self.at,
            leaf: self.recorded.leaf,
            shown,
        }
    }
}

fn counted(shown: &tomoshibi_sync::journal::Shown) -> Option<(Category, u16)> {
    let category = Category::from_word(shown.category.as_str())?;
    Some((category, u16::try_from(shown.items).unwrap_or(u16::MAX)))
}

impl From<&Look> for SlipLook {
    fn from(look: &Look) -> Self {
        let shown = look.disclosure.shown.iter();
        Self {
            shown_at: look.at.to_string(),
            categories: shown.map(|s| (s.category.as_str().to_owned(), s.items)).collect(),
            basis: basis_word(&look.disclosure.basis),
        }
    }
}
