//! The signature in `signatureText` (prescription-order.md §4, signature.md).
//!
//! Invariants:
//! - The octets of the signature go in and come out unchanged, white space included: it is part of what was signed.
//! - Only where EPS-D15 is to be reproduced is the signature taken apart and written again without its white space.
//! - It is never written or kept if it could not be read again by itself.

use causeway_canonical::ledger::{Tag, map_rule, place};
use causeway_syntax::adapter::Defect;
use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree, XmlWriter};

use crate::element::Element;
use crate::rules;
use crate::spec;
use crate::target::Target;

const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Writes the signature, or the empty form of an unsigned document.
pub(crate) fn write(target: &mut Target<'_>, signature: Option<&str>) {
    target.open(&spec::SIGNATURE_TEXT);
    match signature {
        None => target.fixed("nullFlavor", "NA"),
        Some(xml) => write_content(target, xml),
    }
    target.close();
}

fn write_content(target: &mut Target<'_>, xml: &str) {
    let field = place::SIGNATURE_XML.field();
    let tree = match XmlTree::parse(xml.as_bytes(), &target.context.limits) {
        Ok(tree) if is_signature(&tree) => tree,
        Ok(_) => {
            return target.refuse(&rules::EPS_SIGNATURE, field, "expected an element Signature of XML-Signature");
        }
        Err(fault) => {
            let message = format!("expected a well-formed signature: {}", fault.rule.code);
            return target.refuse(&rules::EPS_SIGNATURE, field, message);
        }
    };
    if target.compat().reproduces(Defect::SignatureRewritten) {
        rewrite(&tree, tree.root(), target);
        return;
    }
    let start = tree.span(tree.root()).start;
    let offset = target.raw(tree.raw(tree.root()));
    for node in values(&tree, tree.root()) {
        target.tag_at(offset + tree.value_span(node).start - start, Tag::Field(field, map_rule::NONE));
    }
}

/// The part to be signed stands in some published messages in place of the whole.
fn is_signature(tree: &XmlTree<'_>) -> bool {
    tree.namespace(tree.root()) == XMLDSIG && matches!(tree.name(tree.root()), "Signature" | "SignedInfo")
}

fn values<'t>(tree: &'t XmlTree<'_>, root: NodeId) -> impl Iterator<Item = NodeId> + 't {
    let end = tree.span(root).end;
    (root.index()..tree.len())
        .map(NodeId::from_index)
        .take_while(move |&node| tree.span(node).start < end)
        .filter(|&node| tree.is_value(node))
}

/// Where a signature is written again.
trait Markup {
    fn start(&mut self, name: &str);
    fn declaration(&mut self, name: &str, uri: &str);
    fn attribute(&mut self, name: &str, value: &str);
    fn text(&mut self, text: &str);
    fn end(&mut self);
}

impl Markup for Target<'_> {
    fn start(&mut self, name: &str) {
        Target::start(self, name);
    }

    fn declaration(&mut self, name: &str, uri: &str) {
        self.fixed(name, uri);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        Target::attribute(self, name, value, [rewritten_tag()]);
    }

    fn text(&mut self, text: &str) {
        Target::text(self, text, [rewritten_tag()]);
    }

    fn end(&mut self) {
        self.close();
    }
}

fn rewritten_tag() -> Tag {
    Tag::Field(place::SIGNATURE_XML.field(), map_rule::SIGNATURE_REWRITE)
}

impl Markup for XmlWriter {
    fn start(&mut self, name: &str) {
        XmlWriter::start(self, name);
    }

    fn declaration(&mut self, name: &str, uri: &str) {
        XmlWriter::attribute(self, name, uri);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        XmlWriter::attribute(self, name, value);
    }

    fn text(&mut self, text: &str) {
        XmlWriter::text(self, text);
    }

    fn end(&mut self) {
        XmlWriter::end(self);
    }
}

/// Writes an element without white space between elements, comments and instructions, its attributes sorted (EPS-D15).
/// The depth is that of the parsed tree, which the limits bound.
fn rewrite(tree: &XmlTree<'_>, element: NodeId, out: &mut impl Markup) {
    out.start(tree.qualified_name(element));
    for node in tree.namespaces(element) {
        let prefix = tree.name(node);
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        out.declaration(&name, tree.text(node));
    }
    let mut attributes: Vec<_> =
        tree.attributes(element).map(|node| (tree.qualified_name(node), tree.text(node))).collect();
    attributes.sort_unstable_by_key(|(name, _)| name.to_ascii_lowercase());
    for (name, value) in attributes {
        out.attribute(name, value);
    }
    for child in tree.children(element) {
        match tree.kind(child) {
            XmlKind::Element => rewrite(tree, child, out),
            XmlKind::Text if tree.is_value(child) => out.text(tree.text(child)),
            _ => {}
        }
    }
    out.end();
}

/// The signature as it stands by itself: without the white space and XML declaration around it.
fn bare(xml: &str, rewritten: bool, limits: &Limits) -> Option<String> {
    let tree = XmlTree::parse(xml.as_bytes(), limits).ok().filter(is_signature)?;
    if !rewritten {
        return Some(tree.raw(tree.root()).to_owned());
    }
    let mut out = XmlWriter::compact();
    rewrite(&tree, tree.root(), &mut out);
    Some(out.finish())
}

/// What comes back of a signature; one that cannot be written stays as it is.
pub(crate) fn project(xml: &str, rewritten: bool, limits: &Limits) -> String {
    bare(xml, rewritten, limits).unwrap_or_else(|| xml.to_owned())
}

/// Reads `signatureText`; `None` in an unsigned document.
pub(crate) fn read(element: Element<'_>, limits: &Limits) -> Option<String> {
    let tree = element.source().tree;
    let mut content = tree.elements(element.node());
    let Some(signature) = content.next() else {
        return read_unsigned(element);
    };
    if let Some(second) = content.next() {
        element.source().complain(&rules::V3_REPEATED, second, "expected one signature, found several");
    }
    let rewritten = element.compat().reproduces(Defect::SignatureRewritten);
    let Some(text) = bare(tree.raw(signature), rewritten, limits) else {
        let message = "expected an element Signature of XML-Signature with its own namespace declarations";
        element.source().complain(&rules::V3_SIGNATURE, signature, message);
        return None;
    };
    if tree.name(signature) != "Signature" {
        let message = "expected an element Signature, found only the part to be signed";
        element.source().complain(&rules::V3_SIGNATURE_INCOMPLETE, signature, message);
    }
    let rule = if rewritten { map_rule::SIGNATURE_REWRITE } else { map_rule::NONE };
    for node in values(tree, signature) {
        element.source().marks.field(node, place::SIGNATURE_XML.field(), rule);
    }
    Some(text)
}

fn read_unsigned(element: Element<'_>) -> Option<String> {
    element.structural("nullFlavor");
    if !element.peek_text().trim().is_empty() {
        element.complain(&rules::V3_SIGNATURE, "expected an element Signature, found text");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PADDED: &str = "<?xml version=\"1.0\"?>\n<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\n  \
                          <A b=\"2\" a=\"1\"></A><!-- c --><B>x &amp; y</B>\n</Signature>\n";

    #[test]
    fn s4_the_octets_of_the_element_stay_as_they_are() {
        let kept = project(PADDED, false, &Limits::default());
        assert!(PADDED.contains(&kept));
        assert!(kept.starts_with("<Signature") && kept.ends_with("</Signature>") && kept.contains("<!-- c -->"));
        assert_eq!(project(&kept, false, &Limits::default()), kept);
    }

    #[test]
    fn d15_white_space_goes_and_attributes_are_sorted() {
        let rewritten = project(PADDED, true, &Limits::default());
        let expected = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><A a=\"1\" b=\"2\"/>\
                        <B>x &amp; y</B></Signature>";
        assert_eq!(rewritten, expected);
        assert_eq!(project(&rewritten, true, &Limits::default()), rewritten);
    }

    #[test]
    fn s4_another_element_is_no_signature() {
        for xml in ["<Signature/>", "<x xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>", "no xml", ""] {
            assert_eq!(bare(xml, false, &Limits::default()), None, "{xml}");
        }
    }
}
