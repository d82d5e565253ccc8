//! Runs the future of a call: polls it again when a promise that it awaits settles.
//!
//! Calls share no queue, so one lost task delays no other call. Each poll is the reaction to a promise of the call itself, so it runs in
//! the asynchronous context of its caller (`AsyncLocalStorage`, zones).

use crate::dictionaries::Deferred;
use crate::platform::host;
use js_sys::Promise;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use wasm_bindgen::JsValue;

type Outcome = Result<JsValue, JsValue>;

/// A call in progress.
struct Task {
    /// Absent while it is polled, and after its end.
    future: Cell<Option<Pin<Box<dyn Future<Output = Outcome>>>>>,
    completion: Deferred,
}

// SAFETY: `Wake` asks for both, but a wasm module without threads has nowhere to send a task.
unsafe impl Send for Task {}
unsafe impl Sync for Task {}

/// Runs a future to its first wait. Returns the promise of its outcome.
pub fn run(future: impl Future<Output = Outcome> + 'static) -> Promise {
    let completion = host::deferred();
    let promise = completion.promise();
    Arc::new(Task { future: Cell::new(Some(Box::pin(future))), completion }).wake();
    promise
}

impl Wake for Task {
    /// Called by `JsFuture` in the reaction to its promise.
    fn wake(self: Arc<Self>) {
        let Some(mut future) = self.future.take() else { return };
        match future.as_mut().poll(&mut Context::from_waker(&Waker::from(self.clone()))) {
            Poll::Pending => self.future.set(Some(future)),
            Poll::Ready(Ok(value)) => self.completion.resolve(&value),
            Poll::Ready(Err(error)) => self.completion.reject(&error),
        }
    }
}
