//! A backend to copy. It creates sessions with the API key and gives the page only the token. It needs nothing else from this crate.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use axum::{Json, handler::Handler};
use http_body_util::{BodyExt, Limited};
use reqwest::{Client, ClientBuilder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_http::csrf::CsrfLayer;

const BODY_LIMIT: usize = 16 << 10;
/// Maximum API response; a session takes about 1 KB.
const RESPONSE_LIMIT: usize = 64 << 10;
/// Incode's own limit for a request.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum `Retry-After` to pass on, in seconds. No user waits longer.
const MAX_RETRY_AFTER: u64 = 60 * 60;

pub struct Backend {
    pub url: String,
    pub key: HeaderValue,
    pub configuration_id: String,
    pub client: Client,
}

/// Request of the page.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Response to the page.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub token: String,
    pub interview_id: String,
    #[serde(default, rename = "apiURL")]
    pub api_url: String,
}

/// Returns the route `POST /api/session`, for the site's own pages only.
pub fn route<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(handler: H) -> MethodRouter<S> {
    post(handler).layer(CsrfLayer::new().with_rejection_response(|_| {
        let error = "Cross-site requests can't create sessions.";
        Failure::new(StatusCode::FORBIDDEN, error).into_response()
    }))
}

pub async fn create_session(State(backend): State<Arc<Backend>>, body: Body) -> Result<Json<Session>, Failure> {
    // The page must not choose the configuration: it could start flows that the site doesn't offer.
    let configuration_id = Some(backend.configuration_id.clone());
    let request = SessionRequest { configuration_id, ..read(body).await? };
    backend.create(&request).await.map(Json)
}

/// Reads JSON from a page; an empty body is the default.
pub async fn read<T: Default + DeserializeOwned>(body: Body) -> Result<T, Failure> {
    let too_large = |_| Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large (maximum 16 KB).");
    let body = axum::body::to_bytes(body, BODY_LIMIT).await.map_err(too_large)?;
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(&body).map_err(|error| Failure::bad_request(format!("Invalid request body: {error}.")))
}

impl Backend {
    /// Returns a client that follows no redirects, to protect the API key. It reuses no connections: a gateway may close an
    /// idle one at the moment of the next request, which can't be repeated safely.
    pub fn client() -> ClientBuilder {
        Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0)
    }

    pub async fn create(&self, request: &SessionRequest) -> Result<Session, Failure> {
        let call = self.client.post(format!("{}/omni/start", self.url));
        let call = call.header("x-api-key", self.key.clone()).header("api-version", "1.0").json(request);
        let response = call.send().await.map_err(Failure::of_transport)?;
        if !response.status().is_success() {
            return Err(Failure::of_status(response.status(), response.headers()));
        }
        let body = Limited::new(reqwest::Body::from(response), RESPONSE_LIMIT).collect().await;
        let body = body.map_err(|error| match error.downcast::<reqwest::Error>() {
            Ok(error) => Failure::of_transport(*error),
            Err(_) => Failure::bad_gateway("The API response is too large (limit: 64 KB)."),
        })?;
        // Without a tree of values, which can take a hundred times the memory of its JSON.
        match serde_json::from_slice::<Session>(&body.to_bytes()) {
            Ok(session) if !session.token.is_empty() => Ok(Session { api_url: self.url.clone(), ..session }),
            Err(error) if !error.is_data() => Err(Failure::bad_gateway("The API response is not valid JSON.")),
            _ => Err(Failure::bad_gateway("The API response contains no session token.")),
        }
    }
}

/// An error response for the page.
pub struct Failure {
    status: StatusCode,
    error: String,
    retry_after: Option<u64>,
}

impl Failure {
    fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), retry_after: None }
    }

    pub fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    fn bad_gateway(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, error)
    }

    fn of_status(status: StatusCode, headers: &HeaderMap) -> Self {
        match status.as_u16() {
            code @ (401 | 403) => {
                Self::bad_gateway(format!("The API rejected the API key ({code}). Check INCODE_API_KEY."))
            }
            429 => Self {
                retry_after: retry_after(headers),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "The API is rate-limiting new sessions. Try again later.")
            },
            code => Self::bad_gateway(format!("The API failed to create a session ({code}).")),
        }
    }

    fn of_transport(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::new(StatusCode::GATEWAY_TIMEOUT, "The API did not respond in time.");
        }
        Self::bad_gateway("Can't reach the API. Check INCODE_API_URL and the network.")
    }
}

/// Returns the seconds of a `Retry-After`, a number or a date, unless it is too long.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    let until = || httpdate::parse_http_date(value).ok()?.duration_since(SystemTime::now()).ok();
    let seconds = value.parse().ok().or_else(|| until().map(|wait| wait.as_secs() + 1));
    seconds.filter(|seconds| *seconds <= MAX_RETRY_AFTER)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::error!("{}", self.error);
        }
        let retry_after = self.retry_after.map(|seconds| [(header::RETRY_AFTER, seconds)]);
        (self.status, retry_after, Json(json!({ "error": self.error }))).into_response()
    }
}
