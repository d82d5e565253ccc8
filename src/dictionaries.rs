//! Typed views of JavaScript objects, and the codes of errors. Each property's name and type is defined here once. `None` is `undefined`.

use crate::platform::inspect::Record;
use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Response;

/// The `code` of an `IncodeError`.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Code {
    /// The caller's input; no request was made.
    InvalidArgument = "INVALID_ARGUMENT",
    /// No token, or no `apiURL`, for the call; no request was made.
    NotConfigured = "NOT_CONFIGURED",
    /// The `encryption` option.
    Unsupported = "UNSUPPORTED",
    /// 401.
    Unauthorized = "UNAUTHORIZED",
    /// 403.
    Forbidden = "FORBIDDEN",
    /// 401 or 403 to a token whose `exp` has passed.
    SessionExpired = "SESSION_EXPIRED",
    /// 429.
    RateLimited = "RATE_LIMITED",
    /// Any other 4xx.
    ClientError = "CLIENT_ERROR",
    /// Any 5xx.
    ServerError = "SERVER_ERROR",
    /// `fetch` failed, or the API sent a redirect.
    Network = "NETWORK",
    /// The call's time ran out.
    Timeout = "TIMEOUT",
    /// A 2xx without a usable body.
    InvalidResponse = "INVALID_RESPONSE",
}

#[wasm_bindgen]
extern "C" {
    /// The call as the facade sees it (`pkg/src/caller.js`).
    #[derive(Clone)]
    pub type Caller;
    /// The first argument of a call that has two.
    #[wasm_bindgen(method, getter)]
    pub fn argument(this: &Caller) -> JsValue;
    /// A copy of the options.
    #[wasm_bindgen(method, getter)]
    pub fn options(this: &Caller) -> JsValue;
    /// Makes an `IncodeError` with the caller's stack. `numbers` is `[status, retryAfter, attempts]`, `cause` a snapshot.
    #[wasm_bindgen(method)]
    pub fn error(
        this: &Caller,
        code: Code,
        message: JsString,
        numbers: &JsValue,
        api: &JsValue,
        cause: &JsValue,
    ) -> JsValue;

    /// A promise and the functions that settle it.
    pub type Deferred;
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Deferred) -> Promise;
    #[wasm_bindgen(method)]
    pub fn resolve(this: &Deferred, value: &JsValue);
    #[wasm_bindgen(method)]
    pub fn reject(this: &Deferred, reason: &JsValue);

    /// A response of any `fetch`, in the shape of a `Response`.
    #[wasm_bindgen(extends = Response)]
    pub type HttpResponse;
    /// The JSON object in the body, if it is one.
    #[wasm_bindgen(method, getter)]
    pub fn object(this: &HttpResponse) -> Option<Record>;
    /// True if the body ended early.
    #[wasm_bindgen(method, getter, js_name = isTruncated)]
    pub fn is_truncated(this: &HttpResponse) -> bool;
}
