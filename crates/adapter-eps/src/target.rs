//! Writing: the document, the tags of its values, and what stands in the way of writing it.
//!
//! Invariants:
//! - Every value that does not come from [`crate::spec`] has a tag.
//! - Findings are collected to the end, each said once, and a document with any is never handed out: no table of severities can make
//!   half a document of a refused one.

use std::borrow::Cow;
use std::collections::HashSet;

use causeway_canonical::ledger::{FieldRef, Scope, Tag};
use causeway_canonical::{Finding, Position, Rule};
use causeway_syntax::XmlWriter;
use causeway_syntax::adapter::{Compat, Context, Written};
use causeway_syntax::findings::note;

use crate::element::NAMESPACE;
use crate::rules;
use crate::spec::{self, Class, Fact, FixedCode, FixedId};

/// One document that is being written.
pub(crate) struct Target<'c> {
    pub(crate) context: &'c Context,
    xml: XmlWriter,
    tags: Vec<(usize, Tag)>,
    scope: Scope,
    findings: Vec<Finding>,
}

impl<'c> Target<'c> {
    /// Starts a document with its root element.
    pub(crate) fn new(context: &'c Context, root: &str) -> Self {
        let mut xml = XmlWriter::pretty();
        xml.declaration();
        xml.start(root);
        xml.attribute("xmlns", NAMESPACE);
        Target { context, xml, tags: Vec::with_capacity(160), scope: Scope::BODY, findings: Vec::new() }
    }

    /// Writes a part of the message: the fields that are tagged meanwhile stand in `scope`.
    pub(crate) fn within(&mut self, scope: Scope, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        write(self);
        self.scope = outer;
    }

    /// The part of the message that is being written.
    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    pub(crate) fn compat(&self) -> Compat {
        self.context.compat
    }

    /// Closes the root element. One field may be asked for in several places of a document; what is wrong with it is said
    /// once.
    pub(crate) fn finish(mut self) -> Result<Written, Vec<Finding>> {
        if !self.findings.is_empty() {
            let mut said = HashSet::new();
            self.findings
                .retain(|finding| said.insert((finding.rule.name, finding.path.clone(), finding.message.clone())));
            return Err(self.findings);
        }
        self.xml.end();
        Ok(Written { text: self.xml.finish(), tags: self.tags })
    }

    /// Notes something that cannot be written.
    pub(crate) fn refuse(&mut self, rule: &'static Rule, field: FieldRef, message: impl Into<Cow<'static, str>>) {
        let finding = || Finding::new(rule, message).at(field.within(self.scope).path(), Position::default());
        note(&mut self.findings, finding);
    }

    /// Opens an element with its fixed attributes.
    pub(crate) fn open(&mut self, class: &Class) {
        self.xml.start(class.name);
        for (name, value) in class.fixed {
            self.xml.plain_attribute(name, value);
        }
    }

    /// Opens an element with its fixed attributes and those that only replies write.
    pub(crate) fn open_in_full(&mut self, class: &Class) {
        self.open(class);
        for (name, value) in class.optional {
            self.xml.attribute(name, value);
        }
    }

    /// Closes the innermost element.
    pub(crate) fn close(&mut self) {
        self.xml.end();
    }

    /// Closes several elements.
    pub(crate) fn close_all(&mut self, levels: usize) {
        for _ in 0..levels {
            self.xml.end();
        }
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, class: &Class) {
        self.open(class);
        self.close();
    }

    /// An attribute whose value the model fixes.
    pub(crate) fn fixed(&mut self, name: &str, value: &str) {
        self.xml.attribute(name, value);
    }

    /// An attribute with its tags; several fields may stand behind one value.
    pub(crate) fn attribute(&mut self, name: &str, value: &str, tags: impl IntoIterator<Item = Tag>) {
        let scope = self.scope;
        self.attribute_of(name, value, tags.into_iter().map(|tag| (scope, tag)));
    }

    /// An attribute behind which fields of several parts of the message stand.
    pub(crate) fn attribute_of(&mut self, name: &str, value: &str, tags: impl IntoIterator<Item = (Scope, Tag)>) {
        let illegal = self.xml.illegal_values();
        let offset = self.xml.attribute(name, value);
        self.tag(offset, illegal, tags);
    }

    /// Text with its tags.
    pub(crate) fn text(&mut self, value: &str, tags: impl IntoIterator<Item = Tag>) {
        let illegal = self.xml.illegal_values();
        let offset = self.xml.text(value);
        let scope = self.scope;
        self.tag(offset, illegal, tags.into_iter().map(|tag| (scope, tag)));
    }

    /// Markup that goes in as it is; gives the offset of its first byte.
    pub(crate) fn raw(&mut self, fragment: &str) -> usize {
        self.xml.raw(fragment)
    }

    /// Opens an element of another namespace.
    pub(crate) fn start(&mut self, name: &str) {
        self.xml.start(name);
    }

    /// Tags a value that was written by other means.
    pub(crate) fn tag_at(&mut self, offset: usize, tag: Tag) {
        self.tags.push((offset, tag.within(self.scope)));
    }

    /// Tags a value, and refuses it if it raised the count of values that XML cannot hold.
    fn tag(&mut self, offset: usize, illegal: usize, tags: impl IntoIterator<Item = (Scope, Tag)>) {
        let before = self.tags.len();
        self.tags.extend(tags.into_iter().map(|(scope, tag)| (offset, tag.within(scope))));
        if self.xml.illegal_values() > illegal {
            let field = self.tags.get(before).map(|(_, Tag::Field(field, _) | Tag::Default(field, _))| *field);
            let path = field.map(FieldRef::path).unwrap_or_default();
            let message = "expected text that XML can hold, found a control character or a noncharacter";
            note(&mut self.findings, || Finding::new(&rules::EPS_CHARACTER, message).at(path, Position::default()));
        }
    }

    /// The `code` child with its fixed value.
    pub(crate) fn fixed_code(&mut self, code: &FixedCode) {
        self.open(&spec::CODE);
        self.xml.plain_attribute("code", code.code);
        self.xml.plain_attribute("codeSystem", code.system);
        if let Some(display) = code.display {
            self.xml.plain_attribute("displayName", display);
        }
        self.close();
    }

    /// A child with a fixed identifier.
    pub(crate) fn fixed_id(&mut self, id: &FixedId) {
        self.open(&id.class);
        self.xml.plain_attribute("extension", id.extension);
        self.xml.plain_attribute("root", id.root);
        self.close();
    }

    /// `seperatableInd`.
    pub(crate) fn seperatable(&mut self, value: &str) {
        self.open(&spec::SEPERATABLE);
        self.fixed("value", value);
        self.close();
    }

    /// Opens a fact and the `value` in it.
    pub(crate) fn open_fact(&mut self, fact: &Fact) {
        self.open(&fact.relation);
        self.seperatable(fact.seperable);
        self.open(&fact.act);
        self.fixed_code(&fact.code);
        self.open(&spec::VALUE);
    }

    /// Closes what [`Target::open_fact`] opened.
    pub(crate) fn close_fact(&mut self) {
        self.close_all(3);
    }
}
