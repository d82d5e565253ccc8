//! The journal of each run: the requests under `/run/{id}` in order of arrival, and their outcome.

use std::collections::HashMap;
use std::future::ready;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{BoxError, Router};
use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use tower_http::cors::CorsLayer;

use crate::api_error::{ApiError, now_ms};
use crate::bodies::{self, Memory};
use crate::listen::CloseUnanswered;
use crate::sandbox::{self, Sandbox};

/// Maximum recorded part of a body.
const KEPT_BODY: usize = 64 << 10;
const MAX_ID: usize = 128;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

#[derive(Clone)]
pub struct Journals {
    runs: Cache<Arc<str>, Arc<Run>>,
    memory: Memory,
    sandbox: Arc<Sandbox>,
    show_credentials: bool,
}

#[derive(Default)]
struct Run {
    entries: Mutex<Vec<Entry>>,
    /// Memory of the entries.
    bytes: AtomicU32,
}

struct Entry {
    /// The request as a JSON object.
    request: Box<str>,
    outcome: &'static str,
    status: Option<u16>,
}

impl Journals {
    /// Creates journals that use up to `bytes`: the least recently used are evicted. Reading them uses `memory`.
    pub fn new(bytes: u64, memory: Memory, sandbox: Arc<Sandbox>, show_credentials: bool) -> Self {
        let runs = Cache::builder()
            .max_capacity(bytes)
            // Includes the cache's own memory per entry.
            .weigher(|id: &Arc<str>, run: &Arc<Run>| run.bytes.load(Ordering::Relaxed) + 512 + id.len() as u32)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(LIFETIME)
            .build();
        Self { runs, memory, sandbox, show_credentials }
    }

    fn open(&self, id: Arc<str>, entry: Entry) -> EntryRef {
        // Twice, because the list grows by doubling.
        let size = 2 * size_of::<Entry>() + 64 + entry.request.len();
        let run = self.runs.get_with(id.clone(), Arc::default);
        let entry = {
            let mut entries = run.entries.lock();
            entries.push(entry);
            EntryRef { run: Arc::downgrade(&run), index: entries.len() - 1 }
        };
        run.bytes.fetch_add(size as u32, Ordering::Relaxed);
        // Inserts the run again to update its weight and age, and evicts others immediately.
        self.runs.insert(id, run);
        self.runs.run_pending_tasks();
        entry
    }

    /// Returns true for a value to mask: a credential that is neither the sandbox's key nor a token issued by it.
    fn is_foreign_key(&self, name: &str, value: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let is_credential = CREDENTIALS.split(' ').any(|word| name.contains(word));
        is_credential && !self.show_credentials && value != sandbox::API_KEY && self.sandbox.verify(value).is_none()
    }

    /// Describes a request in JSON, with its credentials masked.
    fn describe(&self, parts: &Parts, body: &[u8]) -> String {
        let header = |name: &HeaderName, value: &HeaderValue| {
            let value = String::from_utf8_lossy(value.as_bytes());
            if self.is_foreign_key(name.as_str(), &value) { MASK.to_owned() } else { value.into_owned() }
        };
        let joined =
            |name| parts.headers.get_all(name).iter().map(|value| header(name, value)).collect::<Vec<_>>().join(", ");
        let headers: Map<String, Value> =
            parts.headers.keys().map(|name| (name.to_string(), joined(name).into())).collect();
        let parameter = |parameter: &str| match parameter.split_once('=') {
            Some((name, value)) if self.is_foreign_key(&percent_decode_str(name).decode_utf8_lossy(), value) => {
                format!("{name}={MASK}")
            }
            _ => parameter.to_owned(),
        };
        let query: Vec<_> = parts.uri.query().unwrap_or_default().split('&').map(parameter).collect();
        let body = String::from_utf8_lossy(&body[..body.len().min(KEPT_BODY)]);
        json!({
            "method": parts.method.as_str(),
            "path": parts.uri.path(),
            "query": query.join("&"),
            "headers": headers,
            "body": body,
            "at": now_ms(),
        })
        .to_string()
    }
}

/// Replaces a foreign credential: any page can read the journals.
const MASK: &str = "(masked: not the sandbox key)";

/// Words in the names of headers and query parameters that carry credentials.
const CREDENTIALS: &str =
    "assertion auth cookie credential csrf hardware-id jwt key oidc passw secret session signature token xsrf";

/// An entry's position. It does not keep an evicted run in memory.
struct EntryRef {
    run: Weak<Run>,
    index: usize,
}

impl EntryRef {
    fn write(&self, change: impl FnOnce(&mut Entry)) {
        if let Some(run) = self.run.upgrade() {
            change(&mut run.entries.lock()[self.index]);
        }
    }
}

/// Returns the API under `/run/{id}`, and `GET /run/{id}`.
pub fn routes(journals: Journals, api: Router, cors: CorsLayer) -> Router {
    let recorded = api.layer(middleware::from_fn_with_state(journals.clone(), record));
    let read = Router::new().route("/run/{id}", get(read)).layer(cors).with_state(journals);
    Router::new().nest("/run/{id}", recorded).merge(read)
}

fn too_long() -> Response {
    ApiError::new(StatusCode::NOT_FOUND, "Run ID too long (maximum 128 bytes)").readable_by_any_page("/run")
}

/// Streams the entries one by one, so that slow readers keep no journal in memory.
async fn read(State(journals): State<Journals>, Path(id): Path<String>) -> Response {
    if id.len() > MAX_ID {
        return too_long();
    }
    let run = journals.runs.get(id.as_str());
    let count = run.as_ref().map_or(0, |run| run.entries.lock().len());
    let run = run.as_ref().map(Arc::downgrade).unwrap_or_default();
    let entry = move |index: usize| {
        let (run, memory) = (run.clone(), journals.memory.clone());
        async move {
            let size = run.upgrade().map_or(0, |run| run.entries.lock()[index].request.len());
            let reserved = memory.reserve(size).await.map_err(|_| "busy")?;
            let run = run.upgrade().ok_or("evicted")?;
            let Entry { request, outcome, status } = &run.entries.lock()[index];
            let status = status.map_or_else(String::new, |status| format!(r#","status":{status}"#));
            let separator = if index == 0 { '[' } else { ',' };
            let request = &request[..request.len() - 1];
            let json = format!(r#"{separator}{request},"outcome":"{outcome}"{status}}}"#);
            Ok::<Bytes, BoxError>(reserved.hold(json.into_bytes()))
        }
    };
    let end = if count == 0 { "[]" } else { "]" };
    let entries = stream::iter(0..count).then(entry).chain(stream::once(ready(Ok(end.into()))));
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
    (headers, Body::from_stream(entries)).into_response()
}

async fn record(
    State(journals): State<Journals>,
    Path(parameters): Path<HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    let id = parameters["id"].as_str();
    if id.len() > MAX_ID {
        return too_long();
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, bodies::LIMIT).await.unwrap_or_default();
    let entry = Entry { request: journals.describe(&parts, &body).into(), outcome: "open", status: None };
    let guard = Arc::new(CompletionGuard(journals.open(id.into(), entry)));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if response.extensions().get::<CloseUnanswered>().is_some() {
        return response;
    }
    guard.0.write(|entry| entry.status = Some(response.status().as_u16()));
    response.map(|body| {
        // hyper stops polling after the last byte of a known length; otherwise it polls for the end.
        let mut left = body.size_hint().exact();
        if left == Some(0) {
            guard.0.write(|entry| entry.outcome = "completed");
        }
        let end = guard.clone();
        let body = body.map_frame(move |frame| {
            left = left.map(|left| left - frame.data_ref().map_or(0, |data| data.len() as u64));
            if left == Some(0) {
                guard.0.write(|entry| entry.outcome = "completed");
            }
            frame
        });
        Body::new(body.with_trailers(async move {
            end.0.write(|entry| entry.outcome = "completed");
            None
        }))
    })
}

/// Sets the outcome of an entry when dropped, with the handler or with the response's body.
struct CompletionGuard(EntryRef);

impl Drop for CompletionGuard {
    fn drop(&mut self) {
        self.0.write(|entry| entry.outcome = if entry.outcome == "open" { "dropped" } else { entry.outcome });
    }
}
