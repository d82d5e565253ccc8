//! Clock, timers, abort signals, console and page.

use super::inspect::Record;
use crate::dictionaries::Deferred;
use js_sys::{Array, Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/platform/host.js")]
extern "C" {
    /// Milliseconds on a monotonic clock.
    pub fn now() -> f64;
    /// Milliseconds since 1970.
    #[wasm_bindgen(js_name = wallClock)]
    pub fn wall_clock() -> f64;
    /// Calls `handler(argument)` after `ms`; `undefined` where there are no timers.
    #[wasm_bindgen(js_name = setTimer)]
    pub fn set_timer(handler: &Function, ms: f64, argument: &JsValue) -> JsValue;
    /// Stops a timer, if it is one.
    #[wasm_bindgen(js_name = clearTimer)]
    pub fn clear_timer(timer: &JsValue);
    /// Calls `listener` when the signal aborts.
    #[wasm_bindgen(js_name = onAbort)]
    pub fn on_abort(signal: &AbortSignal, listener: &Function);
    /// Removes a listener.
    #[wasm_bindgen(js_name = offAbort)]
    pub fn off_abort(signal: &AbortSignal, listener: &Function);
    /// The reason of an aborted signal; `undefined` if it is not aborted.
    #[wasm_bindgen(js_name = abortReason)]
    pub fn abort_reason(signal: &AbortSignal) -> JsValue;
    /// A random number in `0.0..1.0`.
    pub fn random() -> f64;
    /// A new promise with the functions that settle it.
    pub fn deferred() -> Deferred;
    /// Settles as the first of two promises.
    pub fn race(one: &Promise, other: &Promise) -> Promise;
    /// Parses a URL as the platform does. The result has `href` and `hostname`, unless the URL is not valid.
    #[wasm_bindgen(js_name = parseURL)]
    pub fn parse_url(address: &JsValue) -> Record;
    /// Returns true in a page and in a worker of one.
    #[wasm_bindgen(js_name = isPage)]
    pub fn is_page() -> bool;
    /// The host name of the page; empty outside pages.
    pub fn hostname() -> String;
    /// Logs a warning, once.
    #[wasm_bindgen(js_name = warnOnce)]
    pub fn warn_once(message: &str);
    /// Logs one warning about unknown options, each once and no more than 20 in all.
    #[wasm_bindgen(js_name = warnAboutOptions)]
    pub fn warn_about_options(operation: &str, is_forwarded: bool, options: &Array);
    /// Makes a page connect ahead to the origin of an API.
    pub fn preconnect(api_url: &JsString);
}
