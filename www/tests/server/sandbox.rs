//! Start, the steps, finish-status, and each error body.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::running::*;

#[tokio::test]
async fn the_configuration_sets_the_outcome() {
    let server = running(&[]);
    for (configuration, action, score) in [
        ("approved", "approved", "OK"),
        ("rejected", "rejected", "FAIL"),
        ("manual-review", "none", "UNKNOWN"),
        ("warn", "approved", "WARN"),
    ] {
        for base in [server.api_origin(), &format!("{}/0", server.api_origin())] {
            let session = start(base, configuration).await;
            let open = json!({ "action": "none", "scoreStatus": "UNKNOWN", "redirectionUrl": "" });
            assert_eq!(finish_status(base, token(&session)).await, open);
            go_through(base, token(&session)).await;
            let status = finish_status(base, token(&session)).await;
            assert_eq!(status["action"], action);
            assert_eq!(status["scoreStatus"], score);
        }
    }
}

#[tokio::test]
async fn a_session_has_every_documented_field() {
    let server = running(&[]);
    let session = start(server.api_origin(), "approved").await;
    assert!(token(&session).len() <= 256);
    assert_eq!(token(&session).split('.').count(), 3);
    assert_eq!(session["interviewId"].as_str().map(str::len), Some(24));
    assert_eq!(session["interviewCode"].as_str().map(str::len), Some(6));
    assert_eq!(session["existingSession"], false);
    for name in ["flowType", "clientId"] {
        assert!(session[name].is_string(), "{name}");
    }
    assert!(["stage", "demo", "saas"].contains(&session["env"].as_str().expect("a string")));
    for name in [
        "idCaptureTimeout",
        "idCaptureRetries",
        "selfieCaptureTimeout",
        "selfieCaptureRetries",
        "curpValidationRetries",
    ] {
        assert!(session[name].is_u64(), "{name}");
    }
}

#[tokio::test]
async fn reports_an_existing_session_but_creates_a_new_one() {
    let server = running(&[]);
    let first = start(server.api_origin(), "approved").await;
    let options = json!({ "configurationId": "approved", "interviewId": first["interviewId"] });
    let response = start_request(server.api_origin(), &options).send().await;
    let second: Value = response.expect("a response").json().await.expect("JSON");
    assert_eq!(second["existingSession"], true);
    assert_ne!(second["interviewId"], first["interviewId"]);
    go_through(server.api_origin(), token(&first)).await;
    assert_eq!(finish_status(server.api_origin(), token(&second)).await["action"], "none");
}

#[tokio::test]
async fn keeps_sessions_separate() {
    let server = running(&[]);
    let api = server.api_origin();
    let one = async |index: usize| {
        let configuration = ["approved", "rejected"][index % 2];
        let session = start(api, configuration).await;
        let goes_through = !index.is_multiple_of(3);
        if goes_through {
            go_through(api, token(&session)).await;
        }
        let expected = if goes_through { configuration } else { "none" };
        assert_eq!(finish_status(api, token(&session)).await["action"], expected);
        session["interviewId"].to_string()
    };
    let mut ids = join_all((0..60).map(one)).await;
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 60);
}

#[tokio::test]
async fn returns_the_redirection_url() {
    let server = running(&[]);
    let options = json!({ "configurationId": "approved", "redirectionUrl": "https://example.com/done" });
    let response = start_request(server.api_origin(), &options).send().await;
    let session: Value = response.expect("a response").json().await.expect("JSON");
    let status = finish_status(server.api_origin(), token(&session)).await;
    assert_eq!(status["redirectionUrl"], "https://example.com/done");
}

#[tokio::test]
async fn steps_require_earlier_steps() {
    let server = running(&[]);
    let session = start(server.api_origin(), "approved").await;
    for name in ["add/back-id", "process/id", "process/face"] {
        let error = assert_error(step(server.api_origin(), token(&session), name).await, 400).await;
        assert!(error["message"].as_str().expect("a string").contains("first"));
    }
    assert_eq!(finish_status(server.api_origin(), token(&session)).await["action"], "none");
}

#[tokio::test]
async fn rejects_invalid_start_calls() {
    let server = running(&[]);
    let good = json!({ "configurationId": "approved" });
    let cases = [
        (vec!["x-api-key"], vec![], good.to_string(), 401),
        (vec![], vec![("x-api-key", "another key")], good.to_string(), 401),
        (vec!["api-version"], vec![], good.to_string(), 400),
        (vec![], vec![("api-version", "2.0")], good.to_string(), 400),
        (vec!["content-type"], vec![], good.to_string(), 415),
        (vec![], vec![("content-type", "text/plain")], good.to_string(), 415),
        (vec![], vec![], "{".to_owned(), 400),
        (vec![], vec![], "[]".to_owned(), 400),
        (vec![], vec![], "{}".to_owned(), 400),
        (vec![], vec![], json!({ "configurationId": "" }).to_string(), 400),
        (vec![], vec![], json!({ "configurationId": 7 }).to_string(), 400),
        (vec![], vec![], json!({ "configurationId": "unknown" }).to_string(), 400),
        (vec![], vec![], json!({ "configurationId": "approved", "language": null }).to_string(), 400),
        (vec![], vec![], json!({ "configurationId": "approved", "customFields": { "a": null } }).to_string(), 400),
        (vec![], vec![], " ".repeat((64 << 10) + 1), 413),
        (vec![], vec![], " ".repeat((10 << 20) + 1), 413),
    ];
    for base in [server.api_origin(), &format!("{}/0", server.api_origin())] {
        for (without, with, body, status) in &cases {
            let mut request = client().post(format!("{base}/omni/start"));
            let usual = [("x-api-key", sandbox_key()), ("api-version", "1.0"), ("content-type", "application/json")];
            for (name, value) in usual {
                let replaced = with.iter().any(|(other, _)| *other == name);
                if !without.contains(&name) && !replaced {
                    request = request.header(name, value);
                }
            }
            for (name, value) in with {
                request = request.header(*name, *value);
            }
            let response = request.body(body.clone()).send().await.expect("a response");
            let error = assert_error(response, *status).await;
            assert!(error["path"].as_str().expect("a string").ends_with("/omni/start"));
        }
    }
}

#[tokio::test]
async fn rejects_invalid_tokens() {
    let server = running(&[]);
    let url = format!("{}/omni/finish-status?flowId=f", server.api_origin());
    let without = client().get(&url).header("api-version", "1.0").send().await;
    assert_error(without.expect("a response"), 401).await;
    let session = start(server.api_origin(), "approved").await;
    let old = client().get(&url).header("x-incode-hardware-id", token(&session)).send().await;
    assert_error(old.expect("a response"), 400).await;
    let another = running(&[]);
    let stranger = start(another.api_origin(), "approved").await;
    let forged = format!("{}x", token(&session));
    for wrong in ["nonsense", "", &forged, token(&stranger)] {
        let response = finish_request(server.api_origin(), wrong).send().await;
        assert_error(response.expect("a response"), 401).await;
        let response = step(server.api_origin(), wrong, "add/face").await;
        assert_error(response, 401).await;
    }
}

#[tokio::test]
async fn tokens_expire() {
    let server = running(&["--session-ttl", "1s"]);
    let at_once = start(server.api_origin(), "expires-at-once").await;
    let response = finish_request(server.api_origin(), token(&at_once)).send().await;
    let error = assert_error(response.expect("a response"), 401).await;
    assert_eq!(error["message"], "The token has expired");

    let session = start(server.api_origin(), "approved").await;
    finish_status(server.api_origin(), token(&session)).await;
    let rejected = until(async || {
        let response = finish_request(server.api_origin(), token(&session)).send().await;
        response.ok().filter(|response| response.status() != 200)
    });
    let error = assert_error(rejected.await, 401).await;
    assert_eq!(error["message"], "The token has expired");
}

#[tokio::test]
async fn evicts_sessions_above_the_maximum() {
    let server = running(&["--max-sessions", "20"]);
    let first = start(server.api_origin(), "approved").await;
    let gone = until(async || {
        // More than the maximum, each time before the first session is used again.
        join_all((0..50).map(async |_| start(server.api_origin(), "approved").await)).await;
        let response = finish_request(server.api_origin(), token(&first)).send().await;
        response.ok().filter(|response| response.status() != 200)
    });
    assert_error(gone.await, 401).await;
}

#[tokio::test]
async fn reports_unknown_routes_and_methods() {
    let server = running(&[]);
    for (method, path, status) in [
        (Method::GET, "/omni/start", 405),
        (Method::PUT, "/omni/start", 405),
        (Method::POST, "/omni/finish-status", 405),
        (Method::GET, "/omni/nothing", 404),
        (Method::POST, "/0/omni/nothing", 404),
        (Method::POST, "/0/0/omni/start", 404),
        (Method::POST, "/run/r/omni", 404),
        (Method::POST, "/run/r//omni/start", 404),
    ] {
        let response = client().request(method, format!("{}{path}", server.api_origin())).send().await;
        assert_error(response.expect("a response"), status).await;
    }
}

#[tokio::test]
async fn responds_to_every_preflight() {
    let server = running(&[]);
    for path in [
        "/omni/start",
        "/0/omni/finish-status",
        "/omni/nothing",
        "/fault/hang/omni/start",
        "/run/r/omni/start",
        "/run/r/fault/no-cors/0/omni/start",
    ] {
        let response = client()
            .request(Method::OPTIONS, format!("{}{path}", server.api_origin()))
            .header("origin", "http://elsewhere.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-api-key,x-own")
            .send()
            .await
            .expect("a response");
        assert!(response.status().is_success());
        let headers = response.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-allow-headers"], "x-api-key,x-own");
        assert_eq!(headers["access-control-allow-methods"], "GET,POST,OPTIONS");
        assert_eq!(headers["access-control-max-age"], "0");
    }
}

#[tokio::test]
async fn continues_a_named_session() {
    let server = running(&[]);
    let first = start(server.api_origin(), "rejected").await;
    let options = json!({ "interviewId": first["interviewId"] });
    let response = start_request(server.api_origin(), &options).send().await.expect("a response");
    let renewed: Value = response.json().await.expect("JSON");
    assert_eq!((&renewed["interviewId"], &renewed["existingSession"]), (&first["interviewId"], &json!(true)));
    go_through(server.api_origin(), token(&renewed)).await;
    assert_eq!(finish_status(server.api_origin(), token(&first)).await["action"], "rejected");
    for options in [json!({ "uuid": "u" }), json!({ "urlUuid": "u" }), json!({ "interviewId": "of-another-server" })] {
        let response = start_request(server.api_origin(), &options).send().await.expect("a response");
        let session: Value = response.json().await.expect("JSON");
        assert_eq!(session["existingSession"], false);
        finish_status(server.api_origin(), token(&session)).await;
    }
}

#[tokio::test]
async fn custom_fields_must_be_strings_numbers_or_booleans() {
    let server = running(&[]);
    let with = |fields: Value| json!({ "configurationId": "approved", "customFields": fields });
    for fields in [json!({}), json!({ "a": "b", "c": 1.5, "d": true, "e": -1, "f": "{" })] {
        let response = start_request(server.api_origin(), &with(fields)).send().await;
        assert_eq!(response.expect("a response").status(), 200);
    }
    for fields in [json!({ "a": null }), json!({ "a": {} }), json!({ "a": [] }), json!([]), json!("a"), json!(null)] {
        let response = start_request(server.api_origin(), &with(fields)).send().await.expect("a response");
        let error = assert_error(response, 400).await;
        assert!(error["message"].as_str().expect("a string").starts_with("customFields must be"));
    }
}
