//! The bodies of requests to the API: read whole before anything is decided, and by all callers together held only up to a limit.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::api_error::ApiError;

/// The vendor documents 10 MB a body.
pub const LIMIT: usize = 10 << 20;

/// Who sends no more waits for nobody: what the connections together may hold of it is little.
const SMALL: usize = 16 << 10;

/// How long a large one may wait for others to go.
const WAIT: Duration = Duration::from_secs(30);

/// The bytes that bodies may take, one permit each.
#[derive(Clone)]
pub struct Room(Arc<Semaphore>);

/// Gives its permits back when the last piece of the body is let go.
struct Held {
    bytes: Vec<u8>,
    _room: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Room {
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }

    async fn read(self, body: Body) -> Result<Bytes, ApiError> {
        let most = body.size_hint().upper().map_or(LIMIT, |told| told.min(LIMIT as u64) as usize);
        let full = |_| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "Too many large bodies are being read");
        let room = match most {
            ..=SMALL => None,
            _ => timeout(WAIT, self.0.acquire_many_owned(most as u32)).await.map_err(full)?.ok(),
        };
        let mut bytes = Vec::with_capacity(most);
        let mut body = Limited::new(body, LIMIT);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
                true => ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
                false => ApiError::new(StatusCode::REQUEST_TIMEOUT, "The body did not come to its end"),
            })?;
            bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
        }
        Ok(Bytes::from_owner(Held { bytes, _room: room }))
    }
}

/// Hands on the request with its whole body.
pub async fn take_in(State(room): State<Room>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match room.read(body).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) => error.into_response(),
    }
}
