//! What a session token says of itself.

use crate::api_url::until;

/// When a JWT says that it ends (`exp`), in seconds since 1970; `None` for anything that isn't a JWT with a numeric `exp`.
/// The signature is the API's business: this only tells an expired session from a wrong token in an error.
pub fn expiry(token: &str) -> Option<f64> {
    let payload = token.get(until(token, b".").len() + 1..)?;
    let signature = payload.get(until(payload, b".").len() + 1..)?;
    let is_jwt = until(signature, b".") == signature;
    is_jwt.then(|| top_level_number(&decode_base64url(until(payload, b"."))?, b"exp"))?
}

fn decode_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

/// The number under a key of a JSON object, the last one if there are several, as `JSON.parse` would have it.
/// Only so much of JSON as that needs: a JSON parser in the wasm would weigh more than all else in this file.
fn top_level_number(json: &[u8], key: &[u8]) -> Option<f64> {
    let (mut depth, mut at, mut found) = (0u32, 0, None);
    while let Some(&byte) = json.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let start = at;
                while *json.get(at)? != b'"' {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
                let text = &json[start..at];
                at += 1;
                let rest = json[at..].trim_ascii_start();
                if depth == 1 && text == key && rest.first() == Some(&b':') {
                    found = leading_number(rest[1..].trim_ascii_start());
                }
            }
            _ => {}
        }
    }
    found
}

/// Whole seconds are enough: a fraction is dropped, an exponent makes it no number.
fn leading_number(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let exponent =
        digits[length..].iter().take_while(|byte| !matches!(byte, b',' | b'}')).any(|byte| matches!(byte, b'e' | b'E'));
    if length == 0 || exponent {
        return None;
    }
    let value = digits[..length].iter().fold(0.0, |value, digit| value * 10.0 + f64::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode_base64url(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        bytes
            .chunks(3)
            .flat_map(|chunk| {
                let bits =
                    chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
                (0..=chunk.len()).map(move |at| ALPHABET[(bits >> (18 - 6 * at) & 63) as usize] as char)
            })
            .collect()
    }

    fn jwt(payload: &str) -> String {
        ["eyJhbGciOiJIUzI1NiJ9", &encode_base64url(payload.as_bytes()), "c2ln"].join(".")
    }

    #[test]
    fn reads_exp_at_the_top_level_only() {
        for (payload, expected) in [
            (r#"{"exp":1700000000}"#, Some(1_700_000_000.0)),
            (r#"{"sub":"a\"exp\":1","exp" : 12.75,"x":1}"#, Some(12.0)),
            (r#"{"nested":{"exp":1},"list":["exp",2]}"#, None),
            (r#"{"exp":1,"exp":2}"#, Some(2.0)),
            (r#"{"a":"exp","exp":-5}"#, Some(-5.0)),
            (r#"{"exp":"1700000000"}"#, None),
            (r#"{"exp":1e9}"#, None),
            (r#"{"exp":"#, None),
            (r#"{"a":"unfinished \"#, None),
            ("]", None),
            ("", None),
        ] {
            assert_eq!(expiry(&jwt(payload)), expected, "{payload}");
        }
    }

    #[test]
    fn only_three_parts_make_a_jwt() {
        let payload = encode_base64url(br#"{"exp":1}"#);
        for token in
            ["", "opaque-token", &payload, &[".", &payload].concat(), &["a.", &payload, ".b.c"].concat(), "a.$$.b"]
        {
            assert_eq!(expiry(token), None, "{token}");
        }
    }

    proptest! {
        #[test]
        fn finds_any_exp_among_other_claims(exp in 0u32.., sub in "\\PC{0,20}", iat in any::<i32>()) {
            let payload = format!(r#"{{"sub":{sub:?},"iat":{iat},"exp":{exp}}}"#);
            prop_assert_eq!(expiry(&jwt(&payload)), Some(f64::from(exp)));
        }

        #[test]
        fn never_panics(token in "\\PC*", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = expiry(&token);
            let _ = expiry(&["a", &encode_base64url(&bytes), "b"].join("."));
        }

        #[test]
        fn base64url_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            prop_assert_eq!(decode_base64url(&encode_base64url(&bytes)), Some(bytes));
        }
    }
}
