//! What callers hand in, checked: every `INVALID_ARGUMENT` is born here.

use crate::api_url;
use crate::error::{Code, Result, concat, error, invalid, redact};
use crate::object::set;
use crate::platform::{self, kind, merged, property, text};
use js_sys::Object;
use wasm_bindgen::JsValue;

/// What a call knows, and what it does with what it does not know.
pub struct Known {
    names: &'static [&'static str],
    /// The function whose warning names the others; a call without one refuses them.
    warns: &'static str,
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
    warns: "setup",
};
/// `initializeSession`.
pub const INITIALIZE_SESSION: Known = Known { names: &["token", "hostingApp"], warns: "initializeSession" };
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
    warns: "",
};
/// `getFinishStatus`.
pub const FINISH_STATUS: Known = Known { names: &["token", "signal", "timeout", "retries"], warns: "" };

/// What `createSession` can't do without.
pub const CONFIGURATION_ID: &str = "configurationId";

/// The options of a call, each by the same rule wherever it stands: `apiURL` as `api_url::checked` leaves it, `customHeaders` under
/// names in small letters, the others as they came. `secret` is another argument of the call that no message may tell.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn read(given: &JsValue, known: &Known, required: &str, secret: &str) -> Result<Object> {
    let problem = match kind(given) {
        kind::ABSENT | kind::PLAIN => "",
        kind::SYMBOL => UNREADABLE,
        _ => "must be an object",
    };
    if !problem.is_empty() {
        return Err(invalid("options", problem));
    }
    let mut unknown = String::new();
    let options = copied(given, &mut Of::Call(known, &mut unknown))?;
    if !required.is_empty() && text(&options, required).is_empty() {
        return Err(invalid(required, MISSING));
    }
    if !unknown.is_empty() {
        let named = redact(&unknown, &concat(&[secret, "\n", &text(&options, "token")]));
        if known.warns.is_empty() {
            let meant = concat(&["is no option of this call; did you mean ", nearest(&unknown, known.names), "?"]);
            return Err(invalid(named.get(1..).unwrap_or_default(), &meant));
        }
        let warning = concat(&["incode-core: ", known.warns, " ignores options that it does not know:", &named]);
        platform::warn_once(&warning);
    }
    Ok(options)
}

/// An option's value if it is right: as it came, or as it is kept; `undefined` if it does nothing here.
fn taken(name: &str, kind: u32, value: JsValue) -> Result<JsValue> {
    let is_whole = |least, most| {
        let number = value.as_f64().unwrap_or(f64::NAN);
        number.trunc() == number && number >= least && number <= most
    };
    let unless = |is_right, problem| if is_right { "" } else { problem };
    let problem = match name {
        _ if kind == kind::SYMBOL => UNREADABLE,
        "apiURL" => match api_url(&value) {
            Ok(url) => return Ok(url),
            Err(problem) => problem,
        },
        "token" => hindrance(&value),
        // Of a `Map`, a `Headers` or any other class the entries would be lost in silence.
        "customHeaders" | "customFields" if kind != kind::PLAIN => "must be a plain object of strings",
        "customHeaders" => return Ok(copied(&value, &mut Of::Headers(name))?.into()),
        "customFields" => return Ok(copied(&value, &mut Of::Strings(name))?.into()),
        "timeout" => unless(is_whole(1.0, 2_147_483_647.0), "must be a whole number of ms from 1 to 2147483647"),
        "retries" => unless(is_whole(0.0, 10.0), "must be a whole number from 0 to 10"),
        "signal" => unless(kind == kind::SIGNAL, "must be an AbortSignal"),
        "encryption" if kind == kind::TRUE || kind >= kind::ARRAY => {
            let message = "encryption (end-to-end) is not offered; nothing was sent unencrypted";
            return Err(error(Code::UNSUPPORTED, message));
        }
        "encryption" => unless(kind == kind::FALSE, "must be a boolean"),
        // They configure the vendor's own capture modules.
        "wasm" | "hostingApp" | "flow" | "theme" => return Ok(JsValue::UNDEFINED),
        CONFIGURATION_ID if kind == kind::EMPTY => EMPTY,
        _ => unless(kind <= kind::TEXT, NO_STRING),
    };
    if problem.is_empty() { Ok(value) } else { Err(invalid(name, problem)) }
}

/// What the facade hands in as a symbol.
const UNREADABLE: &str = "can't be read";
const MISSING: &str = "is missing";
const EMPTY: &str = "may not be empty";
const ILLEGAL: &str = "has characters that no HTTP header can carry: visible ASCII and inner spaces can be sent";
const NO_STRING: &str = "must be a string";

/// Whose properties are copied.
enum Of<'a> {
    /// A call's options; those that the call does not know are named in the text.
    Call(&'a Known, &'a mut String),
    /// An option's strings.
    Strings(&'a str),
    /// An option's headers.
    Headers(&'a str),
}

/// A copy of the properties of an object that are there, each of them right.
fn copied(object: &JsValue, of: &mut Of) -> Result<Object> {
    let names = platform::names(object);
    let copy = merged(&JsValue::UNDEFINED, &JsValue::UNDEFINED);
    for at in 0..names.length() {
        let mut name = names.get(at).as_string().unwrap_or_default();
        let mut value = property(object, &name);
        let kind = kind(&value);
        if kind == kind::ABSENT {
            continue;
        }
        match of {
            Of::Call(known, _) if known.names.contains(&&*name) => value = taken(&name, kind, value)?,
            Of::Call(known, unknown) => {
                value = JsValue::UNDEFINED;
                if unknown.is_empty() || !known.warns.is_empty() {
                    unknown.push(' ');
                    unknown.push_str(&name);
                }
            }
            Of::Strings(option) | Of::Headers(option) if kind > kind::TEXT => {
                return Err(invalid(
                    option,
                    if kind == kind::SYMBOL { UNREADABLE } else { "must be a plain object of strings" },
                ));
            }
            Of::Strings(_) => {}
            Of::Headers(option) => header(&copy, option, &mut name, &value.as_string().unwrap_or_default())?,
        }
        // What is ignored may hide nothing that is in force.
        if !value.is_undefined() {
            set(&copy, &name, &value);
        }
    }
    Ok(copy)
}

/// The known name that has the most pairs of letters in common with another one for its length, whatever their case.
fn nearest(name: &str, known: &[&'static str]) -> &'static str {
    let (mut nearest, mut best) = ("", i32::MIN);
    for known in known {
        let is_common = |pair: &&[u8]| name.as_bytes().windows(2).any(|own| own.eq_ignore_ascii_case(pair));
        let likeness = known.as_bytes().windows(2).filter(is_common).count() as i32 * 2 - known.len() as i32;
        if likeness > best {
            (nearest, best) = (known, likeness);
        }
    }
    nearest
}

fn api_url(value: &JsValue) -> Result<JsValue, &'static str> {
    let written = value.as_string().ok_or("must be a string or a URL")?;
    let url = platform::parse_url(&written);
    Ok(api_url::checked(&written, &text(&url, "href"), &text(&url, "hostname"))?.into())
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// A custom header goes under its name in small letters.
fn header(earlier: &Object, option: &str, name: &mut str, value: &str) -> Result<()> {
    if !is_header_name(name) {
        return Err(invalid(option, "has a name that is no legal header name"));
    }
    let named = concat(&[option, ".", name]);
    name.make_ascii_lowercase();
    let problem = if RESERVED.contains(&&*name) {
        "is set by incode-core itself"
    } else if kind(&property(earlier, name)) != kind::ABSENT {
        "is there twice, in different case"
    } else if !is_header_value(value) {
        ILLEGAL
    } else {
        return Ok(());
    };
    Err(invalid(&named, problem))
}

/// What hinders a value from being sent as a credential; empty where nothing does.
fn hindrance(value: &JsValue) -> &'static str {
    match kind(value) {
        kind::ABSENT => MISSING,
        kind::EMPTY => EMPTY,
        kind::TEXT if is_header_value(&value.as_string().unwrap_or_default()) => "",
        kind::TEXT => ILLEGAL,
        _ => NO_STRING,
    }
}

/// `createSession`'s first argument.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn api_key(value: &JsValue) -> Result<String> {
    let problem = hindrance(value);
    if problem.is_empty() { Ok(value.as_string().unwrap_or_default()) } else { Err(invalid("apiKey", problem)) }
}

/// `getFinishStatus`'s first argument; an empty one is none.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn flow_id(value: &JsValue) -> Result<String> {
    if kind(value) > kind::TEXT {
        return Err(invalid("flowId", NO_STRING));
    }
    Ok(value.as_string().unwrap_or_default())
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
    let bytes = value.as_bytes();
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) && bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ')
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
    }
}
