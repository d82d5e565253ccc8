//! What callers hand in, checked and typed: every `INVALID_ARGUMENT` is born here.

use crate::api_url::ApiUrl;
use crate::error::{Code, Error, redact};
use crate::platform;
use js_sys::{Array, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

/// Request headers, in the order in which they were given.
pub type Headers = Vec<(String, String)>;

/// The default `timeout` of a call, in ms: the API's own limit.
pub const TIMEOUT: u32 = 30_000;
/// The default of how often a failed attempt is repeated.
pub const RETRIES: u32 = 2;

const LONGEST_TIMEOUT: u32 = i32::MAX as u32;
const MOST_RETRIES: u32 = 10;

/// What `setup` was given.
pub struct Setup {
    /// The API, where it was named.
    pub api_url: Option<ApiUrl>,
    /// The session's token.
    pub token: Option<String>,
    /// Sent with every request to `api_url`.
    pub headers: Headers,
    /// ms for one call.
    pub timeout: u32,
    /// How often a failed attempt is repeated.
    pub retries: u32,
    /// A warning that names the options that mean nothing.
    pub warning: Option<String>,
}

/// What `initializeSession` was given.
pub struct InitializeSession {
    /// The session's token.
    pub token: String,
    /// A warning that names the options that mean nothing.
    pub warning: Option<String>,
}

/// What `createSession` was given.
pub struct CreateSession {
    /// The API key.
    pub api_key: String,
    /// The request's body: the options that the API knows, under the same names.
    pub body: Object,
    /// The API for this call alone.
    pub api_url: Option<ApiUrl>,
    /// Limits of this call.
    pub limits: Limits,
}

/// What `getFinishStatus` was given.
pub struct FinishStatus {
    /// The flow, where one was named.
    pub flow_id: Option<String>,
    /// The token for this call alone.
    pub token: Option<String>,
    /// Limits of this call.
    pub limits: Limits,
}

/// `RequestOptions`: what a call may set for itself.
#[derive(Default)]
pub struct Limits {
    /// Ends the call.
    pub signal: Option<AbortSignal>,
    /// ms for the call.
    pub timeout: Option<u32>,
    /// How often a failed attempt is repeated.
    pub retries: Option<u32>,
}

const SETUP: &[&str] = &[
    "apiURL",
    "token",
    "customHeaders",
    "timeout",
    "retries",
    "encryption",
    "wasm",
    "hostingApp",
    "flow",
    "theme",
];
const INITIALIZE_SESSION: &[&str] = &["token", "hostingApp"];
const CREATE_SESSION: &[&str] = &[
    "configurationId",
    "language",
    "externalId",
    "externalCustomerId",
    "countryCode",
    "interviewId",
    "uuid",
    "urlUuid",
    "redirectionUrl",
    "integrationId",
    "customFields",
    "apiURL",
    "signal",
    "timeout",
    "retries",
];
const FINISH_STATUS: &[&str] = &["token", "signal", "timeout", "retries"];

impl Setup {
    /// Reads the options of `setup`.
    pub fn read(options: &JsValue) -> Result<Self, Error> {
        let mut setup = Self {
            api_url: None,
            token: None,
            headers: vec![],
            timeout: TIMEOUT,
            retries: RETRIES,
            warning: None,
        };
        let unknown = read(options, SETUP, |name, value| {
            match name {
                "apiURL" => setup.api_url = Some(api_url(value)?),
                "token" => setup.token = Some(token(value)?),
                "customHeaders" => setup.headers = headers(value)?,
                "timeout" => setup.timeout = timeout(value)?,
                "retries" => setup.retries = retries(value)?,
                "encryption" => refuse_encryption(value)?,
                // They configure the vendor's own capture modules.
                _ => {}
            }
            Ok(())
        })?;
        setup.warning = ignored("setup", &unknown, setup.token.as_slice());
        Ok(setup)
    }
}

impl InitializeSession {
    /// Reads the options of `initializeSession`.
    pub fn read(options: &JsValue) -> Result<Self, Error> {
        let mut given = None;
        let unknown = read(options, INITIALIZE_SESSION, |name, value| {
            if name == "token" {
                given = Some(token(value)?);
            }
            Ok(())
        })?;
        let token = given.ok_or_else(|| Error::invalid("token", "is missing"))?;
        Ok(Self {
            warning: ignored("initializeSession", &unknown, std::slice::from_ref(&token)),
            token,
        })
    }
}

impl CreateSession {
    /// Reads the arguments of `createSession`.
    pub fn read(api_key: &JsValue, options: &JsValue) -> Result<Self, Error> {
        let api_key = credential("apiKey", api_key)?;
        let (body, mut api_url, mut limits) = (Object::new(), None, Limits::default());
        let mut configured = false;
        let unknown = read(options, CREATE_SESSION, |name, value| {
            match name {
                "apiURL" => api_url = Some(self::api_url(value)?),
                "signal" | "timeout" | "retries" => limits.read(name, value)?,
                "customFields" => set(
                    &body,
                    name,
                    strings(name, value, std::slice::from_ref(&api_key))?.as_ref(),
                ),
                _ => {
                    let text = value
                        .dyn_ref::<JsString>()
                        .ok_or_else(|| Error::invalid(name, "must be a string"))?;
                    if name == "configurationId" {
                        configured = true;
                        if text.length() == 0 {
                            return Err(Error::invalid(name, EMPTY));
                        }
                    }
                    set(&body, name, text);
                }
            }
            Ok(())
        })?;
        refuse(&unknown, CREATE_SESSION, std::slice::from_ref(&api_key))?;
        if !configured {
            return Err(Error::invalid("configurationId", "is missing"));
        }
        Ok(Self {
            api_key,
            body,
            api_url,
            limits,
        })
    }
}

impl FinishStatus {
    /// Reads the arguments of `getFinishStatus`.
    pub fn read(flow_id: &JsValue, options: &JsValue) -> Result<Self, Error> {
        let flow_id = match flow_id {
            absent if is_absent(absent) => None,
            given => Some(
                given
                    .as_string()
                    .ok_or_else(|| Error::invalid("flowId", "must be a string"))?,
            ),
        };
        let (mut given, mut limits) = (None, Limits::default());
        let unknown = read(options, FINISH_STATUS, |name, value| match name {
            "token" => {
                given = Some(token(value)?);
                Ok(())
            }
            _ => limits.read(name, value),
        })?;
        refuse(&unknown, FINISH_STATUS, given.as_slice())?;
        Ok(Self {
            flow_id: flow_id.filter(|id| !id.is_empty()),
            token: given,
            limits,
        })
    }
}

impl Limits {
    fn read(&mut self, name: &str, value: &JsValue) -> Result<(), Error> {
        match name {
            "timeout" => self.timeout = Some(timeout(value)?),
            "retries" => self.retries = Some(retries(value)?),
            _ if platform::is_signal(value) => self.signal = Some(value.clone().unchecked_into()),
            _ => return Err(Error::invalid(name, "must be an AbortSignal")),
        }
        Ok(())
    }
}

/// Hands each known option that is there to `take`, and gives the names of the others.
fn read(
    options: &JsValue,
    known: &[&str],
    mut take: impl FnMut(&str, &JsValue) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let mut unknown = vec![];
    if is_absent(options) {
        return Ok(unknown);
    }
    for (name, value) in entries("options", options)? {
        if !known.contains(&name.as_str()) {
            unknown.push(name);
        } else if value.is_symbol() {
            return Err(Error::invalid(&name, "can't be read"));
        } else {
            take(&name, &value)?;
        }
    }
    Ok(unknown)
}

/// The properties of an object, the absent ones left out.
fn entries(name: &str, value: &JsValue) -> Result<impl Iterator<Item = (String, JsValue)>, Error> {
    if value.is_symbol() {
        return Err(Error::invalid(name, "can't be read"));
    }
    if !value.is_object() || value.is_array() {
        return Err(Error::invalid(name, "must be an object"));
    }
    let entries = Object::entries(value.unchecked_ref())
        .into_iter()
        .filter_map(|entry| {
            let entry: Array = entry.unchecked_into();
            Some((entry.get(0).as_string()?, entry.get(1))).filter(|(_, value)| !is_absent(value))
        });
    Ok(entries)
}

fn is_absent(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined()
}

/// The names that mean nothing, as the caller may see them.
fn named(unknown: &[String], secrets: &[String]) -> String {
    let names = unknown.join(", ");
    redact(&names, secrets).unwrap_or(names)
}

fn ignored(function: &str, unknown: &[String], secrets: &[String]) -> Option<String> {
    (!unknown.is_empty()).then(|| {
        [
            "incode-core: ",
            function,
            " ignores options that it does not know: ",
            &named(unknown, secrets),
        ]
        .concat()
    })
}

fn refuse(unknown: &[String], known: &[&str], secrets: &[String]) -> Result<(), Error> {
    match unknown {
        [] => Ok(()),
        [first, ..] => {
            let problem = [
                "is no option of this call; did you mean ",
                nearest(first, known),
                "?",
            ]
            .concat();
            Err(Error::invalid(
                &named(std::slice::from_ref(first), secrets),
                &problem,
            ))
        }
    }
}

/// The known name that takes the fewest edits to get to, whatever the case of its letters.
fn nearest<'a>(name: &str, known: &[&'a str]) -> &'a str {
    known
        .iter()
        .min_by_key(|known| edits(name.as_bytes(), known.as_bytes()))
        .copied()
        .unwrap_or_default()
}

/// Levenshtein's distance, row by row.
fn edits(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, a) in from.iter().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (at, b) in to.iter().enumerate() {
            let changed = diagonal + usize::from(!a.eq_ignore_ascii_case(b));
            diagonal = row[at + 1];
            row[at + 1] = changed.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[to.len()]
}

fn api_url(value: &JsValue) -> Result<ApiUrl, Error> {
    let written = match value.as_string() {
        Some(text) => text,
        None => {
            url_href(value).ok_or_else(|| Error::invalid("apiURL", "must be a string or a URL"))?
        }
    };
    ApiUrl::parse(&written, &platform::normalise(&written.as_str().into()))
        .map_err(|problem| Error::invalid("apiURL", problem))
}

/// The address in a `URL`, of this realm or another.
fn url_href(value: &JsValue) -> Option<String> {
    let is_url =
        value.is_object() && !platform::property(value, &"searchParams".into()).is_undefined();
    is_url
        .then(|| platform::property(value, &"href".into()).as_string())
        .flatten()
}

fn token(value: &JsValue) -> Result<String, Error> {
    credential("token", value)
}

fn timeout(value: &JsValue) -> Result<u32, Error> {
    whole(value, 1, LONGEST_TIMEOUT).ok_or_else(|| {
        Error::invalid(
            "timeout",
            "must be a whole number of ms from 1 to 2147483647",
        )
    })
}

fn retries(value: &JsValue) -> Result<u32, Error> {
    whole(value, 0, MOST_RETRIES)
        .ok_or_else(|| Error::invalid("retries", "must be a whole number from 0 to 10"))
}

fn whole(value: &JsValue, least: u32, most: u32) -> Option<u32> {
    let number = value.as_f64()?;
    let whole = number as u32;
    (f64::from(whole) == number && (least..=most).contains(&whole)).then_some(whole)
}

fn refuse_encryption(value: &JsValue) -> Result<(), Error> {
    match value.as_bool() {
        Some(false) => Ok(()),
        _ if value.is_truthy() && !value.is_string() => Err(Error::new(
            Code::Unsupported,
            "encryption: end-to-end encryption is not offered; nothing was sent unencrypted",
        )),
        _ => Err(Error::invalid("encryption", "must be a boolean")),
    }
}

/// An object of strings, in a copy that nobody else holds.
fn strings(option: &str, value: &JsValue, secrets: &[String]) -> Result<Object, Error> {
    let fields = Array::new();
    for (name, value) in plain_entries(option, value)? {
        if !value.is_string() {
            let named = [option, ".", &named(&[name], secrets)].concat();
            return Err(Error::invalid(&named, "must be a string"));
        }
        fields.push(&Array::of2(&name.into(), &value));
    }
    Ok(Object::from_entries(&fields).unwrap_or_default())
}

/// The properties of a plain object: neither a `Map`, a `Headers` nor any other class, whose entries would be lost in silence.
fn plain_entries(
    option: &str,
    value: &JsValue,
) -> Result<impl Iterator<Item = (String, JsValue)>, Error> {
    let entries = entries(option, value)?;
    let prototype = Object::get_prototype_of(value);
    if prototype.is_object() && Object::get_prototype_of(&prototype).is_object() {
        return Err(Error::invalid(option, "must be a plain object of strings"));
    }
    Ok(entries)
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

fn headers(value: &JsValue) -> Result<Headers, Error> {
    const OPTION: &str = "customHeaders";
    let mut headers = Headers::new();
    for (name, value) in plain_entries(OPTION, value)? {
        if !is_header_name(&name) {
            return Err(Error::invalid(
                OPTION,
                "has a name that is no legal header name",
            ));
        }
        let named = ["customHeaders[\"", &name, "\"]"].concat();
        if RESERVED
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved))
        {
            return Err(Error::invalid(&named, "is set by incode-core itself"));
        }
        if headers
            .iter()
            .any(|(other, _)| name.eq_ignore_ascii_case(other))
        {
            return Err(Error::invalid(&named, "is there twice, in different case"));
        }
        headers.push((name, header_value(&named, &value)?));
    }
    Ok(headers)
}

fn header_value(name: &str, value: &JsValue) -> Result<String, Error> {
    if is_absent(value) {
        return Err(Error::invalid(name, "is missing"));
    }
    let value = value
        .as_string()
        .ok_or_else(|| Error::invalid(name, "must be a string"))?;
    if is_header_value(&value) {
        Ok(value)
    } else {
        Err(Error::invalid(
            name,
            "has characters that no HTTP header can carry: only visible ASCII and inner spaces can be sent",
        ))
    }
}

/// A header value that may not be empty.
fn credential(name: &str, value: &JsValue) -> Result<String, Error> {
    match header_value(name, value)? {
        empty if empty.is_empty() => Err(Error::invalid(name, EMPTY)),
        credential => Ok(credential),
    }
}

const EMPTY: &str = "may not be empty";

fn set(object: &Object, name: &str, value: &JsValue) {
    // Only a frozen object or a hostile setter could refuse, and this object is our own.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A token of RFC 9110, section 5.6.2.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Visible ASCII with inner spaces.
fn is_header_value(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && value.trim_matches(' ').len() == value.len()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_the_option_that_was_meant() {
        for (typo, meant) in [
            ("externalID", "externalId"),
            ("external_id", "externalId"),
            ("configurationID", "configurationId"),
            ("lang", "language"),
            ("apiUrl", "apiURL"),
            ("abortSignal", "signal"),
            ("customField", "customFields"),
            ("redirectUrl", "redirectionUrl"),
        ] {
            assert_eq!(nearest(typo, CREATE_SESSION), meant, "{typo}");
        }
        assert_eq!(nearest("retry", FINISH_STATUS), "retries");
    }

    #[test]
    fn an_unknown_name_is_told_without_secrets() {
        let error = refuse(
            &["sk_live_Zq81".into()],
            FINISH_STATUS,
            &["sk_live_Zq81".into()],
        )
        .unwrap_err();
        assert_eq!(error.code, Code::InvalidArgument);
        assert!(!error.message.contains("Zq81"), "{}", error.message);
    }

    proptest! {
        #[test]
        fn a_header_value_is_what_http_can_carry(value in "\\PC{0,20}") {
            let legal = value.chars().all(|c| (' '..='~').contains(&c)) && !value.starts_with(' ') && !value.ends_with(' ');
            prop_assert_eq!(is_header_value(&value), legal);
        }

        #[test]
        fn no_control_character_gets_into_a_header(before in "[!-~]{0,5}", control in "[\\x00-\\x1f\\x7f]", after in "[!-~]{0,5}") {
            let text = [before, control, after].concat();
            prop_assert!(!is_header_value(&text));
            prop_assert!(!is_header_name(&text));
        }

        #[test]
        fn a_known_name_is_nearest_to_itself_in_any_case(index in 0..CREATE_SESSION.len(), upper: bool) {
            let known = CREATE_SESSION[index];
            let written = if upper { known.to_ascii_uppercase() } else { known.to_ascii_lowercase() };
            prop_assert_eq!(nearest(&written, CREATE_SESSION), known);
        }

        #[test]
        fn edits_are_symmetric_and_bounded(a in "[a-z]{0,8}", b in "[a-z]{0,8}") {
            let distance = edits(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance, edits(b.as_bytes(), a.as_bytes()));
            prop_assert!(distance <= a.len().max(b.len()) && distance >= a.len().abs_diff(b.len()));
            prop_assert_eq!(distance == 0, a == b);
        }
    }
}
