//! The relay over the store, under a clock that is moved by hand.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::TestBed;
use super::support::{accept, answer, assert_log_verifies, message, show, start, state, story, to};
use crate::{
    Accepted, BoxFuture, Clock, DeliveryState, EndpointPolicy, Endpoints, EventKind, LeasedDelivery, ManualClock,
    MessageKey, Outcome, Relay, RelaySettings, RetryPolicy, Sender, Store, StoreError,
};

/// What the scripted sender does with one attempt.
enum Act {
    Answer(Outcome),
    Panic,
    Hang,
}

/// Follows a script, then delivers everything; tells of every attempt.
struct ScriptedSender {
    script: Mutex<VecDeque<Act>>,
    attempts: mpsc::UnboundedSender<LeasedDelivery>,
}

impl Sender for ScriptedSender {
    fn send<'a>(&'a self, delivery: &'a LeasedDelivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let act = self.script.lock().unwrap().pop_front();
            let _nobody_listens = self.attempts.send(delivery.clone());
            match act {
                None => Outcome::Delivered { answer: answer() },
                Some(Act::Answer(outcome)) => outcome,
                Some(Act::Panic) => panic!("the scripted sender panics"),
                Some(Act::Hang) => std::future::pending().await,
            }
        })
    }
}

/// A running relay with its clock and what its sender tells.
struct Rig {
    relay: Arc<Relay>,
    clock: Arc<ManualClock>,
    attempts: mpsc::UnboundedReceiver<LeasedDelivery>,
    cancel: CancellationToken,
    running: JoinHandle<Result<(), StoreError>>,
}

impl Rig {
    fn start(store: &Arc<dyn Store>, script: Vec<Act>, endpoints: Endpoints) -> Self {
        let (tell, attempts) = mpsc::unbounded_channel();
        let sender = Arc::new(ScriptedSender { script: Mutex::new(script.into()), attempts: tell });
        let clock = Arc::new(ManualClock::new(start()));
        let dyn_clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let settings = RelaySettings { seed: 42, ..RelaySettings::default() };
        let relay = Relay::new(Arc::clone(store), sender, endpoints, dyn_clock, settings);
        let cancel = CancellationToken::new();
        let running = tokio::spawn(Arc::clone(&relay).run(cancel.clone()));
        Self { relay, clock, attempts, cancel, running }
    }

    /// Accepts a message through the relay, which wakes the worker.
    async fn accept(&self, id: &str) -> MessageKey {
        let message = to(message(id, id), &["pharmacy"]);
        let key = message.key;
        assert_eq!(self.relay.accept(message).await.unwrap(), Accepted::New { key });
        key
    }

    async fn attempt(&mut self) -> LeasedDelivery {
        self.attempts.recv().await.expect("the relay runs")
    }

    /// Waits until the store says so. The relay works meanwhile; time on its clock stands still.
    async fn wait_for_state(&self, key: MessageKey, expected: DeliveryState) {
        while state(self.relay.store(), key).await != expected {
            tokio::task::yield_now().await;
        }
    }

    async fn due_at(&self, key: MessageKey) -> Timestamp {
        show(self.relay.store(), key).await.deliveries[0].due_at
    }

    async fn stop(self) {
        self.cancel.cancel();
        self.running.await.unwrap().unwrap();
    }
}

fn pharmacy(policy: EndpointPolicy) -> Endpoints {
    Endpoints::from([("pharmacy".into(), policy)])
}

fn retry() -> Act {
    Act::Answer(Outcome::Retry { reason: "status 503".to_owned(), after: None })
}

fn since_start(moment: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(moment.as_millisecond() - start().as_millisecond()).unwrap())
}

pub(super) async fn a_failing_delivery_is_retried_within_the_bounds_of_its_policy(bed: &impl TestBed) {
    let store = bed.open().await;
    let asked = Duration::from_secs(90);
    let wait = Act::Answer(Outcome::Retry { reason: "status 429".to_owned(), after: Some(asked) });
    let script = vec![retry(), retry(), retry(), wait];
    let policy = EndpointPolicy::default();
    let mut rig = Rig::start(&store, script, pharmacy(policy.clone()));
    let key = rig.accept("m1").await;
    for attempt in 1..=4 {
        assert_eq!(rig.attempt().await.attempt, attempt);
        rig.wait_for_state(key, DeliveryState::Retry).await;
        let wait = since_start(rig.due_at(key).await).saturating_sub(since_start(rig.clock.now()));
        if attempt == 4 {
            assert_eq!(wait, asked);
        } else {
            assert!(wait <= policy.retry.ceiling(attempt), "attempt {attempt} waits {wait:?}");
        }
        rig.clock.advance(wait);
    }
    assert_eq!(rig.attempt().await.attempt, 5);
    rig.wait_for_state(key, DeliveryState::Delivered).await;
    rig.stop().await;
    assert_log_verifies(&store).await;
}

pub(super) async fn a_delivery_that_never_succeeds_is_dead_in_the_end(bed: &impl TestBed) {
    let store = bed.open().await;
    let retry_policy = RetryPolicy {
        base: Duration::from_secs(10),
        cap: Duration::from_secs(20),
        notify_after: Some(Duration::from_secs(1)),
        give_up_after: Duration::from_secs(60),
    };
    let policy = EndpointPolicy { retry: retry_policy, ..EndpointPolicy::default() };
    let script = std::iter::repeat_with(retry).take(1000).collect();
    let mut rig = Rig::start(&store, script, pharmacy(policy));
    let key = rig.accept("m1").await;
    loop {
        rig.attempt().await;
        while state(&store, key).await == DeliveryState::InFlight {
            tokio::task::yield_now().await;
        }
        if state(&store, key).await == DeliveryState::Dead {
            break;
        }
        let due = rig.due_at(key).await;
        rig.clock.advance(since_start(due).saturating_sub(since_start(rig.clock.now())));
    }
    assert_eq!(since_start(rig.clock.now()), Duration::from_secs(60), "the last attempt is made at the very end");
    let told = story(&store, key).await.into_iter().filter(|kind| *kind == EventKind::DeliveryOverdue).count();
    assert_eq!(told, 1);
    rig.stop().await;
}

pub(super) async fn an_attempt_without_an_answer_is_in_doubt_and_sent_again(bed: &impl TestBed) {
    let store = bed.open().await;
    let lost = Act::Answer(Outcome::InDoubt { reason: "the connection was lost".to_owned() });
    let policy = EndpointPolicy::default();
    let mut rig = Rig::start(&store, vec![lost, Act::Hang], pharmacy(policy.clone()));
    let key = rig.accept("m1").await;
    rig.attempt().await;
    rig.wait_for_state(key, DeliveryState::Retry).await;
    rig.clock.advance(policy.retry.cap);
    rig.attempt().await;
    rig.clock.advance(policy.send_timeout);
    rig.wait_for_state(key, DeliveryState::Retry).await;
    rig.clock.advance(policy.retry.cap);
    assert_eq!(rig.attempt().await.attempt, 3);
    rig.wait_for_state(key, DeliveryState::Delivered).await;
    let in_doubt = story(&store, key).await.into_iter().filter(|kind| *kind == EventKind::DeliveryInDoubt).count();
    assert_eq!(in_doubt, 2);
    rig.stop().await;
}

pub(super) async fn a_sender_that_panics_does_not_lose_the_delivery(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut rig = Rig::start(&store, vec![Act::Panic], pharmacy(EndpointPolicy::default()));
    let key = rig.accept("m1").await;
    rig.attempt().await;
    rig.wait_for_state(key, DeliveryState::Retry).await;
    rig.clock.advance(RetryPolicy::default().ceiling(1));
    assert_eq!(rig.attempt().await.attempt, 2);
    rig.wait_for_state(key, DeliveryState::Delivered).await;
    assert!(story(&store, key).await.contains(&EventKind::DeliveryInDoubt));
    rig.stop().await;
}

pub(super) async fn a_shutdown_lets_flights_land_and_gives_the_rest_back(bed: &impl TestBed) {
    let store = bed.open().await;
    let policy = EndpointPolicy {
        max_in_flight: NonZeroU32::MIN.saturating_add(1),
        // The clock is moved on below for as long as it takes, and must not reach this limit.
        send_timeout: Duration::MAX,
        ..EndpointPolicy::default()
    };
    let mut rig = Rig::start(&store, vec![Act::Hang], pharmacy(policy));
    let hanging = rig.accept("m1").await;
    rig.attempt().await;
    let landed = rig.accept("m2").await;
    rig.attempt().await;
    rig.cancel.cancel();
    rig.wait_for_state(landed, DeliveryState::Delivered).await;
    assert_eq!(state(&store, hanging).await, DeliveryState::InFlight);
    // The grace begins when the relay notices, so the clock is moved until it has ended.
    while !rig.running.is_finished() {
        rig.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    rig.stop().await;
    assert_eq!(state(&store, hanging).await, DeliveryState::Pending);
    assert_eq!(story(&store, hanging).await.last(), Some(&EventKind::LeaseReturned));
}

pub(super) async fn a_message_committed_without_a_word_to_the_worker_is_found(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut rig = Rig::start(&store, Vec::new(), pharmacy(EndpointPolicy::default()));
    let told = rig.accept("m1").await;
    rig.attempt().await;
    rig.wait_for_state(told, DeliveryState::Delivered).await;
    let untold = accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    // The worker may look just before the clock is moved, so it is moved until the worker has looked again.
    while rig.attempts.is_empty() {
        rig.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    rig.wait_for_state(untold, DeliveryState::Delivered).await;
    rig.stop().await;
}

pub(super) async fn endpoints_can_be_added_while_the_relay_runs(bed: &impl TestBed) {
    let store = bed.open().await;
    let key = accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    let mut rig = Rig::start(&store, Vec::new(), Endpoints::new());
    assert_eq!(state(&store, key).await, DeliveryState::Pending);
    rig.relay.set_endpoints(pharmacy(EndpointPolicy::default()));
    rig.attempt().await;
    rig.wait_for_state(key, DeliveryState::Delivered).await;
    assert_eq!(store.counts().await.unwrap().deliveries_in(DeliveryState::Delivered), 1);
    rig.stop().await;
}
