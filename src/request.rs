//! A request: method, path, credential and body. `platform/http.js` sends it with the base URL, headers and `fetch` of the settings.

use crate::platform::http::{self, Exchange};
use crate::platform::inspect::Record;
use crate::redact::Secrets;
use crate::settings::Settings;
use js_sys::JsString;
use wasm_bindgen::prelude::*;

/// The header of an API key.
pub const API_KEY: &str = "x-api-key";

/// An HTTP method.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Completes a session and reads its result.
    Get = "GET",
    /// Makes a new session.
    Post = "POST",
}

pub struct Request {
    pub method: Method,
    /// Path below the base URL, and query.
    pub path: String,
    /// The token of a `GET`, the API key of a `POST`.
    pub credential: JsString,
    pub body: Option<JsString>,
    pub settings: Settings,
}

impl Request {
    /// Sends it; `None` if there is no `fetch`.
    pub fn send(&self) -> Option<Exchange> {
        http::exchange(self.method, &self.path, &self.credential, self.body.as_ref(), &self.settings.0)
    }

    /// Returns the base URL.
    pub fn api_url(&self) -> String {
        self.settings.api_url().map_or_else(String::new, String::from)
    }

    /// Returns a custom header.
    pub fn custom_header(&self, name: &str) -> Option<String> {
        let headers: Option<Record> = self.settings.custom_headers();
        headers.and_then(|headers| headers.string(name))
    }

    /// Returns what no error may contain.
    pub fn secrets(&self) -> Secrets {
        let header = |name| self.custom_header(name).unwrap_or_default();
        Secrets::new([String::from(&self.credential), header(API_KEY), header("authorization")])
    }
}
