//! What the crate takes from the platform beyond `web_sys`.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Response};

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    /// What the platform's parser makes of an address; `""` if nothing.
    pub fn normalise(url: &str) -> String;
    /// The host of the page or worker that runs this; `""` outside browsers.
    pub fn hostname() -> String;
    /// Whether a value can be listened to as an `AbortSignal`.
    #[wasm_bindgen(js_name = isSignal)]
    pub fn is_signal(value: &JsValue) -> bool;
    /// A property of a value of whatever kind; `undefined` where reading it throws.
    pub fn property(value: &JsValue, name: &JsValue) -> JsValue;
    /// A value of whatever kind as text; `""` where it refuses.
    pub fn text(value: &JsValue) -> String;
    /// All texts in a value and what it leads to; `None` where they can't be had to their end.
    pub fn texts(value: &JsValue) -> Option<String>;

    /// A caller's patience: its promises reject when the deadline passes or the signal is aborted, whatever else happens.
    pub type Patience;
    /// Begins to run out: in `ms`, or when the signal is aborted.
    #[wasm_bindgen(constructor)]
    pub fn new(ms: f64, signal: Option<&AbortSignal>) -> Patience;
    /// Waits for the page's `fetch` of this moment.
    #[wasm_bindgen(method)]
    pub fn request(this: &Patience, url: &str, init: &JsValue) -> Promise;
    /// Waits for the JSON in a body; `undefined` where there is none in `limit` bytes. Rejects where the body breaks off.
    #[wasm_bindgen(method)]
    pub fn read(this: &Patience, response: &Response, limit: u32) -> Promise;
    /// Waits for some ms.
    #[wasm_bindgen(method)]
    pub fn pause(this: &Patience, ms: f64) -> Promise;
    /// Whether the deadline has passed.
    #[wasm_bindgen(method, getter, js_name = isLate)]
    pub fn is_late(this: &Patience) -> bool;
    /// Leaves no timer, listener or connection behind.
    #[wasm_bindgen(method)]
    pub fn end(this: &Patience);
}

#[wasm_bindgen]
extern "C" {
    /// ms on a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
    /// Warns on the console.
    #[wasm_bindgen(js_namespace = console)]
    pub fn warn(message: &str);
}
