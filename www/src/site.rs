//! The files of the site and of the package, with headers for security and caching.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use ring::digest::{SHA256, digest};
use tower_http::services::ServeDir;

use crate::origin;

/// Maximum size of a page.
const PAGE_LIMIT: usize = 1 << 20;

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Serves the package's `dist`, for tests also the one that panics, and everything else from `site`. `api` is the origin of a
/// real API.
pub fn routes(site: &Path, package: &Path, api: Option<String>, for_tests: bool) -> Router {
    // `ServeDir` redirects from a directory to a wrong path or even host, so `protect` handles the only index page.
    let files = |path| ServeDir::new(path).append_index_html_on_directories(false).with_buf_chunk_size(16 << 10);
    let mut routes = Router::new().nest_service("/pkg/dist", files(package.join("dist")));
    if for_tests {
        routes = routes.nest_service("/pkg/dist-panic", files(package.join("dist-panic")));
    }
    routes.fallback_service(files(site.to_owned())).layer(middleware::from_fn_with_state(Arc::new(api), protect))
}

async fn protect(State(api): State<Arc<Option<String>>>, mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let path = percent_decode_str(uri.path()).decode_utf8_lossy();
    let hidden = path.split('/').any(|part| part.starts_with('.') || part == "node_modules" || part.len() > 255);
    if hidden || path.len() >= 4096 || path.contains('\0') {
        return not_found();
    }
    if path == "/" {
        *request.uri_mut() = Uri::from_static("/index.html");
    }
    let is_page = path == "/" || path.ends_with(".html");
    let headers = request.headers_mut();
    // `ServeDir` ignores `If-Range`, without which parts of two versions could be joined.
    headers.remove(header::RANGE);
    if is_page {
        // A page's policy depends on more than its file, so a 304 could leave it with an old one.
        headers.remove(header::IF_NONE_MATCH);
        headers.remove(header::IF_MODIFIED_SINCE);
        if request.method() == Method::HEAD {
            // The policy needs the file's content. hyper sends no body for HEAD.
            *request.method_mut() = Method::GET;
        }
    }
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        response = not_found();
    }
    if is_page && response.status().is_success() {
        response = page(response, &uri, &headers, api.as_deref()).await;
    }
    response.headers_mut().remove(header::ACCEPT_RANGES);
    ([(header::CACHE_CONTROL, "no-cache")], SECURITY_HEADERS, response).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "Page not found.\n").into_response()
}

/// Adds the policy to a page.
async fn page(response: Response, uri: &Uri, headers: &HeaderMap, api: Option<&str>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(html) = to_bytes(body, PAGE_LIMIT).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // For browser tests, which can't change a policy before the page loads.
    let asks_for = |policy| uri.query().unwrap_or_default().split('&').any(|pair| pair == policy);
    let mut policy = policy(&String::from_utf8_lossy(&html), !asks_for("csp=no-wasm"), headers, api);
    if asks_for("csp=trusted-types") {
        policy += "; require-trusted-types-for 'script'";
    }
    parts.headers.remove(header::LAST_MODIFIED);
    parts.headers.remove(header::ETAG);
    let headers =
        [(header::CONTENT_SECURITY_POLICY, policy), (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned())];
    (headers, Response::from_parts(parts, Body::from(html))).into_response()
}

fn policy(html: &str, wasm: bool, headers: &HeaderMap, api: Option<&str>) -> String {
    let mut scripts = "'self'".to_owned();
    if wasm {
        scripts += " 'wasm-unsafe-eval'";
    }
    // An import map must be inline, which 'self' does not allow: its hash allows exactly this one.
    for map in import_maps(html) {
        scripts += &format!(" 'sha256-{}'", BASE64_STANDARD.encode(digest(&SHA256, map.as_bytes())));
    }
    let other = match api {
        Some(api) => Some(api.to_owned()),
        None => origin::other_loopback(headers),
    };
    let connections = other.map_or_else(|| "'self'".to_owned(), |other| format!("'self' {other}"));
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src {connections}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// Returns the content of a page's inline import maps.
fn import_maps(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (text, _) = rest.split_once("</script")?;
        attributes.contains("importmap").then_some(text)
    })
}
