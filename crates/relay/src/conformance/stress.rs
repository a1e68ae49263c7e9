//! Many lines, several endpoints, a sender that fails in every way it can.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::TestBed;
use super::support::{answer, assert_log_verifies, message, to};
use crate::{
    BoxFuture, Clock, DeliveryId, DeliveryState, EndpointPolicy, Endpoints, Event, EventKind, LeasedDelivery,
    MessageKey, Outcome, Relay, RelaySettings, RetryPolicy, Sender, Store, SystemClock,
};

const MESSAGES: u32 = 500;
const KEYS: u32 = 20;
const ENDPOINTS: [&str; 3] = ["hospital", "pharmacy-1", "pharmacy-2"];
const MAX_IN_FLIGHT: u32 = 4;

/// A line: an endpoint and an ordering key.
type Line = (String, String);

/// Fails by chance, and watches that the relay keeps its rules.
#[derive(Default)]
struct FlakySender {
    /// What is being sent: the lines, by endpoint.
    under_way: Mutex<HashMap<String, Vec<Line>>>,
    /// What ended, in the order in which it ended.
    ended: Mutex<BTreeMap<Line, Vec<DeliveryId>>>,
    progress: Notify,
}

impl FlakySender {
    fn take_off(&self, line: &Line) {
        let mut under_way = self.under_way.lock().unwrap();
        let lines = under_way.entry(line.0.clone()).or_default();
        assert!(!lines.contains(line), "two deliveries of one line are under way");
        lines.push(line.clone());
        assert!(lines.len() <= MAX_IN_FLIGHT as usize, "more deliveries are in flight than the endpoint takes");
    }

    fn land(&self, line: &Line, delivery: DeliveryId, ended: bool) {
        self.under_way.lock().unwrap().get_mut(&line.0).unwrap().retain(|other| other != line);
        if ended {
            self.ended.lock().unwrap().entry(line.clone()).or_default().push(delivery);
            self.progress.notify_one();
        }
    }
}

impl Sender for FlakySender {
    fn send<'a>(&'a self, delivery: &'a LeasedDelivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let line = (delivery.endpoint.to_string(), delivery.ordering_key.to_string());
            self.take_off(&line);
            tokio::task::yield_now().await;
            // The same message fails in the same way in every run.
            let number: u64 = delivery.message_id.parse().unwrap();
            let mut random = fastrand::Rng::with_seed(number * 1000 + u64::from(delivery.attempt));
            let outcome = match random.u8(0..100) {
                0..60 => Outcome::Delivered { answer: answer() },
                60..65 => Outcome::RefusedByReceiver { findings: json!([{ "code": "AR" }]) },
                65..80 => Outcome::InDoubt { reason: "no answer".to_owned() },
                _ => Outcome::Retry { reason: "status 503".to_owned(), after: None },
            };
            let ended = matches!(outcome, Outcome::Delivered { .. } | Outcome::RefusedByReceiver { .. });
            self.land(&line, delivery.lease.delivery, ended);
            outcome
        })
    }
}

pub(super) async fn under_load_and_faults_every_line_keeps_its_order_and_every_delivery_ends_once(bed: &impl TestBed) {
    let store = bed.open().await;
    let sender = Arc::new(FlakySender::default());
    let relay = relay(&store, &sender);
    let cancel = CancellationToken::new();
    let running = tokio::spawn(Arc::clone(&relay).run(cancel.clone()));

    let mut tasks = JoinSet::new();
    let mut keys = HashMap::new();
    for n in 0..MESSAGES {
        let relay = Arc::clone(&relay);
        let endpoints: Vec<&str> = ENDPOINTS.into_iter().take(1 + (n % 3) as usize).collect();
        let mut message = to(message(&n.to_string(), &format!("patient-{}", n % KEYS)), &endpoints);
        message.received_at = SystemClock.now();
        keys.insert(message.key, message.ordering_key.to_string());
        tasks.spawn(async move { relay.accept(message).await.unwrap() });
    }
    tasks.join_all().await;
    let queued = queued_by_line(&all_events(&store).await, &keys);
    let expected: usize = queued.values().map(Vec::len).sum();

    let all_ended = async {
        while sender.ended.lock().unwrap().values().map(Vec::len).sum::<usize>() < expected {
            sender.progress.notified().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), all_ended).await.expect("every delivery ends");
    cancel.cancel();
    running.await.unwrap().unwrap();

    assert_eq!(*sender.ended.lock().unwrap(), queued, "every line ends in the order in which it was queued, once each");
    let events = all_events(&store).await;
    let ends = [EventKind::DeliveryDelivered, EventKind::DeliveryRefused, EventKind::DeliveryDead];
    let mut ended: BTreeMap<DeliveryId, u32> = BTreeMap::new();
    for event in events.iter().filter(|event| ends.contains(&event.kind)) {
        *ended.entry(event.delivery.unwrap()).or_default() += 1;
    }
    assert_eq!(ended.len(), expected);
    assert!(ended.values().all(|count| *count == 1), "every delivery has exactly one end in the log");
    let counts = store.counts().await.unwrap();
    let resolved: u64 = [DeliveryState::Delivered, DeliveryState::RefusedByReceiver]
        .map(|state| counts.deliveries_in(state))
        .iter()
        .sum();
    assert_eq!(resolved, u64::try_from(expected).unwrap());
    assert_eq!(store.oldest_unresolved().await.unwrap(), []);
    assert_log_verifies(&store).await;
}

fn relay(store: &Arc<dyn Store>, sender: &Arc<FlakySender>) -> Arc<Relay> {
    let policy = EndpointPolicy {
        max_in_flight: NonZeroU32::new(MAX_IN_FLIGHT).unwrap(),
        retry: RetryPolicy { base: Duration::from_millis(1), cap: Duration::from_millis(4), ..RetryPolicy::default() },
        ..EndpointPolicy::default()
    };
    let endpoints: Endpoints = ENDPOINTS.into_iter().map(|endpoint| (endpoint.into(), policy.clone())).collect();
    let sender: Arc<dyn Sender> = Arc::<FlakySender>::clone(sender);
    let settings = RelaySettings { seed: 1, ..RelaySettings::default() };
    Relay::new(Arc::clone(store), sender, endpoints, Arc::new(SystemClock), settings)
}

async fn all_events(store: &Arc<dyn Store>) -> Vec<Event> {
    store.events_since(0, u32::MAX).await.unwrap()
}

/// The deliveries of every line in the order in which the log says they were queued.
fn queued_by_line(events: &[Event], keys: &HashMap<MessageKey, String>) -> BTreeMap<Line, Vec<DeliveryId>> {
    let mut lines: BTreeMap<Line, Vec<DeliveryId>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == EventKind::DeliveryQueued) {
        let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap();
        let endpoint = detail["endpoint"].as_str().unwrap().to_owned();
        lines.entry((endpoint, keys[&event.message].clone())).or_default().push(event.delivery.unwrap());
    }
    lines
}
