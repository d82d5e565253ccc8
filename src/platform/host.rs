//! Clock, timers, abort signals, console and page.

use super::http::Exchange;
use super::inspect::Record;
use crate::dictionaries::{Caller, Deferred};
use js_sys::{Array, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/platform/host.js")]
extern "C" {
    /// Milliseconds since 1970.
    #[wasm_bindgen(js_name = wallClock)]
    pub fn wall_clock() -> f64;
    /// The timer and the listener of a call, and what it waits for.
    pub type Limits;
    /// Starts the limits of a call: its waits reject with them `timeout` ms after it was made, or when the signal aborts.
    #[wasm_bindgen(js_name = startLimits)]
    pub fn start_limits(caller: &Caller, timeout: f64, signal: Option<&AbortSignal>) -> Limits;
    /// The time left, in ms.
    #[wasm_bindgen(method)]
    pub fn left(this: &Limits) -> f64;
    /// Waits for the response of an exchange.
    #[wasm_bindgen(method)]
    pub fn race(this: &Limits, exchange: &Exchange) -> Promise;
    /// Waits for `ms`; `None` where there are no timers.
    #[wasm_bindgen(method)]
    pub fn sleep(this: &Limits, ms: f64) -> Option<Promise>;
    /// Stops the timer, removes the listener and cancels what has not settled.
    #[wasm_bindgen(method)]
    pub fn release(this: &Limits);
    /// The reason of an aborted signal; `undefined` if it is not aborted.
    #[wasm_bindgen(js_name = abortReason)]
    pub fn abort_reason(signal: &AbortSignal) -> JsValue;
    /// A random number in `0.0..1.0`.
    pub fn random() -> f64;
    /// A new promise with the functions that settle it.
    pub fn deferred() -> Deferred;
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
    /// Makes a page preconnect to the origin of an API.
    pub fn preconnect(api_url: &JsString);
}
