//! What happened below `/run/{id}`: every request in order of arrival, and how it ended.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use http_body::{Body as _, Frame, SizeHint};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use tower_http::cors::CorsLayer;

use crate::api_error::now_ms;
use crate::below::{below, pass_on};
use crate::listen::CloseUnanswered;

/// All journals together; the longest unused ones go first.
const MEMORY: u64 = 256 << 20;

/// What is kept of one body.
const KEPT_BODY: usize = 64 << 10;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// In the extensions of a request: the run that it belongs to.
#[derive(Clone)]
pub struct RunId(pub Arc<str>);

pub struct Journals {
    runs: Cache<Arc<str>, Arc<Run>>,
}

#[derive(Default)]
struct Run {
    entries: Mutex<Vec<Entry>>,
    bytes: AtomicU32,
}

#[derive(Clone, Serialize)]
struct Entry {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: String,
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

impl Journals {
    pub fn new() -> Self {
        Self {
            runs: Cache::builder()
                .max_capacity(MEMORY)
                .weigher(|_, run: &Arc<Run>| run.bytes.load(Ordering::Relaxed))
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(LIFETIME)
                .build(),
        }
    }

    fn open(&self, id: &Arc<str>, entry: Entry, size: usize) -> Place {
        let run = self.runs.get_with(id.clone(), Arc::default);
        let index = {
            let mut entries = run.entries();
            entries.push(entry);
            entries.len() - 1
        };
        run.bytes.fetch_add(size as u32, Ordering::Relaxed);
        // Inserted again, the run is weighed again and lives on.
        self.runs.insert(id.clone(), run.clone());
        Place { run, index }
    }
}

impl Run {
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an entry stands.
#[derive(Clone)]
struct Place {
    run: Arc<Run>,
    index: usize,
}

impl Place {
    fn write(&self, change: impl FnOnce(&mut Entry)) {
        change(&mut self.run.entries()[self.index]);
    }
}

pub fn routes(journals: Arc<Journals>, next: Router, cors: CorsLayer) -> Router {
    let record = {
        let journals = journals.clone();
        move |Path(Below { id }): Path<Below>, request: Request| record(journals, next, id.into(), request)
    };
    let read = Router::new().route("/run/{id}", get(read)).layer(cors).with_state(journals);
    Router::new().route("/run/{id}/{*rest}", any(record)).merge(read)
}

/// By name, as other segments of the path have names of their own.
#[derive(Deserialize)]
struct Below {
    id: String,
}

async fn read(State(journals): State<Arc<Journals>>, Path(id): Path<String>) -> Response {
    let run = journals.runs.get(id.as_str());
    let entries = run.map_or_else(Vec::new, |run| run.entries().clone());
    let never_cached = [(axum::http::header::CACHE_CONTROL, "no-store")];
    (never_cached, Json(entries)).into_response()
}

async fn record(journals: Arc<Journals>, next: Router, id: Arc<str>, mut request: Request) -> Response {
    *request.uri_mut() = below(request.uri(), 2);
    let headers = readable(request.headers());
    let size = 200
        + request.uri().path().len()
        + headers.iter().map(|(n, v)| n.len() + v.len() + 64).sum::<usize>()
        + content_length(request.headers()).min(KEPT_BODY);
    let entry = Entry {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers,
        body: String::new(),
        at: now_ms(),
        outcome: Outcome::Open,
        status: None,
    };
    let place = journals.open(&id, entry, size);
    let ending = Ending { place: place.clone(), complete: false };
    request.extensions_mut().insert(RunId(id));
    let request = request.map(|body| {
        let kept = Vec::new();
        Body::new(Heard { body, kept, place })
    });

    let answer = pass_on(next, request).await;
    if answer.extensions().get::<CloseUnanswered>().is_some() {
        return answer;
    }
    ending.place.write(|entry| entry.status = Some(answer.status().as_u16()));
    answer.map(|body| Body::new(Watched { body, ending }))
}

fn readable(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut readable: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        readable
            .entry(name.to_string())
            .and_modify(|earlier| *earlier = format!("{earlier}, {value}"))
            .or_insert_with(|| value.into_owned());
    }
    readable
}

fn content_length(headers: &HeaderMap) -> usize {
    let length = headers.get(axum::http::header::CONTENT_LENGTH);
    length.and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or(0)
}

/// A request's body, written down while the API reads it.
struct Heard {
    body: Body,
    kept: Vec<u8>,
    place: Place,
}

impl http_body::Body for Heard {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let room = KEPT_BODY - self.kept.len();
            if room == 0 {
                return polled;
            }
            self.kept.extend_from_slice(&data[..data.len().min(room)]);
            let so_far = String::from_utf8_lossy(&self.kept).into_owned();
            self.place.write(|entry| entry.body = so_far);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Says how an entry ended when it is dropped, wherever that happens: with the handler or with the answer's body.
struct Ending {
    place: Place,
    complete: bool,
}

impl Ending {
    fn complete(&mut self) {
        if !self.complete {
            self.complete = true;
            self.place.write(|entry| entry.outcome = Outcome::Answered);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.complete {
            self.place.write(|entry| entry.outcome = Outcome::Dropped);
        }
    }
}

struct Watched {
    body: Body,
    ending: Ending,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let over = match &polled {
            Poll::Ready(None) => true,
            Poll::Ready(Some(Ok(_))) => self.body.is_end_stream(),
            _ => false,
        };
        if over {
            self.ending.complete();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // An empty body is never polled.
        if self.body.is_end_stream() {
            self.ending.complete();
        }
    }
}
