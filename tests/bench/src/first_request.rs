use incode_test_support::{Browser, Engine};
use serde_json::json;

use crate::{
    laboratory::{Laboratory, progress, version},
    quartiles::Quartiles,
    report::{Cell, Table},
    subjects::Subject,
};

/// One table of first requests.
pub struct Trial {
    name: &'static str,
    what: &'static str,
    engine: Engine,
    is_slow: bool,
}

impl Trial {
    pub const SLOW: Self = Self::new("first-request-slow", FIRST_REQUEST, Engine::Chromium, true);
    pub const UNTHROTTLED: Self = Self::new("first-request", FIRST_REQUEST, Engine::Chromium, false);
    pub const FIREFOX: Self = Self::new("first-request-firefox", FIRST_REQUEST, Engine::Firefox, false);
    pub const DELIVERY: Self = Self::new("delivery", "The same by delivery and page", Engine::Chromium, true);

    const fn new(name: &'static str, what: &'static str, engine: Engine, is_slow: bool) -> Self {
        Self { name, what, engine, is_slow }
    }
}

const FIRST_REQUEST: &str = "First request after navigation";
const LATENCY_MS: u32 = 150;
const BYTES_A_SECOND: u32 = 1_600_000 / 8;
const SLOWER_CPU: u32 = 4;

/// A heavy subject takes its turn in every so many rounds: it would need more time than all others together.
const TURN_OF_HEAVY: usize = 5;

/// How long after the page the API is asked for a session. All subjects in turn, in another order each round.
pub async fn table(
    laboratory: &Laboratory,
    &Trial { name, what, engine, is_slow }: &Trial,
    subjects: &[&Subject],
    rounds: usize,
) -> anyhow::Result<Table> {
    let browser = engine.launch().await?;
    let version = version(&browser).await?;
    let conditions = if is_slow { "150 ms, 1.6 Mbit/s, 4× CPU" } else { "unthrottled" };
    let title = format!("{what}, ms, {engine} {version}, {conditions}");
    let bar = progress(&title, rounds * subjects.len())?;
    if is_slow {
        slow_down(&browser).await?;
    }
    let mut times = vec![vec![]; subjects.len()];
    let mut order: Vec<_> = (0..subjects.len()).collect();
    for round in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            let subject = subjects[index];
            bar.inc(1);
            if subject.is_heavy() && !round.is_multiple_of(TURN_OF_HEAVY) {
                continue;
            }
            let visit = laboratory.visit(&browser, subject, true).await?;
            times[index].push(laboratory.first_request(&visit).await?);
        }
    }
    bar.finish_and_clear();

    let title = format!("{title}, served as {}", laboratory.encoding());
    let mut table = Table::new(name, title, &["subject", "runs", "median", "lower", "upper", "to floor"]);
    let floor = subjects.iter().position(|subject| subject.is_floor()).map(|at| Quartiles::of(&times[at]).median);
    for (subject, times) in subjects.iter().zip(times) {
        let quartiles = Quartiles::of(&times);
        let [median, lower, upper] = Cell::quartiles(quartiles);
        let ratio = floor.map_or(Cell::None, |floor| Cell::Ratio(quartiles.median / floor));
        table.row([Cell::text(&subject.name), Cell::count(times.len()), median, lower, upper, ratio]);
    }
    Ok(table)
}

async fn slow_down(browser: &Browser) -> anyhow::Result<()> {
    let network = json!({
        "offline": false,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_A_SECOND,
        "uploadThroughput": BYTES_A_SECOND,
    });
    browser.cdp("Network.enable", json!({})).await?;
    browser.cdp("Network.emulateNetworkConditions", network).await?;
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER_CPU })).await?;
    Ok(())
}
