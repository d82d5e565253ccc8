//! Memory for request bodies and for large responses: one limit for all callers together.

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

/// Maximum request body, as Incode documents it.
pub const LIMIT: usize = 10 << 20;
/// An oversized body is read up to this size, so that its sender gets the response.
const READ_LIMIT: usize = LIMIT + (1 << 20);
/// Smaller buffers are not counted: the number of connections limits them.
const SMALL: usize = 16 << 10;
/// How long a large buffer waits for free memory.
const WAIT: Duration = Duration::from_secs(30);

/// One permit per byte.
#[derive(Clone)]
pub struct Memory(Arc<Semaphore>);

/// Reserved bytes, free again when dropped.
pub struct Reserved {
    _permit: Option<OwnedSemaphorePermit>,
}

/// A buffer that frees its reservation with its last piece.
struct Held {
    bytes: Vec<u8>,
    _reserved: Reserved,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Memory {
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.max(READ_LIMIT))))
    }

    /// Waits until so much memory is free.
    pub async fn reserve(&self, bytes: usize) -> Result<Reserved, ApiError> {
        if bytes <= SMALL {
            return Ok(Reserved { _permit: None });
        }
        let permit = timeout(WAIT, self.0.clone().acquire_many_owned(bytes.min(READ_LIMIT) as u32)).await;
        let busy =
            |_| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "The server is busy with large requests. Try again.");
        Ok(Reserved { _permit: permit.map_err(busy)?.ok() })
    }
}

impl Reserved {
    /// Keeps the reservation as long as these bytes.
    pub fn hold(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { bytes, _reserved: self })
    }
}

async fn read(memory: Memory, body: Body) -> Result<Bytes, ApiError> {
    let expected = body.size_hint().upper().map_or(READ_LIMIT, |length| length.min(READ_LIMIT as u64) as usize);
    let reserved = memory.reserve(expected).await?;
    let mut bytes = Vec::with_capacity(expected);
    let mut body = Limited::new(body, READ_LIMIT);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Err(_) if bytes.len() > LIMIT => break,
            Err(_) => return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "The request body was incomplete.")),
        }
    }
    if bytes.len() > LIMIT {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large (maximum 10 MB)."));
    }
    Ok(reserved.hold(bytes))
}

/// Reads the whole body before any handler runs. A client that is still sending would miss an early response.
pub async fn buffer_body(State(memory): State<Memory>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match read(memory, body).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) => error.readable_by_any_page(parts.uri.path()),
    }
}
