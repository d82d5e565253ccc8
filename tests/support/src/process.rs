use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus},
};

/// A program that ends together with everything that it started.
pub struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    guard: guard::Guard,
}

impl Process {
    /// Starts a program.
    pub fn start(command: Command) -> io::Result<Self> {
        Self::start_in(command, "")
    }

    /// Starts a program with a folder that is removed when it ends.
    pub fn start_in(command: Command, folder: impl AsRef<Path>) -> io::Result<Self> {
        Self::guarded(command, folder.as_ref(), false)
    }

    /// Starts a program that is sent SIGTERM, and killed a second later: it may have started others that only it can end.
    pub fn start_with_notice(command: Command) -> io::Result<Self> {
        Self::guarded(command, Path::new(""), true)
    }

    fn guarded(mut command: Command, folder: &Path, notice: bool) -> io::Result<Self> {
        let (mut child, guard) = guard::start(&mut command, folder, notice)?;
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
        self.guard.end(&mut self.child);
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
mod guard {
    use std::{
        io,
        os::unix::process::CommandExt,
        path::Path,
        process::{Child, Command, Stdio},
    };

    /// Script of a shell that ends the program's process group, and so everything that the program started, when the pipe on the shell's
    /// standard input closes. That happens on drop, and when the tests themselves are killed. It removes the folder too, in several
    /// attempts because ending processes may still write to it.
    const SCRIPT: &str = r#"
        read -r _
        if [ "$3" = notice ] && kill -TERM -"$1"; then sleep 1; fi
        kill -KILL -"$1"
        for _ in 1 2 3 4 5; do rm -rf "$2" && break; sleep 0.2; done"#;

    pub(super) struct Guard(Child);

    pub(super) fn start(command: &mut Command, folder: &Path, notice: bool) -> io::Result<(Child, Guard)> {
        let child = command.process_group(0).spawn()?;
        let guard = Command::new("sh")
            .args(["-c", SCRIPT, "sh", &child.id().to_string()])
            .arg(folder)
            .arg(if notice { "notice" } else { "" })
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok((child, Guard(guard)))
    }

    impl Guard {
        /// Waiting closes the pipe first, and with it the group ends.
        pub(super) fn end(&mut self, _: &mut Child) {
            let _ = self.0.wait();
        }
    }
}

/// Only the program itself ends, and only on drop: what xtask starts elsewhere ends with it on Ctrl-C, as it shares the console.
#[cfg(not(unix))]
mod guard {
    use std::{
        fs, io,
        path::{Path, PathBuf},
        process::{Child, Command},
    };

    pub(super) struct Guard(PathBuf);

    pub(super) fn start(command: &mut Command, folder: &Path, _: bool) -> io::Result<(Child, Guard)> {
        Ok((command.spawn()?, Guard(folder.to_owned())))
    }

    impl Guard {
        pub(super) fn end(&mut self, child: &mut Child) {
            let _ = child.kill();
            let _ = child.wait();
            if !self.0.as_os_str().is_empty() {
                let _ = fs::remove_dir_all(&self.0);
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        io::Read,
        process::Stdio,
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

    #[test]
    fn what_is_given_notice_can_still_act() -> io::Result<()> {
        let mut command = Command::new("sh");
        command.args(["-c", "trap 'echo noticed; exit' TERM; sleep 60 & echo started; wait"]).stdout(Stdio::piped());
        let mut process = Process::start_with_notice(command)?;
        assert_eq!(process.first_line()?, "started");
        let mut stdout = process.stdout.take().expect("it was piped");
        drop(process);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest)?;
        assert_eq!(rest, "noticed\n");
        Ok(())
    }
}
