use causeway_canonical::ledger::{Mark, map_rule, place};

use super::*;
use crate::element::{Element, Source};
use crate::xml::check;

fn parse(text: &str) -> FhirXmlTree<'_> {
    FhirXmlTree::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn patient(content: &str) -> String {
    format!("<Patient xmlns=\"{NAMESPACE}\">{content}</Patient>")
}

/// What a test does with the root, and the paths of the values that are unread after it.
fn unread(text: &str, read: impl FnOnce(Element<'_>)) -> Vec<String> {
    let tree = parse(text);
    let source = Source::new(&tree);
    read(source.element(tree.document()));
    let (marks, _) = source.into_parts(None);
    (0..tree.len())
        .map(NodeId::from_index)
        .filter(|node| tree.is_value(*node) && marks.of(*node) == Mark::Unread)
        .map(|node| tree.path(node))
        .collect()
}

fn read_all(root: Element<'_>, name: &'static str) -> Vec<String> {
    let field = place::CREATED.field();
    root.children(name).filter_map(|element| element.read(field, map_rule::NONE)).map(str::to_owned).collect()
}

/// Rules and paths of what is wrong with the form.
fn faults(text: &str) -> Vec<(&'static str, String)> {
    check(&parse(text)).into_iter().map(|finding| (finding.rule.name, finding.path)).collect()
}

#[test]
fn a_list_that_other_elements_interrupt_loses_no_entry() {
    let text = patient("<given value=\"a\"/><family value=\"x\"/><!-- note --><given value=\"b\"/>");
    let left = unread(&text, |root| assert_eq!(read_all(root, "given"), ["a", "b"]));
    assert_eq!(left, ["Patient.family"]);
}

#[test]
fn a_resource_tells_its_type_and_the_element_around_it_is_passed_over() {
    let text = format!(
        "<Bundle xmlns=\"{NAMESPACE}\"><entry><fullUrl value=\"u\"/><resource><Patient><gender value=\"male\"/></Patient>\
         </resource></entry><entry><resource><Empty/></resource></entry><entry><resource/></entry></Bundle>"
    );
    let left = unread(&text, |root| {
        assert_eq!(root.peek_plain("resourceType"), Some("Bundle"));
        let kinds: Vec<_> = root
            .children("entry")
            .map(|entry| entry.child("resource").unwrap())
            .map(|resource| resource.peek_plain("resourceType").map(str::to_owned))
            .collect();
        assert_eq!(kinds, [Some("Patient".to_owned()), Some("Empty".to_owned()), None]);
        for entry in root.children("entry") {
            let resource = entry.child("resource").unwrap();
            resource.structural_child("resourceType");
            read_all(resource, "gender");
        }
    });
    assert_eq!(left, ["Bundle.entry[0].fullUrl", "Bundle.entry[2].resource"]);
}

#[test]
fn contained_resources_are_a_list() {
    let text = patient(
        "<contained><Organization><id value=\"a\"/></Organization></contained><gender value=\"male\"/>\
         <contained><Location><id value=\"b\"/></Location></contained>",
    );
    let tree = parse(&text);
    let source = Source::new(&tree);
    let root = source.element(tree.document());
    let ids: Vec<_> = root
        .children("contained")
        .map(|resource| (resource.peek_plain("resourceType").unwrap(), resource.peek_child("id").unwrap()))
        .collect();
    assert_eq!(ids, [("Organization", "a"), ("Location", "b")]);
    assert!(root.plain("contained").is_none() && root.plain("gender").is_some());
}

#[test]
fn the_url_of_an_extension_and_the_id_of_an_element_are_attributes() {
    let text = patient("<extension url=\"u\" id=\"1\"><url value=\"no\"/><valueCode value=\"c\"/></extension>");
    let left = unread(&text, |root| {
        let extension = root.extension("u").expect("found by its url");
        assert_eq!(extension.peek_child("id"), Some("1"));
        assert_eq!(extension.peek_child("valueCode"), Some("c"));
    });
    assert_eq!(left, ["Patient.extension.id", "Patient.extension.url", "Patient.extension.valueCode"]);
}

#[test]
fn an_unknown_attribute_stays_unread() {
    let text = patient("<gender value=\"male\" colour=\"red\"/>");
    let left = unread(&text, |root| assert_eq!(read_all(root, "gender"), ["male"]));
    assert_eq!(left, ["Patient.gender.colour"]);
}

#[test]
fn a_primitive_without_value_is_reported_and_stays_unread() {
    let text = patient("<gender/>");
    let tree = parse(&text);
    let source = Source::new(&tree);
    assert!(read_all(source.element(tree.document()), "gender").is_empty());
    let (_, findings) = source.into_parts(None);
    assert_eq!((findings[0].rule.name, findings[0].path.as_str()), ("fhir-structure", "Patient.gender"));
    assert_eq!(unread(&text, |_| ()), ["Patient.gender"]);
}

#[test]
fn findings_point_at_the_value() {
    let text = patient("\n  <gender value=\"male\"/>");
    let tree = parse(&text);
    let source = Source::new(&tree);
    source.element(tree.document()).child("gender").unwrap().report(&crate::rules::CODE, "no");
    let (_, findings) = source.into_parts(None);
    assert_eq!((findings[0].position.line, findings[0].position.column), (2, 18));
}

#[test]
fn a_narrative_is_one_value_in_many_nodes() {
    let text = patient(
        "<text><status value=\"generated\"/><h:div xmlns:h=\"http://www.w3.org/1999/xhtml\" class=\"a\">\
         <h:p>one <h:b>two</h:b><h:br/></h:p></h:div></text>",
    );
    assert_eq!(faults(&text), []);
    let left = unread(&text, |root| {
        let narrative = root.child("text").unwrap();
        narrative.structural_child("status");
        narrative.child("div").unwrap().structural();
    });
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(unread(&text, |_| ()).last().unwrap(), "Patient.text.div");
}

#[test]
fn other_namespaces_are_faults_and_are_not_seen() {
    for text in [
        "<Patient><gender value=\"male\"/></Patient>".to_owned(),
        "<Patient xmlns=\"http://hl7.org/fhir/\"><gender value=\"male\"/></Patient>".to_owned(),
        "<Patient xmlns=\"urn:hl7-org:v3\"><gender value=\"male\"/></Patient>".to_owned(),
    ] {
        assert_eq!(faults(&text), [("fhir-xml-namespace", "Patient".to_owned())]);
        let left = unread(&text, |root| {
            assert_eq!(root.peek_plain("resourceType"), None);
            assert!(root.child("gender").is_none());
        });
        assert_eq!(left, ["Patient.gender"]);
    }
    let text = patient("<gender xmlns=\"urn:x\" value=\"male\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>");
    let expected = ["Patient.gender", "Patient.div"].map(|path| ("fhir-xml-namespace", path.to_owned()));
    assert_eq!(faults(&text), expected);
}

#[test]
fn a_prefix_is_as_good_as_none() {
    let text = format!("<f:Patient xmlns:f=\"{NAMESPACE}\"><f:gender value=\"male\"/></f:Patient>");
    assert_eq!(faults(&text), []);
    assert!(unread(&text, |root| assert_eq!(read_all(root, "gender"), ["male"])).is_empty());
}

#[test]
fn text_empty_attributes_and_values_with_children_are_faults() {
    for (content, rule, path) in [
        ("male", "fhir-xml-text", "Patient"),
        ("<gender value=\"\"/>", "fhir-structure", "Patient.gender"),
        ("<name value=\"x\"><family value=\"y\"/></name>", "fhir-structure", "Patient.name"),
        ("<name><family value=\"y\">z</family></name>", "fhir-xml-text", "Patient.name.family"),
        (
            "<contained><A><id value=\"1\"/></A><B><id value=\"1\"/></B></contained>",
            "fhir-structure",
            "Patient.contained",
        ),
        ("<contained><id value=\"1\"/><B><id value=\"1\"/></B></contained>", "fhir-structure", "Patient.contained"),
        ("<Patient><id value=\"1\"/></Patient>", "fhir-structure", "Patient"),
    ] {
        assert_eq!(faults(&patient(content)), [(rule, path.to_owned())], "{content}");
    }
    assert_eq!(faults(&patient("<!-- note --> <gender value=\"male\"><extension url=\"u\"/></gender> ")), []);
}

#[test]
fn the_second_resource_of_one_element_is_not_read() {
    let text = patient("<contained><A><id value=\"1\"/></A><B><id value=\"2\"/></B></contained>");
    let left = unread(&text, |root| {
        for contained in root.children("contained") {
            contained.structural_child("id");
        }
    });
    assert_eq!(left, ["Patient.contained.id"]);
}

#[test]
fn faults_without_end_are_told_up_to_a_hundred() {
    let text = patient(&"<name>x</name>".repeat(900));
    assert_eq!(faults(&text).len(), 100);
}
