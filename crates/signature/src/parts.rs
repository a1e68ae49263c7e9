//! The parts of a ParentPrescription that are signed, found in its XML (signature.md §2).
//!
//! Invariants:
//! - A part that could be meant by two elements is refused: a reader could take the one, and the signature cover the
//!   other. Names count whatever their namespace, and then the namespace must be that of the prescription.
//! - What is found is what the fragments are made of; nothing else is looked at.

use causeway_canonical::identifier::PrescriptionShortId;
use causeway_canonical::{DateTime, Finding};
use causeway_syntax::{NodeId, Tree, XmlTree};
use jiff::Timestamp;

use crate::rules;

/// The namespace of V3.
pub(crate) const V3: &str = "urn:hl7-org:v3";
/// Root of the short prescription id.
const SHORT_ID: &str = "2.16.840.1.113883.2.1.3.2.4.18.8";

/// The document that holds one prescription.
const DOCUMENT: &str = "ParentPrescription";

/// The signed parts of one prescription.
pub(crate) struct Parts {
    pub(crate) time: NodeId,
    pub(crate) prescription_id: NodeId,
    pub(crate) agent: NodeId,
    pub(crate) patient: NodeId,
    pub(crate) items: Vec<NodeId>,
    /// The element that holds the signature.
    pub(crate) signature_text: NodeId,
}

/// The prescription documents of an XML document, wherever they stand: alone, in an order, in a release response.
pub(crate) fn documents(tree: &XmlTree<'_>) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    for node in (tree.root().index()..tree.len()).map(NodeId::from_index) {
        let nested = found.last().is_some_and(|last| tree.span(node).start < tree.span(*last).end);
        if !nested && is_document(tree, node) {
            found.push(node);
        }
    }
    found
}

fn is_document(tree: &XmlTree<'_>, node: NodeId) -> bool {
    tree.kind(node) == causeway_syntax::XmlKind::Element
        && tree.name(node) == DOCUMENT
        && matches!(tree.namespace(node), V3 | "")
}

/// Finds the parts of a document.
pub(crate) fn find(tree: &XmlTree<'_>, document: NodeId) -> Result<Parts, Finding> {
    let search = Search { tree, namespace: tree.namespace(document) };
    let information = search.one(document, "pertinentInformation1")?;
    let prescription = search.one(information, "pertinentPrescription")?;
    let author = search.one(prescription, "author")?;
    let items = search
        .all(prescription, "pertinentInformation2")?
        .into_iter()
        .map(|relation| search.one(relation, "pertinentLineItem"))
        .collect::<Result<Vec<_>, _>>()?;
    if items.is_empty() {
        return Err(search.complain(prescription, "expected at least one pertinentLineItem"));
    }
    // The long id and the short one; only the first is signed.
    let [prescription_id, _] = search.all(prescription, "id")?[..] else {
        return Err(search.complain(prescription, "expected two elements id, the long one and the short one"));
    };
    Ok(Parts {
        time: search.one(author, "time")?,
        prescription_id,
        agent: search.one(author, "AgentPerson")?,
        patient: search.one(document, "recordTarget")?,
        items,
        signature_text: search.one(author, "signatureText")?,
    })
}

/// The short id of the prescription in a document, for the report; none if it is not where it should be or not of the form
/// of one, for then it could be anything.
pub(crate) fn short_id(tree: &XmlTree<'_>, document: NodeId) -> Option<PrescriptionShortId> {
    let child = |of: NodeId, name: &str| tree.elements(of).find(|&node| tree.name(node) == name);
    let prescription = child(child(document, "pertinentInformation1")?, "pertinentPrescription")?;
    let is_short = |node: &NodeId| tree.attribute(*node, "root").is_some_and(|root| tree.text(root) == SHORT_ID);
    let id = tree.elements(prescription).filter(|&node| tree.name(node) == "id").find(is_short)?;
    let extension = tree.attribute(id, "extension")?;
    Some(PrescriptionShortId::new(tree.text(extension))).filter(has_form)
}

/// Whether an id has the form of one, whatever its check character.
pub(crate) fn has_form(id: &PrescriptionShortId) -> bool {
    id.without_check_character().is_some()
}

/// The time of the author, as the message has it and as an instant.
pub(crate) fn author_time(tree: &XmlTree<'_>, parts: &Parts) -> Result<(DateTime, Timestamp), Finding> {
    let value = tree.attribute(parts.time, "value");
    let time = value.and_then(|value| DateTime::from_v3_timestamp(tree.text(value)).ok());
    time.and_then(|time| time.instant().map(|instant| (time, instant))).ok_or_else(|| {
        let message = "expected the time at which the author signed, with day and time of day";
        at(tree, parts.time, Finding::new(&rules::SIGNATURE_FORMAT, message))
    })
}

/// A finding at a node.
pub(crate) fn at(tree: &XmlTree<'_>, node: NodeId, finding: Finding) -> Finding {
    finding.at(tree.path(node), tree.position(node))
}

struct Search<'t, 's> {
    tree: &'t XmlTree<'s>,
    namespace: &'t str,
}

impl Search<'_, '_> {
    fn one(&self, of: NodeId, name: &'static str) -> Result<NodeId, Finding> {
        match self.all(of, name)?.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.complain(of, format!("expected an element {name}"))),
            [_, second, ..] => Err(self.complain(*second, format!("expected one element {name}, found another"))),
        }
    }

    fn all(&self, of: NodeId, name: &'static str) -> Result<Vec<NodeId>, Finding> {
        let named: Vec<_> = self.tree.elements(of).filter(|&node| self.tree.name(node) == name).collect();
        match named.iter().find(|&&node| self.tree.namespace(node) != self.namespace) {
            Some(&foreign) => {
                Err(self.complain(foreign, format!("expected {name} in the namespace of the prescription")))
            }
            None => Ok(named),
        }
    }

    fn complain(&self, node: NodeId, message: impl Into<std::borrow::Cow<'static, str>>) -> Finding {
        at(self.tree, node, Finding::new(&rules::SIGNATURE_PRESCRIPTION, message))
    }
}
