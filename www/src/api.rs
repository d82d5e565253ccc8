//! The API as the network sees it: the sandbox at the root, below `/fault/{fault}`, and below `/run/{id}`.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, Method, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::journal::{self, Journals};
use crate::sandbox::{self, Sandbox};
use crate::{api_error, faults};

pub fn routes(sandbox: Sandbox, journals: Journals) -> Router {
    let single_use = |routes: Router| routes.layer(middleware::map_response(close_afterwards));
    let api = sandbox::routes(Arc::new(sandbox));
    let api = api.clone().merge(single_use(faults::routes(api)));
    let public = |api: Router| {
        api.layer(middleware::from_fn(api_error::write_bodies))
            .layer(cors())
            .layer(middleware::map_response(faults::withhold))
            .layer(middleware::map_response(never_cached))
    };
    let runs = journal::routes(journals, public(api.clone().fallback(api_error::unknown_route)), cors());
    public(api).merge(single_use(runs))
}

/// As a public API has it, but that no preflight is remembered: each of them is to be seen in the journal.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::ZERO)
}

/// Answers hold tokens, and are JSON whatever a browser may make of them.
pub async fn never_cached(answer: Response) -> impl IntoResponse {
    const FIXED: [(HeaderName, &str); 2] =
        [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (FIXED, answer)
}

/// A browser sends a request again by itself when a connection that it had used before closes without an answer.
/// Where faults are tried and calls are counted, no connection is used twice, so that each call is seen as it is.
async fn close_afterwards(answer: Response) -> impl IntoResponse {
    ([(header::CONNECTION, "close")], answer)
}
