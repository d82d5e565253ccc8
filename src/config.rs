//! What is in force: set all at once or not at all, and taken as a whole by each call when it starts.

use crate::api_url::ApiUrl;
use crate::error::{Code, Error};
use crate::options::{Headers, RETRIES, Setup, TIMEOUT};
use std::cell::RefCell;

/// What calls go by.
#[derive(Clone)]
pub struct Config {
    /// The API, once `setup` named it.
    pub api_url: Option<ApiUrl>,
    /// The session's token.
    pub token: Option<String>,
    /// Sent with every request to `api_url`, and nowhere else.
    pub headers: Headers,
    /// ms for one call.
    pub timeout: u32,
    /// How often a failed attempt is repeated.
    pub retries: u32,
}

thread_local! {
    static IN_FORCE: RefCell<Config> =
        const { RefCell::new(Config { api_url: None, token: None, headers: vec![], timeout: TIMEOUT, retries: RETRIES }) };
}

/// What is in force now.
pub fn in_force() -> Config {
    IN_FORCE.with_borrow(Clone::clone)
}

/// Puts what `setup` was given in force.
pub fn set(setup: Setup) -> Result<(), Error> {
    IN_FORCE.with_borrow_mut(|config| {
        let moved =
            matches!((&config.api_url, &setup.api_url), (Some(old), Some(new)) if old != new);
        let api_url = setup.api_url.or_else(|| config.api_url.clone());
        if api_url.is_none() {
            return Err(Error::new(
                Code::InvalidArgument,
                "apiURL is missing: the first setup needs it",
            ));
        }
        // A token never travels to another API by accident.
        let kept = config.token.take().filter(|_| !moved);
        *config = Config {
            api_url,
            token: setup.token.or(kept),
            headers: setup.headers,
            timeout: setup.timeout,
            retries: setup.retries,
        };
        Ok(())
    })
}

/// Puts a token in force.
pub fn set_token(token: String) {
    IN_FORCE.with_borrow_mut(|config| config.token = Some(token));
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn setup(api_url: Option<&str>, token: Option<&str>) -> Setup {
        let api_url = api_url.map(|url| ApiUrl::parse(url, url).unwrap());
        Setup {
            api_url,
            token: token.map(Into::into),
            headers: vec![],
            timeout: TIMEOUT,
            retries: RETRIES,
            warning: None,
        }
    }

    /// The token after a row of setups; each test thread has a configuration of its own.
    fn token_after(setups: &[(Option<&str>, Option<&str>)]) -> Option<String> {
        for (api_url, token) in setups {
            set(setup(*api_url, *token)).unwrap();
        }
        in_force().token
    }

    #[test]
    fn a_token_stays_with_its_api() {
        let (a, b) = (Some("https://a.example/0"), Some("https://b.example/0"));
        assert_eq!(
            token_after(&[(a, Some("t")), (None, None)]).as_deref(),
            Some("t")
        );
        assert_eq!(
            token_after(&[(a, Some("t")), (Some("https://a.example/0/"), None)]).as_deref(),
            Some("t")
        );
        assert_eq!(token_after(&[(a, Some("t")), (b, None)]), None);
        assert_eq!(
            token_after(&[(a, Some("t")), (Some("https://a.example/"), None)]),
            None
        );
        assert_eq!(
            token_after(&[(a, Some("t")), (b, Some("u"))]).as_deref(),
            Some("u")
        );
    }

    #[test]
    fn the_first_setup_needs_an_api_and_keeps_an_earlier_token() {
        set_token("early".into());
        assert_eq!(
            set(setup(None, Some("t"))).unwrap_err().code,
            Code::InvalidArgument
        );
        assert_eq!(in_force().token.as_deref(), Some("early"));
        assert_eq!(
            token_after(&[(Some("https://a.example/"), None)]).as_deref(),
            Some("early")
        );
    }

    #[test]
    fn what_a_setup_leaves_out_goes_back_to_its_default() {
        let mut first = setup(Some("https://a.example/"), None);
        (first.timeout, first.retries, first.headers) = (5, 0, vec![("x-a".into(), "1".into())]);
        set(first).unwrap();
        set(setup(None, None)).unwrap();
        let config = in_force();
        assert_eq!(
            (config.timeout, config.retries, config.headers.len()),
            (TIMEOUT, RETRIES, 0)
        );
        assert!(config.api_url.is_some());
    }
}
