//! The sandbox API: start, the steps of the flow, finish-status, and errors like those of Incode's API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rand::RngExt;
use ring::hmac;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api_error::{self, ApiError, now_ms};

/// Not a secret: it is valid only for this sandbox.
pub const API_KEY: &str = "sandbox-api-key-4f1c9d";

/// A configuration ID sets the outcome of the verification.
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

pub static CONFIGURATIONS: [Configuration; 5] = [
    configuration("approved", "approved, score OK", "approved", "OK"),
    configuration("rejected", "rejected, score FAIL", "rejected", "FAIL"),
    configuration("manual-review", "none, score UNKNOWN: needs a manual review", "none", "UNKNOWN"),
    configuration("warn", "approved, score WARN", "approved", "WARN"),
    configuration(EXPIRES_AT_ONCE, "the token has already expired", "none", "UNKNOWN"),
];

const EXPIRES_AT_ONCE: &str = "expires-at-once";

impl Configuration {
    pub fn find(id: &str) -> Result<&'static Self, String> {
        let ids = CONFIGURATIONS.each_ref().map(|known| known.id).join(", ");
        let unknown = || format!("Unknown configurationId \"{id:.64}\". Use one of: {ids}");
        CONFIGURATIONS.iter().find(|known| known.id == id).ok_or_else(unknown)
    }
}

/// The steps of the flow, each with the step that it requires.
const STEPS: [(&str, Option<&str>); 6] = [
    ("add/user-consent", None),
    ("add/front-id", None),
    ("add/back-id", Some("add/front-id")),
    ("process/id", Some("add/front-id")),
    ("add/face", None),
    (LAST_STEP, Some("add/face")),
];

const LAST_STEP: &str = "process/face";

const STRING_OPTIONS: &str = "configurationId countryCode externalCustomerId externalId integrationId interviewId \
                              language redirectUrl redirectionUrl urlUuid uuid";

/// Maximum body of a start call. As a tree of values it can take a hundred times as much.
const MAX_OPTIONS: usize = 64 << 10;
/// Maximum length of a session's redirection URL.
const MAX_URL: usize = 2048;

/// Only the values that a later response needs.
struct Session {
    configuration: &'static Configuration,
    redirection_url: Box<str>,
    /// One bit for each of `STEPS`.
    done: AtomicU8,
}

#[derive(Deserialize)]
pub struct Claims {
    sub: String,
    /// Seconds since 1970.
    exp: u64,
}

pub struct Sandbox {
    sessions: Cache<String, Arc<Session>>,
    lifetime: Duration,
    /// Signs the tokens. Like the sessions, it lasts as long as the server.
    key: hmac::Key,
}

impl Sandbox {
    pub fn new(lifetime: Duration, max_sessions: u64) -> Self {
        Self {
            sessions: Cache::builder()
                .max_capacity(max_sessions)
                // A session with a long URL counts as several, so that the maximum limits memory too.
                .weigher(|_, session: &Arc<Session>| 1 + (session.redirection_url.len() / 512) as u32)
                // With the default policy a full cache may reject a new session.
                .eviction_policy(EvictionPolicy::lru())
                .build(),
            lifetime,
            key: hmac::Key::new(hmac::HMAC_SHA256, &rand::random::<[u8; 32]>()),
        }
    }

    /// Creates a session, and returns its token and ID.
    pub fn create(&self, configuration: &'static Configuration, redirection_url: &str) -> (String, String) {
        let id = rand::random::<[u8; 12]>().iter().map(|byte| format!("{byte:02x}")).collect();
        let redirection_url = redirection_url.into();
        self.insert(id, Arc::new(Session { configuration, redirection_url, done: AtomicU8::new(0) }))
    }

    fn insert(&self, id: String, session: Arc<Session>) -> (String, String) {
        let exp = match session.configuration.id {
            EXPIRES_AT_ONCE => now_ms() / 1000 - 60,
            _ => (now_ms() + self.lifetime.as_millis() as u64).div_ceil(1000),
        };
        self.sessions.insert(id.clone(), session);
        let (header, claims) =
            (r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(), json!({ "sub": id, "exp": exp }).to_string());
        let signed = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".");
        let signature = hmac::sign(&self.key, signed.as_bytes());
        (format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)), id)
    }

    /// Returns the claims of a token that this sandbox issued, even if it has expired.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.key, signed.as_bytes(), &signature).ok()?;
        let claims = BASE64_URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
        serde_json::from_slice(&claims).ok()
    }

    /// Returns the session of a call's token. An `x-api-key` is ignored, as under `/0`.
    fn session(&self, headers: &HeaderMap) -> Result<Arc<Session>, ApiError> {
        check_version(headers)?;
        let token = text(headers, "x-incode-hardware-id")
            .ok_or_else(|| ApiError::unauthorized("Missing x-incode-hardware-id header"))?;
        let claims = self.verify(token);
        let claims = claims.ok_or_else(|| ApiError::unauthorized("Invalid token (issued by another server?)"))?;
        if claims.exp <= now_ms() / 1000 {
            return Err(ApiError::unauthorized("The token has expired"));
        }
        let gone = || ApiError::unauthorized("Session not found (expired or evicted)");
        self.sessions.get(&claims.sub).ok_or_else(gone)
    }
}

/// Returns the routes `/omni/…`, and the same under `/0`.
pub fn routes(sandbox: Arc<Sandbox>) -> Router {
    let mut omni = Router::new().route("/start", post(start)).route("/finish-status", get(finish_status));
    for (index, (step, _)) in STEPS.iter().enumerate() {
        let handler =
            async move |State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap| take_step(index, &sandbox, &headers);
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
        Some(_) => {
            return Err(ApiError::unauthorized(format!("Unknown API key (the sandbox's is {API_KEY})")));
        }
        None => return Err(ApiError::unauthorized("Missing x-api-key header")),
    }
    check_version(&headers)?;
    let content_type = text(&headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type must be application/json"));
    }
    let options = read_options(&body)?;
    let given = |name| options.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let named = given("interviewId").and_then(|id| Some((id.to_owned(), sandbox.sessions.get(id)?)));
    // Assumptions, which Incode does not document: `existingSession` is true if `interviewId` names an existing session. With a
    // configuration the call still creates a new session; without one it renews the token of the named session.
    let existing_session = named.is_some();
    let configured =
        given("configurationId").map(|id| Configuration::find(id).map_err(ApiError::bad_request)).transpose()?;
    let names_session = ["interviewId", "urlUuid", "uuid"].into_iter().any(|name| given(name).is_some());
    let redirection_url = given("redirectionUrl").unwrap_or_default();
    let (token, interview_id) = match (configured, named) {
        (Some(configuration), _) => sandbox.create(configuration, redirection_url),
        (None, Some((id, session))) => sandbox.insert(id, session),
        (None, None) if names_session => sandbox.create(&CONFIGURATIONS[0], redirection_url),
        (None, None) => return Err(ApiError::bad_request("configurationId is required")),
    };
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

/// Completes a step of the flow. Ignores the pictures in the body.
fn take_step(index: usize, sandbox: &Sandbox, headers: &HeaderMap) -> Result<Json<Value>, ApiError> {
    let session = sandbox.session(headers)?;
    let (step, required) = STEPS[index];
    if let Some(required) = required.filter(|step| !session.has_done(step)) {
        return Err(ApiError::bad_request(format!("{step} needs {required} first")));
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
        Some(_) => Err(ApiError::bad_request("api-version must be 1.0")),
        None => Err(ApiError::bad_request("api-version is required")),
    }
}

/// Reads the options of a start call and checks their types.
fn read_options(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if body.len() > MAX_OPTIONS {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The options are too large (maximum 64 KB)"));
    }
    let options: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| ApiError::bad_request("The body must be a JSON object"))?;
    for (name, value) in &options {
        let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
        let expected = match name.as_str() {
            "customFields" if !value.as_object().is_some_and(|fields| fields.values().all(is_scalar)) => {
                "must be an object with string, number or boolean values"
            }
            name if STRING_OPTIONS.split(' ').any(|known| known == name) && !value.is_string() => "must be a string",
            "redirectionUrl" if value.as_str().is_some_and(|url| url.len() > MAX_URL) => "is too long",
            _ => continue,
        };
        return Err(ApiError::bad_request(format!("{name} {expected}")));
    }
    Ok(options)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
