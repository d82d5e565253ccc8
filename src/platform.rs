//! What the crate takes from the platform beyond `web_sys`.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Response;

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    /// What the platform's parser makes of an address, a `URL`; `undefined` if nothing.
    #[wasm_bindgen(js_name = parseURL)]
    pub fn parse_url(address: &str) -> JsValue;
    /// What a value is: one of `kind`.
    pub fn kind(value: &JsValue) -> u32;
    /// The properties of two objects in a new one, which has no others; those of `over` go before.
    pub fn merged(under: &JsValue, over: &JsValue) -> Object;
    /// The settings in force, in a new object, with `own` over them.
    #[wasm_bindgen(js_name = inForce)]
    pub fn in_force(own: &JsValue) -> Object;
    /// Puts settings in force, in the place of others.
    pub fn enforce(settings: &Object);
    /// The names of an object's own properties; none of what is absent.
    pub fn names(object: &JsValue) -> Array;
    /// A property of a value of whatever kind; `undefined` where reading it throws.
    pub fn property(value: &JsValue, name: &str) -> JsValue;
    /// When a JWT says that it ends (`exp`), in seconds since 1970; NaN for anything that isn't a JWT with a numeric `exp`.
    pub fn expiry(token: &str) -> f64;
    /// A date as HTTP writes it, in ms since 1970; NaN where it is none.
    #[wasm_bindgen(js_name = httpDate)]
    pub fn http_date(text: &str) -> f64;
    /// An object as JSON; `undefined` where there is none, or that can't be.
    pub fn stringify(object: &JsValue) -> JsValue;
    /// What JSON means; `undefined` where it is none.
    pub fn parse(json: &str) -> JsValue;
    /// All texts in a value and what it leads to; `undefined` where they can't be had to their end.
    pub fn texts(value: &JsValue) -> JsValue;
    /// Warns on the console, each thing once.
    #[wasm_bindgen(js_name = warnOnce)]
    pub fn warn_once(message: &str);

    /// Whether the `signal` among a call's settings, if there is one, is aborted.
    #[wasm_bindgen(js_name = isAborted)]
    pub fn is_aborted(settings: &Object) -> bool;

    /// What `fetch` answered.
    pub type Reply;
    /// What is the matter with it: one of `fault`, or 0.
    #[wasm_bindgen(method, getter)]
    pub fn fault(this: &Reply) -> u32;
    /// None where that is the fault.
    #[wasm_bindgen(method, getter)]
    pub fn response(this: &Reply) -> Response;
    /// The object in its body; `undefined` where that is the fault.
    #[wasm_bindgen(method, getter)]
    pub fn body(this: &Reply) -> JsValue;

    /// A caller's patience: its promises reject when the deadline passes or the signal is aborted, whatever else happens.
    pub type Patience;
    /// Begins to run out: in `ms`, or when the signal, if there is one, is aborted.
    #[wasm_bindgen(constructor)]
    pub fn new(ms: f64, signal: &JsValue) -> Patience;
    /// Waits for `pause` ms, and then for what the page's `fetch` answers to a POST of the body, or to a GET where there is none: a
    /// `Reply`, read up to `limit` bytes, or `error_limit` where the status tells of an error.
    #[wasm_bindgen(method)]
    pub fn attempt(
        this: &Patience,
        pause: f64,
        url: &str,
        headers: &Object,
        body: &JsValue,
        limit: u32,
        error_limit: u32,
    ) -> Promise;
    /// What the call comes to.
    #[wasm_bindgen(method, getter)]
    pub fn outcome(this: &Patience) -> Promise;
    /// Whether the deadline has passed.
    #[wasm_bindgen(method, getter, js_name = isLate)]
    pub fn is_late(this: &Patience) -> bool;
    /// Fulfils or rejects the outcome, and leaves no timer, listener or connection behind.
    #[wasm_bindgen(method)]
    pub fn end(this: &Patience, is_fulfilled: bool, value: &JsValue);
}

/// What a value is, as far as callers' input goes: absent, a text, something else, an object.
pub mod kind {
    pub const ABSENT: u32 = 0;
    pub const EMPTY: u32 = 1;
    pub const TEXT: u32 = 2;
    /// What stands for an option that can't be read.
    pub const SYMBOL: u32 = 3;
    pub const TRUE: u32 = 4;
    pub const FALSE: u32 = 5;
    /// The first of the objects.
    pub const ARRAY: u32 = 7;
    /// With the methods of an `AbortSignal`, of this realm or of another (a frame's, jsdom's).
    pub const SIGNAL: u32 = 8;
    /// Without a class of its own.
    pub const PLAIN: u32 = 9;
}

/// What is the matter with what `fetch` answered.
pub mod fault {
    /// It is no `Response`.
    pub const FOREIGN: u32 = 1;
    /// Its body broke off.
    pub const BROKEN: u32 = 2;
    /// Its body is no JSON object of the size that was allowed.
    pub const NO_OBJECT: u32 = 3;
}

#[wasm_bindgen]
extern "C" {
    /// A text as part of a query.
    #[wasm_bindgen(js_name = encodeURIComponent)]
    pub fn encode_uri_component(text: &str) -> JsValue;
    /// ms on a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
}

/// A property that is a text; `""` where there is none.
pub fn text(value: &JsValue, name: &str) -> String {
    property(value, name).as_string().unwrap_or_default()
}

/// A property that is a number; NaN where there is none.
pub fn number(value: &JsValue, name: &str) -> f64 {
    property(value, name).as_f64().unwrap_or(f64::NAN)
}
