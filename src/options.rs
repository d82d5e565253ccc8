//! What callers hand in, checked: a table of all options, and one function that checks an object by it.

use crate::api_url;
use crate::dictionaries::{Session, Settings, text};
use crate::error::{Code, Error, Result};
use crate::platform::{self, kind, merged, set};
use crate::redact::Secrets;
use crate::string::concat;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

/// What an option has to be.
#[derive(Clone, Copy, PartialEq)]
pub enum Rule {
    /// By `api_url::checked`.
    ApiUrl,
    /// A text that a header can carry, and not empty.
    Credential,
    Headers,
    /// A whole number of ms.
    Timeout,
    /// A whole number.
    Retries,
    Signal,
    Encryption,
    /// It configures the vendor's own capture modules, and does nothing here.
    Ignored,
    /// For the API: a text.
    Text,
    /// For the API: a text, and not empty. It says what a session is made of.
    Configuration,
    /// For the API: a text. Unless it is empty, it says what a session goes on with.
    Resumed,
    /// For the API: texts, numbers and booleans.
    Fields,
    /// Of `setup`, and refused elsewhere.
    OfSetup,
}

/// In ms: what `setTimeout` takes.
const LONGEST_TIMEOUT: f64 = i32::MAX as f64;
const MOST_RETRIES: f64 = 10.0;

impl Rule {
    /// The kinds of value that it allows, as bits, and how it says so.
    fn demand(self) -> (u32, &'static str) {
        const TEXT: u32 = 1 << kind::TEXT;
        const ANY_TEXT: u32 = TEXT | 1 << kind::EMPTY;
        match self {
            Self::ApiUrl => (TEXT, "must be a string or a URL"),
            Self::Credential | Self::Configuration => (TEXT, NO_STRING),
            Self::Resumed | Self::Text => (ANY_TEXT, NO_STRING),
            Self::Headers => (1 << kind::PLAIN, NO_HEADERS),
            Self::Fields => (1 << kind::PLAIN, NO_FIELDS),
            Self::Retries => (1 << kind::OTHER, "must be a whole number from 0 to 10"),
            Self::Timeout => (1 << kind::OTHER, "must be a whole number of ms from 1 to 2147483647"),
            Self::Signal => (1 << kind::SIGNAL, "must be an AbortSignal"),
            Self::Encryption => (1 << kind::FALSE, "must be a boolean"),
            Self::Ignored => (u32::MAX, ""),
            Self::OfSetup => (0, "is an option of setup, not of createSession"),
        }
    }
}

/// A call whose options are read; as a number, its bit in `OPTIONS`.
#[derive(Clone, Copy, PartialEq)]
pub enum Call {
    Setup = 1,
    InitializeSession = 2,
    CreateSession = 4,
    GetFinishStatus = 8,
}

const SETUP: u8 = Call::Setup as u8;
const INITIALIZE: u8 = Call::InitializeSession as u8;
const CREATE: u8 = Call::CreateSession as u8;
const FINISH: u8 = Call::GetFinishStatus as u8;

/// Every option, what it has to be, and the calls that take it. Of two that can be meant alike the first is told.
const OPTIONS: &[(&str, Rule, u8)] = &[
    ("configurationId", Rule::Configuration, CREATE),
    ("language", Rule::Text, CREATE),
    ("externalId", Rule::Text, CREATE),
    ("externalCustomerId", Rule::Text, CREATE),
    ("countryCode", Rule::Text, CREATE),
    ("interviewId", Rule::Resumed, CREATE),
    ("uuid", Rule::Resumed, CREATE),
    ("urlUuid", Rule::Resumed, CREATE),
    ("redirectUrl", Rule::Text, CREATE),
    ("redirectionUrl", Rule::Text, CREATE),
    ("integrationId", Rule::Text, CREATE),
    ("customFields", Rule::Fields, CREATE),
    ("apiURL", Rule::ApiUrl, SETUP | CREATE | FINISH),
    ("customHeaders", Rule::Headers, SETUP | CREATE | FINISH),
    ("signal", Rule::Signal, INITIALIZE | CREATE | FINISH),
    ("timeout", Rule::Timeout, SETUP | CREATE | FINISH),
    ("retries", Rule::Retries, SETUP | CREATE | FINISH),
    ("token", Rule::Credential, SETUP | INITIALIZE | FINISH),
    ("encryption", Rule::Encryption, SETUP),
    ("wasm", Rule::Ignored, SETUP),
    ("hostingApp", Rule::Ignored, SETUP | INITIALIZE),
    ("flow", Rule::Ignored, SETUP),
    ("theme", Rule::Ignored, SETUP),
];

impl Call {
    fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::InitializeSession => "initializeSession",
            Self::CreateSession => "createSession",
            Self::GetFinishStatus => "getFinishStatus",
        }
    }

    /// Whether unknown options go to the API as they came, because it may know more than this crate.
    fn sends_unknown(self) -> bool {
        self == Self::CreateSession
    }

    /// Whether an option that can have been meant for a known one is refused. Any other unknown one is warned of.
    fn refuses_slips(self) -> bool {
        matches!(self, Self::CreateSession | Self::GetFinishStatus)
    }

    /// Whether a session that `createSession` gave may be handed over whole, as public code does: of it the known options are read, in
    /// silence.
    fn takes_session(self) -> bool {
        matches!(self, Self::Setup | Self::GetFinishStatus)
    }

    /// What an option has to be; nothing where it is none of this call.
    fn rule(self, name: &str) -> Option<Rule> {
        let (_, rule, calls) = OPTIONS.iter().find(|(known, ..)| *known == name)?;
        match self {
            _ if calls & self as u8 != 0 => Some(*rule),
            Self::CreateSession if calls & SETUP != 0 => Some(Rule::OfSetup),
            _ => None,
        }
    }

    /// The option that a person can have meant by another name, the likeliest first. Those of `setup` are short: only their case may
    /// differ.
    fn meant(self, name: &str) -> Option<&'static str> {
        let meant = |slip| {
            let takers = if slip == 0 && self == Self::CreateSession { CREATE | SETUP } else { self as u8 };
            let is_meant = |(known, _, calls): &&(&str, Rule, u8)| {
                calls & takers != 0 && is_slip(name.as_bytes(), known.as_bytes(), slip)
            };
            OPTIONS.iter().find(is_meant).map(|(known, ..)| *known)
        };
        (0..=4).find_map(meant)
    }
}

/// Whether `name` is `known` with up to two letters more, fewer, other or swapped, or three where it begins right, or is an
/// abbreviation of it, or its words in another order, in whatever case.
fn is_slip(name: &[u8], known: &[u8], slip: u32) -> bool {
    let mut rest = known.iter();
    let is_same =
        |length| name.len() >= length && known.len() >= length && name[..length].eq_ignore_ascii_case(&known[..length]);
    let is_abbreviation =
        name.len() > 1 && is_same(1) && name.iter().all(|byte| rest.any(|other| other.eq_ignore_ascii_case(byte)));
    let count = |letters: &[u8], byte: u8| letters.iter().filter(|other| other.eq_ignore_ascii_case(&byte)).count();
    match slip {
        0..3 => differs_by(name, known, slip),
        3 => is_same(4) && differs_by(name, known, slip),
        _ => is_abbreviation || (b'a'..=b'z').all(|letter| count(name, letter) == count(known, letter)),
    }
}

fn differs_by(one: &[u8], other: &[u8], edits: u32) -> bool {
    match (one, other) {
        ([], []) => true,
        ([a, one @ ..], [b, other @ ..]) if a.eq_ignore_ascii_case(b) => differs_by(one, other, edits),
        _ if edits == 0 => false,
        ([a, b, one @ ..], [c, d, other @ ..])
            if a.eq_ignore_ascii_case(d) && b.eq_ignore_ascii_case(c) && differs_by(one, other, edits - 1) =>
        {
            true
        }
        _ => {
            let (shorter, other_shorter) = (one.get(1..), other.get(1..));
            shorter.is_some_and(|one| differs_by(one, other, edits - 1))
                || other_shorter.is_some_and(|other| differs_by(one, other, edits - 1))
                || shorter.zip(other_shorter).is_some_and(|(one, other)| differs_by(one, other, edits - 1))
        }
    }
}

/// A call's options, checked.
pub struct Options {
    pub settings: Settings,
    /// What goes to the API, under the names of the options.
    pub body: Object,
    /// What the console is told of options that the call does not know; empty where there are none.
    pub warning: String,
    /// There is a configuration, or something to go on with.
    pub is_subject_named: bool,
    /// An `apiURL` is there, and has no value.
    pub is_api_url_unset: bool,
}

/// Reads a call's options. `api_key` is another argument of the call that no message may tell.
///
/// # Errors
/// `INVALID_ARGUMENT`, `UNSUPPORTED`.
pub fn read(given: &JsValue, call: Call, api_key: &str) -> Result<Box<Options>> {
    let problem = match kind(given) {
        kind::ABSENT | kind::PLAIN => "",
        kind::SYMBOL => UNREADABLE,
        kind::EMPTY | kind::TEXT if call.sends_unknown() => POSITIONAL,
        _ => "must be an object",
    };
    refuse("options", problem)?;
    let given = merged(given, &JsValue::UNDEFINED);
    let session: &Session = given.unchecked_ref();
    let is_session = call.takes_session() && kind(&session.interview_id()) != kind::ABSENT;
    let mut secrets = Secrets::default();
    secrets.add(api_key);
    secrets.add(&text(&session.token()));
    let mut options = Box::new(Options {
        settings: empty().unchecked_into(),
        body: empty(),
        warning: String::new(),
        is_subject_named: false,
        is_api_url_unset: false,
    });
    each(&given, &mut |option| match call.rule(option.name) {
        Some(rule) => options.take(option, rule, &secrets),
        None if option.kind == kind::ABSENT || is_session => Ok(()),
        None => options.take_unknown(option, call, &secrets),
    })?;
    if !options.warning.is_empty() {
        let fate = if call.sends_unknown() { " sends as they came" } else { " ignores" };
        options.warning =
            concat(&["incode-core: ", call.name(), fate, " options that it does not know:", &options.warning]);
    }
    Ok(options)
}

impl Options {
    fn take(&mut self, option: &Property, rule: Rule, secrets: &Secrets) -> Result<()> {
        if option.kind == kind::ABSENT {
            self.is_api_url_unset |= rule == Rule::ApiUrl;
            return Ok(());
        }
        self.is_subject_named |= option.kind != kind::EMPTY && matches!(rule, Rule::Configuration | Rule::Resumed);
        let value = checked(option, rule, secrets)?;
        let is_for_api = matches!(rule, Rule::Text | Rule::Configuration | Rule::Resumed | Rule::Fields);
        if !value.is_undefined() {
            set(if is_for_api { &self.body } else { self.settings.as_ref() }, option.name, &value);
        }
        Ok(())
    }

    fn take_unknown(&mut self, &Property { name, value, .. }: &Property, call: Call, secrets: &Secrets) -> Result<()> {
        let told = secrets.redact(name);
        if let Some(meant) = call.meant(name).filter(|_| call.refuses_slips()) {
            refuse(&told, &concat(&["is no option of ", call.name(), "; did you mean ", meant, "?"]))?;
        }
        if call.sends_unknown() {
            refuse(&told, if platform::stringify(value).is_undefined() { NO_JSON } else { "" })?;
            set(&self.body, name, value);
        }
        self.warning += " ";
        self.warning += &told;
        Ok(())
    }
}

/// An option's value, as it came or as it is kept; `undefined` if it does nothing here.
fn checked(&Property { name, value, kind }: &Property, rule: Rule, secrets: &Secrets) -> Result<JsValue> {
    let (kinds, demand) = rule.demand();
    let problem = match kind {
        _ if kinds >> kind & 1 == 1 => "",
        kind::SYMBOL if rule != Rule::OfSetup => UNREADABLE,
        kind::EMPTY if kinds >> kind::TEXT & 1 == 1 => EMPTY,
        kind::TRUE | kind::ARRAY.. if rule == Rule::Encryption => {
            return Err(Error::new(
                Code::Unsupported,
                "encryption (end-to-end) is not offered; nothing was sent unencrypted",
            ));
        }
        _ => demand,
    };
    refuse(name, problem)?;
    let problem = match rule {
        Rule::Ignored => return Ok(JsValue::UNDEFINED),
        Rule::Headers => return headers(name, value, secrets),
        Rule::Fields => return fields(name, value),
        Rule::ApiUrl => match api_url(value) {
            Ok(url) => return Ok(url),
            Err(problem) => problem,
        },
        Rule::Credential if !is_header_value(&text(value)) => ILLEGAL,
        Rule::Timeout if !is_whole(value, 1.0, LONGEST_TIMEOUT) => demand,
        Rule::Retries if !is_whole(value, 0.0, MOST_RETRIES) => demand,
        _ => "",
    };
    refuse(name, problem)?;
    Ok(value.clone())
}

fn is_whole(value: &JsValue, least: f64, most: f64) -> bool {
    value.as_f64().is_some_and(|number| number.trunc() == number && number >= least && number <= most)
}

/// Unless the problem is empty, an `INVALID_ARGUMENT`.
fn refuse(name: &str, problem: &str) -> Result<()> {
    if problem.is_empty() { Ok(()) } else { Err(Error::invalid(name, problem)) }
}

/// What the facade hands in as a symbol.
const UNREADABLE: &str = "can't be read";
const MISSING: &str = "is missing";
const EMPTY: &str = "may not be empty";
const ILLEGAL: &str = "may hold nothing but visible ASCII and inner spaces";
const NO_STRING: &str = "must be a string";
const NO_HEADERS: &str = "must be a plain object of strings";
const NO_FIELDS: &str = "must be a plain object of strings, numbers and booleans";
const NO_JSON: &str = "can't be sent as JSON";
const POSITIONAL: &str = "must be an object, as in createSession(apiKey, { configurationId, externalId })";

fn api_url(value: &JsValue) -> Result<JsValue, &'static str> {
    let written = text(value);
    let address = platform::parse_url(&written);
    Ok(api_url::checked(&written, &text(&address.href()), &text(&address.hostname()))?.into())
}

fn empty() -> Object {
    merged(&JsValue::UNDEFINED, &JsValue::UNDEFINED)
}

/// A property of an object that a caller handed in.
struct Property<'a> {
    name: &'a str,
    value: &'a JsValue,
    /// One of `platform::kind`.
    kind: u32,
}

/// Visits an object's properties.
fn each(object: &JsValue, visit: &mut dyn FnMut(&Property) -> Result<()>) -> Result<()> {
    let entries = Object::entries(object.unchecked_ref::<Object>());
    for at in 0..entries.length() {
        let entry: Array = entries.get(at).unchecked_into();
        let value = entry.get(1);
        visit(&Property { name: &text(&entry.get(0)), value: &value, kind: kind(&value) })?;
    }
    Ok(())
}

/// The fields that have a value.
fn fields(option: &str, value: &JsValue) -> Result<JsValue> {
    let fields = empty();
    each(value, &mut |&Property { name, value, kind }| {
        let is_number = || value.as_f64().is_some_and(f64::is_finite);
        let problem = match kind {
            kind::ABSENT => return Ok(()),
            kind::EMPTY | kind::TEXT | kind::TRUE | kind::FALSE => "",
            kind::SYMBOL => UNREADABLE,
            _ if is_number() => "",
            _ => NO_FIELDS,
        };
        set(&fields, name, value);
        refuse(option, problem)
    })?;
    Ok(fields.into())
}

/// Names that belong to the protocol.
const RESERVED: [&str; 3] = ["x-incode-hardware-id", "api-version", "content-type"];

/// The headers that have a value, under their names in small letters.
fn headers(option: &str, value: &JsValue, secrets: &Secrets) -> Result<JsValue> {
    let headers = empty();
    let mut count = 0;
    each(value, &mut |&Property { name, value, kind }| {
        let problem = match kind {
            kind::ABSENT => return Ok(()),
            kind::EMPTY | kind::TEXT if is_header_name(name) => "",
            kind::EMPTY | kind::TEXT => "has an illegal name",
            kind::SYMBOL => UNREADABLE,
            _ => NO_HEADERS,
        };
        refuse(option, problem)?;
        let told = concat(&[option, ".", &secrets.redact(name)]);
        let mut name = concat(&[name]);
        name.make_ascii_lowercase();
        let problem = if RESERVED.contains(&&*name) {
            "is set by incode-core"
        } else if !is_header_value(&text(value)) {
            ILLEGAL
        } else {
            ""
        };
        count += 1;
        set(&headers, &name, value);
        refuse(&told, problem)
    })?;
    let is_twice = Object::entries(&headers).length() < count;
    refuse(option, if is_twice { "has a name twice, in different case" } else { "" })?;
    Ok(headers.into())
}

/// `createSession`'s first argument.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn check_api_key(value: &JsValue) -> Result<()> {
    let kind = kind(value);
    refuse("apiKey", if kind == kind::ABSENT { MISSING } else { "" })?;
    checked(&Property { name: "apiKey", value, kind }, Rule::Credential, &Secrets::default()).map(drop)
}

/// `getFinishStatus`'s first argument; an empty one is none.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn flow_id(value: &JsValue) -> Result<String> {
    refuse("flowId", if kind(value) > kind::TEXT { NO_STRING } else { "" })?;
    Ok(text(value))
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
            ("external-id", "externalId"),
            ("externlId", "externalId"),
            ("externalIdd", "externalId"),
            ("extrenalId", "externalId"),
            ("customerExternalId", "externalCustomerId"),
            ("configurationID", "configurationId"),
            ("configId", "configurationId"),
            ("lang", "language"),
            ("langauge", "language"),
            ("apiUrl", "apiURL"),
            ("api_url", "apiURL"),
            ("customField", "customFields"),
            ("redirectURL", "redirectUrl"),
            ("redirect_url", "redirectUrl"),
            ("redirectionURL", "redirectionUrl"),
            ("urlUUID", "urlUuid"),
            ("Token", "token"),
            ("hostingapp", "hostingApp"),
            ("customer_external_id", "externalCustomerId"),
        ] {
            assert_eq!(Call::CreateSession.meant(typo), Some(meant), "{typo}");
        }
        assert_eq!(Call::GetFinishStatus.meant("retry"), Some("retries"));
        assert_eq!(Call::GetFinishStatus.meant("abort"), None);
    }

    #[test]
    fn lets_pass_what_the_api_may_come_to_know() {
        for name in [
            "sdkVersion",
            "device",
            "deviceFingerprint",
            "channel",
            "email",
            "phone",
            "name",
            "userId",
            "clientId",
            "flowType",
            "kind",
            "tags",
            "metadata",
            "region",
            "ipAddress",
            "optionOfNextYear",
            "x",
            "",
        ] {
            assert_eq!(Call::CreateSession.meant(name), None, "{name}");
        }
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
        fn two_slips_are_still_the_known_name(index in 0usize..17, at in any::<proptest::sample::Index>(), again in any::<proptest::sample::Index>(), with in "[a-z]") {
            let known = OPTIONS[index].0;
            let mut typo = known.to_owned();
            typo.remove(at.index(typo.len()));
            typo.insert_str(again.index(typo.len()), &with);
            prop_assert!(Call::CreateSession.rule(&typo).is_some() || Call::CreateSession.meant(&typo).is_some(), "{} for {}", typo, known);
        }

        #[test]
        fn never_panics(name in "\\PC*") {
            let _ = Call::CreateSession.meant(&name);
        }
    }
}
