//! What operations see.

use serde_json::json;

use super::TestBed;
use super::support::{accept, after, complete, delivered, failure, lease, lease_one, message, show, start, to};
use crate::{
    Body, BodyRef, Completion, DeliveryState, EventKind, IndexEntry, IndexName, IndexValue, MessageKey, MessageRef,
    MessageState, Query, Refusal, StateFilter,
};

pub(super) async fn messages_are_found_by_every_index_and_by_state_kind_and_time(bed: &impl TestBed) {
    let store = bed.open().await;
    for n in 0..6_u64 {
        let mut message = to(message(&format!("m{n}"), &format!("patient-{n}")), &["pharmacy"]);
        message.received_at = after(n);
        message.kind = if n % 2 == 0 { "prescription-order" } else { "cancel-request" }.into();
        for (name, value) in [(IndexName::NhsNumberHash, format!("nhs-{}", n / 3)), (IndexName::Ods, "FA565".into())] {
            message.index.push(IndexEntry { name, value: IndexValue::new(value) });
        }
        accept(&store, message).await;
    }
    let leased = lease(&store, after(5)).await;
    let m4 = leased.iter().find(|delivery| delivery.message_id == "m4").unwrap();
    complete(&store, m4.lease, delivered(), after(5)).await;
    let m1 = leased.iter().find(|delivery| delivery.message_id == "m1").unwrap();
    complete(&store, m1.lease, Completion::Dead { failure: failure() }, after(5)).await;

    let value = |text: &str| Some(IndexValue::new(text));
    let state = |text: &str| Some(text.parse::<StateFilter>().unwrap());
    let cases = [
        (Query::default(), vec!["m5", "m4", "m3", "m2", "m1", "m0"]),
        (Query { limit: Some(2), ..Query::default() }, vec!["m5", "m4"]),
        (Query { message_id: value("m3"), ..Query::default() }, vec!["m3"]),
        (Query { prescription_id: value("rx-m2"), ..Query::default() }, vec!["m2"]),
        (Query { prescription_id: value("rx-m"), ..Query::default() }, vec![]),
        (Query { nhs_number_hash: value("nhs-1"), ..Query::default() }, vec!["m5", "m4", "m3"]),
        (Query { ods: value("FA565"), limit: Some(1), ..Query::default() }, vec!["m5"]),
        (Query { ods: value("FA565"), message_id: value("m0"), ..Query::default() }, vec!["m0"]),
        (Query { nhs_number_hash: value("nhs-0"), prescription_id: value("rx-m5"), ..Query::default() }, vec![]),
        (Query { kind: Some("cancel-request".into()), ..Query::default() }, vec!["m5", "m3", "m1"]),
        (Query { since: Some(after(2)), until: Some(after(4)), ..Query::default() }, vec!["m3", "m2"]),
        (Query { ods: value("FA565"), since: Some(after(5)), ..Query::default() }, vec!["m5"]),
        (Query { state: state("dead"), ..Query::default() }, vec!["m1"]),
        (Query { state: state("delivered"), ..Query::default() }, vec!["m4"]),
        (
            Query { state: state("in-flight"), kind: Some("cancel-request".into()), ..Query::default() },
            vec!["m5", "m3"],
        ),
        (Query { state: state("dead"), nhs_number_hash: value("nhs-1"), ..Query::default() }, vec![]),
        (Query { state: state("refused"), ..Query::default() }, vec![]),
    ];
    for (query, expected) in cases {
        let label = format!("{query:?}");
        let found = store.search(query).await.unwrap();
        let found: Vec<&str> = found.iter().map(|message| message.message_id.as_deref().unwrap()).collect();
        assert_eq!(found, expected, "{label}");
    }
    let dead = store.search(Query { state: state("dead"), ..Query::default() }).await.unwrap();
    assert_eq!(dead[0].deliveries[0].state, DeliveryState::Dead);
}

pub(super) async fn a_message_is_shown_with_deliveries_events_and_findings(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut first = to(message("m1", "patient"), &["pharmacy"]);
    first.findings = json!([{ "code": "CW2001", "severity": "warning" }]);
    let key = accept(&store, first.clone()).await;
    let behind = accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    let leased = lease_one(&store, start()).await;
    let due = after(30);
    complete(&store, leased.lease, Completion::Retry { due, failure: failure(), overdue: false }, after(1)).await;

    let by_id = store.show(MessageRef::from("m1")).await.unwrap().unwrap();
    let by_key = store.show(MessageRef::from(key.to_string().as_str())).await.unwrap().unwrap();
    assert_eq!(by_id, by_key);
    assert_eq!((by_key.findings, by_key.answer_status), (first.findings, Some(202)));
    let delivery = &by_key.deliveries[0];
    assert_eq!((delivery.attempts, delivery.due_at, delivery.first_attempt_at), (1, due, Some(start())));
    assert_eq!((delivery.waits_in_line, delivery.resolved_at), (false, None));
    assert_eq!(delivery.last_outcome["failure"]["reason"], json!("status 503"));
    let kinds: Vec<EventKind> = by_key.events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [EventKind::MessageAccepted, EventKind::DeliveryQueued, EventKind::DeliveryLeased, EventKind::DeliveryRetry]
    );
    assert!(show(&store, behind).await.deliveries[0].waits_in_line);
    assert_eq!(store.show(MessageRef::Key(MessageKey::generate(start()))).await.unwrap(), None);
    assert_eq!(store.show(MessageRef::from("unknown")).await.unwrap(), None);

    // A sender may well use UUIDs for its own ids.
    let id = MessageKey::generate(start()).to_string();
    accept(&store, message(&id, "patient")).await;
    let shown = store.show(MessageRef::from(id.as_str())).await.unwrap().unwrap();
    assert_eq!(shown.message_id, Some(id));
}

pub(super) async fn contents_come_back_byte_for_byte(bed: &impl TestBed) {
    let store = bed.open().await;
    let everything: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for (id, content) in [("empty", Vec::new()), ("long", vec![b'x'; 600_000]), ("binary", everything)] {
        let mut message = to(message(id, id), &["pharmacy"]);
        message.body = Body::new("application/octet-stream", content.clone());
        message.deliveries[0].body = Body::new("x/y; charset=utf-8", content);
        let (body, outbound, answer) = (message.body.clone(), message.deliveries[0].clone(), message.answer.clone());
        let key = accept(&store, message).await;
        assert_eq!(store.body(BodyRef::Received(key)).await.unwrap(), Some(body));
        assert_eq!(store.body(BodyRef::Outbound(outbound.id)).await.unwrap(), Some(outbound.body.clone()));
        assert_eq!(store.body(BodyRef::Answer(key)).await.unwrap(), Some(answer.body));
        assert_eq!(lease_one(&store, start()).await.body, outbound.body);
    }
    assert_eq!(store.body(BodyRef::Received(MessageKey::generate(start()))).await.unwrap(), None);
}

pub(super) async fn counts_follow_every_transition(bed: &impl TestBed) {
    let store = bed.open().await;
    for n in 0..4 {
        accept(&store, to(message(&format!("m{n}"), &format!("patient-{n}")), &["pharmacy"])).await;
    }
    let refused = message("m9", "k");
    let refusal = Refusal {
        key: refused.key,
        source: refused.source,
        message_id: None,
        kind: None,
        content_hash: refused.content_hash,
        body: None,
        findings: json!([]),
        index: Vec::new(),
        config_hash: refused.config_hash,
        at: start(),
    };
    store.refuse(refusal).await.unwrap();
    let leased = store.lease(super::support::request(start(), &["pharmacy"], 3)).await.unwrap().leased;
    complete(&store, leased[0].lease, delivered(), start()).await;
    let retry = Completion::Retry { due: after(5), failure: failure(), overdue: false };
    complete(&store, leased[1].lease, retry, start()).await;

    let counts = store.counts().await.unwrap();
    let messages: Vec<_> =
        counts.messages.iter().map(|entry| (entry.source.as_str(), entry.state, entry.count)).collect();
    assert_eq!(messages, [("gp", MessageState::Accepted, 4), ("gp", MessageState::Refused, 1)]);
    let in_state = DeliveryState::ALL.map(|state| counts.deliveries_in(state));
    assert_eq!(in_state, [1, 1, 1, 1, 0, 0, 0, 0]);
}

pub(super) async fn the_oldest_unresolved_delivery_is_told_per_endpoint(bed: &impl TestBed) {
    let store = bed.open().await;
    assert_eq!(store.oldest_unresolved().await.unwrap(), []);
    for (n, endpoint) in ["pharmacy", "pharmacy", "hospital"].into_iter().enumerate() {
        let n = u64::try_from(n).unwrap();
        let mut message = to(message(&format!("m{n}"), "patient"), &[endpoint]);
        message.received_at = after(n);
        accept(&store, message).await;
    }
    let told = |oldest: Vec<crate::OldestUnresolved>| {
        oldest.into_iter().map(|entry| (entry.endpoint.to_string(), entry.accepted_at)).collect::<Vec<_>>()
    };
    let before = told(store.oldest_unresolved().await.unwrap());
    assert_eq!(before, [("hospital".to_owned(), after(2)), ("pharmacy".to_owned(), start())]);
    let leased = lease_one(&store, after(2)).await;
    complete(&store, leased.lease, delivered(), after(2)).await;
    let afterwards = told(store.oldest_unresolved().await.unwrap());
    assert_eq!(afterwards, [("hospital".to_owned(), after(2)), ("pharmacy".to_owned(), after(1))]);
}

pub(super) async fn the_log_can_be_followed(bed: &impl TestBed) {
    let store = bed.open().await;
    accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    let first = store.events_since(0, 1).await.unwrap();
    assert_eq!((first[0].sequence, first[0].kind), (1, EventKind::MessageAccepted));
    let rest = store.events_since(first[0].sequence, 100).await.unwrap();
    assert_eq!((rest.len(), rest[0].kind), (1, EventKind::DeliveryQueued));
    assert_eq!(store.events_since(2, 100).await.unwrap(), []);
    accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    assert_eq!(store.events_since(2, 100).await.unwrap().len(), 2);
}
