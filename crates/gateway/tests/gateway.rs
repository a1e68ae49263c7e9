//! A gateway as its senders, receivers and operators meet it, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "this program needs only a part of it")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use causeway_gateway::config::{DEMO_FILES, Origin, Sector};
use causeway_gateway::stats::{AttemptOutcome, MessageOutcome};
use causeway_gateway::{Configuration, Gateway, IndexKey, ReloadError, StopError, index};
use causeway_relay::{BodyRef, DeliveryState, MessageRef, MessageState, Query, StateFilter, StoreReader};
use causeway_store_sqlite::SqliteStore;

use support::{
    ANOTHER, Answer, IVO, JSON, Receiver, Told, World, changed, configuration, message_id, overrides, prescription,
    send, without_nomination,
};

const STOP: Duration = Duration::from_secs(20);

/// The codes of the errors of an OperationOutcome.
fn codes(answer: &Answer) -> Vec<String> {
    let outcome = answer.json();
    assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome:#}");
    let issues = outcome["issue"].as_array().unwrap();
    let errors = issues.iter().filter(|issue| issue["severity"] == "error");
    errors.map(|issue| issue["details"]["coding"][0]["code"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_accepted_message_is_acknowledged_stored_and_delivered_in_the_receivers_format() {
    let world = World::start().await;
    let content = prescription(1, IVO);
    let answer = world.send("/gp", &content).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.media_type.as_deref(), Some(JSON));
    assert_eq!(answer.json()["issue"][0]["code"], "informational");

    let taken = world.receiver.take(1).await;
    assert!(taken[0].body.contains("PORX_IN020101UK31"), "{}", taken[0].body);
    assert_eq!(taken[0].headers["content-type"], "application/xml");
    assert!(taken[0].headers.contains_key("x-request-id"));

    let store = world.gateway.store();
    let record = store.show(MessageRef::Id(message_id(1))).await.unwrap().unwrap();
    assert_eq!(record.state, MessageState::Accepted);
    assert_eq!(record.config_hash, *world.gateway.configuration().hash());
    assert_eq!(taken[0].headers["causeway-message"], record.key.to_string());
    let kept = store.body(BodyRef::Received(record.key)).await.unwrap().unwrap();
    assert_eq!(kept.bytes(), content.as_bytes());
    world.gateway.stop(STOP).await.unwrap();
}

#[tokio::test]
async fn a_message_is_found_by_nhs_number_prescription_id_and_organisation() {
    let world = World::start().await;
    world.send("/gp", &prescription(1, IVO)).await;
    world.send("/gp", &prescription(2, ANOTHER)).await;
    let store = world.gateway.store();
    let by_patient =
        Query { nhs_number_hash: Some(world.gateway.index_key().nhs_number("999 100 1018")), ..Query::default() };
    let by_prescription =
        Query { prescription_id: Some(index::prescription_id("24a5b1-z99917-1c0feh")), ..Query::default() };
    let by_pharmacy = Query { ods: Some(index::ods("FZ917")), ..Query::default() };
    let found = store.search(by_patient).await.unwrap();
    assert_eq!(found.iter().map(|found| found.message_id.clone()).collect::<Vec<_>>(), [Some(message_id(1))]);
    assert_eq!(store.search(by_prescription).await.unwrap().len(), 2);
    assert_eq!(store.search(by_pharmacy).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_hospitals_prescription_goes_to_the_pharmacy_and_as_a_copy_to_the_practice() {
    let world = World::start().await;
    assert_eq!(world.send("/clinic", &prescription(1, IVO)).await.status, 200);
    let taken = world.receiver.take(2).await;
    assert_eq!(taken.iter().filter(|taken| taken.headers["content-type"] == JSON).count(), 1);
    assert_eq!(taken.iter().filter(|taken| taken.headers["content-type"] == "application/xml").count(), 1);
}

#[tokio::test]
async fn a_message_that_comes_again_is_answered_as_the_first_time_and_delivered_once() {
    let world = World::start().await;
    let first = world.send("/gp", &prescription(1, IVO)).await;
    let second = world.send("/gp", &prescription(1, IVO)).await;
    assert_eq!(first, second);
    world.send("/gp", &prescription(2, IVO)).await;
    assert_eq!(world.receiver.take(2).await.len(), 2);
    let stats = world.gateway.stats();
    assert_eq!(stats.messages_in(MessageOutcome::Duplicate), 1);
    world.gateway.stop(STOP).await.unwrap();
    assert_eq!(world.receiver.taken().len(), 2);
}

#[tokio::test]
async fn a_message_that_comes_again_after_its_route_is_gone_is_answered_as_the_first_time() {
    let world = World::start().await;
    let first = world.send("/gp", &prescription(1, IVO)).await;
    world.gateway.reload(without_routes_from_practices(&world)).unwrap();
    assert_eq!(world.send("/gp", &prescription(1, IVO)).await, first);
    let refused = world.send("/gp", &prescription(2, IVO)).await;
    assert_eq!((refused.status, codes(&refused)), (400, vec!["no-route".to_owned()]));
}

/// The configuration in place, with no route that takes what `/gp` sends.
fn without_routes_from_practices(world: &World) -> Configuration {
    let mut configuration = world.gateway.configuration();
    for route in &mut configuration.routes {
        route.from = Origin::Sectors(vec![Sector::Hospital]);
    }
    configuration
}

#[tokio::test]
async fn what_another_sender_has_under_the_same_id_does_not_hide_the_first_answer() {
    let world = World::start().await;
    let first = world.send("/gp", &prescription(1, IVO)).await;
    assert_eq!(first.status, 200);
    assert_eq!(world.send("/clinic", &prescription(1, IVO)).await.status, 200);
    world.gateway.reload(without_routes_from_practices(&world)).unwrap();
    // More refusals under the id than a search finds when nobody says how many.
    for _ in 0..120 {
        assert_eq!(world.send("/gp", &prescription(1, ANOTHER)).await.status, 400);
    }
    assert_eq!(world.send("/gp", &prescription(1, IVO)).await, first);
    assert_eq!(world.gateway.stats().messages_in(MessageOutcome::Duplicate), 1);
}

#[tokio::test]
async fn what_another_sender_has_under_the_same_id_is_not_taken_for_ones_own() {
    let world = World::start().await;
    assert_eq!(world.send("/clinic", &prescription(1, IVO)).await.status, 200);
    world.gateway.reload(without_routes_from_practices(&world)).unwrap();
    let refused = world.send("/gp", &prescription(1, IVO)).await;
    assert_eq!((refused.status, codes(&refused)), (400, vec!["no-route".to_owned()]));
}

#[tokio::test]
async fn another_content_under_the_same_id_is_a_conflict() {
    let world = World::start().await;
    world.send("/gp", &prescription(1, IVO)).await;
    let answer = world.send("/gp", &prescription(1, ANOTHER)).await;
    assert_eq!((answer.status, codes(&answer)), (409, vec!["message-id-conflict".to_owned()]));
    assert_eq!(answer.json()["issue"][0]["code"], "conflict");
    assert_eq!(world.gateway.stats().messages_in(MessageOutcome::Conflict), 1);
}

#[tokio::test]
async fn a_refusal_names_rule_path_line_and_column_and_no_patient_data_and_is_stored() {
    let world = World::start().await;
    let wrong = "9991001019";
    let answer = world.send("/gp", &prescription(1, wrong)).await;
    assert_eq!((answer.status, codes(&answer)), (400, vec!["nhs-number-check".to_owned()]));
    let outcome = answer.json();
    let issue = &outcome["issue"][0];
    assert!(issue["expression"][0].as_str().unwrap().contains("identifier"), "{issue:#}");
    assert!(issue["extension"].as_array().unwrap().iter().all(|place| place["valueInteger"].as_u64().unwrap() > 0));
    assert!(issue["diagnostics"].as_str().unwrap().contains("nhs-number"), "{issue:#}");
    assert!(!answer.body.contains(wrong) && !answer.body.contains("THRUSH"), "{}", answer.body);

    let refused = Query { state: Some(StateFilter::Message(MessageState::Refused)), ..Query::default() };
    let found = world.gateway.store().search(refused).await.unwrap();
    assert_eq!(found.len(), 1);
    let record = world.gateway.store().show(MessageRef::Key(found[0].key)).await.unwrap().unwrap();
    assert_eq!(record.message_id, Some(message_id(1)));
    assert_eq!(record.findings[0]["rule"], "nhs-number-check");
    assert!(!record.findings.to_string().contains(wrong));
}

#[tokio::test]
async fn a_refused_message_can_be_mended_and_sent_again_under_the_same_id() {
    let world = World::start().await;
    assert_eq!(world.send("/gp", &prescription(1, "9991001019")).await.status, 400);
    assert_eq!(world.send("/gp", &prescription(1, IVO)).await.status, 200);
}

#[tokio::test]
async fn a_message_that_fits_no_route_is_refused() {
    let world = World::start().await;
    let answer = world.send("/gp", &without_nomination(1)).await;
    assert_eq!((answer.status, codes(&answer)), (400, vec!["no-route".to_owned()]));
}

#[tokio::test]
async fn a_message_to_an_organisation_that_is_not_connected_is_refused() {
    let world = World::start().await;
    let content = prescription(1, IVO).replace("FZ917", "FZ918");
    let answer = world.send("/gp", &content).await;
    assert_eq!((answer.status, codes(&answer)), (400, vec!["destination-unknown".to_owned()]));
}

#[tokio::test]
async fn a_route_to_an_organisation_that_is_not_named_refuses() {
    let world = World::start().await;
    let condition = "when = [{ field = \"prescription.nomination.organisation.ods\", op = \"present\" }]";
    let files = DEMO_FILES.iter().map(|(name, text)| (*name, text.replace(condition, "")));
    let open = Configuration::from_files(files).unwrap().with_overrides(&overrides(&world.receiver)).unwrap();
    world.gateway.reload(open).unwrap();
    let answer = world.send("/gp", &without_nomination(1)).await;
    assert_eq!((answer.status, codes(&answer)), (400, vec!["destination-missing".to_owned()]));
}

#[tokio::test]
async fn a_body_that_does_not_come_to_its_end_is_told_as_one() {
    let world = World::start().await;
    let address = world.gateway.addresses().listener("messages").unwrap();
    let head = format!("POST /gp HTTP/1.1\r\nhost: x\r\ncontent-type: {JSON}\r\n");
    // The second chunk says that it has no length at all.
    let broken = "transfer-encoding: chunked\r\n\r\n1\r\n{\r\nno length\r\n";
    let answer = support::exchange(address, &format!("{head}{broken}")).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("body-incomplete"), "{answer}");
}

#[tokio::test]
async fn a_clinical_field_stays_behind_only_where_the_route_names_it() {
    let world = World::start().await;
    let files = DEMO_FILES.iter().map(|(name, text)| (*name, text.replace("\"item.intent\",", "")));
    let strict = Configuration::from_files(files).unwrap().with_overrides(&overrides(&world.receiver)).unwrap();
    world.gateway.reload(strict).unwrap();
    let answer = world.send("/gp", &prescription(1, IVO)).await;
    assert_eq!((answer.status, codes(&answer)), (400, vec!["clinical-field-kept".to_owned()]));
    assert!(answer.json()["issue"][0]["expression"][0].as_str().unwrap().ends_with("intent"), "{answer:?}");
}

#[tokio::test]
async fn a_value_that_would_be_lost_is_refused_with_its_place() {
    let world = World::start().await;
    let content = changed(&prescription(1, IVO), |bundle| {
        let extension = serde_json::json!({ "url": "https://example.org/unknown", "valueString": "x" });
        bundle["entry"][1]["resource"]["dosageInstruction"][0]["extension"] = serde_json::json!([extension]);
    });
    let answer = world.send("/gp", &content).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.json()["issue"][0]["expression"][0].as_str().unwrap().contains("dosageInstruction"), "{answer:?}");
}

#[tokio::test]
async fn content_that_is_not_well_formed_is_refused_with_its_place() {
    let world = World::start().await;
    let answer = world.send("/gp", "{\"resourceType\": \"Bundle\",\n  oops").await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let outcome = answer.json();
    let places: Vec<_> =
        outcome["issue"][0]["extension"].as_array().unwrap().iter().map(|e| &e["valueInteger"]).collect();
    assert_eq!(places, [2, 3]);
}

#[tokio::test]
async fn too_large_a_message_is_refused_and_the_refusal_is_stored_without_it() {
    let world =
        World::start_with(|configuration| configuration.settings.listeners[0].limits.max_body_bytes = 4000).await;
    let answer = world.send("/gp", &prescription(1, IVO)).await;
    assert_eq!((answer.status, codes(&answer)), (413, vec!["body-too-large".to_owned()]));
    let found = world.gateway.store().search(Query::default()).await.unwrap();
    assert_eq!(found[0].state, MessageState::Refused);
    assert_eq!(world.gateway.store().body(BodyRef::Received(found[0].key)).await.unwrap(), None);
}

#[tokio::test]
async fn unknown_paths_and_other_methods_are_turned_away() {
    let world = World::start().await;
    assert_eq!(world.send("/nobody", "x").await.status, 404);
    assert_eq!(world.send("/gp/", "x").await.status, 404);
    let address = world.gateway.addresses().listener("messages").unwrap();
    assert_eq!(support::get(address, "/gp").await.0, 405);
    assert_eq!(world.gateway.stats().unknown_paths, 2);
}

#[tokio::test]
async fn another_media_type_or_format_is_refused_with_415() {
    let world = World::start().await;
    let text = send(&world.gateway, "/gp", "text/plain", &prescription(1, IVO)).await;
    assert_eq!((text.status, codes(&text)), (415, vec!["media-type".to_owned()]));
    let xml = world.send("/gp", "<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\"/>").await;
    assert_eq!((xml.status, codes(&xml)), (415, vec!["format-unexpected".to_owned()]));
    assert!(xml.json()["issue"][0]["diagnostics"].as_str().unwrap().contains("eps-hl7v3"));
    assert_eq!(send(&world.gateway, "/gp", "application/json", &prescription(1, IVO)).await.status, 200);
}

#[tokio::test]
async fn an_encoding_that_is_not_read_is_named_as_what_is_wrong() {
    let world = World::start().await;
    let text = prescription(1, IVO);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wide.iter().copied()).collect();
    let utf32: Vec<u8> = text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect();
    for content in [wide, marked, utf32] {
        let answer = world.send("/gp", &content).await;
        assert_eq!((answer.status, codes(&answer)), (400, vec!["utf16-not-supported".to_owned()]));
    }
    // Whether or not it looks like the sender's format otherwise, the answer is the same.
    for head in ["{\"resourceType\": \"Bundle\", \"id\": \"", "<x a=\""] {
        let latin: Vec<u8> = head.bytes().chain([0xE9]).chain(*b"\"}").collect();
        let answer = world.send("/gp", &latin).await;
        assert_eq!((answer.status, codes(&answer)), (400, vec!["invalid-utf8".to_owned()]));
    }
}

#[tokio::test]
async fn a_table_of_rules_lowers_what_validation_says_and_not_what_could_not_be_read() {
    let world = World::start().await;
    let rules = "[endpoint.gp.rules]\nnhs-number-check = \"warning\"\n";
    let files = DEMO_FILES.iter().map(|(name, text)| {
        (*name, if *name == "endpoints/gp.toml" { format!("{text}\n{rules}") } else { (*text).to_owned() })
    });
    let milder = Configuration::from_files(files).unwrap().with_overrides(&overrides(&world.receiver)).unwrap();
    world.gateway.reload(milder).unwrap();
    assert_eq!(world.send("/gp", &prescription(1, "9991001019")).await.status, 200);
    let unread = prescription(2, "9991001019").replace("\"male\"", "\"manly\"");
    let answer = world.send("/gp", &unread).await;
    assert_eq!((answer.status, codes(&answer).contains(&"fhir-code".to_owned())), (400, true), "{answer:?}");
}

/// A gateway on a store that can be told to fail and to wait.
async fn on_a_store_that_does_as_told() -> (Gateway, Arc<Told>, Receiver, tempfile::TempDir) {
    let receiver = Receiver::start().await;
    let folder = tempfile::tempdir().unwrap();
    let configuration = configuration(&receiver);
    let key = IndexKey::open(&configuration.settings.index_key, folder.path()).unwrap();
    let store = Told::new(SqliteStore::open(folder.path().join("store.db")).unwrap());
    let gateway = Gateway::start_on(configuration, Arc::clone(&store) as _, key).await.unwrap();
    (gateway, store, receiver, folder)
}

#[tokio::test]
async fn a_sender_that_hangs_up_cannot_stop_a_commit() {
    let (gateway, store, receiver, _folder) = on_a_store_that_does_as_told().await;
    store.waits.store(true, Ordering::SeqCst);
    let address = gateway.addresses().listener("messages").unwrap();
    support::send_and_hang_up(address, "/gp", &prescription(1, IVO), store.reached.notified()).await;
    // Shutting the listener down drops what is left of the connection, and waits for the life of the message.
    let stopping = tokio::spawn(gateway.stop(STOP));
    store.go.notify_one();
    stopping.await.unwrap().unwrap();
    let record = store.show(MessageRef::Id(message_id(1))).await.unwrap().unwrap();
    assert_eq!((record.state, record.deliveries.len()), (MessageState::Accepted, 1));
    drop(receiver);
}

#[tokio::test]
async fn a_stop_that_comes_to_its_deadline_says_so_and_what_was_not_acknowledged_can_be_sent_again() {
    let (gateway, store, receiver, folder) = on_a_store_that_does_as_told().await;
    store.waits.store(true, Ordering::SeqCst);
    let address = gateway.addresses().listener("messages").unwrap();
    let sending = tokio::spawn(async move {
        support::send_and_hang_up(address, "/gp", &prescription(1, IVO), std::future::pending()).await;
    });
    store.reached.notified().await;
    let error = gateway.stop(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, StopError::Deadline), "{error}");
    assert!(store.show(MessageRef::Id(message_id(1))).await.unwrap().is_none());
    sending.abort();
    drop((receiver, folder));
}

#[tokio::test]
async fn while_the_store_is_unavailable_senders_are_told_to_come_again() {
    let (gateway, store, receiver, _folder) = on_a_store_that_does_as_told().await;
    assert_eq!(gateway.trouble().await, None);
    store.fails.store(true, Ordering::SeqCst);

    let answer = send(&gateway, "/gp", JSON, &prescription(1, IVO)).await;
    assert_eq!((answer.status, codes(&answer)), (503, vec!["store-unavailable".to_owned()]));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(5)));
    assert_eq!(answer.json()["issue"][0]["code"], "transient");
    assert!(gateway.trouble().await.is_some());
    let (status, _) = support::get(gateway.addresses().admin.unwrap(), "/readyz").await;
    assert_eq!(status, 503);

    store.fails.store(false, Ordering::SeqCst);
    assert_eq!(send(&gateway, "/gp", JSON, &prescription(1, IVO)).await.status, 200);
    assert_eq!(gateway.trouble().await, None);
    assert_eq!(receiver.take(1).await.len(), 1);
}

#[tokio::test]
async fn what_a_receiver_could_not_take_is_delivered_later_in_order_for_each_patient() {
    let world = World::start().await;
    world.receiver.answer_with(503);
    for number in 1..=6 {
        let patient = if number % 2 == 0 { ANOTHER } else { IVO };
        assert_eq!(world.send("/gp", &prescription(number, patient)).await.status, 200);
    }
    world.receiver.requests(3).await;
    assert!(world.receiver.taken().is_empty());
    world.receiver.answer_with(200);
    let taken = world.receiver.take(6).await;
    for patient in [IVO, ANOTHER] {
        let numbers = taken
            .iter()
            .filter(|taken| taken.body.contains(patient))
            .map(|taken| (1..=6).find(|number| taken.body.to_lowercase().contains(&message_id(*number))).unwrap());
        let expected = if patient == ANOTHER { [2, 4, 6] } else { [1, 3, 5] };
        assert_eq!(numbers.collect::<Vec<_>>(), expected);
    }
    world.gateway.stop(STOP).await.unwrap();
}

#[tokio::test]
async fn a_delivery_that_the_receiver_refuses_is_resolved_and_does_not_hold_up_the_next() {
    let world = World::start().await;
    world.receiver.answer_with(422);
    world.send("/gp", &prescription(1, IVO)).await;
    world.receiver.requests(1).await;
    world.receiver.answer_with(200);
    world.send("/gp", &prescription(2, IVO)).await;
    assert!(world.receiver.take(1).await[0].body.to_lowercase().contains(&message_id(2)));
    let record = world.gateway.store().show(MessageRef::Id(message_id(1))).await.unwrap().unwrap();
    assert_eq!(record.deliveries[0].state, DeliveryState::RefusedByReceiver);
    assert_eq!(world.gateway.stats().attempts_in(AttemptOutcome::RefusedByReceiver), 1);
}

#[tokio::test]
async fn a_reload_that_fails_changes_nothing() {
    let world = World::start().await;
    let before = world.gateway.configuration().hash().clone();
    let mut moved = configuration(&world.receiver);
    moved.settings.store = "elsewhere.db".into();
    moved.routes.clear();
    let error = world.gateway.reload(moved).unwrap_err();
    assert!(matches!(&error, ReloadError::NeedsRestart(parts) if parts == &["[store]"]), "{error}");
    assert_eq!(*world.gateway.configuration().hash(), before);
    assert_eq!(world.send("/gp", &prescription(1, IVO)).await.status, 200);
    assert_eq!(world.receiver.take(1).await.len(), 1);
}

#[tokio::test]
async fn a_reload_takes_effect_for_the_next_message_and_for_what_is_still_queued() {
    let world = World::start().await;
    world.receiver.answer_with(503);
    world.send("/gp", &prescription(1, IVO)).await;
    world.receiver.requests(1).await;
    let second = Receiver::start().await;
    world.gateway.reload(configuration(&second)).unwrap();
    world.send("/gp", &prescription(2, IVO)).await;
    assert_eq!(second.take(2).await.len(), 2);
    let store = world.gateway.store();
    let first = store.show(MessageRef::Id(message_id(1))).await.unwrap().unwrap();
    let second = store.show(MessageRef::Id(message_id(2))).await.unwrap().unwrap();
    assert_ne!(first.config_hash, second.config_hash);
}

#[tokio::test]
async fn stopped_and_started_again_it_delivers_what_was_pending() {
    let world = World::start().await;
    world.receiver.answer_with(503);
    world.send("/gp", &prescription(1, IVO)).await;
    world.receiver.requests(1).await;
    let World { gateway, receiver, folder } = world;
    gateway.stop(STOP).await.unwrap();

    receiver.answer_with(200);
    let gateway = Gateway::start(configuration(&receiver), folder.path()).await.unwrap();
    let taken = receiver.take(1).await;
    assert!(taken[0].body.to_lowercase().contains(&message_id(1)));
    // The key of the index is the same, so the patient is still found.
    let query = Query { nhs_number_hash: Some(gateway.index_key().nhs_number(IVO)), ..Query::default() };
    assert_eq!(gateway.store().search(query).await.unwrap().len(), 1);
    gateway.stop(STOP).await.unwrap();
}

#[tokio::test]
async fn the_store_cannot_be_opened_twice() {
    let world = World::start().await;
    let second = Gateway::start(configuration(&world.receiver), world.folder.path()).await;
    assert!(second.unwrap_err().to_string().contains("in use by another gateway"));
}

#[tokio::test]
async fn the_administration_address_tells_health_readiness_and_metrics() {
    let world = World::start().await;
    world.send("/gp", &prescription(1, IVO)).await;
    world.send("/gp", &without_nomination(2)).await;
    world.receiver.take(1).await;
    assert_eq!(world.get("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(world.get("/readyz").await, (200, "ready\n".to_owned()));
    let (status, metrics) = world.get("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "causeway_messages_total{endpoint=\"gp\",kind=\"prescription-order\",outcome=\"accepted\"} 1",
        "causeway_messages_total{endpoint=\"gp\",kind=\"prescription-order\",outcome=\"refused\"} 1",
        "causeway_findings_total{rule=\"no-route\"} 1",
        "causeway_ledger_values_total{disposition=\"lost\"} 0",
        "causeway_accept_seconds_count 1",
        "causeway_ready 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is missing from:\n{metrics}");
    }
    assert!(!metrics.contains(IVO));
}
