//! Reading: a cursor over the tree that marks what it understands and collects what is wrong.
//!
//! Invariants:
//! - Only elements of the namespace `urn:hl7-org:v3` are seen, whatever their prefix.
//! - A value is marked when it is read, and not before: what nobody asks for stays unread, and so is reported as lost.
//! - Nothing here stops at a problem. A missing part gives a finding and `None`.

use std::borrow::Cow;
use std::cell::RefCell;

use causeway_canonical::ledger::{FieldRef, MapRule, Mark, Scope};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Compat, Marks};
use causeway_syntax::findings::{note, note_all};
use causeway_syntax::{NodeId, Tree, XmlTree};

use crate::rules;
use crate::spec::{self, Class, Fact, FixedCode, FixedId};
use crate::tables;

/// The namespace of HL7 V3.
pub(crate) const NAMESPACE: &str = "urn:hl7-org:v3";

/// One document that is being read.
pub(crate) struct Source<'t> {
    pub(crate) tree: &'t XmlTree<'t>,
    pub(crate) marks: Marks,
    pub(crate) compat: Compat,
    findings: RefCell<Vec<Finding>>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(tree: &'t XmlTree<'t>, compat: Compat) -> Self {
        Source { tree, marks: Marks::new(tree.len()), compat, findings: RefCell::default() }
    }

    pub(crate) fn root(&self) -> Element<'_> {
        Element { source: self, node: self.tree.root() }
    }

    pub(crate) fn into_parts(self) -> (Marks, Vec<Finding>) {
        (self.marks, self.findings.into_inner())
    }

    /// Reads with the findings kept apart from those of the rest.
    pub(crate) fn aside<R>(&self, read: impl FnOnce() -> R) -> (R, Vec<Finding>) {
        let outer = self.findings.take();
        let result = read();
        (result, self.findings.replace(outer))
    }

    /// Notes findings that were kept apart.
    pub(crate) fn note(&self, findings: impl IntoIterator<Item = Finding>) {
        note_all(&mut self.findings.borrow_mut(), findings);
    }

    /// Whether there is a finding of that rule at that place already.
    pub(crate) fn has_said(&self, rule: &'static Rule, node: NodeId) -> bool {
        let path = self.tree.path(node);
        self.findings.borrow().iter().any(|finding| finding.rule == rule && finding.path == path)
    }

    pub(crate) fn complain(&self, rule: &'static Rule, node: NodeId, message: impl Into<Cow<'static, str>>) {
        let finding = || Finding::new(rule, message).at(self.tree.path(node), self.tree.position(node));
        note(&mut self.findings.borrow_mut(), finding);
    }
}

/// One element that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Element<'t> {
    source: &'t Source<'t>,
    node: NodeId,
}

impl<'t> Element<'t> {
    pub(crate) fn source(self) -> &'t Source<'t> {
        self.source
    }

    pub(crate) fn node(self) -> NodeId {
        self.node
    }

    /// Reads a part of the message: the fields that are marked meanwhile stand in `scope`.
    pub(crate) fn within<R>(self, scope: Scope, read: impl FnOnce() -> R) -> R {
        self.source.marks.within(scope, read)
    }

    /// The part of the message that is being read.
    pub(crate) fn scope(self) -> Scope {
        self.source.marks.scope()
    }

    pub(crate) fn compat(self) -> Compat {
        self.source.compat
    }

    pub(crate) fn name(self) -> &'t str {
        self.source.tree.name(self.node)
    }

    pub(crate) fn namespace(self) -> &'t str {
        self.source.tree.namespace(self.node)
    }

    /// The child elements, of whatever namespace.
    pub(crate) fn elements(self) -> impl Iterator<Item = Element<'t>> + 't {
        let source = self.source;
        source.tree.elements(self.node).map(move |node| Element { source, node })
    }

    pub(crate) fn complain(self, rule: &'static Rule, message: impl Into<Cow<'static, str>>) {
        self.source.complain(rule, self.node, message);
    }

    /// Checks and marks the fixed attributes. An element without any content or attribute carries no value.
    pub(crate) fn open(self, class: &'static Class) -> Self {
        for (name, expected) in class.fixed.iter().chain(class.optional) {
            self.fixed(name, expected);
        }
        for (name, row) in [("type", tables::ITS_TYPE), ("updateMode", tables::UPDATE_MODE)] {
            if let Some(node) = self.source.tree.attribute(self.node, name) {
                self.source.marks.set(node, Mark::Unmodelled(row));
            }
        }
        if self.source.tree.is_value(self.node) {
            self.source.marks.set(self.node, Mark::Structural);
        }
        self
    }

    /// The child of that class, if there is one; of several the first.
    pub(crate) fn optional(self, class: &'static Class) -> Option<Element<'t>> {
        let mut children = self.all(class);
        let first = children.next();
        if let Some(second) = children.next() {
            second.complain(&rules::V3_REPEATED, format!("expected one `{}`, found several", class.name));
        }
        first.map(|child| child.open(class))
    }

    /// The child of that class, or a finding.
    pub(crate) fn required(self, class: &'static Class) -> Option<Element<'t>> {
        let child = self.optional(class);
        if child.is_none() {
            self.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", class.name));
        }
        child
    }

    /// The children of that class, in order, not yet opened.
    pub(crate) fn all(self, class: &'static Class) -> impl Iterator<Item = Element<'t>> + 't {
        let (source, tree) = (self.source, self.source.tree);
        tree.elements_named(self.node, NAMESPACE, class.name).map(move |node| Element { source, node })
    }

    /// An attribute as it stands, without marking it.
    pub(crate) fn peek(self, attribute: &str) -> Option<&'t str> {
        self.source.tree.attribute(self.node, attribute).map(|node| self.source.tree.text(node))
    }

    /// An attribute that goes to a field.
    pub(crate) fn value(self, attribute: &str, field: FieldRef, rule: MapRule) -> Option<&'t str> {
        let node = self.source.tree.attribute(self.node, attribute)?;
        self.source.marks.field(node, field, rule);
        Some(self.source.tree.text(node))
    }

    /// An attribute that goes to a field; a finding if it is missing or blank.
    pub(crate) fn required_value(self, attribute: &str, field: FieldRef, rule: MapRule) -> Option<&'t str> {
        let value = self.value(attribute, field, rule).filter(|value| !value.trim().is_empty());
        if value.is_none() {
            self.complain(&rules::V3_REQUIRED, format!("expected an attribute `{attribute}`"));
        }
        value
    }

    /// Marks an attribute as carrying no information of its own.
    pub(crate) fn structural(self, attribute: &str) {
        if let Some(node) = self.source.tree.attribute(self.node, attribute) {
            self.source.marks.set(node, Mark::Structural);
        }
    }

    /// Takes back the mark of an attribute, so that it counts as lost.
    pub(crate) fn unread(self, attribute: &str) {
        if let Some(node) = self.source.tree.attribute(self.node, attribute) {
            self.source.marks.set(node, Mark::Unread);
        }
    }

    /// An attribute whose value the model fixes.
    pub(crate) fn fixed(self, attribute: &str, expected: &str) {
        let Some(node) = self.source.tree.attribute(self.node, attribute) else { return };
        if self.source.tree.text(node) == expected {
            self.source.marks.set(node, Mark::Structural);
        } else {
            let message = format!("expected `{attribute}` to be `{expected}`");
            self.source.complain(&rules::V3_FIXED_VALUE, node, message);
        }
    }

    /// An attribute whose value the model fixes, and which must be there.
    pub(crate) fn required_fixed(self, attribute: &str, expected: &str) {
        if self.peek(attribute).is_none() {
            self.complain(&rules::V3_REQUIRED, format!("expected an attribute `{attribute}`"));
        }
        self.fixed(attribute, expected);
    }

    /// Notes that an attribute goes to a further field.
    pub(crate) fn also(self, attribute: &str, field: FieldRef, rule: MapRule) {
        if let Some(node) = self.source.tree.attribute(self.node, attribute) {
            self.source.marks.field(node, field, rule);
        }
    }

    /// The text of the element, which goes to a field; `None` if it is blank.
    pub(crate) fn text(self, field: FieldRef, rule: MapRule) -> Option<String> {
        let tree = self.source.tree;
        for node in tree.text_nodes(self.node).filter(|&node| tree.is_value(node)) {
            self.source.marks.field(node, field, rule);
        }
        Some(tree.element_text(self.node).into_owned()).filter(|text| !text.trim().is_empty())
    }

    /// The text of the element as it stands, without marking it.
    pub(crate) fn peek_text(self) -> Cow<'t, str> {
        self.source.tree.element_text(self.node)
    }

    /// Whether the element holds no other element, and no attribute.
    pub(crate) fn is_mere_text(self) -> bool {
        let tree = self.source.tree;
        tree.elements(self.node).next().is_none() && tree.attributes(self.node).next().is_none()
    }

    /// The `code` child, whose value and system the model fixes. Its display is not looked at.
    pub(crate) fn fixed_code(self, expected: &FixedCode) {
        let Some(code) = self.required(&spec::CODE) else { return };
        code.required_fixed("code", expected.code);
        code.required_fixed("codeSystem", expected.system);
        code.structural("displayName");
    }

    /// A child with a fixed identifier.
    pub(crate) fn fixed_id(self, expected: &'static FixedId) {
        let Some(id) = self.required(&expected.class) else { return };
        id.required_fixed("root", expected.root);
        id.required_fixed("extension", expected.extension);
    }

    /// The annotation act of a fact, with everything around its value checked.
    pub(crate) fn optional_fact(self, fact: &'static Fact) -> Option<Element<'t>> {
        self.optional(&fact.relation)?.fact(fact)
    }

    /// The annotation act of a fact that must be there.
    pub(crate) fn required_fact(self, fact: &'static Fact) -> Option<Element<'t>> {
        self.required(&fact.relation)?.fact(fact)
    }

    /// The annotation act inside its relationship.
    pub(crate) fn fact(self, fact: &'static Fact) -> Option<Element<'t>> {
        if let Some(indicator) = self.optional(&spec::SEPERATABLE) {
            indicator.fixed("value", fact.seperable);
        }
        let act = self.required(&fact.act)?;
        act.fixed_code(&fact.code);
        Some(act)
    }

    /// Every value in this element and below it.
    pub(crate) fn values(self) -> impl Iterator<Item = NodeId> + 't {
        let tree = self.source.tree;
        let end = tree.span(self.node).end;
        (self.node.index()..tree.len())
            .map(NodeId::from_index)
            .take_while(move |&node| tree.span(node).start < end)
            .filter(move |&node| tree.is_value(node))
    }

    /// Marks every value in this element and below it.
    pub(crate) fn mark_all(self, mark: Mark) {
        for node in self.values() {
            self.source.marks.set(node, mark);
        }
    }

    /// Marks every value in this element that does not stand in the inner one.
    pub(crate) fn mark_around(self, inner: Element<'_>, mark: Mark) {
        let tree = self.source.tree;
        let (outer, inner) = (tree.span(self.node), tree.span(inner.node));
        for node in (self.node.index()..tree.len()).map(NodeId::from_index) {
            let start = tree.span(node).start;
            if tree.is_value(node) && outer.contains(&start) && !inner.contains(&start) {
                self.source.marks.set(node, mark);
            }
        }
    }

    /// Marks the children of that name as known and not modelled.
    pub(crate) fn unmodelled(self, name: &str, row: u16) {
        let source = self.source;
        for node in source.tree.elements_named(self.node, NAMESPACE, name) {
            Element { source, node }.mark_all(Mark::Unmodelled(row));
        }
    }
}
