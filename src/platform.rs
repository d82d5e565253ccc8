//! What the crate takes from the platform beyond `web_sys`.

use js_sys::{Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Location;

#[wasm_bindgen(module = "/src/fallible.js")]
extern "C" {
    /// What the platform's parser makes of an address; `""` if nothing.
    pub fn normalise(url: &JsValue) -> String;
    /// The parsed JSON, or `undefined`.
    pub fn parse(text: &JsValue) -> JsValue;
    /// The page's `fetch` of this moment.
    pub fn send(url: &str, init: &JsValue) -> Promise;
    /// Whether a value can be listened to as an `AbortSignal`.
    #[wasm_bindgen(js_name = isSignal)]
    pub fn is_signal(value: &JsValue) -> bool;
    /// A property of a value of whatever kind; `undefined` where reading it throws.
    pub fn property(value: &JsValue, name: &JsValue) -> JsValue;
    /// A value of whatever kind as text; `""` where it refuses.
    pub fn text(value: &JsValue) -> String;
}

#[wasm_bindgen]
extern "C" {
    /// ms on a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
    /// Calls `handler` with `value` after `ms`.
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(handler: &Function, ms: f64, value: &JsValue) -> JsValue;
    /// Forgets a timer.
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(timer: &JsValue);
    /// A `TextDecoder` for UTF-8, whose text stays in JavaScript.
    pub type Decoder;
    /// Like `Response.text`: a byte order mark goes, what is no UTF-8 is replaced.
    #[wasm_bindgen(constructor, js_class = "TextDecoder")]
    pub fn new() -> Decoder;
    /// The text in `bytes`; throws where they are neither a view of a buffer nor `undefined`.
    #[wasm_bindgen(method)]
    pub fn decode(this: &Decoder, bytes: &JsValue, options: &JsValue) -> JsString;
    /// Warns on the console.
    #[wasm_bindgen(js_namespace = console)]
    pub fn warn(message: &str);

    /// Where the page is; nothing outside browsers.
    #[wasm_bindgen(thread_local_v2, js_name = location)]
    pub static LOCATION: Option<Location>;
}
