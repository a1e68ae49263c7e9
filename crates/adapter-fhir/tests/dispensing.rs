//! Releases, dispense notifications and claims as they are published: read without loss, written, and read back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::ledger::{Mark, facts};
use causeway_canonical::model::{Kind, Message};
use causeway_syntax::adapter::Adapter;
use common::{context, documents, echo, errors, unread};

const KINDS: &[Kind] = &[Kind::ReleaseRequest, Kind::ReleaseResponse, Kind::DispenseNotification, Kind::DispenseClaim];

/// Documents that are refused, each with the rule that it breaks and why that is right.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "eps-fhir/examples/errors/3-Process-Request-Dispense-400_Invalid_Value.json",
        "prescription-reason-agrees",
        "meant to be refused: two reasons for one prescription",
    ),
    (
        "eps-fhir/examples/spec/dispensing/dispense-notification/acute-primary-example-05-req.json",
        "prescription-reason-agrees",
        "two reasons for one prescription (dispense.md §3)",
    ),
    (
        "eps-fhir/examples/spec/dispensing/release/acute-primary-example-res.json",
        "fhir-disagreement",
        "made by hand: the two lists of one response have different ids and times (release.md §4)",
    ),
    (
        "eps-fhir/examples/sandbox/Release-Response-200_OK.json",
        "fhir-required",
        "made by hand: entries that hold their resource without the element resource",
    ),
    (
        "eps-fhir/test-data/Process-Request-Dispense-Has-StatusReasonCodableConcept-200_OK.json",
        "fhir-structure",
        "a suffix that is null",
    ),
];

/// What a document is, told without the reader.
fn is_of_these_kinds(document: &serde_json::Value) -> bool {
    let dispenses = |document: &serde_json::Value| {
        document["entry"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|entry| entry["resource"]["eventCoding"]["code"] == "dispense-notification")
    };
    let named = |names: &[&str]| {
        document["parameter"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|parameter| names.iter().any(|name| parameter["name"] == *name))
    };
    match document["resourceType"].as_str() {
        Some("Claim") => true,
        Some("Bundle") => dispenses(document),
        Some("Parameters") => named(&["owner", "passedPrescriptions"]),
        _ => false,
    }
}

fn published() -> Vec<(String, Vec<u8>)> {
    documents()
        .into_iter()
        .filter(|(_, text)| serde_json::from_slice(text).is_ok_and(|document| is_of_these_kinds(&document)))
        .collect()
}

fn is_refused(name: &str) -> bool {
    REFUSED.iter().any(|(path, ..)| *path == name)
}

fn messages() -> Vec<(String, Message)> {
    published()
        .into_iter()
        .filter(|(name, _)| !is_refused(name))
        .map(|(name, text)| {
            let message = FhirR4Json.read(&text, &context()).message.unwrap_or_else(|| panic!("{name} is not read"));
            (name, message)
        })
        .collect()
}

#[test]
fn published_messages_read_without_error_and_without_loss() {
    let mut faults = Vec::new();
    for (name, text) in published().into_iter().filter(|(name, _)| !is_refused(name)) {
        let reading = FhirR4Json.read(&text, &context());
        let unread = unread(reading.account.as_ref().unwrap());
        if !errors(&reading).is_empty() || !unread.is_empty() {
            faults.push((name, errors(&reading), unread));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_published_message_that_is_refused_is_refused_for_what_is_named() {
    let published = published();
    if published.is_empty() {
        return;
    }
    for (path, rule, why) in REFUSED {
        let (_, text) = published.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("{path} is gone"));
        let reading = FhirR4Json.read(text, &context());
        let found = errors(&reading);
        assert!(found.iter().any(|found| found.contains(rule)), "{path}: {why}; but {found:#?}");
    }
}

#[test]
fn what_is_written_reads_back_as_the_projection_of_what_came_in() {
    let messages = messages();
    for (name, message) in &messages {
        echo(name, message);
    }
    let found = |kind: &Kind| messages.iter().any(|(_, message)| message.body.kind() == *kind);
    assert!(messages.is_empty() || KINDS.iter().all(found), "a kind does not occur");
}

#[test]
fn every_field_read_is_written_or_named_as_kept() {
    common::made::assert_all_is_told_or_kept(&messages());
}

#[test]
fn the_path_of_every_field_read_is_its_path_in_the_model() {
    for (name, text) in published().into_iter().filter(|(name, _)| !is_refused(name)) {
        let reading = FhirR4Json.read(&text, &context());
        let facts: Vec<String> = facts(&reading.message.unwrap()).into_iter().map(|fact| fact.path).collect();
        let account = reading.account.unwrap();
        let shared = account.shared.iter().map(|(_, field, _)| *field);
        let marked = account.marks.iter().filter_map(|mark| match mark {
            Mark::Field(field, _) => Some(*field),
            _ => None,
        });
        let read: Vec<String> = marked.chain(shared).map(|field| field.path()).collect();
        let strangers: Vec<_> = read.iter().filter(|path| !facts.contains(path)).collect();
        assert!(strangers.is_empty(), "{name}: marked, and not in the model: {strangers:#?}");
        // A request for prescriptions has no id of its own in FHIR.
        let made_up = |path: &str| path == "version" || path == "envelope.id" && !read.contains(&path.to_owned());
        let unmarked: Vec<_> = facts.iter().filter(|path| !made_up(path) && !read.contains(path)).collect();
        assert!(unmarked.is_empty(), "{name}: in the model, and marked nowhere: {unmarked:#?}");
    }
}
