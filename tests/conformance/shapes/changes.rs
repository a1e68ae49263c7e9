//! Changes that break what a schema demands of a message.
//!
//! Invariant: each change breaks one keyword, at a place where the keyword holds for the message that is walked.

use std::collections::{BTreeMap, BTreeSet};

use causeway_tests::workspace;
use serde_json::{Value, json};

/// A message with one thing wrong.
pub struct Change {
    /// The keyword that is broken: its file and pointer.
    pub keyword: String,
    /// What sort of change it is.
    pub sort: &'static str,
    /// JSON pointer of the place where it must be found.
    pub place: String,
    /// The element that is missing there.
    pub missing: Option<String>,
    /// Whether the change is of what tells the kind of the message: what it is of is not known any more then.
    pub tells_the_kind: bool,
    /// JSON pointer of what is replaced.
    at: String,
    /// What it is replaced by.
    value: Value,
}

impl Change {
    /// The message with the change.
    pub fn made(&self, message: &Value) -> Value {
        let mut message = message.clone();
        *message.pointer_mut(&self.at).unwrap() = self.value.clone();
        message
    }
}

/// Changes that were made: keyword, name of the element, sort.
pub type Made = BTreeSet<(String, String, &'static str)>;

/// The files of `schemas/fhir-r4`.
pub struct Schemas {
    files: BTreeMap<String, Value>,
}

/// A part of a schema, with where it stands.
#[derive(Clone)]
struct Part<'s> {
    file: &'s str,
    pointer: String,
    schema: &'s Value,
}

impl<'s> Part<'s> {
    fn below(&self, keyword: &str) -> Option<Part<'s>> {
        let pointer = format!("{}/{keyword}", self.pointer);
        Some(Part { pointer, schema: self.schema.get(keyword)?, ..*self })
    }

    fn keyword(&self, keyword: &str) -> String {
        format!("{}#{}/{keyword}", self.file, self.pointer)
    }
}

impl Schemas {
    /// Reads the files.
    pub fn read() -> Schemas {
        let entries = std::fs::read_dir(workspace().join("schemas/fhir-r4")).unwrap();
        let files = entries.map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
        });
        Schemas { files: files.collect() }
    }

    /// The changes of a message of a kind, but for those that were made of another message: a keyword, the name of the
    /// element and a sort of change stand in `made` then.
    pub fn changes(&self, kind: &str, message: &Value, made: &mut Made) -> Vec<Change> {
        let (file, schema) = self.files.get_key_value(&format!("{kind}.schema.json")).unwrap();
        let mut walk = Walk { schemas: self, made, changes: Vec::new() };
        walk.visit(&Part { file, pointer: String::new(), schema }, message, "");
        walk.changes
    }

    fn target<'s>(&'s self, part: &Part<'s>) -> Option<Part<'s>> {
        let (file, pointer) = part.schema.get("$ref")?.as_str()?.split_once('#')?;
        let file = if file.is_empty() { part.file } else { file };
        let (file, document) = self.files.get_key_value(file).unwrap();
        Some(Part { file, pointer: pointer.to_owned(), schema: document.pointer(pointer).unwrap() })
    }
}

/// Whether an `if` holds: it asks for elements, and for the fixed value of some.
fn holds(condition: &Value, instance: &Value) -> bool {
    let required = condition["required"].as_array().into_iter().flatten();
    let is_there = required.map(|name| name.as_str().unwrap()).all(|name| instance.get(name).is_some());
    let pattern = condition["pattern"]
        .as_str()
        .is_none_or(|pattern| instance.as_str().is_some_and(|text| text.starts_with(pattern.trim_start_matches('^'))));
    let mut properties = condition["properties"].as_object().into_iter().flatten();
    let is_fixed = |(name, part): (&String, &Value)| match (instance.get(name), part.get("const"), part.get("enum")) {
        (Some(value), Some(fixed), _) => value == fixed,
        (Some(value), None, Some(several)) => several.as_array().unwrap().contains(value),
        (Some(value), None, None) => holds(part, value),
        (None, ..) => true,
    };
    is_there && pattern && properties.all(is_fixed)
}

struct Walk<'s, 'm> {
    schemas: &'s Schemas,
    made: &'m mut Made,
    changes: Vec<Change>,
}

impl<'s> Walk<'s, '_> {
    fn visit(&mut self, part: &Part<'s>, instance: &Value, place: &str) {
        if part.schema.is_boolean() {
            return;
        }
        self.own(part, instance, place);
        if let Some(target) = self.schemas.target(part) {
            self.visit(&target, instance, place);
        }
        for (position, one) in part.schema["allOf"].as_array().into_iter().flatten().enumerate() {
            let pointer = format!("{}/allOf/{position}", part.pointer);
            self.visit(&Part { pointer, schema: one, ..*part }, instance, place);
        }
        if let Some(condition) = part.schema.get("if") {
            let branch = if holds(condition, instance) { "then" } else { "else" };
            if let Some(branch) = part.below(branch) {
                self.visit(&branch, instance, place);
            }
        }
        if let (Some(below), Some(members)) = (part.below("dependentSchemas"), instance.as_object()) {
            for branch in members.keys().filter_map(|name| below.below(name)) {
                self.visit(&branch, instance, place);
            }
        }
        if let (Some(below), Some(members)) = (part.below("properties"), instance.as_object()) {
            for (name, value) in members {
                if let Some(property) = below.below(name) {
                    self.visit(&property, value, &format!("{place}/{name}"));
                }
            }
        }
        if let (Some(item), Some(elements)) = (part.below("items"), instance.as_array()) {
            for (position, element) in elements.iter().enumerate() {
                self.visit(&item, element, &format!("{place}/{position}"));
            }
        }
    }

    /// Breaks the keywords that stand here.
    fn own(&mut self, part: &Part<'s>, instance: &Value, place: &str) {
        self.missing(part, instance, place);
        self.excluded(part, instance, place);
        self.values(part, instance, place);
        self.counts(part, instance, place);
    }

    fn missing(&mut self, part: &Part<'s>, instance: &Value, place: &str) {
        for (position, name) in part.schema["required"].as_array().into_iter().flatten().enumerate() {
            let name = name.as_str().unwrap();
            if instance.get(name).is_some() {
                let mut without = instance.clone();
                without.as_object_mut().unwrap().remove(name);
                let keyword = part.keyword(&format!("required/{position}"));
                self.change("missing", keyword, place, without, place.to_owned(), Some(name));
            }
        }
        for (name, needed) in part.schema["dependentRequired"].as_object().into_iter().flatten() {
            let needed = needed[0].as_str().unwrap();
            if instance.get(name).is_some() && instance.get(needed).is_some() {
                let mut without = instance.clone();
                without.as_object_mut().unwrap().remove(needed);
                let keyword = part.keyword(&format!("dependentRequired/{name}"));
                self.change("missing beside another", keyword, place, without, place.to_owned(), Some(needed));
            }
        }
    }

    /// Adds what excludes, or is excluded by, an element that is there.
    fn excluded(&mut self, part: &Part<'s>, instance: &Value, place: &str) {
        for (name, schema) in part.schema["properties"].as_object().into_iter().flatten() {
            if schema == &Value::Bool(false) && instance.is_object() && instance.get(name).is_none() {
                let mut with = instance.clone();
                with[name] = json!("x");
                let keyword = part.keyword(&format!("properties/{name}"));
                self.change("both of a choice", keyword, place, with, format!("{place}/{name}"), None);
            }
        }
    }

    fn values(&mut self, part: &Part<'s>, instance: &Value, place: &str) {
        let mut replace = |sort, keyword: &str, value| {
            self.change(sort, part.keyword(keyword), place, value, place.to_owned(), None);
        };
        if let Some(kind) = part.schema["type"].as_str() {
            let other = match kind {
                "object" => json!([instance]),
                "array" => instance[0].clone(),
                "string" => json!(7),
                "boolean" => json!("true"),
                _ => json!("7"),
            };
            replace("other type", "type", if other.is_null() { json!("x") } else { other });
        }
        for keyword in ["const", "enum"] {
            if part.schema.get(keyword).is_some() {
                replace("other value", keyword, json!("another"));
            }
        }
        if part.schema.get("pattern").is_some() {
            replace("other form", "pattern", json!("urn:uuid: ~ "));
        }
        if part.schema.get("minLength").is_some() && instance.is_string() {
            replace("empty", "minLength", json!(""));
        }
        if part.schema.get("minimum").is_some() && instance.is_number() {
            replace("other value", "minimum", json!(-1));
        }
        if part.schema.get("minProperties").is_some() && instance.is_object() && part.schema.get("required").is_none() {
            replace("empty", "minProperties", json!({}));
        }
    }

    fn counts(&mut self, part: &Part<'s>, instance: &Value, place: &str) {
        let Some(elements) = instance.as_array() else { return };
        if part.schema.get("minItems").is_some() {
            self.change("empty", part.keyword("minItems"), place, json!([]), place.to_owned(), None);
        }
        let twice = |element: &Value| Value::Array(elements.iter().chain([element]).cloned().collect());
        if part.schema.get("maxItems").is_some() {
            self.change("too many", part.keyword("maxItems"), place, twice(&elements[0]), place.to_owned(), None);
        }
        let Some(condition) = part.schema.get("contains") else { return };
        let is_one = |element: &&Value| holds(condition, element);
        let Some(one) = elements.iter().find(is_one) else { return };
        if part.schema["minContains"] != 0 {
            let without = elements.iter().filter(|element| !is_one(element)).cloned().collect();
            self.change("missing", part.keyword("contains"), place, without, place.to_owned(), None);
        }
        if part.schema.get("maxContains").is_some() {
            self.change("too many", part.keyword("maxContains"), place, twice(one), place.to_owned(), None);
        }
    }

    /// Puts a value in the place of what stands there.
    fn change(
        &mut self,
        sort: &'static str,
        keyword: String,
        at: &str,
        value: Value,
        place: String,
        missing: Option<&str>,
    ) {
        let name = at.rsplit('/').find(|segment| segment.parse::<usize>().is_err()).unwrap_or_default();
        if !self.made.insert((keyword.clone(), name.to_owned(), sort)) {
            return;
        }
        self.changes.push(Change {
            keyword,
            sort,
            tells_the_kind: tells_the_kind(&place, missing),
            place,
            missing: missing.map(str::to_owned),
            at: at.to_owned(),
            value,
        });
    }
}

/// Whether a place is what tells the kind of a message, or is on the way there.
fn tells_the_kind(place: &str, missing: Option<&str>) -> bool {
    let place = missing.map_or_else(|| place.to_owned(), |missing| format!("{place}/{missing}"));
    let header = place.strip_prefix("/entry/0");
    let of_header = ["", "/resource", "/resource/resourceType"];
    ["", "/resourceType", "/entry", "/parameter", "/status"].contains(&place.as_str())
        || header.is_some_and(|below| of_header.contains(&below) || below.starts_with("/resource/eventCoding"))
}
