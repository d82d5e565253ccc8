//! Start, the steps, finish-status, and each error body.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::running::*;

#[tokio::test]
async fn a_configuration_decides_how_the_flow_ends() {
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
async fn a_named_session_is_told_but_the_new_one_is_its_own() {
    let server = running(&[]);
    let first = start(server.api_origin(), "approved").await;
    let options = json!({ "configurationId": "approved", "interviewId": first["interviewId"] });
    let answer = start_request(server.api_origin(), &options).send().await;
    let second: Value = answer.expect("an answer").json().await.expect("JSON");
    assert_eq!(second["existingSession"], true);
    assert_ne!(second["interviewId"], first["interviewId"]);
    go_through(server.api_origin(), token(&first)).await;
    assert_eq!(finish_status(server.api_origin(), token(&second)).await["action"], "none");
}

#[tokio::test]
async fn sessions_do_not_mix() {
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
async fn the_redirection_url_comes_back() {
    let server = running(&[]);
    let options = json!({ "configurationId": "approved", "redirectionUrl": "https://example.com/done" });
    let answer = start_request(server.api_origin(), &options).send().await;
    let session: Value = answer.expect("an answer").json().await.expect("JSON");
    let status = finish_status(server.api_origin(), token(&session)).await;
    assert_eq!(status["redirectionUrl"], "https://example.com/done");
}

#[tokio::test]
async fn steps_need_the_ones_before_them() {
    let server = running(&[]);
    let session = start(server.api_origin(), "approved").await;
    for name in ["add/back-id", "process/id", "process/face"] {
        let error = assert_error(step(server.api_origin(), token(&session), name).await, 400).await;
        assert!(error["message"].as_str().expect("text").contains("first"));
    }
    assert_eq!(finish_status(server.api_origin(), token(&session)).await["action"], "none");
}

#[tokio::test]
async fn what_is_wrong_with_a_start_is_told() {
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
            let answer = request.body(body.clone()).send().await.expect("an answer");
            let error = assert_error(answer, *status).await;
            assert!(error["path"].as_str().expect("text").ends_with("/omni/start"));
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_told() {
    let server = running(&[]);
    let url = format!("{}/omni/finish-status?flowId=f", server.api_origin());
    let without = client().get(&url).header("api-version", "1.0").send().await;
    assert_error(without.expect("an answer"), 401).await;
    let session = start(server.api_origin(), "approved").await;
    let old = client().get(&url).header("x-incode-hardware-id", token(&session)).send().await;
    assert_error(old.expect("an answer"), 400).await;
    let another = running(&[]);
    let stranger = start(another.api_origin(), "approved").await;
    let forged = format!("{}x", token(&session));
    for wrong in ["nonsense", "", &forged, token(&stranger)] {
        let answer = finish_request(server.api_origin(), wrong).send().await;
        assert_error(answer.expect("an answer"), 401).await;
        let answer = step(server.api_origin(), wrong, "add/face").await;
        assert_error(answer, 401).await;
    }
}

#[tokio::test]
async fn a_token_expires() {
    let server = running(&["--session-ttl", "1s"]);
    let at_once = start(server.api_origin(), "expires-at-once").await;
    let answer = finish_request(server.api_origin(), token(&at_once)).send().await;
    let error = assert_error(answer.expect("an answer"), 401).await;
    assert_eq!(error["message"], "The token has expired");

    let session = start(server.api_origin(), "approved").await;
    finish_status(server.api_origin(), token(&session)).await;
    let refused = until(async || {
        let answer = finish_request(server.api_origin(), token(&session)).send().await;
        answer.ok().filter(|answer| answer.status() != 200)
    });
    let error = assert_error(refused.await, 401).await;
    assert_eq!(error["message"], "The token has expired");
}

#[tokio::test]
async fn the_number_of_sessions_is_bounded() {
    let server = running(&["--max-sessions", "20"]);
    let first = start(server.api_origin(), "approved").await;
    let gone = until(async || {
        // More than there is room for, each time before the first one is asked for and so in use again.
        join_all((0..50).map(async |_| start(server.api_origin(), "approved").await)).await;
        let answer = finish_request(server.api_origin(), token(&first)).send().await;
        answer.ok().filter(|answer| answer.status() != 200)
    });
    assert_error(gone.await, 401).await;
}

#[tokio::test]
async fn unknown_routes_and_methods_are_told() {
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
        let answer = client().request(method, format!("{}{path}", server.api_origin())).send().await;
        assert_error(answer.expect("an answer"), status).await;
    }
}

#[tokio::test]
async fn every_preflight_is_answered() {
    let server = running(&[]);
    for path in [
        "/omni/start",
        "/0/omni/finish-status",
        "/omni/nothing",
        "/fault/hang/omni/start",
        "/run/r/omni/start",
        "/run/r/fault/no-cors/0/omni/start",
    ] {
        let answer = client()
            .request(Method::OPTIONS, format!("{}{path}", server.api_origin()))
            .header("origin", "http://elsewhere.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-api-key,x-own")
            .send()
            .await
            .expect("an answer");
        assert!(answer.status().is_success());
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-allow-headers"], "x-api-key,x-own");
        assert_eq!(headers["access-control-allow-methods"], "GET,POST,OPTIONS");
        assert_eq!(headers["access-control-max-age"], "0");
    }
}

#[tokio::test]
async fn a_limit_on_the_rate_says_when_to_come_back() {
    let server = running(&["--rate-limit", "2"]);
    let answer = until(async || {
        let answer = start_request(server.api_origin(), &json!({ "configurationId": "approved" })).send().await;
        answer.ok().filter(|answer| answer.status() == 429)
    })
    .await;
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(answer.headers()["access-control-expose-headers"], "retry-after");
    assert_error(answer, 429).await;
    let page = until(async || {
        let answer = client().get(server.url()).send().await;
        answer.ok().filter(|answer| answer.status() == 429)
    })
    .await;
    assert_eq!(page.headers()["retry-after"], "1");
}

#[tokio::test]
async fn the_limit_counts_each_visitor_s_own_requests_and_all_of_them() {
    // One request a second, so that the second one within it is held back.
    for path in ["/run/r", "/healthz", "/config.json", "/pkg/dist/index.js"] {
        let server = running(&["--rate-limit", "1"]);
        let get = async || client().get(format!("{}{path}", server.url())).send().await.expect("an answer").status();
        assert_eq!(get().await, 200, "{path}");
        assert_eq!(until(async || Some(get().await).filter(|status| *status != 200)).await, 429, "{path}");
    }
    let server = running(&["--rate-limit", "1"]);
    let preflight = async || {
        let request = client().request(Method::OPTIONS, format!("{}/omni/start", server.api_origin()));
        request.header("origin", server.url()).header("access-control-request-method", "POST").send().await
    };
    assert_eq!(preflight().await.expect("an answer").status(), 200);
    until(async || preflight().await.ok().filter(|answer| answer.status() == 429)).await;
}

#[tokio::test]
async fn the_site_s_own_calls_are_nobody_s() {
    // The first request of a visitor makes the backend send another one.
    let server = running(&["--rate-limit", "1"]);
    let session = client().post(format!("{}/api/session", server.url())).send().await;
    assert_eq!(session.expect("an answer").status(), 200);
    // Nobody else can pass for the site itself.
    let forged = until(async || {
        let request = client().get(format!("{}/healthz", server.url())).header("x-own-call", "0".repeat(32));
        request.send().await.ok().filter(|answer| answer.status() == 429)
    });
    forged.await;
}

#[tokio::test]
async fn a_request_that_is_held_back_is_not_written_down() {
    let server = running(&["--rate-limit", "3"]);
    let base = format!("{}/run/r", server.api_origin());
    let mut let_through = 0;
    for _ in 0..20 {
        let answer = start_request(&base, &json!({ "configurationId": "approved" })).send().await.expect("an answer");
        let_through += usize::from(answer.status() == 200);
    }
    assert!(let_through < 20);
    let journal = until(async || {
        let answer = client().get(format!("{}/run/r", server.url())).send().await.ok()?;
        (answer.status() == 200).then_some(answer)
    })
    .await;
    let entries: Vec<Value> = journal.json().await.expect("a list");
    assert_eq!(entries.len(), let_through);
}

#[tokio::test]
async fn a_session_can_be_named_instead_of_a_configuration() {
    let server = running(&[]);
    let first = start(server.api_origin(), "rejected").await;
    let options = json!({ "interviewId": first["interviewId"] });
    let answer = start_request(server.api_origin(), &options).send().await.expect("an answer");
    let renewed: Value = answer.json().await.expect("JSON");
    assert_eq!((&renewed["interviewId"], &renewed["existingSession"]), (&first["interviewId"], &json!(true)));
    go_through(server.api_origin(), token(&renewed)).await;
    assert_eq!(finish_status(server.api_origin(), token(&first)).await["action"], "rejected");
    for options in [json!({ "uuid": "u" }), json!({ "urlUuid": "u" }), json!({ "interviewId": "of-another-server" })] {
        let answer = start_request(server.api_origin(), &options).send().await.expect("an answer");
        let session: Value = answer.json().await.expect("JSON");
        assert_eq!(session["existingSession"], false);
        finish_status(server.api_origin(), token(&session)).await;
    }
}

#[tokio::test]
async fn custom_fields_are_strings_numbers_and_booleans() {
    let server = running(&[]);
    let with = |fields: Value| json!({ "configurationId": "approved", "customFields": fields });
    for fields in [json!({}), json!({ "a": "b", "c": 1.5, "d": true, "e": -1, "f": "{" })] {
        let answer = start_request(server.api_origin(), &with(fields)).send().await;
        assert_eq!(answer.expect("an answer").status(), 200);
    }
    for fields in [json!({ "a": null }), json!({ "a": {} }), json!({ "a": [] }), json!([]), json!("a"), json!(null)] {
        let answer = start_request(server.api_origin(), &with(fields)).send().await.expect("an answer");
        let error = assert_error(answer, 400).await;
        assert!(error["message"].as_str().expect("text").starts_with("customFields has to be"));
    }
}

#[tokio::test]
async fn this_machine_is_not_held_back_unless_asked() {
    let server = running(&[]);
    let client = client();
    for _ in 0..500 {
        let answer = client.get(format!("{}/omni/nothing", server.api_origin())).send().await;
        assert_eq!(answer.expect("an answer").status(), 404);
    }
}
