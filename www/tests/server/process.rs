//! How the program starts, stops and reports errors.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::*;

fn fails(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = program(arguments, environment).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let sentence = String::from_utf8(output.stderr).expect("a string");
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

#[test]
fn startup_errors_are_one_sentence() {
    let server = running(&[]);
    let port = server.port();
    assert!(fails(&["--port", port], &[]).contains(&format!("Port {port} on 127.0.0.1 is in use")));
    let not_here = ["--host", "192.0.2.1", "--port", "0"];
    assert!(fails(&not_here, &[]).contains("192.0.2.1 is not an address of this machine"));
}

#[test]
fn reports_a_package_that_is_not_built() {
    // Without the package of the other tests: the option can be given only once.
    let run = |site: &str, package: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_incode-www"))
            .current_dir(files())
            .args(["--port", "0", "--site", site, "--package", package])
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("a string")
    };
    assert_eq!(run("site", "site"), "The package isn't built yet. Run `cargo xtask build`.\n");
    assert!(run("nowhere", "pkg").starts_with("Directory nowhere not found"));
}

#[test]
fn rejects_incomplete_or_invalid_real_api_settings() {
    let url = ("INCODE_API_URL", "https://api.example.com");
    let key = ("INCODE_API_KEY", "secret-key");
    let configuration = ("INCODE_CONFIGURATION_ID", "c");
    for environment in
        [vec![url], vec![key], vec![url, key], vec![key, configuration], vec![("INCODE_API_URL", ""), key]]
    {
        let sentence = fails(&["--port", "0"], &environment);
        assert!(sentence.contains("Missing: INCODE_"), "{sentence}");
        assert!(!sentence.contains("secret-key"));
    }
    for wrong in [
        "http://api.example.com",
        "api.example.com",
        "https://u:p@api.example.com",
        "https://a.example/?q",
        "http://127.0.0.1.example.com",
    ] {
        let sentence = fails(&["--port", "0"], &[("INCODE_API_URL", wrong), key, configuration]);
        assert!(sentence.starts_with("INCODE_API_URL "), "{sentence}");
    }
    let sentence = fails(&["--port", "0"], &[url, ("INCODE_API_KEY", "secret\nkey"), configuration]);
    assert!(sentence.starts_with("INCODE_API_KEY ") && !sentence.contains("secret"));
}

#[tokio::test]
async fn serves_both_loopback_addresses() {
    let server = running(&[]);
    let mut hosts = vec!["127.0.0.1", "localhost"];
    if std::net::TcpListener::bind(("::1", 0)).is_ok() {
        hosts.push("[::1]");
    }
    for host in hosts {
        let response = client().get(format!("http://{host}:{}/healthz", server.port())).send().await;
        assert_eq!(response.expect("a response").status(), 200, "{host}");
    }
}

#[tokio::test]
async fn the_sandbox_needs_no_certificates() {
    let nowhere = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
    let server = running_in(&nowhere, &[]);
    let session = client().post(format!("{}/api/session", server.url())).send().await;
    assert_eq!(session.expect("a response").status(), 200);
}

#[cfg(unix)]
#[tokio::test]
async fn exits_at_a_signal_despite_open_calls() {
    for signal in ["-TERM", "-INT", "-HUP", "-QUIT"] {
        let mut server = running_with_default_signals();
        let base = format!("{}/run/open/fault/hang", server.api_origin());
        let hanging = tokio::spawn(start_request(&base, &json!({ "configurationId": "approved" })).send());
        until(async || {
            let journal = client().get(format!("{}/run/open", server.url())).send().await.ok()?;
            (journal.text().await.ok()? != "[]").then_some(())
        })
        .await;
        stop(&server, signal);
        assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
        assert!(hanging.await.expect("it was sent").is_err());
    }
}

#[cfg(unix)]
#[test]
fn exits_cleanly_at_a_signal_right_after_it_listens() {
    for round in 0..40 {
        let mut server = running_with_default_signals();
        stop(&server, ["-TERM", "-INT", "-HUP", "-QUIT"][round % 4]);
        assert_eq!(server.process.wait().expect("it ends").code(), Some(0), "round {round}");
    }
}

/// Starts the server with no signal ignored, also where the tests themselves run under nohup.
#[cfg(unix)]
fn running_with_default_signals() -> Server {
    started_by("env", &["--default-signal"])
}

/// Starts the server by a command that runs another.
#[cfg(unix)]
fn started_by(name: &str, arguments: &[&str]) -> Server {
    let program = program(&["--port", "0"], &[]);
    let mut command = Command::new(name);
    command
        .args(arguments)
        .arg(program.get_program())
        .args(program.get_args())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    Server::spawn(command).expect("it listens")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn ignores_a_hangup_under_nohup() {
    let mut server = started_by("nohup", &[]);
    stop(&server, "-HUP");
    let response = client().get(format!("{}/healthz", server.url())).send().await;
    assert_eq!(response.expect("a response").status(), 200);
    stop(&server, "-TERM");
    assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
}

#[tokio::test]
async fn logs_only_printable_ascii() {
    let server = running(&["--log", "debug"]);
    for path in ["/", "/run/r/omni/"] {
        let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).await.expect("a connection");
        let strange = "\u{2028}\u{202e}\u{85}\u{9b}31m\u{feff}\u{200b}\u{e0041}\u{2066}é";
        let request = format!("GET {path}{strange}end HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream.read_to_end(&mut Vec::new()).await.expect("a response");
    }
    let log = end(server);
    assert_eq!(log.matches("end 404").count(), 2, "{log}");
    assert!(log.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{log}");
}

#[tokio::test]
async fn logs_no_secrets() {
    let server = running(&["--log", "debug"]);
    let base = format!("{}/run/r", server.api_origin());
    let session = start(&base, "approved").await;
    finish_request(&base, token(&session)).query(&[("flowId", "in-the-query")]).send().await.expect("a response");
    client().get(server.url()).send().await.expect("a response");
    let token = token(&session).to_owned();
    let log = end(server);
    assert!(log.contains("POST /run/r/omni/start 200") && log.contains("GET / 200"), "{log}");
    for secret in [sandbox_key(), token.as_str(), "in-the-query"] {
        assert!(!log.contains(secret));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn serves_requests_with_an_unread_log() {
    let mut server = running(&["--log", "debug"]);
    let long = "x".repeat(250);
    for _ in 0..4000 {
        let response = client().get(format!("{}/omni/{long}", server.url())).send().await;
        assert_eq!(response.expect("a response").status(), 404);
    }
    stop(&server, "-TERM");
    assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_log_does_not_delay_a_signal() {
    let mut server = running(&["--log", "debug"]);
    let long = "x".repeat(250);
    for _ in 0..2000 {
        client().get(format!("{}/omni/{long}", server.url())).send().await.expect("a response");
    }
    stop(&server, "-TERM");
    let begun = Instant::now();
    assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn serves_requests_with_a_closed_log() {
    let mut server = running(&["--log", "debug"]);
    drop(server.process.stderr());
    for path in ["/", "/omni/nothing", "/", "/omni/nothing"] {
        client().get(format!("{}{path}", server.url())).send().await.expect("a response");
    }
    let session = client().post(format!("{}/api/session", server.url())).send().await;
    assert_eq!(session.expect("a response").status(), 200);
}
