//! The error bodies of the API: `{ timestamp, status, error, message, path }`.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::{OriginalUri, Request};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that is not the one asked for. It has no body until [`write_bodies`] has seen it.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// The JSON that people who call the API read.
    pub fn to_json(&self, path: &str) -> Value {
        json!({
            "timestamp": now_ms(),
            "status": self.status.as_u16(),
            "error": self.status.canonical_reason().unwrap_or("Unknown"),
            "message": self.message,
            "path": path,
        })
    }

    /// The answer where no layer is that writes the body, nor one that lets every page read it.
    pub fn for_every_page(&self, path: &str) -> Response {
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (self.status, headers, Json(self.to_json(path))).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// The path belongs in the body, and only a layer knows it wherever the error was born.
pub async fn write_bodies(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut answer = next.run(request).await;
    let Some(error) = answer.extensions_mut().remove::<ApiError>() else {
        return answer;
    };
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, Json(error.to_json(&path))).into_response()
}

pub async fn unknown_route(OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("There is no {:.200}", uri.path()))
}

pub async fn wrong_method(method: Method, OriginalUri(uri): OriginalUri) -> ApiError {
    let message = format!("{:.200} is not called by {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}

pub fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.map_or(0, |elapsed| elapsed.as_millis() as u64)
}
