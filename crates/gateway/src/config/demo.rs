//! The demo configuration, and what a program may change in a configuration before it runs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::error::ConfigError;
use super::{Configuration, hash};

/// The files of the demo configuration: path relative to the folder, and content.
pub const DEMO_FILES: &[(&str, &str)] = &[
    ("causeway.toml", include_str!("../../../../config/causeway.toml")),
    ("endpoints/clinic.toml", include_str!("../../../../config/endpoints/clinic.toml")),
    ("endpoints/gp.toml", include_str!("../../../../config/endpoints/gp.toml")),
    ("endpoints/pharmacy.toml", include_str!("../../../../config/endpoints/pharmacy.toml")),
    ("endpoints/practice.toml", include_str!("../../../../config/endpoints/practice.toml")),
    ("routes/cancellations.toml", include_str!("../../../../config/routes/cancellations.toml")),
    ("routes/copies.toml", include_str!("../../../../config/routes/copies.toml")),
    ("routes/dispensing.toml", include_str!("../../../../config/routes/dispensing.toml")),
    ("routes/prescriptions.toml", include_str!("../../../../config/routes/prescriptions.toml")),
];

/// Addresses that take the place of configured ones. What is `None` or missing stays as configured.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// File of the store.
    pub store: Option<PathBuf>,
    /// Address of each listener by its name.
    pub listeners: BTreeMap<String, SocketAddr>,
    /// Address of `/healthz`, `/readyz` and `/metrics`.
    pub admin: Option<SocketAddr>,
    /// URL of each endpoint by its name.
    pub urls: BTreeMap<String, String>,
    /// The longest wait after the first failed attempt, for all endpoints.
    pub retry_base: Option<Duration>,
    /// The longest wait after any failed attempt, for all endpoints; at least `retry_base`.
    pub retry_cap: Option<Duration>,
}

impl Overrides {
    /// Changes a configuration and its hash.
    pub(super) fn apply(&self, configuration: &mut Configuration) -> Vec<ConfigError> {
        let mut errors = Vec::new();
        let mut refuse =
            |name: &str, what: &str| errors.push(ConfigError::whole("overrides", format!("`{name}`: {what}")));
        if let Some(store) = &self.store {
            configuration.settings.store.clone_from(store);
        }
        configuration.settings.admin = self.admin.or(configuration.settings.admin);
        for (name, address) in &self.listeners {
            match configuration.settings.listeners.iter_mut().find(|listener| listener.name == *name) {
                Some(listener) => listener.address = *address,
                None => refuse(name, "there is no such listener"),
            }
        }
        for (name, url) in &self.urls {
            let endpoint = configuration.endpoints.values_mut().find(|endpoint| endpoint.id.as_str() == name);
            match endpoint.map(|endpoint| endpoint.client.as_mut()) {
                None => refuse(name, "there is no such endpoint"),
                Some(None) => refuse(name, "the endpoint has no url that could be replaced"),
                Some(Some(client)) => {
                    client.url.clone_from(url);
                    if let Err(error) = client.check() {
                        refuse(name, &error.to_string());
                    }
                }
            }
        }
        if let (Some(base), Some(cap)) = (self.retry_base, self.retry_cap)
            && cap < base
        {
            refuse("retry_cap", "expected to be at least `retry_base`");
        }
        for endpoint in configuration.endpoints.values_mut() {
            let retry = &mut endpoint.policy.retry;
            retry.base = self.retry_base.unwrap_or(retry.base);
            retry.cap = self.retry_cap.unwrap_or(retry.cap);
            // Where only one of them was replaced, the other one gives way.
            match self.retry_base {
                Some(base) => retry.cap = retry.cap.max(base),
                None => retry.base = retry.base.min(retry.cap),
            }
        }
        configuration.hash = hash::with(&configuration.hash, &self.as_json());
        errors
    }

    fn as_json(&self) -> serde_json::Value {
        serde_json::json!({
            "store": self.store,
            "listeners": self.listeners,
            "admin": self.admin,
            "urls": self.urls,
            "retry-base-ms": self.retry_base.map(millis),
            "retry-cap-ms": self.retry_cap.map(millis),
        })
    }
}

fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
