//! Each state of the journey: how it is reached, what it shows, and how the user continues.

use incode_test_support::{Engine, Server, in_every_engine, in_one_engine};
use serde_json::json;

use crate::{
    offline::Proxy,
    page::{FLOW, Page, TIMEOUT},
};

// An engine reports in its own way that a connection was lost, that a policy blocks WebAssembly and that a script does not load.
in_every_engine!(
    continues_where_the_connection_was_lost,
    explains_blocked_webassembly,
    shows_that_the_server_restarts,
    shows_fallback_when_a_script_is_missing,
);

// These depend only on the error's code. The contract tests that each failure has the same code in every engine.
in_one_engine!(
    shows_each_error_state,
    shows_each_error_state_of_the_result,
    shows_that_no_session_was_created,
    shows_that_a_request_is_pending,
    shows_progress,
    shows_when_to_try_again,
    requests_only_the_result_again,
);

async fn shows_each_error_state(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for (state, title, actions) in [
        ("expired", "Your session has expired", ["fresh", "home"]),
        ("offline", "We can't reach the service", ["retry", "home"]),
        ("api-down", "The service isn't responding", ["retry", "home"]),
        ("rate-limited", "We're very busy right now", ["retry", "home"]),
        ("forbidden", "Access denied", ["fresh", "home"]),
        ("failed", "Something went wrong", ["fresh", "home"]),
    ] {
        let view = page.reach(state).await?;
        assert_eq!(view.title, title);
        assert_eq!(view.actions, actions);
        if state == "rate-limited" {
            assert!(view.notice.starts_with("You can continue at ") && view.notice.contains(':'), "{view:?}");
        }
        if actions[0] == "retry" {
            // The fault is still there, and so is the session.
            page.press("retry").await?;
            page.step().await?;
            let again = page.shows(state).await?;
            assert_eq!(again.reference, view.reference);
        }
        page.press("home").await?;
        page.shows("ready").await?;
        page.choose("configuration", "approved").await?;
        page.choose("fault", "").await?;
        assert_ne!(page.walk_to("approved").await?.reference, view.reference);
    }
    Ok(())
}

async fn shows_each_error_state_of_the_result(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for (fault, state, last_attempt) in [
        ("2-times-status-503", "approved", "attempt 3"),
        ("close", "offline", "attempt 3"),
        ("status-500", "api-down", "attempt 3"),
        ("html", "api-down", ""),
        ("echo-400", "failed", ""),
        ("key-required", "forbidden", ""),
        ("status-429", "rate-limited", "attempt 3"),
    ] {
        page.load("/").await?;
        page.choose_fault(fault, "result").await?;
        let view = page.walk_to(state).await?;
        let last = page.calls().await?.pop().expect("there were calls");
        assert_eq!((last.path.as_str(), last.attempt.as_str()), ("/omni/finish-status", last_attempt), "{fault}");
        if state == "rate-limited" {
            assert_eq!(view.notice, "Please try again in a few minutes.");
        }
        if state == "forbidden" {
            assert!(!view.text.contains("apiURL"), "a hint for developers on the user's card: {view:?}");
        }
    }
    Ok(())
}

async fn shows_that_no_session_was_created(engine: Engine) -> anyhow::Result<()> {
    let api = Server::start(&[])?;
    let base = format!("{}/fault/status-401", api.api_origin());
    let page = Page::of(Server::of_api(&base)?, engine).await?;
    page.press("start").await?;
    let view = page.shows("api-down").await?;
    assert_eq!(view.reference, "");
    let code = page.text("#code").await?;
    assert!(code.contains("Check INCODE_API_KEY.") && code.contains("response.status === 502"), "{code}");
    Ok(())
}

async fn shows_that_a_request_is_pending(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    for (state, title, pending) in [
        ("creating", "Starting your session", "/omni/start"),
        ("checking", "Checking your result", "/omni/finish-status"),
    ] {
        let view = page.reach(state).await?;
        assert_eq!(view.title, title);
        assert!(view.actions.is_empty());
        let last = page.calls().await?.pop().expect("there were calls");
        assert_eq!((last.path.as_str(), last.outcome.as_str()), (pending, "pending"));
    }
    Ok(())
}

async fn shows_progress(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.press("start").await?;
    let view = page.shows("flow").await?;
    for step in 1..=3 {
        let progress = format!("Step {step} of 4");
        assert_eq!(page.progress().await?, progress);
        let bar = "querySelector('[role=progressbar]')";
        let bar: [String; 2] = page.value(&format!("[{FLOW}.{bar}.ariaValueNow, {FLOW}.{bar}.ariaValueText]")).await?;
        assert_eq!(bar, [step.to_string(), progress]);
        page.step().await?;
    }
    page.press_in_flow("close").await?;
    let closed = page.shows("ready").await?;
    assert_eq!(closed.notice, "You closed the verification. You can start again at any time.");
    page.press("start").await?;
    assert_ne!(page.shows("flow").await?.reference, view.reference);
    assert_eq!(page.progress().await?, "Step 1 of 4");
    Ok(())
}

async fn continues_where_the_connection_was_lost(engine: Engine) -> anyhow::Result<()> {
    let server = Server::start(&[])?;
    let proxy = Proxy::to(&server).await?;
    let page = Page::at(proxy.url(), server, engine).await?;
    proxy.disconnect();
    page.press("start").await?;
    page.shows("offline").await?;
    proxy.reconnect();
    page.press("retry").await?;
    let before = page.shows("flow").await?;
    page.steps(2).await?;

    proxy.disconnect();
    page.step().await?;
    let lost = page.shows("offline").await?;
    assert_eq!(lost.title, "We can't reach the service");
    assert!(lost.text.starts_with("Your progress is saved."), "{lost:?}");
    proxy.reconnect();
    page.press("retry").await?;
    let after = page.shows("flow").await?;
    assert_eq!(after.reference, before.reference);
    assert_eq!(page.progress().await?, "Step 3 of 4");
    page.steps(2).await?;
    page.shows("approved").await?;
    let done = page.calls().await?.into_iter().filter(|call| call.outcome == "200");
    let paths: Vec<_> = done.map(|call| call.path).collect();
    assert_eq!(paths.iter().filter(|path| *path == "/api/session").count(), 1);
    assert_eq!(paths.iter().filter(|path| *path == "/omni/add/front-id").count(), 1);
    Ok(())
}

/// Uses an API that rate-limits the site's backend.
async fn shows_when_to_try_again(engine: Engine) -> anyhow::Result<()> {
    let api = Server::start(&[])?;
    let base = format!("{}/fault/1-times-status-429-retry-after-3", api.api_origin());
    let page = Page::of(Server::of_api(&base)?, engine).await?;
    page.press("start").await?;
    let view = page.shows("rate-limited").await?;
    let retry = page.text("[data-action=retry]").await?;
    let waits: bool = page.value("document.querySelector('[data-action=retry]').disabled").await?;
    assert!(waits && retry.starts_with("Try again in ") && retry.ends_with(" s"), "{retry}");
    assert!(view.notice.starts_with("You can try again at "), "{view:?}");
    page.until("!document.querySelector('[data-action=retry]').disabled", TIMEOUT).await?;
    assert_eq!(page.view().await?.notice, "You can try again now.");
    assert_eq!(page.text("[role=status]").await?, "You can try again now.");
    assert_eq!(page.text("[data-action=retry]").await?, "Try again");
    page.press("retry").await?;
    page.steps(4).await?;
    page.shows("approved").await?;
    Ok(())
}

async fn requests_only_the_result_again(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    page.choose_fault("3-times-status-429-retry-after-1", "result").await?;
    page.walk_to("rate-limited").await?;
    page.until("!document.querySelector('[data-action=retry]').disabled", TIMEOUT).await?;
    let before = page.calls().await?.len();
    page.press("retry").await?;
    page.shows("approved").await?;
    assert_eq!(page.calls().await?.len(), before + 1);
    Ok(())
}

async fn explains_blocked_webassembly(engine: Engine) -> anyhow::Result<()> {
    let page = Page::open(engine).await?;
    let view = page.reach("blocked").await?;
    assert_eq!(view.title, "Verification can't start on this page");
    let code = page.text("#code").await?;
    assert!(code.contains("error.code === 'MODULE_LOAD'") && code.contains("'wasm-unsafe-eval'"), "{code}");
    page.open_settings().await?;
    page.click("#wasm-switch").await?;
    page.until(&format!("location.href === {} + '/'", json!(page.address)), TIMEOUT).await?;
    page.until("document.documentElement.dataset.state === 'ready'", TIMEOUT).await?;
    page.press("start").await?;
    page.shows("flow").await?;
    Ok(())
}

/// Drops the requests that follow the page itself.
async fn shows_that_the_server_restarts(engine: Engine) -> anyhow::Result<()> {
    let server = Server::start(&[])?;
    let proxy = Proxy::to(&server).await?;
    proxy.drop_path("/config.json");
    let page = Page::opening(proxy.url(), server, engine).await?;
    let view = page.arrives_at("restarting").await?;
    assert_eq!(view.title, "The server is restarting");
    assert!(view.actions.is_empty() && view.tab.starts_with(&view.title), "{view:?}");
    page.click("[data-language=es]").await?;
    assert_eq!(page.view().await?.title, "El servidor se está reiniciando");
    page.click("[data-language=en]").await?;
    proxy.reconnect();
    page.shows("ready").await?;
    assert_eq!(page.walk_to("approved").await?.title, "You're verified");
    Ok(())
}

async fn shows_fallback_when_a_script_is_missing(engine: Engine) -> anyhow::Result<()> {
    let server = Server::start(&[])?;
    let proxy = Proxy::to(&server).await?;
    proxy.drop_path("/page.js");
    let page = Page::opening(proxy.url(), server, engine).await?;
    page.until("getComputedStyle(document.querySelector('#late')).visibility === 'visible'", TIMEOUT).await?;
    assert!(
        page.text("#late")
            .await?
            .starts_with("Still loading… If this doesn't change, the server may be down or restarting.")
    );
    proxy.reconnect();
    page.click("#late a").await?;
    page.arrives_at("ready").await?;
    assert!(page.value::<bool>("document.querySelector('#late') === null").await?);
    Ok(())
}
