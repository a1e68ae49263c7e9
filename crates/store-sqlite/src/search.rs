//! Finding messages.

use causeway_relay::{
    DeliverySummary, EndpointId, IndexName, IndexValue, MessageKind, MessageState, MessageSummary, Query, StateFilter,
    StoreError,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::convert::{Parameters, delivery_id, delivery_state, index_code, message_key, message_state, moment};
use crate::error::from_sqlite;

/// How many messages are found if the query does not say.
const DEFAULT_LIMIT: u32 = 100;

/// Messages that meet all conditions, newest first.
pub(crate) fn search(connection: &Connection, query: &Query) -> Result<Vec<MessageSummary>, StoreError> {
    let (sql, parameters) = statement(query);
    let mut select = connection.prepare_cached(&sql).map_err(from_sqlite)?;
    type Columns = (i64, [u8; 16], String, Option<String>, Option<String>, String, i64);
    let rows: Vec<Columns> = select
        .query_map(params_from_iter(parameters), |row| row.try_into())
        .and_then(Iterator::collect)
        .map_err(from_sqlite)?;
    rows.into_iter()
        .map(|(sequence, key, source, message_id, kind, state, received_at)| {
            Ok(MessageSummary {
                key: message_key(key),
                source: EndpointId::from(source),
                message_id,
                kind: kind.map(MessageKind::from),
                state: message_state(&state)?,
                received_at: moment(received_at)?,
                deliveries: deliveries(connection, sequence)?,
            })
        })
        .collect()
}

fn deliveries(connection: &Connection, message: i64) -> Result<Vec<DeliverySummary>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT id, endpoint, state FROM delivery WHERE message = ?1 ORDER BY sequence")
        .map_err(from_sqlite)?;
    let rows: Vec<([u8; 16], String, String)> =
        select.query_map([message], |row| row.try_into()).and_then(Iterator::collect).map_err(from_sqlite)?;
    rows.into_iter()
        .map(|(id, endpoint, state)| {
            Ok(DeliverySummary {
                id: delivery_id(id),
                endpoint: EndpointId::from(endpoint),
                state: delivery_state(&state)?,
            })
        })
        .collect()
}

/// Puts the statement together so that the most selective condition drives it: a value, then a state that is not the
/// common one, then time.
pub(crate) fn statement(query: &Query) -> (String, Parameters) {
    let mut parts = Parts::default();
    let values = [
        (IndexName::PrescriptionId, &query.prescription_id),
        (IndexName::MessageId, &query.message_id),
        (IndexName::NhsNumberHash, &query.nhs_number_hash),
        (IndexName::Ods, &query.ods),
    ];
    let mut values = values.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
    let (from, time, place) = match values.next() {
        Some((name, value)) => {
            parts.indexed("f", name, value);
            ("search_index AS f JOIN message AS m ON m.sequence = f.message", "f.received_at", "f.message")
        }
        None => ("message AS m", "m.received_at", "m.sequence"),
    };
    for (name, value) in values {
        parts.also_indexed(name, value);
    }
    parts.state(query.state);
    if let Some(kind) = &query.kind {
        parts.condition("m.kind = ?", Value::from(kind.as_str().to_owned()));
    }
    if let Some(since) = query.since {
        parts.condition(&format!("{time} >= ?"), Value::from(since.as_millisecond()));
    }
    if let Some(until) = query.until {
        parts.condition(&format!("{time} < ?"), Value::from(until.as_millisecond()));
    }
    let conditions = if parts.conditions.is_empty() { "true".to_owned() } else { parts.conditions.join(" AND ") };
    parts.parameters.push(Value::from(query.limit.unwrap_or(DEFAULT_LIMIT)));
    let sql = format!(
        "SELECT m.sequence, m.key, m.source, m.message_id, m.kind, m.state, m.received_at FROM {from} \
         WHERE {conditions} ORDER BY {time} DESC, {place} DESC LIMIT ?"
    );
    (sql, parts.parameters)
}

#[derive(Default)]
struct Parts {
    conditions: Vec<String>,
    parameters: Parameters,
}

impl Parts {
    fn condition(&mut self, sql: &str, parameter: Value) {
        self.conditions.push(sql.to_owned());
        self.parameters.push(parameter);
    }

    fn indexed(&mut self, alias: &str, name: IndexName, value: &IndexValue) {
        self.condition(&format!("{alias}.name = ?"), Value::from(index_code(name)));
        self.condition(&format!("{alias}.value = ?"), Value::from(value.as_str().to_owned()));
    }

    fn also_indexed(&mut self, name: IndexName, value: &IndexValue) {
        self.conditions.push(
            "EXISTS (SELECT 1 FROM search_index AS s WHERE s.name = ? AND s.value = ?
                     AND s.received_at = m.received_at AND s.message = m.sequence)"
                .to_owned(),
        );
        self.parameters.push(Value::from(index_code(name)));
        self.parameters.push(Value::from(value.as_str().to_owned()));
    }

    /// States are written out, not bound, so that the planner can see which partial index holds them.
    fn state(&mut self, state: Option<StateFilter>) {
        use causeway_relay::DeliveryState::Delivered;
        match state {
            None => {}
            Some(StateFilter::Message(state @ (MessageState::Accepted | MessageState::Refused))) => {
                self.conditions.push(format!("m.state = '{}'", state.as_str()));
            }
            Some(StateFilter::Delivery(Delivered)) => self.conditions.push(
                "EXISTS (SELECT 1 FROM delivery AS d WHERE d.message = m.sequence AND d.state = 'delivered')"
                    .to_owned(),
            ),
            Some(StateFilter::Delivery(state)) => self.conditions.push(format!(
                "m.sequence IN (SELECT message FROM delivery WHERE state = '{}' AND state <> 'delivered')",
                state.as_str()
            )),
        }
    }
}
