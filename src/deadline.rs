//! The two things that end a call from outside: its timeout and the caller's signal.

use crate::dictionaries::Deferred;
use crate::platform::host;
use crate::platform::http::Exchange;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Ends a call at its timeout or when the caller's signal aborts. A call races everything it waits for against it, because a page's own
/// `fetch` may ignore aborts. Dropping it stops the timers, removes the listener and cancels an exchange that has not ended.
pub struct Deadline {
    /// Rejects when the call is over.
    cancelled: Deferred,
    timer: JsValue,
    sleep: JsValue,
    signal: Option<AbortSignal>,
    /// The exchange under way. A finished one is left alone: aborting it would break a clone of the response that someone else keeps.
    exchange: Option<Exchange>,
}

impl Deadline {
    /// Starts: the call is over in `ms`, or when the signal aborts.
    pub fn new(ms: f64, signal: Option<AbortSignal>) -> Self {
        let cancelled = host::deferred();
        let reject = cancelled.reject();
        // The deferred is a unique rejection reason: it identifies the timeout.
        let timer = host::set_timer(&reject, ms, cancelled.as_ref());
        if let Some(signal) = &signal {
            host::on_abort(signal, &reject);
        }
        Self { cancelled, timer, sleep: JsValue::UNDEFINED, signal, exchange: None }
    }

    /// Waits for the response of an exchange, no longer than the call may last.
    pub fn response(&mut self, exchange: Exchange) -> JsFuture {
        let response = exchange.response();
        self.exchange = Some(exchange);
        self.race(&response)
    }

    /// Waits for `ms`, no longer than the call may last. `None` if the host has no timers.
    pub fn sleep(&mut self, ms: f64) -> Option<JsFuture> {
        let wait = host::deferred();
        self.sleep = host::set_timer(&wait.resolve(), ms, &JsValue::UNDEFINED);
        (!self.sleep.is_undefined()).then(|| self.race(&wait.promise()))
    }

    fn race(&self, promise: &Promise) -> JsFuture {
        JsFuture::from(host::race(promise, &self.cancelled.promise()))
    }

    /// Returns why a wait ended without a value. An exchange that ended by itself is released.
    pub fn end(&mut self, result: Result<JsValue, JsValue>) -> Result<JsValue, End> {
        let end = match result {
            Err(reason) if reason == *AsRef::<JsValue>::as_ref(&self.cancelled) => return Err(End::Timeout),
            Err(reason) => match abort_reason(self.signal.as_ref()) {
                Some(reason) => return Err(End::Abort(reason)),
                None => Err(End::Rejection(reason)),
            },
            Ok(value) => Ok(value),
        };
        self.exchange = None;
        end
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
        host::clear_timer(&self.timer);
        host::clear_timer(&self.sleep);
        if let Some(signal) = &self.signal {
            host::off_abort(signal, &self.cancelled.reject());
        }
        if let Some(exchange) = &self.exchange {
            exchange.cancel();
        }
    }
}
