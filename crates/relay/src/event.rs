//! The relay log: every transition, appended, never changed, chained by hash.
//!
//! # Invariants
//!
//! - `hash(n) = BLAKE3(hash(n-1) ‖ canonical bytes of event n)`; the first event follows [`EventHash::GENESIS`].
//! - Sequence numbers begin at 1 and have no gaps.
//! - Canonical bytes, integers big-endian: sequence (u64), time (i64, milliseconds since 1970), message key (16 bytes),
//!   one byte 0 or 1 and, after 1, the delivery id (16 bytes), length (u64) and bytes of the kind, length (u64) and
//!   bytes of the detail exactly as stored.
//! - The detail is a JSON object without patient data.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::body::ContentHash;
use crate::delivery::{Decision, DeliveryState, Failure, ReceiverAnswer, ReturnReason, Verdict};
use crate::ids::{ConfigHash, DeliveryId, EndpointId, MessageKey, RouteName, WorkerId};

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum EventKind {
            $($(#[$doc])* $variant,)+
        }

        impl EventKind {
            /// The name used in stores and on screens.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl FromStr for EventKind {
            type Err = UnknownEventKind;

            fn from_str(text: &str) -> Result<Self, UnknownEventKind> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(UnknownEventKind),
                }
            }
        }
    };
}

event_kinds! {
    /// A message was committed with its deliveries.
    MessageAccepted = "message-accepted",
    /// A message was refused at the door.
    MessageRefused = "message-refused",
    /// An accepted message came again and was answered again.
    DuplicateReceived = "duplicate-received",
    /// Other content came under the id of an accepted message.
    ConflictReceived = "conflict-received",
    /// A delivery was queued.
    DeliveryQueued = "delivery-queued",
    /// It waits for a person.
    DeliveryParked = "delivery-parked",
    /// A person let it go on.
    DeliveryReleased = "delivery-released",
    /// A person gave it up.
    DeliveryGivenUp = "delivery-given-up",
    /// A worker took it.
    DeliveryLeased = "delivery-leased",
    /// The receiver took it.
    DeliveryDelivered = "delivery-delivered",
    /// The receiver refused it for good.
    DeliveryRefused = "delivery-refused",
    /// An attempt failed; there will be another.
    DeliveryRetry = "delivery-retry",
    /// An attempt ended without an answer.
    DeliveryInDoubt = "delivery-in-doubt",
    /// It has been on its way for longer than its endpoint's policy finds normal. Once a delivery.
    DeliveryOverdue = "delivery-overdue",
    /// It was given up.
    DeliveryDead = "delivery-dead",
    /// It waited behind a delivery that was refused or given up, and is now the first in line.
    DeliveryUnblocked = "delivery-unblocked",
    /// A lease went back without an outcome; it will be sent again.
    LeaseReturned = "lease-returned",
}

/// The text names no kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of an event kind, such as delivery-delivered")]
pub struct UnknownEventKind;

/// The hash of an event and, through it, of everything before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventHash([u8; 32]);

impl EventHash {
    /// What the first event follows.
    pub const GENESIS: Self = Self([0; 32]);

    /// Wraps a hash read from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for EventHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for EventHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventHash({self})")
    }
}

impl Serialize for EventHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One entry of the relay log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its place in the log, from 1.
    pub sequence: u64,
    /// When it happened, to the millisecond.
    pub at: Timestamp,
    /// The message it is about.
    pub message: MessageKey,
    /// The delivery it is about, if it is about one.
    pub delivery: Option<DeliveryId>,
    /// What happened.
    pub kind: EventKind,
    /// Particulars: the text of a JSON object, exactly as stored and hashed.
    #[serde(serialize_with = "as_json")]
    pub detail: String,
    /// The link of the chain.
    pub hash: EventHash,
}

impl Event {
    /// Whether its hash follows from the given one and from what it says.
    #[must_use]
    pub fn follows(&self, previous: EventHash) -> bool {
        chain(previous, self.sequence, self.at, self.message, self.delivery, self.kind, &self.detail) == self.hash
    }
}

fn as_json<S: Serializer>(detail: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<Value>(detail).unwrap_or(Value::Null).serialize(serializer)
}

/// An event that has no place in the log yet. Stores make events only through these constructors, so that every store
/// writes the same log.
#[derive(Debug, Clone)]
pub struct EventDraft {
    at: Timestamp,
    message: MessageKey,
    delivery: Option<DeliveryId>,
    kind: EventKind,
    detail: Value,
}

impl EventDraft {
    /// A message was committed.
    #[must_use]
    pub fn accepted(at: Timestamp, message: MessageKey, content: ContentHash, config: &ConfigHash) -> Self {
        let detail = json!({ "content": content.to_string(), "config": config.as_str() });
        Self { at, message, delivery: None, kind: EventKind::MessageAccepted, detail }
    }

    /// A message was refused.
    #[must_use]
    pub fn refused(at: Timestamp, message: MessageKey, content: ContentHash, config: &ConfigHash) -> Self {
        Self { kind: EventKind::MessageRefused, ..Self::accepted(at, message, content, config) }
    }

    /// The message came again.
    #[must_use]
    pub const fn duplicate(at: Timestamp, message: MessageKey) -> Self {
        Self { at, message, delivery: None, kind: EventKind::DuplicateReceived, detail: Value::Null }
    }

    /// Other content came under the message's id.
    #[must_use]
    pub fn conflict(at: Timestamp, message: MessageKey, content: ContentHash) -> Self {
        let detail = json!({ "content": content.to_string() });
        Self { at, message, delivery: None, kind: EventKind::ConflictReceived, detail }
    }

    /// A delivery was queued.
    #[must_use]
    pub fn queued(
        at: Timestamp,
        message: MessageKey,
        delivery: DeliveryId,
        endpoint: &EndpointId,
        route: &RouteName,
    ) -> Self {
        let detail = json!({ "endpoint": endpoint.as_str(), "route": route.as_str() });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryQueued, detail }
    }

    /// The delivery waits for a person.
    #[must_use]
    pub fn parked(at: Timestamp, message: MessageKey, delivery: DeliveryId, reason: &str) -> Self {
        let detail = json!({ "reason": reason });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryParked, detail }
    }

    /// A person decided about the parked delivery.
    #[must_use]
    pub fn decided(at: Timestamp, message: MessageKey, delivery: DeliveryId, decision: &Decision) -> Self {
        let kind = match decision.verdict {
            Verdict::Release => EventKind::DeliveryReleased,
            Verdict::GiveUp => EventKind::DeliveryGivenUp,
        };
        let detail = json!({ "who": decision.who, "why": decision.why });
        Self { at, message, delivery: Some(delivery), kind, detail }
    }

    /// A worker took the delivery.
    #[must_use]
    pub fn leased(
        at: Timestamp,
        message: MessageKey,
        delivery: DeliveryId,
        worker: &WorkerId,
        attempt: u32,
        fence: u64,
    ) -> Self {
        let detail = json!({ "worker": worker.as_str(), "attempt": attempt, "fence": fence });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryLeased, detail }
    }

    /// The receiver took it.
    #[must_use]
    pub fn delivered(at: Timestamp, message: MessageKey, delivery: DeliveryId, answer: &ReceiverAnswer) -> Self {
        let digest = answer.digest.map(|digest| digest.to_string());
        let detail = json!({ "status": answer.status, "digest": digest, "length": answer.length });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryDelivered, detail }
    }

    /// The receiver refused it for good.
    #[must_use]
    pub fn refused_by_receiver(at: Timestamp, message: MessageKey, delivery: DeliveryId, findings: &Value) -> Self {
        let detail = json!({ "findings": findings });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryRefused, detail }
    }

    /// An attempt failed, or ended without an answer; there will be another.
    #[must_use]
    pub fn retry(
        at: Timestamp,
        message: MessageKey,
        delivery: DeliveryId,
        failure: &Failure,
        attempt: u32,
        due: Timestamp,
    ) -> Self {
        let kind = if failure.in_doubt { EventKind::DeliveryInDoubt } else { EventKind::DeliveryRetry };
        let detail = json!({ "reason": failure.reason, "attempt": attempt, "due": due.to_string() });
        Self { at, message, delivery: Some(delivery), kind, detail }
    }

    /// It has been on its way for too long.
    #[must_use]
    pub fn overdue(at: Timestamp, message: MessageKey, delivery: DeliveryId, accepted_at: Timestamp) -> Self {
        let detail = json!({ "since": accepted_at.to_string() });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryOverdue, detail }
    }

    /// It was given up.
    #[must_use]
    pub fn dead(at: Timestamp, message: MessageKey, delivery: DeliveryId, failure: &Failure) -> Self {
        let detail = json!({ "reason": failure.reason, "in-doubt": failure.in_doubt });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryDead, detail }
    }

    /// It is the first in line because the one before it ended without being delivered.
    #[must_use]
    pub fn unblocked(
        at: Timestamp,
        message: MessageKey,
        delivery: DeliveryId,
        behind: DeliveryId,
        state: DeliveryState,
    ) -> Self {
        let detail = json!({ "behind": behind.to_string(), "state": state.as_str() });
        Self { at, message, delivery: Some(delivery), kind: EventKind::DeliveryUnblocked, detail }
    }

    /// A lease went back; the receiver is held to be idempotent, so the delivery will be sent again.
    #[must_use]
    pub fn returned(at: Timestamp, message: MessageKey, delivery: DeliveryId, reason: ReturnReason) -> Self {
        let detail = json!({ "reason": reason.as_str(), "in-doubt-policy": "resend" });
        Self { at, message, delivery: Some(delivery), kind: EventKind::LeaseReturned, detail }
    }

    /// Gives the event its place behind the one with hash `previous`.
    #[must_use]
    pub fn seal(self, previous: EventHash, sequence: u64) -> Event {
        let at = Timestamp::from_millisecond(self.at.as_millisecond()).unwrap_or(self.at);
        let detail = if self.detail.is_null() { "{}".to_owned() } else { self.detail.to_string() };
        let hash = chain(previous, sequence, at, self.message, self.delivery, self.kind, &detail);
        Event { sequence, at, message: self.message, delivery: self.delivery, kind: self.kind, detail, hash }
    }
}

fn chain(
    previous: EventHash,
    sequence: u64,
    at: Timestamp,
    message: MessageKey,
    delivery: Option<DeliveryId>,
    kind: EventKind,
    detail: &str,
) -> EventHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&previous.0);
    hasher.update(&sequence.to_be_bytes());
    hasher.update(&at.as_millisecond().to_be_bytes());
    hasher.update(message.as_uuid().as_bytes());
    match delivery {
        None => hasher.update(&[0]),
        Some(delivery) => hasher.update(&[1]).update(delivery.as_uuid().as_bytes()),
    };
    for text in [kind.as_str(), detail] {
        hasher.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    EventHash(*hasher.finalize().as_bytes())
}

/// What verifying the log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    /// How many events hold, from the first.
    pub verified: u64,
    /// The hash of the last event that holds. Kept elsewhere, it proves later that nothing before it was changed.
    pub head: EventHash,
    /// The first place where the chain does not hold.
    pub broken: Option<ChainBreak>,
}

/// Where and how the chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChainBreak {
    /// The place in the log.
    pub sequence: u64,
    /// What is wrong there.
    pub fault: ChainFault,
}

/// What can be wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChainFault {
    /// The event's content and its hash don't agree.
    Altered,
    /// An event is missing here.
    Missing,
    /// The event can't be read.
    Unreadable,
    /// The log ends here, before or after the end that the store recorded.
    WrongEnd,
}

/// Walks the log from its first event.
#[derive(Debug)]
pub struct ChainVerifier {
    verified: u64,
    head: EventHash,
}

impl Default for ChainVerifier {
    fn default() -> Self {
        Self { verified: 0, head: EventHash::GENESIS }
    }
}

impl ChainVerifier {
    /// Takes the next event in order of sequence.
    ///
    /// # Errors
    /// The break, if the event doesn't follow from those before it.
    pub fn take(&mut self, event: &Event) -> Result<(), ChainBreak> {
        let expected = self.verified.saturating_add(1);
        if event.sequence != expected {
            return Err(ChainBreak { sequence: expected, fault: ChainFault::Missing });
        }
        if !event.follows(self.head) {
            return Err(ChainBreak { sequence: expected, fault: ChainFault::Altered });
        }
        self.verified = expected;
        self.head = event.hash;
        Ok(())
    }

    /// The sequence number the next event must have.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.verified.saturating_add(1)
    }

    /// Ends the walk. `recorded` is the end of the log as the store wrote it down beside the events.
    #[must_use]
    pub fn finish(self, recorded: (u64, EventHash)) -> ChainReport {
        let at_end = recorded == (self.verified, self.head);
        let broken =
            (!at_end).then_some(ChainBreak { sequence: self.verified.saturating_add(1), fault: ChainFault::WrongEnd });
        self.report(broken)
    }

    /// Ends the walk at a break.
    #[must_use]
    pub const fn broken(self, broken: ChainBreak) -> ChainReport {
        self.report(Some(broken))
    }

    const fn report(self, broken: Option<ChainBreak>) -> ChainReport {
        ChainReport { verified: self.verified, head: self.head, broken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Vec<Event> {
        let now = Timestamp::UNIX_EPOCH;
        let message = MessageKey::generate(now);
        let mut previous = EventHash::GENESIS;
        let mut events = Vec::new();
        for sequence in 1..=3 {
            let event = EventDraft::duplicate(now, message).seal(previous, sequence);
            previous = event.hash;
            events.push(event);
        }
        events
    }

    fn verify(events: &[Event]) -> ChainReport {
        let end = log_end(events);
        let mut verifier = ChainVerifier::default();
        for event in events {
            if let Err(broken) = verifier.take(event) {
                return verifier.broken(broken);
            }
        }
        verifier.finish(end)
    }

    fn log_end(events: &[Event]) -> (u64, EventHash) {
        events.last().map_or((0, EventHash::GENESIS), |event| (event.sequence, event.hash))
    }

    #[test]
    fn an_untouched_log_verifies() {
        let report = verify(&log());
        assert_eq!((report.verified, report.broken), (3, None));
    }

    #[test]
    fn an_altered_event_breaks_the_chain_where_it_stands() {
        let mut events = log();
        events[1].detail = "{\"x\":1}".to_owned();
        assert_eq!(verify(&events).broken, Some(ChainBreak { sequence: 2, fault: ChainFault::Altered }));
    }

    #[test]
    fn a_removed_event_is_missed() {
        let mut events = log();
        events.remove(1);
        assert_eq!(verify(&events).broken, Some(ChainBreak { sequence: 2, fault: ChainFault::Missing }));
    }

    #[test]
    fn a_cut_end_is_noticed() {
        let events = log();
        let mut verifier = ChainVerifier::default();
        verifier.take(&events[0]).unwrap();
        let broken = verifier.finish(log_end(&events)).broken;
        assert_eq!(broken, Some(ChainBreak { sequence: 2, fault: ChainFault::WrongEnd }));
    }
}
