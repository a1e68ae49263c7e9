//! The door.

use serde_json::json;
use tokio::task::JoinSet;

use super::TestBed;
use super::support::{accept, assert_log_verifies, lease, message, show, start, story, to};
use crate::{
    Accepted, BodyRef, ContentHash, DeliveryState, EventKind, MessageKey, MessageRef, MessageState, Query, Refusal,
    StoreError,
};

pub(super) async fn an_accepted_message_is_stored_whole(bed: &impl TestBed) {
    let store = bed.open().await;
    let sent = to(message("m1", "k"), &["pharmacy", "hospital"]);
    let key = accept(&store, sent.clone()).await;
    assert_eq!(key, sent.key);
    let record = show(&store, key).await;
    assert_eq!(record.state, MessageState::Accepted);
    assert_eq!(record.content_hash, sent.content_hash);
    assert_eq!(record.config_hash, sent.config_hash);
    assert_eq!(record.ledger_summary, sent.ledger_summary);
    assert_eq!(record.deliveries.len(), 2);
    assert!(record.deliveries.iter().all(|delivery| delivery.state == DeliveryState::Pending));
    let kinds: Vec<EventKind> = record.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::MessageAccepted, EventKind::DeliveryQueued, EventKind::DeliveryQueued]);
    assert_eq!(store.body(BodyRef::Received(key)).await.unwrap(), Some(sent.body));
    for delivery in sent.deliveries {
        assert_eq!(store.body(BodyRef::Outbound(delivery.id)).await.unwrap(), Some(delivery.body));
    }
}

pub(super) async fn a_message_that_can_not_be_stored_whole_is_not_stored_at_all(bed: &impl TestBed) {
    let store = bed.open().await;
    let first = to(message("m1", "k"), &["pharmacy"]);
    let taken = first.deliveries[0].id;
    accept(&store, first).await;
    let before = store.counts().await.unwrap();

    // Its first delivery can be stored and its second can't.
    let mut second = to(message("m2", "k"), &["pharmacy", "pharmacy"]);
    second.deliveries[1].id = taken;
    let (key, id) = (second.key, second.deliveries[0].id);
    assert_eq!(store.accept(second).await, Err(StoreError::KeyInUse));

    assert_eq!(store.show(MessageRef::Key(key)).await.unwrap(), None);
    assert_eq!(store.show(MessageRef::Id("m2".to_owned())).await.unwrap(), None);
    assert_eq!(store.body(BodyRef::Outbound(id)).await.unwrap(), None);
    assert_eq!(store.counts().await.unwrap(), before);
    assert_log_verifies(&store).await;
    accept(&store, to(message("m2", "k"), &["pharmacy"])).await;
}

pub(super) async fn the_same_message_again_gets_the_first_answer_and_delivers_nothing(bed: &impl TestBed) {
    let store = bed.open().await;
    let first = to(message("m1", "k"), &["pharmacy"]);
    let key = accept(&store, first.clone()).await;
    let mut again = to(message("m1", "k"), &["pharmacy"]);
    again.answer.status = 200;
    let repeated = store.accept(again).await.unwrap();
    assert_eq!(repeated, Accepted::Duplicate { key, answer: first.answer });
    assert_eq!(store.counts().await.unwrap().deliveries_in(DeliveryState::Pending), 1);
    assert_eq!(story(&store, key).await.last(), Some(&EventKind::DuplicateReceived));
}

pub(super) async fn other_content_under_the_same_id_is_a_conflict(bed: &impl TestBed) {
    let store = bed.open().await;
    let key = accept(&store, to(message("m1", "k"), &["pharmacy"])).await;
    let mut other = to(message("m1", "k"), &["pharmacy"]);
    other.content_hash = ContentHash::of(b"other");
    assert_eq!(store.accept(other).await.unwrap(), Accepted::Conflict { key });
    assert_eq!(store.counts().await.unwrap().deliveries_in(DeliveryState::Pending), 1);
    assert_eq!(story(&store, key).await.last(), Some(&EventKind::ConflictReceived));
}

pub(super) async fn the_same_id_from_another_source_is_another_message(bed: &impl TestBed) {
    let store = bed.open().await;
    accept(&store, message("m1", "k")).await;
    let mut other = message("m1", "k");
    other.source = "hospital".into();
    accept(&store, other).await;
}

pub(super) async fn a_refused_message_may_be_sent_again_mended(bed: &impl TestBed) {
    let store = bed.open().await;
    let broken = message("m1", "k");
    let refusal = Refusal {
        key: MessageKey::generate(start()),
        source: broken.source.clone(),
        message_id: Some(broken.message_id.clone()),
        kind: None,
        content_hash: broken.content_hash,
        body: Some(broken.body),
        findings: json!([{ "code": "CW1001" }]),
        index: broken.index,
        config_hash: broken.config_hash,
        at: start(),
    };
    store.refuse(refusal.clone()).await.unwrap();
    let record = show(&store, refusal.key).await;
    assert_eq!((record.state, record.findings), (MessageState::Refused, refusal.findings));
    assert_eq!(story(&store, refusal.key).await, [EventKind::MessageRefused]);
    assert_eq!(store.body(BodyRef::Received(refusal.key)).await.unwrap(), refusal.body);

    let key = accept(&store, message("m1", "k")).await;
    let shown = store.show(MessageRef::Id("m1".to_owned())).await.unwrap().unwrap();
    assert_eq!(shown.key, key, "the accepted message is meant, not the refused one");
    assert_eq!(store.search(Query::default()).await.unwrap().len(), 2);
}

pub(super) async fn of_the_same_message_sent_many_times_at_once_one_is_accepted(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let store = std::sync::Arc::clone(&store);
        tasks.spawn(async move { store.accept(to(message("m1", "k"), &["pharmacy"])).await.unwrap() });
    }
    let outcomes = tasks.join_all().await;
    let new = outcomes.iter().filter(|accepted| matches!(accepted, Accepted::New { .. })).count();
    let duplicate = outcomes.iter().filter(|accepted| matches!(accepted, Accepted::Duplicate { .. })).count();
    assert_eq!((new, duplicate), (1, 49));
    assert_eq!(lease(&store, start()).await.len(), 1);
    assert_log_verifies(&store).await;
}
