//! The origin that a request came to, and the other loopback name of the same server. For a browser these are two origins, so
//! the page and the API have different origins, as in production.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use reqwest::Url;

use crate::listen::LocalAddress;

/// The names of this server. Any other name that leads here is a foreign page's way in (DNS rebinding).
pub struct Hosts {
    pub allowed: Vec<AllowedHost>,
    pub listens_on: IpAddr,
}

/// A value of `--allowed-host`: a name, or `https://` and a name if a proxy in front of the server uses TLS.
#[derive(Clone)]
pub struct AllowedHost {
    name: String,
    is_secure: bool,
}

impl AllowedHost {
    /// Accepts only values that a Host header can match.
    pub fn parse(value: &str) -> Result<Self, String> {
        let (name, is_secure) = value.strip_prefix("https://").map_or((value, false), |name| (name, true));
        let name = name.to_ascii_lowercase();
        // Like a browser, which normalizes a URL's host before it sends it.
        let url = Url::parse(&format!("https://{name}/"));
        let is_normal = url.is_ok_and(|url| url.host_str() == Some(&name));
        if !is_normal || name.contains('*') || name.split('.').any(str::is_empty) {
            return Err("must be NAME or https://NAME, without port, path or wildcard".to_owned());
        }
        Ok(Self { name, is_secure })
    }
}

impl Hosts {
    /// Returns true for an allowed host. `local` is the address that the client connected to. No name can be rebound to an address in the Host header.
    fn allows(&self, host: &str, local: Option<IpAddr>) -> bool {
        let is_own = match ip(host) {
            Some(address) => address.is_loopback() || address == self.listens_on || Some(address) == local,
            None => host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost"),
        };
        let allow_any = self.allowed.is_empty() && !self.listens_on.is_loopback();
        allow_any || is_own || self.allowed.iter().any(|allowed| allowed.name.eq_ignore_ascii_case(host))
    }

    /// Returns the origin that the request was sent to. Only the command line decides that it is https: anyone can send a header.
    pub fn own(&self, headers: &HeaderMap) -> Option<String> {
        let authority = host(headers)?;
        let is_secure =
            self.allowed.iter().any(|allowed| allowed.is_secure && allowed.name.eq_ignore_ascii_case(authority.host()));
        Some(format!("{}://{authority}", if is_secure { "https" } else { "http" }))
    }
}

/// Rejects requests without a host, or to the host of another server.
pub async fn check(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let local = request.extensions().get().map(|LocalAddress(address)| *address);
    let rejection = match host(request.headers()) {
        None => (StatusCode::BAD_REQUEST, "Exactly one Host header is required.\n"),
        Some(host) if uri.authority().is_some_and(|target| *target != host) || !uri.path().starts_with('/') => {
            (StatusCode::BAD_REQUEST, "The request target is not a path of this host.\n")
        }
        Some(host) if !hosts.allows(host.host(), local) => {
            (StatusCode::FORBIDDEN, "Host not allowed. Start the server with --allowed-host NAME to allow it.\n")
        }
        Some(_) => return next.run(request).await,
    };
    rejection.into_response()
}

/// Returns the other loopback origin: `http://localhost:8080` for a request to `127.0.0.1:8080` and the reverse; `None` for a host that is not loopback.
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

fn ip(host: &str) -> Option<IpAddr> {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    address.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}
