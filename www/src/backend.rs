//! What a site's backend needs, to be copied: it opens the session with the API key that only it holds, and hands out the token.

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
use serde_json::{Value, json};
use tower_http::csrf::CsrfLayer;

const BODY_LIMIT: usize = 16 << 10;

/// Of the API's answer, which is some hundred bytes long.
const ANSWER_LIMIT: usize = 1 << 20;

/// The vendor's own limit for a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A longer wait is no answer to a person.
const LONGEST_WAIT: u64 = 60 * 60;

pub struct Backend {
    pub url: String,
    pub key: HeaderValue,
    pub configuration_id: String,
    pub client: Client,
}

/// What the page may ask for.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wishes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What the page gets.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub token: String,
    pub interview_id: String,
    #[serde(default, rename = "apiURL")]
    pub api_url: String,
}

/// `POST /api/session` of a site: nobody else's page may open sessions in a visitor's name.
pub fn route<H: Handler<T, Arc<Backend>>, T: 'static>(handler: H) -> MethodRouter<Arc<Backend>> {
    post(handler).layer(CsrfLayer::new().with_rejection_response(|_| {
        let error = "Only the site's own pages may open sessions.";
        Failure::new(StatusCode::FORBIDDEN, error).into_response()
    }))
}

pub async fn create_session(State(backend): State<Arc<Backend>>, body: Body) -> Result<Json<Session>, Failure> {
    // The page does not choose here: a stranger must not start flows that the site never meant to offer.
    let configuration_id = Some(backend.configuration_id.clone());
    let wishes = Wishes { configuration_id, ..read(body).await? };
    backend.open(&wishes).await.map(Json)
}

/// The JSON that a page has sent, or nothing.
pub async fn read<T: Default + DeserializeOwned>(body: Body) -> Result<T, Failure> {
    let too_large = |_| Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.");
    let body = axum::body::to_bytes(body, BODY_LIMIT).await.map_err(too_large)?;
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(&body)
        .map_err(|error| Failure::bad_request(format!("The request is not understood: {error}.")))
}

impl Backend {
    /// No redirect is followed, because the API key would go along.
    pub fn client() -> ClientBuilder {
        Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none())
    }

    pub async fn open(&self, wishes: &Wishes) -> Result<Session, Failure> {
        let request = self.client.post(format!("{}/omni/start", self.url));
        let request = request.header("x-api-key", self.key.clone()).header("api-version", "1.0").json(wishes);
        let answer = request.send().await.map_err(Failure::of_transport)?;
        if !answer.status().is_success() {
            return Err(Failure::of_status(answer.status(), answer.headers()));
        }
        let body = Limited::new(reqwest::Body::from(answer), ANSWER_LIMIT).collect().await;
        let body = body.map_err(|error| match error.downcast::<reqwest::Error>() {
            Ok(error) => Failure::of_transport(*error),
            Err(_) => Failure::bad_gateway("The API's answer is far too large."),
        })?;
        let answer: Value = serde_json::from_slice(&body.to_bytes())
            .map_err(|_| Failure::bad_gateway("The API's answer is no JSON."))?;
        match serde_json::from_value::<Session>(answer) {
            Ok(session) if !session.token.is_empty() => Ok(Session { api_url: self.url.clone(), ..session }),
            _ => Err(Failure::bad_gateway("The API's answer holds no session.")),
        }
    }
}

/// One sentence for the page.
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
            401 | 403 => {
                Self::bad_gateway(format!("The API refuses the site's API key ({status}): check INCODE_API_KEY."))
            }
            429 => Self {
                retry_after: wait(headers),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "The API takes no more sessions for now: try again later.")
            },
            _ => Self::bad_gateway(format!("The API opens no session: it answers {status}.")),
        }
    }

    fn of_transport(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::new(StatusCode::GATEWAY_TIMEOUT, "The API did not answer in time.");
        }
        Self::bad_gateway("The API cannot be reached.")
    }
}

/// The seconds of a `Retry-After`, be it a number or a date, if a person can be asked to wait for so long.
fn wait(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    let until = || httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).ok();
    let seconds = text.parse().ok().or_else(|| until().map(|wait| wait.as_secs() + 1));
    seconds.filter(|seconds| *seconds <= LONGEST_WAIT)
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
