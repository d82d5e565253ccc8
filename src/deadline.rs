//! What ends a call from outside: its deadline and the caller's signal.

use crate::dictionaries::Deferred;
use crate::platform;
use crate::task::Task;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

/// All that a call waits for is raced against its deadline and its signal. The race, and not just an aborted fetch, because a page's
/// patched fetch may not care. Dropped, it leaves no timer, no listener and no request under way behind.
pub struct Deadline {
    task: Rc<Task>,
    /// Rejects when the call is over.
    over: Deferred,
    timer: JsValue,
    pause: JsValue,
    signal: JsValue,
    /// Of the request that is under way. One that has ended is left alone, because an abort would also end whatever copies of the
    /// answer somebody else keeps.
    connection: Option<AbortController>,
}

impl Deadline {
    /// Begins to run: over in `ms`, or when the signal is aborted.
    pub fn new(task: Rc<Task>, ms: f64, signal: JsValue) -> Self {
        let over = platform::deferred();
        let reject = over.reject();
        // What the timer rejects with is nobody else's.
        let timer = platform::set_timeout(&reject, ms, &over);
        platform::listen(&signal, "addEventListener", &reject);
        Self { task, over, timer, pause: JsValue::UNDEFINED, signal, connection: None }
    }

    /// Waits for `promise`, but no longer than the call may last.
    pub fn race(&self, promise: &Promise) -> JsFuture {
        self.task.settled(&platform::race(promise, &self.over.promise()))
    }

    /// Settles when `ms` have passed.
    pub fn pause(&mut self, ms: f64) -> Promise {
        let wait = platform::deferred();
        self.pause = platform::set_timeout(&wait.resolve(), ms, &JsValue::UNDEFINED);
        wait.promise()
    }

    /// A request begins. What ends it with the call is for `fetch`.
    pub fn connect(&mut self) -> &AbortController {
        self.connection.insert(platform::abort_controller())
    }

    /// The request has ended.
    pub fn disconnect(&mut self) {
        self.connection = None;
    }

    /// Whether it was this deadline that a race was lost to.
    pub fn is_missed(&self, reason: &JsValue) -> bool {
        reason == AsRef::<JsValue>::as_ref(&self.over)
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        platform::clear_timeout(&self.timer);
        platform::clear_timeout(&self.pause);
        platform::listen(&self.signal, "removeEventListener", &self.over.reject());
        if let Some(connection) = &self.connection {
            connection.abort();
        }
    }
}
