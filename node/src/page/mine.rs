//! What I did in this shift: the way back to a patient, and the proof that nothing was done in my name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::Site;
use super::answer::Answer;
use super::frame::Frame;
use super::visitor::Signed;
use super::{refusal, sessions};
use crate::desk::{DeskReply, DeskRequest, MineLine};
use crate::locale::Words;

#[derive(Template)]
#[template(path = "mine.html")]
struct Screen {
    frame: Frame,
    counts: String,
    lines: Vec<LineWords>,
}

/// One act in words.
struct LineWords {
    at: String,
    what: String,
    outcome: String,
    name: String,
    categories: String,
    basis: String,
    /// The visit, while it lives.
    visit: Option<String>,
}

pub(super) async fn show(State(site): State<Arc<Site>>, signed: Signed) -> Answer {
    match site.ask(DeskRequest::Mine { token: signed.token.clone() }).await {
        Ok(DeskReply::Mine { lines }) => {
            let living = living(&site, &signed, &lines).await;
            let frame = Frame::signed(&site, &signed, "page-mine-title");
            Answer::screen(StatusCode::OK, &screen(frame, &lines, &living))
        }
        Ok(_) => refusal::screen(&site, &signed.visitor, Some(&signed), &sessions::unexpected()),
        Err(failure) => refusal::screen(&site, &signed.visitor, Some(&signed), &failure),
    }
}

/// The visits among these that can still be gone back to.
async fn living(site: &Site, signed: &Signed, lines: &[MineLine]) -> BTreeSet<String> {
    let visits: BTreeSet<_> = lines.iter().filter_map(|line| line.visit.clone()).collect();
    let mut living = BTreeSet::new();
    for visit in visits {
        let request = DeskRequest::Visit { token: signed.token.clone(), visit: visit.clone() };
        if let Ok(DeskReply::Visit { .. }) = site.ask(request).await {
            living.insert(visit);
        }
    }
    living
}

fn screen(frame: Frame, lines: &[MineLine], living: &BTreeSet<String>) -> Screen {
    let words = Words(frame.lang);
    let names = names(lines);
    Screen {
        counts: counts(words, lines),
        lines: lines.iter().map(|line| line_words(words, line, &names, living)).collect(),
        frame,
    }
}

/// Names by visit: an act before the look is about the same person.
fn names(lines: &[MineLine]) -> BTreeMap<&str, &str> {
    lines.iter().filter_map(|line| Some((line.visit.as_deref()?, line.name.as_deref()?))).collect()
}

fn counts(words: Words, lines: &[MineLine]) -> String {
    let count = |what: &str| {
        u32::try_from(lines.iter().filter(|line| line.what == what).count()).unwrap_or(u32::MAX)
    };
    let (looks, prints, denials) = (count("disclosed"), count("printed"), count("denied"));
    words.with(
        "page-mine-counts",
        [("looks", looks.into()), ("prints", prints.into()), ("denials", denials.into())],
    )
}

fn line_words(
    words: Words,
    line: &MineLine,
    names: &BTreeMap<&str, &str>,
    living: &BTreeSet<String>,
) -> LineWords {
    let name = line.visit.as_deref().and_then(|visit| names.get(visit));
    LineWords {
        at: words.instant(&line.at),
        what: words.of(what_id(&line.what)),
        outcome: outcome(words, line),
        name: name.map(|name| (*name).to_owned()).unwrap_or_default(),
        categories: words.list(line.categories.iter().map(|c| words.of(&format!("category-{c}")))),
        basis: line.basis.as_deref().map(|basis| basis_words(words, basis)).unwrap_or_default(),
        visit: line.visit.clone().filter(|visit| living.contains(visit)),
    }
}

fn what_id(what: &str) -> &'static str {
    match what {
        "signed-in" => "page-mine-signed-in",
        "signed-out" => "page-mine-signed-out",
        "pin-set" => "page-mine-pin-set",
        "searched" => "page-mine-searched",
        "identity-confirmed" => "page-mine-identity-confirmed",
        "consented" => "page-mine-consented",
        "denied" => "page-mine-denied",
        "disclosed" => "page-mine-disclosed",
        "printed" => "page-mine-printed",
        _ => "page-mine-other",
    }
}

fn outcome(words: Words, line: &MineLine) -> String {
    let id = match (line.what.as_str(), line.outcome.as_str()) {
        ("searched", "none") => "page-mine-found-none",
        ("searched", "one") => "page-mine-found-one",
        ("searched", "several") => "page-mine-found-several",
        ("identity-confirmed", "patient") => "page-mine-by-patient",
        ("identity-confirmed", "papers") => "page-mine-by-papers",
        ("identity-confirmed", "family") => "page-mine-by-family",
        ("printed", "paper") => "page-mine-paper",
        ("printed", "slip") => "page-mine-slip",
        ("denied", reason) if !reason.is_empty() => return words.of(&format!("deny-{reason}")),
        _ => return String::new(),
    };
    words.of(id)
}

fn basis_words(words: Words, basis: &str) -> String {
    match basis {
        "refused" => words.of("page-mine-refused"),
        basis => words.of(&format!("basis-{basis}")),
    }
}
