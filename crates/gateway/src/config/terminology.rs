//! `[terminology]`: where the dictionary of medicines and devices is, and what a route does about codes that it does not
//! bear out.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use causeway_canonical::{Level, Severities};
use causeway_validate::catalogue::terminology::TOPICS;
use toml::de::DeValue;

use super::source::{Located, Section, Value};

/// What is done about a message with such a code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Policy {
    /// It is carried, and nothing is said.
    Accept,
    /// It is carried, and its findings are stored with it.
    Warn,
    /// It is taken, and what this route sends waits for a person.
    Park,
    /// It is refused.
    Refuse,
}

impl Policy {
    fn level(self) -> Level {
        match self {
            Policy::Accept => Level::Off,
            Policy::Warn | Policy::Park => Level::Warning,
            Policy::Refuse => Level::Error,
        }
    }
}

impl Value for Policy {
    const EXPECTED: &'static str = "accept, warn, park or refuse";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_str()? {
            "accept" => Some(Policy::Accept),
            "warn" => Some(Policy::Warn),
            "park" => Some(Policy::Park),
            "refuse" => Some(Policy::Refuse),
            _ => None,
        }
    }
}

/// Reads `[terminology]` of `causeway.toml`: the index, if there is one.
pub(super) fn index(root: &mut Section<'_>) -> Option<PathBuf> {
    let mut section = root.section("terminology")?;
    let index = section.required::<String>("index");
    section.finish();
    index.map(|index| index.value.into())
}

/// What `[route.NAME.terminology]` says beside severities.
#[derive(Default)]
pub(super) struct Policies {
    /// Where the table stands, if there is one.
    pub(super) at: Option<Range<usize>>,
    /// The rules because of which deliveries are parked.
    pub(super) parks: BTreeSet<&'static str>,
}

/// Reads `[route.NAME.terminology]`, and adds what it says to the severities of the route.
pub(super) fn policies(route: &mut Section<'_>, rules: &mut Severities) -> Policies {
    let mut policies = Policies::default();
    let Some(mut section) = route.section("terminology") else { return policies };
    policies.at = Some(section.at().clone());
    for topic in &TOPICS {
        let Some(Located { value: policy, at }) = section.optional::<Policy>(topic.key) else { continue };
        for rule in topic.rules {
            if policy == Policy::Park {
                policies.parks.insert(rule.name);
            }
            if rules.0.insert(rule.name.to_owned(), policy.level()).is_some() {
                let message =
                    format!("`{}` decides about `{}`, and so does [rules]; one is expected", topic.key, rule.name);
                section.file().error(&at, message);
            }
        }
    }
    section.finish();
    policies
}
