//! Every published prescription order reads without loss, and reads back from what is written of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::ledger::{Mark, facts};
use causeway_syntax::adapter::Adapter;
use common::{context, corpus, errors, unread};

/// The requests of the corpus that prescribe.
fn send_requests() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = corpus() else { return Vec::new() };
    let pairs = std::fs::read_to_string(folder.join("eps-pairs/pairs.json")).unwrap();
    let pairs: serde_json::Value = serde_json::from_str(&pairs).unwrap();
    pairs
        .as_array()
        .unwrap()
        .iter()
        .filter(|pair| pair["operation"] == "Send")
        .map(|pair| {
            let path = pair["request"].as_str().unwrap().to_owned();
            let text = std::fs::read(folder.join("eps-pairs").join(&path)).unwrap();
            (path, text)
        })
        .collect()
}

#[test]
fn published_orders_read_without_error_and_without_loss() {
    for (name, text) in send_requests() {
        let reading = FhirR4Json.read(&text, &context());
        assert_eq!(errors(&reading), Vec::<String>::new(), "{name}");
        assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_is_written_reads_back_as_the_projection_of_what_came_in() {
    for (name, text) in send_requests() {
        let message = FhirR4Json.read(&text, &context()).message.unwrap();
        common::echo(&name, &message);
    }
}

#[test]
fn the_path_of_every_field_read_is_its_path_in_the_model() {
    for (name, text) in send_requests() {
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
        let unmarked: Vec<_> = facts.iter().filter(|path| *path != "version" && !read.contains(path)).collect();
        assert!(unmarked.is_empty(), "{name}: in the model, and marked nowhere: {unmarked:#?}");
    }
}
