use incode_test_support::{Browser, Engine};
use serde_json::json;

use crate::{
    clients::Client,
    quartiles::Quartiles,
    report::{Cell, Table},
    runner::{Runner, progress},
};

const WARM_UP: usize = 100;
/// Numbers of concurrent calls in the measure of that name. Each makes `CALLS_EACH` calls.
const CONCURRENT: [usize; 4] = [1, 10, 100, 1000];
const CALLS_EACH: usize = 1000;

/// Measures finish-status calls over loopback, one after another.
pub async fn sequential(runner: &Runner, clients: &[&Client], rounds: usize, calls: usize) -> anyhow::Result<Table> {
    let title = format!("A warm finish-status call over loopback, ms, one after another, {rounds} × {calls} calls");
    measure(runner, "warm-call", title, clients, rounds, calls, false).await
}

/// Measures the same without a request: the client's own cost.
pub async fn own_cost(runner: &Runner, clients: &[&Client], rounds: usize, calls: usize) -> anyhow::Result<Table> {
    // axios does not call fetch.
    let clients: Vec<_> = clients.iter().copied().filter(|client| client.name != "axios").collect();
    let title = format!("The same with fetch mocked in the page, ms, {rounds} × {calls} calls");
    measure(runner, "own-cost", title, &clients, rounds, calls, true).await
}

async fn measure(
    runner: &Runner,
    name: &'static str,
    title: String,
    clients: &[&Client],
    rounds: usize,
    calls: usize,
    stubbed: bool,
) -> anyhow::Result<Table> {
    let bar = progress(&title, rounds * clients.len())?;
    let browser = Engine::Chromium.launch().await?;
    let mut times = vec![vec![]; clients.len()];
    let mut order: Vec<_> = (0..clients.len()).collect();
    for _ in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            runner.visit(&browser, clients[index], false).await?;
            call(&browser, WARM_UP, 1, stubbed).await?;
            times[index].push(call(&browser, calls, 1, stubbed).await?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();

    let mut table = Table::new(name, title, &["client", "median", "lower", "upper", "vs. baseline"]);
    let baseline = clients.iter().position(|client| client.is_baseline()).map(|at| &times[at]);
    for (client, times) in clients.iter().zip(&times) {
        let [median, lower, upper] = Cell::quartiles(Quartiles::of(times));
        let ratio = baseline.map_or(Cell::None, |baseline| {
            // Per round: the machine's fast and slow minutes are longer than a round.
            let ratios: Vec<_> = times.iter().zip(baseline).map(|(own, baseline)| own / baseline).collect();
            Cell::Ratio(Quartiles::of(&ratios).median)
        });
        table.row([Cell::text(&client.name), median, lower, upper, ratio]);
    }
    Ok(table)
}

/// Measures the cost of a call among count concurrent ones.
pub async fn concurrent(runner: &Runner, clients: &[&Client], rounds: usize) -> anyhow::Result<Table> {
    let title = format!("A call's share of the time, ms, by the number of concurrent calls, median of {rounds}");
    let bar = progress(&title, rounds * clients.len() * CONCURRENT.len())?;
    let browser = Engine::Chromium.launch().await?;
    let mut times = vec![[const { vec![] }; CONCURRENT.len()]; clients.len()];
    for _ in 0..rounds {
        for (client, times) in clients.iter().zip(&mut times) {
            runner.visit(&browser, client, false).await?;
            call(&browser, WARM_UP, 1, false).await?;
            for (count, times) in CONCURRENT.into_iter().zip(times) {
                times.push(call(&browser, CALLS_EACH, count, false).await?);
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();

    let mut table = Table::new("concurrent", title, &["client", "1", "10", "100", "1,000"]);
    for (client, times) in clients.iter().zip(times) {
        let medians = times.iter().map(|times| Cell::Ms(Quartiles::of(times).median));
        table.row([Cell::text(&client.name)].into_iter().chain(medians));
    }
    Ok(table)
}

/// Makes calls in the open page. Returns the ms that one took.
pub async fn call(browser: &Browser, calls: usize, concurrent: usize, stubbed: bool) -> anyhow::Result<f64> {
    let script = include_str!("calls.js");
    browser.run(script, &[json!({ "calls": calls, "concurrent": concurrent, "stubbed": stubbed })]).await
}
