//! One message on its way to one endpoint: its states, its lease, and what came of an attempt.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::body::{Body, ContentHash};
use crate::ids::{DeliveryId, EndpointId, MessageKey, MessageKind, OrderingKey, RouteName, WorkerId};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Queued, not tried yet, or given back by a worker that stopped.
    Pending,
    /// Leased by a worker that is sending it.
    InFlight,
    /// Tried without success; waits for its next attempt.
    Retry,
    /// The receiver took it.
    Delivered,
    /// The receiver will never take it.
    RefusedByReceiver,
    /// Sent without an answer; waits for a decision.
    InDoubt,
    /// Waits for a person.
    Parked,
    /// Given up; kept, searchable, replayable.
    Dead,
}

impl DeliveryState {
    /// Every state, in the order of a delivery's life.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::InFlight,
        Self::Retry,
        Self::Delivered,
        Self::RefusedByReceiver,
        Self::InDoubt,
        Self::Parked,
        Self::Dead,
    ];

    /// Whether it has come to an end and holds nothing back any more.
    #[must_use]
    pub const fn is_resolved(self) -> bool {
        matches!(self, Self::Delivered | Self::RefusedByReceiver | Self::Dead)
    }

    /// The name used in stores, on screens and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InFlight => "in-flight",
            Self::Retry => "retry",
            Self::Delivered => "delivered",
            Self::RefusedByReceiver => "refused-by-receiver",
            Self::InDoubt => "in-doubt",
            Self::Parked => "parked",
            Self::Dead => "dead",
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of accepted, refused, pending, in-flight, retry, delivered, refused-by-receiver, in-doubt, parked, dead"
)]
pub struct UnknownState;

impl FromStr for DeliveryState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UnknownState)
    }
}

/// The right to send one delivery and to say what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The delivery that is leased.
    pub delivery: DeliveryId,
    /// Grows with every lease of the same delivery; an older number has no say any more.
    pub fence: u64,
}

/// What a worker asks for.
#[derive(Debug, Clone)]
pub struct LeaseRequest {
    /// Who asks.
    pub worker: WorkerId,
    /// The present moment: only deliveries due by now are leased.
    pub now: Timestamp,
    /// The most to lease at once.
    pub limit: u32,
    /// The endpoints to lease for, with how many deliveries each may have in flight and how long a lease lasts.
    /// Deliveries to endpoints that are not named stay where they are.
    pub endpoints: Vec<EndpointCapacity>,
}

/// How much one endpoint may be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointCapacity {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// The most deliveries in flight at once, those of other workers included.
    pub max_in_flight: u32,
    /// How long a worker may hold a lease before another may take it.
    pub lease_for: Duration,
}

/// What a worker gets.
#[derive(Debug, Clone, Default)]
pub struct LeaseBatch {
    /// The deliveries to send now.
    pub leased: Vec<LeasedDelivery>,
    /// When to ask again, if nothing else happens: the earliest due time among deliveries that could be leased, for
    /// endpoints that still have room. In the past if `limit` cut the batch short. `None`: nothing waits for time.
    pub next_due: Option<Timestamp>,
}

/// A delivery in the hands of a worker.
#[derive(Debug, Clone)]
pub struct LeasedDelivery {
    /// The right to complete it.
    pub lease: Lease,
    /// The message it belongs to.
    pub message: MessageKey,
    /// The sender's id of that message.
    pub message_id: String,
    /// What the message is.
    pub kind: MessageKind,
    /// The endpoint the message came from.
    pub source: EndpointId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// The route that decided so.
    pub route: RouteName,
    /// Its place in line.
    pub ordering_key: OrderingKey,
    /// What to send.
    pub body: Body,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// When the message was accepted.
    pub accepted_at: Timestamp,
    /// When it was leased for the first time.
    pub first_attempt_at: Timestamp,
    /// Whether a `delivery-overdue` event was already written.
    pub overdue_told: bool,
}

/// What came of one attempt, as the transport sees it.
///
/// Reasons and findings are stored and shown: they must not repeat anything from the content.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered {
        /// What is kept of the receiver's answer.
        answer: ReceiverAnswer,
    },
    /// The receiver will never take it; sending again can't help.
    RefusedByReceiver {
        /// Why, as JSON.
        findings: Value,
    },
    /// It was surely not taken, and another attempt may succeed.
    Retry {
        /// Why, in a few words.
        reason: String,
        /// How long the receiver asked us to wait.
        after: Option<Duration>,
    },
    /// It was sent, or may have been, and no answer came.
    InDoubt {
        /// Why, in a few words.
        reason: String,
    },
}

/// What is kept of a receiver's answer: enough to prove that it came, nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiverAnswer {
    /// The protocol's own code: an HTTP status, an HL7 acknowledgement code.
    pub status: String,
    /// Hash of the answer's body, if it had one.
    pub digest: Option<ContentHash>,
    /// Length of the answer's body in bytes.
    pub length: u64,
}

/// What the store writes for one attempt, after the endpoint's policy has been applied to its [`Outcome`].
#[derive(Debug, Clone, PartialEq)]
pub enum Completion {
    /// Resolved: delivered.
    Delivered {
        /// What is kept of the receiver's answer.
        answer: ReceiverAnswer,
    },
    /// Resolved: refused by the receiver.
    RefusedByReceiver {
        /// Why, as JSON.
        findings: Value,
    },
    /// Unresolved: tried again later.
    Retry {
        /// Not before this moment.
        due: Timestamp,
        /// What went wrong.
        failure: Failure,
        /// Write the one `delivery-overdue` event of this delivery.
        overdue: bool,
    },
    /// Resolved: given up.
    Dead {
        /// What went wrong at the last attempt.
        failure: Failure,
    },
}

/// An attempt that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Why, in a few words; no patient data.
    pub reason: String,
    /// Whether the receiver may have acted on it nevertheless.
    pub in_doubt: bool,
}

/// What a person decides about a parked delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is sent, in its place in line.
    Release,
    /// It is not sent: it is dead, and the next in line may go.
    GiveUp,
}

/// A verdict with whose it is. Both texts are stored and shown: they must not repeat anything from the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is to be done.
    pub verdict: Verdict,
    /// Who decides.
    pub who: String,
    /// Why.
    pub why: String,
}

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It was done.
    Done,
    /// The delivery is not parked, but stands here. Nothing was changed.
    NotParked(DeliveryState),
    /// There is no such delivery.
    Unknown,
}

/// Why a lease went back without an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnReason {
    /// The worker stopped before the attempt ended.
    Shutdown,
    /// The lease was found at start-up: the process before this one died.
    Restart,
    /// The lease ran out: its worker is gone or stuck.
    LeaseExpired,
    /// It was leased, but its content could not be read at the time, so nothing was sent.
    Unsent,
}

impl ReturnReason {
    /// The name used in events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shutdown => "shutdown",
            Self::Restart => "restart",
            Self::LeaseExpired => "lease-expired",
            Self::Unsent => "unsent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_from_its_name() {
        for state in DeliveryState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("lost".parse::<DeliveryState>(), Err(UnknownState));
    }

    #[test]
    fn in_doubt_and_parked_hold_their_line_and_dead_does_not() {
        assert!(!DeliveryState::InDoubt.is_resolved());
        assert!(!DeliveryState::Parked.is_resolved());
        assert!(DeliveryState::Dead.is_resolved());
    }
}
