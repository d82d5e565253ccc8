//! The demonstration site of incode-core: sandbox API, backend and page.

mod api;
mod api_error;
mod backend;
mod bodies;
mod demonstration;
mod faults;
mod journal;
mod listen;
mod origin;
mod rate_limit;
mod request_log;
mod sandbox;
mod site;
mod token;

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::routing::get;
use axum::{Extension, Router, middleware};
use clap::Parser;
use tokio::sync::Semaphore;
use tracing::level_filters::LevelFilter;

use backend::Backend;
use journal::Journals;
use listen::{Listeners, Server};
use origin::Hosts;
use rate_limit::RateLimit;
use sandbox::Sandbox;

/// Serves the demonstration site of incode-core, its backend, and a sandbox that stands in for the vendor's API.
#[derive(Parser)]
#[command(version, after_help = explanation(), max_term_width = 100)]
struct Options {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,

    /// Address to listen on. 127.0.0.1 serves ::1 too; 0.0.0.0 lets other machines in
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,

    /// Another name that this server goes by, as https://NAME where a proxy in front of it speaks TLS. On a loopback address
    /// only loopback names are let in besides, on another one any, unless this is given
    #[arg(long)]
    allowed_host: Vec<String>,

    /// How long a sandbox session and its token live: 90d, 20m, 5s
    #[arg(long, default_value = "90d", value_parser = duration)]
    session_ttl: Duration,

    /// Sandbox sessions kept at once; then the longest unused ones go
    #[arg(long, default_value_t = 100_000)]
    max_sessions: u64,

    /// Megabytes for what callers send: half of them for journals, a quarter for bodies of requests, the rest for what is lost between
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(32..=4096))]
    max_memory: u64,

    /// Connections at once; more wait until one closes
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,

    /// How long a client may take to send the head of a request, its body, and to take each piece of the answer
    #[arg(long, default_value = "60s", value_parser = duration)]
    client_timeout: Duration,

    /// Requests a second that one client address may send; 0 lifts the limit. Unless it is given, the limit is 100 and
    /// this machine is exempt from it
    #[arg(long)]
    rate_limit: Option<u32>,

    /// Directory of the site
    #[arg(long, default_value = "www/public")]
    site: PathBuf,

    /// Directory of the npm package, built
    #[arg(long, default_value = "pkg")]
    package: PathBuf,

    /// What is logged on stderr: error, warn, info, or debug, which adds one line for each call of the sandbox
    #[arg(long, default_value = "info")]
    log: LevelFilter,

    /// For tests with made-up keys and with a package that panics: journals show every x-api-key, and /pkg/dist-panic is served
    #[arg(long)]
    for_tests: bool,
}

fn explanation() -> String {
    let mut text = "\
The real API instead of the sandbox, by three environment variables:
  INCODE_API_URL            base URL of the API: https, or http on loopback
  INCODE_API_KEY            the API key; it stays in this process
  INCODE_CONFIGURATION_ID   the configuration of the sessions
The sandbox, its faults and its journals are not served then.

The sandbox, for apiURL http://localhost:PORT (or …/0):
"
    .to_owned();
    let row = |name: &str, what: &str| format!("  {name:<41} {what}\n");
    text += &row("API key", sandbox::API_KEY);
    for known in &sandbox::CONFIGURATIONS {
        text += &row(&format!("configurationId {}", known.id), known.outcome);
    }
    text += &row("GET /run/{id}", "what was sent to apiURL http://localhost:PORT/run/{id}");
    text += "\nThe sandbox with one fault, for apiURL http://localhost:PORT/fault/{fault}:\n";
    for kind in &faults::KINDS {
        text += &row(kind.pattern, kind.text);
    }
    text
}

fn duration(given: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(given).map_err(|error| error.to_string())?;
    let most = Duration::from_secs(3650 * 24 * 60 * 60);
    if duration.is_zero() || duration > most {
        return Err("has to be more than nothing and at most ten years".to_owned());
    }
    Ok(duration)
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let log = request_log::begin(options.log);
    let result = run(options).await;
    request_log::end(log);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            let _ = writeln!(std::io::stderr(), "{sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    check_directories(&options)?;
    let listeners = Listeners::bind(options.host, options.port).await?;
    let address = listeners.address;
    let mut own = address;
    if own.ip().is_unspecified() {
        own.set_ip(IpAddr::from([127, 0, 0, 1]));
    }
    let own_call = format!("{:032x}", rand::random::<u128>());
    let own_call = HeaderValue::from_str(&own_call).expect("a number");
    let limit = Arc::new(RateLimit::new(options.rate_limit, own_call.clone()));
    let real = demonstration::real_api(|name| std::env::var(name).ok())?;
    let sandbox = demonstration::own_sandbox(format!("http://{own}"), own_call)?;
    let room_of_bodies = Arc::new(Semaphore::new(bodies::LIMIT.max((options.max_memory as usize) << 18)));
    let (patience, room) = (options.client_timeout, Arc::new(Semaphore::new(options.max_connections as usize)));
    let hosts = Arc::new(Hosts::new(options.allowed_host.clone(), options.host));
    let routes = routes(&options, real, sandbox)
        .layer(middleware::from_fn_with_state(limit, rate_limit::hold_back))
        .layer(Extension(hosts.clone()))
        .layer(middleware::from_fn_with_state(hosts, origin::check))
        .layer(middleware::from_fn_with_state(room_of_bodies, bodies::take_in));

    // Whoever started the server waits for this line; that nobody reads it is no reason to stop.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "Listening on http://{address}").and_then(|()| stdout.flush());
    listeners.serve(Server { routes, patience, room }, signal_to_stop()).await;
    Ok(())
}

fn check_directories(options: &Options) -> Result<(), String> {
    for (directory, option) in [(&options.site, "--site"), (&options.package, "--package")] {
        if !directory.is_dir() {
            return Err(format!(
                "There is no directory {}: start from the project's root, or name it by {option}.",
                directory.display()
            ));
        }
    }
    if !options.package.join("dist/index.js").is_file() {
        return Err("The package isn't built yet: run `cargo xtask build`.".to_owned());
    }
    Ok(())
}

fn routes(options: &Options, real: Option<Backend>, sandbox: Backend) -> Router {
    let more = options.for_tests.then_some("dist-panic");
    let site = site::routes(&options.site, &options.package, real.as_ref().and_then(demonstration::origin), more);
    let log =
        |routes: Router| routes.fallback_service(site).layer(middleware::from_fn_with_state(false, request_log::write));
    let routes = match real {
        // There is nothing to try out then, and less that strangers could try.
        Some(real) => log(demonstration::routes(real, true)),
        None => {
            let journals = Journals::new(options.max_memory << 19, options.for_tests);
            let api = api::routes(Sandbox::new(options.session_ttl, options.max_sessions), journals);
            let api = api.layer(middleware::from_fn_with_state(true, request_log::write));
            log(demonstration::routes(sandbox, false)).merge(api)
        }
    };
    routes.route("/healthz", get(async || "ok"))
}

async fn signal_to_stop() {
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).expect("signals can be waited for").recv().await
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<Option<()>>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate => {}
    }
}
