//! How SQLite goes about each statement that runs while messages flow: by an index, never through a whole table.

use causeway_relay::{IndexValue, Query};
use rusqlite::Connection;

use crate::{accept, journal, queue, schema, search};

/// The steps of a statement's plan. Statistics are absent, as in a young store, so plans don't depend on content.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let parameters = vec![rusqlite::types::Null; explain.parameter_count()];
    let rows = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get(3)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn fresh() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection, 0).unwrap();
    connection
}

fn assert_uses(connection: &Connection, sql: &str, index: &str) {
    let steps = plan(connection, sql);
    assert!(steps.iter().any(|step| step.contains(index)), "expected {index} in {steps:#?}");
    // Only a partial index that holds nothing but what is wanted may be read from end to end.
    let partial = ["delivery_in_flight", "message_refused"];
    let scans = steps.iter().find(|step| step.starts_with("SCAN") && !partial.iter().any(|index| step.contains(index)));
    assert_eq!(scans, None, "{steps:#?}");
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
}

#[test]
fn the_queue_is_worked_through_indexes() {
    let connection = fresh();
    for (sql, index) in [
        (accept::DEDUPE_SQL, "message_dedupe"),
        (queue::EXPIRED_SQL, "delivery_expiry"),
        (queue::LAPSED_SQL, "delivery_in_flight"),
        (queue::IN_FLIGHT_SQL, "delivery_in_flight"),
        (queue::DUE_SQL, "delivery_due"),
        (queue::NEXT_DUE_SQL, "delivery_due"),
        (queue::PROMOTE_SQL, "delivery_line"),
        (queue::FIND_SQL, "sqlite_autoindex_delivery"),
        (journal::OLDEST_SQL, "delivery_oldest"),
    ] {
        assert_uses(&connection, sql, index);
    }
    let line = plan(&connection, accept::LINE_IS_EMPTY_SQL);
    assert!(line.iter().any(|step| step.contains("delivery_line (endpoint=? AND ordering_key=?)")), "{line:#?}");
}

#[test]
fn searches_are_driven_by_what_selects_most() {
    let connection = fresh();
    let value = || Some(IndexValue::new("x"));
    let moment = Some(jiff::Timestamp::UNIX_EPOCH);
    for (query, index) in [
        (Query { prescription_id: value(), ..Query::default() }, "PRIMARY KEY (name=? AND value=?)"),
        (
            Query { nhs_number_hash: value(), since: moment, ..Query::default() },
            "(name=? AND value=? AND received_at>?)",
        ),
        (Query { since: moment, until: moment, ..Query::default() }, "message_time"),
        (Query { state: "refused".parse().ok(), ..Query::default() }, "message_refused"),
    ] {
        let (sql, _) = search::statement(&query);
        assert_uses(&connection, &sql, index);
    }
    let (sql, _) = search::statement(&Query { state: "dead".parse().ok(), ..Query::default() });
    assert!(
        plan(&connection, &sql).iter().any(|step| step.contains("delivery_state")),
        "{:#?}",
        plan(&connection, &sql)
    );
    let (sql, _) = search::statement(&Query::default());
    assert!(plan(&connection, &sql).iter().any(|step| step.contains("message_time")), "{:#?}", plan(&connection, &sql));
}
