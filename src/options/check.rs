//! Checks what callers pass.

use super::table::{MAX_RETRIES, MAX_TIMEOUT, Operation, Rule};
use crate::api_url;
use crate::error::{Code, Error, Result};
use crate::platform::inspect::{Kind, Record, kind, plain_copy, plain_name, quote};
use crate::platform::{json, page};
use crate::redact::Secrets;
use crate::settings::Settings;
use crate::string::concat;
use js_sys::{Array, Function, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

/// The checked options of a call.
pub struct Options {
    pub settings: Settings,
    /// What goes to the API, under the names of the options.
    pub body: Record,
    /// The unknown options, as a warning shows them.
    pub unknown: Array,
    /// Whether there is a configuration, or a session to continue.
    pub identifies_session: bool,
    /// Whether there is an `apiURL` without a value.
    pub has_empty_api_url: bool,
    /// Whether there is a `token` without a value, or a session without a token.
    pub has_empty_token: bool,
}

/// Reads the options of a call. `api_key` is another argument of the call that no message may contain.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn read(raw: &JsValue, operation: Operation, api_key: String) -> Result<Box<Options>> {
    let valid = match kind(raw) {
        Kind::Absent | Kind::Plain => Ok(()),
        Kind::Unreadable => Err(UNREADABLE),
        Kind::Empty | Kind::String if operation == Operation::CreateSession => Err(POSITIONAL),
        _ => Err("must be an object"),
    };
    ensure("options", valid)?;
    let raw = plain_copy(raw);
    let is_session = operation.accepts_session() && kind(&raw.get("interviewId")) != Kind::Absent;
    let secrets = Secrets::new(&[api_key, raw.string("token").unwrap_or_default()]);
    let mut options = Box::new(Options {
        settings: Settings::default(),
        body: empty(),
        unknown: Array::new(),
        identifies_session: false,
        has_empty_api_url: false,
        has_empty_token: is_session,
    });
    each(&raw, &mut |option| match operation.rule(&option.name) {
        Some(rule) => options.set(option, rule, &secrets),
        None if option.kind == Kind::Absent || is_session => Ok(()),
        None => options.set_unknown(option, operation, &secrets),
    })?;
    Ok(options)
}

impl Options {
    fn set(&mut self, option: &Property, rule: Rule, secrets: &Secrets) -> Result<()> {
        let is_absent = option.kind == Kind::Absent;
        match rule {
            Rule::ApiUrl => self.has_empty_api_url = is_absent,
            Rule::Credential => self.has_empty_token = is_absent,
            Rule::Configuration | Rule::ResumeBy if !is_absent && option.kind != Kind::Empty => {
                self.identifies_session = true;
            }
            _ => {}
        }
        if is_absent {
            return Ok(());
        }
        let Property { key, name, value, kind } = option;
        if rule == Rule::Encryption && !matches!(kind, Kind::False | Kind::String | Kind::Empty | Kind::Other | Kind::Unreadable) {
            return Err(Error::new(Code::Unsupported, "encryption (end-to-end) is not supported; nothing was sent"));
        }
        ensure(name, accepted(rule, *kind))?;
        let settings = &mut self.settings;
        let unexpected = || Error::invalid(name, rule.expected());
        match rule {
            Rule::ApiUrl => settings.api_url = Some(api_url(value).map_err(|problem| Error::invalid(name, problem))?),
            Rule::Credential => {
                ensure(name, header_value(value))?;
                settings.token = Some(value.unchecked_ref::<JsString>().clone());
            }
            Rule::Headers => settings.custom_headers = Some(headers(name, value, secrets)?),
            Rule::Timeout => settings.timeout = Some(integer(value, 1.0, MAX_TIMEOUT).ok_or_else(unexpected)?),
            Rule::Retries => settings.retries = Some(integer(value, 0.0, MAX_RETRIES).ok_or_else(unexpected)?),
            Rule::Signal => settings.signal = Some(value.unchecked_ref::<AbortSignal>().clone()),
            Rule::Fetch => settings.fetch = Some(value.unchecked_ref::<Function>().clone()),
            Rule::Fields => self.body.set_key(key, &fields(name, value, secrets)?.into()),
            Rule::String | Rule::Configuration | Rule::ResumeBy => self.body.set_key(key, value),
            Rule::Encryption | Rule::Ignored | Rule::SetupOnly | Rule::ApiKey => {}
        }
        Ok(())
    }

    fn set_unknown(&mut self, option: &Property, operation: Operation, secrets: &Secrets) -> Result<()> {
        let name = || option.displayed(secrets);
        let suggestion = operation.suggest(&option.name);
        if operation.rejects_typos()
            && let Some(suggestion) = suggestion
        {
            if suggestion == "apiKey" {
                return ensure(&name(), Err(Rule::ApiKey.expected()));
            }
            let problem =
                concat(&["is not an option of ", operation.name(), ". Did you mean ", suggestion, "?"]);
            return ensure(&name(), Err(&problem));
        }
        if operation.forwards_unknown() {
            let is_json = json::stringify(option.value).is_some();
            ensure(&name(), if is_json { Ok(()) } else { Err("can't be serialized to JSON") })?;
            self.body.set_key(&option.key, option.value);
        }
        let mut shown = secrets.redact(&quote(&option.key));
        if let Some(suggestion) = suggestion {
            shown += &concat(&[" (did you mean ", suggestion, "?)"]);
        }
        self.unknown.push(&shown.into());
        Ok(())
    }
}

/// Checks the kind of an option's value.
fn accepted(rule: Rule, kind: Kind) -> Result<(), &'static str> {
    match kind {
        _ if rule.accepts(kind) => Ok(()),
        Kind::Unreadable if rule != Rule::SetupOnly => Err(UNREADABLE),
        Kind::Empty if rule.accepts(Kind::String) => Err("must not be empty"),
        _ => Err(rule.expected()),
    }
}

fn integer(value: &JsValue, min: f64, max: f64) -> Option<f64> {
    value.as_f64().filter(|number| number.trunc() == *number && *number >= min && *number <= max)
}

fn header_value(value: &JsValue) -> Result<(), &'static str> {
    if is_header_value(&value.as_string().unwrap_or_default()) { Ok(()) } else { Err(INVALID_CHARACTERS) }
}

/// Makes an `INVALID_ARGUMENT` of a problem.
fn ensure(name: &str, valid: Result<(), &str>) -> Result<()> {
    valid.map_err(|problem| Error::invalid(name, problem))
}

const UNREADABLE: &str = "can't be read";
const INVALID_CHARACTERS: &str = "must be printable ASCII without leading or trailing spaces";
const POSITIONAL: &str = "must be an object, as in createSession(apiKey, { configurationId, externalId })";

fn api_url(value: &JsValue) -> Result<JsString, &'static str> {
    let address = page::parse_url(value);
    let (href, hostname) = (address.string("href").unwrap_or_default(), address.string("hostname").unwrap_or_default());
    Ok(api_url::check(&value.as_string().unwrap_or_default(), &href, &hostname)?.into())
}

fn empty() -> Record {
    plain_copy(&JsValue::UNDEFINED)
}

/// A property of an object that a caller passed.
struct Property<'a> {
    key: JsString,
    /// The key, if it can be one of the known names.
    name: String,
    value: &'a JsValue,
    kind: Kind,
}

impl Property<'_> {
    /// Returns the name as it can stand in a message: as it is if it is short and plain, else as a JSON string.
    fn displayed(&self, secrets: &Secrets) -> String {
        let is_plain = is_header_name(&self.name) && self.name.len() <= MAX_DISPLAYED;
        secrets.redact(&if is_plain { concat(&[&self.name]) } else { quote(&self.key) })
    }
}

/// Characters of a name that stands in a message without quotes.
const MAX_DISPLAYED: usize = 40;

/// Visits the properties of an object.
fn each(object: &JsValue, visit: &mut dyn FnMut(&Property) -> Result<()>) -> Result<()> {
    let entries = Object::entries(object.unchecked_ref::<Object>());
    for index in 0..entries.length() {
        let entry: Array = entries.get(index).unchecked_into();
        let (key, value): (JsString, _) = (entry.get(0).unchecked_into(), entry.get(1));
        let name = plain_name(&key);
        visit(&Property { key, name, value: &value, kind: kind(&value) })?;
    }
    Ok(())
}

/// Checks `customFields`. Returns the fields that have a value.
fn fields(option: &str, value: &JsValue, secrets: &Secrets) -> Result<Record> {
    let fields = empty();
    each(value, &mut |field| {
        let valid = match field.kind {
            Kind::Absent => return Ok(()),
            Kind::Empty | Kind::String | Kind::True | Kind::False => Ok(()),
            Kind::Unreadable => Err(UNREADABLE),
            _ if field.value.as_f64().is_some_and(f64::is_finite) => Ok(()),
            _ => Err("must be a string, number or boolean"),
        };
        fields.set_key(&field.key, field.value);
        ensure(&member(option, field, secrets), valid)
    })?;
    Ok(fields)
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// Checks `customHeaders`. Returns the headers that have a value, with names in lower case.
fn headers(option: &str, value: &JsValue, secrets: &Secrets) -> Result<Record> {
    let headers = empty();
    let mut count = 0;
    each(value, &mut |header| {
        let mut name = concat(&[&header.name]);
        name.make_ascii_lowercase();
        let valid = match header.kind {
            Kind::Absent => return Ok(()),
            Kind::Unreadable => Err(UNREADABLE),
            Kind::Empty | Kind::String if !is_header_name(&name) || header.key.length() as usize > name.len() => {
                Err("is not a valid header name")
            }
            Kind::Empty | Kind::String if RESERVED.contains(&&*name) => {
                Err("is set by incode-core and can't be overridden")
            }
            Kind::Empty | Kind::String => header_value(header.value),
            _ => Err(Rule::String.expected()),
        };
        count += 1;
        headers.set(&name, header.value);
        ensure(&member(option, header, secrets), valid)
    })?;
    let is_twice = Object::entries(&headers).length() < count;
    ensure(option, if is_twice { Err("has the same header name twice") } else { Ok(()) })?;
    Ok(headers)
}

/// Returns the name of an option's member as it can stand in a message.
fn member(option: &str, property: &Property, secrets: &Secrets) -> String {
    concat(&[option, ".", &property.displayed(secrets)])
}

/// Checks the first argument of `createSession`.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn check_api_key(value: &JsValue) -> Result<()> {
    let valid = match kind(value) {
        Kind::Absent => Err("is required"),
        kind => accepted(Rule::Credential, kind).and_then(|()| header_value(value)),
    };
    ensure("apiKey", valid)
}

/// Checks the first argument of `getFinishStatus`. An empty one is the same as none.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn flow_id(value: &JsValue) -> Result<String> {
    let valid = match kind(value) {
        Kind::Absent | Kind::Empty | Kind::String => Ok(()),
        Kind::Plain => Err("must be a string. Pass a session as the second argument: getFinishStatus(null, session)"),
        _ => Err(Rule::String.expected()),
    };
    ensure("flowId", valid)?;
    Ok(value.as_string().unwrap_or_default())
}

/// Whether a string is a token of RFC 9110, section 5.6.2.
fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_token_mark(byte))
}

fn is_token_mark(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// Whether a string is visible ASCII, with spaces only inside.
fn is_header_value(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) && bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ')
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_header_value_is_what_http_can_carry(value in "\\PC{0,20}") {
            let legal = value.chars().all(|c| (' '..='~').contains(&c)) && !value.starts_with(' ') && !value.ends_with(' ');
            prop_assert_eq!(is_header_value(&value), legal);
        }

        #[test]
        fn a_control_character_is_never_valid_in_a_header(before in "[!-~]{0,5}", control in "[\\x00-\\x1f\\x7f]", after in "[!-~]{0,5}") {
            let text = [before, control, after].concat();
            prop_assert!(!is_header_value(&text));
            prop_assert!(!is_header_name(&text));
        }
    }
}
