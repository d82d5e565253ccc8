//! What ends a call from outside: its deadline and the caller's signal.

use crate::dictionaries::Deferred;
use crate::platform;
use crate::task::Task;
use js_sys::{Array, Promise};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

/// All that a call waits for is raced against its deadline and its signal. The race, and not just an aborted fetch, because a page's
/// patched fetch may not care. Dropped, it leaves no timer and no listener behind.
pub struct Deadline {
    task: Rc<Task>,
    /// Rejects when the call is over.
    over: Deferred,
    timer: JsValue,
    pause: JsValue,
    signal: Option<AbortSignal>,
}

impl Deadline {
    /// Begins to run: over in `ms`, or when the signal is aborted.
    pub fn new(task: Rc<Task>, ms: f64, signal: Option<AbortSignal>) -> Self {
        let over = platform::deferred();
        let reject = over.reject();
        // What the timer rejects with is nobody else's.
        let timer = platform::set_timeout(&reject, ms, &over);
        if let Some(signal) = &signal {
            platform::listen(signal, "addEventListener", &reject);
        }
        Self { task, over, timer, pause: JsValue::UNDEFINED, signal }
    }

    /// Waits for `promise`, but no longer than the call may last.
    pub fn race(&self, promise: &Promise) -> JsFuture {
        self.task.settled(&Promise::race(&Array::of2(promise, &self.over.promise())))
    }

    /// Waits for `ms`.
    pub fn pause(&mut self, ms: f64) -> JsFuture {
        let wait = platform::deferred();
        self.pause = platform::set_timeout(&wait.resolve(), ms, &JsValue::UNDEFINED);
        self.race(&wait.promise())
    }

    /// Whether it was this deadline that a race was lost to.
    pub fn is_missed(&self, reason: &JsValue) -> bool {
        reason == AsRef::<JsValue>::as_ref(&self.over)
    }

    /// The reason of the caller's signal, if it is aborted.
    pub fn abort_reason(&self) -> Option<JsValue> {
        self.signal.as_ref().filter(|signal| signal.aborted()).map(platform::abort_reason)
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        platform::clear_timeout(&self.timer);
        platform::clear_timeout(&self.pause);
        if let Some(signal) = &self.signal {
            platform::listen(signal, "removeEventListener", &self.over.reject());
        }
    }
}

/// The connection of one request: dropped while the request is under way, it is cut. One that has ended is left alone, because an
/// abort would also end whatever copies of the answer somebody else keeps.
pub struct Connection {
    controller: AbortController,
    is_under_way: bool,
}

impl Connection {
    pub fn new() -> Self {
        Self { controller: platform::abort_controller(), is_under_way: true }
    }

    /// For `fetch`.
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// The exchange has ended.
    pub fn close(mut self) {
        self.is_under_way = false;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_under_way {
            self.controller.abort();
        }
    }
}
