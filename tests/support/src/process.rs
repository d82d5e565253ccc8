use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
};

/// Script of a shell that ends the program's process group, and so everything that the program started, when the pipe on the shell's
/// standard input closes. That happens on drop, and when the tests themselves are killed. It removes the folder too, in several attempts
/// because ending processes may still write to it.
const GUARD: &str = r#"read -r _; kill -KILL -"$1"; for _ in 1 2 3 4 5; do rm -rf "$2" && break; sleep 0.2; done"#;

/// A program that ends together with everything that it started.
pub struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    guard: Child,
}

impl Process {
    /// Starts a program.
    pub fn start(command: Command) -> io::Result<Self> {
        Self::start_in(command, "")
    }

    /// Starts a program with a folder that is removed when it ends.
    pub fn start_in(mut command: Command, folder: impl AsRef<OsStr>) -> io::Result<Self> {
        let mut child = command.process_group(0).spawn()?;
        let guard = Command::new("sh")
            .args(["-c", GUARD, "sh", &child.id().to_string()])
            .arg(folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().map(BufReader::new);
        Ok(Self { child, stdout, guard })
    }

    /// Returns the first line that it prints, or an empty one if it ended before. Its standard output must be piped.
    pub fn first_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_line(&mut line)?;
        }
        Ok(line.trim_end().to_owned())
    }

    /// Returns the process ID.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Takes its standard error, if that is piped and not taken yet.
    pub fn stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Sends it a signal, such as `-TERM`.
    pub fn signal(&self, signal: &str) -> io::Result<ExitStatus> {
        Command::new("kill").args([signal, &self.id().to_string()]).status()
    }

    /// Waits until it ends.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Returns true if it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Waiting closes the pipe first, and with it the group ends.
        let _ = self.guard.wait();
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
    fn ends_the_processes_that_it_started() -> io::Result<()> {
        let mut command = Command::new("sh");
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
