//! FHIR XML is held to the schemas and to the links that FHIR JSON is held to.

use causeway_canonical::model::Kind;
use causeway_canonical::{Layer, Severity};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::{corpus_context, generate};
use causeway_translate::registry;
use causeway_validate::{Layers, check_layers};

use crate::published::{all_pairs, is_faulty};

const SHAPE: Layers = Layers { identifiers: false, rules: false, ..Layers::ALL };

fn adapter(format: &str) -> &'static dyn Adapter {
    registry::adapter(format).unwrap()
}

fn context() -> Context {
    Context {
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

/// What the shape layer says of a message, as severity, rule and path; lists of one have no number in XML.
fn shape_of(adapter: &dyn Adapter, text: &str, context: &Context) -> Vec<(Severity, &'static str, String)> {
    let reading = adapter.read(text.as_bytes(), context);
    assert!(reading.message.is_some());
    let findings = check_layers(adapter.format(), &reading, context, SHAPE);
    assert!(findings.iter().all(|finding| finding.rule.layer == Layer::Shape && finding.position.line > 0));
    let told =
        findings.into_iter().map(|finding| (finding.severity, finding.rule.name, finding.path.replace("[0]", "")));
    told.collect()
}

#[test]
fn every_kind_that_we_write_has_its_shape_and_the_same_one_in_both_syntaxes() {
    let (context, json, xml) = (context(), adapter("fhir-r4-json"), adapter("fhir-r4-xml"));
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::RebuildDispenseHistory) {
        for seed in 0..40 {
            let message = generate::message(*kind, seed, u8::try_from(seed * 37 % 101).unwrap());
            let write = |adapter: &dyn Adapter| adapter.write(&message, &context).unwrap().text;
            let found = shape_of(xml, &write(xml), &context);
            assert_eq!(found, shape_of(json, &write(json), &context), "{kind} {seed}");
            let bad: Vec<_> = found.iter().filter(|(severity, ..)| *severity > Severity::Information).collect();
            assert!(bad.is_empty(), "{kind} {seed}: {bad:#?}");
        }
    }
}

#[test]
fn every_published_message_has_its_shape_in_xml_too() {
    if corpus_context().is_none() {
        return;
    }
    let (context, json, xml) = (context(), adapter("fhir-r4-json"), adapter("fhir-r4-xml"));
    for pair in all_pairs().iter().filter(|pair| !is_faulty(pair)) {
        let text = std::fs::read_to_string(&pair.request).unwrap();
        let message = json.read(text.as_bytes(), &context).message.unwrap();
        let written = xml.write(&message, &context).unwrap().text;
        let errors =
            shape_of(xml, &written, &context).into_iter().filter(|(severity, ..)| *severity == Severity::Error);
        assert_eq!(errors.collect::<Vec<_>>(), [], "{}", pair.name);
    }
}
