//! One error for everything: its code, its fields, its redaction, its way to JavaScript.

use crate::object::object;
use crate::platform;
use wasm_bindgen::JsValue;

/// What fails, fails with the plain object of which the facade makes an `IncodeError`.
pub type Result<T, E = JsValue> = std::result::Result<T, E>;

/// The `code` of an `IncodeError`.
#[derive(Clone, Copy)]
pub struct Code(&'static str);

impl Code {
    /// The caller's input; no request was made.
    pub const INVALID_ARGUMENT: Self = Self("INVALID_ARGUMENT");
    /// No token, or no apiURL, for the call; no request was made.
    pub const NOT_CONFIGURED: Self = Self("NOT_CONFIGURED");
    /// End-to-end encryption was asked for.
    pub const UNSUPPORTED: Self = Self("UNSUPPORTED");
    /// 401.
    pub const UNAUTHORIZED: Self = Self("UNAUTHORIZED");
    /// 403.
    pub const FORBIDDEN: Self = Self("FORBIDDEN");
    /// 401 or 403 to a token whose `exp` has passed.
    pub const SESSION_EXPIRED: Self = Self("SESSION_EXPIRED");
    /// 429.
    pub const RATE_LIMITED: Self = Self("RATE_LIMITED");
    /// Any other 4xx.
    pub const CLIENT_ERROR: Self = Self("CLIENT_ERROR");
    /// Any 5xx.
    pub const SERVER_ERROR: Self = Self("SERVER_ERROR");
    /// fetch failed, or answered with a redirect.
    pub const NETWORK: Self = Self("NETWORK");
    /// The call's time ran out.
    pub const TIMEOUT: Self = Self("TIMEOUT");
    /// A 2xx that can't be used.
    pub const INVALID_RESPONSE: Self = Self("INVALID_RESPONSE");
}

/// An error that knows its code and message: one sentence for a person, without secrets. What else is known is set on it.
pub fn error(code: Code, message: &str) -> JsValue {
    object(&[("code", code.0), ("message", message)]).into()
}

/// The caller's input: `name` is what was handed in, `problem` what is wrong with it.
pub fn invalid(name: &str, problem: &str) -> JsValue {
    error(Code::INVALID_ARGUMENT, &concat(&[name, " ", problem]))
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

/// The text without any secret or piece of one, whatever its case. `secrets` are lines of ASCII.
pub fn redact(text: &str, secrets: &str) -> String {
    let mut clean = String::new();
    let (mut kept, mut at) = (0, 0);
    while at < text.len() {
        let length = shared(text.as_bytes().get(at..).unwrap_or_default(), secrets.as_bytes());
        if length > 0 {
            // What matches ASCII begins and ends at character boundaries.
            clean.push_str(text.get(kept..at).unwrap_or_default());
            clean.push_str(REDACTED);
            kept = at + length;
        }
        at += length.max(1);
    }
    clean.push_str(text.get(kept..).unwrap_or_default());
    clean
}

/// How far the beginning of a text agrees with some part of a secret; 0 where that is neither a piece nor a whole secret.
fn shared(text: &[u8], secrets: &[u8]) -> usize {
    let mut longest = 0;
    for secret in secrets.split(|byte| *byte == b'\n') {
        for start in 0..secret.len() {
            let part = secret.get(start..).unwrap_or_default();
            let length = text.iter().zip(part).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
            if length > longest && (length >= PIECE || length == secret.len()) {
                longest = length;
            }
        }
    }
    longest
}

/// A copy of an object of JSON without secrets: in strings, numbers and property names; `undefined` where there is none.
pub fn scrub(object: &JsValue, secrets: &str) -> JsValue {
    // JSON writes quotes and backslashes in a secret otherwise than a header does.
    let mut escaped = String::new();
    for byte in secrets.bytes() {
        if matches!(byte, b'"' | b'\\') {
            escaped.push('\\');
        }
        escaped.push(byte.into());
    }
    let json = platform::stringify(object).as_string().unwrap_or_default();
    platform::parse(&redact(&json, &escaped))
}

/// Whether a value, or anything that it leads to, holds a secret: a page's own `fetch` may reject with anything, its request and
/// headers included. What can't be searched to its end counts as telling.
pub fn is_telling(value: &JsValue, secrets: &str) -> bool {
    let texts = platform::texts(value).as_string().unwrap_or_default();
    texts.is_empty() || redact(&texts, secrets) != texts
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRETS: &str = "sk_live_Zq81\neyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl\nk1";

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
            assert_eq!(redact(text, SECRETS), clean);
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["", "Unauthorized", "live", "/omni/start", "signature"] {
            assert_eq!(redact(text, SECRETS), text);
        }
        assert_eq!(redact("anything", ""), "anything");
    }

    proptest! {
        #[test]
        fn no_piece_survives(before in "\\PC{0,12}", after in "\\PC{0,12}", secret in "[!-~]{6,60}", from in 0usize..60, length in 6usize..60) {
            let from = from.min(secret.len() - PIECE);
            let piece = &secret[from..(from + length).min(secret.len())];
            prop_assume!(piece.len() >= PIECE);
            let clean = redact(&[&before, piece, &after].concat(), &secret);
            // Piece by piece: what `[redacted]` itself says may well be part of a secret.
            for rest in clean.split(REDACTED) {
                prop_assert!(!(0..=secret.len() - PIECE).any(|start| rest.contains(&secret[start..start + PIECE])));
            }
        }
    }
}
