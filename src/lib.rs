//! The session core of Incode's Web SDK 2.0, for JavaScript: opens, carries and closes identity-verification sessions.
//!
//! This is all that the module exports. The facade (`pkg/index.js`) loads it on the first call, hands in copies of the caller's
//! options, and makes an `IncodeError` of what is thrown or rejected here: a plain object with `code`, `message` and what else is
//! known, or `undefined` where the caller's own signal ended the call.

mod api_url;
mod config;
mod error;
mod object;
mod options;
mod platform;
mod retry;
mod session;
mod transport;

use error::{Result, concat, decimal};
use js_sys::Promise;
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
        let place = panic.location().map(|place| concat(&[place.file(), ":", &decimal(place.line())]));
        wasm_bindgen::throw_str(&place.unwrap_or_default())
    }));
}

/// Puts a configuration in force, all of it or nothing.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
#[wasm_bindgen]
pub fn setup(options: &JsValue) -> Result<()> {
    let required = if config::has_api() { "" } else { "apiURL" };
    config::replace(&options::read(options, &options::SETUP, required, "")?);
    Ok(())
}

/// Puts a session's token in force.
///
/// # Errors
/// `INVALID_ARGUMENT`.
#[wasm_bindgen(js_name = initializeSession)]
pub fn initialize_session(options: &JsValue) -> Result<()> {
    config::set_token(&options::read(options, &options::INITIALIZE_SESSION, "token", "")?);
    Ok(())
}

/// Creates a session; resolves with the API's answer. `started` is `performance.now()` when the caller made the call.
///
/// # Errors
/// Throws what concerns the arguments, and rejects once there was a request.
#[wasm_bindgen(js_name = createSession)]
pub fn create_session(api_key: &JsValue, options: &JsValue, started: f64) -> Result<Promise> {
    let api_key = options::api_key(api_key)?;
    let given = options::read(options, &options::CREATE_SESSION, options::CONFIGURATION_ID, &api_key)?;
    session::start(&api_key, &given, started).send()
}

/// Asks how a session ended; resolves with the API's answer. `started` is `performance.now()` when the caller made the call.
///
/// # Errors
/// Throws what concerns the arguments and the configuration, and rejects once there was a request.
#[wasm_bindgen(js_name = getFinishStatus)]
pub fn get_finish_status(flow_id: &JsValue, options: &JsValue, started: f64) -> Result<Promise> {
    let flow_id = options::flow_id(flow_id)?;
    let given = options::read(options, &options::FINISH_STATUS, "", "")?;
    session::finish_status(&flow_id, &given, started)?.send()
}
