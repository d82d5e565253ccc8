//! One HTTP exchange through any `fetch`.

use super::inspect::Record;
use crate::request::Method;
use js_sys::JsString;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/http.js")]
extern "C" {
    /// A request that was sent: what `Limits::race` waits for. Its promise fulfills with an `HttpResponse`, or with `undefined` if `fetch`
    /// did not return a response.
    pub type Exchange;
    /// Sends a request; `None` if there is no `fetch`.
    pub fn exchange(
        method: Method,
        path: &str,
        credential: &JsString,
        body: Option<&JsString>,
        settings: &Record,
    ) -> Option<Exchange>;
}
