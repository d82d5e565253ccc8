//! May a failed attempt be tried again, and when: no clock, no randomness and no I/O of its own.

/// What a call does at the API, as far as trying again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads: may be asked as often as one likes.
    Get,
    /// Makes a new session each time it reaches the API: only repeated where the API said that it did nothing.
    Post,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    /// No whole answer: fetch failed, or the body ended early.
    Network,
    /// An answer that is not 2xx, and the wait in ms that it asked for.
    Status(u16, Option<f64>),
}

const BACKOFF_BASE: f64 = 300.0;
const BACKOFF_CAP: f64 = 5_000.0;

/// The wait in ms before the next attempt, or `None` where there must be none.
/// `attempt` counts from 1; `random` is in `0.0..1.0`.
pub fn delay(method: Method, failure: Failure, attempt: u32, random: f64) -> Option<f64> {
    let (repeatable, asked) = match (method, failure) {
        (_, Failure::Status(429, asked)) => (true, asked),
        (Method::Post, Failure::Status(503, asked)) => (asked.is_some(), asked),
        (Method::Get, Failure::Status(status, asked)) => (matches!(status, 500 | 502 | 503 | 504), asked),
        (method, Failure::Network) => (method == Method::Get, None),
        _ => (false, None),
    };
    let backoff = || (BACKOFF_BASE * f64::from(1u32 << (attempt - 1).min(10))).min(BACKOFF_CAP) * random;
    repeatable.then(|| asked.unwrap_or_else(backoff))
}

/// A `Retry-After` header in ms from `now` (ms since 1970): whole seconds or an HTTP date (RFC 9110, section 5.6.7), a date gone
/// by is 0, anything else is as if it were not there.
pub fn retry_after(value: &str, now: f64) -> Option<f64> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(number(value)? * 1_000.0);
    }
    Some((http_date(value, now)? - now).max(0.0))
}

const MS_PER_YEAR: f64 = 31_556_952_000.0;
const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The three forms that HTTP knows: `Sun, 06 Nov 1994 08:49:37 GMT`, and of old `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`. In the patterns `w` and `W` stand for a weekday, `m` for a month, `D`, `h`, `i`, `s`, `y` for two
/// digits, `d` for two with a space for a leading zero, `Y` for four.
fn http_date(text: &str, now: f64) -> Option<f64> {
    [b"w, D m Y h:i:s GMT", b"W, D-m-y h:i:s GMT" as &[u8], b"w m d h:i:s Y"]
        .iter()
        .find_map(|pattern| timestamp(text, pattern, now))
}

fn timestamp(mut text: &str, pattern: &[u8], now: f64) -> Option<f64> {
    let [mut year, mut month, mut day, mut hours, mut minutes, mut seconds] = [0.0; 6];
    for &symbol in pattern {
        let length = match symbol {
            b'w' | b'm' => 3,
            b'W' => text.bytes().position(|byte| byte == b',')?,
            b'D' | b'd' | b'h' | b'i' | b's' | b'y' => 2,
            b'Y' => 4,
            _ => 1,
        };
        let part = text.get(..length)?;
        text = text.get(length..)?;
        match symbol {
            b'w' => DAYS.iter().find(|day| day.starts_with(part)).map(drop)?,
            b'W' => DAYS.iter().find(|day| **day == part).map(drop)?,
            b'm' => month = MONTHS.chunks(3).position(|name| name == part.as_bytes())? as f64 + 1.0,
            b'D' => day = number(part)?,
            b'd' => day = number(part.strip_prefix(' ').unwrap_or(part))?,
            b'h' => hours = number(part)?,
            b'i' => minutes = number(part)?,
            b's' => seconds = number(part)?,
            b'Y' => year = number(part)?,
            b'y' => {
                year = 2_000.0 + number(part)?;
                // RFC 9110: what would be more than 50 years ahead has gone by.
                if year > 2_020.0 + now / MS_PER_YEAR {
                    year -= 100.0;
                }
            }
            _ if part.as_bytes() != [symbol] => return None,
            _ => {}
        }
    }
    let possible = text.is_empty() && hours < 24.0 && minutes < 60.0 && seconds <= 60.0 && (1.0..=31.0).contains(&day);
    possible.then(|| {
        // Days since 1970-01-01 in the Gregorian calendar, with the year beginning in March so that a leap day comes last.
        let (year, month) = if month > 2.0 { (year, month - 3.0) } else { (year - 1.0, month + 9.0) };
        let leap_days = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
        let days = year * 365.0 + leap_days + ((153.0 * month + 2.0) / 5.0).floor() + day - 719_469.0;
        ((days * 24.0 + hours) * 60.0 + minutes) * 60_000.0 + seconds * 1_000.0
    })
}

fn number(digits: &str) -> Option<f64> {
    let value = digits
        .bytes()
        .try_fold(0.0, |value, byte| byte.is_ascii_digit().then(|| value * 10.0 + f64::from(byte - b'0')));
    value.filter(|_| !digits.is_empty())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn start_is_only_repeated_where_the_api_did_nothing() {
        let again = |failure| delay(Method::Post, failure, 1, 0.5).is_some();
        assert!(again(Failure::Status(429, None)));
        assert!(again(Failure::Status(503, Some(0.0))));
        assert!(!again(Failure::Status(503, None)));
        assert!(!again(Failure::Network));
        for status in [400, 401, 403, 404, 408, 500, 502, 504] {
            assert!(!again(Failure::Status(status, Some(1.0))), "{status}");
        }
    }

    #[test]
    fn finish_status_is_repeated_after_passing_failures() {
        let again = |failure| delay(Method::Get, failure, 1, 0.5).is_some();
        assert!(again(Failure::Network));
        for status in [429, 500, 502, 503, 504] {
            assert!(again(Failure::Status(status, None)), "{status}");
        }
        for status in [400, 401, 403, 404, 408, 409, 413, 501, 505] {
            assert!(!again(Failure::Status(status, Some(1.0))), "{status}");
        }
    }

    #[test]
    fn backoff_doubles_under_a_cap_and_retry_after_goes_before_it() {
        let full = |attempt| delay(Method::Get, Failure::Network, attempt, 1.0).unwrap();
        assert_eq!([1, 2, 3, 4, 5, 6, 11].map(full), [300.0, 600.0, 1_200.0, 2_400.0, 4_800.0, 5_000.0, 5_000.0]);
        assert_eq!(delay(Method::Get, Failure::Network, 3, 0.0), Some(0.0));
        assert_eq!(delay(Method::Post, Failure::Status(429, Some(7_000.0)), 3, 0.1), Some(7_000.0));
    }

    /// 1994-11-06T08:49:37Z, the example of RFC 9110.
    const EXAMPLE: f64 = 784_111_777_000.0;

    #[test]
    fn reads_whole_seconds_and_the_three_forms_of_an_http_date() {
        assert_eq!(retry_after("0", 0.0), Some(0.0));
        assert_eq!(retry_after("120", 5.0), Some(120_000.0));
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(retry_after(date, EXAMPLE - 1_500.0), Some(1_500.0), "{date}");
            assert_eq!(retry_after(date, EXAMPLE + 1.0), Some(0.0), "{date}");
        }
        assert_eq!(retry_after("Sunday, 29-Feb-32 00:00:01 GMT", 1_961_625_600_000.0), Some(1_000.0));
        assert_eq!(retry_after("Sunday, 06-Nov-94 08:49:37 GMT", 1_800_000_000_000.0), Some(0.0));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), Some(0.0));
    }

    #[test]
    fn anything_else_is_not_there() {
        for value in [
            "",
            " ",
            "1.5",
            "-1",
            "+1",
            "1s",
            "soon",
            "1, 2",
            "2026-11-23T00:00:00Z",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 nFe 1994 08:49:37 GMT",
            "Foo, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            "Sun Nov 6 08:49:37 1994",
            "Ĝun Nov  6 08:49:37 199",
        ] {
            assert_eq!(retry_after(value, 0.0), None, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn a_date_is_read_back(days in 0u32..40_000, second in 0u32..86_400) {
            let (year, month, day) = civil(i64::from(days));
            let name = str::from_utf8(&MONTHS[(month - 1) as usize * 3..][..3]).unwrap();
            let text = format!("Mon, {day:02} {name} {year:04} {:02}:{:02}:{:02} GMT", second / 3600, second / 60 % 60, second % 60);
            prop_assert_eq!(http_date(&text, 0.0), Some(f64::from(days) * 86_400_000.0 + f64::from(second) * 1_000.0));
        }

        #[test]
        fn a_wait_is_never_negative_nor_unbounded(attempt in 1u32..=11, random in 0.0..1.0f64) {
            let wait = delay(Method::Get, Failure::Network, attempt, random).unwrap();
            prop_assert!((0.0..=BACKOFF_CAP).contains(&wait));
        }

        #[test]
        fn never_panics(value in "\\PC*", dateish in "[A-Za-z]{3},? ?[0-9A-Za-z :-]{0,30}", now in any::<f64>()) {
            let _ = retry_after(&value, now);
            let _ = retry_after(&dateish, now);
        }
    }

    /// Counts day by day, so that it shares nothing with the arithmetic that it checks.
    fn civil(mut days: i64) -> (i64, i64, i64) {
        let mut year = 1970;
        loop {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(lengths) {
                if days < length {
                    return (year, month, days + 1);
                }
                days -= length;
            }
            year += 1;
        }
    }
}
