use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use fantoccini::{
    Client,
    error::{CmdError, ErrorStatus},
    wd::{WebDriverCompatibleCommand, WindowHandle},
};
use http::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::{
    Engine, Process,
    engine::{Screen, WINDOW},
};

/// Between two looks at a page. Each takes time from the page, so those that wait for long look more rarely.
const POLL: Duration = Duration::from_millis(20);
const MAX_POLL: Duration = Duration::from_millis(500);
/// Longest time without a response, as between two pages. After that, the page has crashed.
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// A running browser, with all methods of fantoccini's [`Client`]: `goto`, `find`, `wait`, `screenshot`, `set_window_size`, …
/// Ends when dropped, with its driver and its profile.
pub struct Browser {
    pub(crate) engine: Engine,
    pub(crate) client: Client,
    /// The tab that a test starts with.
    pub(crate) tab: WindowHandle,
    // Fields are dropped in this order: the browser must end before its screen does. Its files go with it.
    pub(crate) _driver: Process,
    pub(crate) _screen: Option<Screen>,
}

/// One line of a browser's console.
#[derive(Clone, Debug, Deserialize)]
pub struct ConsoleEntry {
    /// `INFO`, `WARNING`, `SEVERE`, …
    pub level: String,
    /// `console-api`, `security`, `network`, `javascript`, …
    pub source: String,
    /// Text of the line, with its place in the source.
    pub message: String,
}

impl Browser {
    /// Returns the engine of this browser.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Runs `body` as an async function in the page, with the arguments in `args`, and returns its result. Fails with the error that it
    /// throws.
    ///
    /// In Firefox the script has a global object, built-ins and module instances of its own. Share values through properties of
    /// `window`, and let the page itself import the modules that a test is about.
    pub async fn run<T: DeserializeOwned>(&self, body: &str, args: &[Value]) -> anyhow::Result<T> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (args) => {{ {body}\n }})(arguments[0]).then(
                 (value) => done({{ value: value === undefined ? null : value }}),
                 (error) => done({{ error: `${{error}}\\n${{error?.stack ?? ''}}` }}),
             );"
        );
        let mut result = self.client.execute_async(&script, vec![json!(args)]).await?;
        if let Some(error) = result["error"].as_str() {
            bail!("{} threw {error}", self.engine);
        }
        serde_json::from_value(result["value"].take()).with_context(|| format!("{} returned another type", self.engine))
    }

    /// Waits until the JavaScript expression `condition` is truthy. Until then it may throw, and the page may change.
    pub async fn until(&self, condition: &str, timeout: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        let mut last_response = start;
        let script = format!("return Boolean({condition})");
        loop {
            let response = self.client.execute(&script, vec![]).await;
            let is_silent =
                matches!(&response, Err(CmdError::Standard(error)) if error.error != ErrorStatus::JavascriptError);
            if !is_silent {
                last_response = Instant::now();
            }
            let error = match response {
                Ok(Value::Bool(true)) => return Ok(()),
                Ok(_) => String::new(),
                Err(CmdError::Standard(error)) => format!(", which threw {}", error.message),
                Err(error) => return Err(error.into()),
            };
            ensure!(
                last_response.elapsed() < MAX_SILENCE,
                "the page of {} crashed during the wait for {condition}",
                self.engine
            );
            ensure!(
                start.elapsed() < timeout,
                "{} waited {timeout:?} for {condition} without success{error}",
                self.engine
            );
            tokio::time::sleep((start.elapsed() / 20).clamp(POLL, MAX_POLL)).await;
        }
    }

    /// Opens a tab of the same profile and switches to it. Returns the previous tab.
    pub async fn new_tab(&self) -> anyhow::Result<WindowHandle> {
        let previous = self.client.window().await?;
        let tab = self.client.new_window(true).await?;
        self.client.switch_to_window(tab.handle).await?;
        Ok(previous)
    }

    /// Resets the browser to one empty tab of the usual size, without cookies or console output.
    pub(crate) async fn reset(mut self) -> anyhow::Result<Self> {
        // A page may have opened a window without tabs, so the first tab is selected before another is opened.
        for window in self.client.windows().await? {
            if window != self.tab {
                self.client.switch_to_window(window).await?;
                self.client.close_window().await?;
            }
        }
        self.client.switch_to_window(self.tab.clone()).await?;
        self.client.delete_all_cookies().await?;
        let tab = self.client.new_window(true).await?.handle;
        self.client.close_window().await?;
        self.client.switch_to_window(tab.clone()).await?;
        self.tab = tab;
        self.client.set_window_size(WINDOW.0, WINDOW.1).await?;
        if self.engine == Engine::Chromium {
            self.console().await?;
        }
        Ok(self)
    }

    /// Returns the console output since the last call: page, network and security messages. Chromium only.
    pub async fn console(&self) -> anyhow::Result<Vec<ConsoleEntry>> {
        let entries = self.chromium("se/log", json!({ "type": "browser" })).await?;
        Ok(serde_json::from_value(entries)?)
    }

    /// Sends a command of the DevTools protocol, such as `Network.emulateNetworkConditions`. Chromium only.
    pub async fn cdp(&self, command: &str, params: Value) -> anyhow::Result<Value> {
        self.chromium("goog/cdp/execute", json!({ "cmd": command, "params": params })).await
    }

    async fn chromium(&self, path: &'static str, body: Value) -> anyhow::Result<Value> {
        ensure!(self.engine == Engine::Chromium, "{} has no {path}", self.engine);
        Ok(self.client.issue_cmd(Extension { path, body }).await?)
    }
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A command that a driver has beyond the WebDriver standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
