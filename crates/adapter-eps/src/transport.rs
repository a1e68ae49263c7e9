//! What may stand around an interaction: a MIME message with its ebXML part, or a SOAP envelope (overview.md §4,
//! responses.md §1).
//!
//! Invariants:
//! - A part is found by the boundaries, and told by the name of its document element; nothing is searched for in a text.
//! - Positions are those of the whole source.
//! - The transport around a message is not part of it: its headers are neither read nor checked.

use std::borrow::Cow;
use std::ops::Range;

use causeway_canonical::ledger::Mark;
use causeway_canonical::{Finding, Position};
use causeway_syntax::{Limits, Tree, XmlTree, root_tag};

use crate::element::{Element, NAMESPACE, Source};
use crate::rules;
use crate::tables;

/// How many bytes tell what a document is.
const SNIFFED: usize = 4096;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Encodings of a MIME part that leave its bytes as they are.
const IDENTITY: [&str; 3] = ["7bit", "8bit", "binary"];

/// Whether a source looks like an interaction, with or without transport around it.
pub(crate) fn sniff(source: &[u8]) -> bool {
    match Multipart::of(source) {
        Some(multipart) => multipart.interactions().next().is_some(),
        None => is_interaction(source) || is_envelope(&head(source)),
    }
}

/// Whether a document is a SOAP envelope with the start tag of an interaction not far from its head.
fn is_envelope(head: &str) -> bool {
    let tag = root_tag(head);
    let holds_interaction = || head.split('<').any(|tag| is_interaction_name(local_name(tag)));
    local_name(tag) == "Envelope" && tag.contains(SOAP) && head.contains(NAMESPACE) && holds_interaction()
}

/// The tree of the document that holds the interaction.
///
/// # Errors
/// What is wrong with the MIME message or with the document.
pub(crate) fn parse<'s>(source: &'s [u8], limits: &Limits) -> Result<XmlTree<'s>, Finding> {
    let Some(multipart) = Multipart::of(source) else {
        return XmlTree::parse(source, limits);
    };
    let mut parts = multipart.interactions();
    let Some(part) = parts.next() else {
        let message = "expected a part with an interaction in the MIME message";
        return Err(Finding::new(&rules::V3_MIME, message).at("", Position { line: 1, column: 1 }));
    };
    let tree = XmlTree::parse_part(source, part.body.clone(), limits)?;
    if let Some(second) = parts.next() {
        let tree = XmlTree::parse_part(source, second.body.clone(), limits)?;
        let message = "expected one part with an interaction, and this is another";
        return Err(Finding::new(&rules::V3_MIME, message).at("", tree.position_of_offset(second.body.start)));
    }
    match part.encoding {
        Some(encoding) if !IDENTITY.iter().any(|known| encoding.eq_ignore_ascii_case(known)) => {
            let message = "expected a part in the transfer encoding 7bit, 8bit or binary";
            Err(Finding::new(&rules::V3_MIME, message).at("", tree.position_of_offset(part.body.start)))
        }
        _ => Ok(tree),
    }
}

/// The interaction in a document: its root, or what stands in the body of a SOAP envelope, directly or in one element.
pub(crate) fn interaction<'t>(document: &'t Source<'t>) -> Element<'t> {
    let root = document.root();
    if root.namespace() != SOAP || root.name() != "Envelope" {
        return root;
    }
    let bodies = root.elements().filter(|element| element.namespace() == SOAP && element.name() == "Body");
    let contents = bodies.flat_map(Element::elements);
    let candidates = contents.flat_map(|content| std::iter::once(content).chain(content.elements()));
    let mut found =
        candidates.filter(|element| element.namespace() == NAMESPACE && is_interaction_name(element.name()));
    match found.next() {
        Some(interaction) => {
            if let Some(second) = found.next() {
                second.complain(&rules::V3_REPEATED, "expected one interaction in the envelope, and this is another");
            }
            root.mark_around(interaction, Mark::Unmodelled(tables::TRANSPORT));
            interaction
        }
        None => root,
    }
}

/// A MIME message, split at its boundaries.
struct Multipart<'s> {
    source: &'s [u8],
    parts: Vec<Part<'s>>,
}

struct Part<'s> {
    body: Range<usize>,
    encoding: Option<&'s str>,
}

impl<'s> Multipart<'s> {
    /// The message, if the source starts with a boundary. Lines may be indented, and a boundary in quotes.
    fn of(source: &'s [u8]) -> Option<Self> {
        let mut lines = Lines { source, at: 0 }.peekable();
        while lines.next_if(|(_, line)| line.is_empty()).is_some() {}
        let boundary = lines.peek().map(|(_, line)| unquoted(line)).filter(|line| line.starts_with("--"))?;
        if boundary.len() <= "--".len() || boundary.starts_with("-->") {
            return None;
        }
        let mut multipart = Multipart { source, parts: Vec::new() };
        let mut header = None;
        for (span, line) in lines {
            let line_or_boundary = unquoted(line);
            let is_last = line_or_boundary.strip_prefix(boundary) == Some("--");
            if is_last || line_or_boundary == boundary {
                multipart.end_part(span.start);
                if is_last {
                    break;
                }
                header = Some(None);
            } else if let Some(encoding) = &mut header {
                match line.split_once(':') {
                    Some((name, value)) if name.eq_ignore_ascii_case("Content-Transfer-Encoding") => {
                        *encoding = Some(value.trim());
                    }
                    _ if line.is_empty() => {
                        multipart.parts.push(Part { body: span.end..source.len(), encoding: *encoding });
                        header = None;
                    }
                    _ => {}
                }
            }
        }
        multipart.end_part(source.len());
        Some(multipart)
    }

    /// The open part ends where a boundary starts, or with the source. White space before its document is no part of it.
    fn end_part(&mut self, end: usize) {
        let Some(part) = self.parts.last_mut().filter(|part| part.body.end == self.source.len()) else { return };
        part.body.end = end;
        let bytes = self.source.get(part.body.clone()).unwrap_or_default();
        part.body.start += bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn interactions(&self) -> impl Iterator<Item = &Part<'s>> {
        self.parts.iter().filter(|part| is_interaction(self.source.get(part.body.clone()).unwrap_or_default()))
    }
}

/// Lines with their spans, the line break included, and their text without white space around it. A line that is no
/// text is blank.
struct Lines<'s> {
    source: &'s [u8],
    at: usize,
}

impl<'s> Iterator for Lines<'s> {
    type Item = (Range<usize>, &'s str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.source.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let span = self.at..self.at + length;
        self.at = span.end;
        let line = rest.get(..length).and_then(|line| std::str::from_utf8(line).ok());
        Some((span, line.unwrap_or("?").trim()))
    }
}

fn unquoted(line: &str) -> &str {
    line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line)
}

/// Whether a document is an interaction, by its first start tag.
fn is_interaction(document: &[u8]) -> bool {
    is_interaction_tag(root_tag(&head(document)))
}

fn head(document: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(document.get(..SNIFFED).unwrap_or(document))
}

fn is_interaction_tag(tag: &str) -> bool {
    is_interaction_name(local_name(tag)) && tag.contains(NAMESPACE)
}

fn local_name(tag: &str) -> &str {
    let name = tag.split(|c: char| c.is_whitespace() || c == '/' || c == '>').next().unwrap_or_default();
    name.split_once(':').map_or(name, |(_, local)| local)
}

fn is_interaction_name(name: &str) -> bool {
    name.starts_with("PORX_IN") || name.starts_with("MCCI_IN")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HL7: &str = "<?xml version='1.0'?>\n<hl7:MCCI_IN010000UK13 xmlns:hl7=\"urn:hl7-org:v3\" a=\"1\"/>\n";

    fn message(boundary: &str, last: &str, headers: &str) -> String {
        let ebxml = "<Envelope>MCCI_IN010000UK13</Envelope>";
        format!("{boundary}\nContent-Id: <a>\n\n{ebxml}\n{boundary}\n{headers}\n\n  {HL7}{last}\n")
    }

    #[test]
    fn the_part_is_found_whatever_the_white_space_and_quotes_around_the_boundary() {
        for (boundary, last) in [
            ("----=_MIME-Boundary", "----=_MIME-Boundary--"),
            ("  ----=_MIME-Boundary", "\t----=_MIME-Boundary--  "),
            ("\"----=_MIME-Boundary\"", "\"----=_MIME-Boundary--\""),
            ("--b\r", "--b--\r"),
            ("--b", ""),
        ] {
            let source = message(boundary, last, "  Content-Transfer-Encoding: 8BIT");
            assert!(sniff(source.as_bytes()), "{source}");
            let tree = parse(source.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(tree.name(tree.root()), "MCCI_IN010000UK13");
            let attribute = tree.attribute(tree.root(), "a").unwrap();
            assert_eq!(tree.value_span(attribute).start, source.find("a=\"1").unwrap() + 3);
            assert_eq!(tree.position(attribute).line as usize, source.split("a=\"1").next().unwrap().lines().count());
        }
    }

    #[test]
    fn a_part_in_another_encoding_and_a_message_without_the_part_are_refused() {
        let encoded = message("--b", "--b--", "Content-Transfer-Encoding: base64");
        assert_eq!(parse(encoded.as_bytes(), &Limits::default()).unwrap_err().rule, &rules::V3_MIME);
        let without = message("--b", "--b--", "").replace("hl7:MCCI", "hl7:XXXX");
        assert!(!sniff(without.as_bytes()));
        assert_eq!(parse(without.as_bytes(), &Limits::default()).unwrap_err().rule, &rules::V3_MIME);
    }

    #[test]
    fn a_second_interaction_is_refused_where_it_stands() {
        let source = message("--b", "", "") + &message("--b", "--b--", "");
        let finding = parse(source.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(finding.rule, &rules::V3_MIME);
        let before = source.rfind("<?xml").unwrap();
        assert_eq!(finding.position.line as usize, source[..before].lines().count());
    }

    #[test]
    fn a_fault_in_the_part_has_its_place_in_the_whole() {
        let source = message("--b", "--b--", "").replace("a=\"1\"/>", "a=\"1\">");
        let finding = parse(source.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(finding.position.line as usize, source.split("--b--").next().unwrap().lines().count() + 1);
    }

    #[test]
    fn an_envelope_is_told_by_what_it_holds() {
        let soap = |content: &str| {
            format!("<s:Envelope xmlns:s=\"{SOAP}\" xmlns=\"{NAMESPACE}\"><s:Body>{content}</s:Body></s:Envelope>")
        };
        assert!(sniff(soap("<R><MCCI_IN010000UK13/></R>").as_bytes()));
        assert!(!sniff(soap("<R/>").as_bytes()));
        assert!(!sniff(b"--"));
        assert!(!sniff(b"{\"resourceType\": \"Bundle\"}"));
        assert!(!sniff(&[0xFF, 0xFE, b'\n', 0x80]));
    }
}
