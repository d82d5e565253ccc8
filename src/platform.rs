//! What the crate takes from the platform beyond `web_sys` and `js_sys`: see platform.js.

use crate::dictionaries::{Address, Deferred, Settings};
use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    /// What the platform's parser makes of an address.
    #[wasm_bindgen(js_name = parseURL)]
    pub fn parse_url(address: &str) -> Address;
    /// What an `IncodeError` has beside its code and its message; what is absent, and no attempts, will be no property of it.
    #[wasm_bindgen(js_name = errorDetails)]
    pub fn error_details(
        status: &JsValue,
        api: &JsValue,
        retry_after: &JsValue,
        attempts: f64,
        cause: &JsValue,
    ) -> JsValue;
    /// An `IncodeError`, the prefix before its message.
    #[wasm_bindgen(js_name = incodeError)]
    pub fn incode_error(code: &str, prefix: &JsValue, message: &str, details: &JsValue) -> JsValue;
    /// What a value is: one of `kind`.
    pub fn kind(value: &JsValue) -> u32;
    /// The properties of two objects in a new one, which has no others; those of `over` go before.
    pub fn merged(under: &JsValue, over: &JsValue) -> Object;
    /// The settings in force, in a new object, with `own` over them.
    #[wasm_bindgen(js_name = inForce)]
    pub fn in_force(own: &JsValue) -> Settings;
    /// Puts settings in force, in the place of others.
    pub fn enforce(settings: &Settings);
    /// When a JWT says that it ends (`exp`), in seconds since 1970; NaN for anything that isn't a JWT with a numeric `exp`.
    pub fn expiry(token: &JsValue) -> f64;
    /// A date as HTTP writes it, in ms since 1970; NaN where it is none.
    #[wasm_bindgen(js_name = httpDate)]
    pub fn http_date(text: &str) -> f64;
    /// A value as JSON; `undefined` where JSON cannot carry it, or some part of it.
    pub fn stringify(value: &JsValue) -> JsValue;
    /// What JSON means; `undefined` where it is none.
    pub fn parse(json: &str) -> JsValue;
    /// All texts in a value and what it leads to; none where they can't be had to their end.
    pub fn texts(value: &JsValue) -> JsValue;
    /// What a rejection says of itself, and of its cause.
    pub fn description(reason: &JsValue) -> JsValue;
    /// Whether a framework steers its rendering by what it throws.
    #[wasm_bindgen(js_name = isControlFlow)]
    pub fn is_control_flow(reason: &JsValue) -> bool;
    /// Whether there is a page, or a worker of one.
    #[wasm_bindgen(js_name = isPage)]
    pub fn is_page() -> bool;
    /// Of the page or worker that runs this; empty outside browsers.
    pub fn hostname() -> JsValue;
    /// Has a page connect ahead to the origin of an API, with a `preconnect` link, unless it has one or is of that origin itself.
    pub fn preconnect(api_url: &JsValue);
    /// Warns on the console, each thing once; of nothing where there is nothing to say.
    #[wasm_bindgen(js_name = warnOnce)]
    pub fn warn_once(message: &str);
    pub fn deferred() -> Deferred;
    /// Settles as the first of two.
    pub fn race(one: &Promise, other: &Promise) -> Promise;
    /// ms on a clock that nobody sets, where there is one.
    pub fn now() -> f64;
    #[wasm_bindgen(js_name = abortController)]
    pub fn abort_controller() -> AbortController;
    /// Why a signal is aborted; `undefined` where there is none, or it isn't.
    #[wasm_bindgen(js_name = abortReason)]
    pub fn abort_reason(signal: &JsValue) -> JsValue;
    /// A request, for `exchange`.
    pub fn request(url: &str, method: &str, headers: &JsValue, body: &JsValue) -> JsValue;
    /// What the page's `fetch` of this moment gives, an `Answer` with its body read up to `limit` bytes, or `error_limit` from status
    /// 400 on; `undefined` where it is no response. It is not told the settings whose names are in `without`,
    /// and ends with the connection.
    pub fn exchange(
        request: &JsValue,
        connection: &AbortController,
        without: &str,
        limit: u32,
        error_limit: u32,
    ) -> Promise;
    /// Adds or removes a listener for a signal's abort, where there is a signal.
    pub fn listen(signal: &JsValue, how: &str, listener: &Function);
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
    /// A number, a bigint or a function.
    pub const OTHER: u32 = 6;
    /// The first of the objects.
    pub const ARRAY: u32 = 7;
    /// With the methods of an `AbortSignal`, of this realm or of another (a frame's, jsdom's).
    pub const SIGNAL: u32 = 8;
    /// Without a class of its own.
    pub const PLAIN: u32 = 9;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(handler: &Function, ms: f64, argument: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(timer: &JsValue);

    type Properties;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Properties, name: &str, value: &JsValue);
}

/// Sets a property, whose name the caller of the package chose, of an object that is this crate's own.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    object.unchecked_ref::<Properties>().set(name, value);
}
