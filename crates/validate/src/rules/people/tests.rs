use crate::catalogue as rule;
use crate::testing::{ORGANISATION, Order, PRACTITIONER, REQUEST, ROLE, order, repeat_dispensing, told};
use serde_json::json;

const ROLE_URL: &str = "urn:uuid:00000000-0000-4000-8000-000000000104";

/// The order with the requester named as responsible practitioner as well.
fn with_responsible_practitioner() -> Order {
    let mut order = order();
    let extension = json!({
        "url": super::EXT_RESPONSIBLE_PRACTITIONER,
        "valueReference": {"reference": ROLE_URL}
    });
    order.push(&format!("{REQUEST}/extension"), extension.clone());
    order.push("/entry/2/resource/extension", extension);
    order
}

fn by_identifier() -> serde_json::Value {
    json!({"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RJ1"}, "display": "Trust"})
}

#[test]
fn v012_warns_of_a_role_whose_organisation_is_no_reference() {
    let mut order = order();
    order.set(&format!("{ROLE}/organization"), by_identifier());
    order.is_warned_of_by(&rule::ROLE_ORGANISATION_REFERENCE, "entry[4].resource.organization");
}

#[test]
fn v013_warns_of_a_role_whose_practitioner_is_no_reference() {
    let identifier = json!({"identifier": {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "C1234567"}});
    let mut order = order();
    order.set(&format!("{ROLE}/practitioner"), identifier.clone());
    order.is_warned_of_by(&rule::ROLE_PRACTITIONER_REFERENCE, "entry[4].resource.practitioner");

    let mut responsible = with_responsible_practitioner();
    responsible.set(&format!("{ROLE}/practitioner"), identifier);
    responsible.is_good();
}

#[test]
fn v014_refuses_a_responsible_practitioner_named_in_both_ways_or_in_none() {
    let mut order = with_responsible_practitioner();
    order.is_good();
    let identifier = json!({"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "C1234567"});
    order.set(&format!("{ROLE}/practitioner/identifier"), identifier);
    order.is_refused_by(&rule::RESPONSIBLE_PRACTITIONER_CHOICE, "entry[4].resource.practitioner");
    order.set(&format!("{ROLE}/practitioner"), json!({"display": "a name"}));
    order.is_refused_by(&rule::RESPONSIBLE_PRACTITIONER_CHOICE, "entry[4].resource.practitioner");
}

#[test]
fn v015_warns_of_each_healthcare_service_that_is_no_reference() {
    let mut order = order();
    order.set_in_requests("extension/0/valueCoding/code", "1001");
    order.set(&format!("{ROLE}/healthcareService"), json!([by_identifier()]));
    order.is_warned_of_by(&rule::ROLE_SERVICE_REFERENCE, "entry[4].resource.healthcareService[0]");
    order.keeps(&rule::PRIMARY_CARE_SERVICE);
}

#[test]
fn v016_and_v017_refuse_telecoms_without_value_or_use() {
    order()
        .remove(&format!("{ORGANISATION}/telecom/0/value"))
        .is_refused_by(&rule::TELECOM_VALUE, "entry[6].resource.telecom[0].use");
    order()
        .remove(&format!("{ROLE}/telecom/0/use"))
        .is_refused_by(&rule::TELECOM_USE, "entry[4].resource.telecom[0].value");
    let mut order = order();
    order.set(&format!("{PRACTITIONER}/telecom"), json!([{"system": "phone", "value": "01632960103"}]));
    order.is_refused_by(&rule::TELECOM_USE, "entry[5].resource.telecom[0].value");
}

#[test]
fn telecoms_of_patients_need_no_use() {
    order().keeps(&rule::TELECOM_USE);
}

#[test]
fn v021_refuses_a_healthcare_service_in_primary_care() {
    let mut order = order();
    order.set(&format!("{ROLE}/healthcareService"), json!([by_identifier()]));
    order.remove(&format!("{ORGANISATION}/partOf"));
    order.is_refused_by(&rule::PRIMARY_CARE_SERVICE, "entry[4].resource.healthcareService[0].identifier.value");
    order.keeps(&rule::PRIMARY_CARE_PARENT);
}

#[test]
fn v022_refuses_a_practice_that_belongs_to_nobody() {
    let mut order = order();
    order.remove(&format!("{ORGANISATION}/partOf"));
    order.is_refused_by(&rule::PRIMARY_CARE_PARENT, "entry[6].resource.identifier[0].value");
    order.set_in_requests("extension/0/valueCoding/code", "1001");
    order.is_good();
}

#[test]
fn v023_stands_for_v021_and_v022_where_the_organisation_is_no_reference() {
    let mut order = order();
    order.set(&format!("{ROLE}/organization"), by_identifier());
    order.is_warned_of_by(&rule::REQUESTER_ORGANISATION_REFERENCE, "entry[4].resource.organization");
    order.keeps(&rule::PRIMARY_CARE_PARENT);
}

#[test]
fn v025_refuses_a_gmp_number_of_the_requester() {
    let mut order = order();
    order.push(&format!("{PRACTITIONER}/identifier"), json!({"system": super::GMP, "value": "G1234567"}));
    order.is_refused_by(&rule::REQUESTER_GMP_NUMBER, "entry[5].resource.identifier[2].value");
}

#[test]
fn a_good_repeat_dispensing_order_breaks_no_rule() {
    repeat_dispensing().is_good();
}

#[test]
fn v025_only_warns_where_the_source_does_not_say_which_register_a_code_is_from() {
    let path = "author.practitioner.identifier[0].value";
    let mut told = told::order();
    told.set("/author/practitioner/identifier/0", json!({"system": super::GMP, "value": "G1234567"}));
    told.is_refused_by(&rule::REQUESTER_GMP_NUMBER, path);
    told.read_from("fhir-r4-xml").is_refused_by(&rule::REQUESTER_GMP_NUMBER, path);
    told.read_from("eps-hl7v3").is_warned_of_by(&rule::REQUESTER_GMP_NUMBER, path);
}

#[test]
fn v021_and_v022_hold_in_every_format() {
    for format in ["eps-hl7v3", "fhir-r4-xml", "canonical-json"] {
        let mut told = told::order();
        told.read_from(format).set("/author/organisation/address", json!([{"line": ["2 Nowhere Lane"]}]));
        told.is_refused_by(&rule::PRIMARY_CARE_PARENT, "author.organisation.ods");
        told.set("/author/healthcareService", json!({"ods": "Z99903"}));
        told.is_refused_by(&rule::PRIMARY_CARE_SERVICE, "author.healthcareService.ods");
        told.remove("/author/healthcareService").set("/author/organisation/parent", json!({"ods": "X26"})).is_good();
    }
}

#[test]
fn v016_holds_in_every_format_and_v017_in_fhir() {
    for mut told in [told::order(), told::cancellation(), told::notification()] {
        told.set("/author/telecom/0", json!({"system": "phone", "use": "work"}));
        told.is_refused_by(&rule::TELECOM_VALUE, "author.telecom[0].use");
        told.set("/author/telecom/0", json!({"system": "phone", "value": "01632960101"})).is_good();
        told.read_from("fhir-r4-xml").is_refused_by(&rule::TELECOM_USE, "author.telecom[0].value");
    }
}

#[test]
fn v016_and_v017_warn_of_telecoms_outside_bundles() {
    for mut told in [told::claim(), told::returned(), told::withdrawal(), told::release_request()] {
        told.set("/author/telecom/0", json!({"system": "phone", "value": "01632960101"}));
        told.read_from("fhir-r4-xml").is_warned_of_by(&rule::TELECOM_USE, "author.telecom[0].value");
        told.set("/author/telecom/0", json!({"system": "phone", "use": "work"}));
        told.is_warned_of_by(&rule::TELECOM_VALUE, "author.telecom[0].use");
    }
}

#[test]
fn the_requester_has_exactly_one_professional_code() {
    let identifiers = format!("{PRACTITIONER}/identifier");
    let mut order = order();
    order.push(&identifiers, json!({"system": "https://fhir.hl7.org.uk/Id/din-number", "value": "312345"})).is_good();
    order.push(&identifiers, json!({"system": "https://fhir.hl7.org.uk/Id/nmc-number", "value": "12A3456E"}));
    order.is_warned_of_by(&rule::REQUESTER_PROFESSIONAL_CODE, "entry[5].resource.identifier[3].value");
    let user = json!([{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "555086689106"}]);
    order.set(&identifiers, user);
    order.is_warned_of_by(&rule::REQUESTER_PROFESSIONAL_CODE, "entry[5].resource.identifier[0].value");
}

#[test]
fn the_state_of_an_nhs_number_says_whether_there_is_one() {
    let status = |code: &str| json!({"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": code});
    let path = "patient.nhsNumberStatus.code";
    let mut told = told::notification();
    for code in ["01", "02", "03"] {
        told.set("/patient/nhsNumberStatus", status(code)).is_good();
    }
    told.set("/patient/nhsNumberStatus", status("07")).is_warned_of_by(&rule::NHS_NUMBER_STATUS_AGREES, path);
    told.remove("/patient/nhsNumber").is_good();
    told.set("/patient/nhsNumberStatus", status("01")).is_warned_of_by(&rule::NHS_NUMBER_STATUS_AGREES, path);
}

#[test]
fn a_use_that_there_is_none_of_is_warned_of() {
    for (pointer, good, bad, path) in [
        ("/patient/name", json!([{"family": "A", "use": "maiden"}]), "mobile", "patient.name[0].use"),
        ("/patient/address", json!([{"city": "Leeds", "use": "temp"}]), "mobile", "patient.address[0].use"),
        ("/patient/telecom", json!([{"value": "1", "use": "mobile"}]), "billing", "patient.telecom[0].use"),
        ("/author/telecom", json!([{"value": "1", "use": "work"}]), "usual", "author.telecom[0].use"),
        (
            "/author/organisation/telecom",
            json!([{"value": "1", "use": "old"}]),
            "x",
            "author.organisation.telecom[0].use",
        ),
        (
            "/author/organisation/address",
            json!([{"city": "Leeds", "use": "work"}]),
            "x",
            "author.organisation.address[0].use",
        ),
    ] {
        let mut told = told::notification();
        told.set(pointer, good).is_good();
        told.set(&format!("{pointer}/0/use"), bad).is_warned_of_by(&rule::USE_UNKNOWN, path);
    }
}
