//! The server under load: requests per second, response times with fifty connections, and memory afterwards.
//!
//! Uses reqwest and hdrhistogram. A framework for load tests (rlt, goose) would add a command line, a display and a report, which the
//! benchmark has already.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use incode_test_support::Server;
use reqwest::{Client, RequestBuilder};

use crate::{
    report::{Cell, Table},
    runner::{progress, start_request, token},
};

const CONNECTIONS: usize = 50;

/// Twice the number of sessions that the server keeps.
const SESSIONS: usize = 200_000;

/// Limit with every resource of the server at its maximum, in MB.
const MAX_MEMORY: f64 = 300.0;

/// Returns the resident memory of a server in MB, on Linux.
fn memory(server: &Server) -> Option<f64> {
    let status = fs::read_to_string(Path::new("/proc").join(server.process.id().to_string()).join("status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok().map(|kb: f64| kb / 1024.0)
}

/// End of a load: after a time, or after a number of requests.
enum End {
    After(Duration),
    Count(usize),
}

/// Sends `request` repeatedly from each connection. Returns the response times in µs, and the whole time.
async fn load(request: RequestBuilder, end: End) -> anyhow::Result<(Histogram<u64>, Duration)> {
    let start = Instant::now();
    let sent = Arc::new(AtomicUsize::new(0));
    let (until, most) = match end {
        End::After(time) => (start + time, usize::MAX),
        End::Count(most) => (start + Duration::from_secs(600), most),
    };
    let mut connections = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (request, sent) = (request.try_clone().context("the request can be repeated")?, sent.clone());
        connections.spawn(async move {
            let mut times = Histogram::<u64>::new(3)?;
            while Instant::now() < until && sent.fetch_add(1, Ordering::Relaxed) < most {
                let sent_at = Instant::now();
                let response = request.try_clone().context("the request can be repeated")?.send().await?;
                ensure!(response.status().is_success(), "status {}", response.status());
                response.bytes().await?;
                times.record(sent_at.elapsed().as_micros() as u64)?;
            }
            anyhow::Ok(times)
        });
    }
    let mut all = Histogram::new(3)?;
    while let Some(times) = connections.join_next().await {
        all.add(times??)?;
    }
    Ok((all, start.elapsed()))
}

pub async fn table(seconds: u64, part_of_sessions: usize) -> anyhow::Result<Table> {
    // A server of its own, because its memory is measured.
    let server = Server::start(&[])?;
    let client = Client::builder().no_proxy().pool_max_idle_per_host(CONNECTIONS).build()?;
    let start = || start_request(&client, &server);
    let sessions = SESSIONS / part_of_sessions;
    let title = format!("The server: {CONNECTIONS} connections, {seconds} s each, then {sessions} sessions");
    let columns = ["request", "per second", "median ms", "p99 ms", "longest ms", "memory MB"];
    let mut table = Table::new("server", title.as_str(), &columns);
    let token = token(start()).await?;
    let finish = client.get(format!("{}/omni/finish-status", server.url())).header("api-version", "1.0");
    let rounds = [
        ("finish-status", finish.header("x-incode-hardware-id", token), End::After(Duration::from_secs(seconds))),
        ("start", start(), End::After(Duration::from_secs(seconds))),
        (
            "/api/session",
            client.post(format!("{}/api/session", server.url())),
            End::After(Duration::from_secs(seconds)),
        ),
        ("start, half of the sessions", start(), End::Count(sessions / 2)),
        ("start, all of them", start(), End::Count(sessions / 2)),
    ];
    let bar = progress(&title, rounds.len())?;
    let mut half = None;
    for (name, request, end) in rounds {
        let (times, time) = load(request, end).await.with_context(|| format!("{name} failed"))?;
        let ms = |microseconds: u64| Cell::Ms(microseconds as f64 / 1000.0);
        let memory = memory(&server);
        table.row([
            Cell::text(name),
            Cell::Count((times.len() as f64 / time.as_secs_f64()) as u64),
            ms(times.value_at_quantile(0.5)),
            ms(times.value_at_quantile(0.99)),
            ms(times.max()),
            memory.map_or(Cell::None, |memory| Cell::Count(memory as u64)),
        ]);
        if let Some(memory) = memory {
            ensure!(memory < MAX_MEMORY, "the server has {memory:.0} MB in memory after {name}");
            if name == "start, all of them" {
                let half: f64 = half.unwrap_or(memory);
                ensure!(memory < half * 1.2, "from {half:.0} MB after half of the sessions it grew to {memory:.0} MB");
            }
            half = Some(memory);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(table)
}
