//! What the store does when the disk is full or a row is damaged.

use std::sync::Arc;
use std::time::Duration;

use causeway_relay::{
    Accepted, Answer, Body, ContentHash, DeliveryId, DeliveryState, EndpointCapacity, LeaseRequest, MessageKey,
    NewDelivery, NewMessage, Store, StoreError, StoreReader,
};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::SqliteStore;
use crate::error::{damaged, from_sqlite};

fn open() -> (TempDir, Arc<SqliteStore>) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("relay.db")).unwrap();
    (folder, Arc::new(store))
}

fn message(id: &str, length: usize) -> NewMessage {
    let now = Timestamp::UNIX_EPOCH;
    // Hashes don't get smaller by compression.
    let content: Vec<u8> = (0..length / 32).flat_map(|n| *ContentHash::of(&n.to_be_bytes()).as_bytes()).collect();
    let body = Body::new("application/octet-stream", content);
    NewMessage {
        key: MessageKey::generate(now),
        source: "gp".into(),
        message_id: id.to_owned(),
        kind: "prescription-order".into(),
        content_hash: ContentHash::of(body.bytes()),
        body: body.clone(),
        ordering_key: "patient".into(),
        index: Vec::new(),
        answer: Answer { status: 202, body: Body::new("text/plain", "ok") },
        config_hash: "config".into(),
        received_at: now,
        ledger_summary: json!({}),
        findings: json!([]),
        deliveries: vec![NewDelivery {
            id: DeliveryId::generate(now),
            endpoint: "pharmacy".into(),
            route: "route".into(),
            ordering_key: "patient".into(),
            body,
            expires: None,
            parked: None,
        }],
    }
}

fn request() -> LeaseRequest {
    let capacity =
        EndpointCapacity { endpoint: "pharmacy".into(), max_in_flight: 9, lease_for: Duration::from_secs(9) };
    LeaseRequest { worker: "worker".into(), now: Timestamp::UNIX_EPOCH, limit: 9, endpoints: vec![capacity] }
}

/// Lets the file grow by so many pages from now on.
async fn leave_room_for(store: &SqliteStore, pages: i64) {
    store
        .writer()
        .run(move |transaction| {
            let connection = transaction.connection();
            let count: i64 =
                connection.pragma_query_value(None, "page_count", |row| row.get(0)).map_err(from_sqlite)?;
            let limit = format!("PRAGMA max_page_count = {}", count + pages);
            connection.query_row(&limit, [], |_| Ok(())).map_err(from_sqlite)
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn every_commit_waits_for_the_disk() {
    let (_folder, store) = open();
    let pragma = |name: &'static str| {
        store.writer().run(move |transaction| {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            transaction.connection().pragma_query_value(None, name, read).map_err(from_sqlite)
        })
    };
    // 2 is FULL.
    assert_eq!(pragma("synchronous").await.unwrap(), rusqlite::types::Value::from(2_i64));
    assert_eq!(pragma("journal_mode").await.unwrap(), rusqlite::types::Value::from("wal".to_owned()));
}

#[tokio::test]
async fn a_full_disk_refuses_messages_as_unavailable_and_takes_them_again_when_there_is_room() {
    let (_folder, store) = open();
    store.accept(message("m1", 64)).await.unwrap();
    leave_room_for(&store, 4).await;
    let before = store.counts().await.unwrap();
    let refused = store.accept(message("m2", 400_000)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "{refused:?}");
    assert_eq!(store.counts().await.unwrap(), before);
    assert_eq!(store.verify_chain().await.unwrap().broken, None);
    leave_room_for(&store, 100_000).await;
    let taken = store.accept(message("m2", 400_000)).await;
    assert!(matches!(taken, Ok(Accepted::New { .. })), "{taken:?}");
    assert_eq!(store.verify_chain().await.unwrap().broken, None);
}

#[tokio::test]
async fn a_job_that_fails_takes_nothing_from_those_it_shares_a_commit_with() {
    let (_folder, store) = open();
    let mut jobs = JoinSet::new();
    for n in 0..200 {
        let store = Arc::clone(&store);
        jobs.spawn(async move {
            if n % 5 == 0 {
                let spoilt = store.writer().run(|transaction| {
                    let sql = "INSERT INTO body (media_type, length, zstd, content) VALUES ('', 0, 0, x'')";
                    transaction.connection().execute(sql, []).map_err(from_sqlite)?;
                    Err::<(), _>(damaged("on purpose"))
                });
                assert_eq!(spoilt.await, Err(damaged("on purpose")));
            } else {
                store.accept(message(&n.to_string(), 64)).await.unwrap();
            }
        });
    }
    jobs.join_all().await;
    let count = |sql: &'static str| {
        store.writer().run(move |transaction| {
            transaction.connection().query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(from_sqlite)
        })
    };
    assert_eq!(count("SELECT count(*) FROM message").await.unwrap(), 160);
    assert_eq!(count("SELECT count(*) FROM body").await.unwrap(), 160 * 3);
    assert_eq!(store.counts().await.unwrap().deliveries_in(DeliveryState::Pending), 160);
    assert_eq!(store.verify_chain().await.unwrap().verified, 320);
}

#[tokio::test]
async fn a_delivery_whose_body_is_lost_is_given_up_and_does_not_hold_up_its_line() {
    let (_folder, store) = open();
    let (first, second) = (message("m1", 64), message("m2", 64));
    let lost = first.deliveries[0].id;
    store.accept(first).await.unwrap();
    store.accept(second).await.unwrap();
    store
        .writer()
        .run(|transaction| {
            let sql = "DELETE FROM body WHERE id = (SELECT min(body) FROM delivery)";
            transaction.connection().execute(sql, []).map_err(from_sqlite)
        })
        .await
        .unwrap();
    assert!(store.lease(request()).await.unwrap().leased.is_empty());
    let record = store.show("m1".into()).await.unwrap().unwrap();
    assert_eq!((record.deliveries[0].id, record.deliveries[0].state), (lost, DeliveryState::Dead));
    assert_eq!(store.lease(request()).await.unwrap().leased.len(), 1);
}
