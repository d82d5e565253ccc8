use incode_test_support::{Browser, Engine};
use serde_json::json;

use crate::{
    laboratory::{Laboratory, progress},
    quartiles::Quartiles,
    report::{Cell, Table},
    subjects::Subject,
};

const WARM_UP: usize = 100;
/// What is at once in the measure of that name, and how many calls are made of each.
const AT_ONCE: [usize; 4] = [1, 10, 100, 1000];
const CALLS_EACH: usize = 1000;

/// Finish-status calls over loopback, one after another.
pub async fn sequential(
    laboratory: &Laboratory,
    subjects: &[&Subject],
    rounds: usize,
    calls: usize,
) -> anyhow::Result<Table> {
    let title = format!("A warm finish-status call over loopback, ms, one after another, {rounds} × {calls} calls");
    in_turn(laboratory, "warm-call", title, subjects, rounds, calls, false).await
}

/// The same without a request: what the caller's side costs.
pub async fn own_cost(
    laboratory: &Laboratory,
    subjects: &[&Subject],
    rounds: usize,
    calls: usize,
) -> anyhow::Result<Table> {
    // axios does not call fetch.
    let subjects: Vec<_> = subjects.iter().copied().filter(|subject| subject.name != "axios").collect();
    let title = format!("The same with fetch answered within the page, ms, {rounds} × {calls} calls");
    in_turn(laboratory, "own-cost", title, &subjects, rounds, calls, true).await
}

async fn in_turn(
    laboratory: &Laboratory,
    name: &'static str,
    title: String,
    subjects: &[&Subject],
    rounds: usize,
    calls: usize,
    stubbed: bool,
) -> anyhow::Result<Table> {
    let bar = progress(&title, rounds * subjects.len())?;
    let browser = Engine::Chromium.launch().await?;
    let mut times = vec![vec![]; subjects.len()];
    let mut order: Vec<_> = (0..subjects.len()).collect();
    for _ in 0..rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            laboratory.visit(&browser, subjects[index], false).await?;
            call(&browser, WARM_UP, 1, stubbed).await?;
            times[index].push(call(&browser, calls, 1, stubbed).await?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();

    let mut table = Table::new(name, title, &["subject", "median", "lower", "upper", "to floor"]);
    let floor = subjects.iter().position(|subject| subject.is_floor()).map(|at| &times[at]);
    for (subject, times) in subjects.iter().zip(&times) {
        let [median, lower, upper] = Cell::quartiles(Quartiles::of(times));
        let ratio = floor.map_or(Cell::None, |floor| {
            // Turn by turn: the machine's good and bad minutes are longer than a turn.
            let ratios: Vec<_> = times.iter().zip(floor).map(|(own, floor)| own / floor).collect();
            Cell::Ratio(Quartiles::of(&ratios).median)
        });
        table.row([Cell::text(&subject.name), median, lower, upper, ratio]);
    }
    Ok(table)
}

/// Whether calls get dearer when there are many at once.
pub async fn at_once(laboratory: &Laboratory, subjects: &[&Subject], rounds: usize) -> anyhow::Result<Table> {
    let title = format!("A call's share of the time, ms, by how many are made at once, median of {rounds}");
    let bar = progress(&title, rounds * subjects.len() * AT_ONCE.len())?;
    let browser = Engine::Chromium.launch().await?;
    let mut times = vec![[const { vec![] }; AT_ONCE.len()]; subjects.len()];
    for _ in 0..rounds {
        for (subject, times) in subjects.iter().zip(&mut times) {
            laboratory.visit(&browser, subject, false).await?;
            call(&browser, WARM_UP, 1, false).await?;
            for (many, times) in AT_ONCE.into_iter().zip(times) {
                times.push(call(&browser, CALLS_EACH, many, false).await?);
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();

    let mut table = Table::new("at-once", title, &["subject", "1", "10", "100", "1,000"]);
    for (subject, times) in subjects.iter().zip(times) {
        let medians = times.iter().map(|times| Cell::Ms(Quartiles::of(times).median));
        table.row([Cell::text(&subject.name)].into_iter().chain(medians));
    }
    Ok(table)
}

/// Makes calls in the page that is open; the ms that one took.
pub async fn call(browser: &Browser, calls: usize, at_once: usize, stubbed: bool) -> anyhow::Result<f64> {
    let script = include_str!("calls.js");
    browser.run(script, &[json!({ "calls": calls, "atOnce": at_once, "stubbed": stubbed })]).await
}
