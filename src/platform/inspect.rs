//! Foreign values: what they are, and the strings in them.

use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

/// The kind of a caller's value.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Absent = "absent",
    Empty = "empty",
    String = "string",
    True = "true",
    False = "false",
    Function = "function",
    /// An object with the methods of an `AbortSignal`.
    Signal = "signal",
    /// An object without a class.
    Plain = "plain",
    /// Any other object.
    Object = "object",
    /// A number or a bigint.
    Other = "other",
    /// An option whose getter throws.
    Unreadable = "unreadable",
}

/// What `fetch` rejected with.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq)]
pub enum Rejection {
    /// An error or a primitive: the request failed.
    Failure = "failure",
    /// An object by which a framework steers rendering.
    Steering = "steering",
    /// An object that is not an error: a redirect of a router, for example.
    Object = "object",
}

#[wasm_bindgen(module = "/src/platform/inspect.js")]
extern "C" {
    /// Returns the kind of a caller's value.
    pub fn kind(value: &JsValue) -> Kind;
    /// Returns the beginning of a name in ASCII.
    #[wasm_bindgen(js_name = plainName)]
    pub fn plain_name(name: &JsString) -> String;
    /// Quotes the beginning of a name.
    pub fn quote(name: &JsString) -> String;
    /// Copies the properties of two objects to a new one; those of `overrides` win.
    pub fn merge(defaults: &JsValue, overrides: &JsValue) -> Object;
    /// Returns what a rejection of `fetch` is.
    pub fn classify(reason: &JsValue) -> Rejection;
    /// Collects all strings in a value; `None` if it is too large or cannot be read.
    #[wasm_bindgen(js_name = collectStrings)]
    pub fn collect_strings(value: &JsValue) -> Option<String>;
}

#[wasm_bindgen]
extern "C" {
    type Properties;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Properties, name: &JsValue, value: &JsValue);
}

/// Copies the properties of an object to a new one, which is empty if there is no object.
pub fn plain_copy<T: AsRef<JsValue>>(object: Option<&T>) -> Object {
    merge(object.map_or(&JsValue::UNDEFINED, AsRef::as_ref), &JsValue::UNDEFINED)
}

/// Sets a property, named by the caller, of an object of this crate.
pub fn set(object: &JsValue, name: &JsValue, value: &JsValue) {
    object.unchecked_ref::<Properties>().set(name, value);
}
