use super::*;
use crate::rules;

fn parse(source: &str) -> XmlTree<'_> {
    XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap_or_else(|finding| panic!("{finding}: {source}"))
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
    let finding = XmlTree::parse(source.as_ref(), limits).expect_err(&shown);
    assert_eq!((finding.rule.code, finding.path.as_str()), (rule.code, path), "{finding}: {shown}");
    assert_eq!(finding.position, Position { line, column }, "{finding}: {shown}");
}

/// The node at a path, as [`Tree::path`] gives it.
#[track_caller]
fn at(tree: &XmlTree<'_>, path: &str) -> NodeId {
    (0..tree.len()).map(NodeId::from_index).find(|&id| tree.path(id) == path).expect(path)
}

const ORDER: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!-- head -->
<PORX_IN020101SM31 xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ITSVersion='a &lt;
b'>
  <id root="1.2"/>
  <value xsi:type="CD" code="é&#x41;"><originalText>Tom &amp; <![CDATA[<Co>]]>&#13;</originalText></value>
  <value></value>
  <?keep this ?>
  <e:other xmlns:e="urn:e" xmlns=""><plain/></e:other>
</PORX_IN020101SM31>
<!--tail-->"#;

#[test]
fn nodes_tell_names_namespaces_and_text() {
    let tree = parse(ORDER);
    let root = tree.root();
    assert_eq!((tree.name(root), tree.prefix(root)), ("PORX_IN020101SM31", ""));
    assert_eq!(tree.namespace(root), "urn:hl7-org:v3");
    let version = tree.attribute(root, "ITSVersion").unwrap();
    assert_eq!((tree.text(version), tree.namespace(version)), ("a < b", ""));
    assert_eq!(tree.raw(version), "ITSVersion='a &lt;\nb'");
    assert_eq!(&ORDER[tree.value_span(version)], "a &lt;\nb");
    let value = at(&tree, "/PORX_IN020101SM31/value[1]");
    let kind = tree.attribute_ns(value, "http://www.w3.org/2001/XMLSchema-instance", "type").unwrap();
    assert_eq!((tree.name(kind), tree.prefix(kind), tree.qualified_name(kind)), ("type", "xsi", "xsi:type"));
    assert_eq!(tree.attribute(value, "type"), None);
    assert_eq!(tree.text(tree.attribute(value, "code").unwrap()), "éA");
    let original = tree.elements(value).next().unwrap();
    assert_eq!(tree.element_text(original), "Tom & <Co>\r");
    assert_eq!(tree.text_nodes(original).count(), 1);
    assert_eq!(tree.raw(original), "<originalText>Tom &amp; <![CDATA[<Co>]]>&#13;</originalText>");
    assert_eq!(tree.parent(original), Some(value));
    assert_eq!((tree.text(value), tree.parent(root)), ("", None));
}

#[test]
fn the_default_namespace_is_for_elements_and_can_be_undone() {
    let tree = parse(ORDER);
    let other = at(&tree, "/PORX_IN020101SM31/other");
    assert_eq!((tree.namespace(other), tree.prefix(other)), ("urn:e", "e"));
    let declared: Vec<_> = tree.namespaces(other).map(|id| (tree.name(id), tree.text(id))).collect();
    assert_eq!(declared, [("e", "urn:e"), ("", "")]);
    assert_eq!(tree.namespace(tree.namespaces(other).next().unwrap()), XMLNS_URI);
    assert_eq!(tree.namespace(at(&tree, "/PORX_IN020101SM31/other/plain")), "");
    assert_eq!(tree.attributes(other).count(), 0);
    let tree = parse("<a xml:lang='en' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>");
    assert_eq!(tree.namespace(tree.attributes(tree.root()).next().unwrap()), XML_URI);
}

#[test]
fn children_come_in_order_without_attributes() {
    let tree = parse("<a b='1'>t<!--c--><d/><?e f?></a>");
    let kinds: Vec<_> = tree.children(tree.root()).map(|id| tree.kind(id)).collect();
    assert_eq!(kinds, [XmlKind::Text, XmlKind::Comment, XmlKind::Element, XmlKind::Instruction]);
    let texts: Vec<_> = tree.children(tree.root()).map(|id| (tree.name(id), tree.text(id))).collect();
    assert_eq!(texts, [("", "t"), ("", "c"), ("d", ""), ("e", "f")]);
    let mixed = parse("<a>x<b>y</b>z</a>");
    assert_eq!(mixed.element_text(mixed.root()), "xz");
}

#[test]
fn attributes_texts_and_bare_elements_are_values() {
    let tree = parse(ORDER);
    let values: Vec<_> = (0..tree.len()).map(NodeId::from_index).filter(|&id| tree.is_value(id)).collect();
    let described: Vec<_> = values.iter().map(|&id| (tree.path(id), tree.value(id).into_owned())).collect();
    let described: Vec<_> = described.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
    assert_eq!(
        described,
        [
            ("/PORX_IN020101SM31/@ITSVersion", "a < b"),
            ("/PORX_IN020101SM31/id/@root", "1.2"),
            ("/PORX_IN020101SM31/value[1]/@type", "CD"),
            ("/PORX_IN020101SM31/value[1]/@code", "éA"),
            ("/PORX_IN020101SM31/value[1]/originalText/text()", "Tom & <Co>\r"),
            ("/PORX_IN020101SM31/value[2]", ""),
            ("/PORX_IN020101SM31/other/plain", ""),
        ]
    );
    let tree = parse("<a xmlns='u'> &#32;<!-- only blanks --></a>");
    assert!(tree.is_value(tree.root()));
}

#[test]
fn paths_count_namesakes_whatever_their_namespace() {
    let tree = parse("<a><b/><c/><b xmlns='u'/><p:b xmlns:p='v' p:q=''/><!--x--></a>");
    let paths: Vec<_> = (0..tree.len()).map(|id| tree.path(NodeId::from_index(id))).collect();
    let expected = "/a /a/b[1] /a/c /a/b[2] /a/b[2]/namespace:: /a/b[3] /a/b[3]/namespace::p /a/b[3]/@q /a/comment()";
    assert_eq!(paths, expected.split(' ').collect::<Vec<_>>());
}

#[test]
fn positions_point_to_values() {
    let tree = parse(ORDER);
    assert_eq!(tree.position(tree.root()), Position { line: 3, column: 1 });
    assert_eq!(tree.position(at(&tree, "/PORX_IN020101SM31/id/@root")), Position { line: 5, column: 13 });
    let code = at(&tree, "/PORX_IN020101SM31/value[1]/@code");
    let column = ORDER.lines().nth(5).unwrap().find('é').unwrap() as u32 + 1;
    assert_eq!(tree.position(code), Position { line: 6, column });
    let text = at(&tree, "/PORX_IN020101SM31/value[1]/originalText/text()");
    let column = ORDER.lines().nth(5).unwrap().find("Tom").unwrap() as u32;
    assert_eq!(tree.position(text), Position { line: 6, column });
}

#[test]
fn node_at_finds_the_innermost_node() {
    let tree = parse(ORDER);
    for offset in 0..=ORDER.len() {
        let expected = (0..tree.len()).map(NodeId::from_index).rfind(|&id| tree.span(id).contains(&offset));
        assert_eq!(tree.node_at(offset), expected, "offset {offset}");
    }
}

#[test]
fn ids_of_other_trees_give_empty_answers() {
    let tree = parse("<a/>");
    let id = NodeId::from_index(7);
    assert_eq!((tree.text(id), tree.name(id), tree.prefix(id), tree.namespace(id), tree.raw(id)), ("", "", "", "", ""));
    assert_eq!((tree.children(id).count(), tree.attributes(id).count(), tree.parent(id)), (0, 0, None));
    assert_eq!((tree.path(id).as_str(), tree.position(id)), ("", Position::default()));
}

#[test]
fn line_ends_and_white_space_are_normalised_as_the_standard_says() {
    let tree = parse("<a b=' x\r\ny\tz\r&#13;&#10;&#9;'>1\r\n2\r3\n<![CDATA[4\r\n5]]>&#13;</a>");
    assert_eq!(tree.text(tree.attribute(tree.root(), "b").unwrap()), " x y z \r\n\t");
    assert_eq!(tree.element_text(tree.root()), "1\n2\n3\n4\n5\r");
    let tree = parse("<a><!--1\r\n2\r--><?p 1\r\n2?></a>");
    let texts: Vec<_> = tree.children(tree.root()).map(|id| tree.text(id)).collect();
    assert_eq!(texts, ["1\n2\n", "1\n2"]);
}

#[test]
fn one_root_and_nothing_beside_it() {
    refused("<a/><b/>", &rules::XML_TWO_ROOTS, "", 1, 5);
    refused("x<a/>", &rules::XML_TEXT_OUTSIDE_ROOT, "", 1, 1);
    refused("<a/>\n &amp;", &rules::XML_TEXT_OUTSIDE_ROOT, "", 2, 2);
    refused("<a/><![CDATA[]]>", &rules::XML_TEXT_OUTSIDE_ROOT, "", 1, 5);
    refused("<!-- -->", &rules::XML_NO_ROOT, "", 1, 9);
    refused("</a>", &rules::XML_MISMATCHED_TAG, "", 1, 1);
    refused(" \n", &rules::INPUT_EMPTY, "", 0, 0);
    parse("\n<!---->\n<?p?><a/>\n<!----> <?p?>\n");
}

#[test]
fn document_types_are_refused() {
    refused("<!DOCTYPE a><a/>", &rules::XML_DOCTYPE, "", 1, 1);
    let bomb = "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>";
    refused(bomb, &rules::XML_DOCTYPE, "", 2, 1);
    refused("<!ELEMENT a ANY><a/>", &rules::XML_SYNTAX, "", 1, 1);
    refused("<a><!doctype b></a>", &rules::XML_SYNTAX, "/a", 1, 4);
}

#[test]
fn only_predefined_entities_and_legal_characters_can_be_referred_to() {
    refused("<a>\n<b>&nbsp;</b></a>", &rules::XML_UNDECLARED_ENTITY, "/a/b", 2, 4);
    refused("<a b='&e;'/>", &rules::XML_UNDECLARED_ENTITY, "/a", 1, 7);
    for bare in ["a & b", "&;", "&amp", "&lt ;", "&1;", "&&amp;"] {
        refused(format!("<a>{bare}</a>").replace("a & b", "& b"), &rules::XML_REFERENCE, "/a", 1, 4);
    }
    for bad in
        ["&#0;", "&#x1F;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#99999999999;", "&#;", "&#x;", "&#X41;", "&#a;"]
    {
        refused(format!("<a>{bad}</a>"), &rules::XML_CHARACTER_REFERENCE, "/a", 1, 4);
    }
    let tree = parse("<a b='&quot;&apos;'>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;&#x0041;</a>");
    assert_eq!(tree.element_text(tree.root()), "&<>\"'A😀A");
    assert_eq!(tree.text(tree.attribute(tree.root(), "b").unwrap()), "\"'");
}

#[test]
fn characters_that_xml_lacks_are_refused_wherever_they_stand() {
    refused("<a>\n<b>x\u{1}</b></a>", &rules::XML_CHARACTER, "/a/b", 2, 5);
    refused("<a><!--\u{B}--></a>", &rules::XML_CHARACTER, "/a", 1, 8);
    refused("<a b='\u{FFFE}'/>", &rules::XML_CHARACTER, "/a", 1, 7);
    refused("<a/>\u{0}", &rules::XML_CHARACTER, "", 1, 5);
    refused(b"<a><b c='\xE9'/></a>", &rules::INVALID_UTF8, "/a/b", 1, 10);
    refused(b"\xFE\xFF\0<", &rules::UTF16_NOT_SUPPORTED, "", 1, 1);
    refused(b"<\0a\0", &rules::UTF16_NOT_SUPPORTED, "", 1, 1);
}

#[test]
fn prefixes_are_declared() {
    refused("<a>\n <b:c/></a>", &rules::XML_UNDECLARED_PREFIX, "/a/c", 2, 3);
    refused("<a b:c='1'/>", &rules::XML_UNDECLARED_PREFIX, "/a", 1, 4);
    refused("<a><b xmlns:p='u'/><p:c/></a>", &rules::XML_UNDECLARED_PREFIX, "/a/c", 1, 21);
    let tree = parse("<p:a p:b='' xmlns:p='u'/>");
    assert_eq!(tree.namespace(tree.root()), "u");
}

#[test]
fn reserved_prefixes_keep_their_meaning() {
    for (declaration, column) in [
        ("xmlns:xmlns='u'", 4),
        ("xmlns:xml='u'", 4),
        ("xmlns:p='http://www.w3.org/XML/1998/namespace'", 4),
        ("xmlns='http://www.w3.org/XML/1998/namespace'", 4),
        ("xmlns:p='http://www.w3.org/2000/xmlns/'", 4),
        ("xmlns='http://www.w3.org/2000/xmlns/'", 4),
        ("xmlns:p=''", 4),
    ] {
        refused(format!("<a {declaration}/>"), &rules::XML_RESERVED_PREFIX, "/a", 1, column);
    }
    refused("<xmlns:a/>", &rules::XML_RESERVED_PREFIX, "/a", 1, 2);
    parse("<a xmlns='' xmlns:xmlfoo='u'/>");
}

#[test]
fn attributes_are_unique_by_name_and_by_meaning() {
    refused("<a b='1' c='2' b='3'/>", &rules::XML_DUPLICATE_ATTRIBUTE, "/a", 1, 16);
    refused("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", &rules::XML_DUPLICATE_ATTRIBUTE, "/a", 1, 35);
    refused("<a xmlns:p='u' xmlns:p='v'/>", &rules::XML_DUPLICATE_ATTRIBUTE, "/a", 1, 16);
    refused("<a xmlns='u' xmlns='u'/>", &rules::XML_DUPLICATE_ATTRIBUTE, "/a", 1, 14);
    let many: String = (0..30).map(|at| format!(" a{at}=''")).collect();
    let column = 3 + many.len() as u32;
    refused(format!("<a{many} a7='' a3=''/>"), &rules::XML_DUPLICATE_ATTRIBUTE, "/a", 1, column + 1);
    let tree = parse("<a xmlns='u' xmlns:p='u' b='1' p:b='2'><c xmlns:q='u' xmlns:r='v' q:b='' r:b='' b=''/></a>");
    assert_eq!(tree.attributes(tree.root()).count(), 2);
}

#[test]
fn tags_close_in_order() {
    refused("<a>\n<b></a></b>", &rules::XML_MISMATCHED_TAG, "/a/b", 2, 4);
    refused("<a></ab>", &rules::XML_MISMATCHED_TAG, "/a", 1, 4);
    refused("<p:a xmlns:p='u'></a>", &rules::XML_MISMATCHED_TAG, "/a", 1, 18);
    refused("<a></a b>", &rules::XML_SYNTAX, "/a", 1, 8);
    refused("<a></ a>", &rules::XML_NAME, "/a", 1, 6);
    refused("<a></a/>", &rules::XML_SYNTAX, "/a", 1, 7);
    refused("<a/></a>", &rules::XML_MISMATCHED_TAG, "", 1, 5);
    refused("<a / >", &rules::XML_SYNTAX, "/a", 1, 4);
    parse("<a ><b\n/></a\n>");
}

#[test]
fn names_are_names() {
    for bad in ["<1/>", "<-/>", "< a/>", "<:a/>", "<a:/>", "<a:1/>", "<a:b:c/>", "<>", "<=a>"] {
        refused(bad, &rules::XML_NAME, "", 1, 2);
    }
    refused("<a 1='2'/>", &rules::XML_NAME, "/a", 1, 4);
    refused("<a \"b\"/>", &rules::XML_NAME, "/a", 1, 4);
    refused(format!("<a><{}/></a>", "n".repeat(1025)), &rules::NAME_TOO_LONG, "/a", 1, 5);
}

#[test]
fn attributes_have_space_equals_and_quotes() {
    refused("<a b='1'c='2'/>", &rules::XML_ATTRIBUTE, "/a", 1, 9);
    refused("<a b/>", &rules::XML_ATTRIBUTE, "/a", 1, 5);
    refused("<a b=1/>", &rules::XML_ATTRIBUTE, "/a", 1, 6);
    refused("<a'b'/>", &rules::XML_ATTRIBUTE, "/a", 1, 3);
    refused("<a b='<'/>", &rules::XML_LESS_THAN, "/a", 1, 7);
    let tree = parse("<a b = '\"' c\n=\n\"'>\"/>");
    let texts: Vec<_> = tree.attributes(tree.root()).map(|id| tree.text(id)).collect();
    assert_eq!(texts, ["\"", "'>"]);
}

#[test]
fn the_end_of_cdata_stands_only_in_cdata() {
    refused("<a>x]]></a>", &rules::XML_CDATA_END, "/a", 1, 5);
    refused("<a>]]]></a>", &rules::XML_CDATA_END, "/a", 1, 5);
    refused("<a>&amp;]]></a>", &rules::XML_CDATA_END, "/a", 1, 9);
    let tree = parse("<a>]] ]>]<![CDATA[]]]]><![CDATA[>&amp;<b>]]>]</a>");
    assert_eq!(tree.element_text(tree.root()), "]] ]>]]]>&amp;<b>]");
}

#[test]
fn comments_and_instructions_are_well_formed() {
    refused("<a><!-- -- --></a>", &rules::XML_COMMENT, "/a", 1, 9);
    refused("<a><!-- ---></a>", &rules::XML_COMMENT, "/a", 1, 9);
    refused("<a><?XML x?></a>", &rules::XML_INSTRUCTION, "/a", 1, 4);
    refused("<a><?p:q x?></a>", &rules::XML_INSTRUCTION, "/a", 1, 4);
    refused("<a><?p=x?></a>", &rules::XML_INSTRUCTION, "/a", 1, 7);
    refused("<a><? p?></a>", &rules::XML_NAME, "/a", 1, 6);
    parse("<?xml-stylesheet href='x'?><a><!----><?p?><?q ??></a>");
}

#[test]
fn the_declaration_comes_first_and_says_version_1_0_and_utf_8() {
    refused(" <?xml version='1.0'?><a/>", &rules::XML_DECLARATION, "", 1, 2);
    refused("<a><?xml version='1.0'?></a>", &rules::XML_DECLARATION, "/a", 1, 4);
}

#[test]
fn declarations_are_exact() {
    for bad in [
        "<?xml encoding='UTF-8'?>",
        "<?xml version=1.0?>",
        "<?xml version='1.0' standalone='maybe'?>",
        "<?xml version='1.0' standalone='yes' encoding='UTF-8'?>",
        "<?xml version='1.0'encoding='UTF-8'?>",
        "<?xml version='1.0' x='y'?>",
        "<?xml version='1.0'>",
    ] {
        let source = format!("{bad}<a/>");
        let finding = XmlTree::parse(source.as_bytes(), &Limits::default()).expect_err(bad);
        assert_eq!(finding.rule.code, "xml-declaration", "{bad}");
    }
    refused("<?xml version='1.1'?><a/>", &rules::XML_VERSION, "", 1, 1);
    for encoding in ["UTF-16", "iso-8859-1", "latin1"] {
        let source = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><a/>");
        refused(source, &rules::XML_ENCODING, "", 1, 1);
    }
    for good in [
        "<?xml version='1.0'?>",
        "<?xml version = \"1.0\"\n encoding='Utf-8' standalone='no' ?>",
        "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?>",
    ] {
        parse(&format!("{good}<a/>"));
    }
}

#[test]
fn a_document_cut_anywhere_is_refused_as_cut_off() {
    let end_of_root = ORDER.find("\n<!--tail").unwrap();
    for end in 1..end_of_root {
        let finding = XmlTree::parse(&ORDER.as_bytes()[..end], &Limits::default()).unwrap_err();
        let whole = ORDER.is_char_boundary(end);
        // Between the declaration and the root a document ends as one without a root.
        let expected: &[&str] = if whole { &["xml-truncated", "xml-no-root"] } else { &["invalid-utf8"] };
        assert!(expected.contains(&finding.rule.code), "{finding}: {}", &ORDER[..ORDER.floor_char_boundary(end)]);
    }
}

#[test]
fn limits_hold_to_the_unit() {
    let limits =
        Limits { max_bytes: 40, max_depth: 2, max_nodes: 5, max_attributes: 3, max_text: 4, ..Limits::default() };
    let accepted = |source: &str| assert!(XmlTree::parse(source.as_bytes(), &limits).is_ok(), "{source}");
    accepted(&format!("<a/>{}", " ".repeat(36)));
    refused_by(&limits, format!("<a/>{}", " ".repeat(37)), &rules::INPUT_TOO_LARGE, "", 0, 0);
    accepted("<a><b/></a>");
    refused_by(&limits, "<a><b><c/></b></a>", &rules::NESTING_TOO_DEEP, "/a/b", 1, 7);
    accepted("<a><b/><c/><d/><e/></a>");
    refused_by(&limits, "<a><b/><c/><d/><e/><f/></a>", &rules::TOO_MANY_NODES, "/a", 1, 20);
    accepted("<a b='' c='' xmlns='u'/>");
    refused_by(&limits, "<a b='' c='' d='' xmlns='u'/>", &rules::TOO_MANY_ATTRIBUTES, "/a", 1, 28);
    accepted("<a b='1234'>1234</a>");
    refused_by(&limits, "<a b='12345'/>", &rules::TEXT_TOO_LONG, "/a", 1, 7);
    refused_by(&limits, "<a b='&lt;x'/>", &rules::TEXT_TOO_LONG, "/a", 1, 7);
}

#[test]
fn a_long_text_comment_or_instruction_is_refused() {
    let limits = Limits { max_text: 4, ..Limits::default() };
    refused_by(&limits, "<a>12345</a>", &rules::TEXT_TOO_LONG, "/a", 1, 4);
    refused_by(&limits, "<a><!--12345--></a>", &rules::TEXT_TOO_LONG, "/a", 1, 8);
    refused_by(&limits, "<a><?p 12345?></a>", &rules::TEXT_TOO_LONG, "/a", 1, 8);
}

#[test]
fn the_child_elements_of_an_element_are_bounded() {
    let limits = Limits { max_entries: 2, ..Limits::default() };
    assert!(XmlTree::parse(b"<a>x<b/>y<b><c/><c/></b>z</a>", &limits).is_ok());
    refused_by(&limits, "<a><b/><b/><b/></a>", &rules::TOO_MANY_ENTRIES, "/a", 1, 12);
}

#[test]
fn namespaces_are_bounded() {
    let element = |at: usize| format!("<e xmlns='urn:{at}'/>");
    let document = |count| format!("<a>{}</a>", (0..count).map(element).collect::<String>());
    parse(&document(512));
    let finding = XmlTree::parse(document(513).as_bytes(), &Limits::default()).unwrap_err();
    assert_eq!(finding.rule, &rules::TOO_MANY_NAMESPACES);
}

#[test]
fn depth_is_bounded_by_the_limit_and_not_by_the_stack() {
    let limits = Limits { max_depth: 1_000_000, ..Limits::default() };
    let source = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(XmlTree::parse(source.as_bytes(), &limits).unwrap().len(), 100_000);
}

#[test]
fn findings_show_no_values() {
    for source in [
        "<a name='Smith' name='Smith'/>",
        "<a name='Smith&x;'/>",
        "<a>Smith & Smith</a>",
        "<a>Smith]]></a>",
        "<a/>Smith",
        "<?xml version='1.0' encoding='Smith'?><a/>",
        "<a><!--Smith--Smith--></a>",
    ] {
        let finding = XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap_err();
        assert!(!finding.to_string().contains("Smith") && !finding.hint.contains("Smith"), "{finding}");
    }
}

fn sample(mut writer: XmlWriter) -> (String, Vec<usize>) {
    let mut offsets = Vec::new();
    writer.declaration();
    writer.start("a");
    offsets.push(writer.attribute("xmlns", "u"));
    writer.start("id");
    offsets.push(writer.attribute("root", "x\"<>&\t\n\r'"));
    writer.end();
    writer.start("t");
    offsets.push(writer.text("a<b>&\"\n\t\r"));
    writer.end();
    writer.start("empty");
    writer.text("");
    writer.end();
    writer.start("mixed");
    writer.text("x");
    writer.start("b");
    writer.end();
    offsets.push(writer.raw("<c/>"));
    writer.end();
    writer.end();
    assert_eq!(writer.illegal_values(), 0);
    (writer.finish(), offsets)
}

#[test]
fn the_writer_indents_by_two_spaces_or_not_at_all() {
    let (pretty, _) = sample(XmlWriter::pretty());
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<a xmlns="u">
  <id root="x&quot;&lt;&gt;&amp;&#9;&#10;&#13;'"/>
  <t>a&lt;b&gt;&amp;"
	&#13;</t>
  <empty></empty>
  <mixed>x<b/><c/></mixed>
</a>"#;
    assert_eq!(pretty, expected);
    let (compact, _) = sample(XmlWriter::compact());
    let lines = expected.replace("\n<a", "<a").replace("\n  <", "<").replace("\n</", "</");
    assert_eq!(compact, lines);
}

#[test]
fn the_writer_tells_where_values_start() {
    for writer in [XmlWriter::pretty(), XmlWriter::compact()] {
        let (text, offsets) = sample(writer);
        let tree = parse(&text);
        let paths = ["/a/namespace::", "/a/id/@root", "/a/t/text()", "/a/mixed/c"];
        for (offset, path) in offsets.into_iter().zip(paths) {
            let id = at(&tree, path);
            assert_eq!((tree.node_at(offset), tree.value_span(id).start), (Some(id), offset), "{path}");
        }
        assert_eq!(tree.text(at(&tree, "/a/id/@root")), "x\"<>&\t\n\r'");
        assert_eq!(tree.text(at(&tree, "/a/t/text()")), "a<b>&\"\n\t\r");
    }
}

#[test]
fn a_part_of_a_larger_source_is_read_with_the_positions_of_the_source() {
    let source = "head é <x>\n\n<?xml version=\"1.0\"?>\n<a b=\"1\"/>\n--tail <";
    let part = source.find("<?xml").unwrap()..source.find("--tail").unwrap();
    let tree = XmlTree::parse_part(source.as_bytes(), part.clone(), &Limits::default()).unwrap();
    let attribute = tree.attribute(tree.root(), "b").unwrap();
    assert_eq!(
        tree.value_span(attribute).start,
        source.find('1').map(|_| source.find("\"1\"/>").unwrap() + 1).unwrap()
    );
    assert_eq!(tree.position(attribute), Position { line: 4, column: 7 });
    assert_eq!(tree.node_at(tree.value_span(attribute).start), Some(attribute));
    for (from, to, position) in [("<a b", "<a &b", (4, 4)), ("1.0", "2.0", (3, 1)), ("version", "varsion", (3, 6))] {
        let broken = source.replace(from, to);
        let part = part.start..broken.find("--tail").unwrap();
        let finding = XmlTree::parse_part(broken.as_bytes(), part, &Limits::default()).unwrap_err();
        assert_eq!((finding.position.line, finding.position.column), position, "{finding}");
    }
}

#[test]
fn the_writer_counts_values_that_xml_cannot_hold() {
    let mut writer = XmlWriter::compact();
    writer.start("a");
    writer.attribute("b", "\u{1}");
    writer.text("\u{FFFE}");
    writer.end();
    assert_eq!(writer.illegal_values(), 2);
    assert_eq!(XmlTree::parse(writer.finish().as_bytes(), &Limits::default()).unwrap_err().rule, &rules::XML_CHARACTER);
}

#[test]
fn a_node_of_the_content_has_a_next_sibling_and_one_of_the_tag_has_none() {
    let tree = parse("<a b='1' c='2'><d e='3'><f/></d>text<!--g--><h/></a>");
    let first = tree.children(tree.root()).next().unwrap();
    let siblings: Vec<XmlKind> =
        std::iter::successors(Some(first), |node| tree.next_sibling(*node)).map(|node| tree.kind(node)).collect();
    assert_eq!(siblings, [XmlKind::Element, XmlKind::Text, XmlKind::Comment, XmlKind::Element]);
    assert_eq!(tree.next_sibling(tree.root()), None);
    for attribute in tree.attributes(tree.root()) {
        assert_eq!(tree.next_sibling(attribute), None);
    }
}

#[test]
fn an_element_written_as_it_is_stands_like_a_child_element() {
    let mut writer = XmlWriter::pretty();
    writer.start("a");
    let offset = writer.raw_element("<b>text</b>");
    writer.start("c");
    writer.end();
    writer.end();
    let text = writer.finish();
    assert_eq!(text, "<a>\n  <b>text</b>\n  <c/>\n</a>");
    assert!(text[offset..].starts_with("<b>"));
}
