use std::{
    cell::OnceCell,
    fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use incode_test_support::Server;

use crate::{
    project::Project,
    schedule::{Demand, Lock, Next, Schedule},
    step::{self, Counts, Tally},
    tools,
};

/// One part of the tests, and the commands that it consists of.
struct Step {
    demand: Demand,
    counts: Counts,
    commands: fn(&Context) -> anyhow::Result<Vec<Command>>,
}

const fn step(
    name: &'static str,
    needs: &'static [&'static str],
    lock: Lock,
    cpu: usize,
    counts: Counts,
    commands: fn(&Context) -> anyhow::Result<Vec<Command>>,
) -> Step {
    Step { demand: Demand { name, needs, lock, cpu }, counts, commands }
}

/// Steps of `cargo xtask test quick`: enough after a change of `src/` or `pkg/`.
const QUICK: &[&str] = &[
    "format",
    "package",
    "package-panic",
    "size",
    "contract-node-1",
    "contract-node-2",
    "contract-node-3",
    "contract-node-4",
    "types",
    "host",
    "lint",
    "lint-wasm",
];

const CONTRACT: &[&str] = &["build", "package", "package-panic"];
const CONTRACT_IN_BROWSERS: &[&str] = &["build", "package", "package-panic", "browsers"];
const WASM: &[&str] = &["build", "package", "browsers", "wasm-pack", "wasm-bindgen"];

/// Windows and macOS, for which the programs that a contributor runs must compile.
const OTHER_SYSTEMS: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// In the order in which they start: what others need; what takes longest, and what compiles, which runs one after the other; the rest.
const STEPS: &[Step] = &[
    step("node", &[], Lock::Apt, 50, Counts::Nothing, |on| tools::node(&on.project)),
    step("wasm-target", &[], Lock::Rustup, 20, Counts::Nothing, |on| {
        tools::targets(&on.project, &[tools::WASM_TARGET])
    }),
    step("npm-pkg", &["node"], Lock::None, 30, Counts::Nothing, |on| tools::npm_packages(&on.project, "pkg")),
    step("browsers", &["node"], Lock::Apt, 30, Counts::Nothing, |on| tools::browsers(&on.project)),
    step("backends", &["node"], Lock::Apt, 30, Counts::Nothing, |on| tools::backends(&on.project)),
    step("package", &["npm-pkg", "wasm-target"], Lock::Target, 100, Counts::Check, |on| {
        on.plain_in("pkg", "npm run build")
    }),
    step("package-panic", &["package"], Lock::Target, 100, Counts::Check, |on| {
        on.plain_in("pkg", "npm run build:panic")
    }),
    // All tests, with one choice of packages: another would have dependencies with other features, compiled again.
    step("build", &[], Lock::Target, 100, Counts::Check, |on| on.plain("cargo test --workspace --no-run")),
    step("geckodriver", &[], Lock::Tools, 100, Counts::Nothing, |on| tools::geckodriver(&on.project)),
    step("wasm-bindgen", &[], Lock::Tools, 100, Counts::Nothing, |on| tools::wasm_bindgen(&on.project)),
    step("wasm-pack", &[], Lock::Tools, 100, Counts::Nothing, |on| tools::wasm_pack(&on.project)),
    step("npm-consumers", &["node"], Lock::None, 50, Counts::Nothing, |on| {
        tools::npm_packages_for_this_platform(&on.project, "tests/consumers")
    }),
    step("npm-nodes", &["node"], Lock::None, 30, Counts::Nothing, |on| {
        tools::npm_packages(&on.project, "tests/consumers/nodes")
    }),
    step("npm-types", &["node"], Lock::None, 30, Counts::Nothing, |on| tools::npm_packages(&on.project, "tests/types")),
    step("npm-browsers", &["node"], Lock::None, 30, Counts::Nothing, |on| {
        tools::npm_packages(&on.project, "tests/browsers")
    }),
    step("npm-properties", &["node"], Lock::None, 30, Counts::Nothing, |on| {
        tools::npm_packages(&on.project, "tests/properties")
    }),
    step("other-targets", &[], Lock::Rustup, 20, Counts::Nothing, |on| tools::targets(&on.project, &OTHER_SYSTEMS)),
    step("format", &[], Lock::None, 50, Counts::Check, |on| on.plain("cargo fmt --all -- --check")),
    step("format-web", &["node"], Lock::None, 50, Counts::Check, |on| {
        on.plain("npm exec --yes -- @biomejs/biome@2.6.8 check --error-on-warnings")
    }),
    step("size", &["package"], Lock::None, 50, Counts::Check, |on| on.plain("node tests/bench/size.mjs")),
    step("contract-node-1", CONTRACT, Lock::None, 25, Counts::Node, |on| on.contract_in_node(1)),
    step("contract-node-2", CONTRACT, Lock::None, 25, Counts::Node, |on| on.contract_in_node(2)),
    step("contract-node-3", CONTRACT, Lock::None, 25, Counts::Node, |on| on.contract_in_node(3)),
    step("contract-node-4", CONTRACT, Lock::None, 25, Counts::Node, |on| on.contract_in_node(4)),
    step(
        "consumers",
        &["build", "package", "package-panic", "npm-consumers", "npm-nodes", "browsers", "backends"],
        Lock::None,
        100,
        Counts::Lines,
        |on| on.node("tests/consumers", "run.mjs"),
    ),
    step("host", &["build"], Lock::Target, 50, Counts::Cargo, |on| {
        // `server` runs by itself, as it takes long and needs no lock.
        let lines = ["cargo test --workspace --lib --bins --test session", "cargo test --workspace --doc"];
        Ok(lines.map(|line| on.project.command(line)).into())
    }),
    step("lint", &[], Lock::Target, 100, Counts::Check, |on| {
        on.plain("cargo clippy --workspace --all-targets -- -D warnings")
    }),
    step("lint-wasm", &["wasm-target"], Lock::Target, 100, Counts::Check, |on| {
        on.plain("cargo clippy --package incode-core --target wasm32-unknown-unknown --all-targets -- -D warnings")
    }),
    step("wasm-chromium", WASM, Lock::Target, 60, Counts::Cargo, |on| on.wasm("--chrome --chromedriver chromedriver")),
    step(
        "wasm-firefox",
        &["build", "browsers", "geckodriver", "wasm-pack", "wasm-bindgen"],
        Lock::Target,
        60,
        Counts::Cargo,
        |on| on.wasm("--firefox --geckodriver geckodriver"),
    ),
    step("wasm-pack-commands", WASM, Lock::Target, 60, Counts::Node, |on| {
        on.node(".", "--test --test-reporter=tap tests/wasm-pack.test.js")
    }),
    step("other-systems", &["other-targets"], Lock::Target, 100, Counts::Check, |on| on.other_systems()),
    step("docs", &[], Lock::Target, 100, Counts::Check, |on| {
        on.plain("cargo doc --workspace --no-deps --document-private-items")
    }),
    step(
        "contract-firefox",
        &["build", "package", "package-panic", "browsers", "geckodriver"],
        Lock::None,
        100,
        Counts::Lines,
        |on| on.contract_in("firefox"),
    ),
    step("contract-chromium", CONTRACT_IN_BROWSERS, Lock::None, 100, Counts::Lines, |on| on.contract_in("chromium")),
    step("contract-webkit", CONTRACT_IN_BROWSERS, Lock::None, 100, Counts::Lines, |on| on.contract_in("webkit")),
    step(
        "site",
        &["build", "package", "npm-browsers", "browsers", "geckodriver"],
        Lock::None,
        100,
        Counts::Cargo,
        |on| on.test("tests/browsers", "site", "--test-threads=2"),
    ),
    step("server", &["build"], Lock::None, 50, Counts::Cargo, |on| on.test("www", "server", "")),
    step("types", &["package", "npm-types"], Lock::None, 100, Counts::Lines, |on| {
        on.plain_in("tests/types", "node check.mjs")
    }),
    step("check", &["build", "package"], Lock::None, 50, Counts::Node, |on| {
        const TESTS: [&str; 5] = ["sandbox", "differences", "address", "arguments", "secrecy"];
        let files = TESTS.map(|name| format!("tests/check/{name}.test.js")).join(" ");
        on.node(".", &format!("--test --test-reporter=tap {files}"))
    }),
    step("properties", &["package", "npm-properties"], Lock::None, 100, Counts::Lines, |on| {
        on.plain_in("tests/properties", "node run.js")
    }),
    step("harness", &["build", "package", "browsers", "geckodriver"], Lock::None, 60, Counts::Cargo, |on| {
        on.test("tests/browsers", "smoke", "")
    }),
    step("ascii", &["node"], Lock::None, 50, Counts::Node, |on| {
        on.plain("node --test --test-reporter=tap pkg/build/ascii.test.js")
    }),
];

/// Context of the steps' commands.
struct Context {
    project: Project,
    /// One server for all steps that need it.
    sandbox: OnceCell<Server>,
}

impl Context {
    fn plain(&self, line: &str) -> anyhow::Result<Vec<Command>> {
        self.plain_in(".", line)
    }

    fn plain_in(&self, folder: &str, line: &str) -> anyhow::Result<Vec<Command>> {
        Ok(vec![self.project.command_in(folder, line)])
    }

    /// Returns a command with the address of the sandbox.
    fn served(&self, folder: &str, line: &str) -> anyhow::Result<Command> {
        let sandbox = match self.sandbox.get() {
            Some(sandbox) => sandbox,
            None => {
                let sandbox = Server::start(&[])?;
                self.sandbox.get_or_init(|| sandbox)
            }
        };
        let mut command = self.project.command_in(folder, line);
        command.env("INCODE_TEST_API", sandbox.api_origin()).env("INCODE_WWW", self.project.built("incode-www")?);
        Ok(command)
    }

    fn node(&self, folder: &str, line: &str) -> anyhow::Result<Vec<Command>> {
        Ok(vec![self.served(folder, &format!("node {line}"))?])
    }

    fn wasm(&self, browser: &str) -> anyhow::Result<Vec<Command>> {
        Ok(vec![self.served(".", &format!("wasm-pack test --headless {browser} ."))?])
    }

    fn contract_in_node(&self, part: usize) -> anyhow::Result<Vec<Command>> {
        let parts = STEPS.iter().filter(|step| step.demand.name.starts_with("contract-node-")).count();
        let mut command = self.served(".", "node --test --test-reporter=tap tests/contract/node.test.js")?;
        command.env("INCODE_PART", part.to_string()).env("INCODE_PARTS", parts.to_string());
        Ok(vec![command])
    }

    fn contract_in(&self, engine: &str) -> anyhow::Result<Vec<Command>> {
        self.test("tests/browsers", "contract", &format!("--nocapture --test-threads=2 ::{engine}"))
    }

    /// Checks the Rust code for other systems. The C code that the server's TLS depends on is not compiled.
    fn other_systems(&self) -> anyhow::Result<Vec<Command>> {
        let mut command = self.project.command("cargo check --workspace --bin xtask --bin incode-www");
        let compiler = self.project.root.join("xtask/no-c-compiler.sh");
        for target in OTHER_SYSTEMS {
            command.args(["--target", target]);
            for tool in ["CC", "CXX", "AR"] {
                command.env(format!("{tool}_{}", target.replace('-', "_")), &compiler);
            }
        }
        Ok(vec![command])
    }

    /// Tests that the step `build` has built, run as cargo runs them, but without waiting for a cargo that compiles.
    fn test(&self, folder: &str, name: &str, args: &str) -> anyhow::Result<Vec<Command>> {
        let log = fs::read_to_string(self.project.logs()?.join("build.log"))?;
        let is_wanted = |path: &&str| {
            let file = Path::new(path).file_name().unwrap_or_default();
            file.to_string_lossy().starts_with(&format!("{name}-"))
        };
        let file = log.split(['(', ')']).find(is_wanted).with_context(|| format!("cargo has built no test {name}"))?;
        let mut command = self.project.program(self.project.root.join(file), args.split_whitespace());
        command.current_dir(self.project.root.join(folder));
        command.env("INCODE_WWW", self.project.built("incode-www")?).env("RUST_LIB_BACKTRACE", "0");
        Ok(vec![command])
    }
}

/// Lists the steps.
pub fn list() -> ExitCode {
    for name in names() {
        println!("{name}");
    }
    ExitCode::SUCCESS
}

/// Returns the names of the steps that test something.
fn names() -> impl Iterator<Item = &'static str> {
    STEPS.iter().filter(|step| step.counts != Counts::Nothing).map(|step| step.demand.name)
}

/// Runs the steps whose names contain one of `filters`, or all, and those that they need, and ends with the counts.
pub fn run(project: Project, filters: &[String]) -> ExitCode {
    let mut total = Tally::default();
    if let Err(error) = all(project, filters, &mut total) {
        println!("error: {error:#}");
        total.failed += 1;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A step that has ended.
struct Ended {
    index: usize,
    tally: anyhow::Result<Tally>,
    log: PathBuf,
    time: Duration,
}

fn all(project: Project, filters: &[String], total: &mut Tally) -> anyhow::Result<()> {
    let chosen =
        |name: &str, filter: &str| if filter == "quick" { QUICK.contains(&name) } else { name.contains(filter) };
    for filter in filters {
        let is_known = names().any(|name| chosen(name, filter));
        ensure!(is_known, "no step matches {filter:?}: see `cargo xtask test --list`");
    }
    let is_chosen = |name: &str| filters.is_empty() || filters.iter().any(|filter| chosen(name, filter));
    let wanted: Vec<_> = names().filter(|name| is_chosen(name)).collect();
    let cores = thread::available_parallelism()?.get();
    let mut schedule = Schedule::new(STEPS.iter().map(|step| step.demand), |name| wanted.contains(&name), cores);
    let logs = project.logs()?;
    fs::create_dir_all(&logs)?;
    let context = Context { project, sandbox: OnceCell::new() };
    let display = Display::new();
    let mut failed = Vec::new();
    let (sender, receiver) = mpsc::channel();
    loop {
        while let Some(next) = schedule.next() {
            match next {
                Next::Start(index) => {
                    let Step { demand, counts, commands } = &STEPS[index];
                    let commands = commands(&context);
                    if commands.as_ref().is_ok_and(Vec::is_empty) {
                        schedule.end(index, true);
                        continue;
                    }
                    let log = logs.join(format!("{}.log", demand.name));
                    let (start, sender) = (Instant::now(), sender.clone());
                    thread::spawn(move || {
                        let tally = commands.and_then(|commands| step::run(commands, *counts, &log));
                        sender.send(Ended { index, tally, log, time: start.elapsed() })
                    });
                }
                Next::Skip(index, need) => {
                    let name = STEPS[index].demand.name;
                    display.line(&format!("{name:18} not run, because {need} failed"));
                    failed.push(name);
                    total.failed += 1;
                }
            }
        }
        if schedule.running().next().is_none() {
            break;
        }
        let Ok(ended) = receiver.recv_timeout(display.pace) else {
            display.beat(schedule.running().map(|step| step.name));
            continue;
        };
        let tally = display.ended(&ended);
        schedule.end(ended.index, tally.failed == 0);
        if tally.failed > 0 {
            failed.push(STEPS[ended.index].demand.name);
        }
        total.passed += tally.passed;
        total.failed += tally.failed;
    }
    println!("{:.0} s", display.start.elapsed().as_secs_f32());
    if !failed.is_empty() {
        println!("Failed: {}", failed.join(", "));
    }
    Ok(())
}

/// Lines for a person: one for each step that has ended and, meanwhile, what runs.
struct Display {
    start: Instant,
    pace: Duration,
    is_terminal: bool,
}

impl Display {
    fn new() -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self { start: Instant::now(), pace: Duration::from_secs(if is_terminal { 1 } else { 30 }), is_terminal }
    }

    /// Prints the result of a step, with the end of its log if it failed, and returns its counts.
    fn ended(&self, Ended { index, tally, log, time }: &Ended) -> Tally {
        let Step { demand, counts, .. } = &STEPS[*index];
        let (Tally { passed, failed }, text) = match tally {
            Ok(tally) => (*tally, step::read(log)),
            Err(error) => (Tally { passed: 0, failed: 1 }, format!("{error:#}")),
        };
        let is_installed = *counts == Counts::Nothing && failed == 0;
        let result = if is_installed { "installed".to_owned() } else { format!("{passed} passed, {failed} failed") };
        self.line(&format!("{:18} {result:24} {:6.1} s", demand.name, time.as_secs_f32()));
        if failed > 0 {
            step::print_end(&text);
            println!("  | {}", log.display());
        }
        Tally { passed, failed }
    }

    fn line(&self, line: &str) {
        println!("{}{line}", if self.is_terminal { "\r\x1b[K" } else { "" });
    }

    fn beat<'a>(&self, running: impl Iterator<Item = &'a str>) {
        let line = format!("{:.0} s: {}", self.start.elapsed().as_secs_f32(), running.collect::<Vec<_>>().join(", "));
        if self.is_terminal {
            // A line that wraps would not be overwritten.
            print!("\r\x1b[K{}", line.chars().take(78).collect::<String>());
            let _ = io::stdout().flush();
        } else {
            println!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_need_steps_above_them() {
        for (index, step) in STEPS.iter().enumerate() {
            for need in step.demand.needs {
                assert!(STEPS[..index].iter().any(|other| other.demand.name == *need), "{}: {need}", step.demand.name);
            }
        }
        for name in QUICK {
            assert!(STEPS.iter().any(|step| step.demand.name == *name), "{name}");
        }
    }
}
