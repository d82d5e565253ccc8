//! One error for everything: its code, its fields, its redaction, its way to JavaScript.

use crate::object::object;
use crate::platform;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

/// The `code` of an `IncodeError`, under the names that JavaScript sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Code {
    /// The name that JavaScript sees.
    fn name(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::NotConfigured => "NOT_CONFIGURED",
            Self::Unsupported => "UNSUPPORTED",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::SessionExpired => "SESSION_EXPIRED",
            Self::RateLimited => "RATE_LIMITED",
            Self::ClientError => "CLIENT_ERROR",
            Self::ServerError => "SERVER_ERROR",
            Self::Network => "NETWORK",
            Self::Timeout => "TIMEOUT",
            Self::InvalidResponse => "INVALID_RESPONSE",
        }
    }
}

/// What becomes an `IncodeError` in the facade. Absent fields are no properties there.
#[derive(Debug)]
pub struct Error {
    /// The kind of failure.
    pub code: Code,
    /// One sentence for a person, without secrets.
    pub message: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The API's error object, redacted, or `undefined`.
    pub api: JsValue,
    /// ms that the API asked to wait.
    pub retry_after: Option<f64>,
    /// What fetch rejected with, or `undefined`.
    pub cause: JsValue,
}

impl Error {
    /// An error that knows nothing but its code and message.
    pub fn new(code: Code, message: String) -> Box<Self> {
        let (api, cause) = (JsValue::UNDEFINED, JsValue::UNDEFINED);
        Box::new(Self { code, message, status: None, api, retry_after: None, cause })
    }

    /// The caller's input: `name` is what was handed in, `problem` what is wrong with it.
    pub fn invalid(name: &str, problem: &str) -> Box<Self> {
        Self::new(Code::InvalidArgument, concat(&[name, " ", problem]))
    }

    /// The plain object from which the facade makes an `IncodeError`. `attempts` is how many requests were made.
    pub fn to_js(&self, attempts: u32) -> JsValue {
        let attempts = Some(attempts).filter(|attempts| *attempts > 0);
        object(&[
            ("code", self.code.name().into()),
            ("message", self.message.as_str().into()),
            ("status", self.status.into()),
            ("api", self.api.clone()),
            ("retryAfter", self.retry_after.into()),
            ("attempts", attempts.into()),
            ("cause", self.cause.clone()),
        ])
    }
}

/// Texts one after the other; `[_]::concat` weighs a kilobyte.
pub fn concat(parts: &[&str]) -> String {
    let mut whole = String::new();
    parts.iter().for_each(|part| whole.push_str(part));
    whole
}

/// A number in decimal; `ToString` weighs a kilobyte.
pub fn decimal(number: u32) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// How many characters of a secret in a row give it away. Shorter pieces occur by chance.
const PIECE: usize = 6;

/// The text without any secret or piece of one, whatever its case.
pub fn redact(text: &str, secrets: &[String]) -> String {
    let mut clean = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length =
            secrets.iter().map(|secret| shared_length(rest.as_bytes(), secret.as_bytes())).max().unwrap_or_default();
        // Secrets are ASCII, so what matches one begins and ends at character boundaries; so do characters.
        let length = if length > 0 {
            clean.push_str(REDACTED);
            length
        } else {
            let length = (1..=4).find(|length| rest.is_char_boundary(*length)).unwrap_or(rest.len());
            clean.push_str(rest.get(..length).unwrap_or_default());
            length
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    clean
}

/// How far the beginning of a text agrees with some part of a secret; 0 where that is less than a piece.
fn shared_length(text: &[u8], secret: &[u8]) -> usize {
    let agreement = |start| {
        let part = secret.iter().skip(start);
        text.iter().zip(part).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let longest = (0..secret.len()).map(agreement).max().unwrap_or_default();
    if longest >= PIECE.min(secret.len()) { longest } else { 0 }
}

/// How deep the API's error object is followed; what lies deeper is withheld.
const DEPTH: u32 = 16;

/// A copy of a JSON value without secrets: in strings, numbers and property names.
pub fn scrub(value: &JsValue, secrets: &[String]) -> JsValue {
    scrub_to(DEPTH, value, secrets)
}

fn scrub_to(depth: u32, value: &JsValue, secrets: &[String]) -> JsValue {
    if !value.is_object() {
        let text = platform::text(value);
        let clean = redact(&text, secrets);
        return if clean == text { value.clone() } else { clean.into() };
    }
    if depth == 0 {
        return REDACTED.into();
    }
    let scrub = |value: &JsValue| scrub_to(depth - 1, value, secrets);
    if let Some(list) = value.dyn_ref::<Array>() {
        return list.iter().map(|item| scrub(&item)).collect::<Array>().into();
    }
    let entries: Array = Object::entries(value.unchecked_ref())
        .iter()
        .map(|entry| entry.unchecked_ref::<Array>().iter().map(|part| scrub(&part)).collect::<Array>())
        .collect();
    Object::from_entries(&entries).map_or(JsValue::UNDEFINED, JsValue::from)
}

/// The value itself where neither it nor anything it leads to holds a secret, else `undefined`: a page's own `fetch` may reject
/// with anything, its request and headers included, and what can't be searched to its end isn't passed on.
pub fn unless_telling(value: JsValue, secrets: &[String]) -> JsValue {
    let is_clean = platform::texts(&value).is_some_and(|texts| redact(&texts, secrets) == texts);
    if is_clean { value } else { JsValue::UNDEFINED }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets() -> Vec<String> {
        vec!["sk_live_Zq81".into(), "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl".into(), "k1".into()]
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
            assert_eq!(redact(text, &secrets()), clean);
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["", "Unauthorized", "live", "/omni/start", "signature"] {
            assert_eq!(redact(text, &secrets()), text);
        }
        assert_eq!(redact("anything", &[]), "anything");
    }

    proptest! {
        #[test]
        fn no_piece_survives(before in "\\PC{0,12}", after in "\\PC{0,12}", secret in "[!-~]{6,60}", from in 0usize..60, length in 6usize..60) {
            let from = from.min(secret.len() - PIECE);
            let piece = &secret[from..(from + length).min(secret.len())];
            prop_assume!(piece.len() >= PIECE);
            let clean = redact(&[&before, piece, &after].concat(), std::slice::from_ref(&secret));
            // Piece by piece: what `[redacted]` itself says may well be part of a secret.
            for rest in clean.split(REDACTED) {
                prop_assert!(!(0..=secret.len() - PIECE).any(|start| rest.contains(&secret[start..start + PIECE])));
            }
        }
    }
}
