use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};

use crate::{Process, sandbox_key};

/// What makes the server speak to a real API instead of its sandbox.
const API: [&str; 3] = ["INCODE_API_URL", "INCODE_API_KEY", "INCODE_CONFIGURATION_ID"];

/// A running `incode-www`, with a site, a package and the sandbox API. Ends when dropped.
pub struct Server {
    url: String,
    api_origin: String,
    /// For those who look at the program itself.
    pub process: Process,
}

impl Server {
    /// Starts the server on a free port, with further arguments for its command line.
    ///
    /// The environment variable `INCODE_WWW` names its binary; without it the one in this target directory is taken.
    pub fn start(args: &[&str]) -> anyhow::Result<Self> {
        let mut command = Self::for_tests()?;
        command.args(args);
        Self::spawn(command)
    }

    /// Starts one without a sandbox: what is at `url`, such as the sandbox of another server with a journal or a fault,
    /// is the real API to it.
    pub fn of_api(url: &str) -> anyhow::Result<Self> {
        let mut command = Self::for_tests()?;
        command.envs(API.into_iter().zip([url, sandbox_key(), "approved"]));
        Self::spawn(command)
    }

    fn for_tests() -> anyhow::Result<Command> {
        let binary = match env::var_os("INCODE_WWW") {
            Some(binary) => PathBuf::from(binary),
            None => built_beside_the_tests()?,
        };
        ensure!(
            binary.is_file(),
            "{} is missing: `cargo build --package incode-www` makes it, INCODE_WWW names another",
            binary.display()
        );
        let mut command = Self::program(binary);
        command
            .args(["--port", "0", "--log", "warn", "--for-tests"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        Ok(command)
    }

    /// A command that knows nothing of a real API that the environment may name.
    pub fn program(binary: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(binary);
        for name in API {
            command.env_remove(name);
        }
        command
    }

    /// Starts the server by a command, and waits until it says where it listens.
    pub fn spawn(mut command: Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Process::start(command).context("incode-www did not start")?;
        let line = process.first_line()?;
        let Some(url) = line.strip_prefix("Listening on ") else {
            bail!("incode-www did not say where it listens, but {line:?}");
        };
        let api_origin = url.replace("127.0.0.1", "localhost");
        Ok(Self { url: url.to_owned(), api_origin, process })
    }

    /// Where pages come from: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same server under another origin, `http://localhost:PORT`: what a page is to take for `apiURL`, so that its
    /// requests cross origins.
    pub fn api_origin(&self) -> &str {
        &self.api_origin
    }

    /// Its port.
    pub fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap_or_default()
    }
}

/// In `<target>/<profile>`; test binaries lie in its `deps`.
fn built_beside_the_tests() -> anyhow::Result<PathBuf> {
    let tests = env::current_exe()?;
    let folder = tests.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    let folder = folder.context("the tests run from outside of a target directory")?;
    Ok(folder.join(format!("incode-www{}", env::consts::EXE_SUFFIX)))
}
