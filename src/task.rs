//! Runs a call's future where its own promises settle. No queue is shared between calls, so that one lost task holds up nobody else;
//! and as each step is a reaction to a promise, it runs in the asynchronous context of the call that waits (`AsyncLocalStorage`, zones).

use crate::dictionaries::Deferred;
use crate::platform;
use js_sys::Promise;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

type Settled = Result<JsValue, JsValue>;
/// Of the same type as the closures of `JsFuture`, of which the module then needs only one kind.
type Reaction = Closure<dyn FnMut(JsValue) -> Result<(), JsError>>;

/// A call under way.
pub struct Task {
    future: Cell<Option<Pin<Box<dyn Future<Output = Settled>>>>>,
    /// Goes on with the future.
    reaction: Cell<Option<Reaction>>,
    end: Deferred,
}

/// Runs a call at once to the first promise that it waits for, and on from each when that settles. Gives the promise of its end.
pub fn run<F: Future<Output = Settled> + 'static>(call: impl FnOnce(Rc<Task>) -> F) -> Promise {
    let end = platform::deferred();
    let promise = end.promise();
    let task = Rc::new(Task { future: Cell::new(None), reaction: Cell::new(None), end });
    let same = task.clone();
    task.reaction.set(Some(Closure::new(move |_| {
        same.poll();
        Ok(())
    })));
    task.future.set(Some(Box::pin(call(task.clone()))));
    task.poll();
    promise
}

impl Task {
    /// What a promise comes to. To be awaited before the next one.
    pub fn settled(&self, promise: &Promise) -> JsFuture {
        let future = JsFuture::from(promise.clone());
        // Runs after the reactions that `JsFuture` has just left on the same promise.
        let reaction = self.reaction.take();
        if let Some(reaction) = &reaction {
            let _ = promise.then_with_reject(reaction, reaction);
        }
        self.reaction.set(reaction);
        future
    }

    fn poll(&self) {
        let Some(mut future) = self.future.take() else { return };
        let end = match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => return self.future.set(Some(future)),
            Poll::Ready(end) => end,
        };
        // It holds the task, which holds it.
        self.reaction.take();
        match end {
            Ok(value) => self.end.resolve_with(&value),
            Err(error) => self.end.reject_with(&error),
        }
    }
}
