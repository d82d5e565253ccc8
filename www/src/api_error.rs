//! The error bodies of the API: `{ timestamp, status, error, message, path }`.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{OriginalUri, Request};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

/// An error response. [`write_bodies`] adds its body.
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

    pub fn to_json(&self, path: &str) -> Value {
        json!({
            "timestamp": now_ms(),
            "status": self.status.as_u16(),
            "error": self.status.canonical_reason().unwrap_or("Unknown"),
            "message": self.message,
            "path": path,
        })
    }

    /// Returns the complete response, for code outside of the API's layers.
    pub fn readable_by_any_page(&self, path: &str) -> Response {
        let headers = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::CACHE_CONTROL, "no-store")];
        (self.status, headers, Json(self.to_json(path))).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Extension(self)).into_response()
    }
}

/// Writes the body of each error: only a layer knows the path.
pub async fn write_bodies(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<ApiError>() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, Json(error.to_json(&path))).into_response()
}

pub async fn unknown_route(OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("Unknown path: {:.200}", uri.path()))
}

pub async fn wrong_method(method: Method, OriginalUri(uri): OriginalUri) -> ApiError {
    let message = format!("{method:.16} is not allowed for {:.200}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}

pub fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.map_or(0, |elapsed| elapsed.as_millis() as u64)
}
