//! Limits of memory, connections and time.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Body;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::*;

const MB: usize = 1 << 20;

/// Returns the peak memory of the server, in MB.
pub fn peak(server: &Server) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id())).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("Linux counts it");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<usize>().ok()).expect("a number") / 1024
}

/// Returns a JSON object of this many bytes. A tree of its values takes dozens of times as much.
fn swollen(bytes: usize) -> String {
    let start = r#"{"configurationId":"approved","x":["#;
    format!("{start}{}[0]]}}", "[0],".repeat((bytes - start.len() - 5) / 4))
}

/// Returns a body without a Content-Length.
fn chunked(bytes: usize) -> Body {
    let pieces = vec!["x".repeat(bytes / 4); 4];
    Body::wrap_stream(futures_util::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>)))
}

async fn many(count: usize, send: impl AsyncFn(usize)) {
    for first in (0..count).step_by(50) {
        join_all((first..count.min(first + 50)).map(async |index| send(index).await)).await;
    }
}

#[tokio::test]
async fn large_valid_bodies_take_little_memory() {
    let server = running(&[]);
    let session = start(server.api_origin(), "approved").await;
    let wide: String = (0..600_000).map(|index| format!(r#""{index}":0,"#)).collect();
    let custom = format!(r#"{{"configurationId":"approved","customFields":{{{wide}"end":true}}}}"#);
    let long_name = format!(r#"{{"configurationId":"approved","{}":0}}"#, "\\u0061".repeat(MB));
    for body in [swollen(10 * MB), custom, long_name] {
        let uploads = (0..6).map(async |_| {
            let upload = step_request(server.api_origin(), token(&session), "add/face").body(body.clone()).send().await;
            assert_eq!(upload.expect("a response").status(), 200);
            let options = start_request(server.api_origin(), &json!({})).body(body.clone()).send().await;
            assert_error(options.expect("a response"), 413).await;
        });
        join_all(uploads).await;
    }
    for body in
        [swollen(60 << 10), format!(r#"{{"configurationId":"approved","externalId":"{}"}}"#, "x".repeat(60 << 10))]
    {
        let options = start_request(server.api_origin(), &json!({})).body(body).send().await;
        assert_eq!(options.expect("a response").status(), 200);
    }
    assert!(peak(&server) < 120, "{} MB", peak(&server));
}

#[tokio::test]
async fn rejects_a_long_redirection_url() {
    let server = running(&[]);
    let options = json!({ "configurationId": "approved", "redirectionUrl": "x".repeat(3000) });
    let error = assert_error(start_request(server.api_origin(), &options).send().await.expect("a response"), 400).await;
    assert_eq!(error["message"], "redirectionUrl is too long");
}

#[tokio::test]
async fn evicts_the_least_recently_used_journals() {
    let server = running(&["--max-memory", "32"]);
    many(1500, async |index| {
        let base = format!("{}/run/{index}", server.api_origin());
        let request = start_request(&base, &json!({})).body(chunked(64 << 10));
        assert_error(request.send().await.expect("a response"), 400).await;
    })
    .await;
    assert!(peak(&server) < 90, "{} MB", peak(&server));
    // The latest entries are complete.
    let last = client().get(format!("{}/run/1499", server.url())).send().await.expect("a response");
    let last: Value = last.json().await.expect("JSON");
    assert_eq!(last[0]["body"].as_str().map(str::len), Some(64 << 10));
    let first = client().get(format!("{}/run/0", server.url())).send().await.expect("a response");
    assert_eq!(first.text().await.expect("a string"), "[]");
}

#[tokio::test]
async fn evicts_a_journal_that_is_too_large() {
    let server = running(&["--max-memory", "32"]);
    let base = format!("{}/run/one", server.api_origin());
    many(1500, async |_| {
        let request = start_request(&base, &json!({})).body(chunked(64 << 10));
        assert_error(request.send().await.expect("a response"), 400).await;
    })
    .await;
    // Slow readers keep none of it in memory.
    let readers =
        (0..20).map(async |_| client().get(format!("{}/run/one", server.url())).send().await.expect("a response"));
    let readers = join_all(readers).await;
    assert!(peak(&server) < 90, "{} MB", peak(&server));
    drop(readers);
}

#[tokio::test]
async fn rejects_long_run_ids_and_fault_names() {
    let server = running(&["--max-memory", "32"]);
    let long = "x".repeat(15_000);
    many(200, async |index| {
        for path in [format!("/run/{index}{long}"), format!("/fault/1-times-{index}{long}")] {
            let response =
                start_request(&format!("{}{path}", server.api_origin()), &json!({})).send().await.expect("a response");
            assert_error(response, 404).await;
        }
        let read = client().get(format!("{}/run/{index}{long}", server.url())).send().await.expect("a response");
        assert_eq!(read.status(), 404);
        let base = format!("{}/fault/1-times-status-503/{index}{long}", server.api_origin());
        let response = start_request(&base, &json!({})).send().await.expect("a response");
        assert_error(response, 503).await;
    })
    .await;
    assert!(peak(&server) < 90, "{} MB", peak(&server));
}

#[tokio::test]
async fn a_hanging_call_releases_its_body_and_journal() {
    let server = running(&["--max-memory", "32"]);
    let calls: Vec<_> = (0..12)
        .map(|index| {
            let base = format!("{}/run/hang-{index}/fault/hang", server.api_origin());
            tokio::spawn(start_request(&base, &json!({})).body(vec![b' '; 10 * MB]).send())
        })
        .collect();
    for index in 0..12 {
        until(async || {
            let journal = client().get(format!("{}/run/hang-{index}", server.url())).send().await.ok()?;
            let entries: Value = journal.json().await.ok()?;
            (entries[0]["body"].as_str()?.len() == 64 << 10).then_some(())
        })
        .await;
    }
    for index in 0..12 {
        let base = format!("{}/run/hang-{index}", server.api_origin());
        many(50, async |_| {
            let request = start_request(&base, &json!({})).body(chunked(64 << 10));
            assert_error(request.send().await.expect("a response"), 400).await;
        })
        .await;
    }
    let session = start(server.api_origin(), "approved").await;
    let large = step_request(server.api_origin(), token(&session), "add/face").body(swollen(10 * MB)).send().await;
    assert_eq!(large.expect("a response").status(), 200);
    assert!(calls.iter().all(|call| !call.is_finished()));
    assert!(peak(&server) < 90, "{} MB", peak(&server));
}

#[tokio::test]
async fn rejected_large_uploads_get_a_response() {
    let server = running(&[]);
    let elsewhere = format!("{}/api/session", server.url());
    for _ in 0..20 {
        let response = step_request(server.api_origin(), "nonsense", "add/face").body(vec![b' '; 9 * MB]).send().await;
        assert_error(response.expect("the upload went through"), 401).await;
    }
    for (request, status) in [
        (client().post(&elsewhere), 413),
        (client().post(&elsewhere).header("origin", "http://elsewhere.example"), 403),
        (client().post(format!("{}/index.html", server.url())), 405),
        (client().post(format!("{}/omni/nothing", server.url())), 404),
        (client().post(format!("{}/healthz", server.url())), 405),
    ] {
        let response = request.body(vec![b' '; 9 * MB]).send().await;
        assert_eq!(response.expect("the upload went through").status(), status);
    }
}

#[tokio::test]
async fn queues_large_uploads() {
    let server = running(&["--max-memory", "32"]);
    let session = start(server.api_origin(), "approved").await;
    let body = format!("{{}}{}", " ".repeat(9 * MB));
    let uploads = (0..10).map(async |_| {
        let response = step_request(server.api_origin(), token(&session), "add/face").body(body.clone()).send().await;
        response.expect("a response").status().as_u16()
    });
    assert_eq!(join_all(uploads).await, [200; 10]);
    assert!(peak(&server) < 90, "{} MB", peak(&server));
}

#[tokio::test]
async fn closes_clients_that_never_read() {
    let server = running(&["--client-timeout", "1s"]);
    let mut stream = connect(&server).await;
    let key = sandbox_key();
    let request = format!(
        "POST /run/unread/fault/too-big/omni/start HTTP/1.1\r\nHost: localhost\r\nx-api-key: {key}\r\napi-version: 1.0\r\n\
         content-type: application/json\r\ncontent-length: 30\r\n\r\n{{\"configurationId\":\"approved\"}}"
    );
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    until(async || {
        let journal = client().get(format!("{}/run/unread", server.url())).send().await.ok()?;
        let entries: Value = journal.json().await.ok()?;
        (entries[0]["outcome"] == "dropped").then_some(())
    })
    .await;
    drop(stream);
}

#[tokio::test]
async fn closes_idle_clients() {
    let server = running(&["--client-timeout", "1s"]);
    for sent in ["", "GET / HT", "POST /omni/start HTTP/1.1\r\nHost: localhost\r\ncontent-length: 9\r\n\r\n{"] {
        let mut stream = connect(&server).await;
        stream.write_all(sent.as_bytes()).await.expect("it is sent");
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.expect("it is closed");
    }
}

#[tokio::test]
async fn an_excess_connection_waits_until_another_closes() {
    let server = running(&["--max-connections", "4"]);
    let mut open = Vec::new();
    for path in ["/healthz", "/healthz", "/healthz", "/fault/hang/omni/start"] {
        let mut stream = connect(&server).await;
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await.expect("sent");
        if path == "/healthz" {
            stream.read_u8().await.expect("a response");
        }
        open.push(stream);
    }
    let mut fifth = connect(&server).await;
    fifth.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
    assert!(tokio::time::timeout(Duration::from_millis(300), fifth.read_u8()).await.is_err());
    drop(open);
    fifth.read_u8().await.expect("a response");
}

/// Opens a connection that has sent nothing yet.
async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(("127.0.0.1", server.port().parse::<u16>().expect("a port"))).await.expect("a connection")
}

#[tokio::test]
async fn serves_clients_one_after_another_on_one_connection() {
    let server = running(&["--max-connections", "1"]);
    let session = client().post(format!("{}/api/session", server.url())).timeout(SOON).send().await;
    assert_eq!(session.expect("a response").status(), 200);
    let mut first = connect(&server).await;
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
    first.read_u8().await.expect("a response");
    // The first client keeps its connection open as long as the server does.
    let second = client().get(format!("{}/healthz", server.url())).timeout(SOON).send().await;
    assert_eq!(second.expect("a response").status(), 200);
    drop(first);
}

#[tokio::test]
async fn creates_as_many_concurrent_sessions_as_connections() {
    let server = running(&["--max-connections", "20"]);
    let sessions = (0..60).map(async |_| {
        let session = client().post(format!("{}/api/session", server.url())).timeout(SOON).send().await;
        assert_eq!(session.expect("a response").status(), 200);
    });
    join_all(sessions).await;
}

/// Less than the 30 seconds that a server waits for itself.
const SOON: Duration = Duration::from_secs(20);

/// Returns a body that takes hundreds of times as much as a tree of values.
fn nested_objects() -> String {
    format!("[{}{{}}]", r#"{"":0},"#.repeat(1_400_000))
}

#[tokio::test]
async fn an_echo_repeats_the_beginning_of_a_body() {
    let server = running(&[]);
    let base = format!("{}/fault/echo-400", server.api_origin());
    for _ in 0..3 {
        let response = start_request(&base, &json!({})).body(nested_objects()).send().await.expect("a response");
        let error: Value = response.json().await.expect("JSON");
        let body = error["request"]["body"].as_str().expect("a string");
        assert!(body.starts_with("[{") && body.len() == 16 << 10);
    }
    assert!(peak(&server) < 80, "{} MB", peak(&server));
}

/// Sends a request again and again on each connection, and reads nothing, until the server stops reading too.
async fn never_read(server: &Server, connections: usize, request: &[u8]) -> Vec<TcpStream> {
    let send = (0..connections).map(async |_| {
        let mut stream = connect(server).await;
        let blocked = async { while stream.write_all(request).await.is_ok() {} };
        let _ = tokio::time::timeout(Duration::from_secs(3), blocked).await;
        stream
    });
    join_all(send).await
}

#[tokio::test]
async fn unread_responses_take_little_memory() {
    let server = running(&["--max-memory", "32"]);
    // Bytes that JSON escapes, in headers and body.
    let body = "\u{1}".repeat(64 << 10);
    let head = format!("Host: localhost\r\nContent-Length: {}\r\nX-Own: {}", body.len(), "é".repeat(4000));
    let record = format!("POST /run/unread/omni/start HTTP/1.1\r\n{head}\r\n\r\n{body}");
    let mut stream = connect(&server).await;
    stream.write_all(record.as_bytes()).await.expect("sent");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.expect("a response");
    let before = peak(&server);
    let echo = format!("POST /fault/echo-400/omni/start HTTP/1.1\r\n{head}\r\n\r\n{body}");
    let mut open = Vec::new();
    for request in [
        echo.as_bytes(),
        b"GET /run/unread HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /pkg/dist/large.js HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip\r\n\r\n",
    ] {
        open.push(never_read(&server, 100, request).await);
    }
    // 300 connections with 64 KB each, and the 11 MB that all large buffers share.
    assert!(peak(&server) < before + 40, "{before} and then {} MB", peak(&server));
}

/// Sends this once, or as much of it as the server takes.
async fn send_in_part(server: &Server, connections: usize, request: &[u8]) -> Vec<TcpStream> {
    let send = (0..connections).map(async |_| {
        let mut stream = connect(server).await;
        let _ = tokio::time::timeout(Duration::from_secs(3), stream.write_all(request)).await;
        stream
    });
    join_all(send).await
}

/// Uses a quarter of the default limits.
#[tokio::test]
async fn all_limits_together_take_less_than_120_mb() {
    let server = running(&["--max-memory", "64", "--max-sessions", "25000", "--max-connections", "250"]);
    let options = json!({ "configurationId": "approved", "redirectionUrl": "x".repeat(511) }).to_string();
    let key = sandbox_key();
    let head = format!("Host: localhost\r\nx-api-key: {key}\r\napi-version: 1.0\r\ncontent-type: application/json\r\n");
    let length = options.len();
    let start = format!("POST /omni/start HTTP/1.1\r\n{head}content-length: {length}\r\n\r\n{options}").repeat(50);
    let sessions = (0..10).map(async |_| {
        let (mut reader, mut writer) = connect(&server).await.into_split();
        let write = async {
            for _ in 0..50 {
                writer.write_all(start.as_bytes()).await.expect("sent");
            }
            let last = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            writer.write_all(last).await.expect("sent");
        };
        let mut responses = Vec::new();
        let (_, read) = tokio::join!(write, reader.read_to_end(&mut responses));
        read.expect("responses");
        assert_eq!(String::from_utf8_lossy(&responses).matches("HTTP/1.1 200").count(), 2501);
    });
    join_all(sessions).await;
    many(200, async |index| {
        let base = format!("{}/run/{index}", server.api_origin());
        let body = "\u{1}".repeat(64 << 10);
        assert_error(start_request(&base, &json!({})).body(body).send().await.expect("a response"), 400).await;
        let base = format!("{}/run/{index}/fault/1-times-status-503", server.api_origin());
        assert_error(start_request(&base, &json!({})).send().await.expect("a response"), 503).await;
    })
    .await;
    let escaped = "\u{1}".repeat(64 << 10);
    let echo = format!(
        "POST /fault/echo-400/omni/start HTTP/1.1\r\n{head}X-Own: {}\r\ncontent-length: {}\r\n\r\n{escaped}",
        "é".repeat(6000),
        escaped.len()
    );
    let slow_head = format!("GET / HTTP/1.1\r\n{head}X-Own: {}", "x".repeat(15_000));
    let slow_body =
        format!("POST /omni/start HTTP/1.1\r\n{head}content-length: 10485760\r\n\r\n{}", "x".repeat(10_000_000));
    let open = tokio::join!(
        never_read(&server, 50, echo.as_bytes()),
        never_read(&server, 50, b"GET /run/199 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        never_read(&server, 50, b"GET /pkg/dist/large.js HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        send_in_part(&server, 80, slow_head.as_bytes()),
        send_in_part(&server, 15, slow_body.as_bytes()),
    );
    assert!(peak(&server) < 120, "{} MB", peak(&server));
    drop(open);
    let session = client().post(format!("{}/api/session", server.url())).send().await;
    assert_eq!(session.expect("a response").status(), 200);
}
