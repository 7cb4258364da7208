//! Visits: one presence of one patient, from the search to the look. In memory only.

use std::collections::BTreeMap;

use tomoshibi_policies::consent::ConsentEvidence;
use tomoshibi_policies::find::Query;
use tomoshibi_policies::find::confirm::Identity;
use tomoshibi_policies::record::PersonId;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::VisitId;
use tomoshibi_sync::seam::Entropy;

use super::slip::{Look, Looks};

/// Wrong facts about a person before no more is taken in this opening: five, so that nobody guesses their way to
/// "identified", in however many visits. Care goes on, marked as not identified.
pub(super) const ATTEMPTS_MAX: u8 = 5;
/// Most visits at once; the oldest makes room.
const VISITS_MAX: usize = 10_000;
/// A visit is over after a day: a person found yesterday is found again today.
const LENGTH_MS: i64 = 24 * 3_600_000;

/// One visit.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) id: VisitId,
    pub(super) query: Query,
    pub(super) person: PersonId,
    pub(super) identity: Identity,
    pub(super) begun_at: Timestamp,
    /// Which keys met.
    pub(super) matched: Vec<String>,
    /// True when the match is loose.
    pub(super) needs_spoken_confirmation: bool,
    /// Facts that may be asked for, as words.
    pub(super) facts: Vec<String>,
    /// How the record was shown so far.
    pub(super) looks: Looks,
}

/// What a search found, as a visit keeps it.
pub(super) struct Match {
    pub(super) query: Query,
    pub(super) person: PersonId,
    pub(super) matched: Vec<String>,
    pub(super) needs_spoken_confirmation: bool,
    pub(super) facts: Vec<String>,
}

/// Visits under way, and consents by person: a consent holds for the facility, whoever of its staff looks next.
#[derive(Default)]
pub(super) struct Visits {
    visits: BTreeMap<VisitId, Visit>,
    consents: BTreeMap<PersonId, ConsentEvidence>,
    wrong_facts: BTreeMap<PersonId, u8>,
}

impl Visits {
    /// Begins a visit; none when no random bytes are to be had.
    pub(super) fn begin(
        &mut self,
        found: Match,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Option<VisitId> {
        self.visits.retain(|_, visit| now.millis_since(visit.begun_at) < LENGTH_MS);
        while self.visits.len() >= VISITS_MAX {
            let oldest = self.visits.values().min_by_key(|visit| visit.begun_at)?.id;
            self.visits.remove(&oldest);
        }
        let id = VisitId(entropy.bytes().ok()?);
        let Match { query, person, matched, needs_spoken_confirmation, facts } = found;
        let visit = Visit {
            id,
            query,
            person,
            identity: Identity::NotConfirmed,
            begun_at: now,
            matched,
            needs_spoken_confirmation,
            facts,
            looks: Looks::default(),
        };
        self.visits.insert(id, visit);
        Some(id)
    }

    /// The visit with this id, unless it is over.
    pub(super) fn get(&self, id: VisitId, now: Timestamp) -> Option<&Visit> {
        self.visits.get(&id).filter(|visit| now.millis_since(visit.begun_at) < LENGTH_MS)
    }

    /// Counts an attempt to confirm who a person is; false when there are no more. Counting comes before checking.
    pub(super) fn count_attempt(&mut self, person: PersonId) -> bool {
        let wrong = self.wrong_facts.entry(person).or_default();
        let is_left = *wrong < ATTEMPTS_MAX;
        *wrong = wrong.saturating_add(u8::from(is_left));
        is_left
    }

    /// The fact fitted: its attempt is not one of the wrong ones.
    pub(super) fn give_attempt_back(&mut self, person: PersonId) {
        if let Some(wrong) = self.wrong_facts.get_mut(&person) {
            *wrong = wrong.saturating_sub(1);
        }
    }

    /// How many wrong facts about a person are still taken.
    pub(super) fn attempts_left(&self, person: PersonId) -> u8 {
        ATTEMPTS_MAX.saturating_sub(self.wrong_facts.get(&person).copied().unwrap_or(0))
    }

    /// Forgets what was counted, before it is counted again from the journal.
    pub(super) fn forget_attempts(&mut self) {
        self.wrong_facts.clear();
    }

    /// Keeps a look at the record.
    pub(super) fn keep_look(&mut self, id: VisitId, look: Look) {
        if let Some(visit) = self.visits.get_mut(&id) {
            visit.looks.push(look);
        }
    }

    /// Marks the patient as identified.
    pub(super) fn identify(&mut self, id: VisitId, identity: Identity) {
        if let Some(visit) = self.visits.get_mut(&id) {
            visit.identity = identity;
        }
    }

    /// Keeps consent evidence. The newest counts: a refusal after a consent ends it. False when what is held does not
    /// give way: a refusal to a vital interest.
    pub(super) fn keep_consent(&mut self, evidence: ConsentEvidence) -> bool {
        let person = evidence.person();
        let kept = self.consent(person).is_none_or(|held| held.gives_way_to(&evidence));
        if kept {
            self.consents.insert(person, evidence);
        }
        kept
    }

    /// True when the patient refused and has not agreed since.
    pub(super) fn is_refused(&self, person: PersonId) -> bool {
        matches!(self.consent(person), Some(ConsentEvidence::Refused { .. }))
    }

    /// The consent evidence for a person.
    pub(super) fn consent(&self, person: PersonId) -> Option<&ConsentEvidence> {
        self.consents.get(&person)
    }
}

/// The 32 hexadecimal digits of a visit's id.
pub(super) fn visit_text(id: VisitId) -> String {
    tomoshibi_sync::id::NodeId::from_bytes(id.0).to_string()
}

/// Reads the 32 digits.
pub(super) fn parse_visit(text: &str) -> Option<VisitId> {
    text.parse::<tomoshibi_sync::id::NodeId>().ok().map(|id| VisitId(*id.as_bytes()))
}

/// What was shown, as one digest, for the entry: the view as its JSON.
pub(super) fn digest_of(view: &crate::view::RecordView) -> Digest {
    Digest::of(&serde_json::to_vec(view).unwrap_or_default())
}
