//! FHIR JSON and FHIR XML say the same: of every published message that reads, and with narrative and extensions.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use causeway_adapter_fhir::{FhirR4Json, FhirR4Xml};
use causeway_canonical::identifier::LineItemId;
use causeway_canonical::ledger::{Mark, facts};
use causeway_canonical::model::{Body, FieldExtension, Message, Narrative};
use causeway_canonical::{Severity, refused};
use causeway_syntax::NodeId;
use causeway_syntax::adapter::{Adapter, Reading};
use common::{context, corpus};
use serde_json::{Value, json};

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Every FHIR JSON message of the corpus that reads without error.
fn messages() -> Vec<(String, Message)> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let mut files = Vec::new();
    for folder in ["eps-pairs", "eps-fhir"] {
        files_below(&corpus.join(folder), &mut files);
    }
    let read = |path: PathBuf| {
        let text = std::fs::read(&path).unwrap();
        let reading = FhirR4Json.read(&text, &context());
        let message = reading.message.filter(|_| !refused(&reading.findings))?;
        Some((path.display().to_string(), message))
    };
    files.into_iter().filter_map(read).collect()
}

fn order() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/fhir-r4/acute.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn narrative(text: &str) -> Value {
    let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"x\">{text} &amp; <br/>more</p>\n</div>");
    json!({"status": "generated", "div": div})
}

/// An order with a narrative in every resource, and extensions of primitives alone and in lists.
fn annotated() -> Value {
    let mut order = order();
    for (position, entry) in order["entry"].as_array_mut().unwrap().iter_mut().enumerate() {
        entry["resource"]["text"] = narrative(&format!("part {position}"));
    }
    let patient = &mut order["entry"][2]["resource"];
    patient["_birthDate"] = json!({"extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1958-07-21T14:35:00Z"},
        {"url": "https://example.org/sure", "valueBoolean": true},
    ]});
    patient["name"][0]["given"] = json!(["Ana", "Eva"]);
    patient["name"][0]["_given"] = json!([null, {"extension": [
        {"url": "https://example.org/said", "valueString": "\"Ay-va\" <sic>"}
    ]}]);
    order["entry"][1]["resource"]["_authoredOn"] =
        json!({"extension": [{"url": "https://example.org/drift", "valueDecimal": 0.50}]});
    order
}

fn unread(reading: &Reading<'_>) -> Vec<String> {
    let account = reading.account.as_ref().unwrap();
    (0..account.marks.len())
        .map(NodeId::from_index)
        .filter(|node| account.tree.is_value(*node) && account.marks[node.index()] == Mark::Unread)
        .map(|node| account.tree.path(node))
        .collect()
}

fn read(adapter: &dyn Adapter, text: &str) -> Message {
    let reading = adapter.read(text.as_bytes(), &context());
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    assert_eq!(unread(&reading), Vec::<String>::new());
    reading.message.unwrap()
}

fn write(adapter: &dyn Adapter, message: &Message) -> String {
    adapter.write(message, &context()).unwrap().text
}

/// Both ways, and there and back.
fn check(name: &str, message: &Message) {
    let (xml, json) = (write(&FhirR4Xml, message), write(&FhirR4Json, message));
    let mut expected = message.clone();
    FhirR4Xml.project(&mut expected, &context());
    let from_xml = read(&FhirR4Xml, &xml);
    assert_eq!(differences(&expected, &from_xml), Vec::<String>::new(), "{name}");
    assert!(from_xml == expected, "{name}");
    assert!(read(&FhirR4Json, &json) == expected, "{name}");
    assert!(write(&FhirR4Json, &from_xml) == json, "{name}: the same JSON by way of XML");
    assert!(write(&FhirR4Xml, &read(&FhirR4Json, &json)) == xml, "{name}: the same XML by way of JSON");
    assert!(FhirR4Xml.sniff(xml.as_bytes()) && !FhirR4Json.sniff(xml.as_bytes()), "{name}");
}

fn differences(expected: &Message, read: &Message) -> Vec<String> {
    let (expected, read) = (facts(expected), facts(read));
    let missing = expected.iter().filter(|fact| !read.contains(fact)).map(|fact| format!("missing {}", fact.path));
    let added = read.iter().filter(|fact| !expected.contains(fact)).map(|fact| format!("added {}", fact.path));
    missing.chain(added).collect()
}

#[test]
fn every_published_message_is_the_same_in_xml() {
    let messages = messages();
    for (name, message) in &messages {
        check(name, message);
    }
    assert!(messages.len() > 50 || corpus().is_none(), "only {} messages", messages.len());
}

#[test]
fn what_is_written_is_well_formed_for_another_parser_too() {
    if Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_err() {
        let _ = writeln!(std::io::stderr(), "SKIPPED: xmllint is not installed");
        return;
    }
    let annotated = FhirR4Json.read(annotated().to_string().as_bytes(), &context()).message.unwrap();
    for (name, message) in messages().into_iter().step_by(10).chain([("annotated".to_owned(), annotated)]) {
        let mut lint = Command::new("xmllint").args(["--noout", "--nonet", "-"]).stdin(Stdio::piped()).spawn().unwrap();
        lint.stdin.take().unwrap().write_all(write(&FhirR4Xml, &message).as_bytes()).unwrap();
        assert!(lint.wait().unwrap().success(), "{name}");
    }
}

#[test]
fn narrative_and_extensions_of_primitives_survive_both_ways() {
    let message = read(&FhirR4Json, &annotated().to_string());
    let parts: Vec<&str> = message.narrative.iter().map(|narrative| narrative.of.as_str()).collect();
    let expected = [
        "author",
        "author.organisation",
        "author.practitioner",
        "envelope",
        "item[0]",
        "patient",
        "prescription.signature",
    ];
    assert_eq!(parts, expected);
    let fields: Vec<[&str; 3]> = message
        .extension
        .iter()
        .map(|extension| [extension.field.as_str(), extension.kind.as_str(), extension.value.as_str()])
        .collect();
    let expected = [
        ["patient.birthDate", "dateTime", "1958-07-21T14:35:00Z"],
        ["patient.birthDate", "boolean", "true"],
        ["patient.name[0].given[1]", "string", "\"Ay-va\" <sic>"],
        ["prescription.authoredOn", "decimal", "0.5"],
    ];
    assert_eq!(fields, expected);
    check("annotated", &message);

    let xml = write(&FhirR4Xml, &message);
    let birth_date = "<birthDate value=\"1958-07-21\">\n          \
         <extension url=\"http://hl7.org/fhir/StructureDefinition/patient-birthTime\">\n            \
         <valueDateTime value=\"1958-07-21T14:35:00Z\"/>";
    assert!(xml.contains(birth_date), "{xml}");
    assert!(
        xml.contains("<status value=\"generated\"/>\n          <div xmlns=\"http://www.w3.org/1999/xhtml\"><p class")
    );
    let json: Value = serde_json::from_str(&write(&FhirR4Json, &message)).unwrap();
    let source = annotated();
    for pointer in ["/text", "/_birthDate", "/name/0/_given"] {
        let at = |bundle: &Value| bundle["entry"][2]["resource"].pointer(pointer).unwrap().clone();
        assert_eq!(at(&json), at(&source), "{pointer}");
    }
}

/// A message with an extension of every field.
fn with_every_field_extended(mut message: Message) -> Message {
    let extension = |field: String| FieldExtension {
        field,
        url: "https://example.org/sure".to_owned(),
        kind: "code".to_owned(),
        value: "yes".to_owned(),
    };
    message.extension = facts(&message).into_iter().map(|fact| extension(fact.path)).collect();
    message
}

#[test]
fn an_extension_of_any_field_survives() {
    for (name, message) in messages().into_iter().step_by(3) {
        let message = with_every_field_extended(message);
        check(&name, &message);
        let mut written = message.clone();
        FhirR4Xml.project(&mut written, &context());
        let is_notification = matches!(message.body, Body::DispenseNotification(_));
        let left: Vec<&str> = message
            .extension
            .iter()
            .filter(|extension| !written.extension.contains(extension))
            .map(|extension| extension.field.as_str())
            // The id of the first supply is that of the item, and its extensions are those of the supply.
            .filter(|field| !(is_notification && field.ends_with(".suppliedId")))
            .collect();
        // No element says these.
        let is_outcome = matches!(message.body, Body::Acknowledgement(_));
        let silent: &[&str] = if is_outcome { &["status", "envelope.id", "version"] } else { &["version"] };
        assert_eq!(left, silent, "{name}");
    }
}

/// Otherwise a few thousand of them on a value that every item repeats would make gigabytes.
#[test]
fn what_is_said_of_a_value_that_every_item_repeats_is_written_once() {
    let mut message = FhirR4Json.read(annotated().to_string().as_bytes(), &context()).message.unwrap();
    let Body::PrescriptionOrder(order) = &mut message.body else { return };
    for number in 0..3 {
        let mut item = order.item[0].clone();
        item.id = LineItemId::new(format!("00000000-0000-4000-8000-00000000000{number}"));
        order.item.push(item);
    }
    for adapter in [&FhirR4Json as &dyn Adapter, &FhirR4Xml] {
        let text = write(adapter, &message);
        assert_eq!(text.matches("authoredOn").count(), 5, "of four items, and once more for what is said of it");
        assert_eq!(text.matches("https://example.org/drift").count(), 1);
    }
    check("repeated", &message);
}

/// Whoever answers for a prescription is written as its author where both are one person; what is said of the second is
/// left in the stored original, and nothing of it is said of the first.
#[test]
fn what_is_said_of_somebody_who_is_not_written_is_left_out() {
    let mut message = read(&FhirR4Json, &annotated().to_string());
    let Body::PrescriptionOrder(order) = &mut message.body else { return };
    // With a code of the responsible party they would be two.
    order.author.practitioner.as_mut().unwrap().identifier.truncate(1);
    order.responsible_party = Some(order.author.clone());
    let narratives = message.narrative.len();
    for narrative in message.narrative.clone() {
        if let Some(part) = narrative.of.strip_prefix("author") {
            message.narrative.push(Narrative { of: format!("responsibleParty{part}"), ..narrative });
        }
    }
    assert!(message.narrative.len() > narratives);
    check("united", &message);
    FhirR4Xml.project(&mut message, &context());
    assert_eq!(message.narrative.len(), narratives);
}

#[test]
fn the_values_that_a_tag_points_at_are_those_of_its_field() {
    let message = read(&FhirR4Json, &annotated().to_string());
    for adapter in [&FhirR4Json as &dyn Adapter, &FhirR4Xml] {
        let written = adapter.write(&message, &context()).unwrap();
        let reading = adapter.read(written.text.as_bytes(), &context());
        let account = reading.account.unwrap();
        for (offset, tag) in &written.tags {
            let (causeway_canonical::ledger::Tag::Field(field, _) | causeway_canonical::ledger::Tag::Default(field, _)) =
                tag;
            let node = account.tree.node_at(*offset).unwrap();
            let Mark::Field(first, _) = account.marks[node.index()] else {
                panic!("{field:?} stands at {}, which is no field", account.tree.path(node));
            };
            let shared = account.shared.iter().any(|(other, also, _)| *other == node && also == field);
            assert!(first == *field || shared, "{field:?} stands at {}, which is {first:?}", account.tree.path(node));
        }
    }
}

#[test]
fn what_cannot_be_carried_of_an_extension_is_lost_and_not_dropped() {
    for (companion, left) in [
        (json!({"extension": [{"url": "u", "valueCoding": {"code": "x"}}]}), 2),
        (json!({"extension": [{"url": "u", "extension": [{"url": "v", "valueCode": "x"}]}]}), 3),
        (json!({"extension": [{"url": "u", "valueCode": "x", "valueString": "y"}]}), 3),
        (json!({"id": "x"}), 1),
    ] {
        let mut order = order();
        order["entry"][2]["resource"]["_birthDate"] = companion;
        let text = order.to_string();
        let reading = FhirR4Json.read(text.as_bytes(), &context());
        assert_eq!(unread(&reading).len(), left, "{:?}", unread(&reading));
    }
    let mut order = order();
    order["entry"][2]["resource"]["active"] = json!(true);
    order["entry"][2]["resource"]["_active"] = json!({"extension": [{"url": "u", "valueCode": "x"}]});
    let text = order.to_string();
    assert_eq!(unread(&FhirR4Json.read(text.as_bytes(), &context())).len(), 2, "of a value that is no field");
}

#[test]
fn a_narrative_that_acts_is_refused_in_both_syntaxes() {
    let mut order = order();
    let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p><script>y</script></div>";
    order["entry"][2]["resource"]["text"] = json!({"status": "generated", "div": div});
    let text = order.to_string();
    let reading = FhirR4Json.read(text.as_bytes(), &context());
    let found = |findings: &[causeway_canonical::Finding]| -> Vec<(&str, String)> {
        findings.iter().map(|finding| (finding.rule.name, finding.path.clone())).collect()
    };
    assert_eq!(found(&reading.findings), [("fhir-narrative", "Bundle.entry[2].resource.text.div".to_owned())]);

    let message = FhirR4Json.read(annotated().to_string().as_bytes(), &context()).message.unwrap();
    let xml = write(&FhirR4Xml, &message).replacen("<br/>", "<object/>", 1);
    let reading = FhirR4Xml.read(xml.as_bytes(), &context());
    assert_eq!(found(&reading.findings), [("fhir-narrative", "Bundle.entry[0].resource.text.div".to_owned())]);

    let mut message = message;
    message.narrative[0].div = div.to_owned();
    for adapter in [&FhirR4Json as &dyn Adapter, &FhirR4Xml] {
        let refused = adapter.write(&message, &context()).err().unwrap();
        assert_eq!(found(&refused), [("fhir-narrative", "narrative[0].div".to_owned())]);
    }
}

#[test]
fn what_is_not_written_is_projected_away() {
    let mut message = FhirR4Json.read(annotated().to_string().as_bytes(), &context()).message.unwrap();
    message.narrative[0].of = "author.location[7]".to_owned();
    message.extension[0].field = "patient.name[4].family".to_owned();
    let (narratives, extensions) = (message.narrative.len(), message.extension.len());
    message.narrative.reverse();
    let mut projected = message.clone();
    FhirR4Xml.project(&mut projected, &context());
    assert_eq!((projected.narrative.len(), projected.extension.len()), (narratives - 1, extensions - 1));
    check("reversed", &message);
}

#[test]
fn an_extension_that_fhir_has_no_type_for_is_refused() {
    let message = FhirR4Json.read(annotated().to_string().as_bytes(), &context()).message.unwrap();
    for (kind, value, rule) in
        [("colour", "red", "fhir-code"), ("integer", "1.5", "fhir-number"), ("boolean", "x", "fhir-number")]
    {
        let mut message = message.clone();
        message.extension[0].kind = kind.to_owned();
        message.extension[0].value = value.to_owned();
        let refused = FhirR4Json.write(&message, &context()).err().unwrap();
        assert_eq!((refused[0].rule.name, refused[0].path.as_str()), (rule, "extension[0].value"));
    }
}

#[test]
fn a_text_that_xml_cannot_hold_is_refused_at_its_field() {
    let mut order = order();
    order["entry"][1]["resource"]["dosageInstruction"][0]["text"] = json!("one\u{1}two");
    let message = FhirR4Json.read(order.to_string().as_bytes(), &context()).message.unwrap();
    assert!(FhirR4Json.write(&message, &context()).is_ok());
    let refused = FhirR4Xml.write(&message, &context()).err().unwrap();
    assert_eq!((refused[0].rule.name, refused[0].path.as_str()), ("fhir-xml-character", "item[0].dosage[0].text"));
    assert_eq!(refused[0].severity, Severity::Error);
}

#[test]
fn hostile_documents_are_refused_with_a_finding() {
    let deep = format!("<Bundle xmlns=\"http://hl7.org/fhir\">{}", "<entry>".repeat(10_000));
    let wide = format!("<Bundle xmlns=\"http://hl7.org/fhir\">{}</Bundle>", "<entry><resource/></entry>".repeat(2_000));
    for text in [
        "",
        "<Bundle",
        "<Bundle/>",
        "<bundle xmlns=\"http://hl7.org/fhir\"/>",
        "<Bundle xmlns=\"http://hl7.org/fhir\"/>",
        "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"1\"/></Patient>",
        "<!DOCTYPE Bundle [<!ENTITY a \"b\">]><Bundle xmlns=\"http://hl7.org/fhir\">&a;</Bundle>",
        "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><A/><MessageHeader/></resource></entry></Bundle>",
        "<Bundle xmlns=\"http://hl7.org/fhir\" value=\"x\"><type value=\"message\"/></Bundle>",
        &deep,
        &wide,
    ] {
        let reading = FhirR4Xml.read(text.as_bytes(), &context());
        assert!(reading.message.is_none() && refused(&reading.findings), "{:.60}", text);
    }
}

#[test]
fn xml_is_told_from_json_and_from_other_xml() {
    let root = "<Bundle xmlns='http://hl7.org/fhir'>";
    for text in [root.to_owned(), format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- {{ \"resourceType\" -->\n{root}")] {
        assert!(FhirR4Xml.sniff(text.as_bytes()) && !FhirR4Json.sniff(text.as_bytes()));
    }
    for text in ["<Bundle>", "<a xmlns=\"urn:hl7-org:v3\">", "<a xmlns=\"http://hl7.org/fhir/x\">", "{}", ""] {
        assert!(!FhirR4Xml.sniff(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_hint_for_schema_tools_is_kept() {
    let message = FhirR4Json.read(order().to_string().as_bytes(), &context()).message.unwrap();
    let hint = "<Bundle xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\" ";
    let xml = write(&FhirR4Xml, &message).replacen("<Bundle ", hint, 1);
    assert!(read(&FhirR4Xml, &xml) == read(&FhirR4Xml, &write(&FhirR4Xml, &message)));
}
