//! The files and their headers.

use reqwest::{RequestBuilder, Response};

use crate::running::*;

fn get(server: &Server, path: &str) -> RequestBuilder {
    client().get(format!("{}{path}", server.url()))
}

async fn response(server: &Server, path: &str) -> Response {
    get(server, path).send().await.expect("a response")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().expect("a string")
}

#[tokio::test]
async fn the_page_policy_allows_its_scripts_import_map_and_wasm() {
    let server = running(&[]);
    let page = response(&server, "/").await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    let policy = header(&page, "content-security-policy");
    let digest = ring::digest::digest(&ring::digest::SHA256, IMPORT_MAP.as_bytes());
    let hash = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, digest);
    for part in [
        "default-src 'none';",
        &format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';"),
        "style-src 'self';",
        &format!("connect-src 'self' {};", server.api_origin()),
        "base-uri 'none';",
        "form-action 'none';",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline"));

    let blocked = response(&server, "/?csp=no-wasm").await;
    let policy = header(&blocked, "content-security-policy");
    assert!(policy.contains(&hash) && !policy.contains("wasm"));
    let strict = response(&server, "/?csp=trusted-types").await;
    assert!(header(&strict, "content-security-policy").ends_with("; require-trusted-types-for 'script'"));
}

#[tokio::test]
async fn the_page_policy_allows_the_real_api() {
    let server = running_in(
        &[("INCODE_API_URL", "https://api.example.com/0"), ("INCODE_API_KEY", "k"), ("INCODE_CONFIGURATION_ID", "c")],
        &[],
    );
    let page = response(&server, "/").await;
    let policy = header(&page, "content-security-policy");
    assert!(policy.contains("connect-src 'self' https://api.example.com;"), "{policy}");
}

#[tokio::test]
async fn every_file_has_its_type_and_security_headers() {
    let server = running(&[]);
    for (path, kind) in [
        ("/", "text/html"),
        ("/style.css", "text/css"),
        ("/pkg/dist/index.js", "javascript"),
        ("/pkg/dist/other.mjs", "javascript"),
        ("/pkg/dist/incode_core.wasm", "application/wasm"),
        ("/nothing", "text/plain"),
    ] {
        let file = response(&server, path).await;
        assert!(header(&file, "content-type").contains(kind), "{path}");
        assert_eq!(header(&file, "x-content-type-options"), "nosniff");
        assert_eq!(header(&file, "cross-origin-opener-policy"), "same-origin");
        assert!(header(&file, "permissions-policy").contains("camera=(self)"));
        assert!(!header(&file, "referrer-policy").is_empty());
    }
}

#[tokio::test]
async fn an_unchanged_file_gets_304_but_a_page_does_not() {
    let server = running(&[]);
    for path in ["/style.css", "/pkg/dist/index.js"] {
        let first = response(&server, path).await;
        let again = get(&server, path).header("if-none-match", header(&first, "etag")).send().await;
        assert_eq!(again.expect("a response").status(), 304, "{path}");
        let other = get(&server, path).header("if-none-match", "\"other\"").send().await;
        assert_eq!(other.expect("a response").status(), 200);
    }
    // The policy of a page depends on the request.
    for path in ["/", "/index.html", "/index%2Ehtml"] {
        let again = get(&server, path).header("if-none-match", "*").send().await.expect("a response");
        assert_eq!((again.status().as_u16(), again.headers().contains_key("etag")), (200, false), "{path}");
        assert!(again.headers().contains_key("content-security-policy"));
    }
}

#[tokio::test]
async fn a_file_has_one_representation() {
    let server = running(&[]);
    for path in ["/", "/style.css", "/pkg/dist/large.js"] {
        let plain = response(&server, path).await;
        let (etag, plain) = (plain.headers().get("etag").cloned(), plain.bytes().await.expect("a body"));
        for (name, value) in [("accept-encoding", "br"), ("accept-encoding", "gzip"), ("range", "bytes=1-2")] {
            let other = get(&server, path).header(name, value).header("if-range", "\"other\"").send().await;
            let other = other.expect("a response");
            assert_eq!((other.status().as_u16(), other.headers().get("etag")), (200, etag.as_ref()), "{path} {value}");
            assert_eq!(other.bytes().await.expect("a body"), plain);
        }
    }
}

#[tokio::test]
async fn hides_private_files() {
    let server = running(&[]);
    for path in [
        "/.hidden",
        "/%2ehidden",
        "/%2Ehidden",
        "/pkg/node_modules/x/index.js",
        "/pkg/node%5Fmodules/x/index.js",
        "/pkg/..%2f..%2fserver/site/style.css",
        "/nothing",
        "/pkg/package-lock.json",
        "/pkg/build/build.mjs",
        "/pkg/build/build%2emjs",
        "/pkg//build/build.mjs",
        "/pkg/dist-panic/index.js",
        "/pkg/dist/../build.mjs",
        "/pkg/dist/%2e%2e/build.mjs",
        "/pkg/dist",
        "/pkg/dist/",
        "/pkg/",
        "/pkg",
        "/styles",
        "/styles/",
        "//styles",
        "//styles/..",
        "//evil.example/..",
        "/%00",
        "/style.css%00",
        "/style.css/more",
    ] {
        let response = response(&server, path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert!(!response.text().await.expect("a string").is_empty());
    }
    for name in ["x".repeat(300), "x/".repeat(4000), "%2e".repeat(300)] {
        assert_eq!(response(&server, &format!("/{name}")).await.status(), 404);
        assert_eq!(response(&server, &format!("/pkg/dist/{name}")).await.status(), 404);
    }
    assert_eq!(response(&server, "/healthz").await.text().await.expect("a string"), "ok");
}

#[tokio::test]
async fn serves_the_built_package_only() {
    let server = running(&[]);
    assert_eq!(response(&server, "/pkg/dist/index.js").await.status(), 200);
    for path in
        ["/pkg/package.json", "/pkg/index.d.ts", "/pkg/LICENSE-MIT", "/pkg/build/build.mjs", "/pkg/dist-panic/index.js"]
    {
        assert_eq!(response(&server, path).await.status(), 404, "{path}");
    }
    let server = running(&["--for-tests"]);
    assert_eq!(response(&server, "/pkg/dist-panic/index.js").await.status(), 200);
}

#[tokio::test]
async fn head_returns_the_headers_of_get() {
    let server = running(&[]);
    for path in ["/", "/index.html", "/?csp=no-wasm", "/style.css", "/pkg/dist/index.js", "/nothing"] {
        let whole = response(&server, path).await;
        let head = client().head(format!("{}{path}", server.url())).send().await.expect("a response");
        assert_eq!(head.status(), whole.status(), "{path}");
        for name in
            ["content-security-policy", "etag", "content-type", "content-length", "cache-control", "last-modified"]
        {
            assert_eq!(head.headers().get(name), whole.headers().get(name), "{path}: {name}");
        }
        assert!(head.bytes().await.expect("no body").is_empty());
    }
    let style = format!("{}/style.css", server.url());
    let whole = response(&server, "/style.css").await;
    let unchanged = client().head(style).header("if-none-match", header(&whole, "etag")).send().await;
    assert_eq!(unchanged.expect("a response").status(), 304);
}
