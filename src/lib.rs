//! The session core of Incode's Web SDK 2.0, for JavaScript: opens, carries and closes identity-verification sessions.
//!
//! This is all that the module exports. The facade (`pkg/index.js`) loads it on the first call, hands in copies of the caller's
//! options, and makes an `IncodeError` of what is thrown or rejected here: a plain object with `code`, `message` and what else is
//! known, or `undefined` where the caller's own signal ended the call.

mod api_url;
mod config;
mod error;
mod options;
mod platform;
mod retry;
mod session;
mod token;
mod transport;

use error::Error;
use js_sys::Promise;
use options::{CreateSession, FinishStatus, InitializeSession, Setup};
use session::Prepared;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
// SAFETY: a wasm module without threads, as this target's is.
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    // Only where: what a panic says may hold a caller's data. Thrown and not printed, so that it reaches the caller's rejection.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|place| [place.file(), ":", &place.line().to_string()].concat());
        wasm_bindgen::throw_str(&place.unwrap_or_default())
    }));
}

/// Puts a configuration in force, all of it or nothing.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
#[wasm_bindgen]
pub fn setup(options: &JsValue) -> Result<(), JsValue> {
    let mut setup = Setup::read(options).map_err(Error::into_js)?;
    let warning = setup.warning.take();
    config::set(setup).map_err(Error::into_js)?;
    warning.as_deref().into_iter().for_each(warn_once);
    Ok(())
}

/// Puts a session's token in force.
///
/// # Errors
/// `INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = initializeSession)]
pub fn initialize_session(options: &JsValue) -> Result<(), JsValue> {
    let InitializeSession { token, warning } =
        InitializeSession::read(options).map_err(Error::into_js)?;
    config::set_token(token);
    warning.as_deref().into_iter().for_each(warn_once);
    Ok(())
}

/// Creates a session; resolves with the API's answer. `started` is `performance.now()` when the caller made the call.
///
/// # Errors
/// Throws what concerns the arguments, and rejects once there was a request.
#[wasm_bindgen(js_name = createSession)]
pub fn create_session(
    api_key: &JsValue,
    options: &JsValue,
    started: f64,
) -> Result<Promise, JsValue> {
    let given = CreateSession::read(api_key, options).map_err(Error::into_js)?;
    run(session::start(given, started))
}

/// Asks how a session ended; resolves with the API's answer. `started` is `performance.now()` when the caller made the call.
///
/// # Errors
/// Throws what concerns the arguments and the configuration, and rejects once there was a request.
#[wasm_bindgen(js_name = getFinishStatus)]
pub fn get_finish_status(
    flow_id: &JsValue,
    options: &JsValue,
    started: f64,
) -> Result<Promise, JsValue> {
    let given = FinishStatus::read(flow_id, options).map_err(Error::into_js)?;
    run(session::finish_status(given, started).map_err(Error::into_js)?)
}

/// The only future that is spawned: each further kind of one would weigh a kilobyte.
fn run(prepared: Prepared) -> Result<Promise, JsValue> {
    if prepared.is_aborted() {
        return Err(JsValue::UNDEFINED);
    }
    Ok(wasm_bindgen_futures::future_to_promise(prepared.run()))
}

/// Warns on the console, each thing once a page.
fn warn_once(message: &str) {
    thread_local! {
        static GIVEN: RefCell<Vec<String>> = const { RefCell::new(vec![]) };
    }
    GIVEN.with_borrow_mut(|given| {
        if !given.iter().any(|earlier| earlier == message) {
            given.push(message.into());
            platform::warn(message);
        }
    });
}
