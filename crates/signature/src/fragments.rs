//! The document whose hash is signed (signature.md §2).
//!
//! Invariants:
//! - Prefixes, comments and white space between elements do not matter; every other character does.
//! - What a later issue of a repeat prescription changes is left out, so that the signature outlives it.

use causeway_canonical::Finding;
use causeway_syntax::{C14n, C14nMode, Limits, NodeId, XmlKind, XmlTree, XmlWriter, canonicalize};

use crate::parts::{Parts, V3, at};
use crate::rules;

/// The canonical text of the fragments.
pub(crate) fn canonical(tree: &XmlTree<'_>, parts: &Parts, limits: &Limits) -> Result<String, Finding> {
    let mut copier = Copier { tree, namespace: tree.namespace(parts.patient), out: XmlWriter::compact() };
    copier.out.start("FragmentsToBeHashed");
    copier.fragment(&[parts.time, parts.prescription_id], |_, _| true)?;
    copier.fragment(&[parts.agent], |_, _| true)?;
    copier.fragment(&[parts.patient], |_, _| true)?;
    for &item in &parts.items {
        copier.fragment(&[item], |above, name| !changes_with_issue(above, name))?;
    }
    copier.out.end();
    let text = copier.out.finish();
    let document = XmlTree::parse(text.as_bytes(), limits)?;
    Ok(canonicalize(&document, document.root(), &EXCLUSIVE))
}

/// Exclusive C14N 1.0 without comments.
const EXCLUSIVE: C14n<'static> = C14n { mode: C14nMode::Exclusive, comments: false, inclusive_prefixes: &[] };

/// The parts of an item that a later issue has otherwise: how often it was issued, and its status.
fn changes_with_issue(above: &str, name: &str) -> bool {
    matches!((above, name), ("repeatNumber", "low") | ("pertinentLineItem", "pertinentInformation4"))
}

struct Copier<'t, 's> {
    tree: &'t XmlTree<'s>,
    namespace: &'t str,
    out: XmlWriter,
}

impl Copier<'_, '_> {
    fn fragment(&mut self, parts: &[NodeId], kept: fn(&str, &str) -> bool) -> Result<(), Finding> {
        self.out.start("Fragment");
        for &part in parts {
            self.element(part, Some(V3), kept)?;
        }
        self.out.end();
        Ok(())
    }

    /// Copies an element without prefixes; the namespace is declared where it is given. The depth is that of the parsed
    /// tree, which the limits bound.
    fn element(
        &mut self,
        element: NodeId,
        declared: Option<&str>,
        kept: fn(&str, &str) -> bool,
    ) -> Result<(), Finding> {
        let tree = self.tree;
        let name = tree.name(element);
        if tree.namespace(element) != self.namespace {
            let message = "expected all elements of what is signed in the namespace of the prescription";
            return Err(at(tree, element, Finding::new(&rules::SIGNATURE_PRESCRIPTION, message)));
        }
        self.out.start(name);
        if let Some(namespace) = declared {
            self.out.attribute("xmlns", namespace);
        }
        for attribute in tree.attributes(element) {
            self.attribute(attribute);
        }
        let has_elements = tree.elements(element).next().is_some();
        for child in tree.children(element) {
            match tree.kind(child) {
                XmlKind::Element if kept(name, tree.name(child)) => self.element(child, None, kept)?,
                XmlKind::Text if !has_elements || !tree.text(child).trim_ascii().is_empty() => {
                    self.out.text(tree.text(child));
                }
                _ => {}
            }
        }
        self.out.end();
        Ok(())
    }

    fn attribute(&mut self, attribute: NodeId) {
        let tree = self.tree;
        let prefix = tree.prefix(attribute);
        if !prefix.is_empty() && prefix != "xml" {
            self.declare(attribute, prefix);
        }
        self.out.attribute(tree.qualified_name(attribute), tree.text(attribute));
    }

    /// Declares the prefix of an attribute on its element, once.
    fn declare(&mut self, attribute: NodeId, prefix: &str) {
        let tree = self.tree;
        let Some(element) = tree.parent(attribute) else { return };
        let first = tree.attributes(element).find(|&other| tree.prefix(other) == prefix);
        if first == Some(attribute) {
            self.out.attribute(&format!("xmlns:{prefix}"), tree.namespace(attribute));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts;

    /// A prescription with one item, whose parts can be replaced.
    fn document(replace: &[(&str, &str)]) -> String {
        let mut text = "<ParentPrescription xmlns=\"urn:hl7-org:v3\"><recordTarget typeCode=\"RCT\"><Patient/>\
            </recordTarget><pertinentInformation1><pertinentPrescription><id root=\"A\"/>\
            <id extension=\"S\" root=\"2.16.840.1.113883.2.1.3.2.4.18.8\"/><author><time value=\"20240102030405\"/>\
            <signatureText nullFlavor=\"NA\"/><AgentPerson classCode=\"AGNT\"/></author><pertinentInformation2>\
            <pertinentLineItem><repeatNumber><low value=\"1\"/><high value=\"6\"/></repeatNumber><value>a b</value>\
            </pertinentLineItem></pertinentInformation2></pertinentPrescription></pertinentInformation1>\
            </ParentPrescription>"
            .to_owned();
        for (from, to) in replace {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        text
    }

    fn fragments(text: &str) -> Result<String, &'static str> {
        let limits = Limits::default();
        let tree = XmlTree::parse(text.as_bytes(), &limits).unwrap();
        let document = parts::documents(&tree)[0];
        let parts = parts::find(&tree, document).map_err(|finding| finding.rule.name)?;
        canonical(&tree, &parts, &limits).map_err(|finding| finding.rule.name)
    }

    #[test]
    fn s2_fragments_are_time_and_id_author_patient_and_items_without_what_an_issue_changes() {
        let expected = "<FragmentsToBeHashed><Fragment><time xmlns=\"urn:hl7-org:v3\" value=\"20240102030405\"></time>\
            <id xmlns=\"urn:hl7-org:v3\" root=\"A\"></id></Fragment><Fragment><AgentPerson xmlns=\"urn:hl7-org:v3\" \
            classCode=\"AGNT\"></AgentPerson></Fragment><Fragment><recordTarget xmlns=\"urn:hl7-org:v3\" \
            typeCode=\"RCT\"><Patient></Patient></recordTarget></Fragment><Fragment><pertinentLineItem \
            xmlns=\"urn:hl7-org:v3\"><repeatNumber><high value=\"6\"></high></repeatNumber><value>a b</value>\
            </pertinentLineItem></Fragment></FragmentsToBeHashed>";
        assert_eq!(fragments(&document(&[])).unwrap(), expected);
    }

    #[test]
    fn s2_prefixes_comments_white_space_between_elements_and_the_state_of_an_issue_do_not_matter() {
        let plain = fragments(&document(&[])).unwrap();
        let prefixed = document(&[("</", "</v:")]).replace('<', "<v:").replace("<v:/v:", "</v:");
        let prefixed = prefixed.replace("xmlns=", "xmlns:v=");
        let issued = "<low value=\"4\"/>";
        let status = "<pertinentInformation4 typeCode=\"PERT\"><x/></pertinentInformation4><value>";
        for changed in [
            prefixed,
            document(&[("><", ">\n  <")]),
            document(&[("<value>", "<!-- c --><value>")]),
            document(&[("a b", "a<!-- c --> b")]),
            document(&[("a b", "<![CDATA[a b]]>")]),
            document(&[("<low value=\"1\"/>", issued)]),
            document(&[("<value>", status)]),
        ] {
            assert_eq!(fragments(&changed).unwrap(), plain, "{changed}");
        }
    }

    #[test]
    fn s2_every_other_character_matters() {
        let plain = fragments(&document(&[])).unwrap();
        for (from, to) in [
            ("a b", "a  b"),
            ("a b", " a b"),
            ("a b", "a\nb"),
            ("a b", ""),
            ("a b", " "),
            ("20240102030405", "20240102030406"),
            ("<id root=\"A\"/>", "<id root=\"a\"/>"),
            ("<Patient/>", "<Patient x=\"\"/>"),
            ("<AgentPerson classCode=\"AGNT\"/>", "<AgentPerson classCode=\"AGNT\"><id/></AgentPerson>"),
            ("<high value=\"6\"/>", "<high value=\"7\"/>"),
            ("<high value=\"6\"/>", "<high e:value=\"6\" xmlns:e=\"urn:other\"/>"),
        ] {
            assert_ne!(fragments(&document(&[(from, to)])).unwrap(), plain, "{from} {to}");
        }
    }

    #[test]
    fn s2_text_and_attributes_keep_line_feeds_and_are_escaped_as_canonical_xml_says() {
        let text =
            fragments(&document(&[("a b", "1 &lt; 2 &amp; 'x' &gt; \"y\"\nz&#13;"), ("\"RCT\"", "\"'&#9;&#10;>\"")]));
        let text = text.unwrap();
        assert!(text.contains("<value>1 &lt; 2 &amp; 'x' &gt; \"y\"\nz&#xD;</value>"), "{text}");
        assert!(text.contains("typeCode=\"'&#x9;&#xA;>\""), "{text}");
    }

    #[test]
    fn s2_attributes_with_a_prefix_keep_it_and_stand_behind_the_others() {
        let changed = document(&[("<Patient/>", "<Patient xmlns:p=\"urn:p\" p:b=\"1\" z=\"2\" p:a=\"3\"/>")]);
        let text = fragments(&changed).unwrap();
        assert!(text.contains("<Patient xmlns:p=\"urn:p\" z=\"2\" p:a=\"3\" p:b=\"1\"></Patient>"), "{text}");
    }

    #[test]
    fn parts_that_could_be_meant_twice_or_are_not_there_are_refused() {
        let patient = "<recordTarget typeCode=\"RCT\"><Patient/></recordTarget>";
        let agent = "<AgentPerson classCode=\"AGNT\"/>";
        let time = "<time value=\"20240102030405\"/>";
        for (from, to) in [
            (patient, format!("{patient}{patient}")),
            (patient, format!("<recordTarget xmlns=\"urn:other\"/>{patient}")),
            (patient, String::new()),
            (agent, format!("{agent}{agent}")),
            (agent, String::new()),
            (time, format!("{time}{time}")),
            ("<author>", "<author/><author>".to_owned()),
            ("<Patient/>", "<Patient xmlns=\"urn:other\"/>".to_owned()),
            ("<id root=\"A\"/>", "<id root=\"A\"/><id root=\"A\"/>".to_owned()),
            ("<id root=\"A\"/>", String::new()),
            ("<id root=\"A\"/>", "<id xmlns=\"urn:other\"/>".to_owned()),
            ("pertinentInformation2", "pertinentInformation3".to_owned()),
        ] {
            assert_eq!(fragments(&document(&[(from, &to)])), Err("signature-prescription"), "{from} {to}");
        }
    }
}
