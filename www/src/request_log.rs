//! One log line per request, without headers, query or body, because those contain secrets.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

/// Lines buffered for a slow reader. More are dropped: requests don't wait for the log.
const BUFFERED_LINES: usize = 1024;

/// Logs to stderr while the guard lives.
pub fn start(level: LevelFilter) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(BUFFERED_LINES).finish(io::stderr());
    let ansi = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(writer).with_ansi(ansi).with_max_level(level).with_target(false).init();
    guard
}

/// Writes the buffered lines, for a second at most. Dropping the guard of a full log can block without end.
pub fn finish(guard: WorkerGuard) {
    let (written, end) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || (drop(guard), drop(written)));
    let _ = end.recv_timeout(Duration::from_secs(1));
}

/// Logs requests to the site at level info, and the many requests to the API (`is_api`) at level debug.
pub async fn write(State(is_api): State<bool>, request: Request, next: Next) -> Response {
    let line = format!("{:.16} {}", request.method().as_str(), printable(request.uri().path()));
    let start = Instant::now();
    let response = next.run(request).await;
    let (status, milliseconds) = (response.status().as_u16(), start.elapsed().as_secs_f64() * 1000.0);
    match is_api {
        true => tracing::debug!("{line} {status} {milliseconds:.1} ms"),
        false => tracing::info!("{line} {status} {milliseconds:.1} ms"),
    }
    response
}

/// Escapes a path. It may contain any UTF-8, such as line separators and marks that reverse a terminal's text.
fn printable(path: &str) -> String {
    path.chars().take(300).flat_map(char::escape_default).collect()
}
