//! How the program starts, stops, and says that it cannot.

use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::running::*;

fn fails(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = program(arguments, environment).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let sentence = String::from_utf8(output.stderr).expect("text");
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

#[test]
fn what_stands_in_the_way_is_said_in_a_sentence() {
    let server = running(&[]);
    let port = server.port();
    assert!(fails(&["--port", port], &[]).contains(&format!("Port {port} on 127.0.0.1 is in use")));
    let not_here = ["--host", "192.0.2.1", "--port", "0"];
    assert!(fails(&not_here, &[]).contains("192.0.2.1 is no address of this machine"));
}

#[test]
fn a_package_that_is_not_built_is_said_in_a_sentence() {
    // A second --package is refused as a mistake, so this one starts from nothing.
    let run = |site: &str, package: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_incode-www"))
            .current_dir(files())
            .args(["--port", "0", "--site", site, "--package", package])
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("text")
    };
    assert_eq!(run("site", "site"), "The package isn't built yet: run `cargo xtask build`.\n");
    assert!(run("nowhere", "pkg").starts_with("There is no directory nowhere"));
}

#[test]
fn half_of_a_real_api_is_refused() {
    let url = ("INCODE_API_URL", "https://api.example.com");
    let key = ("INCODE_API_KEY", "secret-key");
    let configuration = ("INCODE_CONFIGURATION_ID", "c");
    for environment in
        [vec![url], vec![key], vec![url, key], vec![key, configuration], vec![("INCODE_API_URL", ""), key]]
    {
        let sentence = fails(&["--port", "0"], &environment);
        assert!(sentence.contains("is missing") || sentence.contains("set INCODE_"), "{sentence}");
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
async fn both_loopback_addresses_are_served() {
    let server = running(&[]);
    let mut hosts = vec!["127.0.0.1", "localhost"];
    if std::net::TcpListener::bind(("::1", 0)).is_ok() {
        hosts.push("[::1]");
    }
    for host in hosts {
        let answer = client().get(format!("http://{host}:{}/healthz", server.port())).send().await;
        assert_eq!(answer.expect("an answer").status(), 200, "{host}");
    }
}

#[tokio::test]
async fn the_sandbox_needs_no_certificates() {
    let nowhere = [("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
    let server = running_in(&nowhere, &[]);
    let session = client().post(format!("{}/api/session", server.url())).send().await;
    assert_eq!(session.expect("an answer").status(), 200);
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_it_in_spite_of_open_calls() {
    for signal in ["-TERM", "-INT"] {
        let mut server = running(&[]);
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

#[tokio::test]
async fn the_log_holds_no_secrets() {
    let server = running(&["--log", "debug"]);
    let base = format!("{}/run/r", server.api_origin());
    let session = start(&base, "approved").await;
    finish_request(&base, token(&session)).query(&[("flowId", "in-the-query")]).send().await.expect("an answer");
    client().get(server.url()).send().await.expect("an answer");
    let token = token(&session).to_owned();
    let log = end(server);
    assert!(log.contains("POST /run/r/omni/start 200") && log.contains("GET / 200"), "{log}");
    for secret in [sandbox_key(), token.as_str(), "in-the-query"] {
        assert!(!log.contains(secret));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_log_that_nobody_reads_holds_nothing_up() {
    let mut server = running(&["--log", "debug"]);
    let long = "x".repeat(250);
    for _ in 0..4000 {
        let answer = client().get(format!("{}/omni/{long}", server.url())).send().await;
        assert_eq!(answer.expect("an answer").status(), 404);
    }
    // Once it is read again, it says what is missing.
    let log = BufReader::new(server.process.stderr().expect("its log is piped"));
    let missing = std::thread::spawn(move || {
        let mut lines = log.lines().map(|line| line.expect("text"));
        lines.find(|line| line.contains("lines of this log have been dropped so far"))
    });
    assert!(missing.join().expect("it was read").is_some());
    stop(&server, "-TERM");
    assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_log_delays_no_signal() {
    let mut server = running(&["--log", "debug"]);
    let long = "x".repeat(250);
    for _ in 0..2000 {
        client().get(format!("{}/omni/{long}", server.url())).send().await.expect("an answer");
    }
    stop(&server, "-TERM");
    let begun = Instant::now();
    assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_log_whose_reader_goes_away_ends_no_request() {
    let mut server = running(&["--log", "debug"]);
    drop(server.process.stderr());
    for path in ["/", "/omni/nothing", "/", "/omni/nothing"] {
        client().get(format!("{}{path}", server.url())).send().await.expect("an answer");
    }
    let session = client().post(format!("{}/api/session", server.url())).send().await;
    assert_eq!(session.expect("an answer").status(), 200);
}
