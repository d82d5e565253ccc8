//! The sandbox API: start, the steps of the flow, finish-status, and the errors that the vendor's API would give.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rand::RngExt;
use serde_json::{Map, Value, json};

use crate::api_error::{self, ApiError, body_of};
use crate::token::{Refusal, Tokens};

/// Not a secret: it opens nothing but this sandbox.
pub const API_KEY: &str = "sandbox-api-key-4f1c9d";

/// The vendor documents 10 MB a body.
pub const BODY_LIMIT: usize = 10 << 20;

/// A configuration id picks how the verification ends.
pub struct Configuration {
    pub id: &'static str,
    pub outcome: &'static str,
    action: &'static str,
    score_status: &'static str,
}

pub const CONFIGURATIONS: [Configuration; 5] = [
    Configuration { id: "approved", outcome: "approved, score OK", action: "approved", score_status: "OK" },
    Configuration { id: "rejected", outcome: "rejected, score FAIL", action: "rejected", score_status: "FAIL" },
    Configuration {
        id: "manual-review",
        outcome: "no action yet, score UNKNOWN: a person has to look at it",
        action: "none",
        score_status: "UNKNOWN",
    },
    Configuration { id: "warn", outcome: "approved, score WARN", action: "approved", score_status: "WARN" },
    Configuration {
        id: EXPIRES_AT_ONCE,
        outcome: "the token has expired before it is first used",
        action: "none",
        score_status: "UNKNOWN",
    },
];

const EXPIRES_AT_ONCE: &str = "expires-at-once";

/// The steps of the flow and the step that each of them needs before it.
const STEPS: [(&str, Option<&str>); 6] = [
    ("add/user-consent", None),
    ("add/front-id", None),
    ("add/back-id", Some("add/front-id")),
    ("process/id", Some("add/front-id")),
    ("add/face", None),
    (LAST_STEP, Some("add/face")),
];

const LAST_STEP: &str = "process/face";

const STRING_OPTIONS: [&str; 10] = [
    "configurationId",
    "countryCode",
    "externalCustomerId",
    "externalId",
    "integrationId",
    "interviewId",
    "language",
    "redirectionUrl",
    "urlUuid",
    "uuid",
];

struct Session {
    configuration: &'static Configuration,
    /// What the start call said, externalId and all.
    options: Map<String, Value>,
    size: usize,
    /// One bit for each of `STEPS`.
    done: AtomicU8,
}

pub struct Sandbox {
    sessions: Cache<String, Arc<Session>>,
    lifetime: Duration,
    tokens: Tokens,
}

impl Sandbox {
    pub fn new(lifetime: Duration, max_sessions: u64) -> Self {
        Self {
            sessions: Cache::builder()
                .max_capacity(max_sessions)
                // A session that carries much counts as several, so that the limit bounds memory too.
                .weigher(|_, session: &Arc<Session>| 1 + (session.size / 4096) as u32)
                // The default policy may refuse a newcomer when full; here the longest unused one has to go.
                .eviction_policy(EvictionPolicy::lru())
                // Tokens are rounded up to the second and must not outlive their session.
                .time_to_live(lifetime + Duration::from_secs(2))
                .build(),
            lifetime,
            tokens: Tokens::new(),
        }
    }

    fn session(&self, headers: &HeaderMap) -> Result<Arc<Session>, ApiError> {
        let token = text(headers, "x-incode-hardware-id")
            .ok_or_else(|| ApiError::unauthorized("x-incode-hardware-id has to carry a token"))?;
        let interview_id = self.tokens.read(token).map_err(|refusal| match refusal {
            Refusal::Unknown => ApiError::unauthorized("The token is not known"),
            Refusal::Expired => ApiError::unauthorized("The token has expired"),
        })?;
        self.sessions.get(&interview_id).ok_or_else(|| ApiError::unauthorized("The session of this token is gone"))
    }
}

/// `/omni/…`, and the same under `/0`.
pub fn routes(sandbox: Arc<Sandbox>) -> Router {
    let mut omni = Router::new().route("/omni/start", post(start)).route("/omni/finish-status", get(finish_status));
    for (index, (step, _)) in STEPS.iter().enumerate() {
        let handler = move |caller: Caller, headers: HeaderMap, body: Result<Bytes, BytesRejection>| async move {
            take_step(index, caller, headers, body)
        };
        omni = omni.route(&format!("/omni/{step}"), post(handler));
    }
    Router::new()
        .merge(omni.clone())
        .nest("/0", omni)
        .fallback(api_error::unknown_route)
        .method_not_allowed_fallback(api_error::wrong_method)
        .layer(middleware::from_fn(api_error::write_bodies))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(sandbox)
}

async fn start(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = body_of(body)?;
    match text(&headers, "x-api-key") {
        Some(API_KEY) => {}
        Some(_) => return Err(ApiError::unauthorized("The API key is not known")),
        None => return Err(ApiError::unauthorized("x-api-key has to carry an API key")),
    }
    check_version(&headers)?;
    let options = json_object(&headers, &body)?;
    check_options(&options)?;
    let id = match options.get("configurationId").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => id,
        _ => return Err(ApiError::bad_request("configurationId is required")),
    };
    let configuration = CONFIGURATIONS
        .iter()
        .find(|known| known.id == id)
        .ok_or_else(|| ApiError::bad_request("There is no configuration of this configurationId"))?;

    // An assumption, the vendor does not document it: true where the caller named a session that exists.
    // The new session is one of its own even so.
    let existing_session = options
        .get("interviewId")
        .and_then(Value::as_str)
        .is_some_and(|interview_id| sandbox.sessions.contains_key(interview_id));

    let interview_id: String = {
        let bytes: [u8; 12] = rand::random();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let lifetime = (configuration.id != EXPIRES_AT_ONCE).then_some(sandbox.lifetime);
    let token = sandbox.tokens.issue(&interview_id, lifetime);
    sandbox.sessions.insert(
        interview_id.clone(),
        Arc::new(Session { configuration, options, size: body.len(), done: AtomicU8::new(0) }),
    );
    Ok(Json(json!({
        "token": token,
        "interviewId": interview_id,
        "interviewCode": format!("{:06}", rand::rng().random_range(0..1_000_000)),
        "flowType": "configuration",
        "idCaptureTimeout": 60,
        "idCaptureRetries": 3,
        "selfieCaptureTimeout": 60,
        "selfieCaptureRetries": 3,
        "curpValidationRetries": 3,
        "clientId": "sandbox",
        "env": "demo",
        "existingSession": existing_session,
    })))
}

fn take_step(
    index: usize,
    Caller(session): Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = body_of(body)?;
    // The pictures are looked at by nobody here; that they are JSON is checked, as the API would.
    if !body.is_empty() {
        json_object(&headers, &body)?;
    }
    let (step, needed) = STEPS[index];
    if let Some(needed) = needed
        && !session.has_done(needed)
    {
        return Err(ApiError::bad_request(format!("{step} needs {needed} first")));
    }
    session.done.fetch_or(1 << index, Ordering::Relaxed);
    Ok(Json(json!({ "success": true })))
}

async fn finish_status(Caller(session): Caller) -> Json<Value> {
    let (action, score_status) = if session.has_done(LAST_STEP) {
        let configuration = session.configuration;
        (configuration.action, configuration.score_status)
    } else {
        ("none", "UNKNOWN")
    };
    Json(json!({
        "action": action,
        "scoreStatus": score_status,
        "redirectionUrl": session.options.get("redirectionUrl").and_then(Value::as_str).unwrap_or(""),
    }))
}

impl Session {
    fn has_done(&self, step: &str) -> bool {
        let done = self.done.load(Ordering::Relaxed);
        STEPS.iter().position(|(known, _)| *known == step).is_some_and(|index| done & (1 << index) != 0)
    }
}

/// The session that a call is about. An `x-api-key` is not looked at: the token says it all, as under `/0`.
struct Caller(Arc<Session>);

impl FromRequestParts<Arc<Sandbox>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Arc<Sandbox>) -> Result<Self, ApiError> {
        check_version(&parts.headers)?;
        sandbox.session(&parts.headers).map(Caller)
    }
}

fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match text(headers, "api-version") {
        Some("1.0") => Ok(()),
        Some(_) => Err(ApiError::bad_request("api-version has to be 1.0")),
        None => Err(ApiError::bad_request("api-version is required")),
    }
}

fn json_object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let content_type = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type has to be application/json"));
    }
    serde_json::from_slice(body).map_err(|_| ApiError::bad_request("The body has to be a JSON object"))
}

fn check_options(options: &Map<String, Value>) -> Result<(), ApiError> {
    for name in STRING_OPTIONS {
        if !matches!(options.get(name), None | Some(Value::String(_))) {
            return Err(ApiError::bad_request(format!("{name} has to be a string")));
        }
    }
    match options.get("customFields") {
        None => Ok(()),
        Some(Value::Object(fields)) if fields.values().all(Value::is_string) => Ok(()),
        Some(_) => Err(ApiError::bad_request("customFields has to be an object of strings")),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
