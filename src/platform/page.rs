//! The page that runs the module, if there is one.

use crate::platform::inspect::Record;
use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/page.js")]
extern "C" {
    /// Parses a URL as the platform does. The result has `href` and `hostname`, unless the URL is not valid.
    #[wasm_bindgen(js_name = parseURL)]
    pub fn parse_url(address: &JsValue) -> Record;
    /// Whether this realm is a page or a worker of one.
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
