//! The element view of an XML document.

use std::borrow::Cow;
use std::ops::Range;

use causeway_canonical::{Finding, Position};
use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree};

use super::path::fhir_path;
use super::{NAMESPACE, XSI};
use crate::element::{Companions, ElementTree};
use crate::narrative::{XHTML, div_form};

/// An XML document with paths in FHIRPath.
pub struct FhirXmlTree<'s> {
    xml: XmlTree<'s>,
}

impl<'s> FhirXmlTree<'s> {
    /// Reads a document.
    ///
    /// # Errors
    /// The first rule of XML that the document breaks.
    pub fn parse(source: &'s [u8], limits: &Limits) -> Result<Self, Finding> {
        Ok(FhirXmlTree { xml: XmlTree::parse(source, limits)? })
    }

    /// The document as XML.
    pub fn xml(&self) -> &XmlTree<'s> {
        &self.xml
    }

    /// The hint for schema tools on the root, which says nothing of the content.
    pub fn schema_location(&self) -> Option<NodeId> {
        self.xml.attribute_ns(self.xml.root(), XSI, "schemaLocation")
    }

    /// Whether the node is a resource: the name begins with a capital.
    pub fn is_resource(&self, node: NodeId) -> bool {
        self.xml.kind(node) == XmlKind::Element
            && self.xml.name(node).starts_with(|first: char| first.is_ascii_uppercase())
            && self.xml.namespace(node) == NAMESPACE
    }

    /// Whether the node is the XHTML of a narrative.
    pub fn is_xhtml(&self, node: NodeId) -> bool {
        self.is_element(node, "div") && self.xml.parent(node).is_some_and(|text| self.is_element(text, "text"))
    }

    fn is_element(&self, node: NodeId, name: &str) -> bool {
        let namespace = if name == "div" { XHTML } else { NAMESPACE };
        self.xml.kind(node) == XmlKind::Element && self.xml.name(node) == name && self.xml.namespace(node) == namespace
    }

    /// The resource in an element around one; otherwise the element.
    fn content(&self, element: NodeId) -> NodeId {
        self.xml.elements(element).next().filter(|child| self.is_resource(*child)).unwrap_or(element)
    }

    /// The element around a resource; otherwise the element.
    fn wrapper(&self, element: NodeId) -> NodeId {
        if self.is_resource(element) { self.xml.parent(element).unwrap_or(element) } else { element }
    }
}

impl ElementTree for FhirXmlTree<'_> {
    fn document(&self) -> NodeId {
        self.xml.root()
    }

    /// A resource is its own `resourceType`; the URL of an extension, and the id of what is no resource, are attributes.
    fn first_named(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        match name {
            "resourceType" => self.is_resource(parent).then_some(parent),
            "url" if matches!(self.xml.name(parent), "extension" | "modifierExtension") => {
                self.xml.attribute(parent, name)
            }
            "id" if !self.is_resource(parent) => self.xml.attribute(parent, name),
            _ => self.xml.elements(parent).find(|child| self.is_element(*child, name)).map(|child| self.content(child)),
        }
    }

    fn only_named(&self, parent: NodeId, name: &str) -> Option<NodeId> {
        let first = self.first_named(parent, name)?;
        (first == parent || self.next_in_list(first).is_none()).then_some(first)
    }

    fn next_in_list(&self, element: NodeId) -> Option<NodeId> {
        let wrapper = self.wrapper(element);
        let name = self.xml.name(wrapper);
        std::iter::successors(self.xml.next_sibling(wrapper), |node| self.xml.next_sibling(*node))
            .find(|sibling| self.is_element(*sibling, name))
            .map(|sibling| self.content(sibling))
    }

    fn primitive(&self, element: NodeId) -> Option<&str> {
        if self.xml.kind(element) == XmlKind::Attribute {
            return Some(self.xml.text(element));
        }
        match self.xml.attribute(element, "value") {
            Some(value) => Some(self.xml.text(value)),
            None => self.is_resource(element).then(|| self.xml.name(element)),
        }
    }

    fn is_composite(&self, element: NodeId) -> bool {
        self.xml.kind(element) == XmlKind::Element && self.xml.attribute(element, "value").is_none()
    }

    fn value_nodes(&self, element: NodeId) -> Range<usize> {
        if self.is_xhtml(element) {
            return self.xml.subtree(element);
        }
        let value = self.xml.attribute(element, "value").unwrap_or(element).index();
        value..value + 1
    }

    fn xhtml(&self, element: NodeId) -> Result<String, &'static str> {
        div_form(&self.xml, element)
    }

    fn companions(&self) -> Companions {
        let extended = |node: &NodeId| {
            self.xml.kind(*node) == XmlKind::Element
                && self.xml.attribute(*node, "value").is_some()
                && self.xml.elements(*node).next().is_some()
        };
        let of = (0..self.len()).map(NodeId::from_index).filter(extended).map(|node| (node, node)).collect();
        Companions { of, placeholders: Vec::new() }
    }
}

impl Tree for FhirXmlTree<'_> {
    fn len(&self) -> usize {
        self.xml.len()
    }

    fn is_value(&self, id: NodeId) -> bool {
        self.xml.is_value(id)
    }

    fn as_xml(&self) -> Option<&XmlTree<'_>> {
        Some(&self.xml)
    }

    fn path(&self, id: NodeId) -> String {
        fhir_path(&self.xml.path(id))
    }

    fn span(&self, id: NodeId) -> Range<usize> {
        self.xml.span(id)
    }

    fn position(&self, id: NodeId) -> Position {
        self.xml.position(id)
    }

    fn value(&self, id: NodeId) -> Cow<'_, str> {
        self.xml.value(id)
    }

    fn node_at(&self, offset: usize) -> Option<NodeId> {
        self.xml.node_at(offset)
    }

    fn position_of_offset(&self, offset: usize) -> Position {
        self.xml.position_of_offset(offset)
    }
}

#[cfg(test)]
mod tests;
