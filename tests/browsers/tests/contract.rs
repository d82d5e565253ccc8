//! Runs the cases of `tests/contract`, which Node runs too, in a page of each engine. Prints a line of counts for each.

use std::time::Duration;

use anyhow::ensure;
use incode_test_support::{Browser, Engine, Locator, Server, in_every_engine};
use serde::Deserialize;

in_every_engine!(
    first_quarter,
    second_quarter,
    third_quarter,
    last_quarter,
    explains_a_policy_without_webassembly,
    warns_about_a_key_in_a_public_page,
);

const MAX_TIME: Duration = Duration::from_secs(900);

#[derive(Deserialize)]
struct Case {
    name: String,
    error: Option<String>,
}

async fn first_quarter(engine: Engine) -> anyhow::Result<()> {
    quarter(engine, 0).await
}

async fn second_quarter(engine: Engine) -> anyhow::Result<()> {
    quarter(engine, 1).await
}

async fn third_quarter(engine: Engine) -> anyhow::Result<()> {
    quarter(engine, 2).await
}

async fn last_quarter(engine: Engine) -> anyhow::Result<()> {
    quarter(engine, 3).await
}

/// Each has a browser of its own, so that they can run at the same time; and Firefox has room for the memories of 1,000 WebAssembly
/// instances in one process, and frees those of past pages late.
async fn quarter(engine: Engine, part: usize) -> anyhow::Result<()> {
    let browser = engine.launch().await?;
    report(engine, &run(&browser, "127.0.0.1", &format!("?part={part}&parts=4")).await?)
}

async fn explains_a_policy_without_webassembly(engine: Engine) -> anyhow::Result<()> {
    let browser = engine.acquire().await?;
    report(engine, &run(&browser, "127.0.0.1", "?csp=no-wasm").await?)
}

/// Opens the page under an address by which Linux reaches itself, although it is not a loopback address.
async fn warns_about_a_key_in_a_public_page(engine: Engine) -> anyhow::Result<()> {
    let browser = engine.acquire().await?;
    report(engine, &run(&browser, "[::ffff:127.0.0.1]", "").await?)
}

async fn run(browser: &Browser, host: &str, query: &str) -> anyhow::Result<Vec<Case>> {
    let server = Server::start(&["--site", "tests/contract"])?;
    let page = server.url().replace("127.0.0.1", host);
    browser.goto(&format!("{page}/page.html{query}")).await?;
    if let Err(error) = browser.until("document.title === 'done'", MAX_TIME).await {
        return Err(error.context(format!("it stopped at {:?}", browser.title().await.ok())));
    }
    let results = browser.find(Locator::Css("#results")).await?;
    let results = results.prop("textContent").await?.unwrap_or_default();
    Ok(serde_json::from_str(&results)?)
}

fn report(engine: Engine, cases: &[Case]) -> anyhow::Result<()> {
    let mut failed = 0;
    for Case { name, error } in cases {
        if let Some(error) = error {
            failed += 1;
            println!("{engine}: {name}\n    {error}");
        }
    }
    let passed = cases.len() - failed;
    println!("{engine}: {passed} passed, {failed} failed");
    ensure!(failed == 0 && passed > 0, "{failed} cases failed in {engine}");
    Ok(())
}
