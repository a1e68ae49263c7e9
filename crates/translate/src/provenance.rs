//! Where a value of an output comes from: which bytes of the source, by which rules.
//!
//! Invariant: the answer is made of the reader's marks and the writer's tags, and of nothing else.

use std::ops::Range;

use causeway_canonical::ledger::{FieldRef, MapRule, Mark, Tag};
use causeway_syntax::adapter::Account;
use causeway_syntax::{NodeId, Tree};
use serde::Serialize;

use crate::ledger::Place;

/// The origin of one value of an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The value.
    pub target: Place,
    /// What the writer says of it.
    pub kind: OriginKind,
    /// The fields of the canonical model behind it, and what each was read from; several where a value joins several.
    pub origins: Vec<Origin>,
}

/// What the writer says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// It comes from the message.
    Message,
    /// The format needs it and the message does not hold it.
    Default,
    /// The format fixes it, or it links parts of the message.
    Structural,
}

impl OriginKind {
    /// The word in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            OriginKind::Message => "message",
            OriginKind::Default => "default",
            OriginKind::Structural => "structural",
        }
    }
}

/// One field behind a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Path of the field in the canonical model.
    pub field: String,
    /// Rule by which it was written; empty if unchanged.
    pub written_by: &'static str,
    /// What that rule does.
    pub reason: &'static str,
    /// The values that it was read from; none for a default.
    pub sources: Vec<SourceValue>,
}

/// A value of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceValue {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Its bytes in the source, from the first to past the last.
    pub bytes: Range<usize>,
    /// Rule by which it was read; empty if unchanged.
    pub read_by: &'static str,
}

/// The origin of every value of the output at a path, or below it. Empty if the output has nothing there.
pub fn at(path: &str, account: &Account<'_>, tags: &[(usize, Tag)], output: &dyn Tree) -> Vec<Provenance> {
    let mut tags: Vec<(usize, Tag)> = tags.to_vec();
    tags.sort_by_key(|(offset, _)| *offset);
    let values = (0..output.len()).map(NodeId::from_index).filter(|node| output.is_value(*node));
    values
        .filter_map(|node| Some((node, output.path(node))).filter(|(_, own)| is_at(own, path)))
        .map(|(node, own)| of_value(node, own, account, &tags, output))
        .collect()
}

/// Whether a value stands at the path, or below the element that the path names. In XPath the first of several is the
/// one that is meant where no position is given.
fn is_at(own: &str, path: &str) -> bool {
    if path.starts_with('/') && (own.contains("[1]") || path.contains("[1]")) {
        return is_below(&own.replace("[1]", ""), &path.replace("[1]", ""));
    }
    is_below(own, path)
}

fn is_below(own: &str, path: &str) -> bool {
    own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', '[']))
}

fn of_value(node: NodeId, path: String, account: &Account<'_>, tags: &[(usize, Tag)], output: &dyn Tree) -> Provenance {
    let span = output.span(node);
    let first = tags.partition_point(|(offset, _)| *offset < span.start);
    let own: Vec<Tag> =
        tags.iter().skip(first).take_while(|(offset, _)| *offset < span.end).map(|(_, tag)| *tag).collect();
    let kind = match own.first() {
        Some(Tag::Field(..)) => OriginKind::Message,
        Some(Tag::Default(..)) => OriginKind::Default,
        None => OriginKind::Structural,
    };
    let position = output.position(node);
    Provenance {
        target: Place { path, line: position.line, column: position.column },
        kind,
        origins: own.into_iter().map(|tag| origin(tag, account)).collect(),
    }
}

fn origin(tag: Tag, account: &Account<'_>) -> Origin {
    let (field, rule, sources) = match tag {
        Tag::Field(field, rule) => (field, rule, sources(field, account)),
        Tag::Default(field, rule) => (field, rule, Vec::new()),
    };
    let reason = if rule.is_none() { "" } else { rule.description() };
    Origin { field: field.path(), written_by: rule.name(), reason, sources }
}

fn sources(field: FieldRef, account: &Account<'_>) -> Vec<SourceValue> {
    let marked = account.marks.iter().enumerate().filter_map(|(position, mark)| match mark {
        Mark::Field(own, rule) if *own == field => Some((NodeId::from_index(position), *rule)),
        _ => None,
    });
    let shared = account.shared.iter().filter(|(_, own, _)| *own == field).map(|(node, _, rule)| (*node, *rule));
    marked.chain(shared).map(|(node, rule)| source_value(node, rule, account)).collect()
}

fn source_value(node: NodeId, rule: MapRule, account: &Account<'_>) -> SourceValue {
    SourceValue { place: Place::of(&*account.tree, node), bytes: account.tree.span(node), read_by: rule.name() }
}
