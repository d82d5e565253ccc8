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

/// One for all tests, as a browser that goes from one to the next keeps its connection.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads can be started")
});

/// What tests have done with.
static RETURNED: Mutex<Vec<(Engine, Renewal)>> = Mutex::new(Vec::new());

type Renewal = JoinHandle<anyhow::Result<Browser>>;

const RENEWAL: Duration = Duration::from_secs(30);

/// Runs a test to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// Starts a server of its own for one test, and lends it a browser.
pub async fn open(engine: Engine) -> anyhow::Result<(Server, Lent)> {
    let server = Server::start(&[])?;
    Ok((server, engine.lend().await?))
}

/// A browser that the next test gets when this one drops it.
pub struct Lent(Option<Browser>);

impl Engine {
    /// A browser with one empty tab, which knows nothing of pages before: one that a test has done with, or a new one. Starting one takes
    /// longer than most tests. Only inside of [`run`].
    pub async fn lend(self) -> anyhow::Result<Lent> {
        while let Some(renewed) = returned(self) {
            match renewed.await? {
                Ok(browser) => return Ok(Lent(Some(browser))),
                Err(error) => eprintln!("{self} is not used again, as it could not be made as new: {error:#}"),
            }
        }
        Ok(Lent(Some(self.launch().await?)))
    }
}

fn returned(engine: Engine) -> Option<Renewal> {
    let mut returned = RETURNED.lock().unwrap_or_else(PoisonError::into_inner);
    let place = returned.iter().position(|(of, _)| *of == engine)?;
    Some(returned.swap_remove(place).1)
}

impl Deref for Lent {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(browser) = self.0.take() {
            let renewed = (browser.engine(), RUNTIME.spawn(async { timeout(RENEWAL, browser.renew()).await? }));
            RETURNED.lock().unwrap_or_else(PoisonError::into_inner).push(renewed);
        }
    }
}
