use std::time::Duration;

use anyhow::ensure;
use incode_test_support::{Browser, Engine, sandbox_key};
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::json;

use crate::{
    clients::Client,
    quartiles::Quartiles,
    relay::Relay,
    report::{Cell, Table},
    runner::{Runner, progress, version},
};

/// Calls of a page, and the ms between `setup` and the call.
pub const CALLS: [Call; 3] = [
    Call { name: "600 ms after setup: getFinishStatus", function: "getFinishStatus", pause: 600.0 },
    Call { name: "setup and getFinishStatus", function: "getFinishStatus", pause: 0.0 },
    Call { name: "setup and createSession", function: "createSession", pause: 0.0 },
];

pub struct Call {
    pub name: &'static str,
    function: &'static str,
    pause: f64,
}

/// One browser's runs through one relay.
struct Lane<'a> {
    engine: Engine,
    relay: &'a Relay,
    trials: Vec<Trial<'a>>,
    version: String,
}

/// One measured call of one client, with the outcome of each run.
struct Trial<'a> {
    call: &'static Call,
    client: &'a Client,
    /// True if a script may add a `preconnect` link to the page.
    hint: bool,
    outcomes: Vec<Outcome>,
}

/// Times of one run in ms.
struct Outcome {
    /// Time from the call to its response.
    time: f64,
    /// Time from the opening of its connection to the call.
    ahead: f64,
}

/// Result of first_response.js.
#[derive(Deserialize)]
struct Called {
    /// Time of the call in ms since 1970.
    at: f64,
    time: f64,
}

/// Measures how long a page waits for the first response of a distant API that it has not connected to before.
pub async fn tables(runner: &Runner, clients: &[&Client], rounds: usize) -> anyhow::Result<[Table; 2]> {
    let near = runner.relay(Duration::from_millis(50)).await?;
    let far = runner.relay(Duration::from_millis(150)).await?;
    let steps = 4 * rounds * trials(clients).len();
    let bar = progress("First response over TLS, round trips of 50 and 150 ms, Chromium and Firefox", steps)?;
    let lane = |engine, relay| run(runner, engine, relay, clients, rounds, &bar);
    // A lane mostly waits for its relay, so two of them run at the same time. More would wait for each other's loading.
    let (chromium_near, firefox_far) = tokio::try_join!(lane(Engine::Chromium, &near), lane(Engine::Firefox, &far))?;
    let (firefox_near, chromium_far) = tokio::try_join!(lane(Engine::Firefox, &near), lane(Engine::Chromium, &far))?;
    bar.finish_and_clear();
    Ok([
        table("first-response-chromium", &[chromium_near, chromium_far]),
        table("first-response-firefox", &[firefox_near, firefox_far]),
    ])
}

/// Lists the package with the hint that `setup` adds and without it. The other clients add none.
fn trials<'a>(clients: &[&'a Client]) -> Vec<Trial<'a>> {
    let mut trials = vec![];
    for call in &CALLS {
        for &client in clients {
            if client.is_own() {
                trials.push(Trial { call, client, hint: true, outcomes: vec![] });
            }
            trials.push(Trial { call, client, hint: false, outcomes: vec![] });
        }
    }
    trials
}

async fn run<'a>(
    runner: &Runner,
    engine: Engine,
    relay: &'a Relay,
    clients: &[&'a Client],
    rounds: usize,
    bar: &ProgressBar,
) -> anyhow::Result<Lane<'a>> {
    let browser = engine.launch_with_tls().await?;
    let version = version(&browser).await?;
    let token = runner.token().await?;
    let mut trials = trials(clients);
    let mut order: Vec<_> = (0..trials.len()).collect();
    for round in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            let label = format!("{engine}-{round}-{index}").to_lowercase();
            trials[index].run(runner, &browser, relay, &label, &token).await?;
            bar.inc(1);
        }
    }
    Ok(Lane { engine, relay, trials, version })
}

impl Trial<'_> {
    async fn run(
        &mut self,
        runner: &Runner,
        browser: &Browser,
        relay: &Relay,
        label: &str,
        token: &str,
    ) -> anyhow::Result<()> {
        runner.page(browser, self.client).await?;
        let &Call { function, pause, .. } = self.call;
        let what = json!({
            "apiURL": relay.url(label),
            "apiKey": sandbox_key(),
            "token": token,
            "call": function,
            "pause": pause,
            "hint": self.hint,
        });
        let Called { at, time } = browser.run(include_str!("first_response.js"), &[what]).await?;
        let outcome = Outcome { time, ahead: at - relay.opened(label)? };
        ensure!(
            self.hint || pause == 0.0 || !self.is_opened_by_setup(&outcome),
            "{} was connected before",
            self.client.name
        );
        self.outcomes.push(outcome);
        Ok(())
    }

    /// Returns true if the connection was opened about when `setup` was called, and not about when the API was.
    fn is_opened_by_setup(&self, outcome: &Outcome) -> bool {
        outcome.ahead > self.call.pause / 2.0
    }

    /// Returns false for a hint that a browser did not follow each time: its figures would mean nothing.
    fn is_shown(&self) -> bool {
        !self.hint || self.call.pause == 0.0 || self.outcomes.iter().all(|outcome| self.is_opened_by_setup(outcome))
    }
}

fn table(name: &'static str, lanes: &[Lane]) -> Table {
    let (engine, version, runs) = (lanes[0].engine, &lanes[0].version, lanes[0].trials[0].outcomes.len());
    let title = format!("First response over TLS, ms, {engine} {version}, {runs} runs each");
    let columns = ["round trip", "call", "client", "median", "lower", "upper", "vs. baseline", "connected ahead"];
    let mut table = Table::new(name, title, &columns);
    for Lane { relay, trials, .. } in lanes {
        let mut baseline = None;
        for trial in trials {
            let of = |part: fn(&Outcome) -> f64| Quartiles::of(&trial.outcomes.iter().map(part).collect::<Vec<_>>());
            let times = of(|outcome| outcome.time);
            if trial.client.is_baseline() {
                baseline = Some(times.median);
            }
            let no_hint = if trial.client.is_own() && !trial.hint { ", no hint" } else { "" };
            let figures = if trial.is_shown() {
                let [median, lower, upper] = Cell::quartiles(times);
                let ratio = baseline.map_or(Cell::None, |baseline| Cell::Ratio(times.median / baseline));
                [median, lower, upper, ratio, Cell::count(of(|outcome| outcome.ahead).median.max(0.0) as usize)]
            } else {
                [Cell::None, Cell::None, Cell::None, Cell::None, Cell::text("not each time")]
            };
            let client = format!("{}{no_hint}", trial.client.name);
            let keys = [&relay.distance(), trial.call.name, &client].map(Cell::text);
            table.row(keys.into_iter().chain(figures));
        }
    }
    table
}
