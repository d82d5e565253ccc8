//! The two things that end a call from outside: its timeout and the caller's signal.

use crate::dictionaries::Caller;
use crate::platform::host::{self, Limits};
use crate::platform::http::Exchange;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Ends a call at its timeout or when the caller's signal aborts. A call races everything it waits for against it, because a page's own
/// `fetch` may ignore aborts. Dropping it stops the timers, removes the listener and cancels an exchange that has not ended.
pub struct Deadline {
    limits: Limits,
    signal: Option<AbortSignal>,
}

impl Deadline {
    /// Starts: the call is over `timeout` ms after it was made, or when the signal aborts.
    pub fn new(caller: &Caller, timeout: f64, signal: Option<AbortSignal>) -> Self {
        Self { limits: host::start_limits(caller, timeout, signal.as_ref()), signal }
    }

    /// Returns the reason of the signal, if it has aborted.
    pub fn abort_reason(&self) -> Option<JsValue> {
        abort_reason(self.signal.as_ref())
    }

    /// Returns the time left, in ms.
    pub fn time_left(&self) -> f64 {
        self.limits.left()
    }

    /// Waits for the response of an exchange, no longer than the call may last.
    pub fn response(&self, exchange: &Exchange) -> JsFuture {
        self.limits.race(exchange).into()
    }

    /// Waits for `ms`, no longer than the call may last. `None` if the host has no timers.
    pub fn sleep(&self, ms: f64) -> Option<JsFuture> {
        self.limits.sleep(ms).map(JsFuture::from)
    }

    /// Returns the value of a wait, or why it ended without one.
    pub fn outcome(&self, result: Result<JsValue, JsValue>) -> Result<JsValue, End> {
        result.map_err(|reason| match self.abort_reason() {
            Some(reason) => End::Abort(reason),
            None if reason == *self.limits => End::Timeout,
            None => End::Rejection(reason),
        })
    }
}

/// Why a wait ended without a value.
pub enum End {
    /// The call's time ran out.
    Timeout,
    /// The caller's signal aborted, for this reason.
    Abort(JsValue),
    /// The promise rejected with this reason.
    Rejection(JsValue),
}

/// Returns the reason of an aborted signal.
pub fn abort_reason(signal: Option<&AbortSignal>) -> Option<JsValue> {
    signal.map(host::abort_reason).filter(|reason| !reason.is_undefined())
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.limits.release();
    }
}
