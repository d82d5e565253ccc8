//! JSON and dates.

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/json.js")]
extern "C" {
    /// Serializes a value; `None` if JSON cannot represent it or a part of it.
    pub fn stringify(value: &JsValue) -> Option<JsString>;
    /// Lists the strings in plain data: an array of its values, and one of its names and numbers.
    pub fn texts(data: &JsValue) -> Array;
    /// Copies plain data with other strings in place of its own; `undefined` if it is nested too deep.
    #[wasm_bindgen(js_name = withTexts)]
    pub fn with_texts(data: &JsValue, texts: &Array) -> JsValue;
    /// Percent-encodes a string for a query.
    #[wasm_bindgen(js_name = encodeQuery)]
    pub fn encode_query(text: &str) -> String;
    /// The `exp` of a JWT in seconds since 1970; NaN for anything else.
    pub fn expiry(token: &JsString) -> f64;
    /// An HTTP date in ms since 1970; NaN for anything else.
    #[wasm_bindgen(js_name = httpDate)]
    pub fn http_date(text: &str) -> f64;
}
