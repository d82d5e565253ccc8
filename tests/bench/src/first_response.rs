use std::time::Duration;

use anyhow::ensure;
use incode_test_support::{Browser, Engine, sandbox_key};
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::json;

use crate::{
    laboratory::{Laboratory, progress, version},
    quartiles::Quartiles,
    relay::Relay,
    report::{Cell, Table},
    subjects::Subject,
};

/// What a page asks for, and how many ms after `setup`.
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

/// What is done again and again, and what came of it.
struct Trial<'a> {
    call: &'static Call,
    subject: &'a Subject,
    /// Whether a script may put a hint at a connection into the page.
    hint: bool,
    outcomes: Vec<Outcome>,
}

/// In ms.
struct Outcome {
    /// From the call to its answer.
    time: f64,
    /// By how much the connection that it went through was opened before the call.
    ahead: f64,
}

/// What first_answer.js returns.
#[derive(Deserialize)]
struct Called {
    /// In ms since 1970.
    at: f64,
    time: f64,
}

/// How long a page waits for the first answer of an API that is far off, and that it has not been connected to before.
pub async fn tables(laboratory: &Laboratory, subjects: &[&Subject], rounds: usize) -> anyhow::Result<[Table; 2]> {
    let near = laboratory.relay(Duration::from_millis(50)).await?;
    let far = laboratory.relay(Duration::from_millis(150)).await?;
    let steps = 4 * rounds * trials(subjects).len();
    let bar = progress("First answer over TLS, round trips of 50 and 150 ms, Chromium and Firefox", steps)?;
    let lane = |engine, relay| run(laboratory, engine, relay, subjects, rounds, &bar);
    // A lane does little but wait for its relay, so two of them do it at the same time; of more, one would wait for another's loading.
    let (chromium_near, firefox_far) = tokio::try_join!(lane(Engine::Chromium, &near), lane(Engine::Firefox, &far))?;
    let (firefox_near, chromium_far) = tokio::try_join!(lane(Engine::Firefox, &near), lane(Engine::Chromium, &far))?;
    bar.finish_and_clear();
    Ok([
        table("first-answer-chromium", &[chromium_near, chromium_far]),
        table("first-answer-firefox", &[firefox_near, firefox_far]),
    ])
}

/// The package with the hint that `setup` gives and without it; nobody among its peers gives one.
fn trials<'a>(subjects: &[&'a Subject]) -> Vec<Trial<'a>> {
    let mut trials = vec![];
    for call in &CALLS {
        for &subject in subjects {
            if subject.is_own() {
                trials.push(Trial { call, subject, hint: true, outcomes: vec![] });
            }
            trials.push(Trial { call, subject, hint: false, outcomes: vec![] });
        }
    }
    trials
}

async fn run<'a>(
    laboratory: &Laboratory,
    engine: Engine,
    relay: &'a Relay,
    subjects: &[&'a Subject],
    rounds: usize,
    bar: &ProgressBar,
) -> anyhow::Result<Lane<'a>> {
    let browser = engine.launch_with_tls().await?;
    let version = version(&browser).await?;
    let token = laboratory.token().await?;
    let mut trials = trials(subjects);
    let mut order: Vec<_> = (0..trials.len()).collect();
    for round in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            let label = format!("{engine}-{round}-{index}").to_lowercase();
            trials[index].run(laboratory, &browser, relay, &label, &token).await?;
            bar.inc(1);
        }
    }
    Ok(Lane { engine, relay, trials, version })
}

impl Trial<'_> {
    async fn run(
        &mut self,
        laboratory: &Laboratory,
        browser: &Browser,
        relay: &Relay,
        label: &str,
        token: &str,
    ) -> anyhow::Result<()> {
        laboratory.page(browser, self.subject).await?;
        let &Call { function, pause, .. } = self.call;
        let what = json!({
            "apiURL": relay.url(label),
            "apiKey": sandbox_key(),
            "token": token,
            "call": function,
            "pause": pause,
            "hint": self.hint,
        });
        let Called { at, time } = browser.run(include_str!("first_answer.js"), &[what]).await?;
        let outcome = Outcome { time, ahead: at - relay.opened(label)? };
        ensure!(self.hint || pause == 0.0 || !self.is_by_setup(&outcome), "{} was connected before", self.subject.name);
        self.outcomes.push(outcome);
        Ok(())
    }

    /// Whether the connection was opened about when `setup` was called, and not about when the API was.
    fn is_by_setup(&self, outcome: &Outcome) -> bool {
        outcome.ahead > self.call.pause / 2.0
    }

    /// Nothing is to be said about a hint that the relay has not seen followed each time.
    fn is_shown(&self) -> bool {
        !self.hint || self.call.pause == 0.0 || self.outcomes.iter().all(|outcome| self.is_by_setup(outcome))
    }
}

fn table(name: &'static str, lanes: &[Lane]) -> Table {
    let (engine, version, runs) = (lanes[0].engine, &lanes[0].version, lanes[0].trials[0].outcomes.len());
    let title = format!("First answer over TLS, ms, {engine} {version}, {runs} runs each");
    let columns = ["round trip", "call", "subject", "median", "lower", "upper", "to floor", "connected ahead"];
    let mut table = Table::new(name, title, &columns);
    for Lane { relay, trials, .. } in lanes {
        let mut floor = None;
        for trial in trials {
            let of = |part: fn(&Outcome) -> f64| Quartiles::of(&trial.outcomes.iter().map(part).collect::<Vec<_>>());
            let times = of(|outcome| outcome.time);
            if trial.subject.is_floor() {
                floor = Some(times.median);
            }
            let no_hint = if trial.subject.is_own() && !trial.hint { ", no hint" } else { "" };
            let figures = if trial.is_shown() {
                let [median, lower, upper] = Cell::quartiles(times);
                let ratio = floor.map_or(Cell::None, |floor| Cell::Ratio(times.median / floor));
                [median, lower, upper, ratio, Cell::count(of(|outcome| outcome.ahead).median.max(0.0) as usize)]
            } else {
                [Cell::None, Cell::None, Cell::None, Cell::None, Cell::text("not each time")]
            };
            let subject = format!("{}{no_hint}", trial.subject.name);
            let keys = [&relay.distance(), trial.call.name, &subject].map(Cell::text);
            table.row(keys.into_iter().chain(figures));
        }
    }
    table
}
