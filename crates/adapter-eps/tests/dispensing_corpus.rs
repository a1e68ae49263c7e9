//! The published requests for prescriptions, notifications and claims, and the prescriptions that Spine released.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::path::Path;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::model::{Body, Kind};
use causeway_syntax::adapter::{Adapter, Compat, InteractionSuffix};
use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree};
use common::{canonical, context, corpus, differences, read, unread, validate};

/// Paths and texts of the published pairs of these operations.
fn pairs(corpus: &Path, operations: &[&str]) -> Vec<(String, String)> {
    let folder = corpus.join("eps-pairs");
    let pairs: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("pairs.json")).unwrap()).unwrap();
    let wanted =
        pairs.as_array().unwrap().iter().filter(|pair| operations.contains(&pair["operation"].as_str().unwrap()));
    wanted
        .map(|pair| pair["v3"].as_str().unwrap().to_owned())
        .map(|path| (std::fs::read_to_string(folder.join(&path)).unwrap(), path))
        .map(|(text, path)| (path, text))
        .collect()
}

/// The kinds with their operations, how many there are, and the schema of each message.
const KINDS: [(Kind, &[&str], usize, &str); 3] = [
    (Kind::ReleaseRequest, &["Release"], 6, "PORX_IN132004UK30.xsd"),
    (Kind::DispenseNotification, &["Dispense", "DispenseAmend"], 9, "PORX_IN080101UK31.xsd"),
    (Kind::DispenseClaim, &["Claim", "Amend"], 4, "PORX_IN090101UK31.xsd"),
];

#[test]
fn every_published_message_is_read_to_the_last_value_and_written_again_as_it_was() {
    let Some(corpus) = corpus() else { return };
    let context = context(Compat::nhs_eps_api());
    for (kind, operations, count, _) in KINDS {
        let pairs = pairs(&corpus, operations);
        assert_eq!(pairs.len(), count, "{kind}");
        for (path, text) in pairs {
            assert!(EpsV3.sniff(text.as_bytes()), "{path}");
            let (message, reading) = read(&text, &context);
            assert!(reading.findings.is_empty(), "{path}: {:#?}", reading.findings);
            assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{path}");
            assert_eq!(message.body.kind(), kind, "{path}");
            let written = EpsV3.write(&message, &context).unwrap_or_else(|findings| panic!("{path}: {findings:#?}"));
            assert_eq!(canonical(&written.text), canonical(&text), "{path}");
            assert_eq!(written.text.trim_end(), text.trim_end(), "{path}");
        }
    }
}

#[test]
fn every_published_message_is_valid_with_and_without_the_defects_of_its_translator() {
    let Some(corpus) = corpus() else { return };
    for compat in [Compat::NONE, Compat::nhs_eps_api()] {
        let mut context = context(compat);
        context.interaction_suffix = InteractionSuffix::Uk;
        for (_, operations, _, schema) in KINDS {
            for (path, text) in pairs(&corpus, operations) {
                let (message, _) = read(&text, &context);
                let written = EpsV3.write(&message, &context).unwrap_or_else(|it| panic!("{path}: {it:#?}"));
                validate(&written.text, schema);
                let (back, reading) = read(&written.text, &context);
                assert!(reading.findings.is_empty(), "{path}: {:#?}", reading.findings);
                let mut projected = message.clone();
                EpsV3.project(&mut projected, &context);
                assert_eq!(differences(&back, &projected), Vec::<String>::new(), "{path}");
            }
        }
    }
}

/// Attributes that Spine adds, and no others are left out.
fn is_extra(name: &str, value: &str) -> bool {
    matches!((name, value), ("type" | "updateMode", _) | ("contextConductionInd", "false"))
}

/// The elements of a document from the one of that name on, with their attributes and texts.
fn outline(xml: &str, from: &str) -> Vec<String> {
    let tree = XmlTree::parse(xml.as_bytes(), &Limits::default()).unwrap();
    let nodes = (0..tree.len()).map(NodeId::from_index);
    let start = nodes.clone().find(|&node| tree.kind(node) == XmlKind::Element && tree.name(node) == from).unwrap();
    let end = tree.span(start).end;
    let inside = nodes.skip_while(|&node| node != start).take_while(|&node| tree.span(node).start < end);
    let mut lines = Vec::new();
    for node in inside.filter(|&node| tree.kind(node) == XmlKind::Element) {
        let mut attributes: Vec<_> = tree
            .attributes(node)
            .map(|attribute| (tree.name(attribute), tree.text(attribute)))
            .filter(|(name, value)| !is_extra(name, value))
            .collect();
        attributes.sort_unstable();
        let text = tree.element_text(node);
        lines.push(format!("{{{}}}{} {attributes:?} {}", tree.namespace(node), tree.name(node), text.trim()));
    }
    lines
}

#[test]
fn prescriptions_that_spine_released_are_read_to_the_last_value_and_written_again_as_they_were() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("eps-spine-responses/release");
    for (file, count) in
        [("release_success.xml", 1), ("repeat_dispensing_release_success.xml", 1), ("full_successful_release.xml", 20)]
    {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for compat in [Compat::NONE, Compat::nhs_eps_api()] {
            let context = context(compat);
            let (mut message, reading) = read(&text, &context);
            assert!(reading.findings.is_empty(), "{file}: {:#?}", reading.findings);
            assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{file}");
            let Body::ReleaseResponse(response) = &message.body else { panic!("{file}") };
            assert_eq!(response.released.len(), count, "{file}");
            assert_eq!(response.batch.len(), 2, "{file}");
            assert!(response.released.iter().all(|released| released.failure.is_empty()), "{file}");
            let written = EpsV3.write(&message, &context).unwrap_or_else(|findings| panic!("{file}: {findings:#?}"));
            validate(&written.text, "PORX_IN070101UK31.xsd");
            let root = "PrescriptionReleaseResponse";
            if compat == Compat::NONE {
                let (ours, theirs) = (outline(&written.text, root), outline(&text, root));
                for (ours, theirs) in ours.iter().zip(&theirs) {
                    assert_eq!(ours, theirs, "{file}");
                }
                assert_eq!(ours.len(), theirs.len(), "{file}");
            }
            let (back, _) = read(&written.text, &context);
            EpsV3.project(&mut message, &context);
            assert_eq!(differences(&back, &message), Vec::<String>::new(), "{file}");
        }
    }
}
