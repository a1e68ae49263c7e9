//! The shape of a message: unknown, missing and exclusive elements, attributes and text.
//!
//! Invariants:
//! - One walk over the tree; a message without faults costs no memory.
//! - An element that is unknown or of another namespace has one finding, and none for what is in it.
//! - What is wrong with a prescription in a release is a warning: the reader has put aside what it cannot read, and the
//!   other prescriptions pass.
//! - After [`MOST`] findings the walk says no more: whoever mends the message starts with the first.

use std::cell::OnceCell;
use std::collections::HashMap;

use causeway_canonical::{Finding, Rule, Severity};
use causeway_syntax::{NodeId, Tree, XmlKind, XmlTree};

use super::rules::{
    V3_ATTRIBUTE_FORM, V3_DATA_TYPE, V3_EXCLUSIVE, V3_FIXED_ATTRIBUTE, V3_MISSING_ATTRIBUTE, V3_MISSING_ELEMENT,
    V3_NAMESPACE, V3_TEXT, V3_UNKNOWN_ATTRIBUTE, V3_UNKNOWN_ELEMENT,
};
use super::{Content, Form, Occurs, Place, RELEASED, Type, interactions};
use crate::element::NAMESPACE;
use crate::rules::{V3_CODE, V3_FIXED_VALUE, V3_ID, V3_INTERACTION_ID, V3_NUMBER, V3_REQUIRED, V3_TIME, V3_USE};

/// The namespace of `xsi:type`.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// What the reader says of an element when its value is wrong.
static OF_VALUES: [&Rule; 7] = [&V3_CODE, &V3_FIXED_VALUE, &V3_ID, &V3_INTERACTION_ID, &V3_NUMBER, &V3_TIME, &V3_USE];

/// More findings than these nobody reads.
const MOST: usize = 1000;

/// Holds a message against the grammar of its interaction, order and repetition apart, which its reader looks at. A message
/// that is none of the interactions has no shape, and its reader has said so.
///
/// `said` are the findings of the reader, which are not said again.
pub fn check(tree: &XmlTree<'_>, said: &[Finding]) -> Vec<Finding> {
    let Some((root, of)) = interaction(tree) else { return Vec::new() };
    let mut walk =
        Walk { tree, said: Said { findings: said, places: OnceCell::new() }, severity: None, findings: Vec::new() };
    walk.element(root, of);
    walk.findings
}

/// The interaction: the document element, or what stands in an envelope.
fn interaction(tree: &XmlTree<'_>) -> Option<(NodeId, &'static Type)> {
    let of = |node: NodeId| {
        let is_v3 = tree.kind(node) == XmlKind::Element && tree.namespace(node) == NAMESPACE;
        interactions::of(tree.name(node)).filter(|_| is_v3).map(|of| (node, of))
    };
    let root = tree.root();
    let has_envelope = tree.name(root) == "Envelope";
    of(root).or_else(|| tree.subtree(root).filter(|_| has_envelope).map(NodeId::from_index).find_map(of))
}

struct Walk<'t> {
    tree: &'t XmlTree<'t>,
    said: Said<'t>,
    /// Severity of what is found here, if it is not that of its rule.
    severity: Option<Severity>,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    /// Types nest as deep as the document, whose depth is limited.
    fn element(&mut self, element: NodeId, of: &'static Type) {
        let outer = self.severity;
        if std::ptr::eq(of, &RELEASED) {
            self.severity = Some(Severity::Warning);
        }
        self.attributes(element, of);
        self.content(element, of);
        self.severity = outer;
    }

    fn attributes(&mut self, element: NodeId, of: &Type) {
        let tree = self.tree;
        for attribute in tree.attributes(element) {
            if !tree.prefix(attribute).is_empty() {
                self.foreign_attribute(element, attribute, of);
                continue;
            }
            match of.sort.attribute(tree.name(attribute)) {
                None => self.unknown_attribute(attribute),
                Some(known) if known.form.admits(tree.text(attribute)) => {}
                Some(known) => self.wrong_attribute(element, attribute, &known.form),
            }
        }
        for needed in of.sort.own.iter().filter(|attribute| attribute.occurs == Occurs::one) {
            if tree.attribute(element, needed.name).is_none() && !self.said.is_missed(&tree.path(element), needed.name)
            {
                self.complain(&V3_MISSING_ATTRIBUTE, element, || format!("expected an attribute `{}`", needed.name));
            }
        }
    }

    fn content(&mut self, element: NodeId, of: &'static Type) {
        let tree = self.tree;
        let (mut once, mut twice, mut at) = (0_u64, 0_u64, 0);
        let mut has_text = false;
        for child in tree.children(element) {
            match tree.kind(child) {
                XmlKind::Element if tree.namespace(child) == NAMESPACE => {
                    let Some((place, known)) = of.find(tree.name(child).as_bytes(), at) else {
                        self.unknown_element(child);
                        continue;
                    };
                    at = place;
                    twice |= once & bit(place);
                    once |= bit(place);
                    self.element(child, known.of);
                }
                XmlKind::Element => self.foreign_element(child, of),
                XmlKind::Text if of.sort.content == Content::elements && !has_text && tree.is_value(child) => {
                    has_text = true;
                    self.complain(&V3_TEXT, child, || "expected elements only, and no text".to_owned());
                }
                _ => {}
            }
        }
        for (number, place) in of.places.iter().enumerate() {
            let count = usize::from(once & bit(number) != 0) + usize::from(twice & bit(number) != 0);
            if count < place.occurs.least() {
                self.missing_element(element, place, count);
            }
        }
        for names in of.apart {
            self.exclusive(element, names);
        }
    }

    #[cold]
    fn unknown_element(&mut self, element: NodeId) {
        self.complain(&V3_UNKNOWN_ELEMENT, element, || "expected no such element here".to_owned());
    }

    fn foreign_element(&mut self, element: NodeId, of: &Type) {
        let is_free = of.sort.content == Content::open && !self.tree.namespace(element).is_empty();
        if is_free {
            return;
        }
        if of.find(self.tree.name(element).as_bytes(), 0).is_some() {
            self.complain(&V3_NAMESPACE, element, || format!("expected this element in the namespace {NAMESPACE}"));
        } else {
            self.unknown_element(element);
        }
    }

    #[cold]
    fn missing_element(&mut self, element: NodeId, place: &'static Place, count: usize) {
        let names: Vec<&str> = place.choice.iter().map(|child| child.name).collect();
        let path = self.tree.path(element);
        let has_namesake =
            |name: &&str| self.tree.elements(element).filter(|it| self.tree.name(*it) == *name).count() > count;
        if names.iter().any(|name| has_namesake(name) || self.said.is_missed(&path, name)) {
            return;
        }
        let article = if count == 0 { "an" } else { "a second" };
        let message = format!("expected {article} element `{}`", names.join("` or `"));
        self.complain(&V3_MISSING_ELEMENT, element, || message);
    }

    /// Children that may not stand together: the last of them is one too many.
    fn exclusive(&mut self, element: NodeId, names: &'static [&'static str]) {
        let tree = self.tree;
        let found = |name: &&str| tree.elements_named(element, NAMESPACE, name).next();
        if let (true, Some((last, others))) = (names.iter().all(|name| found(name).is_some()), names.split_last())
            && let Some(node) = found(last)
        {
            self.complain(&V3_EXCLUSIVE, node, || format!("expected no `{last}` beside `{}`", others.join("` and `")));
        }
    }

    #[cold]
    fn unknown_attribute(&mut self, attribute: NodeId) {
        self.complain(&V3_UNKNOWN_ATTRIBUTE, attribute, || "expected no such attribute here".to_owned());
    }

    #[cold]
    fn wrong_attribute(&mut self, element: NodeId, attribute: NodeId, form: &Form) {
        let rule = if matches!(form, Form::Fixed(_)) { &V3_FIXED_ATTRIBUTE } else { &V3_ATTRIBUTE_FORM };
        let (name, path) = (self.tree.name(attribute), self.tree.path(element));
        if !self.said.is_of_value(&path) && !self.said.is_missed(&path, name) {
            self.complain(rule, attribute, || format!("expected `{name}` to be {form}"));
        }
    }

    /// Of the attributes of other namespaces only those of XML Schema are known, which say where a schema is or which type
    /// an element has.
    fn foreign_attribute(&mut self, element: NodeId, attribute: NodeId, of: &Type) {
        let tree = self.tree;
        match (tree.namespace(attribute), tree.name(attribute)) {
            (XSI, "schemaLocation" | "noNamespaceSchemaLocation") => {}
            (XSI, "type") if self.is_type(element, tree.text(attribute).trim_ascii(), of) => {}
            (XSI, "type") => {
                self.complain(&V3_DATA_TYPE, attribute, || "expected the type that the message model gives".to_owned());
            }
            _ => self.unknown_attribute(attribute),
        }
    }

    /// Whether a qualified name is that of the type.
    fn is_type(&self, element: NodeId, name: &str, of: &Type) -> bool {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let around = std::iter::successors(Some(element), |node| self.tree.parent(*node));
        let mut declared = around.flat_map(|node| self.tree.namespaces(node));
        let namespace = declared.find(|it| self.tree.name(*it) == prefix).map(|it| self.tree.text(it));
        of.is_data_type() && local == of.name && namespace == Some(NAMESPACE)
    }

    fn complain(&mut self, rule: &'static Rule, node: NodeId, message: impl FnOnce() -> String) {
        if self.findings.len() >= MOST {
            return;
        }
        let path = self.tree.path(node);
        if self.said.of(&path).is_empty() || rule == &V3_MISSING_ELEMENT || rule == &V3_MISSING_ATTRIBUTE {
            let mut finding = Finding::new(rule, message()).at(path, self.tree.position(node));
            finding.severity = self.severity.unwrap_or(finding.severity);
            self.findings.push(finding);
        }
    }
}

/// A type has fewer places than a number has bits, which a test proves.
fn bit(place: usize) -> u64 {
    1_u64.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// What the reader has said, by its place.
struct Said<'s> {
    findings: &'s [Finding],
    places: OnceCell<HashMap<&'s str, Vec<&'s Finding>>>,
}

impl<'s> Said<'s> {
    fn of(&self, path: &str) -> &[&'s Finding] {
        let places = self.places.get_or_init(|| {
            let mut places: HashMap<&str, Vec<&Finding>> = HashMap::new();
            for finding in self.findings {
                places.entry(finding.path.as_str()).or_default().push(finding);
            }
            places
        });
        places.get(path).map_or(&[], Vec::as_slice)
    }

    /// Whether something of that name is said to be missing in an element.
    fn is_missed(&self, path: &str, name: &str) -> bool {
        let quoted = format!("`{name}`");
        self.of(path).iter().any(|finding| finding.rule == &V3_REQUIRED && finding.message.contains(&quoted))
    }

    /// Whether the value of an element is said to be wrong.
    fn is_of_value(&self, path: &str) -> bool {
        self.of(path).iter().any(|finding| OF_VALUES.contains(&finding.rule))
    }
}

#[cfg(test)]
mod tests;
