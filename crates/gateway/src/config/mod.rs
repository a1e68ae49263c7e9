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
mod folder;
mod hash;
mod limits;
mod nearest;
mod route;
mod rules;
mod settings;
mod signature;
mod source;
mod terminology;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use causeway_relay::{ConfigHash, EndpointId};

pub use condition::{Condition, Test};
pub use demo::{DEMO_FILES, Overrides};
pub use endpoint::{Endpoint, Sector};
pub use error::ConfigError;
pub use field::FieldPath;
pub use limits::MessageLimits;
pub use route::{OrderBy, Origin, Route, Target};
pub use rules::check_rules;
pub use settings::{IndexKeySource, Listener, RelayOptions, Settings};
pub use signature::SignaturePolicy;

use check::Built;
use source::SourceFile;

/// The file that every configuration has.
const SETTINGS_FILE: &str = "causeway.toml";

/// A configuration that can be run.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// `causeway.toml`.
    pub settings: Settings,
    /// `[signature]` of `causeway.toml`; `None`: nobody is trusted to certify prescribers.
    pub signature: Option<SignaturePolicy>,
    /// `endpoints/*.toml`, by name.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// `routes/*.toml`, sorted by name.
    pub routes: Vec<Route>,
    hash: ConfigHash,
}

impl Configuration {
    /// Reads and checks a configuration folder: `causeway.toml`, `endpoints/*.toml` and `routes/*.toml`. Blocks.
    ///
    /// Beside them may stand notes (`README*`, `*.md`), files whose name begins with a dot, the file that
    /// `index-key-file` names, those that `[signature]` and `[terminology]` name, and the folders `maps` and `tests`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the files, and then every file and folder that has no meaning here.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, Vec<ConfigError>> {
        let folder = folder.as_ref();
        let mut listing = folder::list(folder);
        let files = listing.files.iter().map(|name| match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => SourceFile::new(name, text).below(folder),
            Err(error) => SourceFile::unreadable(name, folder::unreadable(&error)),
        });
        let files: Vec<SourceFile> = files.collect();
        let (built, named, mut errors) = Self::assemble(files);
        named.iter().for_each(|path| listing.admit(folder, path));
        if let Some(IndexKeySource::File(key)) = built.as_ref().map(|configuration| &configuration.settings.index_key) {
            listing.admit(folder, key);
        }
        if let Some(index) = built.as_ref().and_then(|configuration| configuration.settings.dictionary.as_ref()) {
            listing.admit(folder, index);
        }
        errors.append(&mut listing.into_errors());
        match built {
            Some(mut configuration) if errors.is_empty() => {
                configuration.settings.index_key = configuration.settings.index_key.below(folder);
                configuration.settings.dictionary = configuration.settings.dictionary.map(|path| folder.join(path));
                Ok(configuration)
            }
            _ => Err(errors),
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
        let files = files.into_iter().map(|(name, text)| SourceFile::new(name, text));
        match Self::assemble(files.collect()) {
            (Some(configuration), _, errors) if errors.is_empty() => Ok(configuration),
            (_, _, errors) => Err(errors),
        }
    }

    /// What the files say, as far as it could be read, the files that they name, and everything that is wrong with it.
    fn assemble(files: Vec<SourceFile>) -> (Option<Self>, Vec<PathBuf>, Vec<ConfigError>) {
        let built = check::build(&files);
        let hash = hash::of(&files);
        let mut errors = Vec::new();
        if !files.iter().any(|file| file.name == SETTINGS_FILE) {
            errors.push(ConfigError::whole(SETTINGS_FILE, "this file is missing"));
        }
        let named = files.iter().flat_map(SourceFile::named).map(|(path, _)| path.into()).collect();
        errors.extend(files.into_iter().flat_map(SourceFile::into_errors));
        let configuration = built.map(|Built { settings, signature, endpoints, routes }| Configuration {
            settings,
            signature,
            endpoints,
            routes,
            hash,
        });
        (configuration, named, errors)
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

#[cfg(test)]
mod tests;
