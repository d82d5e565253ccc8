//! The bodies of requests: read whole before anything is decided, because whoever is still sending would miss a refusal, and by
//! all callers together held only up to a limit.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::api_error::ApiError;

/// The vendor documents 10 MB a body.
pub const LIMIT: usize = 10 << 20;

/// What is read, and let go, of one that is too large.
const TOO_MUCH: usize = LIMIT + (1 << 20);

/// Who sends no more waits for nobody: what the connections together may hold of it is little.
const SMALL: usize = 16 << 10;

/// How long a large one may wait for others to go.
const WAIT: Duration = Duration::from_secs(30);

/// A body, and the bytes that it takes, one permit each: given back when its last piece is let go.
struct Held {
    bytes: Vec<u8>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

async fn read(room: Arc<Semaphore>, body: Body) -> Result<Bytes, ApiError> {
    let most = body.size_hint().upper().map_or(LIMIT, |told| told.min(LIMIT as u64) as usize);
    let full = |_| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "Too many large bodies are being read");
    let _permit = match most {
        ..=SMALL => None,
        _ => timeout(WAIT, room.acquire_many_owned(most as u32)).await.map_err(full)?.ok(),
    };
    let mut held = Held { bytes: Vec::with_capacity(most), _permit };
    let mut body = Limited::new(body, TOO_MUCH);
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let data = frame.map(|frame| frame.into_data().unwrap_or_default());
        length += data.as_ref().map_or(0, Bytes::len);
        match data {
            Ok(data) if length <= LIMIT => held.bytes.extend_from_slice(&data),
            Ok(_) => {}
            Err(_) if length > LIMIT => break,
            Err(_) => return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "The body did not come to its end")),
        }
    }
    if length > LIMIT {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"));
    }
    Ok(Bytes::from_owner(held))
}

/// Hands on the request with its whole body.
pub async fn take_in(State(room): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match read(room, body).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) => error.for_every_page(parts.uri.path()),
    }
}
