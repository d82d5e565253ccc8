//! One part of the tests.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Context;
use incode_test_support::Process;

/// How much of a failed step's log is shown: lines, and characters of each.
const TAIL: usize = 60;
const WIDTH: usize = 400;

/// Place in a step's output of the counts of passed and failed tests.
#[derive(Clone, Copy, PartialEq)]
pub enum Counts {
    /// There are none: the step prepares others.
    Nothing,
    /// Nowhere: the step as a whole is one check.
    Check,
    /// In the `test result:` lines of `cargo test` and of wasm-bindgen's test runner.
    Cargo,
    /// In the closing lines of `node --test`, as TAP.
    Node,
    /// In lines that end with `N passed, N failed`.
    Lines,
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
                Self::Nothing | Self::Check => {}
                Self::Cargo if line.starts_with("test result: ") => {
                    tally.passed += before(line, "passed;");
                    tally.failed += before(line, "failed;");
                }
                Self::Node if line.starts_with("# ") => {
                    tally.passed += after(line, "# pass ");
                    tally.failed += after(line, "# fail ") + after(line, "# cancelled ");
                }
                Self::Lines if is_count_line(line) => {
                    tally.passed += before(line, "passed,");
                    tally.failed += before(line, "failed");
                }
                _ => {}
            }
        }
        if matches!(self, Self::Check) && success {
            tally.passed = 1;
        }
        let ran_none = tally.passed == 0 && self != Self::Nothing;
        if tally.failed == 0 && (!success || ran_none) {
            tally.failed = 1;
        }
        tally
    }
}

fn is_count_line(line: &str) -> bool {
    line.ends_with(" failed") && line.contains(" passed, ")
}

fn before(line: &str, word: &str) -> usize {
    let words: Vec<_> = line.split_whitespace().collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn after(line: &str, words: &str) -> usize {
    line.strip_prefix(words).and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

/// Runs the commands of a step into its log, up to the first that fails, and returns its counts.
pub fn run(commands: Vec<Command>, counts: Counts, log: &Path) -> anyhow::Result<Tally> {
    let output = File::create(log)?;
    let mut success = true;
    for mut command in commands {
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
        let program = command.get_program().to_string_lossy().into_owned();
        let started = Process::start_with_notice(command);
        success = started.and_then(|mut process| process.wait()).with_context(|| program)?.success();
        if !success {
            break;
        }
    }
    Ok(counts.read(&read(log), success))
}

/// A log, whatever bytes a program has printed.
pub fn read(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}

/// Prints the end of a log.
pub fn print_end(log: &str) {
    let lines: Vec<_> = log.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL)..] {
        println!("  | {}", line.chars().take(WIDTH).collect::<String>());
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
    fn a_failure_that_no_test_reports_counts() {
        assert_eq!(Counts::Check.read("", false), tally(0, 1));
        assert_eq!(Counts::Cargo.read("test result: ok. 3 passed; 0 failed;\nerror", false), tally(3, 1));
    }

    #[test]
    fn tests_that_did_not_run_are_a_failure() {
        assert_eq!(Counts::Check.read("", true), tally(1, 0));
        assert_eq!(Counts::Cargo.read("test result: ok. 0 passed; 0 failed;", true), tally(0, 1));
        assert_eq!(Counts::Node.read("# pass 0\n# fail 0", true), tally(0, 1));
        assert_eq!(Counts::Lines.read("", true), tally(0, 1));
    }

    #[test]
    fn what_prepares_counts_only_if_it_fails() {
        assert_eq!(Counts::Nothing.read("", true), tally(0, 0));
        assert_eq!(Counts::Nothing.read("", false), tally(0, 1));
    }

    #[cfg(unix)]
    #[test]
    fn commands_run_up_to_the_first_that_fails() -> anyhow::Result<()> {
        let log = std::env::temp_dir().join(format!("incode-xtask-{}.log", std::process::id()));
        let command = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let commands =
            vec![command("echo 2 passed, 0 failed"), command("echo broken >&2; exit 1"), command("echo never")];
        assert_eq!(run(commands, Counts::Lines, &log)?, tally(2, 1));
        assert_eq!(fs::read_to_string(&log)?, "2 passed, 0 failed\nbroken\n");
        assert_eq!(run(vec![command("true")], Counts::Lines, &log)?, tally(0, 1));
        assert!(run(vec![Command::new("no-such-program")], Counts::Check, &log).is_err());
        fs::remove_file(log)?;
        Ok(())
    }
}
