use serde::Deserialize;

use crate::{
    first_answer,
    report::{Cell, Report, Table},
};

/// Of size.mjs too.
const BYTES: &str = include_str!("../budget.json");

#[derive(Deserialize)]
struct Bytes {
    must: f64,
    goal: f64,
}

/// What was measured against what it must be and what it should be.
pub fn table(report: &Report) -> Table {
    let bytes: Bytes = serde_json::from_str(BYTES).expect("budget.json holds both");
    let title = "Budgets: a time holds for the machine and the moment of this run";
    let mut table = Table::new("budget", title, &["what", "measured", "must", "goal", "reached"]);
    let own = |table, column| report.figure(table, &["incode-core"], column);
    let against = |table, column, other| Some(own(table, column)? / report.figure(table, &[other], column)?);
    let since_2000 =
        |column| Some(own("memory", column)? - report.figure("memory", &["incode-core", "2,000"], column)?);
    let growth = |subject| report.figure("memory", &[subject], "since 2,000");
    let between = |from: &'static str, to: &'static str| {
        let [from, to] = [from, to].map(|column| own("at-once", column));
        Some(to? / from?)
    };
    let first_answer = |table, call| report.figure(table, &["150 ms", call, "incode-core"], "to floor");
    let [chromium, firefox] = ["first-answer-chromium", "first-answer-firefox"];
    let [after_setup, status, session] = first_answer::CALLS.map(|call| call.name);
    let node = |what| report.figure("node", &[what], "measured");
    let refused = |until| report.figure("refusals", &["incode-core", until], "externref slots");

    for (what, measured, must, goal) in [
        ("bytes, gzip -9", own("bytes", "gzip -9"), AtMost(bytes.must), Some(bytes.goal)),
        ("bytes, against axios", against("bytes", "gzip -9", "axios"), AtMost(1.0), Some(0.8)),
        ("first request, slow, against floor", own("first-request-slow", "to floor"), AtMost(1.38), Some(1.30)),
        ("first request, slow, against axios", against("first-request-slow", "median", "axios"), AtMost(1.0), None),
        (
            "first request, slow, times sooner than 1.x",
            against("first-request-slow", "median", "1.x").map(|ratio: f64| 1.0 / ratio),
            AtLeast(15.0),
            None,
        ),
        (
            "first answer 600 ms after setup, Chromium, against floor",
            first_answer(chromium, after_setup),
            AtMost(0.6),
            None,
        ),
        (
            "first answer 600 ms after setup, Firefox, against floor",
            first_answer(firefox, after_setup),
            AtMost(0.6),
            None,
        ),
        ("first finish-status with setup, Chromium, against floor", first_answer(chromium, status), AtMost(1.05), None),
        ("first finish-status with setup, Firefox, against floor", first_answer(firefox, status), AtMost(1.05), None),
        ("first session with setup, Chromium, against floor", first_answer(chromium, session), AtMost(1.05), None),
        ("first session with setup, Firefox, against floor", first_answer(firefox, session), AtMost(1.05), None),
        ("a warm call, against floor", own("warm-call", "to floor"), AtMost(1.15), Some(1.05)),
        ("a call among 1,000 at once, against one alone", between("1", "1,000"), AtMost(1.0), None),
        ("wasm memory grown since 2,000 calls, bytes", since_2000("wasm memory"), AtMost(0.0), None),
        (
            "JS heap grown since 2,000 calls, points above floor",
            growth("incode-core").zip(growth("floor")).map(|(own, floor)| own - floor),
            AtMost(2.0),
            None,
        ),
        (
            "a call's own cost in Node, against the build of 2026-11-28",
            node("against that build"),
            AtMost(1.25),
            Some(1.0),
        ),
        ("heap left by a long-lived signal, MB", node("heap left by a long-lived signal, MB"), AtMost(2.0), Some(0.0)),
        ("redaction of a 60 KB error, ms", node("redaction of a 60 KB error, ms"), AtMost(20.0), Some(5.0)),
        (
            "externref slots added from 100 to 3,000 refusals",
            refused("3,000").zip(refused("100")).map(|(many, few)| many - few),
            AtMost(0.0),
            None,
        ),
    ] {
        if let Some(measured) = measured {
            let reached = match goal {
                _ if !must.is_kept(measured, must.limit()) => "NO",
                Some(goal) if must.is_kept(measured, goal) => "goal",
                Some(_) => "must",
                None => "yes",
            };
            let limit = |number| Cell::Text(format!("{} {number}", must.sign()));
            let goal = goal.map_or(Cell::None, limit);
            table.row([Cell::text(what), Cell::figure(measured), limit(must.limit()), goal, Cell::text(reached)]);
        }
    }
    table
}

#[derive(Clone, Copy)]
enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

use Limit::{AtLeast, AtMost};

impl Limit {
    fn limit(self) -> f64 {
        match self {
            AtMost(limit) | AtLeast(limit) => limit,
        }
    }

    fn sign(self) -> char {
        match self {
            AtMost(_) => '≤',
            AtLeast(_) => '≥',
        }
    }

    fn is_kept(self, measured: f64, limit: f64) -> bool {
        match self {
            AtMost(_) => measured <= limit,
            AtLeast(_) => measured >= limit,
        }
    }
}
