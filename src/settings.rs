//! What is in force, and what a call makes of it: set all at once or not at all, and taken as a whole by each call when it starts.

use crate::dictionaries::Settings;
use crate::platform::{self, in_force};
use wasm_bindgen::JsValue;

/// What a call with options of its `own` goes by. To another API than the one in force it takes neither token nor headers along.
pub fn for_call(own: &Settings) -> Settings {
    let settings = in_force(own);
    let api_url = own.api_url();
    if !api_url.is_undefined() && api_url != in_force(&JsValue::UNDEFINED).api_url() {
        settings.set_token(&own.token());
        settings.set_custom_headers(&own.custom_headers());
    }
    settings
}

/// Puts settings in force. What they leave out goes back to its default, `apiURL` and `token` apart. False, and nothing is changed,
/// where no `apiURL` would be.
pub fn replace(settings: &Settings) -> bool {
    let before = in_force(&JsValue::UNDEFINED);
    let known = before.api_url();
    if settings.api_url().is_undefined() {
        settings.set_api_url(&known);
    }
    // A token never travels to another API by accident.
    if (known.is_undefined() || known == settings.api_url()) && settings.token().is_undefined() {
        settings.set_token(&before.token());
    }
    let is_complete = !settings.api_url().is_undefined();
    if is_complete {
        enforce(settings, &before);
    }
    is_complete
}

/// Puts a token in force.
pub fn set_token(token: &JsValue) {
    let settings = in_force(&JsValue::UNDEFINED);
    settings.set_token(token);
    enforce(&settings, &in_force(&JsValue::UNDEFINED));
}

fn enforce(settings: &Settings, before: &Settings) {
    let (old, new) = (before.token(), settings.token());
    if old != new && !old.is_undefined() && !new.is_undefined() && !platform::is_page() {
        platform::warn_once(SHARED_TOKEN);
    }
    platform::enforce(settings);
}

const SHARED_TOKEN: &str = "incode-core: one token in force gave way to another. \
    On a server, others would get it: pass `token` and `apiURL` to getFinishStatus.";
