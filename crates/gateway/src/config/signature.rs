//! `[signature]`: which signatures of prescribers hold.
//!
//! Invariants: certificates and lists are read and parsed with the configuration, so that one that cannot be used is an
//! error of the configuration; what they are goes into its hash.

use std::fmt;
use std::sync::Arc;

use causeway_signature::{Policy, RevocationPolicy, Sha1Policy, Trust, TrustError};
use toml::de::DeValue;

use super::source::{Located, Section, Value};

/// Whom a gateway trusts to certify prescribers, and what it accepts.
#[derive(Clone)]
pub struct SignaturePolicy {
    /// Authorities and revocation lists. `trust` and `revocation-lists`.
    pub trust: Arc<Trust>,
    /// `sha1` (default `refuse`) and `revocation` (default `warn`).
    pub policy: Policy,
}

impl fmt::Debug for SignaturePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignaturePolicy").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Value for Sha1Policy {
    const EXPECTED: &'static str = "refuse or allow";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_str()? {
            "refuse" => Some(Sha1Policy::Refuse),
            "allow" => Some(Sha1Policy::AllowReceived),
            _ => None,
        }
    }
}

impl Value for RevocationPolicy {
    const EXPECTED: &'static str = "warn or require";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_str()? {
            "warn" => Some(RevocationPolicy::Warn),
            "require" => Some(RevocationPolicy::Require),
            _ => None,
        }
    }
}

/// Reads the table; `None` where there is none. What cannot be used is noted.
pub(super) fn read(root: &mut Section<'_>) -> Option<SignaturePolicy> {
    let mut section = root.section("signature")?;
    let authorities = section.required::<Vec<Located<String>>>("trust");
    let lists = section.optional::<Vec<Located<String>>>("revocation-lists");
    let policy = Policy {
        sha1: section.or("sha1", Sha1Policy::default()),
        revocation: section.or("revocation", RevocationPolicy::default()),
    };
    if let Some(authorities) = &authorities
        && authorities.value.is_empty()
    {
        section
            .file()
            .error(&authorities.at, "`trust` is expected to name at least one file: without one, no signature holds");
    }
    let mut trust = Trust::new();
    let paths = |located: Option<Located<Vec<_>>>| located.map(|located| located.value).unwrap_or_default();
    add(&section, &paths(authorities), |file| trust.add_authorities(file));
    add(&section, &paths(lists), |file| trust.add_lists(file));
    section.finish();
    Some(SignaturePolicy { trust: Arc::new(trust), policy })
}

fn add(section: &Section<'_>, paths: &[Located<String>], mut add: impl FnMut(&[u8]) -> Result<(), TrustError>) {
    for path in paths {
        let added = match section.file().read_beside(&path.value) {
            Ok(content) => add(&content).map_err(|error| error.to_string()),
            Err(error) => Err(super::folder::unreadable(&error)),
        };
        if let Err(reason) = added {
            section.file().error(&path.at, format!("this file can't be used: {reason}"));
        }
    }
}
