//! Messages with one thing made wrong.

use std::collections::{BTreeMap, BTreeSet};

use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree};

/// What is done to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An element goes.
    Delete,
    /// An element stands twice.
    Duplicate,
    /// An element changes places with the next one.
    Swap,
    /// An element has a name that nobody knows.
    Rename,
    /// An element that nobody knows stands first in another.
    Insert,
    /// An element is of another namespace, with all in it.
    Namespace,
    /// An element is of no namespace, without what is in it.
    NoNamespace,
    /// An attribute goes.
    DeleteAttribute,
    /// An attribute that nobody knows.
    InsertAttribute,
    /// An attribute is empty.
    Empty,
    /// An attribute has another word as its value.
    Word,
    /// An attribute has its value with a blank and something behind it.
    Blank,
    /// An attribute has its value in small letters.
    Lower,
    /// Text in an element.
    Text,
    /// White space in an element.
    Space,
    /// An element says its data type, maybe the right one.
    DataType,
    /// An element says that it is of a type made of its own.
    Derived,
    /// An element says that it is nothing in the way of XML Schema.
    Nil,
    /// An element says why it has no value.
    Null,
    /// An element says so in a word that nobody knows.
    NullWord,
}

impl Kind {
    pub const ALL: [Kind; 20] = [
        Kind::Delete,
        Kind::Duplicate,
        Kind::Swap,
        Kind::Rename,
        Kind::Insert,
        Kind::Namespace,
        Kind::NoNamespace,
        Kind::DeleteAttribute,
        Kind::InsertAttribute,
        Kind::Empty,
        Kind::Word,
        Kind::Blank,
        Kind::Lower,
        Kind::Text,
        Kind::Space,
        Kind::DataType,
        Kind::Derived,
        Kind::Nil,
        Kind::Null,
        Kind::NullWord,
    ];
}

/// A message that was made wrong.
pub struct Mutant {
    pub kind: Kind,
    /// The names of the element to which it was done and of all around it, outermost first.
    pub place: String,
    /// The attribute to which it was done; otherwise empty.
    pub attribute: String,
    pub message: String,
}

/// Mutants of messages, no two of one kind at one place, of each kind as many, chosen by a hash of their places.
pub fn of<'m>(messages: impl IntoIterator<Item = &'m str>, most: usize) -> Vec<Mutant> {
    let mut known = BTreeSet::new();
    let mut by_kind: BTreeMap<Kind, Vec<(u64, &str, NodeId, Kind)>> = BTreeMap::new();
    for message in messages {
        let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
        for (node, kind) in candidates(&tree) {
            let key = format!("{kind:?} {} {}", place(&tree, node), attribute_name(&tree, node));
            let chance = hash(&key);
            if known.insert(key) {
                by_kind.entry(kind).or_default().push((chance, message, node, kind));
            }
        }
    }
    let each = most.div_ceil(by_kind.len().max(1));
    let chosen = by_kind.into_values().flat_map(|mut candidates| {
        candidates.sort_unstable();
        candidates.truncate(each);
        candidates
    });
    chosen.map(|(_, message, node, kind)| mutate(message, node, kind)).collect()
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What can be done to which element or attribute. Elements of a signature are none of ours.
fn candidates(tree: &XmlTree<'_>) -> Vec<(NodeId, Kind)> {
    let mut candidates = Vec::new();
    for node in (0..tree.len()).map(NodeId::from_index) {
        let element = if tree.kind(node) == XmlKind::Attribute { tree.parent(node).unwrap() } else { node };
        if tree.namespace(element) != "urn:hl7-org:v3" {
            continue;
        }
        let is_root = element == tree.root();
        let kinds: &[Kind] = match tree.kind(node) {
            XmlKind::Attribute if tree.prefix(node).is_empty() => {
                &[Kind::DeleteAttribute, Kind::Empty, Kind::Word, Kind::Blank, Kind::Lower]
            }
            XmlKind::Element if is_root => &[Kind::Insert, Kind::InsertAttribute, Kind::Text, Kind::NullWord],
            XmlKind::Element => &[
                Kind::Delete,
                Kind::Duplicate,
                Kind::Swap,
                Kind::Rename,
                Kind::Insert,
                Kind::Namespace,
                Kind::NoNamespace,
                Kind::InsertAttribute,
                Kind::Text,
                Kind::Space,
                Kind::DataType,
                Kind::Derived,
                Kind::Nil,
                Kind::Null,
                Kind::NullWord,
            ],
            _ => &[],
        };
        candidates.extend(kinds.iter().filter(|kind| can(tree, node, **kind)).map(|kind| (node, *kind)));
    }
    candidates
}

fn can(tree: &XmlTree<'_>, node: NodeId, kind: Kind) -> bool {
    match kind {
        Kind::Swap => {
            let parent = tree.parent(node).unwrap();
            let next = tree.elements(parent).skip_while(|it| *it != node).nth(1);
            next.is_some_and(|next| tree.name(next) != tree.name(node))
        }
        Kind::Lower => tree.text(node).contains(|c: char| c.is_ascii_uppercase()),
        Kind::Null | Kind::NullWord => tree.attribute(node, "nullFlavor").is_none(),
        _ => true,
    }
}

fn place(tree: &XmlTree<'_>, node: NodeId) -> String {
    let element = if tree.kind(node) == XmlKind::Attribute { tree.parent(node).unwrap() } else { node };
    let around = std::iter::successors(Some(element), |node| tree.parent(*node));
    let mut names: Vec<&str> = around.map(|node| tree.name(node)).collect();
    names.reverse();
    names.join("/").replace("SM", "UK")
}

fn attribute_name<'t>(tree: &'t XmlTree<'_>, node: NodeId) -> &'t str {
    if tree.kind(node) == XmlKind::Attribute { tree.name(node) } else { "" }
}

fn mutate(message: &str, node: NodeId, kind: Kind) -> Mutant {
    const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
    let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
    let span = tree.span(node);
    let mut altered = message.to_owned();
    let value = || tree.value_span(node);
    let own = &message[span.clone()];
    // Behind the name in the start tag, and behind the start tag.
    let name = tree.qualified_name(node);
    let tag = span.start + 1 + name.len();
    match kind {
        Kind::Delete => altered.replace_range(span, ""),
        Kind::Duplicate => altered.insert_str(span.end, own),
        Kind::Swap => {
            let parent = tree.parent(node).unwrap();
            let next = tree.span(tree.elements(parent).skip_while(|it| *it != node).nth(1).unwrap());
            let between = &message[span.end..next.start];
            altered.replace_range(span.start..next.end, &format!("{}{between}{own}", &message[next.clone()]));
        }
        Kind::Rename => {
            if !own.ends_with("/>") {
                let end = span.start + own.rfind("</").unwrap() + 2;
                altered.replace_range(end..end + name.len(), "novelty");
            }
            altered.replace_range(span.start + 1..tag, "novelty");
        }
        Kind::Insert => put(&mut altered, &span, name, "<novelty value=\"1\"/>"),
        Kind::Text => put(&mut altered, &span, name, "words"),
        Kind::Space => put(&mut altered, &span, name, "\n  "),
        Kind::Namespace => altered.insert_str(tag, " xmlns=\"urn:other\""),
        Kind::NoNamespace => {
            altered.replace_range(span, &format!("<{} xmlns=\"\"/>", tree.name(node)));
        }
        Kind::DeleteAttribute => altered.replace_range(span, ""),
        Kind::InsertAttribute => altered.insert_str(tag, " novelty=\"1\""),
        Kind::Empty => altered.replace_range(value(), ""),
        Kind::Word => altered.replace_range(value(), "QQQ"),
        Kind::Blank => altered.insert_str(value().end, " x"),
        Kind::Lower => {
            let lower = message[value()].to_ascii_lowercase();
            altered.replace_range(value(), &lower);
        }
        Kind::DataType => {
            let types = ["II", "TS", "CV", "CD", "CS", "BL", "ST", "INT", "AD", "PN", "TEL", "PQ"];
            let own = types[usize::try_from(hash(&place(&tree, node)) % 12).unwrap()];
            altered.insert_str(
                tag,
                &format!(" xmlns:xsi=\"{XSI}\" xsi:type=\"{}\"", usual(tree.name(node)).unwrap_or(own)),
            );
        }
        Kind::Derived => altered.insert_str(tag, &format!(" xmlns:xsi=\"{XSI}\" xsi:type=\"IVXB_TS\"")),
        Kind::Nil => altered.insert_str(tag, &format!(" xmlns:xsi=\"{XSI}\" xsi:nil=\"false\"")),
        Kind::Null => altered.insert_str(tag, " nullFlavor=\"UNK\""),
        Kind::NullWord => altered.insert_str(tag, " nullFlavor=\"QQQ\""),
    }
    let attribute = attribute_name(&tree, node).to_owned();
    Mutant { kind, place: place(&tree, node), attribute, message: altered }
}

/// The data type that elements of a name mostly have.
fn usual(name: &str) -> Option<&'static str> {
    match name {
        "id" => Some("II"),
        "addr" => Some("AD"),
        "telecom" => Some("TEL"),
        "time" | "creationTime" => Some("TS"),
        "quantity" => Some("PQ"),
        "seperatableInd" => Some("BL"),
        _ => None,
    }
}

/// Puts something at the end of an element.
fn put(message: &mut String, span: &std::ops::Range<usize>, name: &str, what: &str) {
    let own = &message[span.clone()];
    if let Some(tag) = own.strip_suffix("/>") {
        let whole = format!("{tag}>{what}</{name}>");
        message.replace_range(span.clone(), &whole);
    } else {
        let end = span.start + own.rfind("</").unwrap();
        message.insert_str(end, what);
    }
}
