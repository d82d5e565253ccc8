//! The JavaScript objects that go in and out: each property's name and type stands here, once. What is absent is
//! `undefined`.

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Response, Url};

#[wasm_bindgen]
extern "C" {
    /// What configures a call, checked: its own options, or what is in force, or both.
    #[wasm_bindgen(extends = Object)]
    pub type Settings;
    /// As `api_url::checked` leaves it.
    #[wasm_bindgen(method, getter, js_name = apiURL)]
    pub fn api_url(this: &Settings) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = apiURL)]
    pub fn set_api_url(this: &Settings, url: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &Settings) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub fn set_token(this: &Settings, token: &JsValue);
    /// Under names in small letters.
    #[wasm_bindgen(method, getter, js_name = customHeaders)]
    pub fn custom_headers(this: &Settings) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = customHeaders)]
    pub fn set_custom_headers(this: &Settings, headers: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Settings) -> JsValue;
    /// In ms.
    #[wasm_bindgen(method, getter)]
    pub fn timeout(this: &Settings) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn retries(this: &Settings) -> JsValue;

    /// A promise and what settles it.
    pub type Deferred;
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Deferred) -> Promise;
    #[wasm_bindgen(method, getter)]
    pub fn resolve(this: &Deferred) -> Function;
    #[wasm_bindgen(method, getter)]
    pub fn reject(this: &Deferred) -> Function;
    #[wasm_bindgen(method, js_name = resolve)]
    pub fn resolve_with(this: &Deferred, value: &JsValue);
    #[wasm_bindgen(method, js_name = reject)]
    pub fn reject_with(this: &Deferred, reason: &JsValue);

    /// A request's headers. Those that are read again may be the caller's own.
    #[wasm_bindgen(extends = Object)]
    pub type Headers;
    #[wasm_bindgen(method, getter, js_name = "x-api-key")]
    pub fn api_key(this: &Headers) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = "x-api-key")]
    pub fn set_api_key(this: &Headers, key: &JsValue);
    #[wasm_bindgen(method, getter, js_name = "x-incode-hardware-id")]
    pub fn token(this: &Headers) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = "x-incode-hardware-id")]
    pub fn set_token(this: &Headers, token: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub fn authorization(this: &Headers) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = "content-type")]
    pub fn set_content_type(this: &Headers, media_type: &str);
    #[wasm_bindgen(method, setter, js_name = "api-version")]
    pub fn set_api_version(this: &Headers, version: &str);

    /// What `fetch` gave, whatever implementation it comes from, as a `Response` is read.
    #[wasm_bindgen(extends = Response)]
    pub type Answer;
    /// The object in the body; `null` where the body broke off, `undefined` where it is no object.
    #[wasm_bindgen(method, getter)]
    pub fn object(this: &Answer) -> JsValue;
    /// Headers, as far as they are read.
    #[wasm_bindgen(method, getter, js_name = contentType)]
    pub fn content_type(this: &Answer) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    pub fn retry_after(this: &Answer) -> JsValue;

    /// What the platform's parser makes of an address; both absent where that is none.
    #[wasm_bindgen(extends = Url)]
    pub type Address;
    #[wasm_bindgen(method, getter)]
    pub fn href(this: &Address) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn hostname(this: &Address) -> JsValue;

    /// What the API answers to `/omni/start`, or what somebody hands over as such.
    #[wasm_bindgen(extends = Object)]
    pub type Session;
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &Session) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = interviewId)]
    pub fn interview_id(this: &Session) -> JsValue;

    /// What the API answers to `/omni/finish-status`.
    #[wasm_bindgen(extends = Object)]
    pub type FinishStatus;
    #[wasm_bindgen(method, getter)]
    pub fn action(this: &FinishStatus) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub fn set_action(this: &FinishStatus, action: &str);
    #[wasm_bindgen(method, getter, js_name = scoreStatus)]
    pub fn score_status(this: &FinishStatus) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = scoreStatus)]
    pub fn set_score_status(this: &FinishStatus, status: &str);
    #[wasm_bindgen(method, getter, js_name = redirectionUrl)]
    pub fn redirection_url(this: &FinishStatus) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = redirectionUrl)]
    pub fn set_redirection_url(this: &FinishStatus, url: &str);

    /// The API's error object.
    #[wasm_bindgen(extends = Object)]
    pub type ApiError;
    #[wasm_bindgen(method, getter)]
    pub fn message(this: &ApiError) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &ApiError) -> JsValue;
}

/// A text; of anything else an empty one.
pub fn text(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}
