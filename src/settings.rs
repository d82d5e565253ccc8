//! The settings of a call, and the current ones. The current settings are replaced as a whole, so a call keeps the ones it started with.

use crate::platform::host;
use crate::platform::inspect::{Record, merge};
use js_sys::JsString;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::AbortSignal;

pub const API_URL: &str = "apiURL";
const TOKEN: &str = "token";
const CUSTOM_HEADERS: &str = "customHeaders";

/// Checked settings, under the names of the options. Never changed after they became current.
#[derive(Clone, Default)]
pub struct Settings(pub Record);

impl Settings {
    /// The URL that `api_url::check` returned.
    pub fn api_url(&self) -> Option<JsString> {
        self.get(API_URL)
    }

    pub fn token(&self) -> Option<JsString> {
        self.get(TOKEN)
    }

    /// Names are in lower case.
    pub fn custom_headers(&self) -> Option<Record> {
        self.get(CUSTOM_HEADERS)
    }

    pub fn signal(&self) -> Option<AbortSignal> {
        self.get("signal")
    }

    /// In ms.
    pub fn timeout(&self) -> Option<f64> {
        self.0.get("timeout").as_f64()
    }

    pub fn retries(&self) -> Option<f64> {
        self.0.get("retries").as_f64()
    }

    fn get<T: JsCast>(&self, name: &str) -> Option<T> {
        let value = self.0.get(name);
        (!value.is_undefined()).then(|| value.unchecked_into())
    }

    /// Returns the settings that a call uses: its own, then the current ones. The current token and headers go to no other API.
    pub fn effective(&self) -> Self {
        let current = current();
        let settings = Self(merge(&current.0, &self.0));
        let api_url = self.api_url();
        if api_url.is_some() && api_url != current.api_url() {
            settings.0.set(TOKEN, &self.0.get(TOKEN));
            settings.0.set(CUSTOM_HEADERS, &self.0.get(CUSTOM_HEADERS));
        }
        settings
    }
}

/// State of a module without threads.
struct SingleThread<T>(T);

// SAFETY: the wasm target of this crate has no threads.
unsafe impl<T> Sync for SingleThread<T> {}

static CURRENT: SingleThread<Cell<Option<Settings>>> = SingleThread(Cell::new(None));

/// Returns the current settings.
pub fn current() -> Settings {
    let current = CURRENT.0.take().unwrap_or_default();
    CURRENT.0.set(Some(current.clone()));
    current
}

/// Replaces the current settings. Omitted ones return to their defaults, except `apiURL` and `token`. Returns the `apiURL`; without one
/// nothing changes.
pub fn replace(settings: Settings) -> Option<JsString> {
    let current = current();
    let known = current.api_url();
    if settings.api_url().is_none() {
        settings.0.set(API_URL, &current.0.get(API_URL));
    }
    let api_url = settings.api_url()?;
    // A token never goes to another API by accident.
    if settings.token().is_none() && known.is_none_or(|known| known == api_url) {
        settings.0.set(TOKEN, &current.0.get(TOKEN));
    }
    set_current(&current, settings);
    Some(api_url)
}

/// Replaces the current token.
pub fn set_token(token: &JsString) {
    let current = current();
    let settings = Settings(merge(&current.0, &Record::default()));
    settings.0.set(TOKEN, token);
    set_current(&current, settings);
}

fn set_current(previous: &Settings, settings: Settings) {
    let (old, new) = (previous.token(), settings.token());
    if old.is_some() && new.is_some() && old != new && !host::is_page() {
        host::warn_once(SHARED_TOKEN);
    }
    CURRENT.0.set(Some(settings));
}

const SHARED_TOKEN: &str = "incode-core: the session token was replaced. \
    On a server, all requests share it: pass `token` and `apiURL` to getFinishStatus.";
