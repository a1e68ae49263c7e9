//! Writes FHIR elements, tagging each value with the field it came from.
//!
//! Elements are written in the order of the FHIR specification, so that the same calls write FHIR JSON and FHIR XML. An
//! element without content is never written: callers ask first.

use causeway_canonical::ledger::{FieldRef, Leaf, MapRule, Scope, Tag, map_rule, place};
use causeway_canonical::model::{FieldExtension, Message};
use causeway_canonical::{Finding, Position, Rule};
use causeway_syntax::adapter::Written;
use causeway_syntax::findings::note;

use crate::annotations::{Annotations, Extensions, Used, form_of};
use crate::json::JsonOutput;
use crate::narrative::canonical_div;
use crate::rules;
use crate::union::Union;
use crate::xml::XmlOutput;

/// What the sink needs of a syntax. Offsets are those of a value's first byte. Calls balance.
pub trait Output {
    /// A resource: the document, or the content of a wrapper.
    fn begin_resource(&mut self, kind: &'static str);
    /// Ends it.
    fn end_resource(&mut self);
    /// An element that holds a resource.
    fn begin_wrapper(&mut self, name: &'static str);
    /// Ends it.
    fn end_wrapper(&mut self);
    /// An element with child elements.
    fn begin_element(&mut self, name: &'static str);
    /// Ends it.
    fn end_element(&mut self);
    /// A repeating element, entries or items follow.
    fn begin_list(&mut self, name: &'static str);
    /// An entry of the list, with child elements.
    fn begin_entry(&mut self);
    /// Ends it.
    fn end_entry(&mut self);
    /// An entry of the list that is a resource.
    fn begin_resource_entry(&mut self);
    /// Ends it.
    fn end_resource_entry(&mut self);
    /// Ends a list, of companions too.
    fn end_list(&mut self);
    /// A primitive; `plain` if it is a number or boolean. Its companion may follow.
    fn begin_value(&mut self, name: &'static str, text: &str, plain: bool) -> usize;
    /// Ends it.
    fn end_value(&mut self);
    /// A primitive in a list. Its companion may follow, unless those stand apart.
    fn begin_item(&mut self, text: &str) -> usize;
    /// Ends it.
    fn end_item(&mut self);
    /// The `div` of a narrative, in the form of [`canonical_div`].
    fn xhtml(&mut self, name: &'static str, div: &str) -> usize;
    /// What is said of the primitive beyond its value.
    fn begin_companion(&mut self, name: &'static str);
    /// Ends it.
    fn end_companion(&mut self);
    /// Whether the companions of a list of primitives stand in a list of their own behind it.
    fn items_have_companions_apart(&self) -> bool;
    /// That list: an entry or [`Self::no_companion`] for each primitive.
    fn begin_companions(&mut self, name: &'static str);
    /// A primitive of which nothing is said.
    fn no_companion(&mut self);
    /// How many values held a character that the syntax does not have.
    fn illegal_values(&self) -> usize;
    /// The document.
    fn finish(self: Box<Self>) -> String;
}

/// Writes one resource.
pub struct Sink {
    out: Box<dyn Output>,
    tags: Vec<(usize, Tag)>,
    union: Option<Union>,
    scope: Scope,
    annotations: Annotations,
    findings: Vec<Finding>,
}

impl Sink {
    /// An empty document of FHIR JSON.
    pub fn new() -> Self {
        Sink::over(Box::new(JsonOutput::new()))
    }

    /// An empty document of FHIR XML.
    pub fn xml() -> Self {
        Sink::over(Box::new(XmlOutput::new()))
    }

    fn over(out: Box<dyn Output>) -> Self {
        Sink {
            out,
            tags: Vec::with_capacity(256),
            union: None,
            scope: Scope::BODY,
            annotations: Annotations::default(),
            findings: Vec::new(),
        }
    }

    /// Narratives and extensions of the message are written where the parts and fields are that they are about.
    #[must_use]
    pub fn annotated(mut self, message: &Message) -> Self {
        self.annotations = Annotations::new(message);
        self
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
        let mut text = self.out.finish();
        text.push('\n');
        Written { text, tags: self.tags }
    }

    /// The finished document with its tags, if everything could be written.
    ///
    /// # Errors
    /// What the syntax or FHIR cannot express, at fields of the model.
    pub fn close(self) -> Result<Written, Vec<Finding>> {
        if self.findings.is_empty() { Ok(self.finish()) } else { Err(self.findings) }
    }

    /// Which narratives and extensions were written.
    pub fn into_used(self) -> Used {
        self.annotations.into_used()
    }

    /// Writes a resource as the document, or as the only content of the element that was begun last.
    pub fn resource(&mut self, kind: &'static str, content: impl FnOnce(&mut Self)) {
        self.out.begin_resource(kind);
        content(self);
        self.out.end_resource();
    }

    /// Writes the narrative of the part of the message that the resource stands for, if there is one. Its place is
    /// before everything that is the resource's own.
    pub fn narrative(&mut self, of: impl FnOnce() -> String) {
        let scope = self.scope;
        let Some((number, narrative)) = self.annotations.narrative(|| scope.path(&of())) else { return };
        let at = place::NARRATIVE.at(&[number]);
        match canonical_div(&narrative.div) {
            Ok(form) => {
                let rule = if form == narrative.div { map_rule::NONE } else { map_rule::NARRATIVE_FORM };
                self.within(Scope::BODY, |sink| {
                    sink.element("text", |sink| {
                        sink.text("status", &narrative.status, at.leaf(Leaf::Status));
                        let offset = sink.out.xhtml("div", &form);
                        sink.tag(offset, Tag::Field(at.leaf(Leaf::Div), rule));
                    });
                });
            }
            Err(message) => self.report(&rules::NARRATIVE, message, at.leaf(Leaf::Div)),
        }
    }

    /// Writes an element that has child elements.
    pub fn element(&mut self, name: &'static str, content: impl FnOnce(&mut Self)) {
        self.out.begin_element(name);
        content(self);
        self.out.end_element();
    }

    /// Writes an element that holds a resource.
    pub fn contained_resource(&mut self, name: &'static str, kind: &'static str, content: impl FnOnce(&mut Self)) {
        self.out.begin_wrapper(name);
        self.resource(kind, content);
        self.out.end_wrapper();
    }

    /// Writes a repeating element, each with child elements; nothing if there are none.
    pub fn list<T>(&mut self, name: &'static str, entries: &[T], mut content: impl FnMut(&mut Self, usize, &T)) {
        if entries.is_empty() {
            return;
        }
        self.begin_list(name);
        for (position, entry) in entries.iter().enumerate() {
            self.entry(|sink| content(sink, position, entry));
        }
        self.end_list();
    }

    /// Begins a repeating element whose entries are written one after another by [`Self::entry`].
    pub fn begin_list(&mut self, name: &'static str) {
        self.out.begin_list(name);
    }

    /// Writes one entry of a list begun by [`Self::begin_list`].
    pub fn entry(&mut self, content: impl FnOnce(&mut Self)) {
        self.out.begin_entry();
        content(self);
        self.out.end_entry();
    }

    /// Writes one entry of a list begun by [`Self::begin_list`] that is a resource.
    pub fn resource_entry(&mut self, kind: &'static str, content: impl FnOnce(&mut Self)) {
        self.out.begin_resource_entry();
        self.resource(kind, content);
        self.out.end_resource_entry();
    }

    /// Ends a list.
    pub fn end_list(&mut self) {
        self.out.end_list();
    }

    /// Writes a repeating primitive; nothing if there are none.
    pub fn texts(&mut self, name: &'static str, texts: &[String], field: impl Fn(usize) -> FieldRef) {
        if texts.is_empty() {
            return;
        }
        let apart = self.out.items_have_companions_apart();
        let mut companions = Vec::new();
        self.out.begin_list(name);
        for (position, text) in texts.iter().enumerate() {
            let illegal = self.out.illegal_values();
            let offset = self.out.begin_item(text);
            self.account(offset, illegal, Some(Tag::Field(field(position), map_rule::NONE)));
            let found = self.extensions_of(field(position));
            if !found.is_empty() {
                if apart {
                    companions.push((position, found));
                } else {
                    self.extensions(found);
                }
            }
            self.out.end_item();
        }
        self.out.end_list();
        if !companions.is_empty() {
            self.companions(name, texts.len(), companions);
        }
    }

    /// Writes the companions of a list of `count` primitives, given by their positions.
    fn companions(&mut self, name: &'static str, count: usize, companions: Vec<(usize, Extensions)>) {
        let mut companions = companions.into_iter().peekable();
        self.out.begin_companions(name);
        for position in 0..count {
            match companions.next_if(|(of, _)| *of == position) {
                Some((_, found)) => self.entry(|sink| sink.extensions(found)),
                None => self.out.no_companion(),
            }
        }
        self.out.end_list();
    }

    /// Writes a fixed text.
    pub fn fixed(&mut self, name: &'static str, text: &str) {
        self.value(name, text, false, None);
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
        self.value(name, text, false, Some(Tag::Field(field, rule)));
    }

    /// Writes a text that the message does not hold.
    pub fn defaulted(&mut self, name: &'static str, text: &str, field: FieldRef, rule: MapRule) {
        self.value(name, text, false, Some(Tag::Default(field, rule)));
    }

    /// Writes a number or boolean in its lexical form, from a field.
    pub fn scalar(&mut self, name: &'static str, lexical: &str, field: FieldRef) {
        self.value(name, lexical, true, Some(Tag::Field(field, map_rule::NONE)));
    }

    fn value(&mut self, name: &'static str, text: &str, plain: bool, tag: Option<Tag>) {
        let illegal = self.out.illegal_values();
        let offset = self.out.begin_value(name, text, plain);
        self.account(offset, illegal, tag);
        if let Some(Tag::Field(field, _)) = tag {
            let found = self.extensions_of(field);
            if !found.is_empty() {
                self.out.begin_companion(name);
                self.extensions(found);
                self.out.end_companion();
            }
        }
        self.out.end_value();
    }

    /// Writes a fixed number or boolean in its lexical form.
    pub fn fixed_scalar(&mut self, name: &'static str, lexical: &str) {
        self.value(name, lexical, true, None);
    }

    /// Writes a number or boolean in its lexical form, from a field by a rule.
    pub fn mapped_scalar(&mut self, name: &'static str, lexical: &str, field: FieldRef, rule: MapRule) {
        self.value(name, lexical, true, Some(Tag::Field(field, rule)));
    }

    /// What was written last stands for another field too.
    pub fn also(&mut self, field: FieldRef, rule: MapRule) {
        if let Some((offset, _)) = self.tags.last() {
            self.tags.push((*offset, Tag::Field(field, rule).within(self.scope)));
        }
    }

    /// Writes values that the message does not hold, and that `rule` makes up.
    pub fn made_up(&mut self, rule: MapRule, write: impl FnOnce(&mut Self)) {
        let before = self.tags.len();
        write(self);
        for (_, tag) in self.tags.iter_mut().skip(before) {
            let (Tag::Field(field, _) | Tag::Default(field, _)) = *tag;
            *tag = Tag::Default(field, rule);
        }
    }

    /// Writes extensions.
    fn extensions(&mut self, extensions: Extensions) {
        self.begin_list("extension");
        for (number, extension) in extensions {
            self.within(Scope::BODY, |sink| sink.extension(number, &extension));
        }
        self.end_list();
    }

    fn extension(&mut self, number: usize, extension: &FieldExtension) {
        let at = place::EXTENSION.at(&[number]);
        match form_of(extension) {
            Ok(form) => self.entry(|sink| {
                sink.text("url", &extension.url, at.leaf(Leaf::Url));
                let tag = Tag::Field(at.leaf(Leaf::Value), map_rule::NONE);
                sink.value(form.element, &extension.value, form.is_plain(), Some(tag));
            }),
            Err((rule, message)) => self.report(rule, message, at.leaf(Leaf::Value)),
        }
    }

    /// Takes the extensions of a field of the part that is being written.
    fn extensions_of(&mut self, field: FieldRef) -> Extensions {
        self.annotations.extensions(field.within(self.scope))
    }

    /// Tags a value, and refuses it if it raised the count of values that the syntax cannot hold.
    fn account(&mut self, offset: usize, illegal: usize, tag: Option<Tag>) {
        if let Some(tag) = tag {
            self.tag(offset, tag);
        }
        if self.out.illegal_values() > illegal {
            let path = match tag {
                Some(Tag::Field(field, _) | Tag::Default(field, _)) => field.within(self.scope).path(),
                None => String::new(),
            };
            let message = "text that XML can hold is expected, and a character stands there that it cannot";
            let finding = || Finding::new(&rules::XML_CHARACTER, message).at(path, Position::default());
            note(&mut self.findings, finding);
        }
    }

    fn report(&mut self, rule: &'static Rule, message: &'static str, field: FieldRef) {
        note(&mut self.findings, || Finding::new(rule, message).at(field.path(), Position::default()));
    }

    fn tag(&mut self, offset: usize, tag: Tag) {
        let scope = self.scope;
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

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_canonical::model::Narrative;

    fn message() -> Message {
        Message {
            narrative: vec![Narrative {
                of: "released[1].order.patient".to_owned(),
                status: "generated".to_owned(),
                div: "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>".to_owned(),
            }],
            extension: vec![FieldExtension {
                field: "released[1].order.patient.gender".to_owned(),
                url: "u".to_owned(),
                kind: "integer".to_owned(),
                value: "7".to_owned(),
            }],
            ..Message::default()
        }
    }

    #[test]
    fn what_is_said_of_a_part_in_a_scope_is_written_there_and_tagged_outside_of_it() {
        for sink in [Sink::new(), Sink::xml()] {
            let mut sink = sink.annotated(&message());
            sink.resource("Patient", |sink| {
                sink.narrative(|| "patient".to_owned());
                sink.text("name", "x", place::GENDER.field());
                sink.within(Scope::released(1), |sink| {
                    sink.narrative(|| "patient".to_owned());
                    sink.text("birthDate", "1958", place::BIRTH_DATE.field());
                    sink.text("gender", "male", place::GENDER.field());
                });
            });
            let written = sink.close().unwrap();
            let said: Vec<String> =
                written.tags.iter().map(|(_, Tag::Field(field, _) | Tag::Default(field, _))| field.path()).collect();
            let expected = [
                "patient.gender",
                "narrative[0].status",
                "narrative[0].div",
                "released[1].order.patient.birthDate",
                "released[1].order.patient.gender",
                "extension[0].url",
                "extension[0].value",
            ];
            assert_eq!(said, expected);
        }
    }
}
