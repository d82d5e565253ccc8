//! Start and finish-status: request out, answer checked, nothing else.

use crate::api_url::{ApiUrl, is_loopback};
use crate::config;
use crate::error::{Code, Error};
use crate::options::{CreateSession, FinishStatus, Headers, Limits};
use crate::platform;
use crate::retry::Method;
use crate::transport::{Call, Stop, invalid_response};
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsValue;

/// The version of the API that this crate speaks.
const API_VERSION: (&str, &str) = ("api-version", "1.0");

/// A checked call, ready to be made.
pub struct Prepared {
    call: Call,
    check: fn(&Object) -> Result<(), Error>,
    warning: Option<&'static str>,
}

/// `POST /omni/start`.
pub fn start(given: CreateSession, started: f64) -> Prepared {
    let config = config::in_force();
    // Custom headers go only to the API that they were set with.
    let (api_url, mut headers) = match given.api_url {
        Some(own) => (own, Headers::new()),
        None => (
            config.api_url.clone().unwrap_or_else(ApiUrl::demo),
            config.headers.clone(),
        ),
    };
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case(API_KEY));
    headers.push((API_KEY.into(), given.api_key));
    headers.push(("content-type".into(), "application/json".into()));
    let mut call = call(
        Method::Post,
        &api_url,
        "/omni/start",
        headers,
        None,
        given.limits,
        &config,
        started,
    );
    call.body = JSON::stringify(&given.body).ok();
    Prepared {
        call,
        check: check_session,
        warning: is_public_page().then_some(PUBLIC_KEY),
    }
}

/// `GET /omni/finish-status`.
pub fn finish_status(given: FinishStatus, started: f64) -> Result<Prepared, Error> {
    let config = config::in_force();
    let missing = |what| Error::new(Code::NotConfigured, what);
    let Some(api_url) = &config.api_url else {
        return Err(missing(
            "no apiURL is in force: call setup({ apiURL, token }) first (after an INTERNAL error, again)",
        ));
    };
    let Some(token) = given.token.or_else(|| config.token.clone()) else {
        return Err(missing(
            "no token is in force: pass it to setup, initializeSession or this call",
        ));
    };
    let mut headers = config.headers.clone();
    headers.push(("x-incode-hardware-id".into(), token.clone()));
    let endpoint = match &given.flow_id {
        Some(id) => ["/omni/finish-status?flowId=", &percent_encode(id)].concat(),
        None => "/omni/finish-status".into(),
    };
    let call = call(
        Method::Get,
        api_url,
        &endpoint,
        headers,
        Some(token),
        given.limits,
        &config,
        started,
    );
    Ok(Prepared {
        call,
        check: complete_status,
        warning: None,
    })
}

impl Prepared {
    /// Whether the caller gave it up before it began.
    pub fn is_aborted(&self) -> bool {
        self.call
            .signal
            .as_ref()
            .is_some_and(|signal| signal.aborted())
    }

    /// Makes the call. The error is a plain object for the facade, `undefined` for the caller's own abort.
    pub async fn run(self) -> Result<JsValue, JsValue> {
        match self.call.answer(self.check).await {
            Ok(answer) => {
                self.warning.into_iter().for_each(crate::warn_once);
                Ok(answer)
            }
            Err(Stop::Aborted) => Err(JsValue::UNDEFINED),
            Err(Stop::Failed(error)) => Err(error.into_js()),
        }
    }
}

const API_KEY: &str = "x-api-key";

#[expect(
    clippy::too_many_arguments,
    reason = "one place that puts a call together"
)]
fn call(
    method: Method,
    api_url: &ApiUrl,
    endpoint: &str,
    mut headers: Headers,
    token: Option<String>,
    limits: Limits,
    config: &config::Config,
    started: f64,
) -> Call {
    headers.push((API_VERSION.0.into(), API_VERSION.1.into()));
    let telling = |name: &str| {
        [API_KEY, "authorization", "x-incode-hardware-id"]
            .iter()
            .any(|secret| name.eq_ignore_ascii_case(secret))
    };
    let secrets = headers
        .iter()
        .filter(|(name, _)| telling(name))
        .map(|(_, value)| value.clone())
        .collect();
    Call {
        method,
        url: api_url.join(endpoint),
        origin: api_url.origin().into(),
        headers,
        body: None,
        secrets,
        token,
        signal: limits.signal,
        started,
        timeout: limits.timeout.unwrap_or(config.timeout),
        retries: limits.retries.unwrap_or(config.retries),
    }
}

fn check_session(answer: &Object) -> Result<(), Error> {
    let token = platform::property(answer, &"token".into()).as_string();
    if token.is_some_and(|token| !token.is_empty()) {
        Ok(())
    } else {
        Err(invalid_response("the answer has no usable token"))
    }
}

/// What callers may count on being there.
fn complete_status(answer: &Object) -> Result<(), Error> {
    for (name, default) in [
        ("action", "none"),
        ("scoreStatus", "UNKNOWN"),
        ("redirectionUrl", ""),
    ] {
        let name = JsValue::from(name);
        if platform::property(answer, &name).is_null_or_undefined() {
            let _ = Reflect::set(answer, &name, &default.into());
        }
    }
    Ok(())
}

/// As `encodeURIComponent`, but that a lone surrogate becomes U+FFFD instead of an exception.
fn percent_encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.extend([
                '%',
                HEX[usize::from(byte >> 4)].into(),
                HEX[usize::from(byte & 15)].into(),
            ]);
        }
    }
    encoded
}

const PUBLIC_KEY: &str = "incode-core: createSession runs in a public page, where everybody can read the API key. \
    Create sessions on your backend, and hand only the token to the page.";

fn is_public_page() -> bool {
    let host = platform::LOCATION.with(|location| {
        location
            .as_ref()
            .and_then(|location| location.hostname().ok())
    });
    host.is_some_and(|host| !host.is_empty() && !is_loopback(&host))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encodes_what_means_something_in_a_query() {
        assert_eq!(
            percent_encode("a b&c=d/é+%"),
            "a%20b%26c%3Dd%2F%C3%A9%2B%25"
        );
        assert_eq!(percent_encode("AZaz09-_.!~*'()"), "AZaz09-_.!~*'()");
    }

    proptest! {
        #[test]
        fn nothing_breaks_out_of_a_query(text in "\\PC{0,20}") {
            let encoded = percent_encode(&text);
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic() && !b"&=#?/+\"<>".contains(&byte)));
        }
    }
}
