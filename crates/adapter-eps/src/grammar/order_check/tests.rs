use causeway_canonical::Finding;
use causeway_syntax::adapter::Compat;
use causeway_syntax::{Limits, XmlTree};

use super::super::types;
use super::*;

types! {
    ROOT = BARE { one first: LEAF, any name: LEAF | alias: LEAF, pair twice: LEAF, opt inner: INNER, opt last: LEAF };
    INNER = BARE { one a: LEAF, one b: LEAF };
    LEAF = II {};
}

/// What is wrong with a content, after findings that were made before.
fn said(content: &str, before: impl Fn(&Source<'_>)) -> Vec<Finding> {
    let text = format!("<root xmlns=\"urn:hl7-org:v3\">\n{content}</root>");
    let tree = XmlTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    let source = Source::new(&tree, Compat::NONE);
    before(&source);
    check(source.root(), &ROOT);
    source.into_parts().1
}

fn messages(content: &str) -> Vec<String> {
    said(content, |_| {}).into_iter().map(|finding| format!("{} {}", finding.path, finding.message)).collect()
}

#[test]
fn children_in_order_are_right_whichever_are_missing() {
    for content in ["", "<first/><last/>", "<first/><name/><twice/><twice/><inner/><last/>", "<inner><a/><b/></inner>"]
    {
        assert_eq!(messages(content), [""; 0], "{content}");
    }
}

#[test]
fn a_late_element_is_named_with_the_first_that_it_should_precede() {
    assert_eq!(messages("<name/><last/><first/>"), ["/root/first expected `first` before `name`"]);
    assert_eq!(messages("<first/><inner/><name/><last/>"), ["/root/name expected `name` before `inner`"]);
}

#[test]
fn each_element_has_one_finding_for_its_content() {
    let wrong = "<last/><inner><b/><a/></inner><name/><first/>";
    assert_eq!(
        messages(wrong),
        ["/root/inner expected `inner` before `last`", "/root/inner/a expected `a` before `b`"]
    );
}

#[test]
fn a_choice_that_may_be_taken_often_has_no_order() {
    assert_eq!(messages("<first/><alias/><name/><alias/><last/>"), [""; 0]);
}

#[test]
fn an_element_too_many_is_said_once_by_whoever_sees_it_first() {
    assert_eq!(messages("<first/><first/>"), ["/root/first[2] expected no further `first` here"]);
    assert_eq!(messages("<twice/><twice/><twice/>"), ["/root/twice[3] expected no further `twice` here"]);
    assert_eq!(messages("<first/><last/><first/>"), ["/root/first[2] expected no further `first` here"]);
    let second = |source: &Source<'_>| {
        let node = source.tree.elements(source.tree.root()).nth(1).unwrap();
        source.complain(&rules::V3_REPEATED, node, "said");
    };
    let said: Vec<_> = said("<first/><first/>", second).into_iter().map(|finding| finding.message).collect();
    assert_eq!(said, ["said"]);
}

#[test]
fn unknown_elements_and_those_of_another_namespace_have_no_order() {
    assert_eq!(messages("<other/><first/><other/><last/><other/>"), [""; 0]);
    assert_eq!(messages("<last xmlns=\"urn:other\"/><first/><first xmlns=\"\"/>"), [""; 0]);
    assert_eq!(messages("<inner xmlns=\"urn:other\"><b/><a/></inner>"), [""; 0]);
}

#[test]
fn the_prefix_of_an_element_does_not_matter() {
    let content = "<h:last xmlns:h=\"urn:hl7-org:v3\"/><first/>";
    assert_eq!(messages(content), ["/root/first expected `first` before `last`"]);
}

#[test]
fn a_finding_has_its_place_and_the_rule_of_its_kind() {
    let said = said("<last/>\n  <first/>", |_| {});
    assert_eq!((said[0].position.line, said[0].position.column), (3, 3));
    assert_eq!(said[0].rule, &rules::V3_ORDER);
}
