//! What is received: accepted or refused, never changed afterwards.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::body::{Body, ContentHash};
use crate::ids::{ConfigHash, DedupeKey, DeliveryId, EndpointId, MessageKey, MessageKind, OrderingKey, RouteName};

/// A valid, translated message, ready to be committed with everything that follows from it.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Our own name for it. Made by the caller, who needs it before the commit.
    pub key: MessageKey,
    /// The endpoint it came from.
    pub source: EndpointId,
    /// The sender's id; with `source` it is the dedupe key.
    pub message_id: String,
    /// What it is.
    pub kind: MessageKind,
    /// The content exactly as received.
    pub body: Body,
    /// The hash that decides whether a message with the same id is the same message.
    pub content_hash: ContentHash,
    /// What the message is ordered by, for display and for replay plans.
    pub ordering_key: OrderingKey,
    /// Under what operations can find it. The message id is added by the store.
    pub index: Vec<IndexEntry>,
    /// The answer to give now and to every repetition.
    pub answer: Answer,
    /// The configuration it was handled under.
    pub config_hash: ConfigHash,
    /// When its last byte arrived.
    pub received_at: Timestamp,
    /// Counts of the field ledger by disposition, as JSON.
    pub ledger_summary: Value,
    /// What was noticed although it was accepted, as JSON; no patient data.
    pub findings: Value,
    /// One for each endpoint it goes to. Empty if no route took it.
    pub deliveries: Vec<NewDelivery>,
}

impl NewMessage {
    /// What makes another message the same message.
    #[must_use]
    pub fn dedupe_key(&self) -> DedupeKey {
        DedupeKey { source: self.source.clone(), message_id: self.message_id.clone() }
    }
}

/// One delivery to be queued together with its message.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Its name. Made by the caller, who may derive outbound ids from it.
    pub id: DeliveryId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// The route that decided so.
    pub route: RouteName,
    /// Its place in line: deliveries to the same endpoint with the same key keep their order.
    pub ordering_key: OrderingKey,
    /// What is sent, in the receiver's format.
    pub body: Body,
    /// From this moment it is not sent any more but dead. `None`: it never expires.
    pub expires: Option<Timestamp>,
    /// Why it waits for a person before it is sent, in a few words without patient data. `None`: it is sent as soon as it
    /// can be. A parked delivery holds its line and does not expire.
    pub parked: Option<String>,
}

/// What a sender is answered. `status` is the transport's own code (for HTTP the status code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The transport's code for the answer.
    pub status: u16,
    /// The answer in the sender's format.
    pub body: Body,
}

/// What became of [`Store::accept`](crate::Store::accept).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It is on disk, and its deliveries are queued.
    New {
        /// The key it was stored under.
        key: MessageKey,
    },
    /// The same message was accepted before: give this answer again; nothing was queued.
    Duplicate {
        /// The key of the message that was accepted first.
        key: MessageKey,
        /// What was answered the first time.
        answer: Answer,
    },
    /// Another message was accepted under the same source and id: refuse this one.
    Conflict {
        /// The key of the message that holds the id.
        key: MessageKey,
    },
}

/// A message that was not accepted, kept so that operations see it and why.
///
/// A refusal does not take the dedupe key: the sender may mend the message and send it again under the same id.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Our own name for it.
    pub key: MessageKey,
    /// The endpoint it came from.
    pub source: EndpointId,
    /// The sender's id, if it could be read.
    pub message_id: Option<String>,
    /// What it is, if that could be told.
    pub kind: Option<MessageKind>,
    /// The hash of the content.
    pub content_hash: ContentHash,
    /// The content, unless policy forbids keeping it.
    pub body: Option<Body>,
    /// Why it was refused, as JSON; no patient data.
    pub findings: Value,
    /// Under what operations can find it, as far as it could be read.
    pub index: Vec<IndexEntry>,
    /// The configuration it was handled under.
    pub config_hash: ConfigHash,
    /// When it was refused.
    pub at: Timestamp,
}

/// The two ends a received message can come to at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// Acknowledged, stored and queued.
    Accepted,
    /// Stored with the reason; never queued.
    Refused,
}

impl MessageState {
    /// The name used in stores and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

impl FromStr for MessageState {
    type Err = crate::UnknownState;

    fn from_str(text: &str) -> Result<Self, crate::UnknownState> {
        match text {
            "accepted" => Ok(Self::Accepted),
            "refused" => Ok(Self::Refused),
            _ => Err(crate::UnknownState),
        }
    }
}

/// One value under which a message can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// What the value is.
    pub name: IndexName,
    /// The value, hashed by the caller where the name says so.
    pub value: IndexValue,
}

/// What messages can be found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndexName {
    /// A keyed hash of the NHS number.
    NhsNumberHash,
    /// The prescription id.
    PrescriptionId,
    /// An ODS code that takes part in the message.
    Ods,
    /// The sender's message id.
    MessageId,
}

impl IndexName {
    /// The name used in configuration and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NhsNumberHash => "nhs-number-hash",
            Self::PrescriptionId => "prescription-id",
            Self::Ods => "ods",
            Self::MessageId => "message-id",
        }
    }
}

/// A value to find messages by. Its `Debug` shows nothing: a prescription id points at a patient.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IndexValue(String);

impl IndexValue {
    /// Wraps the value as it is.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for a store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IndexValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexValue(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_of_an_index_value_shows_nothing_of_it() {
        let entry = IndexEntry { name: IndexName::PrescriptionId, value: IndexValue::new("24F5DA-A83008-7EFE6Z") };
        assert!(!format!("{entry:?}").contains("24F5DA"));
    }
}
