//! Moves committed pages from the write-ahead log into the file, so that neither messages nor restarts wait for it.

use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use causeway_relay::StoreError;
use rusqlite::Connection;

use crate::error::{from_sqlite, unavailable};
use crate::open::{beside, connect};

/// How often the log is looked at.
const EVERY: Duration = Duration::from_millis(250);

/// From this length of the log a passive checkpoint is made: it disturbs nobody.
const PASSIVE_FROM: u64 = 4 * 1024 * 1024;

/// From this length the log is truncated: the writer has to wait for it.
const TRUNCATE_FROM: u64 = 256 * 1024 * 1024;

/// How long a truncation waits for readers to end. The writer waits as long; the next attempt comes soon.
const PATIENCE: Duration = Duration::from_millis(200);

/// The checkpoint thread. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    alive: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn start(path: PathBuf) -> Result<Self, StoreError> {
        let connection = connect(&path).map_err(from_sqlite)?;
        connection.busy_timeout(PATIENCE).map_err(from_sqlite)?;
        let log = beside(&path, "-wal");
        let (alive, ended) = mpsc::channel::<()>();
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || {
                let mut failing = false;
                while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let length = log.metadata().map_or(0, |log| log.len());
                    let result = checkpoint(&connection, length);
                    if let (Err(error), false) = (&result, failing) {
                        tracing::warn!(%error, length, "the write-ahead log can't be checkpointed");
                    }
                    failing = result.is_err();
                }
            })
            .map_err(|error| unavailable(&error.to_string()))?;
        Ok(Self { alive: Some(alive), thread: Some(thread) })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.alive.take();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread ended by a panic");
        }
    }
}

fn checkpoint(connection: &Connection, length: u64) -> rusqlite::Result<()> {
    let sql = match length {
        TRUNCATE_FROM.. => "PRAGMA wal_checkpoint(TRUNCATE)",
        PASSIVE_FROM.. => "PRAGMA wal_checkpoint(PASSIVE)",
        _ => return Ok(()),
    };
    connection.query_row(sql, [], |_| Ok(()))
}
