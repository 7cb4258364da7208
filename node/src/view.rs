//! What is shown of a record: the same for the command line, the page and the printed sheet.
//!
//! Promises: a view is made from a permit and holds only the fields the disclosure table gives its role; what can kill
//! stands first; every statement the rules demand is in it; nothing is in words here, only message ids, codes and
//! values, so that every language says the same.
//!
//! Not covered: placing on a page, and the journal entry that must be durable before a view leaves the node.

mod checkup;
mod eligibility;
mod medication;
mod said;
mod subject;

pub use checkup::{CheckupItemView, CheckupView, CheckupsView, FirstRowView, HistoryView};
pub use eligibility::CoverageView;
pub use medication::{LineView, MedicationView, RowView};
pub use said::Said;
pub use subject::{NameView, SubjectView};

use serde::{Deserialize, Serialize};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::decision::{Basis, IdentityState, Permit};
use tomoshibi_policies::disclosure::{Audience, FieldSet, for_permit};
use tomoshibi_policies::record::Person;
use tomoshibi_policies::staleness::{SnapshotAge, SourceReach};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_policies::withdrawn::Shown;
use tomoshibi_policies::wording::{self, Statement};

use crate::masters::Masters;

/// One record as shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// True in a drill.
    pub drill: bool,
    /// True when a fact not shown before was confirmed.
    pub identity_confirmed: bool,
    /// `eligibility-only`, `oral`, `written`, `proxy`, `vital-interest` or `vital-interest-alone`.
    pub basis: String,
    /// When it was shown, Japanese time.
    pub shown_at: String,
    /// When the permit ends.
    pub valid_until: String,
    /// What every view must say, in the order of display.
    pub statements: Vec<Said>,
    /// Who it is about.
    pub subject: SubjectView,
    /// Coverages, newest first; absent when not permitted.
    pub eligibility: Option<Vec<CoverageView>>,
    /// Medication; absent when not permitted.
    pub medication: Option<MedicationView>,
    /// Checkups; absent when not permitted.
    pub checkups: Option<CheckupsView>,
}

// A view is somebody's record: never in Debug.
impl std::fmt::Debug for RecordView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordView(hidden)")
    }
}

/// What a view is made from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The person, as registered.
    pub person: &'a Person,
    /// Receipts and checkups that are left after supersession, withdrawals and retention.
    pub shown: &'a Shown,
    /// Categories whose segments could not be read for this person.
    pub unread: &'a [Category],
    /// Names.
    pub masters: &'a Masters,
    /// How far the sources of the snapshot reach.
    pub reach: &'a SourceReach,
    /// How old the snapshot is.
    pub age: SnapshotAge,
}

impl RecordView {
    /// Makes the view of a permit for the staff of the facility. A category the permit does not cover at `now` is
    /// absent, whatever the sources hold; so is one that could not be read, and the view says so.
    #[must_use]
    pub fn new(permit: &Permit, sources: Sources<'_>, now: Timestamp) -> Self {
        let fields = for_permit(permit, Audience::Facility);
        let covered = |category| {
            permit.covers(sources.person.id, category, now) && !sources.unread.contains(&category)
        };
        Self {
            drill: permit.is_drill(),
            identity_confirmed: permit.identity() == IdentityState::Confirmed,
            basis: basis_word(permit.basis()).into(),
            shown_at: now.to_string(),
            valid_until: permit.valid_until().to_string(),
            statements: statements(permit, sources),
            subject: SubjectView::new(sources.person, fields, now.jst_date()),
            eligibility: covered(Category::Eligibility)
                .then(|| eligibility::views(sources.person, sources.masters, fields)),
            medication: covered(Category::Medication)
                .then(|| MedicationView::new(sources, fields, permit.facility())),
            checkups: covered(Category::Checkup).then(|| CheckupsView::new(sources, fields)),
        }
    }
}

/// What every view must say. What could not be read comes first, after the mark of a drill: half a record misleads
/// whoever does not know that it is half.
fn statements(permit: &Permit, sources: Sources<'_>) -> Vec<Said> {
    let mut said = wording::for_view(permit, sources.reach, sources.age);
    let place = usize::from(said.first() == Some(&Statement::Drill));
    let unread = sources.unread.iter().copied().map(Statement::CategoryNotRead);
    said.splice(place..place, unread);
    said.iter().map(Said::from).collect()
}

fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::EligibilityOnly => "eligibility-only",
        Basis::Expressed(form) => form.as_str(),
        Basis::VitalInterest { alone: false, .. } => "vital-interest",
        Basis::VitalInterest { alone: true, .. } => "vital-interest-alone",
    }
}

/// The value when the field may be shown.
fn when<T>(
    fields: FieldSet,
    field: tomoshibi_policies::disclosure::Field,
    value: impl FnOnce() -> T,
) -> Option<T> {
    fields.contains(field).then(value)
}
