//! Plain JavaScript objects, made by serde-wasm-bindgen.

use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::JsValue;

/// An object of fields, without those that are `undefined`.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    Fields(fields).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

struct Fields<'a>(&'a [(&'a str, JsValue)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0.iter().filter(|(_, value)| !value.is_undefined()) {
            map.serialize_entry(name, &Preserved(value))?;
        }
        map.end()
    }
}

struct Preserved<'a>(&'a JsValue);

impl Serialize for Preserved<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_wasm_bindgen::preserve::serialize(self.0, serializer)
    }
}
