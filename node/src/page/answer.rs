//! What a screen answers with.

use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A screen, or the way to one.
#[derive(Clone)]
pub(super) struct Answer {
    status: StatusCode,
    body: Body,
    cookies: Vec<HeaderValue>,
    forgets: bool,
    lasts: bool,
}

#[derive(Clone)]
enum Body {
    Screen(String),
    Go(String),
}

impl Answer {
    /// A rendered screen.
    pub(super) fn screen<T: askama::Template>(status: StatusCode, screen: &T) -> Self {
        match screen.render() {
            Ok(html) => Self::new(status, Body::Screen(html)),
            // Rendering writes to memory; it fails only for a screen that is at fault itself.
            Err(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, Body::Screen(String::new())),
        }
    }

    /// Sends the browser to a screen of ours, by GET (303, RFC 9110 15.4.4).
    pub(super) fn go(path: impl Into<String>) -> Self {
        Self::new(StatusCode::SEE_OTHER, Body::Go(path.into()))
    }

    const fn new(status: StatusCode, body: Body) -> Self {
        // What leads elsewhere has done something.
        let lasts = matches!(body, Body::Go(_));
        Self { status, body, cookies: Vec::new(), forgets: false, lasts }
    }

    /// Sets a cookie for this host alone: secret, unread by scripts, never sent along from other sites.
    pub(super) fn with_cookie(mut self, name: &str, value: &str, age_seconds: Option<u32>) -> Self {
        let age = age_seconds.map_or_else(String::new, |age| format!("; Max-Age={age}"));
        let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
        self.cookies.extend(HeaderValue::from_str(&cookie).ok());
        self
    }

    /// Has the browser forget everything it keeps of this page.
    pub(super) fn forgetting(mut self) -> Self {
        self.forgets = true;
        self
    }

    /// For a screen after something that counted, such as an attempt. It must show nothing that may not be kept.
    pub(super) const fn lasting(mut self) -> Self {
        self.lasts = true;
        self
    }

    /// True when doing it again would do it twice.
    pub(super) const fn lasts(&self) -> bool {
        self.lasts
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Body::Screen(html) => {
                ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
            }
            Body::Go(path) => match HeaderValue::from_str(&path) {
                Ok(path) => ([(LOCATION, path)], ()).into_response(),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            },
        };
        *response.status_mut() = self.status;
        for cookie in self.cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        if self.forgets {
            let all = HeaderValue::from_static("\"cache\", \"storage\"");
            response.headers_mut().insert("clear-site-data", all);
        }
        response
    }
}
