//! The API with a fault, set in the base path: `/fault/{fault}/omni/…`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{pending, ready};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{OriginalUri, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json, Router};
use futures_util::stream::{self, Stream, StreamExt};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde_json::{Map, Value, json};

use crate::api_error::{self, ApiError, now_ms};
use crate::bodies::{self, Memory};
use crate::listen::CloseUnanswered;
use crate::origin;

const SLOW: Duration = Duration::from_secs(5);
/// Maximum part of a body that an echo repeats.
const ECHOED_BODY: usize = 16 << 10;
/// Far above the client's limit of 10 MB, so that buffers on the way can't hold the rest.
const TOO_BIG: usize = 64 << 20;

/// All faults, with their descriptions, for the parser, the 404 response, `--help` and the page.
pub const KINDS: [(&str, &str); 23] = [
    ("hang", "never responds"),
    ("slow-headers", "responds after 5 seconds"),
    ("slow-body", "headers immediately, then the body over 5 seconds"),
    ("stalled-body", "headers and half of the body, then nothing"),
    ("cut-body", "half of the body, then the connection closes"),
    ("empty", "200 without a body"),
    ("html", "200 with an HTML page"),
    ("not-json", "200 with Content-Type JSON but an invalid body"),
    ("array", "the normal response inside an array"),
    ("no-token", "the normal response without its token"),
    ("empty-token", "the normal response with an empty token"),
    ("too-big", "a JSON body far above 10 MB"),
    ("redirect", "302 to the same API on the other loopback origin"),
    ("close", "the connection closes without a response"),
    ("no-cors", "the normal response without its CORS headers"),
    ("key-required", "403 for a token without an API key, unless apiURL ends in /0"),
    ("echo-{status}", "an error that repeats the request, credentials included"),
    ("status-{code}", "an error with this status"),
    ("status-{code}-retry-after-{seconds}", "error with Retry-After in seconds"),
    ("status-{code}-retry-after-date-{seconds}", "error with Retry-After as an HTTP date"),
    ("status-{code}-retry-after-bad", "error with an invalid Retry-After"),
    ("hidden-retry-after-{seconds}", "429 with a Retry-After that pages can't read"),
    // Parsed by `Plan`: it precedes any of the others.
    ("{count}-times-{fault}", "fails this many times, then succeeds"),
];

/// Returns a fault of a kind.
pub fn example(pattern: &str) -> String {
    let name = pattern.replace("{count}-times-{fault}", "2-times-status-503");
    name.replace("echo-{status}", "echo-400").replace("{code}", "503").replace("{seconds}", "5")
}

/// Returns the fault's numbers if its name is of this kind.
fn numbers(pattern: &str, name: &str) -> Option<Vec<u64>> {
    let mut words = name.split('-');
    let mut numbers = Vec::new();
    for expected in pattern.split('-') {
        let word = words.next()?;
        match expected {
            // An informational response is not final, and statuses end at 599.
            "{status}" | "{code}" => numbers.push(number(word).filter(|status| (200..600).contains(status))?),
            "{seconds}" => numbers.push(number(word)?),
            _ if word == expected => {}
            _ => return None,
        }
    }
    words.next().is_none().then_some(numbers)
}

fn number(word: &str) -> Option<u64> {
    let plain = (1..=9).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| word.parse().ok())?
}

/// A fault, and the number of requests that it affects.
pub struct Plan {
    pattern: &'static str,
    numbers: Vec<u64>,
    times: Option<u64>,
}

impl Plan {
    pub fn parse(name: &str) -> Option<Self> {
        let (times, name) = match name.split_once("-times-") {
            Some((times, name)) => (Some(number(times)?), name),
            None => (None, name),
        };
        let (pattern, numbers) = KINDS.into_iter().find_map(|(pattern, _)| Some((pattern, numbers(pattern, name)?)))?;
        Some(Self { pattern, numbers, times })
    }
}

#[derive(Clone)]
struct Faults {
    /// Failures by base path, as a hash, so that a long path takes no more memory than a short one.
    failures: Cache<u64, Arc<AtomicU32>>,
    hasher: RandomState,
    memory: Memory,
}

/// Returns the API under `/fault/{fault}`.
pub fn routes(api: Router, memory: Memory) -> Router {
    // A base path starts over after an hour without requests. With the default policy a full cache may reject a new one.
    let failures = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(60 * 60));
    let failures = failures.eviction_policy(EvictionPolicy::lru()).build();
    let faults = Faults { failures, hasher: RandomState::new(), memory };
    let faulty = api.fallback(api_error::unknown_route).layer(middleware::from_fn_with_state(faults, act));
    Router::new().nest("/fault/{fault}", faulty)
}

impl Faults {
    /// Counts a request to an API at a base path, and returns how many came before. `below`: the part of the path behind the
    /// fault, which is `/omni/…` with or without a `/0`.
    fn count(&self, whole: &str, below: &str) -> u64 {
        let fault = whole.strip_suffix(below).unwrap_or(whole);
        let base = below.rsplit_once("/omni/").map_or(below, |(base, _)| base);
        let counter = self.failures.get_with(self.hasher.hash_one((fault, base)), Arc::default);
        counter.fetch_add(1, Ordering::Relaxed).into()
    }
}

async fn act(
    State(faults): State<Faults>,
    Path(parameters): Path<HashMap<String, String>>,
    OriginalUri(whole): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    let name = &parameters["fault"];
    let Some(plan) = Plan::parse(name) else {
        let known = KINDS.map(|(pattern, _)| pattern).join(", ");
        let message = format!("Unknown fault \"{name:.64}\". Available: {known}");
        return ApiError::new(StatusCode::NOT_FOUND, message).into_response();
    };
    if plan.times.is_some_and(|times| faults.count(whole.path(), request.uri().path()) >= times) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, bodies::LIMIT).await.unwrap_or_default();
    apply_fault(&plan, &faults.memory, next, whole, parts, body).await
}

async fn apply_fault(plan: &Plan, memory: &Memory, next: Next, whole: Uri, parts: Parts, body: Bytes) -> Response {
    let seconds = plan.numbers.last().copied().unwrap_or_default();
    let status = || StatusCode::from_u16(plan.numbers[0] as u16).expect("a parsed status");
    let failure = |status| {
        let error = ApiError::new(status, "Injected error (requested by the fault in the URL)");
        (status, Json(error.to_json(parts.uri.path()))).into_response()
    };
    // Faults that don't call the API.
    match plan.pattern {
        "hang" => {
            drop((parts, body));
            return pending().await;
        }
        "key-required" if !parts.uri.path().starts_with("/0/") && !parts.headers.contains_key("x-api-key") => {
            let message = "Send x-api-key with the token, or use an apiURL that ends in /0";
            return ApiError::new(StatusCode::FORBIDDEN, message).into_response();
        }
        "close" => return (Extension(CloseUnanswered), ()).into_response(),
        "empty" => return StatusCode::OK.into_response(),
        "html" => return Html("<!doctype html><title>Gateway</title><p>Warming up.</p>").into_response(),
        "not-json" => return ([(header::CONTENT_TYPE, "application/json")], "Warming up.").into_response(),
        "redirect" => return redirect(&parts, &whole),
        "echo-{status}" => {
            return echo(status(), memory, &parts, body).await.unwrap_or_else(ApiError::into_response);
        }
        "status-{code}" => return failure(status()),
        "status-{code}-retry-after-{seconds}" => return retry_after(failure(status()), &seconds.to_string()),
        "status-{code}-retry-after-date-{seconds}" => {
            let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds));
            return retry_after(failure(status()), &date);
        }
        "status-{code}-retry-after-bad" => return retry_after(failure(status()), "later"),
        "hidden-retry-after-{seconds}" => {
            let response = retry_after(failure(StatusCode::TOO_MANY_REQUESTS), &seconds.to_string());
            return (Extension(StrippedHeaders { all: false }), response).into_response();
        }
        "slow-headers" => tokio::time::sleep(SLOW).await,
        _ => {}
    }

    // Faults that change the API's response.
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    match plan.pattern {
        "no-cors" => (Extension(StrippedHeaders { all: true }), response).into_response(),
        "slow-body" => replace_body(response, trickle).await,
        "stalled-body" => {
            let stall = |body: Bytes| Body::from_stream(first_half(&body).chain(stream::pending()));
            replace_body(response, stall).await
        }
        "cut-body" => {
            let (mut parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
            parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            // hyper sends the first half before the error, at which it closes the connection.
            let error = stream::once(async {
                tokio::task::yield_now().await;
                Err("cut off, as requested")
            });
            Response::from_parts(parts, Body::from_stream(first_half(&body).chain(error)))
        }
        "too-big" => replace_body(response, inflate).await,
        "array" => edit(response, |json| *json = json!([json.take()])).await,
        "no-token" => edit(response, |json| drop(json.as_object_mut().map(|fields| fields.remove("token")))).await,
        "empty-token" => edit(response, |json| json["token"] = "".into()).await,
        _ => response,
    }
}

/// Replaces the body, and sends no length.
async fn replace_body(response: Response, change: impl FnOnce(Bytes) -> Body) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, change(body))
}

async fn edit(response: Response, change: impl FnOnce(&mut Value)) -> Response {
    let change = |body: Bytes| match serde_json::from_slice(&body) {
        Ok(mut json) => {
            change(&mut json);
            Body::from(json.to_string())
        }
        Err(_) => Body::from(body),
    };
    replace_body(response, change).await
}

fn first_half(body: &Bytes) -> impl Stream<Item = Result<Bytes, &'static str>> + Send + 'static {
    stream::once(ready(Ok(body.slice(..body.len() / 2))))
}

fn trickle(body: Bytes) -> Body {
    const PIECES: usize = 20;
    let size = body.len().div_ceil(PIECES).max(1);
    let pieces: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::iter(pieces).then(async |piece| {
        tokio::time::sleep(SLOW / PIECES as u32).await;
        Ok::<_, Infallible>(piece)
    }))
}

fn inflate(body: Bytes) -> Body {
    static PADDING: [u8; 64 << 10] = [b'a'; 64 << 10];
    let fields = body.strip_suffix(b"}").unwrap_or(b"{\"response\":\"\"");
    let start = [fields, b",\"padding\":\""].concat();
    let padding = std::iter::repeat_n(Bytes::from_static(&PADDING), TOO_BIG / PADDING.len());
    let whole = std::iter::once(Bytes::from(start)).chain(padding).chain([Bytes::from_static(b"\"}")]);
    Body::from_stream(stream::iter(whole.map(Ok::<_, Infallible>)))
}

/// Redirects to the API without the fault: a client that follows gets a normal response and appears in the journal.
fn redirect(parts: &Parts, whole: &Uri) -> Response {
    let Some(other) = origin::other_loopback(&parts.headers) else {
        return ApiError::bad_request("This host has no other loopback name").into_response();
    };
    let run = whole.path().split_once("/fault/").map_or("", |(run, _)| run);
    let location = format!("{other}{run}{}", parts.uri);
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

fn retry_after(response: Response, value: &str) -> Response {
    ([(header::RETRY_AFTER, value)], response).into_response()
}

/// Responds with the request that it received: headers and body, as strings, as names and nested. Cookies are left out, because
/// browsers add those of other applications on this machine.
async fn echo(status: StatusCode, memory: &Memory, parts: &Parts, body: Bytes) -> Result<Response, ApiError> {
    let kept = Vec::from(&body[..body.len().min(ECHOED_BODY)]);
    drop(body);
    let headers = || parts.headers.iter().filter(|(name, _)| **name != header::COOKIE);
    // A byte takes up to six in JSON, a byte of a header three. The response holds the body three times, the headers five times.
    let head: usize = headers().map(|(name, value)| name.as_str().len() + value.len() + 16).sum();
    let reserved = memory.reserve(18 * kept.len() + 16 * head + 2 * parts.uri.path().len()).await?;
    let body = String::from_utf8_lossy(&kept);
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let fields: Map<String, Value> = headers().map(|(name, value)| (name.to_string(), text(value).into())).collect();
    let values: Vec<String> = headers().map(|(_, value)| text(value)).collect();
    let names: Map<String, Value> = values.iter().map(|value| (value.clone(), true.into())).collect();
    let all = format!("{} {body}", values.join(" "));
    let echo = json!({
        "timestamp": now_ms(),
        "status": status.as_u16(),
        "error": status.canonical_reason().unwrap_or("Unknown"),
        "message": format!("Injected error; echo of the request: {all}"),
        "path": format!("{}?{all}", parts.uri.path()),
        "request": { "headers": fields, "values": values, "names": names, "body": body },
    });
    let json = reserved.hold(echo.to_string().into_bytes());
    Ok((status, [(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// Response extension: the CORS headers to remove.
#[derive(Clone)]
struct StrippedHeaders {
    all: bool,
}

/// Removes headers that the CORS layer added.
pub async fn strip_cors(mut response: Response) -> Response {
    if let Some(StrippedHeaders { all }) = response.extensions_mut().remove() {
        response.headers_mut().remove(header::ACCESS_CONTROL_EXPOSE_HEADERS);
        if all {
            response.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        }
    }
    response
}
