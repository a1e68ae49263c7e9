//! The order of the elements of a V3 message: what is published and what we write is in order, and each two neighbours
//! that change places are judged as the published schemas judge them.

use std::collections::BTreeSet;

use causeway_canonical::model::{Body, Kind};
use causeway_canonical::{Finding, Severity};
use causeway_syntax::{Limits, NodeId, Tree, XmlTree};
use causeway_tests::{corpus, generate};

use super::{by_interaction, context, published, refused_by_schema, v3, written};

/// Elements in which the schemas take anything, where they stand in a component.
const OPEN: [&str; 2] = ["ParentPrescription", "DispenseNotification"];

/// What the reader says of the order of a message.
fn disorder(message: &str) -> Vec<Finding> {
    let of_order = |finding: &Finding| finding.rule.name == "v3-order";
    v3().read(message.as_bytes(), &context()).findings.into_iter().filter(of_order).collect()
}

/// A message in which two neighbours have changed places.
struct Swap {
    /// Where, and which: `/PORX_IN020101UK31/…/name given family`.
    name: String,
    /// Whether the schemas look there.
    is_closed: bool,
    message: String,
}

/// Every swap of two neighbours with different names that no other message had at the same place.
fn swaps<'m>(messages: impl IntoIterator<Item = &'m str>) -> Vec<Swap> {
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

#[test]
fn every_two_neighbours_that_change_places_are_judged_as_the_schema_judges_them() {
    if corpus().is_none() {
        return;
    }
    let (mut closed, mut open) = (0, 0);
    let mut disagreements = Vec::new();
    for (interaction, samples) in by_interaction(published().into_iter().chain(written())) {
        let as_they_are: Vec<&str> = samples.iter().map(|sample| sample.interaction.as_str()).collect();
        let refused = refused_by_schema(&interaction, &as_they_are);
        let valid = as_they_are.into_iter().zip(refused).filter(|(_, refused)| !refused).map(|(message, _)| message);
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
    let swap = swaps([text.as_str()]).into_iter().find(is_meant).unwrap();
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
    let swap = swaps([text.as_str()]).into_iter().find(|swap| swap.name.ends_with("id creationTime")).unwrap();
    let said = disorder(&swap.message);
    let [finding] = said.as_slice() else { panic!("{said:#?}") };
    assert_eq!(finding.message, "expected `id` before `creationTime`");
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.path.ends_with("/id"), "{}", finding.path);
    let tree = XmlTree::parse(swap.message.as_bytes(), &Limits::default()).unwrap();
    let misplaced = tree.elements(tree.root()).nth(1).unwrap();
    assert_eq!(finding.position, tree.position(misplaced));
}
