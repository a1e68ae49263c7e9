//! Connections that only read, lent to one query at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use causeway_relay::StoreError;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::error::{from_sqlite, unavailable};
use crate::open::connect_read_only;

/// The most queries that run at once. More would only compete for the same disk.
const AT_ONCE: usize = 4;

/// The pool. Connections are opened when they are first needed, and kept.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Arc<Self> {
        Arc::new(Self { path, permits: Arc::new(Semaphore::new(AT_ONCE)), idle: Mutex::new(Vec::new()) })
    }

    /// Runs a query on a thread that may block. All its statements see the same commit.
    pub(crate) async fn run<T, Q>(self: &Arc<Self>, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| unavailable("the store is closed"))?;
        let readers = Arc::clone(self);
        let work = move || {
            let _permit = permit;
            readers.query(query)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| unavailable("the query was broken off"))?
    }

    fn query<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect_read_only(&self.path).map_err(from_sqlite)?,
        };
        let snapshot = connection.unchecked_transaction().map_err(from_sqlite)?;
        let result = query(&snapshot);
        // A connection that can't end its transaction is not lent again.
        if snapshot.finish().is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        result
    }
}
