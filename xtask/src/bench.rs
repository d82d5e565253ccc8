use std::{
    fs,
    path::{self, PathBuf},
};

use anyhow::ensure;

use crate::{build, project::Project, tools};

#[derive(clap::Args)]
pub struct Options {
    /// Fewer runs, under two minutes, to see that it works: do not quote these figures. Does not draw the chart
    #[arg(long)]
    quick: bool,
    /// Write the results to this file too, for machines
    #[arg(long)]
    json: Option<PathBuf>,
    /// Serve no brotli: browsers take the files gzipped
    #[arg(long)]
    gzip: bool,
    /// Only these measures: bytes, first-request, firefox, delivery, first-response, calls, concurrent, memory, rejections, server, node
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Rounds of the first request (default 21), and half as many for the deliveries
    #[arg(long)]
    rounds: Option<u32>,
    /// Measure what is built already
    #[arg(long)]
    no_build: bool,
}

const REPORT: &str = "target/bench/report.json";

/// Builds the package, the other clients and the servers, measures them, and draws the chart of docs/benchmarks.md.
pub fn run(project: &Project, options: &Options) -> anyhow::Result<()> {
    tools::to_build(project)?;
    project.run_all(tools::browsers(project)?)?;
    project.run_all(tools::geckodriver(project)?)?;
    project.run_all(tools::npm_packages(project, "tests/bench")?)?;
    if !options.no_build {
        build::package(project)?;
        project.run("cargo build --profile server --package incode-www --package incode-bench")?;
        project.run("node tests/bench/build.mjs")?;
    }
    let mut bench = project.command("cargo run --quiet --profile server --package incode-bench --");
    bench.arg("--json").arg(project.root.join(REPORT)).env("INCODE_WWW", project.built("../server/incode-www")?);
    for (flag, is_given) in [("--quick", options.quick), ("--gzip", options.gzip)] {
        if is_given {
            bench.arg(flag);
        }
    }
    if let Some(rounds) = options.rounds {
        bench.arg("--rounds").arg(rounds.to_string());
    }
    for part in &options.only {
        bench.arg("--only").arg(part);
    }
    ensure!(bench.status()?.success(), "the benchmark failed");
    if let Some(json) = &options.json {
        fs::copy(project.root.join(REPORT), path::absolute(json)?)?;
    }
    if !options.quick && options.only.is_empty() {
        project.run(&format!("node tests/bench/chart.mjs {REPORT} tests/bench/chart.svg"))?;
    }
    Ok(())
}
