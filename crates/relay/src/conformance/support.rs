//! Messages, requests and shorthands for the scenarios.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::{
    Accepted, Answer, Body, Completion, ContentHash, DeliveryId, DeliveryState, EndpointCapacity, EventKind, Failure,
    IndexEntry, IndexName, IndexValue, Lease, LeaseRequest, LeasedDelivery, MessageKey, MessageRecord, MessageRef,
    NewDelivery, NewMessage, ReceiverAnswer, Store, WorkerId, later,
};

/// The moment at which every scenario begins.
pub(super) fn start() -> Timestamp {
    Timestamp::from_millisecond(1_780_000_000_000).unwrap()
}

pub(super) fn after(seconds: u64) -> Timestamp {
    later(start(), Duration::from_secs(seconds))
}

/// A message from `gp` without deliveries.
pub(super) fn message(id: &str, ordering_key: &str) -> NewMessage {
    let content = format!("<message id='{id}'>{}</message>", "content ".repeat(64));
    NewMessage {
        key: MessageKey::generate(start()),
        source: "gp".into(),
        message_id: id.to_owned(),
        kind: "prescription-order".into(),
        content_hash: ContentHash::of(content.as_bytes()),
        body: Body::new("application/xml", content),
        ordering_key: ordering_key.into(),
        index: vec![IndexEntry { name: IndexName::PrescriptionId, value: IndexValue::new(format!("rx-{id}")) }],
        answer: Answer { status: 202, body: Body::new("application/fhir+json", format!("answer to {id}")) },
        config_hash: "config-1".into(),
        received_at: start(),
        ledger_summary: json!({ "carried": 12, "lost": 0 }),
        findings: json!([]),
        deliveries: Vec::new(),
    }
}

/// The same message on its way to the given endpoints, in its own line.
pub(super) fn to(mut message: NewMessage, endpoints: &[&str]) -> NewMessage {
    for endpoint in endpoints {
        message.deliveries.push(NewDelivery {
            id: DeliveryId::generate(start()),
            endpoint: (*endpoint).into(),
            route: "route-1".into(),
            ordering_key: message.ordering_key.clone(),
            body: Body::new("text/plain", format!("{} for {endpoint}", message.message_id)),
            expires: None,
            parked: None,
        });
    }
    message
}

/// Accepts a message that must be new, and returns its key.
pub(super) async fn accept(store: &Arc<dyn Store>, message: NewMessage) -> MessageKey {
    match store.accept(message).await.unwrap() {
        Accepted::New { key } => key,
        other => panic!("expected a new message, got {other:?}"),
    }
}

/// Room for `max_in_flight` at each of the endpoints, leases of a minute.
pub(super) fn request(now: Timestamp, endpoints: &[&str], max_in_flight: u32) -> LeaseRequest {
    let endpoints = endpoints
        .iter()
        .map(|endpoint| EndpointCapacity {
            endpoint: (*endpoint).into(),
            max_in_flight,
            lease_for: Duration::from_secs(60),
        })
        .collect();
    LeaseRequest { worker: WorkerId::from("worker-1"), now, limit: 100, endpoints }
}

/// Leases at `pharmacy`, with plenty of room.
pub(super) async fn lease(store: &Arc<dyn Store>, now: Timestamp) -> Vec<LeasedDelivery> {
    store.lease(request(now, &["pharmacy"], 50)).await.unwrap().leased
}

/// Leases at `pharmacy` what must be exactly one delivery.
pub(super) async fn lease_one(store: &Arc<dyn Store>, now: Timestamp) -> LeasedDelivery {
    let mut leased = lease(store, now).await;
    assert_eq!(leased.len(), 1, "expected one delivery, got those of {:?}", ids(&leased));
    leased.remove(0)
}

/// The senders' ids of what was leased.
pub(super) fn ids(leased: &[LeasedDelivery]) -> Vec<&str> {
    leased.iter().map(|delivery| delivery.message_id.as_str()).collect()
}

pub(super) fn delivered() -> Completion {
    Completion::Delivered { answer: answer() }
}

pub(super) fn answer() -> ReceiverAnswer {
    ReceiverAnswer { status: "200".to_owned(), digest: Some(ContentHash::of(b"ok")), length: 2 }
}

pub(super) fn failure() -> Failure {
    Failure { reason: "status 503".to_owned(), in_doubt: false }
}

pub(super) async fn complete(store: &Arc<dyn Store>, lease: Lease, completion: Completion, now: Timestamp) {
    store.complete(lease, completion, now).await.unwrap();
}

pub(super) async fn show(store: &Arc<dyn Store>, key: MessageKey) -> MessageRecord {
    store.show(MessageRef::Key(key)).await.unwrap().expect("the message is known")
}

/// The state of the message's only delivery.
pub(super) async fn state(store: &Arc<dyn Store>, key: MessageKey) -> DeliveryState {
    let record = show(store, key).await;
    assert_eq!(record.deliveries.len(), 1);
    record.deliveries[0].state
}

/// What happened to a message, oldest first.
pub(super) async fn story(store: &Arc<dyn Store>, key: MessageKey) -> Vec<EventKind> {
    show(store, key).await.events.iter().map(|event| event.kind).collect()
}

pub(super) async fn assert_log_verifies(store: &Arc<dyn Store>) {
    let report = store.verify_chain().await.unwrap();
    assert_eq!(report.broken, None);
}
