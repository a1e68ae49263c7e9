//! A view of FHIR elements, whatever syntax they stand in.
//!
//! The mapping is written over [`Element`]s: named children, lists, primitive text, extensions. JSON is the first syntax;
//! FHIR XML becomes the second by implementing [`ElementTree`] for its tree. Reading through the view marks each value
//! in the ledger; what no mapping asks for stays unread.

use std::borrow::Cow;
use std::cell::RefCell;

use causeway_canonical::ledger::{FieldRef, MapRule, Mark, Scope, map_rule};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::Marks;
use causeway_syntax::{JsonKind, JsonTree, NodeId, Tree};

use crate::rules;
use crate::unmodelled::Row;

/// What the view needs of a syntax.
pub trait ElementTree: Tree {
    /// The first child element of that name; in JSON the first entry where the member is an array.
    fn first_named(&self, parent: NodeId, name: &str) -> Option<NodeId>;

    /// Whether the element stands in a list, as no element may that decides what a message is.
    fn in_list(&self, element: NodeId) -> bool;

    /// The next element of the same list, if the element stands in one.
    fn next_in_list(&self, element: NodeId) -> Option<NodeId>;

    /// Text of a primitive; `None` for an element with children.
    fn primitive(&self, element: NodeId) -> Option<&str>;

    /// Any child elements at all.
    fn is_composite(&self, element: NodeId) -> bool;
}

impl ElementTree for JsonTree<'_> {
    fn first_named(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        let member = self.child(parent, name)?;
        match self.kind(member) {
            JsonKind::Array => self.children(member).next(),
            _ => Some(member),
        }
    }

    fn in_list(&self, element: NodeId) -> bool {
        self.parent(element).is_some_and(|list| self.kind(list) == JsonKind::Array)
    }

    fn next_in_list(&self, element: NodeId) -> Option<NodeId> {
        self.in_list(element).then(|| self.next_sibling(element)).flatten()
    }

    fn primitive(&self, element: NodeId) -> Option<&str> {
        match self.kind(element) {
            JsonKind::String | JsonKind::Number | JsonKind::Bool => Some(self.text(element)),
            JsonKind::Object | JsonKind::Array | JsonKind::Null => None,
        }
    }

    fn is_composite(&self, element: NodeId) -> bool {
        self.kind(element) == JsonKind::Object
    }
}

/// One reading of one source: the tree, the marks and the findings so far.
pub struct Source<'t> {
    tree: &'t dyn ElementTree,
    marks: Marks,
    findings: RefCell<Vec<Finding>>,
}

impl<'t> Source<'t> {
    /// Starts reading a tree.
    pub fn new(tree: &'t dyn ElementTree) -> Self {
        Source { tree, marks: Marks::new(tree.len()), findings: RefCell::default() }
    }

    /// The element with that node.
    pub fn element(&'t self, node: NodeId) -> Element<'t> {
        Element { source: self, node }
    }

    /// Adds a finding about the whole message.
    pub fn report(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// What reading gave.
    pub fn into_parts(self) -> (Marks, Vec<Finding>) {
        (self.marks, self.findings.into_inner())
    }
}

/// One element of a FHIR resource.
#[derive(Clone, Copy)]
pub struct Element<'t> {
    source: &'t Source<'t>,
    node: NodeId,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<'t> Element<'t> {
    /// Reads a part of the message: the fields that are marked meanwhile stand in `scope`.
    pub fn within<R>(self, scope: Scope, read: impl FnOnce() -> R) -> R {
        self.source.marks.within(scope, read)
    }

    /// The part of the message that is being read.
    pub fn scope(self) -> Scope {
        self.source.marks.scope()
    }

    /// The only child of that name. A second one is reported.
    pub fn child(self, name: &'static str) -> Option<Element<'t>> {
        let mut children = self.children(name);
        let child = children.next()?;
        if let Some(second) = children.next() {
            second.report(&rules::TOO_MANY, format!("at most one {name} is expected here"));
        }
        Some(child)
    }

    /// The only child of that name; a missing one is reported.
    pub fn required(self, name: &'static str) -> Option<Element<'t>> {
        let child = self.child(name);
        if child.is_none() {
            self.report(&rules::REQUIRED, format!("{name} is expected here and missing"));
        }
        child
    }

    /// The children of that name, in order.
    pub fn children(self, name: &'static str) -> impl Iterator<Item = Element<'t>> {
        let tree = self.source.tree;
        let first = tree.first_named(self.node, name);
        std::iter::successors(first, move |node| tree.next_in_list(*node))
            .map(move |node| Element { source: self.source, node })
    }

    /// Text of a primitive, without marking it.
    pub fn peek(self) -> Option<&'t str> {
        self.source.tree.primitive(self.node)
    }

    /// Text of the primitive child of that name, without marking it.
    pub fn peek_child(self, name: &str) -> Option<&'t str> {
        let tree = self.source.tree;
        tree.first_named(self.node, name).and_then(|node| tree.primitive(node))
    }

    /// The child of that name, if it stands in no list: what decides what a message is, is read this way.
    pub fn plain(self, name: &str) -> Option<Element<'t>> {
        let tree = self.source.tree;
        let node = tree.first_named(self.node, name).filter(|node| !tree.in_list(*node))?;
        Some(Element { source: self.source, node })
    }

    /// Text of the primitive child of that name, if it stands in no list, without marking it.
    pub fn peek_plain(self, name: &str) -> Option<&'t str> {
        self.plain(name)?.peek()
    }

    /// Text of a primitive, marked as read into a field.
    pub fn read(self, field: FieldRef, rule: MapRule) -> Option<&'t str> {
        let Some(text) = self.peek() else {
            self.report(&rules::STRUCTURE, "a primitive value is expected here".to_owned());
            return None;
        };
        self.source.marks.field(self.node, field, rule);
        Some(text)
    }

    /// Text of the primitive child of that name, marked as carried into a field.
    pub fn text(self, name: &'static str, field: FieldRef) -> Option<String> {
        self.child(name)?.read(field, map_rule::NONE).map(str::to_owned)
    }

    /// Marks the element as one that carries no information of its own, with all below it.
    pub fn structural(self) {
        self.source.marks.set(self.node, Mark::Structural);
    }

    /// Marks the primitive child of that name as structural, if it is there.
    pub fn structural_child(self, name: &'static str) {
        for child in self.children(name) {
            child.structural();
        }
    }

    /// Marks the primitive child of that name as structural if it has the only value that this place can have; another
    /// value is reported and stays unread.
    pub fn fixed(self, name: &'static str, value: &'static str) {
        let Some(child) = self.child(name) else { return };
        if child.peek() == Some(value) {
            child.structural();
        } else {
            child.report(&rules::FIXED_VALUE, format!("{name} is expected to be {value}"));
        }
    }

    /// Marks the child of that name as an element that the model has no field for, with the row that says why.
    pub fn unmodelled(self, name: &'static str, row: Row) {
        for child in self.children(name) {
            child.unmodelled_here(row);
        }
    }

    /// Marks this element as one that the model has no field for.
    pub fn unmodelled_here(self, row: Row) {
        self.source.marks.set(self.node, Mark::Unmodelled(row.number()));
    }

    /// The extension with that URL. Its URL is structural; a second one is reported.
    pub fn extension(self, url: &'static str) -> Option<Element<'t>> {
        let mut found = self.extensions(url);
        let extension = found.next()?;
        if let Some(second) = found.next() {
            second.report(&rules::TOO_MANY, "at most one extension of this url is expected here".to_owned());
        }
        Some(extension)
    }

    /// The extensions with that URL, in order.
    pub fn extensions(self, url: &'static str) -> impl Iterator<Item = Element<'t>> {
        self.children("extension").filter(move |extension| extension.peek_child("url") == Some(url)).inspect(
            |extension| {
                extension.structural_child("url");
            },
        )
    }

    /// Reports a finding at this element.
    pub fn report(self, rule: &'static Rule, message: impl Into<Cow<'static, str>>) {
        let tree = self.source.tree;
        self.source.report(Finding::new(rule, message).at(tree.path(self.node), tree.position(self.node)));
    }

    /// Marks another field that this element's value also goes to.
    pub fn also(self, field: FieldRef, rule: MapRule) {
        self.source.marks.field(self.node, field, rule);
    }

    /// Takes back every mark of this element and all below it, so that it counts as unread.
    pub fn unread(self) {
        let tree = self.source.tree;
        let end = tree.span(self.node).end;
        let mut node = self.node;
        while node.index() < tree.len() && tree.span(node).start < end {
            self.source.marks.set(node, Mark::Unread);
            node = NodeId::from_index(node.index() + 1);
        }
    }

    /// Whether the element has children rather than a value.
    pub fn is_composite(self) -> bool {
        self.source.tree.is_composite(self.node)
    }
}
