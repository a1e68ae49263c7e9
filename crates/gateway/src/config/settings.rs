//! `causeway.toml`: the store, the listeners, the administration address, the relay, the secrets; and what can be
//! changed while the gateway runs: the limits of a message, and whose signatures hold.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use causeway_transport::HttpLimits;

use super::limits::{self, RawLimits};
use super::signature::{self, SignaturePolicy};
use super::source::{Section, SourceFile};
use super::terminology;

/// What a gateway needs to run, apart from endpoints and routes. Only the dictionary can be changed without a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// File of the store; a relative path begins at the data folder. `[store] path`, default `causeway.db`.
    pub store: PathBuf,
    /// Where messages are received. Every listener serves the paths of all endpoints.
    pub listeners: Vec<Listener>,
    /// Address of `/healthz`, `/readyz`, `/metrics` and decisions about deliveries; `None`: they are not served. `[admin] address`.
    pub admin: Option<SocketAddr>,
    /// How deliveries are leased.
    pub relay: RelayOptions,
    /// Where the secret of the keyed hashes comes from.
    pub index_key: IndexKeySource,
    /// Index of the dictionary of medicines and devices; a relative path begins at the configuration folder. `None`: codes
    /// are not looked up. `[terminology] index`.
    pub dictionary: Option<PathBuf>,
}

/// One `[[listeners]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Name, for logs and for [`crate::Addresses`].
    pub name: String,
    /// What to bind; port 0 takes a free one.
    pub address: SocketAddr,
    /// What peers are allowed.
    pub limits: HttpLimits,
}

/// The `[relay]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayOptions {
    /// The most deliveries to lease in one transaction. `batch`, default 64.
    pub batch: NonZeroU32,
    /// How long deliveries in flight may take to end when the gateway stops. `shutdown-grace-ms`, default 10,000.
    pub shutdown_grace: Duration,
}

impl Default for RelayOptions {
    fn default() -> Self {
        RelayOptions { batch: NonZeroU32::MIN.saturating_add(63), shutdown_grace: Duration::from_secs(10) }
    }
}

/// Where the secret of the keyed hashes comes from. Its `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub enum IndexKeySource {
    /// Made at the first start and kept in the data folder as `index.key`.
    DataFolder,
    /// `[security] index-key`.
    Text(String),
    /// `[security] index-key-file`; a relative path begins at the configuration folder.
    File(PathBuf),
}

impl fmt::Debug for IndexKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataFolder => f.write_str("DataFolder"),
            Self::Text(_) => f.write_str("Text(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

/// The shortest secret that is worth the name, in bytes.
const SHORTEST_KEY: usize = 16;

/// All of `causeway.toml`.
pub(super) struct Whole<'f> {
    pub(super) file: &'f SourceFile,
    pub(super) settings: Settings,
    pub(super) limits: RawLimits,
    pub(super) signature: Option<SignaturePolicy>,
}

/// Reads `causeway.toml`.
pub(super) fn read(file: &SourceFile) -> Whole<'_> {
    let mut root = file.root();
    let settings = Settings {
        store: store(&mut root),
        listeners: listeners(&mut root),
        admin: admin(&mut root),
        relay: relay(&mut root),
        index_key: index_key(&mut root),
        dictionary: terminology::index(&mut root),
    };
    let (limits, signature) = (limits::read(&mut root), signature::read(&mut root));
    root.finish();
    Whole { file, settings, limits, signature }
}

fn store(root: &mut Section<'_>) -> PathBuf {
    let default = "causeway.db".to_owned();
    let Some(mut section) = root.section("store") else { return default.into() };
    let path = section.or("path", default);
    section.finish();
    path.into()
}

fn listeners(root: &mut Section<'_>) -> Vec<Listener> {
    let mut listeners: Vec<Listener> = Vec::new();
    for mut section in root.list("listeners") {
        let name = section.required::<String>("name");
        let address = section.required::<SocketAddr>("address");
        let limits = section.parsed::<HttpLimits>("limits");
        if let Some((limits, at)) = limits.as_ref().map(|limits| (&limits.value, &limits.at))
            && let Err(error) = limits.check()
        {
            section.file().error(at, error.to_string());
        }
        if let (Some(name), Some(address)) = (name, address) {
            for other in &listeners {
                if other.name == name.value {
                    section.file().error(&name.at, "another listener has this name");
                }
                if other.address == address.value && address.value.port() != 0 {
                    section.file().error(&address.at, format!("listener `{}` has this address", other.name));
                }
            }
            let limits = limits.map(|limits| limits.value).unwrap_or_default();
            listeners.push(Listener { name: name.value, address: address.value, limits });
        }
        section.finish();
    }
    if listeners.is_empty() {
        root.error("expected at least one [[listeners]] table: without one nothing can be received");
    }
    listeners
}

fn admin(root: &mut Section<'_>) -> Option<SocketAddr> {
    let mut section = root.section("admin")?;
    let address = section.required("address").map(|address| address.value);
    section.finish();
    address
}

fn relay(root: &mut Section<'_>) -> RelayOptions {
    let default = RelayOptions::default();
    let Some(mut section) = root.section("relay") else { return default };
    let grace = section.optional::<u64>("shutdown-grace-ms");
    let options = RelayOptions {
        batch: section.or("batch", default.batch),
        shutdown_grace: grace.map_or(default.shutdown_grace, |grace| Duration::from_millis(grace.value)),
    };
    section.finish();
    options
}

fn index_key(root: &mut Section<'_>) -> IndexKeySource {
    let Some(mut section) = root.section("security") else { return IndexKeySource::DataFolder };
    let text = section.optional::<String>("index-key");
    let path = section.optional::<String>("index-key-file");
    let source = match (text, path) {
        (Some(_), Some(path)) => {
            section.file().error(&path.at, "expected `index-key` or `index-key-file`, not both");
            IndexKeySource::DataFolder
        }
        (Some(text), None) => {
            if text.value.len() < SHORTEST_KEY {
                let message = format!("`index-key` is expected to have at least {SHORTEST_KEY} characters");
                section.file().error(&text.at, message);
            }
            IndexKeySource::Text(text.value)
        }
        (None, Some(path)) => IndexKeySource::File(path.value.into()),
        (None, None) => IndexKeySource::DataFolder,
    };
    section.finish();
    source
}
