//! The page that runs the module, if there is one.

use crate::dictionaries::Address;
use js_sys::JsString;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/page.js")]
extern "C" {
    /// Parses a URL as the platform does.
    #[wasm_bindgen(js_name = parseURL)]
    pub fn parse_url(address: &JsString) -> Address;
    /// Whether this realm is a page or a worker of one.
    #[wasm_bindgen(js_name = isPage)]
    pub fn is_page() -> bool;
    /// The host name of the page; empty outside pages.
    pub fn hostname() -> String;
    /// Logs a warning.
    pub fn warn(message: &str);
    /// Makes a page connect ahead to the origin of an API.
    pub fn preconnect(api_url: &JsString);
}
