//! One call: attempts inside a deadline, until an answer, an abort or the end of patience.

use crate::api_url::authority;
use crate::config::Config;
use crate::error::{Code, Error, concat, decimal, redact, scrub, unless_telling};
use crate::object::object;
use crate::options::Options;
use crate::platform::{self, Patience};
use crate::retry::{self, Failure, Method};
use crate::token;
use gloo_net::http::Response;
use js_sys::{Date, Math, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// The API's documented limit of a body, in bytes.
const ANSWER_LIMIT: u32 = 10 << 20;
/// An error object is a few hundred bytes; a larger body is none, and searching it for secrets would hold up the page.
const ERROR_LIMIT: u32 = 64 << 10;
/// How much of the API's own words goes into a message, in bytes.
const DETAIL: usize = 200;

/// The header that carries an API key.
pub const API_KEY: &str = "x-api-key";
/// The header that carries a session's token.
pub const TOKEN: &str = "x-incode-hardware-id";

/// A request with everything that decides how it is made, taken when the call started.
pub struct Call {
    url: String,
    headers: Object,
    /// A request with one is a POST.
    body: JsValue,
    /// What is asked of an answer beyond being a JSON object.
    check: fn(&JsValue) -> Result<(), Box<Error>>,
    signal: Option<AbortSignal>,
    /// When the caller made the call, on `platform::now`'s clock.
    started: f64,
    /// ms for all attempts and waits.
    timeout: u32,
    /// Attempts after the first.
    retries: u32,
}

impl Call {
    /// A call with the caller's own limits, or else those in force.
    pub fn new(
        url: String,
        headers: Object,
        body: JsValue,
        check: fn(&JsValue) -> Result<(), Box<Error>>,
        given: &Options,
        config: &Config,
        started: f64,
    ) -> Self {
        let timeout = given.timeout.unwrap_or(config.timeout);
        let retries = given.retries.unwrap_or(config.retries);
        Self { url, headers, body, check, signal: given.signal.clone(), started, timeout, retries }
    }

    /// Whether the caller gave it up.
    pub fn is_aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(AbortSignal::aborted)
    }

    /// The API's answer, checked. The error is a plain object for the facade, `undefined` for the caller's own abort.
    pub async fn answer(self) -> Result<JsValue, JsValue> {
        let patience = Patience::new(self.time_left(), self.signal.as_ref());
        let mut attempt = 1;
        let (mut step, mut promise) = self.request(&patience);
        let result = loop {
            // The only await: each further one would weigh half a kilobyte.
            let settled = JsFuture::from(promise).await;
            if self.is_aborted() {
                break Err(JsValue::UNDEFINED);
            }
            let failed = match self.proceed(step, settled, &patience) {
                Ok(Next::Answer(answer)) => break Ok(answer),
                Ok(Next::Wait(next)) => {
                    (step, promise) = next;
                    continue;
                }
                Err(failed) => failed,
            };
            let Some(wait) = self.wait_after(&failed, attempt) else {
                break Err(failed.error.to_js(attempt));
            };
            attempt += 1;
            (step, promise) = (Step::Pause, patience.pause(wait));
        };
        patience.end();
        result
    }

    fn request(&self, patience: &Patience) -> (Step, Promise) {
        let method = if self.body.is_undefined() { "GET" } else { "POST" };
        let init = object(&[
            ("method", method.into()),
            ("headers", self.headers.clone().into()),
            ("body", self.body.clone()),
            // `error` would do as well, but Cloudflare's workerd refuses it.
            ("redirect", "manual".into()),
            ("credentials", "omit".into()),
            ("cache", "no-store".into()),
        ]);
        (Step::Response, patience.request(&self.url, &init))
    }

    /// What follows when a step's promise has settled.
    fn proceed(&self, step: Step, settled: Result<JsValue, JsValue>, patience: &Patience) -> Result<Next, Failed> {
        if settled.is_err() && patience.is_late() {
            return Err(Error::new(Code::Timeout, concat(&["no answer within ", &decimal(self.timeout), " ms"])).into());
        }
        match (step, settled) {
            (Step::Pause, _) => Ok(Next::Wait(self.request(patience))),
            (Step::Response, Ok(response)) => self.received(response, patience),
            (Step::Response, Err(reason)) => Err(self.unreachable(reason)),
            (Step::Body(response), Ok(body)) => self.read(&response, body),
            (Step::Body(response), Err(_)) if response.ok() => {
                Err(Failed { error: invalid_response("the answer broke off"), failure: Some(Failure::Network) })
            }
            (Step::Body(response), Err(_)) => self.read(&response, JsValue::UNDEFINED),
        }
    }

    /// A response came: on to its body.
    fn received(&self, response: JsValue, patience: &Patience) -> Result<Next, Failed> {
        // Whether it has a status tells a Response from what only has its prototype.
        let is_genuine = platform::property(&response, &"status".into()).as_f64().is_some();
        let response = match response.dyn_into::<web_sys::Response>() {
            Ok(response) if is_genuine => response,
            _ => return Err(invalid_response("fetch gave something that is no Response").into()),
        };
        let status = response.status();
        if status == 0 || (300..400).contains(&status) {
            let problem = "redirects, and a redirect is not followed: credentials would travel with it";
            return Err(self.network(problem).into());
        }
        let promise = patience.read(&response, if response.ok() { ANSWER_LIMIT } else { ERROR_LIMIT });
        Ok(Next::Wait((Step::Body(response.into()), promise)))
    }

    /// A body was read, or what could be had of it.
    fn read(&self, response: &Response, body: JsValue) -> Result<Next, Failed> {
        let object = Some(body).filter(|body| body.is_object() && !body.is_array());
        match object {
            object if !response.ok() => Err(self.refused(response, object)),
            Some(answer) => {
                (self.check)(&answer)?;
                Ok(Next::Answer(answer))
            }
            None => Err(invalid_response("the answer is no JSON object of up to 10 MB").into()),
        }
    }

    fn network(&self, problem: &str) -> Box<Error> {
        Error::new(Code::Network, concat(&["the API at ", authority(&self.url), " ", problem]))
    }

    fn unreachable(&self, reason: JsValue) -> Failed {
        let problem = "could not be reached: offline, DNS, CORS or a Content-Security-Policy without it in connect-src";
        let mut error = self.network(problem);
        error.cause = unless_telling(reason, &self.secrets());
        Failed { error, failure: Some(Failure::Network) }
    }

    /// The error that an answer outside 2xx is.
    fn refused(&self, response: &Response, api: Option<JsValue>) -> Failed {
        let status = response.status();
        let now = Date::now();
        let retry_after = response.headers().get("retry-after").and_then(|value| retry::retry_after(&value, now));
        let expiry = self.header(TOKEN).as_deref().and_then(token::expiry);
        let secrets = self.secrets();
        let code = match status {
            401 | 403 if expiry.is_some_and(|exp| exp * 1_000.0 <= now) => Code::SessionExpired,
            401 => Code::Unauthorized,
            403 => Code::Forbidden,
            429 => Code::RateLimited,
            500.. => Code::ServerError,
            _ => Code::ClientError,
        };
        let api = api.map_or(JsValue::UNDEFINED, |api| scrub(&api, &secrets));
        // What the API says of its refusal, in its own words.
        let said = |name: &str| platform::property(&api, &name.into()).as_string().filter(|text| !text.is_empty());
        let mut message = decimal(status.into());
        message.push(' ');
        if code == Code::SessionExpired {
            message.push_str("the session has expired, create a new one");
        } else if let Some(mut words) = said("message").or_else(|| said("error")) {
            let mut end = DETAIL.min(words.len());
            while !words.is_char_boundary(end) {
                end -= 1;
            }
            words.truncate(end);
            message.push_str(&words);
        } else {
            message.push_str(&redact(&response.status_text(), &secrets));
        }
        let mut error = Error::new(code, message);
        (error.status, error.api, error.retry_after) = (Some(status), api, retry_after);
        Failed { error, failure: Some(Failure::Status(status, retry_after)) }
    }

    /// ms to the next attempt, if there is one. A wait that would pass the deadline is not begun.
    fn wait_after(&self, failed: &Failed, attempt: u32) -> Option<f64> {
        let failure = failed.failure.filter(|_| attempt <= self.retries)?;
        let method = if self.body.is_undefined() { Method::Get } else { Method::Post };
        retry::delay(method, failure, attempt, Math::random()).filter(|wait| *wait < self.time_left())
    }

    fn header(&self, name: &str) -> Option<String> {
        platform::property(&self.headers, &name.into()).as_string()
    }

    /// What no error may tell. An `authorization` can only be the caller's own custom header.
    fn secrets(&self) -> Vec<String> {
        [API_KEY, TOKEN, "authorization"].iter().filter_map(|name| self.header(name)).collect()
    }

    fn time_left(&self) -> f64 {
        f64::from(self.timeout) - (platform::now() - self.started)
    }
}

/// An error for a 2xx that can't be used.
pub fn invalid_response(problem: &str) -> Box<Error> {
    Error::new(Code::InvalidResponse, problem.into())
}

/// What a call waits for.
enum Step {
    Response,
    Body(Response),
    Pause,
}

/// What follows when a step is done.
enum Next {
    Wait((Step, Promise)),
    Answer(JsValue),
}

/// A failed attempt, and what of it counts for another.
struct Failed {
    error: Box<Error>,
    failure: Option<Failure>,
}

impl From<Box<Error>> for Failed {
    fn from(error: Box<Error>) -> Self {
        Self { error, failure: None }
    }
}
