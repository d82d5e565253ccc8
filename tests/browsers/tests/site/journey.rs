//! The journey from the first button to the result.

use incode_test_support::{Browser, Engine, Locator, Server, in_every_engine, in_one_engine, sandbox_key};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::Page;

// The whole way once; the headers and preflights that an engine sends; what it restores on a reload; and how it treats hidden tabs.
in_every_engine!(
    leads_to_approved,
    sends_the_documented_requests,
    starts_a_new_session_each_time,
    keeps_two_tabs_independent
);

// These depend only on the API's response.
in_one_engine!(shows_the_outcome_of_the_configuration, starts_a_new_session_after_an_expired_one);

/// Requests of the flow, in this order.
const STEPS: [&str; 6] = [
    "/omni/add/user-consent",
    "/omni/add/front-id",
    "/omni/add/back-id",
    "/omni/process/id",
    "/omni/add/face",
    "/omni/process/face",
];

async fn leads_to_approved(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    assert_eq!(page.calls().await?.len(), 0);
    let view = page.walk_to("approved").await?;
    assert_eq!(view.title, "You're verified");
    assert_eq!(view.actions, ["home"]);
    assert!(page.text("#code").await?.contains("// action: 'approved'\n// scoreStatus: 'OK'"));

    let calls = page.calls().await?;
    let session = &calls[0];
    assert_eq!((session.method.as_str(), session.path.as_str()), ("POST", "/api/session"));
    let paths: Vec<_> = calls[1..].iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, [&STEPS[..], &["/omni/finish-status"]].concat());
    for call in &calls {
        assert!(call.outcome == "200" && call.attempt.is_empty() && call.time.ends_with(" ms"), "{call:?}");
    }
    for call in &calls[1..] {
        let api = page.address.replace("127.0.0.1", "localhost");
        assert!(call.sent.starts_with(&format!("{} {api}/omni/", call.method)), "{call:?}");
    }
    has_no_console_errors(&page).await
}

/// Asserts that the console has no violation of the policy, missing file or uncaught error.
async fn has_no_console_errors(browser: &Browser) -> anyhow::Result<()> {
    if browser.engine() == Engine::Chromium {
        let console = browser.console().await?;
        assert!(!console.iter().any(|entry| entry.level == "SEVERE" || entry.level == "WARNING"), "{console:?}");
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
struct Request {
    method: String,
    path: String,
    headers: Value,
    body: String,
    status: u16,
}

/// Uses the sandbox of another server as the real API, because it records its requests.
async fn sends_the_documented_requests(engine: Engine) -> anyhow::Result<()> {
    let api = Server::start(&[])?;
    let base = format!("{}/run/journey", api.api_origin());
    let page = Page::of(Server::of_api(&base)?, engine).await?;
    page.find(Locator::Css("#external-id")).await?.send_keys("user-7").await?;
    let reference = page.walk_to("approved").await?.reference;

    let journal: Vec<Request> = page.run("return (await fetch(args[0])).json()", &[json!(base)]).await?;
    let [start, rest @ ..] = &journal[..] else { panic!("nothing reached the API") };
    assert_eq!((start.method.as_str(), start.path.as_str()), ("POST", "/omni/start"));
    assert_eq!(start.headers["x-api-key"], sandbox_key());
    assert_eq!(start.headers["origin"], Value::Null, "the key is the backend's, no page's");
    let wishes: Value = serde_json::from_str(&start.body)?;
    assert_eq!(wishes, json!({ "configurationId": "approved", "externalId": "user-7", "language": "en" }));

    let paths: Vec<_> = rest.iter().filter(|sent| sent.method != "OPTIONS").map(|sent| sent.path.as_str()).collect();
    assert_eq!(paths, [&STEPS[..], &["/omni/finish-status"]].concat());
    let preflights = rest.iter().filter(|sent| sent.method == "OPTIONS").count();
    assert_eq!(preflights, paths.len(), "each request crosses origins");
    let token: String = page.value("document.querySelector('incode-flow').config.token").await?;
    for sent in rest {
        assert_eq!((sent.status, &sent.headers["origin"]), (200, &json!(page.address)), "{sent:?}");
        assert_eq!(sent.headers["x-api-key"], Value::Null);
        assert!(sent.method == "OPTIONS" || sent.headers["x-incode-hardware-id"] == token, "{sent:?}");
    }
    assert_eq!(reference.len(), 24);
    Ok(())
}

async fn shows_the_outcome_of_the_configuration(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for (configuration, state, title, actions, code) in [
        ("rejected", "rejected", "We couldn't verify your identity", &["fresh", "home"][..], ["rejected", "FAIL"]),
        ("manual-review", "review", "We're reviewing your details", &["home"], ["none", "UNKNOWN"]),
        ("warn", "approved", "You're verified", &["home"], ["approved", "WARN"]),
    ] {
        page.choose("configuration", configuration).await?;
        let view = page.walk_to(state).await?;
        assert_eq!(view.title, title);
        assert_eq!(view.actions, actions);
        let [action, score] = code;
        let shown = page.text("#code").await?;
        assert!(shown.contains(&format!("// action: '{action}'\n// scoreStatus: '{score}'")), "{shown}");
        page.press("home").await?;
        page.shows("ready").await?;
    }
    Ok(())
}

async fn starts_a_new_session_after_an_expired_one(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.choose("configuration", "expires-at-once").await?;
    page.press("start").await?;
    page.step().await?;
    let expired = page.shows("expired").await?;
    assert_eq!(expired.actions, ["fresh", "home"]);
    page.choose("configuration", "approved").await?;
    page.press("fresh").await?;
    let flow = page.shows("flow").await?;
    assert_ne!(flow.reference, expired.reference);
    page.steps(4).await?;
    page.shows("approved").await?;
    Ok(())
}

async fn starts_a_new_session_each_time(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    let first = page.walk_to("approved").await?.reference;
    page.press("home").await?;
    page.shows("ready").await?;
    page.press("start").await?;
    let second = page.shows("flow").await?.reference;
    assert_ne!(second, first);
    assert_eq!(page.progress().await?, "Step 1 of 4");
    page.step().await?;

    let reloaded = page.reload().await?;
    assert_eq!(reloaded.reference, "");
    assert_eq!(page.calls().await?.len(), 0);
    let kept: [usize; 3] = page.value("[localStorage.length, sessionStorage.length, document.cookie.length]").await?;
    assert_eq!(kept, [0; 3]);
    page.press("start").await?;
    let third = page.shows("flow").await?.reference;
    assert!(third != first && third != second);
    assert_eq!(page.progress().await?, "Step 1 of 4");
    Ok(())
}

async fn keeps_two_tabs_independent(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.choose("configuration", "rejected").await?;
    page.press("start").await?;
    let first_session = page.shows("flow").await?.reference;
    page.steps(2).await?;

    let first = page.new_tab().await?;
    page.load("/").await?;
    assert_eq!(page.calls().await?.len(), 0);
    page.press("start").await?;
    assert_ne!(page.shows("flow").await?.reference, first_session);
    page.steps(3).await?;

    let second = page.window().await?;
    page.switch_to_window(first).await?;
    let view = page.view().await?;
    assert_eq!((view.state.as_str(), &view.reference), ("flow", &first_session));
    assert_eq!(page.progress().await?, "Step 3 of 4");
    page.steps(2).await?;
    assert_eq!(page.shows("rejected").await?.reference, first_session);

    page.switch_to_window(second).await?;
    assert_eq!(page.view().await?.state, "flow");
    assert_eq!(page.progress().await?, "Step 4 of 4");
    page.step().await?;
    page.shows("approved").await?;
    Ok(())
}
