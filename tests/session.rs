//! The exported functions in a real browser, over HTTP to the sandbox that `INCODE_TEST_API` names. What a page is promised is tested
//! through the facade, by `tests/contract`.
#![cfg(target_arch = "wasm32")]

use incode_core::{create_session, get_finish_status, initialize_session, setup};
use js_sys::{JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const API: &str = env!("INCODE_TEST_API");
const KEY: &str = "sandbox-api-key-4f1c9d";

#[wasm_bindgen]
extern "C" {
    // Another name than the crate has for it: the linker knows both by their names.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn clock() -> f64;

    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController);
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

fn set_up(path: &str) {
    setup(&json(&format!(r#"{{"apiURL":"{API}{path}"}}"#))).unwrap();
}

fn start(options: &str) -> Result<Promise, JsValue> {
    create_session(&KEY.into(), &json(options), clock())
}

fn finish(options: &JsValue) -> Result<Promise, JsValue> {
    get_finish_status(&JsValue::NULL, options, clock())
}

#[wasm_bindgen_test]
async fn opens_a_session_and_asks_how_it_ended() {
    set_up("/0");
    let session = JsFuture::from(start(r#"{"configurationId":"approved"}"#).unwrap()).await.unwrap();
    assert_eq!(field(&session, "interviewId").as_string().unwrap().len(), 24);

    let options = JsValue::from(Object::new());
    Reflect::set(&options, &"token".into(), &field(&session, "token")).unwrap();
    initialize_session(&options).unwrap();
    let status = JsFuture::from(finish(&JsValue::UNDEFINED).unwrap()).await.unwrap();
    assert_eq!(field(&status, "action"), "none");
    assert_eq!(field(&status, "scoreStatus"), "UNKNOWN");
}

#[wasm_bindgen_test]
fn throws_what_concerns_the_arguments_before_there_is_a_promise() {
    set_up("");
    for refused in [
        start(r#"{"configurationId":"approved","externalID":"x"}"#).map(drop),
        finish(&json(r#"{"retries":11}"#)).map(drop),
        setup(&json(r#"{"apiURL":"http://evil.example"}"#)),
        initialize_session(&json("{}")),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(field(&error, "code"), "INVALID_ARGUMENT");
        assert!(field(&error, "attempts").is_undefined());
    }
}

#[wasm_bindgen_test]
async fn rejects_with_a_plain_object_once_there_was_a_request() {
    set_up("/fault/status-404");
    let error = JsFuture::from(start(r#"{"configurationId":"approved"}"#).unwrap()).await.unwrap_err();
    assert_eq!(field(&error, "code"), "CLIENT_ERROR");
    assert_eq!(field(&error, "status"), 404);
    assert_eq!(field(&error, "attempts"), 1);
    assert_eq!(field(&field(&error, "api"), "path"), "/omni/start");
}

#[wasm_bindgen_test]
async fn tells_an_abort_by_undefined_so_that_the_facade_gives_the_reason() {
    set_up("/fault/hang");
    let controller = AbortController::new();
    let options = json(r#"{"token":"a-token"}"#);
    Reflect::set(&options, &"signal".into(), &controller.signal()).unwrap();
    let call = finish(&options).unwrap();
    controller.abort();
    assert!(JsFuture::from(call).await.unwrap_err().is_undefined());
    assert!(finish(&options).unwrap_err().is_undefined());
}
