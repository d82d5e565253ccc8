use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};

use crate::{Process, sandbox_key};

/// Variables that make the server use a real API instead of its sandbox.
const REAL_API: [&str; 3] = ["INCODE_API_URL", "INCODE_API_KEY", "INCODE_CONFIGURATION_ID"];

/// A running `incode-www`, with a site, a package and the sandbox API. Ends when dropped.
pub struct Server {
    url: String,
    api_origin: String,
    /// The program, for tests of its output and exit.
    pub process: Process,
}

impl Server {
    /// Starts the server on a free port, with further arguments for its command line.
    ///
    /// The environment variable `INCODE_WWW` names its binary. Without it, the one in this target directory is used.
    pub fn start(args: &[&str]) -> anyhow::Result<Self> {
        let mut command = Self::for_tests()?;
        command.args(args);
        Self::spawn(command)
    }

    /// Starts a server whose real API is at `url`: the sandbox of another server, with a journal or a fault.
    pub fn of_api(url: &str) -> anyhow::Result<Self> {
        let mut command = Self::for_tests()?;
        command.envs(REAL_API.into_iter().zip([url, sandbox_key(), "approved"]));
        Self::spawn(command)
    }

    fn for_tests() -> anyhow::Result<Command> {
        let binary = match env::var_os("INCODE_WWW") {
            Some(binary) => PathBuf::from(binary),
            None => default_binary()?,
        };
        ensure!(
            binary.is_file(),
            "{} not found. Run `cargo build --package incode-www`, or set INCODE_WWW.",
            binary.display()
        );
        let mut command = Self::program(binary);
        command
            .args(["--port", "0", "--log", "warn", "--for-tests"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        Ok(command)
    }

    /// Returns a command without the variables of a real API.
    pub fn program(binary: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(binary);
        for name in REAL_API {
            command.env_remove(name);
        }
        command
    }

    /// Starts the server with a command, and waits until it prints its address.
    pub fn spawn(mut command: Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Process::start(command).context("incode-www did not start")?;
        let line = process.first_line()?;
        let Some(url) = line.strip_prefix("Listening on ") else {
            bail!("incode-www did not print its address, but {line:?}");
        };
        let api_origin = url.replace("127.0.0.1", "localhost");
        Ok(Self { url: url.to_owned(), api_origin, process })
    }

    /// Returns the origin of pages: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns another origin of the same server, `http://localhost:PORT`. Pages use it as `apiURL`, so that their requests cross origins.
    pub fn api_origin(&self) -> &str {
        &self.api_origin
    }

    /// Returns its port.
    pub fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap_or_default()
    }
}

/// Returns the path in `<target>/<profile>`, whose `deps` has the binaries of tests.
fn default_binary() -> anyhow::Result<PathBuf> {
    let tests = env::current_exe()?;
    let folder = tests.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    let folder = folder.context("the tests do not run in a target directory")?;
    Ok(folder.join(format!("incode-www{}", env::consts::EXE_SUFFIX)))
}
