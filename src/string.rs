//! What the standard library does with strings, where its own way weighs too much.

/// Texts one after the other, or a copy of one; `[_]::concat` weighs a kilobyte, `to_owned` beside this 70 bytes.
pub fn concat(parts: &[&str]) -> String {
    let mut whole = String::new();
    parts.iter().for_each(|part| whole.push_str(part));
    whole
}

/// Whether a text holds another; `str::contains` weighs two kilobytes.
pub fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len().max(1)).any(|window| window == part.as_bytes())
}

/// The bytes of a text from one place to another; nothing where they are no text. Each kind of range that `str::get` is called with weighs
/// some 50 bytes more.
pub fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// A number in decimal; `ToString` weighs a kilobyte.
pub fn decimal(number: u32) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    let last = (number % 10) as usize;
    digits.push_str(part("0123456789", last, last + 1));
    digits
}
