use anyhow::ensure;
use incode_test_support::{Browser, Engine};
use serde::Deserialize;
use serde_json::json;

use crate::{
    calls::call,
    laboratory::{Laboratory, progress},
    report::{Cell, Table},
    subjects::Subject,
};

/// Enough for every cache to be filled and every table to have its size.
const SETTLED: usize = 2000;
const AT_ONCE: usize = 10;
const REFUSALS: [usize; 2] = [100, 3000];

/// What lies inside the page's wasm instances, where there are any.
#[derive(Deserialize)]
struct Inside {
    memory: Option<u64>,
    externrefs: Option<u64>,
}

/// Whether calls leave anything behind.
pub async fn after_calls(laboratory: &Laboratory, subjects: &[&Subject], many: usize) -> anyhow::Result<Table> {
    let title = "Memory after so many calls, garbage collected, bytes";
    let bar = progress(title, subjects.len() * many)?;
    let columns = ["subject", "calls", "wasm memory", "externref slots", "JS heap", "since 2,000"];
    let mut table = Table::new("memory", title, &columns);
    for subject in subjects {
        let browser = probing().await?;
        laboratory.visit(&browser, subject, false).await?;
        let mut made = 0;
        let mut settled = None;
        for until in [0, SETTLED, many] {
            while made < until {
                let calls = (until - made).min(500);
                call(&browser, calls, AT_ONCE, false).await?;
                made += calls;
                bar.inc(calls as u64);
            }
            let inside = inside(&browser).await?;
            let heap = heap(&browser).await?;
            let growth =
                settled.map_or(Cell::None, |settled: u64| Cell::Percent((heap as f64 / settled as f64 - 1.0) * 100.0));
            if until == SETTLED {
                settled = Some(heap);
            }
            let [memory, externrefs] =
                [inside.memory, inside.externrefs].map(|size| size.map_or(Cell::None, Cell::Count));
            table.row([Cell::text(&subject.name), Cell::count(until), memory, externrefs, Cell::Count(heap), growth]);
        }
    }
    bar.finish_and_clear();
    Ok(table)
}

/// Whether refused input leaves anything behind.
pub async fn after_refusals(laboratory: &Laboratory, subjects: &[&Subject]) -> anyhow::Result<Table> {
    let title = "Memory after so many calls with refused input, garbage collected, bytes";
    let columns = ["subject", "refusals", "wasm memory", "externref slots", "JS heap"];
    let mut table = Table::new("refusals", title, &columns);
    for subject in subjects.iter().filter(|subject| subject.is_own()) {
        let bar = progress(title, REFUSALS[1])?;
        let browser = probing().await?;
        laboratory.visit(&browser, subject, false).await?;
        let mut made = 0;
        for until in REFUSALS {
            let accepted: u64 = browser.run(include_str!("refusals.js"), &[json!({ "calls": until - made })]).await?;
            ensure!(accepted == 0, "{} accepted {accepted} wrong inputs", subject.name);
            bar.inc((until - made) as u64);
            made = until;
            let Inside { memory, externrefs } = inside(&browser).await?;
            let [memory, externrefs] = [memory, externrefs].map(|size| size.map_or(Cell::None, Cell::Count));
            let heap = Cell::Count(heap(&browser).await?);
            table.row([Cell::text(&subject.name), Cell::count(until), memory, externrefs, heap]);
        }
        bar.finish_and_clear();
    }
    Ok(table)
}

async fn probing() -> anyhow::Result<Browser> {
    let browser = Engine::Chromium.launch().await?;
    let script = json!({ "source": include_str!("probe.js") });
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", script).await?;
    Ok(browser)
}

async fn inside(browser: &Browser) -> anyhow::Result<Inside> {
    browser.run("return window.insideWasm()", &[]).await
}

async fn heap(browser: &Browser) -> anyhow::Result<u64> {
    // What the first collection finalises, the second one frees.
    for _ in 0..2 {
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let usage = browser.cdp("Runtime.getHeapUsage", json!({})).await?;
    Ok(usage["usedSize"].as_f64().unwrap_or_default() as u64)
}
