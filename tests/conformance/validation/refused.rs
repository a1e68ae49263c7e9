//! Published requests with one thing made wrong: the rule is broken in FHIR JSON, and by the same message in FHIR XML.

use causeway_syntax::adapter::Context;
use causeway_tests::{corpus, pairs, run};
use causeway_translate::registry;
use serde_json::{Value, json};

/// One thing made wrong.
struct Case {
    /// Operation of the published pairs.
    operation: &'static str,
    /// What is changed.
    change: fn(&mut Value),
    /// The rule that it breaks.
    rule: &'static str,
    severity: &'static str,
    /// Whether a message can still be read from it, so that it can be written in XML.
    readable: bool,
}

fn refuses(operation: &'static str, rule: &'static str, change: fn(&mut Value)) -> Case {
    Case { operation, change, rule, severity: "error", readable: true }
}

fn warns(operation: &'static str, rule: &'static str, change: fn(&mut Value)) -> Case {
    Case { severity: "warning", ..refuses(operation, rule, change) }
}

/// What the reader reports: the message is incomplete, or there is none.
fn unreadable(operation: &'static str, rule: &'static str, change: fn(&mut Value)) -> Case {
    Case { readable: false, ..refuses(operation, rule, change) }
}

/// The first resource of a type among the entries of a bundle.
fn entry<'v>(bundle: &'v mut Value, kind: &str) -> &'v mut Value {
    let entries = bundle["entry"].as_array_mut().unwrap();
    &mut entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == kind).unwrap()["resource"]
}

/// The first resource of a type contained in a resource.
fn contained<'v>(resource: &'v mut Value, kind: &str) -> &'v mut Value {
    let contained = resource["contained"].as_array_mut().unwrap();
    contained.iter_mut().find(|resource| resource["resourceType"] == kind).unwrap()
}

/// Names the practitioner of the contained role by a contained resource.
fn practitioner_by_resource(resource: &mut Value) {
    let role = contained(resource, "PractitionerRole");
    let identifier = role["practitioner"]["identifier"].clone();
    role["practitioner"] = json!({"reference": "#person"});
    let person = json!({
        "resourceType": "Practitioner",
        "id": "person",
        "identifier": [identifier],
        "name": [{"family": "Dispenser", "given": ["Olive"]}]
    });
    resource["contained"].as_array_mut().unwrap().push(person);
}

fn cases() -> Vec<Case> {
    vec![
        refuses("Send", "telecom-use", |order| {
            entry(order, "PractitionerRole")["telecom"][0].as_object_mut().unwrap().remove("use").unwrap();
        }),
        refuses("Send", "requester-gmp-number", |order| {
            let identifier = json!({"system": "https://fhir.hl7.org.uk/Id/gmp-number", "value": "G1234567"});
            entry(order, "Practitioner")["identifier"].as_array_mut().unwrap().push(identifier);
        }),
        refuses("Send", "primary-care-parent", |order| {
            entry(order, "Organization").as_object_mut().unwrap().remove("partOf").unwrap();
        }),
        refuses("Send", "item-ids-differ", |order| {
            let mut second = entry(order, "MedicationRequest").clone();
            second["id"] = json!("6a1c7e52-90d4-4b3f-8a2e-000000000001");
            let url = "urn:uuid:6a1c7e52-90d4-4b3f-8a2e-000000000001";
            order["entry"].as_array_mut().unwrap().push(json!({"fullUrl": url, "resource": second}));
        }),
        unreadable("Cancel", "cancelled-status", |cancel| {
            entry(cancel, "MedicationRequest")["status"] = json!("active");
        }),
        unreadable("Cancel", "cancellation-reason", |cancel| {
            entry(cancel, "MedicationRequest").as_object_mut().unwrap().remove("statusReason").unwrap();
        }),
        unreadable("Cancel", "one-request-to-cancel", |cancel| {
            let mut second = entry(cancel, "MedicationRequest").clone();
            second["id"] = json!("6a1c7e52-90d4-4b3f-8a2e-000000000001");
            let url = "urn:uuid:6a1c7e52-90d4-4b3f-8a2e-000000000001";
            cancel["entry"].as_array_mut().unwrap().push(json!({"fullUrl": url, "resource": second}));
        }),
        warns("Cancel", "cancellation-reason-unknown", |cancel| {
            entry(cancel, "MedicationRequest")["statusReason"]["coding"][0]["code"] = json!("0099");
        }),
        refuses("Dispense", "dispenser-by-identifier", |notification| {
            let dispense = entry(notification, "MedicationDispense");
            practitioner_by_resource(dispense);
        }),
        unreadable("Dispense", "fhir-required", |notification| {
            entry(notification, "MedicationDispense")["performer"] = json!([]);
        }),
        unreadable("Dispense", "medication-choice", |notification| {
            let dispense = entry(notification, "MedicationDispense");
            dispense["medicationReference"] = json!({"reference": "urn:uuid:6a1c7e52-90d4-4b3f-8a2e-000000000001"});
        }),
        refuses("Dispense", "item-reason", |notification| {
            entry(notification, "MedicationDispense")["type"]["coding"][0]["code"] = json!("0002");
        }),
        warns("Dispense", "statuses-agree", |notification| {
            entry(notification, "MedicationDispense")["type"]["coding"][0]["code"] = json!("0007");
        }),
        refuses("Claim", "payer", |claim| {
            claim["insurance"][0]["coverage"]["identifier"]["value"] = json!("T1451");
        }),
        refuses("Claim", "claim-provider-by-identifier", practitioner_by_resource),
        refuses("Claim", "dispensing-endorsement-present", |claim| {
            let codes = claim["item"][0]["detail"][0]["programCode"].as_array_mut().unwrap();
            codes.retain(|code| {
                code["coding"][0]["system"] != "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement"
            });
        }),
        unreadable("Claim", "one-insurance", |claim| claim["insurance"] = json!([])),
        refuses("Return", "task-requester-by-identifier", practitioner_by_resource),
        warns("Return", "return-reason-unknown", |task| {
            task["statusReason"]["coding"][0]["code"] = json!("0099");
        }),
        unreadable("Return", "task-intent", |task| task["intent"] = json!("plan")),
        unreadable("Return", "fhir-required", |task| {
            task["requester"] = json!({"identifier": {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "1"}});
        }),
        refuses("Withdraw", "task-requester-by-identifier", practitioner_by_resource),
        warns("Withdraw", "withdrawal-reason-unknown", |task| {
            task["statusReason"]["coding"][0]["code"] = json!("XX");
        }),
        unreadable("Withdraw", "task-code", |task| drop(task.as_object_mut().unwrap().remove("code").unwrap())),
        refuses("Release", "prescription-id-check-character", |parameters| {
            let parameters = parameters["parameter"].as_array_mut().unwrap();
            let group = parameters.iter_mut().find(|parameter| parameter["name"] == "group-identifier").unwrap();
            let id = group["valueIdentifier"]["value"].as_str().unwrap();
            let wrong = if id.ends_with('A') { "B" } else { "A" };
            group["valueIdentifier"]["value"] = json!(format!("{}{wrong}", &id[..id.len() - 1]));
        }),
    ]
}

/// The severities that `causeway validate` gives to the findings of a rule.
fn severities(text: &str, rule: &str) -> Vec<String> {
    let output = run(&["validate", "--output", "json", "-"], text.as_bytes());
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = result["findings"].as_array().unwrap();
    let of_rule = findings.iter().filter(|finding| finding["rule"] == rule);
    of_rule.map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect()
}

/// The message in FHIR XML.
fn in_xml(json: &str) -> String {
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let adapter = |name| registry::adapter(name).unwrap();
    let message = adapter("fhir-r4-json").read(json.as_bytes(), &context).message.unwrap();
    adapter("fhir-r4-xml").write(&message, &context).unwrap().text
}

#[test]
fn what_breaks_a_rule_in_fhir_json_breaks_it_in_fhir_xml() {
    let Some(_) = corpus() else { return };
    let mut failures = Vec::new();
    for Case { operation, change, rule, severity, readable } in cases() {
        let pair = pairs(operation).into_iter().find(|pair| !pair.name.contains("repeat-dispensing")).unwrap();
        let good = std::fs::read_to_string(&pair.request).unwrap();
        let mut message: Value = serde_json::from_str(&good).unwrap();
        change(&mut message);
        let bad = message.to_string();
        let in_xml = readable.then(|| ("XML", in_xml(&good), in_xml(&bad)));
        let sources = std::iter::once(("JSON", good, bad)).chain(in_xml);
        for (syntax, good, bad) in sources {
            let (before, after) = (severities(&good, rule), severities(&bad, rule));
            if !before.is_empty() || after.is_empty() || after.iter().any(|found| found != severity) {
                failures.push(format!("{operation} {rule} in {syntax}: {before:?}, then {after:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
