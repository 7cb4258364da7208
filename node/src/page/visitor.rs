//! Who asks: a browser, its language, and the member of staff who is signed in there.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::Answer;
use super::{Site, refusal};
use crate::desk::{DeskReply, DeskRequest, Who};
use crate::failure::Failure;
use crate::locale::Lang;

/// Names a browser, so that its forms can be told from others'.
const BROWSER: &str = "__Host-browser";
/// The token of a session.
pub(super) const SESSION: &str = "__Host-session";
/// The language that was chosen.
pub(super) const LANGUAGE: &str = "__Host-language";

/// A browser.
#[derive(Clone)]
pub(super) struct Visitor {
    pub(super) lang: Lang,
    pub(super) browser: String,
    pub(super) session: Option<String>,
    pub(super) address: IpAddr,
    /// The screen that was asked for, without its query.
    pub(super) path: String,
}

/// A browser at which somebody is signed in.
pub(super) struct Signed {
    pub(super) visitor: Visitor,
    pub(super) token: String,
    pub(super) who: Who,
}

/// Finds out who asks, and gives a browser that is new its name. Everything but assets passes here.
pub(super) async fn know(
    State(site): State<Arc<Site>>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = address.map_or(IpAddr::from([0, 0, 0, 0]), |address| address.0.ip());
    let known = cookie(headers, BROWSER).filter(|name| is_hex(name, 32));
    let is_new = known.is_none();
    let browser = match known.map_or_else(|| site.mark(), Ok) {
        Ok(browser) => browser,
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let visitor = Visitor {
        lang: language(headers).unwrap_or(site.node().config().node.language),
        browser: browser.clone(),
        session: cookie(headers, SESSION).filter(|token| is_hex(token, 64)),
        address,
        path: request.uri().path().to_owned(),
    };
    if !site.may_ask(address) {
        return refusal::too_often(&site, &visitor).into_response();
    }
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).await;
    if is_new {
        let cookie = format!("{BROWSER}={browser}; Path=/; Secure; HttpOnly; SameSite=Strict");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
        }
    }
    response
}

impl FromRequestParts<Arc<Site>> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Self, StatusCode> {
        // Every route passes `know`; one that did not would have no visitor, and gets no screen.
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl FromRequestParts<Arc<Site>> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, site).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        Self::of(site, visitor).await.map_err(IntoResponse::into_response)
    }
}

impl Signed {
    /// Asks the desk who is signed in at this browser; the way to sign in when nobody is.
    pub(super) async fn of(site: &Site, visitor: Visitor) -> Result<Self, Answer> {
        let Some(token) = visitor.session.clone() else {
            return Err(to_sign_in(&visitor, "session-unknown"));
        };
        match site.ask(DeskRequest::Who { token: token.clone() }).await {
            Ok(DeskReply::Who { who }) => Ok(Self { visitor, token, who: *who }),
            Ok(_) => Err(to_sign_in(&visitor, "session-unknown")),
            Err(failure) => Err(ended(site, &visitor, &failure)),
        }
    }
}

/// True when the session behind a request is over, so that only signing in again helps.
pub(super) fn is_ended(failure: &Failure) -> bool {
    matches!(
        failure.code.as_str(),
        "session-unknown" | "session-expired" | "badge-period" | "not-open" | "locked"
    )
}

/// What a failed request of somebody who was signed in leads to.
fn ended(site: &Site, visitor: &Visitor, failure: &Failure) -> Answer {
    if is_ended(failure) {
        return to_sign_in(visitor, &failure.code);
    }
    refusal::screen(site, visitor, None, failure)
}

/// The way to sign in, with why, and with the way back to the screen that was asked for.
pub(super) fn to_sign_in(visitor: &Visitor, why: &str) -> Answer {
    let back = if is_returnable(&visitor.path) { visitor.path.as_str() } else { "/find" };
    Answer::go(format!("/sign-in?why={why}&next={back}"))
        .with_cookie(SESSION, "", Some(0))
        .forgetting()
}

/// True for a screen of ours that can be asked for again by GET. A way to another site is not.
pub(super) fn is_returnable(path: &str) -> bool {
    let first = path.strip_prefix('/').and_then(|rest| rest.split('/').next());
    let known = ["find", "visit", "mine", "sessions", "officer", "status"];
    first.is_some_and(|first| known.contains(&first))
        && path.len() <= 128
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/' || b == b'-')
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|value| value.split(';')).filter_map(|p| p.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What was chosen, else the first of ours that the browser asks for.
fn language(headers: &HeaderMap) -> Option<Lang> {
    let chosen = cookie(headers, LANGUAGE).and_then(|text| Lang::parse(&text));
    chosen.or_else(|| {
        let asked = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        asked.split(',').find_map(|range| Lang::parse(range.trim().split(['-', ';']).next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_choice_beats_what_the_browser_asks_for() {
        for (pairs, expected) in [
            (&[][..], None),
            (&[("accept-language", "en-GB,ja;q=0.8")], Some(Lang::En)),
            (&[("accept-language", "fr-FR, ja-JP;q=0.5")], Some(Lang::Ja)),
            (&[("accept-language", "fr")], None),
            (&[("accept-language", "ja"), ("cookie", "a=b; __Host-language=en")], Some(Lang::En)),
            (&[("accept-language", "ja"), ("cookie", "__Host-language=xx")], Some(Lang::Ja)),
        ] {
            assert_eq!(language(&headers(pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn only_ways_to_our_own_screens_are_returned_to() {
        for good in ["/find", "/visit/0123456789abcdef0123456789abcdef/record", "/mine"] {
            assert!(is_returnable(good), "{good}");
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/\\evil",
            "https://evil",
            "/find?x=1",
            "/sign-out",
            "/visit/%0d",
        ] {
            assert!(!is_returnable(bad), "{bad}");
        }
    }
}
