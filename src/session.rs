//! The four operations: from settings to a request, and what a response must contain.

use crate::api_url::is_loopback;
use crate::call::Call;
use crate::deadline::abort_reason;
use crate::dictionaries::Caller;
use crate::error::{Code, Error, Result};
use crate::options::{self, Operation};
use crate::platform::inspect::{Kind, Record, kind};
use crate::platform::{host, json};
use crate::request::{Method, Request};
use crate::settings::{self, API_URL};
use crate::string::concat;
use js_sys::Promise;
use wasm_bindgen::JsValue;

/// The base URL before any `setup`: the vendor's demo API.
const DEMO_API: &str = "https://demo-api.incodesmile.com";

/// `setup`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn set_up(caller: &Caller) -> Result<Promise> {
    let options = options::read(&caller.options(), Operation::Setup, None)?;
    let Some(api_url) = settings::replace(options.settings) else {
        let unknown = String::from(options.unknown.join(" "));
        let separator = if unknown.is_empty() { "" } else { "; unknown options: " };
        return Err(Error::invalid(API_URL, &concat(&["is required", separator, &unknown])));
    };
    host::preconnect(&api_url);
    Operation::Setup.warn_about(&options.unknown);
    Ok(done())
}

/// `initializeSession`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`, the reason of an aborted signal.
pub fn initialize(caller: &Caller) -> Result<Promise> {
    let options = options::read(&caller.options(), Operation::InitializeSession, None)?;
    if let Some(reason) = abort_reason(options.settings.signal().as_ref()) {
        return Err(Error::passthrough(reason));
    }
    if let Some(token) = options.settings.token() {
        settings::set_token(&token);
    } else if settings::current().token().is_none() {
        return Err(Error::new(Code::NotConfigured, "no token: pass token to setup or initializeSession"));
    }
    Operation::InitializeSession.warn_about(&options.unknown);
    Ok(done())
}

fn done() -> Promise {
    Promise::resolve(&JsValue::UNDEFINED)
}

/// `POST /omni/start`.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn start(caller: &Caller) -> Result<Promise> {
    let api_key = options::api_key(caller.argument())?;
    let options = options::read(&caller.options(), Operation::CreateSession, Some(&api_key))?;
    if !options.identifies_session {
        return Err(Error::invalid("configurationId", "is required (or one of interviewId, uuid, urlUuid)"));
    }
    let settings = options.settings.effective();
    if settings.api_url().is_none() {
        if options.has_empty_api_url {
            return Err(Error::invalid(API_URL, UNSET));
        }
        settings.0.set(API_URL, &DEMO_API.into());
    }
    let request = Request {
        method: Method::Post,
        path: concat(&["/omni/start"]),
        credential: api_key,
        body: json::stringify(&options.body),
        settings,
    };
    let operation = Operation::CreateSession;
    Ok(Call { request, operation, unknown: options.unknown, check: check_session, caller: caller.clone() }.send())
}

/// `GET /omni/finish-status`.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`.
pub fn finish_status(caller: &Caller) -> Result<Promise> {
    let flow_id = options::flow_id(&caller.argument())?;
    let options = options::read(&caller.options(), Operation::GetFinishStatus, None)?;
    if options.has_empty_token {
        return Err(Error::new(Code::NotConfigured, "token has no value: the user may have no session"));
    }
    let settings = options.settings.effective();
    if settings.api_url().is_none() {
        return Err(missing(API_URL));
    }
    let credential = settings.token().ok_or_else(|| missing("token"))?;
    let mut path = concat(&["/omni/finish-status"]);
    if !flow_id.is_empty() {
        path += "?flowId=";
        path += &json::encode_query(&flow_id);
    }
    let request = Request { method: Method::Get, path, credential, body: None, settings };
    let operation = Operation::GetFinishStatus;
    Ok(Call { request, operation, unknown: options.unknown, check: complete_status, caller: caller.clone() }.send())
}

/// Says where to pass a setting that a call lacks. The current token is only for the current `apiURL`. A server has no current user, so it
/// is not advised to set one.
fn missing(name: &str) -> Error {
    let advice = match name {
        "token" if settings::current().token().is_some() => " to this call, for its apiURL",
        _ if !host::is_page() => " to this call",
        "token" => " to setup, initializeSession or this call",
        _ => " to setup (again after an INTERNAL error) or this call",
    };
    Error::new(Code::NotConfigured, &concat(&["no ", name, ": pass ", name, advice]))
}

fn check_session(session: &Record) -> Result<()> {
    if !matches!(kind(&session.get("token")), Kind::Printable | Kind::String) {
        return Err(Error::new(Code::InvalidResponse, "the response has no valid token"));
    }
    let hostname = host::hostname();
    if !hostname.is_empty() && !is_loopback(&hostname) {
        host::warn_once(PUBLIC_KEY);
    }
    Ok(())
}

/// Sets the fields that callers can rely on.
fn complete_status(status: &Record) -> Result<()> {
    for (field, default) in [("action", "none"), ("scoreStatus", "UNKNOWN"), ("redirectionUrl", "")] {
        if kind(&status.get(field)) == Kind::Absent {
            status.set(field, &default.into());
        }
    }
    Ok(())
}

const UNSET: &str = "has no value: is an environment variable unset? Omit it to use the demo API";
const PUBLIC_KEY: &str = "incode-core: anyone can read the API key in this page. \
    Create sessions on your backend and pass only the token to the page.";
