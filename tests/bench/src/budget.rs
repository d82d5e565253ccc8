use serde::Deserialize;

use crate::{
    first_response,
    report::{Cell, Report, Table},
};

/// Budget in bytes, which size.mjs reads too.
const BYTES: &str = include_str!("../budget.json");

#[derive(Deserialize)]
struct Bytes {
    must: f64,
    goal: f64,
}

/// Compares the measured figures with their limits and goals.
pub fn table(report: &Report) -> Table {
    let bytes: Bytes = serde_json::from_str(BYTES).expect("budget.json has both");
    let title = "Budgets: times are those of this machine and this run";
    let mut table = Table::new("budget", title, &["what", "measured", "must", "goal", "reached"]);
    let own = |table, column| report.figure(table, &["incode-core"], column);
    let against = |table, column, other| Some(own(table, column)? / report.figure(table, &[other], column)?);
    let since_2000 =
        |column| Some(own("memory", column)? - report.figure("memory", &["incode-core", "2,000"], column)?);
    let growth = |client| report.figure("memory", &[client], "since 2,000");
    let between = |from: &'static str, to: &'static str| {
        let [from, to] = [from, to].map(|column| own("concurrent", column));
        Some(to? / from?)
    };
    let first_response = |table, call| report.figure(table, &["150 ms", call, "incode-core"], "vs. baseline");
    let [chromium, firefox] = ["first-response-chromium", "first-response-firefox"];
    let [after_setup, status, session] = first_response::CALLS.map(|call| call.name);
    let node = |what| report.figure("node", &[what], "measured");
    let rejected = |until| report.figure("rejections", &["incode-core", until], "externref slots");

    for (what, measured, must, goal) in [
        ("bytes, gzip -9", own("bytes", "gzip -9"), AtMost(bytes.must), Some(bytes.goal)),
        ("bytes, against axios", against("bytes", "gzip -9", "axios"), AtMost(1.0), Some(0.8)),
        ("first request, slow, against baseline", own("first-request-slow", "vs. baseline"), AtMost(1.38), Some(1.30)),
        ("first request, slow, against axios", against("first-request-slow", "median", "axios"), AtMost(1.0), None),
        (
            "first request, slow, times sooner than 1.x",
            against("first-request-slow", "median", "1.x").map(|ratio: f64| 1.0 / ratio),
            AtLeast(15.0),
            None,
        ),
        (
            "first response 600 ms after setup, Chromium, against baseline",
            first_response(chromium, after_setup),
            AtMost(0.6),
            None,
        ),
        (
            "first response 600 ms after setup, Firefox, against baseline",
            first_response(firefox, after_setup),
            AtMost(0.6),
            None,
        ),
        (
            "first finish-status with setup, Chromium, against baseline",
            first_response(chromium, status),
            AtMost(1.05),
            None,
        ),
        (
            "first finish-status with setup, Firefox, against baseline",
            first_response(firefox, status),
            AtMost(1.05),
            None,
        ),
        ("first session with setup, Chromium, against baseline", first_response(chromium, session), AtMost(1.05), None),
        ("first session with setup, Firefox, against baseline", first_response(firefox, session), AtMost(1.05), None),
        ("a warm call, against baseline", own("warm-call", "vs. baseline"), AtMost(1.15), Some(1.05)),
        ("a call among 1,000 concurrent ones, against one alone", between("1", "1,000"), AtMost(1.0), None),
        ("wasm memory grown since 2,000 calls, bytes", since_2000("wasm memory"), AtMost(0.0), None),
        (
            "JS heap grown since 2,000 calls, points above baseline",
            growth("incode-core").zip(growth("baseline")).map(|(own, baseline)| own - baseline),
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
            "externref slots added from 100 to 3,000 rejections",
            rejected("3,000").zip(rejected("100")).map(|(many, few)| many - few),
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
