//! The demonstration site of incode-core: sandbox API, backend and page.

mod api_error;
mod backend;
mod listen;
mod origin;
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
use axum::extract::Request;
use axum::routing::{any, get};
use clap::Parser;
use tower::ServiceExt;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use tracing::level_filters::LevelFilter;

use backend::{Api, Backend};
use listen::Listeners;
use sandbox::Sandbox;

/// Serves the demonstration site of incode-core, its backend, and a sandbox that stands in for the vendor's API.
#[derive(Parser)]
#[command(version)]
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
    let routes = routes(&options, backend);

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

fn routes(options: &Options, backend: Arc<Backend>) -> Router {
    let mut routes = Router::new()
        .route("/healthz", get(async || "ok"))
        .merge(backend::routes(backend.clone()))
        .fallback_service(site::routes(
            &options.site,
            &options.package,
            backend.api().real_origin(),
        ));
    // With the real API there is nothing to try out here, and less that strangers could try.
    if let Api::Sandbox { .. } = backend.api() {
        let sandbox = Arc::new(Sandbox::new(options.session_ttl, options.max_sessions));
        let api = sandbox::routes(sandbox).layer(cors());
        for path in ["/omni/{*rest}", "/0/{*rest}"] {
            let api = api.clone();
            let pass_on = move |request: Request| api.clone().oneshot(request);
            routes = routes.route(path, any(pass_on));
        }
    }
    routes
}

/// As a public API has it, but for the preflights, which are to be seen each time.
fn cors() -> CorsLayer {
    use axum::http::{Method, header};
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::ZERO)
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
