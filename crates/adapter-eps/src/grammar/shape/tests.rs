use causeway_syntax::Limits;
use causeway_syntax::adapter::{Adapter, Context};

use super::*;
use crate::EpsV3;

const RETURN: &str = r#"<PORX_IN100101UK31 xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <id root="A11A6118-634E-4E7E-A01B-CC2ADDB1B993"/>
  <creationTime value="20260302091600"/>
  <versionCode code="V3NPfIT4.2.00"/>
  <interactionId root="2.16.840.1.113883.2.1.3.2.4.12" extension="PORX_IN100101UK31"/>
  <processingCode code="P"/>
  <processingModeCode code="T"/>
  <acceptAckCode code="NE"/>
  <communicationFunctionRcv><device><id root="1.2" extension="1"/></device></communicationFunctionRcv>
  <communicationFunctionSnd><device><id root="1.2" extension="1"/></device></communicationFunctionSnd>
  <ControlActEvent classCode="CACT" moodCode="EVN">
    <author1 typeCode="AUT"><AgentSystemSDS><agentSystemSDS><id root="1.2"/></agentSystemSDS></AgentSystemSDS></author1>
    <subject>
      <DispenseProposalReturn>
        <id root="A11A6118-634E-4E7E-A01B-CC2ADDB1B994"/>
        <effectiveTime value="20260302091600"/>
        <author>
          <AgentPerson>
            <telecom use="WP" value="tel:0123"><useablePeriod><low value="2026"/></useablePeriod></telecom>
            <agentPersonSDS><id root="1.2"/></agentPersonSDS>
            <representedOrganizationSDS><id root="1.2"/></representedOrganizationSDS>
          </AgentPerson>
        </author>
        <pertinentInformation1>
          <seperatableInd value="false"/>
          <pertinentPrescriptionID><code code="PID"/><value extension="1"/></pertinentPrescriptionID>
        </pertinentInformation1>
        <pertinentInformation3>
          <seperatableInd value="false"/>
          <pertinentReturnReason><code code="RR"/><value code="0001"/></pertinentReturnReason>
        </pertinentInformation3>
      </DispenseProposalReturn>
    </subject>
  </ControlActEvent>
</PORX_IN100101UK31>"#;

/// What is said of a return in which one thing is another, with the rule and the end of the path.
fn said(from: &str, to: &str) -> Vec<(&'static str, String, String)> {
    assert!(from.is_empty() || RETURN.contains(from), "{from}");
    let altered = if from.is_empty() { RETURN.to_owned() } else { RETURN.replacen(from, to, 1) };
    let tree = XmlTree::parse(altered.as_bytes(), &Limits::of_own_output()).unwrap();
    let ends = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    check(&tree, &[])
        .into_iter()
        .inspect(|finding| assert!(finding.position.line > 0 && finding.severity == Severity::Error))
        .map(|finding| (finding.rule.name, ends(&finding.path), finding.message.into_owned()))
        .collect()
}

fn check_one(from: &str, to: &str, expected: (&str, &str, &str)) {
    let said = said(from, to);
    let [(rule, end, message)] = said.as_slice() else { panic!("{from} {to}: {said:#?}") };
    assert_eq!((*rule, end.as_str(), message.as_str()), expected);
}

#[test]
fn a_message_as_the_model_has_it_has_no_finding() {
    assert_eq!(said("", ""), []);
}

#[test]
fn an_unknown_element_is_named_and_what_is_in_it_is_not() {
    let novelty = "<novelty other=\"1\"><inner/>text</novelty><subject>";
    check_one("<subject>", novelty, ("v3-unknown-element", "novelty", "expected no such element here"));
}

#[test]
fn an_element_of_another_namespace_is_not_missing_too() {
    let expected = ("v3-namespace", "creationTime", "expected this element in the namespace urn:hl7-org:v3");
    check_one("<creationTime ", "<creationTime xmlns=\"urn:other\" ", expected);
    check_one("<creationTime ", "<creationTime xmlns=\"\" ", expected);
}

#[test]
fn a_missing_element_is_named_at_its_parent_with_its_alternatives() {
    let said = "expected an element `acceptAckCode`";
    check_one("<acceptAckCode code=\"NE\"/>", "", ("v3-missing-element", "PORX_IN100101UK31", said));
    let said = "expected an element `agentPersonSDS` or `agentPerson`";
    let person = "<agentPersonSDS><id root=\"1.2\"/></agentPersonSDS>";
    check_one(person, "", ("v3-missing-element", "AgentPerson", said));
}

#[test]
fn limits_of_a_time_exclude_one_another() {
    let low = "<low value=\"2026\"/>";
    check_one(
        low,
        "<low value=\"2026\"/><width value=\"1\" unit=\"d\"/><high value=\"2027\"/>",
        ("v3-exclusive", "high", "expected no `high` beside `low` and `width`"),
    );
    check_one(
        low,
        "<center value=\"2026\"/><high value=\"2027\"/>",
        ("v3-exclusive", "high", "expected no `high` beside `center`"),
    );
    assert_eq!(said(low, "<low value=\"2026\"/><high value=\"2027\"/>"), []);
}

#[test]
fn text_stands_in_no_element_of_elements_and_is_said_once() {
    let expected = ("v3-text", "text()", "expected elements only, and no text");
    check_one("<subject>", "<subject>words", expected);
    check_one("<id root=\"1.2\"/>", "<id root=\"1.2\">words</id>", expected);
    let [(_, path, _)] = said("<seperatableInd value=\"false\"/>", "a<seperatableInd value=\"false\"/>b")
        .try_into()
        .expect("one finding");
    assert!(path.starts_with("text()"), "{path}");
}

#[test]
fn attributes_are_unknown_missing_fixed_or_of_a_form() {
    let is = |rule, end, message| (rule, end, message);
    check_one(
        "<subject>",
        "<subject other=\"1\">",
        is("v3-unknown-attribute", "@other", "expected no such attribute here"),
    );
    check_one("\"CACT\"", "\"ACT\"", is("v3-fixed-attribute", "@classCode", "expected `classCode` to be `CACT`"));
    let form = "expected `value` to be true or false";
    check_one(
        "<seperatableInd value=\"false\"",
        "<seperatableInd value=\"no\"",
        is("v3-attribute-form", "@value", form),
    );
    let acknowledged = RETURN.replace("PORX_IN100101UK31", "PORX_IN110101UK30").replace(
        "  <communicationFunctionRcv>",
        "<acknowledgement><messageRef><id root=\"A11A6118-634E-4E7E-A01B-CC2ADDB1B993\"/></messageRef></acknowledgement>
         <communicationFunctionRcv>",
    );
    let tree = XmlTree::parse(acknowledged.as_bytes(), &Limits::default()).unwrap();
    let missing: Vec<_> = check(&tree, &[]).into_iter().filter(|it| it.rule == &V3_MISSING_ATTRIBUTE).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].message, "expected an attribute `typeCode`");
}

#[test]
fn attributes_of_other_namespaces_are_unknown_except_those_of_xml_schema() {
    let unknown = ("v3-unknown-attribute", "@nil", "expected no such attribute here");
    check_one("<subject>", "<subject xsi:nil=\"false\">", unknown);
    check_one("<subject>", "<subject xml:lang=\"en\">", ("v3-unknown-attribute", "@lang", unknown.2));
    assert_eq!(said("<subject>", "<subject xsi:schemaLocation=\"urn:hl7-org:v3 file.xsd\">"), []);
}

#[test]
fn an_element_may_say_the_type_that_it_has() {
    let other = ("v3-data-type", "@type", "expected the type that the model gives");
    let other = (other.0, other.1, "expected the type that the message model gives");
    assert_eq!(said("<creationTime ", "<creationTime xsi:type=\"TS\" "), []);
    assert_eq!(said("<creationTime ", "<creationTime xmlns:h=\"urn:hl7-org:v3\" xsi:type=\"h:TS\" "), []);
    check_one("<creationTime ", "<creationTime xsi:type=\"IVXB_TS\" ", other);
    check_one("<creationTime ", "<creationTime xsi:type=\"h:TS\" ", other);
    check_one("<creationTime ", "<creationTime xsi:type=\"xsi:TS\" ", other);
    check_one("<subject>", "<subject xsi:type=\"\">", other);
    check_one("<AgentPerson>", "<AgentPerson xsi:type=\"DISPENSER\">", other);
}

#[test]
fn what_the_reader_has_said_is_not_said_again() {
    let context = Context::at("2026-03-02T09:16:00Z".parse().unwrap());
    for (from, to) in [
        ("<acceptAckCode code=\"NE\"/>", ""),
        ("\"CACT\"", "\"ACT\""),
        ("value=\"20260302091600\"", "value=\"2 March\""),
        ("extension=\"PORX_IN100101UK31\"", "extension=\"\""),
    ] {
        let altered = RETURN.replacen(from, to, 1);
        let reading = EpsV3.read(altered.as_bytes(), &context);
        let tree = XmlTree::parse(altered.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(check(&tree, &reading.findings), [], "{from}");
        assert_eq!(check(&tree, &[]).len(), 1, "{from}");
    }
}

#[test]
fn a_fault_in_a_prescription_of_a_release_is_a_warning_and_one_beside_it_an_error() {
    let release = r#"<PORX_IN070101UK31 xmlns="urn:hl7-org:v3"><ControlActEvent><subject>
        <PrescriptionReleaseResponse><component><novelty/></component><novelty/></PrescriptionReleaseResponse>
        </subject></ControlActEvent></PORX_IN070101UK31>"#;
    let tree = XmlTree::parse(release.as_bytes(), &Limits::default()).unwrap();
    let unknown = check(&tree, &[]).into_iter().filter(|finding| finding.rule == &V3_UNKNOWN_ELEMENT);
    let severities: Vec<_> = unknown.map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Warning, Severity::Error]);
}

#[test]
fn an_interaction_is_found_in_an_envelope_and_nothing_else_has_a_shape() {
    let broken = RETURN.replacen("<subject>", "<subject other=\"1\">", 1);
    let count = |text: &str| check(&XmlTree::parse(text.as_bytes(), &Limits::default()).unwrap(), &[]).len();
    assert_eq!(count(&format!("<s:Envelope xmlns:s=\"urn:s\"><s:Body>{broken}</s:Body></s:Envelope>")), 1);
    assert_eq!(count(&format!("<other>{broken}</other>")), 0);
    assert_eq!(count(&broken.replace("urn:hl7-org:v3", "urn:other")), 0);
}

#[test]
fn after_very_many_findings_no_more_are_made() {
    let novelties = format!("{}<subject>", "<novelty/>".repeat(MOST + 5));
    assert_eq!(said("<subject>", &novelties).len(), MOST);
}
