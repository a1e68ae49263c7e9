//! Everything about one message, and contents on request.

use causeway_relay::{
    Body, BodyRef, ConfigHash, DeliveryRecord, EndpointId, Event, MessageKey, MessageKind, MessageRecord, MessageRef,
    OrderingKey, RouteName, StoreError,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::convert::{
    EVENT_COLUMNS, content_hash, delivery_id, delivery_state, event, id_bytes, json, key_bytes, load_body, message_key,
    message_state, moment, optional_moment,
};
use crate::error::{damaged, from_sqlite};

/// The message that is meant, with its deliveries and events.
pub(crate) fn show(connection: &Connection, message: &MessageRef) -> Result<Option<MessageRecord>, StoreError> {
    let found = match message {
        MessageRef::Key(key) => match by_key(connection, *key)? {
            Some(found) => Some(found),
            None => by_id(connection, &key.to_string())?,
        },
        MessageRef::Id(id) => by_id(connection, id)?,
    };
    let Some(found) = found else { return Ok(None) };
    let deliveries = deliveries(connection, found.sequence)?;
    let key = message_key(found.key);
    Ok(Some(MessageRecord {
        key,
        source: EndpointId::from(found.source),
        message_id: found.message_id,
        kind: found.kind.map(MessageKind::from),
        state: message_state(&found.state)?,
        received_at: moment(found.received_at)?,
        content_hash: content_hash(found.content_hash),
        ordering_key: found.ordering_key.map(OrderingKey::from),
        config_hash: ConfigHash::from(found.config_hash),
        ledger_summary: json(&found.ledger_summary)?,
        findings: json(&found.findings)?,
        answer_status: found.answer_status,
        deliveries,
        events: events(connection, key)?,
    }))
}

/// The content that is meant.
pub(crate) fn body(connection: &Connection, body: BodyRef) -> Result<Option<Body>, StoreError> {
    let (sql, id) = match body {
        BodyRef::Received(key) => ("SELECT body FROM message WHERE key = ?1", key_bytes(key)),
        BodyRef::Answer(key) => ("SELECT answer_body FROM message WHERE key = ?1", key_bytes(key)),
        BodyRef::Outbound(id) => ("SELECT body FROM delivery WHERE id = ?1", id_bytes(id)),
    };
    let row: Option<Option<i64>> = connection
        .prepare_cached(sql)
        .and_then(|mut select| select.query_row([id], |row| row.get(0)).optional())
        .map_err(from_sqlite)?;
    match row.flatten() {
        Some(body) => load_body(connection, body),
        None => Ok(None),
    }
}

struct Found {
    sequence: i64,
    key: [u8; 16],
    source: String,
    message_id: Option<String>,
    kind: Option<String>,
    state: String,
    received_at: i64,
    content_hash: [u8; 32],
    ordering_key: Option<String>,
    config_hash: String,
    ledger_summary: String,
    findings: String,
    answer_status: Option<u16>,
}

const FOUND_COLUMNS: &str = "m.sequence, m.key, m.source, m.message_id, m.kind, m.state, m.received_at, m.content_hash,
    m.ordering_key, m.config_hash, m.ledger_summary, m.findings, m.answer_status";

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        sequence: row.get(0)?,
        key: row.get(1)?,
        source: row.get(2)?,
        message_id: row.get(3)?,
        kind: row.get(4)?,
        state: row.get(5)?,
        received_at: row.get(6)?,
        content_hash: row.get(7)?,
        ordering_key: row.get(8)?,
        config_hash: row.get(9)?,
        ledger_summary: row.get(10)?,
        findings: row.get(11)?,
        answer_status: row.get(12)?,
    })
}

fn by_key(connection: &Connection, key: MessageKey) -> Result<Option<Found>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {FOUND_COLUMNS} FROM message AS m WHERE m.key = ?1"))
        .and_then(|mut select| select.query_row([key_bytes(key)], found).optional())
        .map_err(from_sqlite)
}

/// Accepted before refused, newest first. 4 is the code of the message id in `search_index`.
fn by_id(connection: &Connection, id: &str) -> Result<Option<Found>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT {FOUND_COLUMNS} FROM search_index AS f JOIN message AS m ON m.sequence = f.message
             WHERE f.name = 4 AND f.value = ?1 ORDER BY m.state = 'accepted' DESC, m.sequence DESC LIMIT 1"
        ))
        .and_then(|mut select| select.query_row([id], found).optional())
        .map_err(from_sqlite)
}

struct DeliveryColumns {
    id: [u8; 16],
    endpoint: String,
    route: String,
    ordering_key: String,
    state: String,
    head: bool,
    attempts: u32,
    accepted_at: i64,
    due_at: i64,
    first_attempt_at: Option<i64>,
    resolved_at: Option<i64>,
    expires_at: Option<i64>,
    last_outcome: String,
}

fn deliveries(connection: &Connection, message: i64) -> Result<Vec<DeliveryRecord>, StoreError> {
    let mut select = connection
        .prepare_cached(
            "SELECT id, endpoint, route, ordering_key, state, head, attempts, accepted_at, due_at, first_attempt_at,
                    resolved_at, expires_at, last_outcome
             FROM delivery WHERE message = ?1 ORDER BY sequence",
        )
        .map_err(from_sqlite)?;
    let read = |row: &Row<'_>| {
        Ok(DeliveryColumns {
            id: row.get(0)?,
            endpoint: row.get(1)?,
            route: row.get(2)?,
            ordering_key: row.get(3)?,
            state: row.get(4)?,
            head: row.get(5)?,
            attempts: row.get(6)?,
            accepted_at: row.get(7)?,
            due_at: row.get(8)?,
            first_attempt_at: row.get(9)?,
            resolved_at: row.get(10)?,
            expires_at: row.get(11)?,
            last_outcome: row.get(12)?,
        })
    };
    let rows: Vec<DeliveryColumns> =
        select.query_map([message], read).and_then(Iterator::collect).map_err(from_sqlite)?;
    rows.into_iter().map(delivery_record).collect()
}

fn delivery_record(columns: DeliveryColumns) -> Result<DeliveryRecord, StoreError> {
    let state = delivery_state(&columns.state)?;
    Ok(DeliveryRecord {
        id: delivery_id(columns.id),
        endpoint: EndpointId::from(columns.endpoint),
        route: RouteName::from(columns.route),
        ordering_key: OrderingKey::from(columns.ordering_key),
        state,
        waits_in_line: !state.is_resolved() && !columns.head,
        attempts: columns.attempts,
        accepted_at: moment(columns.accepted_at)?,
        due_at: moment(columns.due_at)?,
        first_attempt_at: optional_moment(columns.first_attempt_at)?,
        resolved_at: optional_moment(columns.resolved_at)?,
        expires: optional_moment(columns.expires_at)?,
        last_outcome: json(&columns.last_outcome)?,
    })
}

fn events(connection: &Connection, message: MessageKey) -> Result<Vec<Event>, StoreError> {
    let mut select = connection
        .prepare_cached(&format!("SELECT {EVENT_COLUMNS} FROM event WHERE message = ?1 ORDER BY sequence"))
        .map_err(from_sqlite)?;
    let rows: Vec<Option<Event>> =
        select.query_map([key_bytes(message)], event).and_then(Iterator::collect).map_err(from_sqlite)?;
    rows.into_iter().map(|event| event.ok_or_else(|| damaged("an event can't be read"))).collect()
}
