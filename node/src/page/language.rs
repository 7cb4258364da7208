//! Choosing the other language.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;

use super::Site;
use super::answer::Answer;
use super::posted::Posted;
use super::visitor::{LANGUAGE, is_returnable};
use crate::locale::Lang;

/// A tablet keeps its language for a year.
const AGE_SECONDS: u32 = 365 * 86_400;

#[derive(Deserialize)]
pub(super) struct Choice {
    lang: String,
    back: String,
}

pub(super) async fn choose(State(_): State<Arc<Site>>, form: Posted<Choice>) -> Answer {
    let lang = Lang::parse(&form.fields.lang).unwrap_or(form.visitor.lang);
    let back = Some(form.fields.back).filter(|back| is_returnable(back));
    Answer::go(back.unwrap_or_else(|| "/".into())).with_cookie(
        LANGUAGE,
        lang.as_str(),
        Some(AGE_SECONDS),
    )
}
