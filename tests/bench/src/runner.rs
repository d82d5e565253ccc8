use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::Context;
use incode_test_support::{Browser, Engine, Server, sandbox_key};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{relay::Relay, site::Site, subjects::Subject};

/// The pages and the API that all subjects get alike.
pub struct Laboratory {
    site: Site,
    sandbox: Server,
    visits: AtomicUsize,
}

/// One page, opened: its session has been created.
pub struct Visit {
    id: String,
}

#[derive(Deserialize)]
struct Entry {
    method: String,
    path: String,
    at: u64,
}

impl Laboratory {
    pub async fn open(files: &Path, brotli: bool) -> anyhow::Result<Self> {
        let site = Site::start(files, brotli).await?;
        Ok(Self { site, sandbox: Server::start(&[])?, visits: AtomicUsize::default() })
    }

    /// In which encoding the last page came.
    pub fn encoding(&self) -> String {
        self.site.encoding()
    }

    /// Opens a subject's page, which creates a session first of all. With a journal its requests are written down, and
    /// no connection to the API is used twice.
    pub async fn visit(&self, browser: &Browser, subject: &Subject, journal: bool) -> anyhow::Result<Visit> {
        let id = self.next(subject);
        let base = if journal { format!("/run/{id}") } else { String::new() };
        let api = format!("{}{base}", self.sandbox.api_origin());
        goto(browser, &self.site.page(&id, subject, &api)).await?;
        browser
            .run::<()>("await window.started", &[])
            .await
            .with_context(|| format!("{} created no session", subject.name))?;
        Ok(Visit { id })
    }

    /// Opens a subject's page that calls nothing.
    pub async fn page(&self, browser: &Browser, subject: &Subject) -> anyhow::Result<()> {
        goto(browser, &self.site.page(&self.next(subject), subject, "")).await
    }

    fn next(&self, subject: &Subject) -> String {
        format!("{}-{}", subject.folder, self.visits.fetch_add(1, Ordering::Relaxed))
    }

    /// A way to the API that is `round_trip` long.
    pub async fn relay(&self, round_trip: Duration) -> anyhow::Result<Relay> {
        Relay::start(self.sandbox.url().trim_start_matches("http://"), round_trip).await
    }

    /// A session's, made without a browser.
    pub async fn token(&self) -> anyhow::Result<String> {
        token(start_request(&Client::new(), &self.sandbox)).await
    }

    /// From the page being asked for to the API being asked for a session, in ms, by this machine's one clock.
    pub async fn first_request(&self, visit: &Visit) -> anyhow::Result<f64> {
        let opened = self.site.opened(&visit.id).context("the page was not asked for")?;
        let journal = reqwest::get(format!("{}/run/{}", self.sandbox.url(), visit.id)).await?;
        let entries: Vec<Entry> = journal.json().await?;
        let start = entries.iter().find(|entry| entry.method == "POST" && entry.path == "/omni/start");
        let start = start.context("the API was not asked for a session")?;
        Ok(start.at.saturating_sub(opened) as f64)
    }
}

/// What asks a server for a session.
pub fn start_request(client: &Client, server: &Server) -> RequestBuilder {
    let request = client.post(format!("{}/omni/start", server.url())).header("api-version", "1.0");
    request.header("x-api-key", sandbox_key()).json(&json!({ "configurationId": "approved" }))
}

/// The token of the session that a request gets.
pub async fn token(start: RequestBuilder) -> anyhow::Result<String> {
    let session: Value = start.send().await?.error_for_status()?.json().await?;
    Ok(session["token"].as_str().context("a session has a token")?.to_owned())
}

async fn goto(browser: &Browser, page: &str) -> anyhow::Result<()> {
    // What the page before has left is not to be cleaned up during this one.
    browser.goto("about:blank").await?;
    if browser.engine() == Engine::Chromium {
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    }
    Ok(browser.goto(page).await?)
}

/// Its major one.
pub async fn version(browser: &Browser) -> anyhow::Result<String> {
    browser.run("return navigator.userAgent.match(/(?:Chrome|Firefox)\\/([0-9]+)/)[1]", &[]).await
}

/// Says what is measured, and how far it is where somebody watches.
pub fn progress(title: &str, steps: usize) -> anyhow::Result<ProgressBar> {
    eprintln!("> {title}");
    let style = ProgressStyle::with_template("  {wide_bar} {pos}/{len} {elapsed}")?;
    Ok(ProgressBar::new(steps as u64).with_style(style))
}
