//! The worker: lease, send, classify, complete.
//!
//! # Invariants
//!
//! - Every leased delivery is completed, or released, or left to the lease's end; never forgotten.
//! - An attempt that runs into its time limit, or whose sender panics, is in doubt.
//! - An outcome that can't be written is written later, for as long as the lease lasts: a disk that is full for a moment
//!   does not make us send again.
//! - After cancellation nothing is leased. What is in flight has until the deadline to end; the rest is released.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, later};
use crate::delivery::{
    Completion, Decided, Decision, EndpointCapacity, Lease, LeaseRequest, LeasedDelivery, Outcome, ReturnReason,
};
use crate::ids::{DeliveryId, WorkerId};
use crate::message::{Accepted, NewMessage};
use crate::policy::{EndpointPolicy, Endpoints, decide};
use crate::store::{BoxFuture, Store, StoreError};

/// How long a lease outlasts the time limit of its attempt, so that an outcome can still be written.
const LEASE_MARGIN: Duration = Duration::from_secs(60);

/// How long at most until the worker looks for work unasked. Nobody wakes it when a lease runs out, when another gateway
/// accepts a message, or when whoever had a message accepted stopped waiting before the commit.
const POLL: Duration = Duration::from_secs(1);

/// How long to wait before a store that failed is asked again.
const STORE_RETRY: Duration = Duration::from_secs(1);

/// Sends one delivery, once.
pub trait Sender: Send + Sync {
    /// Makes one attempt and says what came of it. It must not retry by itself.
    fn send<'a>(&'a self, delivery: &'a LeasedDelivery) -> BoxFuture<'a, Outcome>;
}

/// How the relay itself runs.
#[derive(Debug, Clone)]
pub struct RelaySettings {
    /// The name under which leases are taken.
    pub worker: WorkerId,
    /// The most deliveries to lease in one transaction.
    pub batch: u32,
    /// How long deliveries in flight may take to end after cancellation.
    pub shutdown_grace: Duration,
    /// Where the jitter starts from.
    pub seed: u64,
}

impl Default for RelaySettings {
    /// Worker `relay`, 64 at once, 10 s of grace, a random seed.
    fn default() -> Self {
        Self {
            worker: WorkerId::from("relay"),
            batch: 64,
            shutdown_grace: Duration::from_secs(10),
            seed: fastrand::u64(..),
        }
    }
}

/// Accepts messages into a store and delivers them from it.
pub struct Relay {
    store: Arc<dyn Store>,
    sender: Arc<dyn Sender>,
    endpoints: ArcSwap<Endpoints>,
    clock: Arc<dyn Clock>,
    settings: RelaySettings,
    work: Notify,
    random: Mutex<fastrand::Rng>,
}

impl Relay {
    /// Puts the parts together. Nothing is delivered before [`Relay::run`].
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        sender: Arc<dyn Sender>,
        endpoints: Endpoints,
        clock: Arc<dyn Clock>,
        settings: RelaySettings,
    ) -> Arc<Self> {
        let random = Mutex::new(fastrand::Rng::with_seed(settings.seed));
        let endpoints = ArcSwap::from_pointee(endpoints);
        Arc::new(Self { store, sender, endpoints, clock, settings, work: Notify::new(), random })
    }

    /// Commits a message and wakes the worker. Only after this has answered may the sender be acknowledged.
    ///
    /// # Errors
    /// Those of [`Store::accept`]. The sender is told to come again, and should the message be stored after all, gets
    /// the answer of a duplicate.
    pub async fn accept(&self, message: NewMessage) -> Result<Accepted, StoreError> {
        let queued = !message.deliveries.is_empty();
        let accepted = self.store.accept(message).await?;
        if queued && matches!(accepted, Accepted::New { .. }) {
            self.work.notify_one();
        }
        Ok(accepted)
    }

    /// Lets a parked delivery go on, or gives it up, and wakes the worker.
    ///
    /// # Errors
    /// Those of [`Store::decide`].
    pub async fn decide(&self, delivery: DeliveryId, decision: Decision) -> Result<Decided, StoreError> {
        let decided = self.store.decide(delivery, decision, self.clock.now()).await?;
        if decided == Decided::Done {
            self.work.notify_one();
        }
        Ok(decided)
    }

    /// The store, for refusals and queries.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Makes the worker look for work now.
    pub fn wake(&self) {
        self.work.notify_one();
    }

    /// Replaces all endpoint policies. Attempts in flight end under the policy they began with.
    pub fn set_endpoints(&self, endpoints: Endpoints) {
        self.endpoints.store(Arc::new(endpoints));
        self.work.notify_one();
    }

    /// Delivers until cancelled, then ends in order.
    ///
    /// # Errors
    /// If the store can't be recovered at the start, or can't take the remaining leases back at the end. Errors in
    /// between are logged, once at onset and once at recovery, and waited out.
    pub async fn run(self: Arc<Self>, cancel: CancellationToken) -> Result<(), StoreError> {
        let returned = self.store.recover(self.clock.now()).await?;
        if returned > 0 {
            tracing::warn!(returned, "deliveries were in flight when the last run ended; they will be sent again");
        }
        let mut flights = Flights::default();
        let mut rounds = Rounds::default();
        while !cancel.is_cancelled() {
            let wait_until = self.lease_round(&mut flights, &mut rounds, &cancel).await;
            tokio::select! {
                () = cancel.cancelled() => {}
                () = self.work.notified() => {}
                () = self.clock.sleep_until(wait_until) => {}
                () = flights.next() => {}
            }
            flights.clear_landed();
        }
        self.shut_down(flights).await
    }

    /// Leases one batch and starts it. Returns when to come back if nothing else happens.
    async fn lease_round(
        self: &Arc<Self>,
        flights: &mut Flights,
        rounds: &mut Rounds,
        cancel: &CancellationToken,
    ) -> Timestamp {
        let now = self.clock.now();
        let endpoints = self.endpoints.load_full();
        let batch = match self.store.lease(self.lease_request(&endpoints, now, rounds.begin())).await {
            Ok(batch) => batch,
            Err(error) => {
                rounds.failed(&error);
                return later(now, STORE_RETRY);
            }
        };
        rounds.succeeded();
        let leased = batch.leased.len();
        for delivery in batch.leased {
            let policy = endpoints.get(&delivery.endpoint).cloned().unwrap_or_default();
            let flight = Flight { relay: Arc::clone(self), policy, cancel: cancel.clone() };
            flights.start(delivery.lease, flight.fly(delivery));
        }
        match batch.next_due {
            // The batch was full: there is more to do at once.
            Some(due) if due <= now && leased > 0 => now,
            Some(due) if due > now => due.min(later(now, POLL)),
            _ => later(now, POLL),
        }
    }

    /// Each round begins with another endpoint, so that a busy one does not always come before the others.
    fn lease_request(&self, endpoints: &Endpoints, now: Timestamp, round: usize) -> LeaseRequest {
        let mut capacities: Vec<EndpointCapacity> = endpoints
            .iter()
            .map(|(endpoint, policy)| EndpointCapacity {
                endpoint: endpoint.clone(),
                max_in_flight: policy.max_in_flight.get(),
                lease_for: policy.send_timeout.saturating_add(LEASE_MARGIN),
            })
            .collect();
        let first = round.checked_rem(capacities.len()).unwrap_or(0);
        capacities.rotate_left(first);
        LeaseRequest { worker: self.settings.worker.clone(), now, limit: self.settings.batch, endpoints: capacities }
    }

    /// Writes an outcome, again and again until the store takes it or the relay stops.
    async fn write_outcome(&self, lease: Lease, completion: Completion, cancel: &CancellationToken) {
        let mut told = false;
        loop {
            let now = self.clock.now();
            let Err(error) = self.store.complete(lease, completion.clone(), now).await else { return };
            if !told {
                tracing::error!(delivery = %lease.delivery, %error, "an outcome can't be written");
                told = true;
            }
            if !matches!(error, StoreError::Unavailable { .. }) {
                return;
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = self.clock.sleep_until(later(now, STORE_RETRY)) => {}
            }
        }
    }

    async fn shut_down(&self, mut flights: Flights) -> Result<(), StoreError> {
        let deadline = self.clock.sleep_until(later(self.clock.now(), self.settings.shutdown_grace));
        tokio::pin!(deadline);
        while !flights.is_empty() {
            tokio::select! {
                () = flights.next() => {}
                () = &mut deadline => break,
            }
        }
        // An aborted attempt may just have written its outcome; then its lease is lost, and the store passes it over.
        let rest = flights.abort().await;
        if rest.is_empty() {
            return Ok(());
        }
        let returned = self.store.release(rest, ReturnReason::Shutdown, self.clock.now()).await?;
        tracing::warn!(returned, "deliveries were still in flight at shutdown; they will be sent again");
        Ok(())
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Counts the rounds, and tells of a store that fails once, not every round.
#[derive(Default)]
struct Rounds {
    begun: usize,
    failing: bool,
}

impl Rounds {
    fn begin(&mut self) -> usize {
        self.begun = self.begun.wrapping_add(1);
        self.begun
    }

    fn failed(&mut self, error: &StoreError) {
        if !self.failing {
            tracing::error!(%error, "no deliveries can be leased");
        }
        self.failing = true;
    }

    fn succeeded(&mut self) {
        if self.failing {
            tracing::info!("deliveries can be leased again");
        }
        self.failing = false;
    }
}

/// One attempt.
struct Flight {
    relay: Arc<Relay>,
    policy: EndpointPolicy,
    cancel: CancellationToken,
}

impl Flight {
    async fn fly(self, delivery: LeasedDelivery) {
        let relay = &self.relay;
        let limit = later(relay.clock.now(), self.policy.send_timeout);
        let outcome = tokio::select! {
            biased;
            outcome = send(relay.sender.as_ref(), &delivery) => outcome,
            () = relay.clock.sleep_until(limit) => in_doubt("no answer within the time limit"),
        };
        let completion = {
            let mut random = relay.random.lock().unwrap_or_else(PoisonError::into_inner);
            decide(&self.policy, &delivery, outcome, relay.clock.now(), &mut random)
        };
        relay.write_outcome(delivery.lease, completion, &self.cancel).await;
    }
}

/// Makes the attempt. A sender that panics may have sent before, so the attempt is in doubt, and the endpoint's policy
/// applies as to any other.
async fn send(sender: &dyn Sender, delivery: &LeasedDelivery) -> Outcome {
    let begun = catch_unwind(AssertUnwindSafe(|| sender.send(delivery)));
    let Ok(mut sending) = begun else { return in_doubt(PANICKED) };
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| sending.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(in_doubt(PANICKED)))
    })
    .await
}

const PANICKED: &str = "the sender failed inside";

fn in_doubt(reason: &str) -> Outcome {
    Outcome::InDoubt { reason: reason.to_owned() }
}

/// The attempts under way, each with the lease it holds.
#[derive(Default)]
struct Flights {
    tasks: JoinSet<()>,
    leases: HashMap<Id, Lease>,
}

impl Flights {
    fn start(&mut self, lease: Lease, flight: impl Future<Output = ()> + Send + 'static) {
        let id = self.tasks.spawn(flight).id();
        self.leases.insert(id, lease);
    }

    fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Completes when an attempt has landed; never if there is none.
    async fn next(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(joined) => self.landed(joined),
            None => std::future::pending().await,
        }
    }

    fn clear_landed(&mut self) {
        while let Some(joined) = self.tasks.try_join_next_with_id() {
            self.landed(joined);
        }
    }

    fn landed(&mut self, joined: Result<(Id, ()), JoinError>) {
        let id = match &joined {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        let lease = self.leases.remove(&id);
        if let (Err(error), Some(lease)) = (joined, lease) {
            // Not the sender, whose panics are caught, but the relay itself. The lease runs out and is given anew.
            tracing::error!(delivery = %lease.delivery, %error, "an attempt was broken off");
        }
    }

    /// Stops all attempts and returns the leases they held.
    async fn abort(mut self) -> Vec<Lease> {
        self.tasks.shutdown().await;
        self.leases.into_values().collect()
    }
}
