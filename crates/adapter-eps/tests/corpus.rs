//! The published prescription orders and answers of Spine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::path::Path;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{Tag, map_rule};
use causeway_canonical::model::{AcknowledgementStatus, Body};
use causeway_syntax::adapter::{Adapter, Compat};
use common::{canonical, context, corpus, read, unread};

/// Paths and texts of the published orders.
fn orders(corpus: &Path) -> Vec<(String, String)> {
    let folder = corpus.join("eps-pairs");
    let pairs: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("pairs.json")).unwrap()).unwrap();
    let orders = pairs.as_array().unwrap().iter().filter(|pair| pair["operation"] == "Send");
    let orders: Vec<_> = orders
        .map(|pair| pair["v3"].as_str().unwrap().to_owned())
        .map(|path| (std::fs::read_to_string(folder.join(&path)).unwrap(), path))
        .map(|(text, path)| (path, text))
        .collect();
    assert_eq!(orders.len(), 32);
    orders
}

#[test]
fn every_published_order_is_read_to_the_last_value() {
    let Some(corpus) = corpus() else { return };
    for compat in [Compat::NONE, Compat::nhs_eps_api()] {
        for (path, text) in orders(&corpus) {
            assert!(EpsV3.sniff(text.as_bytes()), "{path}");
            let (_, reading) = read(&text, &context(compat));
            assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{path}");
        }
    }
}

#[test]
fn every_published_order_is_written_again_as_it_was() {
    let Some(corpus) = corpus() else { return };
    let context = context(Compat::nhs_eps_api());
    for (path, text) in orders(&corpus) {
        let (message, _) = read(&text, &context);
        let written = EpsV3.write(&message, &context).unwrap_or_else(|findings| panic!("{path}: {findings:#?}"));
        assert_eq!(canonical(&written.text), canonical(&text), "{path}");
    }
}

#[test]
fn every_published_order_comes_back_as_its_projection() {
    let Some(corpus) = corpus() else { return };
    for compat in [Compat::NONE, Compat::nhs_eps_api()] {
        let context = context(compat);
        for (path, text) in orders(&corpus) {
            let (mut message, _) = read(&text, &context);
            let written = EpsV3.write(&message, &context).unwrap_or_else(|findings| panic!("{path}: {findings:#?}"));
            let (back, _) = read(&written.text, &context);
            EpsV3.project(&mut message, &context);
            assert!(back == message, "{path}");
        }
    }
}

#[test]
fn what_is_written_is_the_same_byte_for_byte_but_for_attributes_of_the_signature() {
    let Some(corpus) = corpus() else { return };
    let context = context(Compat::nhs_eps_api());
    let same = orders(&corpus)
        .iter()
        .filter(|(_, text)| {
            let (message, _) = read(text, &context);
            EpsV3.write(&message, &context).unwrap().text.trim_end() == text.trim_end()
        })
        .count();
    assert_eq!(same, 32);
}

#[test]
fn every_tag_stands_at_a_value() {
    let Some(corpus) = corpus() else { return };
    for compat in [Compat::NONE, Compat::nhs_eps_api()] {
        let context = context(compat);
        for (path, text) in orders(&corpus) {
            let (message, _) = read(&text, &context);
            let written = EpsV3.write(&message, &context).unwrap();
            let tree = EpsV3.tree(written.text.as_bytes(), &context.limits).unwrap();
            for (offset, tag) in &written.tags {
                let node = tree.node_at(*offset).unwrap();
                assert!(tree.is_value(node), "{path}: {tag:?} at {}", tree.path(node));
            }
            assert!(written.tags.iter().any(|(_, tag)| matches!(
                tag,
                Tag::Default(_, rule) if *rule == map_rule::WRAPPER_FROM_CONTEXT
            )));
        }
    }
}

#[test]
fn answers_of_spine_are_read() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("eps-spine-responses/spine-responses");
    for (file, status, codes) in [
        ("async_success.xml", AcknowledgementStatus::Accepted, &[][..]),
        ("sync_error.xml", AcknowledgementStatus::Rejected, &["202"]),
        ("async_multiple_error.xml", AcknowledgementStatus::Error, &["FAILURE_TO_PROCESS_MESSAGE"; 2]),
    ] {
        let text = interaction(&std::fs::read_to_string(folder.join(file)).unwrap());
        assert!(EpsV3.sniff(text.as_bytes()), "{file}");
        let (message, reading) = read(&text, &context(Compat::NONE));
        assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{file}");
        let Body::Acknowledgement(answer) = &message.body else { panic!("{file}") };
        assert_eq!(answer.status, status, "{file}");
        let found: Vec<_> =
            answer.issue.iter().map(|issue| issue.code.as_ref().unwrap().code.clone().unwrap()).collect();
        assert_eq!(found, codes, "{file}");
    }
}

/// The interaction without the transport around it.
fn interaction(text: &str) -> String {
    let name = if text.contains("<hl7:MCCI_IN010000UK13") { "hl7:MCCI_IN010000UK13" } else { "MCCI_IN010000UK13" };
    let (start, end) = (text.find(&format!("<{name}")).unwrap(), text.find(&format!("</{name}>")).unwrap());
    let bare = format!("{}</{name}>", &text[start..end]);
    if bare.contains("urn:hl7-org:v3") {
        bare
    } else {
        bare.replacen(&format!("<{name}"), &format!("<{name} xmlns=\"urn:hl7-org:v3\""), 1)
    }
}
