//! Our readers of JSON and XML against other people's.
//!
//! Invariant: where two readers give another verdict, either the difference is one of [`EXPLAINED`], or ours is wrong.

use std::fmt;

use causeway_canonical::Finding;
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree as _, XmlKind, XmlTree};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// What two readers say of one document.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both accept it, and see the same.
    Accepted,
    /// Both refuse it.
    Refused,
    /// One accepts it and the other does not, and here is why: the name of a row of [`EXPLAINED`].
    Explained(&'static str),
    /// They differ, and nobody knows why.
    Differ(String),
}

/// Where our readers are meant to differ: what ours refuses (by the name of its rule) or accepts, and why.
pub const EXPLAINED: &[(&str, &str)] = &[
    ("json-duplicate-key", "serde_json keeps the last of two members; two receivers could read two things"),
    ("json-nul", "no other format has a form for U+0000"),
    ("nesting-too-deep", "our limit is 64 and serde_json's 128; roxmltree and xmllint allow more"),
    ("text-too-long", "a limit of ours"),
    ("name-too-long", "a limit of ours"),
    ("too-many-nodes", "a limit of ours"),
    ("too-many-attributes", "a limit of ours"),
    ("too-many-namespaces", "a limit of ours"),
    (
        "number beyond floating point",
        "serde_json turns numbers into floating point; ours keeps them as they are written",
    ),
    ("byte-order mark", "RFC 8259 §8.1 lets a reader ignore it; serde_json does not"),
    ("xml-doctype", "xmllint reads document types; ours never does"),
    ("xml-version", "xmllint reads XML 1.1 and what is not yet defined as 1.0; no message is either"),
    ("xml-encoding", "xmllint converts other encodings; every message is UTF-8"),
    ("utf16-not-supported", "xmllint converts UTF-16; every message is UTF-8"),
    ("xml-declaration", "roxmltree does not look into the declaration (XML 1.0 §2.8)"),
    (
        "xml-reserved-prefix",
        "roxmltree lets a declaration undeclare its prefix, which only Namespaces in XML 1.1 allow",
    ),
    ("xml-name", "roxmltree takes names that begin with a colon (Namespaces in XML 1.0 §4); xmllint does not"),
    ("xml-character-reference", "roxmltree takes any number in the URI of a declaration (XML 1.0 §4.1)"),
    ("xml-duplicate-attribute", "roxmltree takes a second declaration of the default namespace (XML 1.0 §3.1)"),
    ("xml-instruction", "roxmltree asks for no white space behind the target of an instruction (XML 1.0 §2.6)"),
];

fn explained(finding: &Finding) -> Option<&'static str> {
    EXPLAINED.iter().map(|(name, _)| *name).find(|name| *name == finding.rule.name)
}

/// Our JSON reader against serde_json: the verdict, and names, texts and order of everything that both see.
pub fn json(source: &[u8]) -> Verdict {
    let unmarked = source.strip_prefix(b"\xEF\xBB\xBF");
    let theirs = serde_json::from_slice::<Seen>(unmarked.unwrap_or(source));
    match (JsonTree::parse(source, &Limits::default()), theirs) {
        (Ok(tree), Ok(seen)) => {
            let ours = json_seen(&tree, tree.root());
            if ours != seen {
                return Verdict::Differ("the values differ".to_owned());
            }
            let mut numbers = Vec::new();
            json_numbers(&tree, &mut numbers);
            if numbers != number_tokens(tree.source()) {
                return Verdict::Differ("a number is not as it was written".to_owned());
            }
            if unmarked.is_some() { Verdict::Explained("byte-order mark") } else { Verdict::Accepted }
        }
        (Err(_), Err(_)) => Verdict::Refused,
        (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => {
            Verdict::Explained("number beyond floating point")
        }
        (Ok(_), Err(error)) => Verdict::Differ(format!("serde_json alone refuses: {error}")),
        (Err(finding), Ok(seen)) => match explained(&finding) {
            Some("json-duplicate-key") if !seen.has_duplicates() => {
                Verdict::Differ(format!("{finding}: there is none"))
            }
            Some(name) => Verdict::Explained(name),
            None => Verdict::Differ(format!("ours alone refuses: {finding}")),
        },
    }
}

/// A JSON value with members in order, none dropped.
#[derive(Debug, PartialEq)]
enum Seen {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Seen>),
    Object(Vec<(String, Seen)>),
}

impl Seen {
    fn has_duplicates(&self) -> bool {
        match self {
            Seen::Array(elements) => elements.iter().any(Seen::has_duplicates),
            Seen::Object(members) => {
                let mut names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
                names.sort();
                names.windows(2).any(|pair| pair[0] == pair[1])
                    || members.iter().any(|(_, value)| value.has_duplicates())
            }
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Look;

        impl<'de> Visitor<'de> for Look {
            type Value = Seen;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Seen, E> {
                Ok(Seen::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
                Ok(Seen::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Seen, E> {
                Ok(Seen::Number(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Seen, E> {
                Ok(Seen::Number(value as f64))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Seen, E> {
                Ok(Seen::Number(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Seen, E> {
                Ok(Seen::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Seen, A::Error> {
                let mut seen = Vec::new();
                while let Some(element) = elements.next_element()? {
                    seen.push(element);
                }
                Ok(Seen::Array(seen))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Seen, A::Error> {
                let mut seen = Vec::new();
                while let Some(member) = members.next_entry()? {
                    seen.push(member);
                }
                Ok(Seen::Object(seen))
            }
        }

        deserializer.deserialize_any(Look)
    }
}

fn json_seen(tree: &JsonTree<'_>, id: NodeId) -> Seen {
    let name = |id| tree.key(id).unwrap_or_default().to_owned();
    match tree.kind(id) {
        JsonKind::Null => Seen::Null,
        JsonKind::Bool => Seen::Bool(tree.text(id) == "true"),
        JsonKind::String => Seen::Text(tree.text(id).to_owned()),
        JsonKind::Number => serde_json::from_str(tree.text(id)).unwrap(),
        JsonKind::Array => Seen::Array(tree.children(id).map(|id| json_seen(tree, id)).collect()),
        JsonKind::Object => Seen::Object(tree.children(id).map(|id| (name(id), json_seen(tree, id))).collect()),
    }
}

fn json_numbers<'t>(tree: &'t JsonTree<'_>, numbers: &mut Vec<&'t str>) {
    let nodes = (0..tree.len()).map(NodeId::from_index);
    numbers.extend(nodes.filter(|&id| tree.kind(id) == JsonKind::Number).map(|id| tree.text(id)));
}

/// The numbers of a JSON text, found without a parser: what is no string and starts with a digit or minus.
fn number_tokens(source: &str) -> Vec<&str> {
    let bytes = source.as_bytes();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let part_of = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                let length = bytes[at..].iter().take_while(part_of).count();
                tokens.push(&source[at..at + length]);
                at += length;
            }
            _ => at += 1,
        }
    }
    tokens
}

/// Our XML reader against roxmltree: the verdict, and names, namespaces, attributes and texts of everything that both see.
pub fn xml(source: &[u8]) -> Verdict {
    let ours = XmlTree::parse(source, &Limits::default());
    let Ok(text) = std::str::from_utf8(source) else {
        return if ours.is_err() {
            Verdict::Refused
        } else {
            Verdict::Differ("ours reads what is no UTF-8".to_owned())
        };
    };
    // roxmltree leaves line ends in comments and instructions, and before references, as they are, against XML 1.0 §2.11.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    match (ours, roxmltree::Document::parse(&text)) {
        (Ok(tree), Ok(document)) => {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            xml_seen(&tree, tree.root(), &mut ours);
            roxmltree_seen(document.root_element(), &mut theirs);
            if ours == theirs {
                return Verdict::Accepted;
            }
            let (at, ours) = ours.iter().enumerate().find(|(at, line)| theirs.get(*at) != Some(line)).unwrap();
            Verdict::Differ(format!("ours sees {ours}, roxmltree {:?}", theirs.get(at)))
        }
        (Err(_), Err(_)) => Verdict::Refused,
        (Ok(_), Err(error)) => Verdict::Differ(format!("roxmltree alone refuses: {error}")),
        (Err(finding), Ok(_)) => match explained(&finding) {
            Some(name) => Verdict::Explained(name),
            None => Verdict::Differ(format!("ours alone refuses: {finding}")),
        },
    }
}

/// One line an element, attribute, text, comment or instruction.
fn xml_seen(tree: &XmlTree<'_>, id: NodeId, out: &mut Vec<String>) {
    match tree.kind(id) {
        XmlKind::Element => {
            out.push(format!("<{{{}}}{}", tree.namespace(id), tree.name(id)));
            for id in tree.attributes(id) {
                out.push(format!("@{{{}}}{}={:?}", tree.namespace(id), tree.name(id), tree.text(id)));
            }
            tree.children(id).for_each(|child| xml_seen(tree, child, out));
            out.push(">".to_owned());
        }
        XmlKind::Text if tree.text(id).is_empty() => {}
        XmlKind::Instruction => out.push(format!("? {} {}", tree.name(id), tree.text(id))),
        kind => out.push(format!("{kind:?} {:?}", tree.text(id))),
    }
}

fn roxmltree_seen(node: roxmltree::Node<'_, '_>, out: &mut Vec<String>) {
    let text = node.text().unwrap_or_default();
    match node.node_type() {
        roxmltree::NodeType::Element => {
            out.push(format!("<{{{}}}{}", node.tag_name().namespace().unwrap_or_default(), node.tag_name().name()));
            for attribute in node.attributes() {
                let namespace = attribute.namespace().unwrap_or_default();
                out.push(format!("@{{{namespace}}}{}={:?}", attribute.name(), attribute.value()));
            }
            node.children().for_each(|child| roxmltree_seen(child, out));
            out.push(">".to_owned());
        }
        roxmltree::NodeType::Text if text.is_empty() => {}
        roxmltree::NodeType::Text => out.push(format!("Text {text:?}")),
        roxmltree::NodeType::Comment => out.push(format!("Comment {text:?}")),
        roxmltree::NodeType::PI => {
            let instruction = node.pi().unwrap();
            out.push(format!("? {} {}", instruction.target, instruction.value.unwrap_or_default()));
        }
        roxmltree::NodeType::Root => {}
    }
}
