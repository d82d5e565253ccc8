//! The same API with one fault, chosen by the base path: `/fault/{fault}/omni/…`.

use std::convert::Infallible;
use std::future::{pending, ready};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{OriginalUri, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use futures_util::stream::{self, StreamExt};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api_error::{self, ApiError, now_ms};
use crate::listen::CloseUnanswered;
use crate::{bodies, origin};

const SLOW: Duration = Duration::from_secs(2);

/// Far enough past the 10 MB of the contract that no buffer on the way can hold the rest.
const TOO_BIG: usize = 64 << 20;

#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    Hang,
    SlowHeaders,
    SlowBody,
    StalledBody,
    CutBody,
    Empty,
    Html,
    NotJson,
    Array,
    NoToken,
    EmptyToken,
    TooBig,
    Redirect,
    Close,
    NoCors,
    KeyRequired,
    Echo(StatusCode),
    Status(StatusCode, RetryAfter),
    HiddenRetryAfter(u64),
}

#[derive(Clone, Debug, PartialEq)]
pub enum RetryAfter {
    Absent,
    Seconds(u64),
    Date(u64),
    Bad,
}

/// One kind of fault: how it is written, what it does.
pub struct Kind {
    pub pattern: &'static str,
    pub text: &'static str,
    make: fn(&[u64]) -> Option<Fault>,
}

const fn kind(pattern: &'static str, text: &'static str, make: fn(&[u64]) -> Option<Fault>) -> Kind {
    Kind { pattern, text, make }
}

/// The one table: what is understood, what the 404 and `--help` list, what the page offers.
pub const KINDS: [Kind; 23] = [
    kind("hang", "never answers", |_| Some(Fault::Hang)),
    kind("slow-headers", "answers after 2 seconds", |_| Some(Fault::SlowHeaders)),
    kind("slow-body", "headers at once, then the body over 2 seconds", |_| Some(Fault::SlowBody)),
    kind("stalled-body", "headers and half of the body, then nothing more", |_| Some(Fault::StalledBody)),
    kind("cut-body", "half of the body, then the connection closes", |_| Some(Fault::CutBody)),
    kind("empty", "200 without a body", |_| Some(Fault::Empty)),
    kind("html", "200 with an HTML page", |_| Some(Fault::Html)),
    kind("not-json", "200 that says JSON and is none", |_| Some(Fault::NotJson)),
    kind("array", "the right answer inside an array", |_| Some(Fault::Array)),
    kind("no-token", "the right answer without its token", |_| Some(Fault::NoToken)),
    kind("empty-token", "the right answer with an empty token", |_| Some(Fault::EmptyToken)),
    kind("too-big", "a JSON body far over 10 MB", |_| Some(Fault::TooBig)),
    kind("redirect", "302 to the same API on the other loopback origin", |_| Some(Fault::Redirect)),
    kind("close", "the connection closes without an answer", |_| Some(Fault::Close)),
    kind("no-cors", "the right answer without its CORS headers", |_| Some(Fault::NoCors)),
    kind("key-required", "403 to a token without an API key, unless the apiURL ends in /0", |_| {
        Some(Fault::KeyRequired)
    }),
    kind("echo-{status}", "an error that repeats every header and the body", |n| Some(Fault::Echo(status(n[0])?))),
    kind("status-{code}", "an error of this status", |n| Some(Fault::Status(status(n[0])?, RetryAfter::Absent))),
    kind("status-{code}-retry-after-{seconds}", "an error that says in how many seconds to come back", |n| {
        Some(Fault::Status(status(n[0])?, RetryAfter::Seconds(n[1])))
    }),
    kind("status-{code}-retry-after-date-{seconds}", "the same by an HTTP date", |n| {
        Some(Fault::Status(status(n[0])?, RetryAfter::Date(n[1])))
    }),
    kind("status-{code}-retry-after-bad", "an error with a Retry-After that means nothing", |n| {
        Some(Fault::Status(status(n[0])?, RetryAfter::Bad))
    }),
    kind("hidden-retry-after-{seconds}", "429 whose Retry-After a page may not read", |n| {
        Some(Fault::HiddenRetryAfter(n[0]))
    }),
    // Understood by `Plan`: it stands before any of the others.
    kind("{count}-times-{fault}", "fails so the first few times, then answers properly", |_| None),
];

fn status(number: u64) -> Option<StatusCode> {
    // An informational answer is not the end of one, and beyond 599 there is nothing.
    let number = u16::try_from(number).ok().filter(|n| (200..600).contains(n))?;
    StatusCode::from_u16(number).ok()
}

impl Kind {
    /// One that can be tried at once.
    pub fn example(&self) -> String {
        let places =
            [("{count}", "2"), ("{fault}", "status-503"), ("{status}", "400"), ("{code}", "503"), ("{seconds}", "5")];
        places.into_iter().fold(self.pattern.to_owned(), |name, (place, value)| name.replace(place, value))
    }

    fn parse(&self, name: &str) -> Option<Fault> {
        let mut numbers = Vec::new();
        let mut words = name.split('-');
        for expected in self.pattern.split('-') {
            let word = words.next()?;
            if expected.starts_with('{') {
                numbers.push(number(word)?);
            } else if word != expected {
                return None;
            }
        }
        match words.next() {
            None => (self.make)(&numbers),
            Some(_) => None,
        }
    }
}

fn number(word: &str) -> Option<u64> {
    let plain = (1..=9).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| word.parse().ok())?
}

/// A fault, and for how many requests.
#[derive(Debug, PartialEq)]
pub struct Plan {
    fault: Fault,
    times: Option<u64>,
}

impl Plan {
    pub fn parse(name: &str) -> Option<Self> {
        let (times, name) = match name.split_once("-times-") {
            Some((times, name)) => (Some(number(times)?), name),
            None => (None, name),
        };
        let fault = KINDS.iter().find_map(|kind| kind.parse(name))?;
        Some(Self { fault, times })
    }
}

/// How often each base path of each run has failed. Both are told by a hash, so that long ones take no more than short ones.
#[derive(Clone)]
struct Counters {
    failures: Cache<u64, Arc<AtomicU32>>,
    hasher: RandomState,
}

/// The API below `/fault/{fault}`.
pub fn routes(api: Router) -> Router {
    // A run that nobody has called for an hour starts anew.
    let failures = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(60 * 60)).build();
    let counters = Counters { failures, hasher: RandomState::new() };
    let faulty = api.fallback(api_error::unknown_route).layer(middleware::from_fn_with_state(counters, act));
    Router::new().nest("/fault/{fault}", faulty)
}

/// By name, as other segments of the path have names of their own.
#[derive(Deserialize)]
struct Below {
    fault: String,
}

async fn act(
    State(counters): State<Counters>,
    Path(Below { fault: name }): Path<Below>,
    OriginalUri(whole): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    let Some(plan) = Plan::parse(&name) else {
        let known: Vec<_> = KINDS.iter().map(|kind| kind.pattern).collect();
        let message = format!("There is no fault {name:.64}; there are {}", known.join(", "));
        return ApiError::new(StatusCode::NOT_FOUND, message).into_response();
    };
    if let Some(times) = plan.times {
        let base = counters.hasher.hash_one(whole.path().split("/omni").next());
        let counter = counters.failures.get_with(base, Arc::default);
        if u64::from(counter.fetch_add(1, Ordering::Relaxed)) >= times {
            return next.run(request).await;
        }
    }
    // The whole request has come before anything goes wrong: the journal is to hold it, and a close is to be seen as one.
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, bodies::LIMIT).await.unwrap_or_default();
    go_wrong(plan.fault, next, whole, parts, body).await
}

async fn go_wrong(fault: Fault, next: Next, whole: Uri, parts: Parts, body: Bytes) -> Response {
    // The faults that never reach the API.
    let fault = match fault {
        Fault::Hang => {
            drop((parts, body));
            return pending().await;
        }
        Fault::KeyRequired if !parts.uri.path().starts_with("/0/") && !parts.headers.contains_key("x-api-key") => {
            let error = "An API key is needed beside the token, or an apiURL that ends in /0";
            return ApiError::new(StatusCode::FORBIDDEN, error).into_response();
        }
        Fault::Close => {
            let mut answer = Response::default();
            answer.extensions_mut().insert(CloseUnanswered);
            return answer;
        }
        Fault::Empty => return StatusCode::OK.into_response(),
        Fault::Html => return Html("<!doctype html><title>Gateway</title><p>It is warming up.</p>").into_response(),
        Fault::NotJson => return ([(header::CONTENT_TYPE, "application/json")], "It is warming up.").into_response(),
        Fault::Redirect => return redirect(&parts, &whole),
        Fault::Echo(status) => return echo(status, &parts, &body),
        Fault::Status(status, retry_after) => return with_retry_after(failure(status, &parts.uri), retry_after),
        Fault::HiddenRetryAfter(seconds) => {
            let answer = failure(StatusCode::TOO_MANY_REQUESTS, &parts.uri);
            let mut answer = with_retry_after(answer, RetryAfter::Seconds(seconds));
            answer.extensions_mut().insert(Withheld::RetryAfter);
            return answer;
        }
        Fault::SlowHeaders => {
            tokio::time::sleep(SLOW).await;
            Fault::SlowHeaders
        }
        fault => fault,
    };

    // The others spoil the right answer.
    let request = Request::from_parts(parts, Body::from(body));
    let mut answer = next.run(request).await;
    match fault {
        Fault::NoCors => {
            answer.extensions_mut().insert(Withheld::Cors);
            answer
        }
        Fault::SlowBody => spoil(answer, trickle).await,
        Fault::StalledBody => {
            let stall = |body: Bytes| {
                let half = stream::once(ready(Ok::<_, Infallible>(first_half(&body))));
                Body::from_stream(half.chain(stream::pending()))
            };
            spoil(answer, stall).await
        }
        Fault::CutBody => {
            let (mut parts, body) = answer.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
            parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            Response::from_parts(parts, cut(&body))
        }
        Fault::TooBig => spoil(answer, inflate).await,
        Fault::Array => edit(answer, |right| *right = json!([right.take()])).await,
        Fault::NoToken => edit(answer, |right| drop(right.as_object_mut().map(|fields| fields.remove("token")))).await,
        Fault::EmptyToken => edit(answer, |right| right["token"] = "".into()).await,
        _ => answer,
    }
}

/// The same head, another body, its length not told.
async fn spoil(answer: Response, change: impl FnOnce(Bytes) -> Body) -> Response {
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, change(body))
}

async fn edit(answer: Response, change: impl FnOnce(&mut Value)) -> Response {
    let change = |body: Bytes| match serde_json::from_slice(&body) {
        Ok(mut right) => {
            change(&mut right);
            Body::from(right.to_string())
        }
        Err(_) => Body::from(body),
    };
    spoil(answer, change).await
}

fn first_half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
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

/// Half of it, then an error, on which hyper closes the connection.
fn cut(body: &Bytes) -> Body {
    let half = stream::once(ready(Ok(first_half(body))));
    let end = stream::once(async {
        // Lets go once, in which time hyper sends what it has.
        tokio::task::yield_now().await;
        Err("cut off, as asked")
    });
    Body::from_stream(half.chain(end))
}

fn inflate(body: Bytes) -> Body {
    static PADDING: [u8; 64 << 10] = [b'a'; 64 << 10];
    let fields = body.strip_suffix(b"}").unwrap_or(b"{\"answer\":\"\"");
    let start = [fields, b",\"padding\":\""].concat();
    let padding = std::iter::repeat_n(Bytes::from_static(&PADDING), TOO_BIG / PADDING.len());
    let whole = std::iter::once(Bytes::from(start)).chain(padding).chain([Bytes::from_static(b"\"}")]);
    Body::from_stream(stream::iter(whole.map(Ok::<_, Infallible>)))
}

/// To the API without the fault, so that who follows gets a good answer, and is found in the journal.
fn redirect(parts: &Parts, whole: &Uri) -> Response {
    let Some(other) = origin::other_loopback(&parts.headers) else {
        return ApiError::bad_request("The host has no other loopback name").into_response();
    };
    let run = whole.path().split_once("/fault/").map_or("", |(run, _)| run);
    let location = format!("{other}{run}{}", parts.uri);
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

fn failure(status: StatusCode, uri: &Uri) -> Response {
    let error = ApiError::new(status, "This error was asked for by the base path");
    (status, Json(error.to_json(uri.path()))).into_response()
}

fn with_retry_after(mut answer: Response, retry_after: RetryAfter) -> Response {
    let value = match retry_after {
        RetryAfter::Absent => return answer,
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date(seconds) => httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds)),
        RetryAfter::Bad => "in a while".to_owned(),
    };
    if let Ok(value) = HeaderValue::from_str(&value) {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}

/// An API that is careless with what it was sent: every header and the body, in the texts, in the depth and as names.
fn echo(status: StatusCode, parts: &Parts, body: &Bytes) -> Response {
    let body = String::from_utf8_lossy(body);
    let headers: Map<String, Value> =
        parts.headers.iter().map(|(name, value)| (name.to_string(), text(value).into())).collect();
    let values: Vec<String> = parts.headers.values().map(text).collect();
    let all = format!("{} {body}", values.join(" "));
    let names: Map<String, Value> = values.iter().map(|value| (value.clone(), true.into())).collect();
    let answer = json!({
        "timestamp": now_ms(),
        "status": status.as_u16(),
        "error": status.canonical_reason().unwrap_or("Unknown"),
        "message": format!("This was not understood: {all}"),
        "path": format!("{}?{all}", parts.uri.path()),
        "request": {
            "headers": headers,
            "values": values,
            "names": names,
            "body": body,
            "json": serde_json::from_str::<Value>(&body).unwrap_or_default(),
        },
    });
    (status, Json(answer)).into_response()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// In the extensions of an answer: the CORS headers that it has to go without.
#[derive(Clone)]
enum Withheld {
    Cors,
    RetryAfter,
}

/// Takes away what the CORS layer has given to every answer.
pub async fn withhold(mut answer: Response) -> Response {
    let Some(withheld) = answer.extensions_mut().remove::<Withheld>() else {
        return answer;
    };
    let headers: &mut HeaderMap = answer.headers_mut();
    headers.remove(header::ACCESS_CONTROL_EXPOSE_HEADERS);
    if let Withheld::Cors = withheld {
        headers.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    }
    answer
}
