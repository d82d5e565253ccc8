//! Each fault as a client meets it.

use std::time::{Duration, Instant, SystemTime};

use reqwest::Response;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::running::*;

/// Longer than a response takes.
const A_WHILE: Duration = Duration::from_millis(500);

async fn call(server: &Server, fault: &str) -> Result<Response, reqwest::Error> {
    let base = format!("{}/fault/{fault}", server.api_origin());
    let request = start_request(&base, &json!({ "configurationId": "approved" }));
    request.header("cookie", "of-another-application").send().await
}

#[tokio::test]
async fn every_listed_fault_does_what_it_says() {
    let server = running(&[]);
    let config = client().get(format!("{}/config.json", server.url())).send().await;
    let config: Value = config.expect("a response").json().await.expect("JSON");
    let faults = config["faults"].as_array().expect("a list");
    assert_eq!(faults.len(), 23);
    for fault in faults {
        assert!(fault["text"].as_str().is_some_and(|text| !text.is_empty()));
        try_one(&server, fault["name"].as_str().expect("a name")).await;
    }
}

async fn try_one(server: &Server, fault: &str) {
    let begun = Instant::now();
    if fault == "hang" {
        assert!(timeout(A_WHILE, call(server, fault)).await.is_err());
        return;
    }
    let response = call(server, fault).await;
    if fault == "close" {
        let error = response.expect_err("no response");
        assert!(error.is_request() && !error.is_connect(), "{error:?}");
        return;
    }
    let mut response = response.expect("a response");
    let headers_after = begun.elapsed();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    assert_eq!(headers.contains_key("access-control-allow-origin"), fault != "no-cors");
    let retry_after = headers.get("retry-after").map(|value| value.to_str().expect("a string").to_owned());
    match fault {
        "slow-headers" => {
            assert!(headers_after >= Duration::from_secs(5));
            assert_session(response).await;
        }
        "slow-body" => {
            assert!(headers_after < Duration::from_secs(4));
            assert_session(response).await;
            assert!(begun.elapsed() >= Duration::from_secs(5));
        }
        "stalled-body" => {
            assert!(response.chunk().await.expect("a piece").is_some());
            assert!(timeout(A_WHILE, response.chunk()).await.is_err());
        }
        "cut-body" => {
            let promised = response.content_length().expect("a length");
            let piece = response.chunk().await.expect("a piece").expect("some bytes");
            assert!((piece.len() as u64) < promised);
            response.chunk().await.expect_err("the connection has closed");
        }
        "empty" => {
            assert_eq!((status, response.bytes().await.expect("a body").len()), (200, 0));
        }
        "html" => {
            assert_eq!(headers["content-type"], "text/html; charset=utf-8");
            assert!(response.text().await.expect("a string").starts_with("<!doctype html>"));
        }
        "not-json" => {
            assert_eq!(headers["content-type"], "application/json");
            response.json::<Value>().await.expect_err("it is no JSON");
        }
        "array" => {
            let response: Value = response.json().await.expect("JSON");
            assert!(response[0]["token"].is_string());
        }
        "no-token" => {
            let session: Value = response.json().await.expect("JSON");
            assert!(session.get("token").is_none() && session["interviewId"].is_string());
        }
        "empty-token" => {
            let session: Value = response.json().await.expect("JSON");
            assert!(session["token"] == "" && session["interviewId"].is_string());
        }
        "too-big" => {
            assert_eq!(response.content_length(), None);
            let body = response.bytes().await.expect("a body");
            assert!(body.len() > 10 << 20);
            let session: Value = serde_json::from_slice(&body).expect("JSON");
            assert!(session["token"].is_string());
        }
        "redirect" => {
            assert_eq!(status, 302);
            assert_eq!(headers["location"], format!("{}/omni/start", server.url()));
        }
        "no-cors" | "key-required" => assert_session(response).await,
        "echo-400" => {
            assert_eq!(status, 400);
            let error: Value = response.json().await.expect("JSON");
            for echoed in [&error["message"], &error["path"], &error["request"]["values"]] {
                assert!(echoed.to_string().contains(sandbox_key()));
            }
            assert!(error["message"].to_string().contains("configurationId"));
            assert!(!error.to_string().contains("of-another-application"));
        }
        "status-503" => {
            assert_error(response, 503).await;
            assert_eq!(retry_after, None);
        }
        "status-503-retry-after-5" => {
            assert_error(response, 503).await;
            assert_eq!(headers["access-control-expose-headers"], "retry-after");
            assert_eq!(retry_after.as_deref(), Some("5"));
        }
        "status-503-retry-after-date-5" => {
            assert_error(response, 503).await;
            let date = httpdate::parse_http_date(&retry_after.expect("a date")).expect("a date");
            let ahead = date.duration_since(SystemTime::now()).expect("a date to come");
            assert!(ahead <= Duration::from_secs(5));
        }
        "status-503-retry-after-bad" => {
            assert_error(response, 503).await;
            let retry_after = retry_after.expect("something");
            assert!(retry_after.parse::<u64>().is_err() && httpdate::parse_http_date(&retry_after).is_err());
        }
        "hidden-retry-after-5" => {
            assert_error(response, 429).await;
            assert_eq!(retry_after.as_deref(), Some("5"));
            assert!(!headers.contains_key("access-control-expose-headers"));
        }
        "2-times-status-503" => {
            assert_error(response, 503).await;
            assert_error(call(server, fault).await.expect("a response"), 503).await;
            assert_session(call(server, fault).await.expect("a response")).await;
        }
        other => panic!("{other} is not tried"),
    }
}

async fn assert_session(response: Response) {
    assert_eq!(response.status(), 200);
    let session: Value = response.json().await.expect("JSON");
    assert!(session["token"].is_string());
}

#[tokio::test]
async fn accepts_any_final_status_and_a_date_of_now() {
    let server = running(&[]);
    for status in [400, 403, 404, 418, 502, 599] {
        let response = call(&server, &format!("status-{status}")).await.expect("a response");
        assert_error(response, status).await;
    }
    let response = call(&server, "status-503-retry-after-date-0").await.expect("a response");
    let date = response.headers()["retry-after"].to_str().expect("a string");
    assert!(httpdate::parse_http_date(date).expect("a date") <= SystemTime::now());
}

#[tokio::test]
async fn lists_the_faults_if_one_is_unknown() {
    let server = running(&[]);
    for fault in [
        "nothing",
        "status-",
        "status-99",
        "status-700",
        "echo-x",
        "hang-2",
        "x-times-hang",
        "2-times-",
        "2-times-2-times-hang",
    ] {
        let error = assert_error(call(&server, fault).await.expect("a response"), 404).await;
        let message = error["message"].as_str().expect("a string");
        for known in ["hang", "status-{code}-retry-after-{seconds}", "{count}-times-{fault}"] {
            assert!(message.contains(known), "{message}");
        }
    }
}

#[tokio::test]
async fn counts_failures_per_run_and_base_path_without_preflights() {
    let server = running(&[]);
    for base in [
        "/run/one/fault/1-times-status-503",
        "/run/two/fault/1-times-status-503",
        "/run/one/fault/1-times-status-503/0",
        "/run/one/fault/1-times-close",
        "/run/omni/fault/1-times-status-503",
        "/run/omni1/fault/1-times-status-503",
        "/run/omni2/fault/1-times-status-503",
        "/run/omni%2F/fault/1-times-status-503",
        "/run/a%2Fomni/fault/1-times-status-503",
        "/run/a%2Fomni/fault/1-times-status-503/0",
        "/fault/1-times-status-503",
    ] {
        let base = format!("{}{base}", server.api_origin());
        let preflight = client().request(reqwest::Method::OPTIONS, format!("{base}/omni/start")).send().await;
        assert!(preflight.expect("a response").status().is_success());
        let once = start_request(&base, &json!({ "configurationId": "approved" })).send().await;
        assert!(once.map_or(true, |response| response.status() == 503));
        let session = start(&base, "approved").await;
        finish_status(&base, token(&session)).await;
    }
}

#[tokio::test]
async fn redirects_within_the_same_run() {
    let server = running(&[]);
    let session = start(server.api_origin(), "approved").await;
    let base = format!("{}/run/r/fault/redirect/0", server.api_origin());
    let response = finish_request(&base, token(&session)).query(&[("flowId", "a b")]).send().await;
    let response = response.expect("a response");
    let expected = format!("{}/run/r/0/omni/finish-status?flowId=a+b", server.url());
    assert_eq!(response.headers()["location"], expected);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn requires_a_key_or_an_api_url_that_ends_in_0() {
    let server = running(&[]);
    let session = start(server.api_origin(), "approved").await;
    let base = format!("{}/run/r/fault/key-required", server.api_origin());
    let error = assert_error(finish_request(&base, token(&session)).send().await.expect("a response"), 403).await;
    assert!(error["message"].as_str().expect("a string").contains("/0"));
    assert_error(step(&base, token(&session), "add/face").await, 403).await;
    let with_key = finish_request(&base, token(&session)).header("x-api-key", sandbox_key()).send().await;
    assert_eq!(with_key.expect("a response").status(), 200);
    finish_status(&format!("{base}/0"), token(&session)).await;
    assert_eq!(step(&format!("{base}/0"), token(&session), "add/face").await.status(), 200);
    start(&base, "approved").await;
}
