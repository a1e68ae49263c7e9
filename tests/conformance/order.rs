//! The order of the elements of a V3 message: what is published and what we write is in order, and each two neighbours
//! that change places are judged as the published schemas judge them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use causeway_canonical::model::{Body, Kind};
use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_syntax::{Limits, NodeId, Tree, XmlTree};
use causeway_tests::{corpus, generate};
use causeway_translate::registry;

/// Prescriptions as Spine releases them.
const RELEASES: [&str; 3] =
    ["full_successful_release.xml", "release_success.xml", "repeat_dispensing_release_success.xml"];

/// Published messages that their schema refuses: an AgentPerson without agentPerson (EPS-D17).
const INVALID: [&str; 1] = ["responsible-party-org/cancellations/3-"];

/// Elements in which the schemas take anything, where they stand in a component.
const OPEN: [&str; 2] = ["ParentPrescription", "DispenseNotification"];

fn context() -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

fn v3() -> &'static dyn Adapter {
    registry::adapter("eps-hl7v3").unwrap()
}

/// What the reader says of the order of a message.
fn disorder(message: &str) -> Vec<Finding> {
    let of_order = |finding: &Finding| finding.rule.name == "v3-order";
    v3().read(message.as_bytes(), &context()).findings.into_iter().filter(of_order).collect()
}

/// The published messages.
fn published() -> Vec<(String, String)> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let pairs = std::fs::read_to_string(corpus.join("eps-pairs/pairs.json")).unwrap();
    let pairs: Vec<serde_json::Value> = serde_json::from_str(&pairs).unwrap();
    let of_pairs = pairs.iter().map(|pair| PathBuf::from("eps-pairs").join(pair["v3"].as_str().unwrap()));
    let releases = RELEASES.iter().map(|name| PathBuf::from("eps-spine-responses/release").join(name));
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(corpus.join(path)).unwrap());
    let messages: Vec<_> = of_pairs.chain(releases).map(read).collect();
    assert_eq!(messages.len(), 66);
    messages
}

/// Messages that we write, of every kind, with much in them and with little.
fn written() -> Vec<(String, String)> {
    let cases = Kind::ALL.iter().flat_map(|kind| (0..12_u8).map(move |seed| (*kind, seed)));
    let write = |(kind, seed): (Kind, u8)| {
        let message = generate::message(kind, u64::from(seed), 100 - seed * 9);
        let written = v3().write(&message, &context()).unwrap_or_else(|findings| panic!("{kind} {seed}: {findings:?}"));
        (format!("{kind} {seed}"), written.text)
    };
    cases.map(write).collect()
}

#[test]
fn what_is_published_and_what_we_write_is_in_order() {
    let mut interactions = BTreeSet::new();
    for (name, message) in published().into_iter().chain(written()) {
        interactions.insert(interaction(&message));
        let reading = v3().read(message.as_bytes(), &context());
        let structure = ["v3-order", "v3-repeated"];
        let said: Vec<&Finding> =
            reading.findings.iter().filter(|finding| structure.contains(&finding.rule.name)).collect();
        assert!(said.is_empty(), "{name}: {said:#?}");
    }
    assert!(interactions.len() >= 13, "{interactions:?}");
}

/// A message in which two neighbours have changed places.
struct Swap {
    /// Where, and which: `/PORX_IN020101UK31/…/name given family`.
    name: String,
    /// Whether the schemas look there.
    is_closed: bool,
    message: String,
}

/// The interaction's name, as the schemas have it.
fn interaction(message: &str) -> String {
    let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
    tree.name(tree.root()).replace("SM", "UK")
}

/// Every swap of two neighbours with different names that no other message had at the same place.
fn swaps<'m>(messages: impl IntoIterator<Item = &'m String>) -> Vec<Swap> {
    let mut known = BTreeSet::new();
    let mut swaps = Vec::new();
    for message in messages {
        let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
        for first in (0..tree.len()).map(NodeId::from_index) {
            let Some(parent) = tree.parent(first).filter(|parent| tree.namespace(*parent) == "urn:hl7-org:v3") else {
                continue;
            };
            let mut after = tree.elements(parent).skip_while(|node| *node != first).skip(1);
            let Some(second) = after.next().filter(|second| tree.name(*second) != tree.name(first)) else { continue };
            let place: Vec<&str> = ancestors(&tree, parent).collect();
            let name = format!("{} {} {}", place.join(" < "), tree.name(first), tree.name(second)).replace("SM", "UK");
            if !known.insert(name.clone()) {
                continue;
            }
            let (a, b) = (tree.span(first), tree.span(second));
            let pieces =
                [&message[..a.start], &message[b.clone()], &message[a.end..b.start], &message[a], &message[b.end..]];
            let is_open = place.windows(2).any(|pair| OPEN.contains(&pair[0]) && pair[1] == "component");
            swaps.push(Swap { name, is_closed: !is_open, message: pieces.concat() });
        }
    }
    swaps
}

/// The names of an element and all around it.
fn ancestors<'t>(tree: &'t XmlTree<'_>, node: NodeId) -> impl Iterator<Item = &'t str> {
    std::iter::successors(Some(node), |node| tree.parent(*node)).map(|node| tree.name(node))
}

/// Which of the messages of one interaction the published schema refuses.
fn refused_by_schema(interaction: &str, messages: &[&str]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    for (number, message) in messages.iter().enumerate() {
        let renamed = message.replace(&interaction.replace("UK", "SM"), interaction);
        std::fs::write(folder.path().join(format!("{number}.xml")), renamed).unwrap();
    }
    let schema = corpus().unwrap().join(format!("schemas-v3/eps/Schemas/{interaction}.xsd"));
    let mut check = Command::new("xmllint");
    check.current_dir(folder.path()).args(["--noout", "--nonet", "--schema"]).arg(schema);
    check.args((0..messages.len()).map(|number| format!("{number}.xml")));
    let said = String::from_utf8(check.output().expect("install libxml2-utils").stderr).unwrap();
    let verdict = |number: usize| {
        let says = |what: &str| said.lines().any(|line| line == format!("{number}.xml {what}"));
        assert!(says("validates") != says("fails to validate"), "no verdict: {said}");
        says("fails to validate")
    };
    (0..messages.len()).map(verdict).collect()
}

#[test]
fn every_two_neighbours_that_change_places_are_judged_as_the_schema_judges_them() {
    if corpus().is_none() {
        return;
    }
    let mut by_interaction: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for named in published().into_iter().chain(written()) {
        by_interaction.entry(interaction(&named.1)).or_default().push(named);
    }
    let (mut closed, mut open) = (0, 0);
    let mut disagreements = Vec::new();
    for (interaction, messages) in by_interaction {
        let as_they_are: Vec<&str> = messages.iter().map(|(_, message)| message.as_str()).collect();
        let refused = refused_by_schema(&interaction, &as_they_are);
        let (invalid, valid): (Vec<_>, Vec<_>) = messages.iter().zip(refused).partition(|(_, refused)| *refused);
        for ((name, _), _) in invalid {
            assert!(INVALID.iter().any(|part| name.contains(part)), "{name} is not valid before a swap");
        }
        let valid = valid.into_iter().map(|((_, message), _)| message);
        let (in_schema, beyond): (Vec<Swap>, Vec<Swap>) = swaps(valid).into_iter().partition(|swap| swap.is_closed);
        let swapped: Vec<&str> = in_schema.iter().map(|swap| swap.message.as_str()).collect();
        for (swap, refused) in in_schema.iter().zip(refused_by_schema(&interaction, &swapped)) {
            if disorder(&swap.message).is_empty() == refused {
                let verdict = if refused { "the schema alone refuses" } else { "the schema takes" };
                disagreements.push(format!("{verdict} {}", swap.name));
            }
        }
        for swap in &beyond {
            let may_be_mixed = swap.name.starts_with("addr ") || swap.name.starts_with("name ");
            if disorder(&swap.message).is_empty() != may_be_mixed {
                disagreements.push(format!("beyond the schema {}", swap.name));
            }
        }
        closed += in_schema.len();
        open += beyond.len();
    }
    assert!(disagreements.is_empty(), "{} of {closed} and {open}\n{}", disagreements.len(), disagreements.join("\n"));
    assert!(closed > 500 && open > 50, "{closed} and {open} swaps are too few to say anything");
}

#[test]
fn a_released_prescription_that_is_out_of_order_fails_alone() {
    let text = v3().write(&generate::message(Kind::ReleaseResponse, 1, 100), &context()).unwrap().text;
    let is_meant = |swap: &Swap| swap.name.starts_with("pertinentPrescription ") && swap.name.ends_with("id code");
    let swap = swaps([&text]).into_iter().find(is_meant).unwrap();
    let reading = v3().read(swap.message.as_bytes(), &context());
    assert!(reading.findings.iter().any(|it| it.rule.name == "v3-order" && it.severity == Severity::Warning));
    let Some(Body::ReleaseResponse(response)) = reading.message.map(|message| message.body) else {
        panic!("no release")
    };
    let failed: Vec<bool> = response.released.iter().map(|released| !released.failure.is_empty()).collect();
    assert!(failed.len() > 1 && failed[0] && !failed[1..].contains(&true), "{failed:?}");
}

#[test]
fn a_misplaced_element_is_named_with_its_place_and_what_it_should_precede() {
    let message = generate::message(Kind::Return, 1, 100);
    let text = v3().write(&message, &context()).unwrap().text;
    let swap = swaps([&text]).into_iter().find(|swap| swap.name.ends_with("id creationTime")).unwrap();
    let said = disorder(&swap.message);
    let [finding] = said.as_slice() else { panic!("{said:#?}") };
    assert_eq!(finding.message, "expected `id` before `creationTime`");
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.path.ends_with("/id"), "{}", finding.path);
    let tree = XmlTree::parse(swap.message.as_bytes(), &Limits::default()).unwrap();
    let misplaced = tree.elements(tree.root()).nth(1).unwrap();
    assert_eq!(finding.position, tree.position(misplaced));
}
