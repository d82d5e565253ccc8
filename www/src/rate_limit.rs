//! How many requests a second one client may send.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::api_error::ApiError;

/// What the vendor documents for its API.
const DEFAULT: NonZeroU32 = NonZeroU32::new(100).unwrap();

#[derive(Clone)]
pub struct RateLimit(Option<Arc<Limit>>);

struct Limit {
    clients: DefaultKeyedRateLimiter<IpAddr>,
    loopback_too: bool,
}

impl RateLimit {
    /// `None`: the default, which leaves this machine alone. `Some(0)`: no limit. Anything else holds for everybody.
    pub fn new(a_second: Option<u32>) -> Self {
        let quota = match a_second {
            None => DEFAULT,
            Some(given) => match NonZeroU32::new(given) {
                None => return Self(None),
                Some(given) => given,
            },
        };
        Self(Some(Arc::new(Limit {
            clients: DefaultKeyedRateLimiter::keyed(Quota::per_second(quota)),
            loopback_too: a_second.is_some(),
        })))
    }

    /// Forgets clients that have been quiet, for as long as it is polled.
    pub async fn tidy(self) {
        let Some(limit) = self.0 else {
            return;
        };
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            limit.clients.retain_recent();
            limit.clients.shrink_to_fit();
        }
    }

    /// How long this client has to wait, if it has to.
    fn wait(&self, client: IpAddr) -> Option<Duration> {
        let limit = self.0.as_ref()?;
        let client = client.to_canonical();
        if client.is_loopback() && !limit.loopback_too {
            return None;
        }
        let early = limit.clients.check_key(&network(client)).err()?;
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
    State(limit): State<RateLimit>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let Some(wait) = limit.wait(client.ip()) else {
        return next.run(request).await;
    };
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, axum::Json(error.to_json(request.uri().path()))).into_response();
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    answer
}
