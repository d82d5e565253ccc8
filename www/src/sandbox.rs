//! The sandbox API: start, the steps of the flow, finish-status, and the errors that the vendor's API would give.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use jsonwebtoken::errors::ErrorKind;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rand::RngExt;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::api_error::{self, ApiError};
use crate::token::Tokens;

/// Not a secret: it opens nothing but this sandbox.
pub const API_KEY: &str = "sandbox-api-key-4f1c9d";

/// A configuration id picks how the verification ends.
pub struct Configuration {
    pub id: &'static str,
    pub outcome: &'static str,
    action: &'static str,
    score_status: &'static str,
}

type Text = &'static str;

const fn configuration(id: Text, outcome: Text, action: Text, score_status: Text) -> Configuration {
    Configuration { id, outcome, action, score_status }
}

pub const CONFIGURATIONS: [Configuration; 5] = [
    configuration("approved", "approved, score OK", "approved", "OK"),
    configuration("rejected", "rejected, score FAIL", "rejected", "FAIL"),
    configuration("manual-review", "no action yet, score UNKNOWN: a person has to look at it", "none", "UNKNOWN"),
    configuration("warn", "approved, score WARN", "approved", "WARN"),
    configuration(EXPIRES_AT_ONCE, "the token has expired before it is first used", "none", "UNKNOWN"),
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

/// The options whose text decides something here, and those that only have to be strings too.
const READ_OPTIONS: &str = "configurationId interviewId redirectionUrl urlUuid uuid";
const OTHER_OPTIONS: &str = "countryCode externalCustomerId externalId integrationId language redirectUrl";

/// What is read may have so many bytes, as JSON.
const LONGEST: usize = 2048;

/// Of all that the start call says, only what a later call is answered with.
struct Session {
    configuration: &'static Configuration,
    redirection_url: Box<str>,
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
                .weigher(|_, session: &Arc<Session>| 1 + (session.redirection_url.len() / 512) as u32)
                // The default policy may refuse a newcomer when full; here the longest unused one has to go.
                .eviction_policy(EvictionPolicy::lru())
                // Tokens are rounded up to the second and must not outlive their session.
                .time_to_live(lifetime + Duration::from_secs(2))
                .build(),
            lifetime,
            tokens: Tokens::new(),
        }
    }

    /// The session that a call is about. An `x-api-key` is not looked at: the token says it all, as under `/0`.
    fn session(&self, headers: &HeaderMap) -> Result<Arc<Session>, ApiError> {
        check_version(headers)?;
        let token = text(headers, "x-incode-hardware-id")
            .ok_or_else(|| ApiError::unauthorized("x-incode-hardware-id has to carry a token"))?;
        let interview_id = self.tokens.read(token).map_err(|refusal| match refusal {
            ErrorKind::ExpiredSignature => ApiError::unauthorized("The token has expired"),
            _ => ApiError::unauthorized("The token is not known"),
        })?;
        self.sessions.get(&interview_id).ok_or_else(|| ApiError::unauthorized("The session of this token is gone"))
    }
}

/// `/omni/…`, and the same under `/0`.
pub fn routes(sandbox: Arc<Sandbox>) -> Router {
    let mut omni = Router::new().route("/start", post(start)).route("/finish-status", get(finish_status));
    for (index, (step, _)) in STEPS.iter().enumerate() {
        let handler = async move |State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes| {
            take_step(index, &sandbox, &headers, &body)
        };
        omni = omni.route(&format!("/{step}"), post(handler));
    }
    let omni = omni.fallback(api_error::unknown_route).method_not_allowed_fallback(api_error::wrong_method);
    Router::new()
        .nest("/omni", omni.clone())
        .nest("/0", Router::new().nest("/omni", omni).fallback(api_error::unknown_route))
        .layer(middleware::from_fn(api_error::write_bodies))
        .layer(DefaultBodyLimit::disable())
        .with_state(sandbox)
}

async fn start(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, ApiError> {
    match text(&headers, "x-api-key") {
        Some(API_KEY) => {}
        Some(_) => return Err(ApiError::unauthorized("The API key is not known")),
        None => return Err(ApiError::unauthorized("x-api-key has to carry an API key")),
    }
    check_version(&headers)?;
    check_type(&headers)?;
    let options = read_options(&body)?;
    let given = |name| options.get(name).filter(|text| !text.is_empty());
    let named = given("interviewId").and_then(|id| Some((id, sandbox.sessions.get(id)?)));
    // Assumptions, the vendor does not document them: `existingSession` is true where the caller named a session that exists.
    // With a configuration the new session is one of its own even so; without one the token is for the session that was named.
    let existing_session = named.is_some();
    let configured = given("configurationId").map(|id| {
        let known = CONFIGURATIONS.iter().find(|known| known.id == id);
        known.ok_or_else(|| ApiError::bad_request("There is no configuration of this configurationId"))
    });
    let interview_id: String = rand::random::<[u8; 12]>().iter().map(|byte| format!("{byte:02x}")).collect();
    let new = |configuration| {
        let redirection_url = options.get("redirectionUrl").map(String::as_str).unwrap_or_default().into();
        (interview_id, Arc::new(Session { configuration, redirection_url, done: AtomicU8::new(0) }))
    };
    let (interview_id, session) = match (configured.transpose()?, named) {
        (Some(configuration), _) => new(configuration),
        (None, Some((id, session))) => (id.clone(), session),
        (None, None) if ["interviewId", "urlUuid", "uuid"].into_iter().any(|name| given(name).is_some()) => {
            new(&CONFIGURATIONS[0])
        }
        (None, None) => return Err(ApiError::bad_request("configurationId is required")),
    };
    let lifetime = (session.configuration.id != EXPIRES_AT_ONCE).then_some(sandbox.lifetime);
    let token = sandbox.tokens.issue(&interview_id, lifetime);
    sandbox.sessions.insert(interview_id.clone(), session);
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

fn take_step(index: usize, sandbox: &Sandbox, headers: &HeaderMap, body: &[u8]) -> Result<Json<Value>, ApiError> {
    let session = sandbox.session(headers)?;
    // The pictures are looked at by nobody here; that they are JSON is checked, as the API would.
    if !body.is_empty() {
        check_type(headers)?;
        each_field(body, |_, _| Ok(()))?;
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

async fn finish_status(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap) -> Result<Json<Value>, ApiError> {
    let session = sandbox.session(&headers)?;
    let (action, score_status) = match session.has_done(LAST_STEP) {
        true => (session.configuration.action, session.configuration.score_status),
        false => ("none", "UNKNOWN"),
    };
    let redirection_url = &session.redirection_url;
    Ok(Json(json!({ "action": action, "scoreStatus": score_status, "redirectionUrl": redirection_url })))
}

impl Session {
    fn has_done(&self, step: &str) -> bool {
        let done = self.done.load(Ordering::Relaxed);
        STEPS.iter().position(|(known, _)| *known == step).is_some_and(|index| done & (1 << index) != 0)
    }
}

fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match text(headers, "api-version") {
        Some("1.0") => Ok(()),
        Some(_) => Err(ApiError::bad_request("api-version has to be 1.0")),
        None => Err(ApiError::bad_request("api-version is required")),
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let content_type = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type has to be application/json"))
}

/// Checks all options, and gives those that are read.
fn read_options(body: &[u8]) -> Result<HashMap<String, String>, ApiError> {
    let mut options = HashMap::new();
    each_field(body, |name, value| {
        let wrong = |what: &str| Err(ApiError::bad_request(format!("{name} {what}")));
        if name == "customFields" {
            let mut plain = true;
            let checked = each_field(value.as_bytes(), |_, value| {
                plain &= !value.starts_with(['{', '[', 'n']);
                Ok(())
            });
            return if plain && checked.is_ok() {
                checked
            } else {
                wrong("has to be an object of strings, numbers and booleans")
            };
        }
        let is_one_of = |names: &str| names.split(' ').any(|known| known == name);
        let is_read = is_one_of(READ_OPTIONS);
        if (is_read || is_one_of(OTHER_OPTIONS)) && !value.starts_with('"') {
            return wrong("has to be a string");
        }
        if is_read && value.len() > LONGEST {
            return wrong("is too long");
        }
        if is_read {
            options.insert(name.to_owned(), serde_json::from_str(value).unwrap_or_default());
        }
        Ok(())
    })?;
    Ok(options)
}

/// Reads a JSON object field by field, so that a small body that stands for a large value takes no more than its bytes.
fn each_field(json: &[u8], each: impl FnMut(&str, &str) -> Result<(), ApiError>) -> Result<(), ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = reader.deserialize_map(Fields(each)).and_then(|result| reader.end().map(|()| result));
    read.map_err(|_| ApiError::bad_request("The body has to be a JSON object"))?
}

struct Fields<Each>(Each);

impl<'de, Each: FnMut(&str, &str) -> Result<(), ApiError>> Visitor<'de> for Fields<Each> {
    type Value = Result<(), ApiError>;

    fn expecting(&self, text: &mut fmt::Formatter) -> fmt::Result {
        text.write_str("an object")
    }

    fn visit_map<Map: MapAccess<'de>>(mut self, mut map: Map) -> Result<Self::Value, Map::Error> {
        let mut result = Ok(());
        while let Some((name, value)) = map.next_entry::<Cow<str>, &RawValue>()? {
            result = result.and_then(|()| (self.0)(&name, value.get()));
        }
        Ok(result)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
