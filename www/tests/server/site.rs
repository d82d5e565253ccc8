//! The files, and the headers that they come with.

use reqwest::{RequestBuilder, Response};

use crate::running::*;

fn get(server: &Server, path: &str) -> RequestBuilder {
    client().get(format!("{}{path}", server.url()))
}

async fn answer(server: &Server, path: &str) -> Response {
    get(server, path).send().await.expect("an answer")
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers()[name].to_str().expect("text")
}

#[tokio::test]
async fn a_page_may_run_its_own_scripts_its_import_map_and_wasm() {
    let server = running(&[]);
    let page = answer(&server, "/").await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    let policy = header(&page, "content-security-policy");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, IMPORT_MAP.as_bytes());
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

    let blocked = answer(&server, "/?csp=no-wasm").await;
    let policy = header(&blocked, "content-security-policy");
    assert!(policy.contains(&hash) && !policy.contains("wasm"));
}

#[tokio::test]
async fn a_page_for_a_real_api_may_speak_to_that_one() {
    let server = running_in(
        &[("INCODE_API_URL", "https://api.example.com/0"), ("INCODE_API_KEY", "k"), ("INCODE_CONFIGURATION_ID", "c")],
        &[],
    );
    let page = answer(&server, "/").await;
    let policy = header(&page, "content-security-policy");
    assert!(policy.contains("connect-src 'self' https://api.example.com;"), "{policy}");
}

#[tokio::test]
async fn every_file_has_its_type_and_the_headers_that_keep_it_safe() {
    let server = running(&[]);
    for (path, kind) in [
        ("/", "text/html"),
        ("/style.css", "text/css"),
        ("/pkg/dist/index.js", "javascript"),
        ("/pkg/dist/other.mjs", "javascript"),
        ("/pkg/dist/incode_core.wasm", "application/wasm"),
        ("/nothing", "text/plain"),
    ] {
        let file = answer(&server, path).await;
        assert!(header(&file, "content-type").contains(kind), "{path}");
        assert_eq!(header(&file, "x-content-type-options"), "nosniff");
        assert_eq!(header(&file, "cross-origin-opener-policy"), "same-origin");
        assert!(header(&file, "permissions-policy").contains("camera=(self)"));
        assert!(!header(&file, "referrer-policy").is_empty());
    }
}

#[tokio::test]
async fn only_what_has_a_version_is_kept_without_asking() {
    let server = running(&[]);
    for (path, kept) in [
        ("/style.css", false),
        ("/style.css?v=", false),
        ("/style.css?v=3", true),
        ("/pkg/dist/index.js?v=abc", true),
        ("/nothing.js?v=3", false),
        ("/?v=3", false),
        ("/index.html", false),
    ] {
        let file = answer(&server, path).await;
        let expected = if kept { "public, max-age=31536000, immutable" } else { "no-cache" };
        assert_eq!(header(&file, "cache-control"), expected, "{path}");
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let server = running(&[]);
    for path in ["/", "/index.html", "/style.css", "/pkg/dist/index.js"] {
        let first = answer(&server, path).await;
        let again = get(&server, path).header("if-none-match", header(&first, "etag")).send().await;
        let again = again.expect("an answer");
        assert_eq!(again.status(), 304, "{path}");
        let policy = "content-security-policy";
        assert_eq!(first.headers().get(policy), again.headers().get(policy));
        let other = get(&server, path).header("if-none-match", "\"other\"").send().await;
        assert_eq!(other.expect("an answer").status(), 200);
    }
    let page = answer(&server, "/").await;
    let stricter = get(&server, "/?csp=no-wasm").header("if-none-match", header(&page, "etag")).send().await;
    assert_eq!(stricter.expect("an answer").status(), 200);
}

#[tokio::test]
async fn files_are_compressed_for_who_can_read_that() {
    let server = running(&[]);
    for path in ["/", "/pkg/dist/index.js"] {
        for encoding in ["br", "gzip"] {
            let file = get(&server, path).header("accept-encoding", encoding).send().await;
            assert_eq!(header(&file.expect("an answer"), "content-encoding"), encoding);
        }
        assert!(!answer(&server, path).await.headers().contains_key("content-encoding"));
    }
}

#[tokio::test]
async fn what_is_not_for_visitors_is_not_found() {
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
        let answer = answer(&server, path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(!answer.text().await.expect("text").is_empty());
    }
    for name in ["x".repeat(300), "x/".repeat(4000), "%2e".repeat(300)] {
        assert_eq!(answer(&server, &format!("/{name}")).await.status(), 404);
        assert_eq!(answer(&server, &format!("/pkg/dist/{name}")).await.status(), 404);
    }
    assert_eq!(answer(&server, "/healthz").await.text().await.expect("text"), "ok");
}

#[tokio::test]
async fn what_the_package_ships_is_found() {
    let server = running(&[]);
    for path in ["/pkg/package.json", "/pkg/index.d.ts", "/pkg/LICENSE-MIT", "/pkg/dist/index.js"] {
        assert_eq!(answer(&server, path).await.status(), 200, "{path}");
    }
    let server = running(&["--for-tests"]);
    assert_eq!(answer(&server, "/pkg/dist-panic/index.js").await.status(), 200);
}

#[tokio::test]
async fn a_head_is_that_of_the_answer() {
    let server = running(&[]);
    for path in ["/", "/index.html", "/?csp=no-wasm", "/style.css", "/pkg/dist/index.js", "/nothing"] {
        let whole = answer(&server, path).await;
        let head = client().head(format!("{}{path}", server.url())).send().await.expect("an answer");
        assert_eq!(head.status(), whole.status(), "{path}");
        for name in
            ["content-security-policy", "etag", "content-type", "content-length", "cache-control", "last-modified"]
        {
            assert_eq!(head.headers().get(name), whole.headers().get(name), "{path}: {name}");
        }
        assert!(head.bytes().await.expect("no body").is_empty());
    }
    let whole = answer(&server, "/").await;
    let unchanged = client().head(server.url()).header("if-none-match", header(&whole, "etag")).send().await;
    assert_eq!(unchanged.expect("an answer").status(), 304);
}
