//! What `/run/{id}` tells.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::running::*;

async fn journal(server: &Server, id: &str) -> Vec<Value> {
    let answer = client().get(format!("{}/run/{id}", server.url())).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    answer.json().await.expect("a list")
}

#[tokio::test]
async fn every_request_is_written_down_as_it_came() {
    let server = running(&[]);
    let base = format!("{}/run/all/0", server.api_origin());
    let preflight = client()
        .request(Method::OPTIONS, format!("{base}/omni/start"))
        .header("access-control-request-headers", "api-version")
        .send();
    preflight.await.expect("an answer");
    let options = json!({ "configurationId": "approved", "externalId": "ü" });
    let answer = start_request(&base, &options).header("X-Twice", "a").header("X-Twice", "b").send().await;
    let session: Value = answer.expect("an answer").json().await.expect("JSON");
    let finish = finish_request(&base, token(&session)).query(&[("flowId", "a/b")]);
    finish.send().await.expect("an answer");

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
    assert!(entries.iter().all(|entry| entry["outcome"] == "answered"));
    assert!(entries.is_sorted_by_key(|entry| entry["at"].as_u64()));
    assert_eq!(entries[1]["headers"]["x-api-key"], sandbox_key());
    assert_eq!(entries[1]["headers"]["x-twice"], "a, b");
    assert_eq!(entries[2]["headers"]["x-incode-hardware-id"], session["token"]);
    let body: Value = serde_json::from_str(entries[1]["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(body, options);
    assert_eq!(entries[2]["body"], "");
}

#[tokio::test]
async fn a_client_that_goes_away_is_seen() {
    let server = running(&[]);
    for fault in ["hang", "slow-headers", "slow-body", "stalled-body", "too-big"] {
        let base = format!("{}/run/{fault}/fault/{fault}", server.api_origin());
        let open = async {
            let options = json!({ "configurationId": "approved" });
            let answer = start_request(&base, &options).send().await;
            let mut answer = answer.expect("an answer");
            let _ = answer.chunk().await;
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
async fn an_answer_that_the_server_broke_off_counts_as_dropped() {
    let server = running(&[]);
    for fault in ["close", "cut-body"] {
        let base = format!("{}/run/{fault}/fault/{fault}", server.api_origin());
        let answer = start_request(&base, &json!({ "configurationId": "approved" })).send().await;
        if let Ok(answer) = answer {
            answer.bytes().await.expect_err("it is cut");
        }
        until(async || {
            let entries = journal(&server, fault).await;
            (entries.len() == 1 && entries[0]["outcome"] == "dropped").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn runs_are_apart_and_many_calls_are_all_there() {
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
async fn a_long_body_is_kept_in_part_and_read_in_whole() {
    let server = running(&[]);
    let base = format!("{}/run/long", server.api_origin());
    let options = json!({ "configurationId": "approved", "externalId": "x".repeat(1 << 20) });
    let answer = start_request(&base, &options).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
    let entries = journal(&server, "long").await;
    assert_eq!(entries[0]["body"].as_str().map(str::len), Some(64 << 10));
}

#[tokio::test]
async fn no_connection_is_used_twice_below_a_run() {
    let server = running(&[]);
    let answer = timeout(
        Duration::from_secs(10),
        start_request(&format!("{}/run/r", server.api_origin()), &json!({ "configurationId": "approved" })).send(),
    );
    let answer = answer.await.expect("in time").expect("an answer");
    assert_eq!(answer.headers()["connection"], "close");
    let answer = start_request(server.api_origin(), &json!({ "configurationId": "approved" })).send().await;
    assert!(!answer.expect("an answer").headers().contains_key("connection"));
}

#[tokio::test]
async fn a_key_that_is_not_the_sandbox_s_own_is_not_shown() {
    let server = running(&[]);
    let base = format!("{}/run/keys", server.api_origin());
    let request = client().post(format!("{base}/omni/start")).header("x-api-key", "sent-by-mistake");
    assert_eq!(request.send().await.expect("an answer").status(), 401);
    let request = client()
        .post(format!("{base}/omni/start"))
        .header("x-api-key", sandbox_key())
        .header("x-api-key", "the-second");
    request.send().await.expect("an answer");
    start(&base, "approved").await;
    let entries = journal(&server, "keys").await;
    let text = serde_json::to_string(&entries).expect("JSON");
    assert!(!text.contains("sent-by-mistake") && !text.contains("the-second"), "{text}");
    assert_eq!(entries[2]["headers"]["x-api-key"], sandbox_key());

    let server = running(&["--for-tests"]);
    let base = format!("{}/run/keys", server.api_origin());
    client().post(format!("{base}/omni/start")).header("x-api-key", "made-up").send().await.expect("an answer");
    assert_eq!(journal(&server, "keys").await[0]["headers"]["x-api-key"], "made-up");
}
