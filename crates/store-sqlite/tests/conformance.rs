//! The suite every store must pass, run against SQLite.

#![allow(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise, as tests do")]

use std::path::PathBuf;
use std::sync::Arc;

use causeway_relay::conformance::{TestBed, run_all};
use causeway_relay::{BoxFuture, Store};
use causeway_store_sqlite::SqliteStore;
use rusqlite::Connection;
use tempfile::TempDir;

struct SqliteBed {
    folder: TempDir,
}

impl SqliteBed {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("relay.db")
    }

    fn tamper(&self, sql: &str, sequence: u64) {
        let connection = Connection::open(self.path()).unwrap();
        connection.execute_batch("DROP TRIGGER event_is_immutable; DROP TRIGGER event_is_kept;").unwrap();
        assert!(connection.execute(sql, [i64::try_from(sequence).unwrap()]).unwrap() > 0);
    }
}

impl TestBed for SqliteBed {
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>> {
        Box::pin(async { Arc::new(SqliteStore::open(self.path()).unwrap()) as Arc<dyn Store> })
    }

    fn alter_event(&self, sequence: u64) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.tamper("UPDATE event SET detail = '{}' WHERE sequence = ?1", sequence) })
    }

    fn cut_events(&self, from: u64) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.tamper("DELETE FROM event WHERE sequence >= ?1", from) })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_passes_the_suite_every_store_must_pass() {
    run_all(SqliteBed::new).await;
}
