//! The tables, and how a file of an earlier version gets them.

use rusqlite::{Connection, Transaction};

/// `CWAY`: marks a file as ours.
pub(crate) const APPLICATION_ID: i64 = 0x4357_4159;

/// One entry a version; a file of version n needs those from the n-th on.
const MIGRATIONS: &[&str] = &[VERSION_1];

/// The version this code reads and writes.
pub(crate) const VERSION: u32 = 1;

/// Brings a file up to date in one transaction.
pub(crate) fn migrate(connection: &mut Connection, from: u32) -> rusqlite::Result<()> {
    let transaction: Transaction<'_> = connection.transaction()?;
    let done = usize::try_from(from).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Times are milliseconds since 1970. Keys and ids are the 16 bytes of a UUID, hashes 32 bytes.
const VERSION_1: &str = "
-- Content. Referred to by id without a foreign key: retention deletes bodies and leaves the rows that tell of them.
CREATE TABLE body (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    media_type  TEXT    NOT NULL,
    length      INTEGER NOT NULL,
    zstd        INTEGER NOT NULL CHECK (zstd IN (0, 1)),
    content     BLOB    NOT NULL
) STRICT;

CREATE TABLE message (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    key             BLOB    NOT NULL UNIQUE,
    source          TEXT    NOT NULL,
    message_id      TEXT,
    kind            TEXT,
    state           TEXT    NOT NULL CHECK (state IN ('accepted', 'refused')),
    received_at     INTEGER NOT NULL,
    content_hash    BLOB    NOT NULL,
    body            INTEGER,
    ordering_key    TEXT,
    config_hash     TEXT    NOT NULL,
    ledger_summary  TEXT    NOT NULL,
    findings        TEXT    NOT NULL,
    answer_status   INTEGER,
    answer_body     INTEGER
) STRICT;

-- The dedupe key. Refused messages don't take part: their sender may mend them and send them again.
CREATE UNIQUE INDEX message_dedupe ON message (source, message_id) WHERE state = 'accepted';
CREATE INDEX message_time ON message (received_at);
CREATE INDEX message_refused ON message (received_at) WHERE state = 'refused';

CREATE TABLE delivery (
    sequence          INTEGER PRIMARY KEY AUTOINCREMENT,
    id                BLOB    NOT NULL UNIQUE,
    message           INTEGER NOT NULL REFERENCES message (sequence),
    endpoint          TEXT    NOT NULL,
    ordering_key      TEXT    NOT NULL,
    route             TEXT    NOT NULL,
    body              INTEGER NOT NULL,
    state             TEXT    NOT NULL CHECK (state IN ('pending', 'in-flight', 'retry', 'delivered',
                                              'refused-by-receiver', 'in-doubt', 'parked', 'dead')),
    head              INTEGER NOT NULL CHECK (head IN (0, 1)),
    accepted_at       INTEGER NOT NULL,
    due_at            INTEGER NOT NULL,
    expires_at        INTEGER,
    attempts          INTEGER NOT NULL DEFAULT 0,
    first_attempt_at  INTEGER,
    overdue_told      INTEGER NOT NULL DEFAULT 0,
    fence             INTEGER NOT NULL DEFAULT 0,
    lease_worker      TEXT,
    lease_until       INTEGER,
    resolved_at       INTEGER,
    last_outcome      TEXT    NOT NULL DEFAULT 'null'
) STRICT;

CREATE INDEX delivery_message ON delivery (message);
-- One head a line.
CREATE UNIQUE INDEX delivery_head ON delivery (endpoint, ordering_key) WHERE head = 1;
-- Who comes next in a line.
CREATE INDEX delivery_line ON delivery (endpoint, ordering_key, sequence) WHERE resolved_at IS NULL;
-- What can be leased.
CREATE INDEX delivery_due ON delivery (endpoint, due_at) WHERE head = 1 AND state IN ('pending', 'retry');
CREATE INDEX delivery_expiry ON delivery (expires_at) WHERE expires_at IS NOT NULL AND state IN ('pending', 'retry');
CREATE INDEX delivery_in_flight ON delivery (endpoint, lease_until) WHERE state = 'in-flight';
CREATE INDEX delivery_oldest ON delivery (endpoint, accepted_at) WHERE resolved_at IS NULL;
-- What is not as it should be, for search.
CREATE INDEX delivery_state ON delivery (state, message) WHERE state <> 'delivered';

CREATE TABLE event (
    sequence  INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    message   BLOB    NOT NULL,
    delivery  BLOB,
    kind      TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    hash      BLOB    NOT NULL
) STRICT;

CREATE INDEX event_message ON event (message);

-- The end of the log. One row.
CREATE TABLE chain (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    sequence  INTEGER NOT NULL,
    hash      BLOB    NOT NULL
) STRICT;
INSERT INTO chain VALUES (1, 0, zeroblob(32));

-- name: 1 NHS number hash, 2 prescription id, 3 ODS code, 4 message id.
CREATE TABLE search_index (
    name         INTEGER NOT NULL,
    value        TEXT    NOT NULL,
    received_at  INTEGER NOT NULL,
    message      INTEGER NOT NULL REFERENCES message (sequence),
    PRIMARY KEY (name, value, received_at, message)
) STRICT, WITHOUT ROWID;

-- How many of what. scope: 'message' (by source) or 'delivery' (by endpoint).
CREATE TABLE tally (
    scope     TEXT    NOT NULL,
    endpoint  TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    count     INTEGER NOT NULL,
    PRIMARY KEY (scope, endpoint, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER body_is_immutable BEFORE UPDATE ON body
    BEGIN SELECT RAISE(ABORT, 'a body is never updated'); END;
CREATE TRIGGER message_is_immutable BEFORE UPDATE ON message
    BEGIN SELECT RAISE(ABORT, 'a message is never updated'); END;
CREATE TRIGGER event_is_immutable BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never updated'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_migration() {
        assert_eq!(MIGRATIONS.len(), usize::try_from(VERSION).unwrap());
    }

    #[test]
    fn messages_bodies_and_events_refuse_to_be_updated() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, 0).unwrap();
        connection
            .execute_batch(
                "INSERT INTO body VALUES (1, 'text/plain', 0, 0, x'');
                 INSERT INTO event VALUES (1, 0, x'', NULL, '', '', x'');
                 INSERT INTO message VALUES (1, x'', '', NULL, NULL, 'refused', 0, x'', 1, NULL, '', '', '', NULL, NULL);",
            )
            .unwrap();
        for change in [
            "UPDATE body SET media_type = 'x'",
            "UPDATE message SET source = 'x'",
            "UPDATE event SET kind = 'x'",
            "DELETE FROM event",
        ] {
            assert!(connection.execute(change, []).is_err(), "{change}");
        }
    }
}
