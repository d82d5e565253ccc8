use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use incode_test_support::{Browser, Engine, Locator, PooledBrowser, Server};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

/// Long, because several browsers may share a processor with a compiler.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// JavaScript for the inside of the flow.
pub const FLOW: &str = "document.querySelector('incode-flow').shadowRoot";

/// The page in the browser's current tab.
pub struct Page {
    pub browser: PooledBrowser,
    pub address: String,
    _server: Server,
}

/// Contents of the page.
#[derive(Debug, Deserialize)]
pub struct View {
    pub state: String,
    pub language: String,
    pub title: String,
    pub text: String,
    pub notice: String,
    /// Reference of the session, which the user can quote.
    pub reference: String,
    /// Buttons that are visible, the primary one first.
    pub actions: Vec<String>,
    /// Title in the browser's tab.
    pub tab: String,
    pub focus_is_on_the_title: bool,
}

const VIEW: &str = "
    const text = (selector) => document.querySelector(selector).textContent;
    return {
        state: document.documentElement.dataset.state ?? 'nothing yet',
        language: document.documentElement.lang,
        title: text('h1'),
        text: text('#text'),
        notice: text('#notice'),
        reference: text('#reference'),
        actions: [...document.querySelectorAll('.actions button')]
            .filter((button) => button.checkVisibility())
            .map((button) => button.dataset.action),
        tab: document.title,
        focus_is_on_the_title: document.activeElement === document.querySelector('h1'),
    };";

/// One request in the developer's panel.
#[derive(Debug, Deserialize)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub outcome: String,
    pub time: String,
    pub attempt: String,
    /// Address and headers.
    pub sent: String,
}

const CALLS: &str = "
    return [...document.querySelectorAll('#calls li')].map((call) => {
        const text = (part) => call.querySelector(part).textContent;
        return {
            method: text('.method'),
            path: text('.path'),
            outcome: text('.outcome'),
            time: text('.time'),
            attempt: text('.attempt'),
            sent: text('.sent'),
        };
    });";

impl Page {
    pub async fn open(engine: Engine) -> anyhow::Result<Self> {
        Self::of(Server::start(&[])?, engine).await
    }

    pub async fn of(server: Server, engine: Engine) -> anyhow::Result<Self> {
        let address = server.url().to_owned();
        Self::at(address, server, engine).await
    }

    pub async fn at(address: String, server: Server, engine: Engine) -> anyhow::Result<Self> {
        let page = Self { browser: engine.acquire().await?, address, _server: server };
        page.load("/").await?;
        Ok(page)
    }

    /// Starts to open the page, and does not wait until it can be used.
    pub async fn opening(address: String, server: Server, engine: Engine) -> anyhow::Result<Self> {
        let page = Self { browser: engine.acquire().await?, address, _server: server };
        page.goto(&page.address).await?;
        Ok(page)
    }

    /// Opens a path of the site in this tab, and waits until it can be used.
    pub async fn load(&self, path: &str) -> anyhow::Result<View> {
        self.goto(&format!("{}{path}", self.address)).await?;
        self.arrives_at("ready").await
    }

    pub async fn reload(&self) -> anyhow::Result<View> {
        self.refresh().await?;
        self.arrives_at("ready").await
    }

    /// Returns the value of a JavaScript expression.
    pub async fn value<T: DeserializeOwned>(&self, expression: &str) -> anyhow::Result<T> {
        self.run(&format!("return {expression}"), &[]).await
    }

    pub async fn text(&self, selector: &str) -> anyhow::Result<String> {
        self.value(&format!("document.querySelector({}).textContent", json!(selector))).await
    }

    pub async fn view(&self) -> anyhow::Result<View> {
        self.run(VIEW, &[]).await
    }

    pub async fn calls(&self) -> anyhow::Result<Vec<Call>> {
        self.run(CALLS, &[]).await
    }

    /// Waits for a state that a load leads to.
    pub async fn arrives_at(&self, state: &str) -> anyhow::Result<View> {
        let arrived = self.until(&format!("document.documentElement.dataset.state === '{state}'"), TIMEOUT).await;
        let view = self.view().await?;
        arrived.with_context(|| format!("it shows {view:?}"))?;
        Ok(view)
    }

    /// Waits for a state, and asserts that every user notices it: by the title of the tab, and by the focus, from which a screen
    /// reader continues.
    pub async fn shows(&self, state: &str) -> anyhow::Result<View> {
        let view = self.arrives_at(state).await?;
        ensure!(
            view.tab.starts_with(&view.title) && view.focus_is_on_the_title,
            "the title or the focus is wrong: {view:?}"
        );
        Ok(view)
    }

    pub async fn click(&self, selector: &str) -> anyhow::Result<()> {
        Ok(self.find(Locator::Css(selector)).await?.click().await?)
    }

    /// Presses a button of the journey.
    pub async fn press(&self, action: &str) -> anyhow::Result<()> {
        self.click(&format!(".actions [data-action={action}]")).await
    }

    pub async fn in_flow<T: DeserializeOwned>(&self, expression: &str) -> anyhow::Result<T> {
        self.value(&format!("{FLOW}.{expression}")).await
    }

    pub async fn press_in_flow(&self, action: &str) -> anyhow::Result<()> {
        let flow = self.find(Locator::Css("incode-flow")).await?.shadow_root().await?;
        Ok(flow.find(Locator::Css(&format!("[data-action={action}]"))).await?.click().await?)
    }

    /// "Step 1 of 4"
    pub async fn progress(&self) -> anyhow::Result<String> {
        self.in_flow("querySelector('.progress').textContent").await
    }

    /// Presses what a person presses in one step of the flow, and waits until it is over.
    pub async fn step(&self) -> anyhow::Result<()> {
        self.arrives_at("flow").await?;
        let before = self.progress().await?;
        self.press_in_flow("continue").await?;
        self.step_ends(&before).await
    }

    /// Waits until something else than this progress is shown.
    pub async fn step_ends(&self, progress: &str) -> anyhow::Result<()> {
        let progress = json!(progress);
        let over = format!(
            "document.documentElement.dataset.state !== 'flow' || {FLOW}.querySelector('.progress').textContent !== {progress}"
        );
        self.until(&over, TIMEOUT).await
    }

    pub async fn steps(&self, count: usize) -> anyhow::Result<()> {
        for _ in 0..count {
            self.step().await?;
        }
        Ok(())
    }

    /// From the first press to the result.
    pub async fn walk_to(&self, result: &str) -> anyhow::Result<View> {
        self.press("start").await?;
        self.shows("flow").await?;
        self.steps(4).await?;
        self.shows(result).await
    }

    /// Chooses in the settings for the next session.
    pub async fn choose(&self, setting: &str, value: &str) -> anyhow::Result<()> {
        self.open_settings().await?;
        let selector = format!("#{setting}");
        let select = self.find(Locator::Css(&selector)).await?;
        select.select_by_value(value).await.with_context(|| format!("{setting} has no {value}"))?;
        if self.engine() == Engine::Chromium {
            // For a person's choice Chromium itself sends it; its driver only sends `change`.
            let input = "document.querySelector(args[0]).dispatchEvent(new Event('input', { bubbles: true }))";
            self.run::<()>(input, &[json!(selector)]).await?;
        }
        Ok(())
    }

    /// Any fault of the server: the page offers one of each kind.
    pub async fn choose_fault(&self, fault: &str, reach: &str) -> anyhow::Result<()> {
        let offer = "const faults = document.querySelector('#fault');
                     if (![...faults.options].some(({ value }) => value === args[0])) faults.add(new Option(args[0], args[0]));";
        self.run::<()>(offer, &[json!(fault)]).await?;
        self.choose("fault", fault).await?;
        self.choose("reach", reach).await
    }

    pub async fn open_panel(&self) -> anyhow::Result<()> {
        if self.value("document.querySelector('#panel').hidden").await? {
            self.click("#toggle-panel").await?;
        }
        Ok(())
    }

    pub async fn open_settings(&self) -> anyhow::Result<()> {
        self.open_panel().await?;
        if !self.value("document.querySelector('#settings-section').open").await? {
            self.click("#settings-section summary").await?;
        }
        Ok(())
    }

    /// Goes from a fresh load to a state, by the user's own actions.
    pub async fn reach(&self, state: &str) -> anyhow::Result<View> {
        self.reach_below("/?", state).await
    }

    /// The same for `/?` with a query begun.
    pub async fn reach_below(&self, path: &str, state: &str) -> anyhow::Result<View> {
        let no_wasm = if state == "blocked" { "csp=no-wasm" } else { "" };
        let ready = self.load(&format!("{path}{no_wasm}")).await?;
        match state {
            "ready" => return Ok(ready),
            "rejected" => self.choose("configuration", "rejected").await?,
            "review" => self.choose("configuration", "manual-review").await?,
            "expired" => self.choose("configuration", "expires-at-once").await?,
            "offline" => self.choose_fault("close", "steps").await?,
            "api-down" => self.choose_fault("status-500", "steps").await?,
            "rate-limited" => self.choose_fault("status-429-retry-after-5", "steps").await?,
            "failed" => self.choose_fault("echo-400", "steps").await?,
            "forbidden" => self.choose_fault("key-required", "steps").await?,
            "checking" => self.choose_fault("hang", "result").await?,
            "creating" => {
                self.choose_fault("hang", "everything").await?;
                self.click("#in-page").await?;
            }
            _ => {}
        }
        self.press("start").await?;
        match state {
            "creating" | "blocked" | "flow" => {}
            "expired" | "offline" | "api-down" | "rate-limited" | "forbidden" | "failed" => self.step().await?,
            _ => self.steps(4).await?,
        }
        self.shows(state).await
    }

    /// Waits until all finite animations have ended.
    pub async fn settled(&self) -> anyhow::Result<()> {
        let settle = "
            const finite = ({ effect }) => effect.getComputedTiming().endTime !== Infinity;
            await Promise.allSettled(document.getAnimations().filter(finite).map(({ finished }) => finished));";
        self.run(settle, &[]).await
    }

    /// Goes to a window that can be narrower than a browser's own, and whose size can be set.
    pub async fn open_window(&self) -> anyhow::Result<()> {
        let own = self.windows().await?;
        // Only for a press do all engines open one.
        let on_press =
            "document.addEventListener('click', () => open('/', '', 'popup,width=320,height=900'), { once: true })";
        self.run::<()>(on_press, &[]).await?;
        self.click("h1").await?;
        let start = Instant::now();
        loop {
            if let Some(window) = self.windows().await?.into_iter().find(|window| !own.contains(window)) {
                self.switch_to_window(window).await?;
                return self.arrives_at("ready").await.map(drop);
            }
            ensure!(start.elapsed() < TIMEOUT, "no window was opened");
        }
    }
}

impl Deref for Page {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

/// All states that a user can reach while the server is available.
pub const STATES: [&str; 14] = [
    "ready",
    "creating",
    "flow",
    "checking",
    "approved",
    "rejected",
    "review",
    "expired",
    "offline",
    "api-down",
    "rate-limited",
    "blocked",
    "forbidden",
    "failed",
];
