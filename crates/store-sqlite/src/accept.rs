//! The door: what is written when a message is accepted or refused.

use causeway_relay::{
    Accepted, Answer, Body, DedupeKey, DeliveryState, EventDraft, IndexEntry, IndexName, IndexValue, MessageState,
    NewDelivery, NewMessage, Refusal, StoreError,
};
use rusqlite::OptionalExtension;
use serde_json::{Value, json};

use crate::convert::{self, StoredBody, content_hash, id_bytes, index_code, key_bytes, message_key};
use crate::error::{damaged, from_sqlite};
use crate::writer::{Scope, WriteTransaction};

/// A message with its bodies packed, ready for the writer thread.
pub(crate) struct PackedMessage {
    message: NewMessage,
    received: StoredBody,
    answer: StoredBody,
    outbound: Vec<StoredBody>,
}

impl PackedMessage {
    pub(crate) fn new(message: NewMessage) -> Self {
        let received = StoredBody::pack(&message.body);
        let answer = StoredBody::pack(&message.answer.body);
        let outbound = message.deliveries.iter().map(|delivery| StoredBody::pack(&delivery.body)).collect();
        Self { message, received, answer, outbound }
    }

    /// How many bytes there are to pack: decides where the work is done.
    pub(crate) fn weight(message: &NewMessage) -> usize {
        let outbound: usize = message.deliveries.iter().map(|delivery| delivery.body.len()).sum();
        message.body.len().saturating_add(message.answer.body.len()).saturating_add(outbound)
    }
}

/// Writes a message and everything that follows from it, unless its dedupe key is taken.
pub(crate) fn accept(transaction: &mut WriteTransaction<'_>, packed: &PackedMessage) -> Result<Accepted, StoreError> {
    let message = &packed.message;
    if let Some(earlier) = find_accepted(transaction, &message.dedupe_key())? {
        return repeat(transaction, message, earlier);
    }
    let connection = transaction.connection();
    let body = packed.received.insert(connection)?;
    let answer_body = packed.answer.insert(connection)?;
    let row = MessageRow {
        key: key_bytes(message.key),
        source: message.source.as_str(),
        message_id: Some(&message.message_id),
        kind: Some(message.kind.as_str()),
        state: MessageState::Accepted,
        received_at: message.received_at.as_millisecond(),
        content_hash: message.content_hash.as_bytes(),
        body: Some(body),
        ordering_key: Some(message.ordering_key.as_str()),
        config_hash: message.config_hash.as_str(),
        ledger_summary: message.ledger_summary.to_string(),
        findings: message.findings.to_string(),
        answer: Some((message.answer.status, answer_body)),
    };
    let sequence = row.insert(transaction)?;
    index(transaction, sequence, &row, &message.index)?;
    transaction.append(EventDraft::accepted(
        message.received_at,
        message.key,
        message.content_hash,
        &message.config_hash,
    ))?;
    transaction.count(Scope::Message, &message.source, MessageState::Accepted.as_str(), 1);
    for (delivery, body) in message.deliveries.iter().zip(&packed.outbound) {
        queue(transaction, sequence, message, delivery, body)?;
    }
    Ok(Accepted::New { key: message.key })
}

/// Writes a refused message with its findings.
pub(crate) fn refuse(
    transaction: &mut WriteTransaction<'_>,
    refusal: &Refusal,
    body: Option<&StoredBody>,
) -> Result<(), StoreError> {
    let body = body.map(|body| body.insert(transaction.connection())).transpose()?;
    let row = MessageRow {
        key: key_bytes(refusal.key),
        source: refusal.source.as_str(),
        message_id: refusal.message_id.as_deref(),
        kind: refusal.kind.as_ref().map(|kind| kind.as_str()),
        state: MessageState::Refused,
        received_at: refusal.at.as_millisecond(),
        content_hash: refusal.content_hash.as_bytes(),
        body,
        ordering_key: None,
        config_hash: refusal.config_hash.as_str(),
        ledger_summary: "null".to_owned(),
        findings: refusal.findings.to_string(),
        answer: None,
    };
    let sequence = row.insert(transaction)?;
    index(transaction, sequence, &row, &refusal.index)?;
    transaction.append(EventDraft::refused(refusal.at, refusal.key, refusal.content_hash, &refusal.config_hash))?;
    transaction.count(Scope::Message, &refusal.source, MessageState::Refused.as_str(), 1);
    Ok(())
}

/// What is known of the message that holds a dedupe key.
struct Earlier {
    key: [u8; 16],
    content_hash: [u8; 32],
    answer_status: Option<u16>,
    answer_body: Option<i64>,
}

pub(crate) const DEDUPE_SQL: &str = "SELECT key, content_hash, answer_status, answer_body FROM message
     WHERE source = ?1 AND message_id = ?2 AND state = 'accepted'";

fn find_accepted(transaction: &WriteTransaction<'_>, dedupe: &DedupeKey) -> Result<Option<Earlier>, StoreError> {
    transaction
        .connection()
        .prepare_cached(DEDUPE_SQL)
        .and_then(|mut select| {
            select
                .query_row((dedupe.source.as_str(), &dedupe.message_id), |row| {
                    Ok(Earlier {
                        key: row.get(0)?,
                        content_hash: row.get(1)?,
                        answer_status: row.get(2)?,
                        answer_body: row.get(3)?,
                    })
                })
                .optional()
        })
        .map_err(from_sqlite)
}

/// A message under a known id: the same again, or a conflict. Either way the log tells of it.
fn repeat(
    transaction: &mut WriteTransaction<'_>,
    message: &NewMessage,
    earlier: Earlier,
) -> Result<Accepted, StoreError> {
    let key = message_key(earlier.key);
    if content_hash(earlier.content_hash) != message.content_hash {
        transaction.append(EventDraft::conflict(message.received_at, key, message.content_hash))?;
        return Ok(Accepted::Conflict { key });
    }
    let (Some(status), Some(body)) = (earlier.answer_status, earlier.answer_body) else {
        return Err(damaged("an accepted message has no answer"));
    };
    // An answer that is no longer kept still has its status: the repetition is answered, though without a body.
    let body = convert::load_body(transaction.connection(), body)?.unwrap_or_else(|| Body::new("", ""));
    transaction.append(EventDraft::duplicate(message.received_at, key))?;
    Ok(Accepted::Duplicate { key, answer: Answer { status, body } })
}

struct MessageRow<'m> {
    key: Vec<u8>,
    source: &'m str,
    message_id: Option<&'m str>,
    kind: Option<&'m str>,
    state: MessageState,
    received_at: i64,
    content_hash: &'m [u8; 32],
    body: Option<i64>,
    ordering_key: Option<&'m str>,
    config_hash: &'m str,
    ledger_summary: String,
    findings: String,
    answer: Option<(u16, i64)>,
}

impl MessageRow<'_> {
    fn insert(&self, transaction: &WriteTransaction<'_>) -> Result<i64, StoreError> {
        transaction
            .connection()
            .prepare_cached(
                "INSERT INTO message (key, source, message_id, kind, state, received_at, content_hash, body,
                                      ordering_key, config_hash, ledger_summary, findings, answer_status, answer_body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )
            .and_then(|mut insert| {
                insert.insert((
                    &self.key,
                    self.source,
                    self.message_id,
                    self.kind,
                    self.state.as_str(),
                    self.received_at,
                    self.content_hash,
                    self.body,
                    self.ordering_key,
                    self.config_hash,
                    &self.ledger_summary,
                    &self.findings,
                    self.answer.map(|(status, _)| status),
                    self.answer.map(|(_, body)| body),
                ))
            })
            .map_err(from_sqlite)
    }
}

/// Writes the values under which the message is found, its own id among them.
fn index(
    transaction: &WriteTransaction<'_>,
    sequence: i64,
    row: &MessageRow<'_>,
    entries: &[IndexEntry],
) -> Result<(), StoreError> {
    let mut insert = transaction
        .connection()
        .prepare_cached(
            "INSERT OR IGNORE INTO search_index (name, value, received_at, message) VALUES (?1, ?2, ?3, ?4)",
        )
        .map_err(from_sqlite)?;
    let id = row.message_id.map(|id| IndexEntry { name: IndexName::MessageId, value: IndexValue::new(id) });
    for entry in entries.iter().chain(&id) {
        insert
            .execute((index_code(entry.name), entry.value.as_str(), row.received_at, sequence))
            .map_err(from_sqlite)?;
    }
    Ok(())
}

pub(crate) const LINE_IS_EMPTY_SQL: &str = "SELECT NOT EXISTS (
     SELECT 1 FROM delivery WHERE endpoint = ?1 AND ordering_key = ?2 AND resolved_at IS NULL)";

/// Puts a delivery at the end of its line.
fn queue(
    transaction: &mut WriteTransaction<'_>,
    sequence: i64,
    message: &NewMessage,
    delivery: &NewDelivery,
    body: &StoredBody,
) -> Result<(), StoreError> {
    let connection = transaction.connection();
    let body = body.insert(connection)?;
    let (endpoint, line) = (delivery.endpoint.as_str(), delivery.ordering_key.as_str());
    let head: bool = connection
        .prepare_cached(LINE_IS_EMPTY_SQL)
        .and_then(|mut select| select.query_row((endpoint, line), |row| row.get(0)))
        .map_err(from_sqlite)?;
    let received_at = message.received_at.as_millisecond();
    let (state, outcome) = match &delivery.parked {
        Some(reason) => (DeliveryState::Parked, json!({ "parked": { "reason": reason } })),
        None => (DeliveryState::Pending, Value::Null),
    };
    connection
        .prepare_cached(
            "INSERT INTO delivery (id, message, endpoint, ordering_key, route, body, state, head, accepted_at, due_at,
                                   expires_at, last_outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .and_then(|mut insert| {
            insert.execute((
                id_bytes(delivery.id),
                sequence,
                endpoint,
                line,
                delivery.route.as_str(),
                body,
                state.as_str(),
                head,
                received_at,
                received_at,
                delivery.expires.map(|moment| moment.as_millisecond()),
                outcome.to_string(),
            ))
        })
        .map_err(from_sqlite)?;
    transaction.append(EventDraft::queued(
        message.received_at,
        message.key,
        delivery.id,
        &delivery.endpoint,
        &delivery.route,
    ))?;
    if let Some(reason) = &delivery.parked {
        transaction.append(EventDraft::parked(message.received_at, message.key, delivery.id, reason))?;
    }
    transaction.count(Scope::Delivery, &delivery.endpoint, state.as_str(), 1);
    Ok(())
}
