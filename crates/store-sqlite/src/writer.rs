//! The one thread that writes, and its group commit.
//!
//! # Invariants
//!
//! - A job is answered after the commit that holds it, or after that commit failed.
//! - Jobs run in the order in which they were handed in.
//! - A job that fails leaves nothing behind: rows, log and counts go back to where they were before it.

use std::collections::BTreeMap;
use std::io;
use std::thread::{self, JoinHandle};

use causeway_relay::{EndpointId, EventDraft, EventHash, StoreError};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::convert::{id_bytes, key_bytes, natural, signed};
use crate::error::{from_sqlite, unavailable};

/// The most jobs in one commit. Measured: beyond 64 the gain in throughput no longer pays for the wait.
const GROUP: usize = 64;

/// How many jobs may wait before those who hand them in have to wait too.
const BACKLOG: usize = 1024;

/// The handle of the writer thread. Dropping it lets the thread finish what was handed in, then ends it.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on its own connection.
    pub(crate) fn start(connection: Connection) -> Result<Self, StoreError> {
        let head = ChainHead::load(&connection)?;
        let (jobs, queue) = mpsc::channel(BACKLOG);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(&connection, head, queue))
            .map_err(|error: io::Error| unavailable(&error.to_string()))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs work in the next commit and answers after it.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&mut WriteTransaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = PendingJob { work: Some(work), result: None, answer };
        let stopped = || unavailable("the store's writer has stopped");
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(Box::new(job)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer ended by a panic");
        }
    }
}

fn write(connection: &Connection, mut head: ChainHead, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        let committed = commit(connection, head, &mut group);
        if let Ok(new_head) = committed {
            head = new_head;
        } else if !connection.is_autocommit()
            && let Err(error) = connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a failed transaction can't be rolled back");
        }
        let outcome = committed_outcome(&committed);
        for job in group.drain(..) {
            job.answer(&outcome);
        }
    }
}

fn committed_outcome(committed: &Result<ChainHead, StoreError>) -> Result<(), StoreError> {
    committed.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// Runs the jobs in one transaction and returns the new end of the log.
fn commit(connection: &Connection, head: ChainHead, group: &mut [Box<dyn Job>]) -> Result<ChainHead, StoreError> {
    run_sql(connection, "BEGIN IMMEDIATE")?;
    let mut transaction = WriteTransaction { connection, began: head.sequence, head, tally: Vec::new() };
    for job in group {
        let (head, counted) = (transaction.head, transaction.tally.len());
        run_sql(connection, "SAVEPOINT job")?;
        let done = job.run(&mut transaction);
        // A full disk makes SQLite roll the whole transaction back by itself; then nobody's work is there any more.
        if connection.is_autocommit() {
            return Err(unavailable("the transaction was rolled back"));
        }
        if !done {
            run_sql(connection, "ROLLBACK TO job")?;
            transaction.head = head;
            transaction.tally.truncate(counted);
        }
        run_sql(connection, "RELEASE job")?;
    }
    transaction.close()
}

fn run_sql(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(|_| ()).map_err(from_sqlite)
}

/// Something to write, with somebody who waits for it.
trait Job: Send {
    /// Does the work and keeps its result. Whether it succeeded.
    fn run(&mut self, transaction: &mut WriteTransaction<'_>) -> bool;

    /// Answers with the job's own result if the commit succeeded, else with the commit's error.
    fn answer(self: Box<Self>, committed: &Result<(), StoreError>);
}

struct PendingJob<T, W> {
    work: Option<W>,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for PendingJob<T, W>
where
    T: Send,
    W: FnOnce(&mut WriteTransaction<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, transaction: &mut WriteTransaction<'_>) -> bool {
        let Some(work) = self.work.take() else { return true };
        let result = work(transaction);
        let done = result.is_ok();
        self.result = Some(result);
        done
    }

    fn answer(self: Box<Self>, committed: &Result<(), StoreError>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Ok(()), None) => Err(unavailable("the job was not run")),
            (Err(error), _) => Err(error.clone()),
        };
        // Whoever asked may have stopped waiting; what was committed stays committed.
        let _unheard = self.answer.send(result);
    }
}

/// The end of the event log.
#[derive(Debug, Clone, Copy)]
struct ChainHead {
    sequence: u64,
    hash: EventHash,
}

impl ChainHead {
    fn load(connection: &Connection) -> Result<Self, StoreError> {
        let (sequence, hash) = connection
            .query_row("SELECT sequence, hash FROM chain", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(from_sqlite)?;
        Ok(Self { sequence: natural(sequence)?, hash: EventHash::from_bytes(hash) })
    }
}

/// An open transaction: the rows, the end of the log, and the counts that will change with it.
pub(crate) struct WriteTransaction<'c> {
    connection: &'c Connection,
    /// Where the log ended before this transaction.
    began: u64,
    head: ChainHead,
    tally: Vec<(Scope, EndpointId, &'static str, i64)>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Messages by source.
    Message,
    /// Deliveries by endpoint.
    Delivery,
}

impl Scope {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Delivery => "delivery",
        }
    }
}

impl<'c> WriteTransaction<'c> {
    /// For statements of the job.
    pub(crate) const fn connection(&self) -> &'c Connection {
        self.connection
    }

    /// Appends an event to the log.
    pub(crate) fn append(&mut self, event: EventDraft) -> Result<(), StoreError> {
        let event = event.seal(self.head.hash, self.head.sequence.saturating_add(1));
        self.connection
            .prepare_cached(
                "INSERT INTO event (sequence, at, message, delivery, kind, detail, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut insert| {
                insert.execute((
                    signed(event.sequence),
                    event.at.as_millisecond(),
                    key_bytes(event.message),
                    event.delivery.map(id_bytes),
                    event.kind.as_str(),
                    &event.detail,
                    event.hash.as_bytes(),
                ))
            })
            .map_err(from_sqlite)?;
        self.head = ChainHead { sequence: event.sequence, hash: event.hash };
        Ok(())
    }

    /// Changes a count.
    pub(crate) fn count(&mut self, scope: Scope, endpoint: &EndpointId, state: &'static str, change: i64) {
        self.tally.push((scope, endpoint.clone(), state, change));
    }

    /// Writes counts and end of log, and commits.
    fn close(self) -> Result<ChainHead, StoreError> {
        let mut sums: BTreeMap<(Scope, EndpointId, &str), i64> = BTreeMap::new();
        for (scope, endpoint, state, change) in self.tally {
            let sum = sums.entry((scope, endpoint, state)).or_default();
            *sum = sum.saturating_add(change);
        }
        for ((scope, endpoint, state), change) in sums.into_iter().filter(|(_, change)| *change != 0) {
            self.connection
                .prepare_cached(
                    "INSERT INTO tally (scope, endpoint, state, count) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET count = count + excluded.count",
                )
                .and_then(|mut upsert| upsert.execute((scope.as_str(), endpoint.as_str(), state, change)))
                .map_err(from_sqlite)?;
        }
        if self.began != self.head.sequence {
            self.connection
                .prepare_cached("UPDATE chain SET sequence = ?1, hash = ?2 WHERE id = 1")
                .and_then(|mut update| update.execute((signed(self.head.sequence), self.head.hash.as_bytes())))
                .map_err(from_sqlite)?;
        }
        run_sql(self.connection, "COMMIT")?;
        Ok(self.head)
    }
}
