//! What happened below `/run/{id}`: every request in order of arrival, and how it ended.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{BoxError, Json, Router};
use futures_util::stream;
use http_body::Body as _;
use http_body_util::BodyExt;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use tower_http::cors::CorsLayer;

use crate::api_error::{ApiError, now_ms};
use crate::listen::CloseUnanswered;
use crate::sandbox;

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
    body: Vec<u8>,
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
            .weigher(|id: &Arc<str>, run: &Arc<Run>| {
                // With what the cache itself takes for one.
                run.bytes.load(Ordering::Relaxed).saturating_add(512 + id.len() as u32)
            })
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(LIFETIME)
            .build();
        Self { runs, show_keys }
    }

    fn open(&self, id: &Arc<str>, entry: Entry) -> Place {
        // Twice, because the list grows by doubling.
        let size = 2 * size_of::<Entry>() + 64 + entry.method.len() + entry.path.len() + entry.query.len();
        let size = size + entry.headers.get().len();
        let run = self.runs.get_with(id.clone(), Arc::default);
        let index = {
            let mut entries = run.entries();
            entries.push(entry);
            entries.len() - 1
        };
        let place = Place { journals: self.clone(), id: id.clone(), run: Arc::downgrade(&run), index };
        self.weigh(id, run, size);
        place
    }

    /// Inserted again, the run is weighed again and lives on. The cache would put off what it has to throw out for that.
    fn weigh(&self, id: &Arc<str>, run: Arc<Run>, more: usize) {
        run.bytes.fetch_add(more as u32, Ordering::Relaxed);
        self.runs.insert(id.clone(), run);
        self.runs.run_pending_tasks();
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

impl Run {
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an entry stands. A run that has been thrown out is gone, whoever still has a place in it.
#[derive(Clone)]
struct Place {
    journals: Journals,
    id: Arc<str>,
    run: Weak<Run>,
    index: usize,
}

impl Place {
    fn write(&self, change: impl FnOnce(&mut Entry)) {
        if let Some(run) = self.run.upgrade() {
            change(&mut run.entries()[self.index]);
        }
    }

    fn hear(&self, data: &[u8]) {
        let Some(run) = self.run.upgrade() else {
            return;
        };
        let mut more = 0;
        self.write(|entry| {
            more = data.len().min(KEPT_BODY - entry.body.len());
            entry.body.reserve_exact(more);
            entry.body.extend_from_slice(&data[..more]);
        });
        if more > 0 {
            self.journals.weigh(&self.id, run, more);
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
    let error = ApiError::new(StatusCode::NOT_FOUND, "There is no run of so long a name").to_json("/run");
    (StatusCode::NOT_FOUND, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(error)).into_response()
}

/// Entry by entry, so that a journal is never in memory twice, nor kept there by who reads it slowly.
async fn read(State(journals): State<Journals>, Path(id): Path<String>) -> Response {
    if id.len() > LONGEST_ID {
        return too_long();
    }
    let run = journals.runs.get(id.as_str());
    let count = run.as_ref().map_or(0, |run| run.entries().len());
    let run = run.as_ref().map(Arc::downgrade).unwrap_or_default();
    let entry = move |index| -> Result<String, BoxError> {
        let run = run.upgrade().ok_or("it has been thrown out")?;
        let entry = serde_json::to_string(&run.entries()[index])?;
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
    let entry = Entry {
        method: request.method().as_str().into(),
        path: request.uri().path().into(),
        query: request.uri().query().unwrap_or_default().into(),
        headers: to_raw_value(&journals.readable(request.headers())).expect("a map of texts"),
        body: Vec::new(),
        at: now_ms(),
        outcome: Outcome::Open,
        status: None,
    };
    let place = journals.open(&id.into(), entry);
    let ending = Arc::new(Ending(place.clone()));
    // Written down while the API reads it.
    let request = request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            frame.data_ref().inspect(|data| place.hear(data));
            frame
        }))
    });

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
        self.0.write(|entry| match entry.outcome {
            Outcome::Open => entry.outcome = Outcome::Dropped,
            _ => {}
        });
    }
}
