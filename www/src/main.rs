//! The demonstration site of incode-core: sandbox API, backend and page.

mod api;
mod api_error;
mod backend;
mod below;
mod faults;
mod journal;
mod listen;
mod origin;
mod rate_limit;
mod request_log;
mod sandbox;
mod site;
mod token;

use std::io::{IsTerminal, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use clap::Parser;
use tracing::level_filters::LevelFilter;

use backend::{Api, Backend};
use listen::Listeners;
use rate_limit::RateLimit;
use sandbox::Sandbox;

/// Serves the demonstration site of incode-core, its backend, and a sandbox that stands in for the vendor's API.
#[derive(Parser)]
#[command(version, after_help = explanation(), max_term_width = 100)]
struct Options {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,

    /// Address to listen on. 127.0.0.1 serves [::1] too; 0.0.0.0 lets other machines in
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,

    /// How long a sandbox session and its token live: 90d, 20m, 5s
    #[arg(long, default_value = "90d", value_parser = lifetime)]
    session_ttl: Duration,

    /// Sandbox sessions kept at once; then the longest unused ones go
    #[arg(long, default_value_t = 100_000)]
    max_sessions: u64,

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
    let mut row = |name: &str, what: &str| text += &format!("  {name:<41} {what}\n");
    row("API key", sandbox::API_KEY);
    for configuration in &sandbox::CONFIGURATIONS {
        let name = format!("configurationId {}", configuration.id);
        row(&name, configuration.outcome);
    }
    row("GET /run/{id}", "what was sent to apiURL http://localhost:PORT/run/{id}");
    text += "\nThe sandbox with one fault, for apiURL http://localhost:PORT/fault/{fault}:\n";
    for kind in &faults::KINDS {
        text += &format!("  {:<41} {}\n", kind.pattern, kind.text);
    }
    text
}

fn lifetime(given: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(given).map_err(|error| error.to_string())?;
    let most = Duration::from_secs(3650 * 24 * 60 * 60);
    if lifetime.is_zero() || lifetime > most {
        return Err("has to be more than nothing and at most ten years".to_owned());
    }
    Ok(lifetime)
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(options.log)
        .with_target(false)
        .init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
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
    let api = Api::from_environment(|name| std::env::var(name).ok(), format!("http://{own}"))?;
    let backend = Arc::new(Backend::new(api)?);
    let limit = RateLimit::new(options.rate_limit);
    let routes = routes(&options, backend, &limit);
    tokio::spawn(limit.tidy());

    // Whoever started the server waits for this line; that nobody reads it is no reason to stop.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "Listening on http://{address}").and_then(|()| stdout.flush());
    listeners.serve(routes, signal_to_stop()).await;
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

fn routes(options: &Options, backend: Arc<Backend>, limit: &RateLimit) -> Router {
    let held_back = middleware::from_fn_with_state(limit.clone(), rate_limit::hold_back);
    let site = site::routes(&options.site, &options.package, backend.api().real_origin());
    let mut routes = backend::routes(backend.clone())
        .fallback_service(site)
        .layer(held_back)
        .layer(middleware::from_fn(request_log::site));
    // With the real API there is nothing to try out here, and less that strangers could try.
    if let Api::Sandbox { .. } = backend.api() {
        let sandbox = Sandbox::new(options.session_ttl, options.max_sessions);
        let api = api::routes(sandbox, limit.clone());
        routes = routes.merge(api.layer(middleware::from_fn(request_log::api)));
    }
    routes.route("/healthz", get(async || "ok"))
}

async fn signal_to_stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
