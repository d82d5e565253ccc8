//! The settings of a call, and the current ones. The current settings are replaced as a whole, so a call keeps the ones it started with.

use crate::platform::inspect::Record;
use crate::platform::page;
use js_sys::{Function, JsString};
use std::cell::RefCell;
use web_sys::AbortSignal;

/// Checked settings.
#[derive(Clone, Default)]
pub struct Settings {
    /// The URL that `api_url::check` returned.
    pub api_url: Option<JsString>,
    pub token: Option<JsString>,
    /// Names are in lower case.
    pub custom_headers: Option<Record>,
    pub signal: Option<AbortSignal>,
    /// In ms.
    pub timeout: Option<f64>,
    pub retries: Option<f64>,
    pub fetch: Option<Function>,
}

impl Settings {
    /// Returns the settings that a call uses: its own, then the current ones. The current token and headers go to no other API.
    pub fn effective(self) -> Self {
        let current = current();
        let is_current_api = self.api_url.is_none() || self.api_url == current.api_url;
        let (token, custom_headers) = if is_current_api { (current.token, current.custom_headers) } else { (None, None) };
        Self {
            api_url: self.api_url.or(current.api_url),
            token: self.token.or(token),
            custom_headers: self.custom_headers.or(custom_headers),
            signal: self.signal,
            timeout: self.timeout.or(current.timeout),
            retries: self.retries.or(current.retries),
            fetch: self.fetch.or(current.fetch),
        }
    }
}

/// Shared by the calls of a module without threads.
struct SingleThread<T>(T);

// SAFETY: the wasm target of this crate has no threads, and nothing else uses the state.
unsafe impl<T> Sync for SingleThread<T> {}

static CURRENT: SingleThread<RefCell<Option<Settings>>> = SingleThread(RefCell::new(None));

/// Returns a copy of the current settings.
pub fn current() -> Settings {
    CURRENT.0.borrow().clone().unwrap_or_default()
}

/// Replaces the current settings. Omitted ones return to their defaults, except `apiURL` and `token`. Returns the `apiURL`; without one
/// nothing changes.
pub fn replace(mut settings: Settings) -> Option<JsString> {
    let current = current();
    let api_url = settings.api_url.or(current.api_url.clone())?;
    // A token never goes to another API by accident.
    if current.api_url.is_none_or(|current| current == api_url) {
        settings.token = settings.token.or(current.token);
    }
    settings.api_url = Some(api_url.clone());
    set_current(settings);
    Some(api_url)
}

/// Replaces the current token.
pub fn set_token(token: JsString) {
    set_current(Settings { token: Some(token), ..current() });
}

fn set_current(settings: Settings) {
    let previous = CURRENT.0.replace(Some(settings.clone())).unwrap_or_default().token;
    if previous.is_some() && settings.token.is_some() && previous != settings.token && !page::is_page() {
        page::warn_once(SHARED_TOKEN);
    }
}

const SHARED_TOKEN: &str = "incode-core: the session token was replaced. \
    On a server, all requests share it: pass `token` and `apiURL` to getFinishStatus.";
