//! The canonical form as a format of its own: the model in JSON (`schemas/canonical/message.schema.json`).

use causeway_canonical::ledger::{FieldRef, Kept, Mark, Tag, map_rule};
use causeway_canonical::model::{Kind, Message, VERSION};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Account, Adapter, Context, Marks, Reading, Written};
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree};

use crate::rules;

/// Canonical JSON.
pub struct CanonicalJson;

impl Adapter for CanonicalJson {
    fn format(&self) -> &'static str {
        "canonical-json"
    }

    fn media_type(&self) -> &'static str {
        "application/vnd.causeway.message+json"
    }

    fn sniff(&self, source: &[u8]) -> bool {
        let head = source.get(..source.len().min(4096)).unwrap_or_default();
        let text = String::from_utf8_lossy(head);
        text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
            && (text.contains("\"envelope\"")
                || Kind::ALL.iter().any(|kind| text.contains(&format!("\"{}\"", kind.member()))))
    }

    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s> {
        let tree = match JsonTree::parse(source, &context.limits) {
            Ok(tree) => tree,
            Err(finding) => return Reading { message: None, findings: vec![finding], account: None },
        };
        let mut findings = Vec::new();
        let message = match serde_json::from_str::<Message>(tree.source()) {
            Ok(message) if message.version == VERSION => Some(message),
            Ok(_) => {
                findings.push(Finding::new(&rules::CANONICAL_SHAPE, format!("version is expected to be {VERSION}")));
                None
            }
            Err(error) => {
                findings.push(shape_finding(&error));
                None
            }
        };
        let marks = Marks::new(tree.len());
        for (node, field) in fields(&tree) {
            // The path has told the scope already.
            marks.set(node, Mark::Field(field, map_rule::NONE));
        }
        for node in empty_parts(&tree).filter(|_| message.is_some()) {
            marks.set(node, Mark::Structural);
        }
        let (marks, shared) = marks.into_inner();
        let account = Account { tree: Box::new(tree), marks, shared, unmodelled: &[] };
        Reading { message, findings, account: Some(account) }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        let cannot = |_| vec![Finding::new(&rules::CANONICAL_SHAPE, "the message cannot be written")];
        let mut text = serde_json::to_string_pretty(message).map_err(cannot)?;
        text.push('\n');
        let tree = JsonTree::parse(text.as_bytes(), &context.limits).map_err(|finding| vec![finding])?;
        let tags = fields(&tree)
            .map(|(node, field)| (tree.value_span(node).start, Tag::Field(field, map_rule::NONE)))
            .collect();
        drop(tree);
        Ok(Written { text, tags })
    }

    fn project(&self, _message: &mut Message, _context: &Context) {}

    fn kept(&self, _kind: Kind) -> &'static [&'static [Kept]] {
        &[]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        &[]
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(JsonTree::parse(source, limits)?))
    }
}

/// Only the place of the error is passed on: its text may hold a value.
fn shape_finding(error: &serde_json::Error) -> Finding {
    let position = causeway_canonical::Position {
        line: u32::try_from(error.line()).unwrap_or_default(),
        column: u32::try_from(error.column()).unwrap_or_default(),
    };
    Finding::new(&rules::CANONICAL_SHAPE, "the value here, or a member just before it, does not fit the canonical form")
        .at("", position)
}

/// The values of a canonical document with their fields.
fn fields<'t>(tree: &'t JsonTree<'_>) -> impl Iterator<Item = (NodeId, FieldRef)> + use<'t> {
    (0..tree.len()).map(NodeId::from_index).filter(|node| tree.is_value(*node)).filter_map(|node| {
        let path = tree.path(node);
        let path = path.strip_prefix("$.").unwrap_or(&path);
        Some((node, FieldRef::from_path(within_body(path))?))
    })
}

/// Parts that hold nothing. That they are there is part of the message, which the echo compares.
fn empty_parts<'t>(tree: &'t JsonTree<'_>) -> impl Iterator<Item = NodeId> + use<'t> {
    let is_empty = |node: &NodeId| tree.is_value(*node) && tree.kind(*node) == JsonKind::Object;
    (0..tree.len()).map(NodeId::from_index).filter(is_empty)
}

/// `body` and the name of the kind stand in the document and not in field paths.
fn within_body(path: &str) -> &str {
    let of_kind = |kind: &Kind| path.strip_prefix("body.")?.strip_prefix(kind.member())?.strip_prefix('.');
    Kind::ALL.iter().find_map(of_kind).unwrap_or(path)
}
