//! One error for everything: its code, its fields, its redaction, its way to JavaScript.

use crate::platform;
use js_sys::{Array, Object};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

/// The `code` of an `IncodeError`, under the names that JavaScript sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The caller's input; no request was made.
    InvalidArgument,
    /// No token, or no apiURL, for the call; no request was made.
    NotConfigured,
    /// End-to-end encryption was asked for.
    Unsupported,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 401 or 403 to a token whose `exp` has passed.
    SessionExpired,
    /// 429.
    RateLimited,
    /// Any other 4xx.
    ClientError,
    /// Any 5xx.
    ServerError,
    /// fetch failed, or answered with a redirect.
    Network,
    /// The call's time ran out.
    Timeout,
    /// A 2xx that can't be used.
    InvalidResponse,
}

/// What becomes an `IncodeError` in the facade. Absent fields are no properties there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Error {
    /// The kind of failure.
    pub code: Code,
    /// One sentence for a person, without secrets.
    pub message: String,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The API's error object, redacted.
    #[serde(
        with = "serde_wasm_bindgen::preserve",
        skip_serializing_if = "JsValue::is_undefined"
    )]
    pub api: JsValue,
    /// ms that the API asked to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<f64>,
    /// Requests made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// What fetch rejected with.
    #[serde(
        with = "serde_wasm_bindgen::preserve",
        skip_serializing_if = "JsValue::is_undefined"
    )]
    pub cause: JsValue,
}

impl Error {
    /// An error that knows nothing but its code and message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            code,
            message,
            status: None,
            api: JsValue::UNDEFINED,
            retry_after: None,
            attempts: None,
            cause: JsValue::UNDEFINED,
        }
    }

    /// The caller's input: `name` is what was handed in, `problem` what is wrong with it.
    pub fn invalid(name: &str, problem: &str) -> Self {
        Self::new(Code::InvalidArgument, [name, " ", problem].concat())
    }

    /// The plain object from which the facade makes an `IncodeError`.
    pub fn into_js(self) -> JsValue {
        to_js(&self)
    }
}

/// A plain JavaScript object of a value whose serialisation can't fail.
pub fn to_js(value: &impl Serialize) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or_default()
}

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// How many characters of a secret in a row give it away. Shorter pieces occur by chance.
const PIECE: usize = 6;

/// The text without any secret or piece of one, whatever its case; `None` where it holds none.
pub fn redact(text: &str, secrets: &[String]) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut clean, mut kept, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        let length = secrets
            .iter()
            .map(|secret| shared_length(&bytes[at..], secret.as_bytes()))
            .max()
            .unwrap_or_default();
        if length > 0 {
            // Secrets are ASCII, so what matches one begins and ends at character boundaries.
            clean.push_str(&text[kept..at]);
            clean.push_str(REDACTED);
            kept = at + length;
        }
        at += length.max(1);
    }
    clean.push_str(&text[kept..]);
    (kept > 0).then_some(clean)
}

/// How far the beginning of a text agrees with some part of a secret; 0 where that is less than a piece.
fn shared_length(text: &[u8], secret: &[u8]) -> usize {
    let agreement = |start: usize| {
        text.iter()
            .zip(&secret[start..])
            .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
            .count()
    };
    let longest = (0..secret.len()).map(agreement).max().unwrap_or_default();
    if longest >= PIECE.min(secret.len()) {
        longest
    } else {
        0
    }
}

/// How deep the API's error object is followed; what lies deeper is withheld.
const DEPTH: u32 = 16;

/// A copy of a JSON value without secrets: in strings, numbers and property names.
pub fn scrub(value: &JsValue, secrets: &[String]) -> JsValue {
    scrub_to(DEPTH, value, secrets)
}

fn scrub_to(depth: u32, value: &JsValue, secrets: &[String]) -> JsValue {
    if !value.is_object() {
        return redact(&platform::text(value), secrets)
            .map_or_else(|| value.clone(), JsValue::from);
    }
    if depth == 0 {
        return REDACTED.into();
    }
    let scrub = |value: &JsValue| scrub_to(depth - 1, value, secrets);
    if let Some(list) = value.dyn_ref::<Array>() {
        return list
            .iter()
            .map(|item| scrub(&item))
            .collect::<Array>()
            .into();
    }
    let entries: Array = Object::entries(value.unchecked_ref())
        .iter()
        .map(|entry| {
            entry
                .unchecked_ref::<Array>()
                .iter()
                .map(|part| scrub(&part))
                .collect::<Array>()
        })
        .collect();
    Object::from_entries(&entries).map_or(JsValue::UNDEFINED, JsValue::from)
}

/// How many values are looked at in search of a secret.
const VALUES: u32 = 100;

/// The value itself where neither it nor anything reachable from it holds a secret, else `undefined`: a page's own `fetch` may
/// reject with anything, its request and headers included, and what can't be searched to its end isn't passed on.
pub fn unless_telling(value: JsValue, secrets: &[String]) -> JsValue {
    if is_clean(&value, secrets, &mut { VALUES }) {
        value
    } else {
        JsValue::UNDEFINED
    }
}

fn is_clean(value: &JsValue, secrets: &[String], values: &mut u32) -> bool {
    if *values == 0 || value.is_function() {
        return false;
    }
    *values -= 1;
    let mut own = [value.clone()]
        .into_iter()
        .filter(|value| value.is_object());
    redact(&platform::text(value), secrets).is_none()
        && own.all(|object| {
            // `stack` is no own property in every engine.
            Object::get_own_property_names(object.unchecked_ref::<Object>())
                .iter()
                .chain(["stack".into()])
                .all(|name| {
                    is_clean(&name, secrets, values)
                        && is_clean(&platform::property(&object, &name), secrets, values)
                })
        })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets() -> Vec<String> {
        vec![
            "sk_live_Zq81".into(),
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl".into(),
            "k1".into(),
        ]
    }

    #[test]
    fn hides_secrets_whole_in_part_and_in_any_case() {
        for (text, clean) in [
            ("key sk_live_Zq81 is wrong", "key [redacted] is wrong"),
            ("sk_live_…", "[redacted]…"),
            ("ends in ve_Zq81", "ends in [redacted]"),
            ("SK_LIVE_ZQ81", "[redacted]"),
            ("ésk_live_Zq81é", "é[redacted]é"),
            ("Bearer eyJhbGciOiJI...", "Bearer [redacted]..."),
            ("sk_live_Zq81sk_live_Zq81", "[redacted][redacted]"),
            ("k1", "[redacted]"),
        ] {
            assert_eq!(redact(text, &secrets()).as_deref(), Some(clean));
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["", "Unauthorized", "live", "/omni/start", "signature"] {
            assert_eq!(redact(text, &secrets()), None, "{text}");
        }
        assert_eq!(redact("anything", &[]), None);
    }

    proptest! {
        #[test]
        fn no_piece_survives(before in "\\PC{0,12}", after in "\\PC{0,12}", secret in "[!-~]{6,60}", from in 0usize..60, length in 6usize..60) {
            let from = from.min(secret.len() - PIECE);
            let piece = &secret[from..(from + length).min(secret.len())];
            prop_assume!(piece.len() >= PIECE);
            let clean = redact(&[&before, piece, &after].concat(), std::slice::from_ref(&secret)).expect("a secret was there");
            // Piece by piece: what `[redacted]` itself says may well be part of a secret.
            for rest in clean.split(REDACTED) {
                prop_assert!(!(0..=secret.len() - PIECE).any(|start| rest.contains(&secret[start..start + PIECE])));
            }
        }
    }
}
