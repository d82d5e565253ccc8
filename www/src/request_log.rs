//! One line for each request: never its headers, its query or its body, where the secrets are.

use std::time::Instant;

use axum::extract::Request;
use axum::http::Method;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Level;

/// For the few requests that a person makes by opening the site.
pub async fn site(request: Request, next: Next) -> Response {
    if !tracing::enabled!(Level::INFO) {
        return next.run(request).await;
    }
    let line = Line::begin(&request);
    let answer = next.run(request).await;
    tracing::info!("{}", line.end(answer.status()));
    answer
}

/// For the thousands that tests send to the sandbox.
pub async fn api(request: Request, next: Next) -> Response {
    if !tracing::enabled!(Level::DEBUG) {
        return next.run(request).await;
    }
    let line = Line::begin(&request);
    let answer = next.run(request).await;
    tracing::debug!("{}", line.end(answer.status()));
    answer
}

struct Line {
    method: Method,
    path: String,
    begun: Instant,
}

impl Line {
    fn begin(request: &Request) -> Self {
        Self { method: request.method().clone(), path: request.uri().path().to_owned(), begun: Instant::now() }
    }

    fn end(&self, status: StatusCode) -> String {
        let milliseconds = self.begun.elapsed().as_secs_f64() * 1000.0;
        let status = status.as_u16();
        format!("{} {} {status} {milliseconds:.1} ms", self.method, self.path)
    }
}
