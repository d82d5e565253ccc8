use std::{
    ops::Deref,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
    time::timeout,
};

use crate::{Browser, Engine, Server};

/// Runtime of all tests, because a browser keeps its connection from one test to the next.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads can be started")
});

/// Browsers that tests have released, while they are reset.
static RELEASED: Mutex<Vec<(Engine, Reset)>> = Mutex::new(Vec::new());

type Reset = JoinHandle<anyhow::Result<Browser>>;

const RESET_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs a test to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// Starts a server for one test, and acquires a browser.
pub async fn open(engine: Engine) -> anyhow::Result<(Server, PooledBrowser)> {
    let server = Server::start(&[])?;
    Ok((server, engine.acquire().await?))
}

/// A browser that returns to the pool when it is dropped.
pub struct PooledBrowser(Option<Browser>);

impl Engine {
    /// Returns a browser with one empty tab and no state of earlier pages: one from the pool, or a new one. Starting one takes longer than
    /// most tests. Only inside of [`run`].
    pub async fn acquire(self) -> anyhow::Result<PooledBrowser> {
        while let Some(reset) = released(self) {
            match reset.await? {
                Ok(browser) => return Ok(PooledBrowser(Some(browser))),
                Err(error) => eprintln!("{self} is not used again, because it could not be reset: {error:#}"),
            }
        }
        Ok(PooledBrowser(Some(self.launch().await?)))
    }
}

fn released(engine: Engine) -> Option<Reset> {
    let mut released = RELEASED.lock().unwrap_or_else(PoisonError::into_inner);
    let place = released.iter().position(|(of, _)| *of == engine)?;
    Some(released.swap_remove(place).1)
}

impl Deref for PooledBrowser {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl Drop for PooledBrowser {
    fn drop(&mut self) {
        if let Some(browser) = self.0.take() {
            let reset = (browser.engine(), RUNTIME.spawn(async { timeout(RESET_TIMEOUT, browser.reset()).await? }));
            RELEASED.lock().unwrap_or_else(PoisonError::into_inner).push(reset);
        }
    }
}
