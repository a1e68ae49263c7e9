//! The queue: lease, complete, give back.

use causeway_relay::{
    Completion, Decided, Decision, DeliveryId, DeliveryState, EndpointId, EventDraft, Failure, Lease, LeaseRequest,
    MessageKey, ReturnReason, StoreError, Verdict, later,
};
use jiff::Timestamp;
use rusqlite::types::FromSql;
use rusqlite::{OptionalExtension, Params, Row};
use serde_json::json;

use crate::convert::{delivery_id, delivery_state, id_bytes, message_key, moment, natural, signed};
use crate::error::from_sqlite;
use crate::writer::{Scope, WriteTransaction};

/// The most expired deliveries that one lease takes out of the queue, so that a wave of them does not hold up the rest.
const EXPIRE_AT_ONCE: u32 = 256;

/// A leased delivery, except for its body: that is loaded outside the writer thread.
#[derive(Debug)]
pub(crate) struct LeasedRow {
    pub(crate) lease: Lease,
    pub(crate) message: MessageKey,
    pub(crate) message_id: String,
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) endpoint: EndpointId,
    pub(crate) route: String,
    pub(crate) ordering_key: String,
    pub(crate) body: i64,
    pub(crate) attempt: u32,
    pub(crate) accepted_at: Timestamp,
    pub(crate) first_attempt_at: Timestamp,
    pub(crate) overdue_told: bool,
}

/// What a lease found.
#[derive(Debug, Default)]
pub(crate) struct LeasedRows {
    pub(crate) rows: Vec<LeasedRow>,
    pub(crate) next_due: Option<Timestamp>,
}

pub(crate) const EXPIRED_SQL: &str = "SELECT id FROM delivery
     WHERE expires_at <= ?1 AND state IN ('pending', 'retry') ORDER BY expires_at LIMIT ?2";

pub(crate) const LAPSED_SQL: &str = "SELECT id FROM delivery INDEXED BY delivery_in_flight
     WHERE state = 'in-flight' AND lease_until <= ?1";

pub(crate) const IN_FLIGHT_SQL: &str = "SELECT count(*) FROM delivery WHERE endpoint = ?1 AND state = 'in-flight'";

pub(crate) const DUE_SQL: &str = "SELECT d.sequence, d.id, d.fence, m.key, m.message_id, m.kind, m.source, d.route,
            d.ordering_key, d.body, d.attempts, d.accepted_at, d.first_attempt_at, d.overdue_told, d.state
     FROM delivery AS d JOIN message AS m ON m.sequence = d.message
     WHERE d.endpoint = ?1 AND d.head = 1 AND d.state IN ('pending', 'retry') AND d.due_at <= ?2
     ORDER BY d.due_at, d.sequence LIMIT ?3";

pub(crate) const NEXT_DUE_SQL: &str = "SELECT min(due_at) FROM delivery
     WHERE endpoint = ?1 AND head = 1 AND state IN ('pending', 'retry')";

/// Leases what is due, first in line and within its endpoint's room.
pub(crate) fn lease(transaction: &mut WriteTransaction<'_>, request: &LeaseRequest) -> Result<LeasedRows, StoreError> {
    let now = request.now.as_millisecond();
    for id in ids(transaction, EXPIRED_SQL, (now, EXPIRE_AT_ONCE))? {
        if let Some(row) = QueueRow::find(transaction, id)? {
            let failure = Failure { reason: "it expired before it could be delivered".to_owned(), in_doubt: false };
            row.die(transaction, &failure, request.now)?;
        }
    }
    for id in ids(transaction, LAPSED_SQL, [now])? {
        if let Some(row) = QueueRow::find(transaction, id)? {
            row.give_back(transaction, ReturnReason::LeaseExpired, request.now)?;
        }
    }
    let mut found = LeasedRows::default();
    for capacity in &request.endpoints {
        let endpoint = &capacity.endpoint;
        let in_flight: u32 = one(transaction, IN_FLIGHT_SQL, [endpoint.as_str()])?;
        let room = capacity.max_in_flight.saturating_sub(in_flight);
        if room == 0 {
            continue;
        }
        let left = request.limit.saturating_sub(u32::try_from(found.rows.len()).unwrap_or(u32::MAX));
        let lease_until = later(request.now, capacity.lease_for);
        let due = due(transaction, endpoint, now, room.min(left))?;
        let leased = u32::try_from(due.len()).unwrap_or(u32::MAX);
        for row in due {
            found.rows.push(row.lease(transaction, request, endpoint, lease_until)?);
        }
        if leased < room {
            let next: Option<i64> = one(transaction, NEXT_DUE_SQL, [endpoint.as_str()])?;
            let next = next.map(moment).transpose()?;
            found.next_due = found.next_due.into_iter().chain(next).min();
        }
    }
    Ok(found)
}

/// Writes what came of an attempt.
pub(crate) fn complete(
    transaction: &mut WriteTransaction<'_>,
    lease: Lease,
    completion: &Completion,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = QueueRow::held(transaction, lease)?.ok_or(StoreError::LeaseLost(lease))?;
    match completion {
        Completion::Delivered { answer } => {
            transaction.append(EventDraft::delivered(now, row.message, row.id, answer))?;
            row.resolve(transaction, DeliveryState::Delivered, &json!({ "answer": answer }).to_string(), now)
        }
        Completion::RefusedByReceiver { findings } => {
            transaction.append(EventDraft::refused_by_receiver(now, row.message, row.id, findings))?;
            let outcome = json!({ "findings": findings }).to_string();
            row.resolve(transaction, DeliveryState::RefusedByReceiver, &outcome, now)
        }
        Completion::Retry { due, failure, overdue } => row.retry(transaction, *due, failure, *overdue, now),
        Completion::Dead { failure } => row.die(transaction, failure, now),
    }
}

/// Gives leases back, and counts those that were still held.
pub(crate) fn release(
    transaction: &mut WriteTransaction<'_>,
    leases: &[Lease],
    reason: ReturnReason,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut returned = 0_usize;
    for lease in leases {
        if let Some(row) = QueueRow::held(transaction, *lease)? {
            row.give_back(transaction, reason, now)?;
            returned = returned.saturating_add(1);
        }
    }
    Ok(returned)
}

/// Does what a person decided about a parked delivery.
pub(crate) fn decide(
    transaction: &mut WriteTransaction<'_>,
    delivery: DeliveryId,
    decision: &Decision,
    now: Timestamp,
) -> Result<Decided, StoreError> {
    let Some(row) = QueueRow::find(transaction, delivery)? else { return Ok(Decided::Unknown) };
    if row.state != DeliveryState::Parked {
        return Ok(Decided::NotParked(row.state));
    }
    transaction.append(EventDraft::decided(now, row.message, row.id, decision))?;
    match decision.verdict {
        Verdict::Release => row.due(transaction, now)?,
        Verdict::GiveUp => {
            let outcome = json!({ "given-up": { "who": decision.who, "why": decision.why } });
            row.resolve(transaction, DeliveryState::Dead, &outcome.to_string(), now)?;
        }
    }
    Ok(Decided::Done)
}

pub(crate) const LEFT_SQL: &str = "SELECT id FROM delivery INDEXED BY delivery_in_flight WHERE state = 'in-flight'
     ORDER BY sequence";

/// Gives back every lease: whoever held one is gone, for only one process writes at a time.
pub(crate) fn recover(transaction: &mut WriteTransaction<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let left = ids(transaction, LEFT_SQL, [])?;
    for id in &left {
        if let Some(row) = QueueRow::find(transaction, *id)? {
            row.give_back(transaction, ReturnReason::Restart, now)?;
        }
    }
    Ok(left.len())
}

/// A delivery that is due, as the queue holds it.
struct DueRow {
    sequence: i64,
    id: [u8; 16],
    fence: i64,
    message: [u8; 16],
    message_id: String,
    kind: String,
    source: String,
    route: String,
    ordering_key: String,
    body: i64,
    attempts: u32,
    accepted_at: i64,
    first_attempt_at: Option<i64>,
    overdue_told: bool,
    state: String,
}

fn due(
    transaction: &WriteTransaction<'_>,
    endpoint: &EndpointId,
    now: i64,
    limit: u32,
) -> Result<Vec<DueRow>, StoreError> {
    let read = |row: &Row<'_>| {
        Ok(DueRow {
            sequence: row.get(0)?,
            id: row.get(1)?,
            fence: row.get(2)?,
            message: row.get(3)?,
            message_id: row.get(4)?,
            kind: row.get(5)?,
            source: row.get(6)?,
            route: row.get(7)?,
            ordering_key: row.get(8)?,
            body: row.get(9)?,
            attempts: row.get(10)?,
            accepted_at: row.get(11)?,
            first_attempt_at: row.get(12)?,
            overdue_told: row.get(13)?,
            state: row.get(14)?,
        })
    };
    let mut select = transaction.connection().prepare_cached(DUE_SQL).map_err(from_sqlite)?;
    let rows = select.query_map((endpoint.as_str(), now, limit), read).map_err(from_sqlite)?;
    rows.collect::<Result<_, _>>().map_err(from_sqlite)
}

impl DueRow {
    fn lease(
        self,
        transaction: &mut WriteTransaction<'_>,
        request: &LeaseRequest,
        endpoint: &EndpointId,
        lease_until: Timestamp,
    ) -> Result<LeasedRow, StoreError> {
        let lease = Lease { delivery: delivery_id(self.id), fence: natural(self.fence)?.saturating_add(1) };
        let attempt = self.attempts.saturating_add(1);
        let first_attempt_at = moment(self.first_attempt_at.unwrap_or(request.now.as_millisecond()))?;
        let row = LeasedRow {
            lease,
            message: message_key(self.message),
            message_id: self.message_id,
            kind: self.kind,
            source: self.source,
            endpoint: endpoint.clone(),
            route: self.route,
            ordering_key: self.ordering_key,
            body: self.body,
            attempt,
            accepted_at: moment(self.accepted_at)?,
            first_attempt_at,
            overdue_told: self.overdue_told,
        };
        change(
            transaction,
            "UPDATE delivery SET state = 'in-flight', attempts = ?2, fence = ?3, first_attempt_at = ?4,
                                 lease_worker = ?5, lease_until = ?6
             WHERE sequence = ?1",
            (
                self.sequence,
                attempt,
                signed(lease.fence),
                first_attempt_at.as_millisecond(),
                request.worker.as_str(),
                lease_until.as_millisecond(),
            ),
        )?;
        let event = EventDraft::leased(request.now, row.message, lease.delivery, &request.worker, attempt, lease.fence);
        transaction.append(event)?;
        recount(transaction, endpoint, delivery_state(&self.state)?, DeliveryState::InFlight);
        Ok(row)
    }
}

/// What the queue needs of a delivery to move it on.
struct QueueRow {
    sequence: i64,
    id: DeliveryId,
    message: MessageKey,
    endpoint: EndpointId,
    ordering_key: String,
    state: DeliveryState,
    head: bool,
    attempts: u32,
    accepted_at: Timestamp,
    fence: u64,
}

pub(crate) const FIND_SQL: &str = "SELECT d.sequence, m.key, d.endpoint, d.ordering_key, d.state, d.head, d.attempts,
            d.accepted_at, d.fence
     FROM delivery AS d JOIN message AS m ON m.sequence = d.message WHERE d.id = ?1";

pub(crate) const PROMOTE_SQL: &str = "UPDATE delivery SET head = 1 WHERE sequence = (
         SELECT sequence FROM delivery WHERE endpoint = ?1 AND ordering_key = ?2 AND resolved_at IS NULL
         ORDER BY sequence LIMIT 1)
     RETURNING id, message";

impl QueueRow {
    fn find(transaction: &WriteTransaction<'_>, id: DeliveryId) -> Result<Option<Self>, StoreError> {
        type Columns = (i64, [u8; 16], String, String, String, bool, u32, i64, i64);
        let columns: Option<Columns> = transaction
            .connection()
            .prepare_cached(FIND_SQL)
            .and_then(|mut select| select.query_row([id_bytes(id)], |row| row.try_into()).optional())
            .map_err(from_sqlite)?;
        let Some((sequence, message, endpoint, ordering_key, state, head, attempts, accepted_at, fence)) = columns
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            sequence,
            id,
            message: message_key(message),
            endpoint: EndpointId::from(endpoint),
            ordering_key,
            state: delivery_state(&state)?,
            head,
            attempts,
            accepted_at: moment(accepted_at)?,
            fence: natural(fence)?,
        }))
    }

    /// The delivery, if the lease on it still holds.
    fn held(transaction: &WriteTransaction<'_>, lease: Lease) -> Result<Option<Self>, StoreError> {
        let row = Self::find(transaction, lease.delivery)?;
        Ok(row.filter(|row| row.state == DeliveryState::InFlight && row.fence == lease.fence))
    }

    fn retry(
        &self,
        transaction: &mut WriteTransaction<'_>,
        due: Timestamp,
        failure: &Failure,
        overdue: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        change(
            transaction,
            "UPDATE delivery SET state = 'retry', due_at = ?2, last_outcome = ?3, overdue_told = max(overdue_told, ?4),
                                 lease_worker = NULL, lease_until = NULL
             WHERE sequence = ?1",
            (self.sequence, due.as_millisecond(), json!({ "failure": failure }).to_string(), overdue),
        )?;
        transaction.append(EventDraft::retry(now, self.message, self.id, failure, self.attempts, due))?;
        if overdue {
            transaction.append(EventDraft::overdue(now, self.message, self.id, self.accepted_at))?;
        }
        recount(transaction, &self.endpoint, self.state, DeliveryState::Retry);
        Ok(())
    }

    fn give_back(
        &self,
        transaction: &mut WriteTransaction<'_>,
        reason: ReturnReason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.due(transaction, now)?;
        transaction.append(EventDraft::returned(now, self.message, self.id, reason))
    }

    /// Makes it pending and due at once.
    fn due(&self, transaction: &mut WriteTransaction<'_>, now: Timestamp) -> Result<(), StoreError> {
        change(
            transaction,
            "UPDATE delivery SET state = 'pending', due_at = ?2, lease_worker = NULL, lease_until = NULL
             WHERE sequence = ?1",
            (self.sequence, now.as_millisecond()),
        )?;
        recount(transaction, &self.endpoint, self.state, DeliveryState::Pending);
        Ok(())
    }

    fn die(&self, transaction: &mut WriteTransaction<'_>, failure: &Failure, now: Timestamp) -> Result<(), StoreError> {
        transaction.append(EventDraft::dead(now, self.message, self.id, failure))?;
        self.resolve(transaction, DeliveryState::Dead, &json!({ "failure": failure }).to_string(), now)
    }

    /// Ends the delivery and moves its line up.
    fn resolve(
        &self,
        transaction: &mut WriteTransaction<'_>,
        state: DeliveryState,
        outcome: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        change(
            transaction,
            "UPDATE delivery SET state = ?2, head = 0, resolved_at = ?3, last_outcome = ?4, lease_worker = NULL,
                                 lease_until = NULL
             WHERE sequence = ?1",
            (self.sequence, state.as_str(), now.as_millisecond(), outcome),
        )?;
        recount(transaction, &self.endpoint, self.state, state);
        if !self.head {
            return Ok(());
        }
        let next: Option<([u8; 16], i64)> = transaction
            .connection()
            .prepare_cached(PROMOTE_SQL)
            .and_then(|mut update| {
                update
                    .query_row((self.endpoint.as_str(), &self.ordering_key), |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(from_sqlite)?;
        if let Some((next, message)) = next
            && state != DeliveryState::Delivered
        {
            let message: [u8; 16] = one(transaction, "SELECT key FROM message WHERE sequence = ?1", [message])?;
            let (message, next) = (message_key(message), delivery_id(next));
            transaction.append(EventDraft::unblocked(now, message, next, self.id, state))?;
        }
        Ok(())
    }
}

fn recount(transaction: &mut WriteTransaction<'_>, endpoint: &EndpointId, from: DeliveryState, to: DeliveryState) {
    transaction.count(Scope::Delivery, endpoint, from.as_str(), -1);
    transaction.count(Scope::Delivery, endpoint, to.as_str(), 1);
}

fn change(transaction: &WriteTransaction<'_>, sql: &str, parameters: impl Params) -> Result<(), StoreError> {
    let mut update = transaction.connection().prepare_cached(sql).map_err(from_sqlite)?;
    update.execute(parameters).map(|_| ()).map_err(from_sqlite)
}

fn one<T: FromSql>(transaction: &WriteTransaction<'_>, sql: &str, parameters: impl Params) -> Result<T, StoreError> {
    let mut select = transaction.connection().prepare_cached(sql).map_err(from_sqlite)?;
    select.query_row(parameters, |row| row.get(0)).map_err(from_sqlite)
}

fn ids(transaction: &WriteTransaction<'_>, sql: &str, parameters: impl Params) -> Result<Vec<DeliveryId>, StoreError> {
    let mut select = transaction.connection().prepare_cached(sql).map_err(from_sqlite)?;
    let rows = select.query_map(parameters, |row| row.get(0).map(delivery_id)).map_err(from_sqlite)?;
    rows.collect::<Result<_, _>>().map_err(from_sqlite)
}
