//! What a store must do. [`conformance`](crate::conformance) (feature `conformance`) proves that one does it.

use std::pin::Pin;

use jiff::Timestamp;

use crate::body::Body;
use crate::delivery::{Completion, Decided, Decision, Lease, LeaseBatch, LeaseRequest, ReturnReason};
use crate::event::{ChainReport, Event};
use crate::ids::DeliveryId;
use crate::message::{Accepted, NewMessage, Refusal};
use crate::query::{BodyRef, Counts, MessageRecord, MessageRef, MessageSummary, OldestUnresolved, Query};

/// A boxed future, so that stores and senders can be chosen at run time.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store can't write or answer at present: disk full, read-only, input-output error, busy, closed. Nothing was
    /// changed. Whoever sent a message is told to come again later.
    #[error("the store is unavailable: {reason}")]
    Unavailable {
        /// What the store reported; no patient data.
        reason: String,
    },
    /// The store holds something it can't have written, or contradicts itself.
    #[error("the store is damaged: {reason}")]
    Damaged {
        /// What was found; no patient data.
        reason: String,
    },
    /// The delivery is not leased, or somebody else leased it since. Nothing was changed.
    #[error("the lease on delivery {} has been lost", .0.delivery)]
    LeaseLost(Lease),
    /// The key or a delivery id is already in use for something else: the caller made it twice. Nothing was changed.
    #[error("a message key or delivery id was used twice")]
    KeyInUse,
}

/// The reading half: safe while another process writes.
pub trait StoreReader: Send + Sync {
    /// Messages that meet all conditions, newest first.
    fn search(&self, query: Query) -> BoxFuture<'_, Result<Vec<MessageSummary>, StoreError>>;

    /// Everything about one message except its content. A key that is unknown is looked up as a sender's id too.
    fn show(&self, message: MessageRef) -> BoxFuture<'_, Result<Option<MessageRecord>, StoreError>>;

    /// Up to `limit` events after the given sequence number, oldest first. 0 begins at the beginning.
    fn events_since(&self, sequence: u64, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>>;

    /// How many messages and deliveries there are by state. Cheap: the store keeps count.
    fn counts(&self) -> BoxFuture<'_, Result<Counts, StoreError>>;

    /// The content of a message, an answer or a delivery; `None` if there is none or it is not kept.
    fn body(&self, body: BodyRef) -> BoxFuture<'_, Result<Option<Body>, StoreError>>;

    /// For each endpoint with unresolved deliveries, the one that waits longest.
    fn oldest_unresolved(&self) -> BoxFuture<'_, Result<Vec<OldestUnresolved>, StoreError>>;

    /// Walks the whole relay log and checks every link.
    fn verify_chain(&self) -> BoxFuture<'_, Result<ChainReport, StoreError>>;
}

/// A durable store. Every method is one transaction, and answers only after its commit is on disk.
///
/// A caller that stops waiting for a method does not undo it.
pub trait Store: StoreReader {
    /// Commits message, dedupe key, deliveries, outbound bodies and events together; or tells that the dedupe key is
    /// taken. Among accepted messages of one source the id is unique for ever.
    fn accept(&self, message: NewMessage) -> BoxFuture<'_, Result<Accepted, StoreError>>;

    /// Commits a refused message with its findings.
    fn refuse(&self, refusal: Refusal) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Leases what is due and first in its line, as far as the endpoints have room. Before that, deliveries past their
    /// expiry become dead, and leases past their end go back to pending.
    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<LeaseBatch, StoreError>>;

    /// Writes what came of an attempt. When that resolves the delivery, the next in line can be leased.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if the lease is no longer the newest.
    fn complete(&self, lease: Lease, completion: Completion, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Gives leases back; their deliveries are pending again and due at once. Lost leases are passed over. Returns how
    /// many went back.
    fn release(
        &self,
        leases: Vec<Lease>,
        reason: ReturnReason,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<usize, StoreError>>;

    /// Lets a parked delivery go on, due at once, or gives it up, by the decision of a person.
    fn decide(
        &self,
        delivery: DeliveryId,
        decision: Decision,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Decided, StoreError>>;

    /// To be called once before the first lease: gives back every lease that no living worker holds. A store for a
    /// single process gives back all, a shared one those that have run out. Returns how many went back.
    fn recover(&self, now: Timestamp) -> BoxFuture<'_, Result<usize, StoreError>>;
}
