use std::{
    fs::{self, File},
    io::{self, IsTerminal, Write},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;

/// How much of a failed step's log is shown.
const TAIL: usize = 60;

/// Place in a step's output of the counts of passed and failed tests.
#[derive(Clone, Copy)]
pub enum Counts {
    /// Nowhere: the step as a whole is one check.
    Check,
    /// In the `test result:` lines of `cargo test` and of wasm-bindgen's test runner.
    Cargo,
    /// In the closing lines of `node --test`, as TAP.
    Node,
    /// In lines that end with `N passed, N failed`, which are shown.
    Lines,
    /// In such lines too, of a script all of whose output is brief and for people: it is shown.
    Report,
}

/// Counts of a step, or of several.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Counts {
    fn read(self, log: &str, success: bool) -> Tally {
        let mut tally = Tally::default();
        for line in log.lines() {
            match self {
                Self::Check => {}
                Self::Cargo if line.starts_with("test result: ") => {
                    tally.passed += before(line, "passed;");
                    tally.failed += before(line, "failed;");
                }
                Self::Node if line.starts_with("# ") => {
                    tally.passed += after(line, "# pass ");
                    tally.failed += after(line, "# fail ") + after(line, "# cancelled ");
                }
                Self::Lines | Self::Report if tells_counts(line) => {
                    tally.passed += before(line, "passed,");
                    tally.failed += before(line, "failed");
                }
                _ => {}
            }
        }
        if matches!(self, Self::Check) && success {
            tally.passed = 1;
        }
        if tally.failed == 0 && (!success || tally.passed == 0) {
            tally.failed = 1;
        }
        tally
    }
}

fn tells_counts(line: &str) -> bool {
    line.ends_with(" failed") && line.contains(" passed, ")
}

fn before(line: &str, word: &str) -> usize {
    let words: Vec<_> = line.split_whitespace().collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn after(line: &str, words: &str) -> usize {
    line.strip_prefix(words).and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

/// Runs one step into its log, prints its result and returns its counts.
pub fn run(name: &str, counts: Counts, command: anyhow::Result<Command>, logs: &Path) -> (Tally, Duration) {
    println!("{name}");
    let start = Instant::now();
    let log = logs.join(format!("{name}.log"));
    let outcome = command.and_then(|command| watch(command, &log, start));
    let time = start.elapsed();
    let (tally, text) = match outcome {
        Ok(success) => {
            let text = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            (counts.read(&text, success), text)
        }
        Err(error) => (Tally { passed: 0, failed: 1 }, format!("{error:#}")),
    };
    if tally.failed > 0 {
        let lines: Vec<_> = text.lines().collect();
        for line in &lines[lines.len().saturating_sub(TAIL)..] {
            println!("  | {line}");
        }
    } else {
        for line in text.lines() {
            if matches!(counts, Counts::Report) || matches!(counts, Counts::Lines) && tells_counts(line) {
                println!("  {line}");
            }
        }
    }
    let place = if tally.failed > 0 { format!(", see {}", log.display()) } else { String::new() };
    println!("  {} passed, {} failed in {:.1} s{place}", tally.passed, tally.failed, time.as_secs_f32());
    (tally, time)
}

/// Waits for the step and returns true if it succeeded. Prints the seconds meanwhile.
fn watch(mut command: Command, log: &Path, start: Instant) -> anyhow::Result<bool> {
    let output = File::create(log)?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().with_context(|| format!("{program} could not be started"))?;
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait()));
    let terminal = io::stdout().is_terminal();
    let pace = Duration::from_secs(if terminal { 1 } else { 30 });
    loop {
        match end.recv_timeout(pace) {
            Ok(status) => {
                if terminal {
                    print!("\r\x1b[K");
                }
                return Ok(status?.success());
            }
            Err(_) if terminal => {
                print!("\r  {} s", start.elapsed().as_secs());
                io::stdout().flush()?;
            }
            Err(_) => println!("  {} s", start.elapsed().as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn tally(passed: usize, failed: usize) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn cargo_results_add_up() {
        let log = "test a ... ok\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                   test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(Counts::Cargo.read(log, false), tally(5, 4));
    }

    #[test]
    fn node_counts_what_was_cancelled_as_failed() {
        let log = "# tests 5\n# suites 0\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(Counts::Node.read(log, false), tally(3, 2));
    }

    #[test]
    fn lines_of_counts_add_up() {
        assert_eq!(Counts::Lines.read("WebKit: 3 passed, 0 failed\nFirefox: 2 passed, 1 failed", false), tally(5, 1));
    }

    #[test]
    fn a_failure_that_no_test_tells_of_counts() {
        assert_eq!(Counts::Check.read("", false), tally(0, 1));
        assert_eq!(Counts::Cargo.read("test result: ok. 3 passed; 0 failed;\nerror", false), tally(3, 1));
    }

    #[test]
    fn tests_that_did_not_run_are_a_failure() {
        assert_eq!(Counts::Check.read("", true), tally(1, 0));
        assert_eq!(Counts::Cargo.read("test result: ok. 0 passed; 0 failed;", true), tally(0, 1));
        assert_eq!(Counts::Node.read("# pass 0\n# fail 0", true), tally(0, 1));
        assert_eq!(Counts::Report.read("", true), tally(0, 1));
    }
}
