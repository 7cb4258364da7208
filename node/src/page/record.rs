//! The record on one screen and on paper, what can kill first.
//!
//! Every time one of these screens is asked for, it is a look or a print of its own, and the desk journals it as such.
//! That the sheet is reached by GET is meant: whatever brings it to a screen (a link, a reload, another language) shows
//! the record again in a form made for printing, and has to be counted; a form in front would count the first time
//! only. Nobody else can cause it: the cookie of the session is never sent along from another site.
//!
//! Promises: every statement of the view is on the screen; a category that is not in the view has no heading, no row
//! and no word; whose record it is and whether that was confirmed stays in sight, on every page of paper too.
//!
//! Nothing is folded away: a fold that nobody opens is a drug that nobody saw, and paper cannot open it.

mod ask;
mod checkups;
mod coverages;
mod medication;
mod person;
mod statements;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use tomoshibi_policies::time::Timestamp;

use self::ask::Medium;
use self::checkups::CheckupsWords;
use self::coverages::CoverageWords;
use self::medication::MedicationWords;
use self::person::PersonWords;
use self::statements::Statements;
use super::Site;
use super::answer::Answer;
use super::frame::Frame;
use super::visitor::Signed;
use crate::locale::{Lang, Words};
use crate::view::RecordView;

pub(super) use self::ask::failed;

#[derive(Template)]
#[template(path = "record.html")]
struct Screen {
    frame: Frame,
    visit: String,
    shown: Shown,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct Sheet {
    frame: Frame,
    visit: String,
    shown: Shown,
    /// Staff are on no paper by name (disclosure table); the journal holds the badge.
    role: String,
}

/// A record in words.
struct Shown {
    person: PersonWords,
    /// When it was shown, until when, and on what ground.
    head: String,
    /// The same moment as papers write it.
    at: String,
    statements: Statements,
    medication: Option<MedicationWords>,
    checkups: Option<CheckupsWords>,
    coverages: Option<Vec<CoverageWords>>,
    /// True when something was left out that consent could open.
    withheld: bool,
}

impl Shown {
    fn new(lang: Lang, record: &RecordView) -> Self {
        let words = Words(lang);
        Self {
            person: PersonWords::new(words, record),
            head: words.with(
                "record-head",
                [
                    ("at", words.instant(&record.shown_at).into()),
                    ("until", words.instant(&record.valid_until).into()),
                    ("basis", words.of(&format!("basis-{}", record.basis)).into()),
                ],
            ),
            at: words.era_instant(&record.shown_at),
            statements: Statements::new(words, record),
            medication: record.medication.as_ref().map(|m| MedicationWords::new(words, m)),
            checkups: record.checkups.as_ref().map(|c| CheckupsWords::new(words, c)),
            coverages: record
                .eligibility
                .as_ref()
                .map(|all| all.iter().map(|c| CoverageWords::new(words, c)).collect()),
            withheld: record.statements.iter().any(|said| said.id == "category-withheld"),
        }
    }
}

/// The record on the screen: a look.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Path(visit): Path<String>,
    signed: Signed,
) -> Answer {
    match ask::record(&site, &signed, &visit, Medium::Screen).await {
        Ok(record) => {
            let frame = frame(&site, &signed, &record, "page-record-title");
            let shown = Shown::new(frame.lang, &record);
            Answer::screen(StatusCode::OK, &Screen { frame, visit, shown })
        }
        Err(answer) => answer,
    }
}

/// The record for paper: a print.
pub(super) async fn print(
    State(site): State<Arc<Site>>,
    Path(visit): Path<String>,
    signed: Signed,
) -> Answer {
    match ask::record(&site, &signed, &visit, Medium::Paper).await {
        Ok(record) => {
            let frame = frame(&site, &signed, &record, "page-sheet-title");
            let shown = Shown::new(frame.lang, &record);
            let role = frame.word("role", &signed.who.role);
            Answer::screen(StatusCode::OK, &Sheet { frame, visit, shown, role })
        }
        Err(answer) => answer,
    }
}

/// The frame of a record. It asks for itself again when the permit ends, and then says what is missing.
fn frame(site: &Site, signed: &Signed, record: &RecordView, title: &'static str) -> Frame {
    let frame = Frame::signed(site, signed, title);
    match record.valid_until.parse::<Timestamp>() {
        Ok(end) => frame.until(end, site.now()),
        Err(_) => frame,
    }
}
