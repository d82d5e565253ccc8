use std::{env, path::PathBuf, process::Stdio};

use anyhow::{Context, bail};

use crate::process::Process;

/// What makes the server speak to a real API instead of its sandbox.
const API: [&str; 3] = ["INCODE_API_URL", "INCODE_API_KEY", "INCODE_CONFIGURATION_ID"];

/// A running `incode-www`, with the site, the built package and the sandbox API. Ends when dropped.
pub struct Server {
    url: String,
    api_origin: String,
    _process: Process,
}

impl Server {
    /// Starts the server on a free port, with further arguments for its command line.
    ///
    /// The environment variable `INCODE_WWW` names its binary; without it the one in this target directory is taken.
    pub fn start(args: &[&str]) -> anyhow::Result<Self> {
        Self::run(args, None)
    }

    /// Starts one without a sandbox: what is at `url`, such as the sandbox of another server with a journal or a fault,
    /// is the real API to it.
    pub fn of_api(url: &str) -> anyhow::Result<Self> {
        Self::run(&[], Some([url, "sandbox-api-key-4f1c9d", "approved"]))
    }

    fn run(args: &[&str], api: Option<[&str; 3]>) -> anyhow::Result<Self> {
        let binary = match env::var_os("INCODE_WWW") {
            Some(binary) => PathBuf::from(binary),
            None => built_beside_the_tests()?,
        };
        if !binary.is_file() {
            bail!(
                "{} is missing: `cargo build --package incode-www` makes it, INCODE_WWW names another",
                binary.display()
            );
        }
        let mut command = Process::command(&binary);
        command
            .args(["--port", "0", "--log", "warn", "--for-tests"])
            .args(args)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .stdout(Stdio::piped());
        for name in API {
            command.env_remove(name);
        }
        command.envs(API.into_iter().zip(api.into_iter().flatten()));
        let mut process = Process::start(command).context("incode-www did not start")?;
        let line = process.first_line()?;
        let Some(url) = line.strip_prefix("Listening on ") else {
            bail!("incode-www did not say where it listens, but {line:?}");
        };
        let port = url.rsplit(':').next().unwrap_or_default();
        Ok(Self { url: url.to_owned(), api_origin: format!("http://localhost:{port}"), _process: process })
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
}

/// Test binaries lie in `<target>/<profile>/deps`.
fn built_beside_the_tests() -> anyhow::Result<PathBuf> {
    let tests = env::current_exe()?;
    let profile = tests.ancestors().nth(2).context("the tests run from outside of a target directory")?;
    Ok(profile.join("incode-www"))
}
