//! Dosage text from structure (dose-to-text.md).

mod departures;

use causeway_adapter_fhir::read_dosages;
use causeway_canonical::dose_text::{text, text_of};
use causeway_canonical::model::Dosage;
use causeway_syntax::{JsonTree, Limits};
use causeway_tests::{corpus, fixtures, run};
use serde_json::Value;

use departures::DEPARTURES;

/// The published dosages, with file, position and text; none without the corpus.
fn published() -> Vec<(String, u64, Dosage, String)> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let bytes = std::fs::read(corpus.join("dose-text/dose-text.json")).unwrap();
    // Numbers are taken as they are written, which no reader of doubles would do.
    let tree = JsonTree::parse(&bytes, &Limits::default()).unwrap();
    let sources = tree.children(tree.root()).map(|vector| tree.raw(tree.child(vector, "dosage").unwrap()));
    let dosages = read_all(&format!("[{}]", sources.map(member_value).collect::<Vec<_>>().join(",")));
    let vectors: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(vectors.len(), dosages.len());
    let vectors = vectors.into_iter().zip(dosages);
    vectors
        .map(|(vector, dosage)| {
            let text = |name: &str| vector[name].as_str().unwrap().to_owned();
            let file = text("file").replace("example-dosage-", "").replace(".xml", "");
            (file, vector["index"].as_u64().unwrap(), dosage, text("text"))
        })
        .collect()
}

/// The value of a member whose source begins with its name.
fn member_value(raw: &str) -> &str {
    let start = raw.find('{').unwrap();
    &raw[start..]
}

#[track_caller]
fn read_all(source: &str) -> Vec<Dosage> {
    let dosages = read_dosages(source.as_bytes(), &Limits::default()).unwrap();
    let whole = |lone: causeway_adapter_fhir::LoneDosage| {
        assert!(lone.findings.is_empty(), "{:?}", lone.findings);
        lone.dosage
    };
    dosages.into_iter().map(whole).collect()
}

#[test]
fn every_published_dosage_reads_as_published_or_departs_for_a_reason_that_is_told() {
    let vectors = published();
    let mut departed = 0;
    for (file, index, dosage, published) in &vectors {
        let ours = text_of(dosage).unwrap();
        match DEPARTURES.iter().find(|departure| departure.file == file && departure.index == *index) {
            Some(departure) => {
                departed += 1;
                assert_eq!(ours, departure.ours, "{file} {index}: {}", departure.reason);
                assert_ne!(&ours, published, "{file} {index} is no exception any more: {}", departure.reason);
            }
            None => assert_eq!(&ours, published, "{file} {index}"),
        }
    }
    assert!(vectors.is_empty() || departed == DEPARTURES.len(), "an exception is about no published dosage");
}

#[test]
fn published_instructions_of_several_dosages_join_by_sequence() {
    let vectors = published();
    for (name, expected) in [
        (
            "cocodamol",
            "2 tablet - as required for Migraine - once, then 2 tablet - every 4 hours - \
             up to a maximum of 6 dose in 24 hours",
        ),
        (
            "loperamide",
            "2 capsule - Now, then 1 capsule - as required for Diarrhea - up to a maximum of 8 capsule in 1 day",
        ),
        ("microgynon2", "1 tablet - once a day - oral - for 21 days, then 0 tablet - for 7 days"),
    ] {
        let dosages: Vec<Dosage> =
            vectors.iter().filter(|(file, ..)| file == name).map(|(_, _, dosage, _)| dosage.clone()).collect();
        assert!(vectors.is_empty() || text(&dosages).unwrap() == expected, "{name}");
    }
}

#[test]
fn constructed_instructions_read_as_the_rules_say_and_are_refused_where_they_say_so() {
    let vectors = std::fs::read_to_string(fixtures().join("dose-text/constructed.jsonl")).unwrap();
    for line in vectors.lines() {
        let tree = JsonTree::parse(line.as_bytes(), &Limits::default()).unwrap();
        let member = |name: &str| tree.child(tree.root(), name);
        let id = tree.text(member("id").unwrap());
        let source = tree.raw(member("dosage").unwrap());
        let ours = text(&read_all(&source[source.find('[').unwrap()..]));
        match member("text") {
            Some(expected) => assert_eq!(ours.as_deref(), Ok(tree.text(expected)), "{id}"),
            None => assert!(ours.is_err() && member("refuse").is_some(), "{id}"),
        }
    }
}

#[test]
fn the_program_answers_one_text_a_dosage_and_null_where_it_must_refuse() {
    let source = br#"[
        {"text": "ignored", "timing": {"repeat": {"frequency": 2, "period": 1.0, "periodUnit": "d"}}},
        {"doseAndRate": [{"doseRange": {"low": {"value": 40, "unit": "millilitre"}}}]},
        {"route": {"text": "oral"}, "modifierExtension": [{"url": "https://example.org/not", "valueBoolean": true}]},
        {"_text": {"id": "a"}, "extension": [{"url": "https://example.org/b", "valueString": "b"}],
         "doseAndRate": [{"doseQuantity": {"value": 2.50, "unit": "milligram"}}]}
    ]"#;
    let output = run(&["dose-text", "--findings", "json", "-"], source);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "[\"twice a day\",null,null,\"2.5 milligram\"]\n");
    let findings = String::from_utf8(output.stderr).unwrap();
    let findings: Vec<Value> = findings.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let place = |finding: &Value| (finding["rule"].clone(), finding["path"].clone(), finding["line"].clone());
    assert_eq!(place(&findings[0]), ("dose-text-refused".into(), "$[1]".into(), 3.into()));
    assert_eq!(findings[0]["column"], 9);
    assert_eq!(place(&findings[1]), ("fhir-structure".into(), "$[2].modifierExtension[0].url".into(), 4.into()));
    assert!(findings.iter().all(|finding| !finding["message"].as_str().unwrap().contains("40")));
}

#[test]
fn the_program_refuses_what_is_no_array_of_dosages() {
    for (source, rule) in [
        (&b"{}"[..], "fhir-structure"),
        (b"[{}, 5]", "fhir-structure"),
        (b"[null]", "fhir-structure"),
        (b"[{}", "json-truncated"),
    ] {
        let output = run(&["dose-text", "--findings", "json", "-"], source);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let finding: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(finding["rule"], rule);
        assert!(finding["line"] == 1 && finding["column"].as_u64() > Some(0), "{finding}");
    }
    assert_eq!(run(&["dose-text", "/nowhere/dosages.json"], b"").status.code(), Some(2));
}
