//! Writes FHIR elements, tagging each value with the field it came from.
//!
//! Elements are written in the order of the FHIR specification, so that the same calls can write FHIR XML. An element
//! without content is never written: callers ask first.

use causeway_canonical::ledger::{FieldRef, MapRule, Scope, Tag, map_rule};
use causeway_syntax::JsonWriter;
use causeway_syntax::adapter::Written;

use crate::union::Union;

/// Writes one resource.
pub struct Sink {
    json: JsonWriter,
    tags: Vec<(usize, Tag)>,
    union: Option<Union>,
    scope: Scope,
}

impl Sink {
    /// An empty document.
    pub fn new() -> Self {
        Sink { json: JsonWriter::pretty(), tags: Vec::with_capacity(256), union: None, scope: Scope::BODY }
    }

    /// Writes a part of the message: the fields that are tagged meanwhile stand in `scope`.
    pub fn within(&mut self, scope: Scope, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        write(self);
        self.scope = outer;
    }

    /// The part of the message that is being written.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// From now on what is written of the author stands for the responsible party too.
    pub fn unite(&mut self, union: Option<Union>) {
        self.union = union;
    }

    /// The finished document with its tags.
    pub fn finish(self) -> Written {
        let mut text = self.json.finish();
        text.push('\n');
        Written { text, tags: self.tags }
    }

    /// Writes a resource as the document, or as the only content of the element that was begun last.
    pub fn resource(&mut self, kind: &'static str, content: impl FnOnce(&mut Self)) {
        self.json.begin_object();
        self.json.key("resourceType");
        self.json.string(kind);
        content(self);
        self.json.end_object();
    }

    /// Writes an element that has child elements.
    pub fn element(&mut self, name: &'static str, content: impl FnOnce(&mut Self)) {
        self.json.key(name);
        self.json.begin_object();
        content(self);
        self.json.end_object();
    }

    /// Writes an element that holds a resource.
    pub fn contained_resource(&mut self, name: &'static str, kind: &'static str, content: impl FnOnce(&mut Self)) {
        self.json.key(name);
        self.resource(kind, content);
    }

    /// Writes a repeating element, each with child elements; nothing if there are none.
    pub fn list<T>(&mut self, name: &'static str, entries: &[T], mut content: impl FnMut(&mut Self, usize, &T)) {
        if entries.is_empty() {
            return;
        }
        self.json.key(name);
        self.json.begin_array();
        for (position, entry) in entries.iter().enumerate() {
            self.json.begin_object();
            content(self, position, entry);
            self.json.end_object();
        }
        self.json.end_array();
    }

    /// Begins a repeating element whose entries are written one after another by [`Self::entry`].
    pub fn begin_list(&mut self, name: &'static str) {
        self.json.key(name);
        self.json.begin_array();
    }

    /// Writes one entry of a list begun by [`Self::begin_list`].
    pub fn entry(&mut self, content: impl FnOnce(&mut Self)) {
        self.json.begin_object();
        content(self);
        self.json.end_object();
    }

    /// Ends a list.
    pub fn end_list(&mut self) {
        self.json.end_array();
    }

    /// Writes a repeating primitive; nothing if there are none.
    pub fn texts(&mut self, name: &'static str, texts: &[String], field: impl Fn(usize) -> FieldRef) {
        if texts.is_empty() {
            return;
        }
        self.json.key(name);
        self.json.begin_array();
        for (position, text) in texts.iter().enumerate() {
            self.tag(Tag::Field(field(position), map_rule::NONE));
            self.json.string(text);
        }
        self.json.end_array();
    }

    /// Writes a fixed text.
    pub fn fixed(&mut self, name: &'static str, text: &str) {
        self.json.key(name);
        self.json.string(text);
    }

    /// Writes a text that comes from a field unchanged.
    pub fn text(&mut self, name: &'static str, text: &str, field: FieldRef) {
        self.mapped(name, text, field, map_rule::NONE);
    }

    /// Writes a text that comes from a field unchanged, if there is one.
    pub fn optional(&mut self, name: &'static str, text: Option<&str>, field: FieldRef) {
        if let Some(text) = text {
            self.text(name, text, field);
        }
    }

    /// Writes a text that comes from a field by a rule.
    pub fn mapped(&mut self, name: &'static str, text: &str, field: FieldRef, rule: MapRule) {
        self.json.key(name);
        self.tag(Tag::Field(field, rule));
        self.json.string(text);
    }

    /// Writes a text that the message does not hold.
    pub fn defaulted(&mut self, name: &'static str, text: &str, field: FieldRef, rule: MapRule) {
        self.json.key(name);
        self.tag(Tag::Default(field, rule));
        self.json.string(text);
    }

    /// Writes a number or boolean in its lexical form, from a field.
    pub fn scalar(&mut self, name: &'static str, lexical: &str, field: FieldRef) {
        self.json.key(name);
        self.tag(Tag::Field(field, map_rule::NONE));
        self.json.raw_scalar(lexical);
    }

    fn tag(&mut self, tag: Tag) {
        let (offset, scope) = (self.json.offset(), self.scope);
        match (&self.union, tag) {
            (Some(union), Tag::Field(field, rule)) => {
                self.tags.extend(
                    union
                        .fields(field)
                        .into_iter()
                        .flatten()
                        .map(|field| (offset, Tag::Field(field, rule).within(scope))),
                );
            }
            _ => self.tags.push((offset, tag.within(scope))),
        }
    }
}
