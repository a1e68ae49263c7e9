//! What operations ask of the store, and what they get: never a body unless they ask for one.

use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::body::ContentHash;
use crate::delivery::{DeliveryState, UnknownState};
use crate::event::Event;
use crate::ids::{ConfigHash, DeliveryId, EndpointId, MessageKey, MessageKind, OrderingKey, RouteName};
use crate::message::{IndexValue, MessageState};

/// Which messages to find. All conditions must hold; with none, the newest messages are found.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The sender's message id.
    pub message_id: Option<IndexValue>,
    /// The prescription id.
    pub prescription_id: Option<IndexValue>,
    /// The keyed hash of the NHS number.
    pub nhs_number_hash: Option<IndexValue>,
    /// An ODS code that takes part.
    pub ods: Option<IndexValue>,
    /// The state of the message or of one of its deliveries.
    pub state: Option<StateFilter>,
    /// The kind of message.
    pub kind: Option<MessageKind>,
    /// Received at or after this moment.
    pub since: Option<Timestamp>,
    /// Received before this moment.
    pub until: Option<Timestamp>,
    /// The most to find; newest first. `None`: 100.
    pub limit: Option<u32>,
}

/// A state to search by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFilter {
    /// What became of the message at the door.
    Message(MessageState),
    /// At least one of its deliveries is in this state.
    Delivery(DeliveryState),
}

impl FromStr for StateFilter {
    type Err = UnknownState;

    /// `accepted` and `refused` are states of messages, all others of deliveries.
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        text.parse().map(Self::Message).or_else(|_| text.parse().map(Self::Delivery))
    }
}

/// One line of a search result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageSummary {
    /// Our name for it.
    pub key: MessageKey,
    /// The endpoint it came from.
    pub source: EndpointId,
    /// The sender's id, if it could be read.
    pub message_id: Option<String>,
    /// What it is, if that could be told.
    pub kind: Option<MessageKind>,
    /// What became of it at the door.
    pub state: MessageState,
    /// When it was received.
    pub received_at: Timestamp,
    /// Where it goes, and how far it is.
    pub deliveries: Vec<DeliverySummary>,
}

/// How far one delivery is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliverySummary {
    /// Its name.
    pub id: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// Where it stands.
    pub state: DeliveryState,
}

/// How a message is named by whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageRef {
    /// By our key.
    Key(MessageKey),
    /// By the sender's id. Of several messages under one id the newest accepted one is meant, or the newest refused
    /// one if none was accepted.
    Id(String),
}

impl From<&str> for MessageRef {
    /// Text that reads as a UUID is taken for a key. A store that knows no such key looks for it as a sender's id.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Id(text.to_owned()), Self::Key)
    }
}

/// Everything about one message except its content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageRecord {
    /// Our name for it.
    pub key: MessageKey,
    /// The endpoint it came from.
    pub source: EndpointId,
    /// The sender's id, if it could be read.
    pub message_id: Option<String>,
    /// What it is, if that could be told.
    pub kind: Option<MessageKind>,
    /// What became of it at the door.
    pub state: MessageState,
    /// When it was received.
    pub received_at: Timestamp,
    /// The hash of its content.
    pub content_hash: ContentHash,
    /// What it is ordered by; `None` for a refused message.
    pub ordering_key: Option<OrderingKey>,
    /// The configuration it was handled under.
    pub config_hash: ConfigHash,
    /// Counts of the field ledger; null for a refused message.
    pub ledger_summary: Value,
    /// What was noticed about it.
    pub findings: Value,
    /// The transport code of the answer; `None` for a refused message.
    pub answer_status: Option<u16>,
    /// Its deliveries in the order in which they were queued.
    pub deliveries: Vec<DeliveryRecord>,
    /// Everything that happened to it, oldest first.
    pub events: Vec<Event>,
}

/// Everything about one delivery except its content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryRecord {
    /// Its name.
    pub id: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// The route that decided so.
    pub route: RouteName,
    /// Its place in line.
    pub ordering_key: OrderingKey,
    /// Where it stands.
    pub state: DeliveryState,
    /// Whether it waits behind an older delivery to the same endpoint with the same key.
    pub waits_in_line: bool,
    /// How often it was leased.
    pub attempts: u32,
    /// When its message was accepted.
    pub accepted_at: Timestamp,
    /// Not sent before this moment.
    pub due_at: Timestamp,
    /// When it was leased for the first time.
    pub first_attempt_at: Option<Timestamp>,
    /// When it came to an end.
    pub resolved_at: Option<Timestamp>,
    /// From when on it is not sent any more.
    pub expires: Option<Timestamp>,
    /// The last outcome: the receiver's answer, its findings, or what failed. Null before the first outcome.
    pub last_outcome: Value,
}

/// Whose content is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyRef {
    /// What was received.
    Received(MessageKey),
    /// What was answered.
    Answer(MessageKey),
    /// What is sent.
    Outbound(DeliveryId),
}

/// How many of everything there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Messages by source and state.
    pub messages: Vec<MessageCount>,
    /// Deliveries by endpoint and state.
    pub deliveries: Vec<DeliveryCount>,
}

impl Counts {
    /// How many deliveries are in the given state, over all endpoints.
    #[must_use]
    pub fn deliveries_in(&self, state: DeliveryState) -> u64 {
        self.deliveries.iter().filter(|entry| entry.state == state).map(|entry| entry.count).sum()
    }
}

/// Messages of one source in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageCount {
    /// The endpoint they came from.
    pub source: EndpointId,
    /// Their state.
    pub state: MessageState,
    /// How many.
    pub count: u64,
}

/// Deliveries to one endpoint in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliveryCount {
    /// Where they go.
    pub endpoint: EndpointId,
    /// Their state.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
}

/// The unresolved delivery to one endpoint that waits longest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OldestUnresolved {
    /// Where it goes.
    pub endpoint: EndpointId,
    /// When its message was accepted.
    pub accepted_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_means_the_message_and_refused_by_receiver_the_delivery() {
        assert_eq!("refused".parse(), Ok(StateFilter::Message(MessageState::Refused)));
        assert_eq!("refused-by-receiver".parse(), Ok(StateFilter::Delivery(DeliveryState::RefusedByReceiver)));
        assert_eq!("gone".parse::<StateFilter>(), Err(UnknownState));
    }
}
