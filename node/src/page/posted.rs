//! A form that was sent, and whether it may be taken.
//!
//! Three checks, each enough alone against a form of another site: what the browser says of where it came from
//! (`Sec-Fetch-Site`, else `Origin`), cookies that are never sent along from elsewhere, and a seal that only a page shown
//! to this browser by this process holds.
//!
//! The same form is one that holds the same and was sent to the same address: a screen that a browser kept and that is
//! filled in anew, for another patient say, is another form and never gets the answer of the first.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;

use super::answer::Answer;
use super::visitor::{Signed, Visitor};
use super::{Site, refusal};
use crate::failure::Failure;

/// Longest form: 16 KiB, four times a badge, a second badge and a written reason together.
pub(super) const FORM_LEN_BYTES_MAX: usize = 16 << 10;

/// A form from a page of ours.
pub(super) struct Posted<F> {
    pub(super) visitor: Visitor,
    pub(super) fields: F,
    mark: String,
}

/// A form from somebody who is signed in.
pub(super) struct SignedPost<F> {
    pub(super) signed: Signed,
    pub(super) fields: F,
    mark: String,
}

#[derive(Deserialize)]
struct Guard {
    seal: String,
    once: String,
}

impl<F> Posted<F> {
    /// Does what the form asks for, once.
    pub(super) async fn once(&self, site: &Site, act: impl Future<Output = Answer>) -> Answer {
        site.once.act(&self.visitor.browser, &self.mark, act).await
    }
}

impl<F> SignedPost<F> {
    /// Does what the form asks for, once.
    pub(super) async fn once(&self, site: &Site, act: impl Future<Output = Answer>) -> Answer {
        site.once.act(&self.signed.visitor.browser, &self.mark, act).await
    }
}

impl<F: DeserializeOwned> FromRequest<Arc<Site>> for Posted<F> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, site).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        let refuse = |code: &str| {
            let failure = Failure::new(ErrorClass::Invalid, code);
            refusal::screen(site, &visitor, None, &failure).into_response()
        };
        if !is_from_us(&parts.headers) {
            return Err(refuse("form-elsewhere"));
        }
        let body = to_bytes(body, FORM_LEN_BYTES_MAX).await.map_err(|_| refuse("form-too-long"))?;
        let guard: Guard = read(&body).ok_or_else(|| refuse("form-broken"))?;
        if guard.seal != site.seal(&visitor.browser) {
            return Err(refuse("form-old"));
        }
        let fields = read(&body).ok_or_else(|| refuse("form-broken"))?;
        let mark = mark(&guard.once, &visitor.path, &body);
        Ok(Self { visitor, fields, mark })
    }
}

impl<F: DeserializeOwned + Send> FromRequest<Arc<Site>> for SignedPost<F> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let Posted { visitor, fields, mark } = Posted::from_request(request, site).await?;
        let signed = Signed::of(site, visitor).await.map_err(IntoResponse::into_response)?;
        Ok(Self { signed, fields, mark })
    }
}

/// What was sent, where, from which screen.
fn mark(once: &str, path: &str, body: &[u8]) -> String {
    let sent = Digest::of(&[path.as_bytes(), &[0], body].concat());
    format!("{once} {sent}")
}

fn read<F: DeserializeOwned>(body: &Bytes) -> Option<F> {
    serde_urlencoded::from_bytes(body).ok()
}

/// True when the form is one, and the browser does not say that it came from elsewhere.
fn is_from_us(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_form = text(CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let own = text(HOST.as_str()).map(|host| format!("https://{host}"));
    let origin = text(ORIGIN.as_str()).is_none_or(|origin| Some(origin) == own.as_deref());
    is_form && site && origin
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_kept_screen_that_is_filled_in_anew_is_another_form() {
        let first = mark("0f", "/find/name", b"name=a");
        assert_eq!(first, mark("0f", "/find/name", b"name=a"));
        for (once, path, body) in [
            ("0f", "/find/name", b"name=b".as_slice()),
            ("0f", "/find/number", b"name=a"),
            ("0e", "/find/name", b"name=a"),
            ("0f", "/find/nam", b"ename=a"),
        ] {
            assert_ne!(first, mark(once, path, body));
        }
    }

    #[test]
    fn a_form_from_elsewhere_is_not_taken() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let host = ("host", "akari.local:8443");
        for (pairs, expected) in [
            (vec![form, host], true),
            (vec![form, host, ("origin", "https://akari.local:8443")], true),
            (vec![form, host, ("sec-fetch-site", "same-origin")], true),
            (vec![form, host, ("sec-fetch-site", "same-site")], false),
            (vec![form, host, ("sec-fetch-site", "cross-site")], false),
            (vec![form, host, ("origin", "https://evil.example")], false),
            (vec![form, host, ("origin", "http://akari.local:8443")], false),
            (vec![form, host, ("origin", "null")], false),
            (vec![form, ("origin", "https://akari.local:8443")], false),
            (vec![host, ("content-type", "text/plain")], false),
            (vec![host], false),
        ] {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_from_us(&headers), expected, "{pairs:?}");
        }
    }
}
