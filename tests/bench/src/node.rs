use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::report::{Cell, Table};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    own_cost: OwnCost,
    /// Growth of the heap in MB.
    heap: f64,
    /// Time in ms.
    redaction: f64,
}

/// Times of one call in µs.
#[derive(Deserialize)]
struct OwnCost {
    before: f64,
    now: f64,
    ratio: f64,
}

/// Measures the cost of a call in Node: against the build of 2026-11-28, on one long-lived signal, and to redact an error.
pub fn table(is_quick: bool) -> anyhow::Result<Table> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node.mjs");
    let mut command = Command::new("node");
    command.args(["--expose-gc", script]).args(is_quick.then_some("--quick"));
    let output = command.output().context("node did not start")?;
    ensure!(output.status.success(), "{script} failed: {}", String::from_utf8_lossy(&output.stderr));
    let measured: Measured = serde_json::from_slice(&output.stdout)?;
    let mut table = Table::new("node", "In Node, with fetch mocked", &["what", "measured"]);
    for (what, cell) in [
        ("a call, µs", Cell::Ratio(measured.own_cost.now)),
        ("a call of the build of 2026-11-28, µs", Cell::Ratio(measured.own_cost.before)),
        ("against that build", Cell::Ratio(measured.own_cost.ratio)),
        ("heap left by a long-lived signal, MB", Cell::Ratio(measured.heap)),
        ("redaction of a 60 KB error, ms", Cell::Ratio(measured.redaction)),
    ] {
        table.row([Cell::text(what), cell]);
    }
    Ok(table)
}
