//! One HTTP exchange through any `fetch`.

use crate::platform::inspect::Record;
use js_sys::{Function, JsString, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/http.js")]
extern "C" {
    /// The `fetch` of this moment, if there is one.
    #[wasm_bindgen(js_name = globalFetch)]
    pub fn global_fetch() -> Option<Function>;

    /// A request as `exchange` takes it.
    pub type PlainRequest;
    /// Makes a request.
    pub fn request(url: &str, method: &str, headers: &Record, body: Option<&JsString>) -> PlainRequest;

    /// A request that was sent, and its response.
    pub type Exchange;
    /// Sends a request. The body of the response is read up to `limit` bytes, or up to `error_limit` from status 400 on.
    pub fn exchange(request: &PlainRequest, fetch: &Function, limit: u32, error_limit: u32) -> Exchange;
    /// Fulfills with an `HttpResponse`, or with `undefined` if `fetch` did not return a response.
    #[wasm_bindgen(method, getter)]
    pub fn response(this: &Exchange) -> Promise;
    /// Aborts the request and cancels the body of the response.
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Exchange);
}
