//! One call: attempts within a deadline, until a response, an abort or an error that is not retried.

use crate::api_url;
use crate::deadline::{Deadline, End};
use crate::dictionaries::{Caller, HttpResponse};
use crate::error::{Code, Error, Failure, Result};
use crate::options::Operation;
use crate::platform::inspect::{Record, Rejection, classify, collect_strings};
use crate::platform::{host, inspect, json};
use crate::redact::Secrets;
use crate::request::{API_KEY, Method, Request};
use crate::retry;
use crate::string::{concat, contains, decimal};
use crate::task;
use gloo_net::http::Response;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};

/// The API's own message is used up to this length.
const MAX_DETAIL_BYTES: usize = 200;

/// In ms: the API's own limit.
const DEFAULT_TIMEOUT: f64 = 30_000.0;
const DEFAULT_RETRIES: f64 = 2.0;

/// A call that is ready to be sent.
pub struct Call {
    pub request: Request,
    pub operation: Operation,
    /// Unknown options, to warn about if the call succeeds.
    pub unknown: Array,
    /// Checks and completes the object in a response.
    pub check: fn(&Record) -> Result<()>,
    pub caller: Caller,
}

impl Call {
    /// Starts the call.
    pub fn send(self) -> Promise {
        task::run(Box::new(self).run())
    }

    async fn run(self: Box<Self>) -> Result<JsValue, JsValue> {
        let deadline = Deadline::new(&self.caller, self.timeout(), self.request.settings.signal());
        let mut attempts = 0;
        let mut error = loop {
            // Before the first attempt, or while the last response was read.
            if let Some(reason) = deadline.abort_reason() {
                break Error::passthrough(reason);
            }
            let Some(exchange) = self.request.send() else { break Error::new(Code::Network, NO_FETCH) };
            attempts += 1;
            let result = deadline.response(&exchange).await;
            let outcome = match deadline.outcome(result) {
                Ok(response) => self.parse_response(response),
                Err(end) => Err(self.failure(end)),
            };
            let error = match outcome {
                Ok(object) => {
                    self.operation.warn_about(&self.unknown);
                    return Ok(object);
                }
                Err(error) => error,
            };
            let wait = retry::delay(self.request.method, error.failure, attempts, host::random());
            let retries = self.request.settings.retries().unwrap_or(DEFAULT_RETRIES);
            let Some(wait) = wait.filter(|wait| f64::from(attempts) <= retries && *wait < deadline.time_left()) else {
                break error;
            };
            if wait > 0.0 {
                // Without timers there is no wait, so no retry.
                let Some(sleep) = deadline.sleep(wait) else { break error };
                let result = sleep.await;
                if let Err(end) = deadline.outcome(result) {
                    break self.failure(end);
                }
            }
        };
        error.attempts = attempts;
        // The API, a runtime or a host name can repeat a credential.
        error.message = self.request.secrets().redact(&error.message, true);
        Err(error.into_js(&self.caller))
    }

    /// In ms.
    fn timeout(&self) -> f64 {
        self.request.settings.timeout().unwrap_or(DEFAULT_TIMEOUT)
    }

    /// Makes the error of an attempt that ended without a response.
    fn failure(&self, end: End) -> Error {
        match end {
            End::Timeout => {
                let ms = decimal(self.timeout() as u32);
                Error::new(Code::Timeout, &concat(&["no response within ", &ms, " ms"]))
            }
            End::Abort(reason) => Error::passthrough(reason),
            End::Rejection(reason) => self.rejected(reason),
        }
    }

    /// Makes the error of a `fetch` that rejected.
    fn rejected(&self, reason: JsValue) -> Error {
        let secrets = self.request.secrets();
        let passes = match classify(&reason) {
            Rejection::Steering => true,
            Rejection::Object => collect_strings(&reason).is_some_and(|strings| !secrets.occur_in(&strings)),
            _ => false,
        };
        if passes {
            return Error::passthrough(reason);
        }
        let snapshot = redacted(&inspect::snapshot(&reason), &secrets);
        // A page can't find out why a request failed, and engines' messages are not stable. Elsewhere the error is precise.
        let detail = if host::is_page() { String::new() } else { inspect::describe(&snapshot) };
        let detail = if detail.is_empty() {
            "check the network, DNS, CORS and connect-src in the Content-Security-Policy"
        } else {
            &detail
        };
        let mut error = self.network_error(&concat(&["can't be reached: ", detail]));
        error.failure = Failure::Network;
        error.cause = snapshot;
        error
    }

    fn network_error(&self, problem: &str) -> Error {
        Error::new(Code::Network, &concat(&["the API at ", api_url::host(&self.request.api_url()), " ", problem]))
    }

    /// Returns the object in a response.
    fn parse_response(&self, response: JsValue) -> Result<JsValue> {
        if response.is_undefined() {
            return Err(Error::new(Code::Network, "fetch did not return a Response"));
        }
        let http_response: HttpResponse = response.unchecked_into();
        let response = Response::from(web_sys::Response::from(JsValue::from(&http_response)));
        let status = response.status();
        if status == 0 || (300..400).contains(&status) {
            return Err(self.network_error("sent a redirect. Redirects aren't followed, to protect credentials"));
        }
        let object = http_response.object();
        if status >= 400 {
            return Err(self.http_error(&response, object.as_ref()));
        }
        let result = match object {
            Some(object) => {
                #[cfg(feature = "provoke-panic")]
                crate::panic::provoke_by_response(&object);
                (self.check)(&object).map(|()| object.into())
            }
            None if http_response.is_truncated() => {
                let mut error = Error::new(Code::InvalidResponse, "the response ended early");
                error.failure = Failure::Network;
                Err(error)
            }
            None => Err(self.invalid_body(&response)),
        };
        result.map_err(|mut error| {
            error.status = Some(status);
            error
        })
    }

    /// Makes the error of a 2xx that is not a JSON object.
    fn invalid_body(&self, response: &Response) -> Error {
        let content_type = response.headers().get("content-type").unwrap_or_default();
        let is_html = contains(&content_type, "html");
        let message = concat(&[
            "the response (",
            &decimal(response.status().into()),
            " ",
            &content_type,
            if is_html { ") is HTML (does apiURL point to a web page?), " } else { ") is " },
            "not a JSON object of up to 10 MB",
        ]);
        Error::new(Code::InvalidResponse, &message)
    }

    /// Makes the error of a response with a status of 400 or above.
    fn http_error(&self, response: &Response, object: Option<&Record>) -> Error {
        let (status, headers, now) = (response.status(), response.headers(), host::wall_clock());
        let retry_after = headers.get("retry-after").unwrap_or_default();
        // A date counts from the API's clock, because the device's own can be wrong.
        let sent = json::http_date(&headers.get("date").unwrap_or_default());
        let retry_after =
            retry::retry_after(&retry_after, json::http_date(&retry_after), if sent.is_nan() { now } else { sent });
        let is_unauthorized = matches!(status, 401 | 403) && self.request.method == Method::Get;
        let has_expired = is_unauthorized && json::expiry(&self.request.credential) * 1_000.0 <= now;
        let code = match status {
            _ if has_expired => Code::SessionExpired,
            401 => Code::Unauthorized,
            403 => Code::Forbidden,
            429 => Code::RateLimited,
            500.. => Code::ServerError,
            _ => Code::ClientError,
        };
        let secrets = self.request.secrets();
        let said = |name| object.and_then(|api| api.string(name)).filter(|said| !said.is_empty());
        let detail = said("message").or_else(|| said("error")).filter(|said| said.len() <= MAX_DETAIL_BYTES);
        let detail = detail.unwrap_or_else(|| response.status_text());
        let detail = if has_expired { "the session has expired: create a new one" } else { &detail };
        let is_token_only = is_unauthorized
            && !has_expired
            && self.request.custom_header(API_KEY).is_none()
            && !self.request.api_url().ends_with("/0");
        let hint = if is_token_only { TOKEN_ONLY_HINT } else { "" };
        // HTTP/2 has no status text.
        let space = if detail.is_empty() { "" } else { " " };
        let message = concat(&[&decimal(status.into()), space, detail, hint]);
        let mut error = Error::new(code, &message);
        error.status = Some(status);
        error.api = object.map_or(JsValue::UNDEFINED, |object| redacted(object, &secrets));
        error.failure = Failure::Status(status, retry_after);
        error
    }
}

/// Returns a copy of plain data without credentials. Names and numbers stay unless they contain a piece of one.
fn redacted(data: &JsValue, secrets: &Secrets) -> JsValue {
    let texts = json::texts(data);
    for list in 0..2 {
        let strings: Array = texts.get(list).unchecked_into();
        for index in 0..strings.length() {
            let text = strings.get(index).as_string().unwrap_or_default();
            let clean = secrets.redact(&text, list == 0);
            if clean != text {
                strings.set(index, clean.into());
            }
        }
    }
    json::with_texts(data, &texts)
}

const NO_FETCH: &str = "there is no fetch: pass one as the option fetch";
const TOKEN_ONLY_HINT: &str = " (for a token without an API key, apiURL may need to end in /0)";
