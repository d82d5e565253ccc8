//! Plain JavaScript objects: what this crate hands out and keeps.

use js_sys::Object;
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = fromEntries)]
    fn from_entries(entries: JsValue) -> Object;

    type Fields;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Fields, name: &str, value: &JsValue);
}

/// An object of texts.
pub fn object(fields: &[(&str, &str)]) -> Object {
    from_entries(fields.serialize(&serde_wasm_bindgen::Serializer::new()).unwrap_or_default())
}

/// Sets a property of an object that is this crate's own, or fresh from `JSON.parse`: no other may refuse.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    object.unchecked_ref::<Fields>().set(name, value);
}
