//! The site's own backend: creates the session with the API key that only it holds, and hands out the token.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware, routing};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tower_http::csrf::CsrfLayer;

use crate::faults::{self, Plan};
use crate::{api, origin, sandbox};

const BODY_LIMIT: usize = 16 << 10;

/// The vendor's own limit for a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Which API the sessions are opened at.
pub enum Api {
    /// The sandbox of this very server, which is called over HTTP like any other.
    Sandbox {
        origin: String,
    },
    Real {
        url: String,
        key: HeaderValue,
        configuration_id: String,
    },
}

impl Api {
    /// From the three variables: all of them or none.
    pub fn from_environment(read: impl Fn(&str) -> Option<String>, sandbox_origin: String) -> Result<Self, String> {
        const NAMES: [&str; 3] = ["INCODE_API_URL", "INCODE_API_KEY", "INCODE_CONFIGURATION_ID"];
        let values = NAMES.map(|name| read(name).filter(|value| !value.is_empty()));
        if values.iter().all(Option::is_none) {
            return Ok(Self::Sandbox { origin: sandbox_origin });
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
        Ok(Self::Real { url: checked_url(&url)?, key, configuration_id })
    }

    /// What a page's CSP has to allow.
    pub fn real_origin(&self) -> Option<String> {
        match self {
            Self::Sandbox { .. } => None,
            Self::Real { url, .. } => Url::parse(url).ok().map(|url| url.origin().ascii_serialization()),
        }
    }
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

pub struct Backend {
    api: Api,
    client: Client,
}

impl Backend {
    pub fn new(api: Api) -> Result<Self, String> {
        let client = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        let url = match &api {
            Api::Sandbox { origin } => origin,
            Api::Real { url, .. } => url,
        };
        let client = if url.starts_with("https:") {
            client
        } else {
            // That is this machine: no proxy leads to it, and it works without a certificate installed.
            client.no_proxy().tls_certs_only([])
        };
        let client = client.build().map_err(|error| {
            let cause = std::error::Error::source(&error);
            let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
            format!("The HTTP client could not be set up: {cause}.")
        })?;
        Ok(Self { api, client })
    }

    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The address of the API for a page that came to this server under the request's host.
    fn api_url(&self, headers: &HeaderMap) -> String {
        match &self.api {
            Api::Real { url, .. } => url.clone(),
            Api::Sandbox { origin } => {
                origin::other_loopback(headers).or_else(|| origin::own(headers)).unwrap_or_else(|| origin.clone())
            }
        }
    }

    async fn open(&self, wishes: &Wishes, headers: &HeaderMap) -> Result<Value, Failure> {
        let mut options = Map::new();
        let mut say = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                options.insert(name.to_owned(), value.clone().into());
            }
        };
        say("externalId", &wishes.external_id);
        say("language", &wishes.language);
        let (url, key) = match &self.api {
            Api::Real { url, key, configuration_id } => {
                if wishes.fault.is_some() {
                    return Err(Failure::bad_request("Faults are for the sandbox."));
                }
                // The page does not choose here: a stranger must not start flows that the site never meant to offer.
                say("configurationId", &Some(configuration_id.clone()));
                (url, key.clone())
            }
            Api::Sandbox { origin } => {
                if let Some(fault) = &wishes.fault
                    && Plan::parse(fault).is_none()
                {
                    return Err(Failure::bad_request("The sandbox has no such fault."));
                }
                let id = wishes.configuration_id.as_deref().unwrap_or("approved");
                if !sandbox::CONFIGURATIONS.iter().any(|known| known.id == id) {
                    return Err(Failure::bad_request("The sandbox has no such configurationId."));
                }
                say("configurationId", &Some(id.to_owned()));
                (origin, HeaderValue::from_static(sandbox::API_KEY))
            }
        };
        let answer = self
            .client
            .post(format!("{url}/omni/start"))
            .header("x-api-key", key)
            .header("api-version", "1.0")
            .json(&options)
            .send()
            .await
            .map_err(Failure::of_transport)?;
        let status = answer.status();
        if !status.is_success() {
            let retry_after = answer.headers().get(header::RETRY_AFTER).cloned();
            return Err(Failure::of_status(status, retry_after));
        }
        let session: Value = answer.json().await.map_err(Failure::of_transport)?;
        let text = |name: &str| session[name].as_str().filter(|text| !text.is_empty());
        let (Some(token), Some(interview_id)) = (text("token"), text("interviewId")) else {
            return Err(Failure::bad_gateway("The API's answer holds no session."));
        };
        let mut api_url = self.api_url(headers);
        if let Some(fault) = &wishes.fault {
            // In a run of its own, so that "the first two requests" are this session's.
            api_url += &format!("/run/{interview_id}/fault/{fault}");
        }
        Ok(json!({
            "token": token,
            "apiURL": api_url,
            "interviewId": interview_id,
        }))
    }
}

/// What the page may ask for.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wishes {
    configuration_id: Option<String>,
    external_id: Option<String>,
    language: Option<String>,
    fault: Option<String>,
}

/// One sentence for the page.
struct Failure {
    status: StatusCode,
    error: String,
    retry_after: Option<HeaderValue>,
}

impl Failure {
    fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), retry_after: None }
    }

    fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    fn bad_gateway(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, error)
    }

    fn of_status(status: StatusCode, retry_after: Option<HeaderValue>) -> Self {
        match status.as_u16() {
            401 | 403 => {
                Self::bad_gateway(format!("The API refuses the site's API key ({status}): check INCODE_API_KEY."))
            }
            429 => Self {
                retry_after,
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "The API takes no more sessions for now: try again later.")
            },
            _ => Self::bad_gateway(format!("The API opens no session: it answers {status}.")),
        }
    }

    fn of_transport(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::new(StatusCode::GATEWAY_TIMEOUT, "The API did not answer in time.");
        }
        if error.is_decode() {
            return Self::bad_gateway("The API's answer is no JSON.");
        }
        Self::bad_gateway("The API cannot be reached.")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::error!("{}", self.error);
        }
        let mut answer = (self.status, Json(json!({ "error": self.error }))).into_response();
        if let Some(retry_after) = self.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, retry_after);
        }
        answer
    }
}

/// `/api/session` for the page, and `/config.json` that tells it what it can choose.
pub fn routes(backend: Arc<Backend>) -> Router {
    Router::new()
        .route("/api/session", routing::post(create_session))
        // Nobody else's page may open sessions in a visitor's name.
        .layer(CsrfLayer::new().with_rejection_response(|_| {
            let error = "Only the site's own pages may open sessions.";
            Failure::new(StatusCode::FORBIDDEN, error).into_response()
        }))
        .route("/config.json", routing::get(config))
        .layer(middleware::map_response(api::never_cached))
        .with_state(backend)
}

async fn create_session(State(backend): State<Arc<Backend>>, headers: HeaderMap, body: axum::body::Body) -> Response {
    let result = async {
        let body: Bytes = axum::body::to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|_| Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large."))?;
        let wishes: Wishes = if body.is_empty() {
            Wishes::default()
        } else {
            serde_json::from_slice(&body)
                .map_err(|error| Failure::bad_request(format!("The request is not understood: {error}.")))?
        };
        backend.open(&wishes, &headers).await
    };
    match result.await {
        Ok(session) => Json(session).into_response(),
        Err(failure) => failure.into_response(),
    }
}

async fn config(State(backend): State<Arc<Backend>>, headers: HeaderMap) -> Json<Value> {
    let api_url = backend.api_url(&headers);
    Json(match &backend.api {
        Api::Sandbox { .. } => json!({
            "mode": "sandbox",
            "apiURL": api_url,
            "configurations": sandbox::CONFIGURATIONS
                .iter()
                .map(|known| json!({ "id": known.id, "outcome": known.outcome }))
                .collect::<Vec<_>>(),
            "faults": faults::KINDS
                .iter()
                .map(|kind| json!({ "name": kind.example, "text": kind.text }))
                .collect::<Vec<_>>(),
            "sandboxApiKey": sandbox::API_KEY,
        }),
        Api::Real { configuration_id, .. } => json!({
            "mode": "api",
            "apiURL": api_url,
            "configurations": [{ "id": configuration_id, "outcome": "as its flow decides" }],
            "faults": [],
        }),
    })
}
