use anyhow::ensure;
use incode_test_support::{Browser, Engine};
use serde::Deserialize;
use serde_json::json;

use crate::{
    calls::call,
    clients::Client,
    report::{Cell, Table},
    runner::{Runner, progress},
};

/// Number of calls after which every cache is filled and every table has its size.
const SETTLED: usize = 2000;
const CONCURRENT: usize = 10;
const REJECTIONS: [usize; 2] = [100, 3000];

/// Sizes of the page's wasm instances, if it has any.
#[derive(Deserialize)]
struct WasmSizes {
    memory: Option<u64>,
    externrefs: Option<u64>,
}

/// Measures what calls leave behind.
pub async fn after_calls(runner: &Runner, clients: &[&Client], count: usize) -> anyhow::Result<Table> {
    let title = "Memory after calls and a garbage collection, bytes";
    let bar = progress(title, clients.len() * count)?;
    let columns = ["client", "calls", "wasm memory", "externref slots", "JS heap", "since 2,000"];
    let mut table = Table::new("memory", title, &columns);
    for client in clients {
        let browser = launch().await?;
        runner.visit(&browser, client, false).await?;
        let mut made = 0;
        let mut settled = None;
        for until in [0, SETTLED, count] {
            while made < until {
                let calls = (until - made).min(500);
                call(&browser, calls, CONCURRENT, false).await?;
                made += calls;
                bar.inc(calls as u64);
            }
            let wasm_sizes = wasm_sizes(&browser).await?;
            let heap = heap(&browser).await?;
            let growth =
                settled.map_or(Cell::None, |settled: u64| Cell::Percent((heap as f64 / settled as f64 - 1.0) * 100.0));
            if until == SETTLED {
                settled = Some(heap);
            }
            let [memory, externrefs] =
                [wasm_sizes.memory, wasm_sizes.externrefs].map(|size| size.map_or(Cell::None, Cell::Count));
            table.row([Cell::text(&client.name), Cell::count(until), memory, externrefs, Cell::Count(heap), growth]);
        }
    }
    bar.finish_and_clear();
    Ok(table)
}

/// Measures what rejected input leaves behind.
pub async fn after_rejections(runner: &Runner, clients: &[&Client]) -> anyhow::Result<Table> {
    let title = "Memory after calls with invalid input and a garbage collection, bytes";
    let columns = ["client", "rejections", "wasm memory", "externref slots", "JS heap"];
    let mut table = Table::new("rejections", title, &columns);
    for client in clients.iter().filter(|client| client.is_own()) {
        let bar = progress(title, REJECTIONS[1])?;
        let browser = launch().await?;
        runner.visit(&browser, client, false).await?;
        let mut made = 0;
        for until in REJECTIONS {
            let accepted: u64 = browser.run(include_str!("rejections.js"), &[json!({ "calls": until - made })]).await?;
            ensure!(accepted == 0, "{} accepted {accepted} invalid inputs", client.name);
            bar.inc((until - made) as u64);
            made = until;
            let WasmSizes { memory, externrefs } = wasm_sizes(&browser).await?;
            let [memory, externrefs] = [memory, externrefs].map(|size| size.map_or(Cell::None, Cell::Count));
            let heap = Cell::Count(heap(&browser).await?);
            table.row([Cell::text(&client.name), Cell::count(until), memory, externrefs, heap]);
        }
        bar.finish_and_clear();
    }
    Ok(table)
}

async fn launch() -> anyhow::Result<Browser> {
    let browser = Engine::Chromium.launch().await?;
    let script = json!({ "source": include_str!("probe.js") });
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", script).await?;
    Ok(browser)
}

async fn wasm_sizes(browser: &Browser) -> anyhow::Result<WasmSizes> {
    browser.run("return window.wasmSizes()", &[]).await
}

async fn heap(browser: &Browser) -> anyhow::Result<u64> {
    // The second collection frees the objects that the first one finalizes.
    for _ in 0..2 {
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let usage = browser.cdp("Runtime.getHeapUsage", json!({})).await?;
    Ok(usage["usedSize"].as_f64().unwrap_or_default() as u64)
}
