//! What many parsers let through, and which fault is reported where there are several.

use super::*;
use crate::rules;

/// Source, rule, path, line and column of a refusal.
type Refusal<'a> = (&'a str, &'a causeway_canonical::Rule, &'a str, u32, u32);

#[track_caller]
fn refused(refusals: &[Refusal<'_>]) {
    for &(source, rule, path, line, column) in refusals {
        let finding = XmlTree::parse(source.as_bytes(), &Limits::default()).expect_err(source);
        assert_eq!((finding.rule.code, finding.path.as_str()), (rule.code, path), "{finding}: {source}");
        assert_eq!(finding.position, Position { line, column }, "{finding}: {source}");
    }
}

#[test]
fn what_looks_like_a_piece_is_held_against_the_standards() {
    refused(&[
        ("<a/><b/>", &rules::XML_TWO_ROOTS, "", 1, 5),
        ("<a/>x", &rules::XML_TEXT_OUTSIDE_ROOT, "", 1, 5),
        ("<a/>&amp;", &rules::XML_TEXT_OUTSIDE_ROOT, "", 1, 5),
        ("<a>", &rules::XML_TRUNCATED, "/a", 1, 4),
        ("<a>&e;</a>", &rules::XML_UNDECLARED_ENTITY, "/a", 1, 4),
        ("<a>&#1;</a>", &rules::XML_CHARACTER_REFERENCE, "/a", 1, 4),
        ("<a b='&#xFFFE;'/>", &rules::XML_CHARACTER_REFERENCE, "/a", 1, 7),
        ("<a>]]></a>", &rules::XML_CDATA_END, "/a", 1, 4),
        ("<a b='<'/>", &rules::XML_LESS_THAN, "/a", 1, 7),
        ("<a b='1'c='2'/>", &rules::XML_ATTRIBUTE, "/a", 1, 9),
        ("<a b!='1'/>", &rules::XML_ATTRIBUTE, "/a", 1, 5),
        ("<a!/>", &rules::XML_ATTRIBUTE, "/a", 1, 3),
        ("<1/>", &rules::XML_NAME, "", 1, 2),
        ("<a:b:c/>", &rules::XML_NAME, "", 1, 2),
        ("<p:a/>", &rules::XML_UNDECLARED_PREFIX, "/a", 1, 2),
        ("<a><?p:q?></a>", &rules::XML_INSTRUCTION, "/a", 1, 4),
        ("<a><?p!?></a>", &rules::XML_INSTRUCTION, "/a", 1, 7),
        ("<a/><?xml version='1.0'?>", &rules::XML_DECLARATION, "", 1, 5),
        ("<?xml version='1.0' version='1.0'?><a/>", &rules::XML_DECLARATION, "", 1, 21),
        ("<?xml?version='1.0'?><a/>", &rules::XML_DECLARATION, "", 1, 1),
        ("<!doctype a><a/>", &rules::XML_SYNTAX, "", 1, 1),
    ]);
}

#[test]
fn a_second_byte_order_mark_is_text() {
    refused(&[("\u{FEFF}\u{FEFF}<a/>", &rules::XML_TEXT_OUTSIDE_ROOT, "", 1, 1)]);
    let source = "<a b='\u{FEFF}'>\u{FEFF}&amp;</a>";
    let tree = XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(tree.element_text(tree.root()), "\u{FEFF}&");
    assert_eq!(tree.text(tree.attribute(tree.root(), "b").unwrap()), "\u{FEFF}");
}

#[test]
fn a_tag_that_never_ends_is_refused_for_its_first_fault() {
    refused(&[
        ("<a b='1><c/></a>", &rules::XML_LESS_THAN, "/a", 1, 9),
        ("<a b='1><c d='2'/></a>", &rules::XML_LESS_THAN, "/a", 1, 9),
        ("<a\"><b c=\"\"/></a>", &rules::XML_ATTRIBUTE, "/a", 1, 3),
        ("<a><b></b '></a>", &rules::XML_SYNTAX, "/a/b", 1, 11),
        ("<a><p:b c='", &rules::XML_TRUNCATED, "/a/b", 1, 12),
        ("<a>\n<!-- - -- >", &rules::XML_COMMENT, "/a", 2, 8),
        ("<a><?p:q", &rules::XML_INSTRUCTION, "/a", 1, 4),
        ("<a><?p", &rules::XML_TRUNCATED, "/a", 1, 7),
        ("<a><![CDATA[]]", &rules::XML_TRUNCATED, "/a", 1, 15),
        ("<![CDATA[", &rules::XML_TEXT_OUTSIDE_ROOT, "", 1, 1),
        ("<!DOCTYPE a [<!ENTITY", &rules::XML_DOCTYPE, "", 1, 1),
        ("<!DOC", &rules::XML_TRUNCATED, "", 1, 6),
        ("<?xml version='1.0><a/>", &rules::XML_DECLARATION, "", 1, 7),
    ]);
}

#[test]
fn findings_point_to_the_hyphens_in_a_comment() {
    refused(&[("<a><!-- - - -- - --></a>", &rules::XML_COMMENT, "/a", 1, 13)]);
}

#[test]
fn text_keeps_its_bytes_whatever_pieces_it_is_read_in() {
    let source = "<a><![CDATA[x]]></a>";
    let tree = XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap();
    let text = tree.text_nodes(tree.root()).next().unwrap();
    assert_eq!((tree.text(text), tree.raw(text)), ("x", "<![CDATA[x]]>"));
    let source = "<a>\r&lt;\r\n<![CDATA[\n\r]]>\n<b/>é&#xE9;</a>";
    let tree = XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap();
    let texts: Vec<_> = tree.text_nodes(tree.root()).map(|id| (tree.text(id), tree.raw(id))).collect();
    assert_eq!(texts, [("\n<\n\n\n\n", "\r&lt;\r\n<![CDATA[\n\r]]>\n"), ("éé", "é&#xE9;")]);
}

#[test]
fn the_text_limit_holds_over_all_pieces_of_a_text() {
    let limits = Limits { max_text: 12, ..Limits::default() };
    assert!(XmlTree::parse(b"<a>123&lt;45678</a>", &limits).is_ok());
    for source in ["<a>123&lt;456789</a>", "<a>12345678&#65;6</a>", "<a>1<![CDATA[]]></a>"] {
        let finding = XmlTree::parse(source.as_bytes(), &limits).unwrap_err();
        assert_eq!((finding.rule, finding.position), (&rules::TEXT_TOO_LONG, Position { line: 1, column: 4 }));
    }
}
