//! A client of the benchmark: the job of incode-core with its six dependencies, without work on size.

use std::cell::RefCell;
use std::collections::HashMap;

use gloo_net::http::{Request, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect};

thread_local! {
    static CURRENT: RefCell<Setup> = RefCell::default();
}

const TIMEOUT: u32 = 30_000;

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Setup {
    #[serde(rename = "apiURL")]
    api_url: String,
    token: Option<String>,
    #[serde(default)]
    custom_headers: HashMap<String, String>,
    timeout: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SessionOptions {
    configuration_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_customer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interview_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirection_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields: Option<HashMap<String, String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    token: String,
    interview_id: Option<String>,
    interview_code: Option<String>,
    flow_type: Option<String>,
    id_capture_timeout: Option<u32>,
    id_capture_retries: Option<u32>,
    selfie_capture_timeout: Option<u32>,
    selfie_capture_retries: Option<u32>,
    curp_validation_retries: Option<u32>,
    client_id: Option<String>,
    env: Option<String>,
    existing_session: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FinishOptions {
    token: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FinishStatus {
    #[serde(default = "none")]
    action: String,
    #[serde(default = "unknown")]
    score_status: String,
    #[serde(default)]
    redirection_url: String,
}

fn none() -> String {
    "none".to_owned()
}

fn unknown() -> String {
    "UNKNOWN".to_owned()
}

/// Sets the configuration.
///
/// # Errors
/// The options are invalid.
#[wasm_bindgen]
pub fn setup(options: JsValue) -> Result<(), JsError> {
    let options: Setup = serde_wasm_bindgen::from_value(options)?;
    CURRENT.set(options);
    Ok(())
}

/// Creates a session.
///
/// # Errors
/// The options are invalid, or the API does not return a session.
#[wasm_bindgen(js_name = createSession)]
pub async fn create_session(api_key: String, options: JsValue) -> Result<JsValue, JsError> {
    let options: SessionOptions = serde_wasm_bindgen::from_value(options)?;
    let setup = CURRENT.with_borrow(Clone::clone);
    let mut request = Request::post(&format!("{}/omni/start", setup.api_url));
    for (name, value) in &setup.custom_headers {
        request = request.header(name, value);
    }
    let response = request
        .header("api-version", "1.0")
        .header("x-api-key", &api_key)
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Error)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(setup.timeout.unwrap_or(TIMEOUT))))
        .json(&options)?
        .send()
        .await?;
    let session: Session = read("Failed to create Incode session", response).await?;
    Ok(serde_wasm_bindgen::to_value(&session)?)
}

/// Returns the result of a session.
///
/// # Errors
/// Fails without a token, and if the API returns no status.
#[wasm_bindgen(js_name = getFinishStatus)]
pub async fn get_finish_status(flow_id: Option<String>, options: JsValue) -> Result<JsValue, JsError> {
    let options: Option<FinishOptions> = serde_wasm_bindgen::from_value(options)?;
    let setup = CURRENT.with_borrow(Clone::clone);
    let token = options.unwrap_or_default().token.or(setup.token).ok_or_else(|| JsError::new("no token is set"))?;
    let mut request = Request::get(&format!("{}/omni/finish-status", setup.api_url));
    if let Some(flow_id) = flow_id {
        request = request.query([("flowId", flow_id)]);
    }
    for (name, value) in &setup.custom_headers {
        request = request.header(name, value);
    }
    let response = request
        .header("api-version", "1.0")
        .header("x-incode-hardware-id", &token)
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Error)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(setup.timeout.unwrap_or(TIMEOUT))))
        .send()
        .await?;
    let status: FinishStatus = read("Failed to get Incode finish status", response).await?;
    Ok(serde_wasm_bindgen::to_value(&status)?)
}

async fn read<T: DeserializeOwned>(failed: &str, response: Response) -> Result<T, JsError> {
    if !response.ok() {
        let body = response.text().await.unwrap_or_default();
        return Err(JsError::new(&format!("{failed}: {} {body}", response.status())));
    }
    Ok(response.json().await?)
}
