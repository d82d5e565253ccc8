//! By which names the server can be called.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::*;

/// The status and the body of the answer to a request as it stands.
async fn raw(server: &Server, head: &str) -> (u16, String) {
    let port: u16 = server.port().parse().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = format!("{}\r\nConnection: close\r\n\r\n", head.replace("PORT", server.port()).replace('\n', "\r\n"));
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer)
}

async fn asks_as(server: &Server, host: &str) -> u16 {
    raw(server, &format!("POST /api/session HTTP/1.1\nHost: {host}")).await.0
}

#[tokio::test]
async fn a_loopback_server_goes_by_loopback_names_only() {
    let real = running(&[]);
    let api = real.api_origin();
    let environment =
        [("INCODE_API_URL", api), ("INCODE_API_KEY", sandbox_key()), ("INCODE_CONFIGURATION_ID", "approved")];
    for server in [running(&[]), running_in(&environment, &[])] {
        for own in [
            "localhost:PORT",
            "127.0.0.1:PORT",
            "LOCALHOST",
            "[::1]:PORT",
            "127.0.0.2",
            "[::ffff:127.0.0.1]",
            "a.localhost",
        ] {
            assert_eq!(asks_as(&server, own).await, 200, "{own}");
        }
        for stranger in
            ["evil.example", "evil.example:PORT", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1"]
        {
            assert_eq!(asks_as(&server, stranger).await, 403, "{stranger}");
        }
        let rebound = "POST /api/session HTTP/1.1\nHost: evil.example:PORT\nOrigin: http://evil.example:PORT\n\
                       Sec-Fetch-Site: same-origin";
        let (status, answer) = raw(&server, rebound).await;
        assert!(status == 403 && !answer.contains("token"), "{answer}");
        for path in ["/", "/config.json", "/run/r", "/pkg/dist/index.js", "/healthz"] {
            assert_eq!(raw(&server, &format!("GET {path} HTTP/1.1\nHost: evil.example")).await.0, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn a_request_says_which_host_it_means() {
    let server = running(&[]);
    for head in [
        "GET / HTTP/1.1",
        "GET / HTTP/1.0",
        "GET / HTTP/1.1\nHost: localhost\nHost: localhost",
        "GET / HTTP/1.1\nHost: localhost\nHost: evil.example",
        "GET / HTTP/1.1\nHost:",
        "GET / HTTP/1.1\nHost: user@localhost",
        "GET / HTTP/1.1\nHost: user:password@localhost:PORT",
        "GET / HTTP/1.1\nHost: local host",
        "GET / HTTP/1.1\nHost: localhost/path",
        "GET http://evil.example/ HTTP/1.1\nHost: localhost",
        "GET foo HTTP/1.1\nHost: localhost",
        "OPTIONS * HTTP/1.1\nHost: localhost",
    ] {
        assert_eq!(raw(&server, head).await.0, 400, "{head}");
    }
}

#[tokio::test]
async fn more_names_can_be_let_in() {
    let server = running(&["--allowed-host", "demo.example", "--allowed-host", "https://safe.example"]);
    for own in ["demo.example", "DEMO.example:PORT", "safe.example", "localhost:PORT"] {
        assert_eq!(asks_as(&server, own).await, 200, "{own}");
    }
    assert_eq!(asks_as(&server, "evil.example").await, 403);

    // Who speaks to it by a proxy with TLS is for the command line to say, and not for a header.
    for (host, header, expected) in [
        ("demo.example", "X-Forwarded-Proto: https", "http://demo.example"),
        ("safe.example", "X-Own: 1", "https://safe.example"),
        ("127.0.0.1:PORT", "X-Forwarded-Proto: https", "http://localhost:PORT"),
    ] {
        let (_, answer) = raw(&server, &format!("GET /config.json HTTP/1.1\nHost: {host}\n{header}")).await;
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let config: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(config["apiURL"], expected.replace("PORT", server.port()));
    }
}
