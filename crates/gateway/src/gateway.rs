//! The running gateway: start, reload, stop.
//!
//! Invariants:
//! - It takes messages only when everything is in place: store, key, clients, listeners, relay.
//! - A configuration that can't be used changes nothing.
//! - It stops from the outside in: listeners, then the messages under way, then the relay, then the store.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use causeway_relay::{Clock, EndpointId, Relay, RelaySettings, Store, StoreError, SystemClock};
use causeway_store_sqlite::SqliteStore;
use causeway_transport::{ClientError, HttpLimits, HttpListener};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Configuration, Listener, Settings};
use crate::core::Core;
use crate::deliver::Deliverer;
use crate::dictionary;
use crate::events::{ConfigurationReplaced, Started, Stopped};
use crate::index::{IndexKey, IndexKeyError};
use crate::plan::Plan;
use crate::stats::Stats;
use crate::workers::Workers;
use crate::{admin, pipeline};

/// Why a gateway did not start. Nothing is left running.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder can't be made.
    #[error("the data folder {} can't be made: {reason}", .path.display())]
    DataFolder {
        /// The folder.
        path: std::path::PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The store can't be opened.
    #[error(transparent)]
    Store(#[from] causeway_store_sqlite::OpenError),
    /// There is no secret for the keyed hashes.
    #[error(transparent)]
    IndexKey(#[from] IndexKeyError),
    /// An address can't be bound.
    #[error("{address} can't be bound for {name}: {reason}")]
    Bind {
        /// Name of the listener, or `admin`.
        name: String,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
    /// No client can be made for an endpoint.
    #[error("endpoint {endpoint}: {reason}")]
    Client {
        /// The endpoint.
        endpoint: EndpointId,
        /// Why not.
        reason: ClientError,
    },
    /// The dictionary of medicines and devices can't be used.
    #[error(transparent)]
    Dictionary(#[from] causeway_terminology::OpenError),
    /// A task of the start came to no end.
    #[error("the start was interrupted")]
    Interrupted,
}

/// Why a configuration was not put in place. The one before is still in place.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// It changes what is settled at the start.
    #[error("{} can't be changed while the gateway runs; restart it", .0.join(", "))]
    NeedsRestart(Vec<&'static str>),
    /// The dictionary of medicines and devices can't be used.
    #[error(transparent)]
    Dictionary(#[from] causeway_terminology::OpenError),
    /// No client can be made for an endpoint.
    #[error("endpoint {endpoint}: {reason}")]
    Client {
        /// The endpoint.
        endpoint: EndpointId,
        /// Why not.
        reason: ClientError,
    },
}

/// Why a gateway did not stop in order. Whatever was in flight is sent again at the next start.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// Not everything had ended at the deadline.
    #[error("not everything in flight had ended at the deadline; it is sent again at the next start")]
    Deadline,
    /// The store did not take back what was in flight.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A task crashed.
    #[error("a part of the gateway had crashed; see the log")]
    Crashed,
}

/// What was bound, with real ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Each listener by its name, in the order of the configuration.
    pub listeners: Vec<(String, SocketAddr)>,
    /// The address of `/healthz`, `/readyz` and `/metrics`.
    pub admin: Option<SocketAddr>,
}

impl Addresses {
    /// The address of a listener.
    #[must_use]
    pub fn listener(&self, name: &str) -> Option<SocketAddr> {
        self.listeners.iter().find(|(listener, _)| listener == name).map(|(_, address)| *address)
    }
}

/// A running gateway. Dropped without [`Gateway::stop`], it ends at once; what was in flight is sent again at the next
/// start.
pub struct Gateway {
    core: Arc<Core>,
    addresses: Addresses,
    listeners: Vec<JoinHandle<()>>,
    relay: JoinHandle<Result<(), StoreError>>,
    admin: Option<JoinHandle<()>>,
    cancel: Cancel,
    /// Held by a reload, so that plan and policies always belong together.
    reloading: Mutex<()>,
}

/// Each part is told to end by itself; dropping ends all.
struct Cancel {
    listeners: CancellationToken,
    relay: CancellationToken,
    admin: CancellationToken,
}

impl Drop for Cancel {
    fn drop(&mut self) {
        self.listeners.cancel();
        self.relay.cancel();
        self.admin.cancel();
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Opens the store in the data folder, which is made if there is none, and starts. Must be called within a Tokio
    /// runtime.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(configuration: Configuration, data_folder: impl AsRef<Path>) -> Result<Self, StartError> {
        let folder = data_folder.as_ref().to_owned();
        let settings = configuration.settings.clone();
        let opening = tokio::task::spawn_blocking(move || {
            make_folder(&folder)?;
            let key = IndexKey::open(&settings.index_key, &folder)?;
            Ok::<_, StartError>((SqliteStore::open(folder.join(&settings.store))?, key))
        });
        let (store, key) = opening.await.map_err(|_| StartError::Interrupted)??;
        Self::start_on(configuration, Arc::new(store), key).await
    }

    /// Starts on a store that is already open.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start_on(
        configuration: Configuration,
        store: Arc<dyn Store>,
        key: IndexKey,
    ) -> Result<Self, StartError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let settings = configuration.settings.clone();
        let hash = configuration.hash().clone();
        let dictionary = dictionary::open(settings.dictionary.as_deref(), None)?;
        let plan = Plan::build(configuration, None, dictionary)
            .map_err(|(endpoint, reason)| StartError::Client { endpoint, reason })?;
        let bound = Bound::all(&settings)?;
        let addresses = bound.addresses();
        let policies = plan.policies();
        let core = Arc::new_cyclic(|core| Core {
            current: ArcSwap::from_pointee(plan),
            relay: Relay::new(
                store,
                Arc::new(Deliverer(Weak::clone(core))),
                policies,
                Arc::clone(&clock),
                relay_settings(&settings),
            ),
            index_key: key,
            clock,
            workers: Workers::new(),
            metrics: Arc::default(),
            tasks: TaskTracker::new(),
            health: crate::core::Health::default(),
        });
        let gateway = Self::run(core, bound, addresses);
        let shown = gateway.addresses.listeners.iter().map(|(name, address)| format!("{name} {address}"));
        let shown = shown.collect::<Vec<_>>().join(", ");
        gateway.core.metrics.emit(Started { hash: &hash, addresses: shown });
        gateway.core.tell_dictionary(None);
        Ok(gateway)
    }

    fn run(core: Arc<Core>, bound: Bound, addresses: Addresses) -> Self {
        let cancel = Cancel {
            listeners: CancellationToken::new(),
            relay: CancellationToken::new(),
            admin: CancellationToken::new(),
        };
        let relay = tokio::spawn(deliver(Arc::clone(&core), cancel.relay.clone()));
        let listeners = bound.listeners.into_iter().map(|(listener, socket)| {
            tokio::spawn(listen(Arc::clone(&core), listener.limits, socket, cancel.listeners.clone()))
        });
        let listeners = listeners.collect();
        let admin = bound.admin.map(|socket| {
            let router = admin::router(Arc::clone(&core));
            tokio::spawn(socket.serve(router, cancel.admin.clone()))
        });
        Gateway { core, addresses, listeners, relay, admin, cancel, reloading: Mutex::new(()) }
    }

    /// What was bound.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What was counted since the start.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.core.metrics.snapshot()
    }

    /// The store, for searches.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(self.core.relay.store())
    }

    /// The secret under which NHS numbers are searched for.
    #[must_use]
    pub fn index_key(&self) -> &IndexKey {
        &self.core.index_key
    }

    /// The configuration in place.
    #[must_use]
    pub fn configuration(&self) -> Configuration {
        self.core.plan().configuration.clone()
    }

    /// Why no message can be taken at the moment; `None` if one can. The same as `/readyz`.
    pub async fn trouble(&self) -> Option<String> {
        admin::trouble(&self.core).await
    }

    /// Puts another configuration in place: endpoints, routes, policies and the dictionary, all at once; and a dictionary that
    /// was replaced where it stood. Messages under way end under the
    /// one that they began with.
    ///
    /// # Errors
    /// See [`ReloadError`]; then nothing has changed.
    pub fn reload(&self, configuration: Configuration) -> Result<(), ReloadError> {
        let _one_at_a_time = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.core.plan();
        let settled = settled(&before.configuration.settings, &configuration.settings);
        if !settled.is_empty() {
            return Err(ReloadError::NeedsRestart(settled));
        }
        let dictionary = dictionary::open(configuration.settings.dictionary.as_deref(), before.index())?;
        let plan = Plan::build(configuration, Some(&before), dictionary)
            .map_err(|(endpoint, reason)| ReloadError::Client { endpoint, reason })?;
        let hash = plan.configuration.hash().clone();
        let policies = plan.policies();
        self.core.current.store(Arc::new(plan));
        self.core.relay.set_endpoints(policies);
        self.core.metrics.emit(ConfigurationReplaced { hash: &hash });
        self.core.tell_dictionary(before.index());
        Ok(())
    }

    /// Stops: takes no more messages, lets those under way end, then the deliveries in flight, then closes the store. What
    /// has not ended at the deadline is broken off.
    ///
    /// # Errors
    /// See [`StopError`]. The gateway has stopped in any case, and nothing acknowledged is lost.
    pub async fn stop(self, deadline: Duration) -> Result<(), StopError> {
        let metrics = Arc::clone(&self.core.metrics);
        let stopped = tokio::time::timeout(deadline, self.stop_in_order()).await.unwrap_or(Err(StopError::Deadline));
        metrics.emit(Stopped { in_order: stopped.is_ok() });
        stopped
    }

    async fn stop_in_order(mut self) -> Result<(), StopError> {
        let mut crashed = false;
        self.core.health.stopping();
        self.cancel.listeners.cancel();
        for listener in &mut self.listeners {
            crashed |= listener.await.is_err();
        }
        self.core.tasks.close();
        self.core.tasks.wait().await;
        self.cancel.relay.cancel();
        let delivered = (&mut self.relay).await;
        self.cancel.admin.cancel();
        if let Some(admin) = &mut self.admin {
            crashed |= admin.await.is_err();
        }
        match delivered {
            Ok(ended) => ended?,
            Err(_) => crashed = true,
        }
        if crashed { Err(StopError::Crashed) } else { Ok(()) }
    }
}

impl Drop for Gateway {
    /// Breaks off what [`Gateway::stop`] did not end, so that the store is free for the next start.
    fn drop(&mut self) {
        self.relay.abort();
        let tasks = self.listeners.iter().chain(&self.admin);
        tasks.for_each(JoinHandle::abort);
    }
}

async fn deliver(core: Arc<Core>, cancel: CancellationToken) -> Result<(), StoreError> {
    let ended = Arc::clone(&core.relay).run(cancel).await;
    core.health.relay_ended();
    if let Err(error) = &ended {
        tracing::error!(%error, "the relay has ended");
    }
    ended
}

async fn listen(core: Arc<Core>, limits: HttpLimits, socket: HttpListener, cancel: CancellationToken) {
    let door = Arc::new(pipeline::Door::new(limits));
    let health = Arc::clone(&core);
    let router = Router::new()
        .fallback(move |request: Request| pipeline::receive(Arc::clone(&core), Arc::clone(&door), request));
    socket.serve(router, cancel).await;
    health.health.listener_ended();
}

/// The sockets, before anything is served on them.
struct Bound {
    listeners: Vec<(Listener, HttpListener)>,
    admin: Option<HttpListener>,
}

impl Bound {
    fn all(settings: &Settings) -> Result<Self, StartError> {
        let bind = |name: &str, address, limits| {
            HttpListener::bind(address, limits).map_err(|reason| StartError::Bind {
                name: name.to_owned(),
                address,
                reason,
            })
        };
        let mut listeners = Vec::new();
        for listener in &settings.listeners {
            listeners.push((listener.clone(), bind(&listener.name, listener.address, listener.limits.clone())?));
        }
        let admin = settings.admin.map(|address| bind("admin", address, HttpLimits::default())).transpose()?;
        Ok(Bound { listeners, admin })
    }

    fn addresses(&self) -> Addresses {
        let listeners = self.listeners.iter().map(|(listener, socket)| (listener.name.clone(), socket.local_addr()));
        Addresses { listeners: listeners.collect(), admin: self.admin.as_ref().map(HttpListener::local_addr) }
    }
}

fn relay_settings(settings: &Settings) -> RelaySettings {
    RelaySettings {
        batch: settings.relay.batch.get(),
        shutdown_grace: settings.relay.shutdown_grace,
        ..RelaySettings::default()
    }
}

/// The settings that a reload would have to change and can't.
fn settled(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let parts = [
        ("[store]", before.store != after.store),
        ("[[listeners]]", before.listeners != after.listeners),
        ("[admin]", before.admin != after.admin),
        ("[relay]", before.relay != after.relay),
        ("[security]", before.index_key != after.index_key),
    ];
    parts.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// Makes the data folder readable by its owner only: it will hold patient data.
fn make_folder(path: &Path) -> Result<(), StartError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|reason| StartError::DataFolder { path: path.to_owned(), reason })
}
