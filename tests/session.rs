//! The exported functions in a real browser, over HTTP to the sandbox. `tests/contract` tests the contract, through the facade.
#![cfg(target_arch = "wasm32")]

use incode_core::{create_session, get_finish_status, initialize_session, setup};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::AbortController;

wasm_bindgen_test_configure!(run_in_browser);

/// Address of the sandbox: `INCODE_TEST_API` when the tests are compiled, else where `cargo xtask demo` listens.
const API: &str = match option_env!("INCODE_TEST_API") {
    Some(api) => api,
    None => "http://localhost:8080",
};

/// Makes what the facade passes (`pkg/src/caller.js`). In Rust and not in a snippet: the test server of wasm-bindgen can stop serving when
/// a browser opens more than four connections for the modules of a page.
fn caller(argument: &JsValue, options: &JsValue) -> JsValue {
    let error = Function::new_with_args(
        "code, message, [status, retryAfter, attempts], api, cause",
        "message = (attempts ? 'Failed: ' : '') + message
        return Object.assign(new Error(message), { code, status, retryAfter, attempts, api, cause })",
    );
    let started = web_sys::window().unwrap().performance().unwrap().now();
    let caller = JsValue::from(Object::new());
    let properties =
        [("argument", argument), ("options", options), ("started", &started.into()), ("error", error.as_ref())];
    for (name, value) in properties {
        Reflect::set(&caller, &name.into(), value).unwrap();
    }
    caller
}

async fn is_listening(api: &str) -> bool {
    let url = format!("{api}/omni/finish-status");
    JsFuture::from(web_sys::window().unwrap().fetch_with_str(&url)).await.is_ok()
}

/// The API key of the sandbox.
fn key() -> &'static str {
    include_str!("contract/sandbox-key.mjs").split('\'').nth(1).unwrap()
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

async fn set_up(path: &str) {
    assert!(
        is_listening(API).await,
        "no sandbox listens on {API}: start one with `cargo xtask demo`, or set INCODE_TEST_API to the address of another"
    );
    JsFuture::from(set(&format!(r#"{{"apiURL":"{API}{path}"}}"#))).await.unwrap();
}

fn set(options: &str) -> Promise {
    setup(caller(&JsValue::UNDEFINED, &json(options)).unchecked_into())
}

fn initialize(options: &JsValue) -> Promise {
    initialize_session(caller(&JsValue::UNDEFINED, options).unchecked_into())
}

fn start(options: &str) -> Promise {
    create_session(caller(&key().into(), &json(options)).unchecked_into())
}

fn finish(options: &JsValue) -> Promise {
    get_finish_status(caller(&JsValue::NULL, options).unchecked_into())
}

#[wasm_bindgen_test]
async fn creates_a_session_and_gets_its_result() {
    set_up("/0").await;
    let session = JsFuture::from(start(r#"{"configurationId":"approved"}"#)).await.unwrap();
    assert_eq!(field(&session, "interviewId").as_string().unwrap().len(), 24);

    let options = JsValue::from(Object::new());
    Reflect::set(&options, &"token".into(), &field(&session, "token")).unwrap();
    JsFuture::from(initialize(&options)).await.unwrap();
    let status = JsFuture::from(finish(&JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(field(&status, "action"), "none");
    assert_eq!(field(&status, "scoreStatus"), "UNKNOWN");
}

#[wasm_bindgen_test]
async fn rejects_arguments_without_a_prefix() {
    set_up("").await;
    for rejected in [
        start(r#"{"configurationId":"approved","externalID":"x"}"#),
        finish(&json(r#"{"retries":11}"#)),
        set(r#"{"apiURL":"http://evil.example"}"#),
        initialize(&json(r#"{"token":""}"#)),
    ] {
        let error = JsFuture::from(rejected).await.unwrap_err();
        assert_eq!(field(&error, "code"), "INVALID_ARGUMENT");
        assert!(!field(&error, "message").as_string().unwrap().starts_with("Failed: "));
        assert!(field(&error, "attempts").is_undefined());
    }
}

#[wasm_bindgen_test]
async fn reports_the_error_of_the_api_after_a_request() {
    set_up("/fault/status-404").await;
    let error = JsFuture::from(start(r#"{"configurationId":"approved"}"#)).await.unwrap_err();
    assert_eq!(field(&error, "code"), "CLIENT_ERROR");
    assert!(field(&error, "message").as_string().unwrap().starts_with("Failed: 404 "));
    assert_eq!(field(&error, "status"), 404);
    assert_eq!(field(&error, "attempts"), 1);
    assert_eq!(field(&field(&error, "api"), "path"), "/omni/start");
}

#[wasm_bindgen_test]
async fn rejects_an_aborted_call_with_the_reason() {
    set_up("/fault/hang").await;
    let controller = AbortController::new().unwrap();
    let options = json(r#"{"token":"a-token"}"#);
    Reflect::set(&options, &"signal".into(), &controller.signal()).unwrap();
    let call = finish(&options);
    controller.abort_with_reason(&"enough".into());
    assert_eq!(JsFuture::from(call).await.unwrap_err(), "enough");
    assert_eq!(JsFuture::from(finish(&options)).await.unwrap_err(), "enough");
}
