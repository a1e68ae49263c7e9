//! Generated documents: serde_json as the oracle, and the writer against the parser.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        "[^\0]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[^\0]{0,6}", inner, 0..24)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn to_value(tree: &JsonTree<'_>, id: NodeId) -> Value {
    match tree.kind(id) {
        JsonKind::Object => {
            let member = |id| (tree.key(id).unwrap().to_owned(), to_value(tree, id));
            Value::Object(tree.children(id).map(member).collect())
        }
        JsonKind::Array => tree.children(id).map(|id| to_value(tree, id)).collect(),
        JsonKind::String => Value::from(tree.text(id)),
        _ => serde_json::from_str(tree.text(id)).unwrap(),
    }
}

fn write(tree: &JsonTree<'_>, id: NodeId, writer: &mut JsonWriter) {
    if let Some(key) = tree.key(id) {
        writer.key(key);
    }
    match tree.kind(id) {
        JsonKind::Object => {
            writer.begin_object();
            tree.children(id).for_each(|child| write(tree, child, writer));
            writer.end_object();
        }
        JsonKind::Array => {
            writer.begin_array();
            tree.children(id).for_each(|child| write(tree, child, writer));
            writer.end_array();
        }
        JsonKind::String => writer.string(tree.text(id)),
        _ => writer.raw_scalar(tree.text(id)),
    }
}

/// Everything about a node but its place.
fn shape(tree: &JsonTree<'_>) -> Vec<impl PartialEq + fmt::Debug> {
    let describe = |id| {
        let key = tree.key(id).map(str::to_owned);
        (tree.kind(id), key, tree.text(id).to_owned(), tree.parent(id), tree.index(id))
    };
    (0..tree.len()).map(NodeId::from_index).map(describe).collect::<Vec<_>>()
}

proptest! {
#![proptest_config(crate::testing::cases())]

    #[test]
    fn generated_values_read_as_serde_json_reads_them(value in value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
        // Read back, as serde_json does not always read a floating-point number as the one that it wrote.
        prop_assert_eq!(to_value(&tree, tree.root()), serde_json::from_str::<Value>(&text).unwrap());
    }

    #[test]
    fn what_is_written_parses_to_the_same_tree(value in value()) {
        let text = serde_json::to_string(&value).unwrap();
        let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
        for mut writer in [JsonWriter::pretty(), JsonWriter::compact()] {
            write(&tree, tree.root(), &mut writer);
            let written = writer.finish();
            let again = JsonTree::parse(written.as_bytes(), &Limits::default()).unwrap();
            prop_assert_eq!(shape(&again), shape(&tree));
        }
    }

    #[test]
    fn snippets_are_accepted_exactly_when_serde_json_accepts_them(
        pieces in proptest::collection::vec(prop::sample::select(PIECES), 0..10)
    ) {
        let text = pieces.concat();
        let ours = JsonTree::parse(text.as_bytes(), &Limits::default());
        let theirs = serde_json::from_str::<Value>(&text);
        match ours {
            Ok(tree) => prop_assert_eq!(to_value(&tree, tree.root()), theirs.unwrap()),
            // serde_json takes duplicates.
            Err(finding) if finding.rule == &crate::rules::JSON_DUPLICATE_KEY => prop_assert!(theirs.is_ok()),
            Err(finding) => prop_assert!(theirs.is_err(), "{finding}: {text}"),
        }
    }

    #[test]
    fn one_changed_byte_never_makes_a_panic(at in 0usize..SAMPLE.len(), byte in any::<u8>()) {
        let mut source = SAMPLE.as_bytes().to_vec();
        source[at] = byte;
        let ours = JsonTree::parse(&source, &Limits::default());
        if ours.is_ok() {
            prop_assert!(serde_json::from_slice::<Value>(&source).is_ok());
        }
    }

    #[test]
    fn arbitrary_bytes_never_make_a_panic(source in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(tree) = JsonTree::parse(&source, &Limits::default()) {
            for id in (0..tree.len()).map(NodeId::from_index) {
                tree.path(id);
                tree.position(id);
            }
        }
    }

    #[test]
    fn node_at_agrees_with_a_search_of_all_nodes(value in value(), offset in 0usize..400) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
        let expected = (0..tree.len()).map(NodeId::from_index).rfind(|&id| tree.span(id).contains(&offset));
        prop_assert_eq!(tree.node_at(offset), expected);
    }
}

const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "\"\\n\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "0",
    "1",
    "-",
    ".",
    "5",
    "e1",
    "true",
    "false",
    "null",
    " ",
    "\n",
    "{\"a\":1}",
    "[1]",
    "\"a\":",
    "\"",
    "\\",
    "\t",
    "/",
    "é",
];

const SAMPLE: &str =
    r#"{"resourceType": "Bundle", "entry": [{"dose": 0.50, "e": "\u00e9\n"}, [true, null], -1.5e+3, "é"]}"#;

#[test]
fn a_document_cut_anywhere_never_makes_a_panic() {
    for end in 0..SAMPLE.len() {
        assert!(JsonTree::parse(&SAMPLE.as_bytes()[..end], &Limits::default()).is_err());
    }
}
