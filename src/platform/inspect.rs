//! Foreign values: what they are, the strings in them, and copies of errors.

use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

/// The kind of a caller's value.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Absent = "absent",
    Empty = "empty",
    /// Printable ASCII without leading or trailing spaces: a valid header value.
    Printable = "printable",
    /// Any other string.
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

impl Kind {
    pub fn is_string(self) -> bool {
        matches!(self, Self::Empty | Self::Printable | Self::String)
    }
}

/// The kind of value that `fetch` rejected with.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq)]
pub enum Rejection {
    /// An error or a primitive: the request failed.
    Failure = "failure",
    /// An object that a framework throws to control rendering.
    Steering = "steering",
    /// An object that is not an error: a redirect of a router, for example.
    Object = "object",
}

#[wasm_bindgen(module = "/src/platform/inspect.js")]
extern "C" {
    /// Returns the kind of a caller's value.
    pub fn kind(value: &JsValue) -> Kind;
    /// Returns the beginning of a name, with `?` for each character that a header name must not have.
    #[wasm_bindgen(js_name = plainName)]
    pub fn plain_name(name: &JsString) -> String;
    /// Quotes the beginning of a name.
    pub fn quote(name: &JsString) -> String;
    /// Makes an object in which any name is just a name.
    #[wasm_bindgen(js_name = emptyRecord)]
    fn empty_record() -> Record;
    /// Copies the properties of two objects to a new one; those of `overrides` win.
    pub fn merge(defaults: &Record, overrides: &Record) -> Record;
    /// Returns what a rejection of `fetch` is.
    pub fn classify(reason: &JsValue) -> Rejection;
    /// Collects all strings in a value; `None` if it is too large or cannot be read.
    #[wasm_bindgen(js_name = collectStrings)]
    pub fn collect_strings(value: &JsValue) -> Option<String>;
    /// The name, message, code, stack and causes of a rejection as plain data; `undefined` if there is no value.
    pub fn snapshot(reason: &JsValue) -> JsValue;
    /// Describes a snapshot in up to 200 characters.
    pub fn describe(snapshot: &JsValue) -> String;
}

#[wasm_bindgen]
extern "C" {
    /// An object of this crate, or a JSON object of the API, whose properties are read and written by name.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type Record;
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub fn get(this: &Record, name: &str) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn set(this: &Record, name: &str, value: &JsValue);
    /// Sets a property that a caller named.
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn set_key(this: &Record, name: &JsString, value: &JsValue);
}

impl Default for Record {
    fn default() -> Self {
        empty_record()
    }
}

impl Record {
    /// Returns a property that is a string.
    pub fn string(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }
}
