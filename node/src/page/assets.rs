//! Style and script: built into the program, named by their content, so that browsers keep them until they change.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tomoshibi_sync::id::Digest;

const STYLE: &str = include_str!("../../assets/page.css");
const SCRIPT: &str = include_str!("../../assets/page.js");
const ICON: &str = include_str!("../../assets/icon.svg");

struct Asset {
    name: String,
    kind: &'static str,
    content: &'static str,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        ("page", "css", "text/css", STYLE),
        ("page", "js", "text/javascript", SCRIPT),
        ("icon", "svg", "image/svg+xml", ICON),
    ]
    .map(|(stem, ending, kind, content)| {
        let digest: String = Digest::of(content.as_bytes()).to_string().chars().take(16).collect();
        Asset { name: format!("{stem}-{digest}.{ending}"), kind, content }
    })
});

/// Where the style is.
pub(super) fn style() -> String {
    path(0)
}

/// Where the script is.
pub(super) fn script() -> String {
    path(1)
}

/// Where the icon is.
pub(super) fn icon() -> String {
    path(2)
}

fn path(at: usize) -> String {
    ASSETS.get(at).map(|asset| format!("/assets/{}", asset.name)).unwrap_or_default()
}

/// What a browser loads beside a screen.
#[cfg(test)]
pub(super) const fn len_bytes() -> usize {
    STYLE.len() + SCRIPT.len() + ICON.len()
}

/// One asset.
pub(super) async fn get(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, format!("{}; charset=utf-8", asset.kind)),
        (CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    (headers, asset.content).into_response()
}
