//! A FHIR message as it stands in the source, whatever its syntax, for what is asked of resources and their elements.
//!
//! Invariants:
//! - Looks only, marks nothing and reports nothing.
//! - An element is one node in both syntaxes: an object or a scalar in JSON, and in XML the element, or the resource that it
//!   is put around. Elements of other namespaces are none.
//! - Paths and positions are those that the reader gives.

use std::borrow::Cow;

use causeway_canonical::{Finding, Rule};
use causeway_syntax::{JsonKind, JsonTree, NodeId, Tree, XmlKind, XmlTree};

/// The namespace of FHIR.
pub(crate) const NAMESPACE: &str = "http://hl7.org/fhir";

/// One message.
#[derive(Clone, Copy)]
pub(crate) struct View<'t> {
    tree: &'t dyn Tree,
    /// In which syntax it is written.
    pub syntax: Syntax<'t>,
}

/// One of the syntaxes of FHIR, with the tree of a message in it.
#[derive(Clone, Copy)]
pub(crate) enum Syntax<'t> {
    /// FHIR JSON.
    Json(&'t JsonTree<'t>),
    /// FHIR XML.
    Xml(&'t XmlTree<'t>),
}

impl<'t> View<'t> {
    /// The tree of a FHIR format; `None` for any other.
    pub fn of(format: &str, tree: &'t dyn Tree) -> Option<Self> {
        let syntax = match format {
            "fhir-r4-json" => Syntax::Json(tree.as_json()?),
            "fhir-r4-xml" => Syntax::Xml(tree.as_xml()?),
            _ => return None,
        };
        Some(View { tree, syntax })
    }

    /// The outermost element.
    pub fn root(&self) -> NodeId {
        match self.syntax {
            Syntax::Json(json) => json.root(),
            Syntax::Xml(xml) => xml.root(),
        }
    }

    /// The type of a resource, if the element is one and says which.
    pub fn resource_type(&self, element: NodeId) -> Option<&'t str> {
        match self.syntax {
            Syntax::Json(_) => self.child_text(element, "resourceType"),
            Syntax::Xml(xml) => is_resource(xml, element).then(|| xml.name(element)),
        }
    }

    /// All resources with their types, in order.
    pub fn resources(&self) -> impl Iterator<Item = (NodeId, &'t str)> + use<'t> {
        let view = *self;
        self.nodes().filter_map(move |node| match view.syntax {
            Syntax::Json(json) if json.key(node) == Some("resourceType") => json.parent(node).zip(view.text(node)),
            Syntax::Json(_) => None,
            Syntax::Xml(xml) => is_resource(xml, node).then(|| (node, xml.name(node))),
        })
    }

    /// All elements of that name that stand in no list, in order.
    pub fn named(&self, name: &'static str) -> impl Iterator<Item = NodeId> + use<'t> {
        let view = *self;
        self.nodes().filter(move |node| match view.syntax {
            Syntax::Json(json) => json.key(*node) == Some(name),
            Syntax::Xml(xml) => is_element(xml, *node, name),
        })
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<'t> {
        (0..self.tree.len()).map(NodeId::from_index)
    }

    /// The element around this one.
    pub fn parent(&self, element: NodeId) -> Option<NodeId> {
        match self.syntax {
            Syntax::Json(json) => {
                let parent = json.parent(element)?;
                if json.kind(parent) == JsonKind::Array { json.parent(parent) } else { Some(parent) }
            }
            Syntax::Xml(xml) => xml.parent(wrapper(xml, element)),
        }
    }

    /// The name by which the element stands in the one around it; empty for the outermost.
    pub fn name(&self, element: NodeId) -> &'t str {
        match self.syntax {
            Syntax::Json(json) => {
                json.key(element).or_else(|| json.parent(element).and_then(|list| json.key(list))).unwrap_or_default()
            }
            Syntax::Xml(xml) if element == xml.root() => "",
            Syntax::Xml(xml) => xml.name(wrapper(xml, element)),
        }
    }

    /// What stands under that name: the list in JSON, the first element of it in XML.
    pub fn child(&self, element: NodeId, name: &str) -> Option<NodeId> {
        match self.syntax {
            Syntax::Json(json) => json.child(element, name),
            Syntax::Xml(xml) => match name {
                "url" if matches!(xml.name(element), "extension" | "modifierExtension") => xml.attribute(element, name),
                "id" if !is_resource(xml, element) => xml.attribute(element, name),
                _ => xml.elements(element).find(|child| is_element(xml, *child, name)).map(|child| content(xml, child)),
            },
        }
    }

    /// The elements of the list of that name, in order.
    pub fn elements(&self, element: NodeId, name: &'static str) -> impl Iterator<Item = NodeId> + use<'t> {
        let (json, xml) = match self.syntax {
            Syntax::Json(json) => {
                let list = json.child(element, name).filter(|list| json.kind(*list) == JsonKind::Array);
                (list.map(|list| json.children(list)), None)
            }
            Syntax::Xml(xml) => {
                let elements = xml.elements_named(element, NAMESPACE, name);
                (None, Some(elements.map(move |child| content(xml, child))))
            }
        };
        json.into_iter().flatten().chain(xml.into_iter().flatten())
    }

    /// The value of a primitive that is a text, if it has content.
    pub fn text(&self, element: NodeId) -> Option<&'t str> {
        let text = match self.syntax {
            Syntax::Json(json) => (json.kind(element) == JsonKind::String).then(|| json.text(element))?,
            Syntax::Xml(xml) if xml.kind(element) == XmlKind::Attribute => xml.text(element),
            Syntax::Xml(xml) => xml.text(xml.attribute(element, "value")?),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The text of the child of that name.
    pub fn child_text(&self, element: NodeId, name: &str) -> Option<&'t str> {
        self.text(self.child(element, name)?)
    }

    /// The finding, at an element. A primitive of XML stands where its value begins.
    pub fn place(&self, finding: Finding, element: NodeId) -> Finding {
        let value = match self.syntax {
            Syntax::Json(_) => element,
            Syntax::Xml(xml) => xml.attribute(element, "value").unwrap_or(element),
        };
        finding.at(self.tree.path(element), self.tree.position(value))
    }

    /// A finding at an element.
    pub fn finding(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, element: NodeId) -> Finding {
        self.place(Finding::new(rule, message), element)
    }
}

fn is_element(xml: &XmlTree<'_>, node: NodeId, name: &str) -> bool {
    xml.kind(node) == XmlKind::Element && xml.name(node) == name && xml.namespace(node) == NAMESPACE
}

/// Only resources have names that begin with a capital.
pub(crate) fn is_resource(xml: &XmlTree<'_>, node: NodeId) -> bool {
    xml.kind(node) == XmlKind::Element
        && xml.name(node).starts_with(|first: char| first.is_ascii_uppercase())
        && xml.namespace(node) == NAMESPACE
}

/// The resource in an element around one; otherwise the element.
pub(crate) fn content(xml: &XmlTree<'_>, element: NodeId) -> NodeId {
    xml.elements(element).next().filter(|child| is_resource(xml, *child)).unwrap_or(element)
}

/// The element around a resource; otherwise the element.
fn wrapper(xml: &XmlTree<'_>, element: NodeId) -> NodeId {
    if is_resource(xml, element) { xml.parent(element).unwrap_or(element) } else { element }
}
