//! Measures incode-core and its peers side by side in real browsers. `cargo xtask bench` builds all and runs this.
//!
//! Every subject is a folder of files that `build.mjs` made, with the same page in front of it, and does the same: `setup`, then
//! `createSession` against the sandbox, which lies on another origin. Files are compressed beforehand, and no cache ever knows one.
//!
//! - bytes: what the page downloads.
//! - first request: from the server being asked for the page to the sandbox being asked for a session, both by this machine's
//!   clock, so that browsers are compared by what they do and not by what they say. In rounds, all subjects in turn, in another
//!   order each round, the heap collected before each.
//! - first answer: what a page waits for on a real network, where the API is some round trips away behind TLS, under a name that the
//!   browser is not connected to; and whether a connection was there before the call.
//! - calls: finish-status in a page that has made a hundred already; the same with `fetch` answered within the page, where what is
//!   left is the caller's own work; the same by 1 to 1,000 at once.
//! - server: the server itself under load, without any page.
//! - node: a call's own cost in Node, against the build of 2026-11-28.
//! - memory: after calls, and after inputs that have to be refused, with the wasm instance looked into from the page.
//!
//! Medians of several runs, and ratios to a floor by hand, which are steadier than the times; on a busy machine neither means much.

mod budget;
mod bytes;
mod calls;
mod first_answer;
mod first_request;
mod laboratory;
mod memory;
mod node;
mod quartiles;
mod relay;
mod report;
mod server;
mod site;
mod subjects;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, ValueEnum};

use first_request::Trial;
use laboratory::Laboratory;
use report::Report;
use subjects::{Group, Subject};

/// Measures incode-core and its peers side by side in real browsers.
#[derive(Parser)]
struct Options {
    /// Where build.mjs put the subjects
    #[arg(long, default_value = "target/bench")]
    made: PathBuf,

    /// Fewer runs: to see that it works, not to quote
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
    FirstAnswer,
    Calls,
    AtOnce,
    Memory,
    Refusals,
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
            return written(&report, options);
        }
    }
    if wanted(Part::Node) {
        report.add(node::table(options.quick)?);
        if options.only == [Part::Node] {
            report.add(budget::table(&report));
            return written(&report, options);
        }
    }
    let subjects = subjects::read(&options.made)?;
    let laboratory = Laboratory::open(&options.made.join("site"), !options.gzip).await?;
    let few = |many: usize, few: usize| if options.quick { few } else { many };
    let rounds = options.rounds.unwrap_or_else(|| few(21, 3));
    let peers: Vec<_> = subjects.iter().filter(|subject| subject.group == Group::Peers).collect();
    let floor_and_own: Vec<_> = peers.iter().copied().filter(|peer| peer.is_floor() || peer.is_own()).collect();
    let by_hand: Vec<_> = peers.iter().copied().filter(|peer| !peer.is_heavy()).collect();
    let is_compared = |subject: &&Subject| subject.is_floor() || subject.is_own() || subject.group != Group::Peers;
    let deliveries: Vec<_> = subjects.iter().filter(is_compared).collect();

    if wanted(Part::Bytes) {
        report.add(bytes::table(&subjects));
    }
    for (part, trial, subjects, rounds) in [
        (Part::FirstRequest, &Trial::SLOW, &peers, rounds),
        (Part::FirstRequest, &Trial::UNTHROTTLED, &peers, rounds),
        (Part::Firefox, &Trial::FIREFOX, &peers, rounds),
        (Part::Delivery, &Trial::DELIVERY, &deliveries, few(rounds.div_ceil(2), 1)),
    ] {
        if wanted(part) {
            report.add(first_request::table(&laboratory, trial, subjects, rounds).await?);
        }
    }
    if wanted(Part::FirstAnswer) {
        let clients: Vec<_> = by_hand.iter().copied().filter(|peer| peer.name != "naive").collect();
        for table in first_answer::tables(&laboratory, &clients, few(5, 1)).await? {
            report.add(table);
        }
    }
    if wanted(Part::Calls) {
        report.add(calls::sequential(&laboratory, &by_hand, few(21, 3), few(100, 100)).await?);
        report.add(calls::own_cost(&laboratory, &by_hand, few(7, 3), few(3000, 500)).await?);
    }
    if wanted(Part::AtOnce) {
        report.add(calls::at_once(&laboratory, &floor_and_own, few(5, 1)).await?);
    }
    if wanted(Part::Memory) {
        report.add(memory::after_calls(&laboratory, &floor_and_own, few(20_000, 4_000)).await?);
    }
    if wanted(Part::Refusals) {
        report.add(memory::after_refusals(&laboratory, &floor_and_own).await?);
    }
    report.add(budget::table(&report));
    written(&report, options)
}

fn written(report: &Report, options: &Options) -> anyhow::Result<()> {
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(report)?;
        fs::write(path, json).with_context(|| format!("{} could not be written", path.display()))?;
    }
    Ok(())
}
