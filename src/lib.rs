//! The session core of Incode's Web SDK 2.0, for JavaScript: opens, carries and closes identity-verification sessions.
//!
//! This is all that the module exports. The facade (`pkg/src/index.js`) loads it on the first call, hands in copies of the caller's
//! options, and gives the module the class `IncodeError`, of which all is that is thrown or rejected here, but for what passes
//! through: the reason of the caller's own abort, and what a framework throws through `fetch` to steer its rendering.
//!
//! | crate | where | why | bytes of code in the wasm, before gzip |
//! | --- | --- | --- | --- |
//! | wasm-bindgen | everywhere | exports, typed views of JavaScript objects (`dictionaries`) | 2,200, the table of references included |
//! | wasm-bindgen-futures | `deadline`, `task` | `JsFuture`, the only thing that is awaited | 660 |
//! | js-sys | `call`, `deadline`, `options`, `task` | promises, objects, clock and chance | 220 |
//! | web-sys | `deadline`, `request`, `dictionaries` | `AbortController`, and the classes that the typed views extend: `Response`, `Url` | 110 |
//! | gloo-net | `call` | the response as it is read: status and its text | 20 |
//! | serde-wasm-bindgen | `error` | an error's numbers, present or absent, as JavaScript has them | 20 |

mod api_url;
mod call;
mod deadline;
mod dictionaries;
mod error;
mod options;
mod panic;
mod platform;
mod redact;
mod request;
mod retry;
mod session;
mod settings;
mod string;
mod task;

use error::Result;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

// The smallest that serves: against talc and dlmalloc no difference in time was measured, because bodies never enter the wasm.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
// SAFETY: a wasm module without threads, as this target's is.
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook();
}

/// Puts a configuration in force, all of it or nothing.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
#[wasm_bindgen]
pub fn setup(options: &JsValue) -> Promise {
    settled(session::set_up(options))
}

/// Puts a session's token in force; without one, keeps the token that is.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`, the reason of an aborted signal.
#[wasm_bindgen(js_name = initializeSession)]
pub fn initialize_session(options: &JsValue) -> Promise {
    settled(session::initialize(options))
}

/// Creates a session; resolves with the API's answer. `started` is when the caller made the call, on the clock of `platform.js`; the
/// messages of errors begin with `prefix` once there was a request.
///
/// # Errors
/// Any but `NOT_CONFIGURED` and `UNSUPPORTED`.
#[wasm_bindgen(js_name = createSession)]
pub fn create_session(api_key: &JsValue, options: &JsValue, started: f64, prefix: JsValue) -> Promise {
    #[cfg(feature = "provoke-panic")]
    panic::provoke_by_argument(api_key);
    session::start(api_key, options, started, prefix).unwrap_or_else(rejected)
}

/// Completes a session and asks how it ended; resolves with the API's answer. `started` and `prefix` as for `create_session`.
///
/// # Errors
/// Any but `UNSUPPORTED`.
#[wasm_bindgen(js_name = getFinishStatus)]
pub fn get_finish_status(flow_id: &JsValue, options: &JsValue, started: f64, prefix: JsValue) -> Promise {
    session::finish_status(flow_id, options, started, prefix).unwrap_or_else(rejected)
}

fn rejected(error: error::Error) -> Promise {
    Promise::reject(&error.into())
}

fn settled(done: Result<()>) -> Promise {
    done.map_or_else(rejected, |()| Promise::resolve(&JsValue::UNDEFINED))
}
