//! The real server and, with the feature `browsers`, real browsers for tests. Each ends when it is dropped, and all of them end when
//! the tests themselves are killed.
//!
//! ```text
//! use incode_test_support::{Engine, in_every_engine, open};
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

#[cfg(feature = "browsers")]
mod browser;
#[cfg(feature = "browsers")]
mod engine;
#[cfg(feature = "browsers")]
mod pool;
mod process;
mod server;

#[cfg(feature = "browsers")]
pub use browser::{Browser, ConsoleEntry};
#[cfg(feature = "browsers")]
pub use engine::Engine;
#[cfg(feature = "browsers")]
pub use fantoccini::Locator;
#[cfg(feature = "browsers")]
pub use pool::{PooledBrowser, open, run};
pub use process::Process;
pub use server::Server;

/// Returns the sandbox's API key, from the file that tests in JavaScript import.
pub fn sandbox_key() -> &'static str {
    include_str!("../../contract/sandbox-key.mjs").split('\'').nth(1).expect("the key is in quotes")
}

/// Defines the tests `name::chromium`, `name::firefox` and `name::webkit` for each
/// `async fn name(engine: Engine) -> anyhow::Result<()>`.
#[cfg(feature = "browsers")]
#[macro_export]
macro_rules! in_every_engine {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            use $crate::{Engine, run};

            #[test]
            fn chromium() -> anyhow::Result<()> {
                run(super::$test(Engine::Chromium))
            }

            #[test]
            fn firefox() -> anyhow::Result<()> {
                run(super::$test(Engine::Firefox))
            }

            #[test]
            fn webkit() -> anyhow::Result<()> {
                run(super::$test(Engine::WebKit))
            }
        }
    )+};
}

/// Makes `name::chromium` alone: for what is the same in every engine, as the server, the page's own code or its words decide it.
#[cfg(feature = "browsers")]
#[macro_export]
macro_rules! in_one_engine {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            use $crate::{Engine, run};

            #[test]
            fn chromium() -> anyhow::Result<()> {
                run(super::$test(Engine::Chromium))
            }
        }
    )+};
}
