//! Which address leads to which room, and the headers that every answer has.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::posted::FORM_LEN_BYTES_MAX;
use super::visitor::{Visitor, know};
use super::{
    Site, assets, closing, find, home, it, language, mine, officer, record, refusal, sessions,
    sign_in, slip, visit, vital,
};

/// Nothing from elsewhere, nothing inline, nobody's frame, forms to ourselves only.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer. The referrer is kept to ourselves and not left out: without it a browser says `Origin: null`
/// of our own forms.
const HEADERS: [(HeaderName, &str); 8] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-frame-options"), "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// The whole page.
pub(super) fn all(site: Arc<Site>) -> Router {
    let rooms = Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/sign-in/pin", post(sign_in::set_pin))
        .route("/sign-out", post(sign_in::out))
        .route("/sessions", get(sessions::show))
        .route("/sessions/end", post(sessions::end))
        .route("/officer", get(officer::show))
        .route("/officer/open", get(officer::again).post(officer::open))
        .route("/officer/close", get(closing::show).post(closing::send))
        .route("/status", get(it::show))
        .route("/language", post(language::choose))
        .route("/find", get(find::show))
        .route("/find/name", get(find::again).post(find::by_name))
        .route("/find/number", get(find::again).post(find::by_number))
        .route("/visit/{id}", get(visit::show))
        .route("/visit/{id}/confirm", get(visit::again).post(visit::confirm))
        .route("/visit/{id}/consent", get(visit::again).post(visit::consent))
        .route("/visit/{id}/vital", get(vital::show).post(vital::send))
        .route("/visit/{id}/record", get(record::show))
        .route("/visit/{id}/sheet", get(record::print))
        .route("/visit/{id}/receipt", get(slip::show))
        .route("/mine", get(mine::show))
        .fallback(nothing)
        .layer(DefaultBodyLimit::max(FORM_LEN_BYTES_MAX))
        .layer(from_fn_with_state(site.clone(), know));
    Router::new()
        .route("/assets/{name}", get(assets::get))
        .merge(rooms)
        .layer(from_fn(with_headers))
        .with_state(site)
}

async fn nothing(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    refusal::not_found(&site, &visitor).into_response()
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    keep_nothing(headers);
    response
}

/// What is shown is kept by no browser, so that going back asks again. Assets have said already how long they hold.
fn keep_nothing(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
