//! Replacements for string functions of the standard library that weigh too much. Delete this file the day the byte budget allows
//! `format!`.

/// Concatenates strings, or copies one. `[_]::concat` weighs a kilobyte, `to_owned` another 70 bytes.
pub fn concat(parts: &[&str]) -> String {
    let mut whole = String::new();
    parts.iter().for_each(|part| whole.push_str(part));
    whole
}

/// Returns true if a string contains another. `str::contains` weighs two kilobytes.
pub fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len().max(1)).any(|window| window == part.as_bytes())
}

/// Returns the bytes from one index to another, or an empty string if they are not valid. Each further kind of range passed to
/// `str::get` weighs 50 bytes.
pub fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Formats a number in decimal. `ToString` weighs a kilobyte.
pub fn decimal(number: u32) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    let last = (number % 10) as usize;
    digits.push_str(slice("0123456789", last, last + 1));
    digits
}
