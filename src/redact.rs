//! Finds and replaces credentials in text and JSON, in one pass.

use crate::string::slice;

/// Replacement for a credential.
const REDACTED: &str = "[redacted]";

/// Characters in a row that give a credential away. Shorter pieces occur by chance.
const MIN_MATCH: usize = 8;

/// Credentials to redact.
pub struct Secrets {
    /// All pieces of `MIN_MATCH` bytes in lower case, each as a number: a hash table with open addressing, in which 0 marks a free place.
    pieces: Vec<u64>,
    /// Secrets that are shorter: their bytes as a number, and how many.
    short: Vec<(u64, usize)>,
}

impl Secrets {
    /// Takes secrets of printable ASCII characters. Empty ones are ignored.
    pub fn new(secrets: &[String]) -> Self {
        let size: usize = secrets.iter().map(String::len).sum();
        let mut all = Self { pieces: Vec::new(), short: Vec::new() };
        all.pieces.resize((2 * size + 1).next_power_of_two(), 0);
        for secret in secrets {
            let (mut bytes, mut lower) = (0, 0);
            for (index, byte) in secret.bytes().enumerate() {
                bytes = bytes << 8 | u64::from(byte);
                lower = lower << 8 | u64::from(byte.to_ascii_lowercase());
                if index + 1 >= MIN_MATCH {
                    let index = all.index(lower);
                    all.pieces.get_mut(index).into_iter().for_each(|place| *place = lower);
                }
            }
            if (1..MIN_MATCH).contains(&secret.len()) {
                all.short.push((bytes, secret.len()));
            }
        }
        all
    }

    /// Returns the index of a piece in the table, or of the free place where it belongs.
    fn index(&self, piece: u64) -> usize {
        let mask = self.pieces.len() - 1;
        let mut index = (piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        while self.pieces.get(index).is_some_and(|other| *other != 0 && *other != piece) {
            index = (index + 1) & mask;
        }
        index
    }

    /// Whether a secret, or a piece of one, occurs in a text.
    pub fn occur_in(&self, text: &str) -> bool {
        self.redact(text) != text
    }

    /// Replaces all secrets and pieces of secrets, in any case. A secret too short to have pieces only counts as a word of its own.
    pub fn redact(&self, text: &str) -> String {
        let mut clean = String::new();
        self.replace(text, Syntax::Text, &mut clean);
        clean
    }

    /// Replaces secrets in JSON, as `JSON.stringify` writes it. Names and numbers stay unless they contain a piece of a secret; such a
    /// number becomes a string.
    pub fn redact_json(&self, json: &str) -> String {
        let mut clean = String::new();
        let mut rest = json;
        while !rest.is_empty() {
            let length = json_token_len(rest.as_bytes());
            let (token, after) = (slice(rest, 0, length), slice(rest, length, rest.len()));
            let is_string = token.starts_with("\"");
            let syntax = if is_string && !after.starts_with(":") { Syntax::JsonString } else { Syntax::JsonOther };
            let mut redacted = String::new();
            self.replace(token, syntax, &mut redacted);
            let quote = if is_string || redacted == token { "" } else { "\"" };
            for part in [quote, &redacted, quote] {
                clean.push_str(part);
            }
            rest = after;
        }
        clean
    }

    /// Appends `text` without secrets to `clean`.
    fn replace(&self, text: &str, syntax: Syntax, clean: &mut String) {
        let bytes = text.as_bytes();
        // The last eight characters, as they are and in lower case, and where each of them starts.
        let (mut window, mut lower, mut starts) = (0u64, 0u64, [0; MIN_MATCH]);
        // What is to be replaced, from its first match on.
        let (mut from, mut to) = (0, 0);
        let mut kept = 0;
        let (mut at, mut count) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let (start, mut byte) = (at, byte);
            at += 1;
            if byte == b'"' && syntax != Syntax::Text {
                byte = b'\n'; // the end of a string
            } else if byte == b'\\' && syntax != Syntax::Text {
                byte = match bytes.get(at) {
                    Some(escaped @ (b'"' | b'\\')) => *escaped,
                    // A secret contains no character that JSON escapes in another way.
                    _ => b'\n',
                };
                at += if bytes.get(at) == Some(&b'u') { 5 } else { 1 };
            }
            window = window << 8 | u64::from(byte);
            lower = lower << 8 | u64::from(byte.to_ascii_lowercase());
            starts[count % MIN_MATCH] = start;
            count += 1;
            let mut matched = if count >= MIN_MATCH && self.pieces.get(self.index(lower)) == Some(&lower) { MIN_MATCH } else { 0 };
            if matched == 0 && syntax != Syntax::JsonOther && !is_part_of_word(bytes.get(at).copied().unwrap_or_default()) {
                matched = self.short_word_len(window);
            }
            if matched == 0 {
                continue;
            }
            let first = starts[(count - matched) % MIN_MATCH];
            if first >= to {
                if to > from {
                    clean.push_str(slice(text, kept, from));
                    clean.push_str(REDACTED);
                    kept = to;
                }
                from = first;
            }
            to = at;
        }
        if to > from {
            clean.push_str(slice(text, kept, from));
            clean.push_str(REDACTED);
            kept = to;
        }
        clean.push_str(slice(text, kept, text.len()));
    }

    /// The length of the short secret with which the last characters end, if it starts a word; 0 if there is none.
    fn short_word_len(&self, window: u64) -> usize {
        for (secret, length) in &self.short {
            let bits = 8 * length;
            if window & ((1 << bits) - 1) == *secret && !is_part_of_word((window >> bits) as u8) {
                return *length;
            }
        }
        0
    }
}

/// How a text is written.
#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    Text,
    /// A string with quotes and escapes.
    JsonString,
    /// A name, a number or punctuation, in which no short secret counts.
    JsonOther,
}

fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..)
}

/// The length of the string, number or literal with which JSON starts, or of one other character.
fn json_token_len(json: &[u8]) -> usize {
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
        Secrets::new(&of.iter().map(|secret| (*secret).to_owned()).collect::<Vec<_>>())
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
    fn finds_a_short_secret_only_as_a_word() {
        for (text, clean) in [
            ("k1", "[redacted]"),
            ("key k1, token 'status'.", "key [redacted], token '[redacted]'."),
            ("k12 ak1 k1_ k1-a ék1 statuses 1700001", "k12 ak1 k1_ k1-a ék1 statuses 1700001"),
            ("a\nk1", "a\n[redacted]"),
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
    fn keeps_names_and_numbers_of_json_without_a_piece() {
        for (json, clean) in [
            (r#"{"status":401,"timestamp":1700001234567}"#, r#"{"status":401,"timestamp":1700001234567}"#),
            (r#"{"status":170000,"a":[-1.5]}"#, r#"{"status":170000,"a":[-1.5]}"#),
            (r#"{"a":"status","b":true}"#, r#"{"a":"[redacted]","b":true}"#),
            (r#"{"xsk_live_Zq81x":1}"#, r#"{"x[redacted]x":1}"#),
            (r#"{"a\\":"k1\"","b":"\\"}"#, r#"{"a\\":"[redacted]\"","b":"\\"}"#),
            (r#"["a\nk1","\u000bk1","\nsk_live_"]"#, r#"["a\n[redacted]","\u000b[redacted]","\n[redacted]"]"#),
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
            let from = from.min(secret.len() - MIN_MATCH);
            let piece = &secret[from..(from + length).min(secret.len())];
            let clean = secrets(&[&secret]).redact(&[&before, piece, &after].concat());
            // Piece by piece: the letters of `[redacted]` can be part of a secret.
            for rest in clean.split(REDACTED) {
                prop_assert!(!(0..=secret.len() - MIN_MATCH).any(|start| rest.contains(&secret[start..start + MIN_MATCH])));
            }
        }

        #[test]
        fn json_without_secrets_stays_the_same(json in r#"[\[\]{}:,"\\a-z0-9. é-]{0,60}"#) {
            prop_assert_eq!(secrets(&["SOMETHING-ELSE", "OTHER"]).redact_json(&json), json);
        }
    }
}
