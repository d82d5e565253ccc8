//! What callers can take of the server: memory, connections, time.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Body;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::*;

const MB: usize = 1 << 20;

/// The most that the server has ever had in memory, in MB.
pub fn peak(server: &Server) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id())).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("Linux counts it");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<usize>().ok()).expect("a number") / 1024
}

/// An object of so many bytes, which is dozens of times as large for who keeps all its values.
fn swollen(bytes: usize) -> String {
    let start = r#"{"configurationId":"approved","x":["#;
    format!("{start}{}[0]]}}", "[0],".repeat((bytes - start.len() - 5) / 4))
}

/// Tells no length beforehand.
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
async fn a_session_keeps_only_what_is_read_later() {
    let server = running(&[]);
    let body = swollen(10 * MB);
    let starts = (0..6).map(async |_| {
        let options = start_request(server.api_origin(), &json!({})).body(body.clone()).send().await;
        assert_eq!(options.expect("an answer").status(), 200);
    });
    join_all(starts).await;
    let session = start(server.api_origin(), "approved").await;
    let upload = step_request(server.api_origin(), token(&session), "add/face").body(body).send().await;
    assert_eq!(upload.expect("an answer").status(), 200);
    let wide: String = (0..600_000).map(|index| format!(r#""{index}":0,"#)).collect();
    let custom = format!(r#"{{"configurationId":"approved","customFields":{{{wide}"end":true}}}}"#);
    let custom = start_request(server.api_origin(), &json!({})).body(custom).send().await;
    assert_eq!(custom.expect("an answer").status(), 200);
    assert!(peak(&server) < 200, "{} MB", peak(&server));
}

#[tokio::test]
async fn what_a_session_keeps_is_short() {
    let server = running(&[]);
    let options = json!({ "configurationId": "approved", "redirectionUrl": "x".repeat(3000) });
    let error = assert_error(start_request(server.api_origin(), &options).send().await.expect("an answer"), 400).await;
    assert_eq!(error["message"], "redirectionUrl is too long");
}

#[tokio::test]
async fn a_journal_is_counted_by_what_it_keeps() {
    let server = running(&["--max-memory", "32"]);
    many(1500, async |index| {
        let base = format!("{}/run/{index}", server.api_origin());
        let request = start_request(&base, &json!({})).body(chunked(64 << 10));
        assert_error(request.send().await.expect("an answer"), 400).await;
    })
    .await;
    assert!(peak(&server) < 90, "{} MB", peak(&server));
    // The last ones are there, and they are whole.
    let last = client().get(format!("{}/run/1499", server.url())).send().await.expect("an answer");
    let last: Value = last.json().await.expect("JSON");
    assert_eq!(last[0]["body"].as_str().map(str::len), Some(64 << 10));
    let first = client().get(format!("{}/run/0", server.url())).send().await.expect("an answer");
    assert_eq!(first.text().await.expect("text"), "[]");
}

#[tokio::test]
async fn one_large_journal_makes_room_for_itself() {
    let server = running(&["--max-memory", "32"]);
    let base = format!("{}/run/one", server.api_origin());
    many(1500, async |_| {
        let request = start_request(&base, &json!({})).body(chunked(64 << 10));
        assert_error(request.send().await.expect("an answer"), 400).await;
    })
    .await;
    // Who reads it slowly keeps none of it either.
    let readers =
        (0..20).map(async |_| client().get(format!("{}/run/one", server.url())).send().await.expect("an answer"));
    let readers = join_all(readers).await;
    assert!(peak(&server) < 90, "{} MB", peak(&server));
    drop(readers);
}

#[tokio::test]
async fn names_are_short() {
    let server = running(&["--max-memory", "32"]);
    let long = "x".repeat(60_000);
    many(200, async |index| {
        for path in [format!("/run/{index}{long}"), format!("/fault/1-times-{index}{long}")] {
            let answer =
                start_request(&format!("{}{path}", server.api_origin()), &json!({})).send().await.expect("an answer");
            assert_error(answer, 404).await;
        }
        let read = client().get(format!("{}/run/{index}{long}", server.url())).send().await.expect("an answer");
        assert_eq!(read.status(), 404);
        let base = format!("{}/fault/1-times-status-503/{index}{long}", server.api_origin());
        let answer = start_request(&base, &json!({})).send().await.expect("an answer");
        assert_error(answer, 503).await;
    })
    .await;
    assert!(peak(&server) < 90, "{} MB", peak(&server));
}

#[tokio::test]
async fn a_call_that_hangs_holds_neither_its_body_nor_its_journal() {
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
            assert_error(request.send().await.expect("an answer"), 400).await;
        })
        .await;
    }
    let large = start_request(server.api_origin(), &json!({})).body(swollen(10 * MB)).send().await;
    assert_eq!(large.expect("an answer").status(), 200);
    assert!(calls.iter().all(|call| !call.is_finished()));
    assert!(peak(&server) < 90, "{} MB", peak(&server));
}

#[tokio::test]
async fn a_large_upload_that_is_refused_gets_its_answer() {
    let server = running(&[]);
    let elsewhere = format!("{}/api/session", server.url());
    for _ in 0..20 {
        let answer = step_request(server.api_origin(), "nonsense", "add/face").body(vec![b' '; 9 * MB]).send().await;
        assert_error(answer.expect("the upload went through"), 401).await;
    }
    for (request, status) in [
        (client().post(&elsewhere), 413),
        (client().post(&elsewhere).header("origin", "http://elsewhere.example"), 403),
        (client().post(format!("{}/index.html", server.url())), 405),
        (client().post(format!("{}/omni/nothing", server.url())), 404),
        (client().post(format!("{}/healthz", server.url())), 405),
    ] {
        let answer = request.body(vec![b' '; 9 * MB]).send().await;
        assert_eq!(answer.expect("the upload went through").status(), status);
    }
}

#[tokio::test]
async fn many_large_uploads_take_turns() {
    let server = running(&["--max-memory", "32"]);
    let session = start(server.api_origin(), "approved").await;
    let body = format!("{{}}{}", " ".repeat(9 * MB));
    let uploads = (0..10).map(async |_| {
        let answer = step_request(server.api_origin(), token(&session), "add/face").body(body.clone()).send().await;
        answer.expect("an answer").status().as_u16()
    });
    assert_eq!(join_all(uploads).await, [200; 10]);
    assert!(peak(&server) < 90, "{} MB", peak(&server));
}

#[tokio::test]
async fn who_never_reads_is_let_go() {
    let server = running(&["--client-timeout", "1s"]);
    let mut stream =
        TcpStream::connect(("127.0.0.1", server.port().parse().expect("a port"))).await.expect("a connection");
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
async fn who_says_nothing_is_let_go() {
    let server = running(&["--client-timeout", "1s"]);
    for sent in ["", "GET / HT", "POST /omni/start HTTP/1.1\r\nHost: localhost\r\ncontent-length: 9\r\n\r\n{"] {
        let mut stream =
            TcpStream::connect(("127.0.0.1", server.port().parse().expect("a port"))).await.expect("a connection");
        stream.write_all(sent.as_bytes()).await.expect("it is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("it is closed");
    }
}

#[tokio::test]
async fn one_connection_more_than_there_may_be_waits_for_another_to_close() {
    let server = running(&["--max-connections", "4"]);
    let port: u16 = server.port().parse().expect("a port");
    let connect = async || TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let mut open: Vec<TcpStream> = join_all((0..4).map(async |_| connect().await)).await;
    // Each has been accepted when it is answered.
    for stream in &mut open {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is sent");
        stream.read_u8().await.expect("an answer");
    }
    let mut fifth = connect().await;
    fifth.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is sent");
    assert!(tokio::time::timeout(Duration::from_millis(300), fifth.read_u8()).await.is_err());
    drop(open);
    fifth.read_u8().await.expect("an answer");
}
