//! Measures incode-core and other clients side by side in real browsers. `cargo xtask bench` builds all and runs this.
//!
//! Every client is a folder of files from `build.mjs`, with the same page, and does the same: `setup`, then `createSession` against
//! the sandbox, which is another origin. Files are compressed beforehand, and no cache has them.
//!
//! - bytes: the size of the page's downloads.
//! - first request: the time from the request of the page to that of a session, both by this machine's clock, not by the browser's.
//!   In rounds: all clients in turn, in another order each round, after a garbage collection.
//! - first response: the waiting time on a real network, where the API is some round trips away behind TLS, under a name that the
//!   browser is not connected to; and whether a connection was open before the call.
//! - calls: finish-status in a page that has made a hundred already; the same with `fetch` mocked in the page, which measures the
//!   client's own work; the same with 1 to 1,000 concurrent calls.
//! - server: the server itself under load, without any page.
//! - node: a call's own cost in Node, against the build of 2026-11-28.
//! - memory: after calls, and after invalid input, with the sizes of the wasm instance read in the page.
//!
//! Medians of several runs, and ratios to a hand-written baseline, which are steadier than the times. On a busy machine neither means
//! much.

mod budget;
mod bytes;
mod calls;
mod clients;
mod first_request;
mod first_response;
mod memory;
mod node;
mod quartiles;
mod relay;
mod report;
mod runner;
mod server;
mod site;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, ValueEnum};

use clients::{Client, Group};
use first_request::Trial;
use report::Report;
use runner::Runner;

/// Measures incode-core and other clients side by side in real browsers.
#[derive(Parser)]
struct Options {
    /// Folder of the output of build.mjs
    #[arg(long, default_value = "target/bench")]
    input: PathBuf,

    /// Fewer runs, to see that it works: do not quote these figures
    #[arg(long)]
    quick: bool,

    /// Rounds of the first request
    #[arg(long)]
    rounds: Option<usize>,

    /// Serve no brotli: browsers take the files gzipped
    #[arg(long)]
    gzip: bool,

    /// Only these measures
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,

    /// Write the results to this file, for machines
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    Bytes,
    FirstRequest,
    Delivery,
    Firefox,
    FirstResponse,
    Calls,
    Concurrent,
    Memory,
    Rejections,
    Server,
    Node,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    let mut report = Report::new(options.quick);
    if wanted(Part::Server) {
        report.add(if options.quick { server::table(2, 10).await? } else { server::table(10, 1).await? });
        if options.only == [Part::Server] {
            return write(&report, options);
        }
    }
    if wanted(Part::Node) {
        report.add(node::table(options.quick)?);
        if options.only == [Part::Node] {
            report.add(budget::table(&report));
            return write(&report, options);
        }
    }
    let clients = clients::read(&options.input)?;
    let runner = Runner::open(&options.input.join("site"), !options.gzip).await?;
    let few = |many: usize, few: usize| if options.quick { few } else { many };
    let rounds = options.rounds.unwrap_or_else(|| few(21, 3));
    let compared: Vec<_> = clients.iter().filter(|client| client.group == Group::Clients).collect();
    let baseline_and_own: Vec<_> =
        compared.iter().copied().filter(|client| client.is_baseline() || client.is_own()).collect();
    let light: Vec<_> = compared.iter().copied().filter(|client| !client.is_heavy()).collect();
    let is_compared = |client: &&Client| client.is_baseline() || client.is_own() || client.group != Group::Clients;
    let deliveries: Vec<_> = clients.iter().filter(is_compared).collect();

    if wanted(Part::Bytes) {
        report.add(bytes::table(&clients));
    }
    for (part, trial, clients, rounds) in [
        (Part::FirstRequest, &Trial::SLOW, &compared, rounds),
        (Part::FirstRequest, &Trial::UNTHROTTLED, &compared, rounds),
        (Part::Firefox, &Trial::FIREFOX, &compared, rounds),
        (Part::Delivery, &Trial::DELIVERY, &deliveries, few(rounds.div_ceil(2), 1)),
    ] {
        if wanted(part) {
            report.add(first_request::table(&runner, trial, clients, rounds).await?);
        }
    }
    if wanted(Part::FirstResponse) {
        let clients: Vec<_> = light.iter().copied().filter(|client| client.name != "naive").collect();
        for table in first_response::tables(&runner, &clients, few(5, 1)).await? {
            report.add(table);
        }
    }
    if wanted(Part::Calls) {
        report.add(calls::sequential(&runner, &light, few(21, 3), few(100, 100)).await?);
        report.add(calls::own_cost(&runner, &light, few(7, 3), few(3000, 500)).await?);
    }
    if wanted(Part::Concurrent) {
        report.add(calls::concurrent(&runner, &baseline_and_own, few(5, 1)).await?);
    }
    if wanted(Part::Memory) {
        report.add(memory::after_calls(&runner, &baseline_and_own, few(20_000, 4_000)).await?);
    }
    if wanted(Part::Rejections) {
        report.add(memory::after_rejections(&runner, &baseline_and_own).await?);
    }
    report.add(budget::table(&report));
    write(&report, options)
}

fn write(report: &Report, options: &Options) -> anyhow::Result<()> {
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(report)?;
        fs::write(path, json).with_context(|| format!("{} could not be written", path.display()))?;
    }
    Ok(())
}
