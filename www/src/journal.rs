//! What happened below `/run/{id}`: every request in order of arrival, and how it ended.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{BoxError, Router};
use futures_util::stream;
use http_body_util::BodyExt;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use tower_http::cors::CorsLayer;

use crate::api_error::{ApiError, now_ms};
use crate::listen::CloseUnanswered;
use crate::{bodies, sandbox};

/// What is kept of one body.
const KEPT_BODY: usize = 64 << 10;

const LONGEST_ID: usize = 128;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

#[derive(Clone)]
pub struct Journals {
    runs: Cache<Arc<str>, Arc<Run>>,
    show_keys: bool,
}

#[derive(Default)]
struct Run {
    entries: Mutex<Vec<Entry>>,
    /// What the entries take, with all that they point to.
    bytes: AtomicU32,
}

#[derive(Serialize)]
struct Entry {
    method: Box<str>,
    path: Box<str>,
    query: Box<str>,
    headers: Box<RawValue>,
    #[serde(serialize_with = "readable_text")]
    body: Box<[u8]>,
    at: u64,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Open,
    Answered,
    /// It ended before the answer was complete, most often because the client went away.
    Dropped,
}

fn readable_text<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}

impl Journals {
    /// All of them together take up to `memory` bytes; the longest unused ones go first.
    pub fn new(memory: u64, show_keys: bool) -> Self {
        let runs = Cache::builder()
            .max_capacity(memory)
            // With what the cache itself takes for one.
            .weigher(|id: &Arc<str>, run: &Arc<Run>| run.bytes.load(Ordering::Relaxed) + 512 + id.len() as u32)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(LIFETIME)
            .build();
        Self { runs, show_keys }
    }

    fn open(&self, id: Arc<str>, entry: Entry) -> Place {
        // Twice, because the list grows by doubling.
        let size = 2 * size_of::<Entry>() + 64 + entry.method.len() + entry.path.len() + entry.query.len();
        let size = size + entry.headers.get().len() + entry.body.len();
        let run = self.runs.get_with(id.clone(), Arc::default);
        let place = {
            let mut entries = run.entries.lock();
            entries.push(entry);
            Place { run: Arc::downgrade(&run), index: entries.len() - 1 }
        };
        run.bytes.fetch_add(size as u32, Ordering::Relaxed);
        // Inserted again, the run is weighed again and lives on. The cache would put off what it has to throw out for that.
        self.runs.insert(id, run);
        self.runs.run_pending_tasks();
        place
    }

    fn readable(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let mut readable: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in headers {
            let strange = name == "x-api-key" && value != sandbox::API_KEY && !self.show_keys;
            let value = String::from_utf8_lossy(if strange { MASK } else { value.as_bytes() });
            readable
                .entry(name.to_string())
                .and_modify(|earlier| *earlier = format!("{earlier}, {value}"))
                .or_insert_with(|| value.into_owned());
        }
        readable
    }
}

/// In the place of an API key that somebody sent here by mistake: every page can read the journals.
const MASK: &[u8] = b"(not the sandbox's own)";

/// Where an entry stands. A run that has been thrown out is gone, whoever still has a place in it.
struct Place {
    run: Weak<Run>,
    index: usize,
}

impl Place {
    fn write(&self, change: impl FnOnce(&mut Entry)) {
        if let Some(run) = self.run.upgrade() {
            change(&mut run.entries.lock()[self.index]);
        }
    }
}

/// The API below `/run/{id}`, and `GET /run/{id}`.
pub fn routes(journals: Journals, api: Router, cors: CorsLayer) -> Router {
    let recorded = api.layer(middleware::from_fn_with_state(journals.clone(), record));
    let read = Router::new().route("/run/{id}", get(read)).layer(cors).with_state(journals);
    Router::new().nest("/run/{id}", recorded).merge(read)
}

/// By name, as other segments of the path have names of their own.
#[derive(Deserialize)]
struct Below {
    id: String,
}

fn too_long() -> Response {
    ApiError::new(StatusCode::NOT_FOUND, "There is no run of so long a name").for_every_page("/run")
}

/// Entry by entry, so that a journal is never in memory twice, nor kept there by who reads it slowly.
async fn read(State(journals): State<Journals>, Path(id): Path<String>) -> Response {
    if id.len() > LONGEST_ID {
        return too_long();
    }
    let run = journals.runs.get(id.as_str());
    let count = run.as_ref().map_or(0, |run| run.entries.lock().len());
    let run = run.as_ref().map(Arc::downgrade).unwrap_or_default();
    let entry = move |index| -> Result<String, BoxError> {
        let run = run.upgrade().ok_or("it has been thrown out")?;
        let entry = serde_json::to_string(&run.entries.lock()[index])?;
        Ok(format!("{}{entry}", if index == 0 { '[' } else { ',' }))
    };
    let end = if count == 0 { "[]" } else { "]" };
    let entries = stream::iter((0..count).map(entry).chain([Ok(end.to_owned())]));
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
    (headers, Body::from_stream(entries)).into_response()
}

async fn record(
    State(journals): State<Journals>,
    Path(Below { id }): Path<Below>,
    request: Request,
    next: Next,
) -> Response {
    if id.len() > LONGEST_ID {
        return too_long();
    }
    let (parts, body) = request.into_parts();
    // It has come already.
    let body = to_bytes(body, bodies::LIMIT).await.unwrap_or_default();
    let entry = Entry {
        method: parts.method.as_str().into(),
        path: parts.uri.path().into(),
        query: parts.uri.query().unwrap_or_default().into(),
        headers: to_raw_value(&journals.readable(&parts.headers)).expect("a map of texts"),
        body: body[..body.len().min(KEPT_BODY)].into(),
        at: now_ms(),
        outcome: Outcome::Open,
        status: None,
    };
    let ending = Arc::new(Ending(journals.open(id.into(), entry)));
    let request = Request::from_parts(parts, Body::from(body));
    let answer = next.run(request).await;
    if answer.extensions().get::<CloseUnanswered>().is_some() {
        return answer;
    }
    ending.0.write(|entry| entry.status = Some(answer.status().as_u16()));
    answer.map(|body| {
        // Where the length is known, hyper does not ask for more after the last byte; elsewhere what follows is asked for.
        let mut left = body.size_hint().exact();
        ending.complete_if(left == Some(0));
        let end = ending.clone();
        let body = body.map_frame(move |frame| {
            left = left.map(|left| left - frame.data_ref().map_or(0, |data| data.len() as u64));
            ending.complete_if(left == Some(0));
            frame
        });
        Body::new(body.with_trailers(async move {
            end.complete_if(true);
            None
        }))
    })
}

/// Says how an entry ended when it is dropped, wherever that happens: with the handler or with the answer's body.
struct Ending(Place);

impl Ending {
    fn complete_if(&self, over: bool) {
        if over {
            self.0.write(|entry| entry.outcome = Outcome::Answered);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.write(|entry| {
            entry.outcome = if let Outcome::Open = entry.outcome { Outcome::Dropped } else { entry.outcome };
        });
    }
}
