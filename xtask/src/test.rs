use std::{
    cell::OnceCell,
    fs,
    process::{Command, ExitCode},
    time::Duration,
};

use incode_test_support::Server;

use crate::{
    project::Project,
    step::{self, Counts, Tally},
    tools,
};

/// One part of the tests: its name, the steps that have to go before it, where its counts are, and its command.
struct Step(&'static str, &'static [&'static str], Counts, fn(&Ground) -> anyhow::Result<Command>);

const STEPS: &[Step] = &[
    Step("format", &[], Counts::Check, |on| on.plain("cargo fmt --all -- --check")),
    Step("format-web", &[], Counts::Check, |on| {
        on.plain("npm exec --yes -- @biomejs/biome@2.6.8 check --error-on-warnings")
    }),
    Step("lint", &[], Counts::Check, |on| on.plain("cargo clippy --workspace --all-targets -- -D warnings")),
    Step("docs", &[], Counts::Check, |on| on.plain("cargo doc --workspace --no-deps --document-private-items")),
    Step("lint-wasm", &[], Counts::Check, |on| {
        on.plain("cargo clippy --package incode-core --target wasm32-unknown-unknown --all-targets -- -D warnings")
    }),
    Step("host", &[], Counts::Cargo, |on| on.plain("cargo test --workspace --exclude incode-browsers")),
    // As its own tests run it: another selection of packages would have dependencies with other features, compiled again.
    Step("server", &[], Counts::Check, |on| on.plain("cargo test --workspace --test server --no-run")),
    Step("ascii", &[], Counts::Node, |on| on.plain("node --test --test-reporter=tap pkg/build/ascii.test.js")),
    Step("package", &[], Counts::Check, |on| on.npm("run build")),
    Step("package-panic", &[], Counts::Check, |on| on.npm("run build:panic")),
    Step("size", &["package"], Counts::Check, |on| on.plain("node tests/bench/size.mjs")),
    Step("types", &["package"], Counts::Lines, |on| on.types()),
    Step("wasm-chromium", &["server"], Counts::Cargo, |on| on.wasm("--chrome --chromedriver chromedriver")),
    Step("wasm-firefox", &["server"], Counts::Cargo, |on| on.wasm("--firefox --geckodriver geckodriver")),
    Step("wasm-pack", &["server", "package"], Counts::Node, |on| {
        let mut command = on.project.command("node --test --test-reporter=tap tests/wasm-pack.test.js");
        command.env("INCODE_WWW", on.project.built("incode-www")?);
        Ok(command)
    }),
    Step("harness", &["server", "package"], Counts::Cargo, |on| on.browsers("--test smoke")),
    Step("contract-node", &["server", "package", "package-panic"], Counts::Node, |on| {
        on.node(".", "--test --test-reporter=tap tests/contract/node.test.js")
    }),
    Step("check", &["server", "package"], Counts::Node, |on| {
        const TESTS: [&str; 5] = ["sandbox", "differences", "address", "arguments", "secrecy"];
        let files = TESTS.map(|name| format!("tests/check/{name}.test.js")).join(" ");
        on.node(".", &format!("--test --test-reporter=tap {files}"))
    }),
    Step("properties", &["package"], Counts::Report, |on| on.properties()),
    Step("contract-browsers", &["server", "package", "package-panic"], Counts::Lines, |on| {
        // One for each engine: each waits for a third of its time.
        on.browsers("--test contract -- --nocapture --test-threads=3")
    }),
    Step("site", &["server", "package"], Counts::Cargo, |on| on.site()),
    Step("consumers", &["server", "package", "package-panic"], Counts::Report, |on| on.consumers()),
];

/// Context of the steps' commands.
struct Ground {
    project: Project,
    sandbox: OnceCell<Server>,
}

impl Ground {
    fn plain(&self, line: &str) -> anyhow::Result<Command> {
        Ok(self.project.command(line))
    }

    fn npm(&self, task: &str) -> anyhow::Result<Command> {
        Ok(self.project.command_in("pkg", &format!("npm {task}")))
    }

    fn node(&self, folder: &str, line: &str) -> anyhow::Result<Command> {
        let mut command = self.project.command_in(folder, &format!("node {line}"));
        command.env("INCODE_TEST_API", self.sandbox()?.api_origin());
        Ok(command)
    }

    fn wasm(&self, browser: &str) -> anyhow::Result<Command> {
        let mut command = self.project.command(&format!("wasm-pack test --headless {browser} ."));
        command.env("INCODE_TEST_API", self.sandbox()?.api_origin());
        Ok(command)
    }

    fn types(&self) -> anyhow::Result<Command> {
        tools::npm_packages(&self.project, "tests/types")?;
        Ok(self.project.command_in("tests/types", "node check.mjs"))
    }

    fn properties(&self) -> anyhow::Result<Command> {
        tools::npm_packages(&self.project, "tests/properties")?;
        Ok(self.project.command_in("tests/properties", "node run.js"))
    }

    fn site(&self) -> anyhow::Result<Command> {
        tools::npm_packages(&self.project, "tests/browsers")?;
        self.browsers("--test site")
    }

    fn consumers(&self) -> anyhow::Result<Command> {
        tools::npm_packages_for_this_platform(&self.project, "tests/consumers")?;
        self.node("tests/consumers", "run.mjs")
    }

    /// One server for all steps that need it: with a new address the wasm tests would be compiled again.
    fn sandbox(&self) -> anyhow::Result<&Server> {
        if let Some(sandbox) = self.sandbox.get() {
            return Ok(sandbox);
        }
        let sandbox = Server::start(&[])?;
        Ok(self.sandbox.get_or_init(|| sandbox))
    }

    fn browsers(&self, tests: &str) -> anyhow::Result<Command> {
        let mut command = self.project.command(&format!("cargo test --workspace {tests}"));
        command.env("INCODE_WWW", self.project.built("incode-www")?).env("RUST_LIB_BACKTRACE", "0");
        Ok(command)
    }
}

/// Names the steps.
pub fn list() -> ExitCode {
    for Step(name, ..) in STEPS {
        println!("{name}");
    }
    ExitCode::SUCCESS
}

/// Runs the steps whose name contains `filter` and those that they need, and ends with the counts.
pub fn run(project: Project, filter: &str) -> ExitCode {
    let mut total = Tally::default();
    if let Err(error) = all(project, filter, &mut total) {
        println!("error: {error:#}");
        total.failed += 1;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn all(project: Project, filter: &str, total: &mut Tally) -> anyhow::Result<()> {
    let wanted: Vec<_> = STEPS.iter().filter(|Step(name, ..)| name.contains(filter)).collect();
    anyhow::ensure!(!wanted.is_empty(), "no step's name contains {filter:?}; `cargo xtask test --list` names them");
    tools::to_test(&project)?;
    let logs = project.logs()?;
    fs::create_dir_all(&logs)?;
    let ground = Ground { project, sandbox: OnceCell::new() };
    let mut times: Vec<(Duration, &str)> = Vec::new();
    for &Step(name, _, counts, command) in STEPS {
        let chosen = wanted.iter().any(|wanted| wanted.0 == name || wanted.1.contains(&name));
        if !chosen {
            continue;
        }
        let (tally, time) = step::run(name, counts, command(&ground), &logs);
        total.passed += tally.passed;
        total.failed += tally.failed;
        times.push((time, name));
    }
    times.sort_unstable_by(|one, other| other.cmp(one));
    let slowest: Vec<_> =
        times.iter().take(3).map(|(time, name)| format!("{name} {:.0} s", time.as_secs_f32())).collect();
    println!("Slowest: {}", slowest.join(", "));
    Ok(())
}
