use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::Context;

use crate::project::Project;

/// The server on a free port, for tests that have to know its address when they are compiled. Ends when dropped.
pub struct Sandbox {
    pub api_origin: String,
    server: Child,
    _stdout: BufReader<ChildStdout>,
}

impl Sandbox {
    pub fn start(project: &Project) -> anyhow::Result<Self> {
        let mut server = Command::new(project.built("incode-www")?)
            .args(["--port", "0", "--for-tests"])
            .current_dir(&project.root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("incode-www could not be started")?;
        let mut stdout = BufReader::new(server.stdout.take().context("its output is piped")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let port = line.trim_end().rsplit(':').next().unwrap_or_default();
        port.parse::<u16>().with_context(|| format!("incode-www did not say where it listens, but {line:?}"))?;
        Ok(Self { api_origin: format!("http://localhost:{port}"), server, _stdout: stdout })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
