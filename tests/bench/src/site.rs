use std::{
    collections::HashMap,
    net::Ipv4Addr,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::{self, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
    serve::ListenerExt,
};
use tokio::net::TcpListener;
use tower::ServiceExt;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::subjects::Subject;

/// Keeps what a subject might want from the vendor's own hosts out of the measurement, and this machine to itself.
const POLICY: &str = "default-src 'self'; connect-src 'self' http://localhost:* http://127.0.0.1:* https://*.localhost:*; \
                      script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'";

/// The pages of the subjects, compressed beforehand. Each visit has an address of its own, which no cache knows.
pub struct Site {
    origin: String,
    visits: Arc<Visits>,
}

struct Visits {
    files: ServeDir,
    /// When a visit's page was asked for, in ms since 1970, as the sandbox's journal has it.
    opened: Mutex<HashMap<String, u64>>,
    /// How the last file went out: that is up to the browser too.
    encoding: Mutex<String>,
}

impl Site {
    pub async fn start(files: &Path, brotli: bool) -> anyhow::Result<Self> {
        let files = ServeDir::new(files).precompressed_gzip();
        let files = if brotli { files.precompressed_br() } else { files };
        let visits = Arc::new(Visits { files, opened: Mutex::default(), encoding: Mutex::default() });
        let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
        let routes = Router::new()
            .route("/{visit}/{*file}", get(serve))
            .with_state(visits.clone())
            .layer(header(header::CACHE_CONTROL, "no-store"))
            .layer(header(header::CONTENT_SECURITY_POLICY, POLICY));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        tokio::spawn(async { axum::serve(listener, routes).await });
        Ok(Self { origin, visits })
    }

    pub fn page(&self, visit: &str, subject: &Subject, api: &str) -> String {
        format!("{}/{visit}/{}/?api={api}", self.origin, subject.folder)
    }

    pub fn opened(&self, visit: &str) -> Option<u64> {
        locked(&self.visits.opened).get(visit).copied()
    }

    pub fn encoding(&self) -> String {
        locked(&self.visits.encoding).clone()
    }
}

async fn serve(
    State(visits): State<Arc<Visits>>,
    extract::Path((visit, file)): extract::Path<(String, String)>,
    mut request: Request,
) -> Response {
    if file.ends_with('/') {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        locked(&visits.opened).insert(visit, now.as_millis() as u64);
    }
    let Ok(uri) = format!("/{file}").parse::<Uri>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    *request.uri_mut() = uri;
    let answer = match visits.files.clone().oneshot(request).await {
        Ok(answer) => answer.into_response(),
        Err(never) => match never {},
    };
    if let Some(encoding) = answer.headers().get(header::CONTENT_ENCODING) {
        *locked(&visits.encoding) = String::from_utf8_lossy(encoding.as_bytes()).into_owned();
    }
    answer
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
