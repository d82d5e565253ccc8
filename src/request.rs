//! A request: method, URL, headers and body.

use crate::platform::http::{self, Exchange};
use crate::platform::inspect::{Record, merge};
use crate::redact::Secrets;
use crate::string::concat;
use js_sys::{Function, JsString};
use wasm_bindgen::JsValue;

/// The version of the API that this crate speaks.
const VERSION: &str = "1.0";

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Completes a session and reads its result.
    Get,
    /// Makes a new session.
    Post,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

pub struct Request {
    pub method: Method,
    /// The base URL.
    pub api_url: String,
    /// Path below the base URL, and query.
    pub path: String,
    pub headers: Record,
    pub body: Option<JsString>,
}

/// Name of the header with the API key.
pub const API_KEY: &str = "x-api-key";
/// Name of the header with the token.
pub const TOKEN: &str = "x-incode-hardware-id";

/// Makes the headers of a request: the custom ones, and the credential under its name.
pub fn headers(custom: &JsValue, name: &str, credential: &JsValue) -> Record {
    let headers = merge(custom, &JsValue::UNDEFINED);
    headers.set("api-version", &VERSION.into());
    headers.set(name, credential);
    headers
}

impl Request {
    /// Sends it. The body of the response is read up to `limit` bytes, or up to `error_limit` if the response is an error.
    pub fn send(&self, fetch: &Function, limit: u32, error_limit: u32) -> Exchange {
        let url = concat(&[&self.api_url, &self.path]);
        let request = http::request(&url, self.method.name(), &self.headers, self.body.as_ref());
        http::exchange(&request, fetch, limit, error_limit)
    }

    /// Returns what no error may contain. `authorization` can only be the caller's own header.
    pub fn secrets(&self) -> Secrets {
        let secret = |name| self.headers.string(name).unwrap_or_default();
        Secrets::new([secret(API_KEY), secret(TOKEN), secret("authorization")])
    }
}
