//! Recognizes misspelled option names.

/// How long a known name must be for one and for two edits.
const MIN_LENGTHS: (usize, usize) = (5, 8);

/// Whether two names are equal apart from case, `_` and `-`.
pub fn is_same(name: &str, known: &str) -> bool {
    letters(name).eq(letters(known))
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase())
}

/// Whether a name of ASCII characters is at most `edits` (1 or 2) edits from a known name that is long enough for that. An edit
/// inserts, deletes or replaces a letter, or swaps two neighbors. Case is ignored.
pub fn is_typo(name: &str, known: &str, edits: usize) -> bool {
    known.len() >= if edits == 1 { MIN_LENGTHS.0 } else { MIN_LENGTHS.1 }
        && name.len() <= known.len() + edits
        && differs_by(name.as_bytes(), known.as_bytes(), edits)
}

fn differs_by(name: &[u8], known: &[u8], edits: usize) -> bool {
    match (name, known) {
        ([], []) => true,
        ([a, name @ ..], [b, known @ ..]) if a.eq_ignore_ascii_case(b) => differs_by(name, known, edits),
        _ if edits == 0 => false,
        ([a, b, name @ ..], [c, d, known @ ..])
            if a.eq_ignore_ascii_case(d) && b.eq_ignore_ascii_case(c) && differs_by(name, known, edits - 1) =>
        {
            true
        }
        _ => {
            let (shorter_name, shorter_known) = (name.get(1..), known.get(1..));
            shorter_name.is_some_and(|name| differs_by(name, known, edits - 1))
                || shorter_known.is_some_and(|known| differs_by(name, known, edits - 1))
                || shorter_name.zip(shorter_known).is_some_and(|(name, known)| differs_by(name, known, edits - 1))
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (name, known, edits) in
            [("fetchh", "fetch", 1), ("fech", "fetch", 1), ("fetsh", "fetch", 1), ("ftech", "fetch", 1), ("laguag", "language", 2), ("LANGAUGES", "language", 2)]
        {
            assert!(is_typo(name, known, edits), "{name}");
            assert!(!is_typo(name, known, edits - 1) || edits == 1, "{name}");
        }
        for (name, known, edits) in [("floww", "flow", 1), ("fetch", "flow", 1), ("signls", "signal", 1), ("sgnl", "signal", 2), ("fet_ch-", "fetch", 1)] {
            assert!(!is_typo(name, known, edits), "{name}");
        }
    }

    #[test]
    fn ignores_case_and_separators() {
        assert!(is_same("_External-ID", "externalId"));
        assert!(!is_same("externalIds", "externalId"));
    }
}
