//! Checks what callers pass.

use super::table::{MAX_RETRIES, MAX_TIMEOUT, Operation, Rule};
use crate::api_url;
use crate::error::{Code, Error, Result};
use crate::platform::inspect::{Kind, Record, kind, plain_name, quote};
use crate::platform::{host, json};
use crate::redact::Secrets;
use crate::settings::{self, Settings};
use crate::string::concat;
use js_sys::{Array, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};

/// The checked options of a call.
#[derive(Default)]
pub struct Options {
    pub settings: Settings,
    /// The body for the API, under the names of the options.
    pub body: Record,
    /// The unknown options, as a warning shows them.
    pub unknown: Array,
    /// True if there is a configuration, or a session to continue.
    pub identifies_session: bool,
    /// True if there is an `apiURL` without a value.
    pub has_empty_api_url: bool,
    /// True if there is a `token` without a value, or a session without a token.
    pub has_empty_token: bool,
}

/// Reads the options of a call. `api_key` is another argument of the call, which no message may contain.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn read(raw: &JsValue, operation: Operation, api_key: Option<&JsString>) -> Result<Box<Options>> {
    let mut options = Box::<Options>::default();
    let problem = match kind(raw) {
        Kind::Plain => {
            options.read(&Source { raw: raw.unchecked_ref(), api_key }, operation)?;
            return Ok(options);
        }
        Kind::Unreadable => UNREADABLE,
        _ if operation == Operation::CreateSession => POSITIONAL,
        Kind::Absent => return Ok(options),
        _ => "must be an object, not a promise",
    };
    Err(Error::invalid("options", problem))
}

impl Options {
    fn read(&mut self, source: &Source, operation: Operation) -> Result<()> {
        let is_session = operation.accepts_session() && kind(&source.raw.get("interviewId")) != Kind::Absent;
        self.has_empty_token = is_session;
        each(source.raw, "", source, &mut |option| match operation.rule(&option.name) {
            Some(rule) => self.set(option, rule),
            None if option.kind == Kind::Absent || is_session => Ok(()),
            None => self.set_unknown(option, operation),
        })
    }

    fn set(&mut self, option: &Property, rule: Rule) -> Result<()> {
        let &Property { ref key, value, kind, .. } = option;
        let is_absent = kind == Kind::Absent;
        match rule {
            Rule::ApiUrl => self.has_empty_api_url = is_absent,
            Rule::Credential => self.has_empty_token = is_absent,
            Rule::Configuration | Rule::ResumeBy if !is_absent && kind != Kind::Empty => self.identifies_session = true,
            _ => {}
        }
        if is_absent {
            return Ok(());
        }
        if rule == Rule::Encryption && !matches!(kind, Kind::False | Kind::Unreadable) {
            return Err(Error::new(Code::Unsupported, "encryption (end-to-end) is not supported; nothing was sent"));
        }
        option.ensure(accepted(rule, kind))?;
        let settings = &self.settings.0;
        match rule {
            Rule::ApiUrl => match api_url(value) {
                Ok(api_url) => settings.set_key(key, &api_url),
                Err(problem) => option.ensure(Err(problem))?,
            },
            Rule::Headers => settings.set_key(key, &headers(option)?),
            Rule::Fields => self.body.set_key(key, &fields(option)?),
            Rule::Timeout if !is_integer(value, 1.0, MAX_TIMEOUT) => option.ensure(Err(rule.expected()))?,
            Rule::Retries if !is_integer(value, 0.0, MAX_RETRIES) => option.ensure(Err(rule.expected()))?,
            Rule::String | Rule::Configuration | Rule::ResumeBy => {
                self.body.set_key(key, value);
            }
            _ => settings.set_key(key, value),
        }
        Ok(())
    }

    fn set_unknown(&mut self, option: &Property, operation: Operation) -> Result<()> {
        let suggestion = operation.suggest(&option.name);
        if operation.rejects_typos()
            && let Some(suggestion) = suggestion
        {
            if suggestion == "apiKey" {
                return option.ensure(Err(Rule::ApiKey.expected()));
            }
            let problem = concat(&["is not an option of ", operation.name(), ". Did you mean ", suggestion, "?"]);
            return option.ensure(Err(&problem));
        }
        if operation.forwards_unknown() {
            if json::stringify(option.value).is_none() {
                return option.ensure(Err("can't be serialized to JSON"));
            }
            self.body.set_key(&option.key, option.value);
        }
        let mut shown = option.source.redact(&quote(&option.key));
        if let Some(suggestion) = suggestion {
            shown += &concat(&[" (did you mean ", suggestion, "?)"]);
        }
        self.unknown.push(&shown.into());
        Ok(())
    }
}

/// The caller's input: its credentials must not be in a message.
struct Source<'a> {
    raw: &'a Record,
    api_key: Option<&'a JsString>,
}

impl Source<'_> {
    fn redact(&self, text: &str) -> String {
        let api_key = self.api_key.map(String::from).unwrap_or_default();
        let token = self.raw.string("token").unwrap_or_default();
        let current = settings::current().token().as_ref().map(String::from).unwrap_or_default();
        Secrets::new([api_key, token, current]).redact(text, true)
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

const UNREADABLE: &str = "can't be read";
const NOT_PRINTABLE: &str = "must be printable ASCII without leading or trailing spaces";
const SESSION_AS_FLOW: &str = "must be a string. Pass a session as the second argument: getFinishStatus(null, session)";
const POSITIONAL: &str = "must be an object, not a promise: createSession(apiKey, { configurationId, externalId })";

fn api_url(value: &JsValue) -> Result<JsValue, &'static str> {
    let address = host::parse_url(value);
    let (href, hostname) = (address.string("href").unwrap_or_default(), address.string("hostname").unwrap_or_default());
    Ok(api_url::check(&value.as_string().unwrap_or_default(), &href, &hostname)?.into())
}

/// A property of an object that a caller passed.
struct Property<'a> {
    /// Name of the option that contains it, with a dot, or nothing.
    parent: &'a str,
    source: &'a Source<'a>,
    key: JsString,
    /// The key, if it can be one of the known names.
    name: String,
    value: &'a JsValue,
    kind: Kind,
}

/// Maximum length of a name that is in a message without quotes.
const MAX_DISPLAYED: usize = 40;

impl Property<'_> {
    /// Makes an `INVALID_ARGUMENT` of a problem. A name that is not short and plain is quoted.
    fn ensure(&self, valid: Result<(), &str>) -> Result<()> {
        valid.map_err(|problem| {
            let is_plain = is_token(&self.name) && self.name.len() <= MAX_DISPLAYED;
            let name = if is_plain { concat(&[&self.name]) } else { quote(&self.key) };
            Error::invalid(&concat(&[self.parent, &self.source.redact(&name)]), problem)
        })
    }
}

/// Visits the properties of an object.
fn each(object: &JsValue, parent: &str, source: &Source, visit: &mut dyn FnMut(&Property) -> Result<()>) -> Result<()> {
    let entries = Object::entries(object.unchecked_ref::<Object>());
    for index in 0..entries.length() {
        let entry: Array = entries.get(index).unchecked_into();
        let (key, value): (JsString, _) = (entry.get(0).unchecked_into(), entry.get(1));
        let name = plain_name(&key);
        visit(&Property { parent, source, key, name, kind: kind(&value), value: &value })?;
    }
    Ok(())
}

/// Checks `customFields`. Returns the fields that have a value.
fn fields(option: &Property) -> Result<JsValue> {
    let fields = Record::default();
    each(option.value, "customFields.", option.source, &mut |field| {
        let valid = match field.kind {
            Kind::Absent => return Ok(()),
            Kind::True | Kind::False => Ok(()),
            kind if kind.is_string() || field.value.as_f64().is_some_and(f64::is_finite) => Ok(()),
            _ => Err("must be a string, number or boolean"),
        };
        fields.set_key(&field.key, field.value);
        field.ensure(valid)
    })?;
    Ok(fields.into())
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// Checks `customHeaders`. Returns the headers that have a value, with names in lower case.
fn headers(option: &Property) -> Result<JsValue> {
    let headers = Record::default();
    each(option.value, "customHeaders.", option.source, &mut |header| {
        let mut name = concat(&[&header.name]);
        name.make_ascii_lowercase();
        let valid = match header.kind {
            Kind::Absent => return Ok(()),
            kind if !kind.is_string() => Err(Rule::String.expected()),
            _ if !is_token(&name) || header.key.length() as usize > name.len() => Err("is not a valid header name"),
            _ if RESERVED.contains(&&*name) => Err("is set by incode-core and can't be overridden"),
            _ if !headers.get(&name).is_undefined() => Err("is set twice, in different case"),
            Kind::String => Err(NOT_PRINTABLE),
            _ => Ok(()),
        };
        headers.set(&name, header.value);
        header.ensure(valid)
    })?;
    Ok(headers.into())
}

/// Checks the first argument of `createSession`, and returns it.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn api_key(value: JsValue) -> Result<JsString> {
    let valid = match kind(&value) {
        Kind::Absent => Err("is required"),
        kind => accepted(Rule::Credential, kind),
    };
    valid.map_err(|problem| Error::invalid("apiKey", problem))?;
    Ok(value.unchecked_into())
}

/// Checks the first argument of `getFinishStatus`. An empty one is the same as none.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn flow_id(value: &JsValue) -> Result<String> {
    match kind(value) {
        kind if kind == Kind::Absent || kind.is_string() => Ok(value.as_string().unwrap_or_default()),
        Kind::Plain => Err(Error::invalid("flowId", SESSION_AS_FLOW)),
        _ => Err(Error::invalid("flowId", Rule::String.expected())),
    }
}

/// Returns true for a name from `plain_name` that is a token of RFC 9110, section 5.6.2.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte != b'?')
}
