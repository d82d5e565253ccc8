//! One call: attempts inside a deadline, until an answer, an abort or the end of patience.

use crate::error::{Code, Result, concat, decimal, error, is_telling, redact, scrub};
use crate::object::set;
use crate::platform::{self, Patience, Reply, fault, kind, merged, number, property, text};
use crate::retry::{self, Failure, Method};
use gloo_net::http::Response;
use js_sys::{Date, Math, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The API's documented limit of a body, in bytes.
const ANSWER_LIMIT: u32 = 10 << 20;
/// An error object is a few hundred bytes; a larger body is none, and searching it for secrets would hold up the page.
const ERROR_LIMIT: u32 = 64 << 10;
/// The most of the API's own words that goes into a message, in bytes; `api` has them all.
const LONGEST_WORDS: usize = 200;

/// The header that carries an API key.
pub const API_KEY: &str = "x-api-key";
/// The header that carries a session's token.
pub const TOKEN: &str = "x-incode-hardware-id";

/// The default `timeout` of a call, in ms: the API's own limit.
const TIMEOUT: f64 = 30_000.0;
/// The default of how often a failed attempt is repeated.
const RETRIES: f64 = 2.0;

/// A request with everything that decides how it is made, taken when the call started.
pub struct Call {
    /// With its query.
    url: String,
    method: Method,
    headers: Object,
    body: JsValue,
    /// The caller's own `signal`, `timeout` and `retries`, or else those in force.
    settings: Object,
    /// When the caller made the call, on `platform::now`'s clock.
    started: f64,
    /// What is asked of an answer beyond being a JSON object.
    check: fn(&JsValue) -> Result<()>,
    /// How the last attempt failed.
    failure: Failure,
}

impl Call {
    /// A call of which `headers` are its own, and go over the `customHeaders` of the settings.
    pub fn new(
        method: Method,
        url: String,
        headers: &[(&str, &str)],
        body: JsValue,
        settings: Object,
        started: f64,
        check: fn(&JsValue) -> Result<()>,
    ) -> Self {
        let all = merged(&property(&settings, "customHeaders"), &JsValue::UNDEFINED);
        for (name, value) in headers {
            set(&all, name, &(*value).into());
        }
        Self { url, method, headers: all, body, settings, started, check, failure: Failure::Final }
    }

    /// Makes the first attempt, and leaves the rest to a future: the only one that is spawned, as each further kind of one would
    /// weigh a kilobyte. Resolves with the API's answer, checked.
    ///
    /// # Errors
    /// Throws, or rejects once there was a request: with a plain object for the facade, `undefined` for the caller's own abort.
    pub fn send(self) -> Result<Promise> {
        if platform::is_aborted(&self.settings) {
            return Err(JsValue::UNDEFINED);
        }
        let patience = Patience::new(self.time_left(), &property(&self.settings, "signal"));
        // A promise from `future_to_promise` would weigh a third of a kilobyte more.
        let outcome = patience.outcome();
        let first = self.attempt(&patience, 0.0);
        spawn_local(self.conclude(patience, first));
        Ok(outcome)
    }

    /// Begins an attempt, after `pause` ms.
    fn attempt(&self, patience: &Patience, pause: f64) -> Promise {
        patience.attempt(pause, &self.url, &self.headers, &self.body, ANSWER_LIMIT, ERROR_LIMIT)
    }

    /// Makes what further attempts it takes, and ends `patience` with what came of the last one.
    async fn conclude(mut self, patience: Patience, first: Promise) {
        let (mut attempts, mut promise) = (1, first);
        let result = loop {
            // The only await: each further one would weigh half a kilobyte.
            let settled = JsFuture::from(promise).await;
            if platform::is_aborted(&self.settings) {
                break Err(JsValue::UNDEFINED);
            }
            self.failure = Failure::Final;
            let error = match settled {
                Err(_) if patience.is_late() => self.late(),
                Err(reason) => self.unreachable(reason),
                Ok(reply) => match self.judge(reply.unchecked_ref()) {
                    Ok(answer) => break Ok(answer),
                    Err(error) => error,
                },
            };
            let wait = retry::delay(self.method, self.failure, attempts, Math::random());
            // A wait that would pass the deadline is not begun.
            let is_allowed = f64::from(attempts) <= self.setting("retries", RETRIES);
            let wait = wait.filter(|wait| is_allowed && *wait < self.time_left());
            let Some(wait) = wait else {
                set(&error, "attempts", &attempts.into());
                break Err(error);
            };
            attempts += 1;
            promise = self.attempt(&patience, wait);
        };
        match result {
            Ok(answer) => patience.end(true, &answer),
            Err(error) => patience.end(false, &error),
        }
    }

    /// What came of an attempt that came to an end.
    fn judge(&mut self, reply: &Reply) -> Result<JsValue> {
        let fault = reply.fault();
        if fault == fault::FOREIGN {
            return Err(unusable("fetch gave something that is no Response"));
        }
        let response: Response = reply.response().into();
        let status = response.status();
        if status == 0 || (300..400).contains(&status) {
            return Err(self.network("redirects, which is not followed: credentials would travel along"));
        }
        let body = reply.body();
        if status >= 400 {
            return Err(self.refused(&response, &body));
        }
        if fault == fault::BROKEN {
            self.failure = Failure::Network;
            return Err(unusable("the answer broke off"));
        }
        if fault == fault::NO_OBJECT {
            return Err(unusable("the answer is no JSON object of up to 10 MB"));
        }
        (self.check)(&body)?;
        Ok(body)
    }

    fn late(&self) -> JsValue {
        let ms = decimal(self.setting("timeout", TIMEOUT) as u32);
        error(Code::TIMEOUT, &concat(&["no answer within ", &ms, " ms"]))
    }

    fn network(&self, problem: &str) -> JsValue {
        error(Code::NETWORK, &concat(&["the API at ", &text(&platform::parse_url(&self.url), "host"), " ", problem]))
    }

    fn unreachable(&mut self, reason: JsValue) -> JsValue {
        self.failure = Failure::Network;
        let problem = "could not be reached: offline, DNS, CORS or a Content-Security-Policy without it in connect-src";
        let error = self.network(problem);
        if !is_telling(&reason, &self.secrets()) {
            set(&error, "cause", &reason);
        }
        error
    }

    /// The error that an answer outside 2xx is.
    fn refused(&mut self, response: &Response, body: &JsValue) -> JsValue {
        let (status, now) = (response.status(), Date::now());
        let asked = response.headers().get("retry-after").unwrap_or_default();
        let retry_after = retry::retry_after(&asked, platform::http_date(&asked), now);
        let has_expired = matches!(status, 401 | 403) && platform::expiry(&self.header(TOKEN)) * 1_000.0 <= now;
        let code = match status {
            _ if has_expired => Code::SESSION_EXPIRED,
            401 => Code::UNAUTHORIZED,
            403 => Code::FORBIDDEN,
            429 => Code::RATE_LIMITED,
            500.. => Code::SERVER_ERROR,
            _ => Code::CLIENT_ERROR,
        };
        let secrets = self.secrets();
        let api = scrub(body, &secrets);
        // What the API says of its refusal, in its own words.
        let mut words = text(&api, "message");
        if words.is_empty() {
            words = text(&api, "error");
        }
        if words.is_empty() || words.len() > LONGEST_WORDS {
            words = response.status_text();
        }
        let words = if has_expired { "the session has expired, create a new one" } else { &words };
        let error = error(code, &redact(&concat(&[&decimal(status.into()), " ", words]), &secrets));
        set(&error, "status", &status.into());
        know(&error, "api", api);
        know(&error, "retryAfter", retry_after.into());
        self.failure = Failure::Status(status, retry_after);
        error
    }

    /// What no error may tell, in lines. An `authorization` can only be the caller's own custom header.
    fn secrets(&self) -> String {
        let mut secrets = String::new();
        for name in &[API_KEY, TOKEN, "authorization"] {
            secrets.push_str(&self.header(name));
            secrets.push('\n');
        }
        secrets
    }

    fn header(&self, name: &str) -> String {
        text(&self.headers, name)
    }

    fn setting(&self, name: &str, default: f64) -> f64 {
        let own = number(&self.settings, name);
        if own.is_nan() { default } else { own }
    }

    fn time_left(&self) -> f64 {
        self.setting("timeout", TIMEOUT) - (platform::now() - self.started)
    }
}

/// An error for a 2xx that can't be used.
fn unusable(problem: &str) -> JsValue {
    error(Code::INVALID_RESPONSE, problem)
}

/// What is not known is no property.
fn know(error: &JsValue, name: &str, value: JsValue) {
    if kind(&value) != kind::ABSENT {
        set(error, name, &value);
    }
}
