use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::Context;
use incode_test_support::{Browser, Engine, Server, sandbox_key};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{clients::Client, relay::Relay, site::Site};

/// Runs clients in browsers, all with the same site and the same API.
pub struct Runner {
    site: Site,
    sandbox: Server,
    visits: AtomicUsize,
}

/// An open page whose session has been created.
pub struct Visit {
    id: String,
}

#[derive(Deserialize)]
struct Entry {
    method: String,
    path: String,
    at: u64,
}

impl Runner {
    pub async fn open(files: &Path, brotli: bool) -> anyhow::Result<Self> {
        let site = Site::start(files, brotli).await?;
        Ok(Self { site, sandbox: Server::start(&[])?, visits: AtomicUsize::default() })
    }

    /// Returns the content encoding of the last page.
    pub fn encoding(&self) -> String {
        self.site.encoding()
    }

    /// Opens a client's page, which creates a session first. With a journal the sandbox records its requests, and
    /// no connection to the API is used twice.
    pub async fn visit(&self, browser: &Browser, client: &Client, journal: bool) -> anyhow::Result<Visit> {
        let id = self.next(client);
        let base = if journal { format!("/run/{id}") } else { String::new() };
        let api = format!("{}{base}", self.sandbox.api_origin());
        goto(browser, &self.site.page(&id, client, &api)).await?;
        browser
            .run::<()>("await window.started", &[])
            .await
            .with_context(|| format!("{} created no session", client.name))?;
        Ok(Visit { id })
    }

    /// Opens a client's page that calls nothing.
    pub async fn page(&self, browser: &Browser, client: &Client) -> anyhow::Result<()> {
        goto(browser, &self.site.page(&self.next(client), client, "")).await
    }

    fn next(&self, client: &Client) -> String {
        format!("{}-{}", client.folder, self.visits.fetch_add(1, Ordering::Relaxed))
    }

    /// Starts a relay to the API with this round trip.
    pub async fn relay(&self, round_trip: Duration) -> anyhow::Result<Relay> {
        Relay::start(self.sandbox.url().trim_start_matches("http://"), round_trip).await
    }

    /// Creates a session without a browser and returns its token.
    pub async fn token(&self) -> anyhow::Result<String> {
        token(start_request(&reqwest::Client::new(), &self.sandbox)).await
    }

    /// Returns the ms from the request of the page to that of a session, both by this machine's clock.
    pub async fn first_request(&self, visit: &Visit) -> anyhow::Result<f64> {
        let opened = self.site.opened(&visit.id).context("the page was not requested")?;
        let journal = reqwest::get(format!("{}/run/{}", self.sandbox.url(), visit.id)).await?;
        let entries: Vec<Entry> = journal.json().await?;
        let start = entries.iter().find(|entry| entry.method == "POST" && entry.path == "/omni/start");
        let start = start.context("no session was requested")?;
        Ok(start.at.saturating_sub(opened) as f64)
    }
}

/// Returns a request that creates a session.
pub fn start_request(client: &reqwest::Client, server: &Server) -> RequestBuilder {
    let request = client.post(format!("{}/omni/start", server.url())).header("api-version", "1.0");
    request.header("x-api-key", sandbox_key()).json(&json!({ "configurationId": "approved" }))
}

/// Sends a request that creates a session, and returns the token.
pub async fn token(start: RequestBuilder) -> anyhow::Result<String> {
    let session: Value = start.send().await?.error_for_status()?.json().await?;
    Ok(session["token"].as_str().context("a session has a token")?.to_owned())
}

async fn goto(browser: &Browser, page: &str) -> anyhow::Result<()> {
    // Cleaning up after the previous page must not fall into this one.
    browser.goto("about:blank").await?;
    if browser.engine() == Engine::Chromium {
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    }
    Ok(browser.goto(page).await?)
}

/// Returns the browser's major version.
pub async fn version(browser: &Browser) -> anyhow::Result<String> {
    browser.run("return navigator.userAgent.match(/(?:Chrome|Firefox)\\/([0-9]+)/)[1]", &[]).await
}

/// Prints what is measured, with a progress bar on a terminal.
pub fn progress(title: &str, steps: usize) -> anyhow::Result<ProgressBar> {
    eprintln!("> {title}");
    let style = ProgressStyle::with_template("  {wide_bar} {pos}/{len} {elapsed}")?;
    Ok(ProgressBar::new(steps as u64).with_style(style))
}
