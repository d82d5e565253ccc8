//! One call: attempts inside a deadline, until an answer, an abort or an error that is not tried again.

use crate::api_url;
use crate::deadline::Deadline;
use crate::dictionaries::{Answer, ApiError, Settings, text};
use crate::error::{Code, Error, Result};
use crate::options::Options;
use crate::platform;
use crate::request::Request;
use crate::retry::{self, Failure};
use crate::string::{concat, contains, decimal, part};
use crate::task::{self, Task};
use gloo_net::http::Response;
use js_sys::{Date, Math, Promise};
use std::mem::take;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// The API's documented limit of a body, in bytes.
const ANSWER_LIMIT: u32 = 10 << 20;
/// An error object is a few hundred bytes; a larger body is none, and searching it for secrets would hold up the page.
const ERROR_LIMIT: u32 = 64 << 10;
/// The most of the API's own words that goes into a message, in bytes; `api` has them all.
const LONGEST_WORDS: usize = 200;

/// The default `timeout` of a call, in ms: the API's own limit.
const TIMEOUT: f64 = 30_000.0;
/// The default of how often a failed attempt is repeated.
const RETRIES: f64 = 2.0;

/// A call that is ready to be made, with everything that decides how.
pub struct Call {
    pub request: Request,
    /// Its own.
    pub options: Box<Options>,
    /// They, and what is in force.
    pub settings: Settings,
    /// What is asked of an answer beyond being a JSON object.
    pub check: fn(&JsValue) -> Result<()>,
    /// When the caller made the call, on `platform::now`'s clock.
    pub started: f64,
    /// What the messages of its errors begin with.
    pub prefix: JsValue,
}

impl Call {
    /// Makes attempt after attempt, until one of them is the last.
    ///
    /// # Errors
    /// The reason of a signal that is aborted already; from then on the promise rejects.
    pub fn send(self) -> Result<Promise> {
        refuse_aborted(&self.settings)?;
        Ok(task::run(|task| Box::new(self).answer(task)))
    }

    async fn answer(mut self: Box<Self>, task: Rc<Task>) -> Result<JsValue, JsValue> {
        let end = self.started + self.timeout();
        let time_left = || end - platform::now();
        let retries = self.settings.retries().as_f64().unwrap_or(RETRIES);
        let mut deadline = Deadline::new(task, time_left(), self.settings.signal());
        let mut attempts = 0.0;
        let mut error = loop {
            let exchange = self.request.send(deadline.connect(), ANSWER_LIMIT, ERROR_LIMIT);
            let ended = deadline.race(&exchange).await;
            let error = match self.outcome(ended, &mut deadline) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.failure != Failure::Refused {
                attempts += 1.0;
            }
            let wait = retry::delay(self.request.method, error.failure, attempts as u32, Math::random());
            let Some(wait) = wait.filter(|wait| attempts <= retries && *wait < time_left()) else { break error };
            if wait > 0.0 {
                let pause = deadline.pause(wait);
                if let Err(reason) = deadline.race(&pause).await
                    && let Err(error) = self.refuse_over(&deadline, &reason)
                {
                    break error;
                }
            }
        };
        error.attempts = attempts;
        error.prefix = take(&mut self.prefix);
        Err(error.into())
    }

    /// In ms.
    fn timeout(&self) -> f64 {
        self.settings.timeout().as_f64().unwrap_or(TIMEOUT)
    }

    /// What an exchange comes to.
    fn outcome(&mut self, ended: Result<JsValue, JsValue>, deadline: &mut Deadline) -> Result<JsValue> {
        if let Err(reason) = &ended {
            self.refuse_over(deadline, reason)?;
        }
        deadline.disconnect();
        match ended {
            Ok(answer) => self.answered(answer),
            Err(reason) => Err(self.unreachable(reason)),
        }
    }

    /// What ends a call from outside, if it was that which a race was lost to.
    fn refuse_over(&self, deadline: &Deadline, reason: &JsValue) -> Result<()> {
        if deadline.is_missed(reason) {
            let ms = decimal(self.timeout() as u32);
            return Err(Error::new(Code::Timeout, &concat(&["no answer within ", &ms, " ms"])));
        }
        refuse_aborted(&self.settings)
    }

    /// What an answer comes to.
    fn answered(&self, answer: JsValue) -> Result<JsValue> {
        if answer.is_undefined() {
            return Err(Error::new(Code::InvalidResponse, "fetch gave no Response"));
        }
        let response = Response::from(web_sys::Response::from(answer.clone()));
        let answer: Answer = answer.unchecked_into();
        let body = answer.object();
        let status = response.status();
        if status == 0 || (300..400).contains(&status) {
            return Err(self.network("redirects, which is not followed: credentials would go along"));
        }
        if status >= 400 {
            return Err(self.refused(&response, &answer));
        }
        if body.is_null() {
            let mut error = Error::new(Code::InvalidResponse, "the answer broke off");
            error.failure = Failure::Network;
            return Err(error);
        }
        if body.is_undefined() {
            return Err(self.no_object(status, &text(&answer.content_type())));
        }
        #[cfg(feature = "provoke-panic")]
        crate::panic::provoke_by_answer(&body);
        (self.check)(&body)?;
        platform::warn_once(&self.options.warning);
        Ok(body)
    }

    fn network(&self, problem: &str) -> Error {
        Error::new(Code::Network, &concat(&["the API at ", api_url::host(&self.request.url), " ", problem]))
    }

    fn unreachable(&mut self, reason: JsValue) -> Error {
        if platform::is_control_flow(&reason) {
            return Error::foreign(reason);
        }
        let words = text(&platform::description(&reason));
        let is_refused = self.request.can_do_without(&words);
        let secrets = self.request.secrets();
        // A page is told nothing of what hindered a request, and no engine's words are stable; elsewhere the error knows.
        let words = secrets.redact(&words);
        let hindrance = if platform::is_page() || words.is_empty() {
            "offline, DNS, CORS or a Content-Security-Policy without it in connect-src"
        } else {
            part(&words, 0, words.floor_char_boundary(LONGEST_WORDS))
        };
        let mut error = self.network(&concat(&["could not be reached: ", hindrance]));
        error.failure = if is_refused { Failure::Refused } else { Failure::Network };
        // A page's own `fetch` may reject with anything, its request and headers included.
        let texts = text(&platform::texts(&reason));
        if !texts.is_empty() && !secrets.are_in(&texts) {
            error.cause = reason;
        }
        error
    }

    /// The error for a 2xx that is no JSON object.
    fn no_object(&self, status: u16, content_type: &str) -> Error {
        let html = if contains(content_type, "html") { "is HTML (does apiURL lead to a page?), " } else { "is " };
        let words = concat(&[
            "the answer (",
            &decimal(status.into()),
            " ",
            content_type,
            ") ",
            html,
            "no JSON object of up to 10 MB",
        ]);
        Error::new(Code::InvalidResponse, &self.request.secrets().redact(&words))
    }

    /// The error that an answer of 400 and above is.
    fn refused(&self, response: &Response, answer: &Answer) -> Error {
        let (status, now, body) = (response.status(), Date::now(), answer.object());
        let asked = text(&answer.retry_after());
        let retry_after = retry::retry_after(&asked, platform::http_date(&asked), now);
        let token = self.request.headers.token();
        let is_unauthorized = matches!(status, 401 | 403) && !token.is_undefined();
        let has_expired = is_unauthorized && platform::expiry(&token) * 1_000.0 <= now;
        let code = match status {
            _ if has_expired => Code::SessionExpired,
            401 => Code::Unauthorized,
            403 => Code::Forbidden,
            429 => Code::RateLimited,
            500.. => Code::ServerError,
            _ => Code::ClientError,
        };
        let secrets = self.request.secrets();
        // What the API says of its refusal, in its own words.
        let api: ApiError = platform::merged(&body, &JsValue::UNDEFINED).unchecked_into();
        let mut words = text(&api.message());
        if words.is_empty() {
            words = text(&api.error());
        }
        if words.is_empty() || words.len() > LONGEST_WORDS {
            words = response.status_text();
        }
        let words = if has_expired { "the session has expired, create a new one" } else { &words };
        let is_token_alone = is_unauthorized
            && self.request.headers.api_key().is_undefined()
            && !contains(&self.request.url, "/0/omni/finish-status");
        let hint = if is_token_alone { TOKEN_ALONE } else { "" };
        let message = concat(&[&decimal(status.into()), " ", &secrets.redact(words), hint]);
        let json = text(&platform::stringify(&body));
        let mut error = Error::new(code, &message);
        error.api = platform::parse(&secrets.redact_json(&json));
        error.failure = Failure::Status(status, retry_after);
        error
    }
}

/// Rejects with the reason of a signal that is aborted already.
pub fn refuse_aborted(settings: &Settings) -> Result<()> {
    let reason = platform::abort_reason(&settings.signal());
    if reason.is_undefined() { Ok(()) } else { Err(Error::foreign(reason)) }
}

const TOKEN_ALONE: &str = " (with a token and no API key, the apiURL may have to end in /0)";
