//! Without the compatibility switch, each value that differs from a published message is a numbered defect set right.

use std::collections::{BTreeMap, BTreeSet};

use causeway_syntax::{Limits, NodeId, Tree, XmlTree};
use causeway_tests::{corpus_context, with_their_ids};

use crate::published::{all_pairs, as_the_request_has_it, is_faulty, success, translate};

/// A defect of the published translator, and where it shows: the end of a path, without positions.
const DEFECTS: &[(&str, &str)] = &[
    ("EPS-D09", "/pertinentPrescription/author/AgentPerson/agentPerson/id/@extension"),
    ("EPS-D09", "/pertinentPrescription/responsibleParty/AgentPerson/agentPerson/id/@extension"),
    ("EPS-D20", "/ETPWithdraw/author/AgentPersonSDS/agentPersonSDS/id/@extension"),
    ("EPS-D37", "/pertinentSuppliedLineItem/component1/supplyRequest/code/@code"),
    ("EPS-D37", "/pertinentSuppliedLineItem/component1/supplyRequest/code/@displayName"),
    ("EPS-D45", "/suppliedManufacturedProduct/manufacturedSuppliedMaterial/@determinerCode"),
];

/// The values of a document by their paths, ids in upper case.
fn values(xml: &str) -> BTreeMap<String, String> {
    let tree = XmlTree::parse(xml.as_bytes(), &Limits::default()).unwrap();
    let nodes = (0..tree.len()).map(NodeId::from_index).filter(|node| tree.is_value(*node));
    nodes
        .map(|node| {
            let (path, value) = (tree.path(node), tree.text(node));
            let value = if path.ends_with("/@root") { value.to_ascii_uppercase() } else { value.to_owned() };
            (path, value)
        })
        .collect()
}

fn without_positions(path: &str) -> String {
    path.split('/').map(|step| step.split('[').next().unwrap()).collect::<Vec<_>>().join("/")
}

#[test]
fn every_difference_from_a_published_message_is_a_defect_set_right() {
    let Some(context) = corpus_context() else { return };
    let folder = tempfile::tempdir().unwrap();
    let right = folder.path().join("context.toml");
    let text = std::fs::read_to_string(context).unwrap();
    assert!(text.contains("compat = \"nhs-eps-api\""));
    std::fs::write(&right, text.replace("compat = \"nhs-eps-api\"", "compat = \"none\"")).unwrap();

    let mut unexplained = Vec::new();
    let mut seen = BTreeSet::new();
    for pair in all_pairs().iter().filter(|pair| !is_faulty(pair)) {
        let request = std::fs::read_to_string(&pair.request).unwrap();
        let ours = success(&translate("fhir-r4-json", "eps-hl7v3", &right, request.as_bytes())).unwrap();
        let theirs = with_their_ids(&as_the_request_has_it(pair, &request), &request, &ours);
        let (ours, theirs) = (values(&ours), values(&theirs));
        let paths: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        for path in paths.into_iter().filter(|path| ours.get(*path) != theirs.get(*path)) {
            let place = without_positions(path);
            match DEFECTS.iter().find(|(_, end)| place.ends_with(end)) {
                Some(row) if ours.contains_key(path) && theirs.contains_key(path) => drop(seen.insert(*row)),
                _ => unexplained.push(format!("{}\n  {path}", pair.name)),
            }
        }
    }
    assert!(unexplained.is_empty(), "{} differences\n{}", unexplained.len(), unexplained.join("\n"));
    assert_eq!(seen, DEFECTS.iter().copied().collect(), "a row that explains nothing");
}
