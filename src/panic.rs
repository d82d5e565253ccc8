//! The message of a panic, and a way to cause one in tests. The facade ends the calls: see `pkg/src/instance.js`.

use crate::string::{concat, decimal};
use std::panic;

/// Makes a panic throw its place in the source, and only that: its own message could contain a caller's data. Thrown and not printed,
/// so that it reaches the caller's rejection.
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

/// Panics while a response is read.
#[cfg(feature = "provoke-panic")]
pub fn provoke_by_response(response: &crate::platform::inspect::Record) {
    assert!(response.string("token").as_deref() != Some("provoke-panic"));
}
