//! Recognizes misspelled option names.

/// Returns true if two names are equal, except for case and for `_` and `-` in the first.
pub fn is_same(name: &[u8], known: &[u8]) -> bool {
    match (name, known) {
        ([b'_' | b'-', name @ ..], _) => is_same(name, known),
        ([a, name @ ..], [b, known @ ..]) => a.eq_ignore_ascii_case(b) && is_same(name, known),
        _ => name.len() == known.len(),
    }
}

/// Known names of this length can have one edit.
const MIN_LENGTH: usize = 5;
/// Known names of this length can have two.
const MIN_LENGTH_FOR_TWO: usize = 8;

/// Stands for more edits than a typo has.
pub const TOO_FAR: usize = 3;

/// Counts the edits from a known name to a name of ASCII characters, case ignored; `TOO_FAR` if they are more than its length allows. An
/// edit inserts, deletes or replaces a letter, or swaps two neighbors.
pub fn distance(name: &str, known: &str) -> usize {
    for (edits, min_length) in [(1, MIN_LENGTH), (2, MIN_LENGTH_FOR_TWO)] {
        if known.len() >= min_length
            && name.len() <= known.len() + edits
            && differs_by(name.as_bytes(), known.as_bytes(), edits)
        {
            return edits;
        }
    }
    TOO_FAR
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
            let shorter_name = name.get(1..).unwrap_or_default();
            let shorter_known = known.get(1..).unwrap_or_default();
            differs_by(shorter_name, known, edits - 1)
                || differs_by(name, shorter_known, edits - 1)
                || differs_by(shorter_name, shorter_known, edits - 1)
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (name, known, edits) in [
            ("fetchh", "fetch", 1),
            ("fech", "fetch", 1),
            ("fetsh", "fetch", 1),
            ("ftech", "fetch", 1),
            ("laguag", "language", 2),
            ("LANGAUGES", "language", 2),
            ("floww", "flow", 3),
            ("fetch", "flow", 3),
            ("sgnl", "signal", 3),
            ("fet_ch-", "fetch", 3),
        ] {
            assert_eq!(distance(name, known), edits, "{name}");
        }
    }

    #[test]
    fn ignores_case_and_separators() {
        assert!(is_same(b"_External-ID_", b"externalId"));
        assert!(!is_same(b"externalIds", b"externalId"));
    }
}
