//! Finds and replaces credentials in strings, in one pass over each.

use crate::string::slice;

/// Replacement for a credential.
const REDACTED: &str = "[redacted]";

/// Characters in a row that give a credential away. Shorter pieces occur by chance.
const MIN_MATCH: usize = 8;

/// Credentials to redact: up to three strings of printable ASCII. Empty ones are ignored.
pub struct Secrets {
    secrets: [String; 3],
    /// All pieces of `MIN_MATCH` bytes in lower case, each as a number: a hash table with open addressing, in which 0 marks a free place.
    pieces: Vec<u64>,
}

impl Secrets {
    pub fn new(secrets: [String; 3]) -> Self {
        let size: usize = secrets.iter().map(String::len).sum();
        let mut pieces = vec![0; (2 * size + 1).next_power_of_two()];
        for secret in &secrets {
            let mut piece = 0;
            for (index, byte) in secret.bytes().enumerate() {
                piece = piece << 8 | u64::from(byte.to_ascii_lowercase());
                let place = find(&pieces, piece);
                if let Some(place) = pieces.get_mut(place).filter(|_| index + 1 >= MIN_MATCH) {
                    *place = piece;
                }
            }
        }
        Self { secrets, pieces }
    }

    /// Returns true if a secret, or a piece of one, occurs in a string.
    pub fn occur_in(&self, text: &str) -> bool {
        self.redact(text, true) != text
    }

    /// Replaces all secrets and pieces of secrets, in any case. A secret too short to have pieces counts as a word of its own, if
    /// `match_short`.
    pub fn redact(&self, text: &str, match_short: bool) -> String {
        let mut clean = String::new();
        let (mut to, mut piece) = (0, 0);
        for (index, byte) in text.bytes().enumerate() {
            piece = piece << 8 | u64::from(byte.to_ascii_lowercase());
            let end = index + 1;
            let length = match self.pieces.get(find(&self.pieces, piece)) {
                Some(place) if piece != 0 && *place == piece => MIN_MATCH,
                _ if match_short => self.short_len(text.as_bytes(), end),
                _ => 0,
            };
            if length > 0 {
                // Matches that overlap are one. What matches ASCII starts and ends at character boundaries.
                if end - length >= to {
                    clean.push_str(slice(text, to, end - length));
                    clean.push_str(REDACTED);
                }
                to = end;
            }
        }
        clean.push_str(slice(text, to, text.len()));
        clean
    }

    /// Returns the length of the short secret that ends at `end` as a word of its own; 0 if there is none.
    fn short_len(&self, text: &[u8], end: usize) -> usize {
        for secret in &self.secrets {
            let start = end.wrapping_sub(secret.len());
            if (1..MIN_MATCH).contains(&secret.len())
                && text.get(start..end) == Some(secret.as_bytes())
                && !is_part_of_word(text, start.wrapping_sub(1))
                && !is_part_of_word(text, end)
            {
                return secret.len();
            }
        }
        0
    }
}

/// Returns the index of a piece, or of the free place where it belongs.
fn find(pieces: &[u64], piece: u64) -> usize {
    let mask = pieces.len() - 1;
    let mut index = (piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
    while pieces.get(index).is_some_and(|other| *other != 0 && *other != piece) {
        index = (index + 1) & mask;
    }
    index
}

fn is_part_of_word(text: &[u8], index: usize) -> bool {
    text.get(index).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets(of: &[&str]) -> Secrets {
        Secrets::new(std::array::from_fn(|index| of.get(index).copied().unwrap_or_default().to_owned()))
    }

    fn all() -> Secrets {
        secrets(&["sk_live_Zq81", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "k1"])
    }

    #[test]
    fn hides_a_short_secret_next_to_absent_ones() {
        assert_eq!(
            secrets(&["", "", "abc12=="]).redact("bad authorization abc12== !", true),
            "bad authorization [redacted] !"
        );
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
            assert_eq!(all().redact(text, true), clean);
        }
    }

    #[test]
    fn finds_a_short_secret_only_as_a_word() {
        for (text, clean) in [
            ("k1", "[redacted]"),
            ("key k1, token 'k1'.", "key [redacted], token '[redacted]'."),
            ("k12 ak1 k1_ k1-a ék1", "k12 ak1 k1_ k1-a ék1"),
            ("a\nk1", "a\n[redacted]"),
        ] {
            assert_eq!(all().redact(text, true), clean);
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["", "Unauthorized", "live", "/omni/start", "signature", "ve_Zq81", "[redacted]"] {
            assert_eq!(all().redact(text, true), text);
        }
        assert_eq!(secrets(&["", ""]).redact("any thing", true), "any thing");
    }

    #[test]
    fn does_not_match_short_secrets_in_names_and_numbers() {
        assert_eq!(all().redact("k1", false), "k1");
        assert_eq!(all().redact("xsk_live_Zq81x", false), "x[redacted]x");
        assert_eq!(secrets(&["12345678901"]).redact("12345678901234", false), "[redacted]234");
    }

    proptest! {
        #[test]
        fn no_piece_survives(before in "\\PC{0,12}", after in "\\PC{0,12}", secret in "[!-~]{8,60}", from in 0usize..60, length in 8usize..60) {
            let from = from.min(secret.len() - MIN_MATCH);
            let piece = &secret[from..(from + length).min(secret.len())];
            let clean = secrets(&[&secret]).redact(&[&before, piece, &after].concat(), true);
            // Piece by piece: the letters of `[redacted]` can be part of a secret.
            for rest in clean.split(REDACTED) {
                prop_assert!(!(0..=secret.len() - MIN_MATCH).any(|start| rest.contains(&secret[start..start + MIN_MATCH])));
            }
        }
    }
}
