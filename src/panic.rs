//! What a panic tells, and, for the tests of what it does to callers, how to provoke one. What becomes of the calls is told in
//! `pkg/src/instance.js`.

use crate::string::{concat, decimal};
use std::panic;

/// Has a panic tell where it happened, and only that: what it says may hold a caller's data. Thrown and not printed, so that it
/// reaches the caller's rejection.
pub fn set_hook() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| concat(&[place.file(), ":", &decimal(place.line())]));
        wasm_bindgen::throw_str(&place.unwrap_or_default())
    }));
}

/// Panics before there is a request.
#[cfg(feature = "provoke-panic")]
pub fn provoke_by_argument(api_key: &wasm_bindgen::JsValue) {
    assert!(api_key.as_string().as_deref() != Some("provoke-panic-at-once"));
}

/// Panics in an answer.
#[cfg(feature = "provoke-panic")]
pub fn provoke_by_answer(answer: &wasm_bindgen::JsValue) {
    let session: &crate::dictionaries::Session = wasm_bindgen::JsCast::unchecked_ref(answer);
    assert!(session.token().as_string().as_deref() != Some("provoke-panic"));
}
