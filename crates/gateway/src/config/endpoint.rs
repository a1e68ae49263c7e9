//! `endpoints/*.toml`: the systems that messages come from and go to.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use causeway_canonical::{Level, OdsCode, Severities, Severity};
use causeway_relay::{EndpointId, EndpointPolicy, InDoubtPolicy, RetryPolicy};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::context::CompatFile;
use causeway_translate::{ContextError, ContextFile, registry};
use causeway_transport::{ClientConfig, ClientError};
use jiff::Timestamp;
use toml::de::DeValue;

use super::limits::{self, MessageLimits, RawLimits};
use super::rules;
use super::source::{Located, Section, Value};

/// The time that an attempt may take beyond the exchange itself before the relay holds it to be in doubt. The client's
/// own time-out comes first, because it knows whether anything was sent.
const SEND_MARGIN: Duration = Duration::from_secs(5);

/// One `[endpoint.NAME]` table.
#[derive(Clone)]
pub struct Endpoint {
    /// Its name.
    pub id: EndpointId,
    /// Which part of the service it belongs to.
    pub sector: Sector,
    /// The organisation it speaks for.
    pub ods: OdsCode,
    /// The format it speaks.
    pub adapter: &'static dyn Adapter,
    /// The URL path on which it sends to us; `None`: it sends nothing.
    pub path: Option<String>,
    /// How it is reached; `None`: nothing is delivered to it.
    pub client: Option<ClientConfig>,
    /// How deliveries to it are retried.
    pub policy: EndpointPolicy,
    /// What a message of it may cost. `[endpoint.NAME.limits]`, otherwise `[limits]`.
    pub limits: MessageLimits,
    /// What its format needs and its messages don't carry; the clock is set for each message.
    context: Context,
}

impl Endpoint {
    /// The context of its format for a message received at `now`.
    #[must_use]
    pub fn context(&self, now: Timestamp) -> Context {
        Context { now, limits: self.limits.reading.clone(), ..self.context.clone() }
    }
}

/// The settings of the client are left out: headers can be credentials.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("id", &self.id)
            .field("sector", &self.sector)
            .field("ods", &self.ods)
            .field("format", &self.adapter.format())
            .field("path", &self.path)
            .field("policy", &self.policy)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Part of the health service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    /// General practice.
    PrimaryCare,
    /// Hospitals and their clinics.
    Hospital,
    /// Pharmacies and other dispensers in the community.
    CommunityPharmacy,
}

impl Sector {
    /// Every sector.
    pub const ALL: [Sector; 3] = [Sector::PrimaryCare, Sector::Hospital, Sector::CommunityPharmacy];

    /// The word in configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Sector::PrimaryCare => "primary-care",
            Sector::Hospital => "hospital",
            Sector::CommunityPharmacy => "community-pharmacy",
        }
    }
}

impl Value for Sector {
    const EXPECTED: &'static str = "primary-care, hospital or community-pharmacy";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = value.as_str()?;
        Sector::ALL.into_iter().find(|sector| sector.as_str() == text)
    }
}

impl Value for InDoubtPolicy {
    const EXPECTED: &'static str = "resend";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        (value.as_str()? == "resend").then_some(InDoubtPolicy::Resend)
    }
}

impl Value for CompatFile {
    const EXPECTED: &'static str = "none, nhs-eps-api, or a list of defects such as EPS-D09";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match String::read(value) {
            Some(name) => Some(CompatFile::Named(name)),
            None => {
                let defects = Vec::<Located<String>>::read(value)?;
                Some(CompatFile::Defects(defects.into_iter().map(|defect| defect.value).collect()))
            }
        }
    }
}

/// An endpoint with the places of what is compared with other endpoints.
pub(super) struct RawEndpoint {
    pub(super) endpoint: Endpoint,
    pub(super) limits: RawLimits,
    pub(super) path: Option<Located<String>>,
    pub(super) ods: Located<String>,
}

/// Reads one endpoint. `None` if it lacks what others refer to; then the errors are noted.
pub(super) fn read(name: &Located<String>, mut section: Section<'_>) -> Option<RawEndpoint> {
    check_name(&section, name);
    let sector = section.required::<Sector>("sector");
    let ods = ods(&mut section);
    let adapter = adapter(&mut section);
    let path = path(&mut section);
    let (client, policy) = delivery(&mut section);
    let context = context(&mut section);
    let limits = limits::read(&mut section);
    if path.is_none() && client.is_none() {
        section.error("expected a `path`, a `url` or both: with neither, nothing comes from here or goes here");
    }
    section.finish();
    let ods = ods?;
    let endpoint = Endpoint {
        id: EndpointId::from(name.value.as_str()),
        sector: sector?.value,
        ods: OdsCode::new(ods.value.clone()),
        adapter: adapter?,
        path: path.as_ref().map(|path| path.value.clone()),
        client,
        policy,
        limits: MessageLimits::default(),
        context: context?,
    };
    Some(RawEndpoint { endpoint, limits, path, ods })
}

/// Names of endpoints and routes stand in metrics, logs and commands.
pub(super) fn check_name(section: &Section<'_>, name: &Located<String>) {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.value.is_empty() || name.value.len() > 64 || !name.value.bytes().all(allowed) {
        section.file().error(&name.at, "a name is expected to be 1 to 64 lower-case letters, digits and hyphens");
    }
}

fn ods(section: &mut Section<'_>) -> Option<Located<String>> {
    let ods = section.required::<String>("ods")?;
    if let Err(fault) = OdsCode::new(ods.value.clone()).check()
        && fault.severity == Severity::Error
    {
        section.file().error(&ods.at, format!("`ods`: {fault}"));
    }
    Some(ods)
}

fn adapter(section: &mut Section<'_>) -> Option<&'static dyn Adapter> {
    let format = section.required::<String>("format")?;
    let adapter = registry::adapter(&format.value);
    if adapter.is_none() {
        let known = registry::formats().collect::<Vec<_>>().join(", ");
        section.file().error(&format.at, format!("`format` is expected to be one of {known}"));
    }
    adapter
}

fn path(section: &mut Section<'_>) -> Option<Located<String>> {
    let path = section.optional::<String>("path")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~$".contains(&byte);
    let text = path.value.as_str();
    if !text.starts_with('/') || text.contains("//") || !text.bytes().all(allowed) {
        let message = "`path` is expected to be a path of a url, such as /gp, of letters, digits and - . _ ~ $ /";
        section.file().error(&path.at, message);
    }
    Some(path)
}

fn delivery(section: &mut Section<'_>) -> (Option<ClientConfig>, EndpointPolicy) {
    let default = EndpointPolicy::default();
    let url = section.optional::<String>("url");
    let timeout = section.optional::<u64>("timeout-ms");
    let connect = section.optional::<u64>("connect-timeout-ms");
    let max_in_flight = section.optional::<NonZeroU32>("max-in-flight");
    let in_doubt = section.optional::<InDoubtPolicy>("in-doubt");
    let retry = retry(section);
    let mut client = ClientConfig::new(url.as_ref().map(|url| url.value.as_str()).unwrap_or_default());
    if let Some(timeout) = &timeout {
        client.timeout_ms = timeout.value;
    }
    client.connect_timeout_ms = connect.as_ref().map(|connect| connect.value);
    let policy = EndpointPolicy {
        max_in_flight: max_in_flight.as_ref().map_or(default.max_in_flight, |number| number.value),
        send_timeout: Duration::from_millis(client.timeout_ms).saturating_add(SEND_MARGIN),
        retry: retry.unwrap_or_default(),
        in_doubt: in_doubt.as_ref().map_or(default.in_doubt, |policy| policy.value),
    };
    let at = [&timeout, &connect].map(|key| key.as_ref().map(|key| key.at.clone()));
    let [timeout, connect] = at;
    let Some(url) = url else {
        let set = [timeout, connect, max_in_flight.map(|key| key.at), in_doubt.map(|key| key.at)];
        if let Some(at) = set.into_iter().flatten().next() {
            section.file().error(&at, "this key is about deliveries, and without a `url` there are none");
        }
        return (None, policy);
    };
    if let Err(error) = client.check() {
        let at = match error {
            ClientError::ConnectTimeoutTooLong | ClientError::Zero("connect-timeout-ms") => connect.or(timeout),
            ClientError::Zero("timeout-ms") => timeout,
            _ => None,
        };
        section.file().error(&at.unwrap_or(url.at), error.to_string());
    }
    (Some(client), policy)
}

/// `None` if no key is set.
fn retry(section: &mut Section<'_>) -> Option<RetryPolicy> {
    let default = RetryPolicy::default();
    let base = section.optional::<u64>("retry-base-ms");
    let cap = section.optional::<u64>("retry-cap-ms");
    let give_up = section.optional::<u64>("give-up-after-s");
    let notify = section.optional::<u64>("notify-after-s");
    let millis =
        |key: &Option<Located<u64>>, default| key.as_ref().map_or(default, |key| Duration::from_millis(key.value));
    let policy = RetryPolicy {
        base: millis(&base, default.base),
        cap: millis(&cap, default.cap),
        // Nought: never.
        notify_after: notify
            .as_ref()
            .map_or(default.notify_after, |key| (key.value > 0).then(|| Duration::from_secs(key.value))),
        give_up_after: give_up.as_ref().map_or(default.give_up_after, |key| Duration::from_secs(key.value)),
    };
    for key in [&base, &cap].into_iter().flatten() {
        if key.value == 0 {
            section
                .file()
                .error(&key.at, "a wait is expected to be at least 1: a receiver that is down must not be hammered");
        }
    }
    if policy.cap < policy.base
        && let Some(at) = cap.as_ref().or(base.as_ref()).map(|key| &key.at)
    {
        section.file().error(at, "`retry-cap-ms` is expected to be at least `retry-base-ms`");
    }
    [base, cap, give_up, notify].iter().any(Option::is_some).then_some(policy)
}

fn context(section: &mut Section<'_>) -> Option<Context> {
    let mut text = |key| section.optional::<String>(key).map(|located| located.value);
    let file = ContextFile {
        now: None,
        interaction_suffix: text("interaction_suffix"),
        sender_asid: text("sender_asid"),
        receiver_asid: text("receiver_asid"),
        sds_user_id: text("sds_user_id"),
        sds_role_profile_id: text("sds_role_profile_id"),
        sds_job_role: text("sds_job_role"),
        compat: section.optional::<CompatFile>("compat").map(|located| located.value),
        rules: severities(section),
        ..ContextFile::default()
    };
    match file.build(Timestamp::UNIX_EPOCH) {
        Ok(context) => Some(context),
        Err(ContextError::Value { key, expected }) => {
            section.error(format!("`{key}` is expected to be {expected}"));
            None
        }
        Err(error) => {
            section.error(error.to_string());
            None
        }
    }
}

/// Reads a `[rules]` table.
pub(super) fn severities(section: &mut Section<'_>) -> Severities {
    let mut severities = Severities::default();
    let Some(table) = section.section("rules") else { return severities };
    let file = table.file();
    for (name, value) in table.rest() {
        if let Some(message) = rules::unknown(&name.value) {
            file.error(&name.at, message);
        }
        let level = match value.get_ref().as_str() {
            Some("error") => Level::Error,
            Some("warning") => Level::Warning,
            Some("off") => Level::Off,
            _ => {
                file.error(&value.span(), "the severity of a rule is expected to be error, warning or off");
                continue;
            }
        };
        if let Some(message) = rules::lowered(&name.value, level) {
            file.error(&value.span(), message);
        }
        severities.0.insert(name.value, level);
    }
    severities
}
