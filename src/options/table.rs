//! All options: their names, their rules, and the calls that accept them.

use super::typo;
use crate::platform::host;
use crate::platform::inspect::Kind;
use js_sys::Array;

/// The values that an option accepts.
#[derive(Clone, Copy, PartialEq)]
pub enum Rule {
    /// A URL that `api_url::check` accepts.
    ApiUrl,
    /// A non-empty string that is a valid header value.
    Credential,
    Headers,
    /// An integer in ms.
    Timeout,
    /// An integer.
    Retries,
    Signal,
    Fetch,
    Encryption,
    /// Configures the vendor's own capture modules; does nothing here.
    Ignored,
    /// For the API: a string.
    String,
    /// For the API: a non-empty string that names the configuration of a new session.
    Configuration,
    /// For the API: a string. Unless it is empty, it names a session to continue.
    ResumeBy,
    /// For the API: strings, numbers and booleans.
    Fields,
    /// Belongs to `setup`; rejected in `createSession`.
    SetupOnly,
    /// The first argument of `createSession`; rejected among its options.
    ApiKey,
}

/// In ms: the maximum of `setTimeout`.
pub const MAX_TIMEOUT: f64 = i32::MAX as f64;
pub const MAX_RETRIES: f64 = 10.0;

const NOT_A_STRING: &str = "must be a string";

impl Rule {
    /// Returns true if the rule accepts a kind of value.
    pub fn accepts(self, kind: Kind) -> bool {
        match self {
            Self::Credential => kind == Kind::Printable,
            Self::ApiUrl | Self::Configuration => matches!(kind, Kind::Printable | Kind::String),
            Self::String | Self::ResumeBy => kind.is_string(),
            Self::Headers | Self::Fields => kind == Kind::Plain,
            Self::Timeout | Self::Retries => kind == Kind::Other,
            Self::Signal => kind == Kind::Signal,
            Self::Fetch => kind == Kind::Function,
            Self::Encryption => kind == Kind::False,
            Self::Ignored => true,
            Self::SetupOnly | Self::ApiKey => false,
        }
    }

    /// Says what is accepted, worded to follow the name of the option.
    pub fn expected(self) -> &'static str {
        match self {
            Self::ApiUrl => "must be a string or a URL",
            Self::Credential | Self::Configuration | Self::String | Self::ResumeBy => NOT_A_STRING,
            Self::Headers => "must be an object with string values",
            Self::Fields => "must be an object with string, number or boolean values",
            Self::Timeout => "must be an integer from 1 to 2147483647 (ms)",
            Self::Retries => "must be an integer from 0 to 10",
            Self::Signal => "must be an AbortSignal",
            Self::Fetch => "must be a function",
            Self::Encryption | Self::Ignored => "",
            Self::SetupOnly => "is an option of setup, not createSession",
            Self::ApiKey => "is the first argument of createSession, not an option",
        }
    }
}

/// A call that takes options; as a number, its bit in `OPTIONS`.
#[derive(Clone, Copy, PartialEq)]
pub enum Operation {
    Setup = 1,
    InitializeSession = 2,
    CreateSession = 4,
    GetFinishStatus = 8,
}

const SETUP: u8 = Operation::Setup as u8;
const INITIALIZE: u8 = Operation::InitializeSession as u8;
const CREATE: u8 = Operation::CreateSession as u8;
const FINISH: u8 = Operation::GetFinishStatus as u8;
/// For what is an argument of `createSession`, not an option.
const ARGUMENT: u8 = 16;

/// Every option, its rule, and the calls that accept it. If a typo matches two options, the first is suggested.
pub const OPTIONS: &[(&str, Rule, u8)] = &[
    ("configurationId", Rule::Configuration, CREATE),
    ("language", Rule::String, CREATE),
    ("externalId", Rule::String, CREATE),
    ("externalCustomerId", Rule::String, CREATE),
    ("countryCode", Rule::String, CREATE),
    ("interviewId", Rule::ResumeBy, CREATE),
    ("uuid", Rule::ResumeBy, CREATE),
    ("urlUuid", Rule::ResumeBy, CREATE),
    ("redirectUrl", Rule::String, CREATE),
    ("redirectionUrl", Rule::String, CREATE),
    ("integrationId", Rule::String, CREATE),
    ("customFields", Rule::Fields, CREATE),
    ("apiURL", Rule::ApiUrl, SETUP | CREATE | FINISH),
    ("customHeaders", Rule::Headers, SETUP | CREATE | FINISH),
    ("signal", Rule::Signal, INITIALIZE | CREATE | FINISH),
    ("timeout", Rule::Timeout, SETUP | CREATE | FINISH),
    ("retries", Rule::Retries, SETUP | CREATE | FINISH),
    ("fetch", Rule::Fetch, SETUP | CREATE | FINISH),
    ("token", Rule::Credential, SETUP | INITIALIZE | FINISH),
    ("encryption", Rule::Encryption, SETUP),
    ("wasm", Rule::Ignored, SETUP),
    ("hostingApp", Rule::Ignored, SETUP | INITIALIZE),
    ("flow", Rule::Ignored, SETUP),
    ("theme", Rule::Ignored, SETUP),
    ("uiConfig", Rule::Ignored, SETUP),
    ("apiKey", Rule::ApiKey, ARGUMENT),
];

/// Other names that people use for an option.
const ALIASES: [(&str, &str); 7] = [
    ("lang", "language"),
    ("locale", "language"),
    ("configId", "configurationId"),
    ("flowId", "configurationId"),
    ("customerId", "externalCustomerId"),
    ("retry", "retries"),
    ("maxRetries", "retries"),
];

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::InitializeSession => "initializeSession",
            Self::CreateSession => "createSession",
            Self::GetFinishStatus => "getFinishStatus",
        }
    }

    /// Returns true if unknown options go to the API, because it may know more than this crate.
    pub fn forwards_unknown(self) -> bool {
        self == Self::CreateSession
    }

    /// Returns true if an unknown option that looks like a typo is rejected. Any other one only gets a warning.
    pub fn rejects_typos(self) -> bool {
        matches!(self, Self::CreateSession | Self::GetFinishStatus)
    }

    /// Returns true if the options can be a whole session from `createSession`. Its other fields are ignored silently.
    pub fn accepts_session(self) -> bool {
        matches!(self, Self::Setup | Self::GetFinishStatus)
    }

    /// Logs one warning about options that this call does not know.
    pub fn warn_about(self, unknown: &Array) {
        if unknown.length() > 0 {
            host::warn_about_options(self.name(), self.forwards_unknown(), unknown);
        }
    }

    /// Returns the rule of an option; `None` if this call does not know it.
    pub fn rule(self, name: &str) -> Option<Rule> {
        let (_, rule, calls) = OPTIONS.iter().find(|(known, ..)| *known == name)?;
        match self {
            _ if calls & self as u8 != 0 => Some(*rule),
            Self::CreateSession if calls & SETUP != 0 => Some(Rule::SetupOnly),
            Self::CreateSession if *rule == Rule::ApiKey => Some(Rule::ApiKey),
            _ => None,
        }
    }

    /// Returns the option that an unknown name probably stands for: the likeliest, then the first.
    pub fn suggest(self, name: &str) -> Option<&'static str> {
        let alias = ALIASES.iter().find(|(alias, _)| name.eq_ignore_ascii_case(alias)).map_or("", |(_, known)| known);
        let mut best = (None, typo::TOO_FAR);
        for (known, _, calls) in OPTIONS {
            let is_own = calls & self as u8 != 0;
            let is_related = self == Self::CreateSession && calls & (SETUP | ARGUMENT) != 0;
            let is_same = (is_own || is_related) && typo::is_same(name.as_bytes(), known.as_bytes());
            let distance = if is_same || is_own && *known == alias {
                0
            } else if is_own {
                typo::distance(name, known)
            } else {
                typo::TOO_FAR
            };
            if distance < best.1 {
                best = (Some(*known), distance);
            }
        }
        best.0
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn suggests_the_option_that_a_typo_stands_for() {
        for (typo, suggestion) in [
            ("externalID", "externalId"),
            ("external_id", "externalId"),
            ("external-id", "externalId"),
            ("externlId", "externalId"),
            ("externalIdd", "externalId"),
            ("extrenalId", "externalId"),
            ("configurationID", "configurationId"),
            ("configId", "configurationId"),
            ("flowId", "configurationId"),
            ("lang", "language"),
            ("locale", "language"),
            ("langauge", "language"),
            ("l?nguage", "language"),
            ("apiUrl", "apiURL"),
            ("api_url", "apiURL"),
            ("apiUrls", "apiURL"),
            ("customField", "customFields"),
            ("customerId", "externalCustomerId"),
            ("redirectURL", "redirectUrl"),
            ("redirect_url", "redirectUrl"),
            ("redirectionURL", "redirectionUrl"),
            ("urlUUID", "urlUuid"),
            ("UUID", "uuid"),
            ("Token", "token"),
            ("hostingapp", "hostingApp"),
            ("ui_config", "uiConfig"),
            ("api_key", "apiKey"),
        ] {
            assert_eq!(Operation::CreateSession.suggest(typo), Some(suggestion), "{typo}");
        }
        for (typo, suggestion) in [
            ("retry", "retries"),
            ("maxRetries", "retries"),
            ("tok?n", "token"),
            ("signals", "signal"),
            ("fecth", "fetch"),
        ] {
            assert_eq!(Operation::GetFinishStatus.suggest(typo), Some(suggestion), "{typo}");
        }
    }

    #[test]
    fn leaves_other_names_to_the_api() {
        for name in [
            "code",
            "id",
            "url",
            "uid",
            "lng",
            "ine",
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
            "tokenn",
            "country",
            "customerExternalId",
            "uuids",
            "apiKeys",
            "x",
            "",
        ] {
            assert_eq!(Operation::CreateSession.suggest(name), None, "{name}");
        }
        assert_eq!(Operation::GetFinishStatus.suggest("abort"), None);
        assert_eq!(Operation::GetFinishStatus.suggest("lang"), None);
    }

    proptest! {
        #[test]
        fn recognizes_two_edits_of_a_long_name(index in 0usize..17, at in any::<proptest::sample::Index>(), again in any::<proptest::sample::Index>(), with in "[a-z]") {
            let known = OPTIONS[index].0;
            prop_assume!(known.len() >= 8);
            let mut typo = known.to_owned();
            typo.remove(at.index(typo.len()));
            typo.insert_str(again.index(typo.len()), &with);
            prop_assert!(Operation::CreateSession.rule(&typo).is_some() || Operation::CreateSession.suggest(&typo).is_some(), "{} for {}", typo, known);
        }

        #[test]
        fn never_panics(name in "\\PC*") {
            let _ = Operation::CreateSession.suggest(&name);
        }
    }
}
