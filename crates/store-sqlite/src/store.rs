//! The store as the relay sees it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use causeway_relay::{
    Accepted, Body, BodyRef, BoxFuture, ChainReport, Completion, Counts, Decided, Decision, DeliveryId, EndpointId,
    Event, Failure, Lease, LeaseBatch, LeaseRequest, LeasedDelivery, MessageKind, MessageRecord, MessageRef,
    MessageSummary, NewMessage, OldestUnresolved, OrderingKey, Query, Refusal, ReturnReason, RouteName, Store,
    StoreError, StoreReader,
};
use jiff::Timestamp;

use crate::accept::{self, PackedMessage};
use crate::checkpoint::Checkpointer;
use crate::convert::{StoredBody, load_body};
use crate::error::{OpenError, damaged, unavailable};
use crate::open;
use crate::queue::{self, LeasedRow};
use crate::readers::Readers;
use crate::writer::Writer;
use crate::{journal, search, show};

/// Bodies that add up to more than this are compressed on a thread that may block.
const PACK_INLINE: usize = 256 * 1024;

/// A store opened for reading only; the gateway may be writing it at the same time.
#[derive(Debug, Clone)]
pub struct SqliteReader {
    readers: Arc<Readers>,
}

impl SqliteReader {
    /// Opens an existing store for searches. Blocks while the file is checked.
    ///
    /// # Errors
    /// If there is no such file, or it is not a store of exactly this version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        open::check_readable(path)?;
        Ok(Self { readers: Readers::new(path.to_owned()) })
    }
}

impl StoreReader for SqliteReader {
    fn search(&self, query: Query) -> BoxFuture<'_, Result<Vec<MessageSummary>, StoreError>> {
        Box::pin(self.readers.run(move |connection| search::search(connection, &query)))
    }

    fn show(&self, message: MessageRef) -> BoxFuture<'_, Result<Option<MessageRecord>, StoreError>> {
        Box::pin(self.readers.run(move |connection| show::show(connection, &message)))
    }

    fn events_since(&self, sequence: u64, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        Box::pin(self.readers.run(move |connection| journal::events_since(connection, sequence, limit)))
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, StoreError>> {
        Box::pin(self.readers.run(journal::counts))
    }

    fn body(&self, body: BodyRef) -> BoxFuture<'_, Result<Option<Body>, StoreError>> {
        Box::pin(self.readers.run(move |connection| show::body(connection, body)))
    }

    fn oldest_unresolved(&self) -> BoxFuture<'_, Result<Vec<OldestUnresolved>, StoreError>> {
        Box::pin(self.readers.run(journal::oldest_unresolved))
    }

    fn verify_chain(&self) -> BoxFuture<'_, Result<ChainReport, StoreError>> {
        Box::pin(journal::verify_chain(&self.readers))
    }
}

/// A store opened for writing, by this process alone.
///
/// Dropping it waits until everything that was handed in is on disk. The fields are dropped in their order: the writer
/// closes the last connection, which empties the write-ahead log, and only then the lock is given up.
#[derive(Debug)]
pub struct SqliteStore {
    reader: SqliteReader,
    _checkpointer: Checkpointer,
    writer: Writer,
    _lock: File,
}

impl SqliteStore {
    /// Opens a store, makes it if there is none, and brings an earlier version up to date. Blocks meanwhile.
    ///
    /// # Errors
    /// If another gateway has it open, or the file is not ours, damaged, from a later version, or can't be written. The
    /// file is left as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let opened = open::open(path)?;
        let started = |error: StoreError| match error {
            StoreError::Damaged { reason } => OpenError::Damaged { path: path.to_owned(), reason },
            error => OpenError::Unavailable { path: path.to_owned(), reason: error.to_string() },
        };
        Ok(Self {
            reader: SqliteReader { readers: Readers::new(path.to_owned()) },
            _checkpointer: Checkpointer::start(path.to_owned()).map_err(started)?,
            writer: Writer::start(opened.connection).map_err(started)?,
            _lock: opened.lock,
        })
    }

    /// Opens an existing store for reading only: see [`SqliteReader::open`].
    ///
    /// # Errors
    /// Those of [`SqliteReader::open`].
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<SqliteReader, OpenError> {
        SqliteReader::open(path)
    }

    #[cfg(test)]
    pub(crate) const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Adds the bodies to what was leased. A delivery whose body is lost would hold up its line for ever and be leased
    /// again and again, so it is given up, loudly.
    async fn load(&self, rows: Vec<LeasedRow>, now: Timestamp) -> Result<Vec<LeasedDelivery>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let load = move |connection: &rusqlite::Connection| {
            let load = |row: LeasedRow| {
                let body = load_body(connection, row.body)
                    .and_then(|body| body.ok_or_else(|| damaged("a body that is still to be sent is missing")));
                (row, body)
            };
            Ok(rows.into_iter().map(load).collect::<Vec<_>>())
        };
        let mut leased = Vec::new();
        for (row, body) in self.reader.readers.run(load).await? {
            match body {
                Ok(body) => leased.push(leased_delivery(row, body)),
                Err(StoreError::Damaged { reason }) => {
                    tracing::error!(delivery = %row.lease.delivery, reason, "a delivery is given up");
                    let failure = Failure { reason, in_doubt: false };
                    self.complete(row.lease, Completion::Dead { failure }, now).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(leased)
    }
}

fn leased_delivery(row: LeasedRow, body: Body) -> LeasedDelivery {
    LeasedDelivery {
        lease: row.lease,
        message: row.message,
        message_id: row.message_id,
        kind: MessageKind::from(row.kind),
        source: EndpointId::from(row.source),
        endpoint: row.endpoint,
        route: RouteName::from(row.route),
        ordering_key: OrderingKey::from(row.ordering_key),
        body,
        attempt: row.attempt,
        accepted_at: row.accepted_at,
        first_attempt_at: row.first_attempt_at,
        overdue_told: row.overdue_told,
    }
}

/// Compresses here or, if that would hold up other tasks, on a thread that may block.
async fn pack<T: Send + 'static>(weight: usize, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    if weight <= PACK_INLINE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|_| unavailable("a body could not be compressed"))
}

impl Store for SqliteStore {
    fn accept(&self, message: NewMessage) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move {
            let packed = pack(PackedMessage::weight(&message), || PackedMessage::new(message)).await?;
            self.writer.run(move |transaction| accept::accept(transaction, &packed)).await
        })
    }

    fn refuse(&self, refusal: Refusal) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let content = refusal.body.clone();
            let weight = content.as_ref().map_or(0, Body::len);
            let body = pack(weight, move || content.as_ref().map(StoredBody::pack)).await?;
            self.writer.run(move |transaction| accept::refuse(transaction, &refusal, body.as_ref())).await
        })
    }

    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<LeaseBatch, StoreError>> {
        Box::pin(async move {
            let now = request.now;
            let found = self.writer.run(move |transaction| queue::lease(transaction, &request)).await?;
            let leases: Vec<Lease> = found.rows.iter().map(|row| row.lease).collect();
            match self.load(found.rows, now).await {
                Ok(leased) => Ok(LeaseBatch { leased, next_due: found.next_due }),
                Err(error) => {
                    // Nobody will send these, so they must not stay leased.
                    self.release(leases, ReturnReason::Unsent, now).await?;
                    Err(error)
                }
            }
        })
    }

    fn complete(&self, lease: Lease, completion: Completion, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.writer.run(move |transaction| queue::complete(transaction, lease, &completion, now)))
    }

    fn release(
        &self,
        leases: Vec<Lease>,
        reason: ReturnReason,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<usize, StoreError>> {
        Box::pin(self.writer.run(move |transaction| queue::release(transaction, &leases, reason, now)))
    }

    fn decide(
        &self,
        delivery: DeliveryId,
        decision: Decision,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Decided, StoreError>> {
        Box::pin(self.writer.run(move |transaction| queue::decide(transaction, delivery, &decision, now)))
    }

    fn recover(&self, now: Timestamp) -> BoxFuture<'_, Result<usize, StoreError>> {
        Box::pin(self.writer.run(move |transaction| queue::recover(transaction, now)))
    }
}

impl StoreReader for SqliteStore {
    fn search(&self, query: Query) -> BoxFuture<'_, Result<Vec<MessageSummary>, StoreError>> {
        self.reader.search(query)
    }

    fn show(&self, message: MessageRef) -> BoxFuture<'_, Result<Option<MessageRecord>, StoreError>> {
        self.reader.show(message)
    }

    fn events_since(&self, sequence: u64, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.reader.events_since(sequence, limit)
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, StoreError>> {
        self.reader.counts()
    }

    fn body(&self, body: BodyRef) -> BoxFuture<'_, Result<Option<Body>, StoreError>> {
        self.reader.body(body)
    }

    fn oldest_unresolved(&self) -> BoxFuture<'_, Result<Vec<OldestUnresolved>, StoreError>> {
        self.reader.oldest_unresolved()
    }

    fn verify_chain(&self) -> BoxFuture<'_, Result<ChainReport, StoreError>> {
        self.reader.verify_chain()
    }
}
