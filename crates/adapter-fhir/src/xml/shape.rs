//! What FHIR XML may not hold, whatever its elements mean: other namespaces, text, empty attributes, values with
//! children, several resources in one place (FHIR R4, xml.html).

use causeway_canonical::{Finding, Rule};
use causeway_syntax::{NodeId, Tree, XmlKind};

use super::{FhirXmlTree, NAMESPACE};
use crate::rules;

/// So many faults are shown.
const MOST_REPORTED: usize = 100;

/// Everything that is wrong with the form.
pub fn check(tree: &FhirXmlTree<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut next = 0;
    while next < tree.len() && findings.len() < MOST_REPORTED {
        let node = NodeId::from_index(next);
        next += 1;
        if let Some((rule, message)) = fault(tree, node) {
            findings.push(Finding::new(rule, message).at(tree.path(node), tree.position(node)));
        }
        if tree.is_xhtml(node) || is_foreign(tree, node) {
            next = tree.xml().subtree(node).end;
        }
    }
    findings
}

fn is_foreign(tree: &FhirXmlTree<'_>, node: NodeId) -> bool {
    tree.xml().kind(node) == XmlKind::Element && tree.xml().namespace(node) != NAMESPACE && !tree.is_xhtml(node)
}

fn fault(tree: &FhirXmlTree<'_>, node: NodeId) -> Option<(&'static Rule, &'static str)> {
    let xml = tree.xml();
    match xml.kind(node) {
        XmlKind::Element if is_foreign(tree, node) => {
            Some((&rules::XML_NAMESPACE, "an element of the namespace http://hl7.org/fhir is expected here"))
        }
        XmlKind::Element if !tree.is_xhtml(node) => element_fault(tree, node),
        XmlKind::Text if tree.is_value(node) => Some((&rules::XML_TEXT, "no text is expected between elements")),
        XmlKind::Attribute if xml.text(node).is_empty() => {
            Some((&rules::STRUCTURE, "an attribute that is not empty is expected"))
        }
        _ => None,
    }
}

fn element_fault(tree: &FhirXmlTree<'_>, node: NodeId) -> Option<(&'static Rule, &'static str)> {
    let xml = tree.xml();
    let mut children = xml.elements(node);
    if xml.attribute(node, "value").is_some() && children.any(|child| xml.name(child) != "extension") {
        return Some((&rules::STRUCTURE, "a value or child elements are expected here, and not both"));
    }
    let mut children = xml.elements(node);
    let has_resource = xml.elements(node).any(|child| tree.is_resource(child));
    if has_resource && (tree.is_resource(node) || children.nth(1).is_some()) {
        return Some((&rules::STRUCTURE, "a resource is expected to be the only content of the element around it"));
    }
    None
}
