use std::time::Duration;

use anyhow::ensure;
use incode_browsers::{Browser, Engine};
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

/// Each engine, and the name of its table.
const ENGINES: [(Engine, &str); 2] =
    [(Engine::Chromium, "first-answer-chromium"), (Engine::Firefox, "first-answer-firefox")];

const ROUND_TRIPS_MS: [u64; 2] = [50, 150];

/// What a page asks for, and how many ms after `setup`.
const SHAPES: [Shape; 3] = [
    Shape { name: "getFinishStatus 600 ms after setup", call: "getFinishStatus", pause: 600.0 },
    Shape { name: "setup and getFinishStatus", call: "getFinishStatus", pause: 0.0 },
    Shape { name: "setup and createSession", call: "createSession", pause: 0.0 },
];

struct Shape {
    name: &'static str,
    call: &'static str,
    pause: f64,
}

/// What is done again and again, and what came of it.
struct Trial<'a> {
    shape: &'static Shape,
    relay: &'a Relay,
    subject: &'a Subject,
    /// Whether a script may put a hint at a connection into the page.
    hint: bool,
    outcomes: Vec<Outcome>,
}

/// In ms.
struct Outcome {
    /// From the call to its answer.
    time: f64,
    /// By how much the connection was opened before the call that went through it.
    ahead: f64,
}

/// What first_answer.js returns.
#[derive(Deserialize)]
struct Asked {
    /// In ms since 1970.
    called: f64,
    time: f64,
}

/// How long a page waits for the first answer of an API that is far off, and that it has not been connected to before.
pub async fn tables(laboratory: &Laboratory, subjects: &[&Subject], rounds: usize) -> anyhow::Result<[Table; 2]> {
    let mut relays = vec![];
    for round_trip in ROUND_TRIPS_MS {
        relays.push(laboratory.relay(Duration::from_millis(round_trip)).await?);
    }
    let pages = subjects.iter().map(|subject| hints(subject).len()).sum::<usize>();
    let bar = progress("First answer of an API that is far off", 2 * rounds * SHAPES.len() * relays.len() * pages)?;
    let tables = ENGINES.map(|(engine, name)| table(laboratory, engine, name, &relays, subjects, rounds, &bar));
    // They do little but wait, so they do it at the same time.
    let [chromium, firefox] = tables;
    let (chromium, firefox) = tokio::try_join!(chromium, firefox)?;
    bar.finish_and_clear();
    Ok([chromium, firefox])
}

/// Nobody among the peers hints at a connection.
fn hints(subject: &Subject) -> &'static [bool] {
    if subject.is_own() { &[true, false] } else { &[false] }
}

async fn table(
    laboratory: &Laboratory,
    engine: Engine,
    name: &'static str,
    relays: &[Relay],
    subjects: &[&Subject],
    rounds: usize,
    bar: &ProgressBar,
) -> anyhow::Result<Table> {
    let browser = engine.launch_with_test_names().await?;
    let mut trials = vec![];
    for shape in &SHAPES {
        for relay in relays {
            for &subject in subjects {
                let trial = |&hint| Trial { shape, relay, subject, hint, outcomes: vec![] };
                trials.extend(hints(subject).iter().map(trial));
            }
        }
    }
    let token = laboratory.token().await?;
    let mut order: Vec<_> = (0..trials.len()).collect();
    for round in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            let name = format!("{name}-{round}-{index}");
            trials[index].run(laboratory, &browser, &name, &token).await?;
            bar.inc(1);
        }
    }

    let title = format!("First answer over TLS, ms, {engine} {}, {rounds} runs", version(&browser).await?);
    let columns = ["call", "round trip", "subject", "median", "lower", "upper", "to floor", "connected ahead"];
    let mut table = Table::new(name, title, &columns);
    let mut floor = None;
    for trial in &trials {
        let times: Vec<_> = trial.outcomes.iter().map(|outcome| outcome.time).collect();
        let ahead: Vec<_> = trial.outcomes.iter().map(|outcome| outcome.ahead).collect();
        let quartiles = Quartiles::of(&times);
        if trial.subject.is_floor() {
            floor = Some(quartiles.median);
        }
        let name = match trial.hint == trial.subject.is_own() {
            true => trial.subject.name.clone(),
            false => format!("{}, no hint", trial.subject.name),
        };
        let keys = [trial.shape.name, &format!("{} ms", trial.relay.round_trip().as_millis()), &name].map(Cell::text);
        let figures = if trial.is_shown() {
            let [median, lower, upper] = Cell::quartiles(quartiles);
            let ratio = floor.map_or(Cell::None, |floor| Cell::Ratio(quartiles.median / floor));
            [median, lower, upper, ratio, Cell::count(Quartiles::of(&ahead).median.max(0.0) as usize)]
        } else {
            [Cell::None, Cell::None, Cell::None, Cell::None, Cell::text("not in every run")]
        };
        table.row(keys.into_iter().chain(figures));
    }
    Ok(table)
}

impl Trial<'_> {
    async fn run(&mut self, laboratory: &Laboratory, browser: &Browser, name: &str, token: &str) -> anyhow::Result<()> {
        laboratory.page(browser, self.subject).await?;
        let Shape { call, pause, .. } = self.shape;
        let script = include_str!("first_answer.js");
        let what =
            json!({ "apiURL": self.relay.url(name), "token": token, "call": call, "pause": pause, "hint": self.hint });
        let Asked { called, time } = browser.run(script, &[what]).await?;
        let outcome = Outcome { time, ahead: called - self.relay.opened(name)? };
        ensure!(self.hint || !self.is_ahead(&outcome), "{} was connected before it asked", self.subject.name);
        self.outcomes.push(outcome);
        Ok(())
    }

    /// Where there is time for it, a figure counts only if the relay has seen each connection opened by `setup` and not by the call.
    fn is_shown(&self) -> bool {
        !self.hint || self.shape.pause == 0.0 || self.outcomes.iter().all(|outcome| self.is_ahead(outcome))
    }

    fn is_ahead(&self, outcome: &Outcome) -> bool {
        outcome.ahead > self.shape.pause / 2.0
    }
}
