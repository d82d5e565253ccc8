//! The files of the site and of the package, with the headers that keep them safe and fresh.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use serde_json::Value;
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

/// `/pkg/…` from `package`, as far as it is shipped, everything else from `site`. `api` is the origin of a real API,
/// `more` what is served of the package besides.
pub fn routes(site: &Path, package: &Path, api: Option<String>, more: Option<&str>) -> Router {
    // A redirect to a directory would lead out of /pkg, or to another host: the one page that is one is named below.
    let files = |directory| ServeDir::new(directory).append_index_html_on_directories(false);
    let facts = Facts { api, shipped: shipped(package, more) };
    Router::new()
        .nest_service("/pkg", files(package))
        .fallback_service(files(site))
        .layer(middleware::from_fn_with_state(Arc::new(facts), protect))
        .layer(CompressionLayer::new())
}

struct Facts {
    api: Option<String>,
    /// Beginnings of paths below `/pkg/`.
    shipped: Vec<String>,
}

/// By the word of its package.json, as npm understands it.
fn shipped(package: &Path, more: Option<&str>) -> Vec<String> {
    let manifest = std::fs::read(package.join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap_or_default();
    let files = manifest["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let beginning = |name: &str| match package.join(name).is_dir() {
        true => format!("{}/", name.trim_end_matches('/')),
        false => name.trim_end_matches('*').to_owned(),
    };
    files.chain(["package.json", "README.md", "dist"]).chain(more).map(beginning).collect()
}

async fn protect(State(facts): State<Arc<Facts>>, mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    if !facts.are_for_visitors(&percent_decode_str(uri.path()).decode_utf8_lossy()) {
        return not_found();
    }
    if uri.path() == "/" {
        *request.uri_mut() = Uri::from_static("/index.html");
    }
    let asked = request.headers().clone();
    // A page's headers depend on more than its file, so whether it has changed is decided below, by the whole of it.
    if request.uri().path().ends_with(".html") {
        for name in [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::RANGE] {
            request.headers_mut().remove(name);
        }
        if request.method() == Method::HEAD {
            // hyper sends no body then.
            *request.method_mut() = Method::GET;
        }
    }
    let mut answer = next.run(request).await;
    if answer.status() == StatusCode::NOT_FOUND {
        answer = not_found();
    }
    let is_page =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        answer = page(answer, &uri, &asked, facts.api.as_deref()).await;
    }
    let query = uri.query().unwrap_or_default();
    let versioned = query.split('&').any(|part| part.strip_prefix("v=").is_some_and(|v| !v.is_empty()));
    let found = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
    let caching = if versioned && found && !is_page { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CACHE_CONTROL, caching)], SECURITY_HEADERS, answer).into_response()
}

impl Facts {
    /// Whether there can be such a file, and it is none that only lies beside those of the package and of the site.
    fn are_for_visitors(&self, path: &str) -> bool {
        let hidden = path.split('/').any(|part| part.starts_with('.') || part == "node_modules" || part.len() > 255);
        let mut shipped = self.shipped.iter();
        let shipped = path.strip_prefix("/pkg/").is_none_or(|path| shipped.any(|known| path.starts_with(known)));
        !hidden && shipped && path.len() < 4096 && !path.contains('\0')
    }
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
    let asks_for = |policy| uri.query().unwrap_or_default().split('&').any(|pair| pair == policy);
    let mut policy = policy(&String::from_utf8_lossy(&html), !asks_for("csp=no-wasm"), asked, api);
    if asks_for("csp=trusted-types") {
        policy += "; require-trusted-types-for 'script'";
    }
    let etag = format!("\"{}\"", sha256(&[policy.as_bytes(), html.as_ref()].concat()));
    let unchanged =
        asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).is_some_and(|tags| tags.contains(&etag));
    parts.headers.remove(header::LAST_MODIFIED);
    parts.headers.remove(header::ACCEPT_RANGES);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::ETAG, etag),
    ];
    if unchanged && parts.status == StatusCode::OK {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return (headers, Response::from_parts(parts, Body::empty())).into_response();
    }
    (headers, Response::from_parts(parts, Body::from(html))).into_response()
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
    BASE64_STANDARD.encode(digest(&SHA256, bytes))
}
