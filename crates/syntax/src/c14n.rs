//! Canonical XML 1.0 and Exclusive XML Canonicalization 1.0 of one element with everything in it.
//!
//! Invariants:
//! - Two trees that XML tools call equal give the same bytes; whatever a signature covers gives other bytes.
//! - Nothing is re-encoded: text leaves as it was decoded, with the escapes that the standard names.

use crate::tree::NodeId;
use crate::xml::{XML_URI, XmlKind, XmlTree};

/// Which namespace declarations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum C14nMode {
    /// Canonical XML 1.0: all that are in scope, inherited ones and `xml:` attributes too.
    Inclusive,
    /// Exclusive XML Canonicalization 1.0: only those that the element or its attributes use.
    Exclusive,
}

/// How to canonicalise.
#[derive(Clone, Copy, Debug)]
pub struct C14n<'a> {
    /// Which namespace declarations are written.
    pub mode: C14nMode,
    /// Whether comments stay.
    pub comments: bool,
    /// The InclusiveNamespaces PrefixList of the exclusive mode, with `#default` for the default namespace.
    pub inclusive_prefixes: &'a [&'a str],
}

/// The canonical form of the element `apex` and all that it holds. An id that is no element gives an empty text.
pub fn canonicalize(tree: &XmlTree<'_>, apex: NodeId, options: &C14n<'_>) -> String {
    if tree.kind(apex) != XmlKind::Element {
        return String::new();
    }
    let mut writer = Writer {
        tree,
        options,
        out: String::with_capacity(tree.raw(apex).len()),
        scope: Vec::new(),
        rendered: Vec::new(),
        open: Vec::new(),
    };
    writer.inherit(apex);
    let subtree = tree.subtree(apex);
    let mut at = subtree.start;
    while at < subtree.end {
        let id = NodeId::from_index(at);
        writer.close_until(tree.parent(id));
        at = writer.node(id, id == apex);
    }
    writer.close_until(None);
    writer.out
}

struct Writer<'t, 's, 'o> {
    tree: &'t XmlTree<'s>,
    options: &'o C14n<'o>,
    out: String,
    /// Prefix and URI of the declarations in scope, the innermost last.
    scope: Vec<(&'t str, &'t str)>,
    /// Declarations written on open elements, the innermost last.
    rendered: Vec<(&'t str, &'t str)>,
    /// Open elements with the lengths of `scope` and `rendered` before each.
    open: Vec<(NodeId, usize, usize)>,
}

impl<'t> Writer<'t, '_, '_> {
    /// Brings the declarations above the apex into scope.
    fn inherit(&mut self, apex: NodeId) {
        for ancestor in self.ancestors(apex).into_iter().rev() {
            self.declare(ancestor);
        }
    }

    fn ancestors(&self, id: NodeId) -> Vec<NodeId> {
        std::iter::successors(self.tree.parent(id), |&above| self.tree.parent(above)).collect()
    }

    /// Writes one node, elements without their content, and gives the place of the next node to write.
    fn node(&mut self, id: NodeId, apex: bool) -> usize {
        match self.tree.kind(id) {
            XmlKind::Element => {
                self.start(id, apex);
                return self.tree.children(id).next().map_or(self.tree.subtree(id).end, NodeId::index);
            }
            XmlKind::Text => escape_text(&mut self.out, self.tree.text(id)),
            XmlKind::Comment if self.options.comments => {
                self.out.push_str("<!--");
                self.out.push_str(self.tree.text(id));
                self.out.push_str("-->");
            }
            XmlKind::Instruction => {
                self.out.push_str("<?");
                self.out.push_str(self.tree.name(id));
                if !self.tree.text(id).is_empty() {
                    self.out.push(' ');
                    self.out.push_str(self.tree.text(id));
                }
                self.out.push_str("?>");
            }
            XmlKind::Comment | XmlKind::Attribute | XmlKind::Namespace => {}
        }
        id.index() + 1
    }

    fn start(&mut self, id: NodeId, apex: bool) {
        self.open.push((id, self.scope.len(), self.rendered.len()));
        self.declare(id);
        self.out.push('<');
        self.out.push_str(self.tree.qualified_name(id));
        let mut attributes: Vec<NodeId> = self.tree.attributes(id).collect();
        if apex && self.options.mode == C14nMode::Inclusive {
            self.inherit_xml_attributes(id, &mut attributes);
        }
        for (prefix, uri) in self.declarations(id, apex, &attributes) {
            self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.out.push_str(prefix);
            self.out.push_str("=\"");
            escape_attribute(&mut self.out, uri);
            self.out.push('"');
            self.rendered.push((prefix, uri));
        }
        let key = |id: &NodeId| (self.tree.namespace(*id), self.tree.name(*id));
        attributes.sort_by(|a, b| key(a).cmp(&key(b)));
        for attribute in attributes {
            self.out.push(' ');
            self.out.push_str(self.tree.qualified_name(attribute));
            self.out.push_str("=\"");
            escape_attribute(&mut self.out, self.tree.text(attribute));
            self.out.push('"');
        }
        self.out.push('>');
    }

    /// Canonical XML 1.0 §2.4: the apex of a subset gets the nearest `xml:` attributes of its ancestors.
    fn inherit_xml_attributes(&self, apex: NodeId, attributes: &mut Vec<NodeId>) {
        for ancestor in self.ancestors(apex) {
            for attribute in self.tree.attributes(ancestor).filter(|&id| self.tree.namespace(id) == XML_URI) {
                let name = self.tree.name(attribute);
                let known = |&id: &NodeId| self.tree.namespace(id) == XML_URI && self.tree.name(id) == name;
                if !attributes.iter().any(known) {
                    attributes.push(attribute);
                }
            }
        }
    }

    /// The declarations to write on an element, sorted by prefix.
    fn declarations(&self, id: NodeId, apex: bool, attributes: &[NodeId]) -> Vec<(&'t str, &'t str)> {
        let mut prefixes: Vec<&'t str> = match self.options.mode {
            C14nMode::Inclusive if apex => self.scope.iter().map(|&(prefix, _)| prefix).collect(),
            C14nMode::Inclusive => self.own_prefixes(id).collect(),
            C14nMode::Exclusive => {
                let used = attributes.iter().map(|&id| self.tree.prefix(id)).filter(|prefix| !prefix.is_empty());
                let listed = self.scope.iter().map(|&(prefix, _)| prefix).filter(|&prefix| self.is_listed(prefix));
                used.chain([self.tree.prefix(id)]).chain(listed).collect()
            }
        };
        prefixes.sort_unstable();
        prefixes.dedup();
        let meaning = |prefix| (prefix, lookup(&self.scope, prefix).unwrap_or_default());
        let declarations = prefixes.into_iter().filter(|&prefix| prefix != "xml").map(meaning);
        // An empty default namespace is written only where another one has to be undone.
        declarations.filter(|&(prefix, uri)| lookup(&self.rendered, prefix).unwrap_or_default() != uri).collect()
    }

    fn own_prefixes(&self, id: NodeId) -> impl Iterator<Item = &'t str> {
        let tree = self.tree;
        tree.namespaces(id).map(|declaration| tree.name(declaration))
    }

    /// Whether the InclusiveNamespaces PrefixList names the prefix.
    fn is_listed(&self, prefix: &str) -> bool {
        let prefix = if prefix.is_empty() { "#default" } else { prefix };
        self.options.inclusive_prefixes.contains(&prefix)
    }

    fn declare(&mut self, element: NodeId) {
        let tree = self.tree;
        self.scope.extend(tree.namespaces(element).map(|id| (tree.name(id), tree.text(id))));
    }

    /// Writes end tags until `parent` is the innermost open element, or all of them.
    fn close_until(&mut self, parent: Option<NodeId>) {
        while let Some(&(id, scope, rendered)) = self.open.last() {
            if Some(id) == parent {
                return;
            }
            self.open.pop();
            self.scope.truncate(scope);
            self.rendered.truncate(rendered);
            self.out.push_str("</");
            self.out.push_str(self.tree.qualified_name(id));
            self.out.push('>');
        }
    }
}

fn lookup<'a>(bindings: &[(&str, &'a str)], prefix: &str) -> Option<&'a str> {
    bindings.iter().rev().find(|(known, _)| *known == prefix).map(|&(_, uri)| uri)
}

/// Canonical XML 1.0 §2.3, text nodes.
fn escape_text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// Canonical XML 1.0 §2.3, attribute nodes.
fn escape_attribute(out: &mut String, value: &str) {
    escape(out, value, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape(out: &mut String, text: &str, reference: impl Fn(u8) -> Option<&'static str>) {
    let mut plain = 0;
    let mut from = 0;
    loop {
        let stop = crate::scan::xml_escape(text.as_bytes(), from);
        let Some(&byte) = text.as_bytes().get(stop) else { break };
        if let Some(reference) = reference(byte) {
            out.push_str(text.get(plain..stop).unwrap_or_default());
            out.push_str(reference);
            plain = stop + 1;
        }
        from = stop + 1;
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}

#[cfg(test)]
mod tests;
