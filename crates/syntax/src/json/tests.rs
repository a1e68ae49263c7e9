use super::*;
use crate::rules;

fn parse(source: &str) -> JsonTree<'_> {
    JsonTree::parse(source.as_bytes(), &Limits::default()).unwrap_or_else(|finding| panic!("{finding}: {source}"))
}

/// Checks rule, path, line and column of the refusal.
#[track_caller]
fn refused(source: impl AsRef<[u8]>, rule: &causeway_canonical::Rule, path: &str, line: u32, column: u32) {
    refused_by(&Limits::default(), source, rule, path, line, column);
}

#[track_caller]
fn refused_by(
    limits: &Limits,
    source: impl AsRef<[u8]>,
    rule: &causeway_canonical::Rule,
    path: &str,
    line: u32,
    column: u32,
) {
    let shown = String::from_utf8_lossy(source.as_ref()).into_owned();
    let finding = JsonTree::parse(source.as_ref(), limits).expect_err(&shown);
    assert_eq!((finding.rule.code, finding.path.as_str()), (rule.code, path), "{shown}");
    assert_eq!(finding.position, Position { line, column }, "{shown}");
}

fn at(tree: &JsonTree<'_>, path: &[&str]) -> NodeId {
    path.iter().fold(tree.root(), |id, key| match key.parse() {
        Ok(index) => tree.children(id).nth(index).unwrap(),
        Err(_) => tree.child(id, key).unwrap(),
    })
}

const BUNDLE: &str = r#"{
  "resourceType": "Bundle",
  "entry": [
    {},
    {"resource": {"identifier": [{"value": "9à\u0041\n"}], "dose": 0.50, "my key": true}},
    []
  ]
}"#;

#[test]
fn nodes_tell_kind_key_text_order_and_parents() {
    let tree = parse(BUNDLE);
    let root = tree.root();
    assert_eq!(tree.kind(root), JsonKind::Object);
    assert_eq!(tree.children(root).map(|id| tree.key(id).unwrap()).collect::<Vec<_>>(), ["resourceType", "entry"]);
    let resource = at(&tree, &["entry", "1", "resource"]);
    let value = at(&tree, &["entry", "1", "resource", "identifier", "0", "value"]);
    assert_eq!((tree.kind(value), tree.text(value)), (JsonKind::String, "9àA\n"));
    assert_eq!(tree.raw(value), r#""9à\u0041\n""#);
    let dose = tree.child(resource, "dose").unwrap();
    assert_eq!((tree.kind(dose), tree.text(dose), tree.raw(dose)), (JsonKind::Number, "0.50", "0.50"));
    assert_eq!(tree.parent(dose), Some(resource));
    assert_eq!(tree.index(dose), 1);
    assert_eq!(tree.parent(root), None);
    assert_eq!(tree.key(root), None);
    assert_eq!(tree.child(resource, "absent"), None);
    assert_eq!(tree.raw(root), BUNDLE);
}

#[test]
fn scalars_and_empty_containers_are_values() {
    let tree = parse(BUNDLE);
    let values: Vec<_> = (0..tree.len()).map(NodeId::from_index).filter(|&id| tree.is_value(id)).collect();
    let paths: Vec<_> = values.iter().map(|&id| tree.path(id)).collect();
    assert_eq!(
        paths,
        [
            "Bundle.resourceType",
            "Bundle.entry[0]",
            "Bundle.entry[1].resource.identifier[0].value",
            "Bundle.entry[1].resource.dose",
            "Bundle.entry[1].resource.`?`",
            "Bundle.entry[2]",
        ]
    );
    let texts: Vec<_> = values.iter().map(|&id| tree.value(id).into_owned()).collect();
    assert_eq!(texts, ["Bundle", "", "9àA\n", "0.50", "true", ""]);
}

#[test]
fn paths_start_with_a_dollar_without_a_resource_type() {
    for (source, path) in [
        ("[[1]]", "$[0][0]"),
        ("7", "$"),
        (r#"{"a":{"resourceType":"X"}}"#, "$.a.resourceType"),
        (r#"{"x":[{"resourceType":"X"}],"resourceType":"Y","z":1}"#, "Y.z"),
        (r#"{"resourceType":"a b"}"#, "$.resourceType"),
        (r#"{"a`\\":1}"#, "$.`?`"),
    ] {
        let tree = parse(source);
        assert_eq!(tree.path(NodeId::from_index(tree.len() - 1)), path, "{source}");
    }
}

#[test]
fn spans_hold_names_and_positions_point_to_values() {
    let tree = parse(BUNDLE);
    let dose = at(&tree, &["entry", "1", "resource", "dose"]);
    assert_eq!(&BUNDLE[tree.span(dose)], r#""dose": 0.50"#);
    assert_eq!(&BUNDLE[tree.value_span(dose)], "0.50");
    let column = BUNDLE.lines().nth(4).unwrap().find("0.50").unwrap();
    assert_eq!(tree.position(dose), Position { line: 5, column: column as u32 });
}

#[test]
fn node_at_finds_the_innermost_node() {
    let tree = parse(BUNDLE);
    for offset in 0..BUNDLE.len() {
        let expected = (0..tree.len()).map(NodeId::from_index).rfind(|&id| tree.span(id).contains(&offset));
        assert_eq!(tree.node_at(offset), expected, "offset {offset}");
    }
    assert_eq!(tree.node_at(BUNDLE.len()), None);
    assert_eq!(parse(" 1 ").node_at(0), None);
}

#[test]
fn ids_of_other_trees_give_empty_answers() {
    let tree = parse("1");
    let id = NodeId::from_index(usize::MAX);
    assert_eq!((tree.text(id), tree.key(id), tree.parent(id), tree.raw(id)), ("", None, None, ""));
    assert_eq!((tree.children(id).count(), tree.is_value(id), tree.span(id)), (0, false, 0..0));
    assert_eq!(tree.position(id), Position::default());
}

#[test]
fn a_utf8_byte_order_mark_is_skipped() {
    let tree = JsonTree::parse(b"\xEF\xBB\xBF{\"a\": 1}", &Limits::default()).unwrap();
    assert_eq!(tree.source(), "{\"a\": 1}");
    assert_eq!(tree.position(tree.root()), Position { line: 1, column: 1 });
}

#[test]
fn other_encodings_are_refused() {
    refused(b"\xFF\xFE{\0}\0", &rules::UTF16_NOT_SUPPORTED, "", 1, 1);
    refused(b"\0{\0}", &rules::UTF16_NOT_SUPPORTED, "", 1, 1);
    refused(b"{\0}\0", &rules::UTF16_NOT_SUPPORTED, "", 1, 1);
    refused(b"\0\0\0{", &rules::UTF16_NOT_SUPPORTED, "", 1, 1);
    refused(b"{\n\"a\":[1,\"caf\xE9\"]}", &rules::INVALID_UTF8, "$.a[1]", 2, 12);
    refused(b"\xEF\xBB\xBF[\xC3", &rules::INVALID_UTF8, "$[0]", 1, 2);
}

#[test]
fn nothing_is_no_document() {
    for source in ["", " \n", "\u{FEFF}"] {
        refused(source, &rules::INPUT_EMPTY, "", 0, 0);
    }
}

#[test]
fn duplicate_keys_are_refused_in_small_and_large_objects() {
    refused(r#"{"a":1,"b":{"c":1,"\u0063":2}}"#, &rules::JSON_DUPLICATE_KEY, "$.b", 1, 19);
    let mut source = String::from("{");
    for key in 0..20 {
        source.push_str(&format!("\"k{key}\":{{}},\n"));
    }
    let whole = format!("{source}\"k7\":1,\n\"k3\":1}}");
    refused(whole, &rules::JSON_DUPLICATE_KEY, "$", 21, 1);
    parse(r#"[{"a":1},{"a":1,"A":2}]"#);
}

#[test]
fn a_hundred_thousand_keys_are_no_burden() {
    let members: Vec<_> = (0..100_000).map(|key| format!("\"{:0>40}\":0", key)).collect();
    let limits = Limits { max_entries: usize::MAX, max_nodes: usize::MAX, ..Limits::default() };
    let unique = format!("{{{}}}", members.join(","));
    assert!(JsonTree::parse(unique.as_bytes(), &limits).is_ok_and(|tree| tree.len() == 100_001));
    let twice = format!("{{{},{}}}", members.join(","), members[0]);
    let finding = JsonTree::parse(twice.as_bytes(), &limits).unwrap_err();
    assert_eq!(finding.rule, &rules::JSON_DUPLICATE_KEY);
}

#[test]
fn the_grammar_of_values_is_exact() {
    for source in ["NaN", "True", "nul", "nulls", "Infinity", "'a'", "undefined", "truefalse"] {
        refused(source, &rules::JSON_LITERAL, "$", 1, 1);
    }
    for source in ["01", "-01", "1.", "1.e1", "1e", "1e+", "-", "+1", ".5", "0x10", "1.2.3", "-a", "1-2", "00"] {
        let finding = JsonTree::parse(format!("[{source}]").as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!((finding.rule.code, finding.path.as_str()), ("json-number", "$[0]"), "{source}");
    }
    for source in ["0", "-0", "1.50", "-12.0e-07", "1E400", "123456789012345678901234567890"] {
        assert_eq!(parse(source).text(NodeId::from_index(0)), source);
    }
    refused("1e", &rules::JSON_TRUNCATED, "$", 1, 3);
}

#[test]
fn the_grammar_of_containers_is_exact() {
    refused(r#"{"a":1,}"#, &rules::JSON_TRAILING_COMMA, "$", 1, 7);
    refused("[1, ]", &rules::JSON_TRAILING_COMMA, "$", 1, 3);
    refused("[,1]", &rules::JSON_SYNTAX, "$[0]", 1, 2);
    refused("[1 2]", &rules::JSON_SYNTAX, "$", 1, 4);
    refused("[1}", &rules::JSON_SYNTAX, "$", 1, 3);
    refused("{]", &rules::JSON_SYNTAX, "$", 1, 2);
    refused("{a:1}", &rules::JSON_SYNTAX, "$", 1, 2);
    refused(r#"{"a" 1}"#, &rules::JSON_SYNTAX, "$.a", 1, 6);
    refused(r#"{"a":}"#, &rules::JSON_SYNTAX, "$.a", 1, 6);
    refused("]", &rules::JSON_SYNTAX, "$", 1, 1);
    refused("\u{A0}1", &rules::JSON_SYNTAX, "$", 1, 1);
}

#[test]
fn nothing_follows_the_value() {
    refused("{} {}", &rules::JSON_TRAILING_CONTENT, "$", 1, 4);
    refused("1,", &rules::JSON_TRAILING_CONTENT, "$", 1, 2);
    refused("null\n\0", &rules::JSON_TRAILING_CONTENT, "$", 2, 1);
}

#[test]
fn comments_are_refused() {
    for (source, path, column) in
        [("/**/1", "$", 1), ("[1//\n]", "$", 3), ("[/**/]", "$[0]", 2), ("{/**/}", "$", 2), ("1 //", "$", 3)]
    {
        refused(source, &rules::JSON_COMMENT, path, 1, column);
    }
}

#[test]
fn strings_are_exact() {
    refused("[\"a\nb\"]", &rules::JSON_CONTROL_CHARACTER, "$[0]", 1, 4);
    refused("[\"\\n\tb\"]", &rules::JSON_CONTROL_CHARACTER, "$[0]", 1, 5);
    refused(r#"["\x41"]"#, &rules::JSON_ESCAPE, "$[0]", 1, 3);
    refused(r#"["\u00G0"]"#, &rules::JSON_ESCAPE, "$[0]", 1, 3);
    refused(r#"["\u+041"]"#, &rules::JSON_ESCAPE, "$[0]", 1, 3);
    for surrogate in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\ud800\n", r"\udc00\ud800", r"\uDBFFx"] {
        refused(format!("[\"{surrogate}\"]"), &rules::JSON_SURROGATE, "$[0]", 1, 3);
    }
    refused(r#"{"a":"\u0000"}"#, &rules::JSON_NUL, "$.a", 1, 7);
    let tree = parse(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\uDE00\uffff""#);
    assert_eq!(tree.text(tree.root()), "\"\\/\u{8}\u{C}\n\r\té😀\u{FFFF}");
}

#[test]
fn a_document_cut_anywhere_is_refused_as_cut_off() {
    for end in 1..BUNDLE.len() {
        let finding = JsonTree::parse(&BUNDLE.as_bytes()[..end], &Limits::default()).unwrap_err();
        let expected = if BUNDLE.is_char_boundary(end) { "json-truncated" } else { "invalid-utf8" };
        // A cut word is told from a wrong one only by what would have followed.
        if finding.rule.code != "json-literal" {
            assert_eq!(finding.rule.code, expected, "{}", &BUNDLE[..end.min(BUNDLE.floor_char_boundary(end))]);
        }
    }
}

#[test]
fn limits_hold_to_the_unit() {
    let limits = Limits { max_bytes: 60, max_depth: 2, max_nodes: 4, max_text: 5, ..Limits::default() };
    let accepted = |source: &str| assert!(JsonTree::parse(source.as_bytes(), &limits).is_ok(), "{source}");
    accepted(&format!("1{}", " ".repeat(59)));
    refused_by(&limits, format!("1{}", " ".repeat(60)), &rules::INPUT_TOO_LARGE, "", 0, 0);
    accepted("[[]]");
    refused_by(&limits, "[[[]]]", &rules::NESTING_TOO_DEEP, "$[0][0]", 1, 3);
    accepted("[1,2,3]");
    refused_by(&limits, "[1,2,3,4]", &rules::TOO_MANY_NODES, "$[3]", 1, 8);
    accepted(r#"["12345"]"#);
    refused_by(&limits, r#"["123456"]"#, &rules::TEXT_TOO_LONG, "$[0]", 1, 3);
    refused_by(&limits, r#"["\n23456"]"#, &rules::TEXT_TOO_LONG, "$[0]", 1, 3);
    refused_by(&limits, "[123456]", &rules::TEXT_TOO_LONG, "$[0]", 1, 2);
    let name = "n".repeat(1025);
    refused(format!("{{\"{name}\":1}}"), &rules::NAME_TOO_LONG, "$", 1, 2);
}

#[test]
fn the_members_of_an_object_and_the_elements_of_an_array_are_bounded() {
    let limits = Limits { max_entries: 2, ..Limits::default() };
    assert!(JsonTree::parse(br#"{"a":[1,2],"b":[3,4]}"#, &limits).is_ok());
    refused_by(&limits, r#"{"a":[1,2,3]}"#, &rules::TOO_MANY_ENTRIES, "$.a", 1, 11);
    refused_by(&limits, r#"{"a":1,"b":2,"c":3}"#, &rules::TOO_MANY_ENTRIES, "$", 1, 14);
}

#[test]
fn depth_is_bounded_by_the_limit_and_not_by_the_stack() {
    let limits = Limits { max_depth: 1_000_000, max_nodes: 1_000_000, ..Limits::default() };
    let source = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(JsonTree::parse(source.as_bytes(), &limits).unwrap().len(), 200_000);
}

#[test]
fn findings_show_no_values() {
    for source in [
        r#"{"name":"Smith" "x"}"#,
        r#"{"name":"Smith\q"}"#,
        r#"{"name":Smith}"#,
        r#"{"name":"Smith"} Smith"#,
        r#"{"name":"Smith","name":"Smith"}"#,
    ] {
        let finding = JsonTree::parse(source.as_bytes(), &Limits::default()).unwrap_err();
        assert!(!finding.to_string().contains("Smith") && !finding.hint.contains("Smith"), "{finding}");
    }
}

fn sample(mut writer: JsonWriter) -> (String, Vec<usize>) {
    let mut offsets = Vec::new();
    writer.begin_object();
    writer.key("a");
    offsets.push(writer.offset());
    writer.raw_scalar("0.50");
    writer.key("b");
    writer.begin_array();
    offsets.push(writer.offset());
    writer.string("x\"\u{1}\n");
    offsets.push(writer.offset());
    writer.begin_object();
    writer.end_object();
    offsets.push(writer.offset());
    writer.begin_array();
    writer.end_array();
    writer.end_array();
    writer.end_object();
    (writer.finish(), offsets)
}

#[test]
fn the_writer_indents_by_two_spaces_or_not_at_all() {
    let (pretty, _) = sample(JsonWriter::pretty());
    assert_eq!(pretty, "{\n  \"a\": 0.50,\n  \"b\": [\n    \"x\\\"\\u0001\\n\",\n    {},\n    []\n  ]\n}");
    let (compact, _) = sample(JsonWriter::compact());
    assert_eq!(compact, r#"{"a":0.50,"b":["x\"\u0001\n",{},[]]}"#);
}

#[test]
fn the_writer_tells_where_the_next_value_starts() {
    for writer in [JsonWriter::pretty(), JsonWriter::compact()] {
        let (text, offsets) = sample(writer);
        let tree = parse(&text);
        let starts: Vec<_> = [&["a"][..], &["b", "0"], &["b", "1"], &["b", "2"]]
            .iter()
            .map(|path| tree.value_span(at(&tree, path)).start)
            .collect();
        assert_eq!(offsets, starts, "{text}");
        for (offset, path) in offsets.into_iter().zip([&["a"][..], &["b", "0"], &["b", "1"], &["b", "2"]]) {
            assert_eq!(tree.node_at(offset), Some(at(&tree, path)));
        }
    }
}
