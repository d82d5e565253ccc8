//! A request, and everything that `fetch` is told of it.

use crate::dictionaries::{Headers, Settings, text};
use crate::platform::{self, merged};
use crate::redact::Secrets;
use crate::retry::Method;
use crate::string::contains;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

/// The version of the API that this crate speaks.
const VERSION: &str = "1.0";

/// The settings that a request can do without where a runtime refuses them: `cache` in older workerd, a `signal` of another
/// implementation.
const OPTIONAL: [&str; 3] = ["cache", "credentials", "signal"];

pub struct Request {
    pub method: Method,
    /// With its query.
    pub url: String,
    /// A plain object.
    pub headers: Headers,
    body: JsValue,
    /// The names of the settings that a runtime refuses, in a row.
    refused: String,
}

impl Request {
    /// With an API key, `POST` creates a session; with a session's token, `GET` asks about it. Its own headers go over the custom ones.
    pub fn new(method: Method, url: String, credential: &JsValue, body: JsValue, settings: &Settings) -> Self {
        // Not every `fetch` takes another implementation's `Headers`.
        let headers: Headers = merged(&settings.custom_headers(), &JsValue::UNDEFINED).unchecked_into();
        match method {
            Method::Post => {
                headers.set_api_key(credential);
                headers.set_content_type("application/json");
            }
            Method::Get => headers.set_token(credential),
        }
        headers.set_api_version(VERSION);
        Self { method, url, headers, body, refused: String::new() }
    }

    /// Hands it to the page's `fetch`, and reads the answer's body up to `limit` bytes, or `error_limit` where it tells of an error.
    pub fn send(&self, connection: &AbortController, limit: u32, error_limit: u32) -> Promise {
        let request = platform::request(&self.url, self.method.name(), &self.headers, &self.body);
        platform::exchange(&request, connection, &self.refused, limit, error_limit)
    }

    /// Whether `fetch` failed because it refuses what the request can do without, which its error names. From now on the request is
    /// sent without it. An abort is no refusal, though its words may be alike.
    pub fn can_do_without(&mut self, error: &str) -> bool {
        let is_abort = error.starts_with("AbortError") || error.starts_with("TimeoutError");
        let known = self.refused.len();
        for name in OPTIONAL {
            if !is_abort && contains(error, name) && !contains(&self.refused, name) {
                self.refused.push_str(name);
            }
        }
        self.refused.len() > known
    }

    /// What no error may tell. An `authorization` can only be the caller's own custom header.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for secret in [&self.headers.api_key(), &self.headers.token(), &self.headers.authorization()] {
            secrets.add(&text(secret));
        }
        secrets
    }
}
