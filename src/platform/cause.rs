//! Copies of foreign errors.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/cause.js")]
extern "C" {
    /// The name, message, code, stack and causes of a rejection as plain data; `undefined` if there is no value.
    pub fn snapshot(reason: &JsValue) -> JsValue;
    /// An `Error` made of a snapshot.
    pub fn revive(snapshot: &JsValue) -> JsValue;
    /// A snapshot in one line.
    pub fn describe(snapshot: &JsValue) -> String;
}
