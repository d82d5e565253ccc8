//! The rules of `apiURL`, and how an endpoint is joined to it.

/// Where calls go before any `setup` names a place: the vendor's demo API.
pub const DEMO: &str = "https://demo-api.incodesmile.com";

/// An `apiURL` that passed the rules: normalised, without trailing slashes, so that `…/0` and `…/0/` are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUrl(String);

impl ApiUrl {
    /// Checks an address as the caller wrote it, beside what the platform's URL parser made of it (`""`: nothing).
    ///
    /// Both are looked at: the parser silently mends what is more likely a mistake (`https:/host`, spaces, backslashes),
    /// and only the parser knows where a request would really go (`http://127.1`, `http://ⓛocalhost`).
    ///
    /// # Errors
    /// What is wrong, worded to follow "apiURL …".
    pub fn parse(written: &str, href: &str) -> Result<Self, &'static str> {
        let after_scheme =
            strip_scheme(written).ok_or("must be an absolute URL that begins with https://")?;
        if written.bytes().any(|byte| byte <= b' ' || byte == b'\\') {
            return Err("may not contain spaces, control characters or backslashes");
        }
        let authority = after_scheme
            .split(['/', '?', '#'])
            .next()
            .unwrap_or_default();
        if authority.contains('@') {
            return Err("may not contain a user or password");
        }
        if href.contains(['?', '#']) {
            return Err("may not contain a query or fragment");
        }
        let (secure, rest) = match (href.strip_prefix("https://"), href.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err("is not a valid URL"),
        };
        if authority.is_empty() {
            return Err("is not a valid URL");
        }
        if !secure && !is_loopback(host(rest)) {
            return Err("must use https: (http: is for localhost and other loopback addresses)");
        }
        Ok(Self(href.trim_end_matches('/').into()))
    }

    /// The vendor's demo API.
    pub fn demo() -> Self {
        Self(DEMO.into())
    }

    /// The address of an endpoint, given with its leading slash.
    pub fn join(&self, endpoint: &str) -> String {
        [&self.0, endpoint].concat()
    }

    /// Scheme, host and port: what a person needs to know where a request went.
    pub fn origin(&self) -> &str {
        let authority = self.0.find("://").map_or(0, |colon| colon + 3);
        match self.0[authority..].find('/') {
            Some(end) => &self.0[..authority + end],
            None => &self.0,
        }
    }
}

/// Whether a host in the form of `URL.hostname` is this machine: `localhost`, `*.localhost`, 127.0.0.0/8 or `[::1]`.
pub fn is_loopback(host: &str) -> bool {
    let subdomain = host
        .strip_suffix(".localhost")
        .is_some_and(|name| !name.is_empty());
    host == "localhost" || host == "[::1]" || subdomain || is_ipv4_loopback(host)
}

fn is_ipv4_loopback(host: &str) -> bool {
    let is_number =
        |part: &str| matches!(part.len(), 1..=3) && part.bytes().all(|byte| byte.is_ascii_digit());
    host.starts_with("127.") && host.split('.').count() == 4 && host.split('.').all(is_number)
}

fn strip_scheme(written: &str) -> Option<&str> {
    ["https://", "http://"]
        .into_iter()
        .find(|scheme| {
            written
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
        .map(|scheme| &written[scheme.len()..])
}

fn host(after_scheme: &str) -> &str {
    let authority = after_scheme.split('/').next().unwrap_or_default();
    match authority.rfind(':') {
        Some(colon) if !authority.ends_with(']') => &authority[..colon],
        _ => authority,
    }
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
            (
                "https://api.example.com/",
                "https://api.example.com/omni/start",
            ),
            (
                "https://api.example.com/0",
                "https://api.example.com/0/omni/start",
            ),
            (
                "https://api.example.com/0/",
                "https://api.example.com/0/omni/start",
            ),
            (
                "https://api.example.com//0//",
                "https://api.example.com//0/omni/start",
            ),
            ("http://[::1]:8080/a/b/", "http://[::1]:8080/a/b/omni/start"),
        ] {
            assert_eq!(parse(href).unwrap().join("/omni/start"), joined);
        }
        assert_eq!(parse("https://a.example/0"), parse("https://a.example/0/"));
    }

    #[test]
    fn allows_plain_http_on_loopback_only() {
        for host in [
            "localhost",
            "localhost:1",
            "a.localhost",
            "127.0.0.1",
            "127.255.3.4:80",
            "[::1]",
            "[::1]:9",
        ] {
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
