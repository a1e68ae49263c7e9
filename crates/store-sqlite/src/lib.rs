//! The embedded store: SQLite in one file, one writer, many readers.
//!
//! # Invariants
//!
//! - Only one process writes: it holds a lock on `FILE.lock` for as long as the store is open. Others may read.
//! - Only one thread writes. It takes what has queued up, runs it in one transaction with a savepoint each, commits
//!   with `synchronous=FULL`, and only then answers. One job's failure undoes that job alone; a failed commit fails all.
//! - Rows of `message`, `body` and `event` are never updated (triggers refuse it). What changes is the narrow
//!   `delivery` table and the counts.
//! - Of the unresolved deliveries to one endpoint with one ordering key exactly the oldest is marked `head`, and a
//!   unique index holds it to that. Only heads are leased, so a line that is blocked costs a lease nothing.
//! - The event log's end (sequence and hash) is written in the same transaction as the events, so a log that was cut
//!   short is noticed.
//! - No query that runs while messages flow scans a table.
//! - A file that is not ours, is damaged, or is from a later version is refused and left as it is.
//!
//! # On disk
//!
//! `schema.rs` holds the tables, and a list of migrations counted by `user_version`. WAL mode; a background thread
//! checkpoints passively, and truncates the log when it has outgrown its limit. Bodies are compressed with zstd where
//! that makes them smaller. The file is created readable by its owner only.

mod accept;
mod checkpoint;
mod convert;
mod error;
#[cfg(test)]
mod faults;
mod journal;
mod open;
#[cfg(test)]
mod plans;
mod queue;
mod readers;
mod schema;
mod search;
mod show;
mod store;
mod writer;

pub use error::OpenError;
pub use store::{SqliteReader, SqliteStore};
