//! The harness itself: each engine starts, loads a page of the server, runs WebAssembly there and leaves nothing behind.

use std::time::Duration;

use incode_test_support::{Engine, in_every_engine, open};
use serde_json::json;

in_every_engine!(runs_webassembly, reports_what_a_page_throws, waits_for_a_condition, keeps_tabs_independent);

async fn runs_webassembly(engine: Engine) -> anyhow::Result<()> {
    let (server, browser) = open(engine).await?;
    browser.goto(server.url()).await?;
    browser.until("document.readyState === 'complete'", Duration::from_secs(30)).await?;
    let empty_module = [0, 97, 115, 109, 1, 0, 0, 0];
    let exports: usize = browser
        .run(
            "const { instance } = await WebAssembly.instantiate(new Uint8Array(args[0]));
             return Object.keys(instance.exports).length;",
            &[json!(empty_module)],
        )
        .await?;
    assert_eq!(exports, 0);
    assert!(browser.screenshot().await?.starts_with(b"\x89PNG"));
    Ok(())
}

async fn reports_what_a_page_throws(engine: Engine) -> anyhow::Result<()> {
    let (server, browser) = open(engine).await?;
    browser.goto(server.url()).await?;
    let error = browser.run::<()>("throw new TypeError('on purpose')", &[]).await.unwrap_err();
    assert!(error.to_string().contains("TypeError: on purpose"), "{error}");
    Ok(())
}

async fn waits_for_a_condition(engine: Engine) -> anyhow::Result<()> {
    let (server, browser) = open(engine).await?;
    browser.goto(server.url()).await?;
    browser.run::<()>("setTimeout(() => { window.late = { arrived: true } }, 200)", &[]).await?;
    browser.until("window.late.arrived", Duration::from_secs(30)).await?;
    let error = browser.until("window.never.arrives", Duration::ZERO).await.unwrap_err().to_string();
    assert!(error.contains("for window.never.arrives without success"), "{error}");
    Ok(())
}

async fn keeps_tabs_independent(engine: Engine) -> anyhow::Result<()> {
    let (server, browser) = open(engine).await?;
    browser.goto(server.url()).await?;
    browser.run::<()>("window.mark = 1", &[]).await?;
    let first = browser.new_tab().await?;
    browser.goto(server.url()).await?;
    assert_eq!(browser.run::<String>("return typeof window.mark", &[]).await?, "undefined");
    browser.switch_to_window(first).await?;
    assert_eq!(browser.run::<u8>("return window.mark", &[]).await?, 1);
    Ok(())
}
