//! Secrets in text and in JSON: found, and replaced.

use crate::string::part;

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// How many characters of a secret in a row give it away. Shorter pieces occur by chance.
const PIECE: usize = 8;

/// Credentials that nothing may tell, in lines of ASCII.
#[derive(Default)]
pub struct Secrets(String);

impl Secrets {
    /// One more. An empty one is none.
    pub fn add(&mut self, secret: &str) {
        self.0 += secret;
        self.0 += "\n";
    }

    /// Whether a text holds a secret or a piece of one.
    pub fn are_in(&self, text: &str) -> bool {
        self.redact(text) != text
    }

    /// The text without any secret or piece of one, whatever its case. A secret too short to have pieces is only found as a word of
    /// its own.
    pub fn redact(&self, text: &str) -> String {
        self.replaced(text, true)
    }

    fn replaced(&self, text: &str, are_words_found: bool) -> String {
        let mut clean = String::new();
        let (mut kept, mut at) = (0, 0);
        while at < text.len() {
            let length = self.length_at(text.as_bytes(), at, are_words_found);
            if length > 0 {
                // What matches ASCII begins and ends at character boundaries.
                clean.push_str(part(text, kept, at));
                clean.push_str(REDACTED);
                kept = at + length;
            }
            at += length.max(1);
        }
        clean.push_str(part(text, kept, text.len()));
        clean
    }

    /// JSON, as `JSON.stringify` writes it, without secrets. Names and numbers are the API's own as long as they hold no piece; a number
    /// that does gives way to a text.
    pub fn redact_json(&self, json: &str) -> String {
        let secrets = self.escaped();
        let mut clean = String::new();
        let mut rest = json;
        while !rest.is_empty() {
            let length = token_length(rest.as_bytes());
            let (token, after) = (part(rest, 0, length), part(rest, length, rest.len()));
            // Texts and not `char`s, for which the module would need a second `starts_with`.
            let is_text = token.starts_with("\"");
            let told = secrets.replaced(token, is_text && !after.starts_with(":"));
            let quote = if is_text || told == token { "" } else { "\"" };
            for part in [quote, &told, quote] {
                clean.push_str(part);
            }
            rest = after;
        }
        clean
    }

    /// As JSON writes them: quotes and backslashes otherwise than a header does.
    fn escaped(&self) -> Self {
        let mut escaped = Self::default();
        for at in 0..self.0.len() {
            let byte = part(&self.0, at, at + 1);
            if byte == "\"" || byte == "\\" {
                escaped.0 += "\\";
            }
            escaped.0 += byte;
        }
        escaped
    }

    /// How far a text agrees with some secret from a place on; 0 where that is neither a piece nor, if those count, a short word.
    fn length_at(&self, text: &[u8], at: usize, are_words_found: bool) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let mut longest = 0;
        for secret in self.0.as_bytes().split(|byte| *byte == b'\n') {
            if secret.len() < PIECE {
                let end = at + secret.len();
                let is_escape = at >= 2 && text.get(at - 2) == Some(&b'\\');
                let is_word = (is_escape || !is_part_of_word(text, at.wrapping_sub(1))) && !is_part_of_word(text, end);
                if are_words_found && is_word && rest.starts_with(secret) {
                    longest = longest.max(secret.len());
                }
                continue;
            }
            for start in 0..=secret.len() - PIECE {
                let piece = secret.get(start..).unwrap_or_default();
                let length = rest.iter().zip(piece).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
                if length >= PIECE {
                    longest = longest.max(length);
                }
            }
        }
        longest
    }
}

fn is_part_of_word(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..))
}

/// The length of the text, number or literal that JSON begins with, or of one other character.
fn token_length(json: &[u8]) -> usize {
    if json.first() == Some(&b'"') {
        let mut is_escaped = true;
        let is_end = |byte: &u8| {
            let ends = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            ends
        };
        return json.iter().position(is_end).map_or(json.len(), |end| end + 1);
    }
    let is_delimiter = |byte: &u8| matches!(byte, b'"' | b',' | b':' | b'[' | b']' | b'{' | b'}');
    json.iter().position(is_delimiter).unwrap_or(json.len()).max(1)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets(of: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        of.iter().for_each(|secret| secrets.add(secret));
        secrets
    }

    fn all() -> Secrets {
        secrets(&["sk_live_Zq81", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "k1", "status", "170000"])
    }

    #[test]
    fn hides_secrets_whole_in_part_and_in_any_case() {
        for (text, clean) in [
            ("key sk_live_Zq81 is wrong", "key [redacted] is wrong"),
            ("sk_live_…", "[redacted]…"),
            ("ends in ive_Zq81", "ends in [redacted]"),
            ("SK_LIVE_ZQ81", "[redacted]"),
            ("ésk_live_Zq81é", "é[redacted]é"),
            ("Bearer eyJhbGciOiJI...", "Bearer [redacted]..."),
            ("sk_live_Zq81sk_live_Zq81", "[redacted][redacted]"),
        ] {
            assert_eq!(all().redact(text), clean);
        }
    }

    #[test]
    fn finds_a_short_secret_only_as_a_word_of_its_own() {
        for (text, clean) in [
            ("k1", "[redacted]"),
            ("key k1, token 'status'.", "key [redacted], token '[redacted]'."),
            ("k12 ak1 k1_ k1-a ék1 statuses 1700001", "k12 ak1 k1_ k1-a ék1 statuses 1700001"),
            (r"a\nk1", r"a\n[redacted]"),
        ] {
            assert_eq!(all().redact(text), clean);
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["", "Unauthorized", "live", "/omni/start", "signature", "ve_Zq81", "[redacted]"] {
            assert_eq!(all().redact(text), text);
        }
        assert_eq!(secrets(&["", ""]).redact("any thing"), "any thing");
    }

    #[test]
    fn keeps_names_and_numbers_of_json_that_hold_no_piece() {
        for (json, clean) in [
            (r#"{"status":401,"timestamp":1700001234567}"#, r#"{"status":401,"timestamp":1700001234567}"#),
            (r#"{"status":170000,"a":[-1.5]}"#, r#"{"status":170000,"a":[-1.5]}"#),
            (r#"{"a":"status","b":true}"#, r#"{"a":"[redacted]","b":true}"#),
            (r#"{"xsk_live_Zq81x":1}"#, r#"{"x[redacted]x":1}"#),
            (r#"{"a\\":"k1\"","b":"\\"}"#, r#"{"a\\":"[redacted]\"","b":"\\"}"#),
            ("[]", "[]"),
            ("", ""),
        ] {
            assert_eq!(all().redact_json(json), clean);
        }
        assert_eq!(secrets(&["12345678901"]).redact_json("[12345678901234,-1.5e9]"), r#"["[redacted]234",-1.5e9]"#);
        assert_eq!(secrets(&[r#"a"b\c"d\e"#]).redact_json(r#"["a\"b\\c\"d\\e"]"#), r#"["[redacted]"]"#);
    }

    proptest! {
        #[test]
        fn no_piece_survives(before in "\\PC{0,12}", after in "\\PC{0,12}", secret in "[!-~]{8,60}", from in 0usize..60, length in 8usize..60) {
            let from = from.min(secret.len() - PIECE);
            let piece = &secret[from..(from + length).min(secret.len())];
            let clean = secrets(&[&secret]).redact(&[&before, piece, &after].concat());
            // Piece by piece: what `[redacted]` itself says may well be part of a secret.
            for rest in clean.split(REDACTED) {
                prop_assert!(!(0..=secret.len() - PIECE).any(|start| rest.contains(&secret[start..start + PIECE])));
            }
        }

        #[test]
        fn json_without_secrets_stays_as_it_is(json in r#"[\[\]{}:,"\\a-z0-9. é-]{0,60}"#) {
            prop_assert_eq!(secrets(&["SOMETHING-ELSE", "OTHER"]).redact_json(&json), json);
        }
    }
}
