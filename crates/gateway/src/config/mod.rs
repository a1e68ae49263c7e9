//! A configuration: one folder of TOML, read as a whole.
//!
//! Invariants:
//! - Everything is parsed, cross-checked and built before anything is used, and every error is reported, not only the
//!   first.
//! - Unknown keys, names, fields and rules are errors. Every key that may be left out has a documented default.
//! - Two configurations that say the same have the same hash, whatever their comments, order and division into files.
//! - No error and no `Debug` shows a secret.

mod check;
mod condition;
mod demo;
mod endpoint;
mod error;
mod field;
mod hash;
mod nearest;
mod route;
mod rules;
mod settings;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use causeway_relay::{ConfigHash, EndpointId};

pub use condition::{Condition, Test};
pub use demo::{DEMO_FILES, Overrides};
pub use endpoint::{Endpoint, Sector};
pub use error::ConfigError;
pub use field::FieldPath;
pub use route::{KINDS, OrderBy, Origin, Route, Target};
pub use settings::{IndexKeySource, Listener, RelayOptions, Settings};

use source::SourceFile;

/// The file that every configuration has.
const SETTINGS_FILE: &str = "causeway.toml";

/// A configuration that can be run.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// `causeway.toml`.
    pub settings: Settings,
    /// `endpoints/*.toml`, by name.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// `routes/*.toml`, sorted by name.
    pub routes: Vec<Route>,
    hash: ConfigHash,
}

impl Configuration {
    /// Reads and checks a configuration folder: `causeway.toml`, `endpoints/*.toml` and `routes/*.toml`. Blocks.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the files.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, Vec<ConfigError>> {
        let folder = folder.as_ref();
        let mut errors = Vec::new();
        let mut files = Vec::new();
        for name in file_names(folder, &mut errors) {
            match std::fs::read_to_string(folder.join(&name)) {
                Ok(text) => files.push((name, text)),
                Err(error) => errors.push(ConfigError::whole(name, unreadable(&error))),
            }
        }
        match Self::from_files(files) {
            Ok(mut configuration) if errors.is_empty() => {
                configuration.settings.index_key = configuration.settings.index_key.below(folder);
                Ok(configuration)
            }
            Ok(_) => Err(errors),
            Err(found) => {
                errors.extend(found);
                Err(errors)
            }
        }
    }

    /// Reads and checks files that are already in memory, each with its path relative to the folder.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the files.
    pub fn from_files<N, T>(files: impl IntoIterator<Item = (N, T)>) -> Result<Self, Vec<ConfigError>>
    where
        N: Into<String>,
        T: Into<String>,
    {
        let files: Vec<SourceFile> = files.into_iter().map(|(name, text)| SourceFile::new(name, text)).collect();
        let built = check::build(&files);
        let hash = hash::of(&files);
        let mut errors = Vec::new();
        if !files.iter().any(|file| file.name == SETTINGS_FILE) {
            errors.push(ConfigError::whole(SETTINGS_FILE, "this file is missing"));
        }
        errors.extend(files.into_iter().flat_map(SourceFile::into_errors));
        match built {
            Some((settings, endpoints, routes)) if errors.is_empty() => {
                Ok(Configuration { settings, endpoints, routes, hash })
            }
            _ => Err(errors),
        }
    }

    /// The demo configuration, which is built into the program.
    ///
    /// # Errors
    /// None, unless the program was built with a demo configuration that is wrong.
    pub fn demo() -> Result<Self, Vec<ConfigError>> {
        Self::from_files(DEMO_FILES.iter().copied())
    }

    /// The hash that is recorded with each message handled under this configuration.
    #[must_use]
    pub fn hash(&self) -> &ConfigHash {
        &self.hash
    }

    /// The endpoint to which messages for an organisation are delivered.
    #[must_use]
    pub fn endpoint_with_ods(&self, ods: &str) -> Option<&Endpoint> {
        self.endpoints
            .values()
            .find(|endpoint| endpoint.client.is_some() && endpoint.ods.as_str().eq_ignore_ascii_case(ods))
    }

    /// The same configuration with other addresses and URLs.
    ///
    /// # Errors
    /// If an endpoint is unknown or has no URL, or a URL can't be used.
    pub fn with_overrides(mut self, overrides: &Overrides) -> Result<Self, Vec<ConfigError>> {
        let errors = overrides.apply(&mut self);
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}

impl IndexKeySource {
    /// A relative path begins at the configuration folder.
    fn below(self, folder: &Path) -> Self {
        match self {
            IndexKeySource::File(path) => IndexKeySource::File(folder.join(path)),
            other => other,
        }
    }
}

/// The files of a configuration folder, in order, with `/` between the parts of a path.
fn file_names(folder: &Path, errors: &mut Vec<ConfigError>) -> Vec<String> {
    let mut names = Vec::new();
    if folder.join(SETTINGS_FILE).exists() {
        names.push(SETTINGS_FILE.to_owned());
    }
    for below in ["endpoints", "routes"] {
        match toml_files(&folder.join(below)) {
            Ok(files) => names.extend(files.iter().map(|file| format!("{below}/{file}"))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => errors.push(ConfigError::whole(below, unreadable(&error))),
        }
    }
    names
}

fn toml_files(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn unreadable(error: &std::io::Error) -> String {
    format!("can't be read: {}", error.kind())
}

#[cfg(test)]
mod tests;
