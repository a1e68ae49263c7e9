//! The ledger: every value of a message is accounted for, and what nobody knows shows up at its place.

use causeway_canonical::ledger::Disposition;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::{fixtures, pairs};
use causeway_translate::{LedgerFile, Options, registry, target_tree, translate};
use serde_json::{Value, json};

fn context() -> Context {
    systems(Context::at("2022-02-01T00:00:00Z".parse().unwrap()))
}

/// A context with the system ids that a V3 wrapper names.
pub fn systems(mut context: Context) -> Context {
    context.sender_asid = Some("200000001285".to_owned());
    context.receiver_asid = Some("567456789789".to_owned());
    context
}

fn adapter(format: &str) -> &'static dyn Adapter {
    registry::adapter(format).unwrap()
}

/// The ledger of a translation from FHIR, also where it was refused.
fn ledger(source: &[u8], to: &str) -> LedgerFile {
    let context = context();
    let reading = adapter("fhir-r4-json").read(source, &context);
    let target = adapter(to);
    let translation = translate(&reading, target, &context, &Options::default());
    let tree = translation.text.as_deref().and_then(|text| target_tree(text, target, &context).ok());
    translation.ledger.unwrap().render(reading.account.as_ref().unwrap(), tree.as_deref())
}

fn lost(source: &Value, to: &str) -> Vec<(String, u32)> {
    let text = serde_json::to_string_pretty(source).unwrap();
    ledger(text.as_bytes(), to)
        .entries
        .into_iter()
        .filter(|entry| entry.disposition == Disposition::Lost)
        .map(|entry| entry.source.unwrap())
        .map(|place| (place.path, place.line))
        .collect()
}

/// A synthetic order of our own.
pub fn order(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixtures().join("fhir-r4").join(name)).unwrap()).unwrap()
}

/// The line on which a text first stands in the pretty form of a document.
fn line_of(source: &Value, needle: &str) -> u32 {
    let text = serde_json::to_string_pretty(source).unwrap();
    let line = text.lines().position(|line| line.contains(needle)).unwrap();
    u32::try_from(line + 1).unwrap()
}

#[test]
fn no_published_order_loses_a_value_on_the_way_to_v3_or_to_fhir() {
    for pair in pairs("Send") {
        let source = std::fs::read(&pair.request).unwrap();
        for to in ["eps-hl7v3", "fhir-r4-json", "fhir-r4-xml", "canonical-json"] {
            let ledger = ledger(&source, to);
            let lost: Vec<_> = ledger.entries.iter().filter(|entry| entry.disposition == Disposition::Lost).collect();
            assert!(lost.is_empty(), "{} to {to}: {lost:#?}", pair.name);
            assert!(ledger.summary.carried + ledger.summary.mapped > 50, "{} to {to}: {:?}", pair.name, ledger.summary);
        }
    }
}

#[test]
fn a_value_said_to_be_carried_stands_unchanged_in_the_target() {
    for pair in pairs("Send") {
        let source = std::fs::read(&pair.request).unwrap();
        let context = context();
        let reading = adapter("fhir-r4-json").read(&source, &context);
        let target = adapter("eps-hl7v3");
        let translation = translate(&reading, target, &context, &Options::default());
        let text = translation.text.unwrap();
        let tree = target_tree(&text, target, &context).unwrap();
        let account = reading.account.unwrap();
        let values = |tree: &dyn causeway_syntax::Tree, path: &str| -> Vec<String> {
            (0..tree.len())
                .map(causeway_syntax::NodeId::from_index)
                .filter(|node| tree.is_value(*node) && tree.path(*node) == path)
                .map(|node| tree.value(node).into_owned())
                .collect()
        };
        for entry in translation.ledger.unwrap().render(&account, Some(&*tree)).entries {
            if entry.disposition == Disposition::Carried {
                let (from, to) = (entry.source.unwrap(), entry.target.unwrap());
                let (from_values, to_values) = (values(&*account.tree, &from.path), values(&*tree, &to.path));
                assert_eq!(from_values, to_values, "{}: {} to {}", pair.name, from.path, to.path);
            }
        }
    }
}

#[test]
fn an_unknown_extension_is_lost_at_its_path_and_line() {
    let mut source = order("acute.json");
    let extension = json!({"url": "https://example.org/unknown", "valueString": "marker-of-the-extension"});
    source["entry"][1]["resource"]["extension"].as_array_mut().unwrap().push(extension);
    let lost = lost(&source, "eps-hl7v3");
    let line = line_of(&source, "marker-of-the-extension");
    assert!(lost.iter().any(|(path, at)| path.ends_with("valueString") && *at == line), "{lost:?}");
}

#[test]
fn an_unknown_element_is_lost_at_its_path_and_line() {
    let mut source = order("acute.json");
    source["entry"][1]["resource"]["priority"] = json!("stat-marker");
    let lost = lost(&source, "eps-hl7v3");
    let line = line_of(&source, "stat-marker");
    assert_eq!(lost, vec![("Bundle.entry[1].resource.priority".to_owned(), line)]);
}

#[test]
fn a_second_dosage_is_in_the_ledger_at_its_path_and_line() {
    let mut source = order("acute.json");
    let dosages = source["entry"][1]["resource"]["dosageInstruction"].as_array_mut().unwrap();
    dosages[0]["sequence"] = json!(1);
    dosages.push(json!({"sequence": 2, "text": "then half of it for a week"}));
    let line = line_of(&source, "then half of it");
    let text = serde_json::to_string_pretty(&source).unwrap();
    let ledger = ledger(text.as_bytes(), "eps-hl7v3");
    let entry = ledger
        .entries
        .iter()
        .find(|entry| {
            entry.source.as_ref().is_some_and(|place| {
                place.path == "Bundle.entry[1].resource.dosageInstruction[1].text" && place.line == line
            })
        })
        .expect("a row for the second dosage");
    assert_eq!((entry.disposition, entry.rule.as_str()), (Disposition::Mapped, "dosage-join"));
    assert_eq!(ledger.summary.lost, 0);
}

#[test]
fn a_lost_value_stops_the_message() {
    let mut source = order("acute.json");
    source["entry"][1]["resource"]["priority"] = json!("stat");
    let text = serde_json::to_string_pretty(&source).unwrap();
    let context = context();
    let reading = adapter("fhir-r4-json").read(text.as_bytes(), &context);
    let translation = translate(&reading, adapter("eps-hl7v3"), &context, &Options::default());
    assert!(translation.text.is_none());
    assert_eq!(translation.findings[0].rule.name, "field-lost");
}

#[test]
fn the_echo_stops_an_output_in_which_a_clinical_value_was_altered() {
    let context = context();
    let source = serde_json::to_vec(&order("acute.json")).unwrap();
    let message = adapter("fhir-r4-json").read(&source, &context).message.unwrap();
    let eps = adapter("eps-hl7v3");
    let text = eps.write(&message, &context).unwrap().text;
    let echo = |text: &str| causeway_translate::echo::compare(&message, text, eps, &context);
    assert!(echo(&text).is_empty(), "{:#?}", echo(&text));
    for (right, wrong) in [
        ("9995102250", "9995229560"),
        ("value=\"19580721\"", "value=\"19580722\""),
        ("administrativeGenderCode code=\"9\"", "administrativeGenderCode code=\"1\""),
        ("code=\"322236009\"", "code=\"322237000\""),
        ("value=\"32\"", "value=\"23\""),
        ("Two tablets four times a day", "Four tablets two times a day"),
        ("Plain caps", "No caps"),
        ("5AD52F-0FH123-1AC6B9", "29F7C3-A83008-DDB56J"),
        ("extension=\"C7654321\"", "extension=\"C7654322\""),
        ("code=\"0101\"", "code=\"0104\""),
        ("extension=\"FZ917\"", "extension=\"FZ918\""),
    ] {
        assert!(text.contains(right), "{right} is in the output");
        let altered = text.replace(right, wrong);
        assert!(!echo(&altered).is_empty(), "{right} became {wrong} and nobody noticed");
        let dropped = text.replace(right, "");
        assert!(!echo(&dropped).is_empty(), "{right} was dropped and nobody noticed");
    }
}

#[test]
fn the_time_of_use_of_a_name_or_address_is_kept_and_what_is_unknown_there_is_lost() {
    let mut source = order("acute.json");
    let patient = &mut source["entry"][2]["resource"];
    patient["name"][0]["period"] = json!({"start": "2001-01-01"});
    patient["address"][0]["period"] = json!({"start": "2011-01-01", "end": "2031-01-01"});
    patient["telecom"][0]["rank"] = json!(1);
    assert_eq!(lost(&source, "eps-hl7v3"), Vec::new());
    source["entry"][2]["resource"]["name"][0]["period"]["colour"] = json!("red");
    assert_eq!(lost(&source, "eps-hl7v3").len(), 1);
}
