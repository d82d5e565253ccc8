//! What the crate takes from the platform beyond `web_sys`.

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    /// What the platform's parser makes of an address; `""` if nothing.
    pub fn normalise(url: &str) -> String;
    /// The host of the page or worker that runs this; `""` outside browsers.
    pub fn hostname() -> String;
    /// The parsed JSON, or `undefined`.
    pub fn parse(text: &JsValue) -> JsValue;
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
    /// Waits for a promise.
    #[wasm_bindgen(method)]
    pub fn wait(this: &Patience, promise: &Promise) -> Promise;
    /// Waits for the page's `fetch` of this moment.
    #[wasm_bindgen(method)]
    pub fn request(this: &Patience, url: &str, init: &JsValue) -> Promise;
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

    /// A `TextDecoder` for UTF-8, whose text stays in JavaScript.
    pub type Decoder;
    /// Like `Response.text`: a byte order mark goes, what is no UTF-8 is replaced.
    #[wasm_bindgen(constructor, js_class = "TextDecoder")]
    pub fn new() -> Decoder;
    /// The text in `bytes`; throws where they are neither a view of a buffer nor `undefined`.
    #[wasm_bindgen(method)]
    pub fn decode(this: &Decoder, bytes: &JsValue, options: &JsValue) -> JsString;
}
