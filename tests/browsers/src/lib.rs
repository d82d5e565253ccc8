//! Real browsers and the real server for tests: [`open`] starts both, dropping them ends both.
//!
//! ```no_run
//! use incode_browsers::{Engine, in_every_engine, open};
//!
//! in_every_engine!(shows_its_title);
//!
//! async fn shows_its_title(engine: Engine) -> anyhow::Result<()> {
//!     let (server, browser) = open(engine).await?;
//!     browser.goto(server.url()).await?;
//!     assert!(!browser.title().await?.is_empty());
//!     Ok(())
//! }
//! ```

mod browser;
mod engine;
mod process;
mod server;

pub use browser::{Browser, ConsoleEntry};
pub use engine::Engine;
pub use fantoccini::Locator;
pub use server::Server;

/// Starts a server of its own and a browser for one test.
pub async fn open(engine: Engine) -> anyhow::Result<(Server, Browser)> {
    let server = Server::start(&[])?;
    let browser = engine.launch().await?;
    Ok((server, browser))
}

/// Makes `name::chromium`, `name::firefox` and `name::webkit` out of each
/// `async fn name(engine: Engine) -> anyhow::Result<()>`.
#[macro_export]
macro_rules! in_every_engine {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            use $crate::Engine;

            #[tokio::test]
            async fn chromium() -> anyhow::Result<()> {
                super::$test(Engine::Chromium).await
            }

            #[tokio::test]
            async fn firefox() -> anyhow::Result<()> {
                super::$test(Engine::Firefox).await
            }

            #[tokio::test]
            async fn webkit() -> anyhow::Result<()> {
                super::$test(Engine::WebKit).await
            }
        }
    )+};
}
