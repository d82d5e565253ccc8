//! The names of the server.

use std::net::{IpAddr, UdpSocket};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::*;

/// Sends a request unchanged. Returns the status and the body of the response.
async fn raw(server: &Server, head: &str) -> (u16, String) {
    let port: u16 = server.port().parse().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let request = format!("{}\r\nConnection: close\r\n\r\n", head.replace("PORT", server.port()).replace('\n', "\r\n"));
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("a string");
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, response)
}

async fn status_for_host(server: &Server, host: &str) -> u16 {
    raw(server, &format!("POST /api/session HTTP/1.1\nHost: {host}")).await.0
}

#[tokio::test]
async fn a_loopback_server_accepts_only_loopback_names() {
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
            assert_eq!(status_for_host(&server, own).await, 200, "{own}");
        }
        for stranger in
            ["evil.example", "evil.example:PORT", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1"]
        {
            assert_eq!(status_for_host(&server, stranger).await, 403, "{stranger}");
        }
        let rebound = "POST /api/session HTTP/1.1\nHost: evil.example:PORT\nOrigin: http://evil.example:PORT\n\
                       Sec-Fetch-Site: same-origin";
        let (status, response) = raw(&server, rebound).await;
        assert!(status == 403 && !response.contains("token"), "{response}");
        for path in ["/", "/config.json", "/run/r", "/pkg/dist/index.js", "/healthz"] {
            assert_eq!(raw(&server, &format!("GET {path} HTTP/1.1\nHost: evil.example")).await.0, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn rejects_requests_without_exactly_one_valid_host() {
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
async fn accepts_allowed_hosts() {
    let server = running(&["--allowed-host", "demo.example", "--allowed-host", "https://safe.example"]);
    for own in ["demo.example", "DEMO.example:PORT", "safe.example", "localhost:PORT"] {
        assert_eq!(status_for_host(&server, own).await, 200, "{own}");
    }
    assert_eq!(status_for_host(&server, "evil.example").await, 403);
    let by_address = running(&["--allowed-host", "198.51.100.7", "--allowed-host", "[2001:db8::1]"]);
    for own in ["198.51.100.7", "[2001:db8::1]:PORT"] {
        assert_eq!(status_for_host(&by_address, own).await, 200, "{own}");
    }

    // Only the command line can state that a proxy in front of it uses TLS. Headers are ignored.
    for (host, header, expected) in [
        ("demo.example", "X-Forwarded-Proto: https", "http://demo.example"),
        ("safe.example", "X-Own: 1", "https://safe.example"),
        ("127.0.0.1:PORT", "X-Forwarded-Proto: https", "http://localhost:PORT"),
    ] {
        let (_, response) = raw(&server, &format!("GET /config.json HTTP/1.1\nHost: {host}\n{header}")).await;
        let (_, body) = response.split_once("\r\n\r\n").expect("a body");
        let config: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(config["apiURL"], expected.replace("PORT", server.port()));
    }
}

/// Returns an address of this machine that other machines can reach; none if it has no network. Sends nothing.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[tokio::test]
async fn accepts_its_own_address() {
    let everywhere = [Some("0.0.0.0".to_owned()), own_address().map(|address| address.to_string())];
    for host in everywhere.into_iter().flatten() {
        let server = running(&["--host", &host, "--allowed-host", "demo.example"]);
        let mut own = vec![host.clone(), "demo.example".to_owned(), "localhost".to_owned()];
        own.extend(own_address().map(|address| format!("{address}:{}", server.port())));
        let address = own_address().filter(|_| host != "0.0.0.0").unwrap_or(IpAddr::from([127, 0, 0, 1]));
        for name in own.iter().filter(|name| host != "0.0.0.0" || !name.contains(':')) {
            let session = client().post(format!("http://{address}:{}/api/session", server.port())).header("host", name);
            assert_eq!(session.send().await.expect("a response").status(), 200, "{name} of {host}");
        }
        for name in ["evil.example", "203.0.113.9"] {
            let session = client().post(format!("http://{address}:{}/api/session", server.port())).header("host", name);
            assert_eq!(session.send().await.expect("a response").status(), 403, "{name} of {host}");
        }
    }
    if let Some(address) = own_address() {
        let server = running(&["--host", "0.0.0.0", "--allowed-host", "demo.example"]);
        let session = client().post(format!("http://{address}:{}/api/session", server.port())).send().await;
        assert_eq!(session.expect("a response").status(), 200);
    }
}

#[test]
fn rejects_allowed_hosts_that_match_nothing() {
    let server = running(&[]);
    for value in [
        "",
        "https://",
        "https://safe.example/",
        "https://safe.example:8443",
        "http://demo.example",
        "*.example",
        "*",
        "demo.example:8080",
        "demo.example/path",
        "user@demo.example",
        "demo example",
        "demo..example",
        "dem\u{f6}.example",
        "HTTPS://demo.example",
        "//demo.example",
        "demo.example?",
        "1.2.3",
        "::1",
        "[::1]:80",
        "a,b.example/",
        ".",
    ] {
        // A port that is never free: an accepted value ends with an error too.
        let port = server.port();
        let output = program(&["--port", port, "--allowed-host", value], &[]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{value}");
        let message = String::from_utf8(output.stderr).expect("a string");
        assert!(message.contains("--allowed-host"), "{message}");
    }
}
