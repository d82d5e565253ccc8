//! What is in force: set all at once or not at all, and taken as a whole by each call when it starts.

use crate::object::set;
use crate::platform::{enforce, in_force, property, text};
use js_sys::Object;
use wasm_bindgen::JsValue;

/// The settings in force with a call's own over them, in an object of their own: what is set later changes no call under way.
pub fn with(own: &JsValue) -> Object {
    in_force(own)
}

/// Whether a `setup` ever named the API.
pub fn has_api() -> bool {
    !text(&in_force(&JsValue::UNDEFINED), "apiURL").is_empty()
}

/// Puts a token in force.
pub fn set_token(settings: &Object) {
    enforce(&in_force(settings));
}

/// Puts checked settings in force. What they leave out goes back to its default, `apiURL` and `token` apart.
pub fn replace(settings: &Object) {
    let before = in_force(&JsValue::UNDEFINED);
    let (known, api_url) = (text(&before, "apiURL"), text(settings, "apiURL"));
    if api_url.is_empty() {
        set(settings, "apiURL", &property(&before, "apiURL"));
    }
    // A token never travels to another API by accident.
    let is_same_api = api_url.is_empty() || known.is_empty() || known == api_url;
    if is_same_api && text(settings, "token").is_empty() {
        set(settings, "token", &property(&before, "token"));
    }
    enforce(settings);
}
