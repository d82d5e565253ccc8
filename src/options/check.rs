//! Checks what callers pass.

use super::table::{MAX_RETRIES, MAX_TIMEOUT, Operation, Rule};
use crate::api_url;
use crate::error::{Code, Error, Result};
use crate::platform::inspect::{Kind, Record, kind, merge, plain_name, quote};
use crate::platform::{json, page};
use crate::redact::Secrets;
use crate::settings::Settings;
use crate::string::concat;
use js_sys::{Array, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};

/// The checked options of a call.
#[derive(Default)]
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
    let mut options = Box::<Options>::default();
    let valid = match kind(raw) {
        Kind::Absent => return Ok(options),
        Kind::Plain => Ok(()),
        Kind::Unreadable => Err(UNREADABLE),
        Kind::Empty | Kind::String | Kind::Printable if operation == Operation::CreateSession => Err(POSITIONAL),
        _ => Err("must be an object"),
    };
    ensure("options", valid)?;
    let raw = merge(raw, &JsValue::UNDEFINED);
    let is_session = operation.accepts_session() && kind(&raw.get("interviewId")) != Kind::Absent;
    options.has_empty_token = is_session;
    let secrets = Secrets::new([api_key, raw.string("token").unwrap_or_default(), String::new()]);
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
        if rule == Rule::Encryption && !matches!(kind, Kind::False | Kind::Unreadable) && !kind.is_primitive() {
            return Err(Error::new(Code::Unsupported, "encryption (end-to-end) is not supported; nothing was sent"));
        }
        ensure(name, accepted(rule, *kind))?;
        let settings = &self.settings.0;
        match rule {
            Rule::ApiUrl => {
                let api_url = api_url(value).map_err(|problem| Error::invalid(name, problem))?;
                settings.set_key(key, &api_url);
            }
            Rule::Headers => settings.set_key(key, &headers(name, value, secrets)?),
            Rule::Fields => self.body.set_key(key, &fields(name, value, secrets)?),
            Rule::Timeout if !is_integer(value, 1.0, MAX_TIMEOUT) => ensure(name, Err(rule.expected()))?,
            Rule::Retries if !is_integer(value, 0.0, MAX_RETRIES) => ensure(name, Err(rule.expected()))?,
            Rule::String | Rule::Configuration | Rule::ResumeBy => self.body.set_key(key, value),
            _ => settings.set_key(key, value),
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
            let problem = concat(&["is not an option of ", operation.name(), ". Did you mean ", suggestion, "?"]);
            return ensure(&name(), Err(&problem));
        }
        if operation.forwards_unknown() {
            let is_json = json::stringify(option.value).is_some();
            ensure(&name(), if is_json { Ok(()) } else { Err("can't be serialized to JSON") })?;
            self.body.set_key(&option.key, option.value);
        }
        let mut shown = secrets.redact(&quote(&option.key), true);
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
        Kind::Empty if rule.accepts(Kind::Printable) => Err("must not be empty"),
        Kind::String if rule.accepts(Kind::Printable) => Err(NOT_PRINTABLE),
        _ => Err(rule.expected()),
    }
}

fn is_integer(value: &JsValue, min: f64, max: f64) -> bool {
    value.as_f64().is_some_and(|number| number.trunc() == number && number >= min && number <= max)
}

/// Makes an `INVALID_ARGUMENT` of a problem.
fn ensure(name: &str, valid: Result<(), &str>) -> Result<()> {
    valid.map_err(|problem| Error::invalid(name, problem))
}

const UNREADABLE: &str = "can't be read";
const NOT_PRINTABLE: &str = "must be printable ASCII without leading or trailing spaces";
const POSITIONAL: &str = "must be an object, as in createSession(apiKey, { configurationId, externalId })";

fn api_url(value: &JsValue) -> Result<JsValue, &'static str> {
    let address = page::parse_url(value);
    let (href, hostname) = (address.string("href").unwrap_or_default(), address.string("hostname").unwrap_or_default());
    Ok(api_url::check(&value.as_string().unwrap_or_default(), &href, &hostname)?.into())
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
        let is_plain = is_token(&self.name) && self.name.len() <= MAX_DISPLAYED;
        secrets.redact(&if is_plain { concat(&[&self.name]) } else { quote(&self.key) }, true)
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
    let fields = Record::default();
    each(value, &mut |field| {
        let valid = match field.kind {
            Kind::Absent => return Ok(()),
            Kind::True | Kind::False => Ok(()),
            kind if kind.is_string() => Ok(()),
            Kind::Unreadable => Err(UNREADABLE),
            _ if field.value.as_f64().is_some_and(f64::is_finite) => Ok(()),
            _ => Err("must be a string, number or boolean"),
        };
        fields.set_key(&field.key, field.value);
        ensure(&member(option, field, secrets), valid)
    })?;
    Ok(fields.into())
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// Checks `customHeaders`. Returns the headers that have a value, with names in lower case.
fn headers(option: &str, value: &JsValue, secrets: &Secrets) -> Result<JsValue> {
    let headers = Record::default();
    let mut count = 0;
    each(value, &mut |header| {
        let mut name = concat(&[&header.name]);
        name.make_ascii_lowercase();
        let valid = match header.kind {
            Kind::Absent => return Ok(()),
            Kind::Unreadable => Err(UNREADABLE),
            kind if !kind.is_string() => Err(Rule::String.expected()),
            _ if !is_token(&name) || header.key.length() as usize > name.len() => Err("is not a valid header name"),
            _ if RESERVED.contains(&&*name) => Err("is set by incode-core and can't be overridden"),
            Kind::String => Err(NOT_PRINTABLE),
            _ => Ok(()),
        };
        count += 1;
        headers.set(&name, header.value);
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
    let valid = match kind(value) {
        Kind::Absent => Err("is required"),
        kind => accepted(Rule::Credential, kind),
    };
    ensure("apiKey", valid)
}

/// Checks the first argument of `getFinishStatus`. An empty one is the same as none.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn flow_id(value: &JsValue) -> Result<String> {
    let valid = match kind(value) {
        Kind::Absent => Ok(()),
        kind if kind.is_string() => Ok(()),
        Kind::Plain => Err("must be a string. Pass a session as the second argument: getFinishStatus(null, session)"),
        _ => Err(Rule::String.expected()),
    };
    ensure("flowId", valid)?;
    Ok(value.as_string().unwrap_or_default())
}

/// Whether a name from `plain_name` is a token of RFC 9110, section 5.6.2.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte != b'?')
}
