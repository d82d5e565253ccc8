//! The site's backend, with the sandbox and with a real API, whose key it never reveals.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::running::*;

const SECRET: &str = "a-key-to-keep-secret";

fn session_request(server: &Server) -> RequestBuilder {
    client().post(format!("{}/api/session", server.url()))
}

async fn ask(server: &Server, request_body: &Value) -> Response {
    session_request(server).json(request_body).send().await.expect("a response")
}

/// Starts a server that uses the sandbox of another one as its real API.
fn with_real_api(base: &str, key: &str) -> Server {
    let environment = [("INCODE_API_URL", base), ("INCODE_API_KEY", key), ("INCODE_CONFIGURATION_ID", "rejected")];
    running_in(&environment, &["--log", "debug"])
}

#[tokio::test]
async fn returns_a_token_and_an_api_url_of_another_origin() {
    let server = running(&[]);
    let request_body = json!({ "configurationId": "rejected", "externalId": "user-7", "language": "es" });
    let session: Value = ask(&server, &request_body).await.json().await.expect("JSON");
    assert_eq!(session.as_object().expect("an object").len(), 3);
    assert_eq!(session["apiURL"], server.api_origin());
    assert_eq!(session["interviewId"].as_str().map(str::len), Some(24));
    go_through(server.api_origin(), token(&session)).await;
    assert_eq!(finish_status(server.api_origin(), token(&session)).await["action"], "rejected");

    let other_way = client().post(format!("{}/api/session", server.api_origin())).send().await;
    let session: Value = other_way.expect("a response").json().await.expect("JSON");
    assert_eq!(session["apiURL"], server.url());
    go_through(server.url(), token(&session)).await;
    assert_eq!(finish_status(server.url(), token(&session)).await["action"], "approved");
}

#[tokio::test]
async fn applies_a_fault_to_each_session_separately() {
    let server = running(&[]);
    for _ in 0..2 {
        let request_body = json!({ "fault": "1-times-status-503" });
        let session: Value = ask(&server, &request_body).await.json().await.expect("JSON");
        let api = session["apiURL"].as_str().expect("a URL");
        assert!(api.starts_with(server.api_origin()) && api.ends_with("/fault/1-times-status-503"));
        let first = finish_request(api, token(&session)).send().await;
        assert_eq!(first.expect("a response").status(), 503);
        finish_status(api, token(&session)).await;
    }
}

#[tokio::test]
async fn invalid_requests_get_a_clear_error() {
    let server = running(&[]);
    for request_body in [
        json!({ "fault": "nothing" }),
        json!({ "configurationId": "nothing" }),
        json!({ "externalId": 7 }),
        json!({ "externalID": "mistyped" }),
        json!([]),
    ] {
        let response = ask(&server, &request_body).await;
        assert_eq!(response.status(), 400);
        let error: Value = response.json().await.expect("JSON");
        assert!(error["error"].as_str().is_some_and(|text| text.ends_with('.')));
    }
    let session = ask(&server, &json!({})).await;
    assert_eq!(session.headers()["cache-control"], "no-store");
    let response = ask(&server, &json!({ "externalId": "x".repeat(20_000) })).await;
    assert_eq!(response.status(), 413);
    let response = client().get(format!("{}/api/session", server.url())).send().await;
    assert_eq!(response.expect("a response").status(), 405);
}

#[tokio::test]
async fn rejects_requests_of_other_sites() {
    let server = running(&[]);
    for (name, value) in [("origin", "http://elsewhere.example"), ("sec-fetch-site", "cross-site")] {
        let response = session_request(&server).header(name, value).send().await.expect("a response");
        assert_eq!(response.status(), 403);
        assert!(!response.headers().contains_key("access-control-allow-origin"));
        let error: Value = response.json().await.expect("JSON");
        assert!(error["error"].is_string());
    }
    let own = session_request(&server).header("origin", server.url()).send().await;
    assert_eq!(own.expect("a response").status(), 200);
}

#[tokio::test]
async fn calls_the_real_api_with_its_key_and_configuration() {
    let api = running(&[]);
    let base = format!("{}/run/real/0", api.api_origin());
    let server = with_real_api(&format!("{base}/"), sandbox_key());
    let request_body = json!({ "configurationId": "approved", "externalId": "user-7" });
    let response = ask(&server, &request_body).await;
    assert_eq!(response.status(), 200);
    let text = response.text().await.expect("a string");
    assert!(!text.contains(sandbox_key()));
    let session: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(session["apiURL"], base);
    go_through(&base, token(&session)).await;
    assert_eq!(finish_status(&base, token(&session)).await["action"], "rejected");

    let journal = client().get(format!("{}/run/real", api.url())).send().await;
    let entries: Value = journal.expect("a response").json().await.expect("JSON");
    assert_eq!(entries[0]["headers"]["x-api-key"], sandbox_key());
    assert_eq!(entries[0]["headers"]["api-version"], "1.0");
    let sent: Value = serde_json::from_str(entries[0]["body"].as_str().expect("a string")).expect("JSON");
    assert_eq!(sent, json!({ "configurationId": "rejected", "externalId": "user-7" }));

    let config = client().get(format!("{}/config.json", server.url())).send().await;
    let config = config.expect("a response").text().await.expect("a string");
    assert!(!config.contains(sandbox_key()) && config.contains("\"mode\":\"api\"") && config.contains(&base));
    assert_eq!(ask(&server, &json!({ "fault": "hang" })).await.status(), 400);
    for path in ["/omni/finish-status", "/fault/html/omni/start", "/run/r"] {
        let response = client().get(format!("{}{path}", server.api_origin())).send().await;
        assert_eq!(response.expect("a response").status(), 404);
    }
    assert!(!end(server).contains(sandbox_key()));
}

#[tokio::test]
async fn reports_a_rejected_key_without_the_key() {
    let api = running(&[]);
    for base in [api.api_origin(), &format!("{}/fault/echo-403", api.api_origin())] {
        let server = with_real_api(base, SECRET);
        let response = ask(&server, &json!({})).await;
        assert_eq!(response.status(), 502);
        let text = response.text().await.expect("a string");
        assert!(text.contains("INCODE_API_KEY") && !text.contains(SECRET), "{text}");
        let log = end(server);
        assert!(!log.contains(SECRET));
        let errors: Vec<_> = log.lines().filter(|line| line.contains("ERROR")).collect();
        assert!(errors.len() == 1 && errors[0].contains("rejected the API key"), "{log}");
    }
}

#[tokio::test]
async fn reports_api_failures_to_the_page() {
    let api = running(&[]);
    for (fault, status) in [
        ("status-500", 502),
        ("status-429-retry-after-7", 429),
        ("close", 502),
        ("cut-body", 502),
        ("not-json", 502),
        ("array", 502),
        ("no-token", 502),
        ("empty-token", 502),
        ("redirect", 502),
    ] {
        let server = with_real_api(&format!("{}/fault/{fault}", api.api_origin()), sandbox_key());
        let response = ask(&server, &json!({})).await;
        assert_eq!(response.status(), status, "{fault}");
        let retry_after = response.headers().get("retry-after").cloned();
        assert_eq!(retry_after.is_some(), status == 429);
        let error: Value = response.json().await.expect("JSON");
        assert!(error["error"].as_str().is_some_and(|text| text.ends_with('.')));
        assert!(!error.to_string().contains(sandbox_key()));
    }
}

/// Starts a server that responds to every request with these headers and this body.
async fn upstream(head: &'static str, body: &'static [u8], times: usize) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(head.replace('\n', "\r\n").as_bytes()).await;
            for _ in 0..times {
                if stream.write_all(body).await.is_err() {
                    break;
                }
            }
        }
    });
    url
}

#[tokio::test]
async fn stops_reading_a_response_that_is_too_large() {
    let head = "HTTP/1.1 200 OK\nContent-Type: application/json\nConnection: close\n\n";
    let server = with_real_api(&upstream(head, &[b' '; 1 << 20], 200).await, sandbox_key());
    let response = ask(&server, &json!({})).await;
    assert_eq!(response.status(), 502);
    assert!(response.text().await.expect("a string").contains("too large"));
    #[cfg(target_os = "linux")]
    assert!(crate::bounds::peak(&server) < 60);
}

/// Starts an API that keeps a connection open and closes it when it is used again, as a gateway may at that moment.
async fn gateway() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            tokio::spawn(async move {
                let body = json!({ "token": "t", "interviewId": "i" }).to_string();
                let _ = stream.read(&mut [0; 4096]).await;
                let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                let _ = stream.write_all(response.as_bytes()).await;
                let _ = stream.read(&mut [0; 4096]).await;
            });
        }
    });
    url
}

#[tokio::test]
async fn a_gateway_that_closes_idle_connections_causes_no_error() {
    let server = with_real_api(&gateway().await, sandbox_key());
    for _ in 0..5 {
        assert_eq!(ask(&server, &json!({})).await.status(), 200);
    }
}

#[tokio::test]
async fn forwards_only_a_reasonable_retry_after() {
    for (header, forwarded) in [
        ("Retry-After: 7", Some("7")),
        ("Retry-After: 0", Some("0")),
        ("Retry-After: 1e99", None),
        ("Retry-After: -1", None),
        ("Retry-After: 7.5", None),
        ("Retry-After: 99999999999999999999", None),
        ("Retry-After: 31536000", None),
        ("Retry-After: in a while", None),
        ("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("X-Nothing: 1", None),
    ] {
        let head = format!("HTTP/1.1 429 Too Many Requests\n{header}\nContent-Length: 0\nConnection: close\n\n");
        let server = with_real_api(&upstream(head.leak(), b"", 0).await, sandbox_key());
        let response = ask(&server, &json!({})).await;
        assert_eq!(response.status(), 429);
        let wait = response.headers().get("retry-after").map(|wait| wait.to_str().expect("a string"));
        assert_eq!(wait, forwarded, "{header}");
    }
    let api = running(&[]);
    let server = with_real_api(&format!("{}/fault/status-429-retry-after-date-5", api.api_origin()), sandbox_key());
    let wait = ask(&server, &json!({})).await.headers()["retry-after"].to_str().expect("a string").parse::<u64>();
    assert!((1..=6).contains(&wait.expect("seconds")));
}
