//! How many requests a second one visitor may send, whatever they ask for.
// tower_governor exempts nobody, and tells how long to wait only in whole seconds rounded down: governor itself it is.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;

use crate::api_error::ApiError;

/// What the vendor documents for its API.
const DEFAULT: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// On the calls that this server sends to itself: whoever caused one has been counted already.
pub const OWN_CALL: HeaderName = HeaderName::from_static("x-own-call");

pub struct RateLimit {
    /// None where there is no limit.
    quota: Option<Quota>,
    /// Those that have been quiet for a while are as good as new, and forgotten.
    visitors: Cache<IpAddr, Arc<DefaultDirectRateLimiter>>,
    loopback_too: bool,
    own_call: HeaderValue,
}

impl RateLimit {
    /// `None`: the default, which leaves this machine alone. `Some(0)`: no limit. Anything else holds for everybody.
    /// `own_call` is the secret in the header of the server's own calls.
    pub fn new(a_second: Option<u32>, own_call: HeaderValue) -> Self {
        let quota = a_second.map_or(Some(DEFAULT), NonZeroU32::new).map(Quota::per_second);
        let visitors = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(60)).build();
        Self { quota, visitors, loopback_too: a_second.is_some(), own_call }
    }

    /// How long this visitor has to wait, if it has to.
    fn wait(&self, client: IpAddr, headers: &HeaderMap) -> Option<Duration> {
        let quota = self.quota?;
        let client = client.to_canonical();
        if client.is_loopback() && !self.loopback_too || headers.get(OWN_CALL) == Some(&self.own_call) {
            return None;
        }
        let visitor = self.visitors.get_with(network(client), || Arc::new(RateLimiter::direct(quota)));
        let early = visitor.check().err()?;
        Some(early.wait_time_from(DefaultClock::default().now()))
    }
}

/// One household has a whole /64 of IPv6 addresses.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

pub async fn hold_back(
    State(limit): State<Arc<RateLimit>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let Some(wait) = limit.wait(client.ip(), request.headers()) else {
        return next.run(request).await;
    };
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
    let seconds = wait.as_millis().div_ceil(1000).max(1).to_string();
    ([(header::RETRY_AFTER, seconds)], error.for_every_page(request.uri().path())).into_response()
}
