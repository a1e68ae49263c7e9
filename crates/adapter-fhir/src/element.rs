//! A view of FHIR elements, whatever syntax they stand in.
//!
//! The mapping is written over [`Element`]s: named children, lists, primitive text, extensions. JSON and XML are its
//! syntaxes, each by an [`ElementTree`]. Reading through the view marks each value in the ledger; what no mapping asks for
//! stays unread. What is said of a primitive beyond its value is noted with it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use causeway_canonical::ledger::{FieldRef, MapRule, Mark, Scope, map_rule};
use causeway_canonical::model::{Message, Narrative};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::Marks;
use causeway_syntax::findings::note;
use causeway_syntax::{NodeId, Tree};

use crate::annotations::{ExtensionNodes, FORMS, NarrativeNodes, Noted};
use crate::rules;
use crate::unmodelled::Row;

/// What the view needs of a syntax.
pub trait ElementTree: Tree {
    /// The outermost element.
    fn document(&self) -> NodeId;

    /// The first child element of that name. A resource has a child `resourceType`, which may be the resource itself.
    fn first_named(&self, parent: NodeId, name: &str) -> Option<NodeId>;

    /// The child element of that name, if it stands in no list, as no element may that decides what a message is.
    fn only_named(&self, parent: NodeId, name: &str) -> Option<NodeId>;

    /// The next element of the same list, if the element stands in one.
    fn next_in_list(&self, element: NodeId) -> Option<NodeId>;

    /// Text of a primitive; `None` for an element with children.
    fn primitive(&self, element: NodeId) -> Option<&str>;

    /// Whether the element is one of child elements rather than a value.
    fn is_composite(&self, element: NodeId) -> bool;

    /// The nodes that the value of an element stands in, by [`NodeId::index`]: one, but for XHTML.
    fn value_nodes(&self, element: NodeId) -> Range<usize>;

    /// The XHTML of a narrative, in the form in which it is carried.
    ///
    /// # Errors
    /// What is wrong with it, without its content.
    fn xhtml(&self, element: NodeId) -> Result<String, &'static str>;

    /// What is said of primitives beyond their values.
    fn companions(&self) -> Companions;
}

/// The elements that hold the extensions of primitives.
#[derive(Default)]
pub struct Companions {
    /// By the primitive.
    pub of: HashMap<NodeId, NodeId>,
    /// Values that only say that there is none.
    pub placeholders: Vec<NodeId>,
}

/// One reading of one source: the tree, the marks and the findings so far.
pub struct Source<'t> {
    tree: &'t dyn ElementTree,
    marks: Marks,
    findings: RefCell<Vec<Finding>>,
    companions: HashMap<NodeId, NodeId>,
    noted: RefCell<Noted>,
}

impl<'t> Source<'t> {
    /// Starts reading a tree.
    pub fn new(tree: &'t dyn ElementTree) -> Self {
        let Companions { of, placeholders } = tree.companions();
        let marks = Marks::new(tree.len());
        for placeholder in placeholders {
            marks.set(placeholder, Mark::Structural);
        }
        Source { tree, marks, findings: RefCell::default(), companions: of, noted: RefCell::default() }
    }

    /// The element with that node.
    pub fn element(&'t self, node: NodeId) -> Element<'t> {
        Element { source: self, node }
    }

    /// Adds a finding about the whole message.
    pub fn report(&self, finding: Finding) {
        note(&mut self.findings.borrow_mut(), || finding);
    }

    /// What reading gave. Narratives and extensions go to the message.
    pub fn into_parts(self, message: Option<&mut Message>) -> (Marks, Vec<Finding>) {
        if let Some(message) = message {
            self.noted.into_inner().settle(message, &self.marks);
        }
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
        std::iter::successors(first, move |node| (*node != self.node).then(|| tree.next_in_list(*node)).flatten())
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
        let node = self.source.tree.only_named(self.node, name)?;
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
        self.also(field, rule);
        if let Some(companion) = self.source.companions.get(&self.node) {
            Element { source: self.source, node: *companion }.note_extensions(field);
        }
        Some(text)
    }

    /// Notes the extensions of a primitive that was read into a field.
    fn note_extensions(self, field: FieldRef) {
        for extension in self.children("extension") {
            let mut values = FORMS.iter().filter_map(|form| Some((form, extension.children(form.element).next()?)));
            let (Some(url), Some((form, element)), None) = (extension.child("url"), values.next(), values.next())
            else {
                continue;
            };
            let (Some(name), Some(value)) = (url.peek(), element.peek()) else { continue };
            if let Some(fault) = form.fault(value) {
                element.report(&rules::NUMBER, fault);
            }
            let nodes = ExtensionNodes { url: url.value_nodes(), value: element.value_nodes() };
            self.source.noted.borrow_mut().extension(field.within(self.scope()), name, form, value, nodes);
        }
    }

    /// Notes the narrative of the resource, which stands for this part of the message.
    pub fn narrative(self, of: impl FnOnce() -> String) {
        let Some(text) = self.child("text").filter(|text| text.is_composite()) else { return };
        let (Some(status), Some(div)) = (text.required("status"), text.required("div")) else { return };
        let word = status.peek().unwrap_or_default();
        if !matches!(word, "generated" | "extensions" | "additional" | "empty") {
            status.report(&rules::CODE, "status is expected to be generated, extensions, additional or empty");
        }
        match self.source.tree.xhtml(div.node) {
            Ok(form) => {
                let rule = if div.peek() == Some(&form) { map_rule::NONE } else { map_rule::NARRATIVE_FORM };
                let nodes = NarrativeNodes { status: status.value_nodes(), div: div.value_nodes(), rule };
                let narrative = Narrative { of: self.scope().path(&of()), status: word.to_owned(), div: form };
                self.source.noted.borrow_mut().narrative(narrative, nodes);
            }
            Err(fault) => div.report(&rules::NARRATIVE, fault),
        }
    }

    fn value_nodes(self) -> Range<usize> {
        self.source.tree.value_nodes(self.node)
    }

    fn set(self, mark: Mark) {
        for node in self.value_nodes() {
            self.source.marks.set(NodeId::from_index(node), mark);
        }
    }

    /// Text of the primitive child of that name, marked as carried into a field. FHIR has no empty text; one that is sent
    /// all the same says nothing.
    pub fn text(self, name: &'static str, field: FieldRef) -> Option<String> {
        let child = self.child(name)?;
        if child.peek() == Some("") {
            child.structural();
            return None;
        }
        child.read(field, map_rule::NONE).map(str::to_owned)
    }

    /// Marks the element as one that carries no information of its own, with all below it.
    pub fn structural(self) {
        self.set(Mark::Structural);
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
        self.set(Mark::Unmodelled(row.number()));
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
        let value = NodeId::from_index(self.value_nodes().start);
        let finding = || Finding::new(rule, message).at(tree.path(self.node), tree.position(value));
        note(&mut self.source.findings.borrow_mut(), finding);
    }

    /// Marks another field that this element's value also goes to.
    pub fn also(self, field: FieldRef, rule: MapRule) {
        for node in self.value_nodes() {
            self.source.marks.field(NodeId::from_index(node), field, rule);
        }
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

    /// Marks what stands at the end of a path of names as elements that the model has no field for.
    pub fn unmodelled_path(self, path: &'static str, row: Row) {
        match path.split_once('.') {
            None => self.unmodelled(path, row),
            Some((name, rest)) => self.children(name).for_each(|child| child.unmodelled_path(rest, row)),
        }
    }
}
