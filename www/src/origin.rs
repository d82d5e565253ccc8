//! Which origin a request came to, and the other name of the same loopback server: two origins for a browser, so that the
//! page and the API are as far apart as they are in the real world.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names that this server goes by. Somebody else's name that leads here is how a stranger's page gets in (DNS rebinding).
pub struct Hosts {
    /// What `--allowed-host` gave: a name, or `https://` and a name where a proxy speaks TLS.
    allowed: Vec<String>,
    any: bool,
}

impl Hosts {
    pub fn new(allowed: Vec<String>, listens_on: IpAddr) -> Self {
        let any = allowed.is_empty() && !listens_on.is_loopback();
        Self { allowed, any }
    }

    fn allows(&self, host: &str) -> bool {
        let address: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        let loopback = match address {
            Some(address) => address.to_canonical().is_loopback(),
            None => host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost"),
        };
        let mut names = self.allowed.iter().map(|given| given.trim_start_matches("https://"));
        self.any || loopback || names.any(|name| name.eq_ignore_ascii_case(host))
    }

    /// The origin that the request came to. That it was https only the command line can say: a header can be anybody's.
    pub fn own(&self, headers: &HeaderMap) -> Option<String> {
        let authority = host(headers)?;
        let secure = format!("https://{}", authority.host());
        let secure = self.allowed.iter().any(|given| given.eq_ignore_ascii_case(&secure));
        Some(format!("{}://{authority}", if secure { "https" } else { "http" }))
    }
}

/// Turns away requests to a host that is not this server's, and those that don't say to which one.
pub async fn check(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let refusal = match host(request.headers()) {
        None => (StatusCode::BAD_REQUEST, "One Host header is needed, a name and perhaps a port.\n"),
        Some(host) if uri.authority().is_some_and(|asked| *asked != host) || !uri.path().starts_with('/') => {
            (StatusCode::BAD_REQUEST, "The request's target is no path of this host.\n")
        }
        Some(host) if !hosts.allows(host.host()) => {
            (StatusCode::FORBIDDEN, "This server does not go by that name: --allowed-host lets it.\n")
        }
        Some(_) => return next.run(request).await,
    };
    refusal.into_response()
}

/// `http://localhost:8080` for a request to `127.0.0.1:8080` and the other way round; nothing where the host is not loopback.
pub fn other_loopback(headers: &HeaderMap) -> Option<String> {
    let authority = host(headers)?;
    let other = match authority.host() {
        "127.0.0.1" | "[::1]" => "localhost",
        "localhost" => "127.0.0.1",
        _ => return None,
    };
    Some(format!("http://{other}{}", &authority.as_str()[authority.host().len()..]))
}

fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().filter(|_| hosts.next().is_none())?.to_str().ok()?;
    host.parse().ok().filter(|_| !host.contains('@'))
}
