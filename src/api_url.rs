//! The rules of `apiURL`, and how an endpoint is joined to it.

use crate::error::concat;
use std::borrow::Cow;

/// An `apiURL` that passed the rules: normalised, without trailing slashes, so that `…/0` and `…/0/` are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUrl(Cow<'static, str>);

impl ApiUrl {
    /// Checks an address as the caller wrote it, beside what the platform's URL parser made of it (`""`: nothing).
    ///
    /// Both are looked at: the parser silently mends what is more likely a mistake (`https:/host`, spaces, backslashes),
    /// and only the parser knows where a request would really go (`http://127.1`, `http://ⓛocalhost`).
    ///
    /// # Errors
    /// What is wrong, worded to follow "apiURL …".
    pub fn parse(written: &str, href: &str) -> Result<Self, &'static str> {
        let rest = after_scheme(written).ok_or("must be an absolute URL that begins with https://")?;
        if written.bytes().any(|byte| byte <= b' ' || byte == b'\\') {
            return Err("may not contain spaces, control characters or backslashes");
        }
        let authority = until(rest, b"/?#");
        if authority.bytes().any(|byte| byte == b'@') {
            return Err("may not contain a user or password");
        }
        if until(href, b"?#") != href {
            return Err("may not contain a query or fragment");
        }
        let host = after_scheme(href).map(host).unwrap_or_default();
        if authority.is_empty() || host.is_empty() {
            return Err("is not a valid URL");
        }
        if !href.starts_with("https:") && !is_loopback(host) {
            return Err("must use https: (http: is for localhost and other loopback addresses)");
        }
        let mut trimmed = href;
        while let Some(shorter) = trimmed.strip_suffix('/') {
            trimmed = shorter;
        }
        Ok(Self(trimmed.to_owned().into()))
    }

    /// Where calls go before any `setup` names a place: the vendor's demo API.
    pub const DEMO: Self = Self(Cow::Borrowed("https://demo-api.incodesmile.com"));

    /// The address of an endpoint, given with its leading slash.
    pub fn join(&self, endpoint: &str) -> String {
        concat(&[&self.0, endpoint])
    }
}

/// Whether a host in the form of `URL.hostname` is this machine: `localhost`, `*.localhost`, 127.0.0.0/8 or `[::1]`.
pub fn is_loopback(host: &str) -> bool {
    let subdomain = host.strip_suffix(".localhost").is_some_and(|name| !name.is_empty());
    host == "localhost" || host == "[::1]" || subdomain || is_ipv4_loopback(host)
}

/// For hosts as the platform's parser leaves them, where only an IPv4 address has a last part of digits.
fn is_ipv4_loopback(host: &str) -> bool {
    let dots = host.bytes().filter(|byte| *byte == b'.').count();
    host.starts_with("127.") && dots == 3 && host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit())
}

/// Host and port of a URL: what a person needs to know where a request went.
pub fn authority(url: &str) -> &str {
    after_scheme(url).map_or("", |rest| until(rest, b"/"))
}

fn after_scheme(url: &str) -> Option<&str> {
    let is_http = |length| {
        let scheme: &str = url.get(..length)?;
        let known = scheme.eq_ignore_ascii_case("https://") || scheme.eq_ignore_ascii_case("http://");
        url.get(length..).filter(|_| known)
    };
    is_http("https://".len()).or_else(|| is_http("http://".len()))
}

fn host(after_scheme: &str) -> &str {
    let authority = until(after_scheme, b"/");
    // The colons of an IPv6 address stand in brackets.
    match authority.bytes().position(|byte| byte == b']') {
        Some(end) => authority.get(..=end).unwrap_or_default(),
        None => until(authority, b":"),
    }
}

/// A text up to the first of some ASCII characters.
#[expect(clippy::manual_contains, reason = "`contains` brings a fast memchr along, which weighs more than all callers")]
pub fn until<'a>(text: &'a str, ends: &[u8]) -> &'a str {
    let end = text.bytes().position(|byte| ends.iter().any(|end| *end == byte));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// For addresses that the platform's parser leaves as they are.
    fn parse(href: &str) -> Result<ApiUrl, &'static str> {
        ApiUrl::parse(href, href)
    }

    #[test]
    fn keeps_the_path_and_drops_trailing_slashes() {
        for (href, joined) in [
            ("https://api.example.com/", "https://api.example.com/omni/start"),
            ("https://api.example.com/0", "https://api.example.com/0/omni/start"),
            ("https://api.example.com/0/", "https://api.example.com/0/omni/start"),
            ("https://api.example.com//0//", "https://api.example.com//0/omni/start"),
            ("http://[::1]:8080/a/b/", "http://[::1]:8080/a/b/omni/start"),
        ] {
            assert_eq!(parse(href).unwrap().join("/omni/start"), joined);
        }
        assert_eq!(parse("https://a.example/0"), parse("https://a.example/0/"));
    }

    #[test]
    fn allows_plain_http_on_loopback_only() {
        for host in ["localhost", "localhost:1", "a.localhost", "127.0.0.1", "127.255.3.4:80", "[::1]", "[::1]:9"] {
            assert!(parse(&["http://", host, "/"].concat()).is_ok(), "{host}");
        }
        for host in [
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "127.evil.com",
            "localhost.",
            ".localhost",
            "xlocalhost",
            "128.0.0.1",
            "0.0.0.0",
            "[::2]",
            "[::ffff:7f00:1]",
            "example.com",
        ] {
            assert!(parse(&["http://", host, "/"].concat()).is_err(), "{host}");
            assert!(parse(&["https://", host, "/"].concat()).is_ok(), "{host}");
        }
    }

    #[test]
    fn judges_the_host_that_the_platform_would_ask() {
        assert!(ApiUrl::parse("http://127.1", "http://127.0.0.1/").is_ok());
        assert!(ApiUrl::parse("http://localhost", "http://evil.example/").is_err());
    }

    #[test]
    fn refuses_what_the_platform_would_mend() {
        for (written, href) in [
            ("https:/a.example", "https://a.example/"),
            ("https:a.example", "https://a.example/"),
            ("https:\\\\a.example", "https://a.example/"),
            (" https://a.example", "https://a.example/"),
            ("https://a.example\n", "https://a.example/"),
            ("ht\ttps://a.example", "https://a.example/"),
            ("https:///a.example", "https://a.example/"),
            ("https://@a.example", "https://a.example/"),
        ] {
            assert!(ApiUrl::parse(written, href).is_err(), "{written:?}");
        }
    }

    #[test]
    fn refuses_user_query_fragment_and_other_schemes() {
        for href in [
            "https://u@a.example/",
            "https://u:p@a.example/",
            "https://a.example/?",
            "https://a.example/?q=1",
            "https://a.example/#",
            "https://a.example/#f",
            "ftp://a.example/",
            "wss://a.example/",
            "data:,x",
            "/omni",
            "",
            "https://",
            "a.example",
        ] {
            assert!(parse(href).is_err(), "{href:?}");
        }
        assert!(ApiUrl::parse("https://a b/", "").is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_never_sends_plain_http_abroad(written in "\\PC{0,40}", href in "(https?://)?[a-z0-9.:@/?#\\[\\]-]{0,40}") {
            if let Ok(url) = ApiUrl::parse(&written, &href) {
                prop_assert!(!url.join("").ends_with('/'));
                prop_assert!(href.starts_with("https://") || is_loopback(host(&href["http://".len()..])));
            }
        }

        #[test]
        fn a_suffix_makes_no_host_loopback(name in "(localhost|127\\.0\\.0\\.1|\\[::1\\])\\.[a-z]{2,6}") {
            prop_assume!(!name.ends_with(".localhost"));
            prop_assert!(!is_loopback(&name));
        }
    }
}
