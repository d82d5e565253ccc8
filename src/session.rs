//! Start and finish-status: request out, answer checked, nothing else.

use crate::api_url::is_loopback;
use crate::config;
use crate::error::{Code, Result, error};
use crate::object::set;
use crate::platform::{self, kind, property, text};
use crate::retry::Method;
use crate::transport::{API_KEY, Call, TOKEN};
use js_sys::Object;
use wasm_bindgen::JsValue;

/// Where calls go before any `setup` names a place: the vendor's demo API.
const DEMO: &str = "https://demo-api.incodesmile.com";

/// The version of the API that this crate speaks.
const VERSION: (&str, &str) = ("api-version", "1.0");

/// `POST /omni/start`.
pub fn start(api_key: &str, given: &Object, started: f64) -> Call {
    #[cfg(feature = "provoke-panic")]
    assert!(property(given, "configurationId") != "provoke-panic");
    let settings = config::with(given);
    if !text(given, "apiURL").is_empty() {
        // Custom headers go only to the API that they were set with.
        set(&settings, "customHeaders", &JsValue::UNDEFINED);
    }
    // What is left is for the API, under the names of the options.
    for name in &["apiURL", "signal", "timeout", "retries"] {
        set(given, name, &JsValue::UNDEFINED);
    }
    let mut url = text(&settings, "apiURL");
    if url.is_empty() {
        url.push_str(DEMO);
    }
    url.push_str("/omni/start");
    let headers = [(API_KEY, api_key), ("content-type", "application/json"), VERSION];
    let body = platform::stringify(given);
    Call::new(Method::Post, url, &headers, body, settings, started, check_session)
}

/// `GET /omni/finish-status`.
///
/// # Errors
/// `NOT_CONFIGURED`.
pub fn finish_status(flow_id: &str, given: &Object, started: f64) -> Result<Call> {
    let settings = config::with(given);
    let (mut url, token) = (text(&settings, "apiURL"), text(&settings, "token"));
    let missing = if url.is_empty() {
        "no apiURL is in force: call setup first, and again after an INTERNAL error"
    } else if token.is_empty() {
        "no token is in force: pass it to setup, initializeSession or this call"
    } else {
        url.push_str("/omni/finish-status");
        if !flow_id.is_empty() {
            url.push_str("?flowId=");
            url.push_str(&platform::encode_uri_component(flow_id).as_string().unwrap_or_default());
        }
        let headers = [(TOKEN, &*token), VERSION];
        return Ok(Call::new(Method::Get, url, &headers, JsValue::UNDEFINED, settings, started, complete_status));
    };
    Err(error(Code::NOT_CONFIGURED, missing))
}

fn check_session(answer: &JsValue) -> Result<()> {
    let token = text(answer, "token");
    #[cfg(feature = "provoke-panic")]
    assert!(token != "provoke-panic");
    if token.is_empty() {
        return Err(error(Code::INVALID_RESPONSE, "the answer has no usable token"));
    }
    // Of the page or worker that runs this; empty outside browsers.
    let host = text(&property(&js_sys::global(), "location"), "hostname");
    if !host.is_empty() && !is_loopback(&host) {
        platform::warn_once(PUBLIC_KEY);
    }
    Ok(())
}

/// What callers may count on being there.
fn complete_status(answer: &JsValue) -> Result<()> {
    for (name, default) in &[("action", "none"), ("scoreStatus", "UNKNOWN"), ("redirectionUrl", "")] {
        if kind(&property(answer, name)) == kind::ABSENT {
            set(answer, name, &(*default).into());
        }
    }
    Ok(())
}

const PUBLIC_KEY: &str = "incode-core: everybody can read the API key that a public page gives to createSession. \
    Create sessions on your backend, and hand only the token to the page.";
