//! The rules of `apiURL`.

/// The address of an API that passed the rules: as the platform's parser leaves it, without trailing slashes, so that `…/0` and
/// `…/0/` are equal.
///
/// Both what the caller wrote and what the parser made of it (`href`, and its `hostname`) are looked at: the parser silently mends
/// what is more likely a mistake (`https:/host`, spaces, backslashes), and only the parser knows where a request would really go
/// (`http://127.1`, `http://ⓛocalhost`).
///
/// # Errors
/// What is wrong, worded to follow "apiURL …".
pub fn checked<'a>(written: &str, href: &'a str, hostname: &str) -> Result<&'a str, &'static str> {
    let rest = after_scheme(written).ok_or("must be an absolute URL that begins with https://")?;
    let mut is_authority = true;
    for byte in rest.bytes() {
        match byte {
            ..=b' ' | b'\\' => return Err("may not contain spaces, control characters or backslashes"),
            b'@' if is_authority => return Err("may not contain a user or password"),
            b'?' | b'#' => return Err("may not contain a query or fragment"),
            b'/' => is_authority = false,
            _ => {}
        }
    }
    if rest.starts_with("/") || hostname.is_empty() {
        return Err("is not a valid URL");
    }
    if !href.starts_with("https:") && !is_loopback(hostname) {
        return Err("must use https: (http: is for localhost and other loopback addresses)");
    }
    let mut trimmed = href;
    while let Some(shorter) = trimmed.strip_suffix("/") {
        trimmed = shorter;
    }
    Ok(trimmed)
}

/// What follows `https://` or `http://`, in whatever case.
fn after_scheme(url: &str) -> Option<&str> {
    let is_http = |length| {
        let scheme: &str = url.get(..length)?;
        let known = scheme.eq_ignore_ascii_case("https://") || scheme.eq_ignore_ascii_case("http://");
        url.get(length..).filter(|_| known)
    };
    is_http("https://".len()).or_else(|| is_http("http://".len()))
}

/// Whether a host in the form of `URL.hostname` is this machine: `localhost`, `*.localhost`, 127.0.0.0/8 or `[::1]`.
pub fn is_loopback(host: &str) -> bool {
    // As the platform's parser leaves hosts, only an IPv4 address has nothing but digits and dots.
    let is_ipv4 = || host.bytes().all(|byte| matches!(byte, b'.' | b'0'..=b'9'));
    let subdomain = host.strip_suffix(".localhost").unwrap_or_default();
    host == "localhost" || host == "[::1]" || !subdomain.is_empty() || host.starts_with("127.") && is_ipv4()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// For addresses that the platform's parser leaves as they are.
    fn same(href: &str) -> Result<&str, &'static str> {
        checked(href, href, hostname(href))
    }

    /// As `URL.hostname`.
    fn hostname(href: &str) -> &str {
        let authority = href.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap());
        match authority.split_once(']') {
            Some((address, _)) => &authority[..=address.len()],
            None => authority.split(':').next().unwrap(),
        }
    }

    #[test]
    fn keeps_the_path_and_drops_trailing_slashes() {
        for (href, kept) in [
            ("https://api.example.com/", "https://api.example.com"),
            ("https://api.example.com/0", "https://api.example.com/0"),
            ("https://api.example.com/0/", "https://api.example.com/0"),
            ("https://api.example.com//0//", "https://api.example.com//0"),
            ("http://[::1]:8080/a/b/", "http://[::1]:8080/a/b"),
        ] {
            assert_eq!(same(href), Ok(kept));
        }
    }

    #[test]
    fn allows_plain_http_on_loopback_only() {
        for host in ["localhost", "localhost:1", "a.localhost", "127.0.0.1", "127.255.3.4:80", "[::1]", "[::1]:9"] {
            assert!(same(&["http://", host, "/"].concat()).is_ok(), "{host}");
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
            assert!(same(&["http://", host, "/"].concat()).is_err(), "{host}");
            assert!(same(&["https://", host, "/"].concat()).is_ok(), "{host}");
        }
    }

    #[test]
    fn judges_the_host_that_the_platform_would_ask() {
        assert!(checked("http://127.1", "http://127.0.0.1/", "127.0.0.1").is_ok());
        assert!(checked("http://localhost", "http://evil.example/", "evil.example").is_err());
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
            assert!(checked(written, href, "a.example").is_err(), "{written:?}");
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
            assert!(same(href).is_err(), "{href:?}");
        }
        assert!(checked("https://a b/", "", "").is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_never_sends_plain_http_abroad(written in "(https?://)?\\PC{0,40}", href in "https?://[a-z0-9.:-]{1,20}/{0,3}") {
            if let Ok(url) = checked(&written, &href, hostname(&href)) {
                prop_assert!(!url.ends_with('/'));
                prop_assert!(href.starts_with("https://") || is_loopback(hostname(&href)));
                prop_assert!(!written.contains(['?', '#', ' ', '\\']));
            }
        }

        #[test]
        fn a_suffix_makes_no_host_loopback(name in "(localhost|127\\.0\\.0\\.1|\\[::1\\])\\.[a-z]{2,6}") {
            prop_assume!(!name.ends_with(".localhost"));
            prop_assert!(!is_loopback(&name));
        }
    }
}
