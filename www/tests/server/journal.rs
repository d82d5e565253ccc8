//! The journal at `/run/{id}`.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::running::*;

async fn journal(server: &Server, id: &str) -> Vec<Value> {
    let response = client().get(format!("{}/run/{id}", server.url())).send().await;
    let response = response.expect("a response");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    response.json().await.expect("a list")
}

#[tokio::test]
async fn records_every_request_as_sent() {
    let server = running(&[]);
    let base = format!("{}/run/all/0", server.api_origin());
    let preflight = client()
        .request(Method::OPTIONS, format!("{base}/omni/start"))
        .header("access-control-request-headers", "api-version")
        .send();
    preflight.await.expect("a response");
    let options = json!({ "configurationId": "approved", "externalId": "ü" });
    let response = start_request(&base, &options).header("X-Twice", "a").header("X-Twice", "b").send().await;
    let session: Value = response.expect("a response").json().await.expect("JSON");
    let finish = finish_request(&base, token(&session)).query(&[("flowId", "a/b")]);
    finish.send().await.expect("a response");

    let entries = journal(&server, "all").await;
    let seen: Vec<_> = entries
        .iter()
        .map(|entry| {
            (entry["method"].as_str(), entry["path"].as_str(), entry["query"].as_str(), entry["status"].as_u64())
        })
        .map(|(method, path, query, status)| (method.unwrap(), path.unwrap(), query.unwrap(), status.unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            ("OPTIONS", "/0/omni/start", "", 200),
            ("POST", "/0/omni/start", "", 200),
            ("GET", "/0/omni/finish-status", "flowId=a%2Fb", 200),
        ]
    );
    assert!(entries.iter().all(|entry| entry["outcome"] == "completed"));
    assert!(entries.is_sorted_by_key(|entry| entry["at"].as_u64()));
    assert_eq!(entries[1]["headers"]["x-api-key"], sandbox_key());
    assert_eq!(entries[1]["headers"]["x-twice"], "a, b");
    assert_eq!(entries[2]["headers"]["x-incode-hardware-id"], session["token"]);
    let body: Value = serde_json::from_str(entries[1]["body"].as_str().expect("a string")).expect("JSON");
    assert_eq!(body, options);
    assert_eq!(entries[2]["body"], "");
}

#[tokio::test]
async fn records_a_client_that_disconnects() {
    let server = running(&[]);
    for fault in ["hang", "slow-headers", "slow-body", "stalled-body", "too-big"] {
        let base = format!("{}/run/{fault}/fault/{fault}", server.api_origin());
        let open = async {
            let options = json!({ "configurationId": "approved" });
            let response = start_request(&base, &options).send().await;
            let mut response = response.expect("a response");
            let _ = response.chunk().await;
            std::future::pending::<()>().await;
        };
        let seen_open = until(async || {
            let entries = journal(&server, fault).await;
            let entry = entries.into_iter().next()?;
            (!entry["body"].as_str()?.is_empty()).then_some(entry)
        });
        tokio::select! {
            () = open => {}
            entry = seen_open => assert_eq!(entry["outcome"], "open", "{fault}"),
        }
        until(async || {
            let entries = journal(&server, fault).await;
            (entries[0]["outcome"] == "dropped").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn records_an_aborted_response_as_dropped() {
    let server = running(&[]);
    for fault in ["close", "cut-body"] {
        let base = format!("{}/run/{fault}/fault/{fault}", server.api_origin());
        let response = start_request(&base, &json!({ "configurationId": "approved" })).send().await;
        if let Ok(response) = response {
            response.bytes().await.expect_err("it is cut");
        }
        until(async || {
            let entries = journal(&server, fault).await;
            (entries.len() == 1 && entries[0]["outcome"] == "dropped").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn keeps_runs_separate_and_records_concurrent_calls() {
    let server = running(&[]);
    let calls = (0..300).map(async |index| {
        let base = format!("{}/run/{}", server.api_origin(), ["a", "b"][index % 2]);
        start(&base, "approved").await
    });
    join_all(calls).await;
    for id in ["a", "b"] {
        assert_eq!(journal(&server, id).await.len(), 150);
    }
    assert!(journal(&server, "c").await.is_empty());
}

#[tokio::test]
async fn records_the_first_64_kb_of_a_body() {
    let server = running(&[]);
    let base = format!("{}/run/long", server.api_origin());
    let options = json!({ "configurationId": "approved", "externalId": "x".repeat(1 << 20) });
    let response = start_request(&base, &options).send().await;
    assert_eq!(response.expect("a response").status(), 413);
    let entries = journal(&server, "long").await;
    assert_eq!(entries[0]["body"].as_str().map(str::len), Some(64 << 10));
}

#[tokio::test]
async fn closes_connections_under_a_run() {
    let server = running(&[]);
    let response = timeout(
        Duration::from_secs(10),
        start_request(&format!("{}/run/r", server.api_origin()), &json!({ "configurationId": "approved" })).send(),
    );
    let response = response.await.expect("in time").expect("a response");
    assert_eq!(response.headers()["connection"], "close");
    let response = start_request(server.api_origin(), &json!({ "configurationId": "approved" })).send().await;
    assert!(!response.expect("a response").headers().contains_key("connection"));
}

#[tokio::test]
async fn masks_credentials_that_are_not_the_sandbox_s() {
    let server = running(&[]);
    let base = format!("{}/run/keys", server.api_origin());
    let request = client().post(format!("{base}/omni/start")).header("x-api-key", "sent-by-mistake");
    assert_eq!(request.send().await.expect("a response").status(), 401);
    let request = client()
        .post(format!("{base}/omni/start"))
        .header("x-api-key", sandbox_key())
        .header("x-api-key", "the-second");
    request.send().await.expect("a response");
    let query = "flowId=1&token=sent-by-mistake&api%4bey=sent-by-mistake&access_token=sent-by-mistake";
    let mut request = client().get(format!("{base}/omni/finish-status?{query}"));
    for name in [
        "cookie",
        "authorization",
        "proxy-authorization",
        "x-incode-hardware-id",
        "x-auth-token",
        "x-amz-security-token",
        "ocp-apim-subscription-key",
        "x-csrf-token",
        "x-session-id",
        "x-client-secret",
        "cf-access-jwt-assertion",
        "x-amzn-oidc-data",
        "x-signature",
        "X-Own-Password",
    ] {
        request = request.header(name, "sent-by-mistake").header(name, "Bearer sent-by-mistake");
    }
    request.header("x-own", "shown").send().await.expect("a response");
    start(&base, "approved").await;
    let entries = journal(&server, "keys").await;
    let text = serde_json::to_string(&entries).expect("JSON");
    assert!(!text.contains("sent-by-mistake") && !text.contains("the-second"), "{text}");
    assert_eq!(entries[2]["query"].as_str().map(|query| query.split('&').next()), Some(Some("flowId=1")));
    assert_eq!(entries[2]["headers"]["x-own"], "shown");
    assert_eq!(entries[3]["headers"]["x-api-key"], sandbox_key());

    let server = running(&["--for-tests"]);
    let base = format!("{}/run/keys", server.api_origin());
    client().post(format!("{base}/omni/start")).header("x-api-key", "made-up").send().await.expect("a response");
    assert_eq!(journal(&server, "keys").await[0]["headers"]["x-api-key"], "made-up");
}
