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

use crate::clients::Client;

/// Policy that blocks requests to the vendor's hosts and to everything but this machine.
const POLICY: &str = "default-src 'self'; connect-src 'self' http://localhost:* http://127.0.0.1:* https://*.localhost:*; \
                      script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'";

/// Serves the pages of the clients, compressed beforehand. Each visit has an address of its own, which no cache has.
pub struct Site {
    origin: String,
    visits: Arc<Visits>,
}

struct Visits {
    files: ServeDir,
    /// Times of the requests of the visits' pages, in ms since 1970, as in the sandbox's journal.
    opened: Mutex<HashMap<String, u64>>,
    /// Content encoding of the last file, which depends on the browser too.
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

    pub fn page(&self, visit: &str, client: &Client, api: &str) -> String {
        format!("{}/{visit}/{}/?api={api}", self.origin, client.folder)
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
    let response = match visits.files.clone().oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    };
    if let Some(encoding) = response.headers().get(header::CONTENT_ENCODING) {
        *locked(&visits.encoding) = String::from_utf8_lossy(encoding.as_bytes()).into_owned();
    }
    response
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
