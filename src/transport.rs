//! One call: attempts inside a deadline, until an answer, an abort or the end of patience.

use crate::error::{Code, Error, redact, scrub, to_js, unless_telling};
use crate::options::Headers;
use crate::platform;
use crate::retry::{self, Failure, Method};
use crate::token;
use gloo_net::http::{self, Response};
use js_sys::{Array, ArrayBuffer, Date, Function, JsString, Math, Object, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult,
    TextDecodeOptions,
};

/// The API's documented limit of a body, in bytes.
const ANSWER_LIMIT: u32 = 10 << 20;
/// An error object is a few hundred bytes; a larger body is none, and searching it for secrets would hold up the page.
const ERROR_LIMIT: u32 = 64 << 10;
/// How much of the API's own words goes into a message, in characters.
const DETAIL: usize = 200;

/// A request with everything that decides how it is made, taken when the call started.
pub struct Call {
    /// What it does at the API.
    pub method: Method,
    /// Where it goes.
    pub url: String,
    /// Where it goes, for a person.
    pub origin: String,
    /// All of its headers, checked.
    pub headers: Headers,
    /// Its body, as text.
    pub body: Option<JsString>,
    /// What no error may tell.
    pub secrets: Vec<String>,
    /// The session token that it is made with.
    pub token: Option<String>,
    /// The caller's own end.
    pub signal: Option<AbortSignal>,
    /// When the caller made the call, on `platform::now`'s clock.
    pub started: f64,
    /// ms for all attempts and waits.
    pub timeout: u32,
    /// Attempts after the first.
    pub retries: u32,
}

/// Why there is no answer.
pub enum Stop {
    /// The caller's own abort, which the facade tells as `signal.reason`.
    Aborted,
    /// Anything else.
    Failed(Box<Error>),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Call {
    /// The API's answer, a JSON object that passes `check`.
    pub async fn answer(&self, check: fn(&Object) -> Result<(), Error>) -> Result<JsValue, Stop> {
        let patience = Patience::new(self);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut failed = match self.attempt(&patience, check).await {
                Ok(answer) => return Ok(answer.into()),
                Err(failed) => failed,
            };
            let wait = failed
                .failure
                .filter(|_| attempt <= self.retries)
                .and_then(|failure| retry::delay(self.method, failure, attempt, Math::random()))
                // A wait that would pass the deadline is not begun.
                .filter(|wait| *wait < self.time_left());
            if let Some(wait) = wait
                && !patience.was_aborted()
            {
                match patience
                    .wait_for(&Timer::after(wait).promise)
                    .await
                    .map_err(|reason| patience.timeout(&reason))
                {
                    Ok(_) => continue,
                    Err(timeout) => failed.error = timeout.unwrap_or(failed.error),
                }
            }
            return Err(if patience.was_aborted() {
                Stop::Aborted
            } else {
                Stop::Failed(
                    Error {
                        attempts: Some(attempt),
                        ..failed.error
                    }
                    .into(),
                )
            });
        }
    }

    async fn attempt(
        &self,
        patience: &Patience<'_>,
        check: fn(&Object) -> Result<(), Error>,
    ) -> Result<Object, Failed> {
        let connection = Connection::new();
        let promise = platform::send(&self.url, &self.init(&connection));
        let response = match patience.wait_for(&promise).await {
            Ok(response) => response,
            Err(reason) => {
                return Err(patience
                    .timeout(&reason)
                    .map_or_else(|| self.unreachable(reason), Failed::from));
            }
        };
        let Ok(response) = response.dyn_into::<web_sys::Response>() else {
            return Err(invalid_response("fetch gave something that is no Response").into());
        };
        let response = Response::from(response);
        let status = response.status();
        if status == 0 || (300..400).contains(&status) {
            let message = [
                "the API at ",
                &self.origin,
                " redirects, and a redirect is not followed: credentials would travel with it",
            ];
            return Err(Error::new(Code::Network, message.concat()).into());
        }
        let limit = if response.ok() {
            ANSWER_LIMIT
        } else {
            ERROR_LIMIT
        };
        let body = read(&response, limit, patience).await;
        if let Err(Unread::Broken(reason)) = &body
            && let Some(timeout) = patience.timeout(reason)
        {
            return Err(timeout.into());
        }
        if !response.ok() {
            return Err(self.refused(&response, body.ok()));
        }
        let answer = answer(body)?;
        check(&answer)?;
        Ok(answer)
    }

    fn init(&self, connection: &Connection) -> JsValue {
        let headers = http::Headers::new();
        for (name, value) in &self.headers {
            headers.set(name, value);
        }
        to_js(&Init {
            method: match self.method {
                Method::Get => "GET",
                Method::Post => "POST",
            },
            headers: headers.into_raw().into(),
            body: self.body.clone().map_or(JsValue::UNDEFINED, JsValue::from),
            // `error` would do as well, but Cloudflare's workerd refuses it.
            redirect: "manual",
            credentials: "omit",
            cache: "no-store",
            signal: connection.0.signal().into(),
        })
    }

    fn time_left(&self) -> f64 {
        f64::from(self.timeout) - (platform::now() - self.started)
    }

    fn unreachable(&self, reason: JsValue) -> Failed {
        let message = [
            "the API at ",
            &self.origin,
            " could not be reached: offline, DNS, CORS or a Content-Security-Policy without it in connect-src",
        ];
        let cause = unless_telling(reason, &self.secrets);
        Failed {
            error: Error {
                cause,
                ..Error::new(Code::Network, message.concat())
            },
            failure: Some(Failure::Network),
        }
    }

    /// The error that an answer outside 2xx is.
    fn refused(&self, response: &Response, body: Option<Body>) -> Failed {
        let status = response.status();
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| retry::retry_after(&value, Date::now()));
        let api = body
            .and_then(|body| body.object())
            .map_or(JsValue::UNDEFINED, |api| scrub(&api, &self.secrets));
        let expired = || {
            self.token
                .as_deref()
                .and_then(token::expiry)
                .is_some_and(|exp| exp * 1_000.0 <= Date::now())
        };
        let code = match status {
            401 | 403 if expired() => Code::SessionExpired,
            401 => Code::Unauthorized,
            403 => Code::Forbidden,
            429 => Code::RateLimited,
            500.. => Code::ServerError,
            _ => Code::ClientError,
        };
        let detail = if code == Code::SessionExpired {
            "the session has expired, create a new one".into()
        } else {
            self.detail(&api, response)
        };
        let message = [status.to_string(), detail].join(" ");
        let error = Error {
            status: Some(status),
            api,
            retry_after,
            ..Error::new(code, message.trim_end())
        };
        Failed {
            error,
            failure: Some(Failure::Status(status, retry_after)),
        }
    }

    /// What the API says of its refusal, in its own words.
    fn detail(&self, api: &JsValue, response: &Response) -> String {
        let said = |name: &str| {
            platform::property(api, &name.into())
                .as_string()
                .filter(|text| !text.is_empty())
        };
        let words = said("message")
            .or_else(|| said("error"))
            .unwrap_or_else(|| {
                let text = response.status_text();
                redact(&text, &self.secrets).unwrap_or(text)
            });
        words.chars().take(DETAIL).collect()
    }
}

/// `RequestInit`, as `fetch` takes it.
#[derive(Serialize)]
struct Init {
    method: &'static str,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    headers: JsValue,
    #[serde(
        with = "serde_wasm_bindgen::preserve",
        skip_serializing_if = "JsValue::is_undefined"
    )]
    body: JsValue,
    redirect: &'static str,
    credentials: &'static str,
    cache: &'static str,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    signal: JsValue,
}

/// A failed attempt, and what of it counts for another.
struct Failed {
    error: Error,
    failure: Option<Failure>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            error,
            failure: None,
        }
    }
}

/// An error for a 2xx that can't be used.
pub fn invalid_response(problem: &str) -> Error {
    Error::new(Code::InvalidResponse, problem)
}

/// The object in the body of a 2xx.
fn answer(body: Result<Body, Unread>) -> Result<Object, Failed> {
    let broken = || Failed {
        error: invalid_response("the answer broke off"),
        failure: Some(Failure::Network),
    };
    match body {
        Ok(body) => match body.object() {
            Some(answer) => Ok(answer),
            None if body.is_short => Err(broken()),
            None => Err(invalid_response("the answer is no JSON object").into()),
        },
        Err(Unread::TooLong) => Err(invalid_response("the answer is longer than 10 MB").into()),
        Err(Unread::Broken(_)) => Err(broken()),
    }
}

/// A body that ended, in the eyes of the engine.
struct Body {
    text: JsString,
    /// Fewer bytes came than were announced: WebKitGTK ends such a body as if it were whole.
    is_short: bool,
}

impl Body {
    fn object(&self) -> Option<Object> {
        let value = platform::parse(&self.text);
        (value.is_object() && !value.is_array()).then(|| value.unchecked_into())
    }
}

enum Unread {
    TooLong,
    /// What reading it rejected with.
    Broken(JsValue),
}

/// Reads a body as `Response.text` does, but no further than `limit` bytes.
async fn read(response: &Response, limit: u32, patience: &Patience<'_>) -> Result<Body, Unread> {
    let mut body = Body {
        text: JsString::from(""),
        is_short: false,
    };
    let Some(stream) = response.body() else {
        return Ok(body);
    };
    if stream.locked() {
        // A mock that gives the same Response twice.
        return Err(Unread::Broken(JsValue::UNDEFINED));
    }
    let announced = response
        .headers()
        .get("content-length")
        .and_then(|value| value.parse::<u32>().ok())
        .unwrap_or_default();
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let decoder = platform::Decoder::new();
    let more = TextDecodeOptions::new();
    more.set_stream(true);
    let mut length = 0;
    loop {
        let chunk: ReadableStreamReadResult = patience
            .wait_for(&reader.read())
            .await
            .map_err(Unread::Broken)?
            .unchecked_into();
        if chunk.get_done() == Some(true) {
            body.text = body
                .text
                .concat(&decoder.decode(&JsValue::UNDEFINED, &JsValue::UNDEFINED));
            body.is_short = length < announced;
            return Ok(body);
        }
        let bytes = chunk.get_value();
        if !ArrayBuffer::is_view(&bytes) {
            return Err(Unread::Broken(JsValue::UNDEFINED));
        }
        length += bytes.unchecked_ref::<Uint8Array>().byte_length();
        if length > limit {
            return Err(Unread::TooLong);
        }
        body.text = body.text.concat(&decoder.decode(&bytes, &more));
    }
}

/// A request under way; dropping it ends what is left of it.
struct Connection(AbortController);

impl Connection {
    fn new() -> Self {
        Self(AbortController::new().unwrap_throw())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A promise that a timer settles; dropping it forgets the timer.
struct Timer {
    id: JsValue,
    promise: Promise,
}

impl Timer {
    fn after(ms: f64) -> Self {
        let Deferred {
            promise, resolve, ..
        } = Deferred::new();
        Self {
            id: platform::set_timeout(&resolve, ms, &JsValue::UNDEFINED),
            promise,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        platform::clear_timeout(&self.id);
    }
}

struct Deferred {
    promise: Promise,
    resolve: Function,
    reject: Function,
}

impl Deferred {
    fn new() -> Self {
        let mut settle = None;
        let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
        let (resolve, reject) = settle.unwrap_throw();
        Self {
            promise,
            resolve,
            reject,
        }
    }
}

/// The caller's patience: a deadline and a signal, raced against all that a call waits for. The race and not just an aborted
/// fetch, because a page's patched fetch may not care.
struct Patience<'a> {
    call: &'a Call,
    end: Promise,
    give_up: Function,
    deadline: JsValue,
    /// What `end` rejects with at the deadline: equal to nothing else.
    late: JsValue,
}

impl<'a> Patience<'a> {
    fn new(call: &'a Call) -> Self {
        let Deferred {
            promise: end,
            reject: give_up,
            ..
        } = Deferred::new();
        let late = Object::new().into();
        let deadline = platform::set_timeout(&give_up, call.time_left().max(0.0), &late);
        if let Some(signal) = &call.signal {
            let _ = signal.add_event_listener_with_callback("abort", &give_up);
            if signal.aborted() {
                let _ = give_up.call0(&JsValue::UNDEFINED);
            }
        }
        Self {
            call,
            end,
            give_up,
            deadline,
            late,
        }
    }

    async fn wait_for(&self, promise: &Promise) -> Result<JsValue, JsValue> {
        JsFuture::from(Promise::race(&Array::of2(promise, &self.end))).await
    }

    fn was_aborted(&self) -> bool {
        self.call.signal.as_ref().is_some_and(AbortSignal::aborted)
    }

    /// The error of a call that was given up at its deadline, if that is what something rejected with.
    fn timeout(&self, reason: &JsValue) -> Option<Error> {
        let message = || ["no answer within ", &self.call.timeout.to_string(), " ms"].concat();
        (*reason == self.late).then(|| Error::new(Code::Timeout, message()))
    }
}

impl Drop for Patience<'_> {
    fn drop(&mut self) {
        platform::clear_timeout(&self.deadline);
        if let Some(signal) = &self.call.signal {
            let _ = signal.remove_event_listener_with_callback("abort", &self.give_up);
        }
    }
}
