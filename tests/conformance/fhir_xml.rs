//! FHIR R4 XML beside FHIR R4 JSON: nothing is lost on the way from one to the other, and narrative and extensions of
//! primitives are accounted for wherever they go.

use causeway_canonical::ledger::Disposition;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::{fixtures, pairs, run};
use causeway_translate::{LedgerFile, Options, registry, target_tree, translate};
use serde_json::json;

use crate::prescription_order::accounted::{order, systems};

fn adapter(format: &str) -> &'static dyn Adapter {
    registry::adapter(format).unwrap()
}

/// What a translation gives, and its ledger. The echo is on.
fn translated(source: &str, from: &str, to: &str) -> (String, LedgerFile) {
    let context = systems(Context::at("2022-02-01T00:00:00Z".parse().unwrap()));
    let reading = adapter(from).read(source.as_bytes(), &context);
    let target = adapter(to);
    let translation = translate(&reading, target, &context, &Options::default());
    let text = translation.text.unwrap_or_else(|| panic!("{from} to {to}: {:#?}", translation.findings));
    let tree = target_tree(&text, target, &context).unwrap();
    let ledger = translation.ledger.unwrap().render(&reading.account.unwrap(), Some(&*tree));
    drop(tree);
    (text, ledger)
}

/// An order with a narrative and two extensions of primitives.
fn annotated() -> String {
    let mut order = order("acute.json");
    let patient = &mut order["entry"][2]["resource"];
    let div = "<div xmlns='http://www.w3.org/1999/xhtml'>A patient</div>";
    patient["text"] = json!({"status": "generated", "div": div});
    patient["_gender"] = json!({"extension": [{"url": "https://example.org/sure", "valueBoolean": true}]});
    patient["address"][0]["_postalCode"] =
        json!({"extension": [{"url": "https://example.org/since", "valueDate": "2020-01-01"}]});
    order.to_string()
}

#[test]
fn no_published_order_loses_a_value_between_json_and_xml() {
    for pair in pairs("Send") {
        let source = std::fs::read_to_string(&pair.request).unwrap();
        let (xml, to_xml) = translated(&source, "fhir-r4-json", "fhir-r4-xml");
        let (json, to_json) = translated(&xml, "fhir-r4-xml", "fhir-r4-json");
        assert_eq!((to_xml.summary.lost, to_json.summary.lost), (0, 0), "{}", pair.name);
        let (direct, _) = translated(&source, "fhir-r4-json", "fhir-r4-json");
        assert!(json == direct, "{}", pair.name);
        let (v3, ledger) = translated(&xml, "fhir-r4-xml", "eps-hl7v3");
        assert_eq!(ledger.summary.lost, 0, "{}", pair.name);
        assert!(v3 == translated(&direct, "fhir-r4-json", "eps-hl7v3").0, "{}: the same V3 from both", pair.name);
    }
}

#[test]
fn the_ledger_names_elements_of_xml_as_those_of_json() {
    let (xml, ledger) = translated(&annotated(), "fhir-r4-json", "fhir-r4-xml");
    let entry = ledger.entries.iter().find(|entry| entry.field == "patient.birthDate").unwrap();
    let (source, target) = (entry.source.as_ref().unwrap(), entry.target.as_ref().unwrap());
    assert_eq!(source.path, "Bundle.entry[2].resource.birthDate");
    assert_eq!(target.path, "Bundle.entry[2].resource.birthDate");
    let line = xml.lines().position(|line| line.contains("<birthDate value=")).unwrap();
    assert_eq!(target.line as usize, line + 1);
    let at = &xml.lines().nth(line).unwrap()[target.column as usize - 1..];
    assert!(at.starts_with("1958-07-21\""), "the place of a value is behind its quote");
}

#[test]
fn narrative_and_extensions_are_carried_between_json_xml_and_the_canonical_form() {
    let (xml, to_xml) = translated(&annotated(), "fhir-r4-json", "fhir-r4-xml");
    let (canonical, to_canonical) = translated(&xml, "fhir-r4-xml", "canonical-json");
    let (json, to_json) = translated(&canonical, "canonical-json", "fhir-r4-json");
    for ledger in [&to_xml, &to_canonical, &to_json] {
        assert_eq!(ledger.summary.lost, 0);
        for (field, disposition) in [
            ("narrative[0].status", Disposition::Carried),
            ("extension[0].url", Disposition::Carried),
            ("extension[1].value", Disposition::Carried),
        ] {
            let entry = ledger.entries.iter().find(|entry| entry.field == field).unwrap();
            assert_eq!(entry.disposition, disposition, "{field}");
        }
        assert!(ledger.entries.iter().any(|entry| entry.field == "narrative[0].div" && entry.target.is_some()));
    }
    let div = to_xml.entries.iter().find(|entry| entry.field == "narrative[0].div").unwrap();
    assert_eq!((div.disposition, div.rule.as_str()), (Disposition::Mapped, "narrative-form"), "quotes became others");
    assert_eq!(json, translated(&annotated(), "fhir-r4-json", "fhir-r4-json").0);
}

#[test]
fn v3_keeps_narrative_and_extensions_in_the_stored_original() {
    let (_, ledger) = translated(&annotated(), "fhir-r4-json", "eps-hl7v3");
    assert_eq!(ledger.summary.lost, 0);
    for field in ["narrative[0].status", "narrative[0].div", "extension[0].url", "extension[0].value"] {
        let entry = ledger.entries.iter().find(|entry| entry.field == field).unwrap();
        assert_eq!(entry.disposition, Disposition::Kept, "{field}");
        assert!(!entry.reason.is_empty());
    }
}

#[test]
fn the_program_translates_validates_and_explains_fhir_xml() {
    let context = fixtures().join("context.toml");
    let context = context.to_str().unwrap();
    let source = order("acute.json").to_string();
    let arguments = ["translate", "--to", "fhir-r4-xml", "--context", context, "-"];
    let xml = run(&arguments, source.as_bytes());
    assert!(xml.status.success(), "{}", String::from_utf8_lossy(&xml.stderr));
    let valid = run(&["validate", "--output", "json", "--context", context, "-"], &xml.stdout);
    let result: serde_json::Value = serde_json::from_slice(&valid.stdout).unwrap();
    assert_eq!((&result["format"], &result["valid"]), (&json!("fhir-r4-xml"), &json!(true)), "{result}");
    let explained = run(&["explain", "--to", "eps-hl7v3", "--json", "--context", context, "-"], &xml.stdout);
    let ledger: LedgerFile = serde_json::from_slice(&explained.stdout).unwrap();
    assert!(ledger.summary.lost == 0 && ledger.summary.carried + ledger.summary.mapped > 50, "{:?}", ledger.summary);
    let bad = String::from_utf8(xml.stdout).unwrap().replace("9995102250", "9995102251");
    let refused = run(&["validate", "--output", "json", "--context", context, "-"], bad.as_bytes());
    let result: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(result["findings"][0]["rule"], "nhs-number-check", "{result}");
    let place = "Bundle.entry[2].resource.identifier.value";
    assert_eq!(result["findings"][0]["path"], place, "{result}");
}
