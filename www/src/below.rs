//! What lies below a path's first segments: the API is the same there as at the root.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

/// `/b/c?d` of `/a/b/c?d` for one segment. Written on the text, so that every byte of the rest stays as it came.
pub fn below(uri: &Uri, segments: usize) -> Uri {
    let whole = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let path = uri.path();
    let rest = path.match_indices('/').nth(segments);
    let rest = rest.map_or("/", |(start, _)| &whole[start..]);
    PathAndQuery::try_from(rest).map_or_else(|_| Uri::from_static("/"), Uri::from)
}

pub async fn pass_on(next: Router, request: Request) -> Response {
    next.oneshot(request).await.into_response()
}
