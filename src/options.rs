//! What callers hand in, checked and typed: every `INVALID_ARGUMENT` is born here.

use crate::api_url::ApiUrl;
use crate::error::{Code, Error, concat, redact};
use crate::platform;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

type Result<T> = std::result::Result<T, Box<Error>>;

/// The options of all calls, each by the same rule wherever it stands; which of them a call knows is said by its `Known`.
#[derive(Default)]
pub struct Options {
    /// The API.
    pub api_url: Option<ApiUrl>,
    /// The session's token.
    pub token: Option<String>,
    /// `customHeaders`.
    pub headers: Option<Object>,
    /// ms for one call.
    pub timeout: Option<u32>,
    /// How often a failed attempt is repeated.
    pub retries: Option<u32>,
    /// Ends the call.
    pub signal: Option<AbortSignal>,
    /// What `POST /omni/start` is told, under the names of the options.
    pub body: Object,
    /// A warning that names the options that mean nothing.
    pub warning: Option<String>,
}

/// What a call knows, and what it does with what it does not know.
pub struct Known {
    names: &'static [&'static str],
    /// The function whose warning names the others; a call without one refuses them.
    warns: Option<&'static str>,
    /// The option that it can't do without.
    required: Option<&'static str>,
}

/// `setup`.
pub const SETUP: Known = Known {
    names: &[
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
    ],
    warns: Some("setup"),
    required: None,
};
/// `initializeSession`.
pub const INITIALIZE_SESSION: Known =
    Known { names: &["token", "hostingApp"], warns: Some("initializeSession"), required: Some("token") };
/// `createSession`.
pub const CREATE_SESSION: Known = Known {
    names: &[
        CONFIGURATION_ID,
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
    ],
    warns: None,
    required: Some(CONFIGURATION_ID),
};
/// `getFinishStatus`.
pub const FINISH_STATUS: Known =
    Known { names: &["token", "signal", "timeout", "retries"], warns: None, required: None };

const CONFIGURATION_ID: &str = "configurationId";

impl Options {
    /// Reads what a call was given. `secret` is another argument of the call that no message may tell.
    pub fn read(given: &JsValue, known: &Known, secret: &str) -> Result<Self> {
        let mut options = Self::default();
        let mut is_complete = known.required.is_none();
        let mut unknown = vec![];
        each("options", given, &mut |name, value| {
            if known.names.contains(&name.as_str()) {
                is_complete |= known.required == Some(&name);
                return options.take(&name, &value);
            }
            unknown.push(name);
            Ok(())
        })?;
        if let Some(first) = unknown.first() {
            let secrets = [secret.into(), options.token.clone().unwrap_or_default()];
            match known.warns {
                Some(function) => {
                    let mut warning = concat(&["incode-core: ", function, " ignores options that it does not know:"]);
                    for name in &unknown {
                        warning.push(' ');
                        warning.push_str(&redact(name, &secrets));
                    }
                    options.warning = Some(warning);
                }
                None => {
                    let meant = concat(&["is no option of this call; did you mean ", nearest(first, known.names), "?"]);
                    return Err(Error::invalid(&redact(first, &secrets), &meant));
                }
            }
        }
        match known.required {
            Some(name) if !is_complete => Err(Error::invalid(name, MISSING)),
            _ => Ok(options),
        }
    }

    fn take(&mut self, name: &str, value: &JsValue) -> Result<()> {
        let fail = |problem| Err(Error::invalid(name, problem));
        if value.is_symbol() {
            return fail(UNREADABLE);
        }
        match name {
            "apiURL" => self.api_url = Some(api_url(value)?),
            "token" => self.token = Some(credential(name, value)?),
            "customHeaders" => self.headers = Some(strings(name, value, header)?),
            "timeout" => match whole(value, 1, i32::MAX as u32) {
                None => return fail("must be a whole number of ms from 1 to 2147483647"),
                timeout => self.timeout = timeout,
            },
            "retries" => match whole(value, 0, 10) {
                None => return fail("must be a whole number from 0 to 10"),
                retries => self.retries = retries,
            },
            "signal" if platform::is_signal(value) => self.signal = Some(value.clone().unchecked_into()),
            "signal" => return fail("must be an AbortSignal"),
            "encryption" if *value == JsValue::FALSE => {}
            "encryption" if *value == JsValue::TRUE || value.is_object() => {
                let message = "encryption: end-to-end encryption is not offered; nothing was sent unencrypted";
                return Err(Error::new(Code::Unsupported, message.into()));
            }
            "encryption" => return fail("must be a boolean"),
            // They configure the vendor's own capture modules.
            "wasm" | "hostingApp" | "flow" | "theme" => {}
            "customFields" => set(&self.body, name, strings(name, value, |_, _, name, _| Ok(name))?.as_ref()),
            _ if !value.is_string() => return fail(NO_STRING),
            CONFIGURATION_ID if value.is_falsy() => return fail(EMPTY),
            _ => set(&self.body, name, value),
        }
        Ok(())
    }
}

/// What the facade hands in as a symbol.
const UNREADABLE: &str = "can't be read";
const MISSING: &str = "is missing";
const EMPTY: &str = "may not be empty";
const ILLEGAL: &str = "has characters that no HTTP header can carry: only visible ASCII and inner spaces can be sent";
const NO_STRING: &str = "must be a string";

/// Hands on each property of an object that is there.
fn each(name: &str, value: &JsValue, take: &mut dyn FnMut(String, JsValue) -> Result<()>) -> Result<()> {
    if is_absent(value) {
        return Ok(());
    }
    if !value.is_object() || value.is_array() {
        return Err(Error::invalid(name, if value.is_symbol() { UNREADABLE } else { "must be an object" }));
    }
    for entry in Object::entries(value.unchecked_ref()) {
        let entry: Array = entry.unchecked_into();
        let value = entry.get(1);
        if !is_absent(&value) {
            take(entry.get(0).as_string().unwrap_or_default(), value)?;
        }
    }
    Ok(())
}

fn is_absent(value: &JsValue) -> bool {
    value.is_null_or_undefined()
}

/// The known name that takes the fewest edits to get to, whatever the case of its letters.
fn nearest<'a>(name: &str, known: &[&'a str]) -> &'a str {
    let mut best = (usize::MAX, "");
    for known in known {
        best = best.min((edits(name.as_bytes(), known.as_bytes()), known));
    }
    best.1
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

fn api_url(value: &JsValue) -> Result<ApiUrl> {
    const OPTION: &str = "apiURL";
    // A `URL` of another realm than the facade's: a frame's, jsdom's.
    let Some(written) = value.as_string().or_else(|| platform::property(value, &"href".into()).as_string()) else {
        return Err(Error::invalid(OPTION, "must be a string or a URL"));
    };
    ApiUrl::parse(&written, &platform::normalise(&written)).map_err(|problem| Error::invalid(OPTION, problem))
}

fn whole(value: &JsValue, least: u32, most: u32) -> Option<u32> {
    let number = value.as_f64()?;
    let whole = number as u32;
    (f64::from(whole) == number && whole >= least && whole <= most).then_some(whole)
}

/// An object of strings, in a copy that nobody else holds, each of them allowed by `check`, under the name that it gives.
/// Only of a plain object: of a `Map`, a `Headers` or any other class the entries would be lost in silence.
fn strings(option: &str, value: &JsValue, check: fn(&Object, &str, String, &str) -> Result<String>) -> Result<Object> {
    let prototype = Object::get_prototype_of(value);
    if value.is_object() && prototype.is_object() && Object::get_prototype_of(&prototype).is_object() {
        return Err(Error::invalid(option, "must be a plain object of strings"));
    }
    // Without a prototype, a property may have any name.
    let copy = Object::create(JsValue::NULL.unchecked_ref());
    each(option, value, &mut |name, value| {
        let Some(text) = value.as_string() else {
            return Err(Error::invalid(option, "must be an object of strings"));
        };
        let name = check(&copy, option, name, &text)?;
        set(&copy, &name, &value);
        Ok(())
    })?;
    Ok(copy)
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// A custom header goes under its name in small letters.
fn header(earlier: &Object, option: &str, mut name: String, value: &str) -> Result<String> {
    if !is_header_name(&name) {
        return Err(Error::invalid(option, "has a name that is no legal header name"));
    }
    let named = concat(&[option, ".", &name]);
    name.make_ascii_lowercase();
    let problem = if RESERVED.contains(&name.as_str()) {
        "is set by incode-core itself"
    } else if !platform::property(earlier, &name.as_str().into()).is_undefined() {
        "is there twice, in different case"
    } else if !is_header_value(value) {
        ILLEGAL
    } else {
        return Ok(name);
    };
    Err(Error::invalid(&named, problem))
}

/// A header value that may not be empty.
pub fn credential(name: &str, value: &JsValue) -> Result<String> {
    let problem = match value.as_string() {
        Some(text) if text.is_empty() => EMPTY,
        Some(text) if is_header_value(&text) => return Ok(text),
        Some(_) => ILLEGAL,
        None if is_absent(value) => MISSING,
        None => NO_STRING,
    };
    Err(Error::invalid(name, problem))
}

/// `getFinishStatus`'s first argument; an empty one is none.
pub fn flow_id(value: &JsValue) -> Result<Option<String>> {
    match value.as_string() {
        None if !is_absent(value) => Err(Error::invalid("flowId", NO_STRING)),
        id => Ok(id.filter(|id| !id.is_empty())),
    }
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Only a frozen object or a hostile setter could refuse, and this object is our own.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A token of RFC 9110, section 5.6.2.
fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// Visible ASCII with inner spaces.
fn is_header_value(value: &str) -> bool {
    value.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !value.starts_with(' ') && !value.ends_with(' ')
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
            assert_eq!(nearest(typo, CREATE_SESSION.names), meant, "{typo}");
        }
        assert_eq!(nearest("retry", FINISH_STATUS.names), "retries");
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
        fn a_known_name_is_nearest_to_itself_in_any_case(index in 0..CREATE_SESSION.names.len(), upper: bool) {
            let known = CREATE_SESSION.names[index];
            let written = if upper { known.to_ascii_uppercase() } else { known.to_ascii_lowercase() };
            prop_assert_eq!(nearest(&written, CREATE_SESSION.names), known);
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
