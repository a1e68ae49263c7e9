use super::*;
use crate::testing::{ORGANISATION, PATIENT, PRACTITIONER, REQUEST, ROLE, SECOND, order, told};
use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::model::Body;
use causeway_canonical::{LineItemId, MessageId, NhsNumber, Severity};
use causeway_syntax::adapter::Adapter;
use serde_json::json;

const NHS_NUMBER_VALUE: &str = "/entry/3/resource/identifier/0/value";

#[test]
fn a_good_order_has_no_finding() {
    order().is_good();
}

#[test]
fn every_changed_digit_of_an_nhs_number_is_refused_at_its_place() {
    let number = "9990548609";
    for position in 0..number.len() {
        let digit = number.as_bytes()[position];
        let other = if digit == b'9' { '0' } else { char::from(digit + 1) };
        let mut changed = number.to_owned();
        changed.replace_range(position..=position, &other.to_string());
        assert!(NhsNumber::new(changed.as_str()).check().is_err());
        let mut order = order();
        order.set(NHS_NUMBER_VALUE, changed);
        order.is_refused_by(&rule::NHS_NUMBER_CHECK, "entry[3].resource.identifier[0].value");
    }
}

#[test]
fn a_finding_names_line_and_column_of_the_value() {
    let text = crate::testing::ORDER.replace("9990548609", "9990548608");
    let findings = crate::testing::check_text(&text);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    let (line, content) = text.lines().enumerate().find(|(_, line)| line.contains("9990548608")).unwrap();
    assert_eq!(finding.position.line as usize, line + 1);
    assert_eq!(finding.position.column as usize, content.find("\"9990548608\"").unwrap() + 1);
}

#[test]
fn an_nhs_number_of_another_form_is_a_format_finding() {
    for number in ["999 054 8609", "999054860", "99905486O9", "٩٩٩٠٥٤٨٦٠٩"] {
        let mut order = order();
        order.set(NHS_NUMBER_VALUE, number);
        order.is_refused_by(&rule::NHS_NUMBER_FORMAT, "entry[3].resource.identifier[0].value");
    }
}

#[test]
fn a_placeholder_is_warned_of_and_ten_zeros_are_refused() {
    let path = "entry[3].resource.identifier[0].value";
    order().set(NHS_NUMBER_VALUE, "9999999999").is_warned_of_by(&rule::NHS_NUMBER_PLACEHOLDER, path);
    order().set(NHS_NUMBER_VALUE, "0000000000").is_refused_by(&rule::NHS_NUMBER_PLACEHOLDER, path);
}

#[test]
fn a_wrong_check_character_of_a_prescription_id_is_named_at_the_first_request() {
    let path = "entry[1].resource.groupIdentifier.value";
    order()
        .set_in_requests("groupIdentifier/value", "BB5581-Z99901-7E78AY")
        .is_refused_by(&rule::PRESCRIPTION_ID_CHECK, path);
    order()
        .set_in_requests("groupIdentifier/value", "bb5581-Z99901-7E78AZ")
        .is_refused_by(&rule::PRESCRIPTION_ID_FORMAT, path);
}

#[test]
fn a_long_id_is_a_uuid_or_a_release_1_id_with_its_check_character() {
    let below = "groupIdentifier/extension/0/valueIdentifier/value";
    let path = "entry[1].resource.groupIdentifier.extension[0].valueIdentifier.value";
    order().set_in_requests(below, "no uuid").is_refused_by(&rule::PRESCRIPTION_LONG_ID_FORMAT, path);
    order()
        .set_in_requests(below, "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C68")
        .is_refused_by(&rule::PRESCRIPTION_LONG_ID_CHECK, path);
    order().set_in_requests(below, "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C69").is_good();
}

#[test]
fn a_medicine_code_has_form_check_digit_and_kind_in_either_system() {
    let code = format!("{SECOND}/medicationCodeableConcept/coding/0/code");
    let system = format!("{SECOND}/medicationCodeableConcept/coding/0/system");
    let path = "entry[2].resource.medicationCodeableConcept.coding[0].code";
    for uri in [SNOMED, DMD] {
        let with = |text: &str| {
            let mut order = order();
            order.set(&code, text).set(&system, uri);
            order
        };
        with("10009").is_refused_by(&rule::MEDICINE_CODE_FORMAT, path);
        with("39113611000001103").is_refused_by(&rule::MEDICINE_CODE_CHECK, path);
        with("987654010").is_refused_by(&rule::MEDICINE_CODE_KIND, path);
    }
    order().set(&code, "12").set(&system, "https://fhir.hl7.org.uk/Id/multilex-drug-codes").is_good();
}

#[test]
fn a_unit_code_has_form_check_digit_and_kind() {
    let code = format!("{REQUEST}/dispenseRequest/quantity/code");
    let path = "entry[1].resource.dispenseRequest.quantity.code";
    order().set(&code, "TAB").is_refused_by(&rule::UNIT_CODE_FORMAT, path);
    order().set(&code, "428673066").is_refused_by(&rule::UNIT_CODE_CHECK, path);
    order().set(&code, "987654010").is_refused_by(&rule::UNIT_CODE_KIND, path);
}

#[test]
fn the_unit_of_the_prescribed_quantity_is_one_of_dmd_whatever_its_system() {
    let mut order = order();
    order
        .set(&format!("{REQUEST}/dispenseRequest/quantity/system"), "http://unitsofmeasure.org")
        .set(&format!("{REQUEST}/dispenseRequest/quantity/code"), "mL");
    order.is_refused_by(&rule::UNIT_CODE_FORMAT, "entry[1].resource.dispenseRequest.quantity.code");
}

#[test]
fn a_route_code_has_form_check_digit_and_kind() {
    let code = format!("{REQUEST}/dosageInstruction/0/route/coding/0/code");
    let path = "entry[1].resource.dosageInstruction[0].route.coding[0].code";
    order().set(&code, "PO").is_refused_by(&rule::SNOMED_CODE_FORMAT, path);
    order().set(&code, "26643007").is_refused_by(&rule::SNOMED_CODE_CHECK, path);
    order().set(&code, "987654010").is_refused_by(&rule::SNOMED_CODE_KIND, path);
}

#[test]
fn every_organisation_code_is_checked_and_lower_case_is_warned_of() {
    let places = [
        ("/entry/0/resource/sender/identifier/value", "entry[0].resource.sender.identifier.value"),
        (
            "/entry/0/resource/destination/0/receiver/identifier/value",
            "entry[0].resource.destination[0].receiver.identifier.value",
        ),
        (
            "/entry/3/resource/generalPractitioner/0/identifier/value",
            "entry[3].resource.generalPractitioner[0].identifier.value",
        ),
        ("/entry/6/resource/identifier/0/value", "entry[6].resource.identifier[0].value"),
        ("/entry/6/resource/partOf/identifier/value", "entry[6].resource.partOf.identifier.value"),
    ];
    for (pointer, path) in places {
        order().set(pointer, "A 83008").is_refused_by(&rule::ODS_CODE_FORMAT, path);
        order().set(pointer, "a83008").is_warned_of_by(&rule::ODS_CODE_FORMAT, path);
    }
    order()
        .set_in_requests("dispenseRequest/performer/identifier/value", "ABCDEFGHI")
        .is_refused_by(&rule::ODS_CODE_FORMAT, "entry[1].resource.dispenseRequest.performer.identifier.value");
}

#[test]
fn directory_ids_and_job_roles_are_warned_of() {
    order()
        .set(&format!("{PRACTITIONER}/identifier/0/value"), "12A")
        .is_warned_of_by(&rule::SDS_USER_ID_FORMAT, "entry[5].resource.identifier[0].value");
    order()
        .set(&format!("{ROLE}/identifier/0/value"), "12A")
        .is_warned_of_by(&rule::SDS_ROLE_PROFILE_ID_FORMAT, "entry[4].resource.identifier[0].value");
    order()
        .set(&format!("{ROLE}/code/0/coding/0/code"), "doctor")
        .is_warned_of_by(&rule::SDS_JOB_ROLE_FORMAT, "entry[4].resource.code[0].coding[0].code");
}

#[test]
fn a_professional_code_has_the_form_of_its_register() {
    let with = |register: &str, code: &str| {
        let mut order = order();
        order
            .set(&format!("{PRACTITIONER}/identifier/1/system"), format!("https://fhir.hl7.org.uk/Id/{register}"))
            .set(&format!("{PRACTITIONER}/identifier/1/value"), code);
        order
    };
    let path = "entry[5].resource.identifier[1].value";
    with("gmc-number", "C12345").is_warned_of_by(&rule::PROFESSIONAL_CODE_FORMAT, path);
    with("nmc-number", "12A3456").is_warned_of_by(&rule::PROFESSIONAL_CODE_FORMAT, path);
    with("nmc-number", "12 A3456 E").is_refused_by(&rule::PROFESSIONAL_CODE_FORMAT, path);
    with("gmc-number", "C123456789012").is_refused_by(&rule::PROFESSIONAL_CODE_FORMAT, path);
    with("nmc-number", "12A3456E").is_good();
    with("professional-code", "A B").is_warned_of_by(&rule::PROFESSIONAL_CODE_FORMAT, path);
    with("professional-code", "AB12").is_good();
}

#[test]
fn ids_that_a_reader_let_through_are_refused() {
    let order = order();
    let text = order.bundle.to_string();
    let mut reading = FhirR4Json.read(text.as_bytes(), &order.context);
    let message = reading.message.as_mut().unwrap();
    message.envelope.id = MessageId::new("no uuid");
    let Body::PrescriptionOrder(content) = &mut message.body else { panic!() };
    content.item[1].id = LineItemId::new("no uuid");
    let findings = crate::check("another-format", &reading, &order.context);
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.path.as_str())).collect();
    let expected = [
        (&rule::MESSAGE_ID_FORMAT, "Bundle.identifier.value"),
        (&rule::LINE_ITEM_ID_FORMAT, "Bundle.entry[2].resource.identifier[0].value"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_reader_alone_reports_ids_that_are_no_uuid() {
    let mut order = order();
    order.set(&format!("{REQUEST}/identifier/0/value"), "no uuid");
    order.is_good();
    let mut order = crate::testing::order();
    order.set("/identifier/value", "no uuid");
    order.is_good();
}

#[test]
fn what_is_missing_is_no_finding_of_form() {
    let mut order = order();
    order.remove(&format!("{REQUEST}/groupIdentifier")).remove(&format!("{SECOND}/groupIdentifier"));
    order.keeps(&rule::PRESCRIPTION_ID_FORMAT);
    order.keeps(&rule::PRESCRIPTION_LONG_ID_FORMAT);
    let mut order = crate::testing::order();
    order.remove(&format!("{PATIENT}/identifier")).remove(&format!("{ORGANISATION}/partOf"));
    order.keeps(&rule::NHS_NUMBER_FORMAT);
}

#[test]
fn identifiers_are_checked_in_every_kind_wherever_they_stand() {
    let short_id = "BB5581-Z99901-7E78AQ";
    for (mut told, pointer, value, rule) in [
        (told::notification(), "/patient/nhsNumber", "9990548608", &rule::NHS_NUMBER_CHECK),
        (told::notification(), "/item/0/supply/0/medicine/code/coding/0/code", "322280008", &rule::MEDICINE_CODE_CHECK),
        (told::notification(), "/item/0/supply/0/quantity/code", "428641001", &rule::UNIT_CODE_CHECK),
        (told::notification(), "/item/0/supply/0/id", "1", &rule::LINE_ITEM_ID_FORMAT),
        (told::notification(), "/item/1/suppliedId", "1", &rule::LINE_ITEM_ID_FORMAT),
        (told::notification(), "/release", "1", &rule::MESSAGE_ID_FORMAT),
        (told::notification(), "/recipient/ods", "T 1450", &rule::ODS_CODE_FORMAT),
        (told::claim(), "/prescription/shortId", short_id, &rule::PRESCRIPTION_ID_CHECK),
        (told::claim(), "/author/organisation/ods", "Z 9", &rule::ODS_CODE_FORMAT),
        (told::returned(), "/prescription/shortId", short_id, &rule::PRESCRIPTION_ID_CHECK),
        (told::returned(), "/of", "1", &rule::MESSAGE_ID_FORMAT),
        (told::withdrawal(), "/patient/nhsNumber", "9990548608", &rule::NHS_NUMBER_CHECK),
        (told::release_request(), "/prescription/shortId", short_id, &rule::PRESCRIPTION_ID_CHECK),
        (told::release(), "/of", "1", &rule::MESSAGE_ID_FORMAT),
        (told::release(), "/released/1/id", "1", &rule::MESSAGE_ID_FORMAT),
        (told::release(), "/released/1/order/patient/nhsNumber", "9990548608", &rule::NHS_NUMBER_CHECK),
        (told::release(), "/released/1/order/prescription/shortId", short_id, &rule::PRESCRIPTION_ID_CHECK),
        (
            told::release(),
            "/released/0/order/item/0/medicine/code/coding/0/code",
            "322280008",
            &rule::MEDICINE_CODE_CHECK,
        ),
        (told::cancellation(), "/item/0/id", "1", &rule::LINE_ITEM_ID_FORMAT),
        (told::cancelled(), "/patient/nhsNumber", "9990548608", &rule::NHS_NUMBER_CHECK),
        (told::cancelled(), "/prescription/shortId", short_id, &rule::PRESCRIPTION_ID_CHECK),
        (told::history(), "/history/0/id", "1", &rule::MESSAGE_ID_FORMAT),
        (told::history(), "/history/0/notification/release", "1", &rule::MESSAGE_ID_FORMAT),
        (told::history(), "/history/0/notification/item/0/supply/0/quantity/code", "428641001", &rule::UNIT_CODE_CHECK),
        (told::refusal(), "/rejection/release", "1", &rule::MESSAGE_ID_FORMAT),
        (told::refusal(), "/performer/organisation/ods", "Z 9", &rule::ODS_CODE_FORMAT),
    ] {
        let path = pointer.split('/').skip(1).fold(String::new(), |path, step| match step.parse::<usize>() {
            Ok(position) => format!("{path}[{position}]"),
            Err(_) if path.is_empty() => step.to_owned(),
            Err(_) => format!("{path}.{step}"),
        });
        told.set(pointer, value).is_refused_by(rule, &path);
    }
}

#[test]
fn a_system_id_has_digits_alone() {
    let mut told = told::notification();
    for (pointer, sender) in
        [("sender", json!({"asid": "200000001285"})), ("destination", json!([{"asid": "567456789789"}]))]
    {
        told.message["envelope"][pointer] = sender;
        told.is_good();
    }
    told.message["envelope"]["sender"]["asid"] = json!("asid-1");
    told.message["envelope"]["destination"][0]["asid"] = json!("5674567897 89");
    let findings = told.findings();
    let paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["$.envelope.sender.asid", "$.envelope.destination[0].asid"]);
    assert!(findings.iter().all(|finding| finding.rule == &rule::ASID_FORMAT && finding.severity == Severity::Warning));
}

#[test]
fn s3_an_id_that_another_organisation_issued_is_warned_of() {
    let mut order = order();
    order.set_in_requests("groupIdentifier/value", "83C40E-A23856-00123W");
    order.is_warned_of_by(&rule::PRESCRIPTION_ISSUER, "entry[1].resource.groupIdentifier.value");
    order.set(&format!("{ORGANISATION}/identifier/0/value"), "A23856").keeps(&rule::PRESCRIPTION_ISSUER);

    let mut told = told::order();
    told.set("/prescription/shortId", "C77DA8-000RJ1-81BE8+");
    told.is_warned_of_by(&rule::PRESCRIPTION_ISSUER, "prescription.shortId");
    told.set("/author/organisation/parent", json!({"ods": "RJ1"})).is_good();
    let mut told = told::release();
    told.set("/released/0/order/prescription/shortId", "C77DA8-000RJ1-81BE8+");
    told.is_warned_of_by(&rule::PRESCRIPTION_ISSUER, "released[0].order.prescription.shortId");
}
