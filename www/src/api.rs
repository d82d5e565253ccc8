//! The API with its CORS headers: the sandbox at the root, under `/fault/{fault}` and under `/run/{id}`.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, Method, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::bodies::Memory;
use crate::journal::{self, Journals};
use crate::sandbox::{self, Sandbox};
use crate::{api_error, faults};

pub fn routes(sandbox: Arc<Sandbox>, journals: Journals, memory: Memory) -> Router {
    let single_use = |routes: Router| routes.layer(middleware::map_response(close_connection));
    let api = sandbox::routes(sandbox);
    let api = api.clone().merge(single_use(faults::routes(api, memory)));
    let public = |api: Router| {
        api.layer(middleware::from_fn(api_error::write_bodies))
            .layer(cors())
            .layer(middleware::map_response(faults::strip_cors))
            .layer(middleware::map_response(never_cached))
    };
    let runs = journal::routes(journals, public(api.clone().fallback(api_error::unknown_route)), cors());
    public(api).merge(single_use(runs))
}

/// Returns the CORS layer of a public API, but without caching of preflights: each of them appears in the journal.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::ZERO)
}

/// Adds headers against caching and guessing of types: responses contain tokens.
pub async fn never_cached(response: Response) -> impl IntoResponse {
    const FIXED: [(HeaderName, &str); 2] =
        [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (FIXED, response)
}

/// Closes the connection after the response. Browsers repeat a request by themselves if a reused connection closes without a response,
/// and faults and journals need each request once.
async fn close_connection(response: Response) -> impl IntoResponse {
    ([(header::CONNECTION, "close")], response)
}
