//! The four calls: what is in force, start and finish-status, and what is asked of an answer.

use crate::api_url::is_loopback;
use crate::call::{Call, refuse_aborted};
use crate::dictionaries::Session;
use crate::error::{Code, Error, Result, concat};
use crate::options::{self, CREATE_SESSION, FINISH_STATUS, INITIALIZE_SESSION, Options, SETUP};
use crate::platform::{self, kind};
use crate::request::{Request, js_object};
use crate::settings;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};

/// Where calls go before any `setup` names a place: the vendor's demo API.
const DEMO: &str = "https://demo-api.incodesmile.com";

/// `setup`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn set_up(given: &JsValue) -> Result<Promise> {
    let Options { settings, warning, .. } = options::read(given, &SETUP, "")?;
    if settings.api_url().is_undefined() && platform::in_force(&JsValue::UNDEFINED).api_url().is_undefined() {
        let separator = if warning.is_empty() { "" } else { "; " };
        return Err(Error::invalid("apiURL", &concat(&["is missing", separator, &warning])));
    }
    settings::replace(&settings);
    platform::warn_once(&warning);
    Ok(Promise::resolve(&JsValue::UNDEFINED))
}

/// `initializeSession`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`, the reason of an aborted signal.
pub fn initialize(given: &JsValue) -> Result<Promise> {
    let Options { settings, warning, .. } = options::read(given, &INITIALIZE_SESSION, "")?;
    refuse_aborted(&settings)?;
    let token = settings.token();
    if !token.is_undefined() {
        settings::set_token(&token);
    } else if platform::in_force(&token).token().is_undefined() {
        return Err(Error::new(Code::NotConfigured, NO_TOKEN));
    }
    platform::warn_once(&warning);
    Ok(Promise::resolve(&JsValue::UNDEFINED))
}

/// `POST /omni/start`.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn start(api_key: &JsValue, given: &JsValue) -> Result<Box<Call>> {
    let api_key = options::api_key(api_key)?;
    let options = options::read(given, &CREATE_SESSION, &api_key)?;
    if !options.is_subject_named {
        return Err(Error::invalid(
            "configurationId",
            "is missing: it, or an interviewId, uuid or urlUuid to go on with",
        ));
    }
    let settings = settings::for_call(&options.settings);
    let api_url = settings.api_url().as_string();
    if api_url.is_none() && options.is_api_url_unset {
        return Err(Error::invalid("apiURL", UNSET));
    }
    let url = concat(&[api_url.as_deref().unwrap_or(DEMO), "/omni/start"]);
    let request = Request::post(url, &api_key, platform::stringify(&options.body), &settings);
    Ok(Box::new(Call { request, settings, check: check_session, warning: options.warning }))
}

/// `GET /omni/finish-status`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`.
pub fn finish_status(flow_id: &JsValue, given: &JsValue) -> Result<Box<Call>> {
    let flow_id = options::flow_id(flow_id)?;
    let Options { settings, warning, .. } = options::read(given, &FINISH_STATUS, "")?;
    let settings = settings::for_call(&settings);
    let mut url = settings.api_url().as_string().ok_or_else(|| Error::new(Code::NotConfigured, NO_API))?;
    let token = settings.token();
    if token.is_undefined() {
        return Err(Error::new(Code::NotConfigured, NO_TOKEN));
    }
    url.push_str("/omni/finish-status");
    if !flow_id.is_empty() {
        url.push_str("?flowId=");
        url.push_str(&String::from(js_sys::encode_uri_component(&flow_id)));
    }
    let request = Request::get(url, token, &settings);
    Ok(Box::new(Call { request, settings, check: complete_status, warning }))
}

fn check_session(answer: &JsValue) -> Result<()> {
    let token = answer.unchecked_ref::<Session>().token();
    if kind(&token) != kind::TEXT {
        return Err(Error::new(Code::InvalidResponse, "the answer has no usable token"));
    }
    let host = platform::hostname();
    if !host.is_empty() && !is_loopback(&host) {
        platform::warn_once(PUBLIC_KEY);
    }
    Ok(())
}

/// What callers may count on being there.
fn complete_status(answer: &JsValue) -> Result<()> {
    platform::complete(answer, &js_object(&[("action", "none"), ("scoreStatus", "UNKNOWN"), ("redirectionUrl", "")]));
    Ok(())
}

const NO_TOKEN: &str = "no token is in force: pass it to setup, initializeSession or this call";
const NO_API: &str =
    "no apiURL is in force: call setup first, and again after an INTERNAL error, or pass it to this call";
const UNSET: &str = "has no value (an unset environment variable?), and the key must not go to the vendor's demo API by accident: \
    leave the option out where that is meant";
const PUBLIC_KEY: &str = "incode-core: everybody can read the API key that a public page gives to createSession. \
    Create sessions on your backend, and hand only the token to the page.";
