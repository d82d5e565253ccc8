//! How a call ends without an answer: the error, its code, its fields, its way to JavaScript.

use crate::platform;
use crate::retry::Failure;
use crate::string::concat;
use serde::Serialize;
use std::ops::{Deref, DerefMut};
use wasm_bindgen::JsValue;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The `code` of an `IncodeError`.
#[derive(Clone, Copy)]
pub enum Code {
    /// The caller's input; no request was made.
    InvalidArgument,
    /// No token, or no apiURL, for the call; no request was made.
    NotConfigured,
    /// End-to-end encryption was asked for.
    Unsupported,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 401 or 403 to a token whose `exp` has passed.
    SessionExpired,
    /// 429.
    RateLimited,
    /// Any other 4xx.
    ClientError,
    /// Any 5xx.
    ServerError,
    /// fetch failed, or answered with a redirect.
    Network,
    /// The call's time ran out.
    Timeout,
    /// A 2xx that can't be used.
    InvalidResponse,
}

impl Code {
    /// As callers read it.
    fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::NotConfigured => "NOT_CONFIGURED",
            Self::Unsupported => "UNSUPPORTED",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::SessionExpired => "SESSION_EXPIRED",
            Self::RateLimited => "RATE_LIMITED",
            Self::ClientError => "CLIENT_ERROR",
            Self::ServerError => "SERVER_ERROR",
            Self::Network => "NETWORK",
            Self::Timeout => "TIMEOUT",
            Self::InvalidResponse => "INVALID_RESPONSE",
        }
    }
}

/// One pointer, so that handing it on costs next to nothing.
pub struct Error(Box<Details>);

/// What is known of an error.
pub struct Details {
    /// `None` where the call rejects with `cause` as it is: the reason of the caller's own abort, or what a framework threw through
    /// `fetch`.
    code: Option<Code>,
    /// What call failed, where there was a request.
    pub prefix: JsValue,
    /// One sentence for a person, without secrets.
    pub message: String,
    /// The API's error object, without secrets.
    pub api: JsValue,
    /// Requests that were made, if any.
    pub attempts: f64,
    /// What lies underneath, where it holds no secret.
    pub cause: JsValue,
    /// How the attempt failed: the status of the answer, and the wait that it asked for.
    pub failure: Failure,
}

impl Error {
    pub fn new(code: Code, message: &str) -> Self {
        Self::with(Some(code), message, JsValue::UNDEFINED)
    }

    /// The caller's input: `name` is what was handed in, `problem` what is wrong with it.
    pub fn invalid(name: &str, problem: &str) -> Self {
        Self::new(Code::InvalidArgument, &concat(&[name, " ", problem]))
    }

    /// Rejects with something that is not ours.
    pub fn foreign(reason: JsValue) -> Self {
        Self::with(None, "", reason)
    }

    fn with(code: Option<Code>, message: &str, cause: JsValue) -> Self {
        Self(Box::new(Details {
            code,
            prefix: JsValue::UNDEFINED,
            message: concat(&[message]),
            api: JsValue::UNDEFINED,
            attempts: 0.0,
            cause,
            failure: Failure::Final,
        }))
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl From<Error> for JsValue {
    fn from(Error(error): Error) -> Self {
        let Some(code) = error.code else { return error.cause };
        let (status, retry_after) = match error.failure {
            Failure::Status(status, retry_after) => (js(Some(status.into())), js(retry_after)),
            _ => Default::default(),
        };
        let details = platform::error_details(&status, &error.api, &retry_after, error.attempts, &error.cause);
        platform::incode_error(code.as_str(), &error.prefix, &error.message, &details)
    }
}

/// What is absent is `undefined`.
fn js(number: Option<f64>) -> JsValue {
    number.serialize(&serde_wasm_bindgen::Serializer::new()).unwrap_or_default()
}
