//! The demo's backend: for the real API, or for the sandbox with a fault of the page's choice.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::{MethodRouter, get};
use axum::{Extension, Json, Router, middleware};
use reqwest::Url;
use serde_json::{Map, Value, json};

use crate::api;
use crate::backend::{self, Backend, Failure, Session, SessionRequest};
use crate::faults::{self, Plan};
use crate::origin::{self, Hosts};
use crate::sandbox::{self, CONFIGURATIONS, Configuration, Sandbox};

/// Returns the backend for a real API if its three variables are set, `None` if none of them is.
pub fn real_api(read: impl Fn(&str) -> Option<String>) -> Result<Option<Backend>, String> {
    const NAMES: [&str; 3] = ["INCODE_API_URL", "INCODE_API_KEY", "INCODE_CONFIGURATION_ID"];
    let values = NAMES.map(|name| read(name).filter(|value| !value.is_empty()));
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    let missing: Vec<_> =
        NAMES.into_iter().zip(&values).filter_map(|(name, value)| value.is_none().then_some(name)).collect();
    let [Some(url), Some(key), Some(configuration_id)] = values else {
        let (all, missing) = (NAMES.join(", "), missing.join(", "));
        return Err(format!("To use the real API, set {all}. Missing: {missing}."));
    };
    let mut key = HeaderValue::from_str(&key)
        .map_err(|_| "INCODE_API_KEY contains characters that aren't allowed in a header (line break?).".to_owned())?;
    key.set_sensitive(true);
    let url = checked_url(&url)?;
    let client = Backend::client();
    // On this machine no proxy is needed, and no certificates need to be installed.
    let client = if url.starts_with("https:") { client } else { client.no_proxy().tls_certs_only([]) };
    let client = client.build().map_err(|error| {
        let cause = std::error::Error::source(&error);
        let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
        format!("The HTTP client could not be created: {cause}.")
    })?;
    Ok(Some(Backend { url, key, configuration_id, client }))
}

fn checked_url(value: &str) -> Result<String, String> {
    let invalid = |problem: &str| format!("INCODE_API_URL {problem}.");
    let url = Url::parse(value).map_err(|_| invalid("must be an absolute URL"))?;
    let host = url.host_str().unwrap_or_default();
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
        return Err(invalid("must use https (http only for localhost)"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("must not contain a username, password, query or fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Returns the origin that a page's policy must allow.
pub fn origin(backend: &Backend) -> Option<String> {
    Url::parse(&backend.url).ok().map(|url| url.origin().ascii_serialization())
}

/// Returns the routes `/api/session`, and `/config.json` with the page's choices.
fn routes<S: Clone + Send + Sync + 'static>(session: MethodRouter<S>, config: MethodRouter<S>) -> Router<S> {
    let routes = Router::new().route("/api/session", session).route("/config.json", config);
    routes.layer(middleware::map_response(api::never_cached))
}

pub fn real_routes(backend: Backend) -> Router {
    routes(backend::route(backend::create_session), get(real_config)).with_state(Arc::new(backend))
}

pub fn sandbox_routes(sandbox: Arc<Sandbox>) -> Router {
    routes(backend::route(create_session), get(config)).with_state(sandbox)
}

async fn real_config(State(backend): State<Arc<Backend>>) -> Json<Value> {
    Json(json!({
        "mode": "api",
        "apiURL": backend.url,
        "configurations": [{ "id": backend.configuration_id, "outcome": "decided by its flow" }],
        "faults": [],
    }))
}

/// Returns the sandbox's address for a page that uses the request's host for this server.
fn api_url(hosts: &Hosts, headers: &HeaderMap) -> String {
    origin::other_loopback(headers).or_else(|| hosts.own(headers)).unwrap_or_default()
}

async fn create_session(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(hosts): Extension<Arc<Hosts>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Session>, Failure> {
    let mut request: Map<String, Value> = backend::read(body).await?;
    let fault = request.remove("fault").map(|fault| match fault.as_str() {
        Some(fault) if Plan::parse(fault).is_some() => Ok(fault.to_owned()),
        _ => Err(Failure::bad_request("Unknown fault. See `cargo xtask demo -- --help`.")),
    });
    let fault = fault.transpose()?;
    let request: SessionRequest = serde_json::from_value(request.into())
        .map_err(|error| Failure::bad_request(format!("Invalid request body: {error}.")))?;
    let id = request.configuration_id.as_deref().unwrap_or(CONFIGURATIONS[0].id);
    let configuration = Configuration::find(id).map_err(|problem| Failure::bad_request(format!("{problem}.")))?;
    let (token, interview_id) = sandbox.create(configuration, "");
    let mut api_url = api_url(&hosts, &headers);
    if let Some(fault) = fault {
        // A separate run per session, so that "the first two requests" are this session's.
        api_url += &format!("/run/{interview_id}/fault/{fault}");
    }
    Ok(Json(Session { token, interview_id, api_url }))
}

async fn config(Extension(hosts): Extension<Arc<Hosts>>, headers: HeaderMap) -> Json<Value> {
    let configurations = CONFIGURATIONS.each_ref().map(|known| json!({ "id": known.id, "outcome": known.outcome }));
    let faults = faults::KINDS.map(|(pattern, text)| json!({ "name": faults::example(pattern), "text": text }));
    Json(json!({
        "mode": "sandbox",
        "apiURL": api_url(&hosts, &headers),
        "configurations": configurations,
        "faults": faults,
        "sandboxApiKey": sandbox::API_KEY,
    }))
}
