//! What a process that dies leaves behind: the files as they are at that moment, with the log not yet moved into them.

#![allow(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise, as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use causeway_relay::{
    Accepted, Answer, Body, BodyRef, ContentHash, DeliveryId, DeliveryState, EndpointId, LeaseRequest, MessageKey,
    MessageRef, NewDelivery, NewMessage, Store, StoreReader, WorkerId,
};
use causeway_store_sqlite::{SqliteReader, SqliteStore};
use jiff::Timestamp;
use serde_json::json;

fn now() -> Timestamp {
    Timestamp::from_millisecond(1_780_000_000_000).unwrap()
}

fn message(n: u32) -> NewMessage {
    let content = format!("message {n} {}", "x".repeat(3000));
    let body = Body::new("text/plain", content.clone());
    NewMessage {
        key: MessageKey::generate(now()),
        source: "gp".into(),
        message_id: n.to_string(),
        kind: "prescription-order".into(),
        content_hash: ContentHash::of(content.as_bytes()),
        body: body.clone(),
        ordering_key: format!("patient-{}", n % 5).into(),
        index: Vec::new(),
        answer: Answer { status: 202, body: Body::new("text/plain", "ok") },
        config_hash: "config".into(),
        received_at: now(),
        ledger_summary: json!({}),
        findings: json!([]),
        deliveries: vec![NewDelivery {
            id: DeliveryId::generate(now()),
            endpoint: "pharmacy".into(),
            route: "route".into(),
            ordering_key: format!("patient-{}", n % 5).into(),
            body,
            expires: None,
            parked: None,
        }],
    }
}

fn request() -> LeaseRequest {
    let endpoint = EndpointId::from("pharmacy");
    let endpoints =
        vec![causeway_relay::EndpointCapacity { endpoint, max_in_flight: 10, lease_for: Duration::from_secs(60) }];
    LeaseRequest { worker: WorkerId::from("worker"), now: now(), limit: 10, endpoints }
}

/// Copies file and log while they are in use, as a dead process would leave them.
fn leave_behind(path: &Path, folder: &Path) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let copy = folder.join("relay.db");
    for suffix in ["", "-wal"] {
        let name = format!("relay.db{suffix}");
        fs::copy(path.with_file_name(&name), copy.with_file_name(&name)).unwrap();
    }
    copy
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_answered_before_the_process_died_is_there_and_leases_return() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let store = SqliteStore::open(&path).unwrap();
    let mut answered = Vec::new();
    for round in 0..5_u32 {
        for n in 0..20 {
            let message = message(round * 20 + n);
            let (key, body) = (message.key, message.body.clone());
            assert_eq!(store.accept(message).await.unwrap(), Accepted::New { key });
            answered.push((key, body));
        }
        let leased = store.lease(request()).await.unwrap().leased;
        let copy = leave_behind(&path, &folder.path().join(format!("round-{round}")));

        let survivor = SqliteStore::open(&copy).unwrap();
        for (key, body) in &answered {
            assert_eq!(survivor.body(BodyRef::Received(*key)).await.unwrap().as_ref(), Some(body));
        }
        assert_eq!(survivor.counts().await.unwrap().deliveries_in(DeliveryState::InFlight), 5);
        assert_eq!(survivor.recover(now()).await.unwrap(), 5);
        let again = survivor.lease(request()).await.unwrap().leased;
        let (mut before, mut after): (Vec<_>, Vec<_>) =
            (leased.iter().map(|d| d.message).collect(), again.iter().map(|d| d.message).collect());
        before.sort();
        after.sort();
        assert!(round > 0 || before == after);
        assert_eq!(survivor.verify_chain().await.unwrap().broken, None);
    }
}

#[tokio::test]
async fn a_dead_process_store_can_be_read_before_it_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let store = SqliteStore::open(&path).unwrap();
    store.accept(message(1)).await.unwrap();
    let copy = leave_behind(&path, &folder.path().join("dead"));
    let reader = SqliteReader::open(&copy).unwrap();
    assert!(reader.show(MessageRef::Id("1".to_owned())).await.unwrap().is_some());
}

#[tokio::test]
async fn a_reader_sees_each_commit_of_the_gateway_that_runs_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let store = SqliteStore::open(&path).unwrap();
    let reader = SqliteStore::open_read_only(&path).unwrap();
    for n in 1..=3 {
        store.accept(message(n)).await.unwrap();
        assert_eq!(reader.search(causeway_relay::Query::default()).await.unwrap().len(), n as usize);
    }
}
