//! Which origin a request came to, and the other name of the same loopback server: two origins for a browser, so that the
//! page and the API are as far apart as they are in the real world.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};

/// `http://localhost:8080` for a request to `127.0.0.1:8080` and the other way round; nothing where the host is not loopback.
pub fn other_loopback(headers: &HeaderMap) -> Option<String> {
    let authority: Authority = host(headers)?.parse().ok()?;
    let other = match authority.host() {
        "127.0.0.1" | "[::1]" => "localhost",
        "localhost" => "127.0.0.1",
        _ => return None,
    };
    Some(match authority.port_u16() {
        Some(port) => format!("http://{other}:{port}"),
        None => format!("http://{other}"),
    })
}

/// The origin that the request came to. Only a proxy knows that it was https.
pub fn own(headers: &HeaderMap) -> Option<String> {
    let authority: Authority = host(headers)?.parse().ok()?;
    let forwarded = headers.get("x-forwarded-proto");
    let scheme = if forwarded.is_some_and(|scheme| scheme == "https") { "https" } else { "http" };
    Some(format!("{scheme}://{authority}"))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}
