//! The signed content: what `prepare` gives, and what of a prescription a signature covers (signature.md §2, §5 test 5).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use causeway_adapter_eps::EpsV3;
use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::model::Body;
use causeway_signature::{Policy, Verifier, prepare};
use causeway_syntax::adapter::Adapter;
use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree};
use common::*;

const ORDERS: [&str; 4] = ["acute", "hospital", "repeat", "repeat-dispensing"];

#[test]
fn what_was_prepared_and_signed_holds_in_v3_and_in_fhir() {
    for name in ORDERS {
        let message = signed(&order(name), &certificate(&signer_params(), &trusted()));
        assert!(check(&v3(&message)).is_empty(), "{name}");

        let context = context();
        let (trust, policy) = (usual_trust(), Policy::default());
        let fhir = FhirR4Json.write(&message, &context).unwrap().text;
        let verifier = Verifier { trust: &trust, policy, context: &context };
        let verdict = verifier.reading(&FhirR4Json.read(fhir.as_bytes(), &context));
        assert_eq!(codes(&verdict.findings), [""; 0], "{name}");
        let short_id = verdict.prescription.unwrap();
        assert!(fhir.contains(&format!("\"{}\"", short_id.as_str())), "{name}");
    }
}

#[test]
fn s3_the_author_time_is_the_clock_or_else_the_time_of_the_signature_that_is_there() {
    let unsigned = order("acute");
    let mut context = context();
    context.now = "2026-05-01T12:30:59.9Z".parse().unwrap();
    assert_eq!(prepare(&unsigned, &context).unwrap().timestamp.as_str(), "2026-05-01T12:30:59+00:00");

    let signed = with_signature(&unsigned, "any text at all".to_owned());
    let again = prepare(&signed, &context).unwrap();
    assert_eq!(again.timestamp.as_str(), SIGNED_AT);
    assert_eq!(again.signed_info, prepared(&unsigned).signed_info);

    let mut without_time = with_signature(&unsigned, "x".to_owned());
    prescription(&mut without_time).signature.as_mut().unwrap().when =
        Some(causeway_canonical::DateTime::parse("2026-03-02").unwrap());
    assert_eq!(codes(&prepare(&without_time, &context).err().unwrap()), ["signature-format"]);
}

#[test]
fn only_prescription_orders_are_prepared_and_verified() {
    let mut message = order("acute");
    message.body = Body::Acknowledgement(Box::default());
    assert_eq!(codes(&prepare(&message, &context()).err().unwrap()), ["signature-prescription"]);
}

#[test]
fn s3_parameters_are_digest_timestamp_and_algorithm_in_this_order() {
    use base64::Engine as _;
    let prepared = prepared(&order("acute"));
    let digest = base64::engine::general_purpose::STANDARD.encode(&prepared.signed_info);
    let expected = format!(
        "{{\"resourceType\":\"Parameters\",\"parameter\":[{{\"name\":\"digest\",\"valueString\":\"{digest}\"}},\
         {{\"name\":\"timestamp\",\"valueString\":\"{SIGNED_AT}\"}},{{\"name\":\"algorithm\",\"valueString\":\"RS256\"}}]}}"
    );
    let compact: String = prepared.parameters().split_ascii_whitespace().collect();
    assert_eq!(compact, expected);
    assert!(prepared.signed_info.contains(&format!("<DigestValue>{}</DigestValue>", prepared.digest_value())));
}

/// Whether the signature covers a place, by the paths of signature.md §2.
fn is_signed(path: &str) -> bool {
    let after = |mark: &str| path.split_once(mark).map(|(_, rest)| rest);
    let of_issue = |rest: &str| rest.contains("/repeatNumber/low");
    after("/recordTarget").is_some()
        || after("/author/time").is_some()
        || after("/author/AgentPerson").is_some_and(|_| !path.contains("/ControlActEvent/author"))
        || path.contains("/pertinentPrescription/id[1]")
        || after("/pertinentLineItem").is_some_and(|rest| !of_issue(rest))
}

fn nodes(tree: &XmlTree<'_>) -> impl Iterator<Item = NodeId> {
    (tree.root().index()..tree.len()).map(NodeId::from_index)
}

#[test]
fn every_value_of_the_signed_parts_is_covered_and_no_other() {
    for name in ["hospital", "repeat-dispensing"] {
        let document = good(name);
        let (trust, limits) = (usual_trust(), Limits::default());
        let tree = XmlTree::parse(document.as_bytes(), &limits).unwrap();
        let mut covered = 0;
        for node in nodes(&tree).filter(|&node| tree.is_value(node)) {
            let path = tree.path(node);
            if path.contains("/signatureText") {
                continue;
            }
            let mut changed = document.clone();
            changed.insert(tree.value_span(node).start, 'x');
            let findings = verdict(&changed, &trust, Policy::default()).findings;
            let expected: &[&str] = match (is_signed(&path), path.contains("/author/time")) {
                (true, true) => &["signature-format"],
                (true, false) => &["signature-content"],
                (false, _) => &[],
            };
            assert_eq!(codes(&findings), expected, "{name} {path}");
            covered += usize::from(is_signed(&path));
        }
        assert!(covered > 80, "{name}: {covered}");
    }
}

#[test]
fn no_signed_element_can_be_taken_away_doubled_or_moved() {
    let document = good("repeat-dispensing");
    let (trust, limits) = (usual_trust(), Limits::default());
    let tree = XmlTree::parse(document.as_bytes(), &limits).unwrap();
    for node in nodes(&tree).filter(|&node| tree.kind(node) == XmlKind::Element) {
        if !is_signed(&tree.path(node)) {
            continue;
        }
        let span = tree.span(node);
        let without = [&document[..span.start], &document[span.end..]].concat();
        let doubled = [&document[..span.end], tree.raw(node), &document[span.end..]].concat();
        for changed in [without, doubled] {
            let verdict = verdict(&changed, &trust, Policy::default());
            assert!(!verdict.is_valid(), "{}", tree.path(node));
        }
    }
}

#[test]
fn items_cannot_be_added_left_out_or_exchanged() {
    let document = good("repeat-dispensing");
    let limits = Limits::default();
    let tree = XmlTree::parse(document.as_bytes(), &limits).unwrap();
    let items: Vec<_> = nodes(&tree).filter(|&node| tree.name(node) == "pertinentInformation2").collect();
    let items: Vec<_> = items.into_iter().filter(|&node| tree.raw(node).contains("<pertinentLineItem")).collect();
    let [first, second, ..] = items[..] else { panic!("expected two items") };
    let (a, b) = (tree.span(first), tree.span(second));
    let exchanged =
        [&document[..a.start], tree.raw(second), &document[a.end..b.start], tree.raw(first), &document[b.end..]]
            .concat();
    let added = [&document[..b.end], tree.raw(second), &document[b.end..]].concat();
    let fewer = [&document[..b.start], &document[b.end..]].concat();
    for changed in [exchanged, added, fewer] {
        assert_eq!(check(&changed), ["signature-content"]);
    }
}

#[test]
fn another_author_time_is_not_what_was_signed() {
    let document = good("acute").replace("<time value=\"20260302093000\"/>", "<time value=\"20260302093001\"/>");
    assert_eq!(check(&document), ["signature-content"]);
}

#[test]
fn what_has_not_the_form_of_a_prescription_id_is_not_given_as_one() {
    let document = good("acute");
    let id = verdict(&document, &usual_trust(), Policy::default()).prescription.unwrap();
    let other = document.replace(id.as_str(), "Mrs Invented Name");
    let verdict = verdict(&other, &usual_trust(), Policy::default());
    assert!(verdict.prescription.is_none() && verdict.is_valid());
}

#[test]
fn s2_a_later_issue_keeps_its_signature() {
    let document = good("repeat-dispensing");
    assert!(document.contains("<low value=\"1\"/>"));
    let later = document.replace("<low value=\"1\"/>", "<low value=\"3\"/>").replace(
        "<pertinentInformation2 contextConductionInd=\"true\" typeCode=\"PERT\">",
        "<pertinentInformation4 typeCode=\"PERT\"><pertinentItemStatus><value code=\"0007\"/></pertinentItemStatus>\
         </pertinentInformation4><pertinentInformation2 contextConductionInd=\"true\" typeCode=\"PERT\">",
    );
    assert!(later.contains("pertinentItemStatus") && later.contains("<low value=\"3\"/>"));
    assert!(check(&later).is_empty());
}

#[test]
fn s4_the_octets_of_a_signature_go_through_v3_and_back() {
    let context = context();
    let trust = usual_trust();
    let message = signed(&order("acute"), &certificate(&signer_params(), &trusted()));
    let plain = prescription(&mut message.clone()).signature.clone().unwrap().xml.unwrap();
    // Padded within and between, as some systems write it; the outer white space belongs to nobody.
    let padded = plain.replace("</KeyInfo>", " \n\t</KeyInfo>").replace("<SignatureValue>", "\n <SignatureValue>\n  ");
    for xml in [plain, padded] {
        let message = with_signature(&message, xml.clone());
        let fhir = FhirR4Json.write(&message, &context).unwrap().text;
        let first = FhirR4Json.read(fhir.as_bytes(), &context).message.unwrap();
        let v3 = EpsV3.write(&first, &context).unwrap().text;
        assert_eq!(v3.matches(xml.as_str()).count(), 1);
        let second = EpsV3.read(v3.as_bytes(), &context).message.unwrap();
        let back = FhirR4Json.write(&second, &context).unwrap().text;
        let mut last = FhirR4Json.read(back.as_bytes(), &context).message.unwrap();
        assert_eq!(prescription(&mut last).signature.as_ref().unwrap().xml.as_deref(), Some(xml.as_str()));

        assert!(check(&v3).is_empty());
        let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
        assert!(verifier.reading(&FhirR4Json.read(back.as_bytes(), &context)).findings.is_empty());
    }
}
