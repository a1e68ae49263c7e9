//! The log and the counts, for tails, metrics and audits.

use std::sync::Arc;

use causeway_relay::{
    ChainBreak, ChainFault, ChainReport, ChainVerifier, Counts, DeliveryCount, EndpointId, Event, EventHash,
    MessageCount, OldestUnresolved, StoreError,
};
use rusqlite::Connection;

use crate::convert::{EVENT_COLUMNS, delivery_state, event, message_state, moment, natural, signed};
use crate::error::{damaged, from_sqlite};
use crate::readers::Readers;
use crate::writer::Scope;

/// How many events are verified in one transaction. A longer one would keep the write-ahead log from being reset.
const VERIFY_AT_ONCE: u32 = 4096;

/// Up to `limit` events after `sequence`.
pub(crate) fn events_since(connection: &Connection, sequence: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
    let rows = raw_events(connection, sequence, limit)?;
    rows.into_iter().map(|event| event.ok_or_else(|| damaged("an event can't be read"))).collect()
}

fn raw_events(connection: &Connection, sequence: u64, limit: u32) -> Result<Vec<Option<Event>>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {EVENT_COLUMNS} FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"))
        .and_then(|mut select| select.query_map((signed(sequence), limit), event)?.collect())
        .map_err(from_sqlite)
}

/// Walks the whole log, a page a transaction: what is written stays, so the pages fit together.
pub(crate) async fn verify_chain(readers: &Arc<Readers>) -> Result<ChainReport, StoreError> {
    let (recorded, last) = readers.run(recorded_end).await?;
    let mut verifier = ChainVerifier::default();
    loop {
        let after = verifier.next_sequence().saturating_sub(1);
        let page = readers.run(move |connection| raw_events(connection, after, VERIFY_AT_ONCE)).await?;
        let mut ended = page.is_empty();
        for event in page {
            if verifier.next_sequence() > recorded.0 {
                // The log has grown since, or has more events than the store wrote.
                ended = true;
                break;
            }
            let step = event.map_or(
                Err(ChainBreak { sequence: verifier.next_sequence(), fault: ChainFault::Unreadable }),
                |event| verifier.take(&event),
            );
            if let Err(broken) = step {
                return Ok(verifier.broken(broken));
            }
        }
        if ended {
            break;
        }
    }
    if last > recorded.0 {
        let sequence = verifier.next_sequence();
        return Ok(verifier.broken(ChainBreak { sequence, fault: ChainFault::WrongEnd }));
    }
    Ok(verifier.finish(recorded))
}

/// The end of the log as it was written down, and the last event that is really there.
fn recorded_end(connection: &Connection) -> Result<((u64, EventHash), u64), StoreError> {
    let sql = "SELECT sequence, hash, (SELECT coalesce(max(sequence), 0) FROM event) FROM chain";
    let (sequence, hash, last) =
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(from_sqlite)?;
    Ok(((natural(sequence)?, EventHash::from_bytes(hash)), natural(last)?))
}

/// How many of everything there are.
pub(crate) fn counts(connection: &Connection) -> Result<Counts, StoreError> {
    let rows: Vec<(String, String, String, i64)> = connection
        .prepare_cached(
            "SELECT scope, endpoint, state, count FROM tally WHERE count <> 0 ORDER BY scope, endpoint, state",
        )
        .and_then(|mut select| select.query_map([], |row| row.try_into())?.collect())
        .map_err(from_sqlite)?;
    let mut counts = Counts::default();
    for (scope, endpoint, state, count) in rows {
        let (endpoint, count) = (EndpointId::from(endpoint), natural(count)?);
        if scope == Scope::Message.as_str() {
            counts.messages.push(MessageCount { source: endpoint, state: message_state(&state)?, count });
        } else {
            counts.deliveries.push(DeliveryCount { endpoint, state: delivery_state(&state)?, count });
        }
    }
    Ok(counts)
}

pub(crate) const OLDEST_SQL: &str = "SELECT min(accepted_at) FROM delivery WHERE endpoint = ?1 AND resolved_at IS NULL";

/// For each endpoint with unresolved deliveries, the one that waits longest.
pub(crate) fn oldest_unresolved(connection: &Connection) -> Result<Vec<OldestUnresolved>, StoreError> {
    let endpoints: Vec<String> = connection
        .prepare_cached(
            "SELECT endpoint FROM tally WHERE scope = 'delivery'
             AND state NOT IN ('delivered', 'refused-by-receiver', 'dead') GROUP BY endpoint HAVING sum(count) > 0",
        )
        .and_then(|mut select| select.query_map([], |row| row.get(0))?.collect())
        .map_err(from_sqlite)?;
    let mut oldest = Vec::with_capacity(endpoints.len());
    for endpoint in endpoints {
        let accepted_at: Option<i64> = connection
            .prepare_cached(OLDEST_SQL)
            .and_then(|mut select| select.query_row([&endpoint], |row| row.get(0)))
            .map_err(from_sqlite)?;
        if let Some(accepted_at) = accepted_at {
            oldest.push(OldestUnresolved { endpoint: EndpointId::from(endpoint), accepted_at: moment(accepted_at)? });
        }
    }
    Ok(oldest)
}
