use super::*;
use crate::Limits;

/// Canonicalises the first element of that qualified name.
#[track_caller]
fn check(source: &str, apex: &str, options: &C14n<'_>, expected: &str) {
    let tree = XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap();
    let id = tree
        .subtree(tree.root())
        .map(NodeId::from_index)
        .find(|&id| tree.kind(id) == XmlKind::Element && tree.qualified_name(id) == apex)
        .unwrap();
    assert_eq!(canonicalize(&tree, id, options), expected, "{source}");
}

const INCLUSIVE: C14n<'_> = C14n { mode: C14nMode::Inclusive, comments: false, inclusive_prefixes: &[] };
const EXCLUSIVE: C14n<'_> = C14n { mode: C14nMode::Exclusive, comments: false, inclusive_prefixes: &[] };

#[test]
fn inclusive_canonicalization_inherits_what_is_in_scope() {
    let source = r#"<n0:pdu xmlns:n0="http://a.example" xmlns="urn:d" xml:lang="en"><n1:elem2 xmlns:n1="http://b.example"><n1:stuff/></n1:elem2></n0:pdu>"#;
    let expected = r#"<n1:elem2 xmlns="urn:d" xmlns:n0="http://a.example" xmlns:n1="http://b.example" xml:lang="en"><n1:stuff></n1:stuff></n1:elem2>"#;
    check(source, "n1:elem2", &INCLUSIVE, expected);
    let expected =
        r#"<n1:stuff xmlns="urn:d" xmlns:n0="http://a.example" xmlns:n1="http://b.example" xml:lang="en"></n1:stuff>"#;
    check(source, "n1:stuff", &INCLUSIVE, expected);
}

#[test]
fn exclusive_canonicalization_writes_only_what_is_used() {
    let source = r#"<n0:pdu xmlns:n0="http://a.example" xmlns="urn:d" xml:lang="en"><n1:elem2 xmlns:n1="http://b.example"><n1:stuff n0:x="1"/><n0:y/></n1:elem2></n0:pdu>"#;
    let expected = concat!(
        r#"<n1:elem2 xmlns:n1="http://b.example"><n1:stuff xmlns:n0="http://a.example" n0:x="1"></n1:stuff>"#,
        r#"<n0:y xmlns:n0="http://a.example"></n0:y></n1:elem2>"#
    );
    check(source, "n1:elem2", &EXCLUSIVE, expected);
}

#[test]
fn the_nearest_xml_attribute_is_inherited() {
    let source = r#"<a xml:lang="en" xml:space="preserve"><b xml:lang="de"><c xml:space="default"/></b></a>"#;
    check(source, "c", &INCLUSIVE, r#"<c xml:lang="de" xml:space="default"></c>"#);
    check(source, "c", &EXCLUSIVE, r#"<c xml:space="default"></c>"#);
    check(source, "b", &INCLUSIVE, r#"<b xml:lang="de" xml:space="preserve"><c xml:space="default"></c></b>"#);
}

#[test]
fn attributes_are_sorted_by_namespace_and_local_name() {
    let source = r#"<e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm" xmlns:b="http://www.ietf.org" xmlns:a="http://www.w3.org" xmlns="http://example.org"/>"#;
    let expected = r#"<e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5>"#;
    check(source, "e5", &INCLUSIVE, expected);
}

#[test]
fn repeated_declarations_are_left_out() {
    let source = r#"<e6 xmlns="" xmlns:a="http://www.w3.org"><e7 xmlns="http://www.ietf.org"><e8 xmlns="" xmlns:a="http://www.w3.org"><e9 xmlns="" xmlns:a="http://www.ietf.org"/></e8></e7></e6>"#;
    let expected = r#"<e6 xmlns:a="http://www.w3.org"><e7 xmlns="http://www.ietf.org"><e8 xmlns=""><e9 xmlns:a="http://www.ietf.org"></e9></e8></e7></e6>"#;
    check(source, "e6", &INCLUSIVE, expected);
    let exclusive = r#"<e6><e7 xmlns="http://www.ietf.org"><e8 xmlns=""><e9></e9></e8></e7></e6>"#;
    check(source, "e6", &EXCLUSIVE, exclusive);
}

#[test]
fn an_undone_default_namespace_is_written_only_below_another() {
    let source = r#"<a xmlns="u"><p:b xmlns:p="v"><c xmlns=""/></p:b></a>"#;
    check(source, "a", &INCLUSIVE, r#"<a xmlns="u"><p:b xmlns:p="v"><c xmlns=""></c></p:b></a>"#);
    check(source, "a", &EXCLUSIVE, r#"<a xmlns="u"><p:b xmlns:p="v"><c xmlns=""></c></p:b></a>"#);
    check(source, "p:b", &EXCLUSIVE, r#"<p:b xmlns:p="v"><c></c></p:b>"#);
    check(source, "p:b", &INCLUSIVE, r#"<p:b xmlns="u" xmlns:p="v"><c xmlns=""></c></p:b>"#);
    check(source, "c", &INCLUSIVE, r#"<c xmlns:p="v"></c>"#);
    check(source, "c", &EXCLUSIVE, "<c></c>");
}

#[test]
fn siblings_declare_anew_what_the_parent_does_not_use() {
    let source = r#"<a xmlns:p="u"><p:b><p:c/></p:b><p:d/></a>"#;
    check(source, "a", &EXCLUSIVE, r#"<a><p:b xmlns:p="u"><p:c></p:c></p:b><p:d xmlns:p="u"></p:d></a>"#);
    check(source, "a", &INCLUSIVE, r#"<a xmlns:p="u"><p:b><p:c></p:c></p:b><p:d></p:d></a>"#);
}

#[test]
fn text_and_attributes_are_escaped_as_the_standard_says() {
    let source = "<a b='&amp;&lt;>&quot;&apos;&#9;&#10;&#13;é'>&amp;&lt;&gt;\"'&#13;\r\n\t<![CDATA[<&>]]></a>";
    let expected = "<a b=\"&amp;&lt;>&quot;'&#x9;&#xA;&#xD;é\">&amp;&lt;&gt;\"'&#xD;\n\t&lt;&amp;&gt;</a>";
    check(source, "a", &INCLUSIVE, expected);
}

#[test]
fn comments_stay_only_on_request_and_instructions_always() {
    let source = "<?before?><a><!-- c --><?p  d ?><?q?><b/></a><!-- after -->";
    check(source, "a", &INCLUSIVE, "<a><?p d ?><?q?><b></b></a>");
    check(source, "a", &C14n { comments: true, ..EXCLUSIVE }, "<a><!-- c --><?p d ?><?q?><b></b></a>");
}

#[test]
fn listed_prefixes_are_written_where_they_are_in_scope() {
    let source = r#"<a xmlns="d" xmlns:p="u" xmlns:q="v"><q:b><q:c xmlns:p="w"/></q:b></a>"#;
    let listed = |prefixes| C14n { inclusive_prefixes: prefixes, ..EXCLUSIVE };
    let expected = r#"<q:b xmlns:q="v"><q:c></q:c></q:b>"#;
    check(source, "q:b", &listed(&[]), expected);
    let expected = r#"<q:b xmlns:p="u" xmlns:q="v"><q:c xmlns:p="w"></q:c></q:b>"#;
    check(source, "q:b", &listed(&["p", "absent"]), expected);
    let expected = r#"<q:b xmlns="d" xmlns:q="v"><q:c></q:c></q:b>"#;
    check(source, "q:b", &listed(&["#default"]), expected);
}

#[test]
fn a_prefix_bound_again_is_written_again() {
    let source = r#"<p:a xmlns:p="u"><p:b xmlns:p="v"><p:c xmlns:p="u"/></p:b></p:a>"#;
    let expected = r#"<p:a xmlns:p="u"><p:b xmlns:p="v"><p:c xmlns:p="u"></p:c></p:b></p:a>"#;
    check(source, "p:a", &INCLUSIVE, expected);
    check(source, "p:a", &EXCLUSIVE, expected);
}

#[test]
fn what_is_no_element_has_no_canonical_form() {
    let tree = XmlTree::parse(b"<a b=''/>", &Limits::default()).unwrap();
    assert_eq!(canonicalize(&tree, NodeId::from_index(1), &INCLUSIVE), "");
    assert_eq!(canonicalize(&tree, NodeId::from_index(9), &INCLUSIVE), "");
}
