//! The error of a call: its code, its fields, and its conversion to JavaScript.

use crate::dictionaries::Caller;
pub use crate::dictionaries::Code;
use crate::string::concat;
use serde::Serialize;
use serde::ser::Serializer;
use std::ops::{Deref, DerefMut};
use wasm_bindgen::JsValue;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How an attempt failed, for the decision to retry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    /// The next attempt would fail the same way.
    Final,
    /// No complete response: `fetch` failed, or the body ended early.
    Network,
    /// A response that is not 2xx, with the wait in ms that it asks for.
    Status(u16, Option<f64>),
}

/// One pointer, so that passing it on costs little.
pub struct Error(Box<Details>);

/// The parts of an error.
pub struct Details {
    /// `None` if the call rejects with `cause` as it is: the reason of an abort, or an object that a framework threw.
    code: Option<Code>,
    /// One sentence, without credentials.
    pub message: String,
    /// Status of the response.
    pub status: Option<u16>,
    /// The API's error object, without credentials.
    pub api: JsValue,
    /// Requests that were made; 0 if there was none.
    pub attempts: u32,
    /// A snapshot of the underlying error, without credentials.
    pub cause: JsValue,
    pub failure: Failure,
}

impl Error {
    /// Makes an error of a code and a message.
    pub fn new(code: Code, message: &str) -> Self {
        Self::from_parts(Some(code), message, JsValue::UNDEFINED)
    }

    /// Makes an `INVALID_ARGUMENT`: the name of the input, then the problem.
    pub fn invalid(name: &str, problem: &str) -> Self {
        Self::new(Code::InvalidArgument, &concat(&[name, " ", problem]))
    }

    /// Makes an error that rejects with a caller's or a framework's value, unchanged.
    pub fn passthrough(reason: JsValue) -> Self {
        Self::from_parts(None, "", reason)
    }

    fn from_parts(code: Option<Code>, message: &str, cause: JsValue) -> Self {
        Self(Box::new(Details {
            code,
            message: concat(&[message]),
            status: None,
            api: JsValue::UNDEFINED,
            attempts: 0,
            cause,
            failure: Failure::Final,
        }))
    }

    /// Converts to the value that the call rejects with: an `IncodeError` with the caller's stack, or a passed-through reason.
    pub fn into_js(self, caller: &Caller) -> JsValue {
        let Some(code) = self.code else { return self.0.cause };
        let numbers = self.0.serialize(&serde_wasm_bindgen::Serializer::new()).unwrap_or_default();
        caller.error(code, self.message.as_str().into(), &numbers, &self.api, &self.cause)
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

/// The numbers, each absent or known: `[status, retryAfter, attempts]`.
impl Serialize for Details {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let retry_after = if let Failure::Status(_, retry_after) = self.failure { retry_after } else { None };
        let attempts = (self.attempts > 0).then(|| self.attempts.into());
        [self.status.map(f64::from), retry_after, attempts].serialize(serializer)
    }
}
