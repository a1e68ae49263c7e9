//! FHIR JSON: elements as members, primitives as scalars.
//!
//! What FHIR says of a primitive beyond its value stands beside it, in a member whose name begins with `_`.

use std::collections::HashMap;
use std::ops::Range;

use causeway_syntax::{JsonKind, JsonTree, JsonWriter, NodeId, Tree as _};

use crate::element::{Companions, ElementTree};
use crate::narrative::canonical_div;
use crate::sink::Output;

impl ElementTree for JsonTree<'_> {
    fn document(&self) -> NodeId {
        self.root()
    }

    fn first_named(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        let member = self.child(parent, name)?;
        match self.kind(member) {
            JsonKind::Array => self.children(member).next(),
            _ => Some(member),
        }
    }

    fn only_named(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        self.child(parent, name).filter(|member| self.kind(*member) != JsonKind::Array)
    }

    fn next_in_list(&self, element: NodeId) -> Option<NodeId> {
        self.parent(element).filter(|list| self.kind(*list) == JsonKind::Array)?;
        self.next_sibling(element)
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

    fn value_nodes(&self, element: NodeId) -> Range<usize> {
        element.index()..element.index() + 1
    }

    fn xhtml(&self, element: NodeId) -> Result<String, &'static str> {
        canonical_div(self.primitive(element).unwrap_or_default())
    }

    fn companions(&self) -> Companions {
        let mut companions = Companions::default();
        // A look at the bytes, as nearly no message has any.
        if !self.source().contains("\"_") {
            return companions;
        }
        let nodes = || (0..self.len()).map(NodeId::from_index);
        let members: HashMap<_, _> =
            nodes().filter_map(|node| Some(((self.parent(node)?, self.key(node)?), node))).collect();
        for (&(parent, name), &companion) in &members {
            let Some(&primitive) = name.strip_prefix('_').and_then(|name| members.get(&(parent, name))) else {
                continue;
            };
            if self.kind(companion) == JsonKind::Array {
                for (primitive, companion) in self.children(primitive).zip(self.children(companion)) {
                    pair(self, &mut companions, primitive, companion);
                }
            } else {
                pair(self, &mut companions, primitive, companion);
            }
        }
        companions
    }
}

/// Notes what stands beside a primitive.
fn pair(tree: &JsonTree<'_>, companions: &mut Companions, primitive: NodeId, companion: NodeId) {
    match tree.kind(companion) {
        JsonKind::Object => {
            companions.of.insert(primitive, companion);
        }
        JsonKind::Null => companions.placeholders.push(companion),
        _ => {}
    }
}

/// Writes FHIR JSON.
pub struct JsonOutput {
    json: JsonWriter,
}

impl JsonOutput {
    /// An empty document.
    pub fn new() -> Self {
        JsonOutput { json: JsonWriter::pretty() }
    }

    fn scalar(&mut self, text: &str, plain: bool) -> usize {
        let offset = self.json.offset();
        if plain {
            self.json.raw_scalar(text);
        } else {
            self.json.string(text);
        }
        offset
    }
}

impl Output for JsonOutput {
    fn begin_resource(&mut self, kind: &'static str) {
        self.json.begin_object();
        self.json.key("resourceType");
        self.json.string(kind);
    }

    fn end_resource(&mut self) {
        self.json.end_object();
    }

    fn begin_wrapper(&mut self, name: &'static str) {
        self.json.key(name);
    }

    fn end_wrapper(&mut self) {}

    fn begin_element(&mut self, name: &'static str) {
        self.json.key(name);
        self.json.begin_object();
    }

    fn end_element(&mut self) {
        self.json.end_object();
    }

    fn begin_list(&mut self, name: &'static str) {
        self.json.key(name);
        self.json.begin_array();
    }

    fn begin_entry(&mut self) {
        self.json.begin_object();
    }

    fn end_entry(&mut self) {
        self.json.end_object();
    }

    fn begin_resource_entry(&mut self) {}

    fn end_resource_entry(&mut self) {}

    fn end_list(&mut self) {
        self.json.end_array();
    }

    fn begin_value(&mut self, name: &'static str, text: &str, plain: bool) -> usize {
        self.json.key(name);
        self.scalar(text, plain)
    }

    fn end_value(&mut self) {}

    fn begin_item(&mut self, text: &str) -> usize {
        self.scalar(text, false)
    }

    fn end_item(&mut self) {}

    fn xhtml(&mut self, name: &'static str, div: &str) -> usize {
        self.json.key(name);
        self.scalar(div, false)
    }

    fn begin_companion(&mut self, name: &'static str) {
        self.json.key(&format!("_{name}"));
        self.json.begin_object();
    }

    fn end_companion(&mut self) {
        self.json.end_object();
    }

    fn items_have_companions_apart(&self) -> bool {
        true
    }

    fn begin_companions(&mut self, name: &'static str) {
        self.json.key(&format!("_{name}"));
        self.json.begin_array();
    }

    fn no_companion(&mut self) {
        self.json.raw_scalar("null");
    }

    fn illegal_values(&self) -> usize {
        0
    }

    fn finish(self: Box<Self>) -> String {
        self.json.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_syntax::Limits;

    #[test]
    fn a_companion_belongs_to_the_primitive_of_its_name_and_position() {
        let source =
            br#"{"given":["a","b"],"_given":[null,{"extension":[]}],"_gender":{},"birthDate":"1","_birthDate":{}}"#;
        let tree = JsonTree::parse(source, &Limits::default()).unwrap();
        let companions = tree.companions();
        let given = tree.first_named(tree.root(), "given").unwrap();
        assert_eq!(companions.of.len(), 2);
        assert!(!companions.of.contains_key(&given));
        assert!(companions.of.contains_key(&tree.next_sibling(given).unwrap()));
        assert!(companions.of.contains_key(&tree.child(tree.root(), "birthDate").unwrap()));
        assert_eq!(companions.placeholders.len(), 1);
    }
}
