//! Store-and-forward: accept, deduplicate, order, deliver, retry.
//!
//! # Invariants
//!
//! - Nothing is acknowledged before it is on disk: [`Store::accept`] answers only after the one transaction that holds
//!   message, dedupe key, deliveries, outbound bodies and events has been committed durably.
//! - The same source and message id is accepted once. The same content again gets the first answer again and is not
//!   delivered again; other content under the same id is a conflict.
//! - For one endpoint and one [`OrderingKey`] deliveries leave in the order in which they were accepted: only the
//!   oldest unresolved one is ever leased. Different keys go in parallel, up to the endpoint's `max_in_flight`.
//! - A delivery is resolved by exactly one of: delivered, refused by the receiver, dead. Everything else is unresolved
//!   and holds back the deliveries behind it.
//! - A parked delivery is unresolved: it waits until a person lets it go on or gives it up, and who and why is an event.
//! - This queue is the only thing that retries. A [`Sender`] tries once and says what happened.
//! - An answer that never came is *in doubt*, not failed: the receiver may have acted on what was sent.
//! - A [`Lease`] carries a fencing number. Whoever lost a lease can no longer change the delivery.
//! - Every transition appends an [`Event`], and events form a hash chain.
//! - Bodies are opaque bytes: a [`Body`] can't be printed, and its `Debug` shows only its length. Events, reasons and
//!   findings carry no patient data.
//! - Logic reads no wall clock: time comes in as a value or from a [`Clock`].
//!
//! This crate knows nothing of HTTP, FHIR, EPS or SQL. Stores implement [`Store`]; transports implement [`Sender`].
//! Start reading at [`Relay`], then [`Store`].

mod body;
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod delivery;
mod dispatcher;
mod event;
mod ids;
mod message;
mod policy;
mod query;
mod store;

pub use body::{Body, ContentHash, ContentHashError};
pub use clock::{Clock, ManualClock, SystemClock, later};
pub use delivery::{
    Completion, Decided, Decision, DeliveryState, EndpointCapacity, Failure, Lease, LeaseBatch, LeaseRequest,
    LeasedDelivery, Outcome, ReceiverAnswer, ReturnReason, UnknownState, Verdict,
};
pub use dispatcher::{Relay, RelaySettings, Sender};
pub use event::{
    ChainBreak, ChainFault, ChainReport, ChainVerifier, Event, EventDraft, EventHash, EventKind, UnknownEventKind,
};
pub use ids::{
    ConfigHash, DedupeKey, DeliveryId, EndpointId, IdError, MessageKey, MessageKind, OrderingKey, RouteName, WorkerId,
};
pub use message::{
    Accepted, Answer, IndexEntry, IndexName, IndexValue, MessageState, NewDelivery, NewMessage, Refusal,
};
pub use policy::{EndpointPolicy, Endpoints, InDoubtPolicy, RetryPolicy, decide};
pub use query::{
    BodyRef, Counts, DeliveryCount, DeliveryRecord, DeliverySummary, MessageCount, MessageRecord, MessageRef,
    MessageSummary, OldestUnresolved, Query, StateFilter,
};
pub use store::{BoxFuture, Store, StoreError, StoreReader};
