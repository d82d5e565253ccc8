//! Start and finish-status: request out, answer checked, nothing else.

use crate::api_url::{ApiUrl, is_loopback};
use crate::config;
use crate::error::{Code, Error};
use crate::options::Options;
use crate::platform;
use crate::transport::{API_KEY, Call, TOKEN, invalid_response};
use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The version of the API that this crate speaks.
const VERSION: (&str, &str) = ("api-version", "1.0");

/// `POST /omni/start`.
pub fn start(api_key: &str, given: &Options, started: f64) -> Call {
    config::in_force(|config| {
        // Custom headers go only to the API that they were set with.
        let (api_url, custom) = match &given.api_url {
            Some(own) => (own, None),
            None => (config.api_url.as_ref().unwrap_or(&ApiUrl::DEMO), config.headers.as_ref()),
        };
        #[cfg(feature = "provoke-panic")]
        assert!(platform::property(&given.body, &"configurationId".into()) != "provoke-panic");
        let body = JSON::stringify(&given.body).map_or(JsValue::UNDEFINED, JsValue::from);
        let headers = headers(custom, &[(API_KEY, api_key), ("content-type", "application/json"), VERSION]);
        Call::new(api_url.join("/omni/start"), headers, body, check_session, given, config, started)
    })
}

/// `GET /omni/finish-status`.
pub fn finish_status(flow_id: Option<String>, given: &Options, started: f64) -> Result<Call, Box<Error>> {
    config::in_force(|config| {
        let missing = |what: &str| Err(Error::new(Code::NotConfigured, what.into()));
        let Some(api_url) = &config.api_url else {
            return missing(
                "no apiURL is in force: call setup({ apiURL, token }) first (again after an INTERNAL error)",
            );
        };
        let Some(token) = given.token.as_ref().or(config.token.as_ref()) else {
            return missing("no token is in force: pass it to setup, initializeSession or this call");
        };
        let mut url = api_url.join("/omni/finish-status");
        if let Some(id) = flow_id {
            url.push_str("?flowId=");
            percent_encode(&id, &mut url);
        }
        let headers = headers(config.headers.as_ref(), &[(TOKEN, token), VERSION]);
        Ok(Call::new(url, headers, JsValue::UNDEFINED, complete_status, given, config, started))
    })
}

/// Headers of a call's own over the custom ones.
fn headers(custom: Option<&Object>, own: &[(&str, &str)]) -> Object {
    let headers = Object::create(JsValue::NULL.unchecked_ref());
    if let Some(custom) = custom {
        Object::assign(&headers, custom);
    }
    for (name, value) in own {
        let _ = Reflect::set(&headers, &(*name).into(), &(*value).into());
    }
    headers
}

fn check_session(answer: &JsValue) -> Result<(), Box<Error>> {
    #[cfg(feature = "provoke-panic")]
    assert!(platform::property(answer, &"token".into()) != "provoke-panic");
    match platform::property(answer, &"token".into()).as_string() {
        Some(token) if !token.is_empty() => {
            let host = platform::hostname();
            if !host.is_empty() && !is_loopback(&host) {
                crate::warn_once(Some(PUBLIC_KEY.into()));
            }
            Ok(())
        }
        _ => Err(invalid_response("the answer has no usable token")),
    }
}

/// What callers may count on being there.
fn complete_status(answer: &JsValue) -> Result<(), Box<Error>> {
    for (name, default) in [("action", "none"), ("scoreStatus", "UNKNOWN"), ("redirectionUrl", "")] {
        let name = JsValue::from(name);
        if platform::property(answer, &name).is_null_or_undefined() {
            let _ = Reflect::set(answer, &name, &default.into());
        }
    }
    Ok(())
}

/// As `encodeURIComponent`, but that a lone surrogate becomes U+FFFD instead of an exception.
fn percent_encode(text: &str, encoded: &mut String) {
    let hex = |digit| char::from(digit + if digit < 10 { b'0' } else { b'A' - 10 });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')')
        {
            encoded.push(byte.into());
        } else {
            encoded.push('%');
            encoded.push(hex(byte >> 4));
            encoded.push(hex(byte & 15));
        }
    }
}

const PUBLIC_KEY: &str = "incode-core: createSession runs in a public page, where everybody can read the API key. \
    Create sessions on your backend, and hand only the token to the page.";

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        let mut encoded = String::new();
        percent_encode(text, &mut encoded);
        encoded
    }

    #[test]
    fn encodes_what_means_something_in_a_query() {
        assert_eq!(encoded("a b&c=d/é+%"), "a%20b%26c%3Dd%2F%C3%A9%2B%25");
        assert_eq!(encoded("AZaz09-_.!~*'()"), "AZaz09-_.!~*'()");
    }

    proptest! {
        #[test]
        fn nothing_breaks_out_of_a_query(text in "\\PC{0,20}") {
            prop_assert!(encoded(&text).bytes().all(|byte| byte.is_ascii_graphic() && !b"&=#?/+\"<>".contains(&byte)));
        }
    }
}
