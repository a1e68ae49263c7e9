//! Every published prescription order reads without loss, and reads back from what is written of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::Severity;
use causeway_canonical::ledger::{Mark, facts};
use causeway_syntax::NodeId;
use causeway_syntax::adapter::Adapter;
use common::{context, corpus};

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
        let errors: Vec<String> =
            reading.findings.iter().filter(|f| f.severity == Severity::Error).map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let account = reading.account.unwrap();
        let unread: Vec<String> = (0..account.marks.len())
            .map(NodeId::from_index)
            .filter(|node| account.tree.is_value(*node) && account.marks[node.index()] == Mark::Unread)
            .map(|node| account.tree.path(node))
            .collect();
        assert!(unread.is_empty(), "{name}: {unread:#?}");
    }
}

#[test]
fn what_is_written_reads_back_as_the_projection_of_what_came_in() {
    for (name, text) in send_requests() {
        let message = FhirR4Json.read(&text, &context()).message.unwrap();
        let written = FhirR4Json.write(&message, &context()).unwrap();
        let reading = FhirR4Json.read(written.text.as_bytes(), &context());
        assert!(reading.findings.is_empty(), "{name}: {:#?}", reading.findings);
        let mut expected = message;
        FhirR4Json.project(&mut expected, &context());
        let echoed = reading.message.unwrap();
        let (expected_facts, echoed_facts) = (facts(&expected), facts(&echoed));
        let missing: Vec<_> = expected_facts.iter().filter(|fact| !echoed_facts.contains(fact)).collect();
        let added: Vec<_> = echoed_facts.iter().filter(|fact| !expected_facts.contains(fact)).collect();
        assert!(expected == echoed, "{name}: missing {missing:#?}, added {added:#?}");
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
