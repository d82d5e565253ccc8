//! A request, and everything that `fetch` is told of it.

use crate::dictionaries::{Headers, Settings, text};
use crate::error::contains;
use crate::platform::{self, merged, set};
use crate::redact::Secrets;
use crate::retry::Method;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

/// The version of the API that this crate speaks.
const VERSION: (&str, &str) = ("api-version", "1.0");

/// The settings that a request can do without where a runtime refuses them: `cache` in older workerd, a `signal` of another
/// implementation.
const OPTIONAL: [&str; 3] = ["cache", "credentials", "signal"];

pub struct Request {
    pub method: Method,
    /// With its query.
    pub url: String,
    /// The session's token; `undefined` where the request carries none.
    pub token: JsValue,
    /// A plain object.
    headers: Headers,
    body: JsValue,
    /// The names of the settings that a runtime refuses, in a row.
    refused: String,
}

impl Request {
    /// With an API key, `POST` creates a session; with a session's token, `GET` asks about it. Its own headers go over the custom ones.
    pub fn new(method: Method, url: String, credential: &str, body: JsValue, settings: &Settings) -> Self {
        let (token, own) = match method {
            Method::Post => (
                JsValue::UNDEFINED,
                js_object(&[("x-api-key", credential), ("content-type", "application/json"), VERSION]),
            ),
            Method::Get => (credential.into(), js_object(&[("x-incode-hardware-id", credential), VERSION])),
        };
        // Not every `fetch` takes another implementation's `Headers`.
        let headers = merged(&settings.custom_headers(), &own).unchecked_into();
        Self { method, url, token, headers, body, refused: String::new() }
    }

    /// Hands it to the page's `fetch`, and reads the answer's body up to `limit` bytes, or `error_limit` where it tells of an error.
    pub fn send(&self, connection: &AbortController, limit: u32, error_limit: u32) -> Promise {
        platform::exchange(
            &self.url,
            self.method.name(),
            &self.headers,
            &self.body,
            // None is followed, as custom headers would travel along: `error` would do as well, but workerd refuses it.
            "manual",
            "omit",
            "no-store",
            connection,
            &self.refused,
            limit,
            error_limit,
        )
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

    pub fn has_api_key(&self) -> bool {
        !self.headers.api_key().is_undefined()
    }

    /// What no error may tell. An `authorization` can only be the caller's own custom header.
    pub fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for secret in [&self.headers.api_key(), &self.token, &self.headers.authorization()] {
            secrets.add(&text(secret));
        }
        secrets
    }
}

/// A JavaScript object of texts.
pub fn js_object(properties: &[(&str, &str)]) -> JsValue {
    let object = merged(&JsValue::UNDEFINED, &JsValue::UNDEFINED);
    for (name, value) in properties {
        set(&object, name, &(*value).into());
    }
    object.into()
}
