//! Cancellations, returns, withdrawals and answers as they are published: read without loss, written, and read back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::ledger::Mark;
use causeway_canonical::ledger::facts;
use causeway_canonical::model::{Kind, Message};
use causeway_syntax::adapter::Adapter;
use common::{context, documents, echo, errors, unread};

const KINDS: &[Kind] =
    &[Kind::CancelRequest, Kind::CancelResponse, Kind::Return, Kind::Withdraw, Kind::Acknowledgement];

/// Documents that are not read, each with the rule that it breaks and why it does.
const REFUSED: &[(&str, &str, &str)] = &[(
    "eps-fhir/examples/spec/errors/prescription-order-update/bundle-error.json",
    "fhir-reference",
    "the responsible practitioner leads to a Practitioner, where only a PractitionerRole says for whom a person acts",
)];

/// What a document is, told without the reader.
fn is_of_these_kinds(document: &serde_json::Value) -> bool {
    let event = |entry: &serde_json::Value| entry["resource"]["eventCoding"]["code"].as_str().map(str::to_owned);
    match document["resourceType"].as_str() {
        Some("Task" | "OperationOutcome") => true,
        Some("Bundle") => document["entry"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(event)
            .any(|event| matches!(event.as_str(), "prescription-order-update" | "prescription-order-response")),
        _ => false,
    }
}

fn published() -> Vec<(String, Vec<u8>)> {
    documents()
        .into_iter()
        .filter(|(_, text)| serde_json::from_slice(text).is_ok_and(|document| is_of_these_kinds(&document)))
        .collect()
}

fn messages() -> Vec<(String, Message)> {
    let refused = |name: &str| REFUSED.iter().any(|(path, ..)| *path == name);
    published()
        .into_iter()
        .filter(|(name, _)| !refused(name))
        .map(|(name, text)| {
            let message = FhirR4Json.read(&text, &context()).message.unwrap_or_else(|| panic!("{name} is not read"));
            (name, message)
        })
        .collect()
}

#[test]
fn published_messages_read_without_error_and_without_loss() {
    let mut faults = Vec::new();
    for (name, text) in published() {
        if REFUSED.iter().any(|(path, ..)| *path == name) {
            continue;
        }
        let reading = FhirR4Json.read(&text, &context());
        let unread = unread(reading.account.as_ref().unwrap());
        if !errors(&reading).is_empty() || !unread.is_empty() {
            faults.push((name, errors(&reading), unread));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_published_message_that_is_refused_breaks_the_rule_named() {
    let published = published();
    if published.is_empty() {
        return;
    }
    for (path, rule, why) in REFUSED {
        let (_, text) = published.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("{path} is gone"));
        let found = errors(&FhirR4Json.read(text, &context()));
        assert!(found.iter().any(|error| error.split(' ').next() == Some(rule)), "{path}: {why}; but {found:#?}");
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
fn the_path_of_every_field_read_is_its_path_in_the_model() {
    for (name, text) in published() {
        let reading = FhirR4Json.read(&text, &context());
        let Some(message) = reading.message else { continue };
        let facts: Vec<String> = facts(&message).into_iter().map(|fact| fact.path).collect();
        let account = reading.account.unwrap();
        let shared = account.shared.iter().map(|(_, field, _)| *field);
        let marked = account.marks.iter().filter_map(|mark| match mark {
            Mark::Field(field, _) => Some(*field),
            _ => None,
        });
        let strangers: Vec<_> =
            marked.chain(shared).map(|field| field.path()).filter(|path| !facts.contains(path)).collect();
        assert!(strangers.is_empty(), "{name}: marked, and not in the model: {strangers:#?}");
    }
}
