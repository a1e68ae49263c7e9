//! Releases, notifications and claims made here: with all that they can tell, with as little as they may, and with one
//! fault.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::ledger::Tag;
use causeway_canonical::model::{Body, Kind, Message};
use causeway_syntax::adapter::Adapter;
use common::made::{
    ITEM, MESSAGE, OTHER, assert_all_is_told_or_kept, assert_one_change_is_refused_or_reads_back, broken, coded,
    concept, dispenser, entry, message, patient, prescriber, remove, repeat_entry,
};
use common::{context, echo, errors};
use serde_json::{Value, json};

const SECOND: &str = "3d1fd9ef-a3d5-4e95-84cd-552070a03086";
const SUPPLY: &str = "4e1fd9ef-a3d5-4e95-84cd-552070a03086";
const SHORT: &str = "24F5DA-A83008-7EFE6Z";

fn product(code: &str) -> Value {
    json!({"code": {"coding": [{"system": "http://snomed.info/sct", "code": code, "display": "A product"}]}})
}

fn tablets(value: u32) -> Value {
    json!({"value": value.to_string(), "unit": "tablet", "system": "http://snomed.info/sct", "code": "428673006"})
}

fn release_request(body: Value) -> Message {
    message(Kind::ReleaseRequest, body)
}

fn order() -> Value {
    json!({"patient": patient(), "author": prescriber("200102238987"),
        "prescription": {"id": OTHER, "shortId": SHORT, "kind": coded("prescription-type", "0101"),
            "status": coded("EPS-task-business-status", "0002"),
            "exemptionOnRecord": [{"kind": "temporary", "code": coded("prescription-charge-exemption", "0005"),
                "date": "2022-12-31"}],
            "nomination": {"sitePreference": coded("dispensing-site-preference", "P1"), "organisation": {"ods": "VNE51"}},
            "signature": {"when": "2022-01-30T09:00:00+00:00", "xml": "<Signature/>"},
            "patientInformation": ["Take care"], "medicationList": ["Aspirin"]},
        "item": [{"id": ITEM, "medicine": product("39732311000001104"), "quantity": tablets(20),
            "courseOfTherapy": "continuous-repeat-dispensing", "dosage": [{"text": "Once a day"}], "repeatsAllowed": 5,
            "issue": 3, "releaseStatus": coded("medicationdispense-type", "0005"), "lastDispensed": "2022-01-01",
            "basedOn": {"item": ITEM, "repeatsAllowed": 5, "repeatsIssued": 2}, "reviewDate": "2022-12-31"}]})
}

fn release_response() -> Message {
    let failure = json!([{"severity": "error", "problem": "invalid", "code": coded("Spine-ErrorOrWarningCode", "INVALID_VALUE"),
        "expression": ["Provenance.signature.data"]}]);
    let body = json!({"status": "accepted", "issue": [{"severity": "information", "problem": "informational",
        "code": coded("Spine-ErrorOrWarningCode", "A"), "expression": ["a"]}],
        "when": "2022-01-31T11:59:00+00:00", "of": OTHER, "batch": [{"code": "1", "value": 1}],
        "released": [
            {"id": SECOND, "when": "2022-01-31T11:58:00+00:00", "order": order(), "failure": failure},
            {"id": SUPPLY, "when": "2022-01-31T11:57:00+00:00", "order": order()}]});
    message(Kind::ReleaseResponse, body)
}

fn one_released() -> Message {
    let mut order = order();
    remove(&mut order["prescription"], "patientInformation");
    remove(&mut order["prescription"], "medicationList");
    let failure = json!([{"severity": "error", "problem": "invalid"}]);
    let body = json!({"of": OTHER, "released": [{"id": SECOND, "order": order, "failure": failure}]});
    message(Kind::ReleaseResponse, body)
}

fn supply(id: &str, code: &str) -> Value {
    json!({"id": id, "identifier": [{"system": "urn:local", "value": "7"}], "medicine": product(code),
        "quantity": tablets(10), "daysSupply": tablets(28), "repeat": {"allowed": 5, "issued": 2},
        "dosage": [{"text": "Once a day"}], "note": "Words"})
}

fn notification() -> Message {
    let body = json!({"when": "2022-01-31T11:59:00+00:00", "patient": {"nhsNumber": "9449304130"}, "author": dispenser(),
        "recipient": {"ods": "T1450", "name": "NHS BSA"}, "replaces": OTHER, "release": SECOND,
        "prescription": {"id": OTHER, "shortId": SHORT, "status": coded("EPS-task-business-status", "0003")},
        "item": [
            {"id": ITEM, "suppliedId": SUPPLY, "medicine": product("39732311000001104"), "quantity": tablets(20),
                "courseOfTherapy": "continuous-repeat-dispensing", "repeatsAllowed": 5, "issue": 3,
                "basedOn": {"repeatsAllowed": 5, "repeatsIssued": 2},
                "dispenseStatus": concept("medicationdispense-type", "0001"),
                "supply": [supply(SUPPLY, "39732311000001104"), supply(SECOND, "39732311000001105")]},
            {"id": SECOND, "suppliedId": OTHER, "medicine": product("322341003"), "quantity": tablets(30),
                "dispenseStatus": concept("medicationdispense-type", "0002"),
                "nonDispensingReason": concept("medicationdispense-status-reason", "0001")}]});
    message(Kind::DispenseNotification, body)
}

/// Nothing was dispensed, and the patient and medicines are told in full.
fn full_notification() -> Message {
    let mut notification = serde_json::to_value(notification()).unwrap();
    let body = &mut notification["body"]["dispenseNotification"];
    body["patient"] = patient();
    body["prescription"]["nonDispensingReason"] = coded("medicationdispense-status-reason", "0008");
    body["prescription"]["kind"] = coded("prescription-type", "0101");
    body["item"][0]["medicine"]["form"] = concept("form", "1");
    body["item"][0]["supply"][0]["medicine"]["form"] = concept("form", "2");
    body["author"]["practitioner"]["name"] = json!([{"family": "CLARK", "given": ["JACKIE"]}]);
    serde_json::from_value(notification).unwrap()
}

fn claim() -> Message {
    let body = json!({"when": "2022-01-31T11:59:00+00:00", "author": dispenser(),
        "recipient": {"ods": "T1450", "name": "NHS BSA"}, "replaces": OTHER, "release": SECOND,
        "prescription": {"id": OTHER, "shortId": SHORT, "status": coded("EPS-task-business-status", "0006"),
            "nonDispensingReason": coded("medicationdispense-status-reason", "0004"),
            "exemption": {"code": coded("prescription-charge-exemption", "0002"),
                "evidence": coded("DM-exemption-evidence", "evidence-seen")},
            "repeat": {"allowed": 5, "issued": 2}},
        "item": [
            {"id": ITEM, "suppliedId": SUPPLY, "repeatsAllowed": 5, "issue": 3,
                "dispenseStatus": concept("medicationdispense-type", "0001"),
                "charge": concept("DM-prescription-charge", "paid-once"),
                "dispensingEndorsement": [concept("medicationdispense-endorsement", "NDEC"),
                    {"coding": [coded("medicationdispense-endorsement", "BB")], "text": "Words"}],
                "supply": [{"id": SUPPLY, "medicine": product("39732311000001104"), "quantity": tablets(10),
                    "repeat": {"allowed": 6, "issued": 3}}]},
            {"id": SECOND, "suppliedId": OTHER, "dispenseStatus": concept("medicationdispense-type", "0005"),
                "nonDispensingReason": concept("medicationdispense-status-reason", "0004")}]});
    message(Kind::DispenseClaim, body)
}

/// Messages that tell all that HL7 V3 can, and those that tell next to nothing.
fn messages() -> Vec<(&'static str, Message)> {
    let person = json!({"telecom": [{"system": "phone", "value": "1"}], "organisation": {"ods": "VNE51"},
        "practitioner": {"identifier": [{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "2"}]}});
    let prescription = json!({"id": OTHER, "shortId": SHORT, "status": coded("EPS-task-business-status", "0006")});
    let item = json!({"id": ITEM, "suppliedId": SUPPLY, "medicine": product("322341003"),
        "dispenseStatus": concept("medicationdispense-type", "0001"),
        "charge": concept("DM-prescription-charge", "not-paid"),
        "supply": [{"id": SUPPLY, "medicine": product("322341003"), "quantity": tablets(1)}]});
    let mut supplied = item.clone();
    remove(&mut supplied, "charge");
    vec![
        ("request by id", release_request(json!({"author": dispenser(), "prescription": {"shortId": SHORT}}))),
        ("request of a person named in full", release_request(json!({"author": prescriber("1")}))),
        ("little request", release_request(json!({"author": person}))),
        ("response", release_response()),
        ("response without prescriptions", message(Kind::ReleaseResponse, json!({"of": OTHER}))),
        ("notification", notification()),
        ("full notification", full_notification()),
        (
            "little notification",
            message(
                Kind::DispenseNotification,
                json!({"when": "2022-01-31", "patient": {"nhsNumber": "9449304130"}, "author": person, "release": OTHER,
                    "recipient": {"ods": "T1450"}, "prescription": prescription, "item": [supplied]}),
            ),
        ),
        ("claim", claim()),
        (
            "little claim",
            message(
                Kind::DispenseClaim,
                json!({"when": "2022-01-31", "patient": {"nhsNumber": "9449304130"}, "author": person,
                    "recipient": {"ods": "T1450"}, "prescription": prescription, "item": [item]}),
            ),
        ),
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
    let mut messages = messages();
    messages.retain(|(name, _)| *name != "response");
    messages.push(("response of one prescription", one_released()));
    assert_one_change_is_refused_or_reads_back(&messages);
}

/// The rules that a document breaks after one change of the entry, item or parameter named.
fn broken_in(message: &Message, pointer: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    broken(message, |document| change(document.pointer_mut(pointer).unwrap()))
}

#[test]
fn good_prescriptions_come_first_and_bad_ones_behind_their_outcomes() {
    let response = release_response();
    let document: Value = serde_json::from_str(&echo("response", &response)).unwrap();
    let list = |n: usize| &document["parameter"][n]["resource"];
    assert_eq!((list(0)["total"].clone(), list(1)["total"].clone()), (json!(1), json!(2)));
    assert_eq!(list(0)["entry"][0]["resource"]["identifier"]["value"], SUPPLY);
    assert_eq!(list(1)["entry"][0]["resource"]["resourceType"], "OperationOutcome");
    let bad = &list(1)["entry"][1]["resource"];
    assert_eq!(bad["identifier"]["value"], SECOND);
    let header = &bad["entry"][0]["resource"];
    assert_eq!(header["response"]["identifier"], OTHER);
    let request = &bad["entry"][1]["resource"];
    assert_eq!((request["status"].clone(), request["intent"].clone()), (json!("cancelled"), json!("reflex-order")));
    let read = FhirR4Json.read(document.to_string().as_bytes(), &context()).message.unwrap();
    let Body::ReleaseResponse(read) = read.body else { panic!() };
    let failed: Vec<bool> = read.released.iter().map(|released| !released.failure.is_empty()).collect();
    assert_eq!(failed, [false, true]);
}

#[test]
fn a_response_says_the_same_everywhere() {
    let response = release_response();
    let passed = "/parameter/0/resource";
    let failed = "/parameter/1/resource";
    let bad = "/parameter/1/resource/entry/1/resource";
    assert_eq!(broken_in(&response, failed, |list| list["total"] = json!(1)), ["fhir-disagreement"]);
    assert_eq!(broken_in(&response, failed, |list| list["identifier"]["value"] = json!(ITEM)), ["fhir-disagreement"]);
    assert_eq!(broken_in(&response, failed, |list| list["meta"]["lastUpdated"] = json!("2022")), ["fhir-disagreement"]);
    assert_eq!(
        broken_in(&response, failed, |list| list["entry"][0] = list["entry"][1].clone()).first().unwrap(),
        "failed-prescription"
    );
    assert_eq!(
        broken_in(&response, failed, |list| {
            list["entry"].as_array_mut().unwrap().pop();
            list["total"] = json!(1);
        }),
        ["failed-prescription"]
    );
    let subject = |outcome: &mut Value| outcome["extension"][0]["valueReference"]["identifier"]["value"] = json!(ITEM);
    assert_eq!(broken_in(&response, "/parameter/1/resource/entry/0/resource", subject), ["fhir-disagreement"]);
    let other = |bundle: &mut Value| entry(bundle, "MessageHeader")["response"]["identifier"] = json!(ITEM);
    assert_eq!(broken_in(&response, bad, other), ["fhir-disagreement"]);
    assert_eq!(broken_in(&response, bad, |bundle| bundle["timestamp"] = json!("2021")), ["fhir-disagreement"]);
    let state = |bundle: &mut Value| entry(bundle, "MedicationRequest")["status"] = json!("active");
    assert_eq!(broken_in(&response, bad, state), ["fhir-disagreement"]);
    let nameless = broken_in(&response, bad, |bundle| remove(bundle, "identifier"));
    assert_eq!(nameless, ["fhir-disagreement", "fhir-required"]);
    assert_eq!(broken_in(&response, passed, |list| list["type"] = json!("message")), ["fhir-fixed-value"]);
    assert_eq!(
        broken(&response, |parameters| parameters["parameter"] = json!([parameters["parameter"][0]])),
        ["fhir-required"]
    );
}

#[test]
fn a_request_for_prescriptions_names_site_and_agent() {
    let request = release_request(json!({"author": dispenser(), "prescription": {"shortId": SHORT}}));
    let without = |n: usize| {
        broken(&request, |document| {
            document["parameter"].as_array_mut().unwrap().remove(n);
        })
    };
    assert_eq!(without(0), ["release-owner"]);
    assert_eq!(without(2), ["release-agent"]);
    let agent = "/parameter/2/resource";
    assert_eq!(broken_in(&request, agent, |agent| remove(agent, "telecom")), ["release-telecom"]);
    assert_eq!(broken_in(&request, agent, |agent| remove(agent, "practitioner")), ["fhir-required"]);
    assert_eq!(
        broken_in(&request, "/parameter/1", |status| status["valueCode"] = json!("draft")),
        ["fhir-fixed-value"]
    );
    let twice = |document: &mut Value| {
        let group = document["parameter"][3].clone();
        document["parameter"].as_array_mut().unwrap().push(group);
    };
    assert_eq!(broken(&request, twice), ["fhir-too-many"]);
    let of_agent = |ods: &str| {
        let link = json!({"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": ods}});
        broken_in(&request, agent, |agent| agent["organization"] = link)
    };
    assert!(of_agent("VNE51").is_empty());
    assert_eq!(of_agent("FH542"), ["fhir-disagreement"]);
}

#[test]
fn a_request_without_message_id_gets_one_of_its_own() {
    let request = release_request(json!({"author": dispenser()}));
    let written = FhirR4Json.write(&request, &context()).unwrap();
    let read = |id: Option<&str>| {
        let mut document: Value = serde_json::from_str(&written.text).unwrap();
        document["parameter"].as_array_mut().unwrap().pop();
        if let Some(id) = id {
            document["id"] = json!(id);
        }
        let text = serde_json::to_string(&document).unwrap();
        let reading = FhirR4Json.read(text.as_bytes(), &context());
        assert_eq!(errors(&reading), Vec::<String>::new());
        reading.message.unwrap().envelope.id.as_str().to_owned()
    };
    let (none, one, other) = (read(None), read(Some(ITEM)), read(Some(OTHER)));
    assert_eq!(none, read(None));
    assert_eq!(one, read(Some(ITEM)));
    assert!(none != one && one != other && one != ITEM && none != MESSAGE);
}

const FIRST_DISPENSE: &str = "/entry/1/resource";
const SECOND_DISPENSE: &str = "/entry/2/resource";
const OTHER_ITEM: &str = "/entry/3/resource";

#[test]
fn the_dispenses_of_a_notification_agree() {
    let notification = notification();
    let time = |dispense: &mut Value| dispense["whenHandedOver"] = json!("2021");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, time), ["medication-dispenses-agree"]);
    let subject = |dispense: &mut Value| dispense["subject"]["identifier"]["value"] = json!("9449305552");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, subject), ["medication-dispenses-agree"]);
    let status = |dispense: &mut Value| dispense["extension"][0]["valueCoding"]["code"] = json!("0006");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, status), ["medication-dispenses-agree"]);
    let performer = |dispense: &mut Value| dispense["contained"][0]["identifier"][0]["value"] = json!("1");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, performer), ["performers-agree"]);
    let group = |dispense: &mut Value| dispense["contained"][1]["groupIdentifier"]["value"] = json!("another");
    assert_eq!(broken_in(&notification, OTHER_ITEM, group), ["medication-requests-agree"]);
    let contained =
        |dispense: &mut Value| dispense["contained"][1]["subject"]["identifier"]["value"] = json!("9449305552");
    assert_eq!(broken_in(&notification, FIRST_DISPENSE, contained), ["fhir-disagreement"]);
}

#[test]
fn the_dispenses_of_one_item_agree_on_it() {
    let notification = notification();
    let kind = |dispense: &mut Value| dispense["type"]["coding"][0]["code"] = json!("0003");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, kind), ["dispenses-of-item-agree"]);
    let reason = |dispense: &mut Value| dispense["statusReasonCodeableConcept"] = json!({"text": "Words"});
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, reason), ["dispenses-of-item-agree"]);
    let quantity = |dispense: &mut Value| dispense["contained"][1]["dispenseRequest"]["quantity"]["value"] = json!(21);
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, quantity), ["dispenses-of-item-agree"]);
    assert!(broken_in(&notification, OTHER_ITEM, quantity).is_empty());
}

#[test]
fn a_reason_for_the_prescription_stands_on_every_dispense() {
    let notification = full_notification();
    let removed = |dispense: &mut Value| {
        dispense["extension"].as_array_mut().unwrap().remove(1);
    };
    for dispense in [FIRST_DISPENSE, SECOND_DISPENSE] {
        assert_eq!(broken_in(&notification, dispense, removed), ["prescription-reason-agrees"]);
    }
    let other = |dispense: &mut Value| dispense["extension"][1]["valueCoding"]["code"] = json!("0004");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, other), ["prescription-reason-agrees"]);
}

#[test]
fn a_notification_names_dispenser_authority_and_release() {
    let notification = notification();
    let organisation = |change: fn(&mut Value)| broken(&notification, |bundle| change(entry(bundle, "Organization")));
    assert_eq!(organisation(|organisation| remove(organisation, "extension")), ["organisation-relationships"]);
    assert_eq!(
        organisation(|organisation| organisation["extension"][0]["extension"][0]["url"] = json!("x")),
        ["reimbursement-authority"]
    );
    let header = |bundle: &mut Value| remove(entry(bundle, "MessageHeader"), "response");
    assert_eq!(broken(&notification, header), ["fhir-required"]);
    for (name, rule) in [
        ("authorizingPrescription", "fhir-required"),
        ("performer", "fhir-required"),
        ("type", "fhir-required"),
        ("status", "fhir-required"),
        ("whenHandedOver", "fhir-required"),
        ("subject", "fhir-required"),
        ("quantity", "fhir-required"),
        ("identifier", "fhir-identifier-system"),
        ("medicationCodeableConcept", "medication-choice"),
    ] {
        let found = broken_in(&notification, FIRST_DISPENSE, |dispense| remove(dispense, name));
        assert_eq!(found.first().map(String::as_str), Some(rule), "{name}: {found:?}");
    }
    let nowhere = |dispense: &mut Value| dispense["authorizingPrescription"][0]["reference"] = json!("#nobody");
    assert_eq!(broken_in(&notification, SECOND_DISPENSE, nowhere), ["fhir-reference"]);
    assert_eq!(broken(&full_notification(), |bundle| repeat_entry(bundle, "Patient")), ["fhir-too-many"]);
}

#[test]
fn an_amendment_may_have_an_event_of_its_own() {
    let written = FhirR4Json.write(&notification(), &context()).unwrap();
    let update = written.text.replace("\"dispense-notification\"", "\"dispense-notification-update\"");
    let (first, second) =
        (FhirR4Json.read(written.text.as_bytes(), &context()), FhirR4Json.read(update.as_bytes(), &context()));
    assert_eq!(errors(&second), Vec::<String>::new());
    assert!(first.message == second.message);
}

#[test]
fn of_an_item_of_which_nothing_was_supplied_fhir_tells_that_it_was_none() {
    let written = FhirR4Json.write(&notification(), &context()).unwrap();
    let document: Value = serde_json::from_str(&written.text).unwrap();
    let dispense = document.pointer(OTHER_ITEM).unwrap();
    assert_eq!(dispense["quantity"]["value"], json!(0));
    assert_eq!(dispense["status"], "declined");
    let made_up =
        |path: &str| written.tags.iter().any(|(_, tag)| matches!(tag, Tag::Default(field, _) if field.path() == path));
    assert!(made_up("item[1].supply[0].quantity.value") && made_up("item[1].supply[0].medicine.code.coding[0].code"));
}

const ITEM_OF_CLAIM: &str = "/item/0";
const DETAIL: &str = "/item/0/detail/0";

#[test]
fn a_claim_has_one_insurer_and_one_item() {
    let claim = claim();
    for (name, rule) in [("insurance", "one-insurance"), ("item", "fhir-too-many")] {
        let twice = |claim: &mut Value| claim[name] = json!([claim[name][0], claim[name][0]]);
        assert_eq!(broken(&claim, twice), [rule]);
    }
    for (name, rule) in [
        ("insurance", "one-insurance"),
        ("item", "fhir-required"),
        ("provider", "fhir-required"),
        ("created", "fhir-required"),
        ("prescription", "fhir-required"),
        ("patient", "fhir-required"),
        ("use", "fhir-required"),
        ("identifier", "fhir-required"),
    ] {
        assert_eq!(broken(&claim, |claim| remove(claim, name)), [rule], "{name}");
    }
    assert_eq!(broken(&claim, |claim| claim["use"] = json!("preauthorization")), ["fhir-fixed-value"]);
    assert_eq!(broken(&claim, |claim| claim["type"]["coding"][0]["code"] = json!("oral")), ["fhir-fixed-value"]);
    assert_eq!(
        broken(&claim, |claim| claim["payee"]["party"] = json!({"identifier": {"value": "FH542"}})),
        ["fhir-reference"]
    );
    assert_eq!(broken_in(&claim, ITEM_OF_CLAIM, |item| item["detail"] = json!([])), ["fhir-required"]);
}

#[test]
fn codes_of_a_claim_are_told_by_their_systems() {
    let claim = claim();
    let other = concept("other", "1");
    let add = |value: &mut Value, concept: &Value| value["programCode"].as_array_mut().unwrap().push(concept.clone());
    assert_eq!(broken_in(&claim, ITEM_OF_CLAIM, |item| add(item, &other)), ["fhir-code"]);
    assert_eq!(broken_in(&claim, DETAIL, |detail| add(detail, &other)), ["fhir-code"]);
    assert_eq!(broken_in(&claim, DETAIL, |detail| add(detail, &json!({"text": "Words"}))), ["fhir-required"]);
    let charge = concept("DM-prescription-charge", "not-paid");
    assert_eq!(broken_in(&claim, DETAIL, |detail| add(detail, &charge)), ["fhir-too-many"]);
    let evidence = concept("DM-exemption-evidence", "no-evidence-seen");
    assert_eq!(broken_in(&claim, ITEM_OF_CLAIM, |item| add(item, &evidence)), ["fhir-too-many"]);
    let uncharged = |detail: &mut Value| {
        detail["programCode"].as_array_mut().unwrap().remove(0);
    };
    assert_eq!(broken_in(&claim, DETAIL, uncharged), ["fhir-required"]);
    assert_eq!(broken_in(&claim, DETAIL, |detail| detail["modifier"] = json!([other])), ["fhir-code"]);
    assert_eq!(broken_in(&claim, DETAIL, |detail| remove(detail, "modifier")), ["fhir-required"]);
}

#[test]
fn repeat_information_is_read_in_both_layouts() {
    let current = echo("claim", &claim());
    let document: Value = serde_json::from_str(&current).unwrap();
    let repeat = |value: &Value| {
        let is_repeat = |extension: &&Value| extension["url"].as_str().unwrap().ends_with("EPS-RepeatInformation");
        value["extension"].as_array().unwrap().iter().find(is_repeat).unwrap().clone()
    };
    let drop = |value: &mut Value| {
        let is_other = |extension: &Value| !extension["url"].as_str().unwrap().ends_with("EPS-RepeatInformation");
        value["extension"].as_array_mut().unwrap().retain(is_other);
    };
    let mut deprecated = document.clone();
    let of_prescription = repeat(&document["item"][0]);
    let item = &mut deprecated["item"][0];
    drop(item);
    let other = item["detail"][1]["extension"].as_array_mut().unwrap();
    other.push(of_prescription.clone());
    let read = |document: &Value| {
        let text = document.to_string();
        let reading = FhirR4Json.read(text.as_bytes(), &context());
        assert_eq!(errors(&reading), Vec::<String>::new());
        let Body::DispenseClaim(claim) = reading.message.unwrap().body else { panic!() };
        claim
    };
    let (current, deprecated_claim) = (read(&document), read(&deprecated));
    assert_eq!(current.prescription.repeat, deprecated_claim.prescription.repeat);
    let line = |claim: &causeway_canonical::model::DispenseClaim| {
        claim.item.iter().map(|line| (line.repeats_allowed, line.issue)).collect::<Vec<_>>()
    };
    assert_eq!(line(&current), [(Some(5), Some(3)), (None, None)]);
    assert_eq!(line(&deprecated_claim), [(Some(6), Some(4)), (None, None)]);
    let mut differing = deprecated.clone();
    let last = differing["item"][0]["detail"][1]["extension"].as_array_mut().unwrap().last_mut().unwrap();
    last["extension"][0]["valueInteger"] = json!(7);
    let reading = FhirR4Json.read(differing.to_string().as_bytes(), &context()).findings;
    assert_eq!(reading.iter().map(|finding| finding.rule.name).collect::<Vec<_>>(), ["claim-repeats-agree"]);
}

#[test]
fn a_claim_without_patient_says_that_it_is_not_known() {
    let document: Value = serde_json::from_str(&echo("claim", &claim())).unwrap();
    assert_eq!(document["patient"]["extension"][0]["valueCode"], "unknown");
}

#[test]
fn the_person_who_sends_a_claim_is_the_operator() {
    let document: Value = serde_json::from_str(&echo("claim", &claim())).unwrap();
    let agent = &document["extension"][0]["valueReference"]["identifier"];
    assert_eq!(agent, &json!({"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "555254239107"}));
    let other = |claim: &mut Value| {
        claim["extension"][0]["valueReference"]["identifier"]["system"] = json!("urn:other");
    };
    assert_eq!(broken(&claim(), other), ["fhir-identifier-system"]);
}
