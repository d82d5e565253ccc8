//! The current settings, and how they merge with those of a call. They are replaced as a whole, so a call keeps the ones it started
//! with.

use crate::dictionaries::Settings;
use crate::platform::{inspect::{merge, plain_copy}, page};
use js_sys::JsString;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    static CURRENT: Cell<Option<Settings>> = const { Cell::new(None) };
}

/// Returns a copy of the current settings.
pub fn current() -> Settings {
    let current = CURRENT.take();
    let copy = plain_copy(current.as_ref());
    CURRENT.set(current);
    copy.unchecked_into()
}

/// Returns the settings that a call uses: its own, then the current ones. The current token and headers go to no other API.
pub fn effective(own: &Settings) -> Settings {
    let current = current();
    let settings: Settings = merge(&current, own).unchecked_into();
    let api_url = own.api_url();
    if api_url.is_some() && api_url != current.api_url() {
        settings.set_token(own.token());
        settings.set_custom_headers(own.custom_headers());
    }
    settings
}

/// Replaces the current settings. Omitted ones return to their defaults, except `apiURL` and `token`. Returns whether there is an
/// `apiURL`; without one nothing changes.
pub fn replace(settings: &Settings) -> bool {
    let previous = current();
    let known = previous.api_url();
    if settings.api_url().is_none() {
        settings.set_api_url(known.clone());
    }
    // A token never goes to another API by accident.
    if settings.token().is_none() && (known.is_none() || known == settings.api_url()) {
        settings.set_token(previous.token());
    }
    let is_complete = settings.api_url().is_some();
    if is_complete {
        set_current(settings.clone(), &previous);
    }
    is_complete
}

/// Replaces the current token.
pub fn set_token(token: JsString) {
    let (settings, previous) = (current(), current());
    settings.set_token(Some(token));
    set_current(settings, &previous);
}

fn set_current(settings: Settings, previous: &Settings) {
    let (old, new) = (previous.token(), settings.token());
    if old != new && old.is_some() && new.is_some() && !page::is_page() {
        page::warn_once(SHARED_TOKEN);
    }
    CURRENT.set(Some(settings));
}

const SHARED_TOKEN: &str = "incode-core: the session token was replaced. \
    On a server, all requests share it: pass `token` and `apiURL` to getFinishStatus.";
