use std::{
    fmt,
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{self, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::{Browser, Process};

const DRIVER_START: Duration = Duration::from_secs(30);
/// Size of the window, so that pages have the same layout in every engine.
pub(crate) const WINDOW: (u32, u32) = (1280, 900);
/// Arguments of Chromium, which wasm-pack and the consumers use too.
const CHROMIUM: &str = include_str!("../../../webdriver.json");
const POLL: Duration = Duration::from_millis(10);
/// Below the ports that Linux assigns by itself.
const FIRST_PORT: u32 = 12_000;
const PORTS: u32 = 20_000;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Chromium, through chromedriver.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, through WebKitWebDriver, on a screen of its own by Xvfb.
    WebKit,
}

impl Engine {
    /// All engines.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Starts a browser with an empty profile. Drivers and browsers must be on `PATH`.
    pub async fn launch(self) -> anyhow::Result<Browser> {
        self.start(false).await
    }

    /// Starts a browser that accepts any certificate and follows `preconnect` hints, as users' browsers do. Not for WebKit.
    pub async fn launch_with_tls(self) -> anyhow::Result<Browser> {
        ensure!(self != Self::WebKit, "{self} is not set up for TLS");
        self.start(true).await
    }

    async fn start(self, tls: bool) -> anyhow::Result<Browser> {
        // One folder is home, profile and temporary directory, so nothing of the user's is read and nothing stays behind.
        let home = tempfile::Builder::new().prefix("incode-browser-").tempdir()?.keep();
        let screen = match self {
            Self::WebKit => Some(Screen::start(&home)?),
            Self::Chromium | Self::Firefox => None,
        };
        let port = free_port()?;
        let mut command = self.driver(port);
        let output = File::create(home.join("driver.log"))?;
        command.env("HOME", &home).env("TMPDIR", &home).stdout(output.try_clone()?).stderr(output);
        if let Some(screen) = &screen {
            command.env("DISPLAY", &screen.display);
        }
        let mut driver =
            Process::start_in(command, &home).with_context(|| format!("the driver of {self} did not start"))?;
        let log = || fs::read_to_string(home.join("driver.log")).unwrap_or_default();
        wait_until_listening(&mut driver, port).await.with_context(|| {
            format!("the driver of {self} does not respond. `cargo xtask test` installs missing tools.\n{}", log())
        })?;
        let Value::Object(capabilities) = self.capabilities(&home, tls) else {
            unreachable!("capabilities are an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| format!("{self} did not start\n{}", log()))?;
        client.set_window_size(WINDOW.0, WINDOW.1).await?;
        let tab = client.window().await?;
        Ok(Browser { engine: self, client, tab, _driver: driver, _screen: screen })
    }

    fn driver(self, port: u16) -> Command {
        let mut command = Command::new(match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "WebKitWebDriver",
        });
        command.arg(format!("--port={port}"));
        command
    }

    fn capabilities(self, home: &Path, tls: bool) -> Value {
        let timeouts = json!({ "script": 300_000 });
        match self {
            Self::Chromium => {
                let mut capabilities: Value = serde_json::from_str(CHROMIUM).expect("webdriver.json is JSON");
                let args = capabilities["goog:chromeOptions"]["args"].as_array_mut().expect("Chromium has arguments");
                args.push(format!("--user-data-dir={}", home.join("profile").display()).into());
                capabilities["timeouts"] = timeouts;
                capabilities["acceptInsecureCerts"] = tls.into();
                capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL" });
                capabilities
            }
            Self::Firefox => json!({
                "timeouts": timeouts,
                "acceptInsecureCerts": tls,
                // Firefox comes with 20, and geckodriver sets 0.
                "moz:firefoxOptions": {
                    "args": ["-headless"],
                    "prefs": if tls { json!({ "network.http.speculative-parallel-limit": 20 }) } else { json!({}) },
                },
            }),
            // WebKit would time a limit with the page's own `setTimeout`, which the page may have replaced.
            Self::WebKit => json!({
                "timeouts": { "script": null },
                "webkitgtk:browserOptions": {"args": ["--automation"] },
            }),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// A virtual screen for WebKit, which has no headless mode.
pub(crate) struct Screen {
    display: String,
    _process: Process,
}

impl Screen {
    fn start(home: &Path) -> anyhow::Result<Self> {
        let log = home.join("screen.log");
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?);
        let mut process = Process::start(command).context("Xvfb did not start")?;
        let number = process.first_line()?;
        ensure!(!number.is_empty(), "Xvfb did not start\n{}", fs::read_to_string(log)?);
        Ok(Self { display: format!(":{number}"), _process: process })
    }
}

/// Returns a port for a driver, which cannot pick one itself. Not one that the system assigns: it could assign it to another
/// program before the driver listens; and not the same in two processes that start browsers at the same time.
fn free_port() -> anyhow::Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let count = NEXT.fetch_add(1, Ordering::Relaxed);
        ensure!(count < PORTS, "no port is free");
        let port = FIRST_PORT + (process::id().wrapping_mul(97) + count) % PORTS;
        let port = u16::try_from(port).expect("it is within the range");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
}

async fn wait_until_listening(driver: &mut Process, port: u16) -> anyhow::Result<()> {
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        if driver.has_ended() {
            bail!("it ended immediately");
        }
        ensure!(start.elapsed() < DRIVER_START, "it does not listen after {DRIVER_START:?}");
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}
