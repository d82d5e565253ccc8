//! Checks what callers pass.

use super::table::{MAX_RETRIES, MAX_TIMEOUT, Operation, Rule};
use crate::api_url;
use crate::dictionaries::{Session, Settings};
use crate::error::{Code, Error, Result};
use crate::platform::inspect::{Kind, kind, plain_copy, plain_name, quote, set};
use crate::platform::{json, page};
use crate::redact::Secrets;
use crate::string::concat;
use js_sys::{Array, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};

/// The checked options of a call.
pub struct Options {
    pub settings: Settings,
    /// What goes to the API, under the names of the options.
    pub body: Object,
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
pub fn read(raw: &JsValue, operation: Operation, api_key: &str) -> Result<Options> {
    let valid = match kind(raw) {
        Kind::Absent | Kind::Plain => Ok(()),
        Kind::Unreadable => Err(UNREADABLE),
        Kind::Empty | Kind::String if operation == Operation::CreateSession => Err(POSITIONAL),
        _ => Err("must be an object"),
    };
    ensure("options", valid)?;
    let raw = plain_copy(Some(raw));
    let session: &Session = raw.unchecked_ref();
    let is_session = operation.accepts_session() && kind(&session.interview_id()) != Kind::Absent;
    let mut secrets = Secrets::default();
    secrets.add(api_key);
    secrets.add(&session.token().as_string().unwrap_or_default());
    let mut options = Options {
        settings: empty().unchecked_into(),
        body: empty(),
        unknown: Array::new(),
        identifies_session: false,
        has_empty_api_url: false,
        has_empty_token: is_session,
    };
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
        let value = check(option, rule, secrets)?;
        if !value.is_undefined() {
            set(if rule.is_for_api() { &self.body } else { self.settings.as_ref() }, &option.key, &value);
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
            set(&self.body, &option.key, option.value);
        }
        let mut shown = secrets.redact(&quote(&option.key));
        if let Some(suggestion) = suggestion {
            shown += &concat(&[" (did you mean ", suggestion, "?)"]);
        }
        self.unknown.push(&shown.into());
        Ok(())
    }
}

/// Checks an option. Returns its value as it is used; `undefined` if it does nothing here.
fn check(option: &Property, rule: Rule, secrets: &Secrets) -> Result<JsValue> {
    let &Property { ref name, value, kind, .. } = option;
    if rule == Rule::Encryption && !matches!(kind, Kind::False | Kind::String | Kind::Empty | Kind::Other | Kind::Unreadable) {
        return Err(Error::new(Code::Unsupported, "encryption (end-to-end) is not supported; nothing was sent"));
    }
    let accepted = match kind {
        _ if rule.accepts(kind) => Ok(()),
        Kind::Unreadable if rule != Rule::SetupOnly => Err(UNREADABLE),
        Kind::Empty if rule.accepts(Kind::String) => Err("must not be empty"),
        _ => Err(rule.expected()),
    };
    ensure(name, accepted)?;
    let valid = match rule {
        Rule::Ignored => return Ok(JsValue::UNDEFINED),
        Rule::Headers => return headers(name, value, secrets),
        Rule::Fields => return fields(name, value, secrets),
        Rule::ApiUrl => match api_url(value.unchecked_ref()) {
            Ok(url) => return Ok(url),
            Err(problem) => Err(problem),
        },
        Rule::Credential if !is_header_value(&value.as_string().unwrap_or_default()) => Err(INVALID_CHARACTERS),
        Rule::Timeout if !is_integer(value, 1.0, MAX_TIMEOUT) => Err(rule.expected()),
        Rule::Retries if !is_integer(value, 0.0, MAX_RETRIES) => Err(rule.expected()),
        _ => Ok(()),
    };
    ensure(name, valid)?;
    Ok(value.clone())
}

fn is_integer(value: &JsValue, min: f64, max: f64) -> bool {
    value.as_f64().is_some_and(|number| number.trunc() == number && number >= min && number <= max)
}

/// Makes an `INVALID_ARGUMENT` of a problem.
fn ensure(name: &str, valid: Result<(), &str>) -> Result<()> {
    valid.map_err(|problem| Error::invalid(name, problem))
}

const UNREADABLE: &str = "can't be read";
const INVALID_CHARACTERS: &str = "must be printable ASCII without leading or trailing spaces";
const POSITIONAL: &str = "must be an object, as in createSession(apiKey, { configurationId, externalId })";

fn api_url(value: &JsString) -> Result<JsValue, &'static str> {
    let address = page::parse_url(value);
    let (href, hostname) = (address.href().unwrap_or_default(), address.hostname().unwrap_or_default());
    Ok(api_url::check(&String::from(value), &href, &hostname)?.into())
}

fn empty() -> Object {
    plain_copy(None::<&Object>)
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
fn fields(option: &str, value: &JsValue, secrets: &Secrets) -> Result<JsValue> {
    let fields = empty();
    each(value, &mut |field| {
        let valid = match field.kind {
            Kind::Absent => return Ok(()),
            Kind::Empty | Kind::String | Kind::True | Kind::False => Ok(()),
            Kind::Unreadable => Err(UNREADABLE),
            _ if field.value.as_f64().is_some_and(f64::is_finite) => Ok(()),
            _ => Err("must be a string, number or boolean"),
        };
        set(&fields, &field.key, field.value);
        ensure(&member(option, field, secrets), valid)
    })?;
    Ok(fields.into())
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// Checks `customHeaders`. Returns the headers that have a value, with names in lower case.
fn headers(option: &str, value: &JsValue, secrets: &Secrets) -> Result<JsValue> {
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
            Kind::Empty | Kind::String if is_header_value(&header.value.as_string().unwrap_or_default()) => Ok(()),
            Kind::Empty | Kind::String => Err(INVALID_CHARACTERS),
            _ => Err(Rule::String.expected()),
        };
        count += 1;
        set(&headers, &name.into(), header.value);
        ensure(&member(option, header, secrets), valid)
    })?;
    let is_twice = Object::entries(&headers).length() < count;
    ensure(option, if is_twice { Err("has the same header name twice") } else { Ok(()) })?;
    Ok(headers.into())
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
    let kind = kind(value);
    let name = concat(&["apiKey"]);
    ensure(&name, if kind == Kind::Absent { Err("is required") } else { Ok(()) })?;
    check(&Property { key: JsString::from(""), name, value, kind }, Rule::Credential, &Secrets::default()).map(drop)
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
