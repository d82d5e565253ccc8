//! A demo site with its backend, and a sandbox of Incode's API.

mod api;
mod api_error;
mod backend;
mod bodies;
mod demo;
mod faults;
mod journal;
mod listen;
mod origin;
mod request_log;
mod sandbox;
mod site;

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Router, middleware};
use clap::Parser;
use tokio::sync::Semaphore;
use tracing::level_filters::LevelFilter;

use backend::Backend;
use bodies::Memory;
use journal::Journals;
use listen::{Listeners, Server};
use origin::{AllowedHost, Hosts};
use sandbox::Sandbox;

/// Serves the demo site of incode-core, its backend, and a sandbox of Incode's API.
#[derive(Parser)]
#[command(version, after_help = after_help(), max_term_width = 100)]
struct Options {
    /// Port to listen on; 0 picks a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,

    /// Address to listen on. 127.0.0.1 includes ::1; 0.0.0.0 accepts other machines
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,

    /// Additional name of this server; https://NAME if a proxy in front of it uses TLS. Loopback names and the server's own
    /// address are always allowed. With a --host that is not loopback every name is allowed, unless this option is set
    #[arg(long, value_name = "NAME", value_parser = AllowedHost::parse)]
    allowed_host: Vec<AllowedHost>,

    /// Lifetime of a sandbox session and its token: 90d, 20m, 5s
    #[arg(long, default_value = "90d", value_parser = duration)]
    session_ttl: Duration,

    /// Maximum number of sandbox sessions; the least recently used are evicted
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    max_sessions: u64,

    /// Megabytes for what callers send: half for journals, a quarter for request bodies and large responses, the rest for overhead
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(32..=4096))]
    max_memory: u64,

    /// Maximum number of connections; more wait until one closes
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,

    /// Time for a client to send a request's head, to send its body, and to read each piece of the response
    #[arg(long, default_value = "60s", value_parser = duration)]
    client_timeout: Duration,

    /// Directory of the site
    #[arg(long, default_value = "www/public")]
    site: PathBuf,

    /// Directory of the npm package, built
    #[arg(long, default_value = "pkg")]
    package: PathBuf,

    /// Log level on stderr: error, warn, info, or debug, which adds one line per call of the sandbox
    #[arg(long, default_value = "info")]
    log: LevelFilter,

    /// For the tests of this repository: journals show all credentials, and /pkg/dist-panic is served
    #[arg(long)]
    for_tests: bool,
}

fn after_help() -> String {
    let mut help = "\
Use the real API instead of the sandbox with three environment variables:
  INCODE_API_URL            base URL of the API: https, or http for localhost
  INCODE_API_KEY            API key; it stays in this process
  INCODE_CONFIGURATION_ID   configuration of the sessions
The sandbox, its faults and its journals are not served then.

Sandbox, with apiURL http://localhost:PORT (or …/0):
"
    .to_owned();
    let row = |name: &str, text: &str| format!("  {name:<41} {text}\n");
    help += &row("API key", sandbox::API_KEY);
    for known in &sandbox::CONFIGURATIONS {
        help += &row(&format!("configurationId {}", known.id), known.outcome);
    }
    help += &row("GET /run/{id}", "journal of apiURL http://localhost:PORT/run/{id}");
    help += "\nSandbox with a fault, with apiURL http://localhost:PORT/fault/{fault}:\n";
    for (pattern, text) in faults::KINDS {
        help += &row(pattern, text);
    }
    help
}

fn duration(value: &str) -> Result<Duration, String> {
    match humantime::parse_duration(value).map_err(|error| error.to_string())? {
        Duration::ZERO => Err("must be greater than 0".to_owned()),
        duration if duration.as_secs() > 3650 * 24 * 60 * 60 => Err("must be at most 10 years".to_owned()),
        duration => Ok(duration),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let log = request_log::start(options.log);
    let result = run(options).await;
    request_log::finish(log);
    if let Err(message) = result {
        let _ = writeln!(std::io::stderr(), "{message}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn run(options: Options) -> Result<(), String> {
    check_directories(&options)?;
    // reqwest is built without a provider of cryptography, and panics without one.
    rustls::crypto::ring::default_provider().install_default().expect("it is the first provider");
    let listeners = Listeners::bind(options.host, options.port).await?;
    let address = listeners.address;
    let real = demo::real_api(|name| std::env::var(name).ok())?;
    let memory = Memory::new((options.max_memory as usize) << 18);
    let permits = Arc::new(Semaphore::new(options.max_connections as usize));
    let hosts = Arc::new(Hosts { allowed: options.allowed_host.clone(), listens_on: options.host });
    let routes = routes(&options, real, memory.clone())
        .layer(Extension(hosts.clone()))
        .layer(middleware::from_fn_with_state(hosts, origin::check))
        .layer(middleware::from_fn_with_state(memory, bodies::buffer_body));
    let stop = stop_signal();

    // The parent process may wait for this line. An error is no reason to stop: stdout may be closed.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "Listening on http://{address}").and_then(|()| stdout.flush());
    listeners.serve(Server { routes, client_timeout: options.client_timeout, permits }, stop).await;
    Ok(())
}

fn check_directories(options: &Options) -> Result<(), String> {
    for (directory, option) in [(&options.site, "--site"), (&options.package, "--package")] {
        if !directory.is_dir() {
            let directory = directory.display();
            return Err(format!("Directory {directory} not found. Run from the project root, or pass {option}."));
        }
    }
    if !options.package.join("dist/index.js").is_file() {
        return Err("The package isn't built yet. Run `cargo xtask build`.".to_owned());
    }
    Ok(())
}

fn routes(options: &Options, real: Option<Backend>, memory: Memory) -> Router {
    let api_origin = real.as_ref().and_then(demo::origin);
    let site = site::routes(&options.site, &options.package, api_origin, options.for_tests);
    let log =
        |routes: Router| routes.fallback_service(site).layer(middleware::from_fn_with_state(false, request_log::write));
    let routes = match real {
        Some(real) => log(demo::real_routes(real)),
        None => {
            let sandbox = Arc::new(Sandbox::new(options.session_ttl, options.max_sessions));
            let journals = Journals::new(options.max_memory << 19, memory.clone(), sandbox.clone(), options.for_tests);
            let api = api::routes(sandbox.clone(), journals, memory);
            let api = api.layer(middleware::from_fn_with_state(true, request_log::write));
            log(demo::sandbox_routes(sandbox)).merge(api)
        }
    };
    routes.route("/healthz", get(async || "ok"))
}

/// Completes at a signal to stop. Listens from the time of the call, not from the first poll.
#[cfg(unix)]
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate(), SignalKind::quit()];
    let hangup = SignalKind::hangup();
    if !is_ignored(hangup.as_raw_value()) {
        kinds.push(hangup);
    }
    let mut signals: Vec<_> =
        kinds.into_iter().map(|kind| signal(kind).expect("a signal that can be handled")).collect();
    async move {
        futures_util::future::select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    }
}

/// Returns true if the server was started with the signal ignored, as `nohup` does, where Linux reports it.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 << (signal - 1) != 0)
}

/// Completes at Ctrl-C. Listens from the time of the call, not from the first poll.
#[cfg(windows)]
fn stop_signal() -> impl Future<Output = ()> {
    let mut signal = tokio::signal::windows::ctrl_c().expect("a signal that can be handled");
    async move {
        signal.recv().await;
    }
}
