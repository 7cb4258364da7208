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
        ("denied", "identity-not-confirmed") => "page-mine-not-fitting",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    fn line(what: &str, outcome: &str) -> MineLine {
        MineLine {
            at: "2026-11-22T12:00:00.000+09:00".into(),
            what: what.into(),
            outcome: outcome.into(),
            visit: Some("ab".repeat(16)),
            name: None,
            categories: Vec::new(),
            basis: None,
        }
    }

    fn lines() -> Vec<MineLine> {
        let shown = MineLine {
            name: Some("<b>灯火".into()),
            categories: vec!["eligibility".into(), "medication".into()],
            basis: Some("oral".into()),
            ..line("disclosed", "")
        };
        let elsewhere = MineLine { visit: Some("cd".repeat(16)), ..line("denied", "no-consent") };
        let mut lines = vec![shown, elsewhere];
        lines.extend(["paper", "slip"].map(|form| line("printed", form)));
        lines.extend(["none", "one", "several"].map(|found| line("searched", found)));
        lines.extend(["patient", "papers", "family"].map(|by| line("identity-confirmed", by)));
        lines.push(MineLine { basis: Some("refused".into()), ..line("consented", "refused") });
        lines.push(line("denied", "identity-not-confirmed"));
        lines.extend(["signed-in", "signed-out", "pin-set"].map(|what| line(what, "")));
        lines
    }

    fn html(lang: Lang, lines: &[MineLine]) -> String {
        let living = BTreeSet::from(["ab".repeat(16)]);
        screen(Frame::fixed(lang, "page-mine-title"), lines, &living).render().unwrap()
    }

    #[test]
    fn ones_own_lookups_stand_in_words_and_lead_back_to_visits_that_live() {
        for lang in Lang::ALL {
            let html = html(lang, &lines());
            assert!(!html.contains("(message missing"), "{html}");
            assert_eq!(html.matches(&format!("/visit/{}\"", "ab".repeat(16))).count(), 14);
            assert!(!html.contains(&"cd".repeat(16)), "that visit is over");
            assert_eq!(html.matches("&#60;b&#62;灯火").count(), 14, "one visit, one person");
        }
        let en = html(Lang::En, &lines());
        for words in [
            "Shown 1, printed 2, denied 2",
            "There is no consent of the patient.",
            "spoken consent",
            "the patient refused consent",
            "Eligibility, Medication",
            "2026-11-22 12:00",
        ] {
            assert!(en.contains(words), "{words} in {en}");
        }
    }

    #[test]
    fn a_shift_without_lookups_says_so() {
        assert!(html(Lang::En, &[]).contains("There is nothing yet."));
    }
}
