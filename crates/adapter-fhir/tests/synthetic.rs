//! Messages made here: every kind with all that it can tell and with as little as it may, and messages with one fault.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::model::{Kind, Message};
use causeway_syntax::adapter::Adapter;
use common::made::{
    ITEM, OTHER, assert_all_is_told_or_kept, assert_one_change_is_refused_or_reads_back, broken, coded, concept,
    dispenser, entry, message, organisation, patient, prescriber, remove, repeat_entry,
};
use common::{context, echo};
use serde_json::{Value, json};

fn cancel_request() -> Message {
    let body = json!({"patient": patient(), "author": prescriber("200102238987"),
        "responsibleParty": {"organisation": organisation("RBA")},
        "prescription": {"id": OTHER, "shortId": "24F5DA-A83008-7EFE6Z"},
        "item": [{"id": ITEM, "statusReason": {"coding": [coded("medicationrequest-status-reason", "0002")],
            "text": "Not this one"},
            "statusHistory": {"status": coded("medicationrequest-status-history", "R-0002"), "date": "2022-01-31"},
            "issue": 3, "releaseStatus": coded("medicationdispense-type", "0008"), "lastDispensed": "2022-01-01",
            "basedOn": {"item": ITEM, "repeatsAllowed": 5, "repeatsIssued": 2}}]});
    message(Kind::CancelRequest, body)
}

fn cancel_response(code: &str) -> Message {
    let body = json!({"status": "accepted", "when": "2022-01-31T11:59:00+00:00", "of": OTHER,
        "result": coded("medicationrequest-status-history", code), "patient": patient(),
        "author": prescriber("200102238987"), "responsibleParty": prescriber("601986680555"),
        "performer": dispenser(), "performed": "2022-01-30T09:00:00+00:00",
        "prescription": {"shortId": "24F5DA-A83008-7EFE6Z"}, "item": [{"id": ITEM}]});
    message(Kind::CancelResponse, body)
}

fn reversal(kind: Kind) -> Message {
    let system = match kind {
        Kind::Return => "EPS-task-dispense-return-status-reason",
        _ => "EPS-task-dispense-withdraw-reason",
    };
    let body = json!({"when": "2022-01-31T11:59:00+00:00", "patient": {"nhsNumber": "9449304130"},
        "author": dispenser(), "recipient": {"ods": "VNE51"}, "of": OTHER, "reason": concept(system, "0003"),
        "prescription": {"shortId": "24F5DA-A83008-7EFE6Z", "repeat": {"allowed": 5, "issued": 2}}});
    message(kind, body)
}

fn rejection() -> Message {
    let body = json!({"status": "error", "of": OTHER,
        "issue": [{"severity": "error", "problem": "business-rule",
            "code": coded("EPS-IssueCode", "PRESCRIPTION_WITH_ANOTHER_DISPENSER")}],
        "rejection": {"id": OTHER, "when": "2022-01-31T11:59:00+00:00", "release": OTHER, "text": "Elsewhere",
            "performed": "2022-01-30T09:00:00+00:00"},
        "performer": dispenser()});
    message(Kind::Acknowledgement, body)
}

/// An answer to a canceller who is the prescriber under another code.
fn one_person() -> Message {
    let mut answer = serde_json::to_value(cancel_response("R-0001")).unwrap();
    let body = &mut answer["body"]["cancelResponse"];
    body["responsibleParty"] = body["author"].clone();
    body["responsibleParty"]["identifier"] =
        json!([{"system": "https://fhir.hl7.org.uk/Id/nhsbsa-spurious-code", "value": "612345"}]);
    body.as_object_mut().unwrap().remove("performer");
    serde_json::from_value(answer).unwrap()
}

/// Messages that tell all that HL7 V3 can, and those that tell next to nothing.
fn messages() -> Vec<(&'static str, Message)> {
    let little = |kind, body| message(kind, body);
    let person = json!({"identifier": [{"system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": "1"}],
        "practitioner": {"identifier": [{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "2"}]}});
    let role = json!({"practitioner": person["practitioner"], "organisation": {"ods": "A83008"}});
    let patient = json!({"nhsNumber": "9449304130", "gender": "female", "birthDate": "1948"});
    let prescription = json!({"shortId": "24F5DA-A83008-7EFE6Z"});
    vec![
        ("cancel request", cancel_request()),
        (
            "little cancel request",
            little(
                Kind::CancelRequest,
                json!({"patient": patient, "author": role, "prescription": prescription, "item": [{"id": ITEM,
                    "statusReason": concept("medicationrequest-status-reason", "0001")}]}),
            ),
        ),
        ("cancel response", cancel_response("R-0002")),
        ("cancel response to the prescriber", one_person()),
        ("cancel response that is an outcome", cancel_response("R-0008")),
        ("cancel response of an unknown code", cancel_response("R-9999")),
        (
            "little cancel response",
            little(
                Kind::CancelResponse,
                json!({"patient": patient, "author": role, "prescription": prescription, "of": OTHER,
                    "result": coded("medicationrequest-status-history", "R-0001")}),
            ),
        ),
        (
            "cancel response without result",
            little(
                Kind::CancelResponse,
                json!({"status": "error", "patient": patient, "author": role, "prescription": prescription,
                    "issue": [{"severity": "error", "problem": "invalid", "diagnostics": "Words"}]}),
            ),
        ),
        ("return", reversal(Kind::Return)),
        ("withdrawal", reversal(Kind::Withdraw)),
        (
            "little withdrawal",
            little(
                Kind::Withdraw,
                json!({"when": "2022-01-31", "author": person, "prescription": prescription,
                    "reason": concept("EPS-task-dispense-withdraw-reason", "QU")}),
            ),
        ),
        ("rejection", rejection()),
        ("refusal without reasons", little(Kind::Acknowledgement, json!({"status": "rejected"}))),
        ("acceptance", little(Kind::Acknowledgement, json!({"status": "accepted", "of": OTHER}))),
    ]
}

#[test]
fn what_is_written_reads_back_as_the_projection() {
    for (name, message) in messages() {
        echo(name, &message);
    }
}

#[test]
fn every_field_is_written_or_named_as_kept() {
    assert_all_is_told_or_kept(&messages());
}

#[test]
fn whatever_one_change_makes_of_a_message_is_refused_or_reads_back() {
    assert_one_change_is_refused_or_reads_back(&messages());
}

#[test]
fn a_history_told_again_has_no_fhir_form() {
    let message = message(Kind::RebuildDispenseHistory, json!({}));
    let findings = FhirR4Json.write(&message, &context()).err().unwrap();
    assert_eq!(findings.iter().map(|finding| finding.rule.name).collect::<Vec<_>>(), ["no-fhir-form"]);
}

#[test]
fn a_refusal_without_reasons_is_not_written_as_an_acceptance() {
    let (_, refusal) = messages().into_iter().find(|(name, _)| *name == "refusal without reasons").unwrap();
    let document: Value = serde_json::from_str(&echo("refusal", &refusal)).unwrap();
    assert_eq!(document["issue"][0]["severity"], "error");
}

#[test]
fn the_roles_of_an_answer_are_the_other_way_round() {
    let document: Value = serde_json::from_str(&echo("answer", &cancel_response("R-0004"))).unwrap();
    let resource = |kind: &str| {
        let entries = document["entry"].as_array().unwrap();
        entries.iter().find(|entry| entry["resource"]["resourceType"] == kind).unwrap()["resource"].clone()
    };
    let role = |link: &Value| {
        let entries = document["entry"].as_array().unwrap();
        entries.iter().find(|entry| entry["fullUrl"] == *link).unwrap()["resource"]["identifier"][0]["value"].clone()
    };
    let request = resource("MedicationRequest");
    assert_eq!(role(&request["requester"]["reference"]), "601986680555");
    let responsible = request["extension"].as_array().unwrap().iter().find(|extension| {
        extension["url"] == "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner"
    });
    assert_eq!(role(&responsible.unwrap()["valueReference"]["reference"]), "200102238987");
    assert_eq!(request["status"], "completed");
    let header = resource("MessageHeader");
    assert_eq!(header["response"], json!({"identifier": OTHER, "code": "ok"}));
    assert_eq!(header["destination"][0]["receiver"]["identifier"]["value"], "A83008");
}

#[test]
fn one_agent_holds_the_codes_of_canceller_and_prescriber_who_are_one() {
    let document = echo("one person", &one_person());
    assert_eq!(document.matches("\"PractitionerRole\"").count(), 1);
}

#[test]
fn a_task_holds_its_people_inside() {
    let document: Value = serde_json::from_str(&echo("return", &reversal(Kind::Return))).unwrap();
    let [role, organisation] = document["contained"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!(role["practitioner"]["display"], "Jackie Clark");
    assert_eq!(role["organization"]["reference"], format!("#{}", organisation["id"].as_str().unwrap()));
    assert_eq!(document["requester"]["reference"], format!("#{}", role["id"].as_str().unwrap()));
    assert_eq!(document["status"], "rejected");
}

#[test]
fn an_original_item_may_be_named_by_a_link() {
    let link = |document: &mut Value| {
        let based_on = &mut entry(document, "MedicationRequest")["basedOn"][0];
        remove(based_on, "identifier");
        based_on["reference"] = json!(format!("urn:uuid:{}", ITEM.to_uppercase()));
    };
    let written = FhirR4Json.write(&cancel_request(), &context()).unwrap();
    let mut document: Value = serde_json::from_str(&written.text).unwrap();
    let named = FhirR4Json.read(written.text.as_bytes(), &context()).message;
    link(&mut document);
    let text = serde_json::to_string(&document).unwrap();
    let linked = FhirR4Json.read(text.as_bytes(), &context());
    assert!(linked.findings.is_empty() && linked.message == named, "{:#?}", linked.findings);
    let nowhere = |document: &mut Value| {
        link(document);
        entry(document, "MedicationRequest")["basedOn"][0]["reference"] = json!("MedicationRequest/1");
    };
    assert_eq!(broken(&cancel_request(), nowhere), ["fhir-uuid"]);
}

#[test]
fn a_request_to_cancel_names_one_item_its_status_and_the_reason() {
    let request = cancel_request();
    let of_request = |change: fn(&mut Value)| broken(&request, |document| change(entry(document, "MedicationRequest")));
    assert_eq!(broken(&request, |document| repeat_entry(document, "MedicationRequest")), ["one-request-to-cancel"]);
    assert_eq!(of_request(|request| request["status"] = json!("active")), ["cancelled-status"]);
    assert_eq!(of_request(|request| remove(request, "status")), ["fhir-required"]);
    assert_eq!(of_request(|request| remove(request, "statusReason")), ["cancellation-reason"]);
    assert_eq!(of_request(|request| remove(request, "identifier")), ["fhir-identifier-system"]);
    assert_eq!(of_request(|request| remove(request, "groupIdentifier")), ["fhir-required"]);
    let reason = |document: &mut Value| entry(document, "MessageHeader")["reason"]["coding"][0]["code"] = json!("no");
    assert_eq!(broken(&request, reason), ["fhir-fixed-value"]);
}

#[test]
fn an_answer_to_a_cancellation_names_what_it_answers_and_a_known_result() {
    let answer = cancel_response("R-0001");
    let header = |document: &mut Value| remove(entry(document, "MessageHeader"), "response");
    assert_eq!(broken(&answer, header), ["fhir-required"]);
    let id = |document: &mut Value| {
        entry(document, "MessageHeader")["extension"][0]["valueIdentifier"]["value"] = json!(OTHER);
    };
    assert_eq!(broken(&answer, id), ["fhir-disagreement"]);
    let history = |document: &mut Value, code: &str| {
        let part = &mut entry(document, "MedicationRequest")["extension"][0]["extension"][0];
        part["valueCoding"]["code"] = json!(code);
    };
    assert_eq!(broken(&answer, |document| history(document, "R-0008")), ["fhir-code"]);
    assert_eq!(broken(&answer, |document| history(document, "R-9999")), ["fhir-code"]);
    assert_eq!(broken(&answer, |document| history(document, "R-0002")), ["fhir-disagreement"]);
    assert_eq!(broken(&answer, |document| repeat_entry(document, "MedicationRequest")), ["fhir-too-many"]);
    assert_eq!(broken(&answer, |document| repeat_entry(document, "Patient")), ["fhir-too-many"]);
    let dispenser = |document: &mut Value| {
        entry(document, "MedicationRequest")["dispenseRequest"]["performer"]["identifier"]["value"] = json!("FH542");
    };
    assert_eq!(broken(&answer, dispenser), ["fhir-disagreement"]);
}

#[test]
fn a_task_says_what_it_does_why_and_who() {
    for kind in [Kind::Return, Kind::Withdraw] {
        let task = reversal(kind);
        let other = if kind == Kind::Return { "abort" } else { "fulfill" };
        assert_eq!(broken(&task, |task| task["status"] = json!("draft")), ["task-status"]);
        assert_eq!(broken(&task, |task| task["status"] = json!([task["status"]])), ["task-status"]);
        assert_eq!(broken(&task, |task| task["intent"] = json!("plan")), ["task-intent"]);
        assert_eq!(broken(&task, |task| task["code"]["coding"][0]["code"] = json!(other)), ["task-code"]);
        assert_eq!(broken(&task, |task| remove(task, "statusReason")), ["task-reason"]);
        let system = |task: &mut Value| task["statusReason"]["coding"][0]["system"] = json!("urn:other");
        assert_eq!(broken(&task, system), ["task-reason"]);
        for name in ["identifier", "groupIdentifier", "authoredOn", "requester"] {
            assert_eq!(broken(&task, |task| remove(task, name)), ["fhir-required"], "{name}");
        }
        let requester = |task: &mut Value| task["requester"]["reference"] = json!("#nobody");
        assert_eq!(broken(&task, requester), ["fhir-reference"]);
        let twice = |task: &mut Value| {
            let role = task["contained"][0].clone();
            task["contained"].as_array_mut().unwrap().push(role);
        };
        assert_eq!(broken(&task, twice), ["fhir-reference", "fhir-reference"]);
        let again = |task: &mut Value| {
            let identifier = task["identifier"][0].clone();
            task["identifier"].as_array_mut().unwrap().push(identifier);
        };
        assert_eq!(broken(&task, again), ["fhir-too-many"]);
    }
    let withdrawal = reversal(Kind::Withdraw);
    assert_eq!(broken(&withdrawal, |task| remove(task, "code")), ["task-code"]);
    assert!(broken(&reversal(Kind::Return), |task| remove(task, "code")).is_empty());
}

#[test]
fn the_person_who_sends_a_task_is_its_operator() {
    let task = reversal(Kind::Return);
    let mut value: Value = serde_json::from_str(&FhirR4Json.write(&task, &context()).unwrap().text).unwrap();
    let agent = "https://fhir.nhs.uk/StructureDefinition/Extension-Provenance-agent";
    let extensions = value["extension"].as_array_mut().unwrap();
    extensions.retain(|extension| extension["url"] != agent);
    extensions.push(json!({
        "url": agent,
        "valueReference": {"identifier": {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "7654321"}},
    }));
    let text = value.to_string();
    let reading = FhirR4Json.read(text.as_bytes(), &context());
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    assert_eq!(common::unread(reading.account.as_ref().unwrap()), Vec::<String>::new());
    let message = reading.message.unwrap();
    let operator = message.envelope.operator.as_ref().unwrap();
    assert_eq!((operator.user_id.as_deref(), operator.role_profile_id.as_deref()), (Some("7654321"), None));
    let written = FhirR4Json.write(&message, &context()).unwrap().text;
    assert!(FhirR4Json.read(written.as_bytes(), &context()).message == Some(message));
}

#[test]
fn an_older_task_gives_its_reason_as_reason_code_and_its_counts_as_integers() {
    let written = FhirR4Json.write(&reversal(Kind::Return), &context()).unwrap();
    let older = written.text.replace("statusReason", "reasonCode").replace("valueInteger", "valueUnsignedInt");
    let reading = FhirR4Json.read(older.as_bytes(), &context());
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    assert_eq!(common::unread(reading.account.as_ref().unwrap()), Vec::<String>::new());
    let present = FhirR4Json.read(written.text.as_bytes(), &context());
    assert!(reading.message == present.message);
}

#[test]
fn a_refused_release_leads_to_an_organisation_that_it_holds() {
    let refusal = rejection();
    let link = |outcome: &mut Value| outcome["extension"][0]["valueReference"]["reference"] = json!("#nobody");
    assert_eq!(broken(&refusal, link), ["fhir-reference"]);
    let kind = |outcome: &mut Value| outcome["contained"][0]["resourceType"] = json!("Location");
    assert_eq!(broken(&refusal, kind), ["fhir-reference"]);
    assert_eq!(broken(&refusal, |outcome| outcome["issue"][0]["severity"] = json!("bad")), ["fhir-code"]);
}
