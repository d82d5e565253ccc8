//! A replacement for the session API of Incode's Web SDK 2.0: creates identity-verification sessions, configures the page, and reads the
//! result.
//!
//! This file is everything that the module exports. The facade (`pkg/src/index.js`) loads it on the first call, passes copies of the
//! caller's options, and makes the errors: an `IncodeError`, except for what passes through unchanged (the reason of the caller's own
//! abort, and what a framework throws through `fetch` to control rendering).
//!
//! | crate | where | why | bytes of code in the wasm, before gzip, without what is inlined |
//! | --- | --- | --- | --- |
//! | wasm-bindgen | everywhere | exports, typed views of JavaScript objects (`dictionaries`), string enums | 500, and 530 for the table of references |
//! | wasm-bindgen-futures | `deadline` | `JsFuture`, the only thing that is awaited | 560 (js-sys has its code) |
//! | js-sys | everywhere | promises, strings, arrays and objects | 90 |
//! | web-sys | `deadline`, `dictionaries`, `settings` | `AbortSignal`, and `Response`, which a typed view extends | 40 |
//! | gloo-net | `call` | reads the response: status, status text and headers | 170 |
//! | serde-wasm-bindgen | `error` | serializes the numbers of an error | 220 (inlined) |

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

use dictionaries::Caller;
use error::Result;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

// The smallest allocator that serves: talc and dlmalloc were not measurably faster, because bodies never enter the wasm.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
// SAFETY: this target has no threads.
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook();
}

/// Sets the configuration of later calls: all of it or, if it rejects, nothing.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
#[wasm_bindgen]
pub fn setup(caller: Caller) -> Promise {
    settle(session::set_up(&caller), &caller)
}

/// Sets the current token. Without one, the current token stays.
///
/// # Errors
/// `INVALID_ARGUMENT`, `NOT_CONFIGURED`, the reason of an aborted signal.
#[wasm_bindgen(js_name = initializeSession)]
pub fn initialize_session(caller: Caller) -> Promise {
    settle(session::initialize(&caller), &caller)
}

/// Creates a session. Fulfills with the API's response.
///
/// # Errors
/// All codes except `NOT_CONFIGURED` and `UNSUPPORTED`.
#[wasm_bindgen(js_name = createSession)]
pub fn create_session(caller: Caller) -> Promise {
    #[cfg(feature = "provoke-panic")]
    panic::provoke_by_argument(&caller.argument());
    settle(session::start(&caller), &caller)
}

/// Completes a session and returns its result. Fulfills with the API's response.
///
/// # Errors
/// All codes except `UNSUPPORTED`.
#[wasm_bindgen(js_name = getFinishStatus)]
pub fn get_finish_status(caller: Caller) -> Promise {
    settle(session::finish_status(&caller), &caller)
}

fn settle(result: Result<Promise>, caller: &Caller) -> Promise {
    result.unwrap_or_else(|error| Promise::reject(&error.into_js(caller)))
}
