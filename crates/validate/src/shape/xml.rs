//! FHIR XML as the JSON that schemas speak of (FHIR R4, json.html beside xml.html).
//!
//! Invariants:
//! - Each value of the JSON stands for one element or attribute of the XML, and findings about it stand there.
//! - Elements become lists, texts, numbers and truth values as the schema has them. A value that does not have the form of a
//!   number or of a truth value stays a text, so that the schema refuses it as it does in JSON.
//! - An element that may stand once and stands again cannot be said in JSON: it is reported here, and the first counts.
//! - The call depth is constant.

use causeway_syntax::{JsonWriter, NodeId, Tree as _, XmlKind, XmlTree};

use super::forms::{Form, Holds, Slot};
use crate::view::{NAMESPACE, content, is_resource};

/// The namespace of the narrative.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// A message in JSON.
pub struct AsJson {
    /// The text.
    pub text: String,
    /// For each value of the text, in its order, the node of the XML that it stands for.
    pub nodes: Vec<NodeId>,
    /// Elements that stand a second time where one is allowed.
    pub repeated: Vec<NodeId>,
}

/// Tells a message in JSON; `form` is what its schema says of it.
pub fn to_json(xml: &XmlTree<'_>, form: Form<'_>) -> AsJson {
    let mut writer = Writer {
        xml,
        json: JsonWriter::compact(),
        nodes: Vec::with_capacity(xml.len()),
        repeated: Vec::new(),
        steps: Vec::new(),
    };
    writer.object(xml.root(), form);
    while let Some(step) = writer.steps.pop() {
        writer.take(step);
    }
    AsJson { text: writer.json.finish(), nodes: writer.nodes, repeated: writer.repeated }
}

/// What is still to be written.
enum Step<'x, 'f> {
    Key(&'x str),
    /// The name of what is said of a primitive beyond its value.
    CompanionKey(&'x str),
    Value(NodeId, Option<&'f Slot>, Form<'f>),
    /// What is said of a primitive beyond its value.
    Companion(NodeId, Form<'f>),
    Null(NodeId),
    BeginList(NodeId),
    EndList,
    EndObject,
}

struct Writer<'x, 'f> {
    xml: &'x XmlTree<'x>,
    json: JsonWriter,
    nodes: Vec<NodeId>,
    repeated: Vec<NodeId>,
    steps: Vec<Step<'x, 'f>>,
}

impl<'x, 'f> Writer<'x, 'f> {
    fn take(&mut self, step: Step<'x, 'f>) {
        match step {
            Step::Key(name) => self.json.key(name),
            Step::CompanionKey(name) => self.json.key(&format!("_{name}")),
            Step::Value(node, slot, around) => self.value(node, slot, around),
            Step::Companion(node, around) => self.object(node, around.inside(None, None)),
            Step::Null(node) => {
                self.nodes.push(node);
                self.json.raw_scalar("null");
            }
            Step::BeginList(node) => {
                self.nodes.push(node);
                self.json.begin_array();
            }
            Step::EndList => self.json.end_array(),
            Step::EndObject => self.json.end_object(),
        }
    }

    fn value(&mut self, node: NodeId, slot: Option<&'f Slot>, around: Form<'f>) {
        let xml = self.xml;
        if let Some(text) = primitive(xml, node) {
            self.nodes.push(node);
            let is_plain = match slot.map_or(Holds::Anything, |slot| slot.holds) {
                Holds::Number => is_number(text),
                Holds::Boolean => matches!(text, "true" | "false"),
                Holds::Text | Holds::Elements | Holds::Anything => false,
            };
            return if is_plain { self.json.raw_scalar(text) } else { self.json.string(text) };
        }
        let content = content(xml, node);
        let kind = is_resource(xml, content).then(|| xml.name(content));
        self.object(content, around.inside(slot, kind));
    }

    /// Begins an element with others in it, which are written by further steps.
    fn object(&mut self, element: NodeId, form: Form<'f>) {
        let xml = self.xml;
        self.nodes.push(element);
        self.json.begin_object();
        if is_resource(xml, element) {
            self.nodes.push(element);
            self.json.key("resourceType");
            self.json.string(xml.name(element));
        }
        let mut children: Vec<(&'x str, NodeId)> = xml
            .attributes(element)
            .filter(|attribute| matches!(xml.name(*attribute), "id" | "url") && xml.namespace(*attribute).is_empty())
            .chain(xml.elements(element).filter(|child| xml.namespace(*child) == NAMESPACE || is_xhtml(xml, *child)))
            .map(|child| (xml.name(child), child))
            // What JSON says in another way is no element.
            .filter(|(name, _)| *name != "resourceType" && !name.starts_with('_'))
            .collect();
        if primitive(xml, element).is_some() {
            children.retain(|(name, _)| matches!(*name, "id" | "extension"));
        }
        children.sort_by_key(|(name, _)| *name);
        let mut steps = Vec::with_capacity(2 * children.len() + 1);
        for group in children.chunk_by(|(first, _), (second, _)| first == second) {
            let Some((name, first)) = group.first() else { continue };
            let slot = form.slot(name);
            let is_open_list = matches!(*name, "extension" | "modifierExtension" | "contained") || group.len() > 1;
            if slot.map_or(is_open_list, |slot| slot.is_list) {
                self.list(name, group, slot, form, &mut steps);
                continue;
            }
            self.repeated.extend(group.get(1).map(|(_, second)| *second));
            if has_value(xml, *first, slot) {
                steps.extend([Step::Key(name), Step::Value(*first, slot, form)]);
            }
            if has_companion(xml, *first, slot) {
                steps.extend([Step::CompanionKey(name), Step::Companion(*first, form)]);
            }
        }
        steps.push(Step::EndObject);
        self.steps.extend(steps.into_iter().rev());
    }

    fn list(
        &self,
        name: &'x str,
        group: &[(&'x str, NodeId)],
        slot: Option<&'f Slot>,
        form: Form<'f>,
        steps: &mut Vec<Step<'x, 'f>>,
    ) {
        let Some((_, first)) = group.first() else { return };
        let xml = self.xml;
        if group.iter().any(|(_, node)| has_value(xml, *node, slot)) {
            steps.extend([Step::Key(name), Step::BeginList(*first)]);
            steps.extend(group.iter().map(|(_, node)| match has_value(xml, *node, slot) {
                true => Step::Value(*node, slot, form),
                false => Step::Null(*node),
            }));
            steps.push(Step::EndList);
        }
        if group.iter().any(|(_, node)| has_companion(xml, *node, slot)) {
            steps.extend([Step::CompanionKey(name), Step::BeginList(*first)]);
            steps.extend(group.iter().map(|(_, node)| match has_companion(xml, *node, slot) {
                true => Step::Companion(*node, form),
                false => Step::Null(*node),
            }));
            steps.push(Step::EndList);
        }
    }
}

/// The text of a primitive, of an attribute or of a narrative.
fn primitive<'x>(xml: &'x XmlTree<'x>, node: NodeId) -> Option<&'x str> {
    if xml.kind(node) == XmlKind::Attribute {
        return Some(xml.text(node));
    }
    if is_xhtml(xml, node) {
        return Some(xml.raw(node));
    }
    xml.attribute(node, "value").map(|value| xml.text(value))
}

fn is_xhtml(xml: &XmlTree<'_>, node: NodeId) -> bool {
    xml.kind(node) == XmlKind::Element && xml.name(node) == "div" && xml.namespace(node) == XHTML
}

/// Whether an element is written under its name. A primitive of which only the extensions are known is not.
fn has_value(xml: &XmlTree<'_>, node: NodeId, slot: Option<&Slot>) -> bool {
    primitive(xml, node).is_some() || !has_companion(xml, node, slot)
}

/// Whether something is said of a primitive beyond its value. An element without a value is one, if the schema has a
/// primitive there and nothing stands in it that no primitive has.
fn has_companion(xml: &XmlTree<'_>, node: NodeId, slot: Option<&Slot>) -> bool {
    let is_extension = |child| xml.name(child) == "extension";
    let is_primitive = xml.attribute(node, "value").is_some()
        || slot.is_some_and(|slot| slot.holds.is_primitive()) && xml.elements(node).all(is_extension);
    is_primitive && (xml.attribute(node, "id").is_some() || xml.elements(node).any(is_extension))
}

/// Whether a text is a number as JSON writes it.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, "0"), |parts| parts);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    digits(whole) && !has_leading_zero && digits(fraction) && digits(exponent)
}

#[cfg(test)]
mod tests;
