use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, ChildStdout, Command, Stdio},
};

/// The shell lives in one process group with the program and all that the program starts, and kills that group when the
/// program ends or when the pipe on its standard input closes. The latter happens on drop, and also when the tests
/// themselves are killed, so nothing outlives them.
const GUARD: &str = r#"{ "$@"; kill -KILL 0; } & read -r _; kill -KILL 0"#;

/// A program that ends together with everything that it started.
pub(crate) struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Process {
    /// A command that is to be completed with arguments and handed to [`Process::start`].
    pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", GUARD, "sh"]).arg(program);
        command
    }

    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        let mut child = command.process_group(0).stdin(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().map(BufReader::new);
        Ok(Self { child, stdout })
    }

    /// The first line that it prints; empty if it ended without one. Its standard output has to be piped.
    pub(crate) fn first_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_line(&mut line)?;
        }
        Ok(line.trim_end().to_owned())
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Waiting closes the pipe first, and with it the group ends.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Read,
        time::{Duration, Instant},
    };

    use super::*;

    #[test]
    fn what_it_started_ends_with_it() -> io::Result<()> {
        let mut command = Process::command("sh");
        command.args(["-c", "sleep 60 & echo started; wait"]).stdout(Stdio::piped());
        let mut process = Process::start(command)?;
        assert_eq!(process.first_line()?, "started");
        let mut stdout = process.stdout.take().expect("it was piped");
        let dropped = Instant::now();
        drop(process);
        // The pipe closes when the last process that holds it is gone.
        stdout.read_to_end(&mut Vec::new())?;
        assert!(dropped.elapsed() < Duration::from_secs(30));
        Ok(())
    }
}
