use incode_test_support::{Browser, Engine};
use serde_json::json;

use crate::{
    clients::Client,
    quartiles::Quartiles,
    report::{Cell, Table},
    runner::{Runner, progress, version},
};

/// One table of first requests.
pub struct Trial {
    name: &'static str,
    title: &'static str,
    engine: Engine,
    is_slow: bool,
}

impl Trial {
    pub const SLOW: Self = Self::new("first-request-slow", FIRST_REQUEST, Engine::Chromium, true);
    pub const UNTHROTTLED: Self = Self::new("first-request", FIRST_REQUEST, Engine::Chromium, false);
    pub const FIREFOX: Self = Self::new("first-request-firefox", FIRST_REQUEST, Engine::Firefox, false);
    pub const DELIVERY: Self = Self::new("delivery", "The same by delivery and page", Engine::Chromium, true);

    const fn new(name: &'static str, title: &'static str, engine: Engine, is_slow: bool) -> Self {
        Self { name, title, engine, is_slow }
    }
}

const FIRST_REQUEST: &str = "First request after navigation";
const LATENCY_MS: u32 = 150;
const BYTES_PER_SECOND: u32 = 1_600_000 / 8;
const CPU_SLOWDOWN: u32 = 4;

/// A heavy client takes part in every fifth round: it needs more time than all others together.
const HEAVY_EVERY: usize = 5;

/// Measures the time from the request of the page to that of a session. All clients in turn, in another order each round.
pub async fn table(
    runner: &Runner,
    &Trial { name, title, engine, is_slow }: &Trial,
    clients: &[&Client],
    rounds: usize,
) -> anyhow::Result<Table> {
    let browser = engine.launch().await?;
    let version = version(&browser).await?;
    let conditions = if is_slow { "150 ms, 1.6 Mbit/s, 4× CPU" } else { "unthrottled" };
    let title = format!("{title}, ms, {engine} {version}, {conditions}");
    let bar = progress(&title, rounds * clients.len())?;
    if is_slow {
        slow_down(&browser).await?;
    }
    let mut times = vec![vec![]; clients.len()];
    let mut order: Vec<_> = (0..clients.len()).collect();
    for round in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            let client = clients[index];
            bar.inc(1);
            if client.is_heavy() && !round.is_multiple_of(HEAVY_EVERY) {
                continue;
            }
            let visit = runner.visit(&browser, client, true).await?;
            times[index].push(runner.first_request(&visit).await?);
        }
    }
    bar.finish_and_clear();

    let title = format!("{title}, served as {}", runner.encoding());
    let mut table = Table::new(name, title, &["client", "runs", "median", "lower", "upper", "vs. baseline"]);
    let baseline = clients.iter().position(|client| client.is_baseline()).map(|at| Quartiles::of(&times[at]).median);
    for (client, times) in clients.iter().zip(times) {
        let quartiles = Quartiles::of(&times);
        let [median, lower, upper] = Cell::quartiles(quartiles);
        let ratio = baseline.map_or(Cell::None, |baseline| Cell::Ratio(quartiles.median / baseline));
        table.row([Cell::text(&client.name), Cell::count(times.len()), median, lower, upper, ratio]);
    }
    Ok(table)
}

async fn slow_down(browser: &Browser) -> anyhow::Result<()> {
    let network = json!({
        "offline": false,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_PER_SECOND,
        "uploadThroughput": BYTES_PER_SECOND,
    });
    browser.cdp("Network.enable", json!({})).await?;
    browser.cdp("Network.emulateNetworkConditions", network).await?;
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": CPU_SLOWDOWN })).await?;
    Ok(())
}
