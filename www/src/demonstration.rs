//! What the demonstration adds to a backend: which API it is for, and sessions of the sandbox with a fault of the page's choice.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::get;
use axum::{Extension, Json, Router, middleware};
use reqwest::Url;
use serde_json::{Map, Value, json};

use crate::backend::{self, Backend, Failure, Session, Wishes};
use crate::faults::{self, Plan};
use crate::origin::{self, Hosts};
use crate::rate_limit::OWN_CALL;
use crate::{api, sandbox};

/// From the three variables, all of them, the backend for a real API; from none of them nothing.
pub fn real_api(read: impl Fn(&str) -> Option<String>) -> Result<Option<Backend>, String> {
    const NAMES: [&str; 3] = ["INCODE_API_URL", "INCODE_API_KEY", "INCODE_CONFIGURATION_ID"];
    let values = NAMES.map(|name| read(name).filter(|value| !value.is_empty()));
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    let missing: Vec<_> =
        NAMES.into_iter().zip(&values).filter_map(|(name, value)| value.is_none().then_some(name)).collect();
    let [Some(url), Some(key), Some(configuration_id)] = values else {
        return Err(format!(
            "The real API needs INCODE_API_URL, INCODE_API_KEY and INCODE_CONFIGURATION_ID: set {} too.",
            missing.join(" and ")
        ));
    };
    let mut key = HeaderValue::from_str(&key)
        .map_err(|_| "INCODE_API_KEY holds characters that no header may have.".to_owned())?;
    key.set_sensitive(true);
    let url = checked_url(&url)?;
    let client = client(&url, HeaderMap::new())?;
    Ok(Some(Backend { url, key, configuration_id, client }))
}

/// The backend for the sandbox of this very server, which is called over HTTP like any other, with a secret that exempts
/// it from the limit on visitors.
pub fn own_sandbox(url: String, own_call: HeaderValue) -> Result<Backend, String> {
    let client = client(&url, HeaderMap::from_iter([(OWN_CALL, own_call)]))?;
    let key = HeaderValue::from_static(sandbox::API_KEY);
    Ok(Backend { url, key, configuration_id: sandbox::CONFIGURATIONS[0].id.to_owned(), client })
}

fn client(url: &str, headers: HeaderMap) -> Result<reqwest::Client, String> {
    let client = Backend::client().default_headers(headers);
    // On this machine: no proxy leads there, and it works without a certificate installed.
    let client = if url.starts_with("https:") { client } else { client.no_proxy().tls_certs_only([]) };
    client.build().map_err(|error| {
        let cause = std::error::Error::source(&error);
        let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
        format!("The HTTP client could not be set up: {cause}.")
    })
}

fn checked_url(given: &str) -> Result<String, String> {
    let wrong = |what: &str| format!("INCODE_API_URL {what}.");
    let url = Url::parse(given).map_err(|_| wrong("is no absolute URL"))?;
    let host = url.host_str().unwrap_or_default();
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
        return Err(wrong("has to be https, or http on loopback"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("may not have a user, a password, a query or a fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// What a page's policy has to allow.
pub fn origin(backend: &Backend) -> Option<String> {
    Url::parse(&backend.url).ok().map(|url| url.origin().ascii_serialization())
}

/// `/api/session` for the page, and `/config.json` that tells it what it can choose.
pub fn routes(backend: Backend, is_real: bool) -> Router {
    let (create_session, config) = match is_real {
        true => (backend::route(backend::create_session), get(real_config)),
        false => (backend::route(create_session), get(config)),
    };
    let routes = Router::new().route("/api/session", create_session).route("/config.json", config);
    routes.layer(middleware::map_response(api::never_cached)).with_state(Arc::new(backend))
}

async fn real_config(State(backend): State<Arc<Backend>>) -> Json<Value> {
    Json(json!({
        "mode": "api",
        "apiURL": backend.url,
        "configurations": [{ "id": backend.configuration_id, "outcome": "as its flow decides" }],
        "faults": [],
    }))
}

/// The sandbox's address for a page that came to this server under the request's host.
fn api_url(backend: &Backend, hosts: &Hosts, headers: &HeaderMap) -> String {
    origin::other_loopback(headers).or_else(|| hosts.own(headers)).unwrap_or_else(|| backend.url.clone())
}

async fn create_session(
    State(backend): State<Arc<Backend>>,
    Extension(hosts): Extension<Arc<Hosts>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Session>, Failure> {
    let mut wishes: Map<String, Value> = backend::read(body).await?;
    let fault = wishes.remove("fault");
    let fault = match fault.as_ref().map(Value::as_str) {
        None => None,
        Some(Some(fault)) if Plan::parse(fault).is_some() => Some(fault),
        Some(_) => return Err(Failure::bad_request("The sandbox has no such fault.")),
    };
    let mut wishes: Wishes = serde_json::from_value(wishes.into())
        .map_err(|error| Failure::bad_request(format!("The request is not understood: {error}.")))?;
    let id = wishes.configuration_id.get_or_insert_with(|| backend.configuration_id.clone());
    if !sandbox::CONFIGURATIONS.iter().any(|known| known.id == id) {
        return Err(Failure::bad_request("The sandbox has no such configurationId."));
    }
    let mut session = backend.open(&wishes).await?;
    session.api_url = api_url(&backend, &hosts, &headers);
    if let Some(fault) = fault {
        // In a run of its own, so that "the first two requests" are this session's.
        session.api_url += &format!("/run/{}/fault/{fault}", session.interview_id);
    }
    Ok(Json(session))
}

async fn config(
    State(backend): State<Arc<Backend>>,
    Extension(hosts): Extension<Arc<Hosts>>,
    headers: HeaderMap,
) -> Json<Value> {
    let configurations = sandbox::CONFIGURATIONS.map(|known| json!({ "id": known.id, "outcome": known.outcome }));
    let faults = faults::KINDS.map(|kind| json!({ "name": kind.example(), "text": kind.text }));
    Json(json!({
        "mode": "sandbox",
        "apiURL": api_url(&backend, &hosts, &headers),
        "configurations": configurations,
        "faults": faults,
        "sandboxApiKey": sandbox::API_KEY,
    }))
}
