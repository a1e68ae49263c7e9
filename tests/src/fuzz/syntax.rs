//! The parsers, the writers and canonical XML.

use causeway_syntax::{
    C14n, C14nMode, JsonKind, JsonTree, JsonWriter, Limits, NodeId, Tree, XmlKind, XmlTree, XmlWriter,
};
use causeway_syntax::{canonicalize, encoding_fault};

use crate::differential::{self, Verdict};

/// JSON: the parser agrees with serde_json, every node has its place, and what is written reads as the same.
pub(super) fn json(data: &[u8]) {
    agrees(differential::json(data));
    let Ok(tree) = JsonTree::parse(data, &Limits::default()) else { return };
    has_places(&tree);
    for mut writer in [JsonWriter::compact(), JsonWriter::pretty()] {
        write_json(&tree, tree.root(), &mut writer);
        let written = writer.finish();
        let again = JsonTree::parse(written.as_bytes(), &Limits::default()).expect("what is written can be read");
        let seen = |tree: &JsonTree<'_>| -> Vec<_> {
            let node = |id| (tree.kind(id), tree.key(id).map(str::to_owned), tree.text(id).to_owned(), tree.parent(id));
            (0..tree.len()).map(NodeId::from_index).map(node).collect()
        };
        assert!(seen(&again) == seen(&tree), "what is written reads as something else");
    }
}

fn write_json(tree: &JsonTree<'_>, id: NodeId, writer: &mut JsonWriter) {
    if let Some(key) = tree.key(id) {
        writer.key(key);
    }
    match tree.kind(id) {
        JsonKind::Object => {
            writer.begin_object();
            tree.children(id).for_each(|child| write_json(tree, child, writer));
            writer.end_object();
        }
        JsonKind::Array => {
            writer.begin_array();
            tree.children(id).for_each(|child| write_json(tree, child, writer));
            writer.end_array();
        }
        JsonKind::String => writer.string(tree.text(id)),
        _ => writer.raw_scalar(tree.text(id)),
    }
}

/// XML: the parser agrees with roxmltree, every node has its place, and what is written reads as the same.
pub(super) fn xml(data: &[u8]) {
    agrees(differential::xml(data));
    let _ = encoding_fault(data);
    let Ok(tree) = XmlTree::parse(data, &Limits::default()) else { return };
    has_places(&tree);
    let mut writer = XmlWriter::compact();
    writer.declaration();
    write_xml(&tree, tree.root(), &mut writer);
    let written = writer.finish();
    let again = XmlTree::parse(written.as_bytes(), &Limits::default()).expect("what is written can be read");
    assert!(canonical(&again, again.root(), &ALL[1]) == canonical(&tree, tree.root(), &ALL[1]), "another document");
}

fn write_xml(tree: &XmlTree<'_>, id: NodeId, writer: &mut XmlWriter) {
    match tree.kind(id) {
        XmlKind::Element => {
            writer.start(tree.qualified_name(id));
            for attribute in tree.namespaces(id).chain(tree.attributes(id)) {
                writer.attribute(tree.qualified_name(attribute), tree.text(attribute));
            }
            tree.children(id).for_each(|child| write_xml(tree, child, writer));
            writer.end();
        }
        XmlKind::Text => drop(writer.text(tree.text(id))),
        _ => drop(writer.raw(tree.raw(id))),
    }
}

const ALL: [C14n<'_>; 4] = [
    C14n { mode: C14nMode::Inclusive, comments: false, inclusive_prefixes: &[] },
    C14n { mode: C14nMode::Inclusive, comments: true, inclusive_prefixes: &[] },
    C14n { mode: C14nMode::Exclusive, comments: true, inclusive_prefixes: &[] },
    C14n { mode: C14nMode::Exclusive, comments: false, inclusive_prefixes: &["#default", "p", "xml"] },
];

/// Elements of a document that are taken for themselves; each is canonicalised in four ways.
const MOST_ELEMENTS: usize = 16;

/// Canonical XML: the form of any element is well formed and its own canonical form.
pub(super) fn c14n(data: &[u8]) {
    let Ok(tree) = XmlTree::parse(data, &Limits::default()) else { return };
    let nodes = (0..tree.len()).map(NodeId::from_index);
    for element in nodes.filter(|&id| tree.kind(id) == XmlKind::Element).take(MOST_ELEMENTS) {
        for options in &ALL {
            let form = canonical(&tree, element, options);
            // An element that takes its namespace from above may stand in more declarations than a tag may have.
            let limits = Limits { max_attributes: usize::MAX, ..Limits::default() };
            let again = XmlTree::parse(form.as_bytes(), &limits).expect("a canonical form is well formed");
            assert!(canonical(&again, again.root(), options) == form, "a canonical form is its own");
            assert!(again.name(again.root()) == tree.name(element), "the canonical form of another element");
            assert!(again.namespace(again.root()) == tree.namespace(element), "another namespace");
        }
    }
}

fn canonical(tree: &XmlTree<'_>, element: NodeId, options: &C14n<'_>) -> String {
    canonicalize(tree, element, options)
}

fn agrees(verdict: Verdict) {
    if let Verdict::Differ(why) = verdict {
        panic!("two parsers differ: {why}");
    }
}

/// Nodes of which path and place are asked: both take time that grows with the depth.
const MOST_NODES: usize = 2_000;

fn has_places(tree: &dyn Tree) {
    for id in (0..tree.len().min(MOST_NODES)).map(NodeId::from_index) {
        let span = tree.span(id);
        assert!(span.start < span.end, "a node without bytes");
        assert!(tree.node_at(span.start).is_some_and(|found| found >= id), "a node is not where it stands");
        let position = tree.position(id);
        assert!(position.line > 0 && position.column > 0, "a node without a place");
        assert!(!tree.path(id).is_empty(), "a node without a path");
    }
}
