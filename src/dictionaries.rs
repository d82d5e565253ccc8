//! Typed views of JavaScript objects: the name and type of each property stands here once. `None` is `undefined`.

use js_sys::{Function, JsString, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Response, Url};

#[wasm_bindgen]
extern "C" {
    /// The call as the facade sees it (`pkg/src/caller.js`).
    #[derive(Clone)]
    pub type Caller;
    /// When the call was made, on the clock of `host::now`.
    #[wasm_bindgen(method, getter)]
    pub fn started(this: &Caller) -> f64;
    /// Makes an `IncodeError` with the caller's stack. `is_sent` says whether the call got as far as a request.
    #[wasm_bindgen(method)]
    pub fn error(this: &Caller, fields: &ErrorFields, is_sent: bool) -> JsValue;

    /// What an `IncodeError` is made of.
    #[wasm_bindgen(extends = Object)]
    pub type ErrorFields;
    #[wasm_bindgen(method, setter)]
    pub fn set_api(this: &ErrorFields, api: &JsValue);
    #[wasm_bindgen(method, setter)]
    pub fn set_cause(this: &ErrorFields, cause: &JsValue);

    /// Checked settings: those of a call, the current ones, or both merged.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type Settings;
    /// The URL that `api_url::check` returned.
    #[wasm_bindgen(method, getter, js_name = apiURL)]
    pub fn api_url(this: &Settings) -> Option<JsString>;
    #[wasm_bindgen(method, setter, js_name = apiURL)]
    pub fn set_api_url(this: &Settings, url: Option<JsString>);
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &Settings) -> Option<JsString>;
    #[wasm_bindgen(method, setter)]
    pub fn set_token(this: &Settings, token: Option<JsString>);
    /// Names are in lower case.
    #[wasm_bindgen(method, getter, js_name = customHeaders)]
    pub fn custom_headers(this: &Settings) -> Option<Object>;
    #[wasm_bindgen(method, setter, js_name = customHeaders)]
    pub fn set_custom_headers(this: &Settings, headers: Option<Object>);
    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Settings) -> Option<AbortSignal>;
    /// In ms.
    #[wasm_bindgen(method, getter)]
    pub fn timeout(this: &Settings) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    pub fn retries(this: &Settings) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Settings) -> Option<Function>;

    /// A promise and the functions that settle it.
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

    /// The headers of a request. Those that are read again can be the caller's own.
    #[wasm_bindgen(extends = Object)]
    pub type Headers;
    #[wasm_bindgen(method, getter, js_name = "x-api-key")]
    pub fn api_key(this: &Headers) -> Option<JsString>;
    #[wasm_bindgen(method, setter, js_name = "x-api-key")]
    pub fn set_api_key(this: &Headers, key: &JsString);
    #[wasm_bindgen(method, getter, js_name = "x-incode-hardware-id")]
    pub fn token(this: &Headers) -> Option<JsString>;
    #[wasm_bindgen(method, setter, js_name = "x-incode-hardware-id")]
    pub fn set_token(this: &Headers, token: &JsString);
    #[wasm_bindgen(method, getter)]
    pub fn authorization(this: &Headers) -> Option<JsString>;
    #[wasm_bindgen(method, setter, js_name = "content-type")]
    pub fn set_content_type(this: &Headers, media_type: &str);
    #[wasm_bindgen(method, setter, js_name = "api-version")]
    pub fn set_api_version(this: &Headers, version: &str);

    /// A response of any `fetch`, in the shape of a `Response`.
    #[wasm_bindgen(extends = Response)]
    pub type HttpResponse;
    /// The JSON object in the body, if it is one.
    #[wasm_bindgen(method, getter)]
    pub fn object(this: &HttpResponse) -> Option<Object>;
    /// Whether the body ended early.
    #[wasm_bindgen(method, getter, js_name = isTruncated)]
    pub fn is_truncated(this: &HttpResponse) -> bool;

    /// A URL as the platform parses it; both properties are absent if it is not valid.
    #[wasm_bindgen(extends = Url)]
    pub type Address;
    #[wasm_bindgen(method, getter)]
    pub fn href(this: &Address) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn hostname(this: &Address) -> Option<String>;

    /// The API's response to `/omni/start`, or an object that a caller passes as a session.
    #[wasm_bindgen(extends = Object)]
    pub type Session;
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &Session) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = interviewId)]
    pub fn interview_id(this: &Session) -> JsValue;

    /// The API's response to `/omni/finish-status`.
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
