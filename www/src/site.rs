//! The files of the site and of the package, with the headers that keep them safe and fresh.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::origin;

/// Pages are small; a larger file that calls itself HTML is not ours.
const PAGE_LIMIT: usize = 4 << 20;

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// `/pkg/…` from `package`, everything else from `site`. `api` is the origin of a real API, where there is one.
pub fn routes(site: &Path, package: &Path, api: Option<String>) -> Router {
    Router::new()
        .nest_service("/pkg", ServeDir::new(package))
        .fallback_service(ServeDir::new(site))
        .layer(middleware::from_fn_with_state(Arc::new(api), protect))
        .layer(CompressionLayer::new())
}

async fn protect(State(api): State<Arc<Option<String>>>, mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    if is_private(uri.path()) {
        return not_found();
    }
    let asked = request.headers().clone();
    // A page's headers depend on more than its file, so whether it has changed is decided below.
    let may_be_page = uri.path().ends_with('/') || uri.path().ends_with(".html");
    if may_be_page {
        for name in [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::RANGE] {
            request.headers_mut().remove(name);
        }
    }
    let mut answer = next.run(request).await;
    if answer.status() == StatusCode::NOT_FOUND {
        answer = not_found();
    }
    let is_page =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        answer = page(answer, &uri, &asked, api.as_deref()).await;
    }
    let versioned = uri
        .query()
        .is_some_and(|query| query.split('&').any(|part| part.strip_prefix("v=").is_some_and(|v| !v.is_empty())));
    let found = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
    let caching = if versioned && found && !is_page { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// What may lie beside the files of the package and of the site, but is not meant for visitors.
fn is_private(path: &str) -> bool {
    percent_decode_str(path).decode_utf8_lossy().split('/').any(|part| part.starts_with('.') || part == "node_modules")
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such page.\n").into_response()
}

/// Gives a page its policy, and an ETag that changes with the policy: browsers keep a page's old headers on a 304.
async fn page(answer: Response, uri: &Uri, asked: &HeaderMap, api: Option<&str>) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(html) = to_bytes(body, PAGE_LIMIT).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let wasm = !uri.query().unwrap_or_default().split('&').any(|pair| pair == "csp=no-wasm");
    let policy = policy(&String::from_utf8_lossy(&html), wasm, asked, api);
    let etag = format!("\"{}\"", sha256(&[policy.as_bytes(), html.as_ref()].concat()));
    let unchanged =
        asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).is_some_and(|tags| tags.contains(&etag));
    parts.headers.remove(header::LAST_MODIFIED);
    parts.headers.remove(header::ACCEPT_RANGES);
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::ETAG, &etag),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            parts.headers.insert(name, value);
        }
    }
    if unchanged && parts.status == StatusCode::OK {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(html))
}

fn policy(html: &str, wasm: bool, asked: &HeaderMap, api: Option<&str>) -> String {
    let mut scripts = "'self'".to_owned();
    if wasm {
        scripts += " 'wasm-unsafe-eval'";
    }
    // An import map has to stand inline, which 'self' forbids: its hash lets exactly this one through.
    for map in import_maps(html) {
        scripts += &format!(" 'sha256-{}'", sha256(map.as_bytes()));
    }
    let other = match api {
        Some(api) => Some(api.to_owned()),
        None => origin::other_loopback(asked),
    };
    let connections = other.map_or_else(|| "'self'".to_owned(), |other| format!("'self' {other}"));
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src {connections}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The texts of a page's inline import maps.
fn import_maps(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (text, _) = rest.split_once("</script")?;
        attributes.contains("importmap").then_some(text)
    })
}

fn sha256(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, bytes))
}
