//! What the patient takes home: who looked, when, at what, with a code that the centre can check later.
//!
//! It is in both languages, whatever the tablet speaks: it is the patient's. It names no member of staff and no patient;
//! a lost one tells nobody whose it was. Like the sheet it is a print each time it is asked for.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Site;
use super::answer::Answer;
use super::frame::Frame;
use super::qr::Qr;
use super::record::failed;
use super::visitor::Signed;
use crate::desk::{DeskReply, DeskRequest, SlipLook, SlipView};
use crate::locale::{Lang, Words};

#[derive(Template)]
#[template(path = "slip.html")]
struct Screen {
    frame: Frame,
    visit: String,
    drill: bool,
    facility: String,
    node: String,
    parts: [Part; 2],
    qr: Option<Qr>,
}

/// The slip in one language.
struct Part {
    lang: &'static str,
    words: Words,
    looks: Vec<LookWords>,
}

/// One look.
struct LookWords {
    at: String,
    shown: String,
    basis: String,
}

impl Part {
    fn new(lang: Lang, slip: &SlipView) -> Self {
        let words = Words(lang);
        let looks = slip.looks.iter().map(|look| LookWords::new(words, look)).collect();
        Self { lang: lang.as_str(), words, looks }
    }

    fn t(&self, id: &str) -> String {
        self.words.of(id)
    }
}

impl LookWords {
    fn new(words: Words, look: &SlipLook) -> Self {
        let shown = look.categories.iter().map(|(category, items)| {
            let category = words.of(&format!("category-{category}"));
            let args = [("category", category.into()), ("items", (*items).into())];
            words.with("page-slip-shown-items", args)
        });
        Self {
            at: words.era_instant(&look.shown_at),
            shown: words.list(shown),
            basis: words.of(&format!("basis-{}", look.basis)),
        }
    }
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Path(visit): Path<String>,
    signed: Signed,
) -> Answer {
    let request = DeskRequest::Slip { token: signed.token.clone(), visit: visit.clone() };
    match site.ask(request).await {
        Ok(DeskReply::Slip { slip }) => {
            let frame = Frame::signed(&site, &signed, "page-slip-title");
            Answer::screen(StatusCode::OK, &screen(frame, visit, &slip))
        }
        other => failed(&site, &signed, &visit, other),
    }
}

fn screen(frame: Frame, visit: String, slip: &SlipView) -> Screen {
    Screen {
        frame,
        visit,
        drill: slip.drill,
        facility: slip.facility.clone(),
        node: slip.node.clone(),
        parts: Lang::ALL.map(|lang| Part::new(lang, slip)),
        qr: Qr::of(&slip.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip() -> SlipView {
        SlipView {
            drill: true,
            facility: "1710000001".into(),
            node: "09".repeat(16),
            looks: vec![SlipLook {
                shown_at: "2026-11-22T12:00:00.000+09:00".into(),
                categories: vec![("eligibility".into(), 1), ("medication".into(), 7)],
                basis: "oral".into(),
            }],
            code: "TMS1:0123456789ABCDEF".into(),
        }
    }

    #[test]
    fn a_slip_tells_in_both_languages_when_and_what_and_names_nobody() {
        for lang in Lang::ALL {
            let frame = Frame::fixed(lang, "page-slip-title");
            let html = screen(frame, "ab".repeat(16), &slip()).render().unwrap();
            for text in [
                "令和8年11月22日 12:00",
                "2026-11-22 12:00",
                "薬剤情報（7 件）",
                "Medication (7)",
                "口頭の同意",
                "spoken consent",
                "1710000001",
                "【訓練】",
                "DRILL",
                "<svg ",
            ] {
                assert!(html.contains(text), "{text} in {html}");
            }
            assert!(!html.contains("(message missing"), "{html}");
            assert!(!html.contains(" style=") && !html.contains("<style"), "{html}");
            assert!(!html.contains("職員1"), "the patient's paper names no staff");
        }
    }
}
