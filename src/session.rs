//! The four calls: what is in force, start and finish-status, and what is asked of an answer.

use crate::api_url::is_loopback;
use crate::call::{Call, refuse_aborted};
use crate::dictionaries::{FinishStatus, Session, text};
use crate::error::{Code, Error, Result};
use crate::options;
use crate::platform::{self, kind};
use crate::request::Request;
use crate::retry::Method;
use crate::settings;
use crate::string::concat;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};

/// Where calls go before any `setup` names a place: the vendor's demo API.
const DEMO: &str = "https://demo-api.incodesmile.com";

/// `setup`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn set_up(given: &JsValue) -> Result<()> {
    let options = options::read(given, options::Call::Setup, "")?;
    if !settings::replace(&options.settings) {
        let separator = if options.warning.is_empty() { "" } else { "; " };
        return Err(Error::invalid("apiURL", &concat(&["is missing", separator, &options.warning])));
    }
    platform::preconnect(&options.settings.api_url());
    platform::warn_once(&options.warning);
    Ok(())
}

/// `initializeSession`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`, the reason of an aborted signal.
pub fn initialize(given: &JsValue) -> Result<()> {
    let options = options::read(given, options::Call::InitializeSession, "")?;
    refuse_aborted(&options.settings)?;
    let token = options.settings.token();
    if !token.is_undefined() {
        settings::set_token(&token);
    } else if platform::in_force(&token).token().is_undefined() {
        return Err(Error::new(Code::NotConfigured, NO_TOKEN));
    }
    platform::warn_once(&options.warning);
    Ok(())
}

/// `POST /omni/start`.
///
/// # Errors
/// `INVALID_ARGUMENT`, the reason of an aborted signal.
pub fn start(api_key: &JsValue, given: &JsValue, started: f64, prefix: JsValue) -> Result<Promise> {
    options::check_api_key(api_key)?;
    let options = options::read(given, options::Call::CreateSession, &text(api_key))?;
    if !options.is_subject_named {
        return Err(Error::invalid("configurationId", NO_SUBJECT));
    }
    let settings = settings::for_call(&options.settings);
    let mut url = text(&settings.api_url());
    if url.is_empty() {
        if options.is_api_url_unset {
            return Err(Error::invalid("apiURL", UNSET));
        }
        url.push_str(DEMO);
    }
    url.push_str("/omni/start");
    let request = Request::new(Method::Post, url, api_key, platform::stringify(&options.body), &settings);
    Call { request, options, settings, check: check_session, started, prefix }.send()
}

/// `GET /omni/finish-status`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`, the reason of an aborted signal.
pub fn finish_status(flow_id: &JsValue, given: &JsValue, started: f64, prefix: JsValue) -> Result<Promise> {
    let flow_id = options::flow_id(flow_id)?;
    let options = options::read(given, options::Call::GetFinishStatus, "")?;
    let settings = settings::for_call(&options.settings);
    let (mut url, token) = (text(&settings.api_url()), settings.token());
    if url.is_empty() || token.is_undefined() {
        return Err(Error::new(Code::NotConfigured, if url.is_empty() { NO_API } else { NO_TOKEN }));
    }
    url.push_str("/omni/finish-status");
    if !flow_id.is_empty() {
        url.push_str("?flowId=");
        url.push_str(&text(&js_sys::encode_uri_component(&flow_id)));
    }
    let request = Request::new(Method::Get, url, &token, JsValue::UNDEFINED, &settings);
    Call { request, options, settings, check: complete_status, started, prefix }.send()
}

fn check_session(answer: &JsValue) -> Result<()> {
    let token = answer.unchecked_ref::<Session>().token();
    if kind(&token) != kind::TEXT {
        return Err(Error::new(Code::InvalidResponse, "the answer has no usable token"));
    }
    let host = text(&platform::hostname());
    if !host.is_empty() && !is_loopback(&host) {
        platform::warn_once(PUBLIC_KEY);
    }
    Ok(())
}

/// What callers may count on being there.
fn complete_status(answer: &JsValue) -> Result<()> {
    let status: &FinishStatus = answer.unchecked_ref();
    if kind(&status.action()) == kind::ABSENT {
        status.set_action("none");
    }
    if kind(&status.score_status()) == kind::ABSENT {
        status.set_score_status("UNKNOWN");
    }
    if kind(&status.redirection_url()) == kind::ABSENT {
        status.set_redirection_url("");
    }
    Ok(())
}

const NO_SUBJECT: &str = "is missing, and so are interviewId, uuid and urlUuid";
const NO_TOKEN: &str = "no token is in force: pass it to setup, initializeSession or this call";
const NO_API: &str = "no apiURL is in force: pass it to setup (again after an INTERNAL error) or this call";
const UNSET: &str = "has no value (an unset environment variable?): no key goes to the demo API by accident";
const PUBLIC_KEY: &str = "incode-core: everybody can read the API key of a public page. \
    Create sessions on your backend, give the page only the token.";
