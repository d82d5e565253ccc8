//! What is in force: set all at once or not at all, and taken as a whole by each call when it starts.

use crate::api_url::ApiUrl;
use crate::error::Error;
use js_sys::Object;
use std::cell::RefCell;
use std::mem::ManuallyDrop;

/// The default `timeout` of a call, in ms: the API's own limit.
const TIMEOUT: u32 = 30_000;
/// The default of how often a failed attempt is repeated.
const RETRIES: u32 = 2;

/// What calls go by.
pub struct Config {
    /// The API, once `setup` named it.
    pub api_url: Option<ApiUrl>,
    /// The session's token.
    pub token: Option<String>,
    /// Sent with every request to `api_url`, and nowhere else.
    pub headers: Option<Object>,
    /// ms for one call.
    pub timeout: u32,
    /// How often a failed attempt is repeated.
    pub retries: u32,
}

thread_local! {
    // Never dropped, so that no destructor has to be registered.
    static IN_FORCE: ManuallyDrop<RefCell<Config>> = const {
        ManuallyDrop::new(RefCell::new(Config { api_url: None, token: None, headers: None, timeout: TIMEOUT, retries: RETRIES }))
    };
}

/// What a call that starts now takes from what is in force.
pub fn in_force<T>(take: impl FnOnce(&Config) -> T) -> T {
    IN_FORCE.with(|config| take(&config.borrow()))
}

/// Puts a configuration in force. What is left out goes back to its default, `api_url` and `token` apart.
pub fn set(
    api_url: Option<ApiUrl>,
    token: Option<String>,
    headers: Option<Object>,
    timeout: Option<u32>,
    retries: Option<u32>,
) -> Result<(), Box<Error>> {
    IN_FORCE.with(|config| {
        let mut config = config.borrow_mut();
        if api_url.is_some() {
            // A token never travels to another API by accident.
            if config.api_url.is_some() && config.api_url != api_url {
                config.token = None;
            }
            config.api_url = api_url;
        } else if config.api_url.is_none() {
            return Err(Error::invalid("apiURL", "is missing: the first setup needs it"));
        }
        if token.is_some() {
            config.token = token;
        }
        config.headers = headers;
        config.timeout = timeout.unwrap_or(TIMEOUT);
        config.retries = retries.unwrap_or(RETRIES);
        Ok(())
    })
}

/// Puts a token in force.
pub fn set_token(token: Option<String>) {
    IN_FORCE.with(|config| config.borrow_mut().token = token);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::error::Code;

    fn setup(api_url: Option<&str>, token: Option<&str>) -> Result<(), Box<Error>> {
        set(api_url.map(|url| ApiUrl::parse(url, url).unwrap()), token.map(Into::into), None, None, None)
    }

    /// The token after a row of setups; each test thread has a configuration of its own.
    fn token_after(setups: &[(Option<&str>, Option<&str>)]) -> Option<String> {
        for (api_url, token) in setups {
            setup(*api_url, *token).unwrap();
        }
        in_force(|config| config.token.clone())
    }

    #[test]
    fn a_token_stays_with_its_api() {
        let (a, b) = (Some("https://a.example/0"), Some("https://b.example/0"));
        assert_eq!(token_after(&[(a, Some("t")), (None, None)]).as_deref(), Some("t"));
        assert_eq!(token_after(&[(a, Some("t")), (Some("https://a.example/0/"), None)]).as_deref(), Some("t"));
        assert_eq!(token_after(&[(a, Some("t")), (b, None)]), None);
        assert_eq!(token_after(&[(a, Some("t")), (Some("https://a.example/"), None)]), None);
        assert_eq!(token_after(&[(a, Some("t")), (b, Some("u"))]).as_deref(), Some("u"));
    }

    #[test]
    fn the_first_setup_needs_an_api_and_keeps_an_earlier_token() {
        set_token(Some("early".into()));
        assert_eq!(setup(None, Some("t")).unwrap_err().code, Code::InvalidArgument);
        assert_eq!(token_after(&[]).as_deref(), Some("early"));
        assert_eq!(token_after(&[(Some("https://a.example/"), None)]).as_deref(), Some("early"));
    }

    #[test]
    fn what_a_setup_leaves_out_goes_back_to_its_default() {
        set(ApiUrl::parse("https://a.example/", "https://a.example/").ok(), None, None, Some(5), Some(0)).unwrap();
        in_force(|config| assert_eq!((config.timeout, config.retries), (5, 0)));
        setup(None, None).unwrap();
        in_force(|config| {
            assert_eq!((config.timeout, config.retries), (TIMEOUT, RETRIES));
            assert!(config.api_url.is_some());
        });
    }
}
