//! A request: method, URL, headers and body.

use crate::dictionaries::{Headers, Settings};
use crate::platform::http::{self, Exchange};
use crate::platform::inspect::plain_copy;
use crate::redact::Secrets;
use crate::string::concat;
use js_sys::{Function, JsString};
use wasm_bindgen::JsCast;

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
    pub headers: Headers,
    pub body: Option<JsString>,
}

/// Makes the headers of a request. The credential is the API key of a `POST`, the token of a `GET`; it overrides a custom header.
pub fn headers(method: Method, credential: &JsString, settings: &Settings) -> Headers {
    let headers: Headers = plain_copy(settings.custom_headers().as_ref()).unchecked_into();
    match method {
        Method::Post => {
            headers.set_api_key(credential);
            headers.set_content_type("application/json");
        }
        Method::Get => headers.set_token(credential),
    }
    headers.set_api_version(VERSION);
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
        let mut secrets = Secrets::default();
        for secret in [self.headers.api_key(), self.headers.token(), self.headers.authorization()].into_iter().flatten() {
            secrets.add(&String::from(secret));
        }
        secrets
    }
}
