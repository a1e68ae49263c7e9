//! Messages made wrong at random: a part is deleted, duplicated, moved, given another type or another value.
//!
//! Invariant: the same text, seed and number give the same mutations.

use std::collections::BTreeMap;
use std::ops::Range;

use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree, XmlKind, XmlTree};
use fastrand::Rng;

/// What is done to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// It is not there.
    Deleted,
    /// It is there twice.
    Duplicated,
    /// It stands where another of its kind stood, and that in its place.
    Reordered,
    /// It is of another type.
    Retyped,
    /// It has another value: that of another part of the same name, or one with another character.
    Recoded,
}

impl What {
    /// Everything that can be done.
    pub const ALL: [What; 5] = [What::Deleted, What::Duplicated, What::Reordered, What::Retyped, What::Recoded];
}

/// A message with one part made wrong.
pub struct Mutation {
    /// What was done.
    pub what: What,
    /// The path of the part.
    pub path: String,
    /// The whole message.
    pub text: String,
}

/// `count` mutations of a message in JSON or XML.
pub fn mutations(text: &str, count: usize, seed: u64) -> Vec<Mutation> {
    let rng = &mut Rng::with_seed(seed);
    let limits = Limits::default();
    if text.trim_start().starts_with('<') {
        let tree = XmlTree::parse(text.as_bytes(), &limits).unwrap();
        Xml { tree: &tree, values: values_of_xml(&tree) }.mutations(text, count, rng)
    } else {
        let tree = JsonTree::parse(text.as_bytes(), &limits).unwrap();
        Json { tree: &tree, values: values_of_json(&tree) }.mutations(text, count, rng)
    }
}

/// Pieces of a text and what takes their place.
type Pieces = Vec<(Range<usize>, String)>;

/// A document whose parts can be made wrong.
trait Mutable {
    fn tree(&self) -> &dyn Tree;
    fn deleted(&self, node: NodeId) -> Option<Pieces>;
    fn duplicated(&self, node: NodeId) -> Option<Pieces>;
    fn reordered(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces>;
    fn retyped(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces>;
    fn recoded(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces>;

    fn mutations(&self, text: &str, count: usize, rng: &mut Rng) -> Vec<Mutation> {
        let mut made = Vec::with_capacity(count);
        // Not every part can be made wrong in every way, so more are tried than are wanted.
        for _ in 0..count * 50 {
            if made.len() == count {
                break;
            }
            let node = NodeId::from_index(rng.usize(1..self.tree().len()));
            let what = What::ALL[rng.usize(0..What::ALL.len())];
            let pieces = match what {
                What::Deleted => self.deleted(node),
                What::Duplicated => self.duplicated(node),
                What::Reordered => self.reordered(node, rng),
                What::Retyped => self.retyped(node, rng),
                What::Recoded => self.recoded(node, rng),
            };
            let Some(pieces) = pieces else { continue };
            let mutated = replaced(text, pieces);
            if mutated != text {
                made.push(Mutation { what, path: self.tree().path(node), text: mutated });
            }
        }
        assert_eq!(made.len(), count, "a message with too few parts");
        made
    }
}

fn replaced(text: &str, mut pieces: Pieces) -> String {
    pieces.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, piece) in pieces {
        text.replace_range(range, &piece);
    }
    text
}

fn one_of<'v, T>(of: &'v [T], rng: &mut Rng) -> Option<&'v T> {
    (!of.is_empty()).then(|| &of[rng.usize(0..of.len())])
}

/// A value with another character: a digit for a digit, a letter for a letter.
fn respelt(value: &str, rng: &mut Rng) -> Option<String> {
    let places: Vec<(usize, char)> = value.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).collect();
    let &(at, old) = one_of(&places, rng)?;
    let others = match old {
        '0'..='9' => '0'..='9',
        'a'..='z' => 'a'..='z',
        _ => 'A'..='Z',
    };
    let others: Vec<char> = others.filter(|other| *other != old).collect();
    Some(format!("{}{}{}", &value[..at], one_of(&others, rng)?, &value[at + 1..]))
}

/// The values of a document by the name of the part that they stand in.
type Values = BTreeMap<String, Vec<String>>;

/// Another value of a part of the same name, or else the same with another character.
fn other_value(values: &Values, name: &str, value: &str, rng: &mut Rng) -> Option<String> {
    let others: Vec<&String> = values.get(name).into_iter().flatten().filter(|other| other.as_str() != value).collect();
    match one_of(&others, rng) {
        Some(other) if rng.bool() => Some((*other).clone()),
        _ => respelt(value, rng),
    }
}

struct Json<'t> {
    tree: &'t JsonTree<'t>,
    values: Values,
}

fn values_of_json(tree: &JsonTree<'_>) -> Values {
    let mut values = Values::new();
    for node in (0..tree.len()).map(NodeId::from_index).filter(|node| tree.is_value(*node)) {
        values.entry(name_in_json(tree, node)).or_default().push(tree.raw(node).to_owned());
    }
    values
}

/// The name of the member, also of the list that the value stands in.
fn name_in_json(tree: &JsonTree<'_>, node: NodeId) -> String {
    let mut ancestors = std::iter::successors(Some(node), |node| tree.parent(*node));
    ancestors.find_map(|node| tree.key(node)).unwrap_or_default().to_owned()
}

impl Mutable for Json<'_> {
    fn tree(&self) -> &dyn Tree {
        self.tree
    }

    fn deleted(&self, node: NodeId) -> Option<Pieces> {
        let (source, span) = (self.tree.source(), self.tree.span(node));
        let after = source[span.end..].trim_start();
        if let Some(rest) = after.strip_prefix(',') {
            return Some(vec![(span.start..source.len() - rest.len(), String::new())]);
        }
        let before = source[..span.start].trim_end();
        let start = if before.ends_with(',') { before.len() - 1 } else { span.start };
        Some(vec![(start..span.end, String::new())])
    }

    fn duplicated(&self, node: NodeId) -> Option<Pieces> {
        let span = self.tree.span(node);
        Some(vec![(span.end..span.end, format!(",{}", &self.tree.source()[span.clone()]))])
    }

    fn reordered(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces> {
        let parent = self.tree.parent(node)?;
        let is_alike = |other: &NodeId| *other != node && self.tree.kind(*other) == self.tree.kind(node);
        let others: Vec<NodeId> = self.tree.children(parent).filter(is_alike).collect();
        let other = *one_of(&others, rng)?;
        let raw = |node| self.tree.raw(node).to_owned();
        Some(vec![(self.tree.value_span(node), raw(other)), (self.tree.value_span(other), raw(node))])
    }

    fn retyped(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces> {
        let raw = self.tree.raw(node);
        let first = self.tree.children(node).next().map(|child| self.tree.raw(child).to_owned());
        let others = match self.tree.kind(node) {
            JsonKind::Object => vec![format!("[{raw}]"), "\"\"".to_owned(), "null".to_owned()],
            JsonKind::Array => vec![first?, "{}".to_owned(), "[]".to_owned(), format!("[{raw}]")],
            JsonKind::String => vec!["1".to_owned(), "true".to_owned(), "\"\"".to_owned(), format!("[{raw}]")],
            JsonKind::Number | JsonKind::Bool => vec![format!("\"{raw}\""), "{}".to_owned(), "-1.5".to_owned()],
            JsonKind::Null => return None,
        };
        Some(vec![(self.tree.value_span(node), one_of(&others, rng)?.clone())])
    }

    fn recoded(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces> {
        if !self.tree.is_value(node) {
            return None;
        }
        let raw = self.tree.raw(node);
        let other = match raw {
            "true" => "false".to_owned(),
            "false" => "true".to_owned(),
            _ => other_value(&self.values, &name_in_json(self.tree, node), raw, rng)?,
        };
        Some(vec![(self.tree.value_span(node), other)])
    }
}

struct Xml<'t> {
    tree: &'t XmlTree<'t>,
    values: Values,
}

fn values_of_xml(tree: &XmlTree<'_>) -> Values {
    let mut values = Values::new();
    for node in (0..tree.len()).map(NodeId::from_index).filter(|node| tree.kind(*node) == XmlKind::Attribute) {
        values.entry(name_in_xml(tree, node)).or_default().push(tree.source()[tree.value_span(node)].to_owned());
    }
    values
}

/// The names of the element and of its attribute; in V3 a code of one element is none of another.
fn name_in_xml(tree: &XmlTree<'_>, node: NodeId) -> String {
    let element = tree.parent(node).map(|parent| tree.name(parent)).unwrap_or_default();
    format!("{element}/@{}", tree.name(node))
}

impl Mutable for Xml<'_> {
    fn tree(&self) -> &dyn Tree {
        self.tree
    }

    fn deleted(&self, node: NodeId) -> Option<Pieces> {
        Some(vec![(self.tree.span(node), String::new())])
    }

    fn duplicated(&self, node: NodeId) -> Option<Pieces> {
        let span = self.tree.span(node);
        let again = match self.tree.kind(node) {
            XmlKind::Element => self.tree.raw(node).to_owned(),
            XmlKind::Attribute => format!(" {}", self.tree.raw(node)),
            _ => return None,
        };
        Some(vec![(span.end..span.end, again)])
    }

    fn reordered(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces> {
        let parent = self.tree.parent(node)?;
        let siblings: Vec<NodeId> = match self.tree.kind(node) {
            XmlKind::Element => self.tree.elements(parent).collect(),
            XmlKind::Attribute => self.tree.attributes(parent).collect(),
            _ => return None,
        };
        let others: Vec<NodeId> = siblings.into_iter().filter(|other| *other != node).collect();
        let other = *one_of(&others, rng)?;
        let part = |node| self.tree.value_span(node);
        let text = |node| self.tree.source()[part(node)].to_owned();
        Some(vec![(part(node), text(other)), (part(other), text(node))])
    }

    fn retyped(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces> {
        let span = self.tree.value_span(node);
        let others = match self.tree.kind(node) {
            XmlKind::Attribute => vec!["?".to_owned(), String::new(), "-1.5".to_owned(), "true".to_owned()],
            XmlKind::Element => {
                let name = self.tree.name(node);
                let raw = self.tree.raw(node);
                vec![format!("<{name}/>"), format!("<{name}>{raw}</{name}>"), name.to_owned()]
            }
            _ => return None,
        };
        Some(vec![(span, one_of(&others, rng)?.clone())])
    }

    fn recoded(&self, node: NodeId, rng: &mut Rng) -> Option<Pieces> {
        let span = self.tree.value_span(node);
        let value = &self.tree.source()[span.clone()];
        let other = match self.tree.kind(node) {
            XmlKind::Attribute => other_value(&self.values, &name_in_xml(self.tree, node), value, rng)?,
            XmlKind::Text => respelt(value, rng)?,
            _ => return None,
        };
        Some(vec![(span, other)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_mutations_and_each_is_another_text() {
        for text in [
            r#"{"a": [1, 2, {"code": "x"}], "b": true, "c": {"code": "yz"}}"#,
            r#"<a x="1"><b code="p"/><b code="q">text</b><c code="r"/></a>"#,
        ] {
            let made = mutations(text, 200, 7);
            let again = mutations(text, 200, 7);
            assert!(made.iter().zip(&again).all(|(one, other)| one.text == other.text));
            assert!(made.iter().all(|mutation| mutation.text != text));
            for what in What::ALL {
                assert!(made.iter().any(|mutation| mutation.what == what), "{what:?} in {text}");
            }
        }
    }
}
