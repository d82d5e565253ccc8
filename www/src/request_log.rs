//! One line for each request: never its headers, its query or its body, where the secrets are.
// tower-http's TraceLayer would take more lines for a line of this form, and its levels are fixed when it is made.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

/// Lines that wait for a slow reader; what comes then is dropped, because no request may wait for one.
const WAITING_LINES: usize = 1024;

/// Logs on stderr as long as the guard lives.
pub fn begin(level: LevelFilter) -> WorkerGuard {
    let lossy = NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES);
    let (writer, guard) = lossy.finish(io::stderr());
    let dropped = writer.error_counter();
    let ansi = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(writer).with_ansi(ansi).with_max_level(level).with_target(false).init();
    tokio::spawn(async move {
        let mut told = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(250)).await;
            let lines = dropped.dropped_lines();
            if lines > told {
                tracing::warn!("{lines} lines of this log have been dropped so far: it is read too slowly");
            }
            told = lines;
        }
    });
    guard
}

/// Writes what still waits, if somebody reads it soon. A guard that is dropped into a full log can wait for ever.
pub fn end(guard: WorkerGuard) {
    let (written, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(guard);
        let _ = written.send(());
    });
    let _ = end.recv_timeout(Duration::from_secs(1));
}

/// The few requests that a person makes by opening the site are told; of the thousands that tests send to the sandbox, which is
/// where `is_api` says so, only `debug` tells.
pub async fn write(State(is_api): State<bool>, request: Request, next: Next) -> Response {
    let line = format!("{:.16} {:.300}", request.method().as_str(), request.uri().path());
    let begun = Instant::now();
    let answer = next.run(request).await;
    let (status, milliseconds) = (answer.status().as_u16(), begun.elapsed().as_secs_f64() * 1000.0);
    match is_api {
        true => tracing::debug!("{line} {status} {milliseconds:.1} ms"),
        false => tracing::info!("{line} {status} {milliseconds:.1} ms"),
    }
    answer
}
