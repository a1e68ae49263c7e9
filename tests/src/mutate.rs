//! Changes to messages: to their bytes, and to their trees.
//!
//! Invariants:
//! - The same dice give the same change.
//! - A change to a tree leaves the text well formed wherever the format has a form for what was made, so that it gets past
//!   the parser to what is behind it.

use std::ops::Range;

use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree, XmlKind, XmlTree};
use fastrand::Rng;

/// How a part of a message was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is no longer there.
    Deleted,
    /// It stands there twice.
    Duplicated,
    /// It has changed places with another part.
    Reordered,
    /// It is of another type: a text became a number, an object, an element of another name.
    Retyped,
    /// It says something else of the same type.
    Recoded,
}

impl Change {
    /// Every change.
    pub const ALL: [Change; 5] =
        [Change::Deleted, Change::Duplicated, Change::Reordered, Change::Retyped, Change::Recoded];
}

/// A message with one part changed.
pub struct Mutation {
    /// What was done.
    pub change: Change,
    /// Path of the part in the message as it was.
    pub path: String,
    /// The message as it is now.
    pub text: String,
}

/// A document whose parts can be changed.
pub enum Parts<'s> {
    /// A JSON document.
    Json(JsonTree<'s>),
    /// An XML document.
    Xml(XmlTree<'s>),
}

impl<'s> Parts<'s> {
    /// The parts of a document, if it is well formed.
    pub fn of(source: &'s [u8]) -> Option<Self> {
        let limits = Limits::default();
        match JsonTree::parse(source, &limits) {
            Ok(tree) => Some(Parts::Json(tree)),
            Err(_) => XmlTree::parse(source, &limits).ok().map(Parts::Xml),
        }
    }

    fn tree(&self) -> &dyn Tree {
        match self {
            Parts::Json(tree) => tree,
            Parts::Xml(tree) => tree,
        }
    }

    fn source(&self) -> &'s str {
        match self {
            Parts::Json(tree) => tree.source(),
            Parts::Xml(tree) => tree.source(),
        }
    }

    /// The document with one part changed as asked; `None` where that part cannot be changed so.
    pub fn changed(&self, node: NodeId, change: Change, rng: &mut Rng) -> Option<Mutation> {
        let path = self.tree().path(node);
        let edits = match self {
            Parts::Json(tree) => json_edits(tree, node, change, rng)?,
            Parts::Xml(tree) => xml_edits(tree, node, change, rng)?,
        };
        let mut text = self.source().to_owned();
        let mut edits = edits;
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, piece) in edits {
            text.replace_range(range, &piece);
        }
        (text != self.source()).then_some(Mutation { change, path, text })
    }

    /// Number of parts, which have the ids from 0 on.
    pub fn len(&self) -> usize {
        self.tree().len()
    }

    /// Whether there is no part; never so.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The document without one of its parts.
    pub fn without(&self, part: usize) -> Option<String> {
        let node = NodeId::from_index(part);
        self.changed(node, Change::Deleted, &mut Rng::with_seed(0)).map(|mutation| mutation.text)
    }

    /// The document with any part changed in any way.
    pub fn any_change(&self, rng: &mut Rng) -> Option<Mutation> {
        let node = NodeId::from_index(rng.usize(..self.len()));
        let change = Change::ALL[rng.usize(..Change::ALL.len())];
        self.changed(node, change, rng)
    }
}

type Edits = Vec<(Range<usize>, String)>;

fn json_edits(tree: &JsonTree<'_>, node: NodeId, change: Change, rng: &mut Rng) -> Option<Edits> {
    let parent = tree.parent(node)?;
    let source = tree.source();
    let (whole, value) = (tree.span(node), tree.value_span(node));
    let raw = &source[value.clone()];
    Some(match change {
        Change::Deleted => vec![(with_comma(source, whole), String::new())],
        Change::Duplicated => vec![(whole.end..whole.end, format!(",{}", &source[whole]))],
        Change::Reordered => {
            let others: Vec<NodeId> = tree.children(parent).filter(|other| *other != node).collect();
            let other = *others.get(rng.usize(..others.len().max(1)))?;
            swap(source, whole, tree.span(other))
        }
        Change::Retyped => {
            let other = match tree.kind(node) {
                JsonKind::String => [tree.text(node).len().to_string(), format!("[{raw}]"), "null".to_owned()],
                JsonKind::Object | JsonKind::Array => ["\"text\"".to_owned(), format!("[{raw}]"), "{}".to_owned()],
                _ => [format!("\"{raw}\""), format!("{{\"value\":{raw}}}"), "[]".to_owned()],
            };
            vec![(value, other[rng.usize(..other.len())].clone())]
        }
        Change::Recoded => match tree.kind(node) {
            JsonKind::Bool => vec![(value, (raw != "true").to_string())],
            JsonKind::String | JsonKind::Number => vec![(value, altered(raw)?)],
            _ => return None,
        },
    })
}

fn xml_edits(tree: &XmlTree<'_>, node: NodeId, change: Change, rng: &mut Rng) -> Option<Edits> {
    let source = tree.source();
    let kind = tree.kind(node);
    let whole = tree.span(node);
    tree.parent(node)?;
    Some(match (change, kind) {
        (Change::Deleted, _) => vec![(whole, String::new())],
        (Change::Duplicated, XmlKind::Attribute) => return None,
        (Change::Duplicated, _) => vec![(whole.end..whole.end, source[whole].to_owned())],
        (Change::Reordered, XmlKind::Element) => {
            let others: Vec<NodeId> = tree.elements(tree.parent(node)?).filter(|other| *other != node).collect();
            let other = *others.get(rng.usize(..others.len().max(1)))?;
            swap(source, whole, tree.span(other))
        }
        (Change::Retyped, XmlKind::Element) => {
            let name = tree.qualified_name(node);
            let start = whole.start + 1..whole.start + 1 + name.len();
            let mut edits = vec![(start, "other".to_owned())];
            if !source[whole.clone()].ends_with("/>") {
                let close = whole.start + source[whole.clone()].rfind("</")? + 2;
                edits.push((close..close + name.len(), "other".to_owned()));
            }
            edits
        }
        (Change::Retyped, XmlKind::Text) => vec![(whole.clone(), format!("<other>{}</other>", &source[whole]))],
        (Change::Recoded, XmlKind::Attribute | XmlKind::Text) => vec![(whole.clone(), altered(&source[whole])?)],
        _ => return None,
    })
}

/// Two pieces that change places; `None` of them may hold the other.
fn swap(source: &str, one: Range<usize>, other: Range<usize>) -> Edits {
    vec![(one.clone(), source[other.clone()].to_owned()), (other, source[one].to_owned())]
}

/// A member or element of JSON goes with the comma next to it.
pub fn with_comma(text: &str, span: Range<usize>) -> Range<usize> {
    let after = text[span.end..].len() - text[span.end..].trim_start().len();
    if text[span.end + after..].starts_with(',') {
        return span.start..span.end + after + 1;
    }
    let before = text[..span.start].trim_end();
    if before.ends_with(',') { before.len() - 1..span.end } else { span }
}

/// A text with its last letter or digit changed to another of its sort.
pub fn altered(text: &str) -> Option<String> {
    let (at, last) = text.char_indices().rfind(|(_, c)| c.is_ascii_alphanumeric())?;
    let other = match last {
        '9' => '8',
        '0'..='8' => char::from(last as u8 + 1),
        'z' | 'Z' => 'a',
        letter => char::from(letter as u8 + 1),
    };
    Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
}

/// Bytes beyond which a document is not grown.
const LARGEST: usize = 256 * 1024;

/// A document made of one of `seeds` by up to eight changes to its tree or to its bytes.
pub fn scrambled(rng: &mut Rng, seeds: &[Vec<u8>], tokens: &[&str]) -> Vec<u8> {
    let mut data = seeds.get(rng.usize(..seeds.len().max(1))).cloned().unwrap_or_default();
    for _ in 0..rng.usize(1..=8) {
        let changed = if rng.bool() { Parts::of(&data).and_then(|parts| parts.any_change(rng)) } else { None };
        match changed {
            Some(mutation) => data = mutation.text.into_bytes(),
            None => change_bytes(rng, &mut data, seeds, tokens),
        }
        data.truncate(LARGEST);
    }
    data
}

fn change_bytes(rng: &mut Rng, data: &mut Vec<u8>, seeds: &[Vec<u8>], tokens: &[&str]) {
    let place = rng.usize(..=data.len());
    let range = place..(place + rng.usize(..=64)).min(data.len());
    match rng.u8(..10) {
        0 => {
            if let Some(byte) = data.get_mut(place) {
                *byte ^= 1 << rng.u8(..8);
            }
        }
        1 => {
            if let Some(byte) = data.get_mut(place) {
                *byte = rng.u8(..);
            }
        }
        2 => data.insert(place, rng.u8(..)),
        3 => drop(data.drain(range)),
        4 => data.truncate(place),
        5 => {
            let piece = data[range].to_vec();
            data.splice(place..place, piece);
        }
        6 => {
            let piece = data[range].repeat(rng.usize(2..200));
            data.splice(place..place, piece);
        }
        7 => {
            let Some(other) = seeds.get(rng.usize(..seeds.len().max(1))) else { return };
            let start = rng.usize(..=other.len());
            let end = (start + rng.usize(..=256)).min(other.len());
            data.splice(range, other[start..end].iter().copied());
        }
        _ => {
            let Some(token) = tokens.get(rng.usize(..tokens.len().max(1))) else { return };
            let end = if rng.bool() { range.start } else { end_of_word(data, place) };
            data.splice(place..end, token.bytes());
        }
    }
}

/// Where the word at a place ends.
fn end_of_word(data: &[u8], place: usize) -> usize {
    let ends = |byte: &u8| matches!(byte, b'"' | b'\'' | b'<' | b'>' | b',' | b':' | b'{' | b'}' | b'[' | b']');
    data[place..].iter().position(ends).map_or(data.len(), |length| place + length)
}
